import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { UserError } from '../../src/errors.ts'
import type { Baseline } from '../../src/github/baseline.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { countIdentities } from '../../src/snapshot/model.ts'
import { bytesFiles } from '../../src/snapshot/read.ts'
import type { Reading } from '../../src/source.ts'
import type { Outcome } from '../../src/action/run.ts'
import type * as Steps from '../../src/action/steps.ts'
import { readContext } from '../../src/github/context.ts'
import { accessOf, permissionSet } from '../fixtures/access.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { identitiesOf } from '../fixtures/identities.ts'
import { filesOf, people, STORE } from '../end-to-end/scene.ts'

const real: Record<string, unknown> = { ...(await import('../../src/action/steps.ts')) }
/** The steps of the run that is under way. */
let world: Record<string, unknown>
jest.unstable_mockModule('../../src/action/steps.ts', () => {
  const asked =
    (name: string) =>
    (...parameters: unknown[]) =>
      (world[name] as (...parameters: unknown[]) => unknown)(...parameters)
  return Object.fromEntries(Object.keys(real).map((name) => [name, asked(name)]))
})
const { run: runAction } = await import('../../src/action/run.ts')

const ACCOUNT = '111122223333'
let temp: string
/** What was asked of the world, and told, in order. */
let told: string[]

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'sync-'))
  told = []
})
afterEach(() => {
  rmSync(temp, { recursive: true })
})

const NONE: Baseline = { state: 'none' }
const EMPTY: Baseline = { state: 'empty', kind: 'base', reference: 'c1' }
const ABSENT: Baseline = { state: 'absent', reason: 'There never was one.' }
function before(users: number, manifest = {}): Baseline {
  const files = new Map(
    Object.entries(filesOf(people(users), manifest)).map(([name, text]) => [name, Buffer.from(text)]),
  )
  return { state: 'found', kind: 'artifact', reference: '7', files: bytesFiles('artifact 7', files) }
}

/** A run that finds 20 users, in a world where all goes well but for what is said. */
function run(
  kind: 'aws' | 'directory',
  baseline: Baseline,
  {
    inputs = {},
    reading = {},
    visibility = 'private',
    environment = {},
    step,
    ...others
  }: Partial<typeof Steps> & {
    inputs?: Record<string, string>
    reading?: Partial<Reading>
    visibility?: string | undefined
    environment?: Record<string, string>
    step?: string
  } = {},
): Promise<Outcome> {
  const note = <T>(text: string, value: T): Promise<T> => {
    told.push(text)
    return Promise.resolve(value)
  }
  const identities = identitiesOf(people(20))
  const read = () =>
    Promise.resolve({ identities, counts: countIdentities(identities), findings: [], ...reading })
  const steps = {
    directoryOf: () => '/out',
    findSnapshot: () => undefined,
    openSource: () => Promise.resolve({ kind, description: DESCRIPTION, read }),
    loadBaseline: () => Promise.resolve(baseline),
    writeSnapshot: () => note('write', 'sha256'),
    uploadSnapshot: (reading, { directory }) =>
      note(`upload ${directory}${reading.access === undefined ? '' : ' with access'}`, {
        artifact: { name: 'a', id: 9, url: 'u', digest: 'd' },
      }),
    reconcileComment: (_, hasChanges) =>
      note(`comment ${String(hasChanges)}`, { url: 'https://example.com/c' }),
    installConnector: () => note('install', { name: 'n', version: 'v' }),
    ...others,
  } satisfies Partial<typeof Steps>
  world = { ...real, ...steps }
  return runAction(
    parseActionSettings({ 'aws-account-id': ACCOUNT, ...inputs }, {}),
    readContext(environment, { repository: { visibility } }),
    {
      environment: { GITHUB_ACTION: step },
      log: {
        debug: () => undefined,
        info: (text) => void told.push(`info: ${text}`),
        warning: (text) => void told.push(`warning: ${text}`),
      },
      workspace: '/out',
      temp,
      home: temp,
      bundle: temp,
      node: process.execPath,
    },
  )
}

const DONE = ['write', 'upload /out', 'install']
const GUARD = expect.stringContaining('loses 20 of 40 users')

