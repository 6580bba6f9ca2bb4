/** What the canonical files have in common: one order, one spelling, one record a line. */

/** By UTF-16 code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** JSON with the keys of objects sorted by UTF-16 code units at every level, integers among them, and no spaces. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`).join(',')}}`
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object of a line that may be hostile. */
export function parseObject(line: string, refuse: (what: string) => never): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // The text of the SyntaxError quotes the line: it goes nowhere.
    return refuse('it is not JSON')
  }
  return isObject(value) ? value : refuse('it is not an object')
}

/** What is wrong with a record that is not written as its content would be. */
export const NOT_CANONICAL =
  'it is not in the form that a snapshot has (an unknown, repeated or misplaced key, or different spacing or escaping)'

/** The text of each record, made when it is asked for. */
export function* mapped<R>(records: Iterable<R>, render: (record: R) => string): Generator<string> {
  for (const record of records) yield render(record)
}
