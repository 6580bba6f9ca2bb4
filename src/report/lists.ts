import type { PhrasingContent, RootContent } from 'mdast'
import type { ChangedGroup, ChangedUser, Changes, FieldChange, MembershipChange } from '../changes/model.ts'
import type { Group, Tag, User } from '../snapshot/model.ts'
import type { Form, Part } from './fit.ts'
import { bytesOf } from './fit.ts'
import type { Cell } from './markdown.ts'
import { code, folded, LONGEST_NAME, shown, shownFromDifference, table, text, toText } from './markdown.ts'

/** A list of up to so many entries is unfolded. */
const SHORT = 10
const FIRST_STEPS = [10, 25, 50, 100]
/** Names in a cell, while there are still groups that are not shown. */
const FEW_NAMES = 10

type Named = (name: string, id: string) => PhrasingContent[]

/** The lists of a report, in the order in which they are read; those that are empty are left away. */
export function partsOf({ users, groups, memberships, counts, groupName, isShared }: Changes): Part[] {
  const named =
    (kind: Kind): Named =>
    (name, id) =>
      isDeceptive(name) || isShared(kind, name)
        ? [...value(name), text(' ('), code(id), text(')')]
        : value(name)
  const [user, group] = [named('users'), named('groups')]
  const userRows = (one: User) => [[user(one.userName, one.externalId), value(one.name), value(one.email)]]
  const groupRows = ({ name, externalId }: Group) => [[value(name), value(externalId)]]
  const usersWith = (verb: 'added' | 'removed', rank: number) =>
    listWithMore('users', verb, rank, users[verb], ['User name', 'Name', 'E-mail'], userRows, moreOfUser)
  const groupsWith = (verb: 'added' | 'removed', rank: number) =>
    listWithMore('groups', verb, rank, groups[verb], ['Group', 'Id'], groupRows, moreOfGroup)
  const changedUserRows = ({ user: { userName, externalId }, fields }: ChangedUser) =>
    fieldRows(user(userName, externalId), fields)
  const changedGroupRows = ({ group: { name, externalId }, fields }: ChangedGroup) => {
    const { displayName, ...others } = fields
    const isSame = displayName?.from === others.name?.from && displayName?.to === others.name?.to
    return fieldRows(group(name, externalId), isSame ? others : fields)
  }
  return [
    usersWith('added', 2),
    usersWith('removed', 1),
    list('users', 'changed', 5, users.changed, ['User name', 'Field', 'Before', 'Now'], changedUserRows),
    groupsWith('added', 3),
    groupsWith('removed', 0),
    list('groups', 'changed', 4, groups.changed, ['Group', 'Field', 'Before', 'Now'], changedGroupRows),
    membershipPart(memberships, counts.memberships, groupName, { user, group }),
  ].filter(({ total }) => total > 0)
}

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]
const OTHER_LETTER = /(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}])\p{L}/u

/** A name that can look like another one: composed otherwise, of wide forms, or of letters of several scripts. */
function isDeceptive(name: string): boolean {
  if (/^[\x20-\x7e]*$/.test(name)) return false
  return (
    name.normalize('NFKC') !== name || [...SCRIPTS, OTHER_LETTER].filter((one) => one.test(name)).length > 1
  )
}

/** What is imported of a user besides name and address. */
function moreOfUser({ tags, isMachine }: User): PhrasingContent[][] {
  const machine = isMachine === null ? [] : [[text('Machine '), code(String(isMachine))]]
  return [...(tags ?? []).map((tag) => [...value(tag.key), text(' '), ...value(tag.value)]), ...machine]
}

function moreOfGroup({ description }: Group): PhrasingContent[][] {
  return description === '' ? [] : [[code(description)]]
}

/** A list with one column more where any of its records has more. */
function listWithMore<T>(
  kind: Kind,
  verb: Verb,
  rank: number,
  entries: readonly T[],
  columns: string[],
  rowsOf: (entry: T) => Cell[][],
  moreOf: (entry: T) => PhrasingContent[][],
): Part {
  if (!entries.some((entry) => moreOf(entry).length > 0))
    return list(kind, verb, rank, entries, columns, rowsOf)
  const title = kind === 'users' ? 'Tags' : 'Description'
  return list(kind, verb, rank, entries, [...columns, title], (entry) =>
    rowsOf(entry).map((row) => [...row, enumerated(moreOf(entry))]),
  )
}

/** With commas between; a dash for none. */
function enumerated(items: PhrasingContent[][]): PhrasingContent[] {
  if (items.length === 0) return [text('—')]
  return items.flatMap((item, i) => (i === 0 ? item : [text(', '), ...item]))
}

type Kind = 'users' | 'groups'
type Verb = 'added' | 'removed' | 'changed'

