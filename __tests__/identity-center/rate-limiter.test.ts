import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createRandom } from '../../emulator/random.ts'
import { UserError } from '../../src/errors.ts'
import { abortable } from '../../src/identity-center/concurrency.ts'
import {
  createRateLimiter,
  type Priority,
  type RateLimiter,
  type RateLimiterOptions,
} from '../../src/identity-center/rate-limiter.ts'
import { awsError, createServiceLimit, type ServiceLimit } from './fake-service.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

describe('the rate limiter against a service with a limit', () => {
  it.each([
    [30, 300],
    [100, 300],
    [100, 1_500],
  ])(
    'takes at most 1.05 of the least time at 20/s with %i ms latency and %i calls',
    async (latency, calls) => {
      const { seconds, limit } = await measure({ calls, latency, rate: 20, bucket: 20 })
      expect(seconds / ((calls - 20) / 20)).toBeLessThanOrEqual(1.05)
      expect(limit.throttled / calls).toBeLessThan(0.01)
    },
  )

  it.each([30, 100])('takes at most 1.05 of it where the bucket holds 5, at %i ms', async (latency) => {
    const { seconds, limit } = await measure({ calls: 600, latency, rate: 20, bucket: 5 })
    expect(seconds / ((600 - 5) / 20)).toBeLessThanOrEqual(1.05)
    expect(limit.throttled).toBeGreaterThan(0)
  })

  it.each([30, 100])('takes at most 1.10 of it where others leave 3/s, at %i ms', async (latency) => {
    const { seconds, limit } = await measure({ calls: 330, latency, rate: 3, bucket: 3 })
    expect(seconds / ((330 - 3) / 3)).toBeLessThanOrEqual(1.1)
    // It slows down, rather than knock at the door all the time.
    expect(limit.throttled / 330).toBeLessThan(0.25)
  })

  it('reaches the rate at 500 ms latency too: what it takes beyond is one latency', async () => {
    const { seconds } = await measure({ calls: 400, latency: 500, rate: 20, bucket: 20 })
    expect(seconds).toBeLessThanOrEqual(((400 - 18) / 20 + 0.5) * 1.01)
  })

  it('recovers the rate after others have used the limit for a while', async () => {
    const time = createVirtualTime(createRandom(5).next)
    let until = 20_000
    const others = createServiceLimit(time, 3, 3)
    const alone = createServiceLimit(time, 20, 20)
    const limit = { take: () => (time.now() < until ? others : alone).take() }
    const limiter = limiterOf(time)
    const sent: number[] = []
    const call = async (signal: AbortSignal): Promise<void> => {
      sent.push(time.now())
      await answer(time, limit, 50, signal)
    }
    await time.until(Promise.all(Array.from({ length: 900 }, () => limiter.run('call', 'rest', call))))
    until += 30_000
    const seconds = ((sent.at(-1) ?? 0) - until) / 1000
    expect(sent.filter((at) => at > until).length / seconds).toBeGreaterThan(18.5)
  })

  it('finishes where three of ten calls are throttled at random', async () => {
    const random = createRandom(3).next
    const time = createVirtualTime(random)
    const limiter = limiterOf(time)
    const calls = Array.from({ length: 300 }, () =>
      limiter.run('call', 'rest', async (signal) => {
        await time.sleep(30, signal)
        if (random() < 0.3) throw awsError('ThrottlingException')
        return 'answer'
      }),
    )
    expect(new Set(await time.until(Promise.all(calls)))).toEqual(new Set(['answer']))
    expect(limiter.statistics.throttles).toBe(limiter.statistics.attempts - 300)
  })

  it('never exceeds the limit and never loses a call, whatever rate, burst, latency and jitter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          wanted: fc.double({ min: 0.1, max: 1000, noNaN: true }),
          served: fc.double({ min: 0.2, max: 2, noNaN: true }),
          bucket: fc.integer({ min: 1, max: 30 }),
          latency: fc.integer({ min: 0, max: 400 }),
          jitter: fc.double({ min: 0, max: 1, noNaN: true }),
          seed: fc.nat(),
          calls: fc.integer({ min: 1, max: 60 }),
        }),
        async ({ wanted, served, bucket, latency, jitter, seed, calls }) => {
          const random = createRandom(seed).next
          const time = createVirtualTime(random)
          const limit = createServiceLimit(time, wanted * served, bucket)
          const limiter = limiterOf(time, { requestsPerSecond: wanted, deadlineMs: 1e9 })
          const sent: number[] = []
          const run = (at: number): Promise<number> =>
            limiter.run('call', (['lists', 'pages', 'rest'] as const)[at % 3] ?? 'rest', async (signal) => {
              sent.push(time.now())
              await answer(time, limit, latency * (1 + jitter * (random() - 0.5)), signal)
              return at
            })
          const answers = await time.until(Promise.all(Array.from({ length: calls }, (_, at) => run(at))))
          expect(answers).toEqual(Array.from({ length: calls }, (_, at) => at))
          expect(limiter.statistics).toEqual({ attempts: sent.length, throttles: limit.throttled, faults: 0 })
          expectAtMost(sent, wanted, Math.max(1, 0.9 * wanted))
        },
      ),
      { seed: 7, numRuns: 150 },
    )
  })
})

