import { LEVELS } from '../src/changes/levels.ts'
import type { Level } from '../src/changes/levels.ts'
import { DISABLED, findingsOf, holdingsOf, linesOf, slotsOf } from '../src/review/lines.ts'
import type { Findings, Holdings, Lines } from '../src/review/lines.ts'
import type { PageData } from '../src/review/page.ts'

export { DISABLED, LEVELS }
export type { Level }

export const LEVEL_NAMES: Record<Level, string> = {
  administrator: 'Administrator',
  privileged: 'Privileged',
  other: 'Other',
  'read-only': 'Read-only',
}

/** A direct assignment stands for a group in the lines. */
export const DIRECT = -1

/** The review as the page works with it: everything by index. */
export interface Model {
  data: PageData
  lines: Lines
  findings: Findings
  /** Of each line, of each set: an index of LEVELS. */
  lineLevel: Uint8Array
  setLevel: Uint8Array
  people: PersonFacts[]
  groups: GroupFacts[]
  accounts: AccountFacts[]
  sets: SetFacts[]
  /** The strongest level that a group, or a direct assignment (row DIRECT), gives in an account. */
  cells: Map<number, Map<number, Cell>>
}

export interface PersonFacts extends Holdings {
  /** An index of LEVELS; LEVELS.length for nobody's. */
  level: number
}

export interface GroupFacts {
  accounts: number
  sets: number
  level: number
}

export interface AccountFacts {
  people: number
  /** How many people have each level as their strongest here, by index of LEVELS. */
  byLevel: number[]
  groups: number
  direct: number
  sets: number
}

export interface SetFacts {
  people: number
  accounts: number
  groups: number
  direct: number
}

export interface Cell {
  level: number
  sets: number
}

export function modelOf(data: PageData): Model {
  const lines = linesOf(data)
  const findings = findingsOf(data, lines)
  const setLevel = Uint8Array.from(data.sets, ({ level }) => LEVELS.indexOf(level))
  const lineLevel = Uint8Array.from(lines.set, (set) => setLevel[set] ?? 0)
  const accounts = data.accounts.ids.map((): AccountFacts => ({
    people: 0,
    byLevel: LEVELS.map(() => 0),
    groups: 0,
    direct: 0,
    sets: 0,
  }))
  const sets = data.sets.map((): SetFacts => ({ people: 0, accounts: 0, groups: 0, direct: 0 }))
  const people = data.people.ids.map((_, person) => personFacts(person))
  const groups = data.groups.ids.map((): GroupFacts => ({ accounts: 0, sets: 0, level: LEVELS.length }))
  const cells = new Map<number, Map<number, Cell>>()
  countGrants()
  return { data, lines, findings, setLevel, lineLevel, people, groups, accounts, sets, cells }

  function personFacts(person: number): PersonFacts {
    const held = holdingsOf(person, lines, data.sets)
    let strongest: number = LEVELS.length
    let account = -1
    let strongestHere: number = LEVELS.length
    const closeAccount = (): void => {
      const facts = accounts[account]
      if (facts === undefined) return
      facts.people += 1
      facts.byLevel[strongestHere] = (facts.byLevel[strongestHere] ?? 0) + 1
    }
    const own = new Set<number>()
    for (let line = lines.starts[person] ?? 0; line < (lines.starts[person + 1] ?? 0); line++) {
      const level = lineLevel[line] ?? 0
      if (lines.account[line] !== account) {
        closeAccount()
        account = lines.account[line] ?? 0
        strongestHere = LEVELS.length
      }
      strongestHere = Math.min(strongestHere, level)
      strongest = Math.min(strongest, level)
      own.add(lines.set[line] ?? 0)
    }
    closeAccount()
    for (const set of own) {
      const facts = sets[set]
      if (facts !== undefined) facts.people += 1
    }
    return { ...held, level: strongest }
  }

  function countGrants(): void {
    const setsOfAccount = accounts.map(() => new Set<number>())
    const groupsOfAccount = accounts.map(() => new Set<number>())
    const accountsOfSet = sets.map(() => new Set<number>())
    const groupsOfSet = sets.map(() => new Set<number>())
    const add = (row: number, account: number, set: number): void => {
      const level = setLevel[set] ?? 0
      let row_ = cells.get(row)
      if (row_ === undefined) cells.set(row, (row_ = new Map<number, Cell>()))
      const cell = row_.get(account)
      if (cell === undefined) row_.set(account, { level, sets: 1 })
      else {
        cell.level = Math.min(cell.level, level)
        cell.sets += 1
      }
      setsOfAccount[account]?.add(set)
      accountsOfSet[set]?.add(account)
    }
    const { groupGrants, directGrants } = data
    const slots = slotsOf(groupGrants, groups.length)
    for (const [group, facts] of groups.entries()) {
      const own = new Set<number>()
      for (let slot = slots[group] ?? 0; slot < (slots[group + 1] ?? 0); slot++) {
        const account = groupGrants[slot * 3 + 1] ?? 0
        const set = groupGrants[slot * 3 + 2] ?? 0
        add(group, account, set)
        own.add(set)
        groupsOfAccount[account]?.add(group)
        groupsOfSet[set]?.add(group)
        facts.level = Math.min(facts.level, setLevel[set] ?? 0)
      }
      facts.sets = own.size
      facts.accounts = cells.get(group)?.size ?? 0
    }
    for (let i = 0; i < directGrants.length; i += 3) {
      const account = directGrants[i + 1] ?? 0
      const set = directGrants[i + 2] ?? 0
      add(DIRECT, account, set)
      const [ofAccount, ofSet] = [accounts[account], sets[set]]
      if (ofAccount !== undefined) ofAccount.direct += 1
      if (ofSet !== undefined) ofSet.direct += 1
    }
    for (const [account, facts] of accounts.entries()) {
      facts.sets = setsOfAccount[account]?.size ?? 0
      facts.groups = groupsOfAccount[account]?.size ?? 0
    }
    for (const [set, facts] of sets.entries()) {
      facts.accounts = accountsOfSet[set]?.size ?? 0
      facts.groups = groupsOfSet[set]?.size ?? 0
    }
  }
}

export function accountLabel({ accounts }: PageData, account: number): string {
  const id = accounts.ids[account] ?? ''
  const own = accounts.names[account] ?? null
  return own === null ? id : `${own} (${id})`
}

/** `12 h`, `1 h 30 min`; what is no such duration as it is. */
export function durationOf(text: string): string {
  const [, hours, minutes] = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?$/.exec(text) ?? []
  const parts = [hours === undefined ? '' : `${hours} h`, minutes === undefined ? '' : `${minutes} min`]
  return parts.filter((part) => part !== '').join(' ') || text
}
