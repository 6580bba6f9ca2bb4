/** A list that can be shown in several lengths, or not at all. */
export interface Part {
  /** What it lists, in the plural: `users added`. */
  title: string
  /** How many it lists in its last form. */
  total: number
  /** The lower, the later it is shortened. */
  rank: number
  /** From the shortest to the whole, each with how many it lists. */
  forms: readonly Form[]
}

export interface Form {
  lists: number
  /** Its text, or undefined where that would be longer than the room (bytes of UTF-8). */
  text(room: number): string | undefined
}

/** How many of a part's list did not fit. */
export interface LeftOut {
  title: string
  missing: number
  total: number
}

/**
 * Puts together what fits into a budget (bytes of UTF-8): the head, what is said about what was left out, the parts in their
 * order, the foot. Each part is whole, whole in a shorter form, or absent; nothing is cut in its middle.
 *
 * All parts get their shortest form first, by rank, then the next one, so that a long list does not push out a short
 * one. Texts are made only as far as they fit.
 */
export function fit(
  budget: number,
  head: string,
  parts: readonly Part[],
  foot: string,
  describeLeftOut: (leftOut: readonly LeftOut[]) => string,
): string {
  const worst = describeLeftOut(parts.map(({ title, total }) => ({ title, missing: total, total })))
  let room = budget - sizeOf(head) - sizeOf(foot) - sizeOf(worst)
  const states = parts.map((part) => ({ part, next: 0, lists: 0, text: '' }))
  let growing = [...states].sort((a, b) => a.part.rank - b.part.rank)
  while (growing.length > 0) {
    growing = growing.filter((state) => {
      const form = state.part.forms[state.next++]
      const text = form?.text(room + sizeOf(state.text) - SEPARATOR)
      if (form === undefined || text === undefined) return false
      room += sizeOf(state.text) - sizeOf(text)
      state.text = text
      state.lists = form.lists
      return true
    })
  }
  const leftOut = states
    .filter(({ part, lists }) => lists < part.total)
    .map(({ part: { title, total }, lists }) => ({ title, missing: total - lists, total }))
  const texts = [
    head,
    leftOut.length > 0 ? describeLeftOut(leftOut) : '',
    ...states.map(({ text }) => text),
    foot,
  ]
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`
}

/** Two line ends. */
const SEPARATOR = 2

export function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}

function sizeOf(text: string): number {
  return text === '' ? 0 : bytesOf(text) + SEPARATOR
}
