import type { PermissionSet } from '../snapshot/access.ts'
import { sortedJson } from '../snapshot/canonical.ts'
import type { AccessChanges, AssignmentChange, ChangedPermissionSet } from './access.ts'
import { entries, entriesOf } from './entries.ts'

/** So many entries of each level are kept: what changes-file lists is whole up to there, and always the first ones. */
export const MOST_ENTRIES = 100_000

/** Which lists the key `access` of changes-file holds, in their order; each entry is JSON. */
export function accessEntries({ assignments, permissionSets, people }: AccessChanges) {
  return {
    assignments: {
      added: entries(assignments.added, describeAssignment),
      removed: entries(assignments.removed, describeAssignment),
    },
    permissionSets: {
      added: entries(permissionSets.added, describeSet),
      removed: entries(permissionSets.removed, describeSet),
      changed: entries(permissionSets.changed, describeChangedSet),
    },
    people: {
      opened: entriesOf(() => describePeople(people, 'opened')),
      closed: entriesOf(() => describePeople(people, 'closed')),
    },
  }
}

/** The counts, with their keys in the order of the file. */
export function accessCounts({ counts }: AccessChanges): AccessChanges['counts'] {
  const { assignments, permissionSets, opened, closed, administratorsAdded } = counts
  return {
    assignments: { added: assignments.added, removed: assignments.removed },
    permissionSets: {
      added: permissionSets.added,
      removed: permissionSets.removed,
      changed: permissionSets.changed,
    },
    opened,
    closed,
    administratorsAdded,
  }
}

/** Whether both lists of people hold all that their counts say. */
export function isAccessWhole({ counts }: AccessChanges): boolean {
  return counts.opened <= MOST_ENTRIES && counts.closed <= MOST_ENTRIES
}

function describeAssignment(assignment: AssignmentChange): string {
  const { principalType, principalId, principalName, account, accountName } = assignment
  const { permissionSet, permissionSetName } = assignment
  return JSON.stringify({
    principalType,
    principalId,
    principalName,
    account,
    accountName,
    permissionSet,
    permissionSetName,
  })
}

function describeSet({ arn, name }: Pick<PermissionSet, 'arn' | 'name'>): string {
  return JSON.stringify({ arn, name })
}

function describeChangedSet({ permissionSet: { arn, name }, fields }: ChangedPermissionSet): string {
  const changes = Object.entries(fields).map(
    ([field, { from, to }]) => `${JSON.stringify(field)}:{"from":${sortedJson(from)},"to":${sortedJson(to)}}`,
  )
  return `${describeSet({ arn, name }).slice(0, -1)},"fields":{${changes.join(',')}}}`
}

function* describePeople(people: AccessChanges['people'], list: 'opened' | 'closed'): Generator<string> {
  let room = MOST_ENTRIES
  for (const { user, difference } of people) {
    const { externalId: userExternalId, userName } = user
    for (const { account, permissionSet, level, groups, isDirect } of difference[list]) {
      if (room-- === 0) return
      yield JSON.stringify({
        userExternalId,
        userName,
        account: account.id,
        accountName: account.name,
        permissionSet: permissionSet.arn,
        permissionSetName: permissionSet.name,
        level,
        through: isDirect ? [...groups, userExternalId].sort() : groups,
      })
    }
  }
}
