import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { UserError, messageOf } from '../errors.ts'
import type { Environment } from '../settings.ts'
import type { TreeEntry } from './client.ts'

const run = promisify(execFile)

/** The files of a directory at a commit. */
export interface CommittedDirectory {
  commit: string
  entries: readonly TreeEntry[]
  /** The bytes of one of them. */
  blob: (sha: string) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
}

/**
 * A directory (absolute) at HEAD by the `git` of the machine, as child processes without a shell, in the given
 * environment; undefined where git tracks nothing there, outside of a repository, and in one without commits.
 */
export async function readHead(directory: string, env: Environment): Promise<CommittedDirectory | undefined> {
  const root = repositoryOf(directory)
  if (root === undefined) return undefined
  const head = await ask(root, env, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
  if (head === undefined) return undefined
  const commit = head.trim()
  const path = relative(root, directory).split(sep).join('/')
  const listed = await ask(root, env, 'ls-tree', '-z', commit, ...(path === '' ? [] : ['--', `${path}/`]))
  const entries = (listed ?? '')
    .split('\0')
    .filter((line) => line !== '')
    .map(entryOf)
  return entries.length === 0 ? undefined : { commit, entries, blob: (sha) => blobOf(root, sha, env) }
}

/** The nearest directory upwards that holds `.git`; the directory itself may not exist in the working tree. */
function repositoryOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (at === dirname(at)) return undefined
  }
}

/** What git prints; undefined where it says with exit code 1 and silence that there is no such commit. */
async function ask(root: string, env: Environment, ...args: string[]): Promise<string | undefined> {
  try {
    return (await run('git', ['-C', root, ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch (thrown) {
    // What execFile throws has these two.
    const { code, stderr = '' } = thrown as { code?: unknown; stderr?: string }
    if (code === 1 && stderr === '') return undefined
    throw gitError(root, code, stderr, thrown)
  }
}

async function* blobOf(root: string, sha: string, env: Environment): AsyncIterable<Uint8Array> {
  const child = spawn('git', ['-C', root, 'cat-file', 'blob', sha], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4096)
  })
  const ended = new Promise<{ code: unknown; cause?: unknown }>((done) => {
    child.on('error', (cause) => done({ code: 'code' in cause ? cause.code : undefined, cause }))
    child.on('close', (code) => done({ code }))
  })
  // Whoever reads no further closes the pipe, which ends git.
  yield* child.stdout as AsyncIterable<Uint8Array>
  const { code, cause } = await ended
  if (code !== 0) throw gitError(root, code, said, cause)
}

function gitError(root: string, code: unknown, stderr: string, cause: unknown): UserError {
  const fail = (why: string) =>
    new UserError('precondition', `The baseline from HEAD could not be read: ${why}`, { cause })
  if (code === 'ENOENT')
    return fail('git is not installed. Install it, or set baseline to artifact, a path or none.')
  // In every language git's advice names the setting.
  if (stderr.includes('safe.directory'))
    return fail(
      `git does not trust ${root}, which belongs to another user. Run "git config --global --add safe.directory ${root}" in an earlier step.`,
    )
  const [line = ''] = stderr.trim().split('\n')
  return fail(`git failed in ${root} (${line || messageOf(cause ?? `exit code ${String(code)}`)}).`)
}

/** `<mode> SP <type> SP <sha> TAB <path>`, as git-ls-tree documents it; of the path its last part. */
function entryOf(line: string): TreeEntry {
  const [mode = '', , sha = ''] = line.split(/[ \t]/, 3)
  const path = line.slice(line.indexOf('\t') + 1)
  return { mode, sha, path: path.slice(path.lastIndexOf('/') + 1) }
}
