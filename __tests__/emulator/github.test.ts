import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startGitHub } from '../../emulator/github.ts'
import type { GitHub } from '../../emulator/github.ts'
import type { TokenOptions } from '../../emulator/github-api.ts'
import type { Repository } from '../../emulator/github-repository.ts'

const SECRET = '/repos/example/identities'
const OPEN = '/repos/example/open'
const RAW = { accept: 'application/vnd.github.raw+json' }

let github: GitHub
let repository: Repository
let open: Repository
let first: string
let second: string

beforeEach(async () => {
  github = await startGitHub({ largeFile: 10, hugeFile: 20 })
  repository = github.createRepository({ owner: 'example', name: 'identities' })
  open = github.createRepository({ owner: 'example', name: 'open', visibility: 'public' })
  const files = {
    'a/small': 'x',
    'a/large': 'x'.repeat(15),
    'a/huge': 'x'.repeat(25),
    'a/link': { link: 'small' },
    README: 'r',
  }
  first = repository.commit({ files, branch: 'main' })
  second = repository.commit({ files: { README: 'r2' }, parents: [first] })
  open.createPull({ base: first, head: second })
  repository.createPull({ base: first, head: second })
})
afterEach(() => github.close())

interface Reply {
  status: number
  json: unknown
  text: string
  link: string
}

async function call(path: string, token: TokenOptions | string, init: RequestInit = {}): Promise<Reply> {
  const authorization = `token ${typeof token === 'string' ? token : github.createToken(token)}`
  const headers = { authorization, ...(init.headers as Record<string, string> | undefined) }
  const response = await fetch(github.url + path, { redirect: 'manual', ...init, headers })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    text,
    json: isJson ? JSON.parse(text) : undefined,
    link: response.headers.get('link') ?? '',
  }
}

const reader: TokenOptions = {
  permissions: { contents: 'read', actions: 'read', issues: 'read', pull_requests: 'read' },
}
const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })

describe('who may do what', () => {
  it('knows its tokens only', async () => {
    expect((await call(SECRET, 'ghs_unknown')).status).toBe(401)
  })

  it('hides a private repository from a token that was not given it, and shows a public one', async () => {
    const foreign = { ...reader, repositories: ['other/thing'] }
    expect((await call(SECRET, foreign)).status).toBe(404)
    expect((await call(OPEN, foreign)).status).toBe(200)
  })

  it.each([
    ['/git/commits/FIRST', 'contents'],
    ['/git/trees/FIRST', 'contents'],
    ['/contents/README', 'contents'],
    ['/compare/FIRST...FIRST', 'contents'],
    ['/actions/artifacts', 'actions'],
    ['/pulls/1', 'pull_requests'],
    ['/issues/1/comments', 'issues'],
    ['/issues/1/comments', 'pull_requests'],
  ])('gives %s for %s only', async (path, permission) => {
    const at = SECRET + path.replaceAll('FIRST', first)
    expect(await call(at, { permissions: {} })).toMatchObject({
      status: 403,
      json: { message: 'Resource not accessible by integration' },
    })
    expect((await call(at, { permissions: { [permission]: 'read' } })).status).toBe(200)
  })

  it('lets a reader write nothing, in a public repository either', async () => {
    expect((await call(`${SECRET}/issues/1/comments`, reader, post({ body: 'x' }))).status).toBe(403)
    expect((await call(`${OPEN}/issues/1/comments`, reader, post({ body: 'x' }))).status).toBe(403)
    expect(
      (await call(`${OPEN}/issues/1/comments`, { permissions: { issues: 'write' } }, post({ body: 'x' })))
        .status,
    ).toBe(201)
  })

  it('says who the token is', async () => {
    expect((await call('/graphql', { login: 'robot' }, post({}))).json).toEqual({
      data: { viewer: { login: 'robot' } },
    })
    expect((await call('/graphql', { viewer: false }, post({}))).json).toMatchObject({
      errors: [{ type: 'FORBIDDEN' }],
    })
  })
})

describe('git data and contents', () => {
  it('gives ids as git makes them', async () => {
    const { json } = await call(`${SECRET}/git/trees/${first}?recursive=1`, reader)
    // printf r | git hash-object --stdin
    expect(json).toMatchObject({
      truncated: false,
      tree: expect.arrayContaining([
        expect.objectContaining({ path: 'README', sha: '1d2f01491f783c8c7f0917cc68526c6307d80e39' }),
      ]),
    })
  })

  it('gives small files in JSON, large ones raw only, huge ones not at all', async () => {
    const at = (name: string) => `${SECRET}/contents/a/${name}?ref=${first}`
    expect((await call(at('small'), reader)).json).toMatchObject({ encoding: 'base64', content: 'eA==' })
    expect((await call(at('large'), reader)).json).toMatchObject({ encoding: 'none', content: '' })
    expect((await call(at('large'), reader, { headers: RAW })).text).toBe('x'.repeat(15))
    expect((await call(at('huge'), reader, { headers: RAW })).json).toMatchObject({
      errors: [{ code: 'too_large' }],
    })
  })

  it('lists directories, and says 404 for what is not there', async () => {
    expect((await call(`${SECRET}/contents/a?ref=main`, reader)).json).toHaveLength(4)
    expect((await call(`${SECRET}/contents/a/none?ref=main`, reader)).status).toBe(404)
    expect((await call(`${SECRET}/contents/a?ref=none`, reader)).status).toBe(404)
  })

  it('compares commits by their merge base', async () => {
    const other = repository.commit({ files: { x: 'y' }, parents: [first] })
    const { json } = await call(`${SECRET}/compare/${other}...${second}`, reader)
    expect(json).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      merge_base_commit: { sha: first },
    })
    const stranger = repository.commit({ files: { z: 'z' } })
    expect((await call(`${SECRET}/compare/${stranger}...${second}`, reader)).status).toBe(404)
  })
})

