import { accessCounts, accessEntries, isAccessWhole } from './access-entries.ts'
import { entries, INDENT, membershipEntries, SEPARATOR, type Entries } from './entries.ts'
import type { BaselineReference, Changes, FieldChange } from './model.ts'

export const CHANGES_FORMAT = 'aws-organization-sync/changes/1'

/** More is neither written nor read in one piece: two snapshots of 2.5 MB can differ in gigabytes. */
export const MAX_CHANGES_BYTES = 256 * 1024 * 1024
/** Of what stands around the entries. */
const FRAME_BYTES = 64 * 1024

type Lists = Record<string, Entries>
const NO_ACCESS: Record<'assignments' | 'permissionSets' | 'people', Lists> = {
  assignments: {},
  permissionSets: {},
  people: {},
}

/**
 * The text of the `changes-file`: JSON with a record a line and a final newline, sorted as the snapshot is, memberships by
 * user and then by group, one entry for each pair. Where it would have more bytes than `most`, its longest lists end
 * early, and `complete` is false.
 */
export function* changesFile(
  changes: Changes,
  baseline: BaselineReference,
  most = MAX_CHANGES_BYTES,
): Generator<string, void, undefined> {
  const room = most - FRAME_BYTES
  const { users, groups, memberships, madeAgain, access, counts, groupName } = changes
  const { kind, reference, account, identityStoreId } = baseline
  const lists: Record<string, Lists> = {
    users: {
      added: entries(users.added, describeUser),
      removed: entries(users.removed, describeUser),
      changed: entries(users.changed, describeChangedUser),
    },
    groups: {
      added: entries(groups.added, describeGroup),
      removed: entries(groups.removed, describeGroup),
      changed: entries(groups.changed, describeChangedGroup),
    },
    memberships: {
      added: membershipEntries(memberships.added, groupName),
      removed: membershipEntries(memberships.removed, groupName),
    },
    madeAgain: {
      users: entries(madeAgain.users, ({ name, from, to }) => JSON.stringify({ userName: name, from, to })),
      groups: entries(madeAgain.groups, ({ name, from, to }) => JSON.stringify({ name, from, to })),
    },
  }
  const { assignments, permissionSets, people } = access === undefined ? NO_ACCESS : accessEntries(access)
  const sizes = new Map<Entries, number>()
  for (const ofKind of [...Object.values(lists), assignments, permissionSets, people])
    for (const list of Object.values(ofKind)) sizes.set(list, list.size(room))
  const longest = longestList([...sizes.values()], room)
  const isWhole = (list: Entries) => (sizes.get(list) ?? 0) <= longest
  /** What is listed of it; one that fits is not measured again. */
  const shown = (list: Entries) => (isWhole(list) ? list.texts() : within(list.texts(), longest))
  yield '{\n'
  yield `  "format": ${JSON.stringify(CHANGES_FORMAT)},\n`
  yield `  "baseline": ${JSON.stringify({ kind, reference, account, identityStoreId })},\n`
  yield `  "counts": ${JSON.stringify({
    users: inOrder(counts.users),
    groups: inOrder(counts.groups),
    memberships: { added: counts.memberships.added, removed: counts.memberships.removed },
  })},\n`
  for (const [kindOfList, ofKind] of Object.entries(lists)) {
    yield `  "${kindOfList}": {\n`
    yield* listsOf(ofKind, shown)
    yield '  },\n'
  }
  if (access !== undefined) {
    const isPeopleWhole = isAccessWhole(access) && Object.values(people).every(isWhole)
    yield `  "access": {\n    "assumed": ${String(access.assumed)},\n`
    yield `    "counts": ${JSON.stringify(accessCounts(access))},\n    "assignments": {\n`
    yield* listsOf(assignments, shown)
    yield '    },\n    "permissionSets": {\n'
    yield* listsOf(permissionSets, shown)
    yield '    },\n'
    for (const [key, entries] of Object.entries(people)) yield* list(key, shown(entries), ',')
    yield `    "complete": ${String(isPeopleWhole)}\n  },\n`
  }
  const isComplete = (access === undefined || isAccessWhole(access)) && [...sizes.keys()].every(isWhole)
  yield `  "complete": ${String(isComplete)}\n}\n`
}

/** How long a list may be so that all of them fit: the short ones leave their room to the long ones. */
function longestList(sizes: readonly number[], room: number): number {
  let left = room
  const ascending = [...sizes].sort((a, b) => a - b)
  for (const [i, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i))
    if (size > share) return share
    left -= size
  }
  return room
}

function* within(entries: Iterable<string>, most: number) {
  let left = most
  for (const entry of entries) {
    left -= Buffer.byteLength(entry) + SEPARATOR.length
    if (left < 0) return
    yield entry
  }
}

function* listsOf(lists: Lists, shown: (list: Entries) => Iterable<string>) {
  const last = Object.keys(lists).at(-1)
  for (const [key, entries] of Object.entries(lists))
    yield* list(key, shown(entries), key === last ? '' : ',')
}

function* list(key: string, entries: Iterable<string>, comma: string) {
  let separator = `    "${key}": [${INDENT}`
  let end = `    "${key}": []${comma}\n`
  for (const entry of entries) {
    yield separator + entry
    separator = SEPARATOR
    end = `\n    ]${comma}\n`
  }
  yield end
}

/** What is empty is left out after the e-mail address. */
function describeUser({
  externalId,
  userName,
  name,
  email,
  tags,
  isMachine,
}: Changes['users']['added'][number]) {
  return JSON.stringify({
    externalId,
    userName,
    name,
    email,
    ...(tags === null ? {} : { tags }),
    ...(isMachine === null ? {} : { isMachine }),
  })
}

function describeChangedUser({
  user: { externalId, userName },
  fields,
}: Changes['users']['changed'][number]) {
  return JSON.stringify({ externalId, userName, fields: fieldsInOrder(fields) })
}

function describeGroup({ externalId, name, description }: Changes['groups']['added'][number]) {
  return JSON.stringify({ externalId, name, ...(description === '' ? {} : { description }) })
}

function describeChangedGroup({ group: { externalId, name }, fields }: Changes['groups']['changed'][number]) {
  return JSON.stringify({ externalId, name, fields: fieldsInOrder(fields) })
}

function inOrder({ added, removed, changed }: Changes['counts']['users']) {
  return { added, removed, changed }
}

function fieldsInOrder(fields: Partial<Record<string, FieldChange>>) {
  return Object.fromEntries(
    Object.entries(fields).map(([field, change]) => [field, { from: change?.from, to: change?.to }]),
  )
}
