import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { FileContent } from '../../emulator/git-objects.ts'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import type { TokenOptions } from '../../emulator/github-api.ts'
import type { Repository } from '../../emulator/github-repository.ts'
import { findBaseline } from '../../src/github/baseline.ts'
import type { Baseline, BaselineOptions } from '../../src/github/baseline.ts'
import { createClient } from '../../src/github/client.ts'
import type { ClientOptions, GitHubClient } from '../../src/github/client.ts'
import { readContext } from '../../src/github/context.ts'
import type { GitHubContext } from '../../src/github/context.ts'
import { parseActionSettings, type ActionSettings } from '../../src/settings.ts'
import { textOf, zipOf } from './archive.ts'

/** As GitHub says it. */
const SECONDARY_LIMIT = {
  status: 429,
  message: 'You have exceeded a secondary rate limit.',
  headers: { 'retry-after': '1' },
}
const WORKFLOW = '.github/workflows/sync.yml'
const PLACE = realpathSync(mkdtempSync(join(tmpdir(), 'baseline-')))
const WORKSPACE = join(PLACE, 'space')

/** The workspace is a repository that tracks out/users.json and readme/README; old/ stands beside. */
beforeAll(() => {
  for (const file of [
    'space/out/users.json',
    'space/readme/README',
    'space/old/users.json',
    'else/old/groups.json',
  ]) {
    mkdirSync(dirname(join(PLACE, file)), { recursive: true })
    writeFileSync(join(PLACE, file), '[1]')
  }
  git('init', '--quiet')
  git('add', 'out', 'readme')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'x', '--no-gpg-sign')
})
afterAll(() => {
  rmSync(PLACE, { recursive: true })
})

function git(...args: string[]): string {
  return execFileSync('git', ['-C', WORKSPACE, ...args], { encoding: 'utf8' }).trim()
}

function contextOf(event: object = {}, env: Record<string, string> = {}): GitHubContext {
  const fixed = {
    GITHUB_REPOSITORY: 'example/identities',
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_WORKFLOW_REF: `example/identities/${WORKFLOW}@refs/heads/main`,
    GITHUB_WORKSPACE: WORKSPACE,
  }
  const repository = { default_branch: 'main', visibility: 'private' }
  return readContext({ ...fixed, ...env }, { repository, ...event })
}

const SETTINGS: ActionSettings = {
  ...parseActionSettings({ 'aws-account-id': '111122223333', 'github-token': 'a token' }, {}),
  artifactName: 'a',
}

