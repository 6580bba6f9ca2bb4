import type { PhrasingContent } from 'mdast'
import type { Changes, FieldChange, MembershipChange } from '../changes/model.ts'
import type { Tag, User } from '../snapshot/model.ts'
import type { Part } from './fit.ts'
import { listPart, shownOf, someOf } from './lists.ts'
import type { Cell } from './markdown.ts'
import { bothValues, code, joined, text, value } from './markdown.ts'
import { type Names, sortedByName } from './names.ts'

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
      entries: sortedByName(
        users.changed,
        ({ user }) => user.userName,
        ({ user }) => user.externalId,
      ),
      columns: ['User name', 'Field', 'Before', 'Now'],
      rowsOf: ({ user, fields }) => fieldRows(names.user(user), fields),
    }),
    groupsWith('added', 4),
    groupsWith('removed', 0),
    listPart({
      title: 'Groups changed',
      entriesAre: 'groups',
      rank: 5,
      entries: sortedByName(
        groups.changed,
        ({ group }) => group.name,
        ({ group }) => group.externalId,
      ),
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
    const hasMore = users[verb].some((user) => moreOfUser(user).length > 0)
    return listPart({
      title: `Users ${verb}`,
      entriesAre: 'users',
      rank,
      entries: sortedByName(users[verb], ({ userName }) => userName, idOf),
      columns: ['User name', 'Name', 'E-mail', ...(hasMore ? ['Tags'] : [])],
      rowsOf: (user) => [
        [
          names.user(user),
          value(user.name),
          value(user.email),
          ...(hasMore ? [listed(moreOfUser(user))] : []),
        ],
      ],
    })
  }

  function groupsWith(verb: 'added' | 'removed', rank: number): Part {
    const hasMore = groups[verb].some(({ description }) => description !== '')
    return listPart({
      title: `Groups ${verb}`,
      entriesAre: 'groups',
      rank,
      entries: sortedByName(groups[verb], ({ name }) => name, idOf),
      columns: ['Group', 'Id', ...(hasMore ? ['Description'] : [])],
      rowsOf: ({ name, externalId, description }) => [
        [value(name), value(externalId), ...(hasMore ? [value(description)] : [])],
      ],
    })
  }

  function memberships(title: string, members: Members[], rank: number): Part {
    return listPart({
      title,
      entriesAre: 'groups',
      rank,
      entries: sortedByName(
        members,
        ({ id }) => changes.groupName(id),
        ({ id }) => id,
      ),
      columns: ['Group', 'Added', 'Removed'],
      rowsOf: ({ id, added, removed }, most) => [
        [names.group(id), someOf(added, most, names.user), someOf(removed, most, names.user)],
      ],
      sizeOf: ({ added, removed }, most) => shownOf(added.length, most) + shownOf(removed.length, most),
    })
  }
}

/** What changed in the memberships of one group; users by name. */
interface Members {
  id: string
  added: MembershipChange[]
  removed: MembershipChange[]
}

/** What changed for people who stay, and what follows because a user came or went, or a group went. */
function membershipsByCause({
  users,
  groups,
  memberships,
}: Changes): Record<'existing' | 'following', Members[]> {
  const maps = { existing: new Map<string, Members>(), following: new Map<string, Members>() }
  const cameOrWent = { added: new Set(users.added.map(idOf)), removed: new Set(users.removed.map(idOf)) }
  const groupsGone = new Set(groups.removed.map(idOf))
  for (const verb of ['added', 'removed'] as const) {
    for (const user of sortedByName(memberships[verb], ({ userName }) => userName, idOf)) {
      for (const id of user.groupExternalIds) {
        const isFollowing =
          cameOrWent[verb].has(user.externalId) || (verb === 'removed' && groupsGone.has(id))
        const map = isFollowing ? maps.following : maps.existing
        const members = map.get(id) ?? { id, added: [], removed: [] }
        map.set(id, members)
        members[verb].push(user)
      }
    }
  }
  return { existing: [...maps.existing.values()], following: [...maps.following.values()] }
}

function idOf({ externalId }: { externalId: string }): string {
  return externalId
}

/** What is imported of a user besides name and address. */
function moreOfUser({ tags, isMachine }: User): PhrasingContent[][] {
  const machine = isMachine === null ? [] : [[text('Machine '), code(String(isMachine))]]
  return [...(tags ?? []).map((tag) => [...value(tag.key), text(' '), ...value(tag.value)]), ...machine]
}

/** With commas between; a dash for none. */
function listed(items: PhrasingContent[][]): PhrasingContent[] {
  return items.length === 0 ? [text('—')] : joined(items)
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
  const order = (tags: Tag[]) => listed(tags.map(({ key }) => value(key)))
  return [[name, [text('Order of tags')], order(before), order(now)]]
}

function same(left: readonly Tag[], right: readonly Tag[]): boolean {
  const values = (tags: readonly Tag[]) => JSON.stringify(tags.map(({ value, source }) => [value, source]))
  return values(left) === values(right)
}

/** Each value by itself, with its source where the two sides differ in one. */
function tagValues(tags: readonly Tag[], others: readonly Tag[]): PhrasingContent[] {
  const sources = new Set([...tags, ...others].map(({ source }) => source))
  return listed(
    tags.map((tag) => [
      ...(tag.value === '' ? [text('empty')] : value(tag.value)),
      ...(sources.size > 1 ? [text(' of '), ...value(tag.source)] : []),
    ]),
  )
}
