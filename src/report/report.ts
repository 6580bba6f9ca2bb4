import type { RootContent } from 'mdast'
import type { Comparison } from '../changes/comparison.ts'
import { describeLoss, isExceeded, sufficientLimit } from '../changes/guard.ts'
import type { BaselineReference, Changes } from '../changes/model.ts'
import type { ReviewCounts } from '../review/lines.ts'
import type { AccessCounts, Counts, Origin } from '../snapshot/model.ts'
import { accessParts, describeAccess } from './access.ts'
import { fit } from './fit.ts'
import type { LeftOut, Part } from './fit.ts'
import { identityParts } from './identities.ts'
import type { Cell, Inline } from './markdown.ts'
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
  toText,
} from './markdown.ts'
import { type Names, namesOf } from './names.ts'
import { describeReview } from './review.ts'

/** What the texts are made of: values only, so that an unchanged state gives an unchanged text. */
export interface ReportInput {
  /** Where the identities come from: AWS, or a snapshot directory. */
  kind: 'aws' | 'directory'
  /** `counts`: no name, address or id of a person or group appears. */
  detail: 'full' | 'counts'
  origin: Pick<Origin, 'account' | 'ownerAccount' | 'identityStoreId' | 'region'>
  counts: Counts
  /** Absent without access. */
  accessCounts?: AccessCounts | undefined
  /** Absent where there is no baseline. */
  comparison?: ReportedComparison | undefined
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

export type ReportedComparison = Omit<Comparison, 'refusal'> & { baseline: BaselineReference }

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
  notes: readonly string[]
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
  return render(input, COMMENT_BUDGET, { foot: describeReview(input.review) })
}

/**
 * A pull request comment. Its first line is the marker, an HTML comment by which the caller finds it again. Without
 * changes, and with a comment `existing` from an earlier run, it says that there are none any more.
 */
export function renderComment(input: ReportInput, marker: string, existing = false): string {
  return render(input, COMMENT_BUDGET, { marker, existing })
}

/** The job summary, with how the run went. */
export function renderSummary(input: ReportInput): string {
  const foot = [...describeReview(input.review), ...describeRun(input.run)]
  return render(input, SUMMARY_BUDGET, { foot })
}

/** Whether the comparison found any change. */
export function hasChanges(changes: Changes): boolean {
  return total(changes) > 0
}

interface Frame {
  /** The first line. */
  marker?: string
  existing?: boolean
  foot?: RootContent[]
}

function render(input: ReportInput, budget: number, { marker, existing = false, foot = [] }: Frame): string {
  const { comparison, detail } = input
  const { changes } = comparison ?? {}
  const { access } = changes ?? {}
  const names = changes !== undefined && detail === 'full' ? namesOf(changes) : undefined
  const head = toText([
    titleOf(input, existing),
    ...describeRefusal(input),
    ...(access === undefined ? [] : [describeAccess(access, names)]),
    counted(input),
    describeOrigin(input),
    ...remarks(input),
  ])
  const parts = changes === undefined || names === undefined ? [] : listsOf(changes, names)
  return fit(budget, marker === undefined ? head : `${marker}\n${head}`, parts, toText(foot), describeLeftOut)
}

/** Report, comment and summary show the same lists, and to sort and group these is most of the work. */
const knownLists = new WeakMap<Changes, Part[]>()

function listsOf(changes: Changes, names: Names): Part[] {
  const known = knownLists.get(changes)
  if (known !== undefined) return known
  const ofAccess = changes.access === undefined ? [] : accessParts(changes.access, names)
  const lists = [...ofAccess, ...identityParts(changes, names)].filter(({ total }) => total > 0)
  knownLists.set(changes, lists)
  return lists
}

function titleOf({ kind, comparison, origin }: ReportInput, existing: boolean): RootContent {
  const store = ['Identity store of account ', code(origin.account)]
  if (comparison === undefined) return heading(...store)
  const changes = total(comparison.changes)
  const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change')
  const end = kind === 'aws' && comparison.verdict.refused ? ', refused' : ''
  return heading(...store, `: ${what}${end}`)
}

