import type { Identitystore } from '@aws-sdk/client-identitystore'
import { GROUP, USER } from './identity-store.ts'
import { readPages, type CallOptions, type ListCall } from './pages.ts'
import { id, list, member, optional, text } from './schema.ts'

export interface StoreReaderOptions extends CallOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
}

export type StoreReader = ReturnType<typeof createStoreReader>

const USERS = member('Users', list(USER))
const GROUPS = member('Groups', list(GROUP))
const USER_IDS = member(
  'GroupMemberships',
  list(member('MemberId', optional(member('UserId', optional(text))))),
)
const GROUP_IDS = member('GroupMemberships', list(member('GroupId', id)))

/** The lists of one identity store, page by page to their end, each call at its turn. They throw UserError. */
export function createStoreReader(api: Identitystore, options: StoreReaderOptions) {
  const store = { IdentityStoreId: options.identityStoreId }
  const extensions = options.enterprise ? { Extensions: ['aws:identitystore:enterprise'] } : {}
  const read = <T>(call: ListCall<T>): AsyncGenerator<T[], void> => readPages(call, options)
  return {
    listUsers: () =>
      read({
        operation: 'ListUsers',
        priority: 'lists',
        send: (page, sendOptions) => api.listUsers({ ...store, ...extensions, ...page }, sendOptions),
        records: USERS,
      }),
    listGroups: () =>
      read({
        operation: 'ListGroups',
        priority: 'lists',
        send: (page, sendOptions) => api.listGroups({ ...store, ...page }, sendOptions),
        records: GROUPS,
      }),
    /** The ids of a group's users; undefined, or empty, of members that are not users. */
    listGroupMemberships: (GroupId: string) =>
      read({
        operation: 'ListGroupMemberships',
        send: (page, sendOptions) => api.listGroupMemberships({ ...store, GroupId, ...page }, sendOptions),
        records: USER_IDS,
      }),
    /** The ids of a user's groups. */
    listGroupMembershipsForMember: (UserId: string) =>
      read({
        operation: 'ListGroupMembershipsForMember',
        send: (page, sendOptions) =>
          api.listGroupMembershipsForMember({ ...store, MemberId: { UserId }, ...page }, sendOptions),
        records: GROUP_IDS,
      }),
  }
}
