import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { ArtifactService, UploadFault } from '../../emulator/artifact-service.ts'
import { startArtifactService } from '../../emulator/artifact-service.ts'
import { ACCOUNT, removeUser, usersOf } from '../../emulator/organization.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import type { Scene } from './scene.ts'
import {
  anEvent,
  changesOf,
  newDirectory,
  people,
  pullRequestRun,
  putSnapshot,
  REPOSITORY,
  startScene,
} from './scene.ts'

const NAME = `identity-store-${ACCOUNT}`
let scene: Scene
let service: ArtifactService

beforeEach(async () => {
  scene = await startScene()
  service = await startArtifactService()
})
afterEach(async () => {
  await Promise.all([scene.close(), service.close()])
})

/** One workflow run of its own, which reads AWS. */
function runJob(inputs: Record<string, string> = {}, more: RunActionOptions = {}): Promise<ActionResult> {
  const run = scene.repository.createRun({ event: more.eventName ?? 'schedule' })
  return scene.run({
    eventName: 'schedule',
    ...more,
    env: {
      GITHUB_RUN_ID: String(run),
      ACTIONS_RESULTS_URL: service.url,
      ACTIONS_RUNTIME_TOKEN: service.runtimeToken(scene.repository, run),
      ...more.env,
    },
    inputs,
  })
}

/** Names and contents of a zip, by its directory. */
function unzip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameBytes, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + zip.readUInt32LE(at + 20))
    const content = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data
    files.set(zip.toString('utf8', at + 46, at + 46 + nameBytes), content)
    at += 46 + nameBytes + extra + comment
  }
  return files
}

const artifactOutputs = ({ outputs }: ActionResult) =>
  ['artifact-name', 'artifact-id', 'artifact-url', 'artifact-digest'].map((name) => outputs[name])
const none = ['', '', '', '']

/** The snapshot is there, whatever became of the upload. */
function verifySnapshot(result: ActionResult): void {
  const manifest = JSON.parse(readFileSync(result.outputs['manifest-file'] ?? '', 'utf8')) as {
    files: Record<string, { sha256: string }>
  }
  for (const [output, name] of [
    ['users-file', 'users.json'],
    ['groups-file', 'groups.json'],
  ] as const) {
    const content = readFileSync(result.outputs[output] ?? '')
    expect(createHash('sha256').update(content).digest('hex')).toBe(manifest.files[name]?.sha256)
  }
  expect(result.outputs).toMatchObject({ users: '30', groups: '4' })
}

