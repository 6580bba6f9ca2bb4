import { compareText } from '../snapshot/canonical.ts'
import { countIdentities } from '../snapshot/model.ts'
import type { Group, Identities, Tag, User } from '../snapshot/model.ts'
import type {
  ChangeCounts,
  ChangedGroup,
  ChangedUser,
  Changes,
  FieldChange,
  MadeAgain,
  MembershipChange,
} from './model.ts'

const USER_FIELDS = ['name', 'userName', 'email', 'tags', 'isMachine'] as const
const GROUP_FIELDS = ['name', 'displayName', 'description', 'parentGroupExternalIds', 'tags'] as const
const NONE: readonly string[] = []

/**
 * What differs between two sets of identities, by externalId.
 *
 * A merge join: both sides must be sorted by externalId, and the group ids of a user too, by UTF-16 code units and
 * without duplicates, as every snapshot is. Linear in users, groups and memberships; records and lists of group ids are
 * shared with the two sides, not copied. Memberships of removed users and groups count, and so do those whose group
 * no record describes. A removed membership of a user that is still there names the user as it is now.
 */
export function compareSnapshots(baseline: Identities, current: Identities): Changes {
  const users = compareUsers(baseline.users, current.users)
  const groups = compareGroups(baseline.groups, current.groups)
  const { memberships, emailsLost } = users
  const counts: ChangeCounts = {
    users: countsOf(users.changes),
    groups: countsOf(groups),
    memberships: { added: sizeOf(memberships.added), removed: sizeOf(memberships.removed) },
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

function compareUsers(baseline: readonly User[], current: readonly User[]) {
  const changes: Changes['users'] = { added: [], removed: [], changed: [] }
  const memberships: Changes['memberships'] = { added: [], removed: [] }
  let emailsLost = 0
  join(baseline, current, (before, now) => {
    if (before === undefined) {
      changes.added.push(now)
      if (isMember(now)) memberships.added.push(now)
      return
    }
    if (now === undefined) {
      changes.removed.push(before)
      if (isMember(before)) memberships.removed.push(before)
      return
    }
    const fields = changedUserFields(before, now)
    if (fields !== undefined) changes.changed.push({ user: now, fields })
    if (before.email !== '' && now.email === '') emailsLost++
    const left = before.groupExternalIds ?? NONE
    const right = now.groupExternalIds ?? NONE
    if (sameStrings(left, right)) return
    note(memberships.removed, now, missingFrom(right, left))
    note(memberships.added, now, missingFrom(left, right))
  })
  return { changes, memberships, emailsLost }
}

function compareGroups(baseline: readonly Group[], current: readonly Group[]): Changes['groups'] {
  const changes: Changes['groups'] = { added: [], removed: [], changed: [] }
  join(baseline, current, (before, now) => {
    if (before === undefined) {
      changes.added.push(now)
      return
    }
    if (now === undefined) {
      changes.removed.push(before)
      return
    }
    const fields = changedGroupFields(before, now)
    if (fields !== undefined) changes.changed.push({ group: now, fields })
  })
  return changes
}

type Pair<T> = [before: T, now: T] | [before: undefined, now: T] | [before: T, now: undefined]

/** By externalId. */
function join<T extends { externalId: string }>(
  left: readonly T[],
  right: readonly T[],
  visit: (...pair: Pair<T>) => void,
) {
  merge(left, right, (a, b) => compareText(a.externalId, b.externalId), visit)
}

/** Hands on each record of two lists, sorted alike, once, with its counterpart where there is one. */
export function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  visit: (...pair: Pair<T>) => void,
): void {
  let i = 0
  let j = 0
  for (;;) {
    const before = left[i]
    const now = right[j]
    if (before === undefined) {
      if (now === undefined) return
      visit(undefined, now)
      j++
      continue
    }
    const order = now === undefined ? -1 : compare(before, now)
    if (now === undefined || order < 0) {
      visit(before, undefined)
      i++
    } else if (order > 0) {
      visit(undefined, now)
      j++
    } else {
      visit(before, now)
      i++
      j++
    }
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
  return left === null || right === null ? left === right : sameStrings(left, right)
}

export function sameStrings(left: readonly string[], right: readonly string[]): boolean {
  if (left === right) return true
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

/** The strings of the second sorted list that the first one lacks. */
export function missingFrom(list: readonly string[], wanted: readonly string[]): readonly string[] {
  if (list.length === 0) return wanted
  const missing: string[] = []
  let i = 0
  for (const id of wanted) {
    let candidate = list[i]
    while (candidate !== undefined && candidate < id) candidate = list[++i]
    if (candidate !== id) missing.push(id)
  }
  return missing
}

/** Such a user is the change of its memberships, which costs no memory. */
function isMember(user: User): user is User & MembershipChange {
  return user.groupExternalIds !== null && user.groupExternalIds.length > 0
}

function note(
  changes: MembershipChange[],
  { externalId, userName }: User,
  groupExternalIds: readonly string[],
) {
  if (groupExternalIds.length > 0) changes.push({ externalId, userName, groupExternalIds })
}

function countsOf(changes: { added: unknown[]; removed: unknown[]; changed: unknown[] }) {
  return { added: changes.added.length, removed: changes.removed.length, changed: changes.changed.length }
}

function sizeOf(changes: readonly MembershipChange[]): number {
  return changes.reduce((sum, { groupExternalIds }) => sum + groupExternalIds.length, 0)
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
