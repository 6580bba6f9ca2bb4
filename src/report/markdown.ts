import type { BlockContent, InlineCode, PhrasingContent, RootContent, TableCell } from 'mdast'
import { gfmTableToMarkdown } from 'mdast-util-gfm-table'
import { toMarkdown } from 'mdast-util-to-markdown'

/** Of a name, in UTF-16 code units as it is shown; the middle of a longer one is cut out. */
export const LONGEST_NAME = 100
const LONGEST_PROSE = 400

/** What stands in a line: a string is our own words. */
export type Inline = string | PhrasingContent
export type Cell = string | readonly Inline[]

/** Markdown of a tree. Whatever needs escaping is escaped by the library; there is no newline at the end. */
export function toText(nodes: readonly RootContent[]): string {
  const root = { type: 'root' as const, children: [...nodes] }
  return toMarkdown(root, {
    bullet: '-',
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
  }).trimEnd()
}

function phrasing(content: Cell): PhrasingContent[] {
  const all = typeof content === 'string' ? [content] : content
  return all.map((one) => (typeof one === 'string' ? { type: 'text', value: one } : one))
}

/**
 * A value from outside, as code: in it GitHub makes no mention, link, image, HTML, emoji or issue reference. What
 * cannot be seen is spelled out.
 */
export function code(value: string): InlineCode {
  return { type: 'inlineCode', value: shown(value) }
}

/** An address of our own, never one from outside. */
export function link(url: string, label = url.replace(/^.*\//, '')): PhrasingContent {
  return { type: 'link', url, children: [{ type: 'text', value: label }] }
}

export function strong(value: string): PhrasingContent {
  return { type: 'strong', children: [{ type: 'text', value }] }
}

export function paragraph(...content: Inline[]): BlockContent {
  return { type: 'paragraph', children: phrasing(content) }
}

export function heading(...content: Inline[]): RootContent {
  return { type: 'heading', depth: 3, children: phrasing(content) }
}

export function bullets(items: readonly Inline[][]): BlockContent {
  return {
    type: 'list',
    ordered: false,
    spread: false,
    children: items.map((item) => ({ type: 'listItem', spread: false, children: [paragraph(...item)] })),
  }
}

/** Of numbers, in all columns but the first, or else of text. */
export function table(
  of: 'numbers' | 'text',
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): BlockContent {
  const line = (cells: readonly Cell[]) => ({
    type: 'tableRow' as const,
    children: cells.map((cell): TableCell => ({ type: 'tableCell', children: phrasing(cell) })),
  })
  return {
    type: 'table',
    align: header.map((_, column) => (of === 'numbers' && column > 0 ? 'right' : 'left')),
    children: [header, ...rows].map(line),
  }
}

/** What the reader can unfold; the title holds our own words only. */
export function folded(title: string, open: boolean, ...children: RootContent[]): RootContent[] {
  return [
    html(`<details${open ? ' open' : ''}>\n<summary><b>${title}</b></summary>`),
    ...children,
    html('</details>'),
  ]
}

/** A colored box: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
export function alert(
  kind: 'NOTE' | 'WARNING' | 'CAUTION',
  first: readonly Inline[],
  ...more: BlockContent[]
): RootContent {
  // As html, since the library would escape the bracket of a text.
  const label = html(`[!${kind}]`)
  return {
    type: 'blockquote',
    children: [first.length > 0 ? paragraph(label, '\n', ...first) : paragraph(label), ...more],
  }
}

/** In a cell: names of which the reader can unfold the rest. */
export function unfolding(first: Inline[], rest: Inline[]): Inline[] {
  return [html('<details><summary>'), ...first, html('</summary>'), ...rest, html('</details>')]
}

/** With commas between. */
export function joined(items: readonly Inline[][]): Inline[] {
  return items.flatMap((item, i) => (i === 0 ? item : [', ', ...item]))
}

/** A value of a record; a dash where it is empty. */
export function value(content: unknown): Inline[] {
  const whole = textOf(content)
  return [whole === '' ? '—' : code(whole)]
}

/** Two cells; of values too long to be shown whole, what stands around their first difference. */
export function bothValues(from: unknown, to: unknown): [Inline[], Inline[]] {
  const both = [textOf(from), textOf(to)] as const
  const isLong = both.some(
    (one) => one.length > LONGEST_NAME / 10 && shown(one, Infinity).length > LONGEST_NAME,
  )
  const [left, right] = isLong ? shownFromDifference(...both) : both
  return [value(left), value(right)]
}

function textOf(content: unknown): string {
  if (content === null || content === undefined) return ''
  if (Array.isArray(content)) return content.join(', ')
  return typeof content === 'string' ? content : JSON.stringify(content)
}

/** `1,234 users` */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : nouns}`
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function html(value: string) {
  return { type: 'html' as const, value }
}

/**
 * A sentence that can quote values from outside (a path, a region). What stands between backticks becomes code, and so
 * does each word that is more than letters, digits and plain punctuation: nothing in it turns into a mention or a link.
 */
export function prose(sentence: string): Inline[] {
  const brief = sentence.length > LONGEST_PROSE ? `${sentence.slice(0, LONGEST_PROSE)}…` : sentence
  return brief
    .trimEnd()
    .split('`')
    .flatMap((part, i) => {
      if (i % 2 === 0) return part.split(/(?=[ \n])/).flatMap(wordOf)
      return part === '' ? [] : [code(part)]
    })
}

