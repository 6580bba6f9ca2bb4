import type { ListInstancesCommandInput } from '@aws-sdk/client-sso-admin'
import { describe, expect, it } from '@jest/globals'
import { UserError, type FailureKind } from '../../src/errors.ts'
import {
  chooseInstance,
  findInstance,
  type FindOptions,
  type Instance,
  type InstanceClients,
} from '../../src/identity-center/account.ts'
import type { Calls } from '../../src/identity-center/advice.ts'
import type { SendOptions } from '../../src/identity-center/pages.ts'
import { REGIONS } from '../../src/identity-center/regions.ts'
import type { Origin } from '../../src/snapshot/model.ts'
import { awsError } from './fake-service.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

const CALLER = '111122223333'
const OWNER = '444455556666'
const OTHER = '777788889999'
const REGION = 'eu-west-1'

const instance = (store: string, owner = OWNER, more: Partial<Instance> = {}): Instance => ({
  IdentityStoreId: store,
  OwnerAccountId: owner,
  InstanceArn: `arn:aws:sso:::instance/${store}`,
  Status: 'ACTIVE',
  ...more,
})
const [one, two] = ['d-0000000001', 'd-0000000002']

describe('the instance that is meant', () => {
  const table: [string, Instance[], { account: string; identityStoreId?: string }, string][] = [
    ['the only one, where the account is the caller', [instance(one)], { account: CALLER }, one],
    ['the only one, where the account is its owner', [instance(one)], { account: OWNER }, one],
    [
      "the caller's own, beside the organization's",
      [instance(one), instance(two, CALLER)],
      { account: CALLER },
      two,
    ],
    [
      "the organization's, where its owner is named",
      [instance(one), instance(two, CALLER)],
      { account: OWNER },
      one,
    ],
    [
      'the one that is active',
      [instance(one, OWNER, { Status: 'CREATE_IN_PROGRESS' }), instance(two)],
      { account: CALLER },
      two,
    ],
    ['one without a status', [{ IdentityStoreId: one, OwnerAccountId: OWNER }], { account: OWNER }, one],
    ['one without an owner', [{ IdentityStoreId: one, Status: 'ACTIVE' }], { account: CALLER }, one],
    ['the one with a store', [{ OwnerAccountId: OWNER }, instance(two)], { account: OWNER }, two],
    [
      'the named one of several',
      [instance(one), instance(two, OTHER)],
      { account: CALLER, identityStoreId: two },
      two,
    ],
    [
      "the named one, although another is the account's own",
      [instance(one), instance(two, CALLER)],
      { account: CALLER, identityStoreId: one },
      one,
    ],
  ]
  it.each(table)('is %s', (_what, instances, wanted, chosen) => {
    for (const order of [instances, instances.toReversed()])
      expect(chooseInstance(order, CALLER, { identityStoreId: undefined, ...wanted }).IdentityStoreId).toBe(
        chosen,
      )
  })

  const refused: [string, Instance[], { account: string; identityStoreId?: string }, RegExp][] = [
    [
      'an account that neither calls nor owns',
      [instance(one)],
      { account: OTHER },
      new RegExp(
        `aws-account-id is ${OTHER}, but the credentials belong to account ${CALLER} and see an instance owned by ${OWNER}\\. Use a role`,
      ),
    ],
    [
      'the owner of what is not active',
      [instance(one, OTHER, { Status: 'DELETE_IN_PROGRESS' }), instance(two)],
      { account: OTHER },
      new RegExp(`belong to account ${CALLER} and see an instance owned by ${OWNER}\\.`),
    ],
    [
      'an account that owns none of several',
      [instance(one), instance(two), instance('d-0000000003', '222233334444')],
      { account: OTHER },
      new RegExp(`see an instance owned by 222233334444, ${OWNER}\\. Use a role`),
    ],
    [
      'an account that does not fit, although the store is named',
      [instance(one)],
      { account: OTHER, identityStoreId: one },
      /aws-account-id is 777788889999/,
    ],
    [
      'several that others own',
      [instance(two), instance(one, OTHER)],
      { account: CALLER },
      new RegExp(
        `Several instances .*${one} \\(owner ${OTHER}\\), ${two} \\(owner ${OWNER}\\)\\. Set aws-identity-store-id to the one to read\\.`,
      ),
    ],
    [
      'several of the account itself',
      [instance(one, CALLER), instance(two, CALLER), instance('d-0000000003')],
      { account: CALLER },
      new RegExp(`Several instances .*${one} \\(owner ${CALLER}\\), ${two} \\(owner ${CALLER}\\)\\. Set`),
    ],
    [
      'a named store that is not visible',
      [instance(one)],
      { account: CALLER, identityStoreId: two },
      new RegExp(
        `aws-identity-store-id: "${two}" is not among the visible instances: ${one} \\(owner ${OWNER}\\)`,
      ),
    ],
    [
      'a named store that is not active',
      [instance(one, OWNER, { Status: 'CREATE_IN_PROGRESS' })],
      { account: CALLER, identityStoreId: one },
      /the instance of "d-\d{10}" is not active\. Visible instances: .*, CREATE_IN_PROGRESS\)\. Wait until its status is ACTIVE, or choose one that is ACTIVE/,
    ],
    [
      'none that is active',
      [instance(one, OWNER, { Status: 'CREATE_IN_PROGRESS' })],
      { account: CALLER },
      /No instance of IAM Identity Center is active yet: .*CREATE_IN_PROGRESS\)\. Wait until/,
    ],
    [
      'one that failed to be created, whose reason is shown in one line',
      [instance(one, OWNER, { Status: 'CREATE_FAILED', StatusReason: 'No access to the key.\n::error::x' })],
      { account: CALLER },
      /, CREATE_FAILED: No access to the key\.\\u\{a\}::error::x\)\. Delete the instance that could not be created/,
    ],
    [
      'one without a store',
      [{ OwnerAccountId: OWNER }],
      { account: OWNER },
      /\(no ID\) \(owner 444455556666\)/,
    ],
  ]
  it.each(refused)('is not found for %s', (_what, instances, wanted, sentence) => {
    for (const order of [instances, instances.toReversed()]) {
      const error = thrownBy(() => chooseInstance(order, CALLER, { identityStoreId: undefined, ...wanted }))
      expect(error.message).toMatch(sentence)
      expect(error.kind).toBe('precondition')
    }
  })
})

