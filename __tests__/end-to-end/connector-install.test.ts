import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runHost } from '../../emulator/raito-host.ts'
import type { RunResult } from '../../emulator/raito-host.ts'
import { ACCOUNT, removeUser, usersOf } from '../../emulator/organization.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import { user as person } from '../fixtures/identities.ts'
import type { Scene } from './scene.ts'
import { filesOf, newDirectory, people, putSnapshot, startScene } from './scene.ts'

const OWN = 'local--connectors/aws-organization-sync'
const DROP_IN = 'raito-io/cli-plugin-aws-organization'
const SOURCE = 'AWS_ORGANIZATION_SYNC_SOURCE'
const VERSION = 'AWS_ORGANIZATION_SYNC_CONNECTOR_VERSION'
const FAILED_PRECONDITION = 9

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene.close())

const quiet = { baseline: 'none', 'upload-artifact': 'false' }

function runOn(inputs: Record<string, string>, more: RunActionOptions = {}): Promise<ActionResult> {
  return scene.run({ ...more, inputs: { ...quiet, ...inputs } })
}

/** The later step: `raito run` of the same job. */
function raitoRun(
  { home, workspace, exported }: ActionResult,
  more: {
    connectorName?: string
    connectorVersion?: string
    parameters?: Record<string, string>
    environment?: Record<string, string>
  } = {},
): Promise<RunResult> {
  const { parameters, environment = {}, ...rest } = more
  return runHost({
    home,
    workingDirectory: workspace,
    connectorName: OWN,
    environment: { ...exported, ...environment },
    parameters: { 'aws-account-id': ACCOUNT, ...parameters },
    ...rest,
  })
}

/** What the CLI would upload is what the action wrote, byte for byte, and the connector left in peace. */
function verifyTaken(run: RunResult, action: ActionResult): void {
  expect(run.error).toBeUndefined()
  expect(run.files?.users).toEqual(readFileSync(action.outputs['users-file'] ?? ''))
  expect(run.files?.groups).toEqual(readFileSync(action.outputs['groups-file'] ?? ''))
  expect(run.counts).toEqual({
    users: Number(action.outputs['users']),
    groups: Number(action.outputs['groups']),
  })
  expect(run.exit).toEqual({ code: 0, signal: null, killed: false })
}

function plugins(home: string, name: string): string[] {
  const directory = join(home, '.raito/plugins', name.split('/')[0] ?? '')
  return existsSync(directory) ? readdirSync(directory).sort() : []
}

describe('raito-connector', () => {
  it('own: installs the connector, and raito run takes over the snapshot of AWS, byte for byte', async () => {
    const action = await runOn({ 'raito-connector': 'own', tags: 'Status, Title', 'machine-users': '^user1' })
    expect([action.code, action.errors]).toEqual([0, []])
    const { 'connector-name': name, 'connector-version': version = '' } = action.outputs
    expect(name).toBe(OWN)
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(action.exported).toEqual({ [SOURCE]: action.outputs['directory'], [VERSION]: version })
    expect(isAbsolute(action.exported[SOURCE] ?? '')).toBe(true)
    expect(plugins(action.home, OWN)).toEqual([
      `aws-organization-sync-${version}`,
      'aws-organization-sync-latest',
    ])
    scene.center.reset()
    for (const connectorVersion of ['', action.exported[VERSION] ?? '']) {
      const run = await raitoRun(action, { connectorVersion })
      verifyTaken(run, action)
      expect(run.info.name.length).toBeGreaterThan(0)
    }
    expect(scene.center.log).toEqual([])
  })

  it.each(['', 'latest', '0.0.1', '0.0.2'])(
    'drop-in: stands in for the reference connector in a raito.yml with version "%s"',
    async (connectorVersion) => {
      const action = await runOn({ 'raito-connector': 'drop-in' })
      expect(action.outputs['connector-name']).toBe(DROP_IN)
      const version = action.outputs['connector-version'] ?? ''
      expect(plugins(action.home, DROP_IN)).toEqual(
        ['0.0.1', '0.0.2', version, 'latest'].sort().map((one) => `cli-plugin-aws-organization-${one}`),
      )
      verifyTaken(await raitoRun(action, { connectorName: DROP_IN, connectorVersion }), action)
    },
  )

  it('drop-in: reads AWS with the values of the reference connector where source says aws', async () => {
    const action = await runOn({ 'raito-connector': 'drop-in', mapping: 'reference' })
    const run = await raitoRun(action, {
      connectorName: DROP_IN,
      parameters: { source: 'aws', 'aws-region': 'eu-west-1', 'requests-per-second': '1000' },
      environment: scene.center.environment,
    })
    verifyTaken(run, action)
    const [first] = JSON.parse(run.files?.users.toString() ?? '[]') as { name: string; userName: string }[]
    expect(first?.name).toBe(first?.userName)
  })

  it('takes over a directory that was the source, wherever the CLI is started', async () => {
    const workspace = newDirectory()
    const directory = putSnapshot(join(workspace, 'store'), people(12))
    const action = await runOn({ source: './store', 'raito-connector': 'own' }, { workspace })
    expect(action.exported[SOURCE]).toBe(directory)
    const run = await raitoRun({ ...action, workspace: newDirectory() })
    verifyTaken(run, action)
    expect(run.files?.users.toString()).toBe(filesOf(people(12))['users.json'])
  })

  it('none: installs nothing, exports where the snapshot is all the same', async () => {
    const action = await runOn({})
    expect(action.outputs).toMatchObject({ 'connector-name': '', 'connector-version': '' })
    expect(action.exported).toEqual({ [SOURCE]: action.outputs['directory'] })
    expect(readdirSync(action.home)).toEqual([])
  })

  it('fails at the end where the home directory cannot be written: the snapshot and its outputs are there', async () => {
    const home = newDirectory()
    writeFileSync(join(home, '.raito'), 'a file')
    const action = await runOn({ 'raito-connector': 'own' }, { home })
    expect(action.code).toBe(1)
    expect(action.errors).toEqual([
      expect.stringMatching(
        /^The Raito connector could not be installed in .*\.raito: [A-Z]+ at .*\. Make the home directory of this job writable\.$/,
      ),
    ])
    expect(action.outputs).toMatchObject({ users: '30', 'connector-name': '' })
    expect(existsSync(action.outputs['users-file'] ?? '')).toBe(true)
    expect(action.exported).toEqual({ [SOURCE]: 'failed' })
  })
})

