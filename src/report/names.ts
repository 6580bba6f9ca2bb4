import { compareText } from '../snapshot/canonical.ts'
import type { Changes } from '../changes/model.ts'
import type { Account, PermissionSet } from '../snapshot/access.ts'
import type { User } from '../snapshot/model.ts'
import { code, type Inline, value } from './markdown.ts'

export type Names = ReturnType<typeof namesOf>

/** How a report calls things: by name, and by id as well where a name can be taken for another one. */
export function namesOf({ groupName, isShared, access }: Changes) {
  const shared = access === undefined ? new Set() : sharedSets(access)
  return {
    user: ({ userName, externalId }: Pick<User, 'userName' | 'externalId'>) =>
      named(userName, externalId, isShared('users', userName)),
    group: (externalId: string, name = groupName(externalId)) =>
      named(name, externalId, isShared('groups', name)),
    permissionSet: ({ name, arn }: Pick<PermissionSet, 'name' | 'arn'>) =>
      named(name, arn.replace(/^.*\//s, ''), shared.has(name)),
    account: ({ id, name }: Account) => (name === null ? [code(id)] : named(name, id, true)),
    groupName,
  }
}

function named(name: string, id: string, isShared: boolean): Inline[] {
  return isShared || isDeceptive(name) ? [...value(name), ' (', code(id), ')'] : value(name)
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

/** The names that several of the permission sets bear which a report can show. */
function sharedSets({ people, assignments, permissionSets }: NonNullable<Changes['access']>): Set<unknown> {
  const arns = new Map<unknown, string>()
  const shared = new Set<unknown>()
  const note = (name: unknown, arn: string): void => {
    if (arns.has(name) && arns.get(name) !== arn) shared.add(name)
    arns.set(name, arn)
  }
  for (const { name, arn } of [...permissionSets.added, ...permissionSets.removed]) note(name, arn)
  for (const { permissionSet, fields } of permissionSets.changed) {
    note(permissionSet.name, permissionSet.arn)
    note(fields.name?.from, permissionSet.arn)
  }
  for (const { permissionSet, permissionSetName } of [...assignments.added, ...assignments.removed])
    note(permissionSetName, permissionSet)
  for (const { opened, closed, administrator } of new Set(people.map(({ difference }) => difference)))
    for (const list of [opened, closed, administrator])
      for (const { permissionSet } of list) note(permissionSet.name, permissionSet.arn)
  return shared
}

export type NameAndId = readonly [name: string, id: string]

/** Sorts by name without regard to case, then by id. */
export function sortedByName<T>(items: readonly T[], nameOf: (item: T) => NameAndId): T[] {
  return byName(items, nameOf)(items.length)
}

/** Sorted likewise; gives the first ones, and sorts little more than these. */
export function byName<T>(items: readonly T[], nameOf: (item: T) => NameAndId): (length: number) => T[] {
  let keyed: Keyed<T>[] | undefined
  let sorted: Keyed<T>[] = []
  return (length) => {
    keyed ??= items.map((item) => {
      const [name, id] = nameOf(item)
      return { item, name: name.toLowerCase(), id }
    })
    if (sorted.length < Math.min(length, keyed.length)) sorted = firstOf(keyed, Math.max(length, AT_ONCE))
    return sorted.slice(0, length).map(({ item }) => item)
  }
}

interface Keyed<T> {
  item: T
  name: string
  id: string
}

const AT_ONCE = 1000

/** What cannot be among the first is passed by; the rest is sorted whenever it is twice as much as is wanted. */
function firstOf<T>(items: readonly Keyed<T>[], length: number): Keyed<T>[] {
  const compare = (a: Keyed<T>, b: Keyed<T>) => compareText(a.name, b.name) || compareText(a.id, b.id)
  const first: Keyed<T>[] = []
  let last: Keyed<T> | undefined
  for (const item of items) {
    if (last !== undefined && compare(item, last) >= 0) continue
    first.push(item)
    if (first.length < 2 * length) continue
    first.sort(compare).length = length
    last = first.at(-1)
  }
  return first.sort(compare)
}
