import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  IdentitystoreClient,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  ListUsersCommand,
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from '@aws-sdk/client-identitystore'
import {
  GetPermissionsBoundaryForPermissionSetCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { catalogue, throttling } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import { containerToken, credentials } from '../../emulator/credentials.ts'
import type { Fault } from '../../emulator/faults.ts'
import { startIdentityCenter } from '../../emulator/identity-center.ts'
import type { IdentityCenter, IdentityCenterOptions } from '../../emulator/identity-center.ts'
import {
  createOrganization,
  groupsOf,
  hostileNames,
  membershipsOf,
  removeUser,
  storeOf,
  usersOf,
} from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'

const TINY = { users: 1, groups: 1, memberships: 0 }

let open: IdentityCenter[] = []
const environment = { ...process.env }

beforeEach(() => {
  process.env = {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
})
afterEach(async () => {
  process.env = { ...environment }
  await Promise.all(open.map((center) => center.close()))
  open = []
})

describe('reading with the SDK', () => {
  it('gives every user, group and membership through pages, and fits the schemas', async () => {
    const organization = createOrganization({ users: 230, groups: 30, memberships: 900, hostileNames: true })
    const center = await start(organization)
    const { users, groups, memberships } = await readAll(center)
    expect(users.map((user) => user.UserId)).toStrictEqual(usersOf(organization).map((user) => user.UserId))
    expect(users.map((user) => user.DisplayName)).toStrictEqual(
      usersOf(organization).map((user) => user.DisplayName),
    )
    expect(users.some((user) => user.DisplayName === hostileNames[9])).toBe(true)
    expect(groups).toHaveLength(30)
    expect(memberships.sort()).toStrictEqual(pairs(organization))
    expect(center.calls).toStrictEqual({ ListUsers: 3, ListGroups: 1, ListGroupMemberships: 30 })
    expect(center.complaints).toStrictEqual([])
  })

  it('gives the groups of a user', async () => {
    const organization = createOrganization({ users: 5, groups: 9, memberships: 30 })
    const center = await start(organization)
    const [{ UserId } = { UserId: '' }] = usersOf(organization)
    const { GroupMemberships } = await store(center).send(
      new ListGroupMembershipsForMemberCommand({ IdentityStoreId: storeId(center), MemberId: { UserId } }),
    )
    expect(GroupMemberships?.map(({ GroupId }) => `${GroupId ?? ''} ${UserId}`).sort()).toStrictEqual(
      pairs(organization).filter((pair) => pair.endsWith(UserId)),
    )
  })

  it('gives the enterprise extension only where it is asked for', async () => {
    const center = await start(createOrganization({ users: 5, groups: 1, memberships: 0 }))
    const list = async (Extensions?: string[]) => {
      const input = { IdentityStoreId: storeId(center), ...(Extensions === undefined ? {} : { Extensions }) }
      return (await store(center).send(new ListUsersCommand(input))).Users?.[0]?.Extensions
    }
    expect(await list()).toBeUndefined()
    expect(await list(['aws:identitystore:enterprise'])).toHaveProperty(['aws:identitystore:enterprise'])
  })

  it('gives the same in another order for another seed, and in short and empty pages', async () => {
    const organization = createOrganization({ users: 230, groups: 30, memberships: 900 })
    const plain = await readAll(await start(organization))
    const other = await readAll(await start(organization, { order: 3, shortPages: 4 }))
    const ids = (read: typeof plain) => read.users.map((user) => user.UserId)
    expect(ids(other)).not.toStrictEqual(ids(plain))
    expect(ids(other).sort()).toStrictEqual(ids(plain).sort())
    expect(other.memberships.sort()).toStrictEqual(plain.memberships.sort())
    expect(open.at(-1)?.calls.ListUsers).toBeGreaterThan(3)
  })

  it('neither skips nor repeats a user when another one is removed meanwhile', async () => {
    const organization = createOrganization({ users: 230, groups: 1, memberships: 0 })
    const [first] = usersOf(organization)
    const center = await start(organization, {
      faults: [
        {
          when: { operation: 'ListUsers', nth: 2 },
          effect: {
            kind: 'act',
            act: () => {
              removeUser(organization, first?.UserId ?? '')
            },
          },
        },
      ],
    })
    const { users } = await readAll(center)
    expect(new Set(users.map((user) => user.UserId)).size).toBe(230)
  })
})

describe('what AWS refuses', () => {
  it.each([
    ['MaxResults above 100', { MaxResults: 101 }, 'ValidationException', {}],
    ['a token of nobody', { NextToken: 'nobody' }, 'ValidationException', {}],
    [
      'another store',
      { IdentityStoreId: 'd-0000000000' },
      'ResourceNotFoundException',
      { ResourceType: 'IDENTITY_STORE' },
    ],
    ['another group', { GroupId: 'f'.repeat(36) }, 'ResourceNotFoundException', { ResourceType: 'GROUP' }],
  ])('is refused: %s', async (_, input, name, members) => {
    const organization = createOrganization({ users: 3, groups: 2, memberships: 3 })
    const center = await start(organization)
    const GroupId = groupsOf(organization)[0]?.GroupId
    const command = new ListGroupMembershipsCommand({ IdentityStoreId: storeId(center), GroupId, ...input })
    await expect(store(center).send(command)).rejects.toMatchObject({ name, ...members })
  })

  it('is refused: the token of one list for another', async () => {
    const center = await start(createOrganization({ users: 150, groups: 150, memberships: 0 }))
    const { NextToken } = await store(center).send(
      new ListUsersCommand({ IdentityStoreId: storeId(center), MaxResults: 100 }),
    )
    expect(NextToken).toBeDefined()
    const groups = paginateListGroups(
      { client: store(center), startingToken: NextToken },
      { IdentityStoreId: storeId(center) },
    )
    await expect(groups.next()).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('is refused: a request that the schema does not allow', async () => {
    const center = await start(createOrganization({ users: 3, groups: 2, memberships: 3 }))
    // The SDK's own check would be the compiler's.
    const input = { IdentityStoreId: storeId(center), MaxResults: '5' } as unknown as {
      IdentityStoreId: string
    }
    await expect(store(center).send(new ListUsersCommand(input))).rejects.toMatchObject({
      name: 'SerializationException',
    })
    expect(center.complaints).toHaveLength(1)
  })

  it.each([
    ['an unknown key', { accessKeyId: 'AKIDNOBODY', secretAccessKey: 'x' }, 'UnrecognizedClientException'],
    ['a wrong secret', { ...credentials.static, secretAccessKey: 'x' }, 'InvalidSignatureException'],
    ['a wrong session token', { ...credentials.session, sessionToken: 'x' }, 'UnrecognizedClientException'],
    ['an expired key', { accessKeyId: 'AKIDEXPIRED', secretAccessKey: 'x' }, 'ExpiredTokenException'],
  ])('is refused: %s', async (_, key, name) => {
    const center = await start(createOrganization(TINY), {
      credentials: [{ accessKeyId: 'AKIDEXPIRED', secretAccessKey: 'x', expired: true }],
    })
    await expect(instances(center, 'eu-west-1', key)).rejects.toMatchObject({ name })
  })
})

describe('regions', () => {
  it('give an instance where it is or has a replica, and none elsewhere', async () => {
    const center = await start(
      createOrganization({
        users: 1,
        groups: 1,
        memberships: 0,
        region: 'eu-central-1',
        replicas: ['us-east-1'],
      }),
    )
    const [primary, replica, elsewhere] = await Promise.all(
      ['eu-central-1', 'us-east-1', 'eu-west-1'].map((region) => instances(center, region)),
    )
    expect(primary).toHaveLength(1)
    expect(replica).toMatchObject([{ PrimaryRegion: 'eu-central-1' }])
    expect(elsewhere).toStrictEqual([])
  })
})

describe('permission sets', () => {
  const access = { accounts: 3, permissionSets: 4, assignments: 12 }
  const ofInstance = (center: IdentityCenter) => ({
    InstanceArn: center.organization.instances[0]?.record.InstanceArn,
  })
  const admin = (center: IdentityCenter, region = 'eu-west-1') =>
    new SSOAdminClient({ endpoint: center.url, region, credentials: credentials.static, maxAttempts: 1 })

  it('of a user are also those of its groups, with the ids of the groups', async () => {
    const organization = createOrganization({
      users: 1,
      groups: 1,
      memberships: 1,
      access: { ...access, direct: 0 },
    })
    const center = await start(organization)
    const [{ UserId } = { UserId: '' }] = usersOf(organization)
    const { AccountAssignments } = await admin(center).send(
      new ListAccountAssignmentsForPrincipalCommand({
        ...ofInstance(center),
        PrincipalId: UserId,
        PrincipalType: 'USER',
      }),
    )
    expect(AccountAssignments).toHaveLength(organization.access.assignments.length)
    expect(new Set(AccountAssignments?.map(({ PrincipalType }) => PrincipalType))).toStrictEqual(
      new Set(['GROUP']),
    )
  })

  it('are served in the primary Region only, and not for the instance of a single account', async () => {
    const organization = createOrganization({ ...TINY, replicas: ['us-east-1'], access })
    const center = await start(organization)
    const list = (region: string) =>
      admin(center, region).send(new ListPermissionSetsCommand({ ...ofInstance(center) }))
    expect((await list('eu-west-1')).PermissionSets).toHaveLength(4)
    await expect(list('us-east-1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    for (const instance of organization.instances) instance.ofAccount = true
    await expect(list('eu-west-1')).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('have a limit of their own, beside that of the identity store', async () => {
    const center = await start(createOrganization({ ...TINY, access }), {
      limit: { rate: 1, burst: 1 },
      accessLimit: { rate: 1, burst: 2 },
      now: () => 0,
    })
    const list = () => admin(center).send(new ListPermissionSetsCommand({ ...ofInstance(center) }))
    await Promise.all([list(), list()])
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' })
    await expect(
      store(center).send(new ListUsersCommand({ IdentityStoreId: storeId(center) })),
    ).resolves.toMatchObject({ Users: [expect.anything()] })
  })

  it('give a boundary, or that it is not found', async () => {
    const organization = createOrganization({ ...TINY, access })
    const center = await start(organization)
    const boundaries = organization.access.permissionSets.map(({ record: { PermissionSetArn } }) =>
      admin(center).send(
        new GetPermissionsBoundaryForPermissionSetCommand({ ...ofInstance(center), PermissionSetArn }),
      ),
    )
    expect((await Promise.allSettled(boundaries)).map(({ status }) => status)).toStrictEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
  })
})

describe('credentials', () => {
  it('come from the environment, for the account of the organization', async () => {
    const center = await start(
      createOrganization({ users: 1, groups: 1, memberships: 0, account: '222233334444' }),
    )
    Object.assign(process.env, center.environment)
    expect(await new STSClient({}).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '222233334444',
    })
  })

  it('come from the container endpoint', async () => {
    const center = await start(createOrganization(TINY))
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: center.url,
      AWS_REGION: 'eu-west-1',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${center.url}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    })
    await new STSClient({}).send(new GetCallerIdentityCommand({}))
    expect(center.log.map(({ accessKeyId }) => accessKeyId)).toStrictEqual(['', 'ASIDISSUED1'])
  })

  it('come from the EC2 metadata service, with its token', async () => {
    const center = await start(createOrganization(TINY))
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: center.url,
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: center.url,
      HOME: mkdtempSync(join(tmpdir(), 'home-')),
    })
    await new STSClient({}).send(new GetCallerIdentityCommand({}))
    expect(center.log.at(-1)).toMatchObject({ operation: 'GetCallerIdentity', accessKeyId: 'ASIDISSUED1' })
    expect(center.log[0]?.operation).toBe('imds /latest/api/token')
  })

  it('come from a web identity token, for the account of the role', async () => {
    const center = await start(createOrganization(TINY))
    const token = join(mkdtempSync(join(tmpdir(), 'token-')), 'token')
    writeFileSync(token, 'header.payload.signature')
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: center.url,
      AWS_REGION: 'eu-west-1',
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: 'arn:aws:iam::333344445555:role/identity-sync',
    })
    expect(await new STSClient({}).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '333344445555',
    })
    expect(center.log[0]?.input).toMatchObject({ WebIdentityToken: 'header.payload.signature' })
  })
})

