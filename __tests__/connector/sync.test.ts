import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { ACCOUNT } from '../../emulator/organization.ts'
import { syncIdentityStore } from '../../src/connector/sync.ts'
import type { Reading, SyncOptions } from '../../src/connector/sync.ts'
import type { ConnectorSettings } from '../../src/settings.ts'
import type { Identities } from '../../src/snapshot/model.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { freshPlace, identitiesOf, snapshotIn } from './place.ts'

const parameters = { 'aws-account-id': ACCOUNT }

let workingDirectory: string
let logged: { level: string; message: string }[]
let asked: ConnectorSettings[]

beforeEach(() => {
  workingDirectory = freshPlace().workingDirectory
  logged = []
  asked = []
})

describe('a sync with source aws', () => {
  it('writes both files and no snapshot where no baseline is named', async () => {
    expect(await sync(parameters, identitiesOf(3))).toEqual({ users: 3, groups: 1 })
    expect(readdirSync(workingDirectory).sort()).toEqual(['groups.json', 'users.json'])
    expect(written('users.json')).toHaveLength(3)
  })

  it('has the reference mapping as its default only in place of the reference connector', async () => {
    await sync(parameters, identitiesOf(1))
    deleteFiles()
    await sync(parameters, identitiesOf(1), { isDropIn: true })
    deleteFiles()
    await sync({ ...parameters, mapping: 'full' }, identitiesOf(1), { isDropIn: true })
    expect(asked.map(({ mapping }) => mapping.mapping)).toEqual(['full', 'reference', 'full'])
  })

  it('takes tags as a YAML list, which arrives as JSON, or as text', async () => {
    await sync({ ...parameters, tags: '["Title","Department"]' }, identitiesOf(1))
    deleteFiles()
    await sync({ ...parameters, tags: 'Department, Title' }, identitiesOf(1))
    expect(asked.map(({ mapping }) => mapping.tags)).toEqual([
      ['Title', 'Department'],
      ['Title', 'Department'],
    ])
  })

  it('says to quote an account id that YAML took for a number', async () => {
    await expect(sync({ 'aws-account-id': '1.11122223333e+11' }, identitiesOf(1))).rejects.toMatchObject({
      kind: 'parameters',
      message: expect.stringContaining('quote it'),
    })
  })

  it('does not read AWS for files outside of the working directory', async () => {
    const outside = { usersFile: '/etc/users.json', groupsFile: join(workingDirectory, 'groups.json') }
    await expect(syncIdentityStore(parameters, outside, edges(identitiesOf(1)))).rejects.toMatchObject({
      kind: 'precondition',
    })
    expect(asked).toEqual([])
  })
})

describe('the files that the CLI asks for', () => {
  it.each(['users.json', 'groups.json'])('are not written where %s exists', async (name) => {
    writeFileSync(join(workingDirectory, name), 'mine')
    await expect(sync(parameters, identitiesOf(1))).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining(`${name}, which already exists`),
    })
    expect(asked).toEqual([])
  })

  it.each(['users.json', 'groups.json'])('are not written where %s came meanwhile', async (name) => {
    const file = join(workingDirectory, name)
    const readAws = () => {
      writeFileSync(file, 'mine')
      return Promise.resolve({ identities: identitiesOf(1), description: DESCRIPTION })
    }
    await expect(sync(parameters, identitiesOf(1), { readAws })).rejects.toMatchObject({
      message: expect.stringContaining(`${name}, which already exists`),
    })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(readdirSync(workingDirectory)).toEqual([name])
  })
})

