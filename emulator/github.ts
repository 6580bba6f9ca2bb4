import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, close, listen } from './loopback.ts'

/**
 * A GitHub on loopback: the REST paths and the GraphQL query that an action needs, over a state of its own. Rules
 * (permissions, 404 for what a token may not see, sizes, paging) follow docs.github.com; it knows nothing of src/.
 */
export interface GitHub {
  /** For GITHUB_API_URL. */
  url: string
  /** Every request, in order of arrival. */
  log: LoggedRequest[]
  createRepository(options: RepositoryOptions): Repository
  /** A token that may do what its permissions say, in the repositories it was given (all when absent). */
  createToken(options?: TokenOptions): string
  /** The next `times` (1) requests that fit get this instead of an answer. */
  fault(fault: Fault): void
  close(): Promise<void>
}

export interface LoggedRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: IncomingMessage['headers']
  body: string
}

export interface RepositoryOptions {
  owner: string
  name: string
  visibility?: 'public' | 'private' | 'internal'
  defaultBranch?: string
}

export type Access = 'read' | 'write'
export interface TokenOptions {
  login?: string
  permissions?: { contents?: Access; actions?: Access; issues?: Access; pull_requests?: Access }
  /** `owner/name`; absent: all. */
  repositories?: string[]
  /** false: GraphQL answers FORBIDDEN to `viewer`. */
  viewer?: boolean
}

export interface Fault {
  method?: string
  /** Matched against the path with its query. */
  path: RegExp
  times?: number
  /** What happens: an answer of this status, `reset` (the connection breaks), `hang` (no answer, ever), or `late`: it is done, then answered with the status. */
  kind?: 'answer' | 'late' | 'reset' | 'hang'
  status?: number
  headers?: Record<string, string>
  message?: string
}

export type FileContent = string | Uint8Array | { link: string } | { submodule: string }

export interface Repository {
  id: number
  fullName: string
  /** Commits a whole tree: path to content. Moves the branch, where one is named. `id`: the one that a real git gave. */
  commit(options: {
    files: Record<string, FileContent>
    parents?: string[]
    branch?: string
    id?: string
  }): string
  createPull(options: {
    base: string
    head: string
    number?: number
    login?: string
    headRepository?: Repository
  }): number
  /** Somebody writes a comment. */
  comment(issue: number, login: string, body: string): number
  comments(issue: number): { id: number; login: string; body: string; edits: number }[]
  lock(issue: number): void
  createRun(options?: RunOptions): number
  /** Puts an artifact there, as an upload would. */
  addArtifact(options: {
    name: string
    run: number
    zip: Uint8Array
    expired?: boolean
    digest?: string | null
  }): number
  artifacts(): { id: number; name: string; run: number; zip: Uint8Array }[]
}

export interface RunOptions {
  workflow?: string
  event?: string
  branch?: string
  sha?: string
  conclusion?: string | null
  headRepository?: Repository | null
}

export interface GitHubOptions {
  /** Bytes from which the contents API leaves the content out of its JSON (1 MiB). */
  largeFile?: number
  /** Bytes from which neither contents nor blobs are given (100 MiB). */
  hugeFile?: number
}

interface Entry {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
}
interface Commit {
  tree: string
  parents: string[]
}
interface Comment {
  id: number
  issue: number
  login: string
  body: string
  edits: number
}
interface Pull {
  number: number
  base: string
  head: string
  login: string
  headRepository: State | undefined
}
interface Run extends Required<Omit<RunOptions, 'headRepository'>> {
  id: number
  headRepository: State | null
}
interface StoredArtifact {
  id: number
  name: string
  run: number
  zip: Uint8Array
  expired: boolean
  digest: string | null
}
interface State extends Required<RepositoryOptions> {
  id: number
  blobs: Map<string, Buffer>
  trees: Map<string, Map<string, Entry>>
  commits: Map<string, Commit>
  branches: Map<string, string>
  pulls: Map<number, Pull>
  comments: Comment[]
  locked: Set<number>
  runs: Map<number, Run>
  artifacts: StoredArtifact[]
}

