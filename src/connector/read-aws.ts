import { ENTERPRISE_TAGS } from '../snapshot/model.ts'
import type { Log } from '../log.ts'
import type { ConnectorSettings, Environment } from '../settings.ts'
import type { Reading } from './sync.ts'

/**
 * Reads the organization whole and maps it. The code for AWS is loaded here, so that a connector with a directory as its
 * source, or one that only says what it is, starts without it.
 *
 * @throws UserError
 */
export async function readAws(
  settings: ConnectorSettings,
  { environment, log }: { environment: Environment; log: Log },
): Promise<Reading> {
  const [{ connectAws }, { findInstance }, { crawl }, { realTime: time }, { mapDirectory }] =
    await Promise.all([
      import('../identity-center/clients.ts'),
      import('../identity-center/account.ts'),
      import('../identity-center/crawl.ts'),
      import('../identity-center/time.ts'),
      import('../snapshot/mapping.ts'),
    ])
  const { account, profile, region, identityStoreId, requestsPerSecond, deadlineMs, mapping } = settings
  const { signal } = new AbortController()
  const aws = await connectAws({ profile, region, environment, log })
  const common = {
    advice: { region: aws.region, account, profile, environment },
    log,
    time,
    deadlineMs,
    signal,
  }
  const origin = await findInstance(aws, { ...common, account, identityStoreId })
  const { directory } = await crawl(aws, {
    ...common,
    advice: { ...common.advice, identityStoreId: origin.identityStoreId },
    identityStoreId: origin.identityStoreId,
    enterprise: mapping.tags.some((tag) => ENTERPRISE_TAGS.includes(tag)),
    requestsPerSecond,
  })
  for (const [finding, count] of Object.entries(directory.findings)) {
    if (count > 0) log.warning(`${FINDINGS[finding as keyof typeof FINDINGS]}: ${String(count)}.`)
  }
  const { identities, findings } = mapDirectory(directory, mapping)
  if (findings.usersWithoutUserName > 0) {
    log.warning(`Users without a user name, named by their id: ${findings.usersWithoutUserName}.`)
  }
  if (findings.groupsWithoutDisplayName > 0) {
    log.warning(`Groups without a display name, named by their id: ${findings.groupsWithoutDisplayName}.`)
  }
  return { identities, description: { ...origin, ...mapping } }
}

const FINDINGS = {
  vanishedGroups: 'Groups that vanished while they were read',
  vanishedUsers: 'Users that vanished while they were read',
  lateUsers: 'Users that were created while the organization was read',
  lateGroups: 'Groups that were created while the organization was read',
  orphanMemberships: 'Memberships left out, whose user or group no list held',
  otherMembers: 'Members left out that are not users',
  conflictingRecords: 'Users or groups that came twice with different content',
}
