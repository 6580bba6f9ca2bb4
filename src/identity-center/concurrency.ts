import { setMaxListeners } from 'node:events'

/** More than a rate limiter ever has in flight, so that a call always waits for its turn; few enough to cost no memory. */
const CONCURRENCY = 128

/** How many are still to read; undefined before that is known. */
export interface Progress {
  left?: { count: number }
}

/**
 * Reads side by side, counting down what is left; after a failure nothing new is begun.
 *
 * @param left where these are a part of what is read
 */
export async function readEach<T>(
  all: readonly T[],
  readOne: (one: T) => Promise<void>,
  progress: Progress = {},
  left = (progress.left = { count: all.length }),
): Promise<void> {
  let next = 0
  const readSome = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) {
      try {
        await readOne(one)
      } catch (error) {
        next = all.length
        throw error
      }
      left.count -= 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, all.length) }, readSome))
}

/** Reads one alone, then the others side by side: a call that is not allowed is refused once. */
export async function readEachAfterFirst<T>(
  all: readonly T[],
  readOne: (one: T) => Promise<void>,
  progress: Progress = {},
): Promise<void> {
  const left = (progress.left = { count: all.length })
  await readEach(all.slice(0, 1), readOne, progress, left)
  await readEach(all.slice(1), readOne, progress, left)
}

/** Ends with the signal, or by itself: what waits of it is not sent any more then. */
export function abortable(signal: AbortSignal): { signal: AbortSignal; abort: (reason?: unknown) => void } {
  const control = new AbortController()
  const either = AbortSignal.any([signal, control.signal])
  // One listener for each waiting call is no leak.
  setMaxListeners(0, either)
  return {
    signal: either,
    abort: (reason) => {
      control.abort(reason)
    },
  }
}

export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
