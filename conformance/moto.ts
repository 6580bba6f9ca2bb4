import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual as isSame } from 'node:util'
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore'
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { runAction } from '../emulator/runner.ts'
import type { ActionResult, RunActionOptions } from '../emulator/runner.ts'
import { installFromPyPI } from './install.ts'
import type { Access } from '../src/snapshot/access.ts'
import { fillAccess } from './moto-access.ts'
import { checkRole } from './moto-role.ts'
import { ACCOUNT, KEYS, keysOf, OTHER_ACCOUNT, REGION, startMoto, THIRD_ACCOUNT } from './moto-server.ts'
import type { Keys } from './moto-server.ts'
import { startProxy } from './proxy.ts'
import type { Exchange, Proxy } from './proxy.ts'
import type { Conformance } from './peer.ts'
import { log, snapshotOf, workspaceWith } from './snapshots.ts'

/** The bundle against moto: an AWS that others wrote, filled over its own API. */
export async function runMoto({ check, dist }: Conformance): Promise<void> {
  const packages = await installFromPyPI('moto-5.2.5', ['moto==5.2.5', 'flask', 'flask-cors'])
  const moto = await startMoto(packages)
  const proxy = await startProxy(moto.url, { changeAnswer: likeAws })
  try {
    const sync = (keys: Keys, inputs: Record<string, string>, more: RunActionOptions = {}) =>
      syncThrough(proxy, dist, keys, inputs, more)

    const wide = await fill(moto.url, KEYS, { users: 250, groups: 12, memberships: 600 })
    const byGroup = await sync(KEYS, { 'aws-account-id': ACCOUNT })
    check('250 users, 12 groups and 600 memberships, read by group', isExactly(byGroup, wide), log(byGroup))
    check(
      'three pages of users, one of groups, one call for each group',
      isSame(callsOf(proxy, 'AWSIdentityStore'), { ListUsers: 3, ListGroups: 1, ListGroupMemberships: 12 }),
      JSON.stringify(callsOf(proxy, 'AWSIdentityStore')),
    )
    const again = await sync(KEYS, { 'aws-account-id': ACCOUNT })
    check('the same bytes on the next run', isSame(filesOf(byGroup), filesOf(again)), log(again))

    const other = await assumeRole(moto.url, OTHER_ACCOUNT)
    const narrow = await fill(moto.url, other, { users: 40, groups: 230, memberships: 300 })
    const byUser = await sync(other, { 'aws-account-id': OTHER_ACCOUNT })
    check('40 users, 230 groups and 300 memberships, read by user', isExactly(byUser, narrow), log(byUser))
    check(
      'one page of users, three of groups, one call for each user',
      isSame(callsOf(proxy, 'AWSIdentityStore'), {
        ListUsers: 1,
        ListGroups: 3,
        ListGroupMembershipsForMember: 40,
      }),
      JSON.stringify(callsOf(proxy, 'AWSIdentityStore')),
    )
    check(
      'the credentials of an assumed role read the store of its own account',
      byUser.outputs['aws-identity-store-id'] === narrow.store && narrow.store !== wide.store,
      log(byUser),
    )

    const profile = await sync(
      KEYS,
      { 'aws-account-id': OTHER_ACCOUNT, 'aws-profile': 'other' },
      withProfile(),
    )
    check(
      'a profile with a role to assume gives the same files',
      isSame(filesOf(profile), filesOf(byUser)),
      log(profile),
    )

    const wrong = await sync(KEYS, { 'aws-account-id': OTHER_ACCOUNT })
    check(
      'another account than that of the credentials is refused, and both are named',
      wrong.code === 1 && wrong.errors.some((text) => text.includes(ACCOUNT) && text.includes(OTHER_ACCOUNT)),
      log(wrong),
    )

    const [gone] = wide.users.keys()
    const left = wide.users.get(gone ?? '')?.groups.size ?? 0
    await identityStore(moto.url, KEYS).send(
      new DeleteUserCommand({ IdentityStoreId: wide.store, UserId: gone }),
    )
    wide.users.delete(gone ?? '')
    const orphans = await sync(
      KEYS,
      { 'aws-account-id': ACCOUNT, baseline: './identity-store', 'max-removals': '10' },
      { workspace: workspaceWith(snapshotOf(byGroup)) },
    )
    check(
      'memberships that moto leaves behind a deleted user are dropped, and a warning says so',
      left > 0 && isExactly(orphans, wide) && orphans.warnings.length > 0,
      log(orphans),
    )
    check(
      'the comparison with the snapshot before finds that user and those memberships gone',
      isSame(
        ['users-added', 'users-removed', 'memberships-added', 'memberships-removed'].map(
          (name) => orphans.outputs[name],
        ),
        ['0', '1', '0', String(left)],
      ),
      log(orphans),
    )

    const third = await assumeRole(moto.url, THIRD_ACCOUNT)
    const few = await fill(moto.url, third, { users: 8, groups: 4, memberships: 12 })
    const assigned = await fillAccess(moto.url, third, THIRD_ACCOUNT, {
      accounts: 24,
      sets: 14,
      groups: [...few.groups.keys()].slice(0, 2),
      inAccounts: 8,
      users: [...few.users.keys()].slice(0, 5),
    })
    const byPrincipal = await sync(third, { 'aws-account-id': THIRD_ACCOUNT, access: 'accounts' })
    check(
      `${assigned.assignments.length} assignments, read by principal`,
      isExactly(byPrincipal, few) && isSame(accessOf(byPrincipal), assigned),
      log(byPrincipal),
    )
    check(
      'a call for each of 12 principals, a second page for two groups, five for each set that is assigned',
      isSame(callsOf(proxy, 'SWBExternalService'), {
        ListInstances: 1,
        ListPermissionSets: 1,
        ListAccountAssignmentsForPrincipal: 14,
        DescribePermissionSet: 13,
        ListManagedPoliciesInPermissionSet: 13,
        ListCustomerManagedPolicyReferencesInPermissionSet: 13,
        GetInlinePolicyForPermissionSet: 13,
        GetPermissionsBoundaryForPermissionSet: 13,
      }),
      JSON.stringify(callsOf(proxy, 'SWBExternalService')),
    )

    const access = await fillAccess(moto.url, KEYS, ACCOUNT, {
      accounts: 0,
      sets: 4,
      groups: [...wide.groups.keys()].slice(0, 2),
      inAccounts: 1,
      users: [...wide.users.keys()].slice(0, 5),
    })
    const nameless = { ...access, accounts: access.accounts.map(({ id }) => ({ id, name: null })) }
    await checkRole(moto.url, check, {
      wide: {
        keys: KEYS,
        account: ACCOUNT,
        sync: (keys, what) => sync(keys, { 'aws-account-id': ACCOUNT, access: what }),
        isWhole: (result, what) =>
          isExactly(result, wide) &&
          (what === 'none' || isSame(accessOf(result), what === 'nameless' ? nameless : access)),
      },
      narrow: {
        keys: other,
        account: OTHER_ACCOUNT,
        sync: (keys) => sync(keys, { 'aws-account-id': OTHER_ACCOUNT }),
        isWhole: (result) => isExactly(result, narrow),
      },
    })
  } finally {
    await proxy.close()
    moto.close()
  }
}

