import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { Level } from '../../src/changes/levels.ts'
import type { Access, PermissionSet } from '../../src/snapshot/access.ts'
import { accessOf, arnOf, permissionSet, type Row } from '../fixtures/access.ts'
import { compareAccessOf } from '../fixtures/changes.ts'
import { group, user, type Records } from '../fixtures/identities.ts'

type Organization = Records & { access: Access }

/** One AWS managed policy for each level. */
const POLICIES = new Map<string, Level>([
  ['AdministratorAccess', 'administrator'],
  ['PowerUserAccess', 'privileged'],
  ['AmazonS3FullAccess', 'other'],
  ['ReadOnlyAccess', 'read-only'],
])

/** Every triple of a side with its ways and its level, the plain way: all people, all their assignments. */
function triples({ users, access }: Organization) {
  const held = new Map<string, { level: Level; ways: string[]; user: string; account: string }>()
  for (const { externalId, groupExternalIds } of users) {
    for (const { principalType, principalId, account, permissionSet: arn } of access.assignments) {
      const isHeld =
        principalType === 'USER' ? principalId === externalId : groupExternalIds?.includes(principalId)
      if (isHeld !== true) continue
      const set = access.permissionSets.find((one) => one.arn === arn)
      const level = POLICIES.get(set?.managedPolicies[0]?.replace(/.*\//, '') ?? '') ?? 'other'
      const key = `${externalId} ${account} ${arn}`
      const ways = [...(held.get(key)?.ways ?? []), principalId].sort()
      held.set(key, { level, ways, user: externalId, account })
    }
  }
  return held
}

function byHand(before: Organization, now: Organization) {
  const [was, is] = [triples(before), triples(now)]
  const only = (some: typeof was, other: typeof was) =>
    [...some]
      .filter(([key]) => !other.has(key))
      .map(([key, { level, ways }]) => `${key} ${level} ${ways.join('+')}`)
      .sort()
  const administrates = (some: typeof was) =>
    new Set(
      [...some.values()]
        .filter(({ level }) => level === 'administrator')
        .map(({ user: id, account }) => `${id} ${account}`),
    )
  const earlier = administrates(was)
  const added = [...administrates(is)].filter((one) => !earlier.has(one))
  return {
    opened: only(is, was),
    closed: only(was, is),
    administrators: [...new Set(added.map((one) => one.split(' ')[0]))].length,
    accounts: added.sort(),
  }
}

function byCode(before: Records & { access?: Access }, now: Organization) {
  const { people, counts } = compareAccessOf(before, now)
  const list = (key: 'opened' | 'closed') =>
    people.flatMap(({ user: { externalId }, difference }) =>
      difference[key].map(
        ({ account, permissionSet: { arn }, level, groups, isDirect }) =>
          `${externalId} ${account.id} ${arn} ${level} ${[...groups, ...(isDirect ? [externalId] : [])].sort().join('+')}`,
      ),
    )
  const [opened, closed] = [list('opened'), list('closed')]
  expect([counts.opened, counts.closed]).toEqual([opened.length, closed.length])
  const accounts = people.flatMap(({ user: { externalId }, difference }) =>
    difference.administrator.map(({ account }) => `${externalId} ${account.id}`),
  )
  return {
    // In their order: by person, account and permission set.
    opened,
    closed,
    administrators: counts.administratorsAdded,
    accounts: [...new Set(accounts)].sort(),
  }
}

const userIds = ['u1', 'u2', 'u3', 'u4']
const groupIds = ['g1', 'g2', 'g3', 'g4']
const setKeys = ['a', 'b', 'c']
const accounts = ['111122223333', '444455556666']

/** An organization whose ids come of short lists, so that two of them overlap much: members, direct assignments, levels. */
const anyOrganization: fc.Arbitrary<Organization> = fc
  .record({
    users: fc.subarray(userIds, { minLength: 1 }),
    groups: fc.subarray(groupIds, { minLength: 1 }),
    memberships: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 10 }),
    policies: fc.array(fc.constantFrom(...POLICIES.keys()), { minLength: 3, maxLength: 3 }),
    rows: fc.array(
      fc.tuple(fc.boolean(), fc.nat(3), fc.constantFrom(...accounts), fc.constantFrom(...setKeys)),
      { maxLength: 14 },
    ),
  })
  .map(({ users, groups, memberships, policies, rows }) => ({
    users: users.map((id, u) => {
      const ids = memberships.filter(([at]) => at === u).map(([, g]) => groups[g % groups.length] ?? '')
      return user(id, { groupExternalIds: ids.length === 0 ? null : [...new Set(ids)].sort() })
    }),
    groups: groups.map((id) => group(id)),
    access: accessOf(
      rows.map(([isDirect, at, account, set]): Row => {
        const list = isDirect ? users : groups
        return [isDirect ? 'USER' : 'GROUP', list[at % list.length] ?? '', account, set]
      }),
      setKeys.map((key, i) =>
        permissionSet(key, { managedPolicies: [`arn:aws:iam::aws:policy/${policies[i] ?? ''}`] }),
      ),
    ),
  }))

