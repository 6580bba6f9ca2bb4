import type { MergeGroupEvent, PullRequest, Repository, WorkflowRun } from '@octokit/webhooks-types'
import type { Environment } from '../settings.ts'

export type Visibility = Repository['visibility']

export type GitHubContext = ReturnType<typeof readContext>

/**
 * Where a workflow run stands: its environment and its parsed event file, as far as this project needs them. Missing or
 * misshapen parts are undefined or empty, never an error. Source of the names: GitHub's "Variables reference" and "Webhook
 * events and payloads".
 */
export function readContext(env: Environment, event: unknown) {
  // Whatever it is: nothing of it is taken for more than unknown.
  const { repository, pull_request, workflow_run, merge_group } = (event ?? {}) as NonNullable<
    Unchecked<Payload>
  >
  const [owner = '', name = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/')
  const serverUrl = urlOf(env['GITHUB_SERVER_URL'], 'https://github.com')
  const runId = env['GITHUB_RUN_ID'] ?? ''
  const pullsOfRun = workflow_run?.pull_requests
  const pullOfRun = Array.isArray(pullsOfRun) && pullsOfRun.length === 1 ? pullsOfRun[0] : undefined
  return {
    /** GitHub runs this, so that a token that is missing was taken away. */
    isActions: env['GITHUB_ACTIONS'] === 'true',
    /** Owner and name of the repository that the workflow runs in; empty outside of GitHub Actions. */
    owner,
    repository: name,
    /** undefined where the event does not say: treat it as public. */
    visibility: visibilityOf(repository),
    /** undefined where the event does not say. */
    defaultBranch: textOf(repository?.default_branch),
    /** `pull_request`, `schedule`, …; empty outside of GitHub Actions. */
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    /** Without a slash at the end. */
    apiUrl: urlOf(env['GITHUB_API_URL'], 'https://api.github.com'),
    serverUrl,
    /** Everything but github.com, *.ghe.com and *.localhost: artifacts do not exist there. */
    isEnterpriseServer: isEnterpriseServer(serverUrl),
    runId,
    /** The page of the run on the web. */
    runUrl: `${serverUrl}/${owner}/${name}/actions/runs/${runId}`,
    /** `.github/workflows/name.yml` */
    workflowFile: workflowFileOf(env['GITHUB_WORKFLOW_REF']),
    /** Absolute paths; undefined outside of a runner. */
    workspace: textOf(env['GITHUB_WORKSPACE']),
    temp: textOf(env['RUNNER_TEMP']),
    /** The pull request of the event; also of a workflow_run that belongs to exactly one. */
    pullRequest: pullRequestOf(env, pull_request ?? pullOfRun),
    /** The commit that a merge group is merged onto. */
    mergeGroupBaseSha: textOf(merge_group?.base_sha),
    /** The folder docs/ of the action's own repository, on the web. */
    docsUrl: docsUrlOf(env, serverUrl),
  }
}

/** pull_request, pull_request_target and the review events: what the run shows belongs to one pull request. */
export function isPullRequestEvent(context: GitHubContext): boolean {
  return context.eventName.startsWith('pull_request')
}

/**
 * Whose pull request it is, where for that reason the token of this run cannot write: GitHub gives a read-only token to pull requests
 * from forks and from Dependabot, except on pull_request_target and workflow_run, which run on the base's behalf.
 */
export function readOnlyOrigin(context: GitHubContext): 'a fork' | 'Dependabot' | undefined {
  if (!isPullRequestEvent(context) || context.eventName === 'pull_request_target') return undefined
  if (context.pullRequest?.fromFork) return 'a fork'
  return context.pullRequest?.isDependabot ? 'Dependabot' : undefined
}

interface Payload {
  repository: Repository
  pull_request: PullRequest
  workflow_run: WorkflowRun
  merge_group: MergeGroupEvent['merge_group']
}

/** The names as they are documented; any part may be missing or something else, which an optional chain survives. */
type Unchecked<T> = T extends null | undefined
  ? T
  : T extends object
    ? { [K in keyof T]?: Unchecked<T[K]> } | null
    : unknown

const DEPENDABOT = 'dependabot[bot]'

function pullRequestOf(env: Environment, pull: Unchecked<PullRequest> | undefined) {
  const number = pull?.number
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined
  const { base, head, user } = pull ?? {}
  const headId = head?.repo?.id
  return {
    number,
    baseSha: textOf(base?.sha),
    headSha: textOf(head?.sha),
    // The repository of a fork that was deleted is null.
    fromFork: head?.repo === null || (headId !== undefined && headId !== base?.repo?.id),
    /** The actor or the author is Dependabot. */
    isDependabot: env['GITHUB_ACTOR'] === DEPENDABOT || user?.login === DEPENDABOT,
    /** GITHUB_SHA is the merge of the pull request into its base. */
    isMergeRef: env['GITHUB_REF'] === `refs/pull/${number}/merge`,
  }
}

/** Where an old server says only that it is private, it may be internal: that is unknown. */
function visibilityOf(repository: Unchecked<Repository> | undefined): Visibility | undefined {
  const visibility = repository?.visibility
  if (visibility === 'public' || visibility === 'private' || visibility === 'internal') return visibility
  return visibility === undefined && repository?.private === false ? 'public' : undefined
}

function isEnterpriseServer(serverUrl: string): boolean {
  if (!URL.canParse(serverUrl)) return true
  const host = new URL(serverUrl).hostname.toLowerCase()
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost')
}

/** owner/name/.github/workflows/name.yml@refs/heads/main; a ref, and the name of a file, can hold an @ of their own. */
function workflowFileOf(workflowRef = ''): string | undefined {
  const [, beforeRef, beforeCommit] = /^[^/]+\/[^/]+\/(?:(.+?)@refs\/|(.+)@)/.exec(workflowRef) ?? []
  return beforeRef ?? beforeCommit
}

/** An action that a workflow takes from its own repository (`./`) has no repository of its own here. */
function docsUrlOf(env: Environment, serverUrl: string): string {
  const repository = textOf(env['GITHUB_ACTION_REPOSITORY']) ?? env['GITHUB_REPOSITORY'] ?? ''
  return `${serverUrl}/${repository}/blob/${textOf(env['GITHUB_ACTION_REF']) ?? 'HEAD'}/docs`
}

function urlOf(value: string | undefined, otherwise: string): string {
  return (textOf(value) ?? otherwise).replace(/\/+$/, '')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
