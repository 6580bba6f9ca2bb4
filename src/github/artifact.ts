import { once } from 'node:events'
import { join } from 'node:path'
import type { UploadArtifactResponse } from '@actions/artifact'
import { UserError, messageOf, type FailureKind } from '../errors.ts'
import type { ActionSettings } from '../settings.ts'
import { isPullRequestEvent, type GitHubContext } from './context.ts'

type UploadSettings = Pick<
  ActionSettings,
  'source' | 'uploadArtifact' | 'artifactRetentionDays' | 'deadlineMs'
>

export interface Upload {
  what: 'snapshot' | 'access review'
  name: string
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

/** An upload is several calls: five minutes where a call may take two. */
const DEADLINE_FACTOR = 2.5

/**
 * Uploads the files of a snapshot, or of its access review. With `auto` whatever goes wrong is a warning; with `true` a
 * UserError. The files on disk are not touched in either case, so that a failed upload never loses one.
 */
export async function uploadFiles(
  upload: Upload,
  settings: UploadSettings,
  context: GitHubContext,
): Promise<UploadResult> {
  const { what, name, directory } = upload
  const { uploadArtifact, artifactRetentionDays: retentionDays, deadlineMs } = settings
  const obstacle = obstacleTo(what, settings, context)
  if (obstacle?.result instanceof UserError) throw obstacle.result
  if (obstacle !== undefined) return obstacle.result
  try {
    // Loaded only here, for it is large.
    const { DefaultArtifactClient } = await import('@actions/artifact')
    const files = upload.files.map((file) => join(directory, file))
    const options = retentionDays === undefined ? {} : { retentionDays }
    // The uploader has no deadline of its own that is shorter than a quarter of an hour.
    const late = once(AbortSignal.timeout(Math.ceil(DEADLINE_FACTOR * deadlineMs)), 'abort')
    const { id, digest } = await Promise.race([
      new DefaultArtifactClient().uploadArtifact(name, files, directory, options),
      late.then((): UploadArtifactResponse => ({})),
    ])
    if (id === undefined) throw new Error('no answer, or none with an id')
    const artifact = { name, id, url: `${context.runUrl}/artifacts/${String(id)}`, digest }
    if (what === 'snapshot' || context.visibility === 'private') return { artifact }
    return {
      artifact,
      warning: `The access review is an artifact of a repository that is ${visibilityOf(context)}: whoever may read the repository can download names, e-mail addresses and who can reach what.`,
    }
  } catch (thrown) {
    const failure = failureOf(upload, thrown)
    if (uploadArtifact === 'true') throw failure
    return {
      warning: `${failure.message} ${what === 'snapshot' ? 'The snapshot is still in the output directory' : 'The outputs have the paths of the files'}.`,
    }
  }
}

/**
 * What becomes of a run that read AWS and found no artifact to be compared with: whether its own will be the baseline of
 * the next, else why not, and how there can be one. A sentence for a warning.
 */
export function describeNext(
  uploadArtifact: ActionSettings['uploadArtifact'],
  context: GitHubContext,
): string {
  const obstacle = obstacleTo('snapshot', { source: 'aws', uploadArtifact }, context)
  if (obstacle?.lasting !== undefined)
    return `${obstacle.lasting}, so every run will show this warning. To have a baseline, commit the snapshot: set output-directory to a path in the repository, and auto uses the snapshot that git tracks there.`
  const isBaseline =
    BASELINE_EVENTS.includes(context.eventName) && context.ref === `refs/heads/${context.defaultBranch ?? ''}`
  return isBaseline
    ? 'This is the first run: its artifact will be the baseline of the next one.'
    : `The first run on the default branch (${BASELINE_EVENTS.join(', ')}) will upload one.`
}

/** The runs whose artifacts can be baselines: of these events, on the default branch. */
export const BASELINE_EVENTS = ['schedule', 'push', 'workflow_dispatch']

interface Obstacle {
  /** An error where it was asked to upload, and never can. */
  result: UploadResult | UserError
  /** Why no other run of this repository with these inputs uploads either, in a few words. */
  lasting?: string
}

/** What keeps the files of a run from being uploaded; undefined: they are. */
function obstacleTo(
  what: Upload['what'],
  { source, uploadArtifact }: Pick<UploadSettings, 'source' | 'uploadArtifact'>,
  context: GitHubContext,
): Obstacle | undefined {
  if (uploadArtifact === 'false') return { result: {}, lasting: 'upload-artifact is false' }
  const isAuto = uploadArtifact === 'auto'
  if (source !== 'aws' && isAuto) return { result: {} }
  if (source !== 'aws' && what === 'snapshot') {
    const warning =
      'upload-artifact is true, but with a directory as source nothing is uploaded. Remove the input.'
    return { result: { warning } }
  }
  if (isAuto && context.visibility !== 'private') {
    const visibility = visibilityOf(context)
    const note = `The ${what} is not uploaded: the repository is ${visibility}, and others could download it. Set upload-artifact to true to upload it anyway.`
    return { result: { note }, lasting: `Nothing is uploaded because the repository is ${visibility}` }
  }
  if (isAuto && isPullRequestEvent(context))
    return { result: { note: `The ${what} is not uploaded on pull request events.` } }
  if (!context.isEnterpriseServer) return undefined
  const lasting = 'GitHub Enterprise Server does not support these artifacts'
  const warning = `The ${what} was not uploaded: ${lasting}. The outputs have the paths of the files.`
  if (isAuto) return { result: { warning }, lasting }
  return { result: new UserError('precondition', `${warning} Set upload-artifact to false.`), lasting }
}

function visibilityOf({ visibility }: GitHubContext): string {
  return visibility ?? 'of unknown visibility'
}

/** `@actions/artifact` throws plain errors whose text holds the status. Its text is not shown: it can quote a signed URL. */
function failureOf({ what, name }: Upload, cause: unknown): UserError {
  const failures: readonly [pattern: RegExp, kind: FailureKind, why: string][] = [
    [
      /\(409\)|already exists/,
      'precondition',
      `this workflow run already has one with that name. ${what === 'snapshot' ? 'Give each use of the action in a run its own artifact-name' : 'One use of the action in a run can upload the review of an account'}.`,
    ],
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
  const outage = 'the artifact service did not accept it. Run the workflow again; see githubstatus.com.'
  const found = failures.find(([pattern]) => pattern.test(messageOf(cause)))
  const [, kind, why] = found ?? [undefined, 'unavailable', outage]
  return new UserError(kind, `The artifact ${name} could not be uploaded: ${why}`, { cause })
}
