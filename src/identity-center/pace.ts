import { setMaxListeners } from 'node:events'
import { retry, type Fault } from './retry.ts'
import type { Time } from './time.ts'

/**
 * Which calls go first. Lists are chains, each page waits for the one before; one queue for all would leave the tail of
 * ListUsers running alone at the end.
 */
export type Line = 'lists' | 'pages' | 'rest'

export interface Pace {
  /**
   * Makes a call when its turn comes, and again until it succeeds, fails for good, or its deadline passes. Nothing of it
   * is sent once `signal`, that of the pace where absent, is aborted.
   */
  run<T>(
    name: string,
    line: Line,
    call: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>
  readonly statistics: Readonly<PaceStatistics>
}

export interface PaceStatistics {
  /** Attempts sent, the failed ones included. */
  attempts: number
  throttles: number
  /** Attempts that failed for another reason and were made again. */
  faults: number
}

export interface PaceOptions {
  /** The rate that is never exceeded, in calls a second. */
  requestsPerSecond: number
  time: Time
  deadlineMs: number
  classify: (error: unknown) => Fault
  signal: AbortSignal
}

const FEWEST_IN_FLIGHT = 4
/** Until the first answer has shown the latency. */
const FIRST_IN_FLIGHT = 16
const MOST_IN_FLIGHT = 64
/** In flight = rate × latency × this: enough to reach the rate, not so many that a slow service drowns. */
const HEADROOM = 1.5
/** Seconds of the rate that may be sent at once at the start; a whole second meets the service's own window. */
const BURST_SECONDS = 0.9
/** What may be sent at once after the service has shown that its bucket holds less. */
const BURST_AFTER_THROTTLE = 2
const SLOWDOWN = 0.7
/** The slowest rate, as a part of the limit. */
const SLOWEST = 0.05
/** The rate grows back to its limit in this many seconds, evenly. */
const RECOVERY_SECONDS = 30

/**
 * A token bucket that learns: after a throttle it sends no more bursts, then slows down; it recovers additively. One
 * lesson a round trip, since whatever was in flight at that time tells the same.
 * (AWS: "collective throttle maximum of 20 TPS" for the Identity Store, singlesignon/latest/userguide/limits.html)
 */
export function createPace(options: PaceOptions): Pace {
  const { time, requestsPerSecond: limit, signal } = options
  const statistics: PaceStatistics = { attempts: 0, throttles: 0, faults: 0 }
  const lines: Record<Line, Queue<() => void>> = { lists: new Queue(), pages: new Queue(), rest: new Queue() }
  const inFlight = new Set<{ since: number }>()
  let rate = limit
  let capacity = Math.max(1, limit * BURST_SECONDS)
  let tokens = capacity
  let filledAt = time.now()
  let learntAt = -Infinity
  let latency = 0
  let waking = false
  // Each waiting call listens to the end of the run; Node would take more than ten for a leak, and say so in the log.
  setMaxListeners(0, signal)

  function refill(): void {
    const now = time.now()
    const seconds = Math.max(0, now - filledAt) / 1000
    filledAt = Math.max(now, filledAt)
    tokens = Math.min(capacity, tokens + seconds * rate)
    rate = Math.min(limit, rate + (seconds * limit) / RECOVERY_SECONDS)
  }

  function mayBeInFlight(): number {
    if (latency === 0) return FIRST_IN_FLIGHT
    const oldest = inFlight.values().next().value
    const seen = Math.max(latency, oldest === undefined ? 0 : time.now() - oldest.since)
    return Math.min(MOST_IN_FLIGHT, Math.max(FEWEST_IN_FLIGHT, Math.ceil((limit * seen * HEADROOM) / 1000)))
  }

  /** Lets as many calls go as tokens and places allow; comes back when the next token is due. */
  function release(): void {
    refill()
    while (tokens >= 1 && inFlight.size < mayBeInFlight()) {
      const go = lines.lists.take() ?? lines.pages.take() ?? lines.rest.take()
      if (go === undefined) return
      tokens -= 1
      go()
    }
    const waiting = lines.lists.size + lines.pages.size + lines.rest.size
    if (waiting === 0 || waking) return
    waking = true
    const untilToken = tokens >= 1 ? 0 : ((1 - tokens) / rate) * 1000 + Math.max(0, filledAt - time.now())
    // With a token but no place, the next answer wakes us; look again soon, since a late answer makes places.
    const wait = tokens >= 1 ? 50 : Math.max(1, untilToken)
    time.sleep(wait, signal).then(wake, wake)
  }

  function wake(): void {
    waking = false
    if (!signal.aborted) release()
  }

  function turn(line: Line, attemptSignal: AbortSignal): Promise<{ since: number }> {
    return new Promise((resolve, reject) => {
      lines[line].put(() => {
        const place = { since: time.now() }
        if (attemptSignal.aborted) {
          tokens += 1
          reject(attemptSignal.reason as Error)
          return
        }
        inFlight.add(place)
        resolve(place)
      })
      release()
    })
  }

  function learn(sentAt: number): void {
    statistics.throttles += 1
    if (sentAt <= learntAt) return
    refill()
    learntAt = time.now()
    if (capacity > BURST_AFTER_THROTTLE) capacity = BURST_AFTER_THROTTLE
    else rate = Math.max(limit * SLOWEST, rate * SLOWDOWN)
    // The short pause: no token until the time of one has passed.
    tokens = 0
  }

  async function run<T>(
    name: string,
    line: Line,
    call: (attemptSignal: AbortSignal) => Promise<T>,
    callSignal = signal,
  ): Promise<T> {
    return retry(
      name,
      async (attemptSignal, started, failures) => {
        // What has been sent once must not queue behind everything else: its deadline runs.
        const place = await turn(failures > 0 && line === 'rest' ? 'pages' : line, attemptSignal)
        started()
        // An attempt that was given up leaves its place at once, whether or not the call ever settles.
        attemptSignal.addEventListener('abort', () => inFlight.delete(place), { once: true })
        statistics.attempts += 1
        try {
          const answer = await call(attemptSignal)
          const took = time.now() - place.since
          latency = latency === 0 ? took : latency + (took - latency) / 8
          return answer
        } catch (error) {
          const fault = options.classify(error)
          if (fault.kind === 'throttle') learn(place.since)
          if (fault.kind === 'transient') statistics.faults += 1
          throw error
        } finally {
          inFlight.delete(place)
          release()
        }
      },
      { ...options, signal: callSignal },
    )
  }

  return { run, statistics }
}

/** First in, first out, without moving what waits; what was taken is let go at once, since an answer hangs on it. */
class Queue<T> {
  private items: (T | undefined)[] = []
  private head = 0

  get size(): number {
    return this.items.length - this.head
  }

  put(item: T): void {
    this.items.push(item)
  }

  take(): T | undefined {
    const item = this.items[this.head]
    if (item === undefined) return undefined
    this.items[this.head] = undefined
    this.head += 1
    if (this.head > 1_000 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }
}

/** Without the calls that may go out at once at the start: with them a short reading would seem to break the limit. */
export function steadyRate(attempts: number, seconds: number, requestsPerSecond: number): number {
  const burst = requestsPerSecond * BURST_SECONDS
  return seconds > 0 ? Math.max(0, attempts - burst) / seconds : 0
}
