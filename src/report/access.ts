import type { PhrasingContent, RootContent } from 'mdast'
import type { AccessChanges, AccessDifference, Grant } from '../changes/access.ts'
import { compareText } from '../changes/compare.ts'
import { LEVELS } from '../changes/levels.ts'
import type { Changes } from '../changes/model.ts'
import type { PermissionSet } from '../snapshot/access.ts'
import type { User } from '../snapshot/model.ts'
import type { Form, Part } from './fit.ts'
import { LEAST_BYTES_OF_NAME, all, fewNames, grouped, lengths, tableText, userNames, value } from './lists.ts'
import type { Cell } from './markdown.ts'
import { alert, bullets, code, paragraph, strong, text } from './markdown.ts'

type List = 'opened' | 'closed' | 'administrator'

/** People who get, or lose, the same by the same ways, in one account or in several. */
interface Row {
  users: User[]
  accounts: Grant['account'][]
  permissionSet: PermissionSet
  level: Grant['level']
  groups: readonly string[]
  isDirect: boolean
}

/** An unfolded list has up to so many rows. */
const SHORT = 10
const FEW_ACCOUNTS = 5
/** Nobody reads more of a list; changes-file has them. */
const MOST_ROWS = 400
/** New administrators that the first lines name. */
const FIRST_ADMINISTRATORS = 5

/** What a reader must see first: how much is opened and closed, and who becomes an administrator. */
export function describeAccess(
  { counts, people }: AccessChanges,
  groupName: Changes['groupName'] | undefined,
): RootContent {
  const { opened, closed, administratorsAdded } = counts
  const sums: PhrasingContent[] = [
    text('Access: '),
    ...counted(opened, 'opened'),
    text(', '),
    ...counted(closed, 'closed'),
  ]
  if (administratorsAdded === 0) return paragraph(...sums, text('; nobody becomes an administrator.'))
  const who =
    administratorsAdded === 1
      ? '1 person becomes an administrator'
      : `${grouped(administratorsAdded)} people become administrators`
  const first: PhrasingContent[] = [strong(`${who}.`), text(' '), ...sums, text('.')]
  if (groupName === undefined) return alert('CAUTION', first)
  const rows = rowsOf(people, 'administrator', groupName)
  const items = rows
    .slice(0, FIRST_ADMINISTRATORS)
    .map((row) => [
      ...userNames(fewNames(row.users, 3)),
      text(': '),
      ...value(row.permissionSet.name),
      text(' in '),
      ...accountNames(row, 3),
      text(row.groups.length > 0 ? ', through ' : ', '),
      ...through(row, groupName),
    ])
  if (rows.length > items.length)
    items.push([text(`And ${grouped(rows.length - items.length)} more, below.`)])
  return alert('CAUTION', first, bullets(items))
}

function counted(count: number, what: string): PhrasingContent[] {
  return count === 0 ? [text(`0 ${what}`)] : [strong(`${grouped(count)} ${what}`)]
}

