import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { IdentityStore, StoreGroup, StoreUser } from '../../src/identity-center/identity-store.ts'
import { mapIdentityStore } from '../../src/snapshot/mapping.ts'
import { TAG_NAMES, TAGS } from '../../src/snapshot/tags.ts'
import type { MappingOptions, User } from '../../src/snapshot/model.ts'
import { MAPPING as FULL } from '../fixtures/description.ts'
import { recordsOf } from '../fixtures/identities.ts'
import { referenceFile, referenceRecords } from '../fixtures/reference.ts'

const REFERENCE: MappingOptions = { ...FULL, mapping: 'reference' }

describe('mapIdentityStore with mapping reference', () => {
  it('reproduces the records of the reference connector', () => {
    const { identities } = mapIdentityStore(organization(), REFERENCE)
    expect(recordsOf(identities)).toEqual(referenceRecords())
  })

  it('takes neither tags, nor machine users, nor descriptions', () => {
    const user: StoreUser = { UserId: 'u', UserName: 'bot', DisplayName: 'Bot', Title: 'Engineer' }
    const { identities } = mapIdentityStore(
      storeOf([user], [{ GroupId: 'g', DisplayName: 'G', Description: 'd' }]),
      { ...REFERENCE, tags: ['Title'], machineUsers: 'bot' },
    )
    expect(identities.users[0]).toMatchObject({ name: 'bot', email: 'bot', tags: null, isMachine: null })
    expect(identities.groups[0]).toMatchObject({ name: 'G', description: '' })
  })

  it('takes no address that is not primary', () => {
    expect(mapUser({ UserName: 'u', Emails: [{ Value: 'a@example.com' }] }, REFERENCE).email).toBe('u')
  })
})

