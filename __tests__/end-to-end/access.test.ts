import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { denied, error, on } from '../../emulator/catalogue.ts'
import {
  ACCOUNT,
  addMembership,
  changeUser,
  createOrganization,
  groupsOf,
  membershipsOf,
  usersOf,
  type Organization,
} from '../../emulator/organization.ts'
import { preload, type ActionResult } from '../../emulator/runner.ts'
import { outputFile } from './scene.ts'
import { digest, personalDataIn, runBundle, runOn, shownBy, withCenter, type RunOptions } from './aws-run.ts'

const PROD = '111122223333'
const SANDBOX = '444455556666'
const ADMIN = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1111111111111111'
const READER = 'arn:aws:sso:::permissionSet/ssoins-1/ps-2222222222222222'

/** Two groups, of which one gives AdministratorAccess in prod; a direct assignment; an account without a name. */
function organizationWithAccess(): { organization: Organization; admins: string; newcomer: string } {
  const organization = createOrganization({ seed: 3, users: 12, groups: 2, memberships: 6 })
  const [admins, readers] = groupsOf(organization)
    .map(({ GroupId }) => GroupId)
    .sort() as [string, string]
  const inAdmins = new Set(
    membershipsOf(organization).flatMap(({ GroupId, UserId }) => (GroupId === admins ? UserId : [])),
  )
  const users = usersOf(organization).map(({ UserId }) => UserId)
  const newcomer = users.find((id) => !inAdmins.has(id)) ?? ''
  const direct = users.find((id) => id !== newcomer) ?? ''
  organization.access = {
    accounts: [
      { Id: PROD, Name: 'prod-payments' },
      { Id: '777788889999', Name: 'unused' },
    ],
    permissionSets: [
      {
        record: { PermissionSetArn: ADMIN, Name: 'AdministratorAccess', SessionDuration: 'PT12H' },
        managedPolicies: [{ Arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      },
      {
        record: { PermissionSetArn: READER, Name: 'Reader', Description: 'Looks <only>' },
        customerManagedPolicies: [{ Name: 'Deploy', Path: '/team/' }, { Name: 'Audit' }],
        inlinePolicy:
          '{"Version":"2012-10-17","Statement":[{"Resource":"*","Action":"s3:Get*","Effect":"Allow"}]}',
        boundary: { CustomerManagedPolicyReference: { Name: 'Edge', Path: '/' } },
      },
    ],
    assignments: [
      { PrincipalType: 'USER', PrincipalId: direct, AccountId: SANDBOX, PermissionSetArn: READER },
      { PrincipalType: 'GROUP', PrincipalId: readers, AccountId: PROD, PermissionSetArn: READER },
      { PrincipalType: 'GROUP', PrincipalId: admins, AccountId: PROD, PermissionSetArn: ADMIN },
    ],
    provisioned: [],
  }
  return { organization, admins, newcomer }
}

const outputsOf = ({ outputs }: ActionResult, ...names: string[]): string[] =>
  names.map((name) => outputs[name] ?? '')

describe('a run with access: accounts', () => {
  it('writes access.json beside the other files, names it in the manifest, and shows nobody', async () => {
    const { organization, admins } = organizationWithAccess()
    const none = await withCenter(organization, {}, (center) => runOn(center))
    const result = await withCenter(organization, {}, async (center) => {
      const run = await runOn(center, { inputs: { access: 'accounts' } })
      expect(center.complaints).toStrictEqual([])
      return run
    })
    expect(result).toMatchObject({ code: 0, errors: [], stderr: '' })
    const [file = '', ...counts] = outputsOf(
      result,
      'access-file',
      'accounts',
      'permission-sets',
      'assignments',
    )
    expect(file).toBe(join(result.temp, 'identity-store', ACCOUNT, 'access.json'))
    expect(counts).toStrictEqual(['2', '2', '3'])
    const [readers = ''] = groupsOf(organization).flatMap(({ GroupId }) =>
      GroupId === admins ? [] : GroupId,
    )
    const direct = organization.access.assignments[0]?.PrincipalId ?? ''
    const text = readFileSync(file, 'utf8')
    expect(text).toBe(`{
"format":"aws-organization-sync/access/1",
"accounts":[
{"id":"${PROD}","name":"prod-payments"},
{"id":"${SANDBOX}","name":null}
],
"permissionSets":[
{"arn":"${ADMIN}","name":"AdministratorAccess","description":"","sessionDuration":"PT12H","managedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess"],"customerManagedPolicies":[],"inlinePolicy":null,"permissionsBoundary":null},
{"arn":"${READER}","name":"Reader","description":"Looks <only>","sessionDuration":"PT1H","managedPolicies":[],"customerManagedPolicies":["/Audit","/team/Deploy"],"inlinePolicy":{"Statement":[{"Action":"s3:Get*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"},"permissionsBoundary":"/Edge"}
],
"assignments":[
{"principalType":"GROUP","principalId":"${admins}","account":"${PROD}","permissionSet":"${ADMIN}"},
{"principalType":"GROUP","principalId":"${readers}","account":"${PROD}","permissionSet":"${READER}"},
{"principalType":"USER","principalId":"${direct}","account":"${SANDBOX}","permissionSet":"${READER}"}
]
}
`)
    const manifest = JSON.parse(readFileSync(result.outputs['manifest-file'] ?? '', 'utf8')) as {
      counts: object
      files: Record<string, object>
    }
    expect(Object.keys(manifest)).toContain('access')
    expect(Object.keys(manifest.counts)).toStrictEqual(
      'users groups memberships accounts permissionSets assignments'.split(' '),
    )
    expect(Object.keys(manifest.files)).toStrictEqual(['users.json', 'groups.json', 'access.json'])
    expect(manifest.files['access.json']).toStrictEqual({
      sha256: digest(text),
      bytes: Buffer.byteLength(text),
    })
    for (const name of ['users-file', 'groups-file'])
      expect(readFileSync(result.outputs[name] ?? '')).toStrictEqual(readFileSync(none.outputs[name] ?? ''))
    expect(result.summary).toContain('Assignments read | by pairs')
    expect(personalDataIn(shownBy(result), organization)).toStrictEqual([])
    expect(shownBy(result)).not.toMatch(/AdministratorAccess|prod-payments|Reader/)
  })

  it('says what entering a group opens, with names only where detail allows them', async () => {
    const { organization, admins, newcomer } = organizationWithAccess()
    const before = await withCenter(organization, {}, (center) =>
      runOn(center, { inputs: { access: 'accounts' } }),
    )
    addMembership(organization, admins, newcomer)
    const inputs = { access: 'accounts', baseline: before.outputs['directory'] ?? '' }
    const [full, counts] = await withCenter(organization, {}, async (center) => {
      const withDetail = (detail: string) => runOn(center, { inputs: { ...inputs, detail } })
      return [await withDetail('full'), await withDetail('counts')]
    })
    for (const run of [full, counts]) {
      expect(
        outputsOf(run, 'access-opened', 'access-closed', 'administrators-added', 'changed'),
      ).toStrictEqual(['1', '0', '1', 'true'])
      expect(run.summary).toContain('1 person becomes an administrator')
    }
    expect(full.summary).toContain('`AdministratorAccess` in `prod-payments`')
    expect(personalDataIn(full.summary, organization).length).toBeGreaterThan(0)
    expect(personalDataIn(counts.summary, organization)).toStrictEqual([])
    expect(counts.summary).not.toMatch(/AdministratorAccess|prod-payments|ps-1111|777788889999|444455556666/)
    const changes = JSON.parse(readFileSync(full.outputs['changes-file'] ?? '', 'utf8')) as {
      access: { opened: unknown[] }
    }
    expect(changes.access.opened).toMatchObject([
      {
        userExternalId: newcomer,
        account: PROD,
        permissionSet: ADMIN,
        level: 'administrator',
        through: [admins],
      },
    ])
  })

  it('warns of what it left out and of names that it could not read, in the summary too', async () => {
    const { organization } = organizationWithAccess()
    const [first] = organization.access.assignments
    if (first !== undefined) organization.access.assignments.push({ ...first, PrincipalId: 'gone' })
    const faults = [on('ListAccounts', {}, denied('organizations'))]
    const result = await withCenter(organization, { faults }, (center) =>
      runOn(center, { inputs: { access: 'accounts' } }),
    )
    const sentences = [
      expect.stringContaining('Assignments of users or groups that are not in the identity store: 1'),
      expect.stringContaining('organizations:ListAccounts'),
    ]
    expect(result.warnings).toStrictEqual(expect.arrayContaining(sentences))
    for (const sentence of sentences) expect(result.summary).toStrictEqual(sentence)
  })

  it('gives from its directory as the source what it wrote, and warns that the input does nothing there', async () => {
    const { organization } = organizationWithAccess()
    const aws = await withCenter(organization, {}, (center) =>
      runOn(center, { inputs: { access: 'accounts' } }),
    )
    const source = aws.outputs['directory'] ?? ''
    const names = ['access-file', 'accounts', 'permission-sets', 'assignments']
    const result = await runBundle({ inputs: { source, access: 'accounts' } })
    expect(outputsOf(result, ...names)).toStrictEqual(outputsOf(aws, ...names))
    expect(result.warnings).toStrictEqual([
      expect.stringContaining('With a directory as source, access is ignored'),
    ])
  })

  it('leaves with access: none no access.json of an earlier run, and needs no permission for it', async () => {
    const { organization } = organizationWithAccess()
    await withCenter(organization, {}, async (center) => {
      const first = await runOn(center, { inputs: { access: 'accounts' } })
      const again: RunOptions = { temp: first.temp }
      const result = await runOn(center, again)
      expect(result).toMatchObject({ code: 0, errors: [] })
      expect(outputsOf(result, 'access-file', 'accounts', 'access-opened')).toStrictEqual(['', '', ''])
      expect(() => readFileSync(first.outputs['access-file'] ?? '')).toThrow('ENOENT')
    })
  })

  it('in a replica Region asks SSO Admin in the primary one', async () => {
    const organization = createOrganization({
      seed: 8,
      users: 5,
      groups: 2,
      memberships: 4,
      region: 'eu-central-1',
      replicas: ['us-east-1'],
      access: { accounts: 2, permissionSets: 2, assignments: 4 },
    })
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { inputs: { access: 'accounts', 'aws-region': 'us-east-1' } })
      expect(outputsOf(result, 'assignments')).toStrictEqual([String(organization.access.assignments.length)])
      const regions = center.log
        .filter(({ service, operation }) => service === 'sso' && operation !== 'ListInstances')
        .map(({ region }) => region)
      expect(new Set(regions)).toStrictEqual(new Set(['eu-central-1']))
    })
  })

  it('needs ListInstances, also where the store is named', async () => {
    const { organization } = organizationWithAccess()
    const [identityStoreId = ''] = organization.stores.keys()
    const inputs = { access: 'accounts', 'aws-identity-store-id': identityStoreId }
    const faults = [on('ListInstances', {}, denied('sso'))]
    const result = await withCenter(organization, { faults }, (center) => runOn(center, { inputs }))
    expect(result).toMatchObject({ code: 1, errors: [expect.stringContaining('sso:ListInstances')] })
  })

  it.each(['pairs', 'principal'])(
    'leaves out the assignments of users that disabled-users leaves out, and asks for none of them (by %s)',
    async (way) => {
      const { organization, newcomer } = organizationWithAccess()
      changeUser(organization, newcomer, { UserStatus: 'DISABLED' })
      organization.access.assignments.push({
        PrincipalType: 'USER',
        PrincipalId: newcomer,
        AccountId: PROD,
        PermissionSetArn: ADMIN,
      })
      const faults = way === 'pairs' ? [] : [on('ListPermissionSets', { nth: 1 }, denied('sso'))]
      await withCenter(organization, { faults }, async (center) => {
        const result = await runOn(center, { inputs: { access: 'accounts', 'disabled-users': 'exclude' } })
        expect(result).toMatchObject({ code: 0, errors: [] })
        expect(result.warnings.join('\n')).not.toContain('Assignments')
        expect(result.summary).toContain(`| by ${way} |`)
        expect(outputsOf(result, 'assignments')).toStrictEqual(['3'])
        expect(outputFile(result, 'access-file')).not.toContain(newcomer)
        const asked = center.log.filter(({ input }) => input['PrincipalId'] === newcomer)
        expect(asked).toStrictEqual([])
      })
    },
  )

  it.each(['ListGroupMemberships', 'ListAccountAssignments'])(
    'ends with the first failure of either service, here of %s: nothing is sent any more',
    async (operation) => {
      const organization = createOrganization({
        seed: 4,
        users: 600,
        groups: 300,
        memberships: 300,
        access: { accounts: 25, permissionSets: 6, assignments: 300 },
      })
      const faults = [on(operation, { nth: 2 }, error('ValidationException', 'No.'))]
      await withCenter(organization, { faults }, async (center) => {
        const inputs = { access: 'accounts', 'requests-per-second': '100' }
        expect(await runOn(center, { inputs })).toMatchObject({ code: 1, errors: [expect.any(String)] })
        expect(center.log.length).toBeLessThan(150)
      })
    },
  )
})

