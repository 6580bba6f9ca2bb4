import type { Access, Account, Assignment, PermissionSet } from '../snapshot/access.ts'
import { compareAssignments } from '../snapshot/access-file.ts'
import { compareText, sortedJson } from '../snapshot/canonical.ts'
import { idsOf, membershipComparer } from '../snapshot/memberships.ts'
import type { Identities, User } from '../snapshot/model.ts'
import { MOST_ENTRIES } from './access-entries.ts'
import { join, merge } from './compare.ts'
import { levelOf } from './levels.ts'
import type { Level } from './levels.ts'
import type { FieldChange } from './model.ts'

/** A permission set in an account, as one side has it. */
export interface Pair {
  account: Account
  permissionSet: PermissionSet
  level: Level
}

/** A pair that somebody holds, and by which ways, on the side that has it. */
export interface Grant extends Pair {
  /** Ids of groups, sorted. */
  groups: readonly string[]
  /** Whether it is assigned to the person as well. */
  isDirect: boolean
}

/** What one person, or several who get the same by the same ways, gains and loses; each by account and arn. */
export interface AccessDifference {
  opened: Grant[]
  closed: Grant[]
  /** The administrator sets held now in accounts where none was held before. */
  administrator: Grant[]
  /** Exact also where the lists are not whole; `privileged` is of those that are opened. */
  counts: { opened: number; closed: number; administrator: number; privileged: number }
}

export interface AssignmentChange extends Assignment {
  principalName: string
  accountName: string | null
  permissionSetName: string
}

export interface ChangedPermissionSet {
  /** The record as it is now. */
  permissionSet: PermissionSet
  fields: Partial<Record<Exclude<keyof PermissionSet, 'arn'>, FieldChange>>
}

/** What differs in access; lists of people are sorted by externalId. */
export interface AccessChanges {
  /** The baseline has no assignments: those of this side stood for both. */
  assumed: boolean
  counts: {
    assignments: { added: number; removed: number }
    permissionSets: { added: number; removed: number; changed: number }
    opened: number
    closed: number
    /** People who hold an administrator set in an account where they held none before. */
    administratorsAdded: number
  }
  /** How many each side has, for the guard and the table of counts; null where the baseline has none. */
  assignmentsBefore: number | null
  assignmentsNow: number
  assignments: { added: AssignmentChange[]; removed: AssignmentChange[] }
  permissionSets: { added: PermissionSet[]; removed: PermissionSet[]; changed: ChangedPermissionSet[] }
  /** Whoever gains or loses something. Who does so alike shares one difference. */
  people: { user: User; difference: AccessDifference }[]
}

type Side = Identities & { access: Access }

/**
 * What differs in access between two snapshots, net: who enters one of two groups that give the same gains nothing.
 * Linear in the memberships, and beyond them only in what is affected: a person of whom neither a group, nor its
 * assignments, nor an own assignment differs is passed by, and those who are affected alike are worked out once.
 *
 * @param baseline where it has no access, the assignments of the other side are taken for both
 */
export function compareAccess(
  baseline: Identities & { access?: Access | undefined },
  current: Side,
): AccessChanges {
  const assumed = baseline.access === undefined
  const before: Side = { ...baseline, access: baseline.access ?? current.access }
  const assignments = compareAssigned(before, current)
  const permissionSets = comparePermissionSets(before.access, current.access)
  const people = comparePeople(before, current)
  const counts: AccessChanges['counts'] = {
    assignments: { added: assignments.added.length, removed: assignments.removed.length },
    permissionSets: {
      added: permissionSets.added.length,
      removed: permissionSets.removed.length,
      changed: permissionSets.changed.length,
    },
    opened: 0,
    closed: 0,
    administratorsAdded: 0,
  }
  for (const { difference } of people) {
    counts.opened += difference.counts.opened
    counts.closed += difference.counts.closed
    if (difference.counts.administrator > 0) counts.administratorsAdded += 1
  }
  return {
    assumed,
    counts,
    assignmentsBefore: baseline.access?.assignments.length ?? null,
    assignmentsNow: current.access.assignments.length,
    assignments,
    permissionSets,
    people,
  }
}

/**
 * What a group gives, or a person holds directly, as numbers: one for each pair of either side, and one for each account
 * that stands for being an administrator there. So that is net in the same way, and a set that becomes administrator
 * counts as a change of whoever has it.
 */
