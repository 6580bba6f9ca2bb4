import type { PhrasingContent, RootContent } from 'mdast'
import type { GuardVerdict } from '../changes/guard.ts'
import { describeLoss, isExceeded, sufficientLimit } from '../changes/guard.ts'
import type { BaselineReference, Changes } from '../changes/model.ts'
import type { ReviewCounts } from '../review/lines.ts'
import type { AccessCounts, Counts } from '../snapshot/model.ts'
import { accessParts, describeAccess } from './access.ts'
import { fit } from './fit.ts'
import type { LeftOut, Part } from './fit.ts'
import { identityParts } from './identities.ts'
import {
  alert,
  bullets,
  code,
  folded,
  grouped,
  heading,
  link,
  paragraph,
  plural,
  prose,
  strong,
  table,
  text,
  toText,
} from './markdown.ts'
import { namesOf } from './names.ts'
import { describeReview } from './review.ts'

/** What the texts are made of: values only, so that an unchanged state gives an unchanged text. */
export interface ReportInput {
  /** Where the identities come from: AWS, or a snapshot directory. */
  kind: 'aws' | 'directory'
  /** `counts`: no name, address or id of a person or group appears. */
  detail: 'full' | 'counts'
  origin: {
    account: string | null
    ownerAccount: string | null
    identityStoreId: string | null
    region: string | null
  }
  counts: Counts
  /** Absent without access. */
  accessCounts?: AccessCounts | undefined
  /** Absent where there is no baseline. */
  comparison?: Comparison | undefined
  /** Only the summary shows it; absent with a directory source. */
  run?: RunFacts | undefined
  /** Summary and report show it; absent where no access review was written. */
  review?: ReviewCounts | undefined
  /** Sentences without names. */
  warnings: readonly string[]
  /** The address of what explains the warnings, where there is one. */
  guide?: string | undefined
  /** The page of the run, where there is one. */
  runUrl?: string | undefined
}

export interface Comparison {
  changes: Changes
  baseline: BaselineReference
  verdict?: GuardVerdict
  /** Sentences without names, such as that the baseline was written with other mapping options. */
  notes: readonly string[]
}

export interface RunFacts {
  /** How many answers each operation gave. */
  calls: Readonly<Record<string, number>>
  seconds: number
  ratePerSecond: number
  limitPerSecond: number
  throttles: number
  retries: number
  direction: 'by group' | 'by user' | null
  /** How access was read; absent where it was not. */
  accessWay?: 'by pairs' | 'by principal' | undefined
  /** Sentences without names, such as that a replica Region was read. */
  notes?: readonly string[]
}

/**
 * GitHub says "maximum is 65536 characters". Measured elsewhere: 65,536 code points for the body of a pull request, 262,144 bytes
 * for a comment (https://github.com/dead-claudia/github-limits/pull/13). Counted in bytes of UTF-8, which is the strictest.
 */
export const COMMENT_BUDGET = 65_536
/**
 * 1 MiB a step, else the whole summary is dropped; less a margin.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
export const SUMMARY_BUDGET = 1_000_000

/** The `report-file`: Markdown that fits the body of a pull request. */
export function renderReport(input: ReportInput): string {
  return render(input, titleOf(input, false), { budget: COMMENT_BUDGET, review: input.review })
}

/**
 * A pull request comment. Its first line is the marker, an HTML comment by which the caller finds it again. Without
 * changes, and with a comment `existing` from an earlier run, it says that there are none any more.
 */
export function renderComment(input: ReportInput, marker: string, existing = false): string {
  return render(input, titleOf(input, existing), { budget: COMMENT_BUDGET, marker })
}

/** The job summary, with how the run went. */
export function renderSummary(input: ReportInput): string {
  const { run, review } = input
  return render(input, titleOf(input, false), { budget: SUMMARY_BUDGET, run, review })
}

/** Whether the comparison found any change. */
export function hasChanges(changes: Changes): boolean {
  return total(changes) > 0
}

interface Frame {
  budget: number
  marker?: string
  run?: RunFacts | undefined
  review?: ReviewCounts | undefined
}