describe('finding it', () => {
  it('asks STS, then ListInstances, once each, and tells where the identities come from', async () => {
    const { origin, calls, log, asked } = await find({ pages: [[instance(one)]] })
    expect(origin).toEqual({
      account: CALLER,
      ownerAccount: OWNER,
      identityStoreId: one,
      instanceArn: `arn:aws:sso:::instance/${one}`,
      region: REGION,
    })
    expect(calls).toEqual({ GetCallerIdentity: 1, ListInstances: 1 })
    expect(asked).toEqual(['STS', REGION])
    expect(log).toEqual([])
  })

  it('what ListInstances does not give is null', async () => {
    const { origin } = await find({ pages: [[{ IdentityStoreId: one }]] })
    expect(origin).toMatchObject({ ownerAccount: null, instanceArn: null })
  })

  it('reads all pages, empty ones too', async () => {
    const { origin, calls } = await find({ pages: [[], [instance(one)], [], [instance(two, CALLER)]] })
    expect(origin.identityStoreId).toBe(two)
    expect(calls).toEqual({ GetCallerIdentity: 1, ListInstances: 4 })
  })

  it('takes an empty token for the end', async () => {
    const { calls } = await find({ instances: () => ({ Instances: [instance(one)], NextToken: '' }) })
    expect(calls).toEqual({ GetCallerIdentity: 1, ListInstances: 1 })
  })

  it('refuses a repeated token', async () => {
    const error = await refusal({ instances: () => ({ Instances: [instance(one)], NextToken: 'again' }) })
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ListInstances'),
    })
  })

  it('tries again after a fault, up to the deadline', async () => {
    let attempts = 0
    const { origin } = await find({
      instances: () => {
        attempts += 1
        if (attempts < 4) throw awsError(attempts % 2 ? 'ThrottlingException' : 'InternalServerException')
        return { Instances: [instance(one)] }
      },
    })
    expect(origin.identityStoreId).toBe(one)
    const error = await refusal({
      caller: () => {
        throw awsError('InternalFailure')
      },
    })
    expect(error.message).toMatch(/^Gave up on GetCallerIdentity after 120 seconds/)
  })

  it('notes a replica Region and names the primary one', async () => {
    const { origin, log } = await find({ pages: [[instance(one, OWNER, { PrimaryRegion: 'us-east-1' })]] })
    expect(origin.region).toBe(REGION)
    expect(log).toEqual([expect.stringMatching(/^note: .*replica Region .*primary Region is us-east-1/)])
  })

  const regions = (status: string | undefined, names = ['us-east-1', REGION]): Partial<Instance> => ({
    Regions: names.map((RegionName, at) => ({
      RegionName,
      Status: at === 0 ? 'ACTIVE' : status,
      ...(at === 0 ? { IsPrimaryRegion: true as const } : {}),
    })),
  })

  it('reads a replica Region that is ACTIVE, whose primary one only the list of Regions names', async () => {
    const { log } = await find({ pages: [[instance(one, OWNER, regions('ACTIVE'))]] })
    expect(log).toEqual([expect.stringMatching(/primary Region is us-east-1/)])
  })

  it.each([
    ['ADDING', regions('ADDING'), 'ADDING'],
    ['REMOVING', regions('REMOVING'), 'REMOVING'],
    ['without a status', regions(undefined), 'no status'],
    ['not listed', regions('ACTIVE', ['us-east-1', 'us-west-2']), 'not among its Regions'],
  ])('refuses a Region that is %s, and names the primary one', async (_what, more, status) => {
    const error = await refusal({ pages: [[instance(one, OWNER, more)]] })
    expect(error).toMatchObject({
      kind: 'precondition',
      message: `The instance of IAM Identity Center is not complete in ${REGION} (${status}), so users could be missing. Set aws-region to the primary Region us-east-1, or run again when ${REGION} is ACTIVE. Nothing was written.`,
    })
  })

  it('refuses a primary Region that is not ACTIVE', async () => {
    const more = { PrimaryRegion: REGION, Regions: [{ RegionName: REGION, Status: 'ADDING' as const }] }
    const error = await refusal({ pages: [[instance(one, OWNER, more)]] })
    expect(error.message).toContain('(ADDING), so users could be missing. Run again when it is ACTIVE.')
  })

  const line = 'x\n::error::x'
  it.each<[string, object]>([
    ['a list that is none', { Instances: {} }],
    ['an instance that is null', { Instances: [null] }],
    ['a store id with a line end', { Instances: [instance(line)] }],
    ['an owner with a line end', { Instances: [instance(one, line)] }],
    ['a primary Region with a line end', { Instances: [instance(one, OWNER, { PrimaryRegion: line })] }],
    ['an ARN that is a number', { Instances: [{ ...instance(one), InstanceArn: 7 }] }],
    ['a status that is a list', { Instances: [{ ...instance(one), Status: ['ACTIVE'] }] }],
    ['Regions that are null', { Instances: [{ ...instance(one), Regions: [null] }] }],
  ])('asks again because of %s, then says so in one line', async (_what, answer) => {
    let asked = 0
    const error = await refusal({
      instances: () => {
        asked += 1
        return answer
      },
    })
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(/^AWS sent an unexpected response to ListInstances \(response\.[^\n]*$/)
    expect(asked).toBe(8)
  })

  it('asks STS again where its answer names no account', async () => {
    const error = await refusal({ caller: () => '' })
    expect(error.message).toMatch(
      /^AWS sent an unexpected response to GetCallerIdentity .*caller's account is missing/,
    )
  })

  it('refuses pages of instances without an end', async () => {
    let page = 0
    const error = await refusal({ instances: () => ({ Instances: [], NextToken: String(page++) }) })
    expect(error.message).toMatch(/^AWS returned an impossibly long list for ListInstances/)
    expect(page).toBe(10_000)
  })

  it('notes nothing in the primary Region', async () => {
    expect((await find({ pages: [[instance(one, OWNER, { PrimaryRegion: REGION })]] })).log).toEqual([])
  })

  const failing: [string, () => never, FailureKind, RegExp][] = [
    ['expired', () => raise('ExpiredToken'), 'credentials', /have expired \(GetCallerIdentity\)/],
    ['missing', () => raise('CredentialsProviderError'), 'credentials', /No AWS credentials were found/],
    ['refused', () => raise('AccessDenied'), 'permission', /trust policy/],
  ]
  it.each(failing)(
    'says what to do with %s credentials, and asks nothing more',
    async (_what, caller, kind, sentence) => {
      const asked: string[] = []
      const error = await refusal({ caller, asked })
      expect(error.message).toMatch(sentence)
      expect(error.kind).toBe(kind)
      expect(asked).toEqual(['STS'])
    },
  )
})

