import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { Fault, GitHub } from '../../emulator/github.ts'
import type { TokenOptions } from '../../emulator/github-api.ts'
import type { Repository } from '../../emulator/github-repository.ts'
import { UserError } from '../../src/errors.ts'
import { createClient } from '../../src/github/client.ts'
import { commentMarker, reconcileComment } from '../../src/github/comment.ts'
import type { CommentRequest, CommentResult } from '../../src/github/comment.ts'
import { readContext } from '../../src/github/context.ts'
import type { ActionSettings } from '../../src/settings.ts'

type Settings = Pick<ActionSettings, 'comment' | 'pullRequest'>

const marker = commentMarker('111122223333', 'd-1234567890', 'aws')
const BOT = 'github-actions[bot]'
const writer: TokenOptions = { permissions: { pull_requests: 'write' } }

let github: GitHub
let repository: Repository
let pull: number

beforeEach(async () => {
  github = await startGitHub()
  repository = github.createRepository({ owner: 'example', name: 'identities' })
  const sha = repository.commit({ files: { 'README.md': 'x' }, branch: 'main' })
  pull = repository.createPull({ base: sha, head: sha })
})
afterEach(() => github.close())

function reconcile(
  part: Partial<CommentRequest & Settings> = {},
  token = writer,
  event: object = {},
  more: Record<string, string> = {},
): Promise<CommentResult> {
  const request = {
    comment: 'on-change',
    hasChanges: true,
    body: `${marker}\nfirst`,
    marker,
    pullRequest: pull,
    ...part,
  } as const
  const gone = `${marker}\nno changes any more`
  const texts = { ...request, bodyWhenGone: request.hasChanges ? request.body : gone }
  const env = {
    GITHUB_REPOSITORY: 'example/identities',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: 'pull_request',
    ...more,
  }
  const context = readContext(env, event)
  const options = {
    apiUrl: github.url,
    owner: 'example',
    repository: 'identities',
    token: github.createToken(token),
    second: 1,
  }
  return reconcileComment(texts, texts, context, () => createClient(options))
}

function bodies(): string[] {
  return repository.comments(pull).map((comment) => comment.body)
}

describe('commentMarker', () => {
  it('cannot be closed from inside', () => {
    expect(commentMarker('1', 'd--><b>', 'directory')).toBe(
      '<!-- aws-organization-sync 1 d--%3E%3Cb%3E directory -->',
    )
  })
})

