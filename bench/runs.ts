import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ACCOUNT } from '../emulator/organization.ts'
import { startRaitoCloud } from '../emulator/raito-cloud.ts'
import { fromRoot, runAction, runProgram } from '../emulator/runner.ts'
import type { StoreReady, StoreReport, StoreRequest } from './store.ts'

/** What a run cost and did, as the operating system and the emulator saw it. */
export interface Run {
  /** Why it did not end well, or its result is not the organization. */
  failure?: string
  /** Own CPU seconds, and the most memory it held at once; the reference connector's are not measured. */
  cpuSeconds?: number
  peakMiB?: number
  /** From start to end of the process. */
  wallSeconds: number
  store: StoreReport
}

export interface Store {
  ready: StoreReady
  report(): Promise<StoreReport>
  close(): void
}

const MEASURED = ['--import', fromRoot('bench/usage.mjs')]

/** Starts the emulator in a process of its own. */
export async function startStore(request: StoreRequest): Promise<Store> {
  for (const directory of [request.before, request.now])
    if (directory !== undefined) mkdirSync(directory, { recursive: true })
  const child = fork(fromRoot('bench/store.ts'), [JSON.stringify(request)], {
    // A million memberships, and their snapshot, at once.
    execArgv: ['--max-old-space-size=4096'],
  })
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => {
        // Both ends are ours.
        resolve(message as T)
      })
      child.once('exit', (code) => {
        reject(new Error(`The emulator ended with ${String(code)}.`))
      })
    })
  const ready = await answer<StoreReady>()
  return {
    ready,
    report: () => {
      const report = answer<StoreReport>()
      child.send('report')
      return report
    },
    close: () => child.disconnect(),
  }
}

export interface ActionOptions {
  /** The directory of the bundle. */
  dist: string
  inputs?: Record<string, string>
  /** The directory whose files the result must be, byte for byte. */
  expected?: string
  /** Gets the outputs before the files of the run are deleted. */
  keep?: (outputs: Record<string, string>) => void
}

/** The action as a runner starts it. Without a store the source is a directory. */
export async function measureAction(store: Store | undefined, options: ActionOptions): Promise<Run> {
  const place = mkdtempSync(join(tmpdir(), 'bench-'))
  const usage = join(place, 'usage.json')
  const inputs = { 'aws-account-id': ACCOUNT, baseline: 'none', comment: 'never', 'upload-artifact': 'false' }
  try {
    const result = await runAction({
      dist: join(options.dist, 'index.js'),
      inputs: { ...inputs, ...options.inputs },
      env: { ...store?.ready.environment, BENCH_USAGE: usage },
      nodeOptions: MEASURED,
      workspace: join(place, 'workspace'),
      temp: join(place, 'temp'),
    })
    const { directory = '' } = result.outputs
    options.keep?.(result.outputs)
    const failure =
      result.code !== 0
        ? (result.errors[0] ?? result.stderr)
        : options.expected !== undefined && digestOf(directory) !== digestOf(options.expected)
          ? 'the files are not those of the organization'
          : undefined
    return await run(failure, result.milliseconds, store, usage)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** The naive reader beside it (naive.ts). */
export async function measureNaive(store: Store): Promise<Run> {
  const place = mkdtempSync(join(tmpdir(), 'bench-'))
  const usage = join(place, 'usage.json')
  try {
    const result = await runProgram({
      command: process.execPath,
      arguments: [...MEASURED, fromRoot('bench/naive.ts')],
      env: { ...store.ready.environment, BENCH_USAGE: usage },
      cwd: place,
    })
    const isWhole = result.stdout.includes(`memberships: ${String(store.ready.memberships)}\n`)
    const error = /^\w+(?:Exception|Error)\b.*$/m.exec(result.stderr)?.[0]
    const failure = result.code !== 0 ? (error ?? 'failed') : isWhole ? undefined : 'memberships are missing'
    return await run(failure, result.milliseconds, store, usage)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** The Go connector that ours replaces, driven by the Raito CLI against a loopback Raito Cloud. */
export async function measureReference(
  store: Store,
  { raito, connector }: { raito: string; connector: string },
): Promise<Run> {
  const place = mkdtempSync(join(tmpdir(), 'bench-'))
  const name = 'raito-io/cli-plugin-aws-organization'
  const plugin = join(place, 'raito/plugins', `${name}-0.0.2`)
  mkdirSync(dirname(plugin), { recursive: true })
  symlinkSync(connector, plugin)
  const target = [
    'targets:',
    '  - name: aws',
    '    identity-store-id: store',
    `    connector-name: ${name}`,
    '    connector-version: 0.0.2',
    `    aws-account-id: "${ACCOUNT}"`,
    '    aws-region: eu-west-1',
  ]
  writeFileSync(join(place, 'raito.yml'), `${target.join('\n')}\n`)
  const cloud = await startRaitoCloud()
  try {
    const result = await runProgram({
      command: raito,
      arguments: [
        'run',
        ...['--raito-url-override', cloud.url, '--skip-authentication', '--disable-log-forwarding'],
        ...['--log-output', '--only-targets', 'aws'],
      ],
      env: {
        ...store.ready.environment,
        HOME: place,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '127.0.0.1',
      },
      cwd: place,
    })
    const output = result.stdout + result.stderr
    const memberships = cloud.imported?.users.toString().match(/[0-9a-f]{10}-[0-9a-f-]{36}/g)?.length ?? 0
    const failure =
      cloud.imported === undefined || result.code !== 0
        ? (/\w+Exception[^"\n]{0,80}/.exec(output)?.[0] ?? `raito run ended with ${String(result.code)}`)
        : memberships < store.ready.memberships
          ? 'memberships are missing'
          : undefined
    return await run(failure, result.milliseconds, store, '')
  } finally {
    await cloud.close()
    rmSync(place, { recursive: true, force: true })
  }
}

async function run(
  failure: string | undefined,
  milliseconds: number,
  store: Store | undefined,
  usage: string,
): Promise<Run> {
  const nothing: StoreReport = { calls: {}, throttled: 0, seconds: 0, cpuSeconds: 0, complaints: [] }
  const report = (await store?.report()) ?? nothing
  const cost = existsSync(usage)
    ? // Written by usage.mjs.
      (JSON.parse(readFileSync(usage, 'utf8')) as { cpuSeconds: number; peakMiB: number })
    : {}
  const wrong = failure ?? report.complaints[0]
  return {
    ...(wrong === undefined ? {} : { failure: wrong }),
    ...cost,
    wallSeconds: milliseconds / 1000,
    store: report,
  }
}

function digestOf(directory: string): string {
  const hash = createHash('sha256')
  for (const name of ['users.json', 'groups.json', 'access.json']) {
    const path = join(directory, name)
    if (name !== 'access.json' || existsSync(path)) hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}
