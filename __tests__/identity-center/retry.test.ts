import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { UserError } from '../../src/errors.ts'
import { retry, type Attempt, type RetryOptions } from '../../src/identity-center/retry.ts'
import { awsError } from './fake-service.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

const transient = (): Error => awsError('InternalServerException')

describe('an attempt that fails', () => {
  it('is made again until it succeeds', async () => {
    const time = createVirtualTime()
    const { attempt, at } = failing(time, [transient(), awsError('ThrottlingException')])
    const { signal } = new AbortController()
    expect(await time.until(retry('call', attempt, { ...optionsOf(time), signal }))).toBe('answer')
    expect(at).toHaveLength(3)
    // A run makes thousands of calls under one signal.
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('for good is not made again, and its error comes out as it is', async () => {
    const time = createVirtualTime()
    const denied = awsError('AccessDeniedException')
    const { attempt, at } = failing(time, [transient(), denied])
    const error: unknown = await time.until(
      retry('call', attempt, optionsOf(time)).catch((thrown: unknown) => thrown),
    )
    expect(error).toBe(denied)
    expect(at).toHaveLength(2)
  })

  it('waits with full jitter: a random part of 0.2 s, doubled each time, of at most 5 s', async () => {
    const time = createVirtualTime(() => 0.999)
    const { attempt, at } = failing(time, Array.from({ length: 8 }, transient))
    await time.until(retry('call', attempt, optionsOf(time)))
    const waits = at.slice(1).map((now, index) => Math.round(now - (at[index] ?? 0)))
    expect(waits).toEqual([200, 400, 799, 1598, 3197, 4995, 4995, 4995])
  })

  it.each([
    ['RetryAfterSeconds in the body', { RetryAfterSeconds: 7 }],
    ['the header retry-after', { $response: { headers: { 'retry-after': '7' } } }],
    ['the header x-amz-retry-after', { $response: { headers: { 'x-amz-retry-after': '7000' } } }],
  ])('waits as long as %s says', async (_where, members) => {
    for (const name of ['ThrottlingException', 'InternalServerException']) {
      const time = createVirtualTime()
      const { attempt, at } = failing(time, [awsError(name, members)])
      await time.until(retry('call', attempt, optionsOf(time)))
      expect(at).toEqual([0, 7_000])
    }
  })

  it.each([
    ['ThrottlingException', 0.01],
    ['InternalServerException', 0.05],
  ])('with %s is not made sooner because the service asks for %s s only', async (name, RetryAfterSeconds) => {
    const time = createVirtualTime(() => 0.5)
    const { attempt, at } = failing(time, [awsError(name, { RetryAfterSeconds })])
    await time.until(retry('call', attempt, optionsOf(time)))
    expect(at).toEqual([0, 100])
  })

  it('ends in one sentence at the deadline, the cause kept', async () => {
    const time = createVirtualTime()
    const attempt: Attempt<never> = async (signal, started) => {
      started()
      await time.sleep(100, signal)
      throw transient()
    }
    const error = await refusal(time, retry('ListGroups', attempt, optionsOf(time, { deadlineMs: 30_000 })))
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(/^Gave up on ListGroups after 30 seconds.*AWS Health Dashboard/)
    expect(error.cause).toMatchObject({ name: 'InternalServerException' })
    expect(time.now()).toBeLessThanOrEqual(30_000)
    expect(time.now()).toBeGreaterThan(20_000)
  })

  it.each([
    ['what AWS calls it', transient(), 'the last attempt: InternalServerException'],
    [
      'the code of the network',
      Object.assign(new Error('read'), { code: 'ECONNRESET' }),
      'the last attempt: ECONNRESET',
    ],
  ])('names at the deadline the last failure, by %s', async (_by, thrown, words) => {
    const time = createVirtualTime()
    const attempt: Attempt<never> = (_signal, started) => {
      started()
      return Promise.reject(thrown)
    }
    const error = await refusal(time, retry('ListUsers', attempt, optionsOf(time)))
    expect(error.message).toContain(`no usable response (${words}). Check the network`)
  })

  it('says at the deadline that no answer came where each attempt hung', async () => {
    const time = createVirtualTime()
    const attempt: Attempt<never> = (_signal, started) => {
      started()
      return new Promise(() => undefined)
    }
    const error = await refusal(time, retry('ListUsers', attempt, optionsOf(time)))
    expect(error.message).toContain('no usable response (the last attempt timed out). Check the network')
  })

  it('does not wait for an hour that the service asks for, but ends at once', async () => {
    const time = createVirtualTime()
    const { attempt } = failing(time, [awsError('ThrottlingException', { RetryAfterSeconds: 3_600 })])
    const error = await refusal(time, retry('ListGroups', attempt, optionsOf(time)))
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(
      /^Gave up on ListGroups after 0 seconds: AWS asked to wait another 3600, and a call may take 120 in all\. AWS kept throttling/,
    )
    expect(error.cause).toMatchObject({ name: 'ThrottlingException' })
    expect(time.now()).toBe(0)
  })

  it.each([
    ['ENOTFOUND', 5],
    ['ECONNREFUSED', 5],
    ['RequestTimeTooSkewed', 3],
  ])('with %s, which seldom heals, is made %i times', async (what, attempts) => {
    const time = createVirtualTime()
    const thrown = what.startsWith('E') ? Object.assign(new Error(what), { code: what }) : awsError(what)
    const { attempt, at } = failing(
      time,
      Array.from({ length: 99 }, () => thrown),
    )
    const error: unknown = await time.until(
      retry('call', attempt, optionsOf(time)).catch((caught: unknown) => caught),
    )
    expect(error).toBe(thrown)
    expect(at).toHaveLength(attempts)
  })
})

describe('an attempt that hangs', () => {
  it('is given up after an eighth of the deadline, and made again', async () => {
    const time = createVirtualTime(() => 0)
    const at: number[] = []
    const attempt: Attempt<string> = (signal, started) => {
      started()
      at.push(time.now())
      return at.length === 1
        ? new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error)
            })
          })
        : Promise.resolve('answer')
    }
    expect(await time.until(retry('call', attempt, optionsOf(time)))).toBe('answer')
    expect(at).toEqual([0, 15_000])
  })

  it('is given up even if it does not listen to its signal', async () => {
    const time = createVirtualTime(() => 0)
    let attempts = 0
    const attempt: Attempt<string> = (_signal, started) => {
      started()
      attempts += 1
      return attempts === 1 ? new Promise(() => undefined) : Promise.resolve('answer')
    }
    expect(await time.until(retry('call', attempt, optionsOf(time)))).toBe('answer')
    expect(time.now()).toBe(15_000)
  })

  it('may wait for its turn as long as it takes: its clock starts when the request goes out', async () => {
    const time = createVirtualTime()
    const attempt: Attempt<string> = async (signal, started) => {
      await time.sleep(500_000, signal)
      started()
      await time.sleep(1_000, signal)
      return 'answer'
    }
    expect(await time.until(retry('call', attempt, optionsOf(time)))).toBe('answer')
  })
})

