import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { ACCOUNT } from '../../emulator/organization.ts'
import { findConnector, runHost, startConnector } from '../../emulator/raito-host.ts'
import type { Connector, RunOptions, RunResult } from '../../emulator/raito-host.ts'
import { preload } from '../../emulator/runner.ts'
import { node24 } from '../../scripts/node24.mjs'
import { NOBODY } from '../../src/snapshot/memberships.ts'
import { VERSION } from '../../src/version.ts'
import { BUNDLE, freshPlace, identitiesOf, installIn, NAMES, snapshotIn } from './place.ts'
import type { Place } from './place.ts'

const INVALID_ARGUMENT = 3
const FAILED_PRECONDITION = 9
const UNIMPLEMENTED = 12

const parameters = { 'aws-account-id': ACCOUNT, source: './store' }

let place: Place
/** What `source` of these parameters names. */
let store: string

beforeEach(async () => {
  place = freshPlace()
  store = join(place.workingDirectory, 'store')
  await installIn(place, 'own')
})

describe('a raito run with a snapshot directory', () => {
  it('uploads the files of the snapshot byte for byte and ends the connector without a kill', async () => {
    await snapshotIn(store)

    const run = await runOwn()

    expect(run.error).toBeUndefined()
    expect(run.files?.users).toEqual(readFileSync(join(store, 'users.json')))
    expect(run.files?.groups).toEqual(readFileSync(join(store, 'groups.json')))
    expect(run.counts).toEqual({ users: 3, groups: 1 })
    expect(run.exit).toEqual({ code: 0, signal: null, killed: false })
    expect(readdirSync(place.workingDirectory)).toEqual(['store'])
  })

  it('says what it is: an identity store sync of the type that Raito knows', async () => {
    await snapshotIn(store)
    const { info, metaData } = await runOwn()

    expect(metaData).toEqual({ type: 'aws-organization', icon: '', canBeLinked: true, canBeMaster: true })
    const [major, minor, patch] = VERSION.split('.').map(Number)
    expect(info).toMatchObject({
      version: { major, minor, patch, prerelease: '', build: '' },
      types: [2],
      tagSource: 'AWS IAM Identity Center',
    })
    expect(info.parameters.map(({ name }) => name)).toEqual([
      'aws-account-id',
      'aws-profile',
      'aws-region',
      'aws-identity-store-id',
      'requests-per-second',
      'source',
      'mapping',
      'tags',
      'machine-users',
      'disabled-users',
      'baseline',
      'max-removals',
    ])
    expect(info.parameters.filter(({ mandatory }) => mandatory).map(({ name }) => name)).toEqual([
      'aws-account-id',
    ])
  })

  it('writes nothing but the handshake on stdout, and counts but no names into the log of the CLI', async () => {
    await snapshotIn(store)
    const { stdout, log } = await runOwn()

    expect(stdout).toHaveLength(1)
    expect(log).toContainEqual({
      level: 'info',
      message: 'Wrote 3 users, 1 groups and 3 memberships from the snapshot in ./store.',
    })
    expect(JSON.stringify(log)).not.toMatch(/user-0001|Everyone/)
  })

  it('finds the snapshot through the variable that the action exported', async () => {
    const elsewhere = freshPlace().workingDirectory
    await snapshotIn(join(elsewhere, 'store'))
    const environment = { AWS_ORGANIZATION_SYNC_SOURCE: join(elsewhere, 'store') }
    const run = await runOwn({ parameters: { 'aws-account-id': ACCOUNT }, environment })

    expect(run.counts).toEqual({ users: 3, groups: 1 })
  })

  it('takes the owner of the instance for aws-account-id too', async () => {
    await snapshotIn(store)
    const run = await runOwn({ parameters: { ...parameters, 'aws-account-id': '444455556666' } })

    expect(run.counts).toEqual({ users: 3, groups: 1 })
  })

  it('takes a YAML list, which the CLI hands on as JSON', async () => {
    await snapshotIn(store)
    const run = await runOwn({ parameters: { ...parameters, tags: '["Title","Status"]' } })

    expect(run.error).toBeUndefined()
    expect(run.counts).toEqual({ users: 3, groups: 1 })
  })

  it.each(['0.0.1', '0.0.2', 'latest', undefined])(
    'runs under the name of the reference connector where raito.yml says version %s',
    async (connectorVersion) => {
      await snapshotIn(store)
      await installIn(place, 'drop-in')
      const pinned = connectorVersion === undefined ? {} : { connectorVersion }
      const run = await runHost({ ...place, ...pinned, connectorName: NAMES['drop-in'], parameters })

      expect(run.counts).toEqual({ users: 3, groups: 1 })
    },
  )
})

