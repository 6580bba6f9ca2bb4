import { MAPPING } from '../__tests__/fixtures/description.ts'
import { accessOf, leastAccessCalls } from '../emulator/access.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import type { Limit } from '../emulator/identity-center.ts'
import {
  addMembership,
  addUser,
  createOrganization,
  groupsOf,
  leastCalls,
  membershipsOf,
  newId,
  removeMembership,
  removeUser,
  renameUser,
  storeOf,
  usersOf,
} from '../emulator/organization.ts'
import type { Organization, OrganizationOptions } from '../emulator/organization.ts'
import { USER } from '../src/identity-center/identity-store.ts'
import { mapIdentityStore } from '../src/snapshot/mapping.ts'
import { writeSnapshot } from '../src/snapshot/write.ts'

/**
 * The process of the emulator, so that its CPU time does not count: gets a StoreRequest as its argument, sends a
 * StoreReady, and a StoreReport for each message it gets. It ends with its parent.
 */

export interface StoreRequest {
  organization: OrganizationOptions
  /** milliseconds */
  latency: number
  limit?: Limit
  /** That of SSO Admin; none where absent. */
  accessLimit?: Limit
  /** Writes the snapshot of the organization there, before it changes a little. */
  before?: string
  /** Writes the snapshot of the organization as it is served. */
  now?: string
}

export interface StoreReady {
  environment: Record<string, string>
  /** Calls of the Identity Store that nobody can do without, memberships in the direction of the fewer objects. */
  identityStoreCalls: number
  /** Those of SSO Admin and Organizations; 0 without access. */
  ssoAdminCalls: number
  organizationsCalls: number
  /** Pages of the longer of the two lists. */
  listPages: number
  memberships: number
}

export interface StoreReport {
  calls: Record<string, number>
  throttled: number
  /** From the first call that reads to the last answer. */
  seconds: number
  cpuSeconds: number
  /** What does not fit the protocol; empty in a good run. */
  complaints: string[]
}

const request = JSON.parse(process.argv[2] ?? '') as StoreRequest
const organization = createOrganization(request.organization)
if (request.before !== undefined) {
  await write(organization, request.before)
  change(organization)
}
if (request.now !== undefined) await write(organization, request.now)

const center = await startIdentityCenter(organization, {
  latency: request.latency,
  validate: false,
  keepLog: false,
  ...(request.limit === undefined ? {} : { limit: request.limit }),
  ...(request.accessLimit === undefined ? {} : { accessLimit: request.accessLimit }),
})
const cpuAtStart = process.cpuUsage()
const { users, groups } = storeOf(organization)
const least = leastCalls(organization)
const accounts = organization.access.accounts?.length ?? 0
const hasAccess = request.organization.access !== undefined
const ready: StoreReady = {
  environment: center.environment,
  identityStoreCalls:
    least.listUsers + least.listGroups + (groups.length <= users.length ? least.byGroup : least.byUser),
  ssoAdminCalls: hasAccess ? leastAccessCalls(organization) : 0,
  organizationsCalls: hasAccess ? Math.max(1, Math.ceil(accounts / 20)) : 0,
  listPages: Math.max(least.listUsers, least.listGroups),
  memberships: membershipsOf(organization).length,
}
process.send?.(ready)
process.on('message', () => {
  const { user, system } = process.cpuUsage(cpuAtStart)
  const { calls, throttled, complaints, window } = center
  const report: StoreReport = {
    calls,
    throttled,
    complaints,
    seconds: (window.to - window.from) / 1000,
    cpuSeconds: (user + system) / 1e6,
  }
  process.send?.(report)
})
process.on('disconnect', () => process.exit())

async function write(of: Organization, directory: string): Promise<void> {
  const groupIdsByUserId = new Map<string, string[]>()
  for (const { UserId, GroupId } of membershipsOf(of)) {
    const known = groupIdsByUserId.get(UserId)
    if (known === undefined) groupIdsByUserId.set(UserId, [GroupId])
    else known.push(GroupId)
  }
  const { identities } = mapIdentityStore(
    {
      users: usersOf(of).map(USER),
      groups: groupsOf(of),
      groupIdsByUserId,
      findings: {
        vanishedGroups: 0,
        vanishedUsers: 0,
        lateUsers: 0,
        lateGroups: 0,
        orphanMemberships: 0,
        otherMembers: 0,
        conflictingRecords: 0,
      },
    },
    MAPPING,
  )
  const { account, region } = of
  const { identityStoreId } = storeOf(of)
  await writeSnapshot({
    directory,
    roots: [directory],
    identities,
    ...(request.organization.access === undefined ? {} : { access: accessOf(of) }),
    description: {
      account,
      ownerAccount: account,
      identityStoreId,
      instanceArn: null,
      region,
      ...MAPPING,
    },
  })
}

/** What may happen in a day: some users come, go, or change, and some memberships with them. */
function change(of: Organization): void {
  const some = (count: number): number => Math.max(1, Math.round(count / 2000))
  const everyone = usersOf(of)
  everyone.slice(0, some(everyone.length)).forEach(({ UserId }) => removeUser(of, UserId))
  everyone
    .slice(-some(everyone.length))
    .forEach(({ UserId }, n) => renameUser(of, UserId, `Renamed ${String(n)}`))
  const groupIds = groupsOf(of).map(({ GroupId }) => GroupId)
  for (let n = 0; n < some(everyone.length); n++) {
    const UserId = addUser(of, { UserId: newId(of, n), UserName: `new${String(n)}@example.com` })
    for (let g = 0; g < 10; g++) addMembership(of, groupIds[(n * 10 + g) % groupIds.length] ?? '', UserId)
  }
  const present = membershipsOf(of)
  present.slice(-some(present.length)).forEach(({ GroupId, UserId }) => {
    removeMembership(of, GroupId, UserId)
  })
  const { assignments, accounts } = of.access
  const isUser = new Set(usersOf(of).map(({ UserId }) => UserId))
  of.access.assignments = assignments.filter(
    ({ PrincipalType, PrincipalId }) => PrincipalType === 'GROUP' || isUser.has(PrincipalId),
  )
  // One in a hundred is another one: that of the account after it.
  of.access.assignments.forEach((assignment, n) => {
    const at = accounts?.findIndex(({ Id }) => Id === assignment.AccountId) ?? -1
    if (n % 100 === 0) assignment.AccountId = accounts?.[at + 1]?.Id ?? assignment.AccountId
  })
}
