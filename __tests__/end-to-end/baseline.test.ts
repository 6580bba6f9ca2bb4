import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { RunOptions } from '../../emulator/github-repository.ts'
import { ACCOUNT } from '../../emulator/organization.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import { zipOf } from '../github/archive.ts'
import type { Records } from '../fixtures/identities.ts'
import type { Files, Scene } from './scene.ts'
import {
  anEvent,
  changesOf,
  filesOf,
  newDirectory,
  people,
  pullRequestRun,
  putSnapshot,
  repositoryOf,
  startScene,
  STORE,
  tree,
} from './scene.ts'

/** Each size of a snapshot stands for one commit or artifact: `users-added` says which was taken. */
const NOW = 50
const ARTIFACT = `identity-store-${ACCOUNT}`
const ABSENT = `There is no earlier artifact ${ARTIFACT} of this workflow on the default branch`

let scene: Scene
let workspace: string

beforeEach(async () => {
  scene = await startScene()
  workspace = newDirectory()
  putSnapshot(join(workspace, 'identity-store'), people(NOW))
})
afterEach(() => scene.close())

/** Runs on a directory of 50 users. */
function runOnDirectory(inputs: Record<string, string>, more: RunActionOptions = {}): Promise<ActionResult> {
  return scene.run({
    workspace,
    ...more,
    inputs: { source: './identity-store', comment: 'never', ...inputs },
  })
}

function comparedWith(result: ActionResult): unknown {
  expect([result.code, result.errors]).toEqual([0, []])
  const { baseline } = changesOf(result) as { baseline: { kind: string; reference: string } }
  return { ...baseline, users: NOW - Number(result.outputs['users-added']) }
}

function refusal(result: ActionResult): string {
  expect([result.code, result.errors.length, result.outputs['changes-file'] ?? '']).toEqual([1, 1, ''])
  expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
  return result.errors[0] ?? ''
}

const uncompared = {
  changed: '',
  'users-added': '',
  'changes-file': '',
  'report-file': '',
  'comment-url': '',
}
const here = { account: ACCOUNT, identityStoreId: STORE }

describe('none', () => {
  it('compares nothing, guards nothing, and warns of nothing', async () => {
    const result = await runOnDirectory({ baseline: 'none' }, { ...pullRequestRun() })
    expect([result.code, result.warnings]).toEqual([0, []])
    expect(result.outputs).toMatchObject({ ...uncompared, users: '50' })
    expect(result.summary).toContain('50')
    expect(scene.github.log).toEqual([])
  })

  it('is what auto means for a directory outside of pull requests', async () => {
    const result = await runOnDirectory({})
    expect([result.code, result.warnings, scene.github.log.length]).toEqual([0, [], 0])
    expect(result.outputs).toMatchObject(uncompared)
  })
})

