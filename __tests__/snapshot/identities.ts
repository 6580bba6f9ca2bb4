import fc from 'fast-check'
import type { Group, Manifest, Tag } from '../../src/snapshot/model.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { byExternalId, identitiesOf, type Records, type UserRecord } from '../fixtures/identities.ts'

/** Text that exercises every rule of the escaping, whole and broken surrogate pairs included. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc
        .constantFrom(
          '"',
          '\\',
          '<',
          '>',
          '&',
          '\u2028',
          '\u2029',
          '\n',
          '\r',
          '\t',
          '\b',
          '\f',
          '\u0000',
          '\u001f',
        )
        .map(String),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('\ud800', '\udc00', '\ufffd', '\ufeff', '\u007f', 'é', '€', '😀', '/'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
)

const anyTag: fc.Arbitrary<Tag> = fc.record({ key: anyText, value: anyText, source: anyText })
const anyTags = fc.option(fc.array(anyTag, { minLength: 1, maxLength: 3 }))

export const anyUser: fc.Arbitrary<UserRecord> = fc.record({
  externalId: anyText,
  name: anyText,
  userName: anyText,
  email: anyText,
  groupExternalIds: fc.option(fc.array(anyText, { minLength: 1, maxLength: 4 })),
  tags: anyTags,
  isMachine: fc.option(fc.boolean()),
})

export const anyGroup: fc.Arbitrary<Group> = fc.record({
  externalId: anyText,
  name: anyText,
  displayName: anyText,
  description: anyText,
  parentGroupExternalIds: fc.option(fc.array(anyText, { minLength: 1, maxLength: 2 })),
  tags: anyTags,
})

const anyMappedUser = fc.tuple(anyUser, anyText).map(([user, title]): UserRecord => ({
  ...user,
  tags: title === '' ? null : [{ key: 'Title', value: title, source: TAG_SOURCE }],
  isMachine: null,
}))
const anyMappedGroup = anyGroup.map((group): Group => ({
  ...group,
  displayName: group.name,
  parentGroupExternalIds: null,
  tags: null,
}))

/** What mapIdentityStore may give with `description`: sorted, ids unique, group ids of groups that are there. */
export const anyMappedRecords: fc.Arbitrary<Records> = fc
  .record({
    users: fc.uniqueArray(anyMappedUser, {
      maxLength: 6,
      selector: (record) => record.externalId.toWellFormed(),
    }),
    groups: fc.uniqueArray(anyMappedGroup, {
      maxLength: 4,
      selector: (record) => record.externalId.toWellFormed(),
    }),
    memberships: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }),
  })
  .map(({ users, groups, memberships }) => {
    const wellFormed = wellFormedDeep({
      users: users.map((record) => ({ ...record, groupExternalIds: null as string[] | null })),
      groups,
    })
    const named = {
      users: wellFormed.users.filter((record) => record.externalId !== '').sort(byExternalId),
      groups: wellFormed.groups.filter((record) => record.externalId !== '').sort(byExternalId),
    }
    for (const [u, g] of memberships) {
      const member = named.users[u % named.users.length]
      const target = named.groups[g % named.groups.length]
      if (member === undefined || target === undefined) continue
      member.groupExternalIds = [...new Set([...(member.groupExternalIds ?? []), target.externalId])].sort()
    }
    return named
  })

export const anyMappedIdentities = anyMappedRecords.map(identitiesOf)

/** What a file can hold of a value: lone surrogates are U+FFFD there. */
export function wellFormedDeep<T>(value: T): T {
  // The text comes from this very value, so parsing it gives the same shape.
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part)),
  ) as T
}

export const description: Omit<Manifest, 'counts' | 'files' | 'format'> = {
  ...DESCRIPTION,
  instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  tags: ['Title'],
}

/** Two users and two groups. */
export const small: Records = {
  users: [
    {
      externalId: 'u-1',
      name: 'User One',
      userName: 'one@example.com',
      email: 'one@example.com',
      groupExternalIds: ['g-1', 'g-2'],
      tags: [{ key: 'Title', value: 'Engineer', source: 'AWS IAM Identity Center' }],
      isMachine: null,
    },
    {
      externalId: 'u-2',
      name: 'User <Two>',
      userName: 'two@example.com',
      email: '',
      groupExternalIds: null,
      tags: null,
      isMachine: null,
    },
  ],
  groups: [
    {
      externalId: 'g-1',
      name: 'A',
      displayName: 'A',
      description: '',
      parentGroupExternalIds: null,
      tags: null,
    },
    {
      externalId: 'g-2',
      name: 'B',
      displayName: 'B',
      description: 'b',
      parentGroupExternalIds: null,
      tags: null,
    },
  ],
}
