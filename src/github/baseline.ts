import { join, resolve, sep } from 'node:path'
import { UserError } from '../errors.ts'
import { pathInside, refuseLinks } from '../files.ts'
import type { ActionSettings, Environment } from '../settings.ts'
import { SNAPSHOT_FILES } from '../snapshot/model.ts'
import { directoryFiles, type SnapshotFiles } from '../snapshot/read.ts'
import { loadArtifact } from './artifact-baseline.ts'
import { describeNext } from './artifact.ts'
import { explain, type GitHubClient, type TreeEntry } from './client.ts'
import { isPullRequestEvent, type GitHubContext } from './context.ts'
import { readHead, type CommittedDirectory } from './git.ts'

export type Baseline =
  | { state: 'none' }
  | { state: 'found'; kind: 'path' | 'base' | 'artifact' | 'commit'; reference: string; files: SnapshotFiles }
  /** `base` has no snapshot there yet: everything is new. */
  | { state: 'empty'; kind: 'base'; reference: string }
  /** There never was one: `reason` is a sentence for a warning. */
  | { state: 'absent'; reason: string }

/** The world around it. */
export interface BaselineOptions {
  context: GitHubContext
  /** Called only where the API is needed. */
  client: () => Promise<GitHubClient>
  /** Absolute paths of the directories below which links lead nowhere. */
  roots: readonly string[]
  environment: Environment
}

/**
 * The baseline that the settings mean on this event. Never fails open: that there never was one is `absent`, that it
 * could not be looked at is a UserError that names what to do.
 */
export async function findBaseline(settings: ActionSettings, options: BaselineOptions): Promise<Baseline> {
  const { baseline, source, outputDirectory, artifactName, uploadArtifact, githubToken } = settings
  const { context } = options
  if (baseline === 'none') return { state: 'none' }
  if (baseline === 'base') return loadBase(settings, options)
  if (baseline === 'artifact') return loadArtifact(artifactName, undefined, options)
  if (baseline !== 'auto') return loadPath(baseline.path, options)

  if (source !== 'aws') return isPullRequestEvent(context) ? loadBase(settings, options) : { state: 'none' }
  const committed = outputDirectory === undefined ? undefined : await loadCommit(outputDirectory, options)
  if (committed !== undefined) return committed
  // On GitHub there is always a token, unless somebody took it away: then the client says so.
  if (githubToken === '' && !context.isActions) return { state: 'absent', reason: NOWHERE }
  return loadArtifact(artifactName, describeNext(uploadArtifact, context), options)
}

const NOWHERE =
  'There is no github-token to find an earlier artifact with: removals were not checked. Outside of GitHub, set baseline to an earlier snapshot.'

async function loadPath(path: string, { context, roots }: BaselineOptions): Promise<Baseline> {
  const directory = resolve(context.workspace ?? '.', path)
  refuseLinks(directory, roots)
  const files = directoryFiles(directory)
  for (const name of SNAPSHOT_FILES) {
    const stream = await files.open(name)
    if (stream === undefined) continue
    await stream[Symbol.asyncIterator]().return?.()
    // As it was given it is the same on every machine.
    return { state: 'found', kind: 'path', reference: path, files }
  }
  throw new UserError(
    'parameters',
    `There is no snapshot in the baseline directory ${directory}. Choose a directory that contains users.json and groups.json, or leave baseline at auto.`,
  )
}

async function loadCommit(
  path: string,
  { context, environment }: BaselineOptions,
): Promise<Baseline | undefined> {
  const directory = resolve(context.workspace ?? '.', path)
  const tracked = await readHead(directory, environment)
  if (tracked === undefined || !holdsSnapshot(tracked)) return undefined
  const label = `${directory} at HEAD (${tracked.commit.slice(0, 12)})`
  return { state: 'found', kind: 'commit', reference: tracked.commit, files: filesOf(label, tracked) }
}

async function loadBase(settings: ActionSettings, options: BaselineOptions): Promise<Baseline> {
  const { source, outputDirectory, pullRequest } = settings
  const { context } = options
  const path = pathInRepository(source === 'aws' ? outputDirectory : source.path, context.workspace ?? '.')
  try {
    const client = await options.client()
    const commit = await baseCommit(pullRequest, context, client)
    const tracked = await directoryAt(path, commit, client)
    if (!holdsSnapshot(tracked)) return { state: 'empty', kind: 'base', reference: commit }
    const label = `${path || '.'} at the base commit ${commit.slice(0, 12)}`
    return { state: 'found', kind: 'base', reference: commit, files: filesOf(label, tracked) }
  } catch (thrown) {
    throw explain(thrown, 'The baseline of the base commit could not be read', 'contents: read')
  }
}