describe('a path', () => {
  it('is the snapshot in that directory', async () => {
    putSnapshot(join(workspace, 'before'), people(45))
    expect(comparedWith(await runOnDirectory({ baseline: './before' }))).toEqual({
      kind: 'path',
      reference: './before',
      ...here,
      users: 45,
    })
  })

  it('is refused where a link in the workspace leads to it', async () => {
    symlinkSync(newDirectory(), join(workspace, 'data'))
    putSnapshot(join(workspace, 'data', 'before'), people(45))
    expect(refusal(await runOnDirectory({ baseline: './data/before' }))).toContain('data is a symbolic link')
  })

  it('is an error where there is none', async () => {
    expect(refusal(await runOnDirectory({ baseline: './before' }))).toBe(
      `There is no snapshot in the baseline directory ${join(workspace, 'before')}. Choose a directory that contains users.json and groups.json, or leave baseline at auto.`,
    )
  })

  it('may be what the reference connector wrote: two files in the order of AWS, and no manifest', async () => {
    const { 'users.json': users, 'groups.json': groups } = filesOf(people(45))
    const backwards = (file: string) =>
      `[\n\n${file.slice(3, -2).split(',\n\n').reverse().join(',\n\n')}\n]`.replace('[\n\n\n', '[\n\n')
    putSnapshot(join(workspace, 'before'), {
      'users.json': backwards(users),
      'groups.json': backwards(groups),
    })
    expect(comparedWith(await runOnDirectory({ baseline: './before' }))).toMatchObject({
      account: null,
      identityStoreId: null,
      users: 45,
    })
  })

  it('is refused where it is of another identity store', async () => {
    putSnapshot(join(workspace, 'before'), people(45), { identityStoreId: 'd-9999999999' })
    expect(refusal(await runOnDirectory({ baseline: './before' }))).toBe(
      `The baseline (${join(workspace, 'before')}) is of identity store d-9999999999, but the source is of d-1234567890. Only snapshots of the same identity store can be compared. Correct baseline, aws-identity-store-id or aws-region.`,
    )
  })

  it('is refused where its manifest does not fit it', async () => {
    const files = filesOf(people(45))
    putSnapshot(join(workspace, 'before'), {
      ...files,
      'users.json': files['users.json'].replace('Name', 'name'),
    })
    expect(refusal(await runOnDirectory({ baseline: './before' }))).toMatch(
      /^users\.json of .*before is not the file/,
    )
  })

  it.each([
    ['mapping', { mapping: 'reference' }],
    ['tags', { tags: ['Title'] }],
    ['machine-users', { machineUsers: '^x' }],
    ['tags, disabled-users', { disabledUsers: 'exclude', tags: ['Status'] }],
  ])('is compared, with a note, where it was written with other %s', async (names, options) => {
    const { users, groups } = people(45)
    // a snapshot says of everybody whether it is a machine, or of nobody
    const isMachine = 'machineUsers' in options ? false : null
    const before = { users: users.map((user) => ({ ...user, isMachine })), groups }
    putSnapshot(join(workspace, 'before'), before, options)
    const result = await runOnDirectory({ baseline: './before' })
    expect(comparedWith(result)).toMatchObject({ users: 45 })
    expect(result.summary).toContain(
      `The baseline was written with different mapping options (${names}), which`,
    )
  })
})