/** One in which a few things of another one differ. */
const anyPair = fc.oneof(
  fc.tuple(anyOrganization, anyOrganization),
  fc
    .tuple(anyOrganization, anyOrganization)
    .map(([one, other]): [Organization, Organization] => [
      one,
      { ...one, access: accessFor(one, other.access) },
    ]),
  fc.tuple(anyOrganization, anyOrganization).map(([one, other]): [Organization, Organization] => [
    one,
    withAccess({
      ...one,
      users: one.users.map((is) => other.users.find(({ externalId }) => externalId === is.externalId) ?? is),
      groups: [...groupIds].map((id) => group(id)),
    }),
  ]),
  // A group made again: another id, the same people, and the assignments gone or given anew.
  fc.tuple(anyOrganization, fc.boolean()).map(([one, isGiven]): [Organization, Organization] => {
    const again = (id: string) => (id === 'g1' ? 'g9' : id)
    const users = one.users.map((is) => ({
      ...is,
      groupExternalIds: is.groupExternalIds?.map(again).sort() ?? null,
    }))
    const groups = [...one.groups.map(({ externalId }) => group(again(externalId)))].sort((a, b) =>
      a.externalId < b.externalId ? -1 : 1,
    )
    const rows = one.access.assignments.flatMap(
      ({ principalType, principalId, account, permissionSet: arn }): Row[] =>
        principalType === 'GROUP' && principalId === 'g1' && !isGiven
          ? []
          : [
              [
                principalType,
                principalType === 'GROUP' ? again(principalId) : principalId,
                account,
                arn.slice(arnOf('').length),
              ],
            ],
    )
    return [one, { users, groups, access: accessOf(rows, one.access.permissionSets) }]
  }),
)

function accessFor({ users, groups }: Records, access: Access): Access {
  const ids = new Set([...users, ...groups].map(({ externalId }) => externalId))
  return accessOf(
    access.assignments
      .filter(({ principalId }) => ids.has(principalId))
      .map(({ principalType, principalId, account, permissionSet: arn }): Row => [
        principalType,
        principalId,
        account,
        arn.slice(arnOf('').length),
      ]),
    access.permissionSets,
  )
}

function withAccess(organization: Organization): Organization {
  return { ...organization, access: accessFor(organization, organization.access) }
}