/** Starts the API, and beside it, on a port of its own as in reality, the storage that artifacts are downloaded from. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const limits = { large: options.largeFile ?? 1024 ** 2, huge: options.hugeFile ?? 100 * 1024 ** 2 }
  const repositories = new Map<string, State>()
  const tokens = new Map<string, TokenOptions>()
  const faults: (Fault & { times: number; status: number })[] = []
  const log: LoggedRequest[] = []
  let nextId = 1000
  const id = () => nextId++

  const storage = await serve((request, response) => {
    const artifactId = Number(/^\/artifacts\/(\d+)\.zip\?sig=s$/.exec(request.url ?? '')?.[1])
    const artifact = [...repositories.values()]
      .flatMap((state) => state.artifacts)
      .find((one) => one.id === artifactId)
    // The real storage refuses a request that is signed and authorized at once.
    if (artifact === undefined || request.headers.authorization !== undefined) {
      send(response, 403, {})
      return
    }
    response.writeHead(200, { 'content-type': 'application/zip' }).end(artifact.zip)
  })

  const api = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const body = (await bodyOf(request)).toString()
    const method = request.method ?? 'GET'
    const path = url.pathname
    log.push({ method, path, query: Object.fromEntries(url.searchParams), headers: request.headers, body })

    const fault = faults.find(
      (one) => one.times > 0 && (one.method ?? method) === method && one.path.test(path + url.search),
    )
    if (fault !== undefined) fault.times--
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') {
      request.socket.destroy()
      return
    }
    const answer =
      fault !== undefined && fault.kind !== 'late'
        ? undefined
        : handle({ method, path, url, body, headers: request.headers })
    if (fault !== undefined) {
      send(response, fault.status, { message: fault.message ?? 'Server Error' }, fault.headers)
      return
    }
    const { status, json, headers, raw } = answer ?? notFound()
    if (raw !== undefined) return void response.writeHead(status, headers).end(raw)
    send(response, status, json, headers)
  })

  function handle(call: Call): Answer {
    const token = tokens.get((call.headers.authorization ?? '').replace(/^(token|bearer) /i, ''))
    if (token === undefined) return problem(401, 'Bad credentials')
    if (call.path === '/graphql') return graphql(token)
    const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(call.path) ?? []
    const state = repositories.get(`${owner}/${name}`)
    if (state === undefined) return notFound()
    const covers = token.repositories?.includes(`${owner}/${name}`) ?? true
    if (!covers && state.visibility !== 'public') return notFound()
    for (const [wanted, pattern, permissions, act] of routes) {
      const match = pattern.exec(rest)
      if (match === null || wanted !== call.method) continue
      const access = wanted === 'GET' ? 'read' : 'write'
      const isOpen = access === 'read' && (state.visibility === 'public' || permissions.length === 0)
      const isGranted =
        covers &&
        permissions.some((one) => token.permissions?.[one] === 'write' || token.permissions?.[one] === access)
      if (!isOpen && !isGranted) return problem(403, 'Resource not accessible by integration')
      return act({
        ...call,
        state,
        token,
        parts: match.slice(1).map(decodeURIComponent),
        base: `${api.url}/repos/${owner}/${name}`,
      })
    }
    return notFound()
  }

  const routes: Route[] = [
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
      ({ state, parts: [sha = ''], base, url }) => {
        const root = state.commits.get(state.branches.get(sha) ?? sha)?.tree ?? sha
        if (!state.trees.has(root)) return notFound()
        const tree = treeJson(state, root, base, url.searchParams.has('recursive'))
        return ok({ sha: root, url: `${base}/git/trees/${root}`, tree, truncated: false })
      },
    ],
    [
      'GET',
      /^\/git\/blobs\/([^/]+)$/,
      ['contents'],
      ({ state, parts: [sha = ''], base, headers }) => {
        const blob = state.blobs.get(sha)
        if (blob === undefined) return notFound()
        if (blob.length > limits.huge) return tooLarge()
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
    [
      'GET',
      /^\/contents\/?(.*)$/,
      ['contents'],
      ({ state, parts: [path = ''], base, headers, url }) =>
        contents(state, path, url.searchParams.get('ref'), base, headers),
    ],
    [
      'GET',
      /^\/compare\/([^/]+?)\.\.\.([^/]+)$/,
      ['contents'],
      ({ state, parts: [from = '', to = ''], base }) => compare(state, from, to, base),
    ],
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
      /^\/issues\/(\d+)\/comments$/,
      ['issues', 'pull_requests'],
      ({ state, parts: [issue], base, url }) => {
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
      ({ state, parts: [number], base, body, token }) => {
        const issue = Number(number)
        if (!state.pulls.has(issue)) return notFound()
        const text = textOf(body)
        if (text === undefined) return invalid('body is missing or too long')
        if (state.locked.has(issue)) return problem(403, 'Unable to create comment because issue is locked.')
        const comment = { id: id(), issue, login: token.login ?? BOT, body: text, edits: 0 }
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
      ({ state, base, url }) => {
        const name = url.searchParams.get('name')
        const all = state.artifacts
          .filter((one) => name === null || one.name === name)
          .sort((a, b) => b.id - a.id)
        const { items, headers } = page(all, url, api.url)
        return {
          status: 200,
          json: { total_count: all.length, artifacts: items.map((one) => artifactJson(state, one, base)) },
          headers,
        }
      },
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
      ({ state, parts: [number] }) => {
        const artifact = state.artifacts.find((one) => one.id === Number(number))
        if (artifact === undefined) return notFound()
        if (artifact.expired) return problem(410, 'Artifact has expired')
        return {
          status: 302,
          headers: { location: `${storage.url}/artifacts/${artifact.id}.zip?sig=s` },
          raw: '',
        }
      },
    ],
    [
      'GET',
      /^\/actions\/runs\/(\d+)$/,
      ['actions'],
      ({ state, parts: [number], base }) => {
        const run = state.runs.get(Number(number))
        return run === undefined ? notFound() : ok(runJson(state, run, base, api.url))
      },
    ],
    [
      'GET',
      /^\/actions\/runs\/(\d+)\/artifacts$/,
      ['actions'],
      ({ state, parts: [number], base, url }) => {
        const name = url.searchParams.get('name')
        const all = state.artifacts.filter(
          (one) => one.run === Number(number) && (name === null || one.name === name),
        )
        const { items, headers } = page(all, url, api.url)
        return {
          status: 200,
          json: { total_count: all.length, artifacts: items.map((one) => artifactJson(state, one, base)) },
          headers,
        }
      },
    ],
  ]

  function contents(
    state: State,
    path: string,
    ref: string | null,
    base: string,
    headers: IncomingMessage['headers'],
  ): Answer {
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
    if (blob.length > limits.huge) return tooLarge()
    if (isRaw(headers)) return raw(blob)
    const isLarge = blob.length > limits.large
    return ok({
      ...describe(path, entry),
      content: isLarge ? '' : blob.toString('base64'),
      encoding: isLarge ? 'none' : 'base64',
    })
  }

  function stateOf(repository: Repository | null | undefined): State | undefined {
    return repository === null || repository === undefined ? undefined : repositories.get(repository.fullName)
  }

  function createRepository({
    owner,
    name,
    visibility = 'private',
    defaultBranch = 'main',
  }: RepositoryOptions): Repository {
    const state: State = {
      id: id(),
      owner,
      name,
      visibility,
      defaultBranch,
      blobs: new Map(),
      trees: new Map(),
      commits: new Map(),
      branches: new Map(),
      pulls: new Map(),
      comments: [],
      locked: new Set(),
      runs: new Map(),
      artifacts: [],
    }
    repositories.set(`${owner}/${name}`, state)
    return {
      id: state.id,
      fullName: `${owner}/${name}`,
      commit({ files, parents = [], branch, id: given }) {
        const tree = writeTree(state, Object.entries(files))
        const text = `tree ${tree}\n${parents.map((one) => `parent ${one}\n`).join('')}author a <a@example.com> ${state.commits.size} +0000\n\nx`
        const sha = given ?? hashOf('commit', Buffer.from(text))
        state.commits.set(sha, { tree, parents })
        if (branch !== undefined) state.branches.set(branch, sha)
        return sha
      },
      createPull({ base, head, number = state.pulls.size + 1, login = 'contributor', headRepository }) {
        state.pulls.set(number, {
          number,
          base,
          head,
          login,
          headRepository: stateOf(headRepository) ?? state,
        })
        return number
      },
      comment(issue, login, body) {
        const comment = { id: id(), issue, login, body, edits: 0 }
        state.comments.push(comment)
        return comment.id
      },
      comments: (issue) =>
        state.comments.filter((comment) => comment.issue === issue).map((comment) => ({ ...comment })),
      lock: (issue) => void state.locked.add(issue),
      createRun(options = {}) {
        const {
          workflow = '.github/workflows/sync.yml',
          event = 'schedule',
          branch = defaultBranch,
          sha = 'f'.repeat(40),
          conclusion = 'success',
        } = options
        const headRepository =
          options.headRepository === null ? null : (stateOf(options.headRepository) ?? state)
        const run = { id: id(), workflow, event, branch, sha, conclusion, headRepository }
        state.runs.set(run.id, run)
        return run.id
      },
      addArtifact({
        name: artifactName,
        run,
        zip,
        expired = false,
        digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`,
      }) {
        const artifact = { id: id(), name: artifactName, run, zip, expired, digest }
        state.artifacts.push(artifact)
        return artifact.id
      },
      artifacts: () => state.artifacts.map((artifact) => ({ ...artifact })),
    }
  }

  return {
    url: api.url,
    log,
    createRepository,
    createToken(token = {}) {
      const text = `ghs_${String(tokens.size + 1).padStart(36, '0')}`
      tokens.set(text, token)
      return text
    },
    fault: (fault) => void faults.push({ times: 1, status: 502, ...fault }),
    async close() {
      await Promise.all([api.close(), storage.close()])
    },
  }
}

const BOT = 'github-actions[bot]'
/** No time is measured: every object is as old as every other. */
const THEN = '2026-01-01T00:00:00Z'
const LONGEST_COMMENT = 65_536

