import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of both halves of V8's young generation, which starts at 4 MiB, doubles, and would end at 128. */
const YOUNG_BYTES = 16 * 1024 * 1024
const LOOK_EVERY_MS = 10

/**
 * Bounds what V8 holds for objects that live no longer than a call to AWS, and lets the rest of the heap grow slowly. V8
 * takes the size of the young generation from the command line only, which an action does not have; whether it may grow,
 * it asks each time. Memory against CPU time: the figures stand in docs/performance.md.
 */
export function growHeapSlowly(): void {
  setFlagsFromString('--heap-growing-percent=60')
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young !== undefined && young.space_size < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, LOOK_EVERY_MS)
  timer.unref()
}
