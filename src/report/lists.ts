import type { PhrasingContent, RootContent } from 'mdast'
import type { Form, Part } from './fit.ts'
import { bytesOf } from './fit.ts'
import type { Cell } from './markdown.ts'
import { folded, grouped, joined, table, text, toText, unfolding } from './markdown.ts'

/** A list of up to so many entries is unfolded. */
const SHORT = 10
const FIRST_STEPS = [10, 25, 50, 100]
/** Names in a cell; the others can be unfolded, or are only counted. */
const FEW = 5
const MORE_NAMES = [25, 100, 400, Infinity]
/** A letter, two backticks, a comma and a space. */
const LEAST_BYTES_OF_NAME = 5

/** A table that a reader unfolds. */
export interface List<T> {
  /** What it lists: `Users added`. */
  title: string
  /** What an entry is, in the plural: `users`. */
  entriesAre: string
  /** The lower, the later it is shortened. */
  rank: number
  entries: readonly T[]
  columns: readonly string[]
  /** The rows of an entry, with at most so many names in a cell. */
  rowsOf: (entry: T, most: number) => Cell[][]
  /** How many of the total an entry stands for, where so many names at most are in a cell; 1 where absent. */
  sizeOf?: (entry: T, most: number) => number
  /** Where the entries do not hold all that there is. */
  total?: number
  /** What stands above the table. */
  note?: RootContent[]
}

export function listPart<T>({ entries, sizeOf = () => 1, ...list }: List<T>): Part {
  const { title, entriesAre, rank, columns, rowsOf, note = [] } = list
  const listed = (length: number, most: number): number =>
    entries.slice(0, length).reduce((sum, entry) => sum + sizeOf(entry, most), 0)
  const whole = listed(entries.length, Infinity)
  const total = list.total ?? whole
  const heading = `${title}: ${grouped(total)}`
  const form = (length: number, most: number): Form => ({
    lists: listed(length, most),
    text(room) {
      const suffix = length < entries.length ? ` (first ${grouped(length)} ${entriesAre})` : ''
      // More names than that are more than the room: a cell of a million is not even made.
      const few = Math.min(most, Math.ceil(room / LEAST_BYTES_OF_NAME))
      function* rows() {
        for (let i = 0; i < length; i++) {
          const entry = entries[i]
          if (entry !== undefined) yield* rowsOf(entry, few)
        }
      }
      return tableText(heading + suffix, entries.length <= SHORT, note, columns, rows(), room)
    },
  })
  const forms = lengths(entries.length).map((length) => form(length, FEW))
  for (const most of MORE_NAMES)
    if ((forms.at(-1)?.lists ?? 0) < whole) forms.push(form(entries.length, most))
  return { title, total, rank, forms }
}

/** 10, 25, 50, 100, 200, 400 and so on, and the whole. */
function lengths(total: number): number[] {
  const steps = FIRST_STEPS.filter((step) => step < total)
  for (let step = 200; step < total; step *= 2) steps.push(step)
  return [...steps, total]
}

/** How many of so many names are shown: the last one takes no more room than to say that there is one more. */
export function shownOf(count: number, most: number): number {
  return count > most + 1 ? most : count
}

/** The first few names; the rest is folded, or counted where there is room for no more than the first. */
export function someOf<T>(
  items: readonly T[],
  most: number,
  show: (item: T) => PhrasingContent[],
): PhrasingContent[] {
  const few = shownOf(items.length, Math.min(most, FEW))
  const all = shownOf(items.length, most)
  const upTo = (from: number, to: number) => {
    const more = items.length > to ? [text(` and ${grouped(items.length - to)} more`)] : []
    return [...joined(items.slice(from, to).map((item) => show(item))), ...more]
  }
  return all > few ? unfolding(upTo(0, few), upTo(few, all)) : upTo(0, few)
}

/** The folded table, or undefined as soon as it is certain that it is longer than the room (bytes). */
function tableText(
  title: string,
  isOpen: boolean,
  note: RootContent[],
  columns: readonly string[],
  rows: Iterable<Cell[]>,
  room: number,
): string | undefined {
  const taken: Cell[][] = []
  let least = 0
  for (const row of rows) {
    least += leastBytes(row)
    if (least > room) return undefined
    taken.push(row)
  }
  const aligned = columns.map(() => 'left' as const)
  const markdown = toText(folded(title, isOpen, ...note, table(aligned, columns, taken)))
  return bytesOf(markdown) <= room ? markdown : undefined
}

/** What a row needs before anything in it is escaped. */
function leastBytes(row: readonly Cell[]): number {
  let bytes = 2
  for (const cell of row) {
    bytes += 3
    for (const node of cell) if ('value' in node) bytes += bytesOf(node.value)
  }
  return bytes
}