describe('base', () => {
  /** The pull request was opened from a main of 10 users; main has 20 since; the pull request brings 50. */
  function history() {
    const { repository } = scene
    const old = repository.commit({ files: tree('identity-store', people(10)) })
    const main = repository.commit({
      files: { ...tree('identity-store', people(20)), ...tree('below/there', people(30)) },
      parents: [old],
      branch: 'main',
    })
    const head = repository.commit({ files: tree('identity-store', people(NOW)), parents: [old] })
    const merge = repository.commit({ files: {}, parents: [main, head] })
    const number = repository.createPull({ base: main, head })
    return { old, main, head, merge, number }
  }
  const on = (sha: string, run: ReturnType<typeof pullRequestRun>): RunActionOptions => ({
    ...run,
    env: { ...run.env, GITHUB_SHA: sha },
  })

  it('is the first parent of the merge commit on a merge ref, whatever the event says', async () => {
    const { old, main, head, merge, number } = history()
    const result = await runOnDirectory({}, on(merge, pullRequestRun({ number, base: old, head })))
    expect(comparedWith(result)).toEqual({ kind: 'base', reference: main, ...here, users: 20 })
  })

  it('is the merge base on pull_request_target, which runs on the base', async () => {
    const { old, main, head, number } = history()
    const run = { ...pullRequestRun({ number, base: main, head }), eventName: 'pull_request_target' }
    const result = await runOnDirectory(
      {},
      { ...run, env: { GITHUB_SHA: main, GITHUB_REF: 'refs/heads/main' } },
    )
    expect(comparedWith(result)).toMatchObject({ reference: old, users: 10 })
  })

  it('is the base of a merge group', async () => {
    const { main, head } = history()
    const event = { ...anEvent(), merge_group: { base_sha: main, head_sha: head } }
    const result = await runOnDirectory({ baseline: 'base' }, { eventName: 'merge_group', event })
    expect(comparedWith(result)).toMatchObject({ kind: 'base', reference: main, users: 20 })
  })

  it.each(['workflow_dispatch', 'schedule', 'push'])(
    'is the merge base of the pull request that is named on %s',
    async (eventName) => {
      const { old, number } = history()
      const result = await runOnDirectory({ baseline: 'base', 'pull-request': String(number) }, { eventName })
      expect(comparedWith(result)).toMatchObject({ reference: old, users: 10 })
    },
  )

  it('asks for a pull request where there is none', async () => {
    expect(refusal(await runOnDirectory({ baseline: 'base' }, { eventName: 'schedule' }))).toBe(
      'baseline: base needs a pull request, but the event schedule has none. Set the input pull-request to its number, or choose another baseline.',
    )
  })

  it('is the path of the source, from the root of the repository', async () => {
    const { merge, number } = history()
    putSnapshot(join(workspace, 'below/there'), people(NOW))
    const result = await runOnDirectory({ source: './below/there' }, on(merge, pullRequestRun({ number })))
    expect(comparedWith(result)).toMatchObject({ users: 30 })
  })

  it('is everything new where the commit can be read and holds no snapshot', async () => {
    const { merge, number, main } = history()
    putSnapshot(join(workspace, 'new/place'), people(NOW))
    const result = await runOnDirectory({ source: './new/place' }, on(merge, pullRequestRun({ number })))
    expect(comparedWith(result)).toEqual({
      kind: 'base',
      reference: main,
      account: null,
      identityStoreId: null,
      users: 0,
    })
    expect(result.warnings).toEqual([])
  })

  it.each<[string, () => string | undefined, string]>([
    ['the token may not look (403)', () => scene.createToken({ pull_requests: 'write' }), '403'],
    [
      'the token is of another repository (404)',
      () => scene.createToken({ contents: 'read' }, { repositories: ['a/b'] }),
      '404',
    ],
    [
      'a tree of a readable commit is hidden (404)',
      () => {
        scene.github.fault({ path: /git\/trees/, status: 404, times: 9 })
        return undefined
      },
      '404',
    ],
  ])('is an error where %s', async (_title, tokenOf, status) => {
    const { merge, number } = history()
    const token = tokenOf()
    const result = await runOnDirectory(
      token === undefined ? {} : { 'github-token': token },
      on(merge, pullRequestRun({ number })),
    )
    expect(refusal(result)).toBe(
      `The baseline of the base commit could not be read: GitHub answered ${status}. Add "contents: read" to the permissions of the job, or set github-token to a token that has it.`,
    )
  })

  it('is an error where there is no token', async () => {
    const { merge, number } = history()
    const result = await runOnDirectory({ 'github-token': '' }, on(merge, pullRequestRun({ number })))
    expect(refusal(result)).toBe(
      'github-token is empty, but the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.',
    )
  })

  it('reads files of more than a megabyte', async () => {
    const { repository } = scene
    const files = filesOf(people(12_000))
    expect(files['users.json'].length).toBeGreaterThan(1.5 * 1024 ** 2)
    const main = repository.commit({ files: tree('identity-store', files) })
    const merge = repository.commit({ files: {}, parents: [main, main] })
    putSnapshot(join(workspace, 'identity-store'), people(12_001))
    const result = await runOnDirectory({}, on(merge, pullRequestRun({ number: 1 })))
    expect(result.outputs).toMatchObject({ 'users-added': '1', 'users-removed': '0' })
    expect(changesOf(result)).toMatchObject({ baseline: { reference: main } })
  })

  it('refuses a link, and a file in place of the directory', async () => {
    const { repository } = scene
    const number = 1
    const linked = {
      ...tree('identity-store', people(5)),
      'identity-store/users.json': { link: '../../etc/passwd' },
    }
    const first = repository.commit({ files: linked })
    const second = repository.commit({ files: { 'identity-store': 'a file' } })
    const merges = [first, second].map((base) => repository.commit({ files: {}, parents: [base, base] }))
    const [one = '', two = ''] = merges
    expect(refusal(await runOnDirectory({}, on(one, pullRequestRun({ number }))))).toMatch(
      /^users\.json in identity-store at the base commit [0-9a-f]{12} is not a regular file\./,
    )
    expect(refusal(await runOnDirectory({}, on(two, pullRequestRun({ number }))))).toMatch(
      /^identity-store is not a directory at the base commit [0-9a-f]{12}: identity-store is a file, a link or a submodule there\./,
    )
  })

  it('with source aws is output-directory, and asks for one where it is the default', async () => {
    const { merge, number } = history()
    const run = on(merge, pullRequestRun({ number }))
    const without = await scene.run({ ...run, inputs: { baseline: 'base', comment: 'never' } })
    expect(refusal(without)).toBe(
      'baseline: base needs to know where the snapshot is in the repository. Set output-directory to its path, such as ./identity-store.',
    )
    const outside = await scene.run({
      ...run,
      inputs: { baseline: 'base', comment: 'never', 'output-directory': '../elsewhere' },
    })
    expect(refusal(outside)).toContain('is outside the directories')
    const elsewhere = await scene.run({
      ...run,
      inputs: { baseline: 'base', comment: 'never', 'output-directory': './new' },
    })
    expect(elsewhere.errors).toEqual([])
    expect(elsewhere.outputs).toMatchObject({ users: '30', 'users-added': '30', changed: 'true' })
  })
})

