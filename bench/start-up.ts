import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { close, listen } from '../emulator/loopback.ts'
import { fromRoot, runAction } from '../emulator/runner.ts'

/** Milliseconds, medians of runs that took turns. */
export interface StartUp {
  /** `node -e 0`, from start to end. */
  bare: number
  /** From the start of the process to the first AWS call: floor.mjs, and the action. */
  floor: number
  action: number
}

/** @param dist the directory of the bundle */
export async function measureStartUp(dist: string, rounds: number): Promise<StartUp> {
  const floorBundle = bundleFloor()
  let onCall = (): void => undefined
  const server = createServer(() => {
    onCall()
  })
  const env = {
    AWS_ENDPOINT_URL: await listen(server),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEMULATOR',
    AWS_SECRET_ACCESS_KEY: 'emulator-secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const firstCall = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('No call came within ten seconds.'))
      }, 10_000)
      onCall = () => {
        clearTimeout(timer)
        resolve(performance.now())
      }
    })
  const bare: number[] = []
  const floor: number[] = []
  const action: number[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await lifeOf(process.execPath, ['-e', '0']))

    const floorCall = firstCall()
    const startedAt = performance.now()
    const child = spawn(process.execPath, [floorBundle], {
      env: { PATH: process.env.PATH, ...env, 'INPUT_AWS-ACCOUNT-ID': '111122223333' },
      stdio: 'ignore',
    })
    floor.push((await floorCall) - startedAt)
    child.kill('SIGKILL')

    const call = firstCall()
    let started = 0
    const run = runAction({
      dist: join(dist, 'index.js'),
      inputs: { 'aws-account-id': '111122223333', comment: 'never' },
      env,
      signalAfter: { after: call, signal: 'SIGKILL' },
      onStart: () => {
        started = performance.now()
      },
    })
    action.push((await call) - started)
    await run
  }
  await close(server)
  return { bare: median(bare), floor: median(floor), action: median(action) }
}

function lifeOf(command: string, parameters: string[]): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(command, parameters, { stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve(performance.now() - startedAt)
    })
  })
}

/** Bundled once for each version of the lock file's packages; returns the path of the bundle. */
function bundleFloor(): string {
  const out = fromRoot('.cache/bench-floor')
  const bundle = join(out, 'index.mjs')
  if (existsSync(bundle)) return bundle
  mkdirSync(out, { recursive: true })
  const ncc = fileURLToPath(import.meta.resolve('@vercel/ncc/dist/ncc/cli.js'))
  execFileSync(process.execPath, [ncc, 'build', fromRoot('bench/floor.mjs'), '--out', out, '--quiet'])
  return bundle
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}
