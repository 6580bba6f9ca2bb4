import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { changesFile } from '../../src/changes/changes-file.ts'
import type { BaselineReference } from '../../src/changes/model.ts'
import type { Access } from '../../src/snapshot/access.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import { accessOf, arnOf, permissionSet, type Row } from '../fixtures/access.ts'
import { compareAccessOf, compareRecords } from '../fixtures/changes.ts'
import { anyRecords, group, user, userRecordsOf, type Records } from '../fixtures/identities.ts'

type Side = Records & { access: Access }

const reference: BaselineReference = {
  kind: 'path',
  reference: './before',
  account: '111122223333',
  identityStoreId: 'd-1234567890',
}

describe('changesFile', () => {
  it('is a record a line, in the documented shape', () => {
    const changes = compareRecords(
      { users: [user('u1', { email: '' })], groups: [group('g1'), group('g3')] },
      {
        users: [user('u1', { groupExternalIds: ['g1', 'g2'] }), user('u2')],
        groups: [group('g1', { description: 'new' }), group('g2')],
      },
    )
    expect([...changesFile(changes, reference)].join('')).toBe(`{
  "format": "aws-organization-sync/changes/1",
  "baseline": {"kind":"path","reference":"./before","account":"111122223333","identityStoreId":"d-1234567890"},
  "counts": {"users":{"added":1,"removed":0,"changed":1},"groups":{"added":1,"removed":1,"changed":1},"memberships":{"added":2,"removed":0}},
  "users": {
    "added": [
      {"externalId":"u2","userName":"u2@example.com","name":"Name u2","email":"u2@example.com"}
    ],
    "removed": [],
    "changed": [
      {"externalId":"u1","userName":"u1@example.com","fields":{"email":{"from":"","to":"u1@example.com"}}}
    ]
  },
  "groups": {
    "added": [
      {"externalId":"g2","name":"Group g2"}
    ],
    "removed": [
      {"externalId":"g3","name":"Group g3"}
    ],
    "changed": [
      {"externalId":"g1","name":"Group g1","fields":{"description":{"from":"","to":"new"}}}
    ]
  },
  "memberships": {
    "added": [
      {"userExternalId":"u1","userName":"u1@example.com","groupExternalId":"g1","groupName":"Group g1"},
      {"userExternalId":"u1","userName":"u1@example.com","groupExternalId":"g2","groupName":"Group g2"}
    ],
    "removed": []
  },
  "madeAgain": {
    "users": [],
    "groups": []
  },
  "complete": true
}
`)
  })

  it('shows of added and removed records every other field that is not empty, and who was made again', () => {
    const tags = [{ key: 'Title', value: 'CISO', source: TAG_SOURCE }]
    const full = {
      users: [user('u', { tags, isMachine: false })],
      groups: [group('g', { description: 'd' })],
    }
    const twins = ['v', 'w', 'x'].map((id) => user(id, { userName: 'same' }))
    const old = [user('q', { userName: 'same' }), user('r', { userName: 'same' })]
    const made = {
      before: { users: old, groups: [...full.groups, group('o', { name: 'Admins' })] },
      now: { users: [...full.users, ...twins], groups: [group('n', { name: 'Admins' })] },
    }
    const { users, groups, madeAgain } = parsed(made.before, made.now)
    expect(users.added[0]).toEqual({
      externalId: 'u',
      userName: 'u@example.com',
      name: 'Name u',
      email: 'u@example.com',
      tags,
      isMachine: false,
    })
    expect(Object.keys(users.added[0] ?? {}).slice(4)).toEqual(['tags', 'isMachine'])
    expect(groups.removed).toEqual([
      { externalId: 'g', name: 'Group g', description: 'd' },
      { externalId: 'o', name: 'Admins' },
    ])
    expect(madeAgain).toEqual({
      users: [
        { userName: 'same', from: 'q', to: 'v' },
        { userName: 'same', from: 'r', to: 'w' },
        { userName: 'same', from: 'r', to: 'x' },
      ],
      groups: [{ name: 'Admins', from: 'o', to: 'n' }],
    })
  })

  it('cuts its longest lists where it would be too large, and says so, with the counts as they are', () => {
    const empty = { users: [], groups: [] }
    const groupIds = Array.from({ length: 300 }, (_, i) => `g${String(i).padStart(3, '0')}`)
    const users = Array.from({ length: 100 }, (_, i) =>
      user(`u${String(i).padStart(3, '0')}`, {
        name: '\u20ac'.repeat(200),
        userName: '\u20ac'.repeat(30),
        groupExternalIds: groupIds,
      }),
    )
    const access = accessOf(
      groupIds.map((id, i): Row => ['GROUP', id, String(100_000_000_000 + i), 's']),
      [permissionSet('s')],
    )
    const changes = {
      ...compareRecords(empty, { users, groups: [group('g000')] }),
      access: compareAccessOf({ ...empty, access: accessOf([], []) }, { users, groups: [], access }),
    }
    const whole = [...changesFile(changes, reference)].join('')
    for (const most of [400_000, 1_000_000, Buffer.byteLength(whole) + 65_536]) {
      const text = [...changesFile(changes, reference, most)].join('')
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most)
      const cut = JSON.parse(text) as Parsed
      expect(cut.complete).toBe(text === whole)
      expect(cut.counts).toEqual(changes.counts)
      expect(cut.users.added).toHaveLength(100)
      expect(cut.access?.complete).toBe(text === whole)
      expect(cut.access?.assignments.added).toHaveLength(300)
      for (const list of [cut.memberships.added, cut.access?.opened ?? []]) {
        expect(list.length).toBeGreaterThan(most / 2_000)
        if (text !== whole) expect(list.length).toBeLessThan(30_000)
      }
    }
  })

  const people = { users: [user('u1', { groupExternalIds: ['a', 'z'] })], groups: [group('a'), group('z')] }
  const policy = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
  const set = (more = {}) => [permissionSet('s', more), permissionSet('t')]

  it('tells of access before its end, ways and names as the side has them that has the pair', () => {
    const baseline = { ...people, access: accessOf([['USER', 'u1', '111122223333', 't']], set()) }
    const rows: Row[] = [
      ['GROUP', 'a', '444455556666', 's'],
      ['GROUP', 'z', '444455556666', 's'],
      ['USER', 'u1', '444455556666', 's'],
    ]
    const current = {
      ...people,
      access: accessOf(rows, set({ inlinePolicy: policy }), { '444455556666': 'prod' }),
    }
    const changes = { ...compareRecords(baseline, current), access: compareAccessOf(baseline, current) }
    const text = [...changesFile(changes, reference)].join('')
    const pair = (account: string, name: string) =>
      `"account":"${account}","accountName":${account === '444455556666' ? '"prod"' : 'null'},"permissionSet":"${arnOf(name)}","permissionSetName":"${name}"`
    expect(text.slice(text.indexOf('  "access"'), text.indexOf('    "complete"'))).toBe(`  "access": {
    "assumed": false,
    "counts": {"assignments":{"added":3,"removed":1},"permissionSets":{"added":1,"removed":1,"changed":0},"opened":1,"closed":1,"administratorsAdded":1},
    "assignments": {
    "added": [
      {"principalType":"GROUP","principalId":"a","principalName":"Group a",${pair('444455556666', 's')}},
      {"principalType":"GROUP","principalId":"z","principalName":"Group z",${pair('444455556666', 's')}},
      {"principalType":"USER","principalId":"u1","principalName":"u1@example.com",${pair('444455556666', 's')}}
    ],
    "removed": [
      {"principalType":"USER","principalId":"u1","principalName":"u1@example.com",${pair('111122223333', 't')}}
    ]
    },
    "permissionSets": {
    "added": [
      {"arn":"${arnOf('s')}","name":"s"}
    ],
    "removed": [
      {"arn":"${arnOf('t')}","name":"t"}
    ],
    "changed": []
    },
    "opened": [
      {"userExternalId":"u1","userName":"u1@example.com",${pair('444455556666', 's')},"level":"administrator","through":["a","u1","z"]}
    ],
    "closed": [
      {"userExternalId":"u1","userName":"u1@example.com",${pair('111122223333', 't')},"level":"other","through":["u1"]}
    ],
`)
    expect(JSON.parse(text)).toMatchObject({ access: { complete: true } })
  })

  it('shows each field of a permission set that changed', () => {
    const rows: Row[] = [['GROUP', 'a', '444455556666', 's']]
    const [baseline, current] = [{}, { inlinePolicy: { 10: 1, 9: policy } }].map((more) => ({
      ...people,
      access: accessOf(rows, set(more)),
    })) as [Side, Side]
    const changes = { ...compareRecords(baseline, current), access: compareAccessOf(baseline, current) }
    expect([...changesFile(changes, reference)].join('')).toContain(
      `{"arn":"${arnOf('s')}","name":"s","fields":{"inlinePolicy":{"from":null,"to":{"10":1,"9":{"Statement":{"Action":"*","Effect":"Allow","Resource":"*"}}}}}}`,
    )
  })

  it('lists the first 100,000 of what is opened, says so, and counts all', () => {
    const users = Array.from({ length: 100_001 }, (_, i) =>
      user(`u${String(i).padStart(6, '0')}`, { groupExternalIds: ['a'] }),
    )
    const organization = { users, groups: [group('a')] }
    const baseline = { ...organization, access: accessOf([], []) }
    const current = { ...organization, access: accessOf([['GROUP', 'a', '444455556666', 's']], set()) }
    const changes = { ...compareRecords(baseline, current), access: compareAccessOf(baseline, current) }
    const { access } = JSON.parse([...changesFile(changes, reference)].join('')) as {
      access: { counts: { opened: number }; opened: { userExternalId: string }[]; complete: boolean }
    }
    expect(access.counts.opened).toBe(100_001)
    expect([access.opened.length, access.opened.at(-1)?.userExternalId, access.complete]).toEqual([
      100_000,
      'u099999',
      false,
    ])
  })

  it.each([
    [100_000, 100_000, true],
    [100_001, 0, false],
    [0, 100_001, false],
  ])('is whole with %i opened and %i closed: %p', (opened, closed, isWhole) => {
    const access = compareAccessOf(people, { ...people, access: accessOf([], []) })
    const counts = { ...access.counts, opened, closed }
    const changes = { ...compareRecords(people, people), access: { ...access, counts } }
    expect(JSON.parse([...changesFile(changes, reference)].join(''))).toMatchObject({
      access: { assumed: true, complete: isWhole },
      complete: isWhole,
    })
  })

  it('is JSON that says all that differs, for any two snapshots', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (a, b) => {
        const changes = compareRecords(a, b)
        const { users, groups, memberships, groupName } = changes
        const pairs = (list: typeof memberships.added) =>
          userRecordsOf(list).flatMap(({ externalId, userName, groupExternalIds }) =>
            (groupExternalIds ?? []).map((id) => ({
              userExternalId: externalId,
              userName,
              groupExternalId: id,
              groupName: groupName(id),
            })),
          )
        const given = (fields: object) =>
          Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))
        const brief = (one: (typeof users.added)[number]) => {
          const { externalId, userName, name, email, tags, isMachine } = one
          return { externalId, userName, name, email, ...given({ tags, isMachine }) }
        }
        const briefGroup = ({ externalId, name, description }: (typeof groups.added)[number]) => ({
          externalId,
          name,
          ...given({ description }),
        })
        expect(JSON.parse([...changesFile(changes, reference)].join(''))).toEqual({
          format: 'aws-organization-sync/changes/1',
          baseline: reference,
          counts: changes.counts,
          users: {
            added: users.added.map(brief),
            removed: users.removed.map(brief),
            changed: users.changed.map(({ user: { externalId, userName }, fields }) => ({
              externalId,
              userName,
              fields,
            })),
          },
          groups: {
            added: groups.added.map(briefGroup),
            removed: groups.removed.map(briefGroup),
            changed: groups.changed.map(({ group: { externalId, name }, fields }) => ({
              externalId,
              name,
              fields,
            })),
          },
          memberships: { added: pairs(memberships.added), removed: pairs(memberships.removed) },
          madeAgain: {
            users: changes.madeAgain.users.map(({ name, from, to }) => ({ userName: name, from, to })),
            groups: changes.madeAgain.groups,
          },
          complete: true,
        })
      }),
      { seed: 20260503, numRuns: 200 },
    )
  })

  it('never holds more than some of the memberships of a user in one text', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `g${String(i).padStart(6, '0')}`)
    const now = { users: [user('u', { groupExternalIds: ids })], groups: [] }
    const pieces = [...changesFile(compareRecords({ users: [], groups: [] }, now), reference)]
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(16 * 1024)
    const { memberships } = JSON.parse(pieces.join('')) as Parsed
    expect(memberships.added).toHaveLength(5000)
  })
})

type Entries = Record<string, unknown>[]
interface Parsed {
  counts: unknown
  users: Record<'added' | 'removed' | 'changed', Entries>
  groups: Record<'added' | 'removed' | 'changed', Entries>
  memberships: Record<'added' | 'removed', Entries>
  madeAgain: Record<'users' | 'groups', Entries>
  access?: { assignments: Record<'added' | 'removed', Entries>; opened: Entries; complete: boolean }
  complete: boolean
}

function parsed(before: Records, now: Records): Parsed {
  return JSON.parse([...changesFile(compareRecords(before, now), reference)].join('')) as Parsed
}
