import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { startArtifactService } from '../../emulator/artifact-service.ts'
import type { ArtifactService, UploadFault } from '../../emulator/artifact-service.ts'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import type { Repository } from '../../emulator/github-repository.ts'
import { UserError } from '../../src/errors.ts'
import { SNAPSHOT_FILES } from '../../src/snapshot/model.ts'
import { describeNext, uploadFiles } from '../../src/github/artifact.ts'
import type { Upload, UploadResult } from '../../src/github/artifact.ts'
import { findBaseline } from '../../src/github/baseline.ts'
import { createClient } from '../../src/github/client.ts'
import { readContext } from '../../src/github/context.ts'
import { parseActionSettings, type ActionSettings } from '../../src/settings.ts'
import { textOf } from './archive.ts'

type Settings = Pick<ActionSettings, 'source' | 'uploadArtifact' | 'artifactRetentionDays' | 'deadlineMs'>

describe('describeNext', () => {
  const main = 'refs/heads/main'
  const server = { GITHUB_SERVER_URL: 'https://github.example.com' }
  it.each<[Settings['uploadArtifact'], string | undefined, Record<string, string>, string]>([
    ['auto', 'private', { GITHUB_REF: main }, 'This is the first run'],
    ['true', 'public', { GITHUB_REF: main, GITHUB_EVENT_NAME: 'push' }, 'This is the first run'],
    ['auto', 'private', { GITHUB_REF: 'refs/tags/main' }, 'The first run on the default branch ('],
    ['auto', 'private', { GITHUB_REF: 'refs/heads/topic' }, 'The first run on the default branch ('],
    [
      'auto',
      'private',
      { GITHUB_REF: main, GITHUB_EVENT_NAME: 'pull_request_target' },
      'The first run on the default branch (',
    ],
    [
      'auto',
      'public',
      { GITHUB_REF: main },
      'Nothing is uploaded because the repository is public, so every',
    ],
    ['auto', 'internal', { GITHUB_REF: main }, 'Nothing is uploaded because the repository is internal, so'],
    ['auto', undefined, {}, 'Nothing is uploaded because the repository is of unknown visibility, so every'],
    ['false', 'private', { GITHUB_REF: main }, 'upload-artifact is false, so every run'],
    [
      'true',
      'private',
      { GITHUB_REF: main, ...server },
      'GitHub Enterprise Server does not support these artifacts, so',
    ],
  ])('with %s on %s in %j begins with %j', (mode, visibility, env, beginning) => {
    const repository = { visibility, default_branch: 'main' }
    const sentence = describeNext(
      mode,
      readContext({ GITHUB_EVENT_NAME: 'schedule', ...env }, { repository }),
    )
    expect(sentence.startsWith(beginning)).toBe(true)
    expect(sentence.includes('To have a baseline, commit the snapshot')).toBe(beginning.includes(', so'))
  })
})

