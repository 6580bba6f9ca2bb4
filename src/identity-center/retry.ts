import { UserError } from '../errors.ts'
import { oneLine } from '../log.ts'
import { MalformedAnswer, readAwsError } from './faults.ts'
import type { Time } from './time.ts'

/** What a failed attempt means for the next one. */
export type Fault =
  | { kind: 'throttle'; retryAfterMs?: number }
  /** With `attempts`, so many attempts in all are enough to know that it does not heal. */
  | { kind: 'transient'; retryAfterMs?: number; attempts?: number }
  /** An attempt later cannot help. */
  | { kind: 'final' }

export interface RetryOptions {
  time: Time
  /** A call gives up when this long has passed since its first attempt began: two minutes, where nothing else is said. */
  deadlineMs: number
  classify: (error: unknown) => Fault
  signal: AbortSignal
}

/**
 * One attempt of a call. It waits for its turn itself and calls `started` when the request goes out, which is when its
 * clock starts: time in a queue is nobody's fault. The signal ends the attempt when it took too long or the run is over.
 */
export type Attempt<T> = (signal: AbortSignal, started: () => void, failures: number) => Promise<T>

const FIRST_BACKOFF_MS = 200
const LONGEST_BACKOFF_MS = 5_000

/**
 * Attempts a call until it succeeds, fails for good, or its deadline has passed. Waits with full jitter in between, and
 * at least as long as the service asks for. An attempt that takes longer than an eighth of the deadline (15 s) is given
 * up and counts as a transient fault: every call here is a read, so asking again is safe.
 *
 * @throws the error of the attempt, when its fault is final; UserError (unavailable) at the deadline
 */
export async function retry<T>(name: string, attempt: Attempt<T>, options: RetryOptions): Promise<T> {
  const { time, deadlineMs, classify, signal } = options
  let firstStart: number | undefined
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    try {
      const onStart = (): void => {
        firstStart ??= time.now()
      }
      return await limited((...each) => attempt(...each, failures), time, deadlineMs / 8, signal, onStart)
    } catch (error) {
      signal.throwIfAborted()
      const fault: Fault = error instanceof SlowAttempt ? { kind: 'transient' } : classify(error)
      if (fault.kind === 'final') throw error
      if (fault.kind === 'transient' && failures + 1 >= (fault.attempts ?? Infinity)) throw error
      const backoff = time.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures)
      const wait = Math.max(fault.retryAfterMs ?? 0, backoff)
      const spent = time.now() - (firstStart ?? time.now())
      if (spent + wait >= deadlineMs) {
        const asked = wait > backoff ? { askedMs: wait, spentMs: spent } : undefined
        throw deadlinePassed(name, deadlineMs, fault, error, asked)
      }
      await time.sleep(wait, signal)
    }
  }
}

class SlowAttempt extends Error {}

/** Made once: an abort without a reason makes a DOMException, stack and all, for every call. */
const OVER = new Error('the attempt is over')

async function limited<T>(
  attempt: (signal: AbortSignal, started: () => void) => Promise<T>,
  time: Time,
  limitMs: number,
  signal: AbortSignal,
  onStart: () => void,
): Promise<T> {
  const control = new AbortController()
  const forward = (): void => {
    control.abort(signal.reason)
  }
  signal.addEventListener('abort', forward, { once: true })
  const watch = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    control.signal.addEventListener(
      'abort',
      () => {
        reject(control.signal.reason as Error)
      },
      { once: true },
    )
  })
  // Both may be settled last by an abort that nobody waits for any more.
  aborted.catch(() => undefined)
  const started = (): void => {
    onStart()
    time.sleep(limitMs, watch.signal).then(
      () => {
        control.abort(new SlowAttempt('no answer in time'))
      },
      () => undefined,
    )
  }
  try {
    return await Promise.race([attempt(control.signal, started), aborted])
  } finally {
    watch.abort(OVER)
    signal.removeEventListener('abort', forward)
  }
}

function deadlinePassed(
  name: string,
  deadlineMs: number,
  fault: Fault,
  cause: unknown,
  asked?: { askedMs: number; spentMs: number },
): UserError {
  const why =
    fault.kind === 'throttle'
      ? 'AWS kept throttling it. Lower requests-per-second, or find out what else uses up the limit of the account.'
      : `AWS sent no usable response (${lastFailure(cause)}). Check the network and the AWS Health Dashboard, then run again.`
  if (asked === undefined) {
    const failed = `Gave up on ${name} after ${seconds(deadlineMs)} seconds. ${why}`
    return new UserError('unavailable', failed, { cause })
  }
  const told = `Gave up on ${name} after ${seconds(asked.spentMs)} seconds: AWS asked to wait another ${seconds(asked.askedMs)}, and a call may take ${seconds(deadlineMs)} in all. ${why}`
  return new UserError('unavailable', told, { cause })
}

function seconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 100) / 10)
}

function lastFailure(cause: unknown): string {
  if (cause instanceof SlowAttempt) return 'the last attempt timed out'
  if (cause instanceof MalformedAnswer) return `the last attempt: ${cause.message}`
  const { code, name } = readAwsError(cause)
  return `the last attempt: ${oneLine(code ?? name)}`
}
