import { UserError, type FailureKind } from '../errors.ts'
import type { GitHubContext } from './context.ts'

/** What this project asks of GitHub's API: one repository, one token. Each call throws what `explain` can word. */
export type GitHubClient = Awaited<ReturnType<typeof createClient>>

type ItemOf<T> = T extends AsyncIterable<infer Item> ? Item : never
export type Artifact = ItemOf<ReturnType<GitHubClient['artifacts']>>[number]
export type IssueComment = ItemOf<ReturnType<GitHubClient['comments']>>
export type WorkflowRun = Awaited<ReturnType<GitHubClient['workflowRun']>>

export interface TreeEntry {
  path: string
  /** 100644, 100755, 120000 (symbolic link), 040000 (tree), 160000 (submodule) */
  mode: string
  sha: string
}

export interface ClientOptions extends Pick<GitHubContext, 'apiUrl' | 'owner' | 'repository'> {
  token: string
  /** Milliseconds in a second of waiting between attempts (1,000); tests make it short. */
  second?: number
  /** Milliseconds that one attempt may take (60,000); a download may take five times as long. */
  deadline?: number
}

const RETRIES = 2
/** What GitHub asks for where its answer names no time. With the retries it makes two minutes. */
const LONGEST_WAIT_SECONDS = 60
const DOWNLOAD_FACTOR = 5

/**
 * A client for one repository. Octokit is loaded here, not at start. Proxy variables are honoured by `@actions/github`;
 * server errors are tried again, twice, and so is what a limit of GitHub refused, where it ends within a minute.
 *
 * @throws UserError where there is no token
 */
export async function createClient({
  apiUrl,
  owner,
  repository,
  token,
  second = 1000,
  deadline = 60_000,
}: ClientOptions) {
  if (token === '')
    throw new UserError(
      'parameters',
      'github-token is empty, but the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.',
    )
  const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
    import('@actions/github'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
  ])
  const isWorthWaiting = (seconds: number, _options: unknown, _octokit: unknown, retries: number) =>
    seconds <= LONGEST_WAIT_SECONDS && retries < RETRIES
  const { rest, paginate, request, graphql } = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      log: SILENT,
      retry: {
        retries: RETRIES,
        retryAfterBaseValue: second,
        doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451],
      },
      throttle: {
        // Nothing of these groups but `key` is called.
        write: AT_ONCE as never,
        notifications: AT_ONCE as never,
        retryAfterBaseValue: second,
        fallbackSecondaryRateRetryAfter: LONGEST_WAIT_SECONDS,
        onRateLimit: isWorthWaiting,
        onSecondaryRateLimit: isWorthWaiting,
      },
    },
    // The innermost first: each attempt has a deadline of its own.
    ({ hook }) => {
      hook.before('request', (options) => {
        const isDownload = options.request.parseSuccessResponseBody === false
        const signal = AbortSignal.timeout(isDownload ? deadline * DOWNLOAD_FACTOR : deadline)
        options.request = { ...options.request, signal }
      })
    },
    retry,
    throttling,
  )
  const repo = { owner, repo: repository }
  const download = async (route: string, parameters: object): Promise<AsyncIterable<Uint8Array>> => {
    const raw = { parseSuccessResponseBody: false }
    const answer: { data: unknown } = await request(route, { ...repo, ...parameters, request: raw })
    return bytesOf(answer.data)
  }

  return {
    commit: async (commit_sha: string) => (await rest.git.getCommit({ ...repo, commit_sha })).data,
    /** Entries of one tree, not recursive. */
    tree: async (tree_sha: string) => (await rest.git.getTree({ ...repo, tree_sha })).data,
    /** The bytes of a blob as they come (up to 100 MB, GitHub's limit). */
    blob: (file_sha: string) =>
      download('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
        file_sha,
        headers: { accept: 'application/vnd.github.raw+json' },
      }),
    /** How a commit stands to another one, by ids: `ahead`, `behind`, `diverged` or `identical`; and their merge base. */
    async compare(base: string, head: string) {
      const basehead = `${base}...${head}`
      return (await rest.repos.compareCommitsWithBasehead({ ...repo, basehead, per_page: 1 })).data
    },
    /** The commit of a branch, which no tag of the same name can stand in for. */
    async branchHead(branch: string) {
      return (await rest.git.getRef({ ...repo, ref: `heads/${branch}` })).data.object.sha
    },
    pullRequest: async (pull_number: number) => (await rest.pulls.get({ ...repo, pull_number })).data,
    defaultBranch: async () => (await rest.repos.get(repo)).data.default_branch,
    /** The artifacts of that name, page by page; GitHub gives the newest first. */
    async *artifacts(name: string) {
      const pages = paginate.iterator(rest.actions.listArtifactsForRepo, { ...repo, name, per_page: 100 })
      for await (const { data } of pages) yield data
    },
    /** Its path is that of the workflow file, without a ref. */
    async workflowRun(run_id: number) {
      const { data } = await rest.actions.getWorkflowRun({ ...repo, run_id })
      return { event: data.event, path: withoutRef(data.path, data.head_branch), headSha: data.head_sha }
    },
    artifactZip: (artifact_id: number) =>
      download('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip', { artifact_id }),
    /** The login that the token writes as. */
    async viewer() {
      return (await graphql<{ viewer: { login: string } }>('query { viewer { login } }')).viewer.login
    },
    async *comments(issue_number: number) {
      const pages = paginate.iterator(rest.issues.listComments, { ...repo, issue_number, per_page: 100 })
      for await (const { data } of pages) yield* data
    },
    async createComment(issue_number: number, body: string) {
      // Not tried again by the plugin: a lost answer would leave two comments.
      const request = { retries: 0 }
      const { data } = await rest.issues.createComment({ ...repo, issue_number, body, request })
      return { url: data.html_url }
    },
    async updateComment(comment_id: number, body: string) {
      return { url: (await rest.issues.updateComment({ ...repo, comment_id, body })).data.html_url }
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
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number'
    ? thrown.status
    : undefined
}

