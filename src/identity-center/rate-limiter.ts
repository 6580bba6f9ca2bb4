import { setMaxListeners } from 'node:events'
import { classifyFault } from './faults.ts'
import { retry, type RetryOptions } from './retry.ts'

/**
 * Which calls go first. Lists are chains, each page waits for the one before; one queue for all would leave the tail of
 * ListUsers running alone at the end.
 */
export type Priority = 'lists' | 'pages' | 'rest'

export type RateLimiter = ReturnType<typeof createRateLimiter>

export interface CallStatistics {
  /** Attempts sent, the failed ones included. */
  attempts: number
  throttles: number
  /** Attempts that failed for another reason and were made again. */
  faults: number
}

export interface RateLimiterOptions extends RetryOptions {
  /** The rate that is never exceeded, in calls a second. */
  requestsPerSecond: number
}

const LEAST_CONCURRENCY = 4
/** Until the first answer has shown the latency. */
const FIRST_CONCURRENCY = 16
const MOST_CONCURRENCY = 64
/** Concurrency = rate × latency × this: enough to reach the rate, not so much that a slow service drowns. */
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
 * A token bucket that adapts: after a throttle it sends no more bursts, then slows down; it recovers additively. It backs
 * off once a round trip, since whatever was in flight at that time tells the same.
 * (AWS: "collective throttle maximum of 20 TPS" for the Identity Store, singlesignon/latest/userguide/limits.html)
 */
export function createRateLimiter(options: RateLimiterOptions) {
  const { time, requestsPerSecond: limit, signal } = options
  const statistics: CallStatistics = { attempts: 0, throttles: 0, faults: 0 }
  const queues: Record<Priority, (() => void)[]> = { lists: [], pages: [], rest: [] }
  const inFlight = new Set<{ since: number }>()
  let rate = limit
  let capacity = Math.max(1, limit * BURST_SECONDS)
  let tokens = capacity
  let filledAt = time.now()
  let backedOffAt = -Infinity
  let latency = 0
  let isWaking = false
  // Each waiting call listens to the end of the run; Node would take more than ten for a leak, and say so in the log.
  setMaxListeners(0, signal)

  function refill(): void {
    const now = time.now()
    const seconds = Math.max(0, now - filledAt) / 1000
    filledAt = Math.max(now, filledAt)
    tokens = Math.min(capacity, tokens + seconds * rate)
    rate = Math.min(limit, rate + (seconds * limit) / RECOVERY_SECONDS)
  }

  function concurrency(): number {
    if (latency === 0) return FIRST_CONCURRENCY
    const oldest = inFlight.values().next().value
    const seen = Math.max(latency, oldest === undefined ? 0 : time.now() - oldest.since)
    const needed = Math.ceil((limit * seen * HEADROOM) / 1000)
    return Math.min(MOST_CONCURRENCY, Math.max(LEAST_CONCURRENCY, needed))
  }

  /** Sends as many calls as tokens and concurrency allow; comes back when the next token is due. */
  function dispatch(): void {
    refill()
    while (tokens >= 1 && inFlight.size < concurrency()) {
      const send = queues.lists.shift() ?? queues.pages.shift() ?? queues.rest.shift()
      if (send === undefined) return
      tokens -= 1
      send()
    }
    const isIdle = queues.lists.length + queues.pages.length + queues.rest.length === 0
    if (isIdle || isWaking) return
    isWaking = true
    const untilToken = ((1 - tokens) / rate) * 1000 + Math.max(0, filledAt - time.now())
    // With a token left, the next answer wakes us; look again soon, since a late answer raises the concurrency.
    time.sleep(tokens >= 1 ? 50 : Math.max(1, untilToken), signal).then(wake, wake)
  }

  function wake(): void {
    isWaking = false
    if (!signal.aborted) dispatch()
  }

  function turn(priority: Priority, attemptSignal: AbortSignal): Promise<{ since: number }> {
    return new Promise((resolve, reject) => {
      queues[priority].push(() => {
        if (attemptSignal.aborted) {
          tokens += 1
          reject(attemptSignal.reason as Error)
          return
        }
        const sent = { since: time.now() }
        inFlight.add(sent)
        resolve(sent)
      })
      dispatch()
    })
  }

  function backOff(sentAt: number): void {
    statistics.throttles += 1
    if (sentAt <= backedOffAt) return
    refill()
    backedOffAt = time.now()
    if (capacity > BURST_AFTER_THROTTLE) capacity = BURST_AFTER_THROTTLE
    else rate = Math.max(limit * SLOWEST, rate * SLOWDOWN)
    // The short pause: no token until the time of one has passed.
    tokens = 0
  }

  return {
    /** Of all calls so far. */
    statistics: statistics as Readonly<CallStatistics>,
    /**
     * Makes a call when its turn comes, and again until it succeeds, fails for good, or its deadline passes. Nothing of it
     * is sent once its signal is aborted.
     */
    run: <T>(
      name: string,
      priority: Priority,
      call: (attemptSignal: AbortSignal) => Promise<T>,
      callSignal: AbortSignal = signal,
    ): Promise<T> =>
      retry(
        name,
        async (attemptSignal, started, failures) => {
          // What has been sent once must not queue behind everything else: its deadline runs.
          const sent = await turn(failures > 0 && priority === 'rest' ? 'pages' : priority, attemptSignal)
          started()
          // An attempt that was given up makes room at once, whether or not the call ever settles.
          attemptSignal.addEventListener('abort', () => inFlight.delete(sent), { once: true })
          statistics.attempts += 1
          try {
            const answer = await call(attemptSignal)
            const took = time.now() - sent.since
            latency = latency === 0 ? took : latency + (took - latency) / 8
            return answer
          } catch (error) {
            const { kind } = classifyFault(error)
            if (kind === 'throttle') backOff(sent.since)
            if (kind === 'transient') statistics.faults += 1
            throw error
          } finally {
            inFlight.delete(sent)
            dispatch()
          }
        },
        { ...options, signal: callSignal },
      ),
  }
}

/** For calls that need no limit: they are few, and one waits for the other. */
export function createUnlimited(options: RetryOptions): Pick<RateLimiter, 'run'> {
  return {
    run: (name, _priority, call) =>
      retry(
        name,
        (signal, started) => {
          started()
          return call(signal)
        },
        options,
      ),
  }
}

/** Without the calls that may go out at once at the start: with them a short reading would seem to break the limit. */
export function steadyRate(attempts: number, seconds: number, requestsPerSecond: number): number {
  const burst = requestsPerSecond * BURST_SECONDS
  return seconds > 0 ? Math.max(0, attempts - burst) / seconds : 0
}
