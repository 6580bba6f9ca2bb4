import type { Identitystore } from '@aws-sdk/client-identitystore'
import { describe, expect, it } from '@jest/globals'
import { accessAnswer, organizationsAnswer } from '../../emulator/access-operations.ts'
import { createOrganization, groupsOf, usersOf, type Organization } from '../../emulator/organization.ts'
import type { ListState } from '../../emulator/list-operations.ts'
import { identityStoreAnswer } from '../../emulator/list-operations.ts'
import { readAccess, type AccessApi, type AccessReading } from '../../src/identity-center/access.ts'
import { crawl } from '../../src/identity-center/crawl.ts'
import type { SendOptions } from '../../src/identity-center/pages.ts'
import { createStoreLists } from '../../src/identity-center/store-lists.ts'
import { createServiceLimit, type ServiceLimit } from './fake-service.ts'
import { createVirtualTime } from './virtual-time.ts'

const RATE = 20

describe('both services at their limit', () => {
  it.each([
    [
      'by pairs',
      30,
      { users: 900, groups: 60, accounts: 20, permissionSets: 12, assignments: 400, provisioned: 0 },
    ],
    [
      'by pairs',
      100,
      { users: 900, groups: 60, accounts: 20, permissionSets: 12, assignments: 400, provisioned: 0 },
    ],
    [
      'by principal',
      30,
      { users: 300, groups: 60, accounts: 60, permissionSets: 30, assignments: 900, provisioned: 4_000 },
    ],
    [
      'by principal',
      100,
      { users: 300, groups: 60, accounts: 60, permissionSets: 30, assignments: 900, provisioned: 4_000 },
    ],
  ])('%s at %i ms take at most 1.10 of the larger of the two least times', async (way, latencyMs, size) => {
    const organization = createOrganization({
      seed: 6,
      users: size.users,
      groups: size.groups,
      memberships: 1_500,
      access: size,
    })
    const run = await runBoth(organization, latencyMs)
    expect(run.access.way).toBe(way)
    const least = Math.max(...run.limits.map(({ served }) => (served - RATE) / RATE))
    expect(run.seconds).toBeLessThanOrEqual(1.1 * least)
    for (const { limit, served } of run.limits) expect(limit.throttled / served).toBeLessThan(0.01)
  })
})

describe('the way', () => {
  it('is certain, and counting begins, before a long list of users ends', async () => {
    const organization = createOrganization({
      seed: 7,
      users: 4_000,
      groups: 1,
      memberships: 0,
      access: { accounts: 3, permissionSets: 4, assignments: 10 },
    })
    const { log } = await runBoth(organization, 30)
    const first = log.indexOf('ListAccountsForProvisionedPermissionSet')
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(log.lastIndexOf('ListUsers'))
    expect(log.indexOf('ListAccountAssignments')).toBeLessThan(log.lastIndexOf('ListUsers'))
  })
})

interface Both {
  access: AccessReading
  seconds: number
  /** Operations in the order in which they were sent. */
  log: string[]
  limits: { limit: ServiceLimit; served: number }[]
}

/** A crawl and, beside it, the reading of access, each with a limit of its own, on virtual time. */
async function runBoth(organization: Organization, latencyMs: number): Promise<Both> {
  const time = createVirtualTime()
  const state: ListState = {
    organization,
    order: undefined,
    permutations: new Map(),
    shortPages: undefined,
    defaultPageSize: undefined,
  }
  const log: string[] = []
  const serviceOf = (answer: typeof accessAnswer, limit: ServiceLimit) => {
    const service = { limit, served: 0 }
    const call =
      (operation: string) =>
      async (input: object, { abortSignal: signal }: SendOptions) => {
        log.push(operation)
        await time.sleep(latencyMs / 2, signal)
        limit.take()
        service.served += 1
        const { region } = organization
        const output = answer(state, {
          service: 'sso',
          operation,
          input: { ...input },
          region,
          accessKeyId: '',
          count: 0,
        })
        await time.sleep(latencyMs / 2, signal)
        return withoutTimes(output)
      }
    return { service, call }
  }
  const store = serviceOf(identityStoreAnswer, createServiceLimit(time, RATE, RATE))
  const ssoAdmin = serviceOf(throwingAsTheSdk(accessAnswer), createServiceLimit(time, RATE, RATE))
  const names = serviceOf(organizationsAnswer, createServiceLimit(time, RATE, RATE))
  // The answers hold what is read of them; the metadata of the SDK is left out.
  const storeApi = {
    listUsers: store.call('ListUsers'),
    listGroups: store.call('ListGroups'),
    listGroupMemberships: store.call('ListGroupMemberships'),
    listGroupMembershipsForMember: store.call('ListGroupMembershipsForMember'),
  } as unknown as Identitystore
  const admin = {
    listPermissionSets: ssoAdmin.call('ListPermissionSets'),
    listAccountsForProvisionedPermissionSet: ssoAdmin.call('ListAccountsForProvisionedPermissionSet'),
    listAccountAssignments: ssoAdmin.call('ListAccountAssignments'),
    listAccountAssignmentsForPrincipal: ssoAdmin.call('ListAccountAssignmentsForPrincipal'),
    describePermissionSet: ssoAdmin.call('DescribePermissionSet'),
    listManagedPoliciesInPermissionSet: ssoAdmin.call('ListManagedPoliciesInPermissionSet'),
    listCustomerManagedPolicyReferencesInPermissionSet: ssoAdmin.call(
      'ListCustomerManagedPolicyReferencesInPermissionSet',
    ),
    getInlinePolicyForPermissionSet: ssoAdmin.call('GetInlinePolicyForPermissionSet'),
    getPermissionsBoundaryForPermissionSet: ssoAdmin.call('GetPermissionsBoundaryForPermissionSet'),
  } as unknown as AccessApi['admin']
  const organizations = { listAccounts: names.call('ListAccounts') } as unknown as AccessApi['organizations']

  const instanceArn = organization.instances[0]?.record.InstanceArn ?? ''
  const { region, account } = organization
  const quiet = (): void => undefined
  const common = {
    requestsPerSecond: RATE,
    deadlineMs: 120_000,
    advice: { region, account, instanceArn, profile: undefined, environment: {} },
    calls: {},
    log: { debug: quiet, info: quiet, warning: quiet },
    time,
    signal: new AbortController().signal,
  }
  const [identityStoreId = ''] = organization.stores.keys()
  const lists = createStoreLists()
  const crawled = crawl(storeApi, lists, { ...common, identityStoreId, enterprise: false })
  const snapshotPrincipals = async () => {
    await crawled
    return {
      groups: groupsOf(organization).map(({ GroupId }) => GroupId),
      users: usersOf(organization).map(({ UserId }) => UserId),
      excludedUsers: [],
    }
  }
  const reading = readAccess({ admin, organizations }, { ...common, instanceArn, lists, snapshotPrincipals })
  const [access] = await time.until(Promise.all([reading, crawled]))
  return { access, seconds: time.now() / 1000, log, limits: [store.service, ssoAdmin.service] }
}

/** On the wire they are numbers, of which the SDK makes a Date. */
function withoutTimes(output: object): unknown {
  return JSON.parse(JSON.stringify(output), (key, value: unknown) =>
    key === 'UpdatedAt' ? undefined : value,
  )
}

/** The SDK's errors bear their type as their name. */
function throwingAsTheSdk(answer: typeof accessAnswer): typeof accessAnswer {
  return (lists, call) => {
    try {
      return answer(lists, call)
    } catch (error) {
      throw Object.assign(new Error('Told by AWS.'), { name: (error as { type?: string }).type })
    }
  }
}
