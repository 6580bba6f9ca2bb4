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