interface Call {
  method: string
  path: string
  url: URL
  body: string
  headers: IncomingMessage['headers']
}
interface Answer {
  status: number
  json?: unknown
  headers?: Record<string, string>
  raw?: Uint8Array | string
}
type Permission = 'contents' | 'actions' | 'issues' | 'pull_requests'
type Act = (call: Call & { state: State; token: TokenOptions; parts: string[]; base: string }) => Answer
/** Without a permission: every token that sees the repository may (metadata). */
type Route = [method: string, path: RegExp, permissions: Permission[], act: Act]

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

function graphql(token: TokenOptions): Answer {
  if (token.viewer === false) {
    return ok({
      data: null,
      errors: [{ type: 'FORBIDDEN', path: ['viewer'], message: 'Resource not accessible by integration' }],
    })
  }
  return ok({ data: { viewer: { login: token.login ?? BOT } } })
}

function compare(state: State, from: string, to: string, base: string): Answer {
  const [left, right] = [from, to].map((name) => state.branches.get(name) ?? name)
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

/** Nearest first. */
function ancestors(state: State, sha: string): string[] {
  const found = [sha]
  for (const one of found) {
    for (const parent of state.commits.get(one)?.parents ?? [])
      if (!found.includes(parent)) found.push(parent)
  }
  return found
}

function entryAt(state: State, root: string, path: string): Entry | undefined {
  let entry: Entry | undefined = { mode: '040000', type: 'tree', sha: root }
  for (const part of path.split('/').filter((name) => name !== '')) {
    entry = entry === undefined ? undefined : state.trees.get(entry.sha)?.get(part)
  }
  return entry
}

/** Object ids as git makes them. */
function hashOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

function writeTree(state: State, files: [string, FileContent][]): string {
  const entries = new Map<string, Entry>()
  const below = new Map<string, [string, FileContent][]>()
  for (const [path, content] of files) {
    const slash = path.indexOf('/')
    if (slash < 0) entries.set(path, writeEntry(state, content))
    else
      below.set(path.slice(0, slash), [
        ...(below.get(path.slice(0, slash)) ?? []),
        [path.slice(slash + 1), content],
      ])
  }
  for (const [name, inner] of below)
    entries.set(name, { mode: '040000', type: 'tree', sha: writeTree(state, inner) })
  const key = ([name, { type }]: [string, Entry]) => (type === 'tree' ? `${name}/` : name)
  const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const bytes = Buffer.concat(
    sorted.map(([name, { mode, sha }]) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(sha, 'hex')]),
    ),
  )
  const sha = hashOf('tree', bytes)
  state.trees.set(sha, new Map(sorted))
  return sha
}