type Holdings = ReadonlySet<number>
const NOTHING: Holdings = new Set()

interface Numbered {
  groups: Map<string, Set<number>>
  users: Map<string, Set<number>>
  /** By number. */
  pairs: Map<number, Pair>
}

function comparePeople(before: Side, now: Side): AccessChanges['people'] {
  const numbers = new Map<string, number>()
  const left = numbered(before.access, numbers)
  const right = numbered(now.access, numbers)
  const differing = groupsThatDiffer(left, right)
  const differenceFor = differences(left, right, numbers)
  const people: AccessChanges['people'] = []

  const differs = before.memberships.groupIds.map((id) => differing.has(id))
  const differingGroups = membershipComparer(before.memberships, now.memberships)
  for (const [old, current, was, is] of join(before.users, now.users)) {
    const user = current ?? old
    const groups = differingGroups(was, is)
    const gone = idsOf(before.memberships, groups.removed)
    const causes: Causes = {
      entered: idsOf(now.memberships, groups.added).filter((id) => right.groups.has(id)),
      left: gone.filter((id) => left.groups.has(id)),
      kept: [],
      was: old === undefined ? NOTHING : (left.users.get(user.externalId) ?? NOTHING),
      is: current === undefined ? NOTHING : (right.users.get(user.externalId) ?? NOTHING),
    }
    if (differing.size > 0 && was !== undefined && is !== undefined) {
      const stayed = before.memberships.groupsOf(was).filter((group) => differs[group])
      const isGone = stayed.length === 0 ? undefined : new Set(gone)
      causes.kept = idsOf(before.memberships, stayed).filter((id) => isGone?.has(id) !== true)
    }
    const isUntouched = causes.entered.length + causes.left.length + causes.kept.length === 0
    if (isUntouched && sameNumbers(causes.was, causes.is)) continue
    const difference = differenceFor(causes, groupIdsOf(before, was), groupIdsOf(now, is))
    const { opened, closed, administrator } = difference.counts
    if (opened + closed + administrator > 0) people.push({ user, difference })
  }
  return people
}

function groupIdsOf({ memberships }: Side, user: number | undefined): string[] {
  return user === undefined ? [] : idsOf(memberships, memberships.groupsOf(user))
}

function numbered({ accounts, permissionSets, assignments }: Access, numbers: Map<string, number>): Numbered {
  const accountOf = new Map(accounts.map((account) => [account.id, account]))
  const setOf = new Map(permissionSets.map((set) => [set.arn, { set, level: levelOf(set) }]))
  const side: Numbered = { groups: new Map(), users: new Map(), pairs: new Map() }
  const numberOf = (key: string): number => {
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    return number
  }
  for (const { principalType, principalId, account: id, permissionSet: arn } of assignments) {
    const account = accountOf.get(id)
    const found = setOf.get(arn)
    // The reader and the mapping see to it that both are there.
    if (account === undefined || found === undefined) continue
    const holders = principalType === 'GROUP' ? side.groups : side.users
    const holdings = holders.get(principalId) ?? new Set<number>()
    holders.set(principalId, holdings)
    const number = numberOf(`${id} ${arn}`)
    holdings.add(number)
    if (!side.pairs.has(number))
      side.pairs.set(number, { account, permissionSet: found.set, level: found.level })
    if (found.level === 'administrator') holdings.add(numberOf(id))
  }
  return side
}

function groupsThatDiffer(left: Numbered, right: Numbered): Set<string> {
  const differing = new Set<string>()
  for (const [id, was] of left.groups)
    if (!sameNumbers(was, right.groups.get(id) ?? NOTHING)) differing.add(id)
  for (const id of right.groups.keys()) if (!left.groups.has(id)) differing.add(id)
  return differing
}

function sameNumbers(a: Holdings, b: Holdings): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const number of a) if (!b.has(number)) return false
  return true
}

/** Why what a person holds can have changed. */
interface Causes {
  /** Ids of groups that give something, sorted; kept are those whose assignments differ. */
  entered: readonly string[]
  left: readonly string[]
  kept: readonly string[]
  /** Held directly on each side. */
  was: Holdings
  is: Holdings
}

/** What can be gained and lost for a cause, and the groups that could give it all the same. */
interface Candidates {
  gained: number[]
  lost: number[]
  concerned: Set<string>
}