describe('mapIdentityStore with mapping full', () => {
  it.each<[string, Partial<StoreUser>, string]>([
    [
      'the display name',
      { DisplayName: 'D', Name: { Formatted: 'F', GivenName: 'G', FamilyName: 'F' }, NickName: 'N' },
      'D',
    ],
    [
      'else the formatted name',
      { DisplayName: '', Name: { Formatted: 'F', GivenName: 'G' }, NickName: 'N' },
      'F',
    ],
    [
      'else given and family name',
      { Name: { Formatted: '', GivenName: 'Given', FamilyName: 'Family' }, NickName: 'N' },
      'Given Family',
    ],
    ['else the one of the two that is there', { Name: { GivenName: '', FamilyName: 'Family' } }, 'Family'],
    ['else the nickname', { Name: {}, NickName: 'N' }, 'N'],
    ['else the user name', { NickName: '' }, 'user'],
  ])('names a user by %s', (_, user, expected) => {
    expect(mapUser({ UserName: 'user', ...user }).name).toBe(expected)
  })

  it.each<[string, Partial<StoreUser>, string]>([
    [
      'the primary address',
      { Emails: [{ Value: 'a@example.com' }, { Value: 'b@example.com', Primary: true }] },
      'b@example.com',
    ],
    [
      'else the first with a value',
      { Emails: [{ Value: '', Primary: true }, {}, { Value: 'c@example.com' }, { Value: 'd@example.com' }] },
      'c@example.com',
    ],
    ['else the user name where it is an address', { UserName: 'u@example.com', Emails: [] }, 'u@example.com'],
    [
      'else a user name with several letters before the @',
      { UserName: 'user@example.com' },
      'user@example.com',
    ],
    ['else nothing', { UserName: 'user' }, ''],
    ['else nothing where the user name has two @', { UserName: 'a@b@c' }, ''],
    ['else nothing where the user name has white space', { UserName: 'a b@example.com' }, ''],
    ['else nothing where a side of the @ is missing', { UserName: '@example.com' }, ''],
  ])('gives as e-mail address %s', (_, user, expected) => {
    expect(mapUser({ UserName: 'user', ...user }).email).toBe(expected)
  })

  it('writes every tag in the order of the documentation, whatever the order asked for', () => {
    const { tags } = mapUser(everything, { ...FULL, tags: [...TAG_NAMES].reverse() })
    expect(tags?.map(({ key, value }) => [key, value])).toEqual([
      ['Status', 'ENABLED'],
      ['UserType', 'type'],
      ['Title', 'title'],
      ['NickName', 'nick'],
      ['ProfileUrl', 'https://example.com/'],
      ['PreferredLanguage', 'nl'],
      ['Locale', 'nl-BE'],
      ['Timezone', 'Europe/Brussels'],
      ['ExternalId', 'external'],
      ['Department', 'department'],
      ['Division', 'division'],
      ['Organization', 'organization'],
      ['CostCenter', 'cost'],
      ['EmployeeNumber', '42'],
      ['Manager', 'manager'],
    ])
    expect(new Set(tags?.map((tag) => tag.source))).toEqual(new Set(['AWS IAM Identity Center']))
  })

  it.each(TAG_NAMES)('reads %s of the enterprise extension only where that is asked for', (name) => {
    const { Extensions, ...own } = everything
    const [ofUser, ofExtension] = [own, { Extensions }].map(
      (user) => mapUser(user, { ...FULL, tags: [name] }).tags,
    )
    expect([ofUser === null, ofExtension === null]).toEqual(
      TAGS[name].enterprise ? [true, false] : [false, true],
    )
  })

  it.each<[string, Partial<StoreUser>]>([
    ['nothing is there', {}],
    ['all is empty', { Title: '', ExternalIds: [{ Issuer: 'i', Id: '' }], ...extended({ department: '' }) }],
    ['a document holds something else', extended({ Department: { a: 1 }, manager: null, Division: [] })],
  ])('writes null for tags where %s', (_, user) => {
    expect(mapUser(user, { ...FULL, tags: [...TAG_NAMES] }).tags).toBeNull()
  })

  it('writes no tag that was not asked for', () => {
    const { tags } = mapUser({ Title: 'title', UserStatus: 'ENABLED' }, { ...FULL, tags: ['Title'] })
    expect(tags?.map(({ key }) => key)).toEqual(['Title'])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ department: 'second', Department: 'first' }, 'first'],
    [{ Department: 'first', department: 'second' }, 'first'],
    [{ Department: '', department: 'second' }, 'second'],
    [{ Department: null, department: 'second' }, 'second'],
  ])('takes of %j the first key in order that has a value', (document, expected) => {
    const { tags } = mapUser(extended(document), { ...FULL, tags: ['Department'] })
    expect(tags?.map(({ value }) => value)).toEqual([expected])
  })

  it('takes a manager that is plain text', () => {
    const { tags } = mapUser(extended({ manager: 'boss' }), { ...FULL, tags: ['Manager'] })
    expect(tags?.map(({ value }) => value)).toEqual(['boss'])
  })

  it('writes the external ids by issuer, then id, the same id once', () => {
    const ExternalIds = [
      { Issuer: 'b', Id: '1' },
      { Issuer: 'a', Id: '3' },
      { Issuer: 'a', Id: '2' },
      { Issuer: 'c', Id: '2' },
    ]
    for (const ids of [ExternalIds, ExternalIds.toReversed()]) {
      const { tags } = mapUser({ ExternalIds: ids }, { ...FULL, tags: ['ExternalId'] })
      expect(tags?.map((tag) => tag.value)).toEqual(['2', '3', '1'])
    }
  })

  it('does not take a key of the prototype for one of the enterprise document', () => {
    const document = JSON.parse('{"__proto__":{"department":"inherited"}}') as Record<string, unknown>
    expect(mapUser(extended(document), { ...FULL, tags: ['Department'] }).tags).toBeNull()
  })

  it.each([
    [null, null],
    ['^svc-', true],
    ['SVC', false],
    ['build', true],
  ])('with machine-users %j says %j of svc-build', (machineUsers, expected) => {
    expect(mapUser({ UserName: 'svc-build' }, { ...FULL, machineUsers }).isMachine).toBe(expected)
  })

  it('reads machine-users as Unicode: \\p{…} is a class, and a dot is a whole character', () => {
    const machineUsers = '^\\p{L}.$'
    expect(mapUser({ UserName: 'ä\u{1f600}' }, { ...FULL, machineUsers }).isMachine).toBe(true)
    expect(mapUser({ UserName: 'p{L}x' }, { ...FULL, machineUsers }).isMachine).toBe(false)
  })

  it('shows machine-users the UserId where the user name is absent', () => {
    expect(mapUser({ UserId: 'id-1' }, { ...FULL, machineUsers: '^id-' }).isMachine).toBe(true)
  })

  it('asks machine-users of each user anew, whatever the one before was', () => {
    const users = ['svc-a', 'svc-b', 'ann', 'svc-c', 'svc-d'].map((UserName, at) => ({
      UserId: String(at),
      UserName,
    }))
    const { identities } = mapIdentityStore(storeOf(users, []), { ...FULL, machineUsers: 'svc' })
    expect(identities.users.map(({ isMachine }) => isMachine)).toEqual([true, true, false, true, true])
  })

  it('names groups by their display name, with their description', () => {
    const { identities } = mapIdentityStore(
      storeOf([], [{ GroupId: 'g', DisplayName: 'Admins', Description: 'They may' }]),
      FULL,
    )
    expect(identities.groups).toEqual([
      {
        externalId: 'g',
        name: 'Admins',
        displayName: 'Admins',
        description: 'They may',
        parentGroupExternalIds: null,
        tags: null,
      },
    ])
  })
})

