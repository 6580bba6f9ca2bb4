import type { Level } from '../changes/levels.ts'
import type { PermissionSet } from '../snapshot/access.ts'
import { compareText } from '../snapshot/canonical.ts'

/**
 * Everybody and what they can reach, in columns and indexes: what the two CSV files and the page are made of. This file
 * runs in both, in Node and in the page, so that both count alike.
 */
export interface Population {
  /** As in the snapshot, by id. */
  people: {
    ids: string[]
    userNames: string[]
    names: string[]
    emails: string[]
    /** The tag Status; empty where there is none. */
    statuses: string[]
    /** How many groups each is in. */
    groupCounts: number[]
    /** Those of them that have an assignment, ascending. */
    groups: number[][]
  }
  /** All groups, by id. */
  groups: { ids: string[]; names: string[]; memberCounts: number[] }
  /** By id. */
  accounts: { ids: string[]; names: (string | null)[] }
  /** By arn. */
  sets: ReviewedSet[]
  /** Triples of group, account and set, one after the other, ascending. */
  groupGrants: number[]
  /** The same of people: what is assigned to them directly. */
  directGrants: number[]
}

/** A permission set and its level, with all its policies in one list. */
export type ReviewedSet = Pick<
  PermissionSet,
  'arn' | 'name' | 'description' | 'sessionDuration' | 'permissionsBoundary'
> & {
  level: Level
  /** Arns of AWS managed policies, then path and name of the customer's, then `inline` where there is an inline one. */
  policies: string[]
}

/** A line for each person, account, permission set and way, sorted so; a way by the id of the group, or of the person. */
export interface Lines {
  person: Int32Array
  account: Int32Array
  set: Int32Array
  /** The group, or -1 for a direct assignment. */
  group: Int32Array
  /** Where the lines of each person start, and at the end how many lines there are. */
  starts: Int32Array
}

export function linesOf({ people, groups, sets, groupGrants, directGrants }: Population): Lines {
  const ofGroups = pairsByPrincipal(groupGrants, groups.ids.length, sets.length)
  const ofPeople = pairsByPrincipal(directGrants, people.ids.length, sets.length)
  const starts = new Int32Array(people.ids.length + 1)
  for (const [person, memberOf] of people.groups.entries()) {
    const direct = ofPeople[person]?.length ?? 0
    const sum = memberOf.reduce((lines, group) => lines + (ofGroups[group]?.length ?? 0), direct)
    starts[person + 1] = at(starts, person) + sum
  }
  const size = at(starts, people.ids.length)
  const lines: Lines = {
    person: new Int32Array(size),
    account: new Int32Array(size),
    set: new Int32Array(size),
    group: new Int32Array(size),
    starts,
  }
  let next = 0
  for (const [person, memberOf] of people.groups.entries()) {
    const ways: [pair: number, group: number][] = []
    for (const group of memberOf) for (const pair of ofGroups[group] ?? []) ways.push([pair, group])
    for (const pair of ofPeople[person] ?? []) ways.push([pair, -1])
    const ownId = people.ids[person] ?? ''
    const idOf = (group: number): string => (group === -1 ? ownId : (groups.ids[group] ?? ''))
    ways.sort(([a, one], [b, other]) => a - b || compareText(idOf(one), idOf(other)))
    for (const [pair, group] of ways) {
      lines.person[next] = person
      lines.account[next] = Math.floor(pair / sets.length)
      lines.set[next] = pair % sets.length
      lines.group[next] = group
      next += 1
    }
  }
  return lines
}

/** The accounts and sets of each principal, a number for each pair. */
function pairsByPrincipal(grants: readonly number[], principals: number, sets: number): number[][] {
  const pairs = Array.from({ length: principals }, (): number[] => [])
  for (let i = 0; i < grants.length; i += 3)
    pairs[grants[i] ?? 0]?.push((grants[i + 1] ?? 0) * sets + (grants[i + 2] ?? 0))
  return pairs
}

