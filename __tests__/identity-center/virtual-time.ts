import type { Time } from '../../src/identity-center/time.ts'

/** Time that passes only while everybody waits: two minutes take no time, and every run is the same. */
export interface VirtualTime extends Time {
  /** Lets time pass until `done` settles; throws where nobody waits for anything any more. */
  until<T>(done: Promise<T>): Promise<T>
}

/** More than twice what any test needs: what hangs in a loop of waits fails within a second or two. */
const MOST_STEPS = 50_000

export function createVirtualTime(random: () => number = () => 0.5): VirtualTime {
  let now = 0
  let order = 0
  const timers: { at: number; order: number; fire: () => void; cancelled: boolean }[] = []

  function insert(timer: (typeof timers)[number]): void {
    let index = timers.length
    while (index > 0 && (timers[index - 1]?.at ?? 0) > timer.at) index -= 1
    timers.splice(index, 0, timer)
  }

  return {
    now: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error)
          return
        }
        const onAbort = (): void => {
          timer.cancelled = true
          reject(signal?.reason as Error)
        }
        const fire = (): void => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        const timer = { at: now + ms, order: order++, fire, cancelled: false }
        signal?.addEventListener('abort', onAbort, { once: true })
        insert(timer)
      }),
    async until<T>(done: Promise<T>): Promise<T> {
      const state = { isSettled: false }
      const mark = (): void => {
        state.isSettled = true
      }
      done.then(mark, mark)
      for (let steps = 0; steps < MOST_STEPS; steps++) {
        await new Promise(setImmediate)
        if (state.isSettled) return done
        let next = timers.shift()
        while (next?.cancelled === true) next = timers.shift()
        if (next === undefined) throw new Error('everybody waits for nothing')
        now = Math.max(now, next.at)
        next.fire()
      }
      throw new Error('time passes without an end')
    },
  }
}
