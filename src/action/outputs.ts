import { join } from 'node:path'
import type { Changes } from '../changes/model.ts'
import type { UploadResult } from '../github/artifact.ts'
import { ACCESS_FILE, countAccess } from '../snapshot/model.ts'
import type { Review } from '../review/write.ts'
import type { Reading } from '../source.ts'

/** What there is to tell at the end of a run. */
export interface Result {
  identityStoreId: string
  reading: Pick<Reading, 'counts' | 'access'>
  /** The snapshot that is there now; its directory is absolute. */
  snapshot: { directory: string; hasAccess: boolean } | undefined
  /** Absent without a baseline. */
  changes: Changes | undefined
  isChanged: boolean
  /** Absolute paths. */
  files: { changes: string; report: string } | undefined
  review: Review['files'] | undefined
  commentUrl: string | undefined
  artifact: UploadResult['artifact']
  connector: { name: string; version: string } | undefined
}

export type Outputs = ReturnType<typeof outputsOf>

/**
 * Every output of the action, in the order of action.yml; undefined is empty. Paths, ids and counts, never a name or an
 * e-mail address.
 */
export function outputsOf(result: Result) {
  const { reading, snapshot, changes, files, review, artifact, connector } = result
  const { users, groups, memberships } = reading.counts
  const access = reading.access && countAccess(reading.access)
  const { counts } = changes ?? {}
  const { opened, closed, administratorsAdded } = changes?.access?.counts ?? {}
  const fileOf = (name: string) => snapshot && join(snapshot.directory, name)
  return {
    directory: snapshot?.directory,
    'users-file': fileOf('users.json'),
    'groups-file': fileOf('groups.json'),
    'manifest-file': fileOf('manifest.json'),
    'access-file': snapshot?.hasAccess === true ? fileOf(ACCESS_FILE) : undefined,
    'aws-identity-store-id': result.identityStoreId,
    users,
    groups,
    memberships,
    accounts: access?.accounts,
    'permission-sets': access?.permissionSets,
    assignments: access?.assignments,
    changed: changes && result.isChanged,
    'users-added': counts?.users.added,
    'users-removed': counts?.users.removed,
    'users-changed': counts?.users.changed,
    'groups-added': counts?.groups.added,
    'groups-removed': counts?.groups.removed,
    'groups-changed': counts?.groups.changed,
    'memberships-added': counts?.memberships.added,
    'memberships-removed': counts?.memberships.removed,
    'access-opened': opened,
    'access-closed': closed,
    'administrators-added': administratorsAdded,
    'changes-file': files?.changes,
    'report-file': files?.report,
    'access-review-file': review?.page,
    'access-csv-file': review?.accessCsv,
    'users-csv-file': review?.usersCsv,
    'comment-url': result.commentUrl,
    'artifact-name': artifact?.name,
    'artifact-id': artifact?.id,
    'artifact-url': artifact?.url,
    'artifact-digest': artifact?.digest,
    'connector-name': connector?.name,
    'connector-version': connector?.version,
  }
}
