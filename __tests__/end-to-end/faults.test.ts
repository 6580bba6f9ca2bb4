import { describe, expect, it, jest } from '@jest/globals'
import { catalogue } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import { createOrganization } from '../../emulator/organization.ts'
import { choosePairs, createFaultRunner, expectOutcome, throttledThird } from './fault-runs.ts'

// The runs of this file share the machine, a few at a time; a test waits for its own.
jest.setTimeout(120_000)

/** Two pages of users; by user where there are more groups than users. */
const run = createFaultRunner({
  group: () => createOrganization({ seed: 4, users: 130, groups: 9, memberships: 90 }),
  user: () => createOrganization({ seed: 5, users: 105, groups: 120, memberships: 250 }),
})

describe('a fault', () => {
  it.concurrent.each(catalogue)('%s: gives the bytes of a run without it, or a refusal', async (_, entry) => {
    const ended = await run(entry.direction ?? 'group', [entry])
    expectOutcome(ended)
    expect(ended.complaints).toStrictEqual([])
  })
})

describe('two faults at once', () => {
  const pairs = choosePairs(16, catalogue, catalogue, (one, other) => directionsOf(one, other).size < 2)
  it.concurrent.each(pairs)(
    '$first and $second: give the bytes of a run without them, or a refusal',
    async ({ entries }) => {
      const [direction = 'group'] = directionsOf(...entries)
      expectOutcome(await run(direction, entries))
    },
  )
})

describe('throttling of three calls of ten', () => {
  it.concurrent.each([1, 2, 3])('is only a delay (seed %d)', async (seed) => {
    const ended = await run('group', [throttledThird(seed)])
    expectOutcome(ended)
    expect(ended.struck).toBeGreaterThan(0)
  })
})

function directionsOf(...entries: CatalogueEntry[]): Set<'group' | 'user'> {
  return new Set(entries.flatMap(({ direction }) => direction ?? []))
}
