/** A list that can be shown in several lengths, or not at all. */
export interface Part {
  /** What it lists, in the plural: `users added`. */
  title: string
  /** How many there are to list. */
  total: number
  /** The lower, the later it is shortened. */
  rank: number
  /** From the shortest to the whole. */
  forms: readonly Form[]
}

/** Text, and how many it lists; undefined where it would be longer than the room (bytes of UTF-8). */
export type Form = (room: number) => { text: string; lists: number } | undefined

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
  const states = parts.map((part) => ({ ...part, next: 0, lists: 0, text: '' }))
  let growing = states.toSorted((a, b) => a.rank - b.rank)
  while (growing.length > 0) {
    growing = growing.filter((state) => {
      const longer = state.forms[state.next++]?.(room + sizeOf(state.text) - SEPARATOR.length)
      if (longer === undefined) return false
      room += sizeOf(state.text) - sizeOf(longer.text)
      Object.assign(state, longer)
      return state.lists < state.total
    })
  }
  const leftOut = states
    .filter(({ lists, total }) => lists < total)
    .map(({ title, total, lists }) => ({ title, missing: total - lists, total }))
  const texts = [
    head,
    leftOut.length > 0 ? describeLeftOut(leftOut) : '',
    ...states.map(({ text }) => text),
    foot,
  ]
  return `${texts.filter((text) => text !== '').join(SEPARATOR)}\n`
}

const SEPARATOR = '\n\n'

function sizeOf(text: string): number {
  return text === '' ? 0 : Buffer.byteLength(text + SEPARATOR)
}
