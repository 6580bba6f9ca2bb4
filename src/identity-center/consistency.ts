import { UserError } from '../errors.ts'
import type { CrawlFindings, Directory } from './directory.ts'
import type { Memberships } from './memberships.ts'
import { keepGroup, keepUser, Records, type GroupRecords, type UserRecords } from './records.ts'
import { collect } from './pages.ts'
import type { StoreReader } from './store-reader.ts'

/** The three readings of a store, which changed while they were made. */
export interface Readings {
  users: UserRecords
  groups: GroupRecords
  memberships: Memberships
}

export type Direction = 'by group' | 'by user'
export type Late = Pick<CrawlFindings, 'lateUsers' | 'lateGroups'>

/**
 * Reads a list once more where memberships name what it did not hold, or where something may not have vanished, and adds
 * what it holds now.
 *
 * @throws UserError (unavailable) where the list still holds what is said to have vanished
 */
export async function reconcile(
  reader: StoreReader,
  { users, groups, memberships }: Readings,
  direction: Direction,
): Promise<Late> {
  const { userIds, groupIds, vanishedUsers, vanishedGroups, doubtful } = memberships
  const isUnknownUser = userIds.some((id) => !users.has(id) && !vanishedUsers.has(id))
  const isUnknownGroup = groupIds.some((id) => !groups.has(id) && !vanishedGroups.has(id))
  const late = { lateUsers: 0, lateGroups: 0 }
  if (isUnknownUser || (doubtful.size > 0 && direction === 'by user')) {
    const now: UserRecords = new Records(keepUser)
    await collect(reader.listUsers(), (user) => {
      now.add(user.UserId, user)
    })
    refuseStillThere(doubtful, now)
    // By user, the memberships of a late user were not read; the next run has both.
    if (isUnknownUser) late.lateUsers = users.addMissing(now)
  }
  if (isUnknownGroup || (doubtful.size > 0 && direction === 'by group')) {
    const now: GroupRecords = new Records(keepGroup)
    await collect(reader.listGroups(), (group) => {
      now.add(group.GroupId, group)
    })
    refuseStillThere(doubtful, now)
    // By group, the memberships of a late group were not read; the next run has both.
    if (isUnknownGroup) late.lateGroups = groups.addMissing(now)
  }
  return late
}

function refuseStillThere(doubtful: ReadonlySet<string>, now: { has(id: string): boolean }): void {
  const contradicted = [...doubtful].filter((id) => now.has(id)).length
  if (contradicted === 0) return
  throw new UserError(
    'unavailable',
    `AWS lists ${String(contradicted)} users or groups, but reports their memberships as not found. Nothing was written. Run again later.`,
  )
}

/** Makes one directory of the three readings: without what vanished, without memberships of what no list holds. */
export function toDirectory({ users, groups, memberships }: Readings, late: Late): Directory {
  const { userIds, groupIds, vanishedUsers, vanishedGroups } = memberships
  vanishedGroups.forEach((id) => {
    groups.delete(id)
  })
  vanishedUsers.forEach((id) => {
    users.delete(id)
  })
  const isKnownUser = userIds.map((id) => users.has(id))
  const isKnownGroup = groupIds.map((id) => groups.has(id))
  let orphanMemberships = 0
  const groupIdsByUserId = memberships.byUser((user, group) => {
    if (isKnownUser[user] === true && isKnownGroup[group] === true) return true
    const isVanished = vanishedUsers.has(userIds[user] ?? '') || vanishedGroups.has(groupIds[group] ?? '')
    if (!isVanished) orphanMemberships += 1
    return false
  })
  const findings: CrawlFindings = {
    vanishedGroups: vanishedGroups.size,
    vanishedUsers: vanishedUsers.size,
    ...late,
    orphanMemberships,
    otherMembers: memberships.otherMembers,
    conflictingRecords: users.conflicts + groups.conflicts,
  }
  return { users: users.values(), groups: groups.values(), groupIdsByUserId, findings }
}
