import { join } from 'node:path'
import { changesFile } from '../changes/changes-file.ts'
import { compareWithBaseline, type Comparison } from '../changes/comparison.ts'
import type { BaselineReference } from '../changes/model.ts'
import { UserError } from '../errors.ts'
import { pathInside, writeFiles } from '../files.ts'
import type { UploadResult } from '../github/artifact.ts'
import type { Baseline } from '../github/baseline.ts'
import type { GitHubContext } from '../github/context.ts'
import type { ReportInput } from '../report/report.ts'
import type { ActionSettings } from '../settings.ts'
import { countAccess, type Identities, type Origin, type Snapshot } from '../snapshot/model.ts'
import type { SnapshotFiles } from '../snapshot/read.ts'
import type { OpenSource, Reading } from '../source.ts'
import { outputsOf, type Outputs } from './outputs.ts'
import * as steps from './steps.ts'
import type { Host, Job } from './steps.ts'

export interface Outcome {
  outputs: Outputs
  /** Markdown for the job summary. */
  summary: string
  /** The absolute directory of the snapshot that later steps may import; absent when the run failed. */
  snapshotDirectory?: string
  /** Why the run fails although all of the above is there: the guard, fail-on-change, or a step after the snapshot. */
  failure?: UserError
}

/**
 * One run of the action: read, compare, guard, write, publish, tell. What a run may do without is imported where it is
 * used, so that the first call to AWS leaves early.
 *
 * @throws UserError for whatever fails before the snapshot is there
 */
export async function run(settings: ActionSettings, context: GitHubContext, host: Host): Promise<Outcome> {
  const { log } = host
  const directory = steps.directoryOf(settings, host)
  const job: Job = { settings, context, host, directory }
  const isPrivate = context.visibility === 'private'
  const failures: UserError[] = []
  const warnings: string[] = []
  const warn = (...texts: (string | undefined)[]): void => {
    for (const text of texts) {
      if (text === undefined) continue
      warnings.push(text)
      log.warning(text)
    }
  }
  /** What fails once the snapshot is there fails the run at its end, so that later steps can use what there is. */
  const deferFailure = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failures.push(error)
      return undefined
    }
  }
  const publish = async (work: () => Promise<UploadResult>): Promise<UploadResult['artifact']> => {
    const { artifact, warning, note } = (await deferFailure(work)) ?? {}
    warn(warning)
    if (note !== undefined) log.info(note)
    return artifact
  }

  warn(...settings.warnings)
  const source = await steps.openSource(job)
  const [reading, baseline] = await Promise.all([source.read(), steps.loadBaseline(job)])
  const isFirst = baseline.state === 'absent'
  const { access } = reading
  if (settings.accessReview && access === undefined) throw withoutAccess(directory)
  warn(...reading.findings, isFirst ? baseline.reason : undefined)

  const comparison = await compare(baseline, source, reading, settings)
  const refusal = comparison?.refusal
  const isRefused = refusal !== undefined && source.kind === 'aws'
  if (isRefused) failures.push(refusal)
  // With a directory the review decides.
  else warn(refusal?.message)

  const isWritten = source.kind === 'aws' && !isRefused
  if (isWritten && !isPrivate && pathInside(host.workspace, directory) !== undefined) warn(EXPOSED)
  const usersSha256 = isWritten ? await steps.writeSnapshot(source, reading, job) : reading.usersSha256
  const artifact = isRefused ? undefined : await publish(() => steps.uploadSnapshot(reading, job))
  const connector = isRefused ? undefined : await deferFailure(() => steps.installConnector(job))

  const isReviewed = settings.accessReview && access !== undefined && usersSha256 !== undefined
  const review = isReviewed
    ? await deferFailure(() => steps.writeReview(source, { ...reading, access }, usersSha256, job))
    : undefined
  if (review !== undefined) await publish(() => steps.uploadReview(review, job))

  const report = await import('../report/report.ts')
  const input: ReportInput = {
    kind: source.kind,
    origin: source.description,
    counts: reading.counts,
    accessCounts: access && countAccess(access),
    run: sumCosts(reading, settings),
    detail: settings.detail === 'auto' ? (isPrivate ? 'full' : 'counts') : settings.detail,
    comparison,
    review: review?.counts,
    warnings,
    guide: isFirst ? `${context.docsUrl}/baseline-and-guard.md` : undefined,
    runUrl: context.isActions ? context.runUrl : undefined,
  }
  const files =
    comparison && (await deferFailure(() => writeReport(comparison, report.renderReport(input), job)))
  const isChanged = comparison !== undefined && report.hasChanges(comparison.changes)
  const comment = comparison && (await steps.reconcileComment(input, isChanged, source, job))
  warn(comment?.warning)
  if (failures.length === 0 && isChanged && settings.failOnChange) failures.push(CHANGED)

  const outputs = outputsOf({
    identityStoreId: source.description.identityStoreId,
    reading,
    snapshot: isRefused ? steps.findSnapshot(job) : { directory, hasAccess: access !== undefined },
    changes: comparison?.changes,
    isChanged,
    files,
    review: review?.files,
    commentUrl: comment?.url,
    artifact,
    connector,
  })
  const summary = report.renderSummary(input)
  const [failure] = failures
  if (failure === undefined) return { outputs, summary, snapshotDirectory: directory }
  const all = failures.map(({ message }) => message).join('\n')
  return { outputs, summary, failure: new UserError(failure.kind, all, { cause: failure.cause }) }
}