/** Works out differences; two people with the same causes, and the same groups that matter to these, get the same object. */
function differences(left: Numbered, right: Numbered, numbers: ReadonlyMap<string, number>) {
  const giversOf = giversByNumber(left, right)
  const ordinals = new Map<string, number>()
  const ordinalsOf = (ids: readonly string[]): string =>
    ids
      .map((id) => {
        const ordinal = ordinals.get(id) ?? ordinals.size
        ordinals.set(id, ordinal)
        return ordinal
      })
      .join(',')
  const candidates = new Map<string, Candidates>()
  const known = new Map<string, AccessDifference>()
  const room = { opened: roomByLevel(), closed: roomByLevel(), administrator: roomByLevel() }

  return (causes: Causes, from: readonly string[], to: readonly string[]): AccessDifference => {
    const { entered, left: gone, kept, was, is } = causes
    const direct = was.size + is.size === 0 ? '' : `${[...was].join(',')}>${[...is].join(',')}`
    const cause = `${ordinalsOf(entered)};${ordinalsOf(gone)};${ordinalsOf(kept)};${direct}`
    const found = candidates.get(cause) ?? candidatesOf(causes)
    candidates.set(cause, found)
    const { concerned } = found
    const ways = {
      before: from.filter((id) => concerned.has(id)),
      now: to.filter((id) => concerned.has(id)),
    }
    const key = `${cause}|${ordinalsOf(ways.before)}|${ordinalsOf(ways.now)}`
    const difference = known.get(key) ?? differenceOf(found, causes, ways)
    known.set(key, difference)
    return difference
  }

  function candidatesOf({ entered, left: gone, kept, was, is }: Causes): Candidates {
    const gained = new Set<number>()
    const lost = new Set<number>()
    for (const id of entered) addTo(gained, right.groups.get(id))
    for (const id of gone) addTo(lost, left.groups.get(id))
    for (const id of kept) {
      addTo(gained, right.groups.get(id), left.groups.get(id))
      addTo(lost, left.groups.get(id), right.groups.get(id))
    }
    addTo(gained, is, was)
    addTo(lost, was, is)
    const concerned = new Set<string>()
    for (const number of [...gained, ...lost]) for (const id of giversOf.get(number) ?? []) concerned.add(id)
    return {
      gained: [...gained].sort(byPair(right.pairs)),
      lost: [...lost].sort(byPair(left.pairs)),
      concerned,
    }
  }

  function differenceOf(
    { gained, lost }: Candidates,
    { was, is }: Causes,
    ways: { before: readonly string[]; now: readonly string[] },
  ): AccessDifference {
    const held = {
      before: (number: number) => holdingOf(number, left, ways.before, was),
      now: (number: number) => holdingOf(number, right, ways.now, is),
    }
    const difference: AccessDifference = {
      opened: [],
      closed: [],
      administrator: [],
      counts: { opened: 0, closed: 0, administrator: 0, privileged: 0 },
    }
    const isNew = (number: number) => held.before(number) === undefined
    const accounts = gained.filter((number) => !right.pairs.has(number) && isNew(number) && held.now(number))
    for (const number of gained)
      if (right.pairs.has(number) && isNew(number)) note('opened', right.pairs.get(number), held.now(number))
    for (const number of lost)
      if (held.now(number) === undefined) note('closed', left.pairs.get(number), held.before(number))
    if (accounts.length > 0) {
      const added = new Set<number | undefined>(accounts)
      const sets = new Set<number>()
      for (const holdings of [is, ...ways.now.map((id) => right.groups.get(id) ?? NOTHING)]) {
        for (const number of holdings) {
          const pair = right.pairs.get(number)
          if (pair?.level === 'administrator' && added.has(numbers.get(pair.account.id))) sets.add(number)
        }
      }
      for (const number of [...sets].sort(byPair(right.pairs)))
        note('administrator', right.pairs.get(number), held.now(number))
    }
    return difference

    function note(
      list: 'opened' | 'closed' | 'administrator',
      pair: Pair | undefined,
      holding: Pick<Grant, 'groups' | 'isDirect'> | undefined,
    ): void {
      if (pair === undefined || holding === undefined) return
      difference.counts[list] += 1
      if (list === 'opened' && pair.level === 'privileged') difference.counts.privileged += 1
      if (room[list][pair.level]-- > 0) difference[list].push({ ...pair, ...holding })
    }
  }
}

