import type { IncomingMessage } from 'node:http'
import { ancestors, entryAt } from './git-objects.ts'
import type { Entry } from './git-objects.ts'
import {
  artifactJson,
  commentJson,
  commitJson,
  issueJson,
  pullJson,
  repositoryJson,
  runJson,
  treeJson,
  userJson,
} from './github-json.ts'
import type { Issue, RepositoryState, StoredArtifact } from './github-repository.ts'

export type Access = 'read' | 'write'
export interface TokenOptions {
  login?: string
  permissions?: { contents?: Access; actions?: Access; issues?: Access; pull_requests?: Access }
  /** `owner/name`; absent: all. */
  repositories?: string[]
  /** false: GraphQL answers FORBIDDEN to `viewer`. */
  viewer?: boolean
}

/** What the answers depend on, beside the call. */
export interface Api {
  /** The address of the API itself, without a slash at the end. */
  url: string
  /** The address of the storage that artifacts are downloaded from, likewise. */
  storage: string
  /** By `owner/name`. */
  repositories: Map<string, RepositoryState>
  /** By the token. */
  tokens: Map<string, TokenOptions>
  /** Bytes from which the contents API leaves the content out, and from which no content is given at all; entries of a tree. */
  limits: { large: number; huge: number; tree: number }
  nextId: () => number
}

export interface Call {
  method: string
  path: string
  url: URL
  body: string
  headers: IncomingMessage['headers']
}

export interface Answer {
  status: number
  json?: unknown
  headers?: Record<string, string>
  raw?: Uint8Array | string
}

/** What GitHub answers: 401 to a token that it does not know, 404 for what a token may not see, 403 for what it may not do. */
export function answerTo(call: Call, api: Api): Answer {
  const token = api.tokens.get((call.headers.authorization ?? '').replace(/^(token|bearer) /i, ''))
  if (token === undefined) return problem(401, 'Bad credentials')
  if (call.path === '/graphql') return graphql(token)
  const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(call.path) ?? []
  const state = api.repositories.get(`${owner}/${name}`)
  if (state === undefined) return notFound()
  const covers = token.repositories?.includes(`${owner}/${name}`) ?? true
  if (!covers && state.visibility !== 'public') return notFound()
  for (const [method, pattern, permissions, act] of ROUTES) {
    const match = pattern.exec(rest)
    if (match === null || method !== call.method) continue
    const access = method === 'GET' ? 'read' : 'write'
    const isOpen = access === 'read' && (state.visibility === 'public' || permissions.length === 0)
    const isGranted =
      covers &&
      permissions.some((one) => token.permissions?.[one] === 'write' || token.permissions?.[one] === access)
    if (!isOpen && !isGranted) return problem(403, 'Resource not accessible by integration')
    const parts = match.slice(1).map(decodeURIComponent)
    return act({ ...call, api, state, token, parts, base: `${api.url}/repos/${owner}/${name}` })
  }
  return notFound()
}

const BOT = 'github-actions[bot]'
const LONGEST_COMMENT = 65_536

interface RoutedCall extends Call {
  api: Api
  state: RepositoryState
  token: TokenOptions
  /** What the groups of the route's pattern hold, decoded. */
  parts: string[]
  /** The address of the repository in the API. */
  base: string
}

/** Without a permission: every token that sees the repository may (metadata). */
type Route = [
  method: string,
  path: RegExp,
  permissions: (keyof NonNullable<TokenOptions['permissions']>)[],
  act: (call: RoutedCall) => Answer,
]