describe('uploadFiles', () => {
  let github: GitHub
  let service: ArtifactService
  let repository: Repository
  let directory: string
  let run: number

  beforeEach(async () => {
    // The uploader tells the log of the step how far it is.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    github = await startGitHub()
    service = await startArtifactService()
    repository = github.createRepository({ owner: 'example', name: 'identities' })
    run = repository.createRun()
    directory = mkdtempSync(join(tmpdir(), 'upload-'))
    for (const name of ['users', 'groups', 'manifest'])
      writeFileSync(join(directory, `${name}.json`), `[${name}]`, { mode: 0o600 })
    writeFileSync(join(directory, 'private.txt'), 'not ours')
    process.env['ACTIONS_RESULTS_URL'] = service.url
    process.env['ACTIONS_RUNTIME_TOKEN'] = service.runtimeToken(repository, run)
    process.env['GITHUB_SERVER_URL'] = 'https://github.com'
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    await Promise.all([github.close(), service.close()])
    rmSync(directory, { recursive: true })
    delete process.env['ACTIONS_RUNTIME_TOKEN']
  })

  function contextOf(visibility: string | undefined, env: Record<string, string> = {}) {
    const fixed = {
      GITHUB_REPOSITORY: 'example/identities',
      GITHUB_EVENT_NAME: 'schedule',
      GITHUB_RUN_ID: String(run),
      GITHUB_WORKFLOW_REF: 'example/identities/.github/workflows/sync.yml@refs/heads/main',
    }
    return readContext({ ...fixed, ...env }, { repository: { visibility, default_branch: 'main' } })
  }

  function upload(
    part: Partial<Upload & Settings> = {},
    context = contextOf('private'),
  ): Promise<UploadResult> {
    const given = {
      what: 'snapshot',
      source: 'aws',
      name: 'store',
      directory,
      files: SNAPSHOT_FILES,
      uploadArtifact: 'auto',
      artifactRetentionDays: undefined,
      deadlineMs: 120_000,
      ...part,
    } as const
    return uploadFiles(given, given, context)
  }

  it('uploads the three files, which are then the baseline of the next run', async () => {
    const { artifact, warning } = await upload()
    expect(warning).toBeUndefined()
    const [stored] = repository.artifacts()
    expect(artifact).toEqual({
      name: 'store',
      id: stored?.id,
      url: `https://github.com/example/identities/actions/runs/${run}/artifacts/${String(stored?.id)}`,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })

    const token = github.createToken({ permissions: { actions: 'read' } })
    const baseline = await findBaseline(
      {
        ...parseActionSettings({ 'aws-account-id': '111122223333', baseline: 'artifact' }, {}),
        artifactName: 'store',
      },
      {
        context: contextOf('private'),
        client: () => createClient({ apiUrl: github.url, owner: 'example', repository: 'identities', token }),
        roots: [],
        environment: {},
      },
    )
    if (baseline.state !== 'found') throw new Error(baseline.state)
    for (const name of ['users.json', 'groups.json', 'manifest.json'] as const) {
      expect(await textOf(await baseline.files.open(name))).toBe(readFileSync(join(directory, name), 'utf8'))
    }
    expect(Buffer.from(stored?.zip ?? 'private.txt').includes('private.txt')).toBe(false)
  })

  it('asks for the retention that was set', async () => {
    await upload({ artifactRetentionDays: 7 })
    const asked = service.calls.find(({ method }) => method === 'CreateArtifact')?.body['expires_at']
    const days = (Date.parse(String(asked)) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(7)
  })

  it.each([
    [{ uploadArtifact: 'false' }, 'private', {}, {}],
    [{ source: { path: './store' } }, 'private', {}, {}],
    [{}, 'public', {}, { note: expect.stringContaining('is public') }],
    [{}, 'internal', {}, { note: expect.stringContaining('is internal') }],
    [{}, undefined, {}, { note: expect.stringContaining('unknown visibility') }],
    ...['pull_request', 'pull_request_target', 'pull_request_review'].map((GITHUB_EVENT_NAME) => [
      {},
      'private',
      { GITHUB_EVENT_NAME },
      { note: expect.stringContaining('pull request') },
    ]),
    [
      {},
      'private',
      { GITHUB_SERVER_URL: 'https://github.example.com' },
      { warning: expect.stringContaining('Enterprise Server') },
    ],
    [
      { uploadArtifact: 'true', source: { path: './store' } },
      'private',
      {},
      { warning: expect.stringContaining('nothing is uploaded') },
    ],
  ] as [Partial<Upload & Settings>, string | undefined, Record<string, string>, object][])(
    'uploads nothing for %j on %s with %j',
    async (part, visibility, env, result) => {
      expect(await upload(part, contextOf(visibility, env))).toEqual(result)
      expect(service.log).toEqual([])
    },
  )

  it.each([
    ['public', {}],
    [undefined, {}],
    ['private', { GITHUB_EVENT_NAME: 'pull_request' }],
  ] as [string | undefined, Record<string, string>][])(
    'uploads on %s with %j where it was asked to',
    async (visibility, env) => {
      expect((await upload({ uploadArtifact: 'true' }, contextOf(visibility, env))).artifact?.name).toBe(
        'store',
      )
    },
  )

  it.each<[Partial<Upload & Settings>, string | undefined, object | string]>([
    [{}, 'private', 'uploaded'],
    [{ uploadArtifact: 'true', source: { path: './store' } }, 'private', 'uploaded'],
    [{ source: { path: './store' } }, 'private', {}],
    [{ uploadArtifact: 'false' }, 'private', {}],
    [{}, 'public', { note: expect.stringContaining('The access review is not uploaded: the') }],
    [{ uploadArtifact: 'true' }, 'public', 'whoever may read the repository can download names'],
  ])('an access review with %j on %s gives %j', async (part, visibility, result) => {
    const { artifact, ...rest } = await upload({ what: 'access review', ...part }, contextOf(visibility))
    if (typeof result !== 'string') expect({ artifact, ...rest }).toEqual({ artifact: undefined, ...result })
    else expect(`${artifact?.name ?? ''} uploaded ${rest.warning ?? ''}`).toContain(result)
    expect(repository.artifacts()).toHaveLength(typeof result === 'string' ? 1 : 0)
  })

  it('fails where it was asked to and the server has no artifacts', async () => {
    const context = contextOf('private', { GITHUB_SERVER_URL: 'https://github.example.com' })
    await expect(upload({ uploadArtifact: 'true' }, context)).rejects.toThrow('Enterprise Server')
  })

  it.each([
    ['name taken', 'already has one with that name'],
    ['forbidden', 'rejected this job'],
    ['quota', 'quota'],
    ['half way', 'did not accept it'],
    ['silent', 'did not accept it'],
  ] as [UploadFault, string][])('warns with auto and fails with true: %s', async (fault, sentence) => {
    service.fail(fault)
    const deadline = fault === 'silent' ? { deadlineMs: 20 } : {}
    const { warning, artifact } = await upload(deadline)
    expect(warning).toContain(sentence)
    expect(artifact).toBeUndefined()
    const failure = upload({ uploadArtifact: 'true', ...deadline })
    await expect(failure).rejects.toThrow(UserError)
    await expect(failure).rejects.toThrow(sentence)
    expect(readFileSync(join(directory, 'users.json'), 'utf8')).toBe('[users]')
    expect(repository.artifacts()).toEqual([])
  })

  it.each([
    [120_000, 300_000],
    [333, 833],
  ])('gives up after two and a half times the deadline of a call: %i ms', async (deadlineMs, expected) => {
    const deadlines = jest.spyOn(AbortSignal, 'timeout')
    expect(await upload({ deadlineMs })).toHaveProperty('artifact')
    expect(deadlines.mock.calls).toContainEqual([expected])
  })

  it('says that a name is taken when it is used twice in a run', async () => {
    await upload()
    expect((await upload()).warning).toContain('its own artifact-name')
    expect(repository.artifacts()).toHaveLength(1)
  })

  it('says what is missing outside of a job', async () => {
    delete process.env['ACTIONS_RUNTIME_TOKEN']
    expect((await upload()).warning).toContain('not a step of a GitHub Actions job')
  })
})
