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

/**
 * The two lists of a store. Each question is answered as soon as the rest of the lists cannot change the answer; none is
 * any more once they cannot be read.
 */
export class StoreLists {
  readonly users = new Records<StoreUser>(({ UserId }) => UserId)
  readonly groups = new Records<StoreGroup>(({ GroupId }) => GroupId)
  private readonly isExcluded: ((user: StoreUser) => boolean) | undefined
  private readonly pages = new EventEmitter()
  private complete: PrincipalIds | undefined

  /** @param isExcluded whether a user is left out of the snapshot */
  constructor(isExcluded?: (user: StoreUser) => boolean) {
    this.isExcluded = isExcluded
  }

  /** Reads both, side by side. */
  async read(reader: Pick<StoreReader, 'listUsers' | 'listGroups'>): Promise<void> {
    const { users, groups } = this
    const onPage = (): void => {
      if (users.isComplete && groups.isComplete)
        this.complete ??= { groups: groups.ids(), users: users.ids(this.isExcluded) }
      this.pages.emit('page')
    }
    await Promise.all([users.addAll(reader.listUsers(), onPage), groups.addAll(reader.listGroups(), onPage)])
  }

  /** That of the fewer objects; a tie goes by group. */
  async direction(): Promise<Direction> {
    const { users, groups } = this
    for (;;) {
      if (groups.isComplete && users.size >= groups.size) return 'by group'
      if (users.isComplete && groups.size > users.size) return 'by user'
      await once(this.pages, 'page')
    }
  }

  async groupIds(): Promise<string[]> {
    while (!this.groups.isComplete) await once(this.pages, 'page')
    return this.groups.ids()
  }

  /** Whether the lists hold so many principals of the snapshot. */
  async areAtLeast(count: number): Promise<boolean> {
    while (this.complete === undefined) {
      const users = this.isExcluded === undefined ? this.users.size : this.users.ids(this.isExcluded).length
      if (this.groups.size + users >= count) return true
      await once(this.pages, 'page')
    }
    return this.complete.groups.length + this.complete.users.length >= count
  }

  /** The principals of the snapshot that the lists held at their end. */
  async principals(): Promise<PrincipalIds> {
    while (this.complete === undefined) await once(this.pages, 'page')
    return this.complete
  }
}
