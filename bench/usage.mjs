// Loaded before the program under test (node --import): when that ends, says what it cost.
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.env['BENCH_USAGE'] ?? ''
delete process.env['BENCH_USAGE']

if (file !== '') {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
    writeFileSync(file, JSON.stringify({ cpuSeconds, peakMiB: (highWaterMark() ?? maxRSS) / 1024 }))
  })
}

/** In KiB. Linux starts the maximum of a new process with that of its parent, so its own status is the truth there. */
function highWaterMark() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  } catch {
    return undefined
  }
}