describe('an artifact', () => {
  it('holds exactly the three files, and the outputs say where it is', async () => {
    const workspace = newDirectory()
    // What else lies in the output directory stays where it is.
    putSnapshot(join(workspace, 'store'), { 'users.json': 'old', ...({ 'secret.txt': 'x' } as object) })
    const result = await runJob({ 'output-directory': './store' }, { workspace })
    expect([result.code, result.errors]).toEqual([0, []])
    const [{ id, name, run, zip } = { id: 0, name: '', run: 0, zip: new Uint8Array() }] =
      scene.repository.artifacts()
    expect(name).toBe(NAME)
    expect(artifactOutputs(result)).toEqual([
      NAME,
      String(id),
      `https://github.com/${REPOSITORY}/actions/runs/${String(run)}/artifacts/${String(id)}`,
      createHash('sha256').update(zip).digest('hex'),
    ])
    const files = unzip(Buffer.from(zip))
    expect([...files.keys()].sort()).toEqual(['groups.json', 'manifest.json', 'users.json'])
    for (const [file, content] of files) expect(content).toEqual(readFileSync(join(workspace, 'store', file)))
    expect(service.log.filter((line) => line.startsWith('POST'))).toEqual([
      'POST CreateArtifact',
      'POST FinalizeArtifact',
    ])
    verifySnapshot(result)
  })

  it('is the baseline of the next run', async () => {
    const first = await runJob()
    expect(first.warnings).toEqual([
      `There is no earlier artifact ${NAME} of this workflow on the default branch: removals were not checked. This is the first run: its artifact will be the baseline of the next one.`,
    ])
    const [leaver] = usersOf(scene.organization)
    removeUser(scene.organization, leaver?.UserId ?? '')
    const second = await runJob()
    expect([second.code, second.errors, second.warnings]).toEqual([0, [], []])
    expect(second.outputs).toMatchObject({ changed: 'true', 'users-removed': '1', 'users-added': '0' })
    expect(changesOf(second)).toMatchObject({
      baseline: { kind: 'artifact', reference: first.outputs['artifact-id'], account: ACCOUNT },
    })
    const third = await runJob()
    expect(third.outputs['changed']).toBe('false')
    expect(changesOf(third)).toMatchObject({ baseline: { reference: second.outputs['artifact-id'] } })
    expect(scene.repository.artifacts()).toHaveLength(3)
  })

  it('is not replaced by what the guard refuses', async () => {
    await runJob()
    for (const { UserId } of usersOf(scene.organization).slice(0, 20)) removeUser(scene.organization, UserId)
    const refused = await runJob({ 'upload-artifact': 'true' })
    expect([refused.code, artifactOutputs(refused)]).toEqual([1, none])
    expect(scene.repository.artifacts()).toHaveLength(1)
  })

  it('has the name and the retention that are asked for', async () => {
    const result = await runJob({ 'artifact-name': 'people of example', 'artifact-retention-days': '7' })
    expect(result.outputs['artifact-name']).toBe('people of example')
    expect(scene.repository.artifacts()).toMatchObject([{ name: 'people of example' }])
    const expires = service.calls[0]?.body['expires_at']
    const days = (new Date(String(expires)).getTime() - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(7)
  })

  it('has the retention of the repository where none is asked for', async () => {
    await runJob()
    const [created] = service.calls
    expect(created).toMatchObject({ method: 'CreateArtifact', body: { name: NAME } })
    expect(created?.body['expires_at'] ?? null).toBeNull()
  })
})

describe('upload-artifact: auto', () => {
  const withVisibility = (visibility: 'public' | 'internal'): RunActionOptions => ({
    event: anEvent(visibility),
  })
  it.each<[string, RunActionOptions, string]>([
    [
      'a public repository',
      withVisibility('public'),
      'The snapshot is not uploaded: the repository is public, and others could download it. Set upload-artifact to true to upload it anyway.',
    ],
    [
      'an internal repository',
      withVisibility('internal'),
      'The snapshot is not uploaded: the repository is internal, and others could download it. Set upload-artifact to true to upload it anyway.',
    ],
    [
      'a repository of which nothing is known',
      { event: {} },
      'The snapshot is not uploaded: the repository is of unknown visibility, and others could download it. Set upload-artifact to true to upload it anyway.',
    ],
    ['a pull request', pullRequestRun(), 'The snapshot is not uploaded on pull request events.'],
  ])('does not upload from %s, and says so in the log', async (_title, options, sentence) => {
    const result = await runJob({ baseline: 'none' }, options)
    expect([result.code, result.warnings, artifactOutputs(result)]).toEqual([0, [], none])
    expect(result.stdout).toContain(`${sentence}\n`)
    expect(service.log).toEqual([])
    verifySnapshot(result)
  })

  it.each<[string, RunActionOptions]>([
    ['a public repository', withVisibility('public')],
    ['a pull request', pullRequestRun()],
  ])('true uploads from %s too', async (_title, options) => {
    const result = await runJob({ baseline: 'none', 'upload-artifact': 'true' }, options)
    expect([result.code, result.errors, scene.repository.artifacts().length]).toEqual([0, [], 1])
  })

  it('false never uploads', async () => {
    const result = await runJob({ baseline: 'none', 'upload-artifact': 'false' })
    expect([result.code, result.warnings, artifactOutputs(result), service.log]).toEqual([0, [], none, []])
  })

  it.each(['auto', 'true'])('%s: nothing of a directory is uploaded', async (mode) => {
    const workspace = newDirectory()
    putSnapshot(join(workspace, 'store'), people(3))
    const result = await runJob({ source: './store', 'upload-artifact': mode }, { workspace })
    expect([result.code, result.warnings.length, service.log]).toEqual([0, mode === 'auto' ? 0 : 1, []])
  })
})

describe('a snapshot in the workspace of a repository that others can read', () => {
  it('is a warning', async () => {
    const inputs = { 'output-directory': './store', baseline: 'none' }
    const open = await runJob(inputs, { event: anEvent('public') })
    expect([open.code, open.warnings]).toEqual([
      0,
      [
        'The snapshot contains names and e-mail addresses, and is in the workspace of a repository that is not private. Make sure that no later step commits or uploads it.',
      ],
    ])
    expect(open.summary).toContain('no later step commits or uploads it')
    const closed = await runJob({ ...inputs, 'upload-artifact': 'false' })
    expect(closed.warnings).toEqual([])
  })
})

describe('an upload that fails', () => {
  let earlier = ''
  beforeAll(async () => {
    const first = await startScene()
    const result = await first.run({ inputs: { baseline: 'none', 'upload-artifact': 'false' } })
    earlier = result.outputs['directory'] ?? ''
    await first.close()
  })
  const server: RunActionOptions = { env: { GITHUB_SERVER_URL: 'https://github.example.com' } }
  const noToken: RunActionOptions = { env: { ACTIONS_RUNTIME_TOKEN: undefined } }
  // The service that is silent would be waited for during minutes.
  const short: RunActionOptions = { env: { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: '1' } }
  const could = `The artifact ${NAME} could not be uploaded: `
  const cases: [string, UploadFault | undefined, RunActionOptions, string][] = [
    [
      'because the name is taken',
      'name taken',
      {},
      `${could}this workflow run already has one with that name. Give each use of the action in a run its own artifact-name.`,
    ],
    [
      'because it is not allowed',
      'forbidden',
      {},
      `${could}the artifact service rejected this job. Check the repository's and organization's Actions settings.`,
    ],
    [
      'because the quota is used up',
      'quota',
      {},
      `${could}the storage quota for artifacts is used up. Delete old artifacts or raise the limit.`,
    ],
    [
      'half way',
      'half way',
      {},
      `${could}the artifact service did not accept it. Run the workflow again; see githubstatus.com.`,
    ],
    [
      'because nobody answers',
      'silent',
      short,
      `${could}the artifact service did not accept it. Run the workflow again; see githubstatus.com.`,
    ],
    [
      'because this is no job',
      undefined,
      noToken,
      `${could}this is not a step of a GitHub Actions job with access to artifacts. Set upload-artifact to false.`,
    ],
    [
      'because GitHub Enterprise Server has no such artifacts',
      undefined,
      server,
      'The snapshot was not uploaded: GitHub Enterprise Server does not support these artifacts.',
    ],
  ]

  it.each(cases)(
    '%s is a warning with auto: the snapshot is there',
    async (_title, fault, options, sentence) => {
      service.fail(fault)
      const result = await runJob({ baseline: 'none' }, options)
      expect([result.code, result.errors, result.warnings.length]).toEqual([0, [], 1])
      expect(result.warnings[0]?.startsWith(sentence)).toBe(true)
      expect(result.warnings[0]).toMatch(
        / (The snapshot is still in the output directory|The outputs have the paths of the files)\.$/,
      )
      expect(artifactOutputs(result)).toEqual(none)
      expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: result.outputs['directory'] })
      verifySnapshot(result)
      expect(scene.repository.artifacts()).toEqual([])
    },
  )

  it.each(cases)(
    '%s fails the run with true, after everything is written',
    async (_title, fault, options, sentence) => {
      service.fail(fault)
      const result = await runJob({ baseline: earlier, 'upload-artifact': 'true' }, options)
      expect([result.code, result.errors.length]).toEqual([1, 1])
      expect(result.errors[0]?.startsWith(sentence)).toBe(true)
      expect(result.outputs).toMatchObject({ changed: 'false', 'users-added': '0' })
      expect(artifactOutputs(result)).toEqual(none)
      expect(result.summary).toContain('no changes')
      expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
      verifySnapshot(result)
    },
  )
})
