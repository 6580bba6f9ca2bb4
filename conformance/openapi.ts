import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { startArtifactService } from '../emulator/artifact-service.ts'
import { startGitHub } from '../emulator/github.ts'
import type { Repository } from '../emulator/github-repository.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { ACCOUNT, addUser, createOrganization, newId } from '../emulator/organization.ts'
import { runAction } from '../emulator/runner.ts'
import type { ActionResult, RunActionOptions } from '../emulator/runner.ts'
import { installFromNpm } from './install.ts'
import type { Conformance } from './peer.ts'
import { startProxy } from './proxy.ts'
import type { Exchange } from './proxy.ts'
import { log, snapshotOf, workspaceWith } from './snapshots.ts'

const DESCRIPTION = 'node_modules/@octokit/openapi/generated'

/** What our client can send, by GitHub's names of the operations. */
const SENT = [
  'actions/download-artifact',
  'actions/get-workflow-run',
  'actions/list-artifacts-for-repo',
  'git/get-blob',
  'git/get-commit',
  'git/get-ref',
  'git/get-tree',
  'issues/create-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/get',
  'repos/compare-commits-with-basehead',
  'repos/get',
]

/**
 * Grades what the bundle asks of GitHub, and what our stand-in for GitHub answers, by GitHub's own description of its API.
 */
export async function runOpenApi({ check, dist }: Conformance): Promise<void> {
  const packages = ['@octokit/openapi@23.0.2', 'openapi-backend@5.21.2', 'ajv-formats@2.1.1']
  const folder = await installFromNpm('openapi-23.0.2', packages, (fresh) => {
    // 370 MB of other editions
    for (const name of readdirSync(join(fresh, DESCRIPTION))) {
      if (name !== 'api.github.com.json') rmSync(join(fresh, DESCRIPTION, name))
    }
  })
  const grader = await createGrader(folder)
  checkGrader(grader, check)

  const github = await startGitHub()
  const proxy = await startProxy(github.url)
  const aws = await startIdentityCenter(
    createOrganization({ users: 60, groups: 12, memberships: 150, account: ACCOUNT }),
  )
  const artifacts = await startArtifactService()
  try {
    const repository = github.createRepository({ owner: 'octo-org', name: 'octo-repo' })
    const token = github.createToken({
      permissions: { contents: 'read', actions: 'read', pull_requests: 'write' },
    })
    const run = (
      event: string,
      payload: object,
      inputs: Record<string, string>,
      more: RunActionOptions = {},
    ) => {
      const id = repository.createRun({ event })
      return runAction({
        dist: join(dist, 'index.js'),
        eventName: event,
        event: { repository: { id: repository.id, private: true, visibility: 'private' }, ...payload },
        ...more,
        env: {
          ...aws.environment,
          GITHUB_API_URL: proxy.url,
          GITHUB_RUN_ID: String(id),
          ACTIONS_RESULTS_URL: artifacts.url,
          ACTIONS_RUNTIME_TOKEN: artifacts.runtimeToken(repository, id),
          ...more.env,
        },
        inputs: { 'aws-account-id': ACCOUNT, 'github-token': token, ...inputs },
      })
    }
    const ended = (what: string, result: ActionResult, holds: boolean) =>
      check(what, result.code === 0 && holds, log(result))

    const others = repository.createRun({ workflow: '.github/workflows/other.yml' })
    for (let n = 0; n < 101; n++) {
      repository.addArtifact({ name: `identity-store-${ACCOUNT}`, run: others, zip: new Uint8Array() })
    }
    const first = await run('schedule', {}, {})
    ended('a sync looks through two pages of artifacts', first, first.outputs['artifact-id'] !== '')
    const before = snapshotOf(first)
    addUser(aws.organization, { UserId: newId(aws.organization, 61), UserName: 'user61@example.com' })
    const second = await run('push', {}, {})
    ended('the next one finds its artifact and downloads it', second, second.outputs['users-added'] === '1')
    const after = snapshotOf(second)
    const third = await run('schedule', {}, {})
    ended('which was pushed, so that its commit is looked up', third, third.outputs['changed'] === 'false')

    const base = repository.commit({ files: before, branch: 'main' })
    const head = repository.commit({ files: after, parents: [base] })
    const merge = repository.commit({ files: after, parents: [base, head] })
    const number = repository.createPull({ base, head })
    for (let n = 0; n < 120; n++) repository.comment(number, 'octocat', `Comment ${n}`)
    const source = { source: './identity-store' }
    const onMergeRef = {
      workspace: workspaceWith(after),
      env: { GITHUB_SHA: merge, GITHUB_REF: `refs/pull/${number}/merge` },
    }
    const pull_request = { number, ...sides(repository, base, head) }
    const commented = await run('pull_request', { pull_request }, source, onMergeRef)
    ended('a pull request gets its comment', commented, repository.comments(number).length === 121)
    const updated = await run('pull_request', { pull_request }, { ...source, detail: 'counts' }, onMergeRef)
    ended(
      'which is found on the second page and edited',
      updated,
      repository.comments(number).at(-1)?.edits === 1,
    )
    const byInput = await run(
      'workflow_dispatch',
      {},
      { ...source, baseline: 'base', 'pull-request': String(number) },
      { workspace: workspaceWith(after) },
    )
    ended(
      'a run by hand finds the base of a pull request by its number',
      byInput,
      byInput.outputs['changed'] === 'true',
    )

    const sent = proxy.exchanges.splice(0)
    gradeAll(grader, 'the bundle', sent, check)
    const operations = new Set(sent.map((exchange) => grader.operationOf(exchange)))
    const unseen = SENT.filter((name) => !operations.has(name))
    check('every operation of our client was among them', unseen.length === 0, unseen.join('\n'))

    await askTheRest(
      `${proxy.url}/repos/${repository.fullName}`,
      token,
      { base, head, number, others },
      repository,
    )
    gradeAll(grader, 'a look at what else the stand-in gives', proxy.exchanges, check)
  } finally {
    await Promise.all([proxy.close(), github.close(), aws.close(), artifacts.close()])
  }
}

