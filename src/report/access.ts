import type { PhrasingContent, RootContent } from 'mdast'
import type { AccessChanges, AccessDifference, Grant } from '../changes/access.ts'
import { compareText } from '../snapshot/canonical.ts'
import { type Level, LEVELS, levelOf } from '../changes/levels.ts'
import type { PermissionSet } from '../snapshot/access.ts'
import type { User } from '../snapshot/model.ts'
import type { Part } from './fit.ts'
import { listPart, shownOf, someOf } from './lists.ts'
import type { Cell } from './markdown.ts'
import { alert, bothValues, bullets, grouped, paragraph, plural, strong, text } from './markdown.ts'
import { type Names, sortedByName } from './names.ts'

/** People who get, or lose, the same by the same ways, in one account or in several. */
interface Row extends Omit<Grant, 'account'> {
  users: User[]
  accounts: Grant['account'][]
}

/** Rows that the first lines name. */
const FIRST_ROWS = 5

/** What a reader must see first: who becomes an administrator, and how much is opened and closed. */
export function describeAccess({ counts, people }: AccessChanges, names: Names | undefined): RootContent {
  const { opened, closed, administratorsAdded: administrators } = counts
  const privileged = people.filter(({ difference }) => difference.counts.privileged > 0).length
  const who = [
    administrators === 0
      ? 'Nobody becomes an administrator'
      : plural(administrators, 'person becomes an administrator', 'people become administrators'),
    ...(privileged === 0
      ? []
      : [
          `${administrators === 0 ? 'but' : 'and'} ${plural(privileged, 'person gains', 'people gain')} privileged access`,
        ]),
  ]
  const sums: PhrasingContent[] = [
    strong(`${who.join(', ')}.`),
    text(` Access: ${grouped(opened)} opened, ${grouped(closed)} closed.`),
  ]
  if (administrators + privileged === 0) return paragraph(...sums)
  const kind = administrators > 0 ? 'CAUTION' : 'WARNING'
  if (names === undefined) return alert(kind, sums)
  const items = [
    ...rowsOf(people, names, administrators > 0 ? newAdministratorOf : privilegedOf).map((row) =>
      lineOf(row, '', names),
    ),
    ...rowsOf(people, names, promotedOf).map((row) =>
      lineOf(row, ', because the permission set changed', names),
    ),
  ]
  const first = items.slice(0, FIRST_ROWS)
  if (items.length > first.length)
    first.push([text(`And ${grouped(items.length - first.length)} more, below.`)])
  return alert(kind, sums, bullets(first))
}

function lineOf(row: Row, end: string, names: Names): PhrasingContent[] {
  return [
    ...someOf(row.users, row.users.length > 3 ? 1 : 3, names.user),
    text(': '),
    ...names.permissionSet(row.permissionSet),
    text(' in '),
    ...someOf(row.accounts, 3, names.account),
    text(row.groups.length > 0 ? ', through ' : ', assigned '),
    ...through(row, 3, names),
    ...(end === '' ? [] : [text(end)]),
  ]
}

/** Opened and closed, administrators first; then what made it so: permission sets and assignments that differ. */
export function accessParts(
  { counts, people, assignments, permissionSets }: AccessChanges,
  names: Names,
): Part[] {
  const closed = rowsOf(people, names, (difference) => difference.closed)
  return [
    accessPart('Administrators through a changed permission set', -3, rowsOf(people, names, promotedOf)),
    accessPart(
      'Access opened',
      -2,
      rowsOf(people, names, ({ opened }) => opened),
      counts.opened,
    ),
    accessPart('Access closed', -1, closed, counts.closed, sessionsNote(closed)),
    changedSets(),
    changedAssignments(),
  ]

  function accessPart(
    title: string,
    rank: number,
    entries: Row[],
    total?: number,
    note: RootContent[] = [],
  ): Part {
    return listPart({
      title,
      entriesAre: 'rows',
      rank,
      entries,
      columns: ['User', 'Permission set', 'Account', 'Through'],
      rowsOf: (row, most) => [
        [
          someOf(row.users, most, names.user),
          [
            ...names.permissionSet(row.permissionSet),
            text(' ('),
            ...grade(row.permissionSet, row.level),
            text(')'),
          ],
          someOf(row.accounts, most, names.account),
          through(row, most, names),
        ],
      ],
      sizeOf: ({ users, accounts }, most) => shownOf(users.length, most) * shownOf(accounts.length, most),
      ...(total === undefined ? {} : { total }),
      note,
    })
  }

  function changedSets(): Part {
    const { added, removed, changed } = permissionSets
    const entries = [
      ...added.map((set) => ({ set, rows: [[[text('Added')], [], grade(set)]] })),
      ...removed.map((set) => ({ set, rows: [[[text('Removed')], grade(set), []]] })),
      ...changed.map(({ permissionSet: set, fields }) => {
        const before = Object.entries(fields).map(([field, { from }]) => [field, from])
        const [was, is] = [
          levelOf({ ...set, ...(Object.fromEntries(before) as Partial<PermissionSet>) }),
          levelOf(set),
        ]
        const level = was === is ? [] : [[[text('Level')], levelName(was), levelName(is)]]
        const others = Object.entries(fields).map(([field, { from, to }]) => [
          [text(FIELDS[field] ?? 'Field')],
          ...bothValues(from, to),
        ])
        return { set, rows: [...level, ...others] }
      }),
    ]
    return listPart({
      title: 'Permission set changes',
      entriesAre: 'permission sets',
      rank: 7,
      entries: sortedByName(
        entries,
        ({ set }) => set.name,
        ({ set }) => set.arn,
      ),
      columns: ['Permission set', 'Field', 'Before', 'Now'],
      rowsOf: ({ set, rows }) => rows.map((cells): Cell[] => [names.permissionSet(set), ...cells]),
    })
  }

  function changedAssignments(): Part {
    const entries = (['added', 'removed'] as const).flatMap((verb) =>
      assignments[verb].map((one) => ({ ...one, verb })),
    )
    return listPart({
      title: 'Assignment changes',
      entriesAre: 'assignments',
      rank: 8,
      entries: sortedByName(
        entries,
        ({ principalName }) => principalName,
        ({ principalId }) => principalId,
      ),
      columns: ['', 'Assigned to', 'Permission set', 'Account'],
      rowsOf: ({ verb, principalType, principalId, principalName, permissionSetName, ...one }) => [
        [
          [text(verb === 'added' ? 'Added' : 'Removed')],
          principalType === 'GROUP'
            ? names.group(principalId, principalName)
            : names.user({ userName: principalName, externalId: principalId }),
          names.permissionSet({ name: permissionSetName, arn: one.permissionSet }),
          names.account({ id: one.account, name: one.accountName }),
        ],
      ],
    })
  }
}