describe('artifact', () => {
  function upload(
    users: number | Partial<Files>,
    run: RunOptions & { expired?: boolean; name?: string } = {},
  ) {
    const files = typeof users === 'number' ? filesOf(people(users)) : users
    const zip = zipOf(Object.entries(files).map(([name, content]) => ({ name, content })))
    const { expired = false, name = ARTIFACT, ...more } = run
    return scene.repository.addArtifact({ name, run: scene.repository.createRun(more), zip, expired })
  }
  const artifact = { baseline: 'artifact' }

  it.each<[string, RunOptions]>([
    ['on schedule', { event: 'schedule' }],
    ['on push', { event: 'push' }],
    ['by hand', { event: 'workflow_dispatch' }],
    ['by a run that failed', { conclusion: 'failure' }],
    ['by a run that is under way', { conclusion: null }],
  ])('is the newest, uploaded %s', async (_title, run) => {
    upload(20)
    const newest = upload(30, run)
    expect(comparedWith(await runOnDirectory(artifact))).toEqual({
      kind: 'artifact',
      reference: String(newest),
      ...here,
      users: 30,
    })
  })

  it('ignores other branches, forks, workflows, events and names', async () => {
    const newest = upload(20)
    const fork = scene.github.createRepository({ owner: 'someone', name: 'octo-repo' })
    upload(31, { branch: 'topic' })
    upload(32, { headRepository: fork })
    upload(33, { headRepository: null })
    upload(34, { workflow: '.github/workflows/other.yml' })
    upload(35, { event: 'pull_request' })
    upload(36, { event: 'workflow_run' })
    upload(37, { name: 'something-else' })
    expect(comparedWith(await runOnDirectory(artifact))).toMatchObject({
      reference: String(newest),
      users: 20,
    })
  })

  it('is of the name that is given', async () => {
    upload(20)
    const other = upload(30, { name: 'other' })
    const result = await runOnDirectory({ ...artifact, 'artifact-name': 'other' })
    expect(comparedWith(result)).toMatchObject({ reference: String(other) })
  })

  it('asks for the default branch where the event does not say it', async () => {
    upload(20)
    const repository = { ...repositoryOf(), default_branch: undefined }
    const result = await runOnDirectory(artifact, { eventName: 'schedule', event: { repository } })
    expect(comparedWith(result)).toMatchObject({ users: 20 })
  })

  it('is an error where the newest has expired, though an older one has not', async () => {
    upload(20)
    const newest = upload(30, { expired: true })
    expect(refusal(await runOnDirectory(artifact))).toBe(
      `The newest baseline artifact ${ARTIFACT} (${String(newest)}) has expired, so removals cannot be checked. Run once with "baseline: none" to accept the current state, and keep artifacts longer (artifact-retention-days) or run more often.`,
    )
  })

  it('that was asked for and never was is an error', async () => {
    expect(refusal(await runOnDirectory(artifact))).toBe(
      `${ABSENT}, so removals cannot be checked. For the first run, set "baseline: none" once, or leave baseline at auto.`,
    )
  })

  it('is not that of a tag which is named like the default branch', async () => {
    const main = scene.repository.commit({ files: {}, branch: 'main' })
    const newest = upload(20, { event: 'push' })
    scene.repository.tag('main', scene.repository.commit({ files: {}, parents: [main] }))
    upload(30, { event: 'push', sha: scene.repository.commit({ files: {}, parents: [main] }) })
    expect(comparedWith(await runOnDirectory(artifact))).toMatchObject({
      reference: String(newest),
      users: 20,
    })
  })

  it('never fails open: no permission, no answer and a damaged archive are errors', async () => {
    upload(20)
    const token = scene.createToken({ contents: 'read', pull_requests: 'write' })
    expect(refusal(await runOnDirectory({ ...artifact, 'github-token': token }))).toBe(
      `The baseline artifact ${ARTIFACT} could not be read: GitHub answered 403. Add "actions: read" to the permissions of the job, or set github-token to a token that has it.`,
    )
    expect(refusal(await runOnDirectory({ ...artifact, 'github-token': 'unknown' }))).toBe(
      `The baseline artifact ${ARTIFACT} could not be read: GitHub rejected the token. Check github-token.`,
    )
    scene.github.fault({ path: /actions\/artifacts/, status: 503, times: 9 })
    expect(refusal(await runOnDirectory(artifact))).toBe(
      `The baseline artifact ${ARTIFACT} could not be read: GitHub did not respond properly (503). Run the workflow again; see githubstatus.com.`,
    )
  })

  it('is verified as every snapshot is', async () => {
    const files = filesOf(people(20))
    const id = upload({ ...files, 'users.json': files['users.json'].replace('Name', 'name') })
    expect(refusal(await runOnDirectory(artifact))).toMatch(
      new RegExp(
        `^users\\.json of artifact ${String(id)} is not the file that its manifest\\.json describes`,
      ),
    )
    const other = upload({ 'readme.md': 'x' } as Partial<Files>)
    expect(refusal(await runOnDirectory(artifact))).toBe(
      `The baseline (artifact ${String(other)}) contains no snapshot. Choose another one, or run once with "baseline: none" to accept the current state.`,
    )
  })

  it('is what auto means for source aws with the default output-directory: a warning where there never was one', async () => {
    const result = await scene.run({ inputs: { 'upload-artifact': 'false' } })
    expect([result.code, result.errors, result.warnings.length]).toEqual([0, [], 1])
    expect(result.warnings[0]).toContain(`${ABSENT}: removals were not checked. upload-artifact is false, so`)
    expect(result.outputs).toMatchObject({ ...uncompared, users: '30' })
    expect(result.summary).toMatch(/^\| Users +\| +30 \|$/m)
    expect(result.summary).toContain('removals were not checked')
    expect(result.summary).toContain(
      `[baseline-and-guard.md](https://github.com/octo-org/octo-repo/blob/HEAD/docs/baseline-and-guard.md)`,
    )
  })

  it('never fails open without a token, although 20 of 30 would be gone', async () => {
    upload(50)
    expect(refusal(await scene.run({ inputs: { 'github-token': '' } }))).toMatch(/^github-token is empty/)
  })

  it('is looked for on a GitHub that hands a page of other workflows first', async () => {
    const newest = upload(20)
    const run = scene.repository.createRun({ workflow: '.github/workflows/other.yml' })
    const zip = zipOf([{ name: 'x', content: 'x' }])
    for (let n = 0; n < 120; n++) scene.repository.addArtifact({ name: ARTIFACT, run, zip })
    expect(comparedWith(await runOnDirectory(artifact))).toMatchObject({ reference: String(newest) })
  })
})