const ROUTES: readonly Route[] = [
  [
    'GET',
    /^$/,
    [],
    ({ state, base }) =>
      ok({ ...repositoryJson(state, base), permissions: { pull: true, push: false, admin: false } }),
  ],
  [
    'GET',
    /^\/git\/commits\/([^/]+)$/,
    ['contents'],
    ({ state, parts: [sha = ''], base }) => {
      const commit = state.commits.get(sha)
      return commit === undefined ? notFound() : ok(commitJson(sha, commit, base))
    },
  ],
  [
    'GET',
    /^\/git\/trees\/([^/]+)$/,
    ['contents'],
    ({ state, parts: [sha = ''], base, url, api }) => {
      const root = state.commits.get(state.branches.get(sha) ?? sha)?.tree ?? sha
      if (!state.trees.has(root)) return notFound()
      const tree = treeJson(state, root, base, url.searchParams.has('recursive'))
      const listed = tree.slice(0, api.limits.tree)
      const truncated = listed.length < tree.length
      return ok({ sha: root, url: `${base}/git/trees/${root}`, tree: listed, truncated })
    },
  ],
  [
    'GET',
    /^\/git\/ref\/([^/]+|(?:heads|tags)\/.+)$/,
    ['contents'],
    ({ state, parts: [name = ''], base }) => {
      const sha = refsOf(state).get(`refs/${name}`)
      if (sha === undefined) return notFound()
      const object = { type: 'commit', sha, url: `${base}/git/commits/${sha}` }
      return ok({ ref: `refs/${name}`, node_id: `REF_${name}`, url: `${base}/git/refs/${name}`, object })
    },
  ],
  [
    'GET',
    /^\/git\/blobs\/([^/]+)$/,
    ['contents'],
    ({ state, parts: [sha = ''], base, headers, api }) => {
      const blob = state.blobs.get(sha)
      if (blob === undefined) return notFound()
      if (blob.length > api.limits.huge) return tooLarge()
      if (isRaw(headers)) return raw(blob)
      return ok({
        sha,
        node_id: `B_${sha}`,
        size: blob.length,
        url: `${base}/git/blobs/${sha}`,
        content: blob.toString('base64'),
        encoding: 'base64',
      })
    },
  ],
  ['GET', /^\/contents\/?(.*)$/, ['contents'], contents],
  ['GET', /^\/compare\/([^/]+?)\.\.\.([^/]+)$/, ['contents'], compare],
  [
    'GET',
    /^\/pulls\/(\d+)$/,
    ['pull_requests'],
    ({ state, parts: [number], base }) => {
      const pull = state.pulls.get(Number(number))
      return pull === undefined ? notFound() : ok(pullJson(state, pull, base))
    },
  ],
  [
    'GET',
    /^\/issues$/,
    ['issues'],
    ({ state, base, url, api }) => {
      const label = url.searchParams.get('labels') ?? ''
      const all = state.issues.filter(({ labels }) => label === '' || labels.includes(label))
      const { items, headers } = page(all.toReversed(), url, api.url)
      return { status: 200, json: items.map((issue) => issueJson(issue, base)), headers }
    },
  ],
  [
    'POST',
    /^\/issues$/,
    ['issues'],
    ({ state, base, body }) => {
      const issue = { ...issueOf(body), number: 1 + state.pulls.size + state.issues.length }
      if (issue.title === '') return invalid('title is missing')
      state.issues.push(issue)
      return { status: 201, json: issueJson(issue, base) }
    },
  ],
  [
    'PATCH',
    /^\/issues\/(\d+)$/,
    ['issues'],
    ({ state, parts: [number], base, body }) => {
      const issue = state.issues.find((one) => one.number === Number(number))
      if (issue === undefined) return notFound()
      const text = textOf(body)
      if (text === undefined) return invalid('body is missing or too long')
      issue.body = text
      return ok(issueJson(issue, base))
    },
  ],
  [
    'GET',
    /^\/issues\/(\d+)\/comments$/,
    ['issues', 'pull_requests'],
    ({ state, parts: [issue], base, url, api }) => {
      if (!state.pulls.has(Number(issue))) return notFound()
      const all = state.comments.filter((comment) => comment.issue === Number(issue))
      const { items, headers } = page(all, url, api.url)
      return { status: 200, json: items.map((comment) => commentJson(comment, base)), headers }
    },
  ],
  [
    'POST',
    /^\/issues\/(\d+)\/comments$/,
    ['issues', 'pull_requests'],
    ({ state, parts: [number], base, body, token, api }) => {
      const issue = Number(number)
      if (!state.pulls.has(issue)) return notFound()
      const text = textOf(body)
      if (text === undefined) return invalid('body is missing or too long')
      if (state.locked.has(issue)) return problem(403, 'Unable to create comment because issue is locked.')
      const comment = { id: api.nextId(), issue, login: token.login ?? BOT, body: text, edits: 0 }
      state.comments.push(comment)
      return { status: 201, json: commentJson(comment, base) }
    },
  ],
  [
    'PATCH',
    /^\/issues\/comments\/(\d+)$/,
    ['issues', 'pull_requests'],
    ({ state, parts: [number], base, body, token }) => {
      const comment = state.comments.find((one) => one.id === Number(number))
      if (comment === undefined) return notFound()
      const text = textOf(body)
      if (text === undefined) return invalid('body is missing or too long')
      if (comment.login !== (token.login ?? BOT))
        return problem(403, 'Resource not accessible by integration')
      comment.body = text
      comment.edits++
      return ok(commentJson(comment, base))
    },
  ],
  [
    'GET',
    /^\/actions\/artifacts$/,
    ['actions'],
    (call) =>
      artifactList(
        call,
        call.state.artifacts.toSorted((a, b) => b.id - a.id),
      ),
  ],
  [
    'GET',
    /^\/actions\/artifacts\/(\d+)$/,
    ['actions'],
    ({ state, parts: [number], base }) => {
      const artifact = state.artifacts.find((one) => one.id === Number(number))
      return artifact === undefined ? notFound() : ok(artifactJson(state, artifact, base))
    },
  ],
  [
    'GET',
    /^\/actions\/artifacts\/(\d+)\/zip$/,
    ['actions'],
    ({ state, parts: [number], api }) => {
      const artifact = state.artifacts.find((one) => one.id === Number(number))
      if (artifact === undefined) return notFound()
      if (artifact.expired) return problem(410, 'Artifact has expired')
      return {
        status: 302,
        headers: { location: `${api.storage}/artifacts/${artifact.id}.zip?sig=s` },
        raw: '',
      }
    },
  ],
  [
    'GET',
    /^\/actions\/runs\/(\d+)$/,
    ['actions'],
    ({ state, parts: [number], base, api }) => {
      const run = state.runs.get(Number(number))
      return run === undefined ? notFound() : ok(runJson(state, run, base, api.url))
    },
  ],
  [
    'GET',
    /^\/actions\/runs\/(\d+)\/artifacts$/,
    ['actions'],
    (call) =>
      artifactList(
        call,
        call.state.artifacts.filter(({ run }) => run === Number(call.parts[0])),
      ),
  ],
]