function giversByNumber(...sides: Numbered[]): Map<number, Set<string>> {
  const givers = new Map<number, Set<string>>()
  for (const { groups } of sides) {
    for (const [id, holdings] of groups) {
      for (const number of holdings) {
        const ids = givers.get(number)
        if (ids === undefined) givers.set(number, new Set([id]))
        else ids.add(id)
      }
    }
  }
  return givers
}

/** By which of these groups, or directly, a number is held; undefined where it is not. */
function holdingOf(
  number: number,
  { groups }: Numbered,
  ids: readonly string[],
  direct: Holdings,
): Pick<Grant, 'groups' | 'isDirect'> | undefined {
  const giving = ids.filter((id) => groups.get(id)?.has(number) === true)
  const isDirect = direct.has(number)
  return giving.length > 0 || isDirect ? { groups: giving, isDirect } : undefined
}

function addTo(target: Set<number>, holdings: Holdings | undefined, except: Holdings = NOTHING): void {
  for (const number of holdings ?? NOTHING) if (!except.has(number)) target.add(number)
}

/** By account and permission set, after the numbers that stand for accounts. */
function byPair(pairs: ReadonlyMap<number, Pair>): (a: number, b: number) => number {
  return (a, b) => {
    const [one, other] = [pairs.get(a), pairs.get(b)]
    if (one === undefined || other === undefined)
      return Number(one !== undefined) - Number(other !== undefined)
    return (
      compareText(one.account.id, other.account.id) ||
      compareText(one.permissionSet.arn, other.permissionSet.arn)
    )
  }
}

function roomByLevel(): Record<Level, number> {
  return {
    administrator: MOST_ENTRIES,
    privileged: MOST_ENTRIES,
    other: MOST_ENTRIES,
    'read-only': MOST_ENTRIES,
  }
}

function compareAssigned(before: Side, now: Side): AccessChanges['assignments'] {
  const added: Assignment[] = []
  const removed: Assignment[] = []
  for (const [was, is] of merge(before.access.assignments, now.access.assignments, compareAssignments)) {
    if (was === undefined) added.push(is)
    else if (is === undefined) removed.push(was)
  }
  return { added: named(added, now), removed: named(removed, before) }
}

/** With the names of the side that has them; only those that are asked for are looked up. */
function named(assignments: readonly Assignment[], { users, groups, access }: Side): AssignmentChange[] {
  const wanted = {
    GROUP: namesOf('GROUP', groups.values(), ({ name }) => name),
    USER: namesOf('USER', users.values(), ({ userName }) => userName),
  }
  const accounts = new Map(access.accounts.map(({ id, name }) => [id, name]))
  const sets = new Map(access.permissionSets.map(({ arn, name }) => [arn, name]))
  return assignments.map((assignment) => ({
    ...assignment,
    principalName: wanted[assignment.principalType].get(assignment.principalId) ?? assignment.principalId,
    accountName: accounts.get(assignment.account) ?? null,
    permissionSetName: sets.get(assignment.permissionSet) ?? assignment.permissionSet,
  }))

  function namesOf<R extends { externalId: string }>(
    type: Assignment['principalType'],
    records: Iterable<R>,
    nameOf: (record: R) => string,
  ): Map<string, string> {
    const ids = new Set(assignments.flatMap((one) => (one.principalType === type ? [one.principalId] : [])))
    const names = new Map<string, string>()
    if (ids.size === 0) return names
    for (const record of records) if (ids.has(record.externalId)) names.set(record.externalId, nameOf(record))
    return names
  }
}

const FIELDS = [
  'name',
  'description',
  'sessionDuration',
  'managedPolicies',
  'customerManagedPolicies',
  'inlinePolicy',
  'permissionsBoundary',
] as const

function comparePermissionSets(before: Access, now: Access): AccessChanges['permissionSets'] {
  const changes: AccessChanges['permissionSets'] = { added: [], removed: [], changed: [] }
  const byArn = (a: PermissionSet, b: PermissionSet) => compareText(a.arn, b.arn)
  for (const [was, is] of merge(before.permissionSets, now.permissionSets, byArn)) {
    if (was === undefined) changes.added.push(is)
    else if (is === undefined) changes.removed.push(was)
    else {
      const differing = FIELDS.filter((field) => sortedJson(was[field]) !== sortedJson(is[field]))
      if (differing.length === 0) continue
      const fields = Object.fromEntries(
        differing.map((field) => [field, { from: was[field], to: is[field] }]),
      )
      changes.changed.push({ permissionSet: is, fields })
    }
  }
  return changes
}