/** The path of the snapshot from the root of the repository, which is the workspace. */
function pathInRepository(path: string | undefined, workspace: string): string {
  if (path === undefined) {
    throw new UserError(
      'parameters',
      'baseline: base needs to know where the snapshot is in the repository. Set output-directory to its path, such as ./identity-store.',
    )
  }
  const inside = pathInside(workspace, resolve(workspace, path))
  if (inside === undefined) {
    throw new UserError(
      'parameters',
      `baseline: base needs a snapshot inside the repository, but ${join(path)} is outside the workspace.`,
    )
  }
  return inside.split(sep).join('/')
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
  const own = input === undefined || input === context.pullRequest?.number ? context.pullRequest : undefined
  if (own?.isMergeRef) {
    const [first] = (await client.commit(context.sha)).parents
    if (first !== undefined) return first.sha
  }
  if (input === undefined && context.mergeGroupBaseSha !== undefined) return context.mergeGroupBaseSha
  const number = input ?? own?.number
  if (number === undefined) {
    throw new UserError(
      'parameters',
      `baseline: base needs a pull request, but the event ${context.eventName || '(none)'} has none. ` +
        `Set the input pull-request to its number, or choose another baseline.`,
    )
  }
  if (own?.baseSha !== undefined && own.headSha !== undefined)
    return mergeBase(own.baseSha, own.headSha, client)
  const { base, head } = await client.pullRequest(number).catch((thrown: unknown) => {
    const what = `Pull request ${number}, whose base is the baseline, could not be read`
    throw explain(thrown, what, 'pull-requests: read')
  })
  return mergeBase(base.sha, head.sha, client)
}

async function mergeBase(base: string, head: string, client: GitHubClient): Promise<string> {
  return (await client.compare(base, head)).merge_base_commit.sha
}

/**
 * What a directory of a commit holds. It walks the trees rather than the contents API: GitHub answers 404 both for "not
 * there" and for "you may not look", and a tree that was read tells the two apart.
 */
async function directoryAt(path: string, commit: string, client: GitHubClient): Promise<CommittedDirectory> {
  const { blob } = client
  let entries = await readTree((await client.commit(commit)).tree.sha, client)
  for (const part of path.split('/').filter((name) => name !== '')) {
    const entry = entryAt(part, entries)
    if (entry === undefined) return { commit, entries: [], blob }
    if (entry.mode !== '040000') {
      throw new UserError(
        'precondition',
        `${path} is not a directory at the base commit ${commit.slice(0, 12)}: ${part} is a file, a link or a submodule there.`,
      )
    }
    entries = await readTree(entry.sha, client)
  }
  return { commit, entries, blob }
}

async function readTree(sha: string, client: GitHubClient): Promise<TreeEntry[]> {
  const { truncated, tree } = await client.tree(sha)
  if (truncated) {
    throw new UserError(
      'precondition',
      'The baseline of the base commit could not be read: a directory on its path has more entries than GitHub lists. Move the snapshot to a smaller one.',
    )
  }
  return tree
}

function entryAt(name: string, entries: readonly TreeEntry[]): TreeEntry | undefined {
  return entries.find(({ path }) => path === name)
}

function holdsSnapshot({ entries }: CommittedDirectory): boolean {
  return SNAPSHOT_FILES.some((name) => entryAt(name, entries) !== undefined)
}

function filesOf(label: string, { entries, blob }: CommittedDirectory): SnapshotFiles {
  return {
    label,
    open(name) {
      const entry = entryAt(name, entries)
      if (entry === undefined || entry.mode.startsWith('100'))
        return Promise.resolve(entry && read(name, entry.sha))
      return Promise.reject(new UserError('precondition', `${name} in ${label} is not a regular file.`))
    },
  }

  /** Asks only when somebody reads: a body that is asked for and left would keep its connection. */
  async function* read(name: string, sha: string): AsyncIterable<Uint8Array> {
    try {
      yield* await blob(sha)
    } catch (thrown) {
      const what = `${name} in ${label} could not be read (GitHub serves files up to 100 MB)`
      throw explain(thrown, what, 'contents: read')
    }
  }
}