function wordOf(word: string): Inline[] {
  const [, open = '', middle = '', close = ''] = /^([ \n"'(]*)(.*?)([.,;:)"'?]*)$/su.exec(word) ?? []
  const before = open.replaceAll('\n', ' ')
  if (PLAIN_WORD.test(middle) && ![middle, middle + close].some((part) => AUTOMATIC_LINK.test(part)))
    return [before + middle + close]
  return [before, code(middle), close]
}

const PLAIN_WORD = /^[\p{L}\p{N}.,;:()'"%/…–-]*$/u
/** What GitHub links or replaces without being asked: addresses, commits, issues, emoji. */
const AUTOMATIC_LINK = /:.*:|:\/|^www\.|^[0-9a-f]{7,40}$|^GH-\d/i

/**
 * A value as a person can read it without being deceived: controls, format and bidirectional characters, line ends,
 * lone surrogates, private and unassigned code points, unusual spaces and piled-up accents as `\u{…}`, the middle of a long
 * value cut out.
 */
export function shown(value: string, longest = LONGEST_NAME): string {
  if (value.length <= longest) {
    const whole = spelled(value).join('')
    if (whole.length <= longest) return whole
  }
  // A code unit is shown by at least one, so that what the two slices may have torn apart is cut out again.
  const room = longest - 1
  const head = within(spelled(value.slice(0, longest)), Math.ceil(room / 2))
  const tail = within(spelled(value.slice(-longest)).reverse(), Math.floor(room / 2))
  return `${head.join('')}…${tail.reverse().join('')}`
}

/**
 * Two values of which one is too long to be shown whole, cut so that their first difference is seen.
 */
export function shownFromDifference(from: string, to: string): [string, string] {
  let same = 0
  while (same < from.length && same < to.length && from[same] === to[same]) same++
  /** So many code units before the difference, or one more where they would begin within a character. */
  const before = (units: number) => {
    const at = Math.max(0, same - units)
    return /^[\udc00-\udfff]/.test(from.slice(at)) ? at - 1 : at
  }
  const around = from.slice(before(CONTEXT), same)
  // What is spelled needs up to ten characters.
  const start = before(shown(around) === around ? CONTEXT : CONTEXT / 10)
  if (start <= 0) return [from, to]
  return [`…${from.slice(start)}`, `…${to.slice(start)}`]
}

/** Of a value before its first difference, in UTF-16 code units. */
const CONTEXT = 30

function within(pieces: readonly string[], room: number): string[] {
  const taken: string[] = []
  let left = room
  for (const piece of pieces) {
    left -= piece.length
    if (left < 0) break
    taken.push(piece)
  }
  return taken
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?![ \u3000])\p{Zs}/u
const MARK = /\p{M}/u
/** Some scripts put up to four marks on a letter; more of them cover the lines above and below. */
const MOST_MARKS = 4

/** One string for each code point: itself, or how it is spelled. */
function spelled(value: string): string[] {
  const points = Array.from(value)
  const last = points.length - 1
  let marks = MOST_MARKS
  return points.map((point, i) => {
    marks = MARK.test(point) ? marks + 1 : 0
    const isStray =
      (point === ' ' && (i === 0 || i === last || points[i - 1] === ' ')) ||
      // Else a name could look like a spelled character, and a table would take `\\|` for the end of a cell.
      (point === '\\' && /^(?:u\{|[\\|])/.test(`${points[i + 1] ?? ''}${points[i + 2] ?? ''}`))
    if (!isStray && marks <= MOST_MARKS && !INVISIBLE.test(point)) return point
    return `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`
  })
}
