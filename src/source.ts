import { UserError } from './errors.ts'
import type { Access } from './snapshot/access.ts'
import type { Log } from './log.ts'
import type { Calls } from './identity-center/advice.ts'
import { findInstance } from './identity-center/account.ts'
import { connectAws } from './identity-center/clients.ts'
import { crawl, type CrawlCost } from './identity-center/crawl.ts'
import type { AccessFindings, AccessReading, SnapshotPrincipals, Way } from './identity-center/access.ts'
import { isDisabled, type CrawlFindings, type IdentityStore } from './identity-center/identity-store.ts'
import { createStoreLists } from './identity-center/store-lists.ts'
import type { Time } from './identity-center/time.ts'
import type { Environment, Settings } from './settings.ts'
import type { mapIdentityStore, MappingFindings } from './snapshot/mapping.ts'
import type { Counts, Identities, MappingOptions, Origin } from './snapshot/model.ts'
import { TAGS } from './snapshot/tags.ts'

/** Where the identities of a run come from, found and checked but not read yet. */
export interface OpenSource {
  kind: 'aws' | 'directory'
  /** With AWS the mapping is that of the settings, with a directory that of its manifest. */
  description: Origin & MappingOptions
  read: () => Promise<Reading>
}

/** The identities of a run, complete. */
export interface Reading {
  identities: Identities
  /** Absent where nothing of access was read. */
  access?: Access | undefined
  counts: Counts
  /** The SHA-256 of users.json; absent with AWS, where it is not written yet. */
  usersSha256?: string
  /** What was met on the way, as sentences without names; each deserves one warning. */
  findings: string[]
  /** What the reading cost; absent with a directory. */
  cost?: CrawlCost & { calls: Calls; notes: string[] }
  /** What reading access cost, and in which way. */
  accessCost?: AccessReading['cost'] & { way: Way }
}

export interface SourceOptions {
  environment: Environment
  log: Log
  time: Time
}

/** Says who calls and which instance is meant, and reads it when asked to. */
export async function openAws(settings: Settings, options: SourceOptions): Promise<OpenSource> {
  const { environment, log } = options
  const { account, profile, deadlineMs, mapping } = settings
  const calls: Calls = {}
  const aws = await connectAws({ profile, region: settings.region, environment, log })
  const advice = { region: aws.region, account, profile, environment }
  const control = new AbortController()
  const shared = { ...options, calls, deadlineMs, signal: control.signal }
  const named = settings.identityStoreId
  const readsAccess = settings.access === 'accounts'
  const { origin, primaryRegion, warning, note } = await findInstance(aws, {
    ...shared,
    account,
    identityStoreId: named,
    needsArn: readsAccess,
    advice: named === undefined ? advice : { ...advice, identityStoreId: named },
  })
  const { identityStoreId, ownerAccount, instanceArn } = origin
  if (note !== undefined) log.info(note)
  log.info(
    `Reading identity store ${identityStoreId} of account ${ownerAccount ?? account} in ${aws.region}.`,
  )

  return {
    kind: 'aws',
    description: { ...origin, ...mapping },
    async read() {
      const owner = { ...advice, account: ownerAccount ?? account, identityStoreId }
      const both = { ...shared, requestsPerSecond: settings.requestsPerSecond }
      const lists = createStoreLists(mapping.disabledUsers === 'exclude' ? isDisabled : undefined)
      const readIdentities = async (): Promise<Mapped> => {
        const { store, cost } = await crawl(await aws.identityStore(), lists, {
          ...both,
          identityStoreId,
          enterprise: mapping.tags.some((tag) => TAGS[tag].enterprise),
          advice: owner,
        })
        const { mapIdentityStore } = await import('./snapshot/mapping.ts')
        const mapped = mapIdentityStore(store, mapping)
        refuseEmpty(mapped.counts, identityStoreId)
        return { ...mapped, cost, store }
      }
      const readBeside = async (): Promise<[Mapped, AccessReading]> => {
        const { readAccess } = await import('./identity-center/access.ts')
        if (instanceArn === null) throw withoutArn(identityStoreId)
        const api = {
          admin: await aws.ssoAdmin(primaryRegion),
          organizations: await aws.organizations(),
        }
        const mapped = readIdentities()
        return Promise.all([
          mapped,
          readAccess(api, {
            ...both,
            instanceArn,
            lists,
            snapshotPrincipals: () => mapped.then(principalsOf),
            advice: { ...owner, region: primaryRegion, instanceArn },
          }),
        ])
      }
      try {
        const [mapped, access] = readsAccess ? await readBeside() : [await readIdentities()]
        const { identities, counts, findings, store, cost } = mapped
        if (findings.excludedUsers > 0)
          log.info(`Disabled users left out, as set in disabled-users: ${findings.excludedUsers}.`)
        return {
          identities,
          counts,
          findings: [
            ...(warning === undefined ? [] : [warning]),
            ...describeFindings({ ...store.findings, ...findings, ...access?.findings }),
          ],
          cost: { ...cost, calls, notes: note === undefined ? [] : [note] },
          ...(access === undefined
            ? {}
            : { access: access.access, accessCost: { way: access.way, ...access.cost } }),
        }
      } catch (error) {
        // One that fails ends the other.
        control.abort()
        throw error
      }
    },
  }
}