function writeEntry(state: State, content: FileContent): Entry {
  if (typeof content === 'object' && 'submodule' in content)
    return { mode: '160000', type: 'commit', sha: content.submodule }
  const isLink = typeof content === 'object' && 'link' in content
  const bytes = Buffer.from(isLink ? content.link : content)
  const sha = hashOf('blob', bytes)
  state.blobs.set(sha, bytes)
  return { mode: isLink ? '120000' : '100644', type: 'blob', sha }
}

function treeJson(state: State, sha: string, base: string, recursive: boolean, prefix = ''): unknown[] {
  return [...(state.trees.get(sha) ?? [])].flatMap(([name, entry]) => {
    const size = state.blobs.get(entry.sha)?.length
    const own = {
      path: prefix + name,
      ...entry,
      ...(size === undefined ? {} : { size }),
      url: `${base}/git/${entry.type}s/${entry.sha}`,
    }
    return entry.type === 'tree' && recursive
      ? [own, ...treeJson(state, entry.sha, base, true, `${prefix}${name}/`)]
      : [own]
  })
}

function commitJson(sha: string, commit: Commit, base: string) {
  const person = { date: THEN, name: 'author', email: 'author@example.com' }
  const url = `${base}/git/commits/${sha}`
  return {
    sha,
    node_id: `C_${sha}`,
    url,
    html_url: url,
    author: person,
    committer: person,
    message: 'x',
    tree: { sha: commit.tree, url: `${base}/git/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${base}/git/commits/${parent}`,
      html_url: `${base}/git/commits/${parent}`,
    })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  }
}

