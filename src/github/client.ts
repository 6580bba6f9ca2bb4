import { UserError, messageOf } from '../errors.ts'

/** What this project asks of GitHub's API: one repository, one token. Each call throws what `explain` can word. */
export interface GitHubClient {
  commit(sha: string): Promise<{ tree: string; parents: string[] }>
  /** Entries of one tree, not recursive. */
  tree(sha: string): Promise<{ truncated: boolean; entries: TreeEntry[] }>
  /** The bytes of a blob as they come (up to 100 MB, GitHub's limit). */
  blob(sha: string): Promise<AsyncIterable<Uint8Array>>
  /** How a commit stands to another one, by ids: `ahead`, `behind`, `diverged` or `identical`. */
  compare(base: string, head: string): Promise<{ status: string; mergeBase: string }>
  /** The commit of a branch, which no tag of the same name can stand in for. */
  branchHead(branch: string): Promise<string>
  pullRequest(number: number): Promise<{ baseSha: string; headSha: string }>
  defaultBranch(): Promise<string>
  /** The artifacts of that name, page by page; GitHub gives the newest first. */
  artifacts(name: string): AsyncIterable<Artifact[]>
  workflowRun(id: number): Promise<WorkflowRun>
  artifactZip(id: number): Promise<AsyncIterable<Uint8Array>>
  /** The login that the token writes as. */
  viewer(): Promise<string>
  comments(issue: number): AsyncIterable<IssueComment>
  createComment(issue: number, body: string): Promise<{ url: string }>
  updateComment(id: number, body: string): Promise<{ url: string }>
}

export interface TreeEntry {
  path: string
  /** 100644, 100755, 120000 (symbolic link), 040000 (tree), 160000 (submodule) */
  mode: string
  sha: string
}

export interface Artifact {
  id: number
  expired: boolean
  /** `sha256:` and 64 hex digits; absent for old ones. */
  digest: string | undefined
  runId: number | undefined
  branch: string | undefined
  repositoryId: number | undefined
  headRepositoryId: number | undefined
}

export interface WorkflowRun {
  event: string
  /** The workflow file, without a ref. */
  path: string
  headSha: string
}

export interface IssueComment {
  id: number
  author: string | undefined
  body: string
  url: string
}

export interface ClientOptions {
  apiUrl: string
  owner: string
  repository: string
  token: string
  /** Milliseconds in a second of waiting between attempts; tests make it short. */
  second?: number
  /** Milliseconds that one attempt may take (60,000); a download may take five times as long. */
  deadline?: number
}

const ATTEMPTS = 3
const LONGEST_WAIT_SECONDS = 30
const DEADLINE_MILLISECONDS = 60_000
const DOWNLOAD_FACTOR = 5

/**
 * A client for one repository. Octokit is loaded here, not at start. Proxy variables are honoured by `@actions/github`;
 * server errors, 429 and secondary rate limits are tried again, twice, after short waits.
 */
export async function createClient(options: ClientOptions): Promise<GitHubClient> {
  const [{ getOctokit }, { retry }] = await Promise.all([
    import('@actions/github'),
    import('@octokit/plugin-retry'),
  ])
  const octokit = getOctokit(
    options.token,
    {
      baseUrl: options.apiUrl,
      retry: {
        retries: ATTEMPTS - 1,
        retryAfterBaseValue: options.second ?? 1000,
        doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451],
      },
      log: SILENT,
    },
    limits(options.deadline ?? DEADLINE_MILLISECONDS),
    retry,
  )
  const { rest } = octokit
  const repo = { owner: options.owner, repo: options.repository }

  return {
    async commit(sha) {
      const { data } = await rest.git.getCommit({ ...repo, commit_sha: sha })
      return { tree: data.tree.sha, parents: data.parents.map((parent) => parent.sha) }
    },
    async tree(sha) {
      const { data } = await rest.git.getTree({ ...repo, tree_sha: sha })
      return { truncated: data.truncated, entries: data.tree }
    },
    async blob(sha) {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
        ...repo,
        file_sha: sha,
        headers: { accept: 'application/vnd.github.raw+json' },
        request: { parseSuccessResponseBody: false },
      })
      return bytesOf(data)
    },
    async compare(base, head) {
      const { data } = await rest.repos.compareCommitsWithBasehead({
        ...repo,
        basehead: `${base}...${head}`,
        per_page: 1,
      })
      return { status: data.status, mergeBase: data.merge_base_commit.sha }
    },
    async branchHead(branch) {
      const { data } = await rest.git.getRef({ ...repo, ref: `heads/${branch}` })
      return data.object.sha
    },
    async pullRequest(number) {
      const { data } = await rest.pulls.get({ ...repo, pull_number: number })
      return { baseSha: data.base.sha, headSha: data.head.sha }
    },
    async defaultBranch() {
      const { data } = await rest.repos.get(repo)
      return data.default_branch
    },
    async *artifacts(name) {
      const pages = octokit.paginate.iterator(rest.actions.listArtifactsForRepo, {
        ...repo,
        name,
        per_page: 100,
      })
      for await (const { data } of pages) {
        yield data.map((artifact) => ({
          id: artifact.id,
          expired: artifact.expired,
          digest: artifact.digest ?? undefined,
          runId: artifact.workflow_run?.id,
          branch: artifact.workflow_run?.head_branch,
          repositoryId: artifact.workflow_run?.repository_id,
          headRepositoryId: artifact.workflow_run?.head_repository_id,
        }))
      }
    },
    async workflowRun(id) {
      const { data } = await rest.actions.getWorkflowRun({ ...repo, run_id: id })
      return { event: data.event, path: withoutRef(data.path, data.head_branch), headSha: data.head_sha }
    },
    async artifactZip(id) {
      const { data } = await octokit.request(
        'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
        {
          ...repo,
          artifact_id: id,
          archive_format: 'zip',
          request: { parseSuccessResponseBody: false },
        },
      )
      return bytesOf(data)
    },
    async viewer() {
      const answer = await octokit.graphql<{ viewer: { login: string } }>('query { viewer { login } }')
      return answer.viewer.login
    },
    async *comments(issue) {
      const pages = octokit.paginate.iterator(rest.issues.listComments, {
        ...repo,
        issue_number: issue,
        per_page: 100,
      })
      for await (const { data } of pages) {
        for (const comment of data) {
          yield {
            id: comment.id,
            author: comment.user?.login,
            body: comment.body ?? '',
            url: comment.html_url,
          }
        }
      }
    },
    async createComment(issue, body) {
      // Not tried again by the plugin: a lost answer would leave two comments.
      const { data } = await rest.issues.createComment({
        ...repo,
        issue_number: issue,
        body,
        request: { retries: 0 },
      })
      return { url: data.html_url }
    },
    async updateComment(id, body) {
      const { data } = await rest.issues.updateComment({ ...repo, comment_id: id, body })
      return { url: data.html_url }
    },
  }
}

