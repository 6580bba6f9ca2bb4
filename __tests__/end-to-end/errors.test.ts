import { mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { denied, error, FAULTS, on } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import { credentials } from '../../emulator/credentials.ts'
import type { Fault } from '../../emulator/faults.ts'
import { ACCOUNT, addInstance, createInstance, createOrganization } from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import { preload } from '../../emulator/runner.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { profile, roleArn, sharedFiles, webIdentity, withoutKeys } from './aws-credentials.ts'
import { contentOf, personalDataIn, placeEarlierFiles, runOn, shownBy, withCenter } from './aws-run.ts'
import type { RunOptions } from './aws-run.ts'

const other = '444455556666'

interface Case {
  when: string
  /** What the one sentence must hold. */
  says: (string | RegExp)[]
  saysNot?: (string | RegExp)[]
  prepare?: (organization: Organization) => void
  faults?: Fault[]
  /** An entry of the catalogue. */
  fault?: CatalogueEntry
  run?: RunOptions
}

const store = 'd-0123456789'

const cases: Record<string, Case[]> = {
  credentials: [
    {
      when: 'there are none, and the job may not ask for an OIDC token',
      says: ['No AWS credentials', 'aws-actions/configure-aws-credentials', 'id-token: write'],
      run: { env: withoutKeys },
    },
    {
      when: 'there are none, although the job may ask for an OIDC token',
      says: ['No AWS credentials', 'aws-actions/configure-aws-credentials'],
      saysNot: ['id-token'],
      run: { env: { ...withoutKeys, ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com' } },
    },
    {
      when: 'there are none outside of GitHub Actions',
      says: ['No AWS credentials'],
      saysNot: ['id-token'],
      run: { env: { ...withoutKeys, GITHUB_ACTIONS: undefined } },
    },
    {
      when: 'the session has expired',
      says: ['expired', 'right before', 'role-duration-seconds'],
      fault: FAULTS['expired-sts'],
    },
    {
      when: 'the session expires in the middle',
      says: ['expired', 'ListGroupMemberships', 'role-duration-seconds'],
      fault: FAULTS['expired-meanwhile'],
    },
    {
      when: 'the session of a profile has expired',
      says: ['expired', '"work"'],
      fault: FAULTS['expired-sts'],
      run: {
        ...sharedFiles({ credentials: profile('work', credentials.static) }),
        inputs: { 'aws-profile': 'work' },
      },
    },
    {
      when: 'the key is unknown',
      says: ['rejected the credentials', 'GetCallerIdentity'],
      run: { env: { AWS_ACCESS_KEY_ID: 'AKIDUNKNOWN' } },
    },
    {
      when: 'the session token is missing',
      says: ['rejected the credentials', 'session token'],
      run: {
        env: {
          AWS_ACCESS_KEY_ID: credentials.session.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.session.secretAccessKey,
        },
      },
    },
    {
      when: 'only half of a key is set',
      says: ['no AWS credentials', 'AWS_SECRET_ACCESS_KEY is not set', 'secret'],
      run: { env: { AWS_SECRET_ACCESS_KEY: '' } },
    },
    {
      when: 'the profile is unknown, and there are others',
      says: ['aws-profile: "prod"', 'are: default, work'],
      run: {
        ...sharedFiles({
          config: '[profile work]\nregion = eu-west-1\n',
          credentials: profile('default', credentials.static),
        }),
        inputs: { 'aws-profile': 'prod' },
      },
    },
    {
      when: 'AWS_PROFILE names an unknown profile, and there is none',
      says: ['AWS_PROFILE: "prod"', 'no profile'],
      run: { env: { ...withoutKeys, AWS_PROFILE: 'prod' } },
    },
    {
      when: 'the profile has no keys',
      says: ['"work"', 'provides no credentials'],
      run: {
        ...sharedFiles({ config: '[profile work]\nregion = eu-west-1\n' }),
        inputs: { 'aws-profile': 'work' },
        env: withoutKeys,
      },
    },
    {
      when: 'the profile needs a login',
      says: ['"work"', 'aws sso login'],
      run: {
        ...sharedFiles({
          config: [
            '[profile work]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = reader',
            '[sso-session main]\nsso_region = eu-west-1\nsso_start_url = https://example.awsapps.com/start\n',
          ].join('\n'),
        }),
        inputs: { 'aws-profile': 'work' },
        env: withoutKeys,
      },
    },
    {
      when: 'the file of the web identity is missing',
      says: ['AWS_WEB_IDENTITY_TOKEN_FILE', 'does not exist'],
      run: {
        env: {
          ...withoutKeys,
          AWS_WEB_IDENTITY_TOKEN_FILE: '/no/such/token',
          AWS_ROLE_ARN: roleArn,
        },
      },
    },
    {
      when: 'the role does not trust the web identity',
      says: ['trust policy', 'sts.amazonaws.com'],
      saysNot: ['private.person'],
      faults: [on('AssumeRoleWithWebIdentity', {}, stsDenied('sts:AssumeRoleWithWebIdentity'))],
      run: { env: { ...withoutKeys, ...webIdentity() } },
    },
    {
      when: 'the web identity is not accepted',
      says: ['web identity token', 'OIDC identity provider'],
      faults: [
        on(
          'AssumeRoleWithWebIdentity',
          {},
          error('InvalidIdentityToken', 'No OpenIDConnect provider found in your account'),
        ),
      ],
      run: { env: { ...withoutKeys, ...webIdentity() } },
    },
    {
      when: 'the web identity has expired',
      says: ['expired'],
      faults: [on('AssumeRoleWithWebIdentity', {}, error('ExpiredTokenException', 'Token expired'))],
      run: { env: { ...withoutKeys, ...webIdentity() } },
    },
    {
      when: 'the role of the profile may not be assumed',
      says: ['role', 'trust policy'],
      saysNot: ['private.person'],
      faults: [on('AssumeRole', {}, stsDenied('sts:AssumeRole'))],
      run: {
        ...sharedFiles({
          config: `[profile work]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
          credentials: profile('base', credentials.static),
        }),
        inputs: { 'aws-profile': 'work' },
        env: withoutKeys,
      },
    },
    {
      when: 'the clock is wrong and stays so',
      says: ['clock', 'NTP'],
      fault: FAULTS['clock-refused'],
    },
  ],

  'the region': [
    {
      when: 'none is named',
      says: ['aws-region', 'AWS_REGION'],
      run: { env: { AWS_REGION: undefined } },
    },
    {
      when: 'it has no instance',
      says: ['eu-west-2', 'in us-east-2. Set aws-region'],
      fault: FAULTS['other-region'],
      run: { inputs: { 'aws-region': 'eu-west-2' } },
    },
    {
      when: 'no region has an instance',
      says: ['No instance', 'eu-west-1', 'sso:ListInstances'],
      fault: FAULTS['no-instance'],
    },
    {
      when: 'no region has an instance for the credentials of another account',
      says: ['No instance', ACCOUNT, other],
      prepare: (organization) => {
        organization.account = other
        organization.instances = []
      },
    },
  ],

  'the account': [
    {
      when: 'caller and owner are another one',
      says: [ACCOUNT, '999988887777', 'aws-account-id'],
      fault: FAULTS['other-account'],
    },
    {
      when: 'ListInstances is denied, and the caller is another one',
      says: [ACCOUNT, '999988887777'],
      prepare: (organization) => {
        organization.account = '999988887777'
      },
      faults: [on('ListInstances', {}, denied('sso'))],
      run: { inputs: { 'aws-identity-store-id': store } },
    },
    {
      when: 'several instances belong to it',
      says: ['Several instances', store, 'd-00000000ff', `owner ${ACCOUNT}`, 'aws-identity-store-id'],
      fault: FAULTS['several-instances'],
    },
    {
      when: 'several foreign instances are visible',
      says: ['Several instances', store, 'd-00000000ee', other, '777788889999', 'aws-identity-store-id'],
      prepare: (organization) => {
        for (const { record } of organization.instances) record.OwnerAccountId = other
        addInstance(organization, instance('d-00000000ee', '777788889999'))
      },
    },
    {
      when: 'the named identity store is not visible',
      says: ['"d-9999999999"', store],
      run: { inputs: { 'aws-identity-store-id': 'd-9999999999' } },
    },
    {
      when: 'the instance is not active yet',
      says: ['active', store, 'CREATE_IN_PROGRESS'],
      fault: FAULTS['instance-in-creation'],
    },
    {
      when: 'the named identity store is being deleted',
      says: ['the instance of "d-00000000ff" is not active', 'DELETE_IN_PROGRESS'],
      fault: FAULTS['deleted-instance'],
      run: { inputs: { 'aws-identity-store-id': 'd-00000000ff' } },
    },
    { when: 'the store has no users', says: ['no users', store, 'delete'], fault: FAULTS['no-users'] },
    {
      when: 'all users are disabled, and those are excluded',
      says: ['no users', 'disabled-users'],
      prepare: (organization) => {
        for (const users of organization.stores.values())
          for (const user of users.users) if (user !== undefined) user.UserStatus = 'DISABLED'
      },
      run: { inputs: { 'disabled-users': 'exclude' } },
    },
  ],

  permission: [
    {
      when: 'ListInstances is denied',
      says: ['sso:ListInstances on *'],
      fault: FAULTS['denied-instances'],
    },
    ...(['ListUsers', 'ListGroups', 'ListGroupMemberships'] as const).map((operation) => ({
      when: `${operation} is denied`,
      says: [
        `identitystore:${operation} on arn:aws:identitystore::${ACCOUNT}:identitystore/${store}`,
        `arn:aws:identitystore:::${operation === 'ListUsers' ? 'user' : 'group'}/*`,
      ],
      saysNot: ['private.person'],
      faults: [on(operation, {}, denied('identitystore'))],
    })),
    {
      when: "the store's network rule refuses",
      says: ['network', store],
      fault: FAULTS['network-rule'],
    },
    {
      when: 'the key refuses the store',
      says: ['KMS key', 'kms:Decrypt', 'identitystore.*.amazonaws.com'],
      fault: FAULTS['kms-access-denied'],
    },
    {
      when: 'the key refuses ListInstances',
      says: ['KMS key', 'kms:Decrypt', 'sso.*.amazonaws.com'],
      fault: FAULTS['kms-access-denied-instances'],
    },
    {
      when: 'the key is gone',
      says: ['KMS key', 'no longer exists', 'KMS_KEY_NOT_FOUND'],
      fault: FAULTS['kms-key-not-found'],
    },
    {
      when: 'the key has no such ARN',
      says: ['KMS key', 'ARN', 'KMS_INVALID_ARN'],
      fault: FAULTS['kms-invalid-arn'],
    },
    {
      when: 'the key is for something else',
      says: ['KMS key', 'ENCRYPT_DECRYPT'],
      fault: FAULTS['kms-invalid-key-usage'],
    },
    {
      when: 'the key is in the wrong state',
      says: ['KMS key', 'pending deletion'],
      fault: FAULTS['kms-invalid-state'],
    },
    { when: 'the key is disabled', says: ['KMS key', 'Enable'], fault: FAULTS['kms-disabled'] },
    {
      when: 'a request is not accepted',
      says: ['ListGroups', 'aws-identity-store-id', 'aws-region'],
      fault: FAULTS.validation,
    },
    { when: 'the store vanishes', says: ['no identity store', store], fault: FAULTS['vanished-store'] },
  ],
}

describe.each(Object.entries(cases))('%s', (_, ofKind) => {
  it.each(ofKind)('ends in a sentence when $when', async (each) => {
    const organization = createOrganization({
      users: 30,
      groups: 8,
      memberships: 40,
      complete: true,
      identityStoreId: store,
    })
    each.fault?.prepare?.(organization)
    each.prepare?.(organization)
    const personal = createOrganization({ users: 30, groups: 8, memberships: 40, complete: true })
    const faults = [...(each.faults ?? []), ...(each.fault?.faults?.() ?? [])]
    await withCenter(organization, { ...each.fault?.options, faults }, async (center) => {
      const temp = freshDirectory()
      const directory = join(temp, 'identity-store', ACCOUNT)
      const earlier = placeEarlierFiles(directory)
      const result = await runOn(center, {
        ...each.run,
        temp,
        env: { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: '8', ...each.run?.env },
      })
      const sentence = refusal(result)
      for (const part of each.says) expect(sentence).toEqual(matching(part))
      for (const part of each.saysNot ?? []) expect(shownBy(result)).not.toEqual(matching(part))
      expect(contentOf(directory)).toStrictEqual(earlier)
      expect(personalDataIn(shownBy(result), personal)).toStrictEqual([])
    })
  })
})

describe('an address that cannot be reached', () => {
  it.each([
    ['ENOTFOUND', '8', ['"xx-none-1"', 'could not be resolved', 'aws-region']],
    ['EAI_AGAIN', '2', ['GetCallerIdentity', 'network', 'EAI_AGAIN']],
  ])('ends in a sentence (%s)', async (code, deadline, says) => {
    await withCenter(createOrganization({ users: 1, groups: 1, memberships: 0 }), {}, async (center) => {
      const result = await runOn(center, {
        inputs: { 'aws-region': 'xx-none-1' },
        env: {
          AWS_ENDPOINT_URL: undefined,
          AWS_ORGANIZATION_SYNC_CALL_DEADLINE: deadline,
          NODE_OPTIONS: preload(noNames(code)),
        },
      })
      const sentence = refusal(result)
      for (const part of says) expect(sentence).toContain(part)
    })
  })

  it('ends in a sentence where nobody listens', async () => {
    const organization = createOrganization({ users: 1, groups: 1, memberships: 0 })
    const center = await withCenter(organization, {}, (closed) => Promise.resolve(closed))
    const sentence = refusal(await runOn(center))
    expect(sentence).toContain('cannot be reached')
    expect(sentence).toContain('ECONNREFUSED')
  })
})

describe('the output directory', () => {
  const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })
  const obstacles: {
    when: string
    says: string[]
    /** Puts the obstacle there; gives the input. */
    place: (workspace: string) => string
  }[] = [
    { when: 'is outside of workspace and temp', says: ['outside'], place: () => '/etc/identity-store' },
    { when: 'leads outside of them', says: ['outside'], place: () => './../../identity-store' },
    {
      when: 'is a symbolic link',
      says: ['symbolic link'],
      place: (workspace) => {
        symlinkSync(freshDirectory(), join(workspace, 'store'))
        return './store'
      },
    },
    {
      when: 'leads through a symbolic link',
      says: ['symbolic link'],
      place: (workspace) => {
        symlinkSync(freshDirectory(), join(workspace, 'link'))
        return './link/store'
      },
    },
    {
      when: 'is a file',
      says: ['not a directory'],
      place: (workspace) => {
        writeFileSync(join(workspace, 'store'), 'a file')
        return './store'
      },
    },
    {
      when: 'has a symbolic link in the place of a file',
      says: ['users.json', 'symbolic link'],
      place: (workspace) => {
        mkdirSync(join(workspace, 'store'))
        writeFileSync(join(workspace, 'target'), 'kept')
        symlinkSync(join(workspace, 'target'), join(workspace, 'store', 'users.json'))
        return './store'
      },
    },
    {
      when: 'has a directory in the place of a file',
      says: ['manifest.json', 'not a regular file'],
      place: (workspace) => {
        mkdirSync(join(workspace, 'store', 'manifest.json'), { recursive: true })
        return './store'
      },
    },
  ]

  it.each(obstacles)('is refused before AWS is asked when it $when', async ({ says, place }) => {
    await withCenter(organization, {}, async (center) => {
      const workspace = freshDirectory()
      const input = place(workspace)
      const before = contentOf(workspace)
      const result = await runOn(center, { workspace, inputs: { 'output-directory': input } })
      const sentence = refusal(result)
      for (const part of ['output-directory', ...says]) expect(sentence).toContain(part)
      expect(contentOf(workspace)).toStrictEqual(before)
      expect(center.log).toStrictEqual([])
    })
  })
})

describe('a disk that fails', () => {
  const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })

  it.each([
    ['is full', 'ENOSPC', fullAt('groups.json')],
    ['refuses the last rename', 'EACCES', refusesToRename('manifest.json')],
  ])('leaves the files as they were when it %s', async (_, code, program) => {
    await withCenter(organization, {}, async (center) => {
      const temp = freshDirectory()
      const directory = join(temp, 'identity-store', ACCOUNT)
      const earlier = placeEarlierFiles(directory)
      const result = await runOn(center, { temp, env: { NODE_OPTIONS: preload(program) } })
      const sentence = refusal(result)
      for (const part of [directory, code, 'Nothing was changed']) expect(sentence).toContain(part)
      expect(contentOf(directory)).toStrictEqual(earlier)
    })
  })

  it('is missed where the temp directory of the runner does not exist', async () => {
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { env: { RUNNER_TEMP: '/no/such/directory' } })
      expect(refusal(result)).toContain('/no/such/directory')
    })
  })

  it.each(
    ['GITHUB_OUTPUT', 'GITHUB_ENV'].flatMap((name) =>
      ['/nonexistent/file', '/dev/full', tmpdir()].map((path) => [name, path] as const),
    ),
  )('ends the run before the first call where %s is %s', async (name, path) => {
    await withCenter(organization, {}, async (center) => {
      const { code, stdout, stderr } = await runOn(center, { env: { [name]: path } })
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(stdout).toMatch(/^::error::GITHUB_ENV or GITHUB_OUTPUT cannot be written \(/m)
      expect(center.log).toEqual([])
    })
  })
})

describe('a disk that fills in the course of the run', () => {
  const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })

  it.each(['GITHUB_OUTPUT', 'GITHUB_ENV'])('is told where %s cannot be written at the end', async (name) => {
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { env: { NODE_OPTIONS: preload(fullAtTheEnd(name)) } })
      const { code, errors, stderr, exported } = result
      expect({ code, errors, stderr }).toEqual({
        code: 1,
        errors: [
          expect.stringMatching(/^GITHUB_ENV or GITHUB_OUTPUT cannot be written \(ENOSPC\), .*disk space/),
        ],
        stderr: '',
      })
      expect(exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
    })
  })
})

