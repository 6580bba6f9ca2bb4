import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ACCOUNT } from '../../emulator/organization.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import { user as person, type Records } from '../fixtures/identities.ts'
import type { Scene, Visibility } from './scene.ts'
import {
  anEvent,
  changesOf,
  filesOf,
  newDirectory,
  outputFile,
  people,
  pullRequestRun,
  putSnapshot,
  startScene,
  STORE,
} from './scene.ts'

const BOT = 'github-actions[bot]'
let scene: Scene
let workspace: string
let number: number

beforeEach(async () => {
  scene = await startScene()
  workspace = newDirectory()
  number = scene.repository.createPull({ base: 'a'.repeat(40), head: 'b'.repeat(40) })
  putSnapshot(join(workspace, 'before'), people(20))
})
afterEach(() => scene.close())

/** Compares ./now, which is written first, with ./before, on the pull request. */
async function run(
  now: Records,
  inputs: Record<string, string> = {},
  more: RunActionOptions = {},
): Promise<ActionResult> {
  putSnapshot(join(workspace, 'now'), now)
  const event = pullRequestRun({ number })
  const result = await scene.run({
    ...event,
    workspace,
    ...more,
    env: { ...event.env, ...more.env },
    inputs: { source: './now', baseline: './before', ...inputs },
  })
  return result
}

const same = people(20)
const oneMore: Records = { ...same, users: [...same.users, person('u99999', { name: 'Somebody New' })] }
const twoMore: Records = { ...same, users: [...oneMore.users, person('u99998')] }
const comments = () => scene.repository.comments(number)
const marker = (kind = 'directory', account = ACCOUNT) =>
  `<!-- aws-organization-sync ${account} ${STORE} ${kind} -->`
const requests = () => scene.github.log.map(({ method }) => method).filter((method) => method !== 'GET')

