import { createColumn } from './column.ts'
import { compareText } from './canonical.ts'
import type { Counts, Identities, User } from './model.ts'

/**
 * Who is in which group. A million lists of ids would need several times the memory, so they are one column of numbers;
 * a list is made only where it is shown.
 */
export interface Memberships {
  readonly count: number
  /** The id of each group with a member, ascending, so that their numbers compare as they do. */
  readonly groupIds: readonly string[]
  /** The numbers of the groups of a user, ascending. Users are numbered as they stand in their list. */
  readonly groupsOf: (user: number) => Uint32Array
}

export type GroupNumbers = Uint32Array | readonly number[]

/** Users, sorted by externalId, and the groups of each. */
export interface Members {
  users: User[]
  memberships: Memberships
}

export function idsOf({ groupIds }: Memberships, groups: GroupNumbers): string[] {
  const ids: string[] = []
  for (const group of groups) ids.push(groupIds[group] ?? '')
  return ids
}

export interface MemberSelection {
  /** Groups may come in any order, and repeatedly. */
  add(user: User, groups: GroupNumbers): void
  end(): Members
}

export interface MemberCollector extends MemberSelection {
  /** The number of a group until the end, undefined for one that nobody named yet. */
  find(groupId: string): number | undefined
  /** The same, and a new one where there is none. */
  numberOf(groupId: string): number
}

/** @param counts how many there will be, where that is known */
export function collectMembers(counts?: Partial<Counts>): MemberCollector {
  const ids: string[] = []
  const numbers = new Map<string, number>()
  return {
    ...selectMembers(ids, counts),
    find: (id) => numbers.get(id),
    numberOf(id) {
      const known = numbers.get(id)
      if (known !== undefined) return known
      numbers.set(id, ids.length)
      return ids.push(id) - 1
    },
  }
}

/** @param ids those of the groups by their numbers */
export function selectMembers(ids: readonly string[], counts: Partial<Counts> = {}): MemberSelection {
  const users: User[] = []
  const column = createColumn(counts.memberships)
  const ends = createColumn(counts.users)
  return {
    add(user, groups) {
      users.push(user)
      for (const group of groups) column.push(group)
      ends.push(column.length)
    },
    end() {
      const given = column.end()
      const { groupIds, ranks } = rank(ids, given)
      const order = orderOf(users)
      const { groups, starts } = arrange(given, ends.end(), order, ranks)
      return {
        users: order === undefined ? users : order.flatMap((number) => users[number] ?? []),
        memberships: membershipsIn(groups, starts, groupIds),
      }
    },
  }
}

/** On its own, so that nothing else of what they were made from stays in memory with them. */
function membershipsIn(groups: Uint32Array, starts: Uint32Array, groupIds: readonly string[]): Memberships {
  return {
    count: groups.length,
    groupIds,
    groupsOf: (user) => groups.subarray(starts[user], starts[user + 1]),
  }
}

/** The ids of those numbers that stand in a column, ascending, and the place of each number among them. */
function rank(ids: readonly string[], column: Uint32Array): { groupIds: string[]; ranks: Uint32Array } {
  const ranks = new Uint32Array(ids.length)
  for (const number of column) ranks[number] = 1
  const idOf = (number: number): string => ids[number] ?? ''
  const numbers: number[] = []
  ranks.forEach((isUsed, number) => {
    if (isUsed === 1) numbers.push(number)
  })
  numbers.sort((a, b) => compareText(idOf(a), idOf(b)))
  for (const [place, number] of numbers.entries()) ranks[number] = place
  return { groupIds: numbers.map(idOf), ranks }
}

/** The numbers of the users, sorted by externalId; undefined where they are already. */
function orderOf(users: readonly User[]): number[] | undefined {
  const idAt = (number: number): string => users[number]?.externalId ?? ''
  if (users.every(({ externalId }, number) => number === 0 || idAt(number - 1) <= externalId))
    return undefined
  return [...users.keys()].sort((a, b) => compareText(idAt(a), idAt(b)))
}

/** Brings the lists into an order, and makes each the ranks of its numbers, ascending and each once. */
function arrange(
  column: Uint32Array,
  ends: Uint32Array,
  order: readonly number[] | undefined,
  ranks: Uint32Array,
) {
  // No list gets longer: where all keep their places, none is overwritten before it is read.
  const groups = order === undefined ? column : new Uint32Array(column.length)
  const starts = new Uint32Array(ends.length + 1)
  let count = 0
  for (let user = 0; user < ends.length; user++) {
    const old = order?.[user] ?? user
    const start = count
    let isAscending = true
    for (let at = ends[old - 1] ?? 0; at < (ends[old] ?? 0); at++) {
      const rank = ranks[column[at] ?? 0] ?? 0
      if (count > start && rank <= (groups[count - 1] ?? 0)) isAscending = false
      groups[count++] = rank
    }
    if (!isAscending) count = start + sortDistinct(groups.subarray(start, count))
    starts[user + 1] = count
  }
  return { groups: count === groups.length ? groups : groups.slice(0, count), starts }
}

/** Sorts a list in place, each number once; returns how many there are. */
function sortDistinct(numbers: Uint32Array): number {
  let length = 0
  for (const number of numbers.sort())
    if (length === 0 || number !== numbers[length - 1]) numbers[length++] = number
  return length
}

export const NOBODY: Identities = { groups: [], ...collectMembers().end() }

/** What differs between the groups of two users, or of one and nobody; the numbers are those of either side. */
export interface MembershipDifference {
  removed: GroupNumbers
  added: GroupNumbers
}

/** Compares lists of two snapshots, which number their groups differently. */
export function membershipComparer(
  before: Memberships,
  now: Memberships,
): (was: number | undefined, is: number | undefined) => MembershipDifference {
  const places = commonPlaces(before.groupIds, now.groupIds)
  return (was, is) => {
    if (was === undefined || is === undefined) {
      return {
        removed: was === undefined ? NONE : before.groupsOf(was),
        added: is === undefined ? NONE : now.groupsOf(is),
      }
    }
    const left = before.groupsOf(was)
    const right = now.groupsOf(is)
    return {
      removed: without(left, places.before, right, places.now),
      added: without(right, places.now, left, places.before),
    }
  }
}

const NONE: readonly number[] = []

/** The numbers of a list that another one lacks. */
function without(
  list: Uint32Array,
  places: Uint32Array,
  other: Uint32Array,
  otherPlaces: Uint32Array,
): readonly number[] {
  let missing: number[] | undefined
  let i = 0
  for (const group of list) {
    const place = places[group] ?? 0
    while (i < other.length && (otherPlaces[other[i] ?? 0] ?? 0) < place) i++
    if (i < other.length && otherPlaces[other[i] ?? 0] === place) continue
    missing ??= []
    missing.push(group)
  }
  return missing ?? NONE
}

/** Where each id of two ascending lists stands among those of both. */
function commonPlaces(before: readonly string[], now: readonly string[]) {
  const places = { before: new Uint32Array(before.length), now: new Uint32Array(now.length) }
  let [i, j] = [0, 0]
  for (let place = 0; i < before.length || j < now.length; place++) {
    const [left, right] = [before[i], now[j]]
    if (left !== undefined && !(left > (right ?? left))) places.before[i++] = place
    if (right !== undefined && !(right > (left ?? right))) places.now[j++] = place
  }
  return places
}