function commentJson({ id, issue, login, body }: Comment, base: string) {
  const url = `${base}/issues/comments/${id}`
  return {
    id,
    node_id: `IC_${id}`,
    url,
    html_url: `${base}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${base}/issues/${issue}`,
    user: userJson(login),
    created_at: THEN,
    updated_at: THEN,
    author_association: 'NONE' as const,
    body,
    performed_via_github_app: null,
  }
}

function artifactJson(state: State, { id, name, run, zip, expired, digest }: StoredArtifact, base: string) {
  const of = state.runs.get(run)
  const url = `${base}/actions/artifacts/${id}`
  const workflow_run = of && {
    id: run,
    repository_id: state.id,
    ...(of.headRepository ? { head_repository_id: of.headRepository.id } : {}),
    head_branch: of.branch,
    head_sha: of.sha,
  }
  return {
    id,
    node_id: `A_${id}`,
    name,
    size_in_bytes: zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    digest,
    created_at: THEN,
    updated_at: THEN,
    expires_at: THEN,
    workflow_run: workflow_run ?? null,
  }
}

function runJson(state: State, run: Run, base: string, api: string) {
  const url = `${base}/actions/runs/${run.id}`
  const head = run.headRepository
  return {
    id: run.id,
    name: 'sync',
    node_id: `R_${run.id}`,
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.workflow,
    display_title: 'sync',
    run_number: 1,
    run_attempt: 1,
    event: run.event,
    status: run.conclusion === null ? 'in_progress' : 'completed',
    conclusion: run.conclusion,
    workflow_id: 1,
    url,
    html_url: url,
    pull_requests: [],
    created_at: THEN,
    updated_at: THEN,
    run_started_at: THEN,
    actor: userJson('author'),
    triggering_actor: userJson('author'),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${url}/suite`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${base}/actions/workflows/1`,
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: 'x',
      timestamp: THEN,
      author: { name: 'author', email: 'author@example.com' },
      committer: { name: 'author', email: 'author@example.com' },
    },
    repository: repositoryJson(state, base),
    head_repository: head === null ? null : repositoryJson(head, `${api}/repos/${head.owner}/${head.name}`),
  }
}