interface Mapped extends ReturnType<typeof mapIdentityStore> {
  store: IdentityStore
  cost: CrawlCost
}

function principalsOf({ identities, store }: Mapped): SnapshotPrincipals {
  const users = identities.users.map(({ externalId }) => externalId)
  const isIncluded = new Set(users)
  const excludedUsers = store.users.flatMap(({ UserId }) => (isIncluded.has(UserId) ? [] : UserId))
  return { groups: identities.groups.map(({ externalId }) => externalId), users, excludedUsers }
}

function withoutArn(identityStoreId: string): UserError {
  return new UserError(
    'unavailable',
    `AWS did not return the instance ARN of identity store ${identityStoreId}, so its permission sets cannot be read. Nothing was written. Run again later, or set access: none.`,
  )
}

/**
 * Reads a snapshot directory as the source; nothing of it is believed before its manifest has been verified.
 *
 * @param directory absolute
 */
export async function openDirectory(directory: string, account: string): Promise<OpenSource> {
  const { directoryFiles, readSnapshot, verifySnapshotBelongs } = await import('./snapshot/read.ts')
  const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'required' })
  if (snapshot?.manifest === undefined)
    throw new UserError(
      'precondition',
      `There is no snapshot in the source directory ${directory}. Choose a directory that AWS Organization Sync wrote.`,
    )
  verifySnapshotBelongs(snapshot, account)
  const { manifest, access, ...identities } = snapshot
  const { format: _format, files, counts, ...description } = manifest
  return {
    kind: 'directory',
    description,
    read: () =>
      Promise.resolve({
        identities,
        access,
        counts,
        usersSha256: files['users.json'].sha256,
        findings: [],
      }),
  }
}

/** Raito deletes whatever a file no longer names, so nobody is never the answer. */
function refuseEmpty({ users }: Counts, identityStoreId: string): void {
  if (users > 0) return
  throw new UserError(
    'precondition',
    `There are no users in identity store ${identityStoreId}. Raito would delete every identity, so nothing was written. Check the account, the region, the instance and disabled-users.`,
  )
}

function describeFindings(findings: Findings): string[] {
  const sentences = Object.entries(COUNTED).flatMap(([name, [what, outcome]]) => {
    const count = findings[name as keyof typeof COUNTED] ?? 0
    return count > 0 ? `${what}: ${count} (${outcome}).` : []
  })
  return findings.withoutNames === undefined ? sentences : [...sentences, findings.withoutNames]
}

type Findings = CrawlFindings & MappingFindings & Partial<AccessFindings>

const COUNTED: Record<
  Exclude<keyof Findings, 'excludedUsers' | 'withoutNames'>,
  [what: string, outcome: string]
> = {
  vanishedGroups: ['Groups that were deleted while the store was read', 'left out'],
  vanishedUsers: ['Users that were deleted while the store was read', 'left out'],
  lateUsers: ['Users that appeared while the store was read', 'added'],
  lateGroups: ['Groups that appeared while the store was read', 'added'],
  orphanMemberships: ['Memberships of a user or group that AWS does not list', 'left out'],
  otherMembers: ['Members of groups that are not users', 'left out'],
  conflictingRecords: ['Records that came twice with different content', 'the later one is used'],
  usersWithoutUserName: ['Users without a user name', 'their ID is used instead'],
  groupsWithoutDisplayName: ['Groups without a display name', 'their ID is used instead'],
  vanishedSets: ['Permission sets that were deleted while they were read', 'left out with their assignments'],
  unknownPrincipals: ['Assignments of users or groups that are not in the identity store', 'left out'],
  namelessSets: ['Permission sets without a name', 'their ARN is used instead'],
}