describe('after a run that failed the connector imports nothing', () => {
  const installed: Record<string, string> = { 'raito-connector': 'own' }

  it.each<[string, (workspace: string) => Promise<Record<string, string>>]>([
    ['a bad input', () => Promise.resolve({ source: 'store' })],
    [
      'a source that was tampered with',
      (workspace) => {
        const files = filesOf(people(12))
        const text = files['users.json'].replace('Name', 'name')
        putSnapshot(join(workspace, 'store'), { ...files, 'users.json': text })
        return Promise.resolve({ source: './store' })
      },
    ],
    [
      'fail-on-change',
      (workspace) => {
        putSnapshot(join(workspace, 'store'), people(12))
        putSnapshot(join(workspace, 'before'), { ...people(12), users: [...people(12).users, person('u9')] })
        return Promise.resolve({ source: './store', baseline: './before', 'fail-on-change': 'true' })
      },
    ],
    [
      'the guard',
      async (workspace) => {
        const first = await runOn({ 'output-directory': './store' }, { workspace })
        expect(first.code).toBe(0)
        for (const { UserId } of usersOf(scene.organization).slice(0, 20))
          removeUser(scene.organization, UserId)
        return { 'output-directory': './store', baseline: './store' }
      },
    ],
    ['AWS', () => Promise.resolve({ 'aws-account-id': '999988887777' })],
  ])('by %s', async (_title, prepare) => {
    const workspace = newDirectory()
    // An earlier run of the job, or of the machine, has installed the connector and exported its snapshot.
    putSnapshot(join(workspace, 'earlier'), people(3))
    const { home } = await runOn({ ...installed, source: './earlier' }, { workspace })
    const action = await runOn({ ...installed, ...(await prepare(workspace)) }, { workspace, home })
    expect([action.code, action.errors.length]).toEqual([1, 1])
    expect(action.exported[SOURCE]).toBe('failed')
    const run = await raitoRun(action)
    expect([run.error?.code, run.files]).toEqual([FAILED_PRECONDITION, undefined])
    expect(run.error?.message).toBe(
      'The earlier AWS Organization Sync run failed (AWS_ORGANIZATION_SYNC_SOURCE is "failed"), so there is no snapshot to import. Fix that run; until then nothing is imported.',
    )
    expect(run.exit).toEqual({ code: 0, signal: null, killed: false })
  })

  it('and none that was changed between the two steps', async () => {
    const workspace = newDirectory()
    putSnapshot(join(workspace, 'store'), people(12))
    const action = await runOn({ ...installed, source: './store' }, { workspace })
    const users = join(workspace, 'store/users.json')
    chmodSync(users, 0o644)
    writeFileSync(users, readFileSync(users, 'utf8').replace('Name', 'name'))
    const run = await raitoRun(action)
    expect([run.error?.code, run.files]).toEqual([FAILED_PRECONDITION, undefined])
    expect(run.error?.message).toContain('is not the file that its manifest.json describes')
  })
})