describe('the end of a run', () => {
  it('is told with its reason, whatever the attempt makes of it', async () => {
    const time = createVirtualTime()
    const control = new AbortController()
    const attempt: Attempt<never> = () => {
      control.abort(new Error('stopped'))
      return Promise.reject(awsError('ValidationException'))
    }
    const call = retry('call', attempt, optionsOf(time, { signal: control.signal }))
    await expect(time.until(call)).rejects.toThrow('stopped')
  })

  it('is not awaited by a timer of an attempt that was answered', async () => {
    const time = createVirtualTime()
    let waiting = 0
    const sleep: VirtualTime['sleep'] = async (...given) => {
      waiting += 1
      await time.sleep(...given).finally(() => (waiting -= 1))
    }
    const { attempt } = failing(time, [transient()])
    await time.until(retry('call', attempt, optionsOf(time, { time: { ...time, sleep } })))
    expect(waiting).toBe(0)
  })

  it.each([
    ['an attempt', 50],
    ['the wait after a failure', 150],
  ])('ends %s at once, with its reason', async (_what, at) => {
    const time = createVirtualTime(() => 0.999)
    const control = new AbortController()
    const attempt: Attempt<never> = async (signal, started) => {
      started()
      await time.sleep(100, signal)
      throw transient()
    }
    const call = retry('call', attempt, optionsOf(time, { signal: control.signal }))
    const stop = time.sleep(at).then(() => {
      control.abort(new Error('stopped'))
    })
    await expect(time.until(Promise.all([call, stop]))).rejects.toThrow('stopped')
    expect(time.now()).toBe(at)
  })
})

it('every call ends by its deadline and one attempt, whatever the dice and the hints', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 50, max: 20_000 }),
      fc.integer({ min: 1_000, max: 20_000 }),
      async (dice, hint, latency, deadlineMs) => {
        let thrown = 0
        const time = createVirtualTime(() => dice[thrown++ % dice.length] ?? 0)
        const attempt: Attempt<never> = async (signal, started) => {
          started()
          await time.sleep(latency, signal)
          throw awsError('ThrottlingException', { RetryAfterSeconds: hint })
        }
        const error = await refusal(time, retry('call', attempt, optionsOf(time, { deadlineMs })))
        expect(error.kind).toBe('unavailable')
        expect(time.now()).toBeLessThanOrEqual(deadlineMs + Math.min(latency, deadlineMs / 8))
      },
    ),
    { seed: 11, numRuns: 100 },
  )
})

/** Fails with each of these in turn, then answers; `at` holds when it was called. */
function failing(time: VirtualTime, errors: Error[]): { attempt: Attempt<string>; at: number[] } {
  const at: number[] = []
  return {
    at,
    attempt: (_signal, started) => {
      started()
      at.push(time.now())
      const error = errors[at.length - 1]
      return error === undefined ? Promise.resolve('answer') : Promise.reject(error)
    },
  }
}

async function refusal(time: VirtualTime, call: Promise<unknown>): Promise<UserError> {
  const error: unknown = await time.until(
    call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  )
  if (error instanceof UserError) return error
  throw new Error('no UserError')
}

function optionsOf(time: VirtualTime, options: Partial<RetryOptions> = {}): RetryOptions {
  return {
    time,
    deadlineMs: 120_000,
    signal: new AbortController().signal,
    ...options,
  }
}
