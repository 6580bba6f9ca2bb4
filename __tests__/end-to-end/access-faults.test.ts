import { describe, expect, it, jest } from '@jest/globals'
import { accessCatalogue } from '../../emulator/access-catalogue.ts'
import { catalogue } from '../../emulator/catalogue.ts'
import { createOrganization } from '../../emulator/organization.ts'
import { choosePairs, createFaultRunner, expectOutcome, throttledThird } from './fault-runs.ts'

// The runs of this file share the machine, a few at a time; a test waits for its own.
jest.setTimeout(120_000)

/** Two pages of users, read by pairs; or by principal, with nearly every permission set in every account. */
const run = createFaultRunner(
  {
    pairs: () =>
      createOrganization({
        seed: 4,
        users: 120,
        groups: 9,
        memberships: 60,
        access: { accounts: 25, permissionSets: 6, assignments: 60 },
      }),
    principal: () =>
      createOrganization({
        seed: 4,
        users: 21,
        groups: 6,
        memberships: 60,
        access: { accounts: 25, permissionSets: 6, assignments: 40, provisioned: 1_500 },
      }),
  },
  { access: 'accounts' },
)

it.concurrent.each(['pairs', 'principal'] as const)('without a fault access is read by %s', async (way) => {
  const ended = await run(way, [])
  expectOutcome(ended)
  expect(ended.result.summary).toContain(`| by ${way} |`)
})

describe('a fault of SSO Admin or Organizations', () => {
  /** Those that strike in both ways take turns. */
  const faults = accessCatalogue.map(([name, entry], n) => {
    const way = entry.way ?? (n % 2 === 0 ? 'pairs' : 'principal')
    return { name, entry, way } as const
  })
  it.concurrent.each(faults)(
    '$name ($way): gives the bytes of a run without it, or a refusal',
    async ({ entry, way }) => {
      const ended = await run(way, [entry])
      expectOutcome(ended)
      expect(ended.struck > 0).toBe(entry.faults !== undefined)
      expect(ended.complaints).toStrictEqual([])
    },
  )
})

describe('a fault of the identity store and one of access', () => {
  const pairs = choosePairs(16, catalogue, accessCatalogue, ({ direction }) => direction !== 'user')
  it.concurrent.each(pairs)(
    '$first and $second: give the bytes of a run without them, or a refusal',
    async ({ entries }) => {
      const [way = 'pairs'] = entries.flatMap((entry) => entry.way ?? [])
      expectOutcome(await run(way, entries))
    },
  )
})

describe('throttling of three calls of ten of both services', () => {
  it.concurrent.each([1, 2, 3])('is only a delay (seed %d)', async (seed) => {
    const ended = await run('pairs', [throttledThird(seed)])
    expectOutcome(ended)
    expect(ended.struck).toBeGreaterThan(0)
  })
})