describe('a raito run that must not import', () => {
  const refusals: [
    what: string,
    options: {
      prepare?: (store: string) => unknown
      parameters?: Record<string, string>
      environment?: Record<string, string>
    },
    code: number,
    sentence: RegExp,
  ][] = [
    [
      'a snapshot that was tampered with',
      {
        prepare: (store) => {
          replaceIn(join(store, 'users.json'), 'user-0002@', 'other-002@')
        },
      },
      FAILED_PRECONDITION,
      /users\.json/,
    ],
    [
      'a snapshot that a formatter changed',
      {
        prepare: (store) => {
          appendFileSync(join(store, 'groups.json'), '\n')
        },
      },
      FAILED_PRECONDITION,
      /git|formatter/,
    ],
    [
      'a snapshot that lost its manifest',
      {
        prepare: (store) => {
          rmSync(join(store, 'manifest.json'))
        },
      },
      FAILED_PRECONDITION,
      /manifest\.json/,
    ],
    [
      'a snapshot without users',
      { prepare: (store) => snapshotIn(store, NOBODY) },
      FAILED_PRECONDITION,
      /The snapshot contains no users, so Raito would delete/,
    ],
    [
      'the snapshot of another account',
      { parameters: { ...parameters, 'aws-account-id': '999988887777' } },
      FAILED_PRECONDITION,
      /is of account 111122223333 \(instance owned by 444455556666\), not 999988887777/,
    ],
    [
      'a directory that is not there',
      { parameters: { ...parameters, source: './nowhere' } },
      FAILED_PRECONDITION,
      /There is no snapshot in the source directory .*nowhere/,
    ],
    [
      'what an earlier run left, after one that failed',
      { parameters: { 'aws-account-id': ACCOUNT }, environment: { AWS_ORGANIZATION_SYNC_SOURCE: 'failed' } },
      FAILED_PRECONDITION,
      /earlier AWS Organization Sync run failed/,
    ],
    [
      'anything without an account id',
      { parameters: { source: './store' } },
      INVALID_ARGUMENT,
      /aws-account-id/,
    ],
  ]

  it.each(refusals)('refuses %s', async (_what, { prepare, ...options }, code, sentence) => {
    await snapshotIn(store)
    await prepare?.(store)
    const run = await runOwn(options)

    expectRefused(run, code, sentence)
    expect(readdirSync(place.workingDirectory)).toEqual(['store'])
  })
})

