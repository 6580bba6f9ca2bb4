import { join } from 'node:path'
import type { AccessChanges } from './changes/access.ts'
import type { Changes } from './changes/model.ts'
import type { UploadResult } from './github/artifact.ts'
import { ACCESS_FILE, type AccessCounts, type Counts } from './snapshot/model.ts'

/** Every output of the action, as action.yml declares them: paths, ids and counts, never a name or an e-mail address. */
export const OUTPUTS = [
  'directory',
  'users-file',
  'groups-file',
  'manifest-file',
  'access-file',
  'aws-identity-store-id',
  'users',
  'groups',
  'memberships',
  'accounts',
  'permission-sets',
  'assignments',
  'changed',
  'users-added',
  'users-removed',
  'users-changed',
  'groups-added',
  'groups-removed',
  'groups-changed',
  'memberships-added',
  'memberships-removed',
  'access-opened',
  'access-closed',
  'administrators-added',
  'changes-file',
  'report-file',
  'comment-url',
  'artifact-name',
  'artifact-id',
  'artifact-url',
  'artifact-digest',
  'connector-name',
  'connector-version',
] as const
export type OutputName = (typeof OUTPUTS)[number]

/** What a run gives to later steps; an output that is not here is empty. */
export type Outputs = Partial<Record<OutputName, string>>

/**
 * @param directory absolute; undefined where there is no snapshot
 * @param hasAccess whether it holds access.json
 */
export function snapshotOutputs(directory: string | undefined, hasAccess: boolean): Outputs {
  if (directory === undefined) return {}
  return {
    directory,
    'users-file': join(directory, 'users.json'),
    'groups-file': join(directory, 'groups.json'),
    'manifest-file': join(directory, 'manifest.json'),
    'access-file': hasAccess ? join(directory, ACCESS_FILE) : '',
  }
}

export function countOutputs({ users, groups, memberships }: Counts): Outputs {
  return { users: String(users), groups: String(groups), memberships: String(memberships) }
}

/** Empty without access. */
export function accessOutputs(counts: AccessCounts | undefined): Outputs {
  if (counts === undefined) return {}
  return {
    accounts: String(counts.accounts),
    'permission-sets': String(counts.permissionSets),
    assignments: String(counts.assignments),
  }
}

/** Empty without a baseline, where there are no counts. */
export function changeOutputs(changes: Changes | undefined, changed: boolean): Outputs {
  if (changes === undefined) return {}
  const { users, groups, memberships } = changes.counts
  return {
    changed: String(changed),
    'users-added': String(users.added),
    'users-removed': String(users.removed),
    'users-changed': String(users.changed),
    'groups-added': String(groups.added),
    'groups-removed': String(groups.removed),
    'groups-changed': String(groups.changed),
    'memberships-added': String(memberships.added),
    'memberships-removed': String(memberships.removed),
    ...(changes.access === undefined ? {} : accessChangeOutputs(changes.access.counts)),
  }
}

function accessChangeOutputs({ opened, closed, administratorsAdded }: AccessChanges['counts']): Outputs {
  return {
    'access-opened': String(opened),
    'access-closed': String(closed),
    'administrators-added': String(administratorsAdded),
  }
}

export function artifactOutputs(artifact: UploadResult['artifact']): Outputs {
  if (artifact === undefined) return {}
  return {
    'artifact-name': artifact.name,
    'artifact-id': String(artifact.id),
    'artifact-url': artifact.url,
    'artifact-digest': artifact.digest ?? '',
  }
}