describe('a sync with a baseline', () => {
  const guarded = { ...parameters, baseline: './kept/baseline' }
  const second = { usersFile: 'u.json', groupsFile: 'g.json' }

  it('says that it checked nothing the first time, and keeps what it imported', async () => {
    mkdirSync(join(workingDirectory, 'kept'))
    await sync(guarded, identitiesOf(20))
    expect(warnings()).toEqual([expect.stringContaining('Removals were not checked')])
    expect(written('kept/baseline/users.json')).toHaveLength(20)
    expect(readFileSync(join(workingDirectory, 'kept/baseline/users.json'))).toEqual(
      readFileSync(join(workingDirectory, 'users.json')),
    )
  })

  it('makes the directories on the way to a baseline that does not exist yet', async () => {
    await sync(guarded, identitiesOf(2))
    expect(written('kept/baseline/users.json')).toHaveLength(2)
  })

  it('finds the baseline from a working directory that was entered by a symbolic link', async () => {
    const link = join(freshPlace().home, 'link')
    symlinkSync(workingDirectory, link)
    await sync({ ...parameters, baseline: join(link, 'kept') }, identitiesOf(2))
    expect(written('kept/users.json')).toHaveLength(2)
  })

  it('refuses to lose more than max-removals, and leaves the baseline as it was', async () => {
    await sync(guarded, identitiesOf(20))
    const before = readFileSync(join(workingDirectory, 'kept/baseline/users.json'))
    await expect(sync(guarded, identitiesOf(10), {}, second)).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringMatching(/10 of 20 users.*max-removals/s),
    })
    expect(existsSync(join(workingDirectory, 'u.json'))).toBe(false)
    expect(readFileSync(join(workingDirectory, 'kept/baseline/users.json'))).toEqual(before)
  })

  it('lets a wanted removal through when max-removals allows it, and keeps the result', async () => {
    await sync(guarded, identitiesOf(20))
    await sync({ ...guarded, 'max-removals': '10' }, identitiesOf(10), {}, second)
    expect(written('kept/baseline/users.json')).toHaveLength(10)
  })

  it.each(['../', '../kept', '/kept', './link/kept', './link'])(
    'refuses the baseline %s, before it reads AWS',
    async (baseline) => {
      symlinkSync(freshPlace().home, join(workingDirectory, 'link'))
      await expect(sync({ ...parameters, baseline }, identitiesOf(2))).rejects.toMatchObject({
        kind: 'parameters',
        message: expect.stringContaining(`baseline is ${baseline}, which is outside the working directory`),
      })
      expect(asked).toEqual([])
    },
  )

  it.each([
    ['between two files', '.users.json.12.0123abcd.4567cdef.old', 'users.json'],
    ['before the manifest', '.manifest.json.12.0123abcd.4567cdef.new', 'manifest.json'],
  ])('says what to remove after a write that was killed %s', async (_when, left, broken) => {
    const kept = join(workingDirectory, 'kept')
    await snapshotIn(kept)
    renameSync(join(kept, broken), join(kept, left))
    if (broken === 'users.json') writeFileSync(join(kept, broken), '[\n]')
    await expect(sync({ ...parameters, baseline: './kept' }, identitiesOf(3))).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining(`Remove users.json, groups.json, manifest.json, ${left} there.`),
    })

    for (const name of ['users.json', 'groups.json', 'manifest.json', left])
      rmSync(join(kept, name), { force: true })
    await sync({ ...parameters, baseline: './kept' }, identitiesOf(3))
    expect(written('kept/users.json')).toHaveLength(3)
  })

  it('takes away what a killed write left, once a good one is there', async () => {
    const kept = join(workingDirectory, 'kept')
    await snapshotIn(kept)
    writeFileSync(join(kept, '.users.json.12.0123abcd.4567cdef.new'), '')
    utimesSync(join(kept, '.users.json.12.0123abcd.4567cdef.new'), 0, 0)
    await sync({ ...parameters, baseline: './kept' }, identitiesOf(3))
    expect(readdirSync(kept).sort()).toEqual(['groups.json', 'manifest.json', 'users.json'])
  })

  it('refuses a baseline of another identity store', async () => {
    await snapshotIn(join(workingDirectory, 'kept'))
    const reading = {
      identities: identitiesOf(3),
      description: { ...DESCRIPTION, identityStoreId: 'd-other' },
    }
    await expect(
      syncIdentityStore({ ...parameters, baseline: './kept' }, files(), {
        ...edges(identitiesOf(3)),
        readAws: () => Promise.resolve(reading),
      }),
    ).rejects.toMatchObject({ kind: 'precondition', message: expect.stringContaining('d-other') })
  })

  it('refuses a baseline that cannot be read instead of going on without one', async () => {
    await snapshotIn(join(workingDirectory, 'kept'))
    writeFileSync(join(workingDirectory, 'kept/users.json'), '[\n]')
    await expect(sync({ ...parameters, baseline: './kept' }, identitiesOf(3))).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringMatching(/^users\.json of .* is not the file that its manifest\.json describes/),
    })
    expect(existsSync(join(workingDirectory, 'users.json'))).toBe(false)
  })

  it('writes no import file either where the snapshot to keep cannot be written', async () => {
    writeFileSync(join(workingDirectory, 'taken'), '')
    await expect(
      sync({ ...parameters, baseline: './taken/baseline' }, identitiesOf(3)),
    ).rejects.toMatchObject({ kind: 'precondition', message: expect.stringContaining('taken') })
    expect(readdirSync(workingDirectory)).toEqual(['taken'])
  })

  it('imports nothing through a link in the working directory', async () => {
    mkdirSync(join(workingDirectory, 'real'))
    await snapshotIn(join(workingDirectory, 'real', 'store'))
    symlinkSync('real', join(workingDirectory, 'link'))
    await expect(sync({ ...parameters, source: './link/store' }, identitiesOf(0))).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining('link is a symbolic link'),
    })
  })

  it('does not compare a snapshot directory, and says so', async () => {
    await snapshotIn(join(workingDirectory, 'store'))
    const given = { ...parameters, source: './store', baseline: './kept', tags: 'Title' }
    await sync(given, identitiesOf(0))
    expect(warnings()).toEqual([
      expect.stringContaining('tags is ignored'),
      expect.stringContaining('baseline is ignored'),
    ])
    expect(existsSync(join(workingDirectory, 'kept'))).toBe(false)
  })
})

function sync(
  given: Record<string, string>,
  identities: Identities,
  more: Partial<SyncOptions> = {},
  names = { usersFile: 'users.json', groupsFile: 'groups.json' },
) {
  return syncIdentityStore(given, files(names), { ...edges(identities), ...more })
}

function files(names = { usersFile: 'users.json', groupsFile: 'groups.json' }) {
  return {
    usersFile: join(workingDirectory, names.usersFile),
    groupsFile: join(workingDirectory, names.groupsFile),
  }
}

/** As the CLI does after the upload. */
function deleteFiles() {
  for (const file of Object.values(files())) rmSync(file)
}

function edges(identities: Identities): SyncOptions {
  const at = (level: string) => (message: string) => {
    logged.push({ level, message })
  }
  return {
    environment: {},
    workingDirectory,
    isDropIn: false,
    log: { debug: at('debug'), info: at('info'), warning: at('warning') },
    readAws: (settings): Promise<Reading> => {
      asked.push(settings)
      return Promise.resolve({ identities, description: { ...DESCRIPTION, ...settings.mapping } })
    },
  }
}

function warnings(): string[] {
  return logged.filter(({ level }) => level === 'warning').map(({ message }) => message)
}

function written(name: string): unknown[] {
  return JSON.parse(readFileSync(join(workingDirectory, name), 'utf8')) as unknown[]
}