function render(input: ReportInput, title: RootContent, { budget, marker, run, review }: Frame): string {
  const { comparison, detail, kind } = input
  const { changes, verdict } = comparison ?? {}
  const names = changes !== undefined && detail === 'full' ? namesOf(changes) : undefined
  const head: RootContent[] = [
    title,
    ...(verdict?.refused === true ? [describeRefusal(verdict, kind)] : []),
    ...(changes?.access === undefined ? [] : [describeAccess(changes.access, names)]),
    counted(input),
    paragraph(...describeOrigin(input)),
    ...remarks(input),
  ]
  const foot = [
    ...(review === undefined ? [] : describeReview(review)),
    ...(run === undefined ? [] : describeRun(run)),
  ]
  const parts: Part[] =
    changes === undefined || names === undefined
      ? []
      : [
          ...(changes.access === undefined ? [] : accessParts(changes.access, names)),
          ...identityParts(changes, names),
        ].filter(({ total }) => total > 0)
  const first = marker === undefined ? toText(head) : `${marker}\n${toText(head)}`
  return fit(budget, first, parts, toText(foot), describeLeftOut)
}

function titleOf({ kind, comparison, origin }: ReportInput, existing: boolean): RootContent {
  const store = [
    text('Identity store'),
    ...(origin.account === null ? [] : [text(' of account '), code(origin.account)]),
  ]
  if (comparison === undefined) return heading(3, ...store)
  const changes = total(comparison.changes)
  const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change')
  const end = kind === 'aws' && comparison.verdict?.refused === true ? ', refused' : ''
  return heading(3, ...store, text(`: ${what}${end}`))
}

function counted({ counts, accessCounts, comparison }: ReportInput): RootContent {
  const { changes } = comparison ?? {}
  const kinds = [
    ['Users', 'users'],
    ['Groups', 'groups'],
    ['Memberships', 'memberships'],
  ] as const
  if (changes === undefined) {
    const rows = kinds.map(([label, kind]): [string, number] => [label, counts[kind]])
    if (accessCounts !== undefined) rows.push(['Assignments', accessCounts.assignments])
    return table(
      ['left', 'right'],
      ['', 'Count'],
      rows.map(([label, count]) => [[text(label)], [text(grouped(count))]]),
    )
  }
  const rows = kinds.map(([label, kind]) =>
    row(label, changes.baseline[kind], changes.counts[kind], counts[kind]),
  )
  const { access } = changes
  if (access !== undefined)
    rows.push(row('Assignments', access.assignmentsBefore, access.counts.assignments, access.assignmentsNow))
  return table(
    ['left', 'right', 'right', 'right', 'right', 'right'],
    ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'],
    rows,
  )
}

function row(
  label: string,
  before: number | null,
  { added, removed, changed }: { added: number; removed: number; changed?: number },
  now: number,
): PhrasingContent[][] {
  const difference = (count: number, sign: string) =>
    count === 0 ? text('0') : strong(`${sign}${grouped(count)}`)
  return [
    [text(label)],
    [text(before === null ? '—' : grouped(before))],
    [difference(added, '+')],
    [difference(removed, '−')],
    changed === undefined ? [] : [difference(changed, '')],
    [text(grouped(now))],
  ]
}

/** The account is in the title. */
function describeOrigin({ kind, origin, comparison }: ReportInput): PhrasingContent[] {
  const { account, ownerAccount, identityStoreId, region } = origin
  const facts = [
    ['identity store ', identityStoreId],
    ['region ', region],
    ['instance of account ', ownerAccount === account ? null : ownerAccount],
  ] as const
  const words: PhrasingContent[] = [text(kind === 'aws' ? 'Read from AWS' : 'From a snapshot')]
  for (const [label, fact] of facts) if (fact !== null) words.push(text(`, ${label}`), code(fact))
  if (comparison !== undefined) words.push(text(', compared with '), ...describeBaseline(comparison.baseline))
  return [...words, text('.')]
}

function describeBaseline({ kind, reference }: BaselineReference): PhrasingContent[] {
  if (kind === 'path') return [text('the snapshot in '), code(reference)]
  if (kind === 'artifact') return [text('artifact '), code(reference)]
  return [text('commit '), code(reference.slice(0, 12))]
}