describe('a denied ListInstances', () => {
  const denied = { instances: () => raise('AccessDeniedException') }

  it('is an error that names the action', async () => {
    const error = await refusal(denied)
    expect(error).toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('sso:ListInstances on *'),
    })
  })

  it('is a warning where the store is named, with owner and ARN unknown', async () => {
    const { origin, log } = await find({ ...denied, identityStoreId: one })
    expect(origin).toEqual({
      account: CALLER,
      ownerAccount: null,
      identityStoreId: one,
      instanceArn: null,
      region: REGION,
    })
    expect(log).toEqual([
      expect.stringMatching(/^warning: AWS denied ListInstances.*sso:ListInstances on \*/),
    ])
  })

  it('is an error for another account than that of the credentials, which nothing proves then', async () => {
    const error = await refusal({ ...denied, identityStoreId: one, account: OWNER })
    expect(error.message).toBe(
      `aws-account-id is ${OWNER}, but the credentials belong to account ${CALLER}. Use a role in account ${OWNER}, or correct aws-account-id.`,
    )
  })

  it('because of the customer key is an error in any case', async () => {
    const instances = (): never => {
      throw awsError('AccessDeniedException', { Reason: 'KMS_AccessDeniedException' })
    }
    expect((await refusal({ instances, identityStoreId: one })).message).toContain('kms:Decrypt')
  })

  it('any other failure is an error with a named store as well', async () => {
    const error = await refusal({ instances: () => raise('ValidationException'), identityStoreId: one })
    expect(error.message).toContain('rejected ListInstances')
  })
})