describe('the limit', () => {
  it('throttles what the bucket does not hold, and fills it by the clock', async () => {
    let time = 0
    const center = await start(createOrganization(TINY), {
      limit: { rate: 20, burst: 5, sharedBy: 10 },
      now: () => time,
    })
    const answered = async (count: number) => {
      const outcomes = await Promise.allSettled(Array.from({ length: count }, () => listUsers(center)))
      return outcomes.filter(({ status }) => status === 'fulfilled').length
    }
    expect(await answered(8)).toBe(5)
    time = 300
    expect(await answered(8)).toBe(3)
    expect(center.throttled).toBe(8)
  })
})

describe('faults', () => {
  it.each<[string, Fault['effect'], RegExp]>([
    ['a dead connection', { kind: 'transport', transport: 'reset' }, /socket hang up|ECONNRESET/],
    ['a cut answer', { kind: 'transport', transport: 'cut' }, /aborted/],
    ['half a JSON', { kind: 'transport', transport: 'truncated' }, /JSON/],
    [
      'a page of a load balancer',
      { kind: 'raw', status: 502, contentType: 'text/html', body: '<p>' },
      /JSON/,
    ],
    ['an error', throttling(), /Rate exceeded/],
  ])('reach the SDK: %s', async (_, effect, message) => {
    const center = await start(createOrganization(TINY), {
      faults: [{ when: { operation: 'ListUsers' }, effect }],
    })
    await expect(listUsers(center)).rejects.toThrow(message)
  })

  it('strike the calls that their selector names', async () => {
    const center = await start(createOrganization(TINY))
    const outcomes = async (when: Fault['when']) => {
      center.setFaults([{ when, effect: { kind: 'transport', transport: 'reset' } }])
      let text = ''
      for (let n = 0; n < 8; n++) {
        const call = listUsers(center)
        text += await call.then(
          () => '.',
          () => 'x',
        )
      }
      return text
    }
    expect(await outcomes({ nth: 3 })).toBe('..x.....')
    expect(await outcomes({ from: 7 })).toBe('......xx')
    expect(await outcomes({ times: 2 })).toBe('xx......')
    expect(await outcomes({ operation: 'ListGroups' })).toBe('........')
    expect(await outcomes((call) => call.count % 2 === 0)).toBe('.x.x.x.x')
    expect(await outcomes({ probability: 0.5, seed: 5 })).toMatch(/x.*\.|\..*x/)
  })

  it('let the SDK correct a wrong clock', async () => {
    const center = await start(createOrganization(TINY), {
      clockOffset: 20 * 60_000,
    })
    const client = store(center, 2)
    await client.send(new ListUsersCommand({ IdentityStoreId: storeId(center) }))
    expect(center.log.map(({ outcome }) => outcome)).toStrictEqual(['InvalidSignatureException', 'answered'])
  })

  it.each(catalogue.filter(isSeenByReader))('are met by a reader: %s', async (_, entry) => {
    const organization = createOrganization({ users: 120, groups: 4, memberships: 120 })
    const before = fingerprint(organization)
    const faults = entry.faults?.() ?? []
    const center = await start(organization, { ...entry.options, faults })
    await Promise.allSettled([readAll(center, entry.direction), instances(center), caller(center)])
    const struck = center.log.some(({ outcome }) => outcome !== 'answered')
    const { clockOffset, credentials } = entry.options ?? {}
    expect(struck).toBe(faults.length > 0 || clockOffset !== undefined || credentials !== undefined)
    expect(fingerprint(organization) === before).toBe(entry.outcome !== 'final')
    expect(center.complaints).toStrictEqual([])
  })

  it.each(['hang', 'stall'] as const)('keep a reader waiting: %s', async (transport) => {
    const center = await start(createOrganization(TINY), {
      faults: [{ when: { operation: 'ListUsers' }, effect: { kind: 'transport', transport } }],
    })
    const abort = new AbortController()
    const arrived = center.waitFor(({ operation }) => operation === 'ListUsers')
    const command = new ListUsersCommand({ IdentityStoreId: storeId(center) })
    const answer = store(center).send(command, { abortSignal: abort.signal })
    await arrived
    const first = await Promise.race([
      answer.then(
        () => 'answered',
        () => 'failed',
      ),
      caller(center).then(() => 'still waiting'),
    ])
    abort.abort()
    expect(first).toBe('still waiting')
    await Promise.allSettled([center.close()])
  })
})

