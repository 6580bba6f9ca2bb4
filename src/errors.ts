/** Who has to act, which is also what a caller of the connector is told as a gRPC status. */
export type FailureKind =
  /** an input or parameter is wrong */
  | 'parameters'
  /** no usable credentials */
  | 'credentials'
  /** AWS or GitHub refuses what was asked */
  | 'permission'
  /** the world is not as it must be: wrong account, no instance, a damaged snapshot, the guard */
  | 'precondition'
  /** a service did not answer in time */
  | 'unavailable'

/**
 * A failure that the person who runs the program can act on. Its message is one or more whole sentences: what happened,
 * what to do. It never holds a name or an e-mail address of the directory. Everything else that is thrown is a bug.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/**
 * The name of what was thrown and where, one line each, for a debug log: without its message, which could hold a name.
 * What follows the message is frames only; where the message was changed after the stack was taken, none are given.
 */
export function framesOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown
  const { name, message, stack = '' } = thrown
  const start = stack.indexOf(message)
  const afterMessage = start === -1 ? '' : stack.slice(start + message.length)
  return [name, ...afterMessage.split('\n').filter((line) => line.startsWith('    at '))].join('\n')
}
