import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { entries, membershipEntries, SEPARATOR, type Entries } from '../../src/changes/entries.ts'
import { compareRecords } from '../fixtures/changes.ts'
import { anyName, anyRecords, group, user } from '../fixtures/identities.ts'

function sizeOf(list: Entries): number {
  return [...list.texts()].reduce((sum, text) => sum + Buffer.byteLength(text) + SEPARATOR.length, 0)
}

/** A list is as long as its texts; where that is more than may be, it is measured no further. */
function expectMeasured(list: Entries): void {
  const size = sizeOf(list)
  expect(list.size(Infinity)).toBe(size)
  expect(list.size(size)).toBe(size)
  if (size > 0) expect(list.size(size - 1)).toBeGreaterThan(size - 1)
  if (size > 1) expect(list.size(1)).toBeGreaterThan(1)
}

describe('entries of changes-file', () => {
  it('are as long as their texts with a separator each, for any changes', () => {
    let memberships = 0
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        const { users, memberships: differing, groupName } = compareRecords(a, b)
        for (const members of [differing.added, differing.removed]) {
          expectMeasured(membershipEntries(members, groupName))
          memberships += members.memberships.count
        }
        expectMeasured(entries(users.added, ({ userName }) => JSON.stringify({ userName })))
      }),
      { seed: 20260504, numRuns: 300 },
    )
    // Else nothing was measured.
    expect(memberships).toBeGreaterThan(1000)
  })

  it('are as long as their texts however long the names are, and however many the groups', () => {
    fc.assert(
      fc.property(
        anyName,
        fc.constantFrom(1, 1000, 9000),
        fc.constantFrom(1, 2, 500),
        (name, times, count) => {
          const ids = Array.from({ length: count }, (_, n) => `g${String(n).padStart(3, '0')}`)
          const groups = ids.map((id, n) =>
            group(id, n % 250 === 0 ? { name: `${name}x`.repeat(times) } : {}),
          )
          const users = ['u1', 'u2'].map((id) => user(id, { userName: name, groupExternalIds: ids }))
          const { memberships, groupName } = compareRecords({ users: [], groups: [] }, { users, groups })
          const list = membershipEntries(memberships.added, groupName)
          expectMeasured(list)
          expect(JSON.parse(`[${[...list.texts()].join(SEPARATOR)}]`)).toHaveLength(2 * count)
        },
      ),
      { seed: 20260505, numRuns: 60 },
    )
  })

  it('stops measuring at the user with whom it is too long', () => {
    const named: string[] = []
    const users = ['u1', 'u2', 'u3'].map((id) => user(id, { groupExternalIds: [`g-${id}`] }))
    const { memberships } = compareRecords({ users: [], groups: [] }, { users, groups: [] })
    const list = membershipEntries(memberships.added, (id) => {
      named.push(id)
      return id
    })
    expect(list.size(1)).toBeGreaterThan(1)
    expect(named).toEqual(['g-u1'])
  })
})
