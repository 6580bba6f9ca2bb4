import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { refuseLinks, verifyPlace } from '../files.ts'
import type { UploadResult } from '../github/artifact.ts'
import type { Baseline } from '../github/baseline.ts'
import type { GitHubClient } from '../github/client.ts'
import type { CommentResult } from '../github/comment.ts'
import type { GitHubContext } from '../github/context.ts'
import { realTime } from '../identity-center/time.ts'
import type { Log } from '../log.ts'
import type { Review } from '../review/write.ts'
import type { ReportInput } from '../report/report.ts'
import type { ActionSettings, Environment } from '../settings.ts'
import type { Access } from '../snapshot/access.ts'
import { ACCESS_FILE, SNAPSHOT_FILES } from '../snapshot/model.ts'
import { openAws, openDirectory, type OpenSource, type Reading } from '../source.ts'
import { VERSION } from '../version.ts'

/** What a run asks of the world, a step each, as its inputs say. What a run may do without is imported here, when needed. */

/** The process that a run lives in; all paths are absolute. */
export interface Host {
  environment: Environment
  log: Log
  /** Where relative paths start: the workspace, or the working directory outside of GitHub Actions. */
  workspace: string
  /** The runner's temp directory. */
  temp: string
  home: string
  /** The directory of the bundle, which holds `connector/`. */
  bundle: string
  /** The Node executable that runs this. */
  node: string
}

/** What a run was given, and where its snapshot goes or is (absolute). */
export interface Job {
  settings: ActionSettings
  context: GitHubContext
  host: Host
  directory: string
}

/** Where the snapshot goes, or is. */
export function directoryOf(
  { source, outputDirectory, account }: ActionSettings,
  { workspace, temp }: Host,
): string {
  if (source !== 'aws') return resolve(workspace, source.path)
  return resolve(workspace, outputDirectory ?? join(temp, 'identity-store', account))
}

/** Where files for people go. Each step of a job, and each account, has a directory of its own for them. */
export function reportDirectoryOf({ settings: { account }, host: { environment, temp } }: Job): string {
  const step = (environment['GITHUB_ACTION'] ?? 'run').replace(/[^\w-]/g, '_')
  return join(temp, 'aws-organization-sync', `${account}-${step}`)
}

/** Below which files may be written, and links lead nowhere. */
export function rootsOf({ workspace, temp }: Host): string[] {
  return [workspace, temp]
}

/** The snapshot that is in the directory before anything is written. */
export function findSnapshot({ directory }: Job): { directory: string; hasAccess: boolean } | undefined {
  const isThere = (name: string): boolean => existsSync(join(directory, name))
  return isThere('manifest.json') ? { directory, hasAccess: isThere(ACCESS_FILE) } : undefined
}

function filesOf(hasAccess: boolean): readonly string[] {
  return hasAccess ? [...SNAPSHOT_FILES, ACCESS_FILE] : SNAPSHOT_FILES
}

export async function openSource({ settings, host, directory }: Job): Promise<OpenSource> {
  const roots = rootsOf(host)
  if (settings.source !== 'aws') {
    refuseLinks(directory, roots)
    return openDirectory(directory, settings.account)
  }
  await namingInput(() => verifyPlace(directory, filesOf(settings.access === 'accounts'), roots))
  return openAws(settings, { ...host, time: realTime })
}

export async function loadBaseline(job: Job): Promise<Baseline> {
  const { settings, context, host } = job
  const { findBaseline } = await import('../github/baseline.ts')
  const { environment } = host
  const client = () => connectGitHub(job)
  return findBaseline(settings, { context, client, roots: rootsOf(host), environment })
}

async function connectGitHub({ settings, context }: Job): Promise<GitHubClient> {
  const { createClient } = await import('../github/client.ts')
  return createClient({ ...context, token: settings.githubToken })
}

/** Returns the SHA-256 of users.json. */
export async function writeSnapshot(
  { description }: OpenSource,
  { identities, access, counts }: Reading,
  { host, directory }: Job,
): Promise<string> {
  const { writeSnapshot: write } = await import('../snapshot/write.ts')
  const { files } = await namingInput(() =>
    write({ directory, roots: rootsOf(host), identities, access, description }),
  )
  host.log.info(
    `Wrote ${counts.users} users, ${counts.groups} groups and ${counts.memberships} memberships to ${directory}.`,
  )
  return files['users.json'].sha256
}

/** What is wrong with the place of the snapshot is told with the input that names it. */
async function namingInput<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.kind, `output-directory: ${error.message}`, { cause: error.cause })
  }
}

export async function uploadSnapshot(
  { access }: Reading,
  { settings, context, directory }: Job,
): Promise<UploadResult> {
  // With a directory upload-artifact is about the review, where there is one.
  if (settings.source !== 'aws' && settings.accessReview) return {}
  const { uploadFiles } = await import('../github/artifact.ts')
  const files = filesOf(access !== undefined)
  const upload = { what: 'snapshot', name: settings.artifactName, directory, files } as const
  return uploadFiles(upload, settings, context)
}

/** The access review, beside the report. */
export async function writeReview(
  { description }: OpenSource,
  { identities, access }: Reading & { access: Access },
  usersSha256: string,
  job: Job,
): Promise<Review> {
  const { context, host } = job
  const { writeReview: write } = await import('../review/write.ts')
  const { identityStoreId, account, ownerAccount, region } = description
  const run = context.isActions ? context.runUrl : null
  const time = new Date().toISOString()
  return write({
    snapshot: { ...identities, access },
    provenance: { identityStoreId, account, ownerAccount, region, run, time, usersSha256 },
    template: join(host.bundle, 'access-review.html'),
    directory: reportDirectoryOf(job),
    roots: rootsOf(host),
  })
}

export async function uploadReview({ files }: Review, { settings, context }: Job): Promise<UploadResult> {
  const { uploadFiles } = await import('../github/artifact.ts')
  const upload = {
    what: 'access review',
    name: `access-review-${settings.account}`,
    directory: dirname(files.page),
    files: Object.values(files).map((path) => basename(path)),
  } as const
  return uploadFiles(upload, settings, context)
}

export async function installConnector({
  settings: { raitoConnector: kind },
  host: { home, bundle, node },
}: Job): Promise<{ name: string; version: string } | undefined> {
  if (kind === 'none') return undefined
  const { installConnector: install } = await import('./install.ts')
  return install({ kind, home, bundleDirectory: join(bundle, 'connector'), node, version: VERSION })
}

export async function reconcileComment(
  input: ReportInput,
  hasChanges: boolean,
  { kind, description: { account, identityStoreId } }: OpenSource,
  job: Job,
): Promise<CommentResult> {
  const { renderComment } = await import('../report/report.ts')
  const { commentMarker, reconcileComment: reconcile } = await import('../github/comment.ts')
  const marker = commentMarker(account, identityStoreId, kind)
  const body = renderComment(input, marker)
  // With changes the two are the same text, which can list a million of them.
  const bodyWhenGone = hasChanges ? body : renderComment(input, marker, true)
  const request = { marker, hasChanges, body, bodyWhenGone }
  return reconcile(request, job.settings, job.context, () => connectGitHub(job))
}