/**
 * The error of a call that had to succeed. `what` begins the sentence ("The baseline artifact could not be read"),
 * `permission` is the token's permission that the call needs ("actions: read").
 */
export function explain(thrown: unknown, what: string, permission: string): unknown {
  if (thrown instanceof UserError) return thrown
  const status = statusOf(thrown)
  const fail = (kind: FailureKind, why: string) => new UserError(kind, `${what}: ${why}`, { cause: thrown })
  if (isRateLimit(thrown))
    return fail('unavailable', "GitHub's rate limit was exceeded. Run the workflow again later.")
  if (status === undefined) return thrown
  if (status === 401) return fail('credentials', 'GitHub rejected the token. Check github-token.')
  if (status === 403 || status === 404)
    return fail(
      'permission',
      `GitHub answered ${status}. Add "${permission}" to the permissions of the job, or set github-token to a token that has it.`,
    )
  if (status === 410) return fail('precondition', 'GitHub no longer has it (410).')
  const said = status >= 500 ? `GitHub did not respond properly (${status})` : `GitHub answered ${status}`
  return fail('unavailable', `${said}. Run the workflow again; see githubstatus.com.`)
}

/** GitHub says so by a 429, or with another status (GraphQL: with none) by a sentence about the limit. */
export function isRateLimit(thrown: unknown): boolean {
  return statusOf(thrown) === 429 || (thrown instanceof Error && /rate limit/i.test(thrown.message))
}

const ignore = (): void => undefined
/** What octokit logs is told by our own errors. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** The plugin would space what is written, a second or three. A run writes one comment, and waits only where it is told to. */
const AT_ONCE = { key: () => ({ schedule: (_options: unknown, write: () => unknown) => write() }) }

/** With parseSuccessResponseBody false octokit hands the body over as it is, whatever the type says. */
async function* bytesOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body === null || body === undefined) return
  try {
    yield* body as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new UserError('unavailable', 'GitHub cut off a download. Run the workflow again.', {
      cause,
    })
  }
}