/** A file's name can hold an @ too, but no slash, and only what GitHub names as the ref of this very run is one. */
function withoutRef(path: string, branch: string | null): string {
  const [file = ''] = path.split('@refs/')
  const ref = `@${branch ?? ''}`
  return file.endsWith(ref) ? file.slice(0, -ref.length) : file
}

/** The HTTP status of a failed call; 500 also where no answer came; undefined for anything else that was thrown. */
export function statusOf(thrown: unknown): number | undefined {
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined
  return typeof status === 'number' ? status : undefined
}

/**
 * The error of a call that had to succeed. `what` begins the sentence ("The baseline artifact could not be read"),
 * `permission` is the token's permission that the call needs ("actions: read").
 */
export function explain(thrown: unknown, what: string, permission: string): unknown {
  if (thrown instanceof UserError) return thrown
  const status = statusOf(thrown)
  if (status === undefined) return thrown
  const cause = { cause: thrown }
  if (status === 401) {
    return new UserError(
      'credentials',
      `${what}: GitHub does not accept the token. Check the input github-token.`,
      cause,
    )
  }
  if (isRateLimit(thrown)) {
    return new UserError(
      'unavailable',
      `${what}: GitHub's rate limit is used up. Run the workflow again later.`,
      cause,
    )
  }
  if (status === 403 || status === 404) {
    return new UserError(
      'permission',
      `${what}: GitHub answered ${status}. Add "${permission}" to the permissions of the job, ` +
        'or set github-token to a token that may read this repository.',
      cause,
    )
  }
  if (status === 410) {
    return new UserError('precondition', `${what}: GitHub no longer has it (410).`, cause)
  }
  const said = status >= 500 ? `GitHub did not answer properly (${status})` : `GitHub answered ${status}`
  return new UserError(
    'unavailable',
    `${what}: ${said}. Run the workflow again; see githubstatus.com.`,
    cause,
  )
}

/** GitHub says so by a 429, or by a 403 with a header or a sentence about the limit. */
function isRateLimit(thrown: unknown): boolean {
  if (statusOf(thrown) === 429) return true
  return (
    statusOf(thrown) === 403 && (retryAfterOf(thrown) !== undefined || /rate limit/i.test(messageOf(thrown)))
  )
}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {
  // What octokit logs is told by our own errors.
}

interface RequestOptions {
  request?: {
    signal?: AbortSignal
    retries?: number
    retryAfter?: number
    parseSuccessResponseBody?: boolean
  }
}

interface Hooks {
  hook: {
    before(name: 'request', hook: (options: RequestOptions) => void): void
    error(name: 'request', hook: (error: unknown) => never): void
  }
}

/**
 * A deadline for each attempt, and patience with rate limits, which plugin-retry lacks: it never retries a 403, and
 * after a 429 ignores Retry-After. It must stand before plugin-retry, whose outer hook reads what is left on the error here.
 */
function limits(deadline: number): (octokit: unknown) => Record<string, never> {
  return (octokit) => {
    // Octokit's own plugin type is generic over all of its hooks; these two are the ones used.
    const { hook } = octokit as Hooks
    hook.before('request', (options) => {
      const isDownload = options.request?.parseSuccessResponseBody === false
      const signal = AbortSignal.timeout(isDownload ? deadline * DOWNLOAD_FACTOR : deadline)
      options.request = { ...options.request, signal }
    })
    hook.error('request', (error) => {
      const seconds = retryAfterOf(error) ?? 5
      // RequestError keeps the options of its request there; plugin-retry reads retries and retryAfter from them.
      const failed = error as { request?: RequestOptions }
      if (isRateLimit(error) && seconds <= LONGEST_WAIT_SECONDS && failed.request) {
        failed.request.request = { ...failed.request.request, retries: ATTEMPTS - 1, retryAfter: seconds }
      }
      throw error
    })
    return {}
  }
}

function retryAfterOf(thrown: unknown): number | undefined {
  const response = thrown instanceof Error && 'response' in thrown ? thrown.response : undefined
  // RequestError.response, where there is one, always has headers.
  const headers = (response as { headers?: Record<string, unknown> } | undefined)?.headers
  const seconds = Number(headers?.['retry-after'] ?? NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/** With parseSuccessResponseBody false octokit hands the body over as it is, whatever the type says. */
async function* bytesOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body === null || body === undefined) return
  try {
    yield* body as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new UserError('unavailable', 'GitHub broke off in the middle of a file. Run the workflow again.', {
      cause,
    })
  }
}
