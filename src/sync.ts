import { compareWithBaseline, refusalOf } from './comparison.ts'
import { UserError } from './errors.ts'
import type { UploadResult } from './github/artifact.ts'
import type { Baseline } from './github/baseline.ts'
import type { CommentRequest, CommentResult } from './github/comment.ts'
import type { Log } from './log.ts'
import {
  accessOutputs,
  artifactOutputs,
  changeOutputs,
  countOutputs,
  snapshotOutputs,
  type Outputs,
} from './outputs.ts'
import { commentOn, reportInput, writeReport } from './publication.ts'
import type { ActionSettings } from './settings.ts'
import type { Access } from './snapshot/access.ts'
import {
  countAccess,
  type Identities,
  type Manifest,
  type MappingOptions,
  type Origin,
} from './snapshot/model.ts'
import type { OpenSource, Reading } from './source.ts'

/** The world around a run, each part a thin module of its own. Paths are absolute. */
export interface Edges {
  log: Log
  signal: AbortSignal
  /** Where the snapshot goes, and the directories that writing is allowed below. */
  outputDirectory: string
  roots: string[]
  /** A sentence on who else could come by a snapshot that is written there; undefined: nobody. */
  exposure: string | undefined
  /** Where changes-file and report-file go. */
  reportDirectory: string
  /** Where baselines are explained, on the web. */
  guide: string
  showsNames: boolean
  openSource(signal: AbortSignal): Promise<OpenSource>
  findBaseline(): Promise<Baseline>
  /** The directory of a complete snapshot, if there is one: what a refused run points to. */
  existingSnapshot(directory: string): Promise<boolean>
  writeSnapshot(
    content: { identities: Identities; access?: Access | undefined },
    description: Origin & MappingOptions,
    signal: AbortSignal,
  ): Promise<Manifest>
  uploadArtifact(kind: OpenSource['kind'], directory: string, hasAccess: boolean): Promise<UploadResult>
  comment(
    request: Pick<CommentRequest, 'hasChanges' | 'body' | 'bodyWhenGone' | 'marker'>,
  ): Promise<CommentResult>
  installConnector(): Promise<{ name: string; version: string } | undefined>
}

export interface Outcome {
  outputs: Outputs
  /** Markdown for the job summary. */
  summary: string
  /** The absolute directory of the snapshot that later steps may import; absent when the run failed. */
  snapshotDirectory?: string
  /** Why the run fails although all of the above is there: the guard, fail-on-change, or a step after the snapshot. */
  failure?: UserError
}

/** One run of the action: read, compare, guard, write, report, publish. */
export async function sync(settings: ActionSettings, edges: Edges): Promise<Outcome> {
  const end = new AbortController()
  const signal = AbortSignal.any([edges.signal, end.signal])
  const warnings: string[] = []
  const warn = (...texts: (string | undefined)[]): void => {
    for (const text of texts.filter((one) => one !== undefined)) {
      warnings.push(text)
      edges.log.warning(text)
    }
  }
  try {
    warn(...settings.warnings)
    const source = await edges.openSource(signal)
    const [reading, found] = await Promise.all([source.read(), edges.findBaseline()])
    warn(...reading.findings, found.state === 'absent' ? found.reason : undefined)

    const { removalLimit } = settings
    const comparison = await compareWithBaseline(found, source, reading, removalLimit)
    const refusal = refusalOf(comparison, source.kind, removalLimit)
    // With a directory the review decides.
    const isRefused = refusal !== undefined && source.kind === 'aws'
    if (!isRefused) warn(refusal?.message, source.kind === 'aws' ? edges.exposure : undefined)

    const hasAccess = reading.access !== undefined
    const directory = await place(source, reading, isRefused, edges, signal)
    const uploading = await attempt(isRefused, () =>
      edges.uploadArtifact(source.kind, directory ?? '', hasAccess),
    )
    const installing = await attempt(isRefused, () => edges.installConnector())
    const { result: upload = {} } = uploading
    const { result: connector } = installing
    warn(upload.warning)
    if (upload.note !== undefined) edges.log.info(upload.note)

    const report = await import('./report/report.ts')
    const { showsNames } = edges
    const guide = found.state === 'absent' ? edges.guide : undefined
    const { requestsPerSecond } = settings
    const input = reportInput({ source, reading, comparison, warnings, guide, showsNames, requestsPerSecond })
    const reporting = await attempt(false, () => writeReport(input, report, edges))
    const told = commentOn(input, report, source)
    const comment = told === undefined ? {} : await edges.comment(told)
    warn(comment.warning)
    const changed = comparison !== undefined && report.hasChanges(comparison.changes)
    return {
      outputs: {
        ...snapshotOutputs(directory, hasAccess),
        'aws-identity-store-id': source.description.identityStoreId,
        ...countOutputs(reading.counts),
        ...accessOutputs(reading.access && countAccess(reading.access)),
        ...changeOutputs(comparison?.changes, changed),
        ...reporting.result,
        'comment-url': comment.url ?? '',
        ...artifactOutputs(upload.artifact),
        'connector-name': connector?.name ?? '',
        'connector-version': connector?.version ?? '',
      },
      summary: report.renderSummary({ ...input, warnings }),
      ...ending(
        [isRefused ? refusal : undefined, uploading.failure, installing.failure, reporting.failure],
        changed && settings.failOnChange,
        directory,
      ),
    }
  } finally {
    end.abort(new Error('the run is over'))
  }
}

/** Where the snapshot of this run is: written now, or read; after a refusal the earlier one, if any. */
async function place(
  source: OpenSource,
  reading: Reading,
  isRefused: boolean,
  edges: Edges,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { outputDirectory } = edges
  if (source.kind === 'directory') return outputDirectory
  if (isRefused) return (await edges.existingSnapshot(outputDirectory)) ? outputDirectory : undefined
  const { users, groups, memberships } = reading.counts
  await edges.writeSnapshot(reading, source.description, signal)
  edges.log.info(
    `Wrote ${String(users)} users, ${String(groups)} groups and ${String(memberships)} memberships to ${outputDirectory}.`,
  )
  return outputDirectory
}

/** What fails once the snapshot is there fails the run at its end, so that later steps can use what there is. */
async function attempt<T>(
  isSkipped: boolean,
  work: () => Promise<T>,
): Promise<{ result?: T; failure?: UserError }> {
  if (isSkipped) return {}
  try {
    return { result: await work() }
  } catch (error) {
    if (error instanceof UserError) return { failure: error }
    throw error
  }
}

/** Every failure is told; only a run without one names a snapshot for later steps. */
function ending(
  attempts: readonly (UserError | undefined)[],
  failsOnChange: boolean,
  directory: string | undefined,
): Pick<Outcome, 'failure' | 'snapshotDirectory'> {
  const failures = attempts.filter((failure) => failure !== undefined)
  const [first, ...others] = failures
  if (first !== undefined && others.length === 0) return { failure: first }
  if (first !== undefined)
    return { failure: new UserError(first.kind, failures.map(({ message }) => message).join('\n')) }
  if (failsOnChange)
    return {
      failure: new UserError(
        'precondition',
        'Something changed since the baseline, and fail-on-change is true. Everything was written; look at the job summary or at changes-file.',
      ),
    }
  return directory === undefined ? {} : { snapshotDirectory: directory }
}