describe('a bug', () => {
  const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })
  // Encoded, since a frame of the program below shows its text.
  const message = btoa('Ann Example ann@example.com\n    at Ann Example (ann@example.com)')
  const thrown = `throw new TypeError(atob('${message}'))`

  async function runWithBug(program: string, signal = false): Promise<ActionResult> {
    const hang = on('ListGroupMemberships', {}, { kind: 'transport', transport: 'hang' })
    return withCenter(organization, { faults: signal ? [hang] : [] }, async (center) => {
      const after = center.waitFor(({ operation }) => operation === 'ListGroupMemberships')
      return runOn(center, {
        env: { NODE_OPTIONS: preload(program) },
        ...(signal ? { signalAfter: { after, signal: 'SIGUSR2' as const } } : {}),
      })
    })
  }

  it.each([
    ['in the course of the run', () => runWithBug(`String.prototype.toWellFormed = () => { ${thrown} }`)],
    ['that nobody waits for', () => runWithBug(`process.on('SIGUSR2', () => { ${thrown} })`, true)],
  ])('%s is told with where it happened, and not in the words of the error', async (_, run) => {
    const result = await run()
    const { code, errors, exported, outputs, annotations, stderr } = result
    expect({ code, exported, outputs, stderr }).toEqual({
      code: 1,
      exported: { AWS_ORGANIZATION_SYNC_SOURCE: 'failed' },
      outputs: {},
      stderr: '',
    })
    expect(errors).toEqual([expect.stringContaining('a bug in AWS Organization Sync (TypeError)')])
    const debug = annotations.filter(({ command }) => command === 'debug').map(({ message }) => message)
    expect(debug).toContainEqual(expect.stringMatching(/^TypeError\n {4}at /))
    expect(shownBy(result)).not.toMatch(/Ann|example\.com/)
    expect(readdirSync(result.temp)).toEqual([])
  })
})

