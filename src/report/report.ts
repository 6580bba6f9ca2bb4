import type { PhrasingContent, RootContent } from 'mdast'
import type { GuardVerdict } from '../changes/guard.ts'
import { describeLoss, isExceeded, sufficientLimit } from '../changes/guard.ts'
import type { BaselineReference, Changes } from '../changes/model.ts'
import type { CrawlFindings } from '../identity-center/directory.ts'
import type { ReviewCounts } from '../review/lines.ts'
import type { AccessCounts, Counts } from '../snapshot/model.ts'
import { fit } from './fit.ts'
import type { LeftOut, Part } from './fit.ts'
import { accessParts, describeAccess } from './access.ts'
import { partsOf } from './lists.ts'
import { describeReview } from './review.ts'
import {
  alert,
  bullets,
  code,
  folded,
  heading,
  link,
  paragraph,
  prose,
  strong,
  table,
  text,
  toText,
} from './markdown.ts'

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
  accessCounts?: AccessCounts
  /** Absent where there is no baseline. */
  comparison?: Comparison
  /** Only the summary shows it; absent with a directory source. */
  run?: RunFacts
  /** Summary and report show it; absent where no access review was written. */
  review?: ReviewCounts
  /** Sentences without names. */
  warnings: readonly string[]
  /** The address of what explains the warnings, where there is one. */
  guide?: string
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
  accessWay?: 'by pairs' | 'by principal'
  findings?: CrawlFindings
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
  const { comparison, detail } = input
  const { access, groupName } = comparison?.changes ?? {}
  const isFull = detail === 'full'
  const head: RootContent[] = [
    title,
    counted(input),
    ...(access === undefined ? [] : [describeAccess(access, isFull ? groupName : undefined)]),
    paragraph(...describeOrigin(input)),
    ...remarks(input),
    ...(review === undefined ? [] : describeReview(review)),
  ]
  const foot = run === undefined ? [] : describeRun(run)
  const parts = comparison !== undefined && isFull ? partsOfAll(comparison.changes) : []
  const first = marker === undefined ? toText(head) : `${marker}\n${toText(head)}`
  return fit(budget, first, parts, toText(foot), describeLeftOut)
}

function partsOfAll(changes: Changes): Part[] {
  const { access, groupName } = changes
  return [...(access === undefined ? [] : accessParts(access, groupName)), ...partsOf(changes)]
}

function titleOf({ kind, comparison, origin }: ReportInput, existing: boolean): RootContent {
  const store = origin.identityStoreId === null ? [] : [text(' '), code(origin.identityStoreId)]
  if (comparison === undefined) return heading(3, text('Identity store'), ...store)
  const changes = total(comparison.changes)
  const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change')
  const end = kind === 'aws' && comparison.verdict?.refused === true ? ', refused' : ''
  return heading(3, text('Identity store'), ...store, text(`: ${what}${end}`))
}

function counted({ counts, accessCounts, comparison }: ReportInput): RootContent {
  const kinds = [
    ['Users', 'users'],
    ['Groups', 'groups'],
    ['Memberships', 'memberships'],
  ] as const
  if (comparison === undefined) {
    return table(
      ['left', 'right'],
      ['', 'Count'],
      [
        ...kinds.map(([label, kind]) => [[text(label)], [text(grouped(counts[kind]))]]),
        ...(accessCounts === undefined
          ? []
          : [[[text('Assignments')], [text(grouped(accessCounts.assignments))]]]),
      ],
    )
  }
  const { changes } = comparison
  const { access } = changes
  return table(
    ['left', 'right', 'right', 'right', 'right', 'right'],
    ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'],
    [
      ...kinds.map(([label, kind]) => row(label, changes.baseline[kind], changes.counts[kind], counts[kind])),
      ...(access === undefined
        ? []
        : [row('Assignments', access.assignmentsBefore, access.counts.assignments, access.assignmentsNow)]),
    ],
  )

  function row(
    label: string,
    before: number | null,
    { added, removed, changed }: { added: number; removed: number; changed?: number },
    now: number,
  ): PhrasingContent[][] {
    return [
      [text(label)],
      [text(before === null ? '—' : grouped(before))],
      [difference(added, '+')],
      [difference(removed, '−')],
      changed === undefined ? [] : [difference(changed, '')],
      [text(grouped(now))],
    ]
  }
}

function difference(count: number, sign: string): PhrasingContent {
  return count === 0 ? text('0') : strong(`${sign}${grouped(count)}`)
}