type GrantsOf = (difference: AccessDifference) => readonly Grant[]

const newAdministratorOf: GrantsOf = (difference) => {
  const promoted = new Set(promotedOf(difference))
  return difference.administrator.filter((grant) => !promoted.has(grant))
}
const privilegedOf: GrantsOf = ({ opened }) => opened.filter(({ level }) => level === 'privileged')
/** Administrator sets that were held before, when they were none. */
const promotedOf: GrantsOf = ({ opened, administrator }) => {
  const pairs = new Set(opened.map(pairKey))
  return administrator.filter((grant) => !pairs.has(pairKey(grant)))
}

function pairKey({ account, permissionSet }: Grant): string {
  return `${account.id} ${permissionSet.arn}`
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  sessionDuration: 'Session duration',
  managedPolicies: 'AWS managed policies',
  customerManagedPolicies: 'Customer managed policies',
  inlinePolicy: 'Inline policy',
  permissionsBoundary: 'Permissions boundary',
}

/** By level, then by names: of the permission set, the groups, the account and the people. */
function rowsOf(people: AccessChanges['people'], names: Names, grantsOf: GrantsOf): Row[] {
  const users = new Map<AccessDifference, User[]>()
  for (const { user, difference } of people) {
    const sharing = users.get(difference)
    if (sharing === undefined) users.set(difference, [user])
    else sharing.push(user)
  }
  // First everybody who gets a pair in the same way, then the accounts in which the very same people do.
  const sharing = [...users.values()]
  const ways = new Map<string, { grant: Grant; differences: number[] }>()
  for (const [index, difference] of [...users.keys()].entries()) {
    for (const grant of grantsOf(difference)) {
      const key = `${pairKey(grant)} ${String(grant.isDirect)} ${grant.groups.join(' ')}`
      const way = ways.get(key)
      if (way === undefined) ways.set(key, { grant, differences: [index] })
      else way.differences.push(index)
    }
  }
  const rows = new Map<string, Row>()
  const everybody = new Map<string, User[]>()
  for (const { grant, differences } of ways.values()) {
    const { account, permissionSet, level, groups, isDirect } = grant
    const who = differences.join(' ')
    const key = `${permissionSet.arn} ${String(isDirect)} ${groups.join(' ')} ${who}`
    const row = rows.get(key) ?? { users: [], accounts: [], permissionSet, level, groups, isDirect }
    row.accounts.push(account)
    rows.set(key, row)
    if (row.accounts.length > 1) continue
    row.users = everybody.get(who) ?? usersByName(differences.flatMap((index) => sharing[index] ?? []))
    everybody.set(who, row.users)
  }
  return [...rows.values()]
    .map((row) => {
      const { level, permissionSet, groups, accounts, users: who } = row
      row.accounts = sortedByName(
        accounts,
        ({ id, name }) => name ?? id,
        ({ id }) => id,
      )
      const place = [
        permissionSet.name,
        ...groups.map(names.groupName),
        row.accounts[0]?.name,
        who[0]?.userName,
      ]
      return { row, level: LEVELS.indexOf(level), place: place.join('\n').toLowerCase() }
    })
    .sort((a, b) => a.level - b.level || compareText(a.place, b.place))
    .map(({ row }) => row)
}

function usersByName(users: readonly User[]): User[] {
  return sortedByName(
    users,
    ({ userName }) => userName,
    ({ externalId }) => externalId,
  )
}

function through({ groups, isDirect }: Row, most: number, names: Names): PhrasingContent[] {
  const direct = isDirect ? [text(groups.length === 0 ? 'directly' : ' and directly')] : []
  return [...someOf(groups, most, names.group), ...direct]
}

function levelName(level: Level): PhrasingContent[] {
  return [level === 'administrator' || level === 'privileged' ? strong(level) : text(level)]
}

/** `administrator, 12 h` */
function grade(set: PermissionSet, level = levelOf(set)): PhrasingContent[] {
  return [...(level === 'other' ? [] : [...levelName(level), text(', ')]), text(`${durationOf(set)} session`)]
}

function sessionsNote(rows: readonly Row[]): RootContent[] {
  const [longest] = rows
    .map(({ permissionSet }) => permissionSet)
    .sort((a, b) => (minutesOf(b) ?? 0) - (minutesOf(a) ?? 0))
  if (longest === undefined) return []
  return [paragraph(text(`Sessions that are open now last until they expire, up to ${durationOf(longest)}.`))]
}

/** `12 h`, `1 h 30 min` */
function durationOf({ sessionDuration }: PermissionSet): string {
  const minutes = minutesOf({ sessionDuration })
  if (minutes === undefined) return 'unknown'
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
