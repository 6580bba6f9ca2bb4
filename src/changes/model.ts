import type { AccessChanges } from './access.ts'
import type { Members } from '../snapshot/memberships.ts'
import type { Counts, Group, User } from '../snapshot/model.ts'

/** A field of a record that differs. */
export interface FieldChange {
  from: unknown
  to: unknown
}

export interface ChangedUser {
  /** The record as it is now. */
  user: User
  fields: Partial<Record<Exclude<keyof User, 'externalId'>, FieldChange>>
}

export interface ChangedGroup {
  /** The record as it is now. */
  group: Group
  fields: Partial<Record<Exclude<keyof Group, 'externalId'>, FieldChange>>
}

/** What differs between a baseline and a snapshot: users, groups and memberships, each sorted as the snapshot is. */
export interface Changes {
  users: { added: User[]; removed: User[]; changed: ChangedUser[] }
  groups: { added: Group[]; removed: Group[]; changed: ChangedGroup[] }
  /** The users whose memberships differ, and in which groups each is now, or is no longer. */
  memberships: { added: Members; removed: Members }
  madeAgain: { users: MadeAgain[]; groups: MadeAgain[] }
  /** Absent where access was not compared. */
  access?: AccessChanges
  counts: ChangeCounts
  /** Users of both sides whose e-mail address became empty. */
  emailsLost: number
  /** The sizes of the baseline, for the guard. */
  baseline: Counts & { emails: number }
  /** The name of a group of either side by its id, for whoever shows a membership. */
  groupName: (groupExternalId: string) => string
  /** Whether several records of either side bear this user name, or this name of a group. */
  isShared: (kind: 'users' | 'groups', name: string) => boolean
}

/** A record that was added while one of the same name was removed: what was assigned to the old id is gone. Sorted by `to`. */
export interface MadeAgain {
  /** The user name, or the name of the group. */
  name: string
  from: string
  to: string
}

export interface ChangeCounts {
  users: { added: number; removed: number; changed: number }
  groups: { added: number; removed: number; changed: number }
  memberships: { added: number; removed: number }
}

/** Which snapshot the run was compared with. */
export interface BaselineReference {
  kind: 'path' | 'base' | 'artifact' | 'commit'
  /** Id of the artifact, commit, or path. */
  reference: string
  /** From its manifest; null for a baseline without one. */
  account: string | null
  identityStoreId: string | null
}
