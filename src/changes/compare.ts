import { compareText } from '../snapshot/canonical.ts'
import { membershipComparer, selectMembers } from '../snapshot/memberships.ts'
import { countIdentities } from '../snapshot/model.ts'
import type { Group, Identities, Tag, User } from '../snapshot/model.ts'
import type { ChangeCounts, ChangedGroup, ChangedUser, Changes, FieldChange, MadeAgain } from './model.ts'

const USER_FIELDS = ['name', 'userName', 'email', 'tags', 'isMachine'] as const
const GROUP_FIELDS = ['name', 'displayName', 'description', 'parentGroupExternalIds', 'tags'] as const

/**
 * What differs between two sets of identities, by externalId.
 *
 * A merge join: both sides must be sorted by externalId, and the group ids of a user too, by UTF-16 code units and
 * without duplicates, as every snapshot is. Linear in users, groups and memberships; records and lists of group ids are
 * shared with the two sides, not copied. Memberships of removed users and groups count, and so do those whose group
 * no record describes. A removed membership of a user that is still there names the user as it is now.
 */
export function compareSnapshots(baseline: Identities, current: Identities): Changes {
  const users = compareUsers(baseline, current)
  const groups = compareGroups(baseline.groups, current.groups)
  const { memberships, emailsLost } = users
  const counts: ChangeCounts = {
    users: countsOf(users.changes),
    groups: countsOf(groups),
    memberships: {
      added: memberships.added.memberships.count,
      removed: memberships.removed.memberships.count,
    },
  }
  return {
    users: users.changes,
    groups,
    memberships,
    madeAgain: {
      users: madeAgain(users.changes, ({ userName }) => userName),
      groups: madeAgain(groups, ({ name }) => name),
    },
    counts,
    emailsLost,
    baseline: {
      ...countIdentities(baseline),
      emails: baseline.users.reduce((sum, user) => sum + (user.email === '' ? 0 : 1), 0),
    },
    groupName: namesOfGroups(baseline.groups, current.groups),
    isShared: sharedNames(baseline, current),
  }
}

function compareUsers(baseline: Identities, current: Identities) {
  const changes: Changes['users'] = { added: [], removed: [], changed: [] }
  const added = selectMembers(current.memberships.groupIds, countIdentities(current))
  const removed = selectMembers(baseline.memberships.groupIds, countIdentities(baseline))
  const groupsThatDiffer = membershipComparer(baseline.memberships, current.memberships)
  let emailsLost = 0
  for (const [before, now, was, is] of join(baseline.users, current.users)) {
    const groups = groupsThatDiffer(was, is)
    if (groups.removed.length > 0) removed.add(now ?? before, groups.removed)
    if (groups.added.length > 0) added.add(now ?? before, groups.added)
    if (before === undefined) changes.added.push(now)
    else if (now === undefined) changes.removed.push(before)
    else {
      const fields = changedUserFields(before, now)
      if (fields !== undefined) changes.changed.push({ user: now, fields })
      if (before.email !== '' && now.email === '') emailsLost++
    }
  }
  return { changes, memberships: { added: added.end(), removed: removed.end() }, emailsLost }
}

function compareGroups(baseline: readonly Group[], current: readonly Group[]): Changes['groups'] {
  const changes: Changes['groups'] = { added: [], removed: [], changed: [] }
  for (const [before, now] of join(baseline, current)) {
    if (before === undefined) changes.added.push(now)
    else if (now === undefined) changes.removed.push(before)
    else {
      const fields = changedGroupFields(before, now)
      if (fields !== undefined) changes.changed.push({ group: now, fields })
    }
  }
  return changes
}

/** Records and their places. */
type Pair<T> =
  | [before: T, now: T, was: number, is: number]
  | [before: undefined, now: T, was: undefined, is: number]
  | [before: T, now: undefined, was: number, is: undefined]

/** By externalId. */
export function join<T extends { externalId: string }>(left: readonly T[], right: readonly T[]) {
  return merge(left, right, (a, b) => compareText(a.externalId, b.externalId))
}

