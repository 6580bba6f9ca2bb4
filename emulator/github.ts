import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerTo } from './github-api.ts'
import type { Api, TokenOptions } from './github-api.ts'
import { createRepository } from './github-repository.ts'
import type { Repository, RepositoryOptions, RepositoryState } from './github-repository.ts'
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

export interface GitHubOptions {
  /** Bytes from which the contents API leaves the content out of its JSON (1 MiB). */
  largeFile?: number
  /** Bytes from which neither contents nor blobs are given (100 MiB). */
  hugeFile?: number
  /** Entries of a tree beyond which the list is cut off (100,000). */
  largeTree?: number
}

/** Starts the API, and beside it, on a port of its own as in reality, the storage that artifacts are downloaded from. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const repositories = new Map<string, RepositoryState>()
  const faults: (Fault & { times: number; status: number })[] = []
  const log: LoggedRequest[] = []
  let nextId = 1000

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

  const server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const body = (await bodyOf(request)).toString()
    const { method = 'GET', headers } = request
    const path = url.pathname
    log.push({ method, path, query: Object.fromEntries(url.searchParams), headers, body })

    const call = { method, path, url, body, headers }
    const fault = faults.find(
      (one) => one.times > 0 && (one.method ?? method) === method && one.path.test(path + url.search),
    )
    if (fault === undefined) {
      const answer = answerTo(call, api)
      if (answer.raw === undefined) send(response, answer.status, answer.json, answer.headers)
      else response.writeHead(answer.status, answer.headers).end(answer.raw)
      return
    }
    fault.times--
    if (fault.kind === 'hang') return
    if (fault.kind === 'reset') {
      request.socket.destroy()
      return
    }
    if (fault.kind === 'late') answerTo(call, api)
    send(response, fault.status, { message: fault.message ?? 'Server Error' }, fault.headers)
  })

  const api: Api = {
    url: server.url,
    storage: storage.url,
    repositories,
    tokens: new Map(),
    limits: {
      large: options.largeFile ?? 1024 ** 2,
      huge: options.hugeFile ?? 100 * 1024 ** 2,
      tree: options.largeTree ?? 100_000,
    },
    nextId: () => nextId++,
  }
  return {
    url: server.url,
    log,
    createRepository: (wanted) => createRepository(wanted, repositories, api.nextId),
    createToken(token = {}) {
      const text = `ghs_${String(api.tokens.size + 1).padStart(36, '0')}`
      api.tokens.set(text, token)
      return text
    },
    fault: (fault) => void faults.push({ times: 1, status: 502, ...fault }),
    async close() {
      await Promise.all([server.close(), storage.close()])
    },
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