/** Opened and closed, administrators first; then what made it so: permission sets and assignments that differ. */
export function accessParts(
  { counts, people, assignments, permissionSets }: AccessChanges,
  groupName: Changes['groupName'],
): Part[] {
  const promoted = rowsOf(people, 'administrator', groupName, ({ opened, administrator }) => {
    const pairs = new Set(opened.map(pairKey))
    return administrator.filter((grant) => !pairs.has(pairKey(grant)))
  })
  return [
    part('Administrators by a changed permission set', 'administrators', -3, promoted, sizeOfRows(promoted)),
    part('Opened', 'opened', -2, rowsOf(people, 'opened', groupName), counts.opened),
    part('Closed', 'closed', -1, rowsOf(people, 'closed', groupName), counts.closed),
    ...changedSets(),
    ...changedAssignments(),
  ].filter(({ total }) => total > 0)

  function part(title: string, plural: string, rank: number, rows: readonly Row[], total: number): Part {
    const columns = ['Who', 'Permission set', 'Account', 'Through']
    const heading = `${title}: ${grouped(total)}`
    const note = plural === 'closed' ? sessionsNote(rows) : []
    const isShort = rows.length <= SHORT
    const names = rows.reduce((sum, { users, accounts }) => sum + users.length + accounts.length, 0)
    const forms = lengths(Math.min(rows.length, MOST_ROWS)).map((length): Form => {
      const few = rows.slice(0, length)
      const suffix =
        length < rows.length ? `, the first ${grouped(length)} of ${grouped(rows.length)} rows` : ''
      return {
        lists: few.reduce(
          (sum, row) => sum + Math.min(row.users.length, SHORT) * Math.min(row.accounts.length, FEW_ACCOUNTS),
          0,
        ),
        text: (room) =>
          tableText(heading + suffix, isShort, columns, cellsOf(few, SHORT, FEW_ACCOUNTS), room, note),
      }
    })
    if (rows.length <= MOST_ROWS && forms.at(-1)?.lists !== sizeOfRows(rows))
      forms.push({
        lists: sizeOfRows(rows),
        text: (room) =>
          names * LEAST_BYTES_OF_NAME > room
            ? undefined
            : tableText(heading, false, columns, cellsOf(rows, Infinity, Infinity), room, note),
      })
    return { title: plural, total, rank, forms }
  }

  function* cellsOf(rows: readonly Row[], mostUsers: number, mostAccounts: number): Generator<Cell[]> {
    for (const row of rows) {
      const { users, permissionSet: set, level } = row
      const isHigh = level === 'administrator' || level === 'privileged'
      const grade = level === 'other' ? [] : [text(', '), isHigh ? strong(level) : text(level)]
      yield [
        userNames(mostUsers === Infinity ? all(users) : fewNames(users, mostUsers)),
        [...value(set.name), ...grade, text(`, ${durationOf(set)}`)],
        accountNames(row, mostAccounts),
        through(row, groupName),
      ]
    }
  }

  function changedSets(): Part[] {
    const { added, removed, changed } = permissionSets
    const rows = [
      ...added.map(({ name }): Cell[] => [value(name), [text('Added')], [], []]),
      ...removed.map(({ name }): Cell[] => [value(name), [text('Removed')], [], []]),
      ...changed.flatMap(({ permissionSet: { name }, fields }) =>
        Object.entries(fields).map(([field, { from, to }]): Cell[] => [
          value(name),
          [text(FIELDS[field] ?? 'Field')],
          value(from),
          value(to),
        ]),
      ),
    ]
    return [
      simplePart('Permission sets', 'rows of permission sets', 7, rows, [
        'Permission set',
        'Field',
        'Before',
        'Now',
      ]),
    ]
  }

  function changedAssignments(): Part[] {
    const rowOf =
      (what: string) =>
      (one: (typeof assignments.added)[number]): Cell[] => [
        [text(what)],
        value(one.principalName),
        value(one.permissionSetName),
        accountName({ id: one.account, name: one.accountName }),
      ]
    const rows = [...assignments.added.map(rowOf('Added')), ...assignments.removed.map(rowOf('Removed'))]
    return [simplePart('Assignments', 'assignments', 8, rows, ['', 'Principal', 'Permission set', 'Account'])]
  }
}

function simplePart(
  title: string,
  plural: string,
  rank: number,
  rows: readonly Cell[][],
  columns: string[],
): Part {
  const forms = lengths(rows.length).map((length): Form => {
    const suffix = length < rows.length ? `, the first ${grouped(length)}` : ''
    return {
      lists: length,
      text: (room) =>
        tableText(
          `${title}: ${grouped(rows.length)}${suffix}`,
          rows.length <= SHORT,
          columns,
          rows.slice(0, length),
          room,
        ),
    }
  })
  return { title: plural, total: rows.length, rank, forms }
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  sessionDuration: 'Session',
  managedPolicies: 'Managed policies',
  customerManagedPolicies: 'Customer managed policies',
  inlinePolicy: 'Inline policy',
  permissionsBoundary: 'Permissions boundary',
}

function sizeOfRows(rows: readonly Row[]): number {
  return rows.reduce((sum, { users, accounts }) => sum + users.length * accounts.length, 0)
}

function pairKey({ account, permissionSet }: Grant): string {
  return `${account.id} ${permissionSet.arn}`
}