/** Each record of two lists, sorted alike, once, with its counterpart where there is one. */
export function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<Pair<T>, void> {
  let [i, j] = [0, 0]
  for (;;) {
    const [before, now] = [left[i], right[j]]
    if (before === undefined && now === undefined) return
    const order = before === undefined ? 1 : now === undefined ? -1 : compare(before, now)
    if (before !== undefined && now !== undefined && order === 0) yield [before, now, i++, j++]
    else if (before !== undefined && order < 0) yield [before, undefined, i++, undefined]
    else if (now !== undefined) yield [undefined, now, undefined, j++]
  }
}

function changedUserFields(before: User, now: User): ChangedUser['fields'] | undefined {
  if (before === now) return undefined
  let fields: ChangedUser['fields'] | undefined
  for (const field of USER_FIELDS) {
    if (before[field] === now[field]) continue
    if (field === 'tags' && sameTags(before.tags, now.tags)) continue
    fields ??= {}
    fields[field] = change(before[field], now[field])
  }
  return fields
}

function changedGroupFields(before: Group, now: Group): ChangedGroup['fields'] | undefined {
  let fields: ChangedGroup['fields'] | undefined
  for (const field of GROUP_FIELDS) {
    if (before[field] === now[field]) continue
    if (field === 'tags' && sameTags(before.tags, now.tags)) continue
    if (field === 'parentGroupExternalIds' && sameLists(before[field], now[field])) continue
    fields ??= {}
    fields[field] = change(before[field], now[field])
  }
  return fields
}

function change(from: unknown, to: unknown): FieldChange {
  return { from, to }
}

function sameTags(left: readonly Tag[] | null, right: readonly Tag[] | null): boolean {
  if (left === null || right === null) return left === right
  return (
    left.length === right.length &&
    left.every((tag, i) => {
      const other = right[i]
      return tag.key === other?.key && tag.value === other.value && tag.source === other.source
    })
  )
}

function sameLists(left: readonly string[] | null, right: readonly string[] | null): boolean {
  if (left === null || right === null) return left === right
  return left.length === right.length && left.every((id, i) => id === right[i])
}

function countsOf(changes: { added: unknown[]; removed: unknown[]; changed: unknown[] }) {
  return { added: changes.added.length, removed: changes.removed.length, changed: changes.changed.length }
}

/** Of several removed ones each is taken once, as long as there are enough of them. */
function madeAgain<T extends { externalId: string }>(
  { added, removed }: { added: readonly T[]; removed: readonly T[] },
  nameOf: (record: T) => string,
): MadeAgain[] {
  if (added.length === 0) return []
  const next = new Map<string, T>()
  /** Those of the same name, which are few. */
  const after = new Map<T, T>()
  for (const record of removed.toReversed()) {
    const later = next.get(nameOf(record))
    if (later !== undefined) after.set(record, later)
    next.set(nameOf(record), record)
  }
  const found: MadeAgain[] = []
  for (const record of added) {
    const name = nameOf(record)
    const old = next.get(name)
    if (old === undefined) continue
    found.push({ name, from: old.externalId, to: record.externalId })
    next.set(name, after.get(old) ?? old)
  }
  return found
}

/** Built when the first name is asked for. */
function sharedNames(baseline: Identities, current: Identities): Changes['isShared'] {
  const shared = (records: Iterable<[name: string, id: string]>) => {
    const ids = new Map<string, string>()
    const names = new Set<string>()
    for (const [name, id] of records) {
      if ((ids.get(name) ?? id) === id) ids.set(name, id)
      else names.add(name)
    }
    return names
  }
  function* users(): Generator<[string, string]> {
    for (const side of [baseline, current])
      for (const { userName, externalId } of side.users) yield [userName, externalId]
  }
  function* groups(): Generator<[string, string]> {
    for (const side of [baseline, current])
      for (const { name, externalId } of side.groups) yield [name, externalId]
  }
  const known: { users?: Set<string>; groups?: Set<string> } = {}
  return (kind, name) => (known[kind] ??= shared(kind === 'users' ? users() : groups())).has(name)
}

/** Built when the first name is asked for; the current name wins, and an unknown group is called by its id. */
function namesOfGroups(
  baseline: readonly Group[],
  current: readonly Group[],
): (groupExternalId: string) => string {
  let names: Map<string, string> | undefined
  return (groupExternalId) => {
    if (names === undefined) {
      names = new Map()
      for (const { externalId, name } of baseline) names.set(externalId, name)
      for (const { externalId, name } of current) names.set(externalId, name)
    }
    return names.get(groupExternalId) ?? groupExternalId
  }
}
