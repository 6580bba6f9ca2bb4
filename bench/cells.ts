import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { AccessSize } from '../emulator/access.ts'
import type { Limit } from '../emulator/identity-center.ts'
import { HOSTILE, writeHostile } from './hostile.ts'
import { measurePage, writeLargeSnapshot } from './review.ts'
import { measureAction, measureNaive, measureReference, startStore } from './runs.ts'
import type { Run, Store } from './runs.ts'
import { measureStartUp } from './start-up.ts'

/** One line of the table: what was measured, and whether the bounds of it hold. */
export interface Row {
  cell: string
  who: string
  figures: Record<string, string | number>
  bounds: Bound[]
  failure?: string
}

interface Bound {
  text: string
  holds: boolean
}

interface Bench {
  /** The directory of the bundle. */
  dist: string
  /** A directory for what the cells share. */
  place: string
  report: (row: Row) => void
}

interface Cell {
  name: string
  what: string
  /** Measured only when asked for, by its name or by --all. */
  onlyAll?: boolean
  measure(bench: Bench): Promise<void>
}

interface Size {
  users: number
  groups: number
  memberships: number
  access?: AccessSize
}

const SMALL: Size = { users: 2_500, groups: 300, memberships: 12_000 }
const LARGE: Size = { users: 100_000, groups: 10_000, memberships: 1_000_000 }
/** As many users and groups as AWS allows by its quotas. */
const LARGEST: Size = { users: 200_000, groups: 100_000, memberships: 2_000_000 }
const TENTH: Size = { users: 10_000, groups: 1_000, memberships: 100_000 }
/** Read by pairs, with about as many calls as SMALL takes itself. */
const PAIRS: Size = { ...SMALL, access: { accounts: 100, permissionSets: 20, assignments: 240 } }
/** Nearly every permission set is in nearly every account. */
const PRINCIPAL: Size = {
  users: 150,
  groups: 100,
  memberships: 900,
  access: { accounts: 100, permissionSets: 20, assignments: 400, provisioned: 8_000 },
}
const LARGE_ACCESS: Size = {
  ...LARGE,
  access: { accounts: 500, permissionSets: 200, assignments: 20_000 },
}
const LIMIT: Limit = { rate: 20, burst: 20 }

export const cells: Cell[] = [
  startUp(),
  limited('limit-30ms', SMALL, 30, LIMIT, 1.05, true),
  limited('limit-100ms', SMALL, 100, LIMIT, 1.05, true),
  limited('bucket-5', SMALL, 30, { rate: 20, burst: 5 }, 1.05, true),
  limited('left-3', SMALL, 30, { rate: 20, burst: 20, sharedBy: 17 }, 1.1, true),
  limited('by-user', { users: 300, groups: 1_500, memberships: 6_000 }, 30, LIMIT, 1.05, false),
  limited('limit-500ms', SMALL, 500, LIMIT, 1.05, true, true),
  limited('access-pairs-30ms', PAIRS, 30, LIMIT, 1.1, false),
  limited('access-pairs-100ms', PAIRS, 100, LIMIT, 1.1, false),
  limited('access-principal', PRINCIPAL, 30, LIMIT, 1.1, false),
  withoutAccess(),
  unlimited(),
  million(),
  largest(),
  comparison(),
  accessComparison(),
  review(),
  hostile(),
]

