import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { compareSnapshots } from '../../src/changes/compare.ts'
import type { Changes } from '../../src/changes/model.ts'
import type { Group, User } from '../../src/snapshot/model.ts'
import { compareRecords } from '../fixtures/changes.ts'
import {
  anyRecords,
  byExternalId,
  group,
  identitiesOf,
  user,
  userRecordsOf,
  type Records,
} from '../fixtures/identities.ts'

const settings = { seed: 20260501, numRuns: 400 }

describe('compareSnapshots', () => {
  it('finds nothing between a snapshot and itself', () => {
    fc.assert(
      fc.property(anyRecords, (a) => {
        const changes = compareRecords(a, structuredClone(a))
        expect(changes.counts).toEqual({
          users: { added: 0, removed: 0, changed: 0 },
          groups: { added: 0, removed: 0, changed: 0 },
          memberships: { added: 0, removed: 0 },
        })
        expect(
          [changes.users, changes.groups].flatMap((kind) => Object.values(kind).flat() as unknown[]),
        ).toEqual([])
        expect([changes.memberships.added.users, changes.memberships.removed.users]).toEqual([[], []])
        expect(changes.emailsLost).toBe(0)
      }),
      settings,
    )
  })

  it('gives the current snapshot when its changes are applied to the baseline', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        expect(apply(a, compareRecords(a, b))).toEqual(b)
      }),
      settings,
    )
  })

  it('counts the other way round when the sides are swapped', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        const there = compareRecords(a, b).counts
        const back = compareRecords(b, a).counts
        expect(back.users).toEqual({ ...there.users, added: there.users.removed, removed: there.users.added })
        expect(back.groups).toEqual({
          ...there.groups,
          added: there.groups.removed,
          removed: there.groups.added,
        })
        expect(back.memberships).toEqual({
          added: there.memberships.removed,
          removed: there.memberships.added,
        })
      }),
      settings,
    )
  })

  it('agrees with a naive comparison by sets, in counts, order and the sizes for the guard', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        const changes = compareRecords(a, b)
        expect(changes.users.added.map(idOf)).toEqual(onlyIn(b.users, a.users))
        expect(changes.users.removed.map(idOf)).toEqual(onlyIn(a.users, b.users))
        expect(changes.users.changed.map(({ user }) => user.externalId)).toEqual(differing(a.users, b.users))
        expect(changes.groups.added.map(idOf)).toEqual(onlyIn(b.groups, a.groups))
        expect(changes.groups.removed.map(idOf)).toEqual(onlyIn(a.groups, b.groups))
        expect(changes.groups.changed.map(({ group }) => group.externalId)).toEqual(
          differing(a.groups, b.groups),
        )
        const before = pairs(a)
        const now = pairs(b)
        expect(pairsOf(changes.memberships.added)).toEqual([...now].filter((pair) => !before.has(pair)))
        expect(pairsOf(changes.memberships.removed)).toEqual([...before].filter((pair) => !now.has(pair)))
        expect(changes.counts.memberships.added).toBe(pairsOf(changes.memberships.added).length)
        expect(changes.counts.memberships.removed).toBe(pairsOf(changes.memberships.removed).length)
        expect(changes.counts.users.changed).toBe(changes.users.changed.length)
        expect(changes.counts.groups.added).toBe(changes.groups.added.length)
        expect(changes.baseline).toEqual({
          users: a.users.length,
          groups: a.groups.length,
          memberships: before.size,
          emails: a.users.filter(({ email }) => email !== '').length,
        })
        const emails = new Map(b.users.map(({ externalId, email }) => [externalId, email]))
        expect(changes.emailsLost).toBe(
          a.users.filter((u) => u.email !== '' && emails.get(u.externalId) === '').length,
        )
      }),
      settings,
    )
  })

  it('names exactly the fields that differ, with the values of both sides', () => {
    const before = {
      users: [user('u', { email: 'old@example.com' })],
      groups: [group('g', { parentGroupExternalIds: ['a'] })],
    }
    const now = {
      users: [user('u', { email: 'new@example.com', isMachine: false })],
      groups: [group('g', { parentGroupExternalIds: ['a', 'b'], description: 'text' })],
    }
    const changes = compareRecords(before, now)
    expect(changes.users.changed[0]?.fields).toEqual({
      email: { from: 'old@example.com', to: 'new@example.com' },
      isMachine: { from: null, to: false },
    })
    expect(changes.groups.changed[0]?.fields).toEqual({
      description: { from: '', to: 'text' },
      parentGroupExternalIds: { from: ['a'], to: ['a', 'b'] },
    })
  })

  it('does not call a user changed for a membership, and counts memberships of groups that no record describes', () => {
    const changes = compareRecords(
      { users: [user('u', { groupExternalIds: ['gone'] })], groups: [] },
      { users: [user('u', { groupExternalIds: ['new', 'other'] })], groups: [] },
    )
    expect(changes.counts.users.changed).toBe(0)
    expect(changes.counts.memberships).toEqual({ added: 2, removed: 1 })
    expect(changes.groupName('gone')).toBe('gone')
  })

  it('names a group as it is now, and a removed one as it was', () => {
    const changes = compareRecords(
      { users: [], groups: [group('a', { name: 'old' }), group('b', { name: 'removed' })] },
      { users: [], groups: [group('a', { name: 'new' })] },
    )
    expect(['a', 'b'].map((id) => changes.groupName(id))).toEqual(['new', 'removed'])
  })

  it('sees a tag that differs in its source alone', () => {
    const tagged = (source: string) => ({
      users: [user('u', { tags: [{ key: 'Status', value: 'ENABLED', source }] })],
      groups: [],
    })
    expect(compareRecords(tagged('old'), tagged('new')).counts.users.changed).toBe(1)
  })

  it('lists only users that gain or lose a membership', () => {
    const alone = user('alone')
    const empty = { users: [], groups: [] }
    const joined = { users: [user('u', { groupExternalIds: ['a', 'b'] })], groups: [] }
    const before = { users: [user('u', { groupExternalIds: ['a'] })], groups: [] }
    expect(compareRecords(empty, { users: [alone], groups: [] }).memberships.added.users).toEqual([])
    expect(compareRecords({ users: [alone], groups: [] }, empty).memberships.removed.users).toEqual([])
    expect(compareRecords(before, joined).memberships.removed.users).toEqual([])
  })

  it('shares the records of new and removed users instead of copying them', () => {
    const empty = identitiesOf({ users: [], groups: [] })
    const some = identitiesOf({ users: [user('u', { groupExternalIds: ['a', 'b'] })], groups: [] })
    expect(compareSnapshots(empty, some).memberships.added.users[0]).toBe(some.users[0])
    expect(compareSnapshots(some, empty).memberships.removed.users[0]).toBe(some.users[0])
  })
})