describe('compareAccess', () => {
  it('agrees with all triples of 500 pairs of organizations', () => {
    const seen = { opened: 0, closed: 0, administrators: 0 }
    fc.assert(
      fc.property(anyPair, ([before, now]) => {
        const expected = byHand(before, now)
        expect(byCode(before, now)).toEqual(expected)
        seen.opened += expected.opened.length
        seen.closed += expected.closed.length
        seen.administrators += expected.administrators
      }),
      { seed: 15, numRuns: 500 },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100)
  })

  it('takes the assignments of this side for both where the baseline has none', () => {
    fc.assert(
      fc.property(anyOrganization, anyOrganization, ({ users, groups }, now) => {
        const before = { users, groups, access: now.access }
        expect(byCode({ users, groups }, now)).toEqual(byHand(before, now))
        const { assumed, assignmentsBefore, counts } = compareAccessOf({ users, groups }, now)
        expect([assumed, assignmentsBefore]).toEqual([true, null])
        expect(counts.assignments).toEqual({ added: 0, removed: 0 })
        expect(counts.permissionSets).toEqual({ added: 0, removed: 0, changed: 0 })
      }),
      { seed: 16, numRuns: 100 },
    )
  })

  it('names assignments and permission sets that differ, each as the side that has them', () => {
    const people = { users: [user('u')], groups: [group('g', { name: 'admins' })] }
    const old = permissionSet('a', { description: 'old' })
    const before = {
      ...people,
      access: accessOf(
        [
          ['GROUP', 'g', '111122223333', 'a'],
          ['USER', 'u', '111122223333', 'b'],
        ],
        [old, permissionSet('b')],
      ),
    }
    const policy = { Statement: [] }
    const now = {
      ...people,
      access: accessOf(
        [
          ['GROUP', 'g', '111122223333', 'a'],
          ['GROUP', 'g', '111122223333', 'c'],
        ],
        [permissionSet('a', { inlinePolicy: policy }), permissionSet('c')],
        { '111122223333': 'prod' },
      ),
    }
    const { assignments, permissionSets, counts, assignmentsBefore, assignmentsNow } = compareAccessOf(
      before,
      now,
    )
    expect(assignments.added).toEqual([
      {
        principalType: 'GROUP',
        principalId: 'g',
        principalName: 'admins',
        account: '111122223333',
        accountName: 'prod',
        permissionSet: arnOf('c'),
        permissionSetName: 'c',
      },
    ])
    expect(assignments.removed).toEqual([
      {
        principalType: 'USER',
        principalId: 'u',
        principalName: 'u@example.com',
        account: '111122223333',
        accountName: null,
        permissionSet: arnOf('b'),
        permissionSetName: 'b',
      },
    ])
    const names = (sets: PermissionSet[]) => sets.map(({ name }) => name)
    expect([names(permissionSets.added), names(permissionSets.removed)]).toEqual([['c'], ['b']])
    expect(permissionSets.changed.map(({ fields }) => fields)).toEqual([
      { description: { from: 'old', to: '' }, inlinePolicy: { from: null, to: policy } },
    ])
    expect(counts).toMatchObject({
      assignments: { added: 1, removed: 1 },
      permissionSets: { added: 1, removed: 1, changed: 1 },
    })
    expect([assignmentsBefore, assignmentsNow]).toEqual([2, 2])
  })

  it.each<[Partial<PermissionSet>]>([
    [{ name: 'renamed' }],
    [{ description: 'x' }],
    [{ sessionDuration: 'PT12H' }],
    [{ managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    [{ customerManagedPolicies: ['/Deploy'] }],
    [{ inlinePolicy: 'no JSON' }],
    [{ permissionsBoundary: '/Edge' }],
  ])('sees a permission set that differs in %j alone', (more) => {
    const side = (some: Partial<PermissionSet>): Organization => ({
      users: [user('u')],
      groups: [],
      access: accessOf([['USER', 'u', '111122223333', 'a']], [permissionSet('a', some)]),
    })
    const [before, now] = [side({}), side(more)]
    const { changed } = compareAccessOf(before, now).permissionSets
    const [from, to] = [permissionSet('a'), permissionSet('a', more)]
    const [field] = Object.keys(more) as [keyof typeof more]
    expect(changed).toEqual([
      { permissionSet: to, fields: { [field]: { from: from[field], to: to[field] } } },
    ])
    // Records of equal content are equal, whoever parsed them.
    expect(compareAccessOf(now, side(structuredClone(more))).permissionSets.changed).toEqual([])
  })

  it('names a person as this side does, and one who is gone as the baseline did', () => {
    const access = accessOf(
      [
        ['USER', 'u1', '111122223333', 'a'],
        ['USER', 'u2', '111122223333', 'a'],
      ],
      [permissionSet('a')],
    )
    const before = { users: [user('u1'), user('u2')], groups: [], access }
    const users = [user('u1', { userName: 'married' })]
    const now = { users, groups: [], access: accessOf([], []) }
    const names = compareAccessOf(before, now).people.map(({ user: { userName } }) => userName)
    expect(names).toEqual(['married', 'u2@example.com'])
  })

  it('shares one difference among 100,000 people who gain the same, and counts each', () => {
    const users = Array.from({ length: 100_000 }, (_, i) =>
      user(`u${String(i).padStart(6, '0')}`, { groupExternalIds: [`g${String(i % 50)}`, 'z'].sort() }),
    )
    const groups = [...new Set(users.flatMap(({ groupExternalIds }) => groupExternalIds ?? []))]
      .sort()
      .map((id) => group(id))
    const rows: Row[] = groups
      .filter(({ externalId }) => externalId !== 'z')
      .map(({ externalId }): Row => ['GROUP', externalId, '111122223333', 'a'])
    const sets = [permissionSet('a'), permissionSet('b')]
    const { counts, people } = compareAccessOf(
      { users, groups, access: accessOf(rows, sets) },
      {
        users,
        groups,
        access: accessOf(
          [...rows, ['GROUP', 'z', '444455556666', 'b'], ['GROUP', 'z', '111122223333', 'a']],
          sets,
        ),
      },
    )
    expect(counts).toMatchObject({ opened: 100_000, closed: 0, administratorsAdded: 0 })
    expect(new Set(people.map(({ difference }) => difference)).size).toBeLessThanOrEqual(50)
  })
})