/** Under a limit of the service: the calls, and the time against the least time that the limit allows. */
function limited(
  name: string,
  size: Size,
  latency: number,
  limit: Limit,
  most: number,
  besideOthers: boolean,
  onlyAll = false,
): Cell {
  const rate = limit.rate - (limit.sharedBy ?? 0)
  return {
    name,
    what: `${sizeOf(size)}; ${String(latency)} ms, ${String(rate)} calls a second, a bucket of ${String(limit.burst)}`,
    onlyAll,
    async measure({ dist, place, report }) {
      const expected = join(place, name)
      const withStore = async (who: string, measure: (store: Store) => Promise<Run>, isOurs: boolean) => {
        const organization = { ...size, complete: true }
        const store = await startStore({
          organization,
          latency,
          limit,
          ...(size.access === undefined ? {} : { accessLimit: limit }),
          ...(isOurs ? { now: expected } : {}),
        })
        const run = await measure(store)
        store.close()
        const { identityStoreCalls, ssoAdminCalls, listPages } = store.ready
        const leastOf = (calls: number): number => (calls - limit.burst) / rate
        const least = Math.max(
          leastOf(identityStoreCalls),
          leastOf(ssoAdminCalls),
          (listPages * latency) / 1000,
        )
        const ratio = run.store.seconds / least
        const throttled = run.store.throttled / (sumOf(run.store.calls) || 1)
        const times = { ratio: ratio.toFixed(3), throttled: percent(throttled) }
        report({
          ...rowOf(name, who, run),
          figures: { ...figuresOf(run), 'least s': least.toFixed(2), ...times },
          bounds: isOurs
            ? [
                complete(run),
                exactCalls(run, store),
                bound(`ratio to the least time ${ratio.toFixed(3)} ≤ ${String(most)}`, ratio <= most),
                // Whoever shares the limit, or meets a smaller bucket, learns of it by throttles only.
                ...(limit.sharedBy === undefined && limit.burst >= limit.rate
                  ? [bound(`throttled ${percent(throttled)} < 1 %`, throttled < 0.01)]
                  : []),
              ]
            : [],
        })
      }
      const inputs = { access: size.access === undefined ? 'none' : 'accounts' }
      await withStore('action', (store) => measureAction(store, { dist, expected, inputs }), true)
      if (!besideOthers) return
      await withStore('naive', measureNaive, false)
      const raito = process.env['RAITO_BIN']
      const connector = process.env['REFERENCE_CONNECTOR']
      if (raito === undefined || connector === undefined) return
      await withStore('reference', (store) => measureReference(store, { raito, connector }), false)
    },
  }
}

function unlimited(): Cell {
  const size = { users: 20_000, groups: 2_000, memberships: 100_000 }
  return {
    name: 'unlimited',
    what: `${sizeOf(size)}; no limit`,
    async measure({ dist, place, report }) {
      const expected = join(place, 'unlimited')
      const store = await startStore({ organization: { ...size, complete: true }, latency: 0, now: expected })
      const run = await measureAction(store, { dist, expected, inputs: { 'requests-per-second': '1000' } })
      store.close()
      report({ ...rowOf('unlimited', 'action', run), bounds: [complete(run), exactCalls(run, store)] })
    },
  }
}

/** Memory and CPU time of a large organization, with a baseline; and that a tenth of it costs a tenth. */
function million(): Cell {
  return {
    name: 'million',
    what: `${sizeOf(LARGE)}, and a tenth of it; no limit, with a baseline`,
    async measure({ dist, place, report }) {
      const once = (who: string, size: Size) => measureWithBaseline(dist, join(place, who), size)
      const [tenth, tenthStore] = await once('tenth', TENTH)
      report({
        ...rowOf('million', 'a tenth', tenth),
        bounds: [complete(tenth), exactCalls(tenth, tenthStore)],
      })
      const [whole, wholeStore] = await once('whole', LARGE)
      const growth = (whole.cpuSeconds ?? NaN) / (tenth.cpuSeconds ?? NaN)
      report({
        ...rowOf('million', 'action', whole),
        bounds: [
          complete(whole),
          exactCalls(whole, wholeStore),
          memoryAtMost(whole, 320),
          cpuAtMost(whole, 20),
          bound(`${growth.toFixed(1)} times the CPU time of a tenth ≤ 11`, growth <= 11),
        ],
      })
    },
  }
}

/** The quotas of AWS: 100,000 calls and more, so it takes minutes. */
function largest(): Cell {
  return {
    name: 'largest',
    what: `${sizeOf(LARGEST)}; no limit, with a baseline`,
    onlyAll: true,
    async measure({ dist, place, report }) {
      const [run, store] = await measureWithBaseline(dist, join(place, 'largest'), LARGEST)
      const bounds = [complete(run), exactCalls(run, store), memoryAtMost(run, 700)]
      report({ ...rowOf('largest', 'action', run), bounds })
    },
  }
}

async function measureWithBaseline(dist: string, place: string, size: Size): Promise<[Run, Store]> {
  const before = join(place, 'before')
  const now = join(place, 'now')
  const store = await startStore({ organization: { ...size, complete: true }, latency: 0, before, now })
  const inputs = { 'requests-per-second': '1000', baseline: before }
  const run = await measureAction(store, { dist, expected: now, inputs })
  store.close()
  return [run, store]
}

