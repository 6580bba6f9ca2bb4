import type { Changes, FieldChange } from '../changes/model.ts'
import { idsOf } from '../snapshot/memberships.ts'
import type { Tag, User } from '../snapshot/model.ts'
import type { Part } from './fit.ts'
import { listPart, shownOf, someOf } from './lists.ts'
import type { Cell, Inline } from './markdown.ts'
import { bothValues, code, joined, value } from './markdown.ts'
import { type NameAndId, type Names, sortedByName } from './names.ts'

/** The lists of users, groups and memberships that differ, in the order in which they are read. */
export function identityParts(changes: Changes, names: Names): Part[] {
  const { users, groups } = changes
  const { existing, following } = membershipsByCause(changes)
  return [
    memberships('Group changes of existing users', existing, 2),
    usersWith('added', 3),
    usersWith('removed', 1),
    listPart({
      title: 'Users changed',
      entriesAre: 'users',
      rank: 6,
      entries: users.changed,
      nameOf: ({ user }) => nameOfUser(user),
      columns: ['User name', 'Field', 'Before', 'Now'],
      rowsOf: ({ user, fields }) => fieldRows(names.user(user), fields),
    }),
    groupsWith('added', 4),
    groupsWith('removed', 0),
    listPart({
      title: 'Groups changed',
      entriesAre: 'groups',
      rank: 5,
      entries: groups.changed,
      nameOf: ({ group }) => [group.name, group.externalId],
      columns: ['Group', 'Field', 'Before', 'Now'],
      rowsOf({ group, fields }) {
        const { displayName, ...others } = fields
        const isSame = displayName?.from === others.name?.from && displayName?.to === others.name?.to
        return fieldRows(names.group(group.externalId, group.name), isSame ? others : fields)
      },
    }),
    memberships('Memberships of new users, removed users and removed groups', following, 9),
  ]

  function usersWith(verb: 'added' | 'removed', rank: number): Part {
    const hasMore = users[verb].some(({ tags, isMachine }) => isMachine !== null || (tags ?? []).length > 0)
    return listPart({
      title: `Users ${verb}`,
      entriesAre: 'users',
      rank,
      entries: users[verb],
      nameOf: nameOfUser,
      columns: ['User name', 'Name', 'E-mail', ...(hasMore ? ['Tags'] : [])],
      rowsOf: (user) => [
        [names.user(user), value(user.name), value(user.email), ...(hasMore ? [moreOfUser(user)] : [])],
      ],
    })
  }

  function groupsWith(verb: 'added' | 'removed', rank: number): Part {
    const hasMore = groups[verb].some(({ description }) => description !== '')
    return listPart({
      title: `Groups ${verb}`,
      entriesAre: 'groups',
      rank,
      entries: groups[verb],
      nameOf: ({ name, externalId }) => [name, externalId],
      columns: ['Group', 'Id', ...(hasMore ? ['Description'] : [])],
      rowsOf: ({ name, externalId, description }) => [
        [value(name), value(externalId), ...(hasMore ? [value(description)] : [])],
      ],
    })
  }

  function memberships(title: string, entries: Members[], rank: number): Part {
    return listPart({
      title,
      entriesAre: 'groups',
      rank,
      entries,
      nameOf: ({ id }) => [changes.groupName(id), id],
      columns: ['Group', 'Added', 'Removed'],
      rowsOf: ({ id, added, removed }, most) => [
        [names.group(id), someOf(added, most, names.user), someOf(removed, most, names.user)],
      ],
      sizeOf: ({ added, removed }, most) => shownOf(added.length, most) + shownOf(removed.length, most),
    })
  }
}

function nameOfUser({ userName, externalId }: User): NameAndId {
  return [userName, externalId]
}

/** What changed in the memberships of one group; users by name. */
interface Members {
  id: string
  added: User[]
  removed: User[]
}