describe('comments', () => {
  it('come in pages with links', async () => {
    for (let i = 1; i <= 5; i++) repository.comment(1, 'someone', `${i}`)
    const path = `${SECRET}/issues/1/comments`
    const one = await call(`${path}?per_page=2`, reader)
    expect(one.json).toHaveLength(2)
    expect(one.link).toBe(
      `<${github.url}${path}?per_page=2&page=2>; rel="next", <${github.url}${path}?per_page=2&page=3>; rel="last"`,
    )
    const three = await call(`${path}?per_page=2&page=3`, reader)
    expect(three.json).toMatchObject([{ body: '5', user: { login: 'someone' } }])
    expect(three.link).not.toContain('next')
    expect((await call(path, reader)).link).toBe('')
  })

  it('hold 65,536 characters and not one more', async () => {
    const token = github.createToken({ permissions: { pull_requests: 'write' } })
    const path = `${SECRET}/issues/1/comments`
    expect((await call(path, token, post({ body: 'x'.repeat(65_536) }))).status).toBe(201)
    expect((await call(path, token, post({ body: 'x'.repeat(65_537) }))).status).toBe(422)
    expect((await call(path, token, post({ body: 7 }))).status).toBe(422)
    expect((await call(`${SECRET}/issues/9/comments`, token, post({ body: 'x' }))).status).toBe(404)
  })

  it('are edited by their author only', async () => {
    const id = repository.comment(1, 'someone', 'x')
    const patch = { method: 'PATCH', body: '{"body":"y"}' }
    const at = `${SECRET}/issues/comments/${id}`
    expect((await call(at, { permissions: { issues: 'write' } }, patch)).status).toBe(403)
    expect((await call(at, { login: 'someone', permissions: { issues: 'write' } }, patch)).status).toBe(200)
    expect(repository.comments(1)).toMatchObject([{ body: 'y', edits: 1 }])
  })
})

describe('artifacts', () => {
  it('are listed by name, newest first, and downloaded by way of another server', async () => {
    const run = repository.createRun({ branch: 'topic' })
    const add = (name: string) => repository.addArtifact({ name, run, zip: Buffer.from(name) })
    const [a, , c] = [add('x'), add('y'), add('x')]
    const { json } = await call(`${SECRET}/actions/artifacts?name=x`, reader)
    expect(json).toMatchObject({
      total_count: 2,
      artifacts: [
        { id: c, workflow_run: { id: run, head_branch: 'topic', repository_id: repository.id } },
        { id: a },
      ],
    })
    const download = `${github.url}${SECRET}/actions/artifacts/${a}/zip`
    const authorization = `token ${github.createToken(reader)}`
    const redirect = await fetch(download, { headers: { authorization }, redirect: 'manual' })
    expect(redirect.status).toBe(302)
    const storage = redirect.headers.get('location') ?? ''
    expect(await (await fetch(storage)).text()).toBe('x')
    expect((await fetch(storage, { headers: { authorization } })).status).toBe(403)
  })

  it('expire', async () => {
    const id = repository.addArtifact({
      name: 'x',
      run: repository.createRun(),
      zip: Buffer.from(''),
      expired: true,
    })
    expect((await call(`${SECRET}/actions/artifacts/${id}/zip`, reader)).status).toBe(410)
  })
})

describe('faults', () => {
  it('happen as often as they were asked for, where they were asked for', async () => {
    github.fault({ path: /identities$/, times: 2, status: 503, headers: { 'retry-after': '1' } })
    const statuses: number[] = []
    for (const path of [SECRET, OPEN, SECRET, SECRET]) statuses.push((await call(path, reader)).status)
    expect(statuses).toEqual([503, 200, 503, 200])
  })

  it('break connections, and answer wrongly to what was done', async () => {
    github.fault({ path: /identities$/, kind: 'reset' })
    await expect(call(SECRET, reader)).rejects.toThrow()
    github.fault({ path: /comments/, kind: 'late' })
    const writer: TokenOptions = { permissions: { issues: 'write' } }
    expect((await call(`${SECRET}/issues/1/comments`, writer, post({ body: 'x' }))).status).toBe(502)
    expect(repository.comments(1)).toHaveLength(1)
    expect(github.log.at(-1)).toMatchObject({
      method: 'POST',
      path: `${SECRET}/issues/1/comments`,
      body: '{"body":"x"}',
    })
  })
})