/** As AWS answers: that there is no boundary, which moto does not know, and refusals of calls in JSON in JSON. */
function likeAws({ headers, status, answer }: Exchange): Partial<Pick<Exchange, 'status' | 'answer'>> {
  const target = String(headers['x-amz-target'] ?? '')
  if (target === '') return {}
  const error = (name: string) => ({ answer: Buffer.from(JSON.stringify({ __type: name })) })
  if (status === 500 && target.endsWith('.GetPermissionsBoundaryForPermissionSet'))
    return { status: 400, ...error('ResourceNotFoundException') }
  const code = /<Code>(\w+)<\/Code>/.exec(answer.toString())?.[1]
  return code === undefined ? {} : error(code)
}

/** What was created, by the ids that moto gave. */
interface Created {
  store: string
  users: Map<string, { userName: string; name: string; email: string; title: string; groups: Set<string> }>
  groups: Map<string, { name: string; description: string }>
}

function identityStore(endpoint: string, credentials: Keys): IdentitystoreClient {
  return new IdentitystoreClient({ region: REGION, endpoint, credentials })
}

async function fill(
  endpoint: string,
  credentials: Keys,
  wanted: { users: number; groups: number; memberships: number },
): Promise<Created> {
  const admin = new SSOAdminClient({ region: REGION, endpoint, credentials })
  const { Instances = [] } = await admin.send(new ListInstancesCommand({}))
  const store = Instances[0]?.IdentityStoreId ?? ''
  const client = identityStore(endpoint, credentials)
  const created: Created = { store, users: new Map(), groups: new Map() }
  for (let n = 1; n <= wanted.groups; n++) {
    const group = { name: `Group ${n}`, description: n % 3 === 0 ? '' : `The group of number ${n}` }
    const { GroupId = '' } = await client.send(
      new CreateGroupCommand({
        IdentityStoreId: store,
        DisplayName: group.name,
        ...(group.description === '' ? {} : { Description: group.description }),
      }),
    )
    created.groups.set(GroupId, group)
  }
  for (let n = 1; n <= wanted.users; n++) {
    const user = {
      userName: `user${n}`,
      name: `Zoë Ünal ${n}`,
      email: `user${n}@example.com`,
      title: n % 2 === 0 ? 'Analyst' : '',
    }
    const { UserId = '' } = await client.send(
      new CreateUserCommand({
        IdentityStoreId: store,
        UserName: user.userName,
        DisplayName: user.name,
        Name: { GivenName: 'Zoë', FamilyName: `Ünal ${n}` },
        Emails: [{ Value: user.email, Type: 'work', Primary: true }],
        ...(user.title === '' ? {} : { Title: user.title }),
      }),
    )
    created.users.set(UserId, { ...user, groups: new Set() })
  }
  const [users, groups] = [[...created.users], [...created.groups.keys()]]
  for (let n = 0; n < wanted.memberships; n++) {
    const [UserId = '', user] = users[n % users.length] ?? []
    // every user has its own first group, and goes on from there
    const GroupId = groups[((n % users.length) + Math.floor(n / users.length)) % groups.length] ?? ''
    await client.send(
      new CreateGroupMembershipCommand({ IdentityStoreId: store, GroupId, MemberId: { UserId } }),
    )
    user?.groups.add(GroupId)
  }
  return created
}

