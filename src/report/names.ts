import type { PhrasingContent } from 'mdast'
import { compareText } from '../snapshot/canonical.ts'
import type { Changes } from '../changes/model.ts'
import type { Account, PermissionSet } from '../snapshot/access.ts'
import type { User } from '../snapshot/model.ts'
import { code, text, value } from './markdown.ts'

/** How a report calls things: by name, and by id as well where a name can be taken for another one. */
export interface Names {
  user: (user: Pick<User, 'userName' | 'externalId'>) => PhrasingContent[]
  group: (externalId: string, name?: string) => PhrasingContent[]
  permissionSet: (set: Pick<PermissionSet, 'name' | 'arn'>) => PhrasingContent[]
  account: (account: Account) => PhrasingContent[]
  groupName: Changes['groupName']
}

export function namesOf({ groupName, isShared, access }: Changes): Names {
  const isSharedSet = access === undefined ? () => false : sharedSets(access)
  return {
    user: ({ userName, externalId }) => named(userName, externalId, isShared('users', userName)),
    group: (externalId, name = groupName(externalId)) => named(name, externalId, isShared('groups', name)),
    permissionSet: ({ name, arn }) => named(name, arn.replace(/^.*\//s, ''), isSharedSet(name)),
    account: ({ id, name }) => (name === null ? [code(id)] : named(name, id, true)),
    groupName,
  }
}

function named(name: string, id: string, isShared: boolean): PhrasingContent[] {
  return isShared || isDeceptive(name) ? [...value(name), text(' ('), code(id), text(')')] : value(name)
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

/** Whether several of the permission sets that a report can show bear a name. */
function sharedSets({ people, assignments, permissionSets }: NonNullable<Changes['access']>) {
  const arns = new Map<string, Set<string>>()
  const note = (name: unknown, arn: string): void => {
    if (typeof name === 'string') arns.set(name, (arns.get(name) ?? new Set()).add(arn))
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
  return (name: string) => (arns.get(name)?.size ?? 0) > 1
}

/** By name without regard to case, then by id. */
export function sortedByName<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  idOf: (item: T) => string,
): T[] {
  return items
    .map((item) => ({ item, name: nameOf(item).toLowerCase() }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(idOf(a.item), idOf(b.item)))
    .map(({ item }) => item)
}
