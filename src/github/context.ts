export type Visibility = 'public' | 'private' | 'internal'

/** Where a workflow run stands: the environment and the event file, as far as this project needs them. */
export interface GitHubContext {
  /** GITHUB_ACTIONS: GitHub runs this, so that a token that is missing was taken away. */
  isActions: boolean
  /** Owner and name of the repository that the workflow runs in; empty outside of GitHub Actions. */
  owner: string
  repository: string
  /** undefined where the event does not say: treat it as public. */
  visibility: Visibility | undefined
  /** undefined where the event does not say. */
  defaultBranch: string | undefined
  /** `pull_request`, `schedule`, …; empty outside of GitHub Actions. */
  eventName: string
  sha: string
  ref: string
  /** Without a slash at the end. */
  apiUrl: string
  serverUrl: string
  /** Everything but github.com, *.ghe.com and *.localhost: artifacts do not exist there. */
  isEnterpriseServer: boolean
  runId: string
  /** `.github/workflows/name.yml`, from GITHUB_WORKFLOW_REF. */
  workflowFile: string | undefined
  /** Absolute paths; undefined outside of a runner. */
  workspace: string | undefined
  temp: string | undefined
  /** The pull request of the event; also of a workflow_run that belongs to exactly one. */
  pullRequest: PullRequestContext | undefined
  /** The commit that a merge group is merged onto. */
  mergeGroupBaseSha: string | undefined
  /** The folder docs/ of the action's own repository, on the web. */
  docsUrl: string
}

export interface PullRequestContext {
  number: number
  baseSha: string | undefined
  headSha: string | undefined
  /** `owner/name`; undefined where the fork was deleted. */
  headRepository: string | undefined
  fromFork: boolean
  /** The actor or the author of the pull request is Dependabot. */
  isDependabot: boolean
  /** GITHUB_SHA is the merge of the pull request into its base. */
  isMergeRef: boolean
}

/**
 * Reads the context of a run from the environment and the parsed event file. Missing or misshapen parts are undefined or
 * empty, never an error. Source of the names: GitHub's "Variables reference" and "Webhook events and payloads".
 */
export function readContext(env: Record<string, string | undefined>, event: unknown): GitHubContext {
  const payload = recordOf(event)
  const repository = recordOf(payload['repository'])
  const [owner = '', name = ''] = (env['GITHUB_REPOSITORY'] ?? textOf(repository['full_name']) ?? '').split(
    '/',
  )
  const serverUrl = urlOf(env['GITHUB_SERVER_URL'], 'https://github.com')
  return {
    isActions: env['GITHUB_ACTIONS'] === 'true',
    owner,
    repository: name,
    visibility: visibilityOf(repository),
    defaultBranch: textOf(repository['default_branch']),
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    apiUrl: urlOf(env['GITHUB_API_URL'], 'https://api.github.com'),
    serverUrl,
    isEnterpriseServer: isEnterpriseServer(serverUrl),
    runId: env['GITHUB_RUN_ID'] ?? '',
    workflowFile: workflowFileOf(env['GITHUB_WORKFLOW_REF']),
    workspace: textOf(env['GITHUB_WORKSPACE']),
    temp: textOf(env['RUNNER_TEMP']),
    pullRequest: pullRequestOf(env, payload),
    mergeGroupBaseSha: textOf(recordOf(payload['merge_group'])['base_sha']),
    docsUrl: docsUrlOf(env, serverUrl),
  }
}

/** pull_request, pull_request_target and the review events: what the run shows belongs to one pull request. */
export function isPullRequestEvent(context: GitHubContext): boolean {
  return context.eventName.startsWith('pull_request')
}

/**
 * Why the token of this run cannot write, where the event alone says so: GitHub gives a read-only token to pull requests
 * from forks and from Dependabot, except on pull_request_target and workflow_run, which run on the base's behalf.
 */
export function readOnlyReason(context: GitHubContext): 'fork' | 'dependabot' | undefined {
  if (!isPullRequestEvent(context) || context.eventName === 'pull_request_target') return undefined
  if (context.pullRequest?.fromFork) return 'fork'
  return context.pullRequest?.isDependabot ? 'dependabot' : undefined
}

const DEPENDABOT = 'dependabot[bot]'

function pullRequestOf(
  env: Record<string, string | undefined>,
  payload: Record<string, unknown>,
): PullRequestContext | undefined {
  const run = recordOf(payload['workflow_run'])
  const ofRun = Array.isArray(run['pull_requests']) ? (run['pull_requests'] as unknown[]) : []
  const pull = recordOf(payload['pull_request'] ?? (ofRun.length === 1 ? ofRun[0] : undefined))
  const number = pull['number']
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined

  const base = recordOf(pull['base'])
  const head = recordOf(pull['head'])
  // The pull requests inside a workflow_run name repositories by id and name only; forks are never listed there.
  const baseRepository = recordOf(base['repo'])
  const headRepository = recordOf(head['repo'])
  const user = textOf(recordOf(pull['user'])['login'])
  return {
    number,
    baseSha: textOf(base['sha']),
    headSha: textOf(head['sha']),
    headRepository: textOf(headRepository['full_name']),
    fromFork:
      head['repo'] === null ||
      (idOf(headRepository) !== undefined && idOf(headRepository) !== idOf(baseRepository)),
    isDependabot: env['GITHUB_ACTOR'] === DEPENDABOT || user === DEPENDABOT,
    isMergeRef: env['GITHUB_REF'] === `refs/pull/${number}/merge`,
  }
}

function idOf(repository: Record<string, unknown>): unknown {
  return repository['id'] ?? repository['full_name']
}

function visibilityOf(repository: Record<string, unknown>): Visibility | undefined {
  const visibility = repository['visibility']
  if (visibility === 'public' || visibility === 'private' || visibility === 'internal') return visibility
  if (visibility !== undefined) return undefined
  // Events before visibility existed say private for internal repositories too: those cannot be told apart.
  if (repository['private'] === false) return 'public'
  return repository['private'] === true ? 'private' : undefined
}

function isEnterpriseServer(serverUrl: string): boolean {
  if (!URL.canParse(serverUrl)) return true
  const host = new URL(serverUrl).hostname.toLowerCase()
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost')
}

function workflowFileOf(workflowRef: string | undefined): string | undefined {
  // owner/name/.github/workflows/name.yml@refs/heads/main; a ref, and the name of a file, can hold an @ of their own.
  return (
    /^[^/]+\/[^/]+\/(.+?)@refs\//.exec(workflowRef ?? '')?.[1] ??
    /^[^/]+\/[^/]+\/(.+)@/.exec(workflowRef ?? '')?.[1]
  )
}

/** An action that a workflow takes from its own repository (`./`) has no repository of its own here. */
function docsUrlOf(env: Record<string, string | undefined>, serverUrl: string): string {
  const repository = textOf(env['GITHUB_ACTION_REPOSITORY']) ?? env['GITHUB_REPOSITORY'] ?? ''
  return `${serverUrl}/${repository}/blob/${textOf(env['GITHUB_ACTION_REF']) ?? 'HEAD'}/docs`
}

function urlOf(value: string | undefined, otherwise: string): string {
  return (textOf(value) ?? otherwise).replace(/\/+$/, '')
}

function recordOf(value: unknown): Record<string, unknown> {
  // Checked to be an object just before; every key of it is read as unknown.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