const EXPOSED =
  'The snapshot contains names and e-mail addresses, and is in the workspace of a repository that is not private. Make sure that no later step commits or uploads it.'
const CHANGED = new UserError(
  'precondition',
  'Something changed since the baseline, and fail-on-change is true. Everything was written. See the job summary or changes-file.',
)

function withoutAccess(directory: string): UserError {
  return new UserError(
    'precondition',
    `access-review is true, and the snapshot in ${directory} holds no access. Make one that does: a run that reads AWS with access: accounts. Or set access-review to false.`,
  )
}

/** The baseline is read only here, so that it is not in memory while AWS is read. */
async function compare(
  baseline: Baseline,
  { kind, description }: OpenSource,
  { identities, access }: Reading,
  { removalLimit }: ActionSettings,
): Promise<(Comparison & { baseline: BaselineReference }) | undefined> {
  if (baseline.state === 'none' || baseline.state === 'absent') return undefined
  const before =
    baseline.state === 'empty' ? 'nothing' : await readFound(baseline.files, description, identities)
  const current = { kind, identities, access, mapping: description }
  const compared = await compareWithBaseline(before, current, removalLimit)
  const { account = null, identityStoreId = null } = before === 'nothing' ? {} : (before.manifest ?? {})
  return {
    ...compared,
    baseline: { kind: baseline.kind, reference: baseline.reference, account, identityStoreId },
  }
}

async function readFound(
  files: SnapshotFiles,
  { identityStoreId }: Origin,
  identities: Identities,
): Promise<Snapshot> {
  const { readBaseline } = await import('../snapshot/read.ts')
  const advice =
    'Only snapshots of the same identity store can be compared. Correct baseline, aws-identity-store-id or aws-region.'
  const snapshot = await readBaseline(files, identityStoreId, identities, advice)
  if (snapshot !== undefined) return snapshot
  throw new UserError(
    'precondition',
    `The baseline (${files.label}) contains no snapshot. Choose another one, or run once with "baseline: none" to accept the current state.`,
  )
}

/** What reading took. Access is read beside the identities. */
function sumCosts({ cost, accessCost }: Reading, { requestsPerSecond }: ActionSettings): ReportInput['run'] {
  if (cost === undefined) return undefined
  return {
    ...cost,
    seconds: Math.max(cost.seconds, accessCost?.seconds ?? 0),
    limitPerSecond: requestsPerSecond,
    throttles: cost.throttles + (accessCost?.throttles ?? 0),
    retries: cost.faults + (accessCost?.faults ?? 0),
    accessWay: accessCost?.way,
  }
}

/** Writes changes-file and report-file, both or none. */
async function writeReport(
  { changes, baseline }: NonNullable<ReportInput['comparison']>,
  report: string,
  job: Job,
): Promise<{ changes: string; report: string }> {
  const directory = steps.reportDirectoryOf(job)
  const files = { changes: join(directory, 'changes.json'), report: join(directory, 'report.md') }
  await writeFiles(steps.rootsOf(job.host), async (stage) => {
    await stage(files.changes, changesFile(changes, baseline))
    await stage(files.report, [report])
  })
  return files
}
