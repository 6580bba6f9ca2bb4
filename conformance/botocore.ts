import { join } from 'node:path'
import { accessCatalogue } from '../emulator/access-catalogue.ts'
import { catalogue } from '../emulator/catalogue.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { createOrganization } from '../emulator/organization.ts'
import type { OrganizationOptions } from '../emulator/organization.ts'
import { fromRoot, runAction, runProgram } from '../emulator/runner.ts'
import { installFromPyPI } from './install.ts'
import type { Conformance } from './peer.ts'
import { startProxy } from './proxy.ts'
import type { Exchange } from './proxy.ts'

const VERSION = '1.43.107'
const TARGETS = {
  caller: '',
  users: 'AWSIdentityStore.ListUsers',
  groups: 'AWSIdentityStore.ListGroups',
  memberships: 'AWSIdentityStore.ListGroupMemberships',
  instances: 'SWBExternalService.ListInstances',
  assignments: 'SWBExternalService.ListAccountAssignments',
  set: 'SWBExternalService.DescribePermissionSet',
  accounts: 'AWSOrganizationsV20161128.ListAccounts',
}

/** What botocore has to find before its silence counts: which text of a sound exchange is put in the place of which. */
const MISTAKES: readonly [
  where: keyof typeof TARGETS,
  side: 'body' | 'answer',
  text: string | RegExp,
  by: string,
][] = [
  ['caller', 'body', '2011-06-15', '2011-06-14'],
  ['users', 'body', '"IdentityStoreId"', '"StoreId"'],
  ['users', 'body', '"MaxResults":100', '"MaxResults":101'],
  ['users', 'answer', '"UserId":"', '"UserId":"user-'],
  ['users', 'answer', '"UserArn"', '"Arn"'],
  ['users', 'answer', '"Revision"', '"Version"'],
  ['users', 'answer', '"ENABLED"', '"ACTIVE"'],
  ['users', 'answer', /"CreatedAt":\d+/, '"CreatedAt":"soon"'],
  ['groups', 'answer', '"GroupArn"', '"Arn"'],
  ['memberships', 'answer', '"MembershipArn"', '"Arn"'],
  ['memberships', 'answer', '"UserId"', '"GroupId"'],
  ['instances', 'answer', '"Status":"ACTIVE"', '"Status":"ENABLED"'],
  ['instances', 'answer', '"RegionName":"', '"RegionName":"eu west '],
  ['assignments', 'body', /"AccountId":"\d/, '"AccountId":"'],
  ['assignments', 'answer', '"PrincipalType":"', '"PrincipalType":"A'],
  ['set', 'answer', '"SessionDuration":"P', '"SessionDuration":"'],
  ['accounts', 'answer', '"Status":"ACTIVE"', '"Status":"OPEN"'],
  ['accounts', 'body', '"MaxResults":20', '"MaxResults":21'],
]

/** Requests of the bundle and answers of the emulator, held against the models of AWS's client for Python. */
export async function runBotocore({ check, dist }: Conformance): Promise<void> {
  const packages = await installFromPyPI(`botocore-${VERSION}`, [`botocore==${VERSION}`, 'regex==2026.11.19'])
  const judge = (exchanges: readonly Judged[]): Promise<string[]> => judgedBy(packages, exchanges)

  const wide = { users: 120, groups: 9, memberships: 300 }
  const narrow = { users: 21, groups: 30, memberships: 60 }
  const access = { accounts: 25, permissionSets: 6, assignments: 60 }
  const sound = await exchangesOf(dist, { ...wide, access, replicas: ['us-east-1'] })
  const mistakes = MISTAKES.map(([where, side, text, by]) => {
    const isMet = (one: Judged): boolean =>
      one.target === TARGETS[where] && one[side].replace(text, by) !== one[side]
    const exchange = sound.find(isMet)
    if (exchange === undefined) throw new Error(`There is nothing of ${where} in which ${by} could be put.`)
    return { what: `${where}, ${by}`, exchange: { ...exchange, [side]: exchange[side].replace(text, by) } }
  })
  const found = await judge(mistakes.map(({ exchange }) => exchange))
  for (const [n, { what }] of mistakes.entries())
    check(`botocore finds a deliberate mistake: ${what}`, found[n] !== '')

  const runs = new Map([['memberships by group, access by pairs, a replica', sound]])
  const run = async (what: string, options: RunOptions): Promise<unknown> =>
    runs.set(what, await exchangesOf(dist, options))
  await run('memberships by user', narrow)
  await run('access by principal', { ...narrow, access: { ...access, provisioned: 1_500 } })
  for (const fault of FAULTS) await run(`the fault ${fault}`, { ...wide, access, fault })
  for (const [what, exchanges] of runs) {
    const found = (await judge(exchanges)).filter((text) => text !== '')
    check(
      `nothing is to be said of ${exchanges.length} requests and answers: ${what}`,
      exchanges.length > 0 && found.length === 0,
      found.join('\n'),
    )
  }
}

/** Those that make the emulator answer in the service's own words for a failure. */
const FAULTS = [
  'throttle-retry-after-seconds',
  'throttle-kms',
  'internal-error-retry-after-seconds',
  'short-pages',
  'kms-key-not-found',
  'kms-invalid-state',
  'denied-pairs',
  'no-organization',
  'vanished-group',
  'vanished-set-described',
  'wrong-secret',
  'failed-creation',
  'replica-adding',
] as const

interface RunOptions extends OrganizationOptions {
  fault?: (typeof FAULTS)[number]
}

interface Judged {
  /** The header x-amz-target; empty for STS. */
  target: string
  body: string
  status: number
  headers: Record<string, unknown>
  answer: string
}

/** What goes to and fro in one run of the bundle. */
async function exchangesOf(dist: string, { fault, ...size }: RunOptions): Promise<Judged[]> {
  const organization = createOrganization({ ...size, complete: true })
  const entry = [...catalogue, ...accessCatalogue].find(([name]) => name === fault)?.[1]
  entry?.prepare?.(organization)
  const center = await startIdentityCenter(organization, {
    ...entry?.options,
    faults: entry?.faults?.() ?? [],
  })
  const proxy = await startProxy(center.url)
  try {
    await runAction({
      dist: join(dist, 'index.js'),
      inputs: {
        'aws-account-id': organization.account,
        access: size.access === undefined ? 'none' : 'accounts',
        tags: 'Department',
        baseline: 'none',
        comment: 'never',
        'upload-artifact': 'false',
        'requests-per-second': '1000',
      },
      env: { ...center.environment, AWS_ENDPOINT_URL: proxy.url },
    })
    return proxy.exchanges.map(judged)
  } finally {
    await proxy.close()
    await center.close()
  }
}

function judged({ headers, body, status, answerHeaders, answer }: Exchange): Judged {
  return {
    target: String(headers['x-amz-target'] ?? ''),
    body: body.toString(),
    status,
    headers: answerHeaders,
    answer: answer.toString(),
  }
}

/** What is to be said of each exchange; empty where nothing is. */
async function judgedBy(packages: string, exchanges: readonly Judged[]): Promise<string[]> {
  const { code, stdout, stderr } = await runProgram({
    command: 'python3',
    arguments: [fromRoot('conformance/botocore-judge.py')],
    env: { PYTHONPATH: packages },
    input: exchanges.map((exchange) => JSON.stringify(exchange)).join('\n'),
  })
  if (code !== 0) throw new Error(`The judge failed: ${stderr}`)
  // The judge is ours: a text for each line that it is given.
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
}