function counted({ counts, accessCounts, comparison }: ReportInput): RootContent {
  if (comparison === undefined) {
    const rows: [string, number][] = [
      ['Users', counts.users],
      ['Groups', counts.groups],
      ['Memberships', counts.memberships],
    ]
    if (accessCounts !== undefined) rows.push(['Assignments', accessCounts.assignments])
    return table(
      'numbers',
      ['', 'Count'],
      rows.map(([label, count]) => [label, grouped(count)]),
    )
  }
  const { baseline, counts: changed, access } = comparison.changes
  const rows = [
    row('Users', baseline.users, changed.users, counts.users),
    row('Groups', baseline.groups, changed.groups, counts.groups),
    row('Memberships', baseline.memberships, changed.memberships, counts.memberships),
  ]
  if (access !== undefined)
    rows.push(row('Assignments', access.assignmentsBefore, access.counts.assignments, access.assignmentsNow))
  return table('numbers', ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'], rows)
}

function row(
  label: string,
  before: number | null,
  { added, removed, changed }: { added: number; removed: number; changed?: number },
  now: number,
): Cell[] {
  const difference = (count: number, sign: string) => [count === 0 ? '0' : strong(`${sign}${grouped(count)}`)]
  return [
    label,
    before === null ? '—' : grouped(before),
    difference(added, '+'),
    difference(removed, '−'),
    changed === undefined ? '' : difference(changed, ''),
    grouped(now),
  ]
}

/** The account is in the title. */
function describeOrigin({ kind, origin, comparison }: ReportInput): RootContent {
  const { account, ownerAccount, identityStoreId, region } = origin
  return paragraph(
    `${kind === 'aws' ? 'Read from AWS' : 'From a snapshot'}, identity store `,
    code(identityStoreId),
    ', region ',
    code(region),
    ...(ownerAccount === null || ownerAccount === account
      ? []
      : [', instance of account ', code(ownerAccount)]),
    ...(comparison === undefined ? [] : [', compared with ', ...describeBaseline(comparison.baseline)]),
    '.',
  )
}

function describeBaseline({ kind, reference }: BaselineReference): Inline[] {
  if (kind === 'path') return ['the snapshot in ', code(reference)]
  if (kind === 'artifact') return ['artifact ', code(reference)]
  return ['commit ', code(reference.slice(0, 12))]
}

function remarks({ comparison, detail, run, runUrl, warnings, guide }: ReportInput): RootContent[] {
  const notes = [...(run?.notes ?? []), ...(comparison?.notes ?? [])].map(prose).slice(0, MOST_REMARKS)
  if (comparison !== undefined) notes.push(...describeEffects(comparison.changes))
  if (comparison !== undefined && detail === 'counts' && hasChanges(comparison.changes))
    notes.push([
      ...['Names are hidden here. To show them, set the input ', code('detail'), ' to ', code('full'), '.'],
      ...(runUrl === undefined ? [] : [' What else there is: ', link(runUrl, 'the run'), '.']),
    ])
  return [
    ...remark('WARNING', warnings.map(prose)),
    ...(guide === undefined ? [] : [paragraph('How to set up a baseline: ', link(guide), '.')]),
    ...remark('NOTE', notes),
  ]
}

/** What the counts of changes do not say. */
function describeEffects({ emailsLost, madeAgain: { users, groups }, access }: Changes): string[][] {
  const effects: string[][] = []
  if (emailsLost > 0)
    effects.push([
      `${plural(emailsLost, 'user')} in both snapshots no longer ${emailsLost === 1 ? 'has' : 'have'} an e-mail address.`,
    ])
  const again = [
    ...(users.length > 0 ? [plural(users.length, 'user')] : []),
    ...(groups.length > 0 ? [plural(groups.length, 'group')] : []),
  ]
  if (again.length > 0)
    effects.push([
      `Deleted and created again under the same name: ${again.join(', ')}. What AWS had assigned to the old ids is gone.`,
    ])
  if (access?.assumed === true)
    effects.push([
      'The baseline holds no assignments, so the current ones are used for both sides: access opens and closes here only by changes of users, groups and memberships.',
    ])
  return effects
}

/** So that a head of nothing but remarks is far below the least budget. */
const MOST_REMARKS = 10

function remark(kind: 'WARNING' | 'NOTE', sentences: Inline[][]): RootContent[] {
  const few = sentences.slice(0, MOST_REMARKS + 2)
  if (sentences.length > few.length)
    few.push([`And ${grouped(sentences.length - few.length)} more, in the log.`])
  const [only] = few
  if (only === undefined) return []
  return [few.length === 1 ? alert(kind, only) : alert(kind, [], bullets(few))]
}

function describeRefusal({ kind, comparison }: ReportInput): RootContent[] {
  if (comparison?.verdict.refused !== true) return []
  const { verdict } = comparison
  const losses = bullets(verdict.checks.filter(isExceeded).map((check) => [describeLoss(check)]))
  const limit = [code('max-removals'), ' allows.']
  if (kind === 'directory') {
    const end = ' This is a warning: the review decides.'
    return [alert('WARNING', [strong('More is removed'), ' than ', ...limit, end], losses)]
  }
  const advice = paragraph(
    'If this is intended, set ',
    code('max-removals'),
    ' to ',
    code(sufficientLimit(verdict)),
    ' for one run. If not, look at what changed in IAM Identity Center.',
  )
  const refused = [strong('Refused: nothing was written.'), ' More would be removed than ', ...limit]
  return [alert('CAUTION', refused, losses, advice)]
}

function describeLeftOut(leftOut: readonly LeftOut[]): string {
  const items = leftOut.map(({ title, missing, total }) => [
    `${title}: ${grouped(missing)} of ${grouped(total)}`,
  ])
  const first = [
    strong('Not everything fits here.'),
    ' Left out, but in the output ',
    code('changes-file'),
    ':',
  ]
  return toText([alert('NOTE', first, bullets(items))])
}

function describeRun(run: RunFacts | undefined): RootContent[] {
  if (run === undefined) return []
  const { seconds, ratePerSecond, limitPerSecond, direction, accessWay } = run
  const calls = Object.entries(run.calls).filter(([, count]) => count > 0)
  const rows: Cell[][] = calls.map(([operation, count]) => [[code(operation)], grouped(count)])
  rows.push(['Time', `${seconds.toFixed(1)} s`])
  // A short reading is all burst, and has no rate yet.
  if (seconds >= STEADY_SECONDS)
    rows.push([
      accessWay === undefined ? 'Calls per second' : 'Identity Store calls per second',
      `${ratePerSecond.toFixed(1)} (limit ${limitPerSecond})`,
    ])
  rows.push(['Throttled', grouped(run.throttles)], ['Retries', grouped(run.retries)])
  if (direction !== null) rows.push(['Memberships read', direction])
  if (accessWay !== undefined) rows.push(['Assignments read', accessWay])
  const sum = calls.reduce((sum, [, count]) => sum + count, 0)
  return folded('How the identity store was read', false, table('numbers', ['Calls', grouped(sum)], rows))
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
