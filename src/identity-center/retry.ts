import { once } from 'node:events'
import { UserError } from '../errors.ts'
import { classifyFault, MalformedAnswer, readAwsError, type Fault } from './faults.ts'
import type { Time } from './time.ts'

export interface RetryOptions {
  time: Time
  /** A call gives up when this long has passed since its first attempt began: two minutes, where nothing else is said. */
  deadlineMs: number
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
  const { time, deadlineMs, signal } = options
  let firstStart: number | undefined
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    try {
      const onStart = (): void => {
        firstStart ??= time.now()
      }
      return await withTimeout((...each) => attempt(...each, failures), onStart, options)
    } catch (error) {
      signal.throwIfAborted()
      const fault: Fault = error instanceof AttemptTimeout ? { kind: 'transient' } : classifyFault(error)
      if (fault.kind === 'final') throw error
      if (fault.kind === 'transient' && failures + 1 >= (fault.attempts ?? Infinity)) throw error
      const backoff = time.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures)
      const wait = Math.max(fault.retryAfterMs ?? 0, backoff)
      const spent = time.now() - (firstStart ?? time.now())
      if (spent + wait >= deadlineMs) {
        const gaveUp =
          wait > backoff
            ? `${seconds(spent)} seconds: AWS asked to wait another ${seconds(wait)}, and a call may take ${seconds(deadlineMs)} in all`
            : `${seconds(deadlineMs)} seconds`
        const why = fault.kind === 'throttle' ? THROTTLED : unanswered(error)
        throw new UserError('unavailable', `Gave up on ${name} after ${gaveUp}. ${why}`, { cause: error })
      }
      await time.sleep(wait, signal)
    }
  }
}

class AttemptTimeout extends Error {}

/** Made once: an abort without a reason makes a DOMException, stack and all, for every call. */
const OVER = new Error('the attempt is over')

async function withTimeout<T>(
  attempt: (signal: AbortSignal, started: () => void) => Promise<T>,
  onStart: () => void,
  { time, deadlineMs, signal }: RetryOptions,
): Promise<T> {
  const control = new AbortController()
  const forward = (): void => {
    control.abort(signal.reason)
  }
  signal.addEventListener('abort', forward, { once: true })
  const timer = new AbortController()
  const aborted = once(control.signal, 'abort').then(() => {
    throw control.signal.reason as Error
  })
  // Both may be settled last by an abort that nobody waits for any more.
  aborted.catch(() => undefined)
  const started = (): void => {
    onStart()
    time.sleep(deadlineMs / 8, timer.signal).then(
      () => {
        control.abort(new AttemptTimeout())
      },
      () => undefined,
    )
  }
  try {
    return await Promise.race([attempt(control.signal, started), aborted])
  } finally {
    timer.abort(OVER)
    signal.removeEventListener('abort', forward)
  }
}

const THROTTLED =
  'AWS kept throttling it. Lower requests-per-second, or find out what else uses up the limit of the account.'

function unanswered(error: unknown): string {
  const { code, name } = readAwsError(error)
  const failure =
    error instanceof AttemptTimeout
      ? 'the last attempt timed out'
      : `the last attempt: ${error instanceof MalformedAnswer ? error.message : (code ?? name)}`
  return `AWS sent no usable response (${failure}). Check the network and the AWS Health Dashboard, then run again.`
}

function seconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 100) / 10)
}
