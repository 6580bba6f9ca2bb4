import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { fromRoot } from '../emulator/runner.ts'
import { MissingPeer } from './peer.ts'

/** Packages of npm, without their install scripts; gives the folder whose node_modules holds them. `finish` may throw parts of them away. */
export function installFromNpm(
  name: string,
  packages: readonly string[],
  finish: (folder: string) => void = () => undefined,
): Promise<string> {
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  return installOnce(name, async (folder) => {
    await command('npm', ['install', '--prefix', folder, ...options, '--loglevel=error', ...packages])
    finish(folder)
  })
}

/** Packages of PyPI; gives the folder for PYTHONPATH. */
export async function installFromPyPI(name: string, packages: readonly string[]): Promise<string> {
  const ask = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']
  // what is compiled fits one version of Python only
  const version = await command('python3', ask).catch((error: unknown) => {
    throw new MissingPeer(reasonOf(error))
  })
  return installOnce(`${name}-python${version.trim()}`, (folder) =>
    command('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, ...packages]),
  )
}

/** The program of a Go module; gives the folder that holds it. */
export function installFromGo(name: string, module: string): Promise<string> {
  // Go makes the files of its module cache read-only otherwise, and nobody could delete them
  return installOnce(name, (folder) =>
    command('go', ['install', module], { GOBIN: folder, GOFLAGS: '-modcacherw' }),
  )
}

/** Runs a program to its end, and throws with what it printed where it fails. */
export async function command(
  program: string,
  parameters: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, parameters, {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

/** Kept in .cache/conformance from run to run. Installed beside, then renamed: nobody finds half of it. */
async function installOnce(name: string, install: (folder: string) => Promise<unknown>): Promise<string> {
  const cache = fromRoot('.cache/conformance')
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(`${folder}-`)
  try {
    await install(fresh)
    renameSync(fresh, folder)
  } catch (error) {
    if (existsSync(folder)) return folder
    throw new MissingPeer(`${basename(folder)} could not be installed: ${reasonOf(error)}`)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return folder
}

function reasonOf(error: unknown): string {
  // What execFile throws carries the output of the program, or the code of the system where there is no such program.
  const { code, path, stderr } = error as { code?: unknown; path?: string; stderr?: string }
  if (code === 'ENOENT') return `there is no ${path ?? 'program'} here`
  return (stderr ?? '').trim().split('\n').slice(-3).join(' ') || String(error)
}
