/** A user as ListUsers gives it, less what is never used (photos, addresses, telephones, birthdates). */
export interface DirectoryUser {
  UserId: string
  UserName?: string
  DisplayName?: string
  NickName?: string
  Name?: { Formatted?: string; GivenName?: string; FamilyName?: string }
  Emails?: { Value?: string; Primary?: boolean }[]
  UserStatus?: string
  UserType?: string
  Title?: string
  ProfileUrl?: string
  PreferredLanguage?: string
  Locale?: string
  Timezone?: string
  ExternalIds?: { Issuer?: string; Id?: string }[]
  /** The document of the extension aws:identitystore:enterprise, as it came; its keys' case varies. */
  Enterprise?: Record<string, unknown>
}

/** A group as ListGroups gives it. */
export interface DirectoryGroup {
  GroupId: string
  DisplayName?: string
  Description?: string
}

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

/** What the crawl returned, in AWS's terms: complete, in no particular order, ids unique. */
export interface Directory {
  users: DirectoryUser[]
  groups: DirectoryGroup[]
  /** The group ids of a user id, without duplicates, in no particular order; no entry for a user without groups. */
  groupIdsByUserId: ReadonlyMap<string, readonly string[]>
  findings: CrawlFindings
}