function pullJson(state: State, pull: Pull, base: string) {
  const url = `${base}/pulls/${pull.number}`
  const issue = `${base}/issues/${pull.number}`
  const side = (sha: string, of: State | undefined, ref: string) => ({
    label: `${(of ?? state).owner}:${ref}`,
    ref,
    sha,
    user: userJson((of ?? state).owner),
    repo: of === undefined ? null : repositoryJson(of, base),
  })
  const link = (href: string) => ({ href })
  return {
    url,
    id: pull.number,
    node_id: `PR_${pull.number}`,
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${base}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${base}/statuses/${pull.head}`,
    number: pull.number,
    state: 'open' as const,
    locked: state.locked.has(pull.number),
    title: 'x',
    user: userJson(pull.login),
    body: null,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: THEN,
    updated_at: THEN,
    closed_at: null,
    merged_at: null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.headRepository, 'topic'),
    base: side(pull.base, state, state.defaultBranch),
    _links: {
      self: link(url),
      html: link(url),
      issue: link(issue),
      comments: link(`${issue}/comments`),
      review_comments: link(`${url}/comments`),
      review_comment: link(`${base}/pulls/comments{/number}`),
      commits: link(`${url}/commits`),
      statuses: link(`${base}/statuses/${pull.head}`),
    },
    author_association: 'NONE' as const,
    auto_merge: null,
    draft: false,
    merged: false,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  }
}

const REPOSITORY_URLS = [
  'archive',
  'assignees',
  'blobs',
  'branches',
  'collaborators',
  'comments',
  'commits',
  'compare',
  'contents',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'git_commits',
  'git_refs',
  'git_tags',
  'hooks',
  'issue_comment',
  'issue_events',
  'issues',
  'keys',
  'labels',
  'languages',
  'merges',
  'milestones',
  'notifications',
  'pulls',
  'releases',
  'stargazers',
  'statuses',
  'subscribers',
  'subscription',
  'tags',
  'teams',
  'trees',
  'clone',
  'git',
  'ssh',
  'svn',
]

function repositoryJson(state: State, base: string) {
  return {
    ...Object.fromEntries(REPOSITORY_URLS.map((name) => [`${name}_url`, `${base}/${name}`])),
    id: state.id,
    node_id: `R_${state.id}`,
    name: state.name,
    full_name: `${state.owner}/${state.name}`,
    owner: userJson(state.owner),
    private: state.visibility !== 'public',
    visibility: state.visibility,
    html_url: base,
    url: base,
    description: null,
    fork: false,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: state.defaultBranch,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    open_issues_count: 0,
    forks: 0,
    open_issues: 0,
    watchers: 0,
    network_count: 0,
    subscribers_count: 0,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    pushed_at: THEN,
    created_at: THEN,
    updated_at: THEN,
  }
}

const USER_URLS = [
  'avatar',
  'html',
  'followers',
  'following',
  'gists',
  'starred',
  'subscriptions',
  'organizations',
  'repos',
  'events',
  'received_events',
]

function userJson(login: string) {
  const url = `https://github.example.com/users/${encodeURIComponent(login)}`
  return {
    ...Object.fromEntries(USER_URLS.map((name) => [`${name}_url`, `${url}/${name}`])),
    login,
    id: Number.parseInt(hashOf('user', Buffer.from(login)).slice(0, 7), 16),
    node_id: `U_${login}`,
    gravatar_id: '',
    url,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
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

function textOf(body: string): string | undefined {
  try {
    const text: unknown = (JSON.parse(body) as { body?: unknown } | null)?.body
    return typeof text === 'string' && text.length > 0 && text.length <= LONGEST_COMMENT ? text : undefined
  } catch {
    return undefined
  }
}

function send(
  response: ServerResponse,
  status: number,
  json: unknown,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(json))
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch(() => response.destroy())
  })
  return { url: await listen(server), close: () => close(server) }
}