describe('where no instance is visible', () => {
  it.each([[undefined], [[]]])(
    '(%p) the region is asked once more, then the others, and the one that has it is named',
    async (none) => {
      const asked: string[] = []
      const error = await refusal({
        asked,
        instances: (region) => ({ Instances: region === 'us-east-2' ? [instance(one)] : none }),
      })
      expect(error.kind).toBe('precondition')
      expect(error.message).toBe(
        `No instance of IAM Identity Center is visible in ${REGION}. There is one in us-east-2. Set aws-region accordingly. Nothing was written.`,
      )
      expect(asked.slice(0, 3)).toEqual(['STS', REGION, REGION])
      expect(asked.slice(3).sort()).toEqual(REGIONS['aws']?.filter((region) => region !== REGION))
    },
  )

  it('the primary one is named where a replica answers', async () => {
    const error = await refusal({
      instances: (region) =>
        region === 'eu-west-3'
          ? { Instances: [instance(one, OWNER, { PrimaryRegion: 'eu-central-1' })] }
          : {},
    })
    expect(error.message).toContain('There is one in eu-central-1. Set aws-region')
  })

  it('several are named in order', async () => {
    const error = await refusal({
      instances: (region) => (/^(us-west-2|eu-north-1)$/.test(region) ? { Instances: [instance(one)] } : {}),
    })
    expect(error.message).toContain('There is one in eu-north-1, us-west-2. Set aws-region')
  })

  it('refusals and failures elsewhere do not count', async () => {
    const error = await refusal({
      instances: (region) => {
        if (region === REGION) return {}
        if (region === 'eu-north-1') return { Instances: [instance(one)] }
        return raise(region.startsWith('us-') ? 'AccessDeniedException' : 'UnrecognizedClientException')
      },
    })
    expect(error.message).toContain('There is one in eu-north-1')
  })

  it('only the regions of the own partition are asked', async () => {
    const asked: string[] = []
    await refusal({ asked, region: 'cn-north-1', instances: () => ({}) })
    expect(asked).toEqual(['STS', 'cn-north-1', 'cn-north-1', 'cn-northwest-1'])
  })

  it('slow regions are waited for ten seconds at most, and what answered by then is told', async () => {
    const time = createVirtualTime()
    const error = await refusal({
      time,
      instances: async (region, signal) => {
        if (region === REGION) return {}
        await time.sleep(region === 'sa-east-1' ? 9_000 : 60_000, signal)
        return { Instances: [instance(one)] }
      },
    })
    // One millisecond is that of STS.
    expect(time.now()).toBe(10_001)
    expect(error.message).toContain('There is one in sa-east-1')
  })

  it('found nowhere, role and region are named as what to check, and whose credentials they are', async () => {
    const error = await refusal({ account: OWNER, instances: () => ({}) })
    expect(error.message).toMatch(
      /None was found in the other regions .*Set aws-region .*sso:ListInstances there\./,
    )
    expect(error.message).toContain(
      `The credentials belong to account ${CALLER}, but aws-account-id is ${OWNER}.`,
    )
    expect(error.message).toMatch(/Nothing was written\.$/)
  })

  it('the end of the run ends the search, with its reason', async () => {
    const time = createVirtualTime()
    const control = new AbortController()
    const finding = find({
      time,
      signal: control.signal,
      instances: async (region, signal) => {
        if (region === REGION) return {}
        await time.sleep(60_000, signal)
        return {}
      },
    })
    const stop = time.sleep(2_000).then(() => {
      control.abort(new Error('stopped'))
    })
    await expect(time.until(Promise.all([finding, stop]))).rejects.toThrow('stopped')
    expect(time.now()).toBe(2_000)
  })
})

