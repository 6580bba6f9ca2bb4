import { setTimeout } from 'node:timers/promises'
import type { Log } from '../log.ts'

/** The clock, the timer and the dice of everything that waits; injected, so that tests need no waiting. */
export interface Time {
  /** Milliseconds, monotonic. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

export const realTime: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
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