describe('mapIdentityStore', () => {
  it.each([FULL, REFERENCE])('takes the last of several primary addresses ($mapping)', (options) => {
    const Emails = ['a', 'b', ''].map((name) => ({ Value: name && `${name}@example.com`, Primary: true }))
    expect(mapUser({ Emails }, options).email).toBe('b@example.com')
  })

  it.each([FULL, REFERENCE])('falls back to the ids and counts where it did ($mapping)', (options) => {
    const { identities, findings } = mapIdentityStore(
      storeOf(
        [{ UserId: 'u' }, { UserId: 'v', UserName: '' }, { UserId: 'w', UserName: 'w' }],
        [{ GroupId: 'g' }, { GroupId: 'h', DisplayName: 'h' }, { GroupId: 'i', DisplayName: '' }],
      ),
      options,
    )
    expect(identities.users.map((user) => user.userName)).toEqual(['u', 'v', 'w'])
    expect(identities.groups.map((group) => [group.name, group.displayName])).toEqual([
      ['g', 'g'],
      ['h', 'h'],
      ['i', 'i'],
    ])
    expect(findings).toEqual({ usersWithoutUserName: 2, groupsWithoutDisplayName: 2, excludedUsers: 0 })
  })

  it('leaves out disabled users with their memberships on request', () => {
    const people: StoreUser[] = [
      { UserId: 'off', UserStatus: 'DISABLED' },
      { UserId: 'on', UserName: 'on', UserStatus: 'ENABLED' },
      { UserId: 'unknown', UserName: 'unknown' },
    ]
    const memberships = { off: ['g'], on: ['g'] }
    const all = mapIdentityStore(storeOf(people, [{ GroupId: 'g', DisplayName: 'G' }], memberships), FULL)
    const some = mapIdentityStore(storeOf(people, [{ GroupId: 'g', DisplayName: 'G' }], memberships), {
      ...FULL,
      disabledUsers: 'exclude',
    })
    expect(all.counts).toEqual({ users: 3, groups: 1, memberships: 2 })
    expect(some.counts).toEqual({ users: 2, groups: 1, memberships: 1 })
    expect(some.identities.users.map((user) => user.externalId)).toEqual(['on', 'unknown'])
    expect(some.findings).toEqual({ usersWithoutUserName: 0, groupsWithoutDisplayName: 0, excludedUsers: 1 })
  })

  it('sorts by UTF-16 code units and drops repeated group ids', () => {
    const ids = ['b', 'B', 'é', '\u{1f600}', '\uff5e', 'a']
    const { identities, counts } = mapIdentityStore(
      storeOf(
        ids.map((UserId) => ({ UserId })),
        ids.map((GroupId) => ({ GroupId })),
        { a: [...ids, 'b', 'a'] },
      ),
      FULL,
    )
    const sorted = ['B', 'a', 'b', 'é', '\u{1f600}', '\uff5e']
    expect(identities.users.map((user) => user.externalId)).toEqual(sorted)
    expect(identities.groups.map((group) => group.externalId)).toEqual(sorted)
    expect(recordsOf(identities).users[1]?.groupExternalIds).toEqual(sorted)
    expect(counts.memberships).toBe(sorted.length)
    expect(recordsOf(identities).users[0]?.groupExternalIds).toBeNull()
  })

  it('writes null for a user whose list of groups is empty', () => {
    const { identities } = mapIdentityStore(storeOf([{ UserId: 'u' }], [], { u: [] }), FULL)
    expect(recordsOf(identities).users[0]?.groupExternalIds).toBeNull()
  })

  it('leaves the directory as it was', () => {
    const given = organization()
    mapIdentityStore(given, FULL)
    expect(given).toEqual(organization())
  })

  it('makes the text what the file can hold', () => {
    expect(mapUser({ UserName: 'a\ud800', DisplayName: '\udfff' })).toMatchObject({
      userName: 'a\ufffd',
      name: '\ufffd',
    })
  })

  it('gives the same result whatever the order of the directory', () => {
    const given = organization()
    const map = (some: IdentityStore) => {
      const { identities, ...others } = mapIdentityStore(some, { ...FULL, tags: [...TAG_NAMES] })
      return { ...others, identities: recordsOf(identities) }
    }
    const expected = map(given)
    const shuffled = fc.record({
      users: shuffle(given.users),
      groups: shuffle(given.groups),
      memberships: shuffle([...given.groupIdsByUserId]),
      reversed: fc.boolean(),
    })
    fc.assert(
      fc.property(shuffled, ({ users, groups, memberships, reversed }) => {
        const groupIdsByUserId = new Map(
          memberships.map(([id, groupIds]) => [id, reversed ? groupIds.toReversed() : groupIds]),
        )
        expect(map({ ...given, users, groups, groupIdsByUserId })).toEqual(expected)
      }),
      { seed: 1, numRuns: 20 },
    )
  })
})

