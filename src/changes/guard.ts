import type { RemovalLimit } from '../settings.ts'
import type { Changes } from './model.ts'

export interface GuardCheck {
  of: 'users' | 'groups' | 'memberships' | 'emails' | 'assignments'
  lost: number
  /** How many the baseline has. */
  baseline: number
  /** How many may be lost. */
  limit: number
}

export interface GuardVerdict {
  refused: boolean
  checks: GuardCheck[]
}

/** A percentage never forbids to lose this many: small stores would trip over every leaver. */
const ALWAYS_ALLOWED = 5
/** Of a percentage, so that the limit can be worked out in integers. */
const DECIMALS = 6

/** Whether a result loses too much of its baseline. Decided by counts alone. */
export function checkRemovals(
  changes: Pick<Changes, 'counts' | 'baseline' | 'emailsLost' | 'access'>,
  limit: RemovalLimit,
): GuardVerdict {
  const { counts, baseline, emailsLost, access } = changes
  const check = (of: GuardCheck['of'], lost: number, had: number): GuardCheck => ({
    of,
    lost,
    baseline: had,
    limit: allowed(limit, had),
  })
  const checks = [
    check('users', counts.users.removed, baseline.users),
    check('groups', counts.groups.removed, baseline.groups),
    check('memberships', counts.memberships.removed, baseline.memberships),
    check('emails', emailsLost, baseline.emails),
  ]
  // Where the baseline has none, none can be lost.
  if (access !== undefined && access.assignmentsBefore !== null)
    checks.push(check('assignments', access.counts.assignments.removed, access.assignmentsBefore))
  return { refused: checks.some(isExceeded), checks }
}

export function isExceeded({ lost, limit }: GuardCheck): boolean {
  return lost > limit
}

/**
 * The sentences for whoever must decide: what would be lost, what the limit is, that nothing was written (source
 * `aws`; with a directory the review decides), and how to let a wanted change through. Numbers only.
 */
export function describeVerdict(
  verdict: GuardVerdict,
  limit: RemovalLimit,
  source: 'aws' | 'directory' = 'aws',
): string {
  const exceeded = verdict.checks.filter(isExceeded)
  if (exceeded.length === 0) return `The result loses no more than max-removals (${limitText(limit)}) allows.`
  const losses = `the result loses ${listed(exceeded.map(describeLoss))}`
  if (source === 'directory') {
    return `More is removed than max-removals (${limitText(limit)}) allows: ${losses}. With a directory as source this is only a warning; the review decides.`
  }
  return (
    `More would be removed than max-removals (${limitText(limit)}) allows: ${losses}. ` +
    'Nothing was written, and any earlier snapshot is unchanged. ' +
    'If this is unexpected, find out what changed in IAM Identity Center before the next run. ' +
    `If it is intended, set max-removals to ${sufficientLimit(verdict)} for one run.`
  )
}

/** `12 of 60 users (6 allowed)` */
export function describeLoss({ of, lost, baseline, limit }: GuardCheck): string {
  return `${grouped(lost)} of ${grouped(baseline)} ${of === 'emails' ? 'e-mail addresses' : of} (${grouped(limit)} allowed)`
}

/**
 * The smallest `max-removals` that lets the result through: a whole number, or a percentage (of one decimal) where that
 * is tighter. A number that lets a thousand memberships go would let as many users go.
 */
export function sufficientLimit({ checks }: GuardVerdict): string {
  const number: RemovalLimit = { kind: 'number', value: Math.max(...checks.map(({ lost }) => lost)) }
  const shares = checks
    .filter(({ lost }) => lost > ALWAYS_ALLOWED)
    .map(({ lost, baseline }) => Math.ceil((lost * 1000) / baseline) / 10)
  const percentage: RemovalLimit = { kind: 'percentage', value: Math.max(0, ...shares) }
  const room = (limit: RemovalLimit): number =>
    checks.reduce((sum, { baseline }) => sum + Math.min(baseline, allowed(limit, baseline)), 0)
  return limitText(room(percentage) < room(number) ? percentage : number)
}

function limitText({ kind, value }: RemovalLimit): string {
  return kind === 'percentage' ? `${value}%` : `${value}`
}

function allowed({ kind, value }: RemovalLimit, baseline: number): number {
  if (kind === 'number') return value
  // In integers, since 0.29 * 100 is 28.999999999999996 in floating point, and its floor one too small.
  const scale = 10 ** DECIMALS
  const share = (BigInt(Math.round(value * scale)) * BigInt(baseline)) / BigInt(100 * scale)
  return Math.max(ALWAYS_ALLOWED, Number(share))
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${String(items.at(-1))}`
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