function describeOrigin({ kind, origin, comparison }: ReportInput): PhrasingContent[] {
  const { account, ownerAccount, region } = origin
  const words: PhrasingContent[] = [text(kind === 'aws' ? 'Read from AWS' : 'From a snapshot')]
  if (account !== null) words.push(text(kind === 'aws' ? ' account ' : ' of account '), code(account))
  if (ownerAccount !== null && ownerAccount !== account)
    words.push(text(', instance of account '), code(ownerAccount))
  if (region !== null) words.push(text(', region '), code(region))
  if (comparison !== undefined) words.push(text(', compared with '), ...describeBaseline(comparison.baseline))
  return [...words, text('.')]
}

function describeBaseline({ kind, reference }: BaselineReference): PhrasingContent[] {
  if (kind === 'path') return [text('the snapshot in '), code(reference)]
  if (kind === 'artifact') return [text('artifact '), code(reference)]
  return [text('commit '), code(reference.slice(0, 12))]
}

function remarks(input: ReportInput): RootContent[] {
  const { comparison, detail, kind, run, warnings, guide } = input
  const verdict = comparison?.verdict
  const notes = [...(run?.notes ?? []), ...(comparison?.notes ?? [])].map(prose).slice(0, MOST_REMARKS)
  const lost = comparison?.changes.emailsLost ?? 0
  if (lost > 0)
    notes.push([
      text(
        `${plural(lost, 'user')} of both sides no longer ${lost === 1 ? 'has' : 'have'} an e-mail address.`,
      ),
    ])
  const again = comparison?.changes.madeAgain
  const [users, groups] = [again?.users.length ?? 0, again?.groups.length ?? 0]
  if (users + groups > 0)
    notes.push([
      text(
        `Made again under the same name, with another id: ${plural(users, 'user')}, ${plural(groups, 'group')}. What was assigned to the old ids in AWS is gone.`,
      ),
    ])
  if (comparison?.changes.access?.assumed === true)
    notes.push([
      text(
        'The baseline holds no assignments: those of now stand for both sides, so this is what the changes of users, groups and memberships alone open and close.',
      ),
    ])
  if (comparison !== undefined && detail === 'counts' && hasChanges(comparison.changes)) {
    notes.push([text('Names are not shown here. The input '), code('detail'), text(' decides that.')])
  }
  return [
    ...(verdict?.refused === true ? [describeRefusal(verdict, kind)] : []),
    ...remark('WARNING', warnings.map(prose)),
    ...(guide === undefined ? [] : [paragraph(text('How to have a baseline: '), link(guide), text('.'))]),
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
  if (kind === 'directory') {
    const last = [text(' allows. This is a warning: the review decides.')]
    return alert(
      'WARNING',
      [strong('More is removed'), text(' than '), code('max-removals'), ...last],
      losses,
    )
  }
  return alert(
    'CAUTION',
    [
      strong('Refused: nothing was written.'),
      text(' More would be removed than '),
      code('max-removals'),
      text(' allows.'),
    ],
    losses,
    paragraph(
      text('If this is wanted, set '),
      code('max-removals'),
      text(' to '),
      code(sufficientLimit(verdict)),
      text(' for one run. If not, look at what changed in IAM Identity Center.'),
    ),
  )
}

function describeLeftOut(leftOut: readonly LeftOut[]): string {
  const items = leftOut.map(({ title, missing, total }) => [
    text(`${grouped(missing)} of ${grouped(total)} ${title}`),
  ])
  return toText([
    alert(
      'NOTE',
      [
        strong('Not everything fits here.'),
        text(' Left out, and whole in the file of the output '),
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
  findings,
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
  for (const [label, key] of FINDINGS) {
    const count = findings?.[key] ?? 0
    if (count > 0) rows.push([text(label), grouped(count)])
  }
  return folded(
    'How the identity store was read',
    true,
    table(
      ['left', 'right'],
      ['Calls', grouped(operations.reduce((sum, [, count]) => sum + count, 0))],
      rows.map(([label, value]) => [[label], [text(value)]]),
    ),
  )
}

/** From here on the first burst is less than a tenth of the calls. */
const STEADY_SECONDS = 10

const FINDINGS: readonly [string, keyof CrawlFindings][] = [
  ['Groups that vanished meanwhile', 'vanishedGroups'],
  ['Users that vanished meanwhile', 'vanishedUsers'],
  ['Users found by a second reading', 'lateUsers'],
  ['Groups found by a second reading', 'lateGroups'],
  ['Memberships dropped for want of their user or group', 'orphanMemberships'],
  ['Members that are not users', 'otherMembers'],
  ['Records that came twice and differed', 'conflictingRecords'],
]

/** Access that is opened or closed is no change of its own: one of these is behind it. */
function total({ counts: { users, groups, memberships }, access }: Changes): number {
  const { assignments, permissionSets } = access?.counts ?? {}
  return [users, groups, memberships, assignments, permissionSets]
    .flatMap((kind) => Object.values(kind ?? {}))
    .reduce((sum, count) => sum + count, 0)
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
