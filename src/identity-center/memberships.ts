import { causeOf, isNotFound } from './advice.ts'
import type { GroupIdsByUserId, StoreGroup, StoreUser } from './identity-store.ts'
import type { Records } from './records.ts'

export type Memberships = ReturnType<typeof createMemberships>

/**
 * What the memberships, read in one direction, say. A million are two columns of numbers over two tables of ids, which are
 * interned by the two lists.
 */
export function createMemberships(users: Records<StoreUser>, groups: Records<StoreGroup>) {
  const userTable = createTable((id) => users.internId(id))
  const groupTable = createTable((id) => groups.internId(id))
  const userColumn = createColumn()
  const groupColumn = createColumn()
  const vanished = { GROUP: new Set<string>(), USER: new Set<string>() }
  /** Vanished by an answer that does not say what is missing: a second reading of the list must confirm it. */
  const doubtful = new Set<string>()
  /** Members that are not users. */
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
      return userColumn.numbers().length
    },
    get otherMembers() {
      return otherMembers
    },
    /** @param userId absent, or empty, of a member that is not a user */
    add: (userId: string | undefined, groupId: string) => {
      if (userId === undefined || userId === '') {
        otherMembers += 1
        return
      }
      userColumn.push(userTable.numberOf(userId))
      groupColumn.push(groupTable.numberOf(groupId))
    },
    /**
     * Those that are to be kept, without repeats.
     * @param isKept asked once for each user and group, by their numbers
     */
    byUser(isKept: (user: number, group: number) => boolean): GroupIdsByUserId {
      const { starts, column } = sortByFirst(
        userColumn.numbers(),
        groupColumn.numbers(),
        userTable.ids.length,
      )
      const ends = keepDistinct(starts, column, isKept)
      const idsOf = (user: number): string[] =>
        Array.from(column.subarray(starts[user], ends[user]), (group) => groupTable.ids[group] ?? '')
      return {
        get(userId) {
          const user = userTable.find(userId)
          return user === undefined || starts[user] === ends[user] ? undefined : idsOf(user)
        },
        *[Symbol.iterator]() {
          for (const [user, id] of userTable.ids.entries())
            if (starts[user] !== ends[user]) yield [id, idsOf(user)]
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

/** A list of numbers of 4 bytes each, which doubles where it is full. */
function createColumn() {
  let numbers = new Uint32Array(1024)
  let length = 0
  return {
    push(number: number): void {
      if (length === numbers.length) {
        const longer = new Uint32Array(length * 2)
        longer.set(numbers)
        numbers = longer
      }
      numbers[length++] = number
    },
    numbers: () => numbers.subarray(0, length),
  }
}

/** The second numbers of all pairs, sorted by the first: those of n stand from starts[n] to starts[n + 1]. */
function sortByFirst(
  first: Uint32Array,
  second: Uint32Array,
  most: number,
): { starts: Uint32Array; column: Uint32Array } {
  const starts = new Uint32Array(most + 1)
  for (const n of first) starts[n + 1] = (starts[n + 1] ?? 0) + 1
  for (let n = 0; n < most; n++) starts[n + 1] = (starts[n + 1] ?? 0) + (starts[n] ?? 0)
  const next = starts.slice()
  const column = new Uint32Array(second.length)
  for (const [at, n] of first.entries()) {
    const index = next[n] ?? 0
    column[index] = second[at] ?? 0
    next[n] = index + 1
  }
  return { starts, column }
}

/** Moves what is to be kept of each part of a column to the beginning of the part, ascending; returns where it ends. */
function keepDistinct(
  starts: Uint32Array,
  column: Uint32Array,
  isKept: (part: number, number: number) => boolean,
): Uint32Array {
  const ends = starts.slice(0, -1)
  for (let part = 0; part < ends.length; part++) {
    const numbers = column.subarray(starts[part], starts[part + 1]).sort()
    let kept = 0
    let previous = -1
    for (const number of numbers) {
      if (number !== previous && isKept(part, number)) numbers[kept++] = number
      previous = number
    }
    ends[part] = (starts[part] ?? 0) + kept
  }
  return ends
}
