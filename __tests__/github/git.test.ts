import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readHead } from '../../src/github/git.ts'
import { textOf } from './archive.ts'

let root: string
/** Without the settings of the machine: those of GitHub's runners trust every directory. */
const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull }
const list = (directory: string) => readHead(directory, env)

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'git-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function run(...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', ['-C', root, ...who, ...args], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function commitSnapshot(): string {
  run('init', '--quiet')
  mkdirSync(join(root, 'a store', 'deep'), { recursive: true })
  writeFileSync(join(root, 'a store', 'users.json'), '[1]\r\n')
  writeFileSync(join(root, 'a store', 'deep', 'x'), 'x')
  symlinkSync('users.json', join(root, 'a store', 'groups.json'))
  run('add', '.')
  run('commit', '--quiet', '-m', 'x')
  return run('rev-parse', 'HEAD').trim()
}

describe('git', () => {
  it('lists what HEAD has in a directory, whatever the working tree has', async () => {
    const commit = commitSnapshot()
    rmSync(join(root, 'a store'), { recursive: true })
    const tracked = await list(join(root, 'a store'))
    expect(tracked?.commit).toBe(commit)
    expect(tracked?.entries.map(({ mode, path }) => `${mode} ${path}`)).toEqual([
      '040000 deep',
      '120000 groups.json',
      '100644 users.json',
    ])
  })

  it('gives the bytes of the commit, not of the working tree', async () => {
    commitSnapshot()
    writeFileSync(join(root, 'a store', 'users.json'), '[2]')
    const directory = join(root, 'a store')
    const tracked = await list(directory)
    const users = tracked?.entries.find((entry) => entry.path === 'users.json')
    expect(await textOf(await tracked?.blob(users?.sha ?? ''))).toBe('[1]\r\n')
  })

  it('ends a git whose blob nobody reads to its end', async () => {
    run('init', '--quiet')
    writeFileSync(join(root, 'users.json'), Buffer.alloc(10_000_000))
    run('add', '.')
    run('commit', '--quiet', '-m', 'x')
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    writeFileSync(join(root, 'git'), `#!/bin/sh\necho $$ > '${root}/pid'\nexec '${git}' "$@"\n`, {
      mode: 0o755,
    })
    const tracked = await readHead(root, { ...env, PATH: `${root}:${process.env['PATH'] ?? ''}` })
    for await (const _ of (await tracked?.blob(tracked.entries[0]?.sha ?? '')) ?? []) break
    const pid = Number(readFileSync(join(root, 'pid'), 'utf8'))
    while (isRunning(pid)) await setImmediate()
    expect(isRunning(pid)).toBe(false)
  })

  it('lists the root of a repository', async () => {
    commitSnapshot()
    expect((await list(root))?.entries.map((entry) => entry.path)).toEqual(['a store'])
  })

  it('tracks nothing outside of a repository, in one without commits, and where HEAD has no such directory', async () => {
    expect(await list(join(root, 'store'))).toBeUndefined()
    run('init', '--quiet')
    expect(await list(join(root, 'store'))).toBeUndefined()
    commitSnapshot()
    expect(await list(join(root, 'store'))).toBeUndefined()
    expect(await list(join(root, '*'))).toBeUndefined()
  })

  it('needs no git outside of a repository, and asks for it inside of one', async () => {
    const nowhere = join(root, 'nothing')
    expect(await readHead(root, { PATH: nowhere })).toBeUndefined()
    commitSnapshot()
    await expect(readHead(root, { PATH: nowhere })).rejects.toThrow('git is not installed')
    const changing: Record<string, string | undefined> = { ...env }
    const tracked = await readHead(root, changing)
    changing['PATH'] = nowhere
    await expect(textOf(await tracked?.blob('x'))).rejects.toThrow('git is not installed')
  })

  it('says what to do where git does not trust the directory', async () => {
    commitSnapshot()
    const wary = readHead(root, { ...env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })
    await expect(wary).rejects.toThrow(`git config --global --add safe.directory ${root}`)
  })

  it('fails for a damaged repository, and for a blob that is not there', async () => {
    commitSnapshot()
    const tracked = await list(root)
    await expect(textOf(await tracked?.blob('f'.repeat(40)))).rejects.toThrow('git failed')
    rmSync(join(root, '.git', 'objects'), { recursive: true })
    await expect(list(root)).rejects.toThrow('git failed')
  })
})
