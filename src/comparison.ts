import { compareSnapshots } from './changes/compare.ts'
import { checkRemovals, describeVerdict } from './changes/guard.ts'
import type { BaselineReference } from './changes/model.ts'
import { UserError } from './errors.ts'
import type { Baseline } from './github/baseline.ts'
import type { Comparison } from './report/report.ts'
import { MAPPING_INPUTS, type RemovalLimit } from './settings.ts'
import type { Access } from './snapshot/access.ts'
import type { MappingOptions, Snapshot } from './snapshot/model.ts'
import type { OpenSource, Reading } from './source.ts'

/**
 * What differs between the identities of a run and its baseline, and what the guard makes of it; undefined where there
 * is no baseline. The baseline is read only here, so that it is not in memory while AWS is read.
 *
 * @throws UserError (precondition) for a baseline that is damaged, gone, or of another identity store
 */
export async function compareWithBaseline(
  baseline: Baseline,
  { description }: OpenSource,
  { identities, access }: Reading,
  limit: RemovalLimit,
): Promise<Comparison | undefined> {
  if (baseline.state === 'none' || baseline.state === 'absent') return undefined
  const { kind, reference } = baseline
  const before = baseline.state === 'empty' ? NOBODY : await readFound(baseline, description.identityStoreId)
  const { manifest } = before
  const changes = compareSnapshots(before, identities)
  if (access !== undefined) {
    const { compareAccess } = await import('./changes/access.ts')
    const isEmpty = baseline.state === 'empty'
    changes.access = compareAccess(isEmpty ? { ...before, access: NO_ACCESS } : before, {
      ...identities,
      access,
    })
  }
  return {
    changes,
    baseline: referenceTo(kind, reference, before),
    verdict: checkRemovals(changes, limit),
    notes: [
      ...describeOptions(manifest, description),
      ...(before.access !== undefined && access === undefined
        ? ['The baseline holds access, and this run does not: nothing of access was compared.']
        : []),
    ],
  }
}

/** The guard: why a result that loses too much of its baseline is refused, or with a directory source warned of. */
export function refusalOf(
  comparison: Comparison | undefined,
  kind: OpenSource['kind'],
  limit: RemovalLimit,
): UserError | undefined {
  const verdict = comparison?.verdict
  if (verdict?.refused !== true) return undefined
  return new UserError('precondition', describeVerdict(verdict, limit, kind))
}

const NO_ACCESS: Access = { accounts: [], permissionSets: [], assignments: [] }
const NOBODY: Snapshot = { manifest: undefined, users: [], groups: [] }

async function readFound(
  { files }: Extract<Baseline, { state: 'found' }>,
  identityStoreId: string,
): Promise<Snapshot> {
  const { readBaseline } = await import('./snapshot/read.ts')
  const advice =
    'Only two snapshots of one store can be compared: correct baseline, aws-identity-store-id or aws-region.'
  const snapshot = await readBaseline(files, identityStoreId, advice)
  if (snapshot !== undefined) return snapshot
  throw new UserError(
    'precondition',
    `There is no snapshot in ${files.label}, the baseline. Choose another one, or run once with "baseline: none" to accept the present state.`,
  )
}

function referenceTo(
  kind: BaselineReference['kind'],
  reference: string,
  { manifest }: Snapshot,
): BaselineReference {
  const { account = null, identityStoreId = null } = manifest ?? {}
  return { kind, reference, account, identityStoreId }
}

function describeOptions(before: MappingOptions | undefined, now: MappingOptions): string[] {
  if (before === undefined) return []
  const options = Object.keys(MAPPING_INPUTS) as (keyof MappingOptions)[]
  const others = options.filter((option) => JSON.stringify(before[option]) !== JSON.stringify(now[option]))
  if (others.length === 0) return []
  const names = others.map((option) => MAPPING_INPUTS[option]).join(', ')
  return [
    `The baseline was written with other mapping options (${names}), so some differences come from them.`,
  ]
}