function contents({ state, parts: [path = ''], base, headers, url, api }: RoutedCall): Answer {
  const ref = url.searchParams.get('ref')
  const commit = state.commits.get(state.branches.get(ref ?? state.defaultBranch) ?? ref ?? '')
  if (commit === undefined) return problem(404, `No commit found for the ref ${ref ?? ''}`)
  const entry = entryAt(state, commit.tree, path)
  if (entry === undefined) return notFound()
  const describe = (at: string, { type, sha }: Entry) => {
    const kind = type === 'tree' ? 'dir' : type === 'commit' ? 'submodule' : 'file'
    const self = `${base}/contents/${at}?ref=${ref ?? ''}`
    const git = `${base}/git/${type === 'tree' ? 'trees' : 'blobs'}/${sha}`
    const size = state.blobs.get(sha)?.length ?? 0
    return {
      type: kind,
      size,
      name: at.split('/').at(-1) ?? '',
      path: at,
      sha,
      url: self,
      git_url: git,
      html_url: self,
      download_url: kind === 'file' ? self : null,
      _links: { self, git, html: self },
    }
  }
  if (entry.type === 'tree') {
    const below = [...(state.trees.get(entry.sha) ?? [])].slice(0, 1000)
    return ok(below.map(([name, one]) => describe(path === '' ? name : `${path}/${name}`, one)))
  }
  const blob = state.blobs.get(entry.sha) ?? Buffer.alloc(0)
  if (blob.length > api.limits.huge) return tooLarge()
  if (isRaw(headers)) return raw(blob)
  const isLarge = blob.length > api.limits.large
  return ok({
    ...describe(path, entry),
    content: isLarge ? '' : blob.toString('base64'),
    encoding: isLarge ? 'none' : 'base64',
  })
}

