import type { RootContent } from 'mdast'
import type { Form, Part } from './fit.ts'
import type { Cell, Inline } from './markdown.ts'
import { folded, grouped, joined, table, toText, unfolding } from './markdown.ts'
import { byName, type NameAndId } from './names.ts'

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
  /** By which the entries are sorted; absent where they are. */
  nameOf?: (entry: T) => NameAndId
  columns: readonly string[]
  /** The rows of an entry, with at most so many names in a cell. */
  rowsOf: (entry: T, most: number) => Cell[][]
  /** How many of the total an entry stands for, where so many names at most are in a cell; 1 where absent. */
  sizeOf?: (entry: T, most: number) => number
  /** Where the entries do not hold all that there is. */
  total?: number | undefined
  /** What stands above the table. */
  note?: RootContent[]
}

export function listPart<T>({ entries, nameOf, sizeOf = () => 1, ...list }: List<T>): Part {
  const { title, entriesAre, rank, columns, rowsOf, note = [] } = list
  const sizeOfAll = (some: readonly T[], most: number): number =>
    some.reduce((sum, entry) => sum + sizeOf(entry, most), 0)
  const total = list.total ?? sizeOfAll(entries, Infinity)
  const heading = `${title}: ${grouped(total)}`
  const first = nameOf === undefined ? (length: number) => entries.slice(0, length) : byName(entries, nameOf)
  const form =
    (length: number, most: number): Form =>
    (room) => {
      const shown = first(length)
      // More names than that are more than the room: a cell of a million is not even made.
      const few = Math.min(most, Math.ceil(room / LEAST_BYTES_OF_NAME))
      const rows: Cell[][] = []
      let least = 0
      for (const entry of shown) {
        for (const row of rowsOf(entry, few)) {
          least += leastBytes(row)
          if (least > room) return undefined
          rows.push(row)
        }
      }
      const suffix = length < entries.length ? ` (first ${grouped(length)} ${entriesAre})` : ''
      const isOpen = entries.length <= SHORT
      const text = toText(folded(heading + suffix, isOpen, ...note, table('text', columns, rows)))
      return Buffer.byteLength(text) <= room ? { text, lists: sizeOfAll(shown, most) } : undefined
    }
  const few = lengths(entries.length).map((length) => form(length, FEW))
  const more = MORE_NAMES.map((most) => form(entries.length, most))
  return { title, total, rank, forms: [...few, ...more] }
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
export function someOf<T>(items: readonly T[], most: number, show: (item: T) => Inline[]): Inline[] {
  const few = shownOf(items.length, Math.min(most, FEW))
  const all = shownOf(items.length, most)
  const upTo = (from: number, to: number) => {
    const more = items.length > to ? [` and ${grouped(items.length - to)} more`] : []
    return [...joined(items.slice(from, to).map((item) => show(item))), ...more]
  }
  return all > few ? unfolding(upTo(0, few), upTo(few, all)) : upTo(0, few)
}

/** What a row needs before anything in it is escaped. */
function leastBytes(row: readonly Cell[]): number {
  let bytes = 2
  for (const cell of row) {
    bytes += 3
    for (const one of typeof cell === 'string' ? [cell] : cell) {
      if (typeof one === 'string') bytes += Buffer.byteLength(one)
      else if ('value' in one) bytes += Buffer.byteLength(one.value)
    }
  }
  return bytes
}
