import type { View } from './address.ts'
import { grouped, h, name } from './dom.ts'
import { DIRECT, durationOf, LEVELS } from './model.ts'
import type { Model } from './model.ts'
import { accountCell, countLink, groupCell, levelAt, personCell, ranksOf, setCell, wayCell } from './parts.ts'
import type { Opener } from './parts.ts'
import type { Column, Sorting } from './table.ts'

/** The five tables: what they are called, how many rows they have, and their columns. */
export interface TableDescription {
  label: string
  /** `1 person`, `2 people` */
  one: string
  many: string
  size: number
  columns: Column[]
  sorting: Sorting
}

/** A phone; the style says the same. */
const NARROW = '(max-width: 700px)'

export type TableView = Exclude<View, 'overview' | 'matrix'>

export function describeTables(model: Model, open: Opener): Record<TableView, TableDescription> {
  const { data, lines, lineLevel, setLevel } = model
  const { people, groups, accounts, sets } = data
  const rank = {
    person: ranksOf(people.names),
    group: ranksOf(groups.names),
    account: ranksOf(accounts.ids.map((id, i) => accounts.names[i] ?? id)),
    set: ranksOf(sets.map((set) => set.name)),
    session: ranksOf(sets.map(({ sessionDuration }) => durationOf(sessionDuration))),
    status: ranksOf(people.statuses),
  }
  const least = matchMedia(NARROW).matches ? { name: 124, level: 126 } : { name: 170, level: 155 }
  const idOf = {
    group: (i: number) => groups.ids[i] ?? '',
    account: (i: number) => accounts.ids[i] ?? '',
    set: (i: number) => sets[i]?.arn ?? '',
  }
  const number = (title: string, key: string, value: (row: number) => number, priority: number): Column => ({
    title,
    key,
    value,
    cell: (row) => (value(row) === 0 ? h('span', { class: 'none' }, '0') : grouped(value(row))),
    grow: 1,
    least: Math.max(84, title.length * 8 + 36),
    isNumber: true,
    priority,
  })
  /** A number that leads to what it counts. */
  const linked = (
    title: string,
    key: 'people' | 'groups' | 'accounts' | 'sets',
    value: (row: number) => number,
    priority: number,
    filterOf: (row: number) => Parameters<typeof countLink>[2],
  ): Column => ({
    ...number(title, key, value, priority),
    cell: (row) => countLink(value(row), key, filterOf(row)),
  })

  return {
    people: {
      label: 'People',
      one: 'person',
      many: 'people',
      size: people.ids.length,
      sorting: { key: 'level', isDescending: false },
      columns: [
        text('Person', 'person', rank.person, (i) => personCell(model, i, open), 3, 180, 0),
        text(
          'Level',
          'level',
          (i) => (model.people[i]?.level ?? 0) * people.ids.length + rank.person(i),
          (i) => levelAt(model.people[i]?.level ?? 0) || h('span', { class: 'none' }, 'No access'),
          1.4,
          150,
          1,
        ),
        number(
          'Administrator in',
          'administrator',
          (i) => model.people[i]?.accountsAsAdministrator.length ?? 0,
          4,
        ),
        number('Accounts', 'accounts', (i) => model.people[i]?.accounts ?? 0, 3),
        number('Permission sets', 'sets', (i) => model.people[i]?.sets ?? 0, 5),
        number('Groups', 'groups', (i) => people.groupCounts[i] ?? 0, 6),
        text('Status', 'status', rank.status, (i) => statusText(people.statuses[i] ?? ''), 1, 90, 7),
      ],
    },
    access: {
      label: 'Access',
      one: 'line',
      many: 'lines',
      size: lines.person.length,
      sorting: { key: 'level', isDescending: false },
      columns: [
        text(
          'Person',
          'person',
          (i) => rank.person(lines.person[i] ?? 0),
          (i) => personCell(model, lines.person[i] ?? 0, open),
          2.4,
          least.name,
          0,
        ),
        text(
          'Account',
          'account',
          (i) => rank.account(lines.account[i] ?? 0),
          (i) => accountCell(model, lines.account[i] ?? 0, open),
          2,
          least.name,
          1,
        ),
        text(
          'Permission set',
          'set',
          (i) => rank.set(lines.set[i] ?? 0),
          (i) => setCell(model, lines.set[i] ?? 0, open),
          2,
          150,
          4,
        ),
        text(
          'Level',
          'level',
          (i) => (lineLevel[i] ?? 0) * people.ids.length + rank.person(lines.person[i] ?? 0),
          (i) => levelAt(lineLevel[i] ?? 0),
          1.2,
          least.level,
          2,
        ),
        text(
          'Through',
          'through',
          (i) => (lines.group[i] === DIRECT ? -1 : rank.group(lines.group[i] ?? 0)),
          (i) => wayCell(model, lines.group[i] ?? 0, open),
          1.6,
          120,
          3,
        ),
        text(
          'Session',
          'session',
          (i) => rank.session(lines.set[i] ?? 0),
          (i) => durationOf(sets[lines.set[i] ?? 0]?.sessionDuration ?? ''),
          0.8,
          84,
          5,
        ),
      ],
    },
    groups: {
      label: 'Groups',
      one: 'group',
      many: 'groups',
      size: groups.ids.length,
      sorting: { key: 'level', isDescending: false },
      columns: [
        text('Group', 'group', rank.group, (i) => groupCell(model, i, open), 3, 180, 0),
        text(
          'Level',
          'level',
          (i) => (model.groups[i]?.level ?? 0) * groups.ids.length + rank.group(i),
          (i) => levelAt(model.groups[i]?.level ?? 0) || h('span', { class: 'none' }, 'No assignment'),
          1.4,
          150,
          1,
        ),
        {
          ...number('People', 'people', (i) => groups.memberCounts[i] ?? 0, 2),
          cell: (i) =>
            groups.memberCounts[i] === 0
              ? h('span', { class: 'mark' }, 'Nobody')
              : (model.groups[i]?.accounts ?? 0) === 0
                ? grouped(groups.memberCounts[i] ?? 0)
                : countLink(groups.memberCounts[i] ?? 0, 'people', { group: idOf.group(i) }),
        },
        linked(
          'Accounts',
          'accounts',
          (i) => model.groups[i]?.accounts ?? 0,
          3,
          (i) => ({ group: idOf.group(i) }),
        ),
        linked(
          'Permission sets',
          'sets',
          (i) => model.groups[i]?.sets ?? 0,
          4,
          (i) => ({ group: idOf.group(i) }),
        ),
      ],
    },
    accounts: {
      label: 'Accounts',
      one: 'account',
      many: 'accounts',
      size: accounts.ids.length,
      sorting: { key: 'administrators', isDescending: true },
      columns: [
        text('Account', 'account', rank.account, (i) => accountCell(model, i, open), 3, 170, 0),
        {
          ...number(
            'Administrators',
            'administrators',
            (i) => model.findings.administratorsByAccount[i] ?? 0,
            1,
          ),
          cell: (i) => {
            const count = model.findings.administratorsByAccount[i] ?? 0
            const shown = countLink(count, 'access', { account: idOf.account(i), level: 'administrator' })
            return count < 2
              ? h('span', {}, h('span', { class: 'mark' }, count === 0 ? 'None' : 'Only one'), ' ', shown)
              : shown
          },
          least: 150,
        },
        ...LEVELS.slice(1).map((level, n): Column => {
          const title =
            { privileged: 'Privileged', other: 'Other', 'read-only': 'Read-only' }[level as string] ?? level
          return number(title, level, (i) => model.accounts[i]?.byLevel[n + 1] ?? 0, 5 + n)
        }),
        linked(
          'People',
          'people',
          (i) => model.accounts[i]?.people ?? 0,
          2,
          (i) => ({ account: idOf.account(i) }),
        ),
        linked(
          'Groups',
          'groups',
          (i) => model.accounts[i]?.groups ?? 0,
          4,
          (i) => ({ account: idOf.account(i) }),
        ),
        number('Direct', 'direct', (i) => model.accounts[i]?.direct ?? 0, 6),
      ],
    },
    sets: {
      label: 'Permission sets',
      one: 'permission set',
      many: 'permission sets',
      size: sets.length,
      sorting: { key: 'level', isDescending: false },
      columns: [
        text('Permission set', 'set', rank.set, (i) => setCell(model, i, open), 2.6, 180, 0),
        text(
          'Level',
          'level',
          (i) => (setLevel[i] ?? 0) * sets.length + rank.set(i),
          (i) => levelAt(setLevel[i] ?? 0),
          1.2,
          least.level,
          1,
        ),
        linked(
          'People',
          'people',
          (i) => model.sets[i]?.people ?? 0,
          2,
          (i) => ({ set: idOf.set(i) }),
        ),
        linked(
          'Accounts',
          'accounts',
          (i) => model.sets[i]?.accounts ?? 0,
          3,
          (i) => ({ set: idOf.set(i) }),
        ),
        linked(
          'Groups',
          'groups',
          (i) => model.sets[i]?.groups ?? 0,
          5,
          (i) => ({ set: idOf.set(i) }),
        ),
        text(
          'Session',
          'session',
          rank.session,
          (i) => durationOf(sets[i]?.sessionDuration ?? ''),
          0.8,
          84,
          4,
        ),
        text(
          'Policies',
          'policies',
          (i) => sets[i]?.policies.length ?? 0,
          (i) => policiesText(sets[i]?.policies ?? []),
          2.6,
          180,
          6,
        ),
      ],
    },
  }
}

function text(
  title: string,
  key: string,
  value: (row: number) => number,
  cell: (row: number) => Node | string,
  grow: number,
  least: number,
  priority: number,
): Column {
  return { title, key, value, cell, grow, least, priority }
}

function statusText(status: string): HTMLElement {
  return name(status === '' ? '' : `${status.slice(0, 1)}${status.slice(1).toLowerCase()}`)
}

/** The last part of an arn says which it is. */
function policiesText(policies: readonly string[]): HTMLElement {
  return h('div', { class: 'clip' }, name(policies.map(policyName).join(', '), 'second'))
}

export function policyName(policy: string): string {
  return policy.startsWith('arn:') ? policy.slice(policy.lastIndexOf('/') + 1) : policy
}