describe('a run that reads AWS', () => {
  it.each<[string, Baseline, string[], string]>([
    ['without a baseline tells no pull request', NONE, DONE, ''],
    ['that never had one warns, and tells no pull request', ABSENT, DONE, ''],
    ['against nothing tells of its changes', EMPTY, [...DONE, 'comment true'], 'true'],
    ['against another one tells of its changes', before(19), [...DONE, 'comment true'], 'true'],
    ['against the same tells that there are none', before(20), [...DONE, 'comment false'], 'false'],
  ])('%s', async (_, baseline, steps, changed) => {
    const { outputs, summary, failure, snapshotDirectory } = await run('aws', baseline)
    expect(summary.includes('baseline-and-guard.md')).toBe(baseline === ABSENT)
    expect(told.filter((text) => !text.startsWith('warning'))).toEqual(steps)
    expect(told.filter((text) => text.startsWith('warning'))).toEqual(
      baseline === ABSENT ? ['warning: There never was one.'] : [],
    )
    expect([failure, snapshotDirectory]).toEqual([undefined, '/out'])
    expect(outputs).toMatchObject({
      directory: '/out',
      users: 20,
      'artifact-name': 'a',
      'artifact-id': 9,
      'artifact-url': 'u',
      'artifact-digest': 'd',
      'connector-name': 'n',
      'connector-version': 'v',
      'comment-url': changed === '' ? undefined : 'https://example.com/c',
    })
    expect(String(outputs.changed ?? '')).toBe(changed)
    expect(outputs['report-file'] !== undefined).toBe(changed !== '')
  })

  it('that the guard refuses writes, uploads and installs nothing, but tells the pull request', async () => {
    const { outputs, failure, snapshotDirectory } = await run('aws', before(40))
    expect(told).toEqual(['comment true'])
    expect(failure?.message).toEqual(GUARD)
    expect(snapshotDirectory).toBeUndefined()
    expect(outputs).toMatchObject({
      changed: true,
      'users-removed': 20,
      'comment-url': expect.any(String),
    })
    expect(outputs.directory ?? '').toBe('')
    expect(outputs['artifact-id'] ?? '').toBe('')
    expect(readFileSync(outputs['report-file'] ?? '', 'utf8')).toContain('20 of 40 users')
  })

  it('fails before anything is written where the baseline holds no snapshot', async () => {
    const files = bytesFiles('artifact 7', new Map())
    const baseline: Baseline = { state: 'found', kind: 'artifact', reference: '7', files }
    await expect(run('aws', baseline)).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining('The baseline (artifact 7) contains no snapshot'),
    })
    expect(told).toEqual([])
  })

  it('names in changes-file the account and the store of the baseline', async () => {
    const accounts = { account: '777788889999', ownerAccount: '444455556666' }
    const { outputs } = await run('aws', before(19, accounts))
    expect(JSON.parse(readFileSync(outputs['changes-file'] ?? '', 'utf8'))).toMatchObject({
      baseline: { kind: 'artifact', reference: '7', account: '777788889999', identityStoreId: STORE },
    })
  })

  it.each(['aws', 'directory'] as const)(
    'names the account and its owner, and what %s gave',
    async (kind) => {
      const { summary } = await run(kind, NONE)
      expect(summary).toContain(`Identity store of account \`${ACCOUNT}\``)
      expect(summary).toContain('instance of account `444455556666`')
    },
  )

  const cost: NonNullable<Reading['cost']> = {
    attempts: 19,
    calls: { ListUsers: 3, ListGroups: 4 },
    notes: ['A note.'],
    direction: 'by user',
    seconds: 50,
    ratePerSecond: 18,
    throttles: 5,
    faults: 7,
  }
  it.each<[Reading['accessCost'], Record<string, string>]>([
    [undefined, { 'Calls per second': '18.0 (limit 19)', Time: '50.0 s', Throttled: '5', Retries: '7' }],
    [
      { way: 'by pairs', attempts: 99, seconds: 40, throttles: 20, faults: 30 },
      {
        'Identity Store calls per second': '18.0 (limit 19)',
        Time: '50.0 s',
        Throttled: '25',
        Retries: '37',
      },
    ],
    [
      { way: 'by principal', attempts: 99, seconds: 60, throttles: 1, faults: 2 },
      { Time: '60.0 s', Throttled: '6', Retries: '9', 'Assignments read': 'by principal' },
    ],
  ])('tells what both readings took together, which run side by side: %j', async (accessCost, rows) => {
    const reading = accessCost === undefined ? { cost } : { cost, accessCost }
    const { summary } = await run('aws', NONE, { reading, inputs: { 'requests-per-second': '19' } })
    const told = [...summary.matchAll(/^\| (.+?) +\| +(.+?) +\|$/gm)].map(([, label, value]) => [
      label,
      value,
    ])
    expect(Object.fromEntries(told)).toMatchObject({
      ...rows,
      Calls: '7',
      '`ListUsers`': '3',
      'Memberships read': 'by user',
    })
    expect(summary).toContain('A note.')
    expect(summary.includes('Assignments read')).toBe(accessCost !== undefined)
  })

  it('counts in its summary the assignments that were read', async () => {
    const access = accessOf([['USER', 'u', ACCOUNT, 'a']], [permissionSet('a')])
    expect((await run('aws', NONE, { reading: { access } })).summary).toMatch(/\| Assignments +\| +1 /)
  })

  it('uploads who has access where that was read', async () => {
    await run('aws', NONE, { reading: { access: { accounts: [], permissionSets: [], assignments: [] } } })
    expect(told).toEqual(['write', 'upload /out with access', 'install'])
  })

  describe('with access-review', () => {
    const inputs = { access: 'accounts', 'access-review': 'true' }
    const access = accessOf([['USER', 'u', ACCOUNT, 'a']], [permissionSet('a')])
    const paths = { page: '/r/page', accessCsv: '/r/access', usersCsv: '/r/users' }
    const writeReview: typeof Steps.writeReview = (_, { access }, usersSha256) => {
      told.push(`review of ${access.assignments.length} assignments, ${usersSha256}`)
      return Promise.resolve({ files: paths } as Awaited<ReturnType<typeof Steps.writeReview>>)
    }
    const uploadReview: typeof Steps.uploadReview = ({ files }) => {
      told.push(`upload ${files.page}`)
      return Promise.resolve({ warning: 'Others can read it.' })
    }
    const steps = { writeReview, uploadReview }

    it('writes a review of what was read, and uploads it', async () => {
      const { outputs } = await run('aws', NONE, { ...steps, inputs, reading: { access } })
      expect(told).toEqual([
        'write',
        'upload /out with access',
        'install',
        'review of 1 assignments, sha256',
        'upload /r/page',
        'warning: Others can read it.',
      ])
      expect(outputs).toMatchObject({
        'access-file': join('/out', 'access.json'),
        'access-review-file': '/r/page',
        'access-csv-file': '/r/access',
        'users-csv-file': '/r/users',
        'artifact-id': 9,
      })
    })

    it('takes a directory by the digest of its manifest', async () => {
      await run('directory', NONE, { ...steps, inputs, reading: { access, usersSha256: 'of the manifest' } })
      expect(told).toContain('review of 1 assignments, of the manifest')
    })

    it('writes none where it was not asked to, or the guard refuses', async () => {
      await run('aws', NONE, { ...steps, reading: { access } })
      await run('aws', before(40), { ...steps, inputs, reading: { access } })
      expect(told.filter((text) => text.startsWith('review'))).toEqual([])
    })

    it('fails before anything is written where the snapshot holds no access', async () => {
      await expect(run('directory', NONE, { ...steps, inputs })).rejects.toMatchObject({
        kind: 'precondition',
        message: expect.stringContaining('the snapshot in /out holds no access'),
      })
      expect(told).toEqual([])
    })

    it('fails at its end where the review cannot be written', async () => {
      const writeReview = () => Promise.reject(new UserError('precondition', 'No review.'))
      const { failure, outputs } = await run('aws', NONE, {
        ...steps,
        writeReview,
        inputs,
        reading: { access },
      })
      expect([failure?.message, outputs['artifact-id']]).toEqual(['No review.', 9])
    })
  })

  it('has no access.json where access was not read', async () => {
    expect((await run('aws', NONE)).outputs['access-file']).toBeUndefined()
  })

  it('points to the earlier snapshot where the guard refuses the new one', async () => {
    const { outputs } = await run('aws', before(40), {
      findSnapshot: ({ directory }) => ({ directory, hasAccess: true }),
    })
    expect(outputs).toMatchObject({ directory: '/out', 'access-file': join('/out', 'access.json') })
  })

  it('fails at its end where the upload failed: the comment is there, and no snapshot is named', async () => {
    const uploadSnapshot = () => Promise.reject(new UserError('unavailable', 'No upload.'))
    const { outputs, failure, snapshotDirectory } = await run('aws', before(19), { uploadSnapshot })
    expect(told).toEqual(['write', 'install', 'comment true'])
    expect([failure?.message, snapshotDirectory]).toEqual(['No upload.', undefined])
    const installConnector = () => Promise.reject(new UserError('precondition', 'No home.'))
    const both = await run('aws', NONE, { uploadSnapshot, installConnector })
    expect(both.failure).toMatchObject({ kind: 'unavailable', message: 'No upload.\nNo home.' })
    expect(outputs).toMatchObject({ directory: '/out', changed: true })
  })

  it('tells what the upload, the comment and its place warn of, and notes in the log only', async () => {
    const { summary, failure, outputs } = await run('aws', before(19), {
      visibility: 'public',
      uploadSnapshot: () => Promise.resolve({ warning: 'Not uploaded.', note: 'A note.' }),
      reconcileComment: () => Promise.resolve({ warning: 'No comment.' }),
    })
    expect(told).toEqual([
      expect.stringContaining('repository that is not private'),
      'write',
      'warning: Not uploaded.',
      'info: A note.',
      'install',
      'warning: No comment.',
    ])
    for (const text of ['repository that is not private', 'Not uploaded.', 'No comment.'])
      expect(summary).toContain(text)
    expect(summary).not.toContain('A note.')
    expect(readFileSync(outputs['report-file'] ?? '', 'utf8')).toContain('Not uploaded.')
    expect(failure).toBeUndefined()
  })

  it.each<[string, string, boolean]>([
    ['public', '/out', true],
    ['public', '/out/store', true],
    ['public', '/outside', false],
    ['public', '/', false],
    ['internal', '/out', true],
    ['private', '/out', false],
  ])('of a repository that is %s warns of a snapshot in %s: %p', async (visibility, directory, warns) => {
    await run('aws', NONE, { visibility, directoryOf: () => directory })
    expect(told.some((text) => text.includes('repository that is not private'))).toBe(warns)
  })

  it.each<[string, Baseline, boolean]>([
    ['true', before(19), true],
    ['true', before(20), false],
    ['true', NONE, false],
    ['false', before(19), false],
  ])('with fail-on-change %s', async (value, baseline, fails) => {
    const outcome = await run('aws', baseline, { inputs: { 'fail-on-change': value } })
    expect(outcome.failure?.message.includes('fail-on-change') ?? false).toBe(fails)
    expect(outcome.failure?.kind).toBe(fails ? 'precondition' : undefined)
    expect(outcome.snapshotDirectory).toBe(fails ? undefined : '/out')
    expect(told.slice(0, 3)).toEqual(DONE)
  })
})