/** What people who review look at first; people, groups and accounts as indexes, ascending. */
export interface Findings {
  counts: ReviewCounts
  /** How many people are administrators in each account. */
  administratorsByAccount: Int32Array
  /** Accounts with fewer than two administrators. */
  fewAdministrators: number[]
  /** Groups that have an assignment, and nobody in them. */
  emptyGroups: number[]
  /** Disabled people who hold a pair. */
  disabledWithAccess: number[]
}

export interface ReviewCounts {
  people: number
  peopleWithAccess: number
  groups: number
  accounts: number
  permissionSets: number
  assignments: number
  lines: number
  /** People who are administrators in an account. */
  administrators: number
  accountsWithAdministrators: number
  accountsWithFewAdministrators: number
  directAssignments: number
  emptyGroups: number
  disabledWithAccess: number
  /** Whether any status is known; else nobody can say who is disabled. */
  isStatusKnown: boolean
}

export function findingsOf(population: Population, lines: Lines): Findings {
  const { people, groups, accounts, sets, groupGrants, directGrants } = population
  const administratorsByAccount = new Int32Array(accounts.ids.length)
  let administrators = 0
  let peopleWithAccess = 0
  const disabledWithAccess: number[] = []
  for (const [person, status] of people.statuses.entries()) {
    const { accountsAsAdministrator: own, lines: held } = holdingsOf(person, lines, sets)
    if (held > 0) peopleWithAccess += 1
    if (held > 0 && status === DISABLED) disabledWithAccess.push(person)
    if (own.length > 0) administrators += 1
    for (const account of own) administratorsByAccount[account] = at(administratorsByAccount, account) + 1
  }
  const granted = new Set(groupGrants.filter((_, i) => i % 3 === 0))
  const emptyGroups = [...granted].filter((group) => groups.memberCounts[group] === 0)
  const fewAdministrators = [...administratorsByAccount.keys()].filter(
    (account) => at(administratorsByAccount, account) < FEW_ADMINISTRATORS,
  )
  return {
    counts: {
      people: people.ids.length,
      peopleWithAccess,
      groups: groups.ids.length,
      accounts: accounts.ids.length,
      permissionSets: sets.length,
      assignments: (groupGrants.length + directGrants.length) / 3,
      lines: lines.person.length,
      administrators,
      accountsWithAdministrators: administratorsByAccount.filter((count) => count > 0).length,
      accountsWithFewAdministrators: fewAdministrators.length,
      directAssignments: directGrants.length / 3,
      emptyGroups: emptyGroups.length,
      disabledWithAccess: disabledWithAccess.length,
      isStatusKnown: people.statuses.some((status) => status !== ''),
    },
    administratorsByAccount,
    fewAdministrators,
    emptyGroups,
    disabledWithAccess,
  }
}

export const DISABLED = 'DISABLED'
/** With fewer an account is closed to everybody when one of them is away. */
const FEW_ADMINISTRATORS = 2

/** What one person holds: numbers, and the accounts as an administrator, ascending. */
export interface Holdings {
  lines: number
  accounts: number
  sets: number
  accountsAsAdministrator: number[]
}

export function holdingsOf(person: number, lines: Lines, sets: readonly ReviewedSet[]): Holdings {
  const from = at(lines.starts, person)
  const to = at(lines.starts, person + 1)
  const own = new Set<number>()
  const asAdministrator = new Set<number>()
  let accounts = 0
  for (let line = from; line < to; line++) {
    const account = at(lines.account, line)
    const set = at(lines.set, line)
    if (line === from || account !== at(lines.account, line - 1)) accounts += 1
    own.add(set)
    if (sets[set]?.level === 'administrator') asAdministrator.add(account)
  }
  return { lines: to - from, accounts, sets: own.size, accountsAsAdministrator: [...asAdministrator] }
}

/** Where the triples of each principal start, and at the end how many there are. */
export function slotsOf(grants: readonly number[], principals: number): Int32Array {
  const slots = new Int32Array(principals + 1)
  for (let i = 0; i < grants.length; i += 3) {
    const after = (grants[i] ?? 0) + 1
    slots[after] = at(slots, after) + 1
  }
  for (let i = 1; i <= principals; i++) slots[i] = at(slots, i) + at(slots, i - 1)
  return slots
}

/** Of an index that is known to be there. */
function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? 0
}
