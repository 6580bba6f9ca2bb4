import { EventEmitter, once } from 'node:events'
import type { StoreGroup, StoreUser } from './identity-store.ts'
import { Records } from './records.ts'
import type { StoreReader } from './store-reader.ts'

export type Direction = 'by group' | 'by user'

/** Those that an assignment can name: groups and users, by id. */
export interface PrincipalIds {
  groups: readonly string[]
  users: readonly string[]
}

export type StoreLists = ReturnType<typeof createStoreLists>

/**
 * The two lists of a store. Each question is answered as soon as the rest of the lists cannot change the answer; none is
 * any more once they cannot be read.
 *
 * @param isExcluded whether a user is left out of the snapshot
 */
export function createStoreLists(isExcluded?: (user: StoreUser) => boolean) {
  const users = new Records<StoreUser>(({ UserId }) => UserId)
  const groups = new Records<StoreGroup>(({ GroupId }) => GroupId)
  const pages = new EventEmitter()
  let complete: PrincipalIds | undefined
  return {
    users,
    groups,
    /** Reads both, side by side. */
    async read(reader: Pick<StoreReader, 'listUsers' | 'listGroups'>): Promise<void> {
      const onPage = (): void => {
        if (users.isComplete && groups.isComplete)
          complete ??= { groups: groups.ids(), users: users.ids(isExcluded) }
        pages.emit('page')
      }
      await Promise.all([
        users.addAll(reader.listUsers(), onPage),
        groups.addAll(reader.listGroups(), onPage),
      ])
    },
    /** That of the fewer objects; a tie goes by group. */
    async direction(): Promise<Direction> {
      for (;;) {
        if (groups.isComplete && users.size >= groups.size) return 'by group'
        if (users.isComplete && groups.size > users.size) return 'by user'
        await once(pages, 'page')
      }
    },
    async groupIds(): Promise<string[]> {
      while (!groups.isComplete) await once(pages, 'page')
      return groups.ids()
    },
    /** Whether the lists hold so many principals of the snapshot. */
    async areAtLeast(count: number): Promise<boolean> {
      while (complete === undefined) {
        const included = isExcluded === undefined ? users.size : users.ids(isExcluded).length
        if (groups.size + included >= count) return true
        await once(pages, 'page')
      }
      return complete.groups.length + complete.users.length >= count
    },
    /** The principals of the snapshot that the lists held at their end. */
    async principals(): Promise<PrincipalIds> {
      while (complete === undefined) await once(pages, 'page')
      return complete
    },
  }
}