describe('auto, source aws, where git tracks a snapshot in output-directory', () => {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', workspace, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...words], {
      encoding: 'utf8',
    }).trim()

  /** A repository whose HEAD holds the snapshot of a first run. */
  async function committed(content?: Records): Promise<string> {
    git('init', '--quiet', '--initial-branch=main')
    if (content === undefined) {
      const first = await scene.run({
        workspace,
        inputs: { 'output-directory': './store', baseline: 'none', 'upload-artifact': 'false' },
      })
      expect(first.errors).toEqual([])
    } else putSnapshot(join(workspace, 'store'), content)
    git('add', '.')
    git('commit', '--quiet', '--message', 'A snapshot')
    return git('rev-parse', 'HEAD')
  }
  const inputs = { 'output-directory': './store', 'upload-artifact': 'false' }

  it('is the one of HEAD, whatever lies in the working tree', async () => {
    const head = await committed()
    putSnapshot(join(workspace, 'store'), people(7))
    scene.github.log.length = 0
    const result = await scene.run({ workspace, inputs })
    expect([result.code, result.errors]).toEqual([0, []])
    expect(result.outputs).toMatchObject({ changed: 'false', users: '30' })
    expect(changesOf(result)).toMatchObject({ baseline: { kind: 'commit', reference: head } })
    expect(scene.github.log).toEqual([])
  })

  it('is the artifact where git tracks none there', async () => {
    await committed(people(3))
    const result = await scene.run({ workspace, inputs: { ...inputs, 'output-directory': './untracked' } })
    expect(result.code).toBe(0)
    expect(result.warnings.join()).toContain(`${ABSENT}: removals were not checked.`)
  })

  it('is refused where HEAD has the one of another store', async () => {
    await committed(people(3))
    const result = await scene.run({ workspace, inputs })
    expect(refusal(result)).toContain(`at HEAD (`)
    expect(refusal(result)).toContain('is of identity store d-1234567890')
  })
})
