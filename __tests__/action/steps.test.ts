import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { startArtifactService } from '../../emulator/artifact-service.ts'
import type { ArtifactService } from '../../emulator/artifact-service.ts'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import type { Repository } from '../../emulator/github-repository.ts'
import {
  loadBaseline,
  reconcileComment,
  uploadReview,
  uploadSnapshot,
  type Host,
} from '../../src/action/steps.ts'
import { readContext } from '../../src/github/context.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { NOBODY } from '../../src/snapshot/memberships.ts'
import { countIdentities } from '../../src/snapshot/model.ts'
import type { OpenSource, Reading } from '../../src/source.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { reportInput } from '../fixtures/report-inputs.ts'

const ACCOUNT = '111122223333'
const STORE = 'd-1234567890'
const INPUT = reportInput({ users: [], groups: [] }, { users: [], groups: [] })

/** The steps of a run with these inputs. */
function stepsOf(
  repository: object,
  inputs: Record<string, string> = {},
  environment: Record<string, string> = {},
  event = {},
) {
  const ignore = (): void => undefined
  const settings = parseActionSettings({ 'aws-account-id': ACCOUNT, ...inputs }, environment)
  const context = readContext(
    { GITHUB_REPOSITORY: 'example/identities', ...environment },
    { repository, ...event },
  )
  const host: Host = {
    environment,
    log: { debug: ignore, info: ignore, warning: ignore },
    workspace: environment['GITHUB_WORKSPACE'] ?? '/workspace',
    temp: '/temp',
    home: '/home',
    bundle: '/bundle',
    node: '/node',
  }
  const jobIn = (directory: string) => ({ settings, context, host, directory })
  const source = (kind: OpenSource['kind']): OpenSource => ({
    kind,
    description: DESCRIPTION,
    read: () => Promise.reject(new Error('it is not read')),
  })
  return {
    findBaseline: () => loadBaseline(jobIn('/out')),
    uploadArtifact(directory: string, hasAccess: boolean) {
      const access = hasAccess ? { accounts: [], permissionSets: [], assignments: [] } : undefined
      const reading: Reading = { identities: NOBODY, access, counts: countIdentities(NOBODY), findings: [] }
      return uploadSnapshot(reading, jobIn(directory))
    },
    uploadReview(directory: string) {
      const paths = ['users.json', 'groups.json', 'access.json'].map((name) => join(directory, name))
      const [page = '', accessCsv = '', usersCsv = ''] = paths
      // Of a review nothing but its files is uploaded.
      const review = { files: { page, accessCsv, usersCsv } } as Parameters<typeof uploadReview>[0]
      return uploadReview(review, jobIn('/out'))
    },
    comment: (hasChanges: boolean, kind: OpenSource['kind'] = 'aws') =>
      reconcileComment(INPUT, hasChanges, source(kind), jobIn('/out')),
  }
}