/** The paths of the stand-in that our client does not use, or not so. */
async function askTheRest(
  root: string,
  token: string,
  { base, head, number, others }: { base: string; head: string; number: number; others: number },
  repository: Repository,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' }
  const tree = (path: string) => fetch(`${root}${path}`, { headers })
  const artifact = repository.artifacts()[0]?.id ?? 0
  const paths = [
    `/git/trees/${base}?recursive=1`,
    '/git/ref/heads%2Fnowhere',
    `/contents/identity-store?ref=${base}`,
    `/compare/${base}...${head}`,
    `/pulls/${number}`,
    `/issues/${number}/comments?per_page=2&page=2`,
    `/actions/artifacts/${artifact}`,
    `/actions/runs/${others}/artifacts`,
    `/actions/runs/${others}`,
    '/git/commits/0000000000000000000000000000000000000000',
    '/pulls/999',
  ]
  for (const path of paths) await tree(path)
  // The answer names the blobs of that folder; its form is graded like all the others.
  const listed = (await (await tree(`/git/trees/${base}?recursive=1`)).json()) as {
    tree: { type: string; sha: string }[]
  }
  const blob = listed.tree.find(({ type }) => type === 'blob')?.sha ?? ''
  await tree(`/git/blobs/${blob}`)
}

function sides({ id, fullName }: Repository, base: string, head: string): object {
  const repo = { id, full_name: fullName }
  return { base: { sha: base, ref: 'main', repo }, head: { sha: head, ref: 'topic', repo } }
}

interface Grader {
  /** GitHub's name of it; undefined where the description has no such method and path. */
  operationOf(exchange: Pick<Exchange, 'method' | 'path'>): string | undefined
  /** What is wrong with the request, and with the answer. */
  grade(exchange: Exchange): string[]
}

function gradeAll(
  grader: Grader,
  who: string,
  exchanges: readonly Exchange[],
  check: Conformance['check'],
): void {
  // GraphQL has a description of its own.
  const graded = exchanges.filter(({ path }) => path !== '/graphql')
  const problems = graded.flatMap((exchange) =>
    grader.grade(exchange).map((problem) => `${exchange.method} ${exchange.path}: ${problem}`),
  )
  check(
    `${who}: ${graded.length} requests and answers fit GitHub's description`,
    graded.length > 0 && problems.length === 0,
    [...new Set(problems)].join('\n'),
  )
}

/** Mistakes that the grader has to find: one that finds none proves nothing. */
function checkGrader(grader: Grader, check: Conformance['check']): void {
  const good: Exchange = {
    method: 'POST',
    path: '/repos/o/r/issues/1/comments',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"body":"x"}'),
    status: 404,
    answerHeaders: { 'content-type': 'application/json' },
    answer: Buffer.from('{"message":"Not Found"}'),
  }
  const mistakes: Record<string, Partial<Exchange>> = {
    'a body of the wrong type': { body: Buffer.from('{"body":1}') },
    'a path that there is not': { path: '/repos/o/r/issue/1/comments' },
    'a number that is none': { path: '/repos/o/r/issues/one/comments' },
    'a parameter that there is not': { method: 'GET', path: '/repos/o/r/issues/1/comments?perpage=1' },
    'an answer without its members': { status: 201, answer: Buffer.from('{"id":1}') },
  }
  const missed = Object.entries(mistakes).filter(
    ([, mistake]) => grader.grade({ ...good, ...mistake }).length === 0,
  )
  check(
    'the grader accepts a good exchange and finds five mistakes',
    grader.grade(good).length === 0 && missed.length === 0,
    [...grader.grade(good), ...missed.map(([name]) => name)].join('\n'),
  )
}