/** Two snapshots of a large organization, without AWS. */
function comparison(): Cell {
  return {
    name: 'comparison',
    what: `snapshots of ${sizeOf(LARGE)}; small difference, and wholly different`,
    async measure({ dist, place, report }) {
      const organization = { ...LARGE, complete: true, identityStoreId: 'd-1234567890' }
      const [before, now, other] = ['before', 'now', 'other'].map((name) => join(place, 'comparison', name))
      const write = async (seed: number, directories: { before?: string; now?: string }): Promise<void> => {
        const store = await startStore({
          organization: { ...organization, seed },
          latency: 0,
          ...directories,
        })
        store.close()
      }
      await write(1, { before: before ?? '', now: now ?? '' })
      await write(2, { now: other ?? '' })
      for (const [who, baseline, mostSeconds, mostCpu, mostMiB] of [
        ['small difference', before, 4, 2, 150],
        ['wholly different', other, 8, 4, 200],
      ] as const) {
        const measure = (): Promise<Run> =>
          measureAction(undefined, { dist, inputs: { source: now ?? '', baseline: baseline ?? '' } })
        // Wall time is the bound, so a busy machine gets three chances, and the fastest run counts.
        let run = await measure()
        for (let again = 0; again < 2 && run.wallSeconds > mostSeconds; again++) {
          const other = await measure()
          if (other.wallSeconds < run.wallSeconds) run = other
        }
        report({
          ...rowOf('comparison', who, run),
          bounds: [
            complete(run),
            bound(`${seconds(run.wallSeconds)} ≤ ${String(mostSeconds)} s`, run.wallSeconds <= mostSeconds),
            cpuAtMost(run, mostCpu),
            memoryAtMost(run, mostMiB),
          ],
        })
      }
    },
  }
}

/** What access adds to the comparison of the largest organization, in runs that take turns. */
function accessComparison(): Cell {
  return {
    name: 'access-comparison',
    what: `snapshots of ${sizeOf(LARGE_ACCESS)}; small difference, with access and without`,
    async measure({ dist, place, report }) {
      const measured = new Map<string, Run[]>()
      const sides = new Map<string, { before: string; now: string }>()
      for (const [who, { access, ...size }] of [
        ['without access', LARGE],
        ['with access', LARGE_ACCESS],
      ] as const) {
        const [before, now] = ['before', 'now'].map((name) => join(place, who, name)) as [string, string]
        const organization = { ...size, complete: true, ...(access === undefined ? {} : { access }) }
        const store = await startStore({ organization, latency: 0, before, now })
        store.close()
        sides.set(who, { before, now })
      }
      for (let round = 0; round < 3; round++)
        for (const [who, { before, now }] of sides) {
          const run = await measureAction(undefined, { dist, inputs: { source: now, baseline: before } })
          measured.set(who, [...(measured.get(who) ?? []), run])
        }
      const [without, withAccess] = [...measured.values()].map((runs) => medianOf(runs)) as [Run, Run]
      report({ ...rowOf('access-comparison', 'without access', without), bounds: [complete(without)] })
      const cpu = (withAccess.cpuSeconds ?? NaN) - (without.cpuSeconds ?? NaN)
      const memory = (withAccess.peakMiB ?? NaN) - (without.peakMiB ?? NaN)
      report({
        ...rowOf('access-comparison', 'with access', withAccess),
        bounds: [
          complete(withAccess),
          bound(`${seconds(cpu)} more own CPU time ≤ 3 s`, cpu <= 3),
          bound(`${memory.toFixed(0)} MiB more peak memory ≤ 96 MiB`, memory <= 96),
        ],
      })
    },
  }
}

/** Snapshots that are right in shape and as large as can be: read, or refused, without harm. */
function hostile(): Cell {
  return {
    name: 'hostile',
    what: 'hostile snapshots, compared with themselves, with nothing, and as the baseline of one user',
    async measure({ dist, place, report }) {
      const directory = join(place, 'hostile')
      const nothing = join(place, 'nothing')
      const one = join(place, 'one')
      writeHostile(nothing, { users: 0, groups: 0 })
      writeHostile(one, { users: 1, groups: 0 })
      for (const [name, snapshot] of Object.entries(HOSTILE)) {
        writeHostile(directory, snapshot)
        for (const [how, source, baseline] of [
          ['with itself', directory, directory],
          ['with nothing', directory, nothing],
          ['as the baseline', one, directory],
        ] as const) {
          // A source needs a manifest.
          if (snapshot.withoutManifest === true && source === directory) continue
          const { failure, ...run } = await measureAction(undefined, { dist, inputs: { source, baseline } })
          const isTold = failure === undefined || failure.includes('Restore the snapshot')
          report({
            ...rowOf('hostile', `${name}, ${how}`, run),
            bounds: [
              bound(failure === undefined ? 'taken' : `refused: ${failure}`, isTold),
              memoryAtMost(run, 512),
              cpuAtMost(run, 15),
            ],
          })
        }
        rmSync(directory, { recursive: true })
      }
    },
  }
}