describe('a refusal that is none', () => {
  it('is a denied ListInstances where the identity store is named: a warning', async () => {
    const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })
    const identityStoreId = organization.stores.keys().next().value ?? ''
    await withCenter(organization, { faults: [on('ListInstances', {}, denied('sso'))] }, async (center) => {
      const result = await runOn(center, { inputs: { 'aws-identity-store-id': identityStoreId } })
      expect(result).toMatchObject({ code: 0, errors: [] })
      expect(result.warnings).toStrictEqual([expect.stringContaining('sso:ListInstances')])
      expect(result.outputs).toMatchObject({ users: '3', 'aws-identity-store-id': identityStoreId })
      expect(result.summary).toContain('sso:ListInstances')
    })
  })

  it('is a choice among several instances that aws-identity-store-id makes', async () => {
    const organization = createOrganization({ users: 3, groups: 1, memberships: 2, complete: true })
    const identityStoreId = organization.stores.keys().next().value ?? ''
    addInstance(organization, instance('d-00000000ee', ACCOUNT))
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { inputs: { 'aws-identity-store-id': identityStoreId } })
      expect(result.outputs).toMatchObject({ users: '3', 'aws-identity-store-id': identityStoreId })
    })
  })

  it('is a replica Region: the run names the primary one', async () => {
    const organization = createOrganization({
      users: 3,
      groups: 1,
      memberships: 2,
      complete: true,
      replicas: ['us-east-1'],
    })
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { inputs: { 'aws-region': 'us-east-1' } })
      expect(result).toMatchObject({ code: 0, errors: [] })
      expect(result.warnings).toStrictEqual([])
      for (const shown of [result.stdout, result.summary])
        expect(shown).toMatch(/replica Region.*primary Region is eu-west-1/)
    })
  })
})

