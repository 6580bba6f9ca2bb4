import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { UserError, messageOf } from '../errors.ts'
import { isPullRequestEvent, runUrl } from './context.ts'
import type { GitHubContext } from './context.ts'

export interface UploadRequest {
  what: 'snapshot' | 'access review'
  mode: 'auto' | 'true' | 'false'
  source: 'aws' | 'directory'
  name: string
  /** Days; undefined: the repository's default. */
  retentionDays: number | undefined
  /** Absolute path of the directory that holds the files. */
  directory: string
  /** Their names. */
  files: readonly string[]
}

export interface UploadResult {
  /** Present where the artifact was uploaded. */
  artifact?: { name: string; id: number; url: string; digest: string | undefined }
  /** A sentence for one warning annotation. */
  warning?: string
  /** A sentence for the log: why nothing was uploaded, where that is as it should be. */
  note?: string
}

/**
 * Uploads the files of a snapshot, or of its access review. With `auto` whatever goes wrong is a warning; with `true` a
 * UserError. The files on disk are not touched in either case, so that a failed upload never loses one. `deadline` is in
 * milliseconds.
 */
export async function uploadFiles(
  request: UploadRequest,
  context: GitHubContext,
  deadline: number,
): Promise<UploadResult> {
  const { what, mode, name, retentionDays, directory } = request
  const obstacle = obstacleTo(request, context)
  if (obstacle !== undefined) return refuse(obstacle, request, context)
  try {
    // Loaded only here, for it is large.
    const { DefaultArtifactClient } = await import('@actions/artifact')
    const files = request.files.map((file) => join(directory, file))
    const options = retentionDays === undefined ? {} : { retentionDays }
    const { id, digest } = await within(
      deadline,
      new DefaultArtifactClient().uploadArtifact(name, files, directory, options),
    )
    if (id === undefined) throw new Error('the service gave no id')
    const url = `${runUrl(context)}/artifacts/${String(id)}`
    const artifact = { name, id, url, digest }
    if (what === 'snapshot' || context.visibility === 'private') return { artifact }
    return {
      artifact,
      warning: `The access review is an artifact of a repository that is ${visibilityOf(context)}: whoever may read the repository can download names, e-mail addresses and who can reach what.`,
    }
  } catch (thrown) {
    const failure = failureOf(request, thrown)
    if (mode === 'true') throw failure
    return {
      warning: `${failure.message} ${what === 'snapshot' ? 'The snapshot is still in the output directory' : 'The outputs have the paths of the files'}.`,
    }
  }
}

/**
 * What becomes of a run that read AWS and found no artifact to be compared with: whether its own will be the baseline of
 * the next, else why not, and how there can be one. A sentence for a warning.
 */
export function describeNext(mode: UploadRequest['mode'], context: GitHubContext): string {
  const lasting = {
    mode: 'upload-artifact is false',
    visibility: `Nothing is uploaded because the repository is ${visibilityOf(context)}`,
    server: NO_ARTIFACTS,
    source: undefined,
    event: undefined,
  }
  const obstacle = obstacleTo({ what: 'snapshot', mode, source: 'aws' }, context)
  const reason = obstacle && lasting[obstacle]
  if (reason !== undefined)
    return `${reason}, so every run will show this warning. To have a baseline, commit the snapshot: set output-directory to a path in the repository, and auto uses the snapshot that git tracks there.`
  const isBaseline =
    BASELINE_EVENTS.includes(context.eventName) && context.ref === `refs/heads/${context.defaultBranch ?? ''}`
  return isBaseline
    ? 'This is the first run: its artifact will be the baseline of the next one.'
    : `The first run on the default branch (${BASELINE_EVENTS.join(', ')}) will upload one.`
}

/** The runs whose artifacts can be baselines: of these events, on the default branch. */
export const BASELINE_EVENTS = ['schedule', 'push', 'workflow_dispatch']
const NO_ARTIFACTS = 'GitHub Enterprise Server does not support these artifacts'

type Obstacle = 'mode' | 'source' | 'visibility' | 'event' | 'server'

/** What keeps the files of a run from being uploaded; undefined: they are. */
function obstacleTo(
  { what, mode, source }: Pick<UploadRequest, 'what' | 'mode' | 'source'>,
  context: GitHubContext,
): Obstacle | undefined {
  if (mode === 'false') return 'mode'
  if (source === 'directory' && (what === 'snapshot' || mode === 'auto')) return 'source'
  if (mode === 'auto' && context.visibility !== 'private') return 'visibility'
  if (mode === 'auto' && isPullRequestEvent(context)) return 'event'
  return context.isEnterpriseServer ? 'server' : undefined
}

/** @throws UserError where it was asked to upload, and never can */
function refuse(obstacle: Obstacle, { what, mode }: UploadRequest, context: GitHubContext): UploadResult {
  switch (obstacle) {
    case 'mode':
      return {}
    case 'source':
      if (mode === 'auto') return {}
      return {
        warning:
          'upload-artifact is true, but with a directory as source nothing is uploaded. Remove the input.',
      }
    case 'visibility':
      return {
        note: `The ${what} is not uploaded: the repository is ${visibilityOf(context)}, and others could download it. Set upload-artifact to true to upload it anyway.`,
      }
    case 'event':
      return { note: `The ${what} is not uploaded on pull request events.` }
    case 'server': {
      const sentence = `The ${what} was not uploaded: ${NO_ARTIFACTS}. The outputs have the paths of the files.`
      if (mode === 'auto') return { warning: sentence }
      throw new UserError('precondition', `${sentence} Set upload-artifact to false.`)
    }
  }
}

function visibilityOf({ visibility }: GitHubContext): string {
  return visibility ?? 'of unknown visibility'
}

/** The uploader has no deadline of its own that is shorter than a quarter of an hour. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = setTimeout(milliseconds, undefined, { ref: false })
  return Promise.race([work, late.then(() => Promise.reject(new Error('no answer')))])
}

/** `@actions/artifact` throws plain errors whose text holds the status. Its text is not shown: it can quote a signed URL. */
function failureOf({ what, name }: UploadRequest, cause: unknown): UserError {
  const [, kind, why] = FAILURES.find(([pattern]) => pattern.test(messageOf(cause))) ?? OUTAGE
  const remedy =
    what === 'snapshot'
      ? 'Give each use of the action in a run its own artifact-name.'
      : 'One use of the action in a run can upload the review of an account.'
  const reason = why === TAKEN ? `${TAKEN} ${remedy}` : why
  return new UserError(kind, `The artifact ${name} could not be uploaded: ${reason}`, { cause })
}

const TAKEN = 'this workflow run already has one with that name.'

type Failure = readonly [pattern: RegExp, kind: UserError['kind'], why: string]

const FAILURES: readonly Failure[] = [
  [/\(409\)|already exists/, 'precondition', TAKEN],
  [
    /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|backend IDs/,
    'precondition',
    'this is not a step of a GitHub Actions job with access to artifacts. Set upload-artifact to false.',
  ],
  [
    /\(40[13]\)/,
    'permission',
    "the artifact service rejected this job. Check the repository's and organization's Actions settings.",
  ],
  [
    /quota/i,
    'precondition',
    'the storage quota for artifacts is used up. Delete old artifacts or raise the limit.',
  ],
]
const OUTAGE: Failure = [
  /^/,
  'unavailable',
  'the artifact service did not accept it. Run the workflow again; see githubstatus.com.',
]