/** With access: none nothing may cost more than in an earlier bundle; measured where EARLIER_DIST names one. */
function withoutAccess(): Cell {
  return {
    name: 'access-none',
    what: `${sizeOf(TENTH)}; no limit, access: none, beside the bundle that EARLIER_DIST names`,
    async measure({ dist, place, report }) {
      const earlier = process.env['EARLIER_DIST']
      if (earlier === undefined) return
      const expected = join(place, 'access-none')
      const bundles = { earlier, action: dist }
      const runs: Record<keyof typeof bundles, Run[]> = { earlier: [], action: [] }
      const started: Record<keyof typeof bundles, number[]> = { earlier: [], action: [] }
      for (let round = 0; round < 5; round++)
        for (const who of ['earlier', 'action'] as const) {
          const organization = { ...TENTH, complete: true }
          const store = await startStore({ organization, latency: 0, now: expected })
          const inputs = { 'requests-per-second': '1000' }
          runs[who].push(await measureAction(store, { dist: bundles[who], expected, inputs }))
          store.close()
          started[who].push((await measureStartUp(bundles[who], 5)).action)
        }
      const [before, now] = [medianOf(runs.earlier), medianOf(runs.action)]
      const [startBefore, startNow] = [started.earlier, started.action].map(
        (all) => all.toSorted((a, b) => a - b)[2] ?? NaN,
      ) as [number, number]
      const atMost = (what: string, one: number, other: number, most: number): Bound =>
        bound(
          `${what}: ${(one / other).toFixed(2)} times that of the earlier bundle ≤ ${String(most)}`,
          one <= most * other,
        )
      report({ ...rowOf('access-none', 'earlier', before), bounds: [complete(before)] })
      report({
        ...rowOf('access-none', 'action', now),
        bounds: [
          complete(now),
          bound('the same calls', isDeepStrictEqual(now.store.calls, before.store.calls)),
          atMost('start-up', startNow, startBefore, 1.1),
          atMost('own CPU time', now.cpuSeconds ?? NaN, before.cpuSeconds ?? NaN, 1.1),
          atMost('peak memory', now.peakMiB ?? NaN, before.peakMiB ?? NaN, 1.1),
        ],
      })
    },
  }
}

/** The run of the middle CPU time, with the middle of the memories. */
function medianOf(runs: readonly Run[]): Run {
  const failed = runs.find(({ failure }) => failure !== undefined)
  const middle = (numbers: (number | undefined)[]): number | undefined =>
    numbers.toSorted((a = 0, b = 0) => a - b)[Math.floor(numbers.length / 2)]
  const cpuSeconds = middle(runs.map((run) => run.cpuSeconds))
  const peakMiB = middle(runs.map((run) => run.peakMiB))
  const run = failed ?? runs.find((one) => one.cpuSeconds === cpuSeconds)
  if (run === undefined) throw new Error('Nothing was measured.')
  return { ...run, ...(peakMiB === undefined ? {} : { peakMiB }) }
}

/** Everybody of a stored snapshot, as files and in a browser. */
function review(): Cell {
  return {
    name: 'review',
    what: 'an access review of 100,000 people and 300,000 lines, beside the same run without; the page in Chromium',
    async measure({ dist, place, report }) {
      const source = join(place, 'review')
      mkdirSync(source, { recursive: true })
      await writeLargeSnapshot(source)
      const once = (inputs: Record<string, string>, keep?: (outputs: Record<string, string>) => void) =>
        measureAction(undefined, {
          dist,
          inputs: { source, ...inputs },
          ...(keep === undefined ? {} : { keep }),
        })
      const without = await once({})
      report({ ...rowOf('review', 'without', without), bounds: [complete(without)] })
      const page = join(place, 'access-review.html')
      const reviewed = await once({ 'access-review': 'true' }, (outputs) => {
        copyFileSync(outputs['access-review-file'] ?? '', page)
      })
      const cpu = (reviewed.cpuSeconds ?? NaN) - (without.cpuSeconds ?? NaN)
      const memory = (reviewed.peakMiB ?? NaN) - (without.peakMiB ?? NaN)
      report({
        ...rowOf('review', 'files', reviewed),
        bounds: [
          complete(reviewed),
          bound(`${seconds(cpu)} more own CPU time ≤ 6 s`, cpu <= 6),
          bound(`${memory.toFixed(0)} MiB more ≤ 256 MiB`, memory <= 256),
        ],
      })
      const { open, filter } = await measurePage(page)
      report({
        cell: 'review',
        who: 'page',
        figures: { 'wall s': thousandths(open) },
        bounds: [
          bound(`opens in ${thousandths(open)} s ≤ 3 s`, open <= 3_000),
          bound(`filters in ${thousandths(filter)} s ≤ 0.3 s`, filter <= 300),
        ],
      })
    },
  }
}

