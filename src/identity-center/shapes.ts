import { MalformedAnswer } from './faults.ts'

/**
 * What is wrong with a value of an answer, such as `.UserId is not text`; undefined where nothing is. The SDK hands on what
 * came, whatever its types say.
 */
export type Shape = (value: unknown) => string | undefined

/** @throws MalformedAnswer */
export function verifyShape(shape: Shape, answer: unknown): void {
  const complaint = shape(answer)
  if (complaint !== undefined) throw new MalformedAnswer(`response${complaint}`)
}

/** An object whose named members have these shapes; other members are not looked at. */
export function object(members: Record<string, Shape>): Shape {
  const entries = Object.entries(members)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ' is not an object'
    for (const [name, shape] of entries) {
      // An object can be looked at by its keys.
      const complaint = shape((value as Record<string, unknown>)[name])
      if (complaint !== undefined) return `.${name}${complaint}`
    }
    return undefined
  }
}

export function list(item: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return ' is not a list'
    for (let n = 0; n < value.length; n++) {
      const complaint = item(value[n])
      if (complaint !== undefined) return `[${String(n)}]${complaint}`
    }
    return undefined
  }
}

/** Absent, null, or of this shape. */
export function optional(shape: Shape): Shape {
  return (value) => (value === undefined || value === null ? undefined : shape(value))
}

export const text: Shape = (value) => (typeof value === 'string' ? undefined : ' is not text')

export const id: Shape = (value) => (typeof value === 'string' && value !== '' ? undefined : ' is not an ID')

/** What stands in a log line or a sentence as it came: visible ASCII. */
export const plainId: Shape = (value) =>
  typeof value === 'string' && /^[\x21-\x7e]{0,2048}$/.test(value) ? undefined : ' is not an ID'

export const flag: Shape = (value) => (typeof value === 'boolean' ? undefined : ' is neither true nor false')
