import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { createColumn } from '../../src/snapshot/column.ts'
import {
  collectMembers,
  idsOf,
  membershipComparer,
  NOBODY,
  type MemberCollector,
  type Members,
} from '../../src/snapshot/memberships.ts'
import type { User } from '../../src/snapshot/model.ts'
import { byExternalId, user, userRecordsOf } from '../fixtures/identities.ts'

const ids = ['10', '11', '2', '9a', 'B', 'a', 'é', '\u{1f600}', '\uffff']
/** Lists of groups as anyone may give them: in any order, and repeatedly. */
const anyLists = fc.uniqueArray(
  fc.record({ id: fc.constantFrom(...ids), groups: fc.array(fc.constantFrom(...ids), { maxLength: 12 }) }),
  { selector: ({ id }) => id },
)
/** Groups that have their numbers before anybody is in one. */
const anyGiven = fc.shuffledSubarray(ids)

type Lists = readonly { id: string; groups: readonly string[] }[]

function sortedDistinct(list: readonly string[]): string[] {
  return [...new Set(list)].sort()
}

function userOf(id: string): User {
  const { groupExternalIds: _, ...record } = user(id)
  return record
}

function addTo(collector: MemberCollector, lists: Lists): Members {
  for (const { id, groups } of lists)
    collector.add(
      userOf(id),
      groups.map((group) => collector.numberOf(group)),
    )
  return collector.end()
}

/** One that knows some groups already, whoever is in them. */
function collectorOf(given: readonly string[]): MemberCollector {
  const collector = collectMembers()
  for (const id of given) collector.numberOf(id)
  return collector
}

function listsOf({ users, memberships }: Members): string[][] {
  return users.map((_, number) => idsOf(memberships, memberships.groupsOf(number)))
}

describe('collectMembers', () => {
  it('gives each user exactly its groups, sorted and each once, and the users by their ids', () => {
    fc.assert(
      fc.property(anyLists, anyGiven, (lists, given) => {
        const members = addTo(collectorOf(given), lists)
        const sorted = lists.toSorted((a, b) => (a.id < b.id ? -1 : 1))
        const expected = sorted.map(({ groups }) => sortedDistinct(groups))
        expect(members.users).toEqual(sorted.map(({ id }) => userOf(id)))
        expect(listsOf(members)).toEqual(expected)
        expect(members.memberships.count).toBe(expected.flat().length)
        expect(members.memberships.groupIds).toEqual(sortedDistinct(lists.flatMap(({ groups }) => groups)))
        for (const number of members.users.keys()) {
          const numbers = [...members.memberships.groupsOf(number)]
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
        }
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  it('finds the number of a group that somebody named, and of no other', () => {
    const collector = collectorOf(['b'])
    expect([collector.find('b'), collector.find('a')]).toEqual([0, undefined])
    expect([collector.numberOf('a'), collector.numberOf('b'), collector.numberOf('a')]).toEqual([1, 0, 1])
    expect(collector.find('a')).toBe(1)
  })

  it('keeps the order of users of one id, and gives each its own groups', () => {
    const members = addTo(collectMembers(), [
      { id: 'z', groups: ['c'] },
      { id: 'a', groups: ['a'] },
      { id: 'z', groups: ['b', 'a'] },
    ])
    expect(members.users.map(({ externalId }) => externalId)).toEqual(['a', 'z', 'z'])
    expect(listsOf(members)).toEqual([['a'], ['c'], ['a', 'b']])
  })

  it.each([false, true])('keeps 5,000 memberships apart, also of users that are sorted: %p', (isSorted) => {
    const name = (n: number) => String(n).padStart(4, '0')
    const lists = Array.from({ length: 1250 }, (_, n) => ({
      id: name(isSorted ? n : (n * 7) % 1250),
      groups: Array.from({ length: 4 }, (__, i) => name((n * 13 + i * 601) % 2000)),
    }))
    const members = addTo(collectMembers(), lists)
    const expected = lists
      .map(({ id, groups }) => ({ ...user(id), groupExternalIds: sortedDistinct(groups) }))
      .sort(byExternalId)
    expect(userRecordsOf(members)).toEqual(expected)
    expect(members.memberships.count).toBe(5000)
  })

  it('gives nobody where nobody was added', () => {
    expect(listsOf(NOBODY)).toEqual([])
    expect([NOBODY.users, NOBODY.groups, NOBODY.memberships.groupIds]).toEqual([[], [], []])
    expect(NOBODY.memberships.count).toBe(0)
  })
})

describe('membershipComparer', () => {
  it('finds what a difference of sets finds, whatever ids the two sides number', () => {
    fc.assert(
      fc.property(anyLists, anyGiven, anyLists, anyGiven, (one, givenBefore, other, givenNow) => {
        const before = addTo(collectorOf(givenBefore), one)
        const now = addTo(collectorOf(givenNow), other)
        const compare = membershipComparer(before.memberships, now.memberships)
        const [left, right] = [listsOf(before), listsOf(now)]
        // Nobody, and everybody, of either side.
        for (const was of [undefined, ...left.keys()]) {
          for (const is of [undefined, ...right.keys()]) {
            const from = was === undefined ? [] : (left[was] ?? [])
            const to = is === undefined ? [] : (right[is] ?? [])
            const { removed, added } = compare(was, is)
            expect(idsOf(before.memberships, removed)).toEqual(from.filter((id) => !to.includes(id)))
            expect(idsOf(now.memberships, added)).toEqual(to.filter((id) => !from.includes(id)))
          }
        }
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})

describe('createColumn', () => {
  it.each([0, 1, 1023, 1024, 1025, 2048, 2049, 5000])('keeps %i numbers, of up to 32 bits', (length) => {
    const numbers = Array.from({ length }, (_, n) => 2 ** 32 - 1 - n)
    const column = createColumn()
    const exact = createColumn(length)
    for (const number of numbers) {
      column.push(number)
      exact.push(number)
    }
    expect(column.length).toBe(length)
    const end = column.end()
    expect([...end]).toEqual(numbers)
    expect(end.buffer.byteLength).toBe(4 * length)
    expect(exact.end()).toEqual(end)
  })
})