/** The part of openapi-backend that is used. */
interface Backend {
  init(): Promise<unknown>
  router: { matchOperation(request: object): { operationId?: string; responses?: object } | undefined }
  validator: {
    validateRequest(request: object): Validation
    validateResponse(answer: unknown, operation: string, status: number): Validation
  }
}

interface Validation {
  errors?: { instancePath?: string; message?: string; params?: unknown }[] | null
}

async function createGrader(folder: string): Promise<Grader> {
  const load = createRequire(join(folder, 'x.js'))
  const { OpenAPIBackend } = load('openapi-backend') as {
    OpenAPIBackend: new (options: object) => Backend
  }
  const { default: addFormats } = load('ajv-formats') as { default: (ajv: object) => object }
  const definition = slice(JSON.parse(readFileSync(join(folder, DESCRIPTION, 'api.github.com.json'), 'utf8')))
  const backend = new OpenAPIBackend({
    definition,
    coerceTypes: true,
    strict: true,
    // dates and addresses are checked too
    customizeAjv: (ajv: object) => addFormats(ajv),
  })
  await backend.init()

  const requestOf = ({
    method,
    path,
    headers,
    body,
  }: Pick<Exchange, 'method' | 'path'> & Partial<Exchange>) => {
    const { pathname, searchParams } = new URL(path, 'http://loopback')
    return { method, path: pathname, query: Object.fromEntries(searchParams), headers, body: jsonOf(body) }
  }
  return {
    operationOf: (exchange) => backend.router.matchOperation(requestOf(exchange))?.operationId,
    grade(exchange) {
      const request = requestOf(exchange)
      const operation = backend.router.matchOperation(request)
      if (operation?.operationId === undefined) return ['there is no such operation']
      const problems = texts('request', backend.validator.validateRequest(request))
      const isJson = exchange.answerHeaders['content-type']?.includes('json') === true && !isRaw(exchange)
      // GitHub's description leaves many statuses out.
      if (isJson && String(exchange.status) in (operation.responses ?? {})) {
        const { operationId } = operation
        problems.push(
          ...texts(
            'answer',
            backend.validator.validateResponse(jsonOf(exchange.answer), operationId, exchange.status),
          ),
        )
      }
      return problems
    },
  }
}

/** The bytes of a file, which GitHub sends under a type that ends with json. */
function isRaw({ answerHeaders }: Exchange): boolean {
  return /vnd\.github\.(v3\.)?raw/.test(answerHeaders['content-type'] ?? '')
}

function texts(part: string, { errors }: Validation): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${part} ${instancePath ?? ''} ${message ?? ''} ${JSON.stringify(params)}`,
  )
}

function jsonOf(body: Buffer | undefined): unknown {
  if (body === undefined || body.length === 0) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    return body.toString()
  }
}

/** The operations of a repository that matter here, with all they refer to; 1,100 others would take minutes. */
function slice(whole: unknown): object {
  // OpenAPI 3.0, as GitHub publishes it
  const { openapi, info, paths, components } = whole as {
    openapi: string
    info: object
    paths: Record<string, object>
    components: Record<string, Record<string, unknown>>
  }
  const wanted =
    /^\/repos\/\{owner\}\/\{repo\}($|\/(git\/(commits|trees|blobs|ref)\/|contents\/|compare\/\{basehead\}|pulls\/\{\w+\}$|issues\/(\{\w+\}\/comments|comments\/\{\w+\})$|actions\/(artifacts|runs\/\{\w+\}(\/artifacts)?$)))/
  const kept = Object.fromEntries(Object.entries(paths).filter(([path]) => wanted.test(path)))
  const needed: typeof components = {}
  const follow = (value: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(
      /"#\/components\/(\w+)\/([^"]+)"/g,
    )) {
      const group = (needed[kind] ??= {})
      if (name in group) continue
      group[name] = components[kind]?.[name]
      follow(group[name])
    }
  }
  follow(kept)
  return withNull({ openapi, info, paths: kept, components: needed }) as object
}

/** ajv takes `nullable` only beside a type: elsewhere null becomes one of the alternatives. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNull(inner)]))
  if (copy['nullable'] !== true || copy['type'] !== undefined) return copy
  delete copy['nullable']
  return { anyOf: [copy, { enum: [null] }] }
}
