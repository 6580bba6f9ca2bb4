import { createHash } from 'node:crypto'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { SNAPSHOT_FILES } from '../snapshot/model.ts'
import type { SnapshotFiles } from '../snapshot/read.ts'
import { BASELINE_EVENTS, describeNext } from './artifact.ts'
import type { UploadRequest } from './artifact.ts'
import { explain, statusOf } from './client.ts'
import type { Artifact, GitHubClient, TreeEntry, WorkflowRun } from './client.ts'
import { isPullRequestEvent } from './context.ts'
import type { GitHubContext } from './context.ts'
import { readZip } from './zip.ts'

/** Where the baseline is to be looked for; what `chooseBaseline` decided. */
export type BaselineChoice =
  | { kind: 'none' }
  /** A directory (absolute) of the runner, and how it was given, which is the same on every machine. */
  | { kind: 'path'; directory: string; given: string }
  /** A directory (from the root of the repository, `/` between parts, `''` for the root) at the pull request's base. */
  | { kind: 'base'; path: string; pullRequest: number | undefined }
  /** A directory (absolute) at HEAD where git tracks a snapshot there; else the artifact. */
  | { kind: 'commit'; directory: string; otherwise: ArtifactChoice | NowhereChoice }
  | ArtifactChoice
  | NowhereChoice

interface ArtifactChoice {
  kind: 'artifact'
  name: string
  /** What a warning adds where there never was one; absent where an artifact was asked for: that there is none is an error then. */
  next?: string
}

/** Nothing was asked for, and there is no GitHub that could hold anything: `reason` is a sentence for a warning. */
interface NowhereChoice {
  kind: 'nowhere'
  reason: string
}

export interface BaselineSettings {
  /** `auto`, `none`, `base`, `artifact`, or a path (it contains a slash). */
  baseline: string
  /** `aws` or the path of a snapshot directory. */
  source: string
  /** As the user set it; undefined for the default. Relative paths are from the workspace. */
  outputDirectory: string | undefined
  artifactName: string
  uploadArtifact: UploadRequest['mode']
  /** The input, not the event's; undefined for the default. */
  pullRequest: number | undefined
  /** Whether there is a token for the GitHub API. */
  hasToken: boolean
}

export type Baseline =
  | { state: 'none' }
  | { state: 'found'; kind: 'path' | 'base' | 'artifact' | 'commit'; reference: string; files: SnapshotFiles }
  /** `base` has no snapshot there yet: everything is new. */
  | { state: 'empty'; kind: 'base'; reference: string }
  /** There never was one: `reason` is a sentence for a warning. */
  | { state: 'absent'; reason: string }

/** What the outside world must give to `loadBaseline`. */
export interface BaselineEdges {
  context: GitHubContext
  /** Called only where the API is needed. */
  client(): Promise<GitHubClient>
  openDirectory(directory: string): SnapshotFiles
  git: Git
}

/** HEAD's files through git; see git.ts. */
export interface Git {
  /** The entries of a directory (absolute) at HEAD with the commit's id; undefined where git tracks nothing there. */
  list(directory: string): Promise<{ commit: string; entries: TreeEntry[] } | undefined>
  /** The bytes of a blob of the repository that holds the directory. */
  blob(directory: string, sha: string): AsyncIterable<Uint8Array>
}

/** Which baseline the settings mean on which event. Throws a UserError where `base` has no path inside the repository. */
export function chooseBaseline(settings: BaselineSettings, context: GitHubContext): BaselineChoice {
  const workspace = context.workspace ?? '.'
  const isDirectorySource = settings.source !== 'aws'
  const artifact: ArtifactChoice = { kind: 'artifact', name: settings.artifactName }
  const base = (): BaselineChoice => ({
    kind: 'base',
    path: pathInRepository(isDirectorySource ? settings.source : settings.outputDirectory, workspace),
    pullRequest: settings.pullRequest,
  })
  switch (settings.baseline) {
    case 'none':
      return { kind: 'none' }
    case 'base':
      return base()
    case 'artifact':
      return artifact
    case 'auto':
      break
    default:
      return { kind: 'path', directory: resolve(workspace, settings.baseline), given: settings.baseline }
  }
  if (isDirectorySource) return isPullRequestEvent(context) ? base() : { kind: 'none' }
  // On GitHub there is always a token, unless somebody took it away: then the client says so.
  const otherwise =
    settings.hasToken || context.isActions
      ? { ...artifact, next: describeNext(settings.uploadArtifact, context) }
      : NOWHERE
  if (settings.outputDirectory === undefined) return otherwise
  return { kind: 'commit', directory: resolve(workspace, settings.outputDirectory), otherwise }
}

