import type { RootContent } from 'mdast'
import type { AccessChanges, AccessDifference, Grant } from '../changes/access.ts'
import { compareText } from '../snapshot/canonical.ts'
import { type Level, LEVELS, levelOf } from '../changes/levels.ts'
import type { PermissionSet } from '../snapshot/access.ts'
import type { User } from '../snapshot/model.ts'
import type { Part } from './fit.ts'
import { fieldRows } from './identities.ts'
import { listPart, shownOf, someOf } from './lists.ts'
import { alert, bullets, grouped, type Inline, paragraph, plural, strong } from './markdown.ts'
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
  const who =
    administrators === 0
      ? 'Nobody becomes an administrator'
      : plural(administrators, 'person becomes an administrator', 'people become administrators')
  const others = `${administrators === 0 ? 'but' : 'and'} ${plural(privileged, 'person gains', 'people gain')} privileged access`
  const sums = [
    strong(privileged === 0 ? `${who}.` : `${who}, ${others}.`),
    ` Access: ${grouped(opened)} opened, ${grouped(closed)} closed.`,
  ]
  if (administrators + privileged === 0) return paragraph(...sums)
  const kind = administrators > 0 ? 'CAUTION' : 'WARNING'
  if (names === undefined) return alert(kind, sums)
  const gained = rowsOf(people, names, administrators > 0 ? newAdministratorOf : privilegedOf)
  const promoted = rowsOf(people, names, promotedOf)
  const items = [
    ...gained.map((row) => lineOf(row, names)),
    ...promoted.map((row) => [...lineOf(row, names), ', because the permission set changed']),
  ]
  const first = items.slice(0, FIRST_ROWS)
  if (items.length > first.length) first.push([`And ${grouped(items.length - first.length)} more, below.`])
  return alert(kind, sums, bullets(first))
}

function lineOf(row: Row, names: Names): Inline[] {
  return [
    ...someOf(row.users, row.users.length > 3 ? 1 : 3, names.user),
    ': ',
    ...names.permissionSet(row.permissionSet),
    ' in ',
    ...someOf(row.accounts, 3, names.account),
    row.groups.length > 0 ? ', through ' : ', assigned ',
    ...through(row, 3, names),
  ]
}

