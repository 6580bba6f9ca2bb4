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
  const { groupIdsByUserId, vanishedUsers, vanishedGroups, doubtful } = memberships
  const isUnknownUser = [...groupIdsByUserId.keys()].some((id) => !users.has(id) && !vanishedUsers.has(id))
  const isUnknownGroup = [...groupIdsByUserId.values()].some((ids) =>
    ids.some((id) => !groups.has(id) && !vanishedGroups.has(id)),
  )
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
  const { groupIdsByUserId, vanishedUsers, vanishedGroups } = memberships
  vanishedGroups.forEach((id) => {
    groups.delete(id)
  })
  vanishedUsers.forEach((id) => {
    users.delete(id)
  })
  let orphanMemberships = 0
  for (const [userId, ids] of groupIdsByUserId) {
    const unique = withoutRepeats(ids)
    if (unique === ids && users.has(userId) && ids.every((id) => groups.has(id))) continue
    const kept = unique.filter((id) => groups.has(id))
    const vanished = unique.reduce((count, id) => count + (vanishedGroups.has(id) ? 1 : 0), 0)
    const isKnown = users.has(userId)
    if (isKnown) orphanMemberships += unique.length - kept.length - vanished
    else if (!vanishedUsers.has(userId)) orphanMemberships += unique.length - vanished
    if (isKnown && kept.length > 0) groupIdsByUserId.set(userId, kept)
    else groupIdsByUserId.delete(userId)
  }
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

/** The same list where nothing repeats, which is nearly always: a copy of each of 100,000 lists would be felt. */
function withoutRepeats(ids: string[]): string[] {
  const repeats =
    ids.length > 32 ? new Set(ids).size < ids.length : ids.some((id, at) => ids.indexOf(id) < at)
  return repeats ? [...new Set(ids)] : ids
}
