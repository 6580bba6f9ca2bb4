import { describe, expect, it } from '@jest/globals'
import {
  addGroup,
  addMembership,
  addUser,
  changeUser,
  createOrganization,
  groupsOf,
  leastCalls,
  membershipsOf,
  newId,
  readOrganization,
  removeGroup,
  removeMembership,
  removeUser,
  renameGroup,
  renameUser,
  usersOf,
} from '../../emulator/organization.ts'
import { referenceFile } from '../fixtures/reference.ts'

const id = /^[0-9a-f]{10}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe('createOrganization', () => {
  it('gives the same organization for the same seed, and another for another', () => {
    const make = (seed: number) =>
      JSON.stringify(everything(createOrganization({ seed, ...size, hostileNames: true })))
    expect(make(1)).toBe(make(1))
    expect(make(2)).not.toBe(make(1))
  })

  it('holds exactly the users, groups and memberships asked for, each once, with ids of the real form', () => {
    const { users, groups, memberships } = everything(createOrganization(size))
    expect([users.length, groups.length, memberships.length]).toStrictEqual([300, 40, 2000])
    const ids = [...users.map((user) => user.UserId), ...groups.map((group) => group.GroupId)]
    expect(new Set(ids).size).toBe(340)
    expect(ids.filter((text) => !id.test(text))).toStrictEqual([])
    expect(new Set(memberships.map(({ GroupId, UserId }) => `${GroupId} ${UserId}`)).size).toBe(2000)
  })

  it.each([
    { users: 1, groups: 1, memberships: 1 },
    { users: 3, groups: 5, memberships: 15 },
    { users: 10, groups: 0, memberships: 0 },
    { users: 7, groups: 9, memberships: 62 },
  ])('fits $memberships memberships into $users users and $groups groups', (tight) => {
    expect(membershipsOf(createOrganization(tight))).toHaveLength(tight.memberships)
  })

  it('holds users that lack each of the optional fields, and those that are disabled', () => {
    const users = usersOf(createOrganization(size))
    for (const member of [
      'UserName',
      'DisplayName',
      'Name',
      'Emails',
      'UserStatus',
      'Extensions',
      'ExternalIds',
    ]) {
      expect(users.some((user) => user[member] === undefined)).toBe(true)
      expect(users.some((user) => user[member] !== undefined)).toBe(true)
    }
    expect(users.some((user) => user.UserStatus === 'DISABLED')).toBe(true)
    expect(
      users.some((user) => user.Emails?.[0]?.Value !== undefined && user.Emails[0].Primary !== true),
    ).toBe(true)
  })

  it('counts the least calls of either direction', () => {
    const organization = createOrganization({ users: 201, groups: 3, memberships: 0 })
    for (const { UserId } of usersOf(organization)) {
      addMembership(organization, groupsOf(organization)[0]?.GroupId ?? '', UserId)
    }
    expect(leastCalls(organization)).toStrictEqual({ listUsers: 3, listGroups: 1, byGroup: 5, byUser: 201 })
  })
})

describe('readOrganization', () => {
  it('reads the reference organization, record for record', () => {
    const file = JSON.parse(referenceFile('organization.json').toString()) as {
      account: string
      stores: Record<string, { users: { UserId: string }[]; groups: unknown[]; memberships: unknown[] }>
    }
    const [[identityStoreId, store] = ['', undefined]] = Object.entries(file.stores)
    const organization = readOrganization(file)
    expect(organization.account).toBe(file.account)
    expect(usersOf(organization)).toStrictEqual(
      store?.users.map((user) => ({ IdentityStoreId: identityStoreId, ...user })),
    )
    expect(groupsOf(organization)).toHaveLength(store?.groups.length ?? -1)
    expect(membershipsOf(organization)).toHaveLength(store?.memberships.length ?? -1)
  })
})

describe('changes of an organization', () => {
  it('are seen in both directions, and a removed record takes its memberships along', () => {
    const organization = createOrganization({ users: 4, groups: 2, memberships: 0 })
    const [first = '', second = ''] = groupsOf(organization).map((group) => group.GroupId)
    const [user = ''] = usersOf(organization).map(({ UserId }) => UserId)
    const added = addUser(organization, { UserId: newId(organization, 1) })
    const third = addGroup(organization, { GroupId: newId(organization, 2) })
    for (const group of [first, second, third]) addMembership(organization, group, added)
    addMembership(organization, first, user)
    addMembership(organization, first, user)
    expect(membershipsOf(organization)).toHaveLength(4)
    removeMembership(organization, first, user)
    removeGroup(organization, second)
    expect(membershipsOf(organization)).toStrictEqual([
      { GroupId: first, UserId: added },
      { GroupId: third, UserId: added },
    ])
    removeUser(organization, added)
    expect(membershipsOf(organization)).toStrictEqual([])
    expect([usersOf(organization).length, groupsOf(organization).length]).toStrictEqual([4, 2])
  })

  it('rename, add and take away members, and move UpdatedAt', () => {
    const organization = createOrganization({ users: 1, groups: 1, memberships: 0, complete: true })
    const [before] = usersOf(organization)
    renameUser(organization, before?.UserId ?? '', 'Another')
    changeUser(organization, before?.UserId ?? '', { Emails: undefined, Title: 'Lead' })
    renameGroup(organization, groupsOf(organization)[0]?.GroupId ?? '', 'Others')
    const [after] = usersOf(organization)
    expect(after).toMatchObject({
      DisplayName: 'Another',
      Title: 'Lead',
      UpdatedAt: (before?.UpdatedAt ?? 0) + 2,
    })
    expect(after).not.toHaveProperty('Emails')
    expect(groupsOf(organization)[0]?.DisplayName).toBe('Others')
  })

  it('refuse what is not there, or is there already', () => {
    const organization = createOrganization({ users: 1, groups: 1, memberships: 0 })
    const [user] = usersOf(organization)
    expect(() => {
      removeUser(organization, 'nobody')
    }).toThrow('There is no user nobody.')
    expect(() => addUser(organization, { UserId: user?.UserId ?? '' })).toThrow('is there already')
  })
})

const size = { users: 300, groups: 40, memberships: 2000 }

function everything(organization: ReturnType<typeof createOrganization>) {
  return {
    users: usersOf(organization),
    groups: groupsOf(organization),
    memberships: membershipsOf(organization),
  }
}