function list<T>(
  kind: Kind,
  verb: Verb,
  rank: number,
  entries: readonly T[],
  columns: string[],
  rowsOf: (entry: T) => Cell[][],
): Part {
  const total = entries.length
  const forms = lengths(total).map((length): Form => {
    const title = `${titled(total, kind, verb)}${length < total ? `, the first ${grouped(length)}` : ''}`
    function* rows() {
      for (let i = 0; i < length; i++) {
        const entry = entries[i]
        if (entry !== undefined) yield* rowsOf(entry)
      }
    }
    return { lists: length, text: (room) => tableText(title, total <= SHORT, columns, rows(), room) }
  })
  return { title: `${kind} ${verb}`, total, rank, forms }
}

/** 10, 25, 50, 100, 200, 400 and so on, and the whole. */
export function lengths(total: number): number[] {
  const steps = FIRST_STEPS.filter((step) => step < total)
  for (let step = 200; step < total; step *= 2) steps.push(step)
  return [...steps, total]
}

const FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  userName: 'User name',
  email: 'E-mail',
  isMachine: 'Machine',
  displayName: 'Display name',
  description: 'Description',
  parentGroupExternalIds: 'Parent groups',
}

function fieldRows(name: PhrasingContent[], fields: Partial<Record<string, FieldChange>>): Cell[][] {
  return Object.entries(fields).flatMap(([field, change]) => {
    if (change === undefined) return []
    if (field === 'tags') return tagRows(name, change)
    return [[name, [text(FIELDS[field] ?? 'Field')], ...bothValues(change.from, change.to)]]
  })
}

/** Two cells; of values too long to be shown whole, what stands around their first difference. */
function bothValues(from: unknown, to: unknown): [PhrasingContent[], PhrasingContent[]] {
  const isLong = [from, to].some((one) => typeof one === 'string' && one.length > LONGEST_NAME / 10)
  if (!isLong || typeof from !== 'string' || typeof to !== 'string') return [value(from), value(to)]
  const isCut = [from, to].some((one) => shown(one, Infinity).length > LONGEST_NAME)
  const [left, right] = isCut && from !== '' && to !== '' ? shownFromDifference(from, to) : [from, to]
  return [value(left), value(right)]
}

/** A row for each key whose tags differ, of which it can have several; one for their order where that differs. */
function tagRows(name: PhrasingContent[], { from, to }: FieldChange): Cell[][] {
  // The comparison hands on the record's own values: Tag[] or null.
  const before = (from ?? []) as Tag[]
  const now = (to ?? []) as Tag[]
  const keys = new Set([...before, ...now].map(({ key }) => key))
  const rows = [...keys].flatMap((key): Cell[][] => {
    const [left, right] = [before, now].map((tags) => tags.filter((tag) => tag.key === key))
    if (left === undefined || right === undefined || same(left, right)) return []
    const [old] = left
    const [recent] = right
    const isPair = left.length === 1 && right.length === 1 && old?.source === recent?.source
    const cells =
      isPair && old?.value !== '' && recent?.value !== ''
        ? bothValues(old?.value, recent?.value)
        : [tagValues(left, right), tagValues(right, left)]
    return [[name, [text('Tag '), ...value(key)], ...cells]]
  })
  if (rows.length > 0) return rows
  const order = (tags: Tag[]) => enumerated(tags.map(({ key }) => value(key)))
  return [[name, [text('Order of tags')], order(before), order(now)]]
}

function same(left: readonly Tag[], right: readonly Tag[]): boolean {
  const values = (tags: readonly Tag[]) => JSON.stringify(tags.map(({ value, source }) => [value, source]))
  return values(left) === values(right)
}

/** Each value by itself, with its source where the two sides differ in one. */
function tagValues(tags: readonly Tag[], others: readonly Tag[]): PhrasingContent[] {
  const sources = new Set([...tags, ...others].map(({ source }) => source))
  return enumerated(
    tags.map((tag) => [
      ...(tag.value === '' ? [text('empty')] : value(tag.value)),
      ...(sources.size > 1 ? [text(' of '), ...value(tag.source)] : []),
    ]),
  )
}

/** A cell of a value of a record; a dash where it is empty. */
export function value(content: unknown): PhrasingContent[] {
  if (content === null || content === undefined || content === '') return [text('—')]
  if (Array.isArray(content)) return [code(content.join(', '))]
  return [code(typeof content === 'string' ? content : JSON.stringify(content))]
}

/** The memberships of one group, with the first few users of each side. */
interface GroupEntry {
  id: string
  name: string
  entered: { count: number; first: User[] }
  left: { count: number; first: User[] }
}