/** Those that need no waiting and do not page for ever. */
function isSeenByReader([name, { waits, prepare }]: readonly [string, CatalogueEntry]): boolean {
  return waits === undefined && prepare === undefined && !name.startsWith('repeated-token') && name !== 'slow'
}

async function start(
  organization: Organization,
  options: IdentityCenterOptions = {},
): Promise<IdentityCenter> {
  const center = await startIdentityCenter(organization, options)
  open.push(center)
  return center
}

function storeId(center: IdentityCenter): string {
  return storeOf(center.organization).identityStoreId
}

function configuration(center: IdentityCenter, key: object = credentials.static, maxAttempts = 1) {
  // Every key of these tests has an id and a secret.
  const credential = key as { accessKeyId: string; secretAccessKey: string }
  return { endpoint: center.url, region: 'eu-west-1', credentials: credential, maxAttempts }
}

const clients = new WeakMap<IdentityCenter, IdentitystoreClient>()

function store(center: IdentityCenter, maxAttempts = 1): IdentitystoreClient {
  const client =
    clients.get(center) ?? new IdentitystoreClient(configuration(center, credentials.session, maxAttempts))
  clients.set(center, client)
  return client
}

function listUsers(center: IdentityCenter) {
  return store(center).send(new ListUsersCommand({ IdentityStoreId: storeId(center) }))
}

