import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { catalogue, on, throttling } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import type { Fault } from '../../emulator/faults.ts'
import { ACCOUNT, createOrganization } from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import { createRandom } from '../../emulator/random.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { contentOf, placeEarlierFiles, runOn, shownBy, withCenter } from './aws-run.ts'

// The runs of this file share the machine, a few at a time; a test waits for its own.
jest.setTimeout(120_000)

type Direction = 'group' | 'user'
type Named = readonly [name: string, entry: CatalogueEntry]

const AT_A_TIME = 4
const pairs = choosePairs(16)
const seeds = [1, 2, 3]

/** The bytes of a run without a fault, by direction. */
const sound = new Map<Direction, Promise<Record<string, string>>>()
const runs = new Map<string, Promise<Run>>()

beforeAll(() => {
  for (const direction of ['group', 'user'] as const) {
    const bytes = queue(() => soundBytes(organizationOf(direction)))
    sound.set(direction, bytes)
  }
  const start = (name: string, entries: readonly CatalogueEntry[], extra: Fault[] = []): void => {
    const run = queue(() => runWith(entries, extra))
    // Who waits for it is told; nobody else.
    run.catch(() => undefined)
    runs.set(name, run)
  }
  for (const [name, entry] of catalogue) start(name, [entry])
  for (const [[first, one], [second, two]] of pairs) start(`${first} and ${second}`, [one, two])
  for (const seed of seeds)
    start(`seed ${String(seed)}`, [], [on(undefined, { probability: 0.3, seed }, throttling())])
})

describe('a fault', () => {
  it.each(catalogue)('%s: gives the bytes of a run without it, or a refusal', async (name, entry) => {
    const run = await runOf(name)
    if (entry.outcome === 'same' || entry.outcome === 'final') await expectSound(run, entry.outcome)
    else expectRefused(run)
    expect(run.complaints).toStrictEqual([])
  })
})

describe('two faults at once', () => {
  it.each(
    pairs.map(([[first, one], [second, two]]) => ({ first, second, outcomes: [one.outcome, two.outcome] })),
  )(
    '$first and $second: give the bytes of a run without them, or a refusal',
    async ({ first, second, outcomes }) => {
      const run = await runOf(`${first} and ${second}`)
      const survivable = outcomes.every((outcome) => outcome === 'same' || outcome === 'final')
      if (run.result.code === 0 || survivable)
        await expectSound(run, outcomes.includes('final') ? 'final' : 'same')
      else expectRefused(run)
    },
  )
})

describe('throttling of three calls of ten', () => {
  it.each(seeds)('is only a delay (seed %d)', async (seed) => {
    const run = await runOf(`seed ${String(seed)}`)
    await expectSound(run, 'same')
    expect(run.struck).toBeGreaterThan(0)
  })
})

interface Run {
  direction: Direction
  result: ActionResult
  /** The content of the output directory before and after. */
  before: Record<string, string>
  after: Record<string, string>
  complaints: string[]
  /** The bytes of a run without a fault on the organization as this one left it; only where it can have changed. */
  final: Record<string, string> | undefined
  /** Calls that were not answered as they would have been. */
  struck: number
}

async function runWith(entries: readonly CatalogueEntry[], extra: Fault[]): Promise<Run> {
  const direction = entries.find((entry) => entry.direction !== undefined)?.direction ?? 'group'
  const organization = organizationOf(direction)
  for (const { prepare } of entries) prepare?.(organization)
  const options = Object.assign({}, ...entries.map((entry) => entry.options)) as CatalogueEntry['options']
  const faults = [...extra, ...entries.flatMap((entry) => entry.faults?.() ?? [])]
  const waitsLong = entries.some(({ waits }) => waits === 'deadline')
  const run = await withCenter(organization, { ...options, faults }, async (center) => {
    const temp = mkdtempSync(join(tmpdir(), 'fault-'))
    const directory = join(temp, 'identity-store', ACCOUNT)
    const before = placeEarlierFiles(directory)
    const result = await runOn(center, {
      temp,
      env: { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: waitsLong ? '2' : '8' },
    })
    const struck = center.log.filter(({ outcome }) => outcome !== 'answered').length
    const { complaints } = center
    return { direction, result, before, after: contentOf(directory), complaints, struck }
  })
  const changes = run.result.code === 0 && entries.some(({ outcome }) => outcome === 'final')
  return { ...run, final: changes ? await soundBytes(organization) : undefined }
}

async function expectSound(run: Run, outcome: 'same' | 'final'): Promise<void> {
  expect(run.result).toMatchObject({ code: 0, signal: null, errors: [], stderr: '' })
  const { 'notes.txt': notes, ...snapshot } = run.after
  expect(notes).toBe(run.before['notes.txt'])
  expect(snapshot).toStrictEqual(outcome === 'final' ? run.final : await sound.get(run.direction))
}

function expectRefused({ result, before, after }: Run): void {
  expect(result).toMatchObject({ code: 1, signal: null, stderr: '' })
  expect(result.errors).toStrictEqual([expect.stringMatching(/^[^\n]{30,}\.$/)])
  expect(result.errors[0]).not.toMatch(/\bbug\b|undefined|\[object/)
  expect(shownBy(result)).not.toContain('private.person')
  expect(after).toStrictEqual(before)
}

/** The files of a run without a fault on the organization as it is. */
async function soundBytes(organization: Organization): Promise<Record<string, string>> {
  return withCenter(organization, {}, async (center) => {
    const { code, outputs } = await runOn(center)
    if (code !== 0 || !existsSync(outputs['directory'] ?? ''))
      throw new Error('The run without a fault failed.')
    return contentOf(outputs['directory'] ?? '')
  })
}

function runOf(name: string): Promise<Run> {
  const run = runs.get(name)
  if (run === undefined) throw new Error(`There is no run ${name}.`)
  return run
}

/** Two pages of users; by user where there are more groups than users. */
function organizationOf(direction: Direction): Organization {
  return direction === 'group'
    ? createOrganization({ seed: 4, users: 130, groups: 9, memberships: 90 })
    : createOrganization({ seed: 5, users: 105, groups: 120, memberships: 250 })
}

/** Pairs of faults that strike the same direction of reading and do not wait for a deadline. */
function choosePairs(count: number): [Named, Named][] {
  const random = createRandom(20)
  const chosen: [Named, Named][] = []
  const usable = catalogue.filter(([, { waits }]) => waits !== 'deadline')
  while (chosen.length < count) {
    const one = usable[random.below(usable.length)]
    const two = usable[random.below(usable.length)]
    if (one === undefined || two === undefined || one === two) continue
    const directions = new Set([one, two].flatMap(([, { direction }]) => direction ?? []))
    // Of two that both end the run at once nothing could be learnt.
    const survive = [one, two].some(([, { outcome }]) => outcome === 'same' || outcome === 'final')
    if (directions.size < 2 && survive) chosen.push([one, two])
  }
  return chosen
}

const waiting: (() => void)[] = []
let running = 0

/** Does some work as soon as fewer than AT_A_TIME others are under way. */
async function queue<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
