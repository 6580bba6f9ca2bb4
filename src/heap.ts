import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const LOOK_EVERY_MS = 10

/**
 * How large both halves of V8's young generation may become, which starts at 4 MiB, doubles, and would end at 128; and by
 * how much the rest of the heap may grow before it is searched for garbage. While AWS is read, the answers to all calls
 * under way must fit the young generation: where they do not, a fifth of the CPU time goes into moving them.
 */
const LIMITS = {
  aws: { youngBytes: 32 * 1024 * 1024, growingPercent: 40 },
  directory: { youngBytes: 16 * 1024 * 1024, growingPercent: 60 },
} as const

/**
 * Bounds the heap for a source. V8 takes the size of the young generation from the command line only, which an action does
 * not have; whether it may grow, it asks each time. The figures stand in docs/performance.md.
 */
export function growHeapSlowly(source: keyof typeof LIMITS): void {
  const { youngBytes, growingPercent } = LIMITS[source]
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young !== undefined && young.space_size < youngBytes) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, LOOK_EVERY_MS)
  timer.unref()
}
