import { isObject } from '../snapshot/canonical.ts'
import { flag, id, list, object, optional, text, type Parsed, type Schema } from './schema.ts'

const ENTERPRISE = 'aws:identitystore:enterprise'

/** The document of the extension as it came; its keys' case varies. */
const extensions: Schema<{ [ENTERPRISE]: Record<string, unknown> } | undefined> = (value) => {
  const document = isObject(value) ? value[ENTERPRISE] : undefined
  return isObject(document) ? { [ENTERPRISE]: document } : undefined
}

/** In milliseconds. */
const date: Schema<number | undefined> = (value) => (value instanceof Date ? value.getTime() : undefined)

/** What is kept of a user of ListUsers: all that is used, and so no photos, addresses, telephones, or birthdates. */
export const USER = object({
  UserId: id,
  UserName: optional(text),
  DisplayName: optional(text),
  NickName: optional(text),
  Name: optional(
    object({ Formatted: optional(text), GivenName: optional(text), FamilyName: optional(text) }),
  ),
  Emails: optional(list(object({ Value: optional(text), Primary: optional(flag) }))),
  UserStatus: optional(text),
  UserType: optional(text),
  Title: optional(text),
  ProfileUrl: optional(text),
  PreferredLanguage: optional(text),
  Locale: optional(text),
  Timezone: optional(text),
  ExternalIds: optional(list(object({ Issuer: optional(text), Id: optional(text) }))),
  Extensions: extensions,
  UpdatedAt: date,
})
export type StoreUser = Parsed<typeof USER>

/** What is kept of a group of ListGroups. */
export const GROUP = object({
  GroupId: id,
  DisplayName: optional(text),
  Description: optional(text),
  UpdatedAt: date,
})
export type StoreGroup = Parsed<typeof GROUP>

/** What the crawl met on its way; each is counted in the summary and, above zero, warned of once. */
export interface CrawlFindings {
  /** Groups or users that vanished between their list and their memberships. */
  vanishedGroups: number
  vanishedUsers: number
  /** Users or groups that a second reading of a list found, after a membership had named them. */
  lateUsers: number
  lateGroups: number
  /** Memberships dropped because no list held their user or group. */
  orphanMemberships: number
  /** Members that are not users. */
  otherMembers: number
  /** Users or groups that came twice with different content. */
  conflictingRecords: number
}

/** The content of an identity store: complete, in no particular order, ids unique. */
export interface IdentityStore {
  users: StoreUser[]
  groups: StoreGroup[]
  groupIdsByUserId: GroupIdsByUserId
  findings: CrawlFindings
}

/** The group ids of a user id, without duplicates, in no particular order; no entry for a user without groups. */
export interface GroupIdsByUserId extends Iterable<readonly [userId: string, groupIds: readonly string[]]> {
  get(userId: string): readonly string[] | undefined
}

export function isDisabled({ UserStatus }: StoreUser): boolean {
  return UserStatus === 'DISABLED'
}