/** By level, then by permission set, people and account. */
function rowsOf(
  people: AccessChanges['people'],
  list: List,
  groupName: Changes['groupName'],
  grantsOf: (difference: AccessDifference) => readonly Grant[] = (difference) => difference[list],
): Row[] {
  const users = new Map<AccessDifference, User[]>()
  for (const { user, difference } of people) {
    const sharing = users.get(difference)
    if (sharing === undefined) users.set(difference, [user])
    else sharing.push(user)
  }
  // First everybody who gets a pair in the same way, then the accounts in which the very same people do.
  const ways = new Map<string, { grant: Grant; differences: number[] }>()
  const sharing = [...users.entries()]
  for (const [index, [difference]] of sharing.entries()) {
    for (const grant of grantsOf(difference)) {
      const key = `${pairKey(grant)} ${String(grant.isDirect)} ${grant.groups.join(' ')}`
      const way = ways.get(key)
      if (way === undefined) ways.set(key, { grant, differences: [index] })
      else way.differences.push(index)
    }
  }
  const rows = new Map<string, Row>()
  for (const { grant, differences } of ways.values()) {
    const { account, permissionSet, level, groups, isDirect } = grant
    const key = `${permissionSet.arn} ${String(isDirect)} ${groups.join(' ')} ${differences.join(' ')}`
    const row = rows.get(key)
    if (row !== undefined) row.accounts.push(account)
    else {
      const ofAll = differences.flatMap((index) => sharing[index]?.[1] ?? [])
      if (differences.length > 1) ofAll.sort((a, b) => compareText(a.externalId, b.externalId))
      rows.set(key, { users: ofAll, accounts: [account], permissionSet, level, groups, isDirect })
    }
  }
  return [...rows.values()]
    .map((row) => {
      const { level, permissionSet, groups, accounts, users: who } = row
      const place = [permissionSet.name, ...groups.map(groupName), accounts[0]?.id, who[0]?.externalId]
      return { row, level: LEVELS.indexOf(level), place: place.join('\n') }
    })
    .sort((a, b) => a.level - b.level || compareText(a.place, b.place))
    .map(({ row }) => row)
}

function accountNames({ accounts }: Row, most: number): PhrasingContent[] {
  const few = accounts
    .slice(0, most)
    .flatMap((account, i) => [...(i === 0 ? [] : [text(', ')]), ...accountName(account)])
  return accounts.length > most ? [...few, text(` and ${grouped(accounts.length - most)} more`)] : few
}

function accountName({ id, name }: Grant['account']): PhrasingContent[] {
  return name === null ? [code(id)] : [code(name), text(' '), code(id)]
}

function through({ groups, isDirect }: Row, groupName: Changes['groupName']): PhrasingContent[] {
  const few = groups
    .slice(0, SHORT)
    .flatMap((id, i) => [...(i === 0 ? [] : [text(', ')]), ...value(groupName(id))])
  const more = groups.length > SHORT ? [text(` and ${grouped(groups.length - SHORT)} more`)] : []
  const direct = isDirect ? [text(groups.length === 0 ? 'directly' : ' and directly')] : []
  return [...few, ...more, ...direct]
}

function sessionsNote(rows: readonly Row[]): RootContent[] {
  const [longest] = rows
    .map(({ permissionSet }) => permissionSet)
    .sort((a, b) => (minutesOf(b) ?? 0) - (minutesOf(a) ?? 0))
  if (longest === undefined) return []
  return [
    paragraph(text(`Sessions that are open run on until their time is over: up to ${durationOf(longest)}.`)),
  ]
}

/** `12 h`, `1 h 30 min` */
function durationOf({ sessionDuration }: PermissionSet): string {
  const minutes = minutesOf({ sessionDuration })
  if (minutes === undefined) return 'session of unknown length'
  const parts = [
    minutes >= 60 ? `${String(Math.floor(minutes / 60))} h` : '',
    minutes % 60 > 0 ? `${String(minutes % 60)} min` : '',
  ]
  return parts.filter((one) => one !== '').join(' ')
}

/** Of the durations that AWS takes: 1 to 12 hours. */
function minutesOf({ sessionDuration }: Pick<PermissionSet, 'sessionDuration'>): number | undefined {
  const [, hours = '0', minutes = '0'] = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?$/.exec(sessionDuration) ?? []
  const sum = Number(hours) * 60 + Number(minutes)
  return sum > 0 ? sum : undefined
}