describe('what a run asks of GitHub', () => {
  let github: GitHub
  let service: ArtifactService
  let repository: Repository
  let pulls: number[]
  let run: number
  let workspace: string

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    github = await startGitHub()
    service = await startArtifactService()
    repository = github.createRepository({ owner: 'example', name: 'identities' })
    const sha = repository.commit({ files: {}, branch: 'main' })
    pulls = [repository.createPull({ base: sha, head: sha }), repository.createPull({ base: sha, head: sha })]
    run = repository.createRun()
    workspace = mkdtempSync(join(tmpdir(), 'edges-'))
    for (const name of ['users', 'groups', 'manifest', 'access'])
      writeFileSync(join(workspace, `${name}.json`), '[]')
    process.env['ACTIONS_RESULTS_URL'] = service.url
    process.env['ACTIONS_RUNTIME_TOKEN'] = service.runtimeToken(repository, run)
    process.env['GITHUB_SERVER_URL'] = 'https://github.com'
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    delete process.env['ACTIONS_RUNTIME_TOKEN']
    rmSync(workspace, { recursive: true })
    await Promise.all([github.close(), service.close()])
  })

  function edges(inputs: Record<string, string> = {}, environment = {}) {
    const permissions = { contents: 'read', actions: 'read', pull_requests: 'write' } as const
    const pull_request = { number: pulls[0], base: { repo: { id: 1 } }, head: { repo: { id: 1 } } }
    return stepsOf(
      { visibility: 'private', default_branch: 'main' },
      { 'github-token': github.createToken({ permissions }), ...inputs },
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: github.url,
        GITHUB_EVENT_NAME: 'schedule',
        GITHUB_WORKFLOW_REF: 'example/identities/.github/workflows/sync.yml@refs/heads/main',
        GITHUB_WORKSPACE: workspace,
        ...environment,
      },
      { pull_request },
    )
  }

  const comment = (inputs: Record<string, string>, hasChanges = true) => edges(inputs).comment(hasChanges)
  const commented = () => pulls.map((pull) => repository.comments(pull).length)

  it.each<[Record<string, string>, boolean, number[]]>([
    [{}, true, [1, 0]],
    [{}, false, [0, 0]],
    [{ comment: 'always' }, false, [1, 0]],
    [{ comment: 'never' }, true, [0, 0]],
    [{ 'pull-request': '2' }, true, [0, 1]],
  ])(
    'with %j, and changes: %j, are comments on its pull requests: %j',
    async (inputs, hasChanges, counts) => {
      const { warning } = await comment(inputs, hasChanges)
      expect([warning, commented()]).toEqual([undefined, counts])
    },
  )

  it.each(['aws', 'directory'] as const)(
    'is a comment of its account, store and kind of source: %s',
    async (kind) => {
      await edges({}).comment(true, kind)
      const [written] = repository.comments(pulls[0] ?? 0)
      expect(written?.body).toMatch(
        new RegExp(`^<!-- aws-organization-sync ${ACCOUNT} ${STORE} ${kind} -->\\n### .*: no changes\\n`),
      )
    },
  )

  it('is a comment with the token of the input only', async () => {
    expect((await comment({ 'github-token': '' })).warning).toContain('github-token is empty')
    expect((await comment({ 'github-token': github.createToken() })).warning).toContain(
      'pull-requests: write',
    )
    expect(commented()).toEqual([0, 0])
  })

  it('is an upload as the inputs say, of the account by default, which is the baseline of the next run', async () => {
    const inputs = { 'artifact-retention-days': '3' }
    const { artifact } = await edges(inputs).uploadArtifact(workspace, false)
    expect(artifact?.name).toBe('identity-store-111122223333')
    const days = (Date.parse(String(service.calls[0]?.body['expires_at'])) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(3)
    expect(await edges().findBaseline()).toMatchObject({ kind: 'artifact', reference: String(artifact?.id) })
    const other = { 'aws-account-id': '444455556666' }
    expect(await edges(other).findBaseline()).toMatchObject({ state: 'absent' })
    expect((await edges({ 'artifact-name': 'mine' }).uploadArtifact(workspace, false)).artifact?.name).toBe(
      'mine',
    )
  })

  it('is an upload of who has access only where that was read', async () => {
    for (const hasAccess of [false, true]) {
      await edges({ 'artifact-name': String(hasAccess) }).uploadArtifact(workspace, hasAccess)
    }
    const names = repository.artifacts().map(({ zip }) => Buffer.from(zip).includes('access.json'))
    expect(names).toEqual([false, true])
  })

  it.each<[Record<string, string>, object]>([
    [{ 'upload-artifact': 'false' }, {}],
    [{ source: './store' }, {}],
    [
      { source: './store', 'upload-artifact': 'true' },
      { warning: expect.stringContaining('nothing is uploaded') },
    ],
    [{ source: './store', 'upload-artifact': 'true', 'access-review': 'true' }, {}],
  ])('is no upload with %j', async (inputs, result) => {
    expect(await edges(inputs).uploadArtifact(workspace, false)).toEqual(result)
    expect(service.log).toEqual([])
  })

  it('is an upload of the review of an account, by its files', async () => {
    const { artifact } = await edges().uploadReview(workspace)
    expect(artifact?.name).toBe('access-review-111122223333')
    const [zip = ''] = repository.artifacts().map(({ zip }) => Buffer.from(zip).toString('latin1'))
    expect(['users', 'groups', 'access', 'manifest'].map((name) => zip.includes(`${name}.json`))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('is an upload of the snapshot beside that of an access review', async () => {
    const inputs = { access: 'accounts', 'access-review': 'true' }
    expect(await edges(inputs).uploadArtifact(workspace, true)).toHaveProperty('artifact')
  })

  it('is an upload on a pull request where it was asked for, and an error then where it fails', async () => {
    const event = { GITHUB_EVENT_NAME: 'pull_request_target' }
    service.fail('forbidden')
    expect(await edges({}, event).uploadArtifact(workspace, false)).toEqual({
      note: expect.any(String),
    })
    const asked = edges({ 'upload-artifact': 'true' }, event).uploadArtifact(workspace, false)
    await expect(asked).rejects.toThrow('rejected this job')
  })

  it('gives up after two and a half times the deadline of a call', async () => {
    service.fail('silent')
    const deadline = { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: '0.02' }
    expect((await edges({}, deadline).uploadArtifact(workspace, false)).warning).toContain(
      'did not accept it',
    )
  })

  it('is no baseline without a token, nor through a link of the workspace', async () => {
    const asked = { baseline: 'artifact', 'github-token': '' }
    await expect(edges(asked).findBaseline()).rejects.toThrow('github-token is empty')
    mkdirSync(join(workspace, 'real', 'store'), { recursive: true })
    writeFileSync(join(workspace, 'real', 'store', 'users.json'), '[]')
    symlinkSync(join(workspace, 'real'), join(workspace, 'link'))
    await expect(edges({ baseline: './link/store' }).findBaseline()).rejects.toThrow('symbolic link')
    expect(await edges({ baseline: './real/store' }).findBaseline()).toMatchObject({
      kind: 'path',
      reference: './real/store',
    })
    expect(github.log).toEqual([])
  })
})
