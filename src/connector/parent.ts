import { readFileSync } from 'node:fs'

/**
 * The parent of the very start: main.ts imports this module first, since a parent that ends while the others load would
 * leave a process that takes whoever adopted it for its parent.
 */
// eslint-disable-next-line no-restricted-globals -- main.ts could only pass it on when it is too late
export const parentAtStart = process.ppid

/** Calls `leave` when the process that started this one is gone. Asks every half second, without keeping the process alive. */
export function leaveWithParent(
  { atStart, now, statOf = readStat }: { atStart: number; now: () => number; statOf?: typeof readStat },
  leave: () => void,
): void {
  if (now() !== atStart || (atStart === 1 && isAdopted(statOf))) {
    leave()
    return
  }
  const timer = setInterval(() => {
    if (now() === atStart) return
    clearInterval(timer)
    leave()
  }, 500)
  timer.unref()
}

/**
 * Whether process 1 has adopted this one. It can have started it as well: a CLI that is the first process of its container,
 * in whose process group its connectors are.
 */
function isAdopted(statOf: typeof readStat): boolean {
  try {
    return processGroup(statOf('self')) !== processGroup(statOf('1'))
  } catch {
    // Not Linux, where process 1 never is a CLI; or a process 1 of another user.
    return true
  }
}

function readStat(id: 'self' | '1'): string {
  return readFileSync(`/proc/${id}/stat`, 'latin1')
}

/** proc(5): `id (name) state parent group …`; a name can hold anything. */
function processGroup(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(')')).split(' ')[3]
}