describe('a comment', () => {
  it('comes with the first change, follows each other one, and says when none is left', async () => {
    const clean = await run(same)
    expect([clean.code, clean.outputs['comment-url'], comments()]).toEqual([0, '', []])

    const first = await run(oneMore)
    expect(comments()).toMatchObject([{ login: BOT, edits: 0 }])
    const [{ id, body } = { id: 0, body: '' }] = comments()
    expect(body.split('\n').slice(0, 2)).toEqual([
      marker(),
      `### Identity store of account \`${ACCOUNT}\`: 1 change`,
    ])
    expect(body).toContain('`Somebody New`')
    expect(first.outputs['comment-url']).toMatch(
      new RegExp(`/pull/${String(number)}#issuecomment-${String(id)}$`),
    )

    const again = await run(oneMore)
    expect(comments()).toMatchObject([{ id, body, edits: 0 }])
    expect(again.outputs['comment-url']).toBe(first.outputs['comment-url'])

    await run(twoMore)
    expect(comments()).toMatchObject([{ id, edits: 1 }])
    expect(comments()[0]?.body).toContain(': 2 changes')

    await run(same)
    expect(comments()).toMatchObject([{ id, edits: 2 }])
    expect(comments()[0]?.body).toContain(': no changes any more\n')
    await run(same)
    expect(comments()).toMatchObject([{ id, edits: 2 }])
  })

  it('is there without changes too with always, and is not edited for saying nothing new', async () => {
    const inputs = { comment: 'always' }
    const result = await run(same, inputs)
    expect(result.outputs['comment-url']).not.toBe('')
    expect(comments()[0]?.body).toContain(': no changes\n')
    await run(same, inputs)
    expect(comments()).toMatchObject([{ edits: 0 }])
  })

  it('is neither written nor looked for with never', async () => {
    const result = await run(oneMore, { comment: 'never' })
    expect([result.outputs['changed'], result.outputs['comment-url']]).toEqual(['true', ''])
    expect(scene.github.log).toEqual([])
  })

  it('is found on page 3, by the marker among the own ones', async () => {
    for (let n = 0; n < 230; n++) scene.repository.comment(number, 'someone', `Comment ${String(n)}`)
    await run(oneMore)
    for (let n = 0; n < 90; n++) scene.repository.comment(number, 'someone', `Later ${String(n)}`)
    scene.github.log.length = 0
    await run(twoMore)
    const own = comments().filter(({ login }) => login === BOT)
    expect(own).toMatchObject([{ edits: 1 }])
    expect(
      scene.github.log.filter(({ path }) => path.endsWith('/comments')).map(({ query }) => query['page']),
    ).toEqual([undefined, '2', '3'])
  })

  it('of a human that quotes the marker is never touched', async () => {
    const quoted = `> ${marker()}\n\nWhat is this?`
    scene.repository.comment(number, 'octocat', marker())
    scene.repository.comment(number, 'octocat', quoted)
    await run(oneMore)
    await run(twoMore)
    await run(same)
    expect(comments().map(({ login, edits }) => [login, edits])).toEqual([
      ['octocat', 0],
      ['octocat', 0],
      [BOT, 2],
    ])
    expect(comments()[1]?.body).toBe(quoted)
  })

  it('of another tool by the same bot is left alone', async () => {
    scene.repository.comment(number, BOT, '<!-- another tool -->')
    await run(oneMore)
    expect(comments().map(({ body }) => body.startsWith('<!-- another'))).toEqual([true, false])
  })

  it('is that of whoever the token is', async () => {
    const token = scene.createToken({ pull_requests: 'write' }, { login: 'robot[bot]' })
    scene.repository.comment(number, BOT, marker())
    await run(oneMore, { 'github-token': token })
    await run(twoMore, { 'github-token': token })
    expect(comments()).toMatchObject([
      { login: BOT, edits: 0 },
      { login: 'robot[bot]', edits: 1 },
    ])
  })

  it('is found where the token may not ask who it is', async () => {
    const token = scene.createToken({ pull_requests: 'write' }, { viewer: false })
    await run(oneMore, { 'github-token': token })
    await run(twoMore, { 'github-token': token })
    expect(comments()).toMatchObject([{ login: BOT, edits: 1 }])
  })

  it('is one for each account', async () => {
    const other = '999988887777'
    await run(oneMore)
    putSnapshot(join(workspace, 'before'), people(20), { account: other })
    putSnapshot(join(workspace, 'other'), oneMore, { account: other, ownerAccount: other })
    const second = () => run(oneMore, { 'aws-account-id': other, source: './other' })
    expect((await second()).errors).toEqual([])
    await second()
    expect(comments().map(({ body, edits }) => [body.split('\n')[0], edits])).toEqual([
      [marker(), 0],
      [marker('directory', other), 0],
    ])
  })

  it('is one for AWS and one for a directory of the same store', async () => {
    const first = await scene.run({ workspace, inputs: { 'output-directory': './aws', baseline: 'none' } })
    const store = first.outputs['aws-identity-store-id'] ?? ''
    const inputs = { comment: 'always', baseline: './aws' }
    const event = pullRequestRun({ number })
    const aws = await scene.run({ ...event, workspace, inputs })
    const directory = await scene.run({ ...event, workspace, inputs: { ...inputs, source: './aws' } })
    expect([aws.errors, directory.errors]).toEqual([[], []])
    expect(comments().map(({ body }) => body.split('\n')[0])).toEqual([
      `<!-- aws-organization-sync ${ACCOUNT} ${store} aws -->`,
      `<!-- aws-organization-sync ${ACCOUNT} ${store} directory -->`,
    ])
  })

  it('goes to the pull request that is named, on any event', async () => {
    const other = scene.repository.createPull({ base: 'a'.repeat(40), head: 'b'.repeat(40) })
    const result = await run(
      oneMore,
      { 'pull-request': String(other) },
      { eventName: 'schedule', event: anEvent(), env: { GITHUB_REF: 'refs/heads/main' } },
    )
    expect(scene.repository.comments(other)).toHaveLength(1)
    expect(result.outputs['comment-url']).toContain(`/pull/${String(other)}#`)
    expect(comments()).toEqual([])
  })

  it('is not written where there is no pull request', async () => {
    const result = await run(
      oneMore,
      {},
      { eventName: 'schedule', event: anEvent(), env: { GITHUB_REF: 'x' } },
    )
    expect([result.code, result.warnings, result.outputs['comment-url'], requests()]).toEqual([0, [], '', []])
  })
})

