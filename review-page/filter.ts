import { accountLabel, DIRECT, LEVELS } from './model.ts'
import type { Model } from './model.ts'

/** What a link asks for, by index. An index of -1 is something that is not in this review: nothing fits it. */
export interface Filter {
  /** In lower case; all of them have to be there. */
  terms: string[]
  account?: number
  set?: number
  level?: number
  group?: number
  through?: 'group' | 'direct'
  status?: string
}

/** What a filter leaves, by index: 1 where it stays. */
export interface Selection {
  lines: Uint8Array
  people: Uint8Array
  groups: Uint8Array
  accounts: Uint8Array
  sets: Uint8Array
}

/** The fields of a search are those of the view: a person by their names, a line by any of its parts. */
export interface Selector {
  filterOf(parameters: URLSearchParams): Filter
  select(filter: Filter): Selection
}

export function selectorOf(model: Model): Selector {
  const { data, lines, lineLevel, setLevel } = model
  const { people, groups, accounts, sets, groupGrants } = data
  const haystacks = {
    people: people.ids.map((id, i) =>
      [people.names[i], people.userNames[i], people.emails[i], id].join('\n').toLowerCase(),
    ),
    groups: groups.ids.map((id, i) => `${groups.names[i] ?? ''}\n${id}`.toLowerCase()),
    accounts: accounts.ids.map((_, i) => accountLabel(data, i).toLowerCase()),
    sets: sets.map(({ name, arn, policies }) => [name, arn, ...policies].join('\n').toLowerCase()),
  }
  const ids = {
    account: indexes(accounts.ids),
    set: indexes(sets.map(({ arn }) => arn)),
    group: indexes(groups.ids),
  }

  return {
    filterOf(parameters) {
      const given = (name: string): string => parameters.get(name) ?? ''
      const filter: Filter = { terms: given('q').toLowerCase().split(/\s+/).filter(Boolean) }
      for (const kind of ['account', 'set', 'group'] as const)
        if (given(kind) !== '') filter[kind] = ids[kind].get(given(kind)) ?? NOWHERE
      if (given('level') !== '') filter.level = LEVELS.findIndex((level) => level === given('level'))
      if (given('through') === 'group' || given('through') === 'direct')
        filter.through = given('through') === 'direct' ? 'direct' : 'group'
      if (given('status') !== '') filter.status = given('status')
      return filter
    },
    select(filter) {
      const hits = {
        people: filter.terms.map((term) => hitsOf(haystacks.people, term)),
        groups: filter.terms.map((term) => hitsOf(haystacks.groups, term)),
        accounts: filter.terms.map((term) => hitsOf(haystacks.accounts, term)),
        sets: filter.terms.map((term) => hitsOf(haystacks.sets, term)),
        direct: filter.terms.map((term) => 'direct'.includes(term)),
      }
      const { account, set, level, group, through, status } = filter
      const isAny = [account, set, level, group, through].every((one) => one === undefined)
      const all = (of: Uint8Array[], index: number): boolean => of.every((hit) => hit[index] === 1)

      // What the lines say, before anything is searched for.
      const passing = {
        people: bytes(people.ids),
        groups: bytes(groups.ids),
        accounts: bytes(accounts.ids),
        sets: bytes(sets),
      }
      const shown = new Uint8Array(lines.person.length)
      for (let line = 0; line < shown.length; line++) {
        const person = lines.person[line] ?? 0
        const at = lines.account[line] ?? 0
        const of = lines.set[line] ?? 0
        const way = lines.group[line] ?? 0
        if (account !== undefined && at !== account) continue
        if (set !== undefined && of !== set) continue
        if (level !== undefined && lineLevel[line] !== level) continue
        if (group !== undefined && way !== group) continue
        if (through !== undefined && (way === DIRECT) !== (through === 'direct')) continue
        if (status !== undefined && people.statuses[person] !== status) continue
        passing.people[person] = 1
        passing.accounts[at] = 1
        passing.sets[of] = 1
        if (way !== DIRECT) passing.groups[way] = 1
        const isHit = filter.terms.every(
          (_, term) =>
            hits.people[term]?.[person] === 1 ||
            hits.accounts[term]?.[at] === 1 ||
            hits.sets[term]?.[of] === 1 ||
            (way === DIRECT ? hits.direct[term] === true : hits.groups[term]?.[way] === 1),
        )
        if (isHit) shown[line] = 1
      }
      // Groups with nobody in them have no line, and yet an assignment.
      if (status === undefined && through !== 'direct') {
        for (let i = 0; i < groupGrants.length; i += 3) {
          const [by = 0, at = 0, of = 0] = groupGrants.slice(i, i + 3)
          if (account !== undefined && at !== account) continue
          if (set !== undefined && of !== set) continue
          if (level !== undefined && setLevel[of] !== level) continue
          if (group !== undefined && by !== group) continue
          passing.groups[by] = 1
          passing.accounts[at] = 1
          passing.sets[of] = 1
        }
      }
      return {
        lines: shown,
        people: Uint8Array.from(people.ids, (_, i) => {
          const isIn = isAny ? status === undefined || people.statuses[i] === status : passing.people[i] === 1
          return isIn && all(hits.people, i) ? 1 : 0
        }),
        groups: Uint8Array.from(groups.ids, (_, i) =>
          ((isAny && status === undefined) || passing.groups[i] === 1) && all(hits.groups, i) ? 1 : 0,
        ),
        accounts: Uint8Array.from(accounts.ids, (_, i) =>
          passing.accounts[i] === 1 && all(hits.accounts, i) ? 1 : 0,
        ),
        sets: Uint8Array.from(sets, (_, i) => (passing.sets[i] === 1 && all(hits.sets, i) ? 1 : 0)),
      }
    },
  }
}

/** What a link names and this review does not have. */
const NOWHERE = -2

function indexes(keys: readonly string[]): Map<string, number> {
  return new Map(keys.map((key, index) => [key, index]))
}

function bytes(of: readonly unknown[]): Uint8Array {
  return new Uint8Array(of.length)
}

function hitsOf(haystacks: readonly string[], term: string): Uint8Array {
  return Uint8Array.from(haystacks, (text) => (text.includes(term) ? 1 : 0))
}
