import { UserError } from '../errors.ts'
import type { CrawlFindings, IdentityStore, StoreGroup, StoreUser } from './identity-store.ts'
import type { Memberships } from './memberships.ts'
import { Records } from './records.ts'
import type { Direction } from './store-lists.ts'
import type { StoreReader } from './store-reader.ts'

/** The three readings of a store, which changed while they were made. */
export interface Readings {
  users: Records<StoreUser>
  groups: Records<StoreGroup>
  memberships: Memberships
}

type Late = Pick<CrawlFindings, 'lateUsers' | 'lateGroups'>

/**
 * Reads a list once more where memberships name what it did not hold, or where something may not have vanished, and adds
 * what it holds now. By group, the memberships of a late group were not read, by user those of a late user; the next run
 * has both.
 *
 * @throws UserError (unavailable) where the list still holds what is said to have vanished
 */
export async function reconcile(
  reader: StoreReader,
  { users, groups, memberships }: Readings,
  direction: Direction,
): Promise<Late> {
  const { userIds, groupIds, vanishedUsers, vanishedGroups, doubtful } = memberships

  async function addLate<R extends StoreUser | StoreGroup>(
    known: Records<R>,
    named: readonly string[],
    vanished: ReadonlySet<string>,
    isDoubted: boolean,
    list: () => AsyncIterable<R[]>,
  ): Promise<number> {
    const isLate = named.some((id) => !known.has(id) && !vanished.has(id))
    if (!isLate && !(isDoubted && doubtful.size > 0)) return 0
    const now = new Records(known.idOf)
    await now.addAll(list())
    const contradicted = [...doubtful].filter((id) => now.has(id)).length
    if (contradicted > 0)
      throw new UserError(
        'unavailable',
        `AWS lists ${String(contradicted)} users or groups, but reports their memberships as not found. Nothing was written. Run again later.`,
      )
    return isLate ? known.addMissing(now) : 0
  }

  const isByUser = direction === 'by user'
  return {
    lateUsers: await addLate(users, userIds, vanishedUsers, isByUser, reader.listUsers),
    lateGroups: await addLate(groups, groupIds, vanishedGroups, !isByUser, reader.listGroups),
  }
}

/** Makes one store of the three readings: without what vanished, without memberships of what no list holds. */
export function toIdentityStore({ users, groups, memberships }: Readings, late: Late): IdentityStore {
  const { userIds, groupIds, vanishedUsers, vanishedGroups } = memberships
  for (const id of vanishedGroups) groups.delete(id)
  for (const id of vanishedUsers) users.delete(id)
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