function startUp(): Cell {
  return {
    name: 'start-up',
    what: 'from the start of the process to the first AWS call; medians',
    async measure({ dist, report }) {
      const { bare, floor, action } = await measureStartUp(dist, 15)
      const most = Math.max(300, 5.5 * bare)
      report({ cell: 'start-up', who: 'node -e 0', figures: { 'wall s': thousandths(bare) }, bounds: [] })
      report({ cell: 'start-up', who: 'floor', figures: { 'wall s': thousandths(floor) }, bounds: [] })
      report({
        cell: 'start-up',
        who: 'action',
        figures: { 'wall s': thousandths(action) },
        bounds: [
          bound(
            `${action.toFixed(0)} ms ≤ ${most.toFixed(0)} ms (0.30 s, or 5.5 × bare node)`,
            action <= most,
          ),
          bound(`${(action - floor).toFixed(0)} ms more than the floor ≤ 60 ms`, action - floor <= 60),
        ],
      })
    },
  }
}

function rowOf(cell: string, who: string, run: Run): Row {
  const { failure } = run
  return { cell, who, figures: figuresOf(run), bounds: [], ...(failure === undefined ? {} : { failure }) }
}

function figuresOf({ cpuSeconds, peakMiB, wallSeconds, store }: Run): Row['figures'] {
  return {
    'wall s': wallSeconds.toFixed(2),
    ...(cpuSeconds === undefined ? {} : { 'CPU s': cpuSeconds.toFixed(1) }),
    ...(peakMiB === undefined ? {} : { 'peak MiB': Math.round(peakMiB) }),
    ...(sumOf(store.calls) === 0
      ? {}
      : {
          calls: sumOf(store.calls),
          'read s': store.seconds.toFixed(2),
          'emulator CPU s': store.cpuSeconds.toFixed(1),
        }),
  }
}

function complete({ failure }: Run): Bound {
  return bound(failure ?? 'complete, byte for byte', failure === undefined)
}

/** One of STS, one of ListInstances, those that nobody can do without, and the throttled ones. */
function exactCalls({ store: { calls, throttled } }: Run, { ready }: Store): Bound {
  const expected = 2 + ready.identityStoreCalls + ready.ssoAdminCalls + ready.organizationsCalls
  const made = sumOf(calls) - throttled
  return bound(
    `calls ${String(made)} = ${String(expected)}, and ${String(throttled)} throttled`,
    made === expected,
  )
}

function cpuAtMost({ cpuSeconds = NaN }: Run, most: number): Bound {
  return bound(`own CPU time ${seconds(cpuSeconds)} ≤ ${String(most)} s`, cpuSeconds <= most)
}

function memoryAtMost({ peakMiB = NaN }: Run, most: number): Bound {
  return bound(`peak memory ${peakMiB.toFixed(0)} MiB ≤ ${String(most)} MiB`, peakMiB <= most)
}

function bound(text: string, holds: boolean): Bound {
  return { text, holds }
}

function sumOf(calls: Record<string, number>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0)
}

function sizeOf({ users, groups, memberships, access }: Size): string {
  const grouped = (count: number): string => count.toLocaleString('en-US')
  const around = `${grouped(users)} users × ${grouped(groups)} groups, ${grouped(memberships)} memberships`
  if (access === undefined) return around
  return `${around}; ${grouped(access.accounts)} accounts, ${grouped(access.permissionSets)} sets, ${grouped(access.assignments)} assignments`
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}

function seconds(value = NaN): string {
  return `${value.toFixed(1)} s`
}

function thousandths(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