/** A user with every attribute that can be a tag. */
const everything: Partial<StoreUser> = {
  UserStatus: 'ENABLED',
  UserType: 'type',
  Title: 'title',
  NickName: 'nick',
  ProfileUrl: 'https://example.com/',
  PreferredLanguage: 'nl',
  Locale: 'nl-BE',
  Timezone: 'Europe/Brussels',
  ExternalIds: [{ Issuer: 'i', Id: 'external' }],
  ...extended({
    department: 'department',
    DIVISION: 'division',
    Organization: 'organization',
    costCenter: 'cost',
    employeeNumber: 42,
    Manager: { Value: 'manager', displayName: 'not this' },
  }),
}

function shuffle<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length })
}

function extended(document: Record<string, unknown>): Partial<StoreUser> {
  return { Extensions: { 'aws:identitystore:enterprise': document } }
}

function mapUser(user: Partial<StoreUser>, options: MappingOptions = FULL): User {
  const [mapped] = mapIdentityStore(storeOf([{ UserId: 'u', ...user }]), options).identities.users
  if (mapped === undefined) throw new Error('no user came out')
  return mapped
}

function storeOf(
  users: StoreUser[],
  groups: StoreGroup[] = [],
  memberships: Record<string, string[]> = {},
): IdentityStore {
  return { users, groups, groupIdsByUserId: new Map(Object.entries(memberships)), findings: noFindings }
}

const noFindings: IdentityStore['findings'] = {
  vanishedGroups: 0,
  vanishedUsers: 0,
  lateUsers: 0,
  lateGroups: 0,
  orphanMemberships: 0,
  otherMembers: 0,
  conflictingRecords: 0,
}

function organization(): IdentityStore {
  const { stores } = JSON.parse(referenceFile('organization.json').toString()) as {
    stores: Record<
      string,
      { users: StoreUser[]; groups: StoreGroup[]; memberships: { UserId: string; GroupId: string }[] }
    >
  }
  const [store] = Object.values(stores)
  if (store === undefined) throw new Error('the fixture has no store')
  const groupIdsByUserId = new Map<string, string[]>()
  for (const { UserId, GroupId } of store.memberships) {
    groupIdsByUserId.set(UserId, [...(groupIdsByUserId.get(UserId) ?? []), GroupId])
  }
  return { users: store.users, groups: store.groups, groupIdsByUserId, findings: noFindings }
}
