import { readFileSync } from 'node:fs'
import { isDeepStrictEqual as isSame } from 'node:util'
import { CreateGroupCommand, DescribeUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore'
import { ListPermissionSetsCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromRoot } from '../emulator/runner.ts'
import type { ActionResult } from '../emulator/runner.ts'
import { enforceIam, keysOf, query, REGION } from './moto-server.ts'
import type { Keys } from './moto-server.ts'
import type { Check } from './peer.ts'
import { log } from './snapshots.ts'

/** An account of moto, and how the action reads it. */
export interface Store {
  /** Of somebody who may do everything there. */
  keys: Keys
  account: string
  sync: (keys: Keys) => Promise<ActionResult>
  /** Whether the files hold all that is there. */
  isWhole: (result: ActionResult) => boolean
}

const TEMPLATE = readFileSync(fromRoot('setup/role.yaml'), 'utf8')
const IDS = { GitHubOrganizationId: '123', GitHubRepositoryId: '456' }

/** Whose runs may assume the role that is made with these parameters. */
const SUBJECTS: readonly [parameters: Record<string, string>, subject: string][] = [
  [{}, 'repo:organization/repository:ref:refs/heads/main'],
  [{ ...IDS, GitHubBranch: 'next' }, 'repo:organization@123/repository@456:ref:refs/heads/next'],
  [{ GitHubEnvironment: 'production' }, 'repo:organization/repository:environment:production'],
]

/** What is left out of the template for a run, and whether another way leads to the same. */
const LEFT_OUT: readonly [action: string, store: 'wide' | 'narrow', isNeeded: boolean][] = [
  ['sso:ListInstances', 'wide', true],
  ['identitystore:ListUsers', 'wide', true],
  ['identitystore:ListGroups', 'wide', true],
  ['identitystore:ListGroupMemberships', 'wide', true],
  ['identitystore:ListGroupMembershipsForMember', 'narrow', false],
]

/**
 * The role of setup/role.yaml, made by moto's CloudFormation and held to its policy by moto's IAM, which stays on.
 * Moto looks at actions only: who may assume the role is compared instead.
 *
 * @param stores of more users than groups, and the other way round
 */
export async function checkRole(
  endpoint: string,
  check: Check,
  stores: Record<'wide' | 'narrow', Store>,
): Promise<void> {
  for (const [parameters, subject] of SUBJECTS) {
    const role = await deploy(endpoint, stores.wide, TEMPLATE, parameters)
    const trust = await trustOf(endpoint, stores.wide, role)
    check(`a role for ${subject} trusts nobody else`, isSame(trust, trustIn(subject)), JSON.stringify(trust))
  }

  const whole = await deploy(endpoint, stores.wide, TEMPLATE)
  const wholeKeys = await assume(endpoint, whole)
  const runs = []
  for (const [action, name, isNeeded] of LEFT_OUT) {
    const store = stores[name]
    const less = TEMPLATE.replace(`${action}\n`, 'sts:GetCallerIdentity\n')
    runs.push({ action, store, isNeeded, keys: await assume(endpoint, await deploy(endpoint, store, less)) })
  }
  await enforceIam(endpoint)

  const { sync, isWhole } = stores.wide
  const result = await sync(wholeKeys)
  check('the role reads everything where IAM is enforced', isWhole(result), log(result))
  const forged = await sync({ ...wholeKeys, secretAccessKey: 'wrong' })
  check('a wrong secret key is refused', forged.code === 1 && forged.errors.length === 1, log(forged))
  for (const [what, status] of await tryMore(endpoint, wholeKeys, result.outputs['aws-identity-store-id']))
    check(`the role may not ${what}`, status === 403, String(status))

  for (const { action, store, isNeeded, keys } of runs) {
    const less = await store.sync(keys)
    if (!isNeeded) check(`without ${action} the same is read by another way`, store.isWhole(less), log(less))
    else
      check(
        `without ${action} nothing is written, and the error names it`,
        less.code === 1 &&
          less.errors.some((text) => text.includes(action)) &&
          less.outputs['users-file'] === undefined,
        log(less),
      )
  }
}

let stacks = 0

/** Gives the ARN of the role. */
async function deploy(
  endpoint: string,
  { keys, account }: Store,
  template: string,
  parameters: Record<string, string> = {},
): Promise<string> {
  const name = `role-${++stacks}`
  const given = {
    GitHubOrganization: 'organization',
    GitHubRepository: 'repository',
    RoleName: name,
    ...parameters,
  }
  const members = Object.entries(given).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ])
  await query(endpoint, 'cloudformation', keys, {
    Action: 'CreateStack',
    Version: '2010-05-15',
    StackName: name,
    TemplateBody: template,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...(Object.fromEntries(members) as Record<string, string>),
  })
  const answer = await query(endpoint, 'cloudformation', keys, {
    Action: 'DescribeStacks',
    Version: '2010-05-15',
    StackName: name,
  })
  const role = /<OutputKey>RoleArn<\/OutputKey>\s*<OutputValue>([^<]+)</.exec(answer)?.[1]
  if (role !== `arn:aws:iam::${account}:role/${name}`) throw new Error(`No role was made:\n${answer}`)
  return role
}

async function trustOf(endpoint: string, { keys }: Store, role: string): Promise<unknown> {
  const answer = await query(endpoint, 'iam', keys, {
    Action: 'GetRole',
    Version: '2010-05-08',
    RoleName: role.replace(/.*\//, ''),
  })
  const document = /<AssumeRolePolicyDocument>([^<]+)</.exec(answer)?.[1] ?? 'null'
  return JSON.parse(decodeURIComponent(document))
}

function trustIn(subject: string): unknown {
  const provider = 'token.actions.githubusercontent.com'
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com', [`${provider}:sub`]: subject },
        },
      },
    ],
  }
}

/** As a workflow does, while moto looks at nothing yet: the call has no signature, which its IAM cannot bear. */
async function assume(endpoint: string, role: string): Promise<Keys> {
  const sts = new STSClient({ region: REGION, endpoint })
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role,
      RoleSessionName: 'conformance',
      WebIdentityToken: 'header.claims.signature',
    }),
  )
  return keysOf(Credentials)
}

/** The HTTP status of calls that the action has no use for. */
async function tryMore(
  endpoint: string,
  credentials: Keys,
  IdentityStoreId: string | undefined,
): Promise<[what: string, status: number | undefined][]> {
  const store = new IdentitystoreClient({ region: REGION, endpoint, credentials })
  const admin = new SSOAdminClient({ region: REGION, endpoint, credentials })
  const InstanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef'
  return Promise.all([
    statusOf('describe a user', store.send(new DescribeUserCommand({ IdentityStoreId, UserId: 'any' }))),
    statusOf('create a group', store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'More' }))),
    statusOf('list permission sets', admin.send(new ListPermissionSetsCommand({ InstanceArn }))),
  ])
}

async function statusOf(
  what: string,
  call: Promise<{ $metadata: { httpStatusCode?: number | undefined } }>,
): Promise<[what: string, status: number | undefined]> {
  const { $metadata } = await call.catch((error: unknown) => error as Awaited<typeof call>)
  return [what, $metadata.httpStatusCode]
}