/** Memberships by group, in the order of the groups' names. */
function membershipPart(
  memberships: Changes['memberships'],
  counts: Changes['counts']['memberships'],
  groupName: Changes['groupName'],
  named: { user: Named; group: Named },
): Part {
  const total = counts.added + counts.removed
  const groups = groupedByGroup(memberships, groupName)
  const columns = ['Group', 'Entered', 'Left']
  const whole = [
    counts.added > 0 ? `${grouped(counts.added)} entered` : '',
    counts.removed > 0 ? `${grouped(counts.removed)} left` : '',
  ].filter((part) => part !== '')
  const title = `Memberships: ${whole.join(', ')}`
  const isOpen = groups.length <= SHORT && total <= 4 * SHORT
  const forms = lengths(groups.length).map((length): Form => {
    const few = groups.slice(0, length)
    const lists = few.reduce((sum, { entered, left }) => sum + entered.first.length + left.first.length, 0)
    const suffix =
      length < groups.length ? `, the first ${grouped(length)} of ${grouped(groups.length)} groups` : ''
    const rows = () =>
      map(few, ({ id, name, entered, left }) => [named.group(name, id), userNames(entered), userNames(left)])
    return { lists, text: (room) => tableText(title + suffix, isOpen, columns, rows(), room) }
  })
  if (forms.at(-1)?.lists !== total) forms.push({ lists: total, text: (room) => allNames(room) })
  return { title: 'memberships', total, rank: 6, forms }

  function userNames({ count, first }: GroupEntry['entered']): PhrasingContent[] {
    if (count === 0) return []
    const names = enumerated(first.map(({ userName, externalId }) => named.user(userName, externalId)))
    return count > first.length ? [...names, text(` and ${grouped(count - first.length)} more`)] : names
  }

  function allNames(room: number): string | undefined {
    if (total * LEAST_BYTES_OF_NAME > room) return undefined
    const entered = usersByGroup(memberships.added)
    const left = usersByGroup(memberships.removed)
    const rows = map(groups, ({ id, name }) => [
      named.group(name, id),
      userNames(all(entered.get(id))),
      userNames(all(left.get(id))),
    ])
    return tableText(title, isOpen, columns, rows, room)
  }
}

/** A letter, two backticks, a comma and a space. */
export const LEAST_BYTES_OF_NAME = 5

function groupedByGroup(
  { added, removed }: Changes['memberships'],
  groupName: Changes['groupName'],
): GroupEntry[] {
  const entries = new Map<string, GroupEntry>()
  const collect = (changes: readonly MembershipChange[], side: 'entered' | 'left') => {
    for (const { user, groupExternalIds } of changes) {
      for (const id of groupExternalIds) {
        let entry = entries.get(id)
        if (entry === undefined) {
          entry = { id, name: groupName(id), entered: { count: 0, first: [] }, left: { count: 0, first: [] } }
          entries.set(id, entry)
        }
        const { first } = entry[side]
        entry[side].count++
        if (first.length < FEW_NAMES) first.push(user)
      }
    }
  }
  collect(added, 'entered')
  collect(removed, 'left')
  return [...entries.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id))
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function usersByGroup(changes: readonly MembershipChange[]): Map<string, User[]> {
  const users = new Map<string, User[]>()
  for (const { user, groupExternalIds } of changes) {
    for (const id of groupExternalIds) {
      const list = users.get(id)
      if (list === undefined) users.set(id, [user])
      else list.push(user)
    }
  }
  return users
}

export function fewNames(users: readonly User[], most: number): GroupEntry['entered'] {
  return { count: users.length, first: users.slice(0, most) }
}

export function all(users: User[] = []): GroupEntry['entered'] {
  return { count: users.length, first: users }
}

export function userNames({ count, first }: GroupEntry['entered']): PhrasingContent[] {
  if (count === 0) return []
  const names = first.flatMap(({ userName }, i) => [...(i === 0 ? [] : [text(', ')]), ...value(userName)])
  return count > first.length ? [...names, text(` and ${grouped(count - first.length)} more`)] : names
}

/** The folded table, or undefined as soon as it is certain that it is longer than the room (bytes). */
export function tableText(
  title: string,
  open: boolean,
  columns: string[],
  rows: Iterable<Cell[]>,
  room: number,
  note: RootContent[] = [],
): string | undefined {
  const taken: Cell[][] = []
  let least = 0
  for (const row of rows) {
    least += leastBytes(row)
    if (least > room) return undefined
    taken.push(row)
  }
  const aligned = columns.map(() => 'left' as const)
  const markdown = toText(folded(title, open, ...note, table(aligned, columns, taken)))
  return bytesOf(markdown) <= room ? markdown : undefined
}

/** What a row needs before anything in it is escaped. */
function leastBytes(row: readonly Cell[]): number {
  let bytes = 2
  for (const cell of row) {
    bytes += 3
    for (const node of cell) if ('value' in node) bytes += bytesOf(node.value)
  }
  return bytes
}

function* map<T>(items: Iterable<T>, describe: (item: T) => Cell[]) {
  for (const item of items) yield describe(item)
}

function titled(total: number, kind: Kind, verb: Verb): string {
  return `${grouped(total)} ${total === 1 ? kind.slice(0, -1) : kind} ${verb}`
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
