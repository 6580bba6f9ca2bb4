/** More than the pace ever has in flight, so that a call always waits for its turn; few enough to cost no memory. */
const READERS = 128

export type ReadOne<T = string> = (one: T) => Promise<void>

/** Reads side by side, counting down what is left; after a failure nothing new is begun. */
export async function readEach<T>(
  all: readonly T[],
  readOne: ReadOne<T>,
  left = { count: all.length },
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
  await Promise.all(Array.from({ length: Math.min(READERS, all.length) }, readSome))
}

/** Reads one alone, then the others side by side: a call that is not allowed is refused once. */
export async function readEachAfterFirst<T>(
  [first, ...rest]: readonly T[],
  readOne: ReadOne<T>,
  left?: { count: number },
): Promise<void> {
  if (first === undefined) return
  await readOne(first)
  if (left !== undefined) left.count -= 1
  await readEach(rest, readOne, left)
}