function compare({ state, parts: [from = '', to = ''], base }: RoutedCall): Answer {
  const refs = refsOf(state)
  // As git looks names up: a tag goes before a branch.
  const [left, right] = [from, to].map(
    (name) =>
      ['', 'refs/', 'refs/tags/', 'refs/heads/'].flatMap((folder) => refs.get(folder + name) ?? [])[0] ??
      name,
  )
  if (left === undefined || right === undefined || !state.commits.has(left) || !state.commits.has(right))
    return notFound()
  const ours = ancestors(state, left)
  const theirs = ancestors(state, right)
  const common = theirs.find((sha) => ours.includes(sha))
  if (common === undefined) return problem(404, `No common ancestor between ${from} and ${to}.`)
  const json = (sha: string) => {
    const commit = state.commits.get(sha) ?? { tree: '', parents: [] }
    const { node_id, url, html_url, parents, ...inner } = commitJson(sha, commit, base)
    return {
      sha,
      node_id,
      url,
      html_url,
      comments_url: `${url}/comments`,
      commit: { ...inner, url, comment_count: 0 },
      author: userJson('author'),
      committer: userJson('author'),
      parents,
    }
  }
  const ahead = theirs.filter((sha) => !ours.includes(sha))
  const behind = ours.filter((sha) => !theirs.includes(sha)).length
  const status =
    ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged'
  const self = `${base}/compare/${from}...${to}`
  return ok({
    url: self,
    html_url: self,
    permalink_url: self,
    diff_url: `${self}.diff`,
    patch_url: `${self}.patch`,
    base_commit: json(left),
    merge_base_commit: json(common),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.map(json),
    files: [],
  })
}

/** The commits of branches and tags by their whole names. */
function refsOf({ branches, tags }: RepositoryState): Map<string, string> {
  const named = (folder: string, refs: Map<string, string>) =>
    [...refs].map(([name, sha]) => [`refs/${folder}/${name}`, sha] as const)
  return new Map([...named('heads', branches), ...named('tags', tags)])
}

/** A page of those that have the name asked for. */
function artifactList({ state, base, url, api }: RoutedCall, artifacts: StoredArtifact[]): Answer {
  const name = url.searchParams.get('name')
  const named = artifacts.filter((one) => name === null || one.name === name)
  const { items, headers } = page(named, url, api.url)
  const json = { total_count: named.length, artifacts: items.map((one) => artifactJson(state, one, base)) }
  return { status: 200, json, headers }
}

function graphql(token: TokenOptions): Answer {
  if (token.viewer === false) {
    return ok({
      data: null,
      errors: [{ type: 'FORBIDDEN', path: ['viewer'], message: 'Resource not accessible by integration' }],
    })
  }
  return ok({ data: { viewer: { login: token.login ?? BOT } } })
}

function ok(json: unknown): Answer {
  return { status: 200, json }
}

function raw(content: Uint8Array): Answer {
  return {
    status: 200,
    raw: content,
    headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
  }
}

function problem(status: number, message: string): Answer {
  return {
    status,
    json: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  }
}

function notFound(): Answer {
  return problem(404, 'Not Found')
}

function tooLarge(): Answer {
  const message =
    'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.'
  return {
    status: 403,
    json: {
      message,
      errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
      documentation_url: 'https://docs.github.com/rest',
    },
  }
}

function invalid(message: string): Answer {
  return {
    status: 422,
    json: {
      message: 'Validation Failed',
      errors: [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }],
      documentation_url: 'https://docs.github.com/rest',
    },
  }
}

/** per_page (30, at most 100) and page, with the Link header as GitHub writes it. */
function page<T>(all: T[], url: URL, api: string): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30) || 30, 100)
  const number = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1)
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(url.searchParams)
    query.set('page', String(to))
    return `<${api}${url.pathname}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
  ]
  return {
    items: all.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  }
}

function isRaw(headers: IncomingMessage['headers']): boolean {
  return /application\/vnd\.github\.(v3\.)?raw/.test(headers.accept ?? '')
}

function issueOf(body: string): Omit<Issue, 'number'> {
  const { title = '', labels = [] } = JSON.parse(body) as { title?: string; labels?: string[] }
  return { title, labels, body: textOf(body) ?? '' }
}

function textOf(body: string): string | undefined {
  try {
    const text: unknown = (JSON.parse(body) as { body?: unknown } | null)?.body
    return typeof text === 'string' && text.length > 0 && text.length <= LONGEST_COMMENT ? text : undefined
  } catch {
    return undefined
  }
}