/** The one sentence of a failed run that has left nothing behind. */
function refusal(result: ActionResult): string {
  expect(result).toMatchObject({ code: 1, signal: null, stderr: '' })
  expect(result.errors).toHaveLength(1)
  const [sentence = ''] = result.errors
  expect(sentence).toMatch(/\.$/)
  expect(sentence).not.toMatch(/\bbug\b|undefined|\[object|\n/)
  const shown = result.stdout.split('\n').filter((line) => !line.startsWith('::debug::'))
  expect(shown.join('\n')).not.toMatch(/\bat (async )?\S+ \(|file:\/\/|node:internal/)
  expect(result.exported).toStrictEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
  expect(Object.values(result.outputs).filter(Boolean)).toStrictEqual([])
  return sentence
}

function matching(part: string | RegExp): unknown {
  return typeof part === 'string' ? expect.stringContaining(part) : expect.stringMatching(part)
}

function freshDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'place-')))
}

/** STS's refusal, which quotes a session that is named after a person. */
function stsDenied(action: string) {
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/base/private.person@example.com`
  return error('AccessDenied', `User: ${session} is not authorized to perform: ${action}`, { status: 403 })
}

function instance(identityStoreId: string, ownerAccount: string) {
  return createInstance({ identityStoreId, ownerAccount, region: 'eu-west-1', name: '00000000000000ee' })
}

/** A program for Node: the disk is full when a file is written. */
function fullAt(name: string): string {
  return `
    import promises from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    const { open } = promises
    promises.open = async (path, ...rest) => {
      const handle = await open(path, ...rest)
      if (!String(path).includes('/.${name}.')) return handle
      handle.writeFile = async () => {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path })
      }
      return handle
    }
    syncBuiltinESMExports()
  `
}

/** A program for Node: nothing more than that the run failed can be added to a file of the runner. */
function fullAtTheEnd(name: string): string {
  return `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { appendFileSync } = fs
    fs.appendFileSync = (path, text, ...rest) => {
      if (path === process.env.${name} && !text.includes('failed'))
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path })
      appendFileSync(path, text, ...rest)
    }
    syncBuiltinESMExports()
  `
}

/** A program for Node: a new file does not get to its place. */
function refusesToRename(name: string): string {
  return `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { renameSync } = fs
    fs.renameSync = (from, to) => {
      if (from.endsWith('.new') && to.endsWith('/${name}'))
        throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'rename', path: to })
      renameSync(from, to)
    }
    syncBuiltinESMExports()
  `
}

/** A program for Node that finds no host by name. */
function noNames(code: string): string {
  return `
    import dns from 'node:dns'
    import { syncBuiltinESMExports } from 'node:module'
    dns.lookup = (host, options, done) => {
      const error = Object.assign(new Error('getaddrinfo ${code} ' + host), { code: '${code}', syscall: 'getaddrinfo' })
      process.nextTick(done ?? options, error)
    }
    syncBuiltinESMExports()
  `
}