describe('the priorities', () => {
  it('go lists before next pages before the rest, each in its order', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { requestsPerSecond: 1 })
    const order: string[] = []
    const call = (priority: Priority, at: number): Promise<void> =>
      limiter.run('call', priority, async (signal) => {
        order.push(`${priority} ${at}`)
        await time.sleep(10, signal)
      })
    const first = call('rest', 0)
    await time.until(
      Promise.all([
        first,
        ...[1, 2].flatMap((at) => [call('rest', at), call('pages', at), call('lists', at)]),
      ]),
    )
    expect(order).toEqual(['rest 0', 'lists 1', 'lists 2', 'pages 1', 'pages 2', 'rest 1', 'rest 2'])
  })

  it('let a call that is made again go before those that were never made', async () => {
    const time = createVirtualTime(() => 0)
    const limiter = limiterOf(time, { requestsPerSecond: 1 })
    const order: number[] = []
    const call = (at: number): Promise<void> =>
      limiter.run('call', 'rest', async (signal) => {
        order.push(at)
        await time.sleep(10, signal)
        if (order.length === 1) throw awsError('InternalServerException')
      })
    await time.until(Promise.all([0, 1, 2, 3].map(call)))
    expect(order).toEqual([0, 0, 1, 2, 3])
  })

  it('keep thousands in their order', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { requestsPerSecond: 1000 })
    const order: number[] = []
    const call = (at: number): Promise<void> =>
      limiter.run('call', 'rest', () => {
        order.push(at)
        return Promise.resolve()
      })
    await time.until(Promise.all(Array.from({ length: 5_000 }, (_, at) => call(at))))
    expect(order).toEqual(Array.from({ length: 5_000 }, (_, at) => at))
  })
})

describe('the calls in flight', () => {
  it.each([
    [30, 20, 4],
    [500, 20, 15],
    [2_000, 20, 60],
    [2_000, 1000, 64],
  ])('are what %i ms at %i/s need and a half more, between 4 and 64: %i', async (latency, rate, most) => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { requestsPerSecond: rate })
    let inFlight = 0
    let seen = 0
    let answered = 0
    const call = (): Promise<void> =>
      limiter.run('call', 'rest', async (signal) => {
        inFlight += 1
        // The first answers show the latency.
        if (answered > 20) seen = Math.max(seen, inFlight)
        await time.sleep(latency, signal)
        inFlight -= 1
        answered += 1
      })
    await time.until(Promise.all(Array.from({ length: 400 }, call)))
    expect(seen).toBeLessThanOrEqual(most)
    expect(seen).toBeGreaterThanOrEqual(Math.min(most, (latency * rate) / 1000))
  })

  it('let their answers go as soon as whoever asked does', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time)
    const call = () => Promise.resolve(new Uint8Array(1))
    const answers: WeakRef<Uint8Array>[] = []
    const ask = async () => {
      answers.push(new WeakRef(await limiter.run('call', 'rest', call)))
    }
    await time.until(Promise.all(Array.from({ length: 20 }, ask)))
    await collectGarbage()
    expect(answers.filter((answer) => answer.deref() !== undefined)).toHaveLength(0)
  })

  it('leave their places when they are given up, even if they never settle', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { deadlineMs: 8_000 })
    let hanging = 0
    const call = (at: number): Promise<string> =>
      limiter.run('call', 'rest', async (signal) => {
        if (at < 16 && hanging < 16) {
          hanging += 1
          return new Promise<string>(() => undefined)
        }
        await time.sleep(30, signal)
        return 'answer'
      })
    const answers = await time.until(Promise.all(Array.from({ length: 40 }, (_, at) => call(at))))
    expect(hanging).toBe(16)
    expect(new Set(answers)).toEqual(new Set(['answer']))
    // One eighth of the deadline until the first are given up.
    expect(time.now()).toBeGreaterThanOrEqual(1_000)
    expect(time.now()).toBeLessThan(4_000)
  })
})

