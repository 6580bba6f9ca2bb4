import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8's heap grow slowly: what a call to AWS leaves behind is short-lived, and V8 would else hold tens of megabytes of
 * it. Memory against CPU time: the figures stand in docs/performance.md.
 */
export function growHeapSlowly(): void {
  for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=60']) setFlagsFromString(flag)
}