describe('findBaseline', () => {
  let github: GitHub
  let repository: Repository
  const reader: TokenOptions = { permissions: { contents: 'read', actions: 'read', pull_requests: 'read' } }

  beforeEach(async () => {
    github = await startGitHub({ largeFile: 100, hugeFile: 10_000, largeTree: 20 })
    repository = github.createRepository({ owner: 'example', name: 'identities' })
  })
  afterEach(() => github.close())

  function find(
    part: Partial<ActionSettings>,
    edges: Partial<BaselineOptions> = {},
    token = reader,
  ): Promise<Baseline> {
    return findBaseline(
      { ...SETTINGS, ...part },
      {
        context: contextOf(),
        client: () => createClient(optionsOf(token)),
        roots: [WORKSPACE],
        environment: process.env,
        ...edges,
      },
    )
  }

  function optionsOf(token: TokenOptions): ClientOptions {
    return {
      apiUrl: github.url,
      owner: 'example',
      repository: 'identities',
      token: github.createToken(token),
      second: 1,
    }
  }

  describe('in a world that has one of each kind', () => {
    let pull: number

    beforeEach(() => {
      const files = Object.fromEntries(
        ['', 'in/', 'out/', 'out/x/', '..out/'].map((path) => [`${path}users.json`, '[]']),
      )
      const base = repository.commit({ files, branch: 'main' })
      pull = repository.createPull({ base, head: base })
      repository.addArtifact({
        name: 'a',
        run: repository.createRun(),
        zip: zipOf([{ name: 'users.json', content: '[]' }]),
      })
    })

    async function found(part: Partial<ActionSettings>, eventName: string, env = {}): Promise<string> {
      const event = eventName.startsWith('pull_request') ? { pull_request: { number: pull } } : {}
      const context = contextOf(event, { GITHUB_EVENT_NAME: eventName, ...env })
      const baseline = await find(part, { context })
      if (baseline.state !== 'found') return baseline.state
      return `${baseline.kind}: ${baseline.files.label.replace(/(?<=artifact )\d+|(?<=HEAD \()[0-9a-f]{12}/, '7')}`
    }

    const OUT = { outputDirectory: './out' }
    const IN = { source: { path: './in' } }
    const ELSEWHERE = join(PLACE, 'else', 'old')
    const NO_TOKEN = { githubToken: '' }
    const ARTIFACT = 'artifact: artifact 7'
    const HEAD = `commit: ${join(WORKSPACE, 'out')} at HEAD (7)`
    const base = (path: string) => expect.stringMatching(`^base: ${path} at the base commit [0-9a-f]{12}$`)
    it.each<[Partial<ActionSettings>, string, unknown]>([
      [{ baseline: 'none', ...OUT }, 'schedule', 'none'],
      [{ baseline: 'none', ...IN }, 'pull_request', 'none'],
      [{ baseline: { path: './old' } }, 'schedule', `path: ${join(WORKSPACE, 'old')}`],
      [{ baseline: { path: ELSEWHERE }, ...IN }, 'pull_request', `path: ${ELSEWHERE}`],
      [{ baseline: 'artifact', ...OUT }, 'schedule', ARTIFACT],
      [{ baseline: 'artifact', ...IN }, 'pull_request', ARTIFACT],
      [{ baseline: 'base', outputDirectory: './out/x' }, 'pull_request', base('out/x')],
      [{ baseline: 'base', outputDirectory: join(WORKSPACE, 'out') }, 'pull_request', base('out')],
      [{ baseline: 'base', outputDirectory: './..out' }, 'pull_request', base('..out')],
      [{ baseline: 'base', ...IN, ...OUT }, 'pull_request', base('in')],
      [{ baseline: 'base', source: { path: './' } }, 'pull_request', base('.')],
      [{}, 'schedule', ARTIFACT],
      [{}, 'pull_request', ARTIFACT],
      [OUT, 'schedule', HEAD],
      [OUT, 'pull_request', HEAD],
      [OUT, 'pull_request_target', HEAD],
      [{ outputDirectory: './untracked' }, 'pull_request', ARTIFACT],
      [{ ...OUT, uploadArtifact: 'true' }, 'schedule', HEAD],
      [IN, 'schedule', 'none'],
      [{ ...IN, ...OUT }, 'push', 'none'],
      [IN, 'pull_request', base('in')],
      [{ ...IN, ...OUT }, 'pull_request_target', base('in')],
      [NO_TOKEN, 'schedule', 'absent'],
      [{ ...NO_TOKEN, outputDirectory: './untracked' }, 'pull_request', 'absent'],
      [{ ...NO_TOKEN, ...OUT }, 'schedule', HEAD],
      [{ ...NO_TOKEN, baseline: 'artifact' }, 'schedule', ARTIFACT],
    ])('is for %j on %s: %j', async (part, eventName, expected) => {
      expect(await found(part, eventName)).toEqual(expected)
    })

    it('is that of the pull request that is named on any event', async () => {
      expect(await found({ baseline: 'base', ...IN, pullRequest: pull }, 'push')).toEqual(base('in'))
    })

    it('is looked for on GitHub without a token too, for there somebody took it away', async () => {
      expect(await found(NO_TOKEN, 'schedule', { GITHUB_ACTIONS: 'true' })).toBe(ARTIFACT)
    })

    it.each([
      [undefined, 'Set output-directory'],
      ['../elsewhere', 'outside the workspace'],
      ['/temp/store', 'outside the workspace'],
      ['..', 'outside the workspace'],
    ])('needs a path inside the repository where base has %s', async (outputDirectory, sentence) => {
      await expect(found({ baseline: 'base', outputDirectory }, 'pull_request')).rejects.toThrow(sentence)
      expect(github.log).toEqual([])
    })
  })

  it('asks nobody for none, nor outside of GitHub, where it says that removals were not checked', async () => {
    expect(await find({ baseline: 'none' })).toEqual({ state: 'none' })
    expect(await find({ githubToken: '' })).toEqual({
      state: 'absent',
      reason: expect.stringContaining('removals were not checked'),
    })
    expect(github.log).toEqual([])
  })

  describe('of a path', () => {
    it('is that directory', async () => {
      const baseline = await find({ baseline: { path: './old' } })
      expect(baseline).toMatchObject({ state: 'found', kind: 'path', reference: './old' })
      const open = baseline.state === 'found' ? await baseline.files.open('users.json') : undefined
      expect(await textOf(open)).toBe('[1]')
    })

    it('is not read through a link below the roots', async () => {
      symlinkSync(join(PLACE, 'else'), join(WORKSPACE, 'link'))
      await expect(find({ baseline: { path: './link/old' } })).rejects.toThrow('symbolic link')
      expect(await find({ baseline: { path: './link/old' } }, { roots: [] })).toMatchObject({ kind: 'path' })
    })

    it('is an error where nothing is there', async () => {
      await expect(find({ baseline: { path: '/old' } })).rejects.toThrow(
        'There is no snapshot in the baseline directory /old',
      )
    })
  })

  describe('of the base', () => {
    const settings = { baseline: 'base', source: { path: './store/main' } } as const
    const snapshot = (users: string) => ({
      'store/main/users.json': users,
      'store/main/groups.json': '[]',
      README: 'x',
    })

    /** main: root - onto; topic branches off root; merge has onto as its first parent. */
    function history(files: (name: string) => Record<string, FileContent>) {
      const root = repository.commit({ files: files('root') })
      const onto = repository.commit({ files: files('onto'), parents: [root], branch: 'main' })
      const topic = repository.commit({ files: files('topic'), parents: [root] })
      const merge = repository.commit({ files: files('merge'), parents: [onto, topic] })
      const number = repository.createPull({ base: onto, head: topic })
      return { root, onto, topic, merge, number }
    }

    async function usersOf(baseline: Baseline): Promise<string | undefined> {
      return baseline.state === 'found' ? textOf(await baseline.files.open('users.json')) : baseline.state
    }

    it.each(['the event', 'the input too'])(
      'is the first parent of the merge commit on a merge ref of %s',
      async (who) => {
        const { merge, number, onto, topic, root } = history(snapshot)
        const event = { pull_request: { number, base: { sha: root }, head: { sha: topic } } }
        const context = contextOf(event, {
          GITHUB_EVENT_NAME: 'pull_request',
          GITHUB_REF: `refs/pull/${number}/merge`,
          GITHUB_SHA: merge,
        })
        const pullRequest = who === 'the event' ? undefined : number
        const baseline = await find({ ...settings, pullRequest }, { context })
        expect(baseline).toMatchObject({ kind: 'base', reference: onto })
        expect(await usersOf(baseline)).toBe('onto')
      },
    )

    it('is what the merge group says', async () => {
      const { onto } = history(snapshot)
      const context = contextOf({ merge_group: { base_sha: onto } }, { GITHUB_EVENT_NAME: 'merge_group' })
      expect(await usersOf(await find(settings, { context }))).toBe('onto')
    })

    it('is the merge base on any other ref, and for a pull request that is named', async () => {
      const { number, onto, topic } = history(snapshot)
      const event = { pull_request: { number, base: { sha: onto }, head: { sha: topic } } }
      const context = contextOf(event, { GITHUB_EVENT_NAME: 'pull_request_target' })
      expect(await usersOf(await find(settings, { context }))).toBe('root')
      expect(await usersOf(await find({ ...settings, pullRequest: number }))).toBe('root')
    })

    it('is of the pull request that is named, not of the one of the event', async () => {
      const { merge, onto, topic, number } = history(snapshot)
      const event = { pull_request: { number: 99, base: { sha: onto }, head: { sha: onto } } }
      const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/99/merge', GITHUB_SHA: merge }
      const context = contextOf({ ...event, merge_group: { base_sha: topic } }, env)
      expect(await usersOf(await find({ ...settings, pullRequest: number }, { context }))).toBe('root')
    })

    it.each([
      ['on the way', Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${String(n)}`, 'x']))],
      ['itself', Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`store/main/a${String(n)}`, 'x']))],
    ])('is an error where GitHub cuts the list of a directory %s off, never empty', async (_, files) => {
      const { number } = history((name) => ({ ...files, ...snapshot(name) }))
      await expect(find({ ...settings, pullRequest: number })).rejects.toThrow(
        'more entries than GitHub lists',
      )
    })

    it('needs a pull request', async () => {
      await expect(find(settings)).rejects.toThrow('Set the input pull-request')
    })

    it('is empty where the base has no snapshot there', async () => {
      const { number, root } = history((name) => ({ 'store/main/notes.txt': name }))
      const empty = { state: 'empty', kind: 'base', reference: root }
      expect(await find({ ...settings, pullRequest: number })).toEqual(empty)
      expect(await find({ ...settings, source: { path: './nowhere/at/all' }, pullRequest: number })).toEqual(
        empty,
      )
    })

    it('reads large files, and says where GitHub gives them no more', async () => {
      const { number } = history((name) => ({
        'users.json': name === 'root' ? 'u'.repeat(9_999) : '',
        'groups.json': 'g'.repeat(10_001),
      }))
      const baseline = await find({ ...settings, source: { path: './' }, pullRequest: number })
      expect(await usersOf(baseline)).toBe('u'.repeat(9_999))
      const groups = baseline.state === 'found' ? baseline.files.open('groups.json').then(textOf) : undefined
      await expect(groups).rejects.toThrow('100 MB')
    })

    it.each([
      ['a file on the way', { store: 'x' }],
      ['a link on the way', { store: { link: 'elsewhere' } }],
      ['a submodule on the way', { store: { submodule: 'f'.repeat(40) } }],
    ])('refuses %s', async (_, files: Record<string, FileContent>) => {
      const { number } = history(() => files)
      await expect(find({ ...settings, pullRequest: number })).rejects.toThrow('is not a directory')
    })

    it('refuses a link in place of a file', async () => {
      const { number } = history(() => ({ 'store/main/users.json': { link: '../../secret' } }))
      await expect(usersOf(await find({ ...settings, pullRequest: number }))).rejects.toThrow(
        'not a regular file',
      )
    })

    it.each([
      ['a token without contents', { permissions: { pull_requests: 'read' } }, 'contents: read'],
      ['a token of another repository', { ...reader, repositories: [] }, 'pull-requests: read'],
    ] as [string, TokenOptions, string][])(
      'is an error for %s, never empty',
      async (_, token, permission) => {
        const { number } = history(() => ({}))
        await expect(find({ ...settings, pullRequest: number }, {}, token)).rejects.toThrow(permission)
      },
    )

    it('names the permission for a pull request that is named', async () => {
      const { number } = history(snapshot)
      const token: TokenOptions = { permissions: { contents: 'read' } }
      await expect(find({ ...settings, pullRequest: number }, {}, token)).rejects.toThrow(
        'pull-requests: read',
      )
      await expect(find({ ...settings, pullRequest: 99 })).rejects.toThrow('Pull request 99')
    })

    it.each([/git\/commits/, /git\/trees/, /git\/blobs/, /compare/, /pulls/])(
      'is an error where %s keeps failing',
      async (path) => {
        const { number } = history(snapshot)
        github.fault({ path, times: 99 })
        await expect(find({ ...settings, pullRequest: number }).then(usersOf)).rejects.toThrow(
          'Run the workflow again',
        )
      },
    )

    it.each([/git\/trees/, /git\/blobs/])(
      'is an error where %s is not found although it must be there',
      async (path) => {
        const { number } = history(snapshot)
        github.fault({ path, status: 404, message: 'Not Found' })
        await expect(find({ ...settings, pullRequest: number }).then(usersOf)).rejects.toThrow(
          'contents: read',
        )
      },
    )

    it('is an error where GitHub never answers', async () => {
      const { number } = history(snapshot)
      github.fault({ path: /git\/trees/, kind: 'hang', times: 99 })
      const client = () => createClient({ ...optionsOf(reader), deadline: 50 })
      await expect(find({ ...settings, pullRequest: number }, { client })).rejects.toThrow(
        'did not respond properly',
      )
    })

    it('outlives two failures, and a broken connection', async () => {
      const { number } = history(snapshot)
      github.fault({ path: /git\/trees/, times: 2 })
      github.fault({ path: /git\/blobs/, kind: 'reset' })
      github.fault({ path: /compare/, ...SECONDARY_LIMIT })
      expect(await usersOf(await find({ ...settings, pullRequest: number }))).toBe('root')
    })
  })

  describe('of HEAD', () => {
    it('is what git tracks', async () => {
      const baseline = await find({ outputDirectory: './out' })
      const commit = git('rev-parse', 'HEAD')
      expect(baseline).toMatchObject({ state: 'found', kind: 'commit', reference: commit })
      const open = baseline.state === 'found' ? await baseline.files.open('users.json') : undefined
      expect(await textOf(open)).toBe('[1]')
      expect(github.log).toEqual([])
    })

    it.each(['./untracked', './readme'])(
      'is the artifact where git has no snapshot in %s',
      async (outputDirectory) => {
        expect(await find({ outputDirectory })).toMatchObject({ state: 'absent' })
        expect(github.log).not.toEqual([])
      },
    )
  })

  describe('of an artifact', () => {
    const settings = {}
    const zip = (users: string) => zipOf([{ name: 'users.json', content: users }])
    const add = (
      run: Parameters<Repository['createRun']>[0],
      more: { expired?: boolean; digest?: string | null; zip?: Uint8Array; name?: string } = {},
    ) => repository.addArtifact({ name: 'a', zip: zip('[1]'), run: repository.createRun(run), ...more })

    it('is the newest of this workflow on the default branch, whatever became of the run', async () => {
      add({})
      const newest = add({ event: 'push', conclusion: 'failure' }, { zip: zip('[2]') })
      add({ branch: 'topic' })
      add({ workflow: '.github/workflows/other.yml' })
      add({ event: 'pull_request' })
      add({ event: 'workflow_run' })
      add({ event: 'pull_request_target' })
      add({}, { name: 'b' })
      add({ headRepository: github.createRepository({ owner: 'other', name: 'identities' }) })
      add({ headRepository: null })
      const baseline = await find(settings)
      expect(baseline).toMatchObject({ state: 'found', kind: 'artifact', reference: String(newest) })
      const open = baseline.state === 'found' ? await baseline.files.open('users.json') : undefined
      expect(await textOf(open)).toBe('[2]')
    })

    it.each(['@main', '@refs/heads/main', '@refs/tags/main', '@refs/pull/7/merge'])(
      'is of the workflow file whose path GitHub gives with %s',
      async (ref) => {
        const artifact = add({ workflow: `${WORKFLOW}${ref}` })
        expect(await find(settings)).toMatchObject({ reference: String(artifact) })
      },
    )

    it.each([`${WORKFLOW}@evil.yml`, `${WORKFLOW}@evil.yml@refs/heads/main`, `${WORKFLOW}@evil.yml@main`])(
      'is not that of %s',
      async (workflow) => {
        add({ workflow })
        expect(await find(settings)).toMatchObject({ state: 'absent' })
      },
    )

    it.each(['push', 'workflow_dispatch'])(
      'of a %s counts where its commit is on the default branch',
      async (event) => {
        const old = repository.commit({ files: {}, branch: 'main' })
        const tip = repository.commit({ files: {}, parents: [old], branch: 'main' })
        const ahead = repository.commit({ files: {}, parents: [tip] })
        const diverged = repository.commit({ files: {}, parents: [old] })
        const foreign = repository.commit({ files: {} })
        for (const sha of [old, tip]) {
          const artifact = add({ event, sha })
          expect(await find(settings)).toMatchObject({ reference: String(artifact) })
        }
        const last = add({ event, sha: tip })
        // GitHub calls a tag the branch of the run that its push starts.
        repository.tag('main', ahead)
        for (const sha of [ahead, diverged, foreign, '0'.repeat(40)]) add({ event, sha })
        expect(await find(settings)).toMatchObject({ reference: String(last) })
      },
    )

    it('of a schedule counts as it is', async () => {
      const artifact = add({ sha: '0'.repeat(40) })
      const token: TokenOptions = { permissions: { actions: 'read' } }
      expect(await find(settings, {}, token)).toMatchObject({ reference: String(artifact) })
    })

    it.each([
      ['is forbidden', undefined],
      ['is hidden', 404],
    ])('is an error that names contents: read where the commit of a push %s', async (_, status) => {
      add({})
      add({ event: 'push' })
      if (status !== undefined) github.fault({ path: /git\/ref|compare/, status, times: 9 })
      await expect(
        find(settings, {}, status === undefined ? { permissions: { actions: 'read' } } : reader),
      ).rejects.toThrow(/comes from the default branch could not be checked: .*"contents: read"/)
    })

    it('is an error where the branch of a push is not to be found, though a tag has its name', async () => {
      const sha = repository.commit({ files: {} })
      repository.tag('main', sha)
      add({ event: 'push', sha })
      await expect(find(settings)).rejects.toThrow('comes from the default branch could not be checked')
    })

    it('is an error where GitHub does not say on which branch the commit is', async () => {
      add({})
      add({ event: 'push' })
      github.fault({ path: /compare/, times: 9 })
      await expect(find(settings)).rejects.toThrow('Run the workflow again')
    })

    it('is found behind hundreds of others', async () => {
      const first = add({})
      const run = repository.createRun({ branch: 'topic' })
      for (let i = 0; i < 250; i++) repository.addArtifact({ name: 'a', zip: zip(''), run })
      const other = repository.createRun({ workflow: '.github/workflows/other.yml' })
      for (let i = 0; i < 250; i++) repository.addArtifact({ name: 'a', zip: zip(''), run: other })
      expect(await find(settings)).toMatchObject({ reference: String(first) })
      // A run is looked at once.
      expect(github.log.filter(({ path }) => path.includes('/actions/runs/'))).toHaveLength(2)
    })

    it('is the newest in whatever order GitHub lists them', async () => {
      const newest = [add({}), add({}), add({})].at(-1)
      const client = async () => {
        const real = await createClient(optionsOf(reader))
        const artifacts: GitHubClient['artifacts'] = async function* (name) {
          for await (const page of real.artifacts(name)) yield page.reverse() as typeof page
        }
        return { ...real, artifacts }
      }
      expect(await find(settings, { client })).toMatchObject({ reference: String(newest) })
    })

    it('is refused where it is larger than any snapshot', async () => {
      add({}, { digest: null })
      async function* artifactZip() {
        const piece = Buffer.alloc(16 * 1024 ** 2)
        for (let n = 0; n <= 8; n++) yield await Promise.resolve(piece)
      }
      const client = async () => ({
        ...(await createClient(optionsOf(reader))),
        artifactZip: () => Promise.resolve(artifactZip()),
      })
      await expect(find(settings, { client })).rejects.toThrow('is larger than 134217728 bytes')
    })

    it('gives up where hundreds of runs of other workflows use its name', async () => {
      for (let i = 0; i < 300; i++) add({ workflow: '.github/workflows/other.yml' })
      const client = async () => ({
        ...(await createClient(optionsOf(reader))),
        workflowRun: () => Promise.resolve({ event: 'push', path: 'other.yml', headSha: '' }),
      })
      await expect(find(settings, { client })).rejects.toThrow('its own artifact-name')
    })

    it('is absent where there never was one', async () => {
      add({ branch: 'topic' })
      expect(await find(settings)).toEqual({
        state: 'absent',
        reason:
          'There is no earlier artifact a of this workflow on the default branch: removals were not checked. The first run on the default branch (schedule, push, workflow_dispatch) will upload one.',
      })
    })

    it('is absent for every run where nothing is uploaded, which is told', async () => {
      const reason = expect.stringContaining('upload-artifact is false, so every run will show this warning')
      expect(await find({ uploadArtifact: 'false' })).toEqual({ state: 'absent', reason })
    })

    it('is an error where there never was one, and one was asked for', async () => {
      await expect(find({ baseline: 'artifact' })).rejects.toThrow(
        'There is no earlier artifact a of this workflow on the default branch, so removals cannot be checked. For the first run, set "baseline: none" once, or leave baseline at auto.',
      )
    })

    it('is absent where the workflow file was renamed, which is told', async () => {
      add({ workflow: '.github/workflows/older.yml' })
      const renamed = add({ workflow: '.github/workflows/old.yml@refs/heads/main' })
      add({ workflow: '.github/workflows/foreign.yml', branch: 'topic' })
      add({ workflow: '.github/workflows/foreign.yml', event: 'pull_request' })
      const told = `.github/workflows/old.yml uploaded one (${renamed}). If this workflow file used to have that name,`
      expect(await find(settings)).toHaveProperty('reason', expect.stringContaining(told))
      await expect(find({ baseline: 'artifact' })).rejects.toThrow(told)
    })

    it('asks for the default branch where the event does not say', async () => {
      repository = github.createRepository({ owner: 'example', name: 'identities', defaultBranch: 'trunk' })
      const artifact = add({})
      add({ branch: 'main' })
      const pushed = add({ event: 'push' })
      const context = { ...contextOf(), defaultBranch: undefined }
      expect(pushed).toBeGreaterThan(artifact)
      expect(await find(settings, { context })).toMatchObject({ reference: String(pushed) })
    })

    it('is an error where the newest has expired, though an older one has not', async () => {
      add({})
      add({}, { expired: true })
      await expect(find(settings)).rejects.toThrow('has expired')
      await expect(find({ baseline: 'artifact' })).rejects.toThrow('has expired')
    })

    it('is an error where it expired between the list and the download', async () => {
      add({})
      github.fault({ path: /zip/, status: 410, message: 'Artifact has expired' })
      await expect(find(settings)).rejects.toThrow('no longer has it')
    })

    it.each([
      ['a token without actions', { permissions: { contents: 'read' } }],
      ['a token of another repository', { ...reader, repositories: [] }],
    ] as [string, TokenOptions][])('is an error for %s', async (_, token) => {
      await expect(find(settings, {}, token)).rejects.toThrow('actions: read')
    })

    it.each([/artifacts\?/, /runs/, /zip/])('is an error where %s keeps failing', async (path) => {
      add({})
      github.fault({ path, times: 99 })
      await expect(find(settings)).rejects.toThrow('Run the workflow again')
    })

    it('is an error with a bad token', async () => {
      const client = () =>
        createClient({ apiUrl: github.url, owner: 'example', repository: 'identities', token: 'no' })
      await expect(find(settings, { client })).rejects.toThrow('Check github-token')
    })

    it('asks which workflow this run is of where the environment does not say', async () => {
      const run = repository.createRun({})
      const artifact = add({})
      const context = { ...contextOf(), workflowFile: undefined, runId: String(run) }
      expect(await find(settings, { context })).toMatchObject({ reference: String(artifact) })
    })

    it('is an error where nobody says which workflow this run is of', async () => {
      add({})
      const context = { ...contextOf(), workflowFile: undefined, runId: '' }
      await expect(find(settings, { context })).rejects.toThrow('could not be read')
    })

    it('is an error where the archive is damaged or differs from its digest', async () => {
      add({}, { digest: `sha256:${'0'.repeat(64)}` })
      await expect(find(settings)).rejects.toThrow('digest differs')
      add({}, { zip: Buffer.from('nonsense') })
      await expect(find(settings)).rejects.toThrow('cannot be read')
    })

    it('takes an old artifact without a digest, and does not send the token to the storage', async () => {
      add({}, { digest: null })
      expect(await find(settings)).toMatchObject({ state: 'found' })
    })
  })
})
