import { causeOf, isNotFound } from './advice.ts'
import type { GroupIdsByUserId, StoreGroup, StoreUser } from './identity-store.ts'
import type { Records } from './records.ts'

export type Memberships = ReturnType<typeof createMemberships>

/** Room for the number of a group: a user's number times this, and a group's, are a pair that a double holds whole. */
const GROUPS = 2 ** 32

/**
 * What the memberships, read in one direction, say. A million are a column of pairs, 8 bytes each, over two tables of ids,
 * which are interned by the two lists.
 */
export function createMemberships(users: Records<StoreUser>, groups: Records<StoreGroup>) {
  const userTable = createTable((id) => users.internId(id))
  const groupTable = createTable((id) => groups.internId(id))
  let pairs = new Float64Array(1024)
  let count = 0
  const vanished = { GROUP: new Set<string>(), USER: new Set<string>() }
  /** Vanished by an answer that does not say what is missing: a second reading of the list must confirm it. */
  const doubtful = new Set<string>()
  let otherMembers = 0
  return {
    /** Whoever is named by one, also what no list holds; the index of an id is its number. */
    userIds: userTable.ids,
    groupIds: groupTable.ids,
    vanishedGroups: vanished.GROUP,
    vanishedUsers: vanished.USER,
    doubtful,
    /** Memberships read so far, repeated ones too. */
    get count() {
      return count
    },
    /** Members that are not users. */
    get otherMembers() {
      return otherMembers
    },
    /** @param userId absent, or empty, of a member that is not a user */
    add: (userId: string | undefined, groupId: string) => {
      if (userId === undefined || userId === '') {
        otherMembers += 1
        return
      }
      if (count === pairs.length) {
        const longer = new Float64Array(count * 2)
        longer.set(pairs)
        pairs = longer
      }
      pairs[count++] = userTable.numberOf(userId) * GROUPS + groupTable.numberOf(groupId)
    },
    /**
     * Those that are to be kept, without repeats; to be called once, at the end.
     * @param isKept asked once for each user and group, by their numbers
     */
    byUser(isKept: (user: number, group: number) => boolean): GroupIdsByUserId {
      const sorted = pairs.subarray(0, count).sort()
      // What is kept moves to the beginning: that of each user, who has at least one pair, up to where it ends.
      const ends = new Uint32Array(userTable.ids.length)
      let [kept, previous] = [0, -1]
      for (const pair of sorted) {
        const user = Math.floor(pair / GROUPS)
        if (pair !== previous && isKept(user, pair - user * GROUPS)) sorted[kept++] = pair
        ends[user] = kept
        previous = pair
      }
      const pairsOf = (user: number): Float64Array =>
        sorted.subarray(user === 0 ? 0 : ends[user - 1], ends[user])
      const idsOf = (user: number): string[] =>
        Array.from(pairsOf(user), (pair) => groupTable.ids[pair - user * GROUPS] ?? '')
      return {
        get(userId) {
          const user = userTable.find(userId)
          return user === undefined || pairsOf(user).length === 0 ? undefined : idsOf(user)
        },
        *[Symbol.iterator]() {
          for (const [user, id] of userTable.ids.entries())
            if (pairsOf(user).length > 0) yield [id, idsOf(user)]
        },
      }
    },
    /** Notes that a group or user is gone, where that is what the error says; else throws the error. */
    noteVanished(error: unknown, type: 'GROUP' | 'USER', id: string): void {
      const { resourceType } = causeOf(error)
      if (!isNotFound(error) || (resourceType ?? type) !== type) throw error
      if (resourceType === undefined) doubtful.add(id)
      vanished[type].add(id)
    },
  }
}

/** Ids, each with its number; a new one for an id that is not yet there. */
function createTable(intern: (id: string) => string) {
  const ids: string[] = []
  const numbers = new Map<string, number>()
  return {
    ids,
    find: (id: string) => numbers.get(id),
    numberOf(id: string): number {
      const known = numbers.get(id)
      if (known !== undefined) return known
      const own = intern(id)
      numbers.set(own, ids.length)
      return ids.push(own) - 1
    },
  }
}
