import { UserError } from '../errors.ts'
import { MAPPING_INPUTS, type RemovalLimit } from '../settings.ts'
import type { Access } from '../snapshot/access.ts'
import type { Identities, MappingOptions, Snapshot } from '../snapshot/model.ts'
import { NOBODY } from '../snapshot/memberships.ts'
import { compareSnapshots } from './compare.ts'
import { checkRemovals, describeVerdict, type GuardVerdict } from './guard.ts'
import type { Changes } from './model.ts'

export interface Comparison {
  changes: Changes
  verdict: GuardVerdict
  /** Why a result that loses too much is refused; with a directory source it is only warned of. */
  refusal: UserError | undefined
  /** Sentences without names, such as that the baseline was written with other mapping options. */
  notes: string[]
}

/** What is compared with a baseline: what a source gave, and how it was mapped. */
export interface Current {
  kind: 'aws' | 'directory'
  identities: Identities
  access?: Access | undefined
  mapping: MappingOptions
}

/** What differs from the baseline, and what the guard makes of it; 'nothing' is a place where no snapshot is yet. */
export async function compareWithBaseline(
  baseline: Snapshot | 'nothing',
  { kind, identities, access, mapping }: Current,
  limit: RemovalLimit,
): Promise<Comparison> {
  const before = baseline === 'nothing' ? NOTHING : baseline
  const changes = compareSnapshots(before, identities)
  if (access !== undefined) {
    const { compareAccess } = await import('./access.ts')
    changes.access = compareAccess(before, { ...identities, access })
  }
  const verdict = checkRemovals(changes, limit)
  const refusal = verdict.refused
    ? new UserError('precondition', describeVerdict(verdict, limit, kind))
    : undefined
  const notes = describeOptions(before.manifest, mapping)
  if (baseline !== 'nothing' && before.access !== undefined && access === undefined)
    notes.push('The baseline includes access, but this run does not, so access was not compared.')
  return { changes, verdict, refusal, notes }
}

const NOTHING: Snapshot = {
  manifest: undefined,
  ...NOBODY,
  access: { accounts: [], permissionSets: [], assignments: [] },
}

function describeOptions(before: MappingOptions | undefined, now: MappingOptions): string[] {
  if (before === undefined) return []
  const options = Object.keys(MAPPING_INPUTS) as (keyof MappingOptions)[]
  const others = options.filter((option) => JSON.stringify(before[option]) !== JSON.stringify(now[option]))
  if (others.length === 0) return []
  const names = others.map((option) => MAPPING_INPUTS[option]).join(', ')
  return [
    `The baseline was written with different mapping options (${names}), which cause some of the differences.`,
  ]
}
