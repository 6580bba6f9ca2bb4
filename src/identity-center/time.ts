import type { Log } from '../log.ts'

/** The clock, the timer and the dice of everything that waits; injected, so that tests need no waiting. */
export interface Time {
  /** Milliseconds, monotonic. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

export const realTime: Time = {
  now: () => performance.now(),
  // That of node:timers/promises makes an AbortError, stack and all, for every call that is answered.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
  random: Math.random,
}

const PROGRESS_MS = 10_000

/** Logs what `describe` says, at most every ten seconds: `After 10 s: …`. */
export function reportProgress(describe: () => string, time: Time, log: Log): () => void {
  const startedAt = time.now()
  let reportedAt = startedAt
  return () => {
    const now = time.now()
    if (now - reportedAt < PROGRESS_MS) return
    reportedAt = now
    log.info(`After ${String(Math.round((now - startedAt) / 1000))} s: ${describe()}.`)
  }
}