interface Instances {
  Instances?: Instance[] | undefined
  NextToken?: string
}

interface World {
  /** What ListInstances answers, page by page; or `instances` for anything else. */
  pages?: Instance[][]
  instances?: (region: string, signal: AbortSignal) => Instances | Promise<Instances>
  caller?: () => string
  account?: string
  identityStoreId?: string
  region?: string
  time?: VirtualTime
  signal?: AbortSignal
  /** Filled with STS and the regions that were asked. */
  asked?: string[]
}

interface Found {
  origin: Origin
  primaryRegion: string
  calls: Calls
  log: string[]
  asked: string[]
}

async function find(world: World): Promise<Found> {
  const {
    time = createVirtualTime(),
    asked = [],
    region = REGION,
    pages,
    instances,
    caller = () => CALLER,
  } = world
  const calls: Calls = {}
  const aws = {
    region,
    async getCallerIdentity({ abortSignal }: SendOptions) {
      asked.push('STS')
      await time.sleep(1, abortSignal)
      return { Account: caller() }
    },
    ssoAdmin: (of: string) =>
      Promise.resolve({
        async listInstances(page: ListInstancesCommandInput, { abortSignal }: SendOptions) {
          asked.push(of)
          const at = Number(page.NextToken ?? 0)
          const answer = await (instances?.(of, abortSignal) ?? {
            Instances: pages?.[at],
            ...(at + 1 < (pages?.length ?? 0) ? { NextToken: String(at + 1) } : {}),
          })
          return { $metadata: {}, ...answer }
        },
      }),
    // Of the clients only what is called.
  } as unknown as InstanceClients
  const account = world.account ?? CALLER
  const options: FindOptions = {
    account,
    identityStoreId: world.identityStoreId,
    advice: { region, account, profile: undefined, environment: {} },
    calls,
    time,
    deadlineMs: 120_000,
    signal: world.signal ?? new AbortController().signal,
  }
  const finding = findInstance(aws, options)
  const found = await (world.signal === undefined ? time.until(finding) : finding)
  const log = [
    ...(found.warning === undefined ? [] : [`warning: ${found.warning}`]),
    ...(found.note === undefined ? [] : [`note: ${found.note}`]),
  ]
  return { ...found, calls, log, asked }
}

async function refusal(world: World): Promise<UserError> {
  const error: unknown = await find(world).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof UserError) return error
  throw new Error('no UserError', { cause: error })
}

function thrownBy(act: () => unknown): UserError {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

function raise(name: string): never {
  throw awsError(name)
}
