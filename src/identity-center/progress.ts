import type { Log } from '../log.ts'
import type { Time } from './time.ts'

const PROGRESS_MS = 10_000

/** Tells counts, at most every ten seconds: `After 10 s: …`. */
export function progressTeller(tell: () => string, time: Time, log: Log): () => void {
  const startedAt = time.now()
  let toldAt = startedAt
  return () => {
    const now = time.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    log.info(`After ${String(Math.round((now - startedAt) / 1000))} s: ${tell()}.`)
  }
}