/**
 * Looks the baseline up. Never fails open: that there never was one is `absent`, that it could not be looked at is a
 * UserError that names what to do.
 */
export async function loadBaseline(choice: BaselineChoice, edges: BaselineEdges): Promise<Baseline> {
  switch (choice.kind) {
    case 'none':
      return { state: 'none' }
    case 'path':
      return loadPath(choice, edges)
    case 'base':
      return loadBase(choice, edges)
    case 'commit':
      return (await loadCommit(choice.directory, edges)) ?? loadBaseline(choice.otherwise, edges)
    case 'nowhere':
      return { state: 'absent', reason: choice.reason }
    case 'artifact':
      return loadArtifact(choice, edges)
  }
}

const NOWHERE: NowhereChoice = {
  kind: 'nowhere',
  reason:
    'There is no github-token, so no earlier artifact was looked for: removals were not checked. Outside of GitHub, name an earlier snapshot in baseline.',
}

async function loadPath(
  { directory, given }: { directory: string; given: string },
  edges: BaselineEdges,
): Promise<Baseline> {
  const files = edges.openDirectory(directory)
  for (const name of SNAPSHOT_FILES) {
    const stream = await files.open(name)
    if (stream === undefined) continue
    await stream[Symbol.asyncIterator]().return?.()
    return { state: 'found', kind: 'path', reference: given, files }
  }
  throw new UserError(
    'parameters',
    `There is no snapshot in ${directory}, which baseline names. Name a directory that holds users.json and groups.json, or leave baseline at auto.`,
  )
}

async function loadBase(
  choice: { path: string; pullRequest: number | undefined },
  edges: BaselineEdges,
): Promise<Baseline> {
  const what = 'The baseline of the base commit could not be read'
  try {
    const client = await edges.client()
    const sha = await baseCommit(choice.pullRequest, edges.context, client)
    const entries = await entriesAt(choice.path, sha, client)
    if (!SNAPSHOT_FILES.some((name) => entries.has(name)))
      return { state: 'empty', kind: 'base', reference: sha }
    const label = `${choice.path || '.'} at the base commit ${sha.slice(0, 12)}`
    const open = (blob: string) => client.blob(blob)
    return { state: 'found', kind: 'base', reference: sha, files: filesOf(label, entries, open) }
  } catch (thrown) {
    throw explain(thrown, what, 'contents: read')
  }
}

/**
 * The commit that the pull request would be merged onto. On a merge ref the first parent of GITHUB_SHA says it exactly;
 * a merge group names it; everywhere else it is the merge base of base and head.
 */
async function baseCommit(
  input: number | undefined,
  context: GitHubContext,
  client: GitHubClient,
): Promise<string> {
  const own = context.pullRequest
  const isOwn = input === undefined || input === own?.number
  if (isOwn && own?.isMergeRef) {
    const [first] = (await client.commit(context.sha)).parents
    if (first !== undefined) return first
  }
  if (input === undefined && context.mergeGroupBaseSha !== undefined) return context.mergeGroupBaseSha
  if (isOwn && own?.baseSha !== undefined && own.headSha !== undefined) {
    return (await client.compare(own.baseSha, own.headSha)).mergeBase
  }
  const number = input ?? own?.number
  if (number === undefined) {
    throw new UserError(
      'parameters',
      `baseline: base needs a pull request, and the event ${context.eventName || '(none)'} has none. ` +
        `Set the input pull-request to its number, or choose another baseline.`,
    )
  }
  const pull = await pullRequest(number, client)
  return (await client.compare(pull.baseSha, pull.headSha)).mergeBase
}

async function pullRequest(
  number: number,
  client: GitHubClient,
): Promise<{ baseSha: string; headSha: string }> {
  try {
    return await client.pullRequest(number)
  } catch (thrown) {
    const what = `Pull request ${number}, with whose base this run is to be compared, could not be read`
    throw explain(thrown, what, 'pull-requests: read')
  }
}

/**
 * What a directory of a commit holds. It walks the trees rather than the contents API: GitHub answers 404 both for "not
 * there" and for "you may not look", and a tree that was read tells the two apart.
 */