describe('a run with access: none', () => {
  it('loads no code of access, and makes no call of it', async () => {
    const { organization } = organizationWithAccess()
    await withCenter(organization, {}, async (center) => {
      const loaded = async (inputs: Record<string, string>): Promise<[string[], string]> => {
        const before = await runOn(center, { inputs })
        center.reset()
        const trace = join(before.temp, 'trace')
        const baseline = before.outputs['directory'] ?? ''
        const run = await runOn(center, {
          inputs: { ...inputs, baseline },
          env: { NODE_OPTIONS: preload(TRACES), TRACE: trace },
        })
        expect(run).toMatchObject({ code: 0, errors: [], stderr: '' })
        const urls = readFileSync(trace, 'utf8').trim().split('\n')
        const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
        return [Object.keys(center.calls).sort(), files.map((file) => readFileSync(file, 'utf8')).join('\n')]
      }
      const [calls, code] = await loaded({ access: 'none' })
      expect(calls).toStrictEqual([
        'GetCallerIdentity',
        'ListGroupMemberships',
        'ListGroups',
        'ListInstances',
        'ListUsers',
      ])
      const [, whole] = await loaded({ access: 'accounts' })
      const ofAccess = (text: string): string[] => OF_ACCESS.filter((definition) => text.includes(definition))
      expect(ofAccess(whole)).toStrictEqual(OF_ACCESS)
      expect(ofAccess(code)).toStrictEqual([])
    })
  })
})

/** What the code of access defines: its clients, the reading, the file, the comparison. */
const OF_ACCESS = [
  'class OrganizationsClient ',
  'function createAccessReader(',
  'function* accessFile(',
  'function compareAccess(',
]

/** A program for Node that keeps the address of every module that is loaded. */
const TRACES = `
  import { appendFileSync } from 'node:fs'
  import { registerHooks } from 'node:module'
  registerHooks({
    load(url, context, next) {
      appendFileSync(process.env.TRACE, url + '\\n')
      return next(url, context)
    },
  })
`
