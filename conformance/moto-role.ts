import { readFileSync } from 'node:fs'
import { isDeepStrictEqual as isSame } from 'node:util'
import { CreateGroupCommand, DescribeUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore'
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
  sync: (keys: Keys, access: 'none' | 'accounts') => Promise<ActionResult>
  /** Whether the files hold all that is there; without a name of any account where nameless. */
  isWhole: (result: ActionResult, access: 'none' | 'accounts' | 'nameless') => boolean
}

const TEMPLATE = readFileSync(fromRoot('setup/role.yaml'), 'utf8')
const IDS = { GitHubOrganizationId: '123', GitHubRepositoryId: '456' }

/** Whose runs may assume the role that is made with these parameters. */
const SUBJECTS: readonly [parameters: Record<string, string>, subject: string][] = [
  [{}, 'repo:organization/repository:ref:refs/heads/main'],
  [{ ...IDS, GitHubBranch: 'next' }, 'repo:organization@123/repository@456:ref:refs/heads/next'],
  [{ GitHubEnvironment: 'production' }, 'repo:organization/repository:environment:production'],
]

/** An error that names the actions, or everything (but for names of accounts), with access by this way. */
type Outcome = 'refused' | 'whole' | 'nameless' | 'by pairs' | 'by principal'

/** What becomes of a run where the template lacks these actions; wide has more users than groups, narrow more groups than users. */
const RUNS: readonly [store: 'wide' | 'narrow', access: 'none' | 'accounts', lacks: string[], Outcome][] = [
  ['wide', 'none', [], 'whole'],
  ['wide', 'none', ['sso:ListInstances'], 'refused'],
  ['wide', 'none', ['identitystore:ListUsers'], 'refused'],
  ['wide', 'none', ['identitystore:ListGroups'], 'refused'],
  ['wide', 'none', ['identitystore:ListGroupMemberships'], 'refused'],
  ['narrow', 'none', ['identitystore:ListGroupMembershipsForMember'], 'whole'],
  ['wide', 'accounts', [], 'by pairs'],
  ['wide', 'accounts', ['sso:ListPermissionSets'], 'by principal'],
  ['wide', 'accounts', ['sso:ListAccountsForProvisionedPermissionSet'], 'by principal'],
  ['wide', 'accounts', ['sso:ListAccountAssignments'], 'by principal'],
  ['wide', 'accounts', ['sso:ListAccountAssignmentsForPrincipal'], 'by pairs'],
  ['wide', 'accounts', ['sso:ListAccountAssignments', 'sso:ListAccountAssignmentsForPrincipal'], 'refused'],
  ['wide', 'accounts', ['sso:DescribePermissionSet'], 'refused'],
  ['wide', 'accounts', ['sso:ListManagedPoliciesInPermissionSet'], 'refused'],
  ['wide', 'accounts', ['sso:ListCustomerManagedPolicyReferencesInPermissionSet'], 'refused'],
  ['wide', 'accounts', ['sso:GetInlinePolicyForPermissionSet'], 'refused'],
  ['wide', 'accounts', ['sso:GetPermissionsBoundaryForPermissionSet'], 'refused'],
  ['wide', 'accounts', ['organizations:ListAccounts'], 'nameless'],
]

/**
 * The role of setup/role.yaml, made by moto's CloudFormation and held to its policies by moto's IAM, which stays on.
 * Moto looks at actions only: who may assume the role is compared instead.
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

  const runs = []
  for (const [name, access, lacks, outcome] of RUNS) {
    const template = lacks.reduce((text, action) => text.replace(`${action}\n`, `${HARMLESS}\n`), TEMPLATE)
    const role = await deploy(endpoint, stores[name], template, { Access: access })
    runs.push({ store: stores[name], access, lacks, outcome, keys: await assume(endpoint, role) })
  }
  await enforceIam(endpoint)

  for (const { store, access, lacks, outcome, keys } of runs) {
    const result = await store.sync(keys, access)
    const what = lacks.length === 0 ? `the role made with Access=${access}` : `without ${lacks.join(' and ')}`
    if (outcome === 'refused')
      check(`${what} nothing is written, and the error says so`, isRefused(result, lacks), log(result))
    else
      check(
        `${what} reads everything${outcome === 'whole' ? '' : `, ${outcome}`}`,
        store.isWhole(result, outcome === 'nameless' ? outcome : access) &&
          (!outcome.startsWith('by ') || result.summary.includes(outcome)),
        `${log(result)}\n${result.summary}`,
      )
  }

  const [{ store, keys } = { store: stores.wide, keys: stores.wide.keys }] = runs
  const more = await store.sync(keys, 'accounts')
  check(
    'the role made with Access=none may not read access',
    isRefused(more, ['sso:ListPermissionSets']),
    log(more),
  )
  for (const [what, status] of await tryMore(endpoint, keys))
    check(`it may not ${what}`, status === 403, String(status))
  const forged = await store.sync({ ...keys, secretAccessKey: 'wrong' }, 'none')
  check('a wrong secret key is refused', forged.code === 1 && forged.errors.length === 1, log(forged))
}

/** An action that needs no permission. */
const HARMLESS = 'sts:GetCallerIdentity'

function isRefused({ code, errors, outputs }: ActionResult, actions: readonly string[]): boolean {
  return (
    code === 1 &&
    outputs['users-file'] === undefined &&
    actions.every((action) => errors.some((text) => text.includes(`${action} `)))
  )
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
): Promise<[what: string, status: number | undefined][]> {
  const client = new IdentitystoreClient({ region: REGION, endpoint, credentials })
  const store = { IdentityStoreId: 'd-1234567890' }
  return Promise.all([
    statusOf('describe a user', client.send(new DescribeUserCommand({ ...store, UserId: 'any' }))),
    statusOf('create a group', client.send(new CreateGroupCommand({ ...store, DisplayName: 'More' }))),
  ])
}

async function statusOf(
  what: string,
  call: Promise<{ $metadata: { httpStatusCode?: number | undefined } }>,
): Promise<[what: string, status: number | undefined]> {
  const { $metadata } = await call.catch((error: unknown) => error as Awaited<typeof call>)
  return [what, $metadata.httpStatusCode]
}
