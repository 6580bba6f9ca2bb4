import type { Time } from '../../src/identity-center/time.ts'

/** An error as the SDK throws it: what matters is its name, its members and the status. */
export function awsError(
  name: string,
  members: Record<string, unknown> = {},
  message = 'Told by AWS.',
): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...members })
}

/** The limit of the service: a token bucket that other clients may drink from as well. */
export interface ServiceLimit {
  /** Throws a throttle where no token is left. */
  take(): void
  readonly throttled: number
}

export function createServiceLimit(time: Time, ratePerSecond: number, bucket: number): ServiceLimit {
  let tokens = bucket
  let filledAt = time.now()
  let throttled = 0
  return {
    take() {
      const now = time.now()
      tokens = Math.min(bucket, tokens + ((now - filledAt) / 1000) * ratePerSecond)
      filledAt = now
      // The sum of many small refills is a hair below the whole.
      if (tokens > 1 - 1e-9) {
        tokens -= 1
        return
      }
      throttled += 1
      throw awsError('ThrottlingException', { $metadata: { httpStatusCode: 429 } })
    },
    get throttled() {
      return throttled
    },
  }
}