async function entriesAt(
  path: string,
  commit: string,
  client: GitHubClient,
): Promise<Map<string, TreeEntry>> {
  let sha = (await client.commit(commit)).tree
  for (const part of path.split('/').filter((name) => name !== '')) {
    const entry = (await readTree(sha, client)).get(part)
    if (entry === undefined) return new Map()
    if (entry.mode !== '040000') {
      throw new UserError(
        'precondition',
        `${path} is not a directory at the base commit ${commit.slice(0, 12)}: ${part} is a file, a link or a submodule there.`,
      )
    }
    sha = entry.sha
  }
  return readTree(sha, client)
}

async function readTree(sha: string, client: GitHubClient): Promise<Map<string, TreeEntry>> {
  const { truncated, entries } = await client.tree(sha)
  if (truncated) {
    throw new UserError(
      'precondition',
      'The baseline of the base commit could not be read: a directory on its path has more entries than GitHub lists. Keep the snapshot in a smaller one.',
    )
  }
  return new Map(entries.map((entry) => [entry.path, entry]))
}

async function loadCommit(directory: string, { git }: BaselineEdges): Promise<Baseline | undefined> {
  const tracked = await git.list(directory)
  if (tracked === undefined) return undefined
  const entries = new Map(tracked.entries.map((entry) => [entry.path, entry]))
  if (!SNAPSHOT_FILES.some((name) => entries.has(name))) return undefined
  const open = (sha: string) => Promise.resolve(git.blob(directory, sha))
  const files = filesOf(`${directory} at HEAD (${tracked.commit.slice(0, 12)})`, entries, open)
  return { state: 'found', kind: 'commit', reference: tracked.commit, files }
}

function filesOf(
  label: string,
  entries: ReadonlyMap<string, TreeEntry>,
  open: (sha: string) => Promise<AsyncIterable<Uint8Array>>,
): SnapshotFiles {
  return {
    label,
    open(name) {
      const entry = entries.get(name)
      if (entry === undefined) return Promise.resolve(undefined)
      if (!entry.mode.startsWith('100')) {
        return Promise.reject(new UserError('precondition', `${name} in ${label} is not a regular file.`))
      }
      return Promise.resolve(
        lazily(
          () => open(entry.sha),
          `${name} in ${label} could not be read (GitHub gives files up to 100 MB)`,
        ),
      )
    },
  }
}

/** Asks only when somebody reads: a body that is asked for and left would keep its connection. */
async function* lazily(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  what: string,
): AsyncIterable<Uint8Array> {
  try {
    yield* await open()
  } catch (thrown) {
    throw explain(thrown, what, 'contents: read')
  }
}

/** Far more than a workflow that shares an artifact name with others makes between two of its own runs. */
const MOST_RUNS_LOOKED_AT = 300

async function loadArtifact({ name, next }: ArtifactChoice, edges: BaselineEdges): Promise<Baseline> {
  const what = `The baseline artifact ${name} could not be read`
  try {
    const client = await edges.client()
    const { artifact, renamed } = await newestArtifact(name, edges.context, client)
    if (artifact === undefined) {
      const none = `There is no earlier artifact ${name} of this workflow on the default branch`
      const other =
        renamed === undefined
          ? ''
          : ` ${renamed.path} made one (${renamed.id}). If this workflow file had that name before, download it and name its directory in baseline for one run.`
      if (next !== undefined)
        return { state: 'absent', reason: `${none}: removals were not checked.${other} ${next}` }
      throw new UserError(
        'precondition',
        `${none}, so removals cannot be checked.${other} For the first run set "baseline: none" once, or leave baseline at auto.`,
      )
    }
    if (artifact.expired) {
      throw new UserError(
        'precondition',
        `The newest baseline artifact ${name} (${artifact.id}) has expired, so removals cannot be checked. ` +
          'Run once with "baseline: none" to accept the present state, and keep artifacts longer (artifact-retention-days) or run more often.',
      )
    }
    const label = `artifact ${artifact.id}`
    const files = await readArtifact(artifact, label, client)
    return { state: 'found', kind: 'artifact', reference: String(artifact.id), files }
  } catch (thrown) {
    throw explain(thrown, what, 'actions: read')
  }
}

/**
 * Newest by id: of this repository, from its default branch, by this workflow file, whatever the run's conclusion. Where
 * there is none, `renamed` is the newest that another workflow file made on a branch or tag of that name.
 */