function apply(baseline: Records, changes: Changes): Records {
  const users = new Map(baseline.users.map((u): [string, User] => [u.externalId, u]))
  const groups = new Map(baseline.groups.map((g): [string, Group] => [g.externalId, g]))
  const members = new Map(baseline.users.map((u) => [u.externalId, new Set(u.groupExternalIds)]))
  for (const { externalId, groupExternalIds } of userRecordsOf(changes.memberships.removed)) {
    for (const id of groupExternalIds ?? []) expect(members.get(externalId)?.delete(id)).toBe(true)
  }
  for (const { externalId } of changes.users.removed) users.delete(externalId)
  for (const { externalId } of changes.groups.removed) groups.delete(externalId)
  for (const added of changes.users.added) {
    users.set(added.externalId, added)
    members.set(added.externalId, new Set())
  }
  for (const added of changes.groups.added) groups.set(added.externalId, added)
  for (const { user, fields } of changes.users.changed)
    users.set(user.externalId, patched(users, user.externalId, fields))
  for (const { group, fields } of changes.groups.changed)
    groups.set(group.externalId, patched(groups, group.externalId, fields))
  for (const { externalId, groupExternalIds } of userRecordsOf(changes.memberships.added)) {
    for (const id of groupExternalIds ?? []) members.get(externalId)?.add(id)
  }
  return {
    users: [...users.values()].sort(byExternalId).map((u) => {
      const ids = [...(members.get(u.externalId) ?? [])].sort()
      return { ...u, groupExternalIds: ids.length === 0 ? null : ids }
    }),
    groups: [...groups.values()].sort(byExternalId),
  }
}

function patched<T>(
  records: Map<string, T>,
  id: string,
  fields: Record<string, { from: unknown; to: unknown }>,
): T {
  const record = records.get(id)
  if (record === undefined) throw new Error('a changed record is not in the baseline')
  const to = Object.fromEntries(Object.entries(fields).map(([field, change]) => [field, change.to]))
  for (const [field, { from }] of Object.entries(fields))
    expect(Reflect.get(Object(record), field)).toEqual(from)
  return { ...record, ...to }
}

function idOf({ externalId }: { externalId: string }) {
  return externalId
}

function onlyIn(these: readonly { externalId: string }[], others: readonly { externalId: string }[]) {
  const ids = new Set(others.map(idOf))
  return these.map(idOf).filter((id) => !ids.has(id))
}

function differing(before: readonly (User | Group)[], now: readonly (User | Group)[]) {
  const text = (record: User | Group) => JSON.stringify({ ...record, groupExternalIds: null })
  const texts = new Map(before.map((record) => [record.externalId, text(record)]))
  return now.filter((r) => texts.has(r.externalId) && texts.get(r.externalId) !== text(r)).map(idOf)
}

function pairs({ users }: Records) {
  return new Set(users.flatMap((u) => (u.groupExternalIds ?? []).map((id) => `${u.externalId} ${id}`)))
}

function pairsOf(changes: Changes['memberships']['added']) {
  return userRecordsOf(changes).flatMap(({ externalId, groupExternalIds }) =>
    (groupExternalIds ?? []).map((id) => `${externalId} ${id}`),
  )
}
