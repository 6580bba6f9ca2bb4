/** A user as ListUsers gives it (undefined where AWS gives nothing), less what is never used (photos, addresses, telephones, birthdates). */
export interface DirectoryUser {
  UserId: string
  UserName?: string | undefined
  DisplayName?: string | undefined
  NickName?: string | undefined
  Name?:
    | { Formatted?: string | undefined; GivenName?: string | undefined; FamilyName?: string | undefined }
    | undefined
  Emails?: { Value?: string | undefined; Primary?: boolean | undefined }[] | undefined
  UserStatus?: string | undefined
  UserType?: string | undefined
  Title?: string | undefined
  ProfileUrl?: string | undefined
  PreferredLanguage?: string | undefined
  Locale?: string | undefined
  Timezone?: string | undefined
  ExternalIds?: { Issuer?: string | undefined; Id?: string | undefined }[] | undefined
  /** The document of the extension aws:identitystore:enterprise, as it came; its keys' case varies. */
  Enterprise?: Record<string, unknown> | undefined
}

/** A group as ListGroups gives it. */
export interface DirectoryGroup {
  GroupId: string
  DisplayName?: string | undefined
  Description?: string | undefined
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
  groupIdsByUserId: GroupIdsByUserId
  findings: CrawlFindings
}

/** The group ids of a user id, without duplicates, in no particular order; no entry for a user without groups. */
export interface GroupIdsByUserId extends Iterable<readonly [userId: string, groupIds: readonly string[]]> {
  get(userId: string): readonly string[] | undefined
}

export function isDisabled({ UserStatus }: DirectoryUser): boolean {
  return UserStatus === 'DISABLED'
}