describe('where no comment can be written the run goes on, with one warning', () => {
  it.each<[string, () => RunActionOptions & { token?: string }, string, boolean]>([
    [
      'without the permission',
      () => ({ token: scene.createToken({ pull_requests: 'read' }) }),
      'The comment on pull request 1 could not be written: GitHub answered 403. Add "pull-requests: write" to the permissions of the job, or set github-token to a token that has it. The job summary has the report.',
      true,
    ],
    [
      'where the token may not even look',
      () => ({ token: scene.createToken({ contents: 'read' }) }),
      'The comment on pull request 1 could not be written: GitHub answered 403. Add "pull-requests: write" to the permissions of the job, or set github-token to a token that has it. The job summary has the report.',
      true,
    ],
    [
      'from a fork',
      () => pullRequestRun({ number, fork: true }),
      'No comment was written on pull request 1: it comes from a fork, and GitHub does not grant such runs "pull-requests: write". The job summary has the report.',
      false,
    ],
    [
      'from Dependabot',
      () => {
        const event = pullRequestRun({ number, login: 'dependabot[bot]' })
        return { ...event, env: { ...event.env, GITHUB_ACTOR: 'dependabot[bot]' } }
      },
      'No comment was written on pull request 1: it comes from Dependabot, and GitHub does not grant such runs "pull-requests: write". The job summary has the report.',
      false,
    ],
    [
      'in a locked conversation',
      () => {
        scene.repository.lock(number)
        return {}
      },
      'The comment on pull request 1 could not be written: its conversation is locked. The job summary has the report.',
      true,
    ],
    [
      'without a token',
      () => ({ token: '' }),
      'The comment on pull request 1 could not be written: github-token is empty, but the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.',
      false,
    ],
    [
      'where GitHub is down',
      () => {
        scene.github.fault({ method: 'POST', path: /comments/, status: 502, times: 5 })
        return {}
      },
      'The comment on pull request 1 could not be written: GitHub did not respond properly (502). Run the workflow again; see githubstatus.com. The job summary has the report.',
      true,
    ],
  ])('%s', async (_title, prepare, sentence, isTried) => {
    const { token, ...more } = prepare()
    const result = await run(oneMore, token === undefined ? {} : { 'github-token': token }, more)
    expect([result.code, result.errors, result.warnings]).toEqual([0, [], [sentence]])
    expect(comments()).toEqual([])
    expect(result.outputs).toMatchObject({ changed: 'true', 'comment-url': '' })
    expect(result.summary).toContain('1 change')
    expect(scene.github.log.length > 0).toBe(isTried)
  })

  it('writes one comment where the answer to the first attempt was lost', async () => {
    scene.github.fault({ method: 'POST', path: /issues.*comments/, kind: 'late' })
    const result = await run(oneMore)
    expect([result.code, result.warnings, comments().length]).toEqual([0, [], 1])
    expect(result.outputs['comment-url']).toContain('#issuecomment-')
  })
})