async function instances(center: IdentityCenter, region = 'eu-west-1', key: object = credentials.static) {
  const client = new SSOAdminClient({ ...configuration(center, key), region })
  return (await client.send(new ListInstancesCommand({}))).Instances
}

function caller(center: IdentityCenter) {
  return new STSClient(configuration(center)).send(new GetCallerIdentityCommand({}))
}

async function readAll(center: IdentityCenter, direction: 'group' | 'user' = 'group') {
  const client = store(center)
  const IdentityStoreId = storeId(center)
  const users = []
  const groups = []
  const memberships: string[] = []
  for await (const page of paginateListUsers({ client, pageSize: 100 }, { IdentityStoreId }))
    users.push(...(page.Users ?? []))
  for await (const page of paginateListGroups({ client, pageSize: 100 }, { IdentityStoreId }))
    groups.push(...(page.Groups ?? []))
  if (direction === 'user') {
    for (const { UserId } of users.slice(0, 8)) {
      await client.send(
        new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId: UserId ?? '' } }),
      )
    }
  } else {
    for (const { GroupId } of groups) {
      for await (const page of paginateListGroupMemberships(
        { client, pageSize: 100 },
        { IdentityStoreId, GroupId },
      )) {
        for (const { MemberId } of page.GroupMemberships ?? [])
          memberships.push(`${GroupId ?? ''} ${MemberId?.UserId ?? ''}`)
      }
    }
  }
  return { users, groups, memberships }
}

function pairs(organization: Organization): string[] {
  return membershipsOf(organization)
    .map(({ GroupId, UserId }) => `${GroupId} ${UserId}`)
    .sort()
}

function fingerprint(organization: Organization): string {
  return JSON.stringify([usersOf(organization), groupsOf(organization), membershipsOf(organization)])
}
