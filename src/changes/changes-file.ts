import { accessCounts, accessEntries, isAccessWhole } from './access-entries.ts'
import type { AccessChanges } from './access.ts'
import type { BaselineReference, Changes, FieldChange, MembershipChange } from './model.ts'

export const CHANGES_FORMAT = 'aws-organization-sync/changes/1'

/** In UTF-16 code units; a million memberships are well beyond the longest string that V8 can hold. */
const CHUNK = 128 * 1024
const MANY = 8 * 1024

/**
 * The text of the `changes-file` in chunks of about 128 Ki characters: JSON with a record a line
 * and a final newline, sorted as the snapshot is, memberships by user and then by group, one entry for each pair.
 */
export function* changesFile(
  changes: Changes,
  baseline: BaselineReference,
): Generator<string, void, undefined> {
  let chunk = ''
  for (const piece of pieces(changes, baseline)) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

function* pieces(
  { users, groups, memberships, access, counts, groupName }: Changes,
  baseline: BaselineReference,
) {
  const { kind, reference, account, identityStoreId } = baseline
  yield '{\n'
  yield `  "format": ${JSON.stringify(CHANGES_FORMAT)},\n`
  yield `  "baseline": ${JSON.stringify({ kind, reference, account, identityStoreId })},\n`
  yield `  "counts": ${JSON.stringify({
    users: inOrder(counts.users),
    groups: inOrder(counts.groups),
    memberships: { added: counts.memberships.added, removed: counts.memberships.removed },
  })},\n`
  yield '  "users": {\n'
  yield* list('added', map(users.added, describeUser), ',')
  yield* list('removed', map(users.removed, describeUser), ',')
  yield* list('changed', map(users.changed, describeChangedUser), '')
  yield '  },\n  "groups": {\n'
  yield* list('added', map(groups.added, describeGroup), ',')
  yield* list('removed', map(groups.removed, describeGroup), ',')
  yield* list('changed', map(groups.changed, describeChangedGroup), '')
  yield '  },\n  "memberships": {\n'
  yield* list('added', describeMemberships(memberships.added, groupName), ',')
  yield* list('removed', describeMemberships(memberships.removed, groupName), '')
  yield '  }'
  if (access !== undefined) yield* accessPieces(access)
  yield '\n}\n'
}

/** The key `access`; the counts are exact, the lists of people hold the first entries. */
function* accessPieces(access: AccessChanges) {
  const { assignments, permissionSets, opened, closed } = accessEntries(access)
  yield `,\n  "access": {\n    "assumed": ${String(access.assumed)},\n`
  yield `    "counts": ${JSON.stringify(accessCounts(access))},\n    "assignments": {\n`
  yield* list('added', assignments.added(), ',')
  yield* list('removed', assignments.removed(), '')
  yield '    },\n    "permissionSets": {\n'
  yield* list('added', permissionSets.added(), ',')
  yield* list('removed', permissionSets.removed(), ',')
  yield* list('changed', permissionSets.changed(), '')
  yield '    },\n'
  yield* list('opened', opened(), ',')
  yield* list('closed', closed(), ',')
  yield `    "complete": ${String(isAccessWhole(access))}\n  }`
}

const INDENT = '\n      '
const SEPARATOR = `,${INDENT}`

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

function* map<T>(items: Iterable<T>, describe: (item: T) => string) {
  for (const item of items) yield describe(item)
}

function describeUser({ externalId, userName, name, email }: Changes['users']['added'][number]) {
  return JSON.stringify({ externalId, userName, name, email })
}

function describeChangedUser({
  user: { externalId, userName },
  fields,
}: Changes['users']['changed'][number]) {
  return JSON.stringify({ externalId, userName, fields: fieldsInOrder(fields) })
}

function describeGroup({ externalId, name }: Changes['groups']['added'][number]) {
  return JSON.stringify({ externalId, name })
}

function describeChangedGroup({ group: { externalId, name }, fields }: Changes['groups']['changed'][number]) {
  return JSON.stringify({ externalId, name, fields: fieldsInOrder(fields) })
}

/**
 * The entries of a user at a time, unless they are very many. A pair's text is put together of the user's half and the group's half, so that
 * neither is serialized twice.
 */
function* describeMemberships(memberships: readonly MembershipChange[], groupName: Changes['groupName']) {
  const groupHalves = new Map<string, string>()
  for (const { user, groupExternalIds } of memberships) {
    const userHalf = JSON.stringify({ userExternalId: user.externalId, userName: user.userName }).slice(0, -1)
    let entries = ''
    for (const groupExternalId of groupExternalIds) {
      let groupHalf = groupHalves.get(groupExternalId)
      if (groupHalf === undefined) {
        groupHalf = JSON.stringify({ groupExternalId, groupName: groupName(groupExternalId) }).slice(1)
        groupHalves.set(groupExternalId, groupHalf)
      }
      entries += `${entries === '' ? '' : SEPARATOR}${userHalf},${groupHalf}`
      if (entries.length < MANY) continue
      yield entries
      entries = ''
    }
    if (entries !== '') yield entries
  }
}

function inOrder({ added, removed, changed }: Changes['counts']['users']) {
  return { added, removed, changed }
}

function fieldsInOrder(fields: Partial<Record<string, FieldChange>>) {
  return Object.fromEntries(
    Object.entries(fields).map(([field, change]) => [field, { from: change?.from, to: change?.to }]),
  )
}
