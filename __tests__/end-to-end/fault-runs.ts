import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { on, survives, throttling } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import { ACCOUNT } from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import { createRandom } from '../../emulator/random.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { loadSchemas } from '../../emulator/schemas.ts'
import { contentOf, placeEarlierFiles, runOn, shownBy, withCenter } from './aws-run.ts'

// Jest lets nothing be imported between two tests, when runs are under way here.
await loadSchemas()

type Named = readonly [name: string, entry: CatalogueEntry]

export interface FaultRun {
  entries: readonly CatalogueEntry[]
  result: ActionResult
  /** The content of the output directory before and after. */
  before: Content
  after: Content
  complaints: string[]
  /** How often a fault struck. */
  struck: number
  /** What a run without the faults gives; where they change the organization, on what they left. Only of a run that survives. */
  sound: Content | undefined
}

type Content = Record<string, string>

/**
 * Gives a function that runs the bundle with some faults on an organization of a kind.
 *
 * @param organizations makes a fresh one of each kind, always the same
 */
export function createFaultRunner<Kind extends string>(
  organizations: Record<Kind, () => Organization>,
  inputs: Record<string, string> = {},
): (kind: Kind, entries: readonly CatalogueEntry[]) => Promise<FaultRun> {
  const known = new Map<Kind, Promise<Content>>()
  const soundOf = (kind: Kind): Promise<Content> => {
    const content = known.get(kind) ?? soundContent(organizations[kind](), inputs)
    known.set(kind, content)
    return content
  }
  return async (kind, entries) => {
    const organization = organizations[kind]()
    for (const { prepare } of entries) prepare?.(organization)
    const options = Object.assign({}, ...entries.map((entry) => entry.options)) as CatalogueEntry['options']
    const faults = entries.flatMap((entry) => entry.faults?.() ?? [])
    const waits = new Set(entries.map((entry) => entry.waits))
    // Where nothing waits for it, a busy machine has time.
    const deadline = waits.has('deadline') ? '2' : waits.has('timeout') ? '8' : '60'
    const run = await withCenter(organization, { ...options, faults }, async (center) => {
      const temp = mkdtempSync(join(tmpdir(), 'fault-'))
      const directory = join(temp, 'identity-store', ACCOUNT)
      const before = placeEarlierFiles(directory)
      const env = { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: deadline }
      const result = await runOn(center, { temp, inputs, env })
      const { complaints, struck } = center
      return { result, before, after: contentOf(directory), complaints, struck }
    })
    const changes = entries.some(({ outcome }) => outcome === 'final')
    const sound = changes ? () => soundContent(organization, inputs) : () => soundOf(kind)
    return { entries, ...run, sound: run.result.code === 0 ? await sound() : undefined }
  }
}

/** Three calls of ten are throttled. */
export function throttledThird(seed: number): CatalogueEntry {
  return survives(
    'Three calls of ten are throttled.',
    on(undefined, { probability: 0.3, seed }, throttling()),
  )
}

/** The bytes of a run without the faults, or a refusal that leaves what was there. */
export function expectOutcome({ entries, result, before, after, sound }: FaultRun): void {
  const survives = entries.map(({ outcome }) => outcome === 'same' || outcome === 'final')
  // Of two faults that each may end the run the one may spare it the other.
  if (!survives.includes(false) || (entries.length > 1 && result.code === 0)) {
    expect(result).toMatchObject({ code: 0, signal: null, errors: [], stderr: '' })
    expect(after).toStrictEqual({ 'notes.txt': before['notes.txt'], ...sound })
  } else {
    expect(result).toMatchObject({ code: 1, signal: null, stderr: '' })
    expect(result.errors).toStrictEqual([expect.stringMatching(/^[^\n]{30,}\.$/)])
    expect(result.errors[0]).not.toMatch(/\bbug\b|undefined|\[object/)
    expect(shownBy(result)).not.toContain('private.person')
    expect(after).toStrictEqual(before)
  }
}

interface Pair {
  first: string
  second: string
  entries: CatalogueEntry[]
}

/** Seeded pairs of faults that do not wait for a deadline, and of which at least one leaves something to compare. */
export function choosePairs(
  count: number,
  ones: readonly Named[],
  others: readonly Named[],
  fit: (one: CatalogueEntry, other: CatalogueEntry) => boolean,
): Pair[] {
  const random = createRandom(20)
  const chosen: Pair[] = []
  const [first, second] = [ones, others].map((all) => all.filter(([, { waits }]) => waits !== 'deadline'))
  while (chosen.length < count) {
    const one = first?.[random.below(first.length)]
    const two = second?.[random.below(second.length)]
    if (one === undefined || two === undefined || one === two) continue
    const survive = [one, two].some(([, { outcome }]) => outcome === 'same' || outcome === 'final')
    if (survive && fit(one[1], two[1]))
      chosen.push({ first: one[0], second: two[0], entries: [one[1], two[1]] })
  }
  return chosen
}

/** The files of a run without a fault on the organization as it is. */
async function soundContent(organization: Organization, inputs: Record<string, string>): Promise<Content> {
  return withCenter(organization, {}, async (center) => {
    const { code, outputs } = await runOn(center, { inputs })
    if (code !== 0 || !existsSync(outputs['directory'] ?? ''))
      throw new Error('The run without a fault failed.')
    return contentOf(outputs['directory'] ?? '')
  })
}
