import { causeOf, isNotFound } from './advice.ts'
import type { GroupRecords, UserRecords } from './records.ts'

/** What the memberships, read in one direction, say. */
export interface Memberships {
  /** As it was read: with duplicates, and with what no list holds. */
  readonly groupIdsByUserId: Map<string, string[]>
  readonly vanishedGroups: Set<string>
  readonly vanishedUsers: Set<string>
  /** Vanished by an answer that does not say what is missing: a second reading of the list must confirm it. */
  readonly doubtful: Set<string>
  /** Memberships read so far. */
  count: number
  /** Members that are not users. */
  otherMembers: number
  add(userId: string, groupId: string): void
  /** Notes that a group or user is gone, where that is what the error says; else throws the error. */
  noteVanished(error: unknown, type: 'GROUP' | 'USER', id: string): void
}

/** The ids are interned by the two lists, so that a million memberships do not keep a million strings. */
export function createMemberships(users: UserRecords, groups: GroupRecords): Memberships {
  const groupIdsByUserId = new Map<string, string[]>()
  const vanished = { GROUP: new Set<string>(), USER: new Set<string>() }
  const doubtful = new Set<string>()
  const memberships: Memberships = {
    groupIdsByUserId,
    vanishedGroups: vanished.GROUP,
    vanishedUsers: vanished.USER,
    doubtful,
    count: 0,
    otherMembers: 0,
    add(userId, groupId) {
      memberships.count += 1
      const known = groupIdsByUserId.get(userId)
      if (known === undefined) groupIdsByUserId.set(users.internId(userId), [groups.internId(groupId)])
      else known.push(groups.internId(groupId))
    },
    noteVanished(error, type, id) {
      const { resourceType } = causeOf(error)
      if (!isNotFound(error)) throw error
      if (resourceType !== undefined && resourceType !== type) throw error
      if (resourceType === undefined) doubtful.add(id)
      vanished[type].add(id)
    },
  }
  return memberships
}