async function assumeRole(endpoint: string, account: string): Promise<Keys> {
  const sts = new STSClient({ region: REGION, endpoint, credentials: KEYS })
  const role = { RoleArn: roleIn(account), RoleSessionName: 'conformance' }
  const { Credentials } = await sts.send(new AssumeRoleCommand(role))
  return keysOf(Credentials)
}

function roleIn(account: string): string {
  return `arn:aws:iam::${account}:role/reader`
}

/** Shared AWS files with a profile whose role moto assumes, and no keys in the environment. */
function withProfile(): RunActionOptions {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'))
  const config = join(folder, 'config')
  const credentials = join(folder, 'credentials')
  writeFileSync(
    config,
    `[profile other]\nrole_arn = ${roleIn(OTHER_ACCOUNT)}\nsource_profile = base\nregion = ${REGION}\n`,
  )
  writeFileSync(credentials, '[base]\naws_access_key_id = testing\naws_secret_access_key = testing\n')
  return {
    env: {
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_REGION: undefined,
    },
  }
}

async function syncThrough(
  proxy: Proxy,
  dist: string,
  keys: Keys,
  inputs: Record<string, string>,
  { env, ...more }: RunActionOptions,
): Promise<ActionResult> {
  proxy.exchanges.length = 0
  return runAction({
    dist: join(dist, 'index.js'),
    inputs: {
      baseline: 'none',
      comment: 'never',
      'upload-artifact': 'false',
      tags: 'Title',
      'requests-per-second': '1000',
      ...inputs,
    },
    env: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
      ...env,
    },
    ...more,
  })
}

/** Whether the files hold what was created, no more and no less. */
function isExactly({ code, outputs }: ActionResult, created: Created): boolean {
  if (code !== 0) return false
  const users = [...created.users].map(([externalId, { userName, name, email, title, groups }]) => ({
    externalId,
    name,
    userName,
    email,
    groupExternalIds: groups.size === 0 ? null : [...groups].sort(),
    tags: title === '' ? null : [{ key: 'Title', value: title, source: 'AWS IAM Identity Center' }],
    isMachine: null,
  }))
  const groups = [...created.groups].map(([externalId, { name, description }]) => ({
    externalId,
    name,
    displayName: name,
    description,
    parentGroupExternalIds: null,
    tags: null,
  }))
  const read = (name: string): unknown => JSON.parse(readFileSync(outputs[name] ?? '', 'utf8'))
  return (
    isSame(read('users-file'), users.sort(byId)) &&
    isSame(read('groups-file'), groups.sort(byId)) &&
    outputs['memberships'] ===
      String([...created.users.values()].reduce((sum, user) => sum + user.groups.size, 0))
  )
}

function byId(a: { externalId: string }, b: { externalId: string }): number {
  return a.externalId < b.externalId ? -1 : 1
}

function filesOf({ outputs }: ActionResult): string[] {
  return ['users-file', 'groups-file'].map((name) => readFileSync(outputs[name] ?? '', 'utf8'))
}

function accessOf({ outputs }: ActionResult): unknown {
  const { accounts, permissionSets, assignments } = JSON.parse(
    readFileSync(outputs['access-file'] ?? '', 'utf8'),
  ) as Access
  return { accounts, permissionSets, assignments }
}

/** How often each operation of the service was called. */
function callsOf({ exchanges }: Proxy, service: string): Record<string, number> {
  const calls: Record<string, number> = {}
  for (const { headers } of exchanges) {
    const target = String(headers['x-amz-target'] ?? '')
    const [prefix, operation = ''] = target.split('.')
    if (prefix === service) calls[operation] = (calls[operation] ?? 0) + 1
  }
  return calls
}