it.each<[string | undefined, string, string]>([
  ['private', 'auto', 'full'],
  ['internal', 'auto', 'counts'],
  ['public', 'auto', 'counts'],
  ['something new', 'auto', 'counts'],
  ['public', 'full', 'full'],
  ['private', 'counts', 'counts'],
])('what a run of a repository that is %s tells with detail %s is %s', async (visibility, detail, told) => {
  let shown: string | undefined
  const reconcileComment: typeof Steps.reconcileComment = (input) => {
    shown = input.detail
    return Promise.resolve({})
  }
  await run('aws', before(19), { visibility, inputs: { detail }, reconcileComment })
  expect(shown).toBe(told)
})

it.each(['true', 'false'])('links to the run where GITHUB_ACTIONS is %s', async (isActions) => {
  const environment = { GITHUB_ACTIONS: isActions, GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '7' }
  const { summary } = await run('aws', before(19), { environment, inputs: { detail: 'counts' } })
  expect(summary.includes('https://github.com/o/r/actions/runs/7')).toBe(isActions === 'true')
})

it('each step of a job, and each account, has a report of its own', async () => {
  const other = { inputs: { 'aws-account-id': '444455556666' } }
  const outcomes = [
    await run('aws', before(19), { step: 'sync' }),
    await run('aws', before(19), { step: 'sync_2' }),
    await run('aws', before(19), { step: 'sync', ...other }),
  ]
  for (const name of ['report-file', 'changes-file'] as const) {
    expect(new Set(outcomes.map(({ outputs }) => outputs[name])).size).toBe(3)
  }
})

describe('a run that reads a directory', () => {
  it('writes nothing, and is only warned by the guard: the review decides', async () => {
    const { failure, snapshotDirectory } = await run('directory', before(40), {
      visibility: 'public',
      inputs: { source: './store', tags: 'Title' },
    })
    expect(told).toEqual([
      expect.stringMatching(/^warning: .*tags is ignored/),
      expect.stringMatching(/^warning: .*loses 20 of 40 users/),
      'upload /out',
      'install',
      'comment true',
    ])
    expect([failure, snapshotDirectory]).toEqual([undefined, '/out'])
  })
})
