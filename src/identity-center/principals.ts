import type { DirectoryUser } from './directory.ts'
import type { GroupRecords, UserRecords } from './records.ts'

/** Those that an assignment can name: the groups and users of the snapshot, by id. */
export interface PrincipalIds {
  groups: readonly string[]
  users: readonly string[]
}

/** The principals of a snapshot, as far as the crawl that reads them has come. */
export interface Principals {
  /** Whether there are so many; answers as soon as the rest of the lists cannot change it. */
  areAtLeast(count: number): Promise<boolean>
  /** Those that the lists held. */
  listed: Promise<PrincipalIds>
  /** Those of the snapshot: with what appeared, without what vanished. */
  ofSnapshot: Promise<PrincipalIds & { excludedUsers: readonly string[] }>
}

/** Where a crawl tells what its lists hold. */
export interface PrincipalsTeller {
  seen: (lists: { users: UserRecords; groups: GroupRecords }, isComplete: boolean) => void
}

/**
 * @param isExcluded whether a user is left out of the snapshot
 * @param ofSnapshot what is there at the end of the crawl; a failure of it is that of every question
 */
export function followPrincipals(
  isExcluded: ((user: DirectoryUser) => boolean) | undefined,
  ofSnapshot: Principals['ofSnapshot'],
): Principals & PrincipalsTeller {
  let count = 0
  let isComplete = false
  let waiting: { count: number; resolve: (isSo: boolean) => void }[] = []
  let tellListed: (ids: PrincipalIds) => void = () => undefined
  const listed = new Promise<PrincipalIds>((resolve) => {
    tellListed = resolve
  })
  const failure = ofSnapshot.then(() => new Promise<never>(() => undefined))
  const listedOrFailed = Promise.race([listed, failure])
  // Not every way of reading asks for both.
  for (const promise of [failure, listedOrFailed]) promise.catch(() => undefined)
  return {
    areAtLeast(wanted) {
      const certain = new Promise<boolean>((resolve) => {
        if (count >= wanted) resolve(true)
        else if (isComplete) resolve(false)
        else waiting.push({ count: wanted, resolve })
      })
      return Promise.race([certain, failure])
    },
    listed: listedOrFailed,
    ofSnapshot,
    seen({ users, groups }, isLast) {
      if (isComplete || (waiting.length === 0 && !isLast)) return
      const ids = isLast || isExcluded !== undefined ? users.ids(isExcluded) : undefined
      count = groups.size + (ids?.length ?? users.size)
      isComplete = isLast
      for (const { count: wanted, resolve } of waiting)
        if (count >= wanted || isLast) resolve(count >= wanted)
      waiting = waiting.filter(({ count: wanted }) => count < wanted && !isLast)
      if (ids !== undefined && isLast) tellListed({ groups: groups.ids(), users: ids })
    },
  }
}