async function newestArtifact(
  name: string,
  context: GitHubContext,
  client: GitHubClient,
): Promise<{ artifact?: Artifact; renamed?: { id: number; path: string } }> {
  const workflowFile = context.workflowFile ?? (await client.workflowRun(Number(context.runId))).path
  const branch = context.defaultBranch ?? (await client.defaultBranch())
  const isOnBranch = isOnBranchOf(client, branch, name)
  const runs = new Set<number>()
  let renamed: { id: number; path: string } | undefined
  for await (const page of client.artifacts(name)) {
    for (const artifact of page.sort((a, b) => b.id - a.id)) {
      // A fork's run is one of this repository too, with another head repository (none where the fork is deleted).
      const isOwn = artifact.repositoryId !== undefined && artifact.headRepositoryId === artifact.repositoryId
      if (!isOwn || artifact.branch !== branch || artifact.runId === undefined) continue
      if (runs.has(artifact.runId)) continue
      const run = await client.workflowRun(artifact.runId)
      const isOther = run.path !== workflowFile
      if (isOther && BASELINE_EVENTS.includes(run.event)) renamed ??= { id: artifact.id, path: run.path }
      if (!isOther && (await isTrusted(run, isOnBranch))) return { artifact }
      runs.add(artifact.runId)
      if (runs.size >= MOST_RUNS_LOOKED_AT) {
        throw new UserError(
          'precondition',
          `None of the newest ${MOST_RUNS_LOOKED_AT} runs that uploaded ${name} is of this workflow. Give this workflow an artifact-name of its own.`,
        )
      }
    }
  }
  return renamed === undefined ? {} : { renamed }
}

/** A schedule runs on the default branch only. Of the others GitHub names a tag as if it were a branch: the commit counts. */
async function isTrusted(
  { event, headSha }: WorkflowRun,
  isOnBranch: (sha: string) => Promise<boolean>,
): Promise<boolean> {
  return BASELINE_EVENTS.includes(event) && (event === 'schedule' || isOnBranch(headSha))
}

/** Asks whether commits are on a branch, which is looked up once. */
function isOnBranchOf(client: GitHubClient, branch: string, name: string): (sha: string) => Promise<boolean> {
  let tip: Promise<string | undefined> | undefined
  return async (sha) => {
    try {
      tip ??= client.branchHead(branch).catch(undefinedWhere404)
      const known = await tip
      // By its id the branch is meant, whatever tag has its name; where that is hidden the comparison says why.
      const asked = client.compare(known ?? branch, sha)
      const comparison = await (known === undefined ? asked : asked.catch(undefinedWhere404))
      // A 404 to who can read the branch: the two have no commit in common.
      return comparison?.status === 'identical' || comparison?.status === 'behind'
    } catch (thrown) {
      const what = `Whether the baseline artifact ${name} comes from the default branch could not be checked`
      throw explain(thrown, what, 'contents: read')
    }
  }
}

function undefinedWhere404(thrown: unknown): undefined {
  if (statusOf(thrown) !== 404) throw thrown
}

/** A snapshot of the largest size that is read compresses to less. */
const LARGEST_ZIP_BYTES = 128 * 1024 * 1024

/**
 * The zip is read here, by the REST API, not by `@actions/artifact`: that unpacks whatever the archive holds onto the
 * disk, without a limit, tries a broken one again for 25 seconds, hides the reason, and does not exist for Enterprise Server.
 */
async function readArtifact(artifact: Artifact, label: string, client: GitHubClient): Promise<SnapshotFiles> {
  const chunks: Uint8Array[] = []
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of await client.artifactZip(artifact.id)) {
    bytes += chunk.byteLength
    if (bytes > LARGEST_ZIP_BYTES) {
      throw new UserError(
        'precondition',
        `The baseline ${label} is larger than ${LARGEST_ZIP_BYTES} bytes: no snapshot is.`,
      )
    }
    hash.update(chunk)
    chunks.push(chunk)
  }
  if (artifact.digest !== undefined && artifact.digest !== `sha256:${hash.digest('hex')}`) {
    throw new UserError(
      'unavailable',
      `The baseline ${label} arrived damaged: its digest differs. Run the workflow again.`,
    )
  }
  const zip = readZip(Buffer.concat(chunks), label)
  return { label, open: (name) => Promise.resolve(zip.open(name)) }
}

/** The path of the snapshot from the root of the repository, which is the workspace. */
function pathInRepository(path: string | undefined, workspace: string): string {
  if (path === undefined) {
    throw new UserError(
      'parameters',
      'baseline: base needs to know where the snapshot is in the repository: set output-directory to its path, such as ./identity-store.',
    )
  }
  const inside = relative(workspace, resolve(workspace, path))
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new UserError(
      'parameters',
      `baseline: base needs a snapshot inside the repository, and ${join(path)} is outside of the workspace.`,
    )
  }
  return inside.split(sep).join('/')
}
