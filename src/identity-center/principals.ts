import { EventEmitter, once } from 'node:events'
import type { Readings } from './consistency.ts'
import type { StoreUser } from './identity-store.ts'

/** Those that an assignment can name: the groups and users of the snapshot, by id. */
export interface PrincipalIds {
  groups: readonly string[]
  users: readonly string[]
}

/** The principals that the lists of a crawl hold, as far as it has come; nothing is answered once it has failed. */
export class ListedPrincipals {
  private count = (): number => 0
  private complete: PrincipalIds | undefined
  private readonly pages = new EventEmitter()
  private readonly isExcluded: ((user: StoreUser) => boolean) | undefined

  /** @param isExcluded whether a user is left out of the snapshot */
  constructor(isExcluded?: (user: StoreUser) => boolean) {
    this.isExcluded = isExcluded
  }

  /** Tells of a page that was read, or of the end of a list. */
  update({ users, groups }: Pick<Readings, 'users' | 'groups'>): void {
    if (this.complete !== undefined) return
    const { isExcluded } = this
    this.count = () => groups.size + (isExcluded === undefined ? users.size : users.ids(isExcluded).length)
    if (users.isComplete && groups.isComplete) {
      const count = this.count()
      this.count = () => count
      this.complete = { groups: groups.ids(), users: users.ids(isExcluded) }
    }
    this.pages.emit('page')
  }

  /** Whether there are so many; answers as soon as the rest of the lists cannot change it. */
  async areAtLeast(count: number): Promise<boolean> {
    while (this.complete === undefined && this.count() < count) await once(this.pages, 'page')
    return this.count() >= count
  }

  /** Those that the lists held at their end. */
  async listed(): Promise<PrincipalIds> {
    while (this.complete === undefined) await once(this.pages, 'page')
    return this.complete
  }
}
