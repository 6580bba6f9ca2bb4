import type { Access } from './access.ts'
import type { Members } from './memberships.ts'
import type { TagName } from './tags.ts'

/** The user record of a Raito import file, less its groups (see Memberships). */
export interface User {
  externalId: string
  name: string
  userName: string
  email: string
  tags: Tag[] | null
  isMachine: boolean | null
}

/** The group record of a Raito import file; the keys stand in the order of the file. */
export interface Group {
  externalId: string
  name: string
  displayName: string
  description: string
  parentGroupExternalIds: string[] | null
  tags: Tag[] | null
}

export interface Tag {
  key: string
  value: string
  source: string
}

/** The source of every tag that this project writes, and the tag source that the connector declares. */
export const TAG_SOURCE = 'AWS IAM Identity Center'

export const SNAPSHOT_FILES = ['users.json', 'groups.json', 'manifest.json'] as const
/** There only where the manifest names it. */
export const ACCESS_FILE = 'access.json'
/** How each access.json begins. */
export const ACCESS_HEAD = '{\n"format":"aws-organization-sync/access/1",\n'
export type SnapshotFileName = (typeof SNAPSHOT_FILES)[number] | typeof ACCESS_FILE

/** How a directory becomes records; written into the manifest. */
export interface MappingOptions {
  mapping: 'full' | 'reference'
  /** In the order of TAG_NAMES, without duplicates. */
  tags: TagName[]
  /** Regular expression (flag u, not anchored) on the user name; null: isMachine stays null. */
  machineUsers: string | null
  disabledUsers: 'include' | 'exclude'
}

export interface Counts {
  users: number
  groups: number
  memberships: number
}

/** Of a snapshot with access, else of none. */
export interface AccessCounts {
  accounts: number
  permissionSets: number
  assignments: number
}

export interface FileDigest {
  /** 64 lower-case hex digits */
  sha256: string
  bytes: number
}

export const MANIFEST_FORMAT = 'aws-organization-sync/1'

/** Where the identities of a snapshot come from. What ListInstances did not give is null. */
export interface Origin {
  /** The account that the run was asked for (12 digits). */
  account: string
  /** The account that owns the instance. */
  ownerAccount: string | null
  identityStoreId: string
  instanceArn: string | null
  region: string
}

/** manifest.json; the keys stand in the order of the file. */
export interface Manifest extends Origin, MappingOptions {
  format: typeof MANIFEST_FORMAT
  /** Absent where nothing of access was read; then the counts and the file are absent too. */
  access?: 'accounts'
  counts: Counts & Partial<AccessCounts>
  files: { 'users.json': FileDigest; 'groups.json': FileDigest; 'access.json'?: FileDigest }
}

/** The identities: users and groups sorted by externalId (by UTF-16 code units), no duplicates. */
export interface Identities extends Members {
  groups: Group[]
}

export function countAccess({ accounts, permissionSets, assignments }: Access): AccessCounts {
  return {
    accounts: accounts.length,
    permissionSets: permissionSets.length,
    assignments: assignments.length,
  }
}

/** Every membership counts, whether or not a record describes its group. */
export function countIdentities({ users, groups, memberships }: Identities): Counts {
  return { users: users.length, groups: groups.length, memberships: memberships.count }
}

/** A verified snapshot. Only a baseline written by the reference connector has no manifest. */
export interface Snapshot extends Identities {
  manifest: Manifest | undefined
  /** Absent where nothing of access was read. */
  access?: Access | undefined
}
