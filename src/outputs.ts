import { join } from 'node:path'
import type { ChangeCounts } from './changes/model.ts'
import type { UploadResult } from './github/artifact.ts'
import type { Counts } from './snapshot/model.ts'

/** Every output of the action, as action.yml declares them: paths, ids and counts, never a name or an e-mail address. */
export const OUTPUTS = [
  'directory',
  'users-file',
  'groups-file',
  'manifest-file',
  'aws-identity-store-id',
  'users',
  'groups',
  'memberships',
  'changed',
  'users-added',
  'users-removed',
  'users-changed',
  'groups-added',
  'groups-removed',
  'groups-changed',
  'memberships-added',
  'memberships-removed',
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

/** @param directory absolute; undefined where there is no snapshot */
export function snapshotOutputs(directory: string | undefined): Outputs {
  if (directory === undefined) return {}
  return {
    directory,
    'users-file': join(directory, 'users.json'),
    'groups-file': join(directory, 'groups.json'),
    'manifest-file': join(directory, 'manifest.json'),
  }
}

export function countOutputs({ users, groups, memberships }: Counts): Outputs {
  return { users: String(users), groups: String(groups), memberships: String(memberships) }
}

/** Empty without a baseline, where there are no counts. */
export function changeOutputs(counts: ChangeCounts | undefined, changed: boolean): Outputs {
  if (counts === undefined) return {}
  const { users, groups, memberships } = counts
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