describe('a throttle', () => {
  it('slows it down once a round trip: no more bursts first, then a slower rate', async () => {
    const time = createVirtualTime(() => 0)
    const limiter = limiterOf(time)
    const sent: number[] = []
    let refused = 0
    const call = (): Promise<void> =>
      limiter.run('call', 'rest', async (signal) => {
        sent.push(time.now())
        await time.sleep(100, signal)
        if (time.now() === 100) {
          refused += 1
          throw awsError('ThrottlingException')
        }
      })
    await time.until(Promise.all(Array.from({ length: 60 }, call)))
    expect(refused).toBe(16)
    const later = sent.filter((at) => at > 100)
    // After that never more than two at once, but still at the full rate.
    expectAtMost(later, 20, 2)
    expect(later.length / (((sent.at(-1) ?? 0) - 100) / 1000)).toBeGreaterThan(18)
  })

  it('pauses first: no token until the time of one has passed', async () => {
    const time = createVirtualTime(() => 0)
    const limiter = limiterOf(time)
    const sent: number[] = []
    const call = (): Promise<void> =>
      limiter.run('call', 'rest', async (signal) => {
        sent.push(time.now())
        await time.sleep(40, signal)
        if (sent.length === 1) throw awsError('ThrottlingException')
      })
    await time.until(call())
    expect(sent[1]).toBeGreaterThanOrEqual(40 + 1000 / 20)
  })

  it('never slows it below a twentieth of the limit, however often it comes', async () => {
    const time = createVirtualTime(() => 0)
    const limiter = limiterOf(time, { deadlineMs: 600_000, requestsPerSecond: 1000 })
    const sent: number[] = []
    const call = limiter.run('call', 'rest', () => {
      sent.push(time.now())
      return sent.length <= 60 ? Promise.reject(awsError('ThrottlingException')) : Promise.resolve()
    })
    await time.until(call)
    const waits = sent.slice(1).map((at, index) => at - (sent[index] ?? 0))
    // Timers fire by whole milliseconds.
    expect(Math.max(...waits)).toBeLessThan(1000 / 50 + 2)
  })
})

