import { describe, expect, it } from '@jest/globals'
import type { Group, User } from '@aws-sdk/client-identitystore'
import fc from 'fast-check'
import { GROUP, USER, type StoreGroup } from '../../src/identity-center/identity-store.ts'
import { Records } from '../../src/identity-center/records.ts'

const everything = {
  IdentityStoreId: 'd-1234567890',
  UserId: 'u-1',
  UserName: 'user-1',
  DisplayName: 'User One',
  NickName: 'One',
  Name: {
    Formatted: 'User One',
    GivenName: 'User',
    FamilyName: 'One',
    MiddleName: 'M',
    HonorificPrefix: 'Dr',
  },
  Emails: [{ Value: 'one@example.com', Type: 'work', Primary: true }],
  UserStatus: 'ENABLED',
  UserType: 'Employee',
  Title: 'Engineer',
  ProfileUrl: 'https://example.com/one',
  PreferredLanguage: 'en',
  Locale: 'en-GB',
  Timezone: 'Europe/Brussels',
  ExternalIds: [{ Issuer: 'https://example.com', Id: 'x-1' }],
  Extensions: { 'aws:identitystore:enterprise': { department: 'Data' }, other: { secret: true } },
  Photos: [{ Value: 'let-go-photo' }],
  PhoneNumbers: [{ Value: 'let-go-phone' }],
  Addresses: [{ StreetAddress: 'let-go-street' }],
  Roles: [{ Value: 'let-go-role' }],
  Birthdate: 'let-go-birthdate',
  CreatedAt: new Date(0),
  UpdatedAt: new Date(1),
  CreatedBy: 'let-go-creator',
  UpdatedBy: 'let-go-updater',
} satisfies User

describe('a kept user', () => {
  it('holds what is used, and not its photos, addresses, telephones and birthdate', () => {
    const kept = USER(everything)
    expect(kept).toEqual({
      UserId: 'u-1',
      UserName: 'user-1',
      DisplayName: 'User One',
      NickName: 'One',
      Name: { Formatted: 'User One', GivenName: 'User', FamilyName: 'One' },
      Emails: [{ Value: 'one@example.com', Primary: true }],
      UserStatus: 'ENABLED',
      UserType: 'Employee',
      Title: 'Engineer',
      ProfileUrl: 'https://example.com/one',
      PreferredLanguage: 'en',
      Locale: 'en-GB',
      Timezone: 'Europe/Brussels',
      ExternalIds: [{ Issuer: 'https://example.com', Id: 'x-1' }],
      Extensions: { 'aws:identitystore:enterprise': { department: 'Data' } },
      UpdatedAt: 1,
    })
    expect(JSON.stringify(kept)).not.toContain('let-go')
  })

  it('has no member that AWS leaves out or gives as null', () => {
    const bare = { IdentityStoreId: 'd-1234567890', UserId: 'u-1', UserName: undefined, Title: null }
    expect(USER(bare)).toStrictEqual({ UserId: 'u-1' })
    expect(
      USER({ UserId: 'u-1', IdentityStoreId: 'd-1', Name: {}, Emails: [{}], Extensions: {} }),
    ).toStrictEqual({ UserId: 'u-1', Name: {}, Emails: [{}] })
  })

  it.each([['text'], [7], [['list']], [null]])('has no extension where AWS gives %j for it', (document) => {
    const odd = { ...everything, Extensions: { 'aws:identitystore:enterprise': document } }
    expect(USER(odd)).not.toHaveProperty('Extensions')
  })
})

describe('a kept group', () => {
  it('holds id, name and description', () => {
    const group = {
      IdentityStoreId: 'd-1234567890',
      GroupId: 'g-1',
      DisplayName: 'Group',
      Description: 'What it is',
      ExternalIds: [{ Issuer: 'i', Id: 'x' }],
      CreatedBy: 'somebody',
    } satisfies Group
    expect(GROUP(group)).toEqual({ GroupId: 'g-1', DisplayName: 'Group', Description: 'What it is' })
    expect(GROUP({ IdentityStoreId: 'd-1234567890', GroupId: 'g-1' })).toEqual({ GroupId: 'g-1' })
  })
})

describe('records that come twice', () => {
  const group = (DisplayName: string, UpdatedAt?: number): StoreGroup => ({
    GroupId: 'g-1',
    DisplayName,
    ...(UpdatedAt === undefined ? {} : { UpdatedAt }),
  })
  const read = (...given: StoreGroup[]): Records<StoreGroup> => {
    const records = new Records<StoreGroup>(({ GroupId }) => GroupId)
    for (const one of given) records.add(one)
    return records
  }
  const namesIn = (records: Records<StoreGroup>): unknown[] =>
    records.values().map(({ GroupId, DisplayName }) => [GroupId, DisplayName])

  it.each([
    ['the later UpdatedAt', group('later', 2), group('zzz earlier', 1), 'later'],
    ['the one with an UpdatedAt', group('dated', 1), group('zzz undated'), 'dated'],
    ['the greater bytes of the same time', group('b', 1), group('a', 1), 'b'],
    ['the greater bytes without a time', group('é'), group('z'), 'é'],
  ])('%s stays, in either order', (_which, one, other, name) => {
    for (const records of [read(one, other), read(other, one)]) {
      expect(namesIn(records)).toEqual([['g-1', name]])
      expect(records.conflicts).toBe(1)
    }
  })

  it('with the same content are no conflict', () => {
    const records = read(group('same', 1), group('same', 1), group('same', 2))
    expect([records.size, records.conflicts]).toEqual([1, 0])
  })

  it('give the same in every order', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.tuple(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.option(fc.nat(2), { nil: undefined })),
            {
              minLength: 1,
              maxLength: 6,
            },
          )
          .chain((pairs) =>
            fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
          ),
        ([pairs, shuffled]) => {
          const values = [pairs, shuffled].map((some) => namesIn(read(...some.map((pair) => group(...pair)))))
          expect(values[1]).toEqual(values[0])
        },
      ),
      { seed: 13, numRuns: 300 },
    )
  })

  it('add only what is missing from another reading, and say how many', () => {
    const [known, now] = [read(group('known')), read(group('changed'))]
    now.add({ ...group('new'), GroupId: 'g-2' })
    expect(known.addMissing(now)).toBe(1)
    expect(namesIn(known)).toEqual([
      ['g-1', 'known'],
      ['g-2', 'new'],
    ])
  })
})
