import { join } from 'node:path'
import { compareSnapshots } from './changes/compare.ts'
import { changesFile } from './changes/changes-file.ts'
import { checkRemovals, describeVerdict } from './changes/guard.ts'
import type { BaselineReference } from './changes/model.ts'
import { UserError } from './errors.ts'
import { writeFiles } from './files.ts'
import type { UploadResult } from './github/artifact.ts'
import type { Baseline } from './github/baseline.ts'
import type { CommentRequest, CommentResult } from './github/comment.ts'
import { commentMarker } from './github/comment.ts'
import type { Log } from './log.ts'
import { artifactOutputs, changeOutputs, countOutputs, snapshotOutputs, type Outputs } from './outputs.ts'
import type * as ReportModule from './report/report.ts'
import type { Comparison, ReportInput } from './report/report.ts'
import type { ActionSettings } from './settings.ts'
import type { Identities, Manifest, MappingOptions, Origin, Snapshot } from './snapshot/model.ts'
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
  showsNames: boolean
  openSource(signal: AbortSignal): Promise<OpenSource>
  findBaseline(): Promise<Baseline>
  /** The directory of a complete snapshot, if there is one: what a refused run points to. */
  existingSnapshot(directory: string): Promise<boolean>
  writeSnapshot(
    identities: Identities,
    description: Origin & MappingOptions,
    signal: AbortSignal,
  ): Promise<Manifest>
  uploadArtifact(kind: OpenSource['kind'], directory: string): Promise<UploadResult>
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
    warn(...reading.findings)
    // Found early, so that a missing one fails early; read late, so that it is not in memory while AWS is read.
    const baseline = await readBaseline(found, source, warn)

    const comparison = compare(baseline, reading, settings)
    const refusal = refuse(comparison, source, settings)
    if (refusal !== undefined && source.kind === 'directory') warn(refusal.message)
    const isRefused = refusal !== undefined && source.kind === 'aws'

    if (source.kind === 'aws' && !isRefused) warn(edges.exposure)
    const directory = await place(source, reading, isRefused, edges, signal)
    const uploading = await attempt(isRefused, () => edges.uploadArtifact(source.kind, directory ?? ''))
    const installing = await attempt(isRefused, () => edges.installConnector())
    const { result: upload = {} } = uploading
    const { result: connector } = installing
    warn(upload.warning)
    if (upload.note !== undefined) edges.log.info(upload.note)

    const report = await import('./report/report.ts')
    const input = reportInput(settings, source, reading, comparison, warnings, edges)
    const reporting = await attempt(false, () =>
      writeReport(comparison, () => report.renderReport(input), edges),
    )
    const comment = await publishComment(input, source, report, edges)
    warn(comment.warning)
    const changed = comparison !== undefined && report.hasChanges(comparison.changes.counts)
    return {
      outputs: {
        ...snapshotOutputs(directory),
        'aws-identity-store-id': source.description.identityStoreId,
        ...countOutputs(reading.counts),
        ...changeOutputs(comparison?.changes.counts, changed),
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

/** The baseline with its reference; undefined where none is wanted or there never was one (then with a warning). */
async function readBaseline(
  baseline: Baseline,
  source: OpenSource,
  warn: (text: string) => void,
): Promise<{ snapshot: Snapshot; reference: BaselineReference; notes: string[] } | undefined> {
  if (baseline.state === 'none') return undefined
  if (baseline.state === 'absent') {
    warn(baseline.reason)
    return undefined
  }
  const { kind, reference } = baseline
  if (baseline.state === 'empty') {
    const nobody = { kind, reference, account: null, identityStoreId: null }
    return { snapshot: { manifest: undefined, users: [], groups: [] }, reference: nobody, notes: [] }
  }
  const { readSnapshot } = await import('./snapshot/read.ts')
  const snapshot = await readSnapshot(baseline.files, { manifest: 'optional' })
  if (snapshot === undefined)
    throw new UserError(
      'precondition',
      `There is no snapshot in ${baseline.files.label}, the baseline. Choose another one, or run once with "baseline: none" to accept the present state.`,
    )
  const { manifest } = snapshot
  const store = manifest?.identityStoreId ?? null
  if (store !== null && store !== source.description.identityStoreId)
    throw new UserError(
      'precondition',
      `The baseline (${baseline.files.label}) is of identity store ${store}, the source of ${source.description.identityStoreId}. Only two snapshots of one store can be compared: correct baseline, aws-identity-store-id or aws-region.`,
    )
  return {
    snapshot,
    reference: { kind, reference, account: manifest?.account ?? null, identityStoreId: store },
    notes: describeOptions(manifest, source.description),
  }
}

function describeOptions(before: MappingOptions | undefined, now: MappingOptions): string[] {
  const options = ({ mapping, tags, machineUsers, disabledUsers }: MappingOptions): string =>
    JSON.stringify([mapping, tags, machineUsers, disabledUsers])
  if (before === undefined || options(before) === options(now)) return []
  return [
    'The baseline was written with other mapping options (mapping, tags, machine-users or disabled-users), so some differences come from them.',
  ]
}

function compare(
  baseline: Awaited<ReturnType<typeof readBaseline>>,
  { identities }: Reading,
  { removalLimit }: ActionSettings,
): Comparison | undefined {
  if (baseline === undefined) return undefined
  const changes = compareSnapshots(baseline.snapshot, identities)
  const { reference, notes } = baseline
  return { changes, baseline: reference, verdict: checkRemovals(changes, removalLimit), notes }
}

/** The guard: what it says when the result loses too much of the baseline. */
function refuse(
  comparison: Comparison | undefined,
  { kind }: OpenSource,
  { removalLimit }: ActionSettings,
): UserError | undefined {
  const verdict = comparison?.verdict
  if (verdict?.refused !== true) return undefined
  return new UserError('precondition', describeVerdict(verdict, removalLimit, kind))
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
  await edges.writeSnapshot(reading.identities, source.description, signal)
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

function reportInput(
  settings: ActionSettings,
  source: OpenSource,
  { counts, cost }: Reading,
  comparison: Comparison | undefined,
  warnings: readonly string[],
  { showsNames }: Edges,
): ReportInput {
  const { account, ownerAccount, identityStoreId, region } = source.description
  return {
    kind: source.kind,
    detail: showsNames ? 'full' : 'counts',
    origin: { account, ownerAccount, identityStoreId, region },
    counts,
    ...(comparison === undefined ? {} : { comparison }),
    ...(cost === undefined
      ? {}
      : {
          run: {
            calls: cost.calls,
            seconds: cost.seconds,
            ratePerSecond: cost.seconds > 0 ? cost.attempts / cost.seconds : 0,
            limitPerSecond: settings.requestsPerSecond,
            throttles: cost.throttles,
            retries: cost.faults,
            direction: cost.direction,
            findings: cost.findings,
          },
        }),
    warnings: [...warnings],
  }
}

async function writeReport(
  comparison: Comparison | undefined,
  renderReport: () => string,
  { reportDirectory, roots }: Edges,
): Promise<Outputs> {
  if (comparison === undefined) return {}
  const files = { changes: join(reportDirectory, 'changes.json'), report: join(reportDirectory, 'report.md') }
  await writeFiles({ roots }, async (stage) => {
    await stage(files.changes, changesFile(comparison.changes, comparison.baseline))
    await stage(files.report, [renderReport()])
  })
  return { 'changes-file': files.changes, 'report-file': files.report }
}

async function publishComment(
  input: ReportInput,
  { kind, description }: OpenSource,
  { renderComment, hasChanges }: typeof ReportModule,
  edges: Edges,
): Promise<CommentResult> {
  const { comparison } = input
  if (comparison === undefined) return {}
  const { account, identityStoreId } = description
  const marker = commentMarker({ account, identityStoreId, kind })
  return edges.comment({
    marker,
    body: renderComment(input, marker),
    bodyWhenGone: renderComment(input, marker, true),
    hasChanges: hasChanges(comparison.changes.counts),
  })
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