describe('detail', () => {
  const named = /Somebody|@example\.com|Name u|u\d{5}|g\d{5}/
  const eventOf = (visibility: Visibility | undefined) => {
    const event = pullRequestRun({ number, ...(visibility === undefined ? {} : { visibility }) })
    return visibility === undefined ? { ...event, event: { ...event.event, repository: undefined } } : event
  }

  it.each<[string, Visibility | undefined, boolean]>([
    ['auto', 'private', true],
    ['auto', 'internal', false],
    ['auto', 'public', false],
    ['auto', undefined, false],
    ['counts', 'private', false],
    ['full', 'public', true],
  ])('%s in a repository that is %s: names are shown: %s', async (detail, visibility, isNamed) => {
    const renamed = people(20)
    const [first] = renamed.users
    if (first !== undefined) Object.assign(first, { name: 'Somebody Else', groupExternalIds: null })
    const result = await run(
      { ...renamed, users: [...renamed.users, ...oneMore.users.slice(20)] },
      { detail },
      eventOf(visibility),
    )
    expect([result.code, result.errors]).toEqual([0, []])
    const texts = [comments()[0]?.body ?? '', result.summary, outputFile(result, 'report-file')]
    for (const text of texts) {
      expect(text).toContain(': 3 changes')
      expect(named.test(text)).toBe(isNamed)
    }
    expect(`${result.stdout}${result.stderr}`).not.toMatch(named)
    // It stays on the runner, for steps that need it.
    expect(changesOf(result)).toMatchObject({ users: { added: [{ name: 'Somebody New' }] } })
  })
})

describe('fail-on-change', () => {
  it('fails after everything is written', async () => {
    const result = await run(oneMore, { 'fail-on-change': 'true' })
    expect(result.code).toBe(1)
    expect(result.errors).toEqual([
      'Something changed since the baseline, and fail-on-change is true. Everything was written. See the job summary or changes-file.',
    ])
    expect(comments()).toHaveLength(1)
    expect(result.outputs).toMatchObject({
      directory: join(workspace, 'now'),
      changed: 'true',
      'users-added': '1',
    })
    expect(result.outputs['comment-url']).not.toBe('')
    expect(outputFile(result, 'report-file')).toContain('1 change')
    expect(changesOf(result)).toMatchObject({ counts: { users: { added: 1 } } })
    expect(result.summary).toContain('1 change')
    expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
  })

  it('lets a run without changes pass', async () => {
    const result = await run(same, { 'fail-on-change': 'true' })
    expect([result.code, result.errors, result.outputs['changed']]).toEqual([0, [], 'false'])
  })

  it('writes the snapshot of AWS first', async () => {
    const inputs = { 'output-directory': './aws' }
    const first = await scene.run({ workspace, inputs: { ...inputs, baseline: 'none', tags: 'Status' } })
    expect(first.errors).toEqual([])
    const result = await scene.run({
      workspace,
      inputs: { ...inputs, baseline: './aws', 'fail-on-change': 'true', comment: 'never' },
    })
    expect(result.code).toBe(1)
    expect(readFileSync(join(workspace, 'aws/users.json'), 'utf8')).not.toContain('"Status"')
    expect(result.outputs['directory']).toBe(join(workspace, 'aws'))
  })
})

it('5,000 changes fit, and the comment says what it leaves out', async () => {
  const before = people(4000, 40)
  putSnapshot(join(workspace, 'before'), before)
  const users = before.users
    .slice(500)
    .map((user, n) =>
      n % 4 === 0 ? { ...user, name: `Renamed ${String(n)}`, groupExternalIds: ['g00001'] } : user,
    )
  const added = people(6000, 40).users.slice(4000, 5500)
  const now = { ...before, users: [...users, ...added] }
  const result = await run(now)
  expect([result.code, result.errors]).toEqual([0, []])
  const { counts } = changesOf(result) as { counts: Record<string, Record<string, number>> }
  const total = Object.values(counts)
    .flatMap((one) => Object.values(one))
    .reduce((sum, one) => sum + one, 0)
  expect(total).toBeGreaterThan(5000)
  const [{ body } = { body: '' }] = comments()
  for (const text of [body, outputFile(result, 'report-file')]) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    expect(Buffer.byteLength(text)).toBeGreaterThan(30_000)
    expect(text).toContain(`${total.toLocaleString('en-US')} changes`)
    expect(text).toContain('**Not everything fits here.**')
    expect(text).toMatch(/^> - [\d,]+ of [\d,]+ memberships/m)
  }
  expect(Buffer.byteLength(result.summary)).toBeLessThanOrEqual(1024 * 1024)
  expect(filesOf(now)['users.json'].length).toBeGreaterThan(500_000)
})