describe('reconcileComment', () => {
  it('creates one comment and gives its address', async () => {
    const { url, warning } = await reconcile()
    expect(bodies()).toEqual([`${marker}\nfirst`])
    expect(url).toContain(`#issuecomment-`)
    expect(warning).toBeUndefined()
  })

  it('edits in place, and not for the same text', async () => {
    await reconcile()
    await reconcile({ body: `${marker}\r\nfirst\n` })
    expect(repository.comments(pull)[0]?.edits).toBe(0)
    await reconcile({ body: `${marker}\nsecond` })
    expect(repository.comments(pull)).toMatchObject([{ body: `${marker}\nsecond`, edits: 1 }])
  })

  it('is not edited where only the link to the run differs', async () => {
    const body = (run: number) => `${marker}\nhttps://github.com/o/r/actions/runs/${String(run)}`
    await reconcile({ body: body(1) })
    await reconcile({ body: body(22) })
    expect(repository.comments(pull)).toMatchObject([{ body: body(1), edits: 0 }])
  })

  it('is silent without changes, unless there is a comment to bring up to date or the input is always', async () => {
    expect(await reconcile({ hasChanges: false })).toEqual({})
    expect(bodies()).toEqual([])
    await reconcile({ hasChanges: false, comment: 'always' })
    expect(bodies()).toEqual([`${marker}\nfirst`])
  })

  it('says of changes that have gone that there are none any more, and keeps a text that never told of any', async () => {
    await reconcile({ hasChanges: false, comment: 'always', body: `${marker}\nno changes` })
    await reconcile({ hasChanges: false, comment: 'always', body: `${marker}\nno changes` })
    expect(repository.comments(pull)).toMatchObject([{ body: `${marker}\nno changes`, edits: 0 }])
    await reconcile({ body: `${marker}\none change` })
    await reconcile({ hasChanges: false, body: `${marker}\nno changes` })
    await reconcile({ hasChanges: false, body: `${marker}\nno changes` })
    expect(repository.comments(pull)).toMatchObject([{ body: `${marker}\nno changes any more`, edits: 2 }])
  })

  it('is on the pull request that is named, else on that of the event', async () => {
    const [own = 0, named = 0] = ['a', 'b'].map((base) => repository.createPull({ base, head: base }))
    const event = { pull_request: { number: own } }
    await reconcile({ pullRequest: named }, writer, event)
    expect([own, named].map((number) => repository.comments(number).length)).toEqual([0, 1])
    const target = { GITHUB_EVENT_NAME: 'pull_request_target' }
    await reconcile({ pullRequest: undefined }, writer, event, target)
    expect([own, named].map((number) => repository.comments(number).length)).toEqual([1, 1])
  })

  it('does nothing with never, or without a pull request', async () => {
    expect(await reconcile({ comment: 'never' })).toEqual({})
    expect(await reconcile({ pullRequest: undefined })).toEqual({})
    expect(github.log).toEqual([])
  })

  it('finds its comment on page 3', async () => {
    for (let i = 0; i < 250; i++) repository.comment(pull, 'someone', `comment ${i}`)
    repository.comment(pull, BOT, `${marker}\nold`)
    await reconcile()
    expect(bodies()).toHaveLength(251)
    expect(bodies()[250]).toBe(`${marker}\nfirst`)
  })

  it('leaves the comment of a person alone that quotes the marker', async () => {
    repository.comment(pull, 'someone', `> ${marker}\nwhat is this?`)
    await reconcile()
    expect(bodies()).toEqual([`> ${marker}\nwhat is this?`, `${marker}\nfirst`])
  })

  it('knows its own comments by the login of the token', async () => {
    repository.comment(pull, BOT, `${marker}\nof the bot`)
    await reconcile({}, { ...writer, login: 'robot' })
    expect(repository.comments(pull).map((comment) => comment.login)).toEqual([BOT, 'robot'])
  })

  it('takes itself for the bot where GraphQL does not say who it is', async () => {
    repository.comment(pull, BOT, `${marker}\nold`)
    await reconcile({}, { ...writer, viewer: false })
    expect(bodies()).toEqual([`${marker}\nfirst`])
  })

  it('keeps two comments for two accounts, and for two kinds of source', async () => {
    const others = [
      commentMarker('444455556666', 'd-1234567890', 'aws'),
      commentMarker('111122223333', 'd-1234567890', 'directory'),
    ]
    for (let round = 1; round <= 2; round++) {
      await reconcile({ body: `${marker}\n${round}` })
      for (const other of others) await reconcile({ marker: other, body: `${other}\n${round}` })
    }
    expect(bodies()).toEqual([marker, ...others].map((one) => `${one}\n2`))
  })

  it.each([
    ['a fork', { base: { repo: { id: 1 } }, head: { repo: { id: 2 } } }],
    ['Dependabot', { user: { login: 'dependabot[bot]' } }],
  ])('tries no write from %s', async (who, part) => {
    const { warning } = await reconcile({}, writer, { pull_request: { number: pull, ...part } })
    expect(warning).toContain(who)
    expect(warning).toContain('pull-requests: write')
    expect(github.log).toEqual([])
  })

  it.each([
    { permissions: {} },
    { permissions: { pull_requests: 'read' } },
    { repositories: [] },
  ] as TokenOptions[])('warns and names the permission where the token has %j', async (token) => {
    expect((await reconcile({}, token)).warning).toContain('pull-requests: write')
    expect(bodies()).toEqual([])
  })

  it('says that a conversation is locked', async () => {
    repository.lock(pull)
    expect((await reconcile()).warning).toContain('locked')
  })

  it('warns where GitHub keeps failing', async () => {
    github.fault({ path: /comments/, times: 99 })
    expect((await reconcile()).warning).toContain('502')
  })

  it.each<[string, Omit<Fault, 'path'>, string]>([
    ['during an outage', {}, '502'],
    [
      'where the limit of GraphQL is used up',
      { status: 403, message: 'API rate limit exceeded', headers: { 'retry-after': '3600' } },
      'rate limit was exceeded',
    ],
  ])('guesses no author %s', async (_, fault, sentence) => {
    github.fault({ path: /graphql/, times: 99, ...fault })
    expect((await reconcile()).warning).toContain(sentence)
    expect(bodies()).toEqual([])
  })

  it('tries a failed read again', async () => {
    github.fault({ path: /comments/, method: 'GET', times: 2 })
    expect((await reconcile()).warning).toBeUndefined()
    expect(bodies()).toHaveLength(1)
  })

  it('waits out a secondary rate limit', async () => {
    const message = 'You have exceeded a secondary rate limit.'
    github.fault({ path: /comments/, method: 'POST', status: 403, message, headers: { 'retry-after': '1' } })
    expect((await reconcile()).warning).toBeUndefined()
    expect(bodies()).toHaveLength(1)
  })

  it('writes one comment where the answer to the first was lost', async () => {
    github.fault({ path: /comments/, method: 'POST', kind: 'late' })
    expect((await reconcile()).url).toBeDefined()
    expect(bodies()).toHaveLength(1)
  })

  it('writes one comment where the first was not accepted', async () => {
    github.fault({ path: /comments/, method: 'POST' })
    expect((await reconcile()).url).toBeDefined()
    expect(bodies()).toHaveLength(1)
  })

  it('warns where there is no client to be had', async () => {
    const texts = { body: marker, bodyWhenGone: marker, marker }
    const request = { comment: 'always', hasChanges: true, ...texts, pullRequest: pull } as const
    const client = () => Promise.reject(new UserError('parameters', 'github-token is empty.'))
    expect(await reconcileComment(request, request, readContext({}, {}), client)).toEqual({
      warning: 'The comment on pull request 1 could not be written: github-token is empty.',
    })
  })

  it('does not fail the run for a text that GitHub refuses', async () => {
    expect((await reconcile({ body: marker + 'x'.repeat(65_536) })).warning).toContain('422')
  })

  it('cannot be given a text without its marker', async () => {
    await expect(reconcile({ body: 'x' })).rejects.toThrow('marker')
  })
})
