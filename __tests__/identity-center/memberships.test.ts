import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { createMemberships } from '../../src/identity-center/memberships.ts'
import { Records } from '../../src/identity-center/records.ts'

const read = (pairs: readonly (readonly [user: string, group: string])[]) => {
  const memberships = createMemberships(
    new Records(({ UserId }) => UserId),
    new Records(({ GroupId }) => GroupId),
  )
  for (const [user, group] of pairs) memberships.add(user, group)
  return memberships
}

describe('memberships', () => {
  it('are those that were added and are to be kept, each once, whatever their order', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String)
    const isKept = (user = '', group = '') => (Number(user) + Number(group)) % 4 !== 0
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 200 }), (pairs) => {
        const expected = new Map<string, Set<string>>()
        for (const [user, group] of pairs)
          if (isKept(user, group)) expected.set(user, (expected.get(user) ?? new Set()).add(group))

        const memberships = read(pairs)
        const { userIds, groupIds } = memberships
        const found = memberships.byUser((user, group) => isKept(userIds[user], groupIds[group]))

        const sorted = (entries: Iterable<readonly [string, Iterable<string>]>) =>
          [...entries].map(([user, groups]) => [user, [...groups].sort()]).sort()
        expect(sorted(found)).toEqual(sorted(expected))
        for (let user = 0; user <= 12; user++) {
          const groups = expected.get(String(user))
          expect(found.get(String(user))?.toSorted()).toEqual(groups && [...groups].sort())
        }
        expect(memberships.count).toBe(pairs.length)
      }),
      { seed: 20261124, numRuns: 500 },
    )
  })

  it('may be many, in columns that grow', () => {
    const pairs = Array.from({ length: 5000 }, (_, n) => [`u${n % 50}`, `g${Math.floor(n / 50)}`] as const)
    const found = read(pairs).byUser(() => true)
    expect([...found].map(([user]) => user)).toHaveLength(50)
    expect(found.get('u49')).toEqual(Array.from({ length: 100 }, (_, n) => `g${n}`))
  })
})
