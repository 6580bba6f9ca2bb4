import { createHash } from 'node:crypto'
import { UserError } from '../errors.ts'
import type { SnapshotFiles } from '../snapshot/read.ts'
import { BASELINE_EVENTS } from './artifact.ts'
import type { Baseline, BaselineOptions } from './baseline.ts'
import { explain, statusOf, type Artifact, type GitHubClient, type WorkflowRun } from './client.ts'
import type { GitHubContext } from './context.ts'
import { openZip } from './zip.ts'

/**
 * The newest artifact of that name as a baseline. `next` is what the warning adds where there never was one; without it
 * that is a UserError, as is whatever could not be looked at.
 */
export async function loadArtifact(
  name: string,
  next: string | undefined,
  { client: connect, context }: Pick<BaselineOptions, 'client' | 'context'>,
): Promise<Baseline> {
  try {
    const client = await connect()
    const { artifact, renamed = '' } = await newestArtifact(name, context, client)
    if (artifact === undefined) {
      const none = `There is no earlier artifact ${name} of this workflow on the default branch`
      if (next !== undefined)
        return { state: 'absent', reason: `${none}: removals were not checked.${renamed} ${next}` }
      throw new UserError(
        'precondition',
        `${none}, so removals cannot be checked.${renamed} For the first run, set "baseline: none" once, or leave baseline at auto.`,
      )
    }
    if (artifact.expired) {
      throw new UserError(
        'precondition',
        `The newest baseline artifact ${name} (${artifact.id}) has expired, so removals cannot be checked. ` +
          'Run once with "baseline: none" to accept the current state, and keep artifacts longer (artifact-retention-days) or run more often.',
      )
    }
    const files = await readArtifact(artifact, client)
    return { state: 'found', kind: 'artifact', reference: String(artifact.id), files }
  } catch (thrown) {
    throw explain(thrown, `The baseline artifact ${name} could not be read`, 'actions: read')
  }
}

/** Far more than a workflow that shares an artifact name with others makes between two of its own runs. */
const MOST_RUNS_LOOKED_AT = 300

/**
 * Newest by id: of this repository, from its default branch, by this workflow file, whatever the run's conclusion. Where
 * there is none, `renamed` tells of the newest that another workflow file made on a branch or tag of that name.
 */
async function newestArtifact(
  name: string,
  context: GitHubContext,
  client: GitHubClient,
): Promise<{ artifact?: Artifact; renamed?: string | undefined }> {
  const workflowFile = context.workflowFile ?? (await client.workflowRun(Number(context.runId))).path
  const branch = context.defaultBranch ?? (await client.defaultBranch())
  const isOnBranch = createBranchCheck(client, branch, name)
  const runs = new Set<number>()
  let renamed: string | undefined
  for await (const page of client.artifacts(name)) {
    for (const artifact of page.sort((a, b) => b.id - a.id)) {
      const { id, repository_id, head_repository_id, head_branch } = artifact.workflow_run ?? {}
      // A fork's run is one of this repository too, with another head repository (none where the fork is deleted).
      const isOwn = repository_id !== undefined && head_repository_id === repository_id
      if (!isOwn || head_branch !== branch || id === undefined || runs.has(id)) continue
      const run = await client.workflowRun(id)
      if (BASELINE_EVENTS.includes(run.event)) {
        if (run.path === workflowFile && (await isOnBranch(run))) return { artifact }
        if (run.path !== workflowFile)
          renamed ??= ` ${run.path} uploaded one (${artifact.id}). If this workflow file used to have that name, download it and set baseline to its directory for one run.`
      }
      runs.add(id)
      if (runs.size >= MOST_RUNS_LOOKED_AT) {
        throw new UserError(
          'precondition',
          `None of the newest ${MOST_RUNS_LOOKED_AT} runs that uploaded ${name} belongs to this workflow. Give this workflow its own artifact-name.`,
        )
      }
    }
  }
  return { renamed }
}

/**
 * Tells whether the commit of a run is on a branch, the default one. A schedule runs there only. For other events GitHub
 * names a tag as if it were a branch, so the commits are compared: by its id the branch is meant.
 */
function createBranchCheck(
  client: GitHubClient,
  branch: string,
  name: string,
): (run: WorkflowRun) => Promise<boolean> {
  let tip: Promise<string> | undefined
  return async ({ event, headSha }) => {
    if (event === 'schedule') return true
    try {
      const head = await (tip ??= client.branchHead(branch))
      const { status } = await client.compare(head, headSha).catch(unrelatedWhere404)
      return status === 'identical' || status === 'behind'
    } catch (thrown) {
      const what = `Whether the baseline artifact ${name} comes from the default branch could not be checked`
      throw explain(thrown, what, 'contents: read')
    }
  }
}

/** Who could read the branch is told by it that the two have no commit in common, or that the other one is gone. */
function unrelatedWhere404(thrown: unknown): { status: string } {
  if (statusOf(thrown) === 404) return { status: 'unrelated' }
  throw thrown
}

/** A snapshot of the largest size that is read compresses to less. */
const LARGEST_ZIP_BYTES = 128 * 1024 * 1024

/**
 * The zip is read here, by the REST API, not by `@actions/artifact`: that unpacks whatever the archive holds onto the
 * disk, without a limit, tries a broken one again for 25 seconds, hides the reason, and does not exist for Enterprise Server.
 */
async function readArtifact({ id, digest }: Artifact, client: GitHubClient): Promise<SnapshotFiles> {
  const label = `artifact ${id}`
  const chunks: Uint8Array[] = []
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of await client.artifactZip(id)) {
    bytes += chunk.byteLength
    if (bytes > LARGEST_ZIP_BYTES) {
      throw new UserError(
        'precondition',
        `The baseline ${label} is larger than ${LARGEST_ZIP_BYTES} bytes, so it cannot be a snapshot.`,
      )
    }
    hash.update(chunk)
    chunks.push(chunk)
  }
  // Old artifacts have none.
  if (digest && digest !== `sha256:${hash.digest('hex')}`) {
    throw new UserError(
      'unavailable',
      `The baseline ${label} was damaged in transit: its digest differs. Run the workflow again.`,
    )
  }
  return openZip(Buffer.concat(chunks), label)
}
