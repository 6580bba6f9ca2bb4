import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { UserError, messageOf } from '../errors.ts'
import type { Git } from './baseline.ts'
import type { TreeEntry } from './client.ts'

const run = promisify(execFile)

type Environment = Record<string, string | undefined>

/**
 * HEAD's files by the `git` of the machine, as child processes without a shell, in the given environment. Outside of a
 * repository, and in one without commits, nothing is tracked.
 */
export function createGit(env: Environment): Git {
  return {
    async list(directory) {
      const root = repositoryOf(directory)
      if (root === undefined) return undefined
      const commit = await headOf(root, env)
      if (commit === undefined) return undefined
      const path = relative(root, directory).split(sep).join('/')
      const paths = path === '' ? [] : ['--', `${path}/`]
      const { stdout } = await ask(root, ['ls-tree', '-z', commit, ...paths], env)
      const prefix = path === '' ? '' : `${path}/`
      const entries = stdout
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => entryOf(line, prefix))
      return entries.length === 0 ? undefined : { commit, entries }
    },
    blob(directory, sha) {
      return blobOf(repositoryOf(directory) ?? directory, sha, env)
    },
  }
}

/** The nearest directory upwards that holds `.git`; the directory itself may not exist in the working tree. */
function repositoryOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (at === dirname(at)) return undefined
  }
}

/** The commit of HEAD; undefined in a repository without commits. */
async function headOf(root: string, env: Environment): Promise<string | undefined> {
  try {
    const { stdout } = await ask(
      root,
      ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'],
      env,
    )
    return stdout.trim()
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown
    return undefined
  }
}

async function ask(root: string, args: string[], env: Environment): Promise<{ stdout: string }> {
  try {
    return await run('git', ['-C', root, ...args], { env, maxBuffer: 64 * 1024 * 1024 })
  } catch (thrown) {
    // `rev-parse --quiet` says with exit code 1 and silence that there is no such commit: for headOf to judge.
    const failed = thrown as { code?: unknown; stderr?: unknown }
    if (failed.code === 1 && failed.stderr === '') throw thrown
    throw gitError(root, failed.code, typeof failed.stderr === 'string' ? failed.stderr : '', thrown)
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
  let isRead = false
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
    isRead = true
  } finally {
    if (!isRead) child.kill()
  }
  const { code, cause } = await ended
  if (code !== 0) throw gitError(root, code, said, cause)
}

function gitError(root: string, code: unknown, stderr: string, cause: unknown): UserError {
  const what = 'The snapshot of HEAD, with which this run is to be compared, could not be read'
  if (code === 'ENOENT') {
    return new UserError(
      'precondition',
      `${what}: git is not installed. Install it, or set baseline to artifact, a path or none.`,
      { cause },
    )
  }
  // In every language git's advice names the setting.
  if (stderr.includes('safe.directory')) {
    const advice = `Run "git config --global --add safe.directory ${root}" in an earlier step.`
    return new UserError(
      'precondition',
      `${what}: git does not trust ${root}, which belongs to another user. ${advice}`,
      { cause },
    )
  }
  const [line = ''] = stderr.trim().split('\n')
  const detail = line === '' ? messageOf(cause ?? `exit code ${String(code)}`) : line
  return new UserError('precondition', `${what}: git failed in ${root} (${detail}).`, { cause })
}

/** `<mode> SP <type> SP <sha> TAB <path>`, as git-ls-tree documents it. */
function entryOf(line: string, prefix: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , sha = ''] = line.slice(0, tab).split(' ')
  return { mode, sha, path: line.slice(tab + 1 + prefix.length) }
}