describe('the process of the connector', () => {
  it('answers the health check, holds the two streams of go-plugin open, and implements nothing else', async () => {
    const connector = await start()
    expect(await connector.healthCheck('plugin')).toBe(1)
    await expect(connector.call('/tag.TagSyncService/SyncTags', Buffer.alloc(0))).rejects.toMatchObject({
      code: UNIMPLEMENTED,
    })
    await connector.getInfo()
    expect(connector.streamsOpen()).toBe(true)
    await connector.shutdown()
  })

  it('listens where only its own user can reach it, and leaves nothing behind', async () => {
    const connector = await start()
    const directory = dirname(connector.socket)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    await connector.shutdown()
    expect(existsSync(directory)).toBe(false)
  })

  it.each(['a|b', 'x'.repeat(100), 'absent'])(
    'finds another place for its socket where TMPDIR, ending in %s, does not fit a handshake',
    async (name) => {
      const TMPDIR = join(place.home, name)
      if (name !== 'absent') mkdirSync(TMPDIR)
      const connector = await start({ TMPDIR })
      expect(connector.socket).toMatch(/^\/tmp\/[^/]+\/socket$/)
      await connector.shutdown()
    },
  )

  it('answers Shutdown before it leaves, however slow the machine is', async () => {
    // blocks the event loop for longer than a hasty timer would wait, again and again
    const slow = `
      const { write } = process.stderr
      process.stderr.write = (line, ...rest) => {
        if (line.includes('shut down')) block(5)
        return write.call(process.stderr, line, ...rest)
      }
      function block(times) {
        setImmediate(() => {
          const end = Date.now() + 60
          while (Date.now() < end);
          if (times > 1) block(times - 1)
        })
      }`
    const connector = await start({ NODE_OPTIONS: preload(slow) })
    expect(await connector.shutdown()).toEqual({ code: 0, signal: null, killed: false })
  })

  it('ends where nobody has connected within a minute', () => {
    const soon = `
      const { setTimeout } = globalThis
      globalThis.setTimeout = (call, delay, ...rest) => setTimeout(call, delay === 60_000 ? 0 : delay, ...rest)`
    const { status, stdout } = spawnSync(node24(), [join(BUNDLE, 'index.js')], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { RAITO_CLI_PLUGIN: 'Raito Handshake!', NODE_OPTIONS: preload(soon) },
    })
    expect(status).toBe(0)
    expect(existsSync(dirname(stdout.split('|')[3] ?? ''))).toBe(false)
  })

  it('does not count that minute any more once the CLI has called', async () => {
    const late = `
      const { setTimeout, clearTimeout } = globalThis
      const waiting = new Set()
      globalThis.setTimeout = (call, delay, ...rest) => {
        const timer = setTimeout(call, delay, ...rest)
        if (delay === 60_000) waiting.add(timer)
        return timer
      }
      globalThis.clearTimeout = (timer) => {
        waiting.delete(timer)
        clearTimeout(timer)
      }
      process.once('exit', () => { if (waiting.size > 0) process.exitCode = 9 })`
    const connector = await start({ NODE_OPTIONS: preload(late) })
    await connector.getInfo()
    expect(await connector.shutdown()).toEqual({ code: 0, signal: null, killed: false })
  })

  it('survives the Ctrl-C that ends the CLI', async () => {
    const connector = await start()
    connector.process.kill('SIGINT')
    await expect(connector.getInfo()).resolves.toMatchObject({ types: [2] })
    expect(await connector.shutdown()).toEqual({ code: 0, signal: null, killed: false })
  })

  it.each(['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'ends by %s, with nothing left behind',
    async (signal) => {
      const connector = await start()
      connector.process.kill(signal)
      expect(await connector.exited).toEqual({ code: null, signal, killed: false })
      expect(existsSync(dirname(connector.socket))).toBe(false)
    },
  )

  it('ends when the process that started it is gone', async () => {
    const parent = join(place.home, 'parent')
    const installed = findConnector({ ...place, connectorName: NAMES.own })
    writeFileSync(parent, `#!/bin/sh\n"${installed}" &\nwait\n`)
    chmodSync(parent, 0o755)

    const connector = await startConnector(parent, place)
    connector.process.kill('SIGKILL')

    // the pipes of stdout and stderr close only when the connector itself has ended
    expect(await connector.exited).toMatchObject({ signal: 'SIGKILL' })
    expect(existsSync(dirname(connector.socket))).toBe(false)
  })

  it('ends when the process that started it is gone before it can look', () => {
    // waits until the parent is gone before the first line of the connector runs
    const late = `
      const { ppid } = process
      process.kill(ppid, 'SIGKILL')
      while (process.ppid === ppid);`
    const { signal, stdout } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" & wait', node24(), join(BUNDLE, 'index.js')],
      {
        encoding: 'utf8',
        timeout: 20_000,
        env: { PATH: process.env.PATH, RAITO_CLI_PLUGIN: 'Raito Handshake!', NODE_OPTIONS: preload(late) },
      },
    )
    expect([signal, stdout]).toEqual(['SIGKILL', ''])
  })

  it('writes only inside the working directory of the CLI', async () => {
    await snapshotIn(store)
    const connector = await start()
    const inside = join(place.workingDirectory, 'groups.json')
    symlinkSync(place.home, join(place.workingDirectory, 'link'))
    for (const outside of [
      join(place.home, 'users.json'),
      join(place.workingDirectory, '..', 'users.json'),
      join(place.workingDirectory, 'link', 'users.json'),
      'users.json',
    ]) {
      for (const [users, groups] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        await expect(connector.syncIdentityStore(parameters, users, groups)).rejects.toMatchObject({
          code: FAILED_PRECONDITION,
          message: expect.stringContaining('is outside its working directory'),
        })
      }
    }
    expect(existsSync(inside)).toBe(false)
    expect(existsSync(join(place.home, 'users.json'))).toBe(false)
    await connector.shutdown()
  })

  it('follows a working directory that was entered by a symbolic link', async () => {
    await snapshotIn(store)
    const link = join(place.home, 'link')
    symlinkSync(place.workingDirectory, link)
    const connector = await start()
    await connector.syncIdentityStore(parameters, join(link, 'u.json'), join(link, 'g.json'))
    expect(readFileSync(join(link, 'u.json'))).toEqual(readFileSync(join(link, 'store/users.json')))
    await connector.shutdown()
  })

  it('writes below the working directory too, but never in the place of a file', async () => {
    await snapshotIn(store, identitiesOf(2))
    const below = join(place.workingDirectory, 'below')
    mkdirSync(below)
    const users = join(below, 'u.json')
    const groups = join(below, 'g.json')
    const taken = join(below, 'deploy.sh')
    const connector = await start()
    expect(await connector.syncIdentityStore(parameters, users, groups)).toEqual({ users: 2, groups: 1 })
    writeFileSync(taken, 'echo')
    for (const [usersFile, groupsFile] of [
      [taken, join(below, 'other.json')],
      [join(below, 'other.json'), taken],
    ] as const) {
      await expect(connector.syncIdentityStore(parameters, usersFile, groupsFile)).rejects.toMatchObject({
        code: FAILED_PRECONDITION,
        message: expect.stringContaining('deploy.sh, which already exists'),
      })
    }
    expect(readFileSync(taken, 'utf8')).toBe('echo')
    expect(readdirSync(below).sort()).toEqual(['deploy.sh', 'g.json', 'u.json'])
    await connector.shutdown()
  })

  it('ends by a bug that nothing catches with its place in the log, not its text, which can hold a name', () => {
    const bug = `
      const { write } = process.stdout
      process.stdout.write = (...given) => {
        setImmediate(() => { throw new RangeError(['some', 'body@example.com'].join('')) })
        return write.apply(process.stdout, given)
      }`
    const { status, stdout, stderr } = spawnSync(node24(), [join(BUNDLE, 'index.js')], {
      encoding: 'utf8',
      env: {
        RAITO_CLI_PLUGIN: 'Raito Handshake!',
        NODE_OPTIONS: preload(bug),
      },
    })
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^1\|1\|unix\|/)])
    expect(JSON.parse(stderr)).toMatchObject({
      '@level': 'debug',
      '@message': expect.stringMatching(/^RangeError\n/),
    })
    expect(stderr).not.toContain('somebody')
  })

  it('tells a person who starts it by hand what it is for', () => {
    const installed = findConnector({ ...place, connectorName: NAMES.own })
    for (const cookie of [undefined, 'Another Handshake!']) {
      const env = { PATH: process.env.PATH, ...(cookie !== undefined && { RAITO_CLI_PLUGIN: cookie }) }
      const { status, stdout, stderr } = spawnSync(installed, { env, encoding: 'utf8' })
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain('raito run')
    }
  })

  function start(environment: Record<string, string> = {}): Promise<Connector> {
    return startConnector(findConnector({ ...place, connectorName: NAMES.own }), { ...place, environment })
  }
})

function runOwn(options: Partial<Pick<RunOptions, 'parameters' | 'environment'>> = {}): Promise<RunResult> {
  return runHost({ ...place, connectorName: NAMES.own, parameters, ...options })
}

function expectRefused(run: RunResult, code: number, sentence: RegExp) {
  expect(run.files).toBeUndefined()
  expect(run.error?.message).toMatch(sentence)
  expect(run.error?.code).toBe(code)
  expect(run.exit).toEqual({ code: 0, signal: null, killed: false })
}

function replaceIn(file: string, from: string, to: string) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(from, to))
}