describe('the end of a run', () => {
  it('ends every call, sent or waiting, with the reason', async () => {
    const time = createVirtualTime()
    const control = new AbortController()
    const limiter = limiterOf(time, { signal: control.signal })
    let ended = 0
    const calls = Array.from({ length: 50 }, () =>
      limiter.run('call', 'rest', async (signal) => {
        try {
          await time.sleep(60_000, signal)
        } finally {
          ended += 1
        }
      }),
    )
    const results = Promise.allSettled(calls)
    const stop = time.sleep(1_000).then(() => {
      control.abort(new Error('stopped'))
    })
    const [settled] = await time.until(Promise.all([results, stop]))
    expect(time.now()).toBe(1_000)
    expect(ended).toBe(16)
    expect(
      new Set(settled.map((one) => (one.status === 'rejected' ? String(one.reason) : 'answered'))),
    ).toEqual(new Set(['Error: stopped']))
  })

  it('refuses what comes after it', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { signal: AbortSignal.abort(new Error('stopped')) })
    let sent = 0
    const call = limiter.run('call', 'lists', () => {
      sent += 1
      return Promise.resolve()
    })
    await expect(time.until(call)).rejects.toThrow('stopped')
    expect(sent).toBe(0)
  })

  it('gives back the tokens of calls that were given up while they waited', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time)
    const burst = Array.from({ length: 18 }, () => limiter.run('call', 'rest', () => Promise.resolve()))
    const { signal, abort } = abortable(new AbortController().signal)
    const givenUp = Array.from({ length: 40 }, () =>
      limiter.run('call', 'rest', () => Promise.resolve(), signal),
    )
    abort()
    const last = limiter.run('call', 'rest', () => Promise.resolve())
    await time.until(Promise.all([...burst, Promise.allSettled(givenUp), last]))
    // A token comes every 50 ms.
    expect(time.now()).toBe(50)
  })

  it('keeps no place and no token for a call that was never sent', async () => {
    const time = createVirtualTime()
    const limiter = limiterOf(time, { deadlineMs: 80_000, requestsPerSecond: 20 })
    const final = limiter.run('call', 'rest', () => Promise.reject(awsError('ValidationException')))
    await expect(time.until(final)).rejects.toMatchObject({ name: 'ValidationException' })
    await time.until(limiter.run('call', 'rest', () => Promise.resolve()))
    expect(time.now()).toBe(0)
    expect(limiter.statistics).toEqual({ attempts: 2, throttles: 0, faults: 0 })
  })
})

it('a call that is throttled to its deadline ends as a sentence that says what to lower', async () => {
  const time = createVirtualTime()
  const call = limiterOf(time).run('ListUsers', 'lists', async (signal) => {
    await time.sleep(30, signal)
    throw awsError('ThrottlingException')
  })
  const error: unknown = await time.until(call.catch((thrown: unknown) => thrown))
  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/^Gave up on ListUsers after 120 seconds.*requests-per-second/),
  })
  expect(time.now()).toBeGreaterThan(110_000)
  expect(time.now()).toBeLessThanOrEqual(120_000)
})

interface Measured {
  calls: number
  latency: number
  rate: number
  bucket: number
}

async function measure({
  calls,
  latency,
  rate,
  bucket,
}: Measured): Promise<{ seconds: number; limit: ServiceLimit }> {
  const time = createVirtualTime(createRandom(1).next)
  const limit = createServiceLimit(time, rate, bucket)
  const limiter = limiterOf(time)
  const call = (): Promise<void> =>
    limiter.run('call', 'rest', (signal) => answer(time, limit, latency, signal))
  await time.until(Promise.all(Array.from({ length: calls }, call)))
  return { seconds: time.now() / 1000, limit }
}

/** The service looks at its bucket halfway. */
async function answer(
  time: VirtualTime,
  limit: Pick<ServiceLimit, 'take'>,
  latency: number,
  signal: AbortSignal,
): Promise<void> {
  await time.sleep(latency / 2, signal)
  let refusal: unknown
  try {
    limit.take()
  } catch (error) {
    refusal = error
  }
  await time.sleep(latency / 2, signal)
  if (refusal !== undefined) throw refusal as Error
}

function limiterOf(time: VirtualTime, options: Partial<RateLimiterOptions> = {}): RateLimiter {
  return createRateLimiter({
    requestsPerSecond: 20,
    time,
    deadlineMs: 120_000,
    signal: new AbortController().signal,
    ...options,
  })
}

/** No window of any length holds more than its share of the rate and one bucket. */
function expectAtMost(sent: readonly number[], ratePerSecond: number, bucket: number): void {
  let fullest = 0
  for (const [first, from] of sent.entries())
    for (const [last, to] of sent.entries())
      if (last >= first) fullest = Math.max(fullest, last - first + 1 - ((to - from) / 1000) * ratePerSecond)
  expect(fullest).toBeLessThanOrEqual(bucket + 1e-6)
}

async function collectGarbage(): Promise<void> {
  // A WeakRef keeps its target to the end of the turn in which it was made.
  await setImmediate()
  setFlagsFromString('--expose-gc')
  // What the flag adds to every new context.
  const collect = runInNewContext('gc') as () => void
  collect()
}
