import { isObject } from '../snapshot/canonical.ts'
import { MalformedAnswer } from './faults.ts'

/**
 * Reads what is used of a value of an answer, and keeps nothing else of it. The SDK hands on what came, whatever its types
 * say, so a value of another type throws MalformedAnswer: `.UserId is not text`.
 */
export type Schema<T> = (value: unknown) => T
export type Parsed<S> = S extends Schema<infer T> ? T : never

/** @throws MalformedAnswer */
export function parseAnswer<T>(schema: Schema<T>, answer: unknown): T {
  return parseAt('response', schema, answer)
}

/** One member of an object. */
export function member<T>(name: string, schema: Schema<T>): Schema<T> {
  const where = `.${name}`
  return (value) => (isObject(value) ? parseAt(where, schema, value[name]) : refuse(' is not an object'))
}

type ObjectOf<Members> = {
  [Name in keyof Members as undefined extends Parsed<Members[Name]> ? never : Name]: Parsed<Members[Name]>
} & {
  [Name in keyof Members as undefined extends Parsed<Members[Name]> ? Name : never]?: Parsed<Members[Name]>
}

/** An object with these members; those that are undefined are left out, which takes the least memory. */
export function object<Members extends Record<string, Schema<unknown>>>(
  members: Members,
): Schema<ObjectOf<Members>> {
  const schemas = Object.entries(members).map(([name, schema]) => [name, member(name, schema)] as const)
  return (value) => {
    const parsed: Record<string, unknown> = {}
    for (const [name, schema] of schemas) {
      const found = schema(value)
      if (found !== undefined) parsed[name] = found
    }
    // Each member has been parsed by its own schema.
    return parsed as ObjectOf<Members>
  }
}

export function list<T>(item: Schema<T>): Schema<T[]> {
  return (value) =>
    Array.isArray(value) ? value.map((one, n) => parseAt(n, item, one)) : refuse(' is not a list')
}

/** Undefined where it is absent or null. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : schema(value))
}

export const text: Schema<string> = (value) => (typeof value === 'string' ? value : refuse(' is not text'))

/** AWS sends null, or an empty text, for what is absent. */
export const optionalText: Schema<string | undefined> = (value) => {
  const given = optional(text)(value)
  return given === '' ? undefined : given
}

export const id: Schema<string> = (value) =>
  typeof value === 'string' && value !== '' ? value : refuse(' is not an ID')

/** What stands in a log line or a sentence as it came: visible ASCII. */
export const plainId: Schema<string> = (value) => matching(/^[\x21-\x7e]{0,2048}$/, value, ' is not an ID')

export const accountId: Schema<string> = (value) => matching(/^\d{12}$/, value, ' is not an account ID')

export const flag: Schema<boolean> = (value) =>
  typeof value === 'boolean' ? value : refuse(' is neither true nor false')

function matching(pattern: RegExp, value: unknown, complaint: string): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuse(complaint)
}

function parseAt<T>(where: string | number, schema: Schema<T>, value: unknown): T {
  try {
    return schema(value)
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error
    const path = typeof where === 'number' ? `[${String(where)}]` : where
    throw new MalformedAnswer(`${path}${error.message}`)
  }
}

export function refuse(complaint: string): never {
  throw new MalformedAnswer(complaint)
}