/** What changed for people who stay, and what follows because a user came or went, or a group went. */
function membershipsByCause({ users, groups, memberships }: Changes) {
  const existing = new Map<string, Members>()
  const following = new Map<string, Members>()
  const groupsGone = new Set(groups.removed.map(({ externalId }) => externalId))
  for (const verb of ['added', 'removed'] as const) {
    const cameOrWent = new Set(users[verb].map(({ externalId }) => externalId))
    const { users: changed, memberships: lists } = memberships[verb]
    for (const [number, user] of sortedByName([...changed.entries()], ([, user]) => nameOfUser(user))) {
      const hasCause = cameOrWent.has(user.externalId)
      for (const id of idsOf(lists, lists.groupsOf(number))) {
        const map = hasCause || (verb === 'removed' && groupsGone.has(id)) ? following : existing
        let members = map.get(id)
        if (members === undefined) {
          members = { id, added: [], removed: [] }
          map.set(id, members)
        }
        members[verb].push(user)
      }
    }
  }
  return { existing: [...existing.values()], following: [...following.values()] }
}

/** What is imported of a user besides name and address. */
function moreOfUser({ tags, isMachine }: User): Inline[] {
  const machine = isMachine === null ? [] : [['Machine ', code(String(isMachine))]]
  return listed([...(tags ?? []).map((tag) => [...value(tag.key), ' ', ...value(tag.value)]), ...machine])
}

/** With commas between; a dash for none. */
function listed(items: Inline[][]): Inline[] {
  return items.length === 0 ? ['—'] : joined(items)
}

/** Of users, groups and permission sets. */
const FIELDS: Readonly<Record<string, string>> = {
  name: 'Name',
  userName: 'User name',
  email: 'E-mail',
  isMachine: 'Machine',
  displayName: 'Display name',
  description: 'Description',
  parentGroupExternalIds: 'Parent groups',
  sessionDuration: 'Session duration',
  managedPolicies: 'AWS managed policies',
  customerManagedPolicies: 'Customer managed policies',
  inlinePolicy: 'Inline policy',
  permissionsBoundary: 'Permissions boundary',
}

export function fieldRows(name: Inline[], fields: Partial<Record<string, FieldChange>>): Cell[][] {
  return Object.entries(fields).flatMap(([field, change]) => {
    if (change === undefined) return []
    if (field === 'tags') return tagRows(name, change)
    return [[name, FIELDS[field] ?? 'Field', ...bothValues(change.from, change.to)]]
  })
}

/** A row for each key whose tags differ, of which it can have several; one for their order where that differs. */
function tagRows(name: Inline[], { from, to }: FieldChange): Cell[][] {
  // The comparison hands on the record's own values: Tag[] or null.
  const before = (from ?? []) as Tag[]
  const now = (to ?? []) as Tag[]
  const keys = new Set([...before, ...now].map(({ key }) => key))
  const rows = [...keys].flatMap((key): Cell[][] => {
    const left = before.filter((tag) => tag.key === key)
    const right = now.filter((tag) => tag.key === key)
    if (same(left, right)) return []
    const [old] = left
    const [recent] = right
    const isPair = left.length === 1 && right.length === 1 && old?.source === recent?.source
    const cells =
      isPair && old?.value !== '' && recent?.value !== ''
        ? bothValues(old?.value, recent?.value)
        : [tagValues(left, right), tagValues(right, left)]
    return [[name, ['Tag ', ...value(key)], ...cells]]
  })
  if (rows.length > 0) return rows
  const order = (tags: Tag[]) => listed(tags.map(({ key }) => value(key)))
  return [[name, 'Order of tags', order(before), order(now)]]
}

function same(left: readonly Tag[], right: readonly Tag[]): boolean {
  const values = (tags: readonly Tag[]) => JSON.stringify(tags.map(({ value, source }) => [value, source]))
  return values(left) === values(right)
}

/** Each value by itself, with its source where the two sides differ in one. */
function tagValues(tags: readonly Tag[], others: readonly Tag[]): Inline[] {
  const sources = new Set([...tags, ...others].map(({ source }) => source))
  return listed(
    tags.map((tag) => [
      ...(tag.value === '' ? ['empty'] : value(tag.value)),
      ...(sources.size > 1 ? [' of ', ...value(tag.source)] : []),
    ]),
  )
}