/** Opened and closed, administrators first; then what made it so: permission sets and assignments that differ. */
export function accessParts(
  { counts, people, assignments, permissionSets }: AccessChanges,
  names: Names,
): Part[] {
  const opened = rowsOf(people, names, (difference) => difference.opened)
  const closed = rowsOf(people, names, (difference) => difference.closed)
  return [
    accessPart('Administrators through a changed permission set', -3, rowsOf(people, names, promotedOf)),
    accessPart('Access opened', -2, opened, counts.opened),
    accessPart('Access closed', -1, closed, counts.closed, [sessionsNote(closed)]),
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
          [...names.permissionSet(row.permissionSet), ' (', ...grade(row.permissionSet, row.level), ')'],
          someOf(row.accounts, most, names.account),
          through(row, most, names),
        ],
      ],
      sizeOf: ({ users, accounts }, most) => shownOf(users.length, most) * shownOf(accounts.length, most),
      total,
      note,
    })
  }

  function changedSets(): Part {
    const { added, removed, changed } = permissionSets
    const entries = [
      ...added.map((set) => ({ set, rows: [[names.permissionSet(set), 'Added', '', grade(set)]] })),
      ...removed.map((set) => ({ set, rows: [[names.permissionSet(set), 'Removed', grade(set), '']] })),
      ...changed.map(({ permissionSet: set, fields }) => {
        const before = Object.entries(fields).map(([field, { from }]) => [field, from])
        // The comparison hands on the record's own values.
        const was = levelOf({ ...set, ...(Object.fromEntries(before) as Partial<PermissionSet>) })
        const is = levelOf(set)
        const name = names.permissionSet(set)
        const level = was === is ? [] : [[name, 'Level', levelName(was), levelName(is)]]
        return { set, rows: [...level, ...fieldRows(name, fields)] }
      }),
    ]
    return listPart({
      title: 'Permission set changes',
      entriesAre: 'permission sets',
      rank: 7,
      entries,
      nameOf: ({ set }) => [set.name, set.arn],
      columns: ['Permission set', 'Field', 'Before', 'Now'],
      rowsOf: ({ rows }) => rows,
    })
  }

  function changedAssignments(): Part {
    return listPart({
      title: 'Assignment changes',
      entriesAre: 'assignments',
      rank: 8,
      entries: [
        ...assignments.added.map((one) => ({ ...one, what: 'Added' })),
        ...assignments.removed.map((one) => ({ ...one, what: 'Removed' })),
      ],
      nameOf: ({ principalName, principalId }) => [principalName, principalId],
      columns: ['', 'Assigned to', 'Permission set', 'Account'],
      rowsOf: ({ what, principalType, principalId, principalName, permissionSetName, ...one }) => [
        [
          what,
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

/** By level, then by names: of the permission set, the groups, the account and the people. */
function rowsOf(people: AccessChanges['people'], names: Names, grantsOf: GrantsOf): Row[] {
  const sharing = new Map<AccessDifference, User[]>()
  for (const { user, difference } of people) {
    const users = sharing.get(difference)
    if (users === undefined) sharing.set(difference, [user])
    else users.push(user)
  }
  const alike = [...sharing]
  // First everybody who gets a pair in the same way, then the accounts in which the very same people do.
  const ways = new Map<string, { grant: Grant; who: number[] }>()
  for (const [index, [difference]] of alike.entries()) {
    for (const grant of grantsOf(difference)) {
      const key = `${pairKey(grant)} ${String(grant.isDirect)} ${grant.groups.join(' ')}`
      const way = ways.get(key) ?? { grant, who: [] }
      ways.set(key, way)
      way.who.push(index)
    }
  }
  const rows = new Map<string, Row>()
  const everybody = new Map<string, User[]>()
  for (const { grant, who } of ways.values()) {
    const { account, ...way } = grant
    const whoKey = who.join(' ')
    const key = `${way.permissionSet.arn} ${String(way.isDirect)} ${way.groups.join(' ')} ${whoKey}`
    const users = everybody.get(whoKey) ?? usersByName(who.flatMap((index) => alike[index]?.[1] ?? []))
    everybody.set(whoKey, users)
    const row = rows.get(key) ?? { ...way, users, accounts: [] }
    rows.set(key, row)
    row.accounts.push(account)
  }
  return [...rows.values()]
    .map((row) => {
      const { level, permissionSet, groups, users } = row
      const accounts = sortedByName(row.accounts, ({ id, name }) => [name ?? id, id])
      const place = [
        permissionSet.name,
        ...groups.map(names.groupName),
        accounts[0]?.name,
        users[0]?.userName,
      ]
      return {
        row: { ...row, accounts },
        level: LEVELS.indexOf(level),
        place: place.join('\n').toLowerCase(),
      }
    })
    .sort((a, b) => a.level - b.level || compareText(a.place, b.place))
    .map(({ row }) => row)
}

function usersByName(users: readonly User[]): User[] {
  return sortedByName(users, ({ userName, externalId }) => [userName, externalId])
}

function through({ groups, isDirect }: Row, most: number, names: Names): Inline[] {
  const direct = groups.length === 0 ? 'directly' : ' and directly'
  return [...someOf(groups, most, names.group), ...(isDirect ? [direct] : [])]
}

function levelName(level: Level): Inline[] {
  return [level === 'administrator' || level === 'privileged' ? strong(level) : level]
}

/** `administrator, 12 h session` */
function grade(set: PermissionSet, level = levelOf(set)): Inline[] {
  const session = `${durationOf(minutesOf(set))} session`
  return level === 'other' ? [session] : [...levelName(level), `, ${session}`]
}

function sessionsNote(rows: readonly Row[]): RootContent {
  const longest = rows.reduce((most, row) => Math.max(most, minutesOf(row.permissionSet)), 0)
  return paragraph(`Sessions that are open now last until they expire, up to ${durationOf(longest)}.`)
}

/** `12 h`, `1 h 30 min` */
function durationOf(minutes: number): string {
  if (minutes === 0) return 'unknown'
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (rest === 0) return `${hours} h`
  return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`
}

/** Of the durations that AWS takes (1 to 12 hours); 0 for others. */
function minutesOf({ sessionDuration }: PermissionSet): number {
  const [, hours = '0', minutes = '0'] = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?$/.exec(sessionDuration) ?? []
  return Number(hours) * 60 + Number(minutes)
}
