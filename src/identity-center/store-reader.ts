import type { Group, GroupMembership, User } from '@aws-sdk/client-identitystore'
import type { IdentityStoreApi } from './clients.ts'
import { pageShape, readPages, type CallOptions, type Pages } from './pages.ts'
import { flag, id, list, object, optional, text, type Shape } from './shapes.ts'

/** The lists of one identity store, page by page to their end; each call at its turn, each record with its id. */
export interface StoreReader {
  listUsers(): Pages<Identified<User, 'UserId'>>
  listGroups(): Pages<Identified<Group, 'GroupId'>>
  listGroupMemberships(groupId: string): Pages<GroupMembership>
  listGroupMembershipsForMember(userId: string): Pages<Identified<GroupMembership, 'GroupId'>>
}

type Identified<T, K extends string> = T & Record<K, string>

export interface StoreReaderOptions extends CallOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
}

const ENTERPRISE_EXTENSION = 'aws:identitystore:enterprise'

/** The reader's lists throw UserError. */
export function createStoreReader(api: IdentityStoreApi, options: StoreReaderOptions): StoreReader {
  const store = { IdentityStoreId: options.identityStoreId }
  const extensions = options.enterprise ? { Extensions: [ENTERPRISE_EXTENSION] } : {}
  return {
    listUsers: () =>
      readPages(
        {
          operation: 'ListUsers',
          lines: ['lists', 'lists'],
          send: (page, signal) => api.listUsers({ ...store, ...extensions, ...page }, signal),
          shape: USERS,
          read: ({ Users }) => shaped(Users),
        },
        options,
      ),
    listGroups: () =>
      readPages(
        {
          operation: 'ListGroups',
          lines: ['lists', 'lists'],
          send: (page, signal) => api.listGroups({ ...store, ...page }, signal),
          shape: GROUPS,
          read: ({ Groups }) => shaped(Groups),
        },
        options,
      ),
    listGroupMemberships: (GroupId) =>
      readPages(
        {
          operation: 'ListGroupMemberships',
          lines: ['rest', 'pages'],
          send: (page, signal) => api.listGroupMemberships({ ...store, GroupId, ...page }, signal),
          shape: MEMBERS,
          read: ({ GroupMemberships }) => shaped(GroupMemberships),
        },
        options,
      ),
    listGroupMembershipsForMember: (UserId) =>
      readPages(
        {
          operation: 'ListGroupMembershipsForMember',
          lines: ['rest', 'pages'],
          send: (page, signal) =>
            api.listGroupMembershipsForMember({ ...store, MemberId: { UserId }, ...page }, signal),
          shape: GROUPS_OF_MEMBER,
          read: ({ GroupMemberships }) => shaped(GroupMemberships),
        },
        options,
      ),
  }
}

/** The shape has been checked: a list whose records have their ids. */
function shaped<R>(list: object[] | undefined): R[] {
  return list as R[]
}

function page(name: string, record: Shape): Shape {
  return pageShape({ [name]: list(record) })
}

/** What is read of the answers; AWS sends null for what is absent. */
const USERS = page(
  'Users',
  object({
    UserId: id,
    Name: optional(
      object({ Formatted: optional(text), GivenName: optional(text), FamilyName: optional(text) }),
    ),
    Emails: optional(list(object({ Value: optional(text), Primary: optional(flag) }))),
    ExternalIds: optional(list(object({ Issuer: optional(text), Id: optional(text) }))),
    ...Object.fromEntries(
      [
        'UserName',
        'DisplayName',
        'NickName',
        'UserStatus',
        'UserType',
        'Title',
        'ProfileUrl',
        'PreferredLanguage',
        'Locale',
        'Timezone',
      ].map((name) => [name, optional(text)]),
    ),
  }),
)
const GROUPS = page(
  'Groups',
  object({ GroupId: id, DisplayName: optional(text), Description: optional(text) }),
)
const MEMBERS = page('GroupMemberships', object({ MemberId: optional(object({ UserId: optional(text) })) }))
const GROUPS_OF_MEMBER = page('GroupMemberships', object({ GroupId: id }))
