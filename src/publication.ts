import { join } from 'node:path'
import { changesFile } from './changes/changes-file.ts'
import { writeFiles } from './files.ts'
import { commentMarker, type CommentRequest } from './github/comment.ts'
import type { CrawlCost } from './identity-center/crawl.ts'
import { BURST_SECONDS } from './identity-center/pace.ts'
import type { Outputs } from './outputs.ts'
import type * as ReportModule from './report/report.ts'
import type { Comparison, ReportInput } from './report/report.ts'
import { countAccess } from './snapshot/model.ts'
import type { OpenSource, Reading } from './source.ts'

/** What the report, the comment and the summary of a run are made of. */
export function reportInput({
  source,
  reading,
  comparison,
  warnings,
  guide,
  showsNames,
  requestsPerSecond,
}: {
  source: OpenSource
  reading: Reading
  comparison: Comparison | undefined
  warnings: readonly string[]
  guide: string | undefined
  showsNames: boolean
  requestsPerSecond: number
}): ReportInput {
  const { account, ownerAccount, identityStoreId, region } = source.description
  const { access, counts, cost, accessCost } = reading
  return {
    kind: source.kind,
    detail: showsNames ? 'full' : 'counts',
    origin: { account, ownerAccount, identityStoreId, region },
    counts,
    ...(access === undefined ? {} : { accessCounts: countAccess(access) }),
    ...(comparison === undefined ? {} : { comparison }),
    ...(cost === undefined
      ? {}
      : {
          run: {
            calls: cost.calls,
            seconds: Math.max(cost.seconds, accessCost?.seconds ?? 0),
            ratePerSecond: steadyRate(cost, requestsPerSecond),
            limitPerSecond: requestsPerSecond,
            throttles: cost.throttles + (accessCost?.throttles ?? 0),
            retries: cost.faults + (accessCost?.faults ?? 0),
            direction: cost.direction,
            ...(accessCost === undefined ? {} : { accessWay: accessCost.way }),
            findings: cost.findings,
            notes: cost.notes,
          },
        }),
    warnings: [...warnings],
    ...(guide === undefined ? {} : { guide }),
  }
}

/** Without the calls that may go out at once at the start: with them a short reading would seem to break the limit. */
function steadyRate({ attempts, seconds }: CrawlCost, requestsPerSecond: number): number {
  const burst = requestsPerSecond * BURST_SECONDS
  return seconds > 0 ? Math.max(0, attempts - burst) / seconds : 0
}

/**
 * Writes changes-file and report-file, both or none; nothing without a baseline.
 *
 * @returns the outputs that name them
 * @throws UserError
 */
export async function writeReport(
  input: ReportInput,
  { renderReport }: typeof ReportModule,
  { reportDirectory, roots }: { reportDirectory: string; roots: readonly string[] },
): Promise<Outputs> {
  const { comparison } = input
  if (comparison === undefined) return {}
  const files = { changes: join(reportDirectory, 'changes.json'), report: join(reportDirectory, 'report.md') }
  await writeFiles({ roots }, async (stage) => {
    await stage(files.changes, changesFile(comparison.changes, comparison.baseline))
    await stage(files.report, [renderReport(input)])
  })
  return { 'changes-file': files.changes, 'report-file': files.report }
}

/** The comment that tells what changed; undefined without a baseline, when there is nothing to tell. */
export function commentOn(
  input: ReportInput,
  { renderComment, hasChanges }: typeof ReportModule,
  { kind, description }: OpenSource,
): Pick<CommentRequest, 'hasChanges' | 'body' | 'bodyWhenGone' | 'marker'> | undefined {
  const { comparison } = input
  if (comparison === undefined) return undefined
  const { account, identityStoreId } = description
  const marker = commentMarker({ account, identityStoreId, kind })
  const body = renderComment(input, marker)
  const isChanged = hasChanges(comparison.changes)
  // With changes the two are the same text, which can list a million of them.
  const bodyWhenGone = isChanged ? body : renderComment(input, marker, true)
  return { marker, body, bodyWhenGone, hasChanges: isChanged }
}