function remarks({ comparison, detail, run, runUrl, warnings, guide }: ReportInput): RootContent[] {
  const { changes, notes: ownNotes = [] } = comparison ?? {}
  const notes = [...(run?.notes ?? []), ...ownNotes].map(prose).slice(0, MOST_REMARKS)
  const lost = changes?.emailsLost ?? 0
  if (lost > 0)
    notes.push([
      text(
        `${plural(lost, 'user')} in both snapshots no longer ${lost === 1 ? 'has' : 'have'} an e-mail address.`,
      ),
    ])
  const { users = [], groups = [] } = changes?.madeAgain ?? {}
  const again = [
    ...(users.length > 0 ? [plural(users.length, 'user')] : []),
    ...(groups.length > 0 ? [plural(groups.length, 'group')] : []),
  ]
  if (again.length > 0)
    notes.push([
      text(
        `Deleted and created again under the same name: ${again.join(', ')}. What AWS had assigned to the old ids is gone.`,
      ),
    ])
  if (changes?.access?.assumed === true)
    notes.push([
      text(
        'The baseline holds no assignments, so the current ones are used for both sides: access opens and closes here only by changes of users, groups and memberships.',
      ),
    ])
  if (changes !== undefined && detail === 'counts' && hasChanges(changes))
    notes.push([
      text('Names are hidden here. To show them, set the input '),
      code('detail'),
      text(' to '),
      code('full'),
      text('.'),
      ...(runUrl === undefined ? [] : [text(' What else there is: '), link(runUrl, 'the run'), text('.')]),
    ])
  return [
    ...remark('WARNING', warnings.map(prose)),
    ...(guide === undefined ? [] : [paragraph(text('How to set up a baseline: '), link(guide), text('.'))]),
    ...remark('NOTE', notes),
  ]
}

/** So that a head of nothing but remarks is far below the least budget. */
const MOST_REMARKS = 10

function remark(kind: 'WARNING' | 'NOTE', sentences: PhrasingContent[][]): RootContent[] {
  const few = sentences.slice(0, MOST_REMARKS + 2)
  if (sentences.length > few.length)
    few.push([text(`And ${grouped(sentences.length - few.length)} more, in the log.`)])
  const [only] = few
  if (only === undefined) return []
  return [few.length === 1 ? alert(kind, only) : alert(kind, [], bullets(few))]
}

function describeRefusal(verdict: GuardVerdict, kind: ReportInput['kind']): RootContent {
  const losses = bullets(verdict.checks.filter(isExceeded).map((check) => [text(describeLoss(check))]))
  const limit = [code('max-removals'), text(' allows.')]
  if (kind === 'directory')
    return alert(
      'WARNING',
      [strong('More is removed'), text(' than '), ...limit, text(' This is a warning: the review decides.')],
      losses,
    )
  return alert(
    'CAUTION',
    [strong('Refused: nothing was written.'), text(' More would be removed than '), ...limit],
    losses,
    paragraph(
      text('If this is intended, set '),
      code('max-removals'),
      text(' to '),
      code(sufficientLimit(verdict)),
      text(' for one run. If not, look at what changed in IAM Identity Center.'),
    ),
  )
}

function describeLeftOut(leftOut: readonly LeftOut[]): string {
  const items = leftOut.map(({ title, missing, total }) => [
    text(`${title}: ${grouped(missing)} of ${grouped(total)}`),
  ])
  return toText([
    alert(
      'NOTE',
      [
        strong('Not everything fits here.'),
        text(' Left out, but in the output '),
        code('changes-file'),
        text(':'),
      ],
      bullets(items),
    ),
  ])
}

function describeRun({
  calls,
  seconds,
  ratePerSecond,
  limitPerSecond,
  throttles,
  retries,
  direction,
  accessWay,
}: RunFacts): RootContent[] {
  const operations = Object.entries(calls).filter(([, count]) => count > 0)
  const perSecond = `${ratePerSecond.toFixed(1)} (limit ${String(limitPerSecond)})`
  // A short reading is all burst, and has no rate yet.
  const rate: [PhrasingContent, string][] =
    seconds < STEADY_SECONDS
      ? []
      : [[text(accessWay === undefined ? 'Calls per second' : 'Identity Store calls per second'), perSecond]]
  const rows: [PhrasingContent, string][] = [
    ...operations.map(([operation, count]): [PhrasingContent, string] => [code(operation), grouped(count)]),
    [text('Time'), `${seconds.toFixed(1)} s`],
    ...rate,
    [text('Throttled'), grouped(throttles)],
    [text('Retries'), grouped(retries)],
  ]
  if (direction !== null) rows.push([text('Memberships read'), direction])
  if (accessWay !== undefined) rows.push([text('Assignments read'), accessWay])
  return folded(
    'How the identity store was read',
    false,
    table(
      ['left', 'right'],
      ['Calls', grouped(operations.reduce((sum, [, count]) => sum + count, 0))],
      rows.map(([label, value]) => [[label], [text(value)]]),
    ),
  )
}

/** From here on the first burst is less than a tenth of the calls. */
const STEADY_SECONDS = 10

/** Access that is opened or closed is no change of its own: one of these is behind it. */
function total({ counts: { users, groups, memberships }, access }: Changes): number {
  const { assignments, permissionSets } = access?.counts ?? {}
  return [users, groups, memberships, assignments, permissionSets]
    .flatMap((kind) => Object.values(kind ?? {}))
    .reduce((sum, count) => sum + count, 0)
}
