import * as fs from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { UserError } from '../../src/errors.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import { TAG_NAMES } from '../../src/snapshot/tags.ts'
import type { Group } from '../../src/snapshot/model.ts'
import type { Access } from '../../src/snapshot/access.ts'
import { accessOf as accessOfRows, permissionSet } from '../fixtures/access.ts'
import { identitiesOf, recordsOf, type Records, type UserRecord } from '../fixtures/identities.ts'
import { description, small } from './identities.ts'

// The n-th rename fails; where `killed`, so does everything after it, as if the process had ended there.
let renamesLeft = Infinity
let killed = false
// No earlier file can be put back.
let stuck = false
let onRename: (to: string) => void = () => undefined
const mayStill = (): void => {
  if (killed && renamesLeft < 0) throw Object.assign(new Error('killed'), { code: 'EIO', syscall: 'kill' })
}
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  renameSync(from: string, to: string) {
    mayStill()
    onRename(to)
    renamesLeft -= 1
    if (stuck && from.endsWith('.old'))
      throw Object.assign(new Error('x'), { code: 'EIO', syscall: 'rename' })
    if (renamesLeft < 0) {
      if (!killed) renamesLeft = Infinity
      throw Object.assign(new Error('no rename'), { code: 'EIO', syscall: 'rename', path: from })
    }
    fs.renameSync(from, to)
  },
  rmSync(path: string, options: fs.RmOptions) {
    mayStill()
    fs.rmSync(path, options)
  },
  rmdirSync(path: string) {
    mayStill()
    fs.rmdirSync(path)
  },
}))
const { writeImportFiles, writeSnapshot } = await import('../../src/snapshot/write.ts')
const { directoryFiles, readSnapshot } = await import('../../src/snapshot/read.ts')

/** Which has no modes: Node says 0666 of whatever can be written. */
const onWindows = platform() === 'win32'

let root: string
let directory: string

beforeEach(() => {
  root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'write-'))
  directory = join(root, 'identity-store', '111122223333')
  renamesLeft = Infinity
  killed = false
  stuck = false
  onRename = () => undefined
})

afterEach(() => {
  fs.rmSync(root, { recursive: true })
})

const later: Records = {
  users: small.users.slice(1),
  groups: [...small.groups, { ...small.groups[0], externalId: 'g-3' } as Group],
}

describe('writeSnapshot', () => {
  it('writes three files that read back as they were', async () => {
    const manifest = await write(small)
    expect(fs.readdirSync(directory)).toEqual(['groups.json', 'manifest.json', 'users.json'])
    expect(await read()).toEqual({ manifest, ...small })
    expect(manifest.counts).toEqual({ users: 2, groups: 2, memberships: 2 })
  })

  it('has a lock of its own in the directory while it puts files in their places', async () => {
    const locks: number[] = []
    onRename = (to) => {
      locks.push(fs.readdirSync(join(to, '..')).filter((name) => name.endsWith('.lock')).length)
    }
    await write(small)
    expect(locks).toEqual([1, 1, 1])
  })

  it('writes the same bytes on every run', async () => {
    await write(small)
    const first = contents()
    await write(small)
    expect(contents()).toEqual(first)
  })

  it('writes what it reads back in many pieces too', async () => {
    const users = ['a', 'b', 'c', 'd', 'e', 'f'].map((id): UserRecord => ({
      ...(small.users[0] as UserRecord),
      externalId: id,
      name: id.repeat(200_000),
    }))
    const manifest = await write({ ...small, users })
    expect(fs.statSync(join(directory, 'users.json')).size).toBeGreaterThan(1_200_000)
    expect(await read()).toEqual({ manifest, ...small, users })
  })

  it('leaves other files of the directory alone', async () => {
    fs.mkdirSync(directory, { recursive: true })
    fs.writeFileSync(join(directory, 'README.md'), 'kept')
    await write(small)
    await write(later)
    expect(contents()['README.md']).toBe('kept')
    expect(Object.keys(contents()).length).toBe(4)
  })

  it('gives its files mode 0600 and its directory 0700', async () => {
    await write(small)
    const modes = ['.', 'users.json', 'groups.json', 'manifest.json'].map(
      (name) => fs.statSync(join(directory, name)).mode & 0o777,
    )
    expect(modes).toEqual(onWindows ? [0o666, 0o666, 0o666, 0o666] : [0o700, 0o600, 0o600, 0o600])
  })

  it.each(['users.json', 'groups.json', 'manifest.json'])(
    'changes nothing where a directory stands in the place of %s',
    async (name) => {
      await write(small)
      fs.rmSync(join(directory, name))
      fs.mkdirSync(join(directory, name))
      const before = contents()
      await expect(write(later)).rejects.toThrow(`${name} is not a regular file`)
      expect(contents()).toEqual(before)
    },
  )

  it.each(['users.json', 'groups.json', 'manifest.json'])(
    'changes nothing where %s is a link',
    async (name) => {
      await write(small)
      fs.renameSync(join(directory, name), join(root, 'elsewhere'))
      fs.symlinkSync(join(root, 'elsewhere'), join(directory, name))
      const before = contents()
      await expect(write(later)).rejects.toThrow('symbolic link')
      expect(contents()).toEqual(before)
    },
  )

  it.each([0, 1, 2, 3, 4, 5])('restores the earlier snapshot when rename %i fails', async (renames) => {
    await write(small)
    const before = contents()
    renamesLeft = renames
    await expect(write(later)).rejects.toThrow('Could not write')
    expect(contents()).toEqual(before)
  })

  it.each([0, 1, 2])('leaves no directory of a first write when rename %i fails', async (renames) => {
    renamesLeft = renames
    await expect(write(small)).rejects.toThrow('Could not write')
    expect(fs.readdirSync(root)).toEqual([])
  })

  it.each([1, 2, 3, 4, 5])(
    'says what is there when rename %i fails and nothing can be put back',
    async (renames) => {
      await write(small)
      stuck = true
      renamesLeft = renames
      const { message } = await failure(write(later))
      expect(message).not.toContain('Nothing was changed')
      expect(message).toMatch(/^Could not write .* \(EIO\)\. Files already replaced could not be restored: /)
      const names = ['users.json', 'groups.json', 'manifest.json']
      for (const [index, name] of names.entries()) {
        const [, earlier] =
          new RegExp(`the earlier ${join(directory, name)} is now ([^, ]*\\.old)`).exec(message) ?? []
        expect([name, earlier === undefined]).toEqual([name, renames < 2 * index + 1])
        if (earlier !== undefined) expect(fs.existsSync(join(directory, earlier))).toBe(true)
      }
      await expect(read()).rejects.toThrow(/Restore the snapshot, or write it again|killed partway through/)
      stuck = false
      await expectGoodWrite()
    },
  )

  it.each([0, 1, 2, 3, 4, 5])(
    'leaves the earlier snapshot or one that readers refuse when killed at rename %i',
    async (renames) => {
      const { manifest } = await written(small)
      await killAt(renames, later)
      if (renames === 0) expect(await read()).toEqual({ manifest, ...small })
      else
        await expect(read()).rejects.toThrow(/Restore the snapshot, or write it again|killed partway through/)
      await expectGoodWrite()
    },
  )

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'leaves with access the earlier snapshot or one that readers refuse when killed at rename %i',
    async (renames) => {
      const before = await written(small, accessOf(small, '111122223333'))
      await killAt(renames, later, accessOf(later, '444455556666'))
      if (renames === 0) expect(await read()).toEqual(before)
      else
        await expect(read()).rejects.toThrow(/Restore the snapshot, or write it again|killed partway through/)
      await expectGoodWrite()
    },
  )

  it.each([1, 2, 3])(
    'leaves what readers refuse when a first write with access is killed at rename %i',
    async (renames) => {
      await killAt(renames, small, accessOf(small, '111122223333'))
      await expect(read()).rejects.toThrow('was killed partway through')
      await expectGoodWrite()
    },
  )

  it.each([1, 2])('leaves what readers refuse when a first write is killed at rename %i', async (renames) => {
    await killAt(renames, small)
    await expect(read()).rejects.toThrow('was killed partway through')
    await expectGoodWrite()
  })

  it('leaves nothing that readers see when a first write is killed before its first rename', async () => {
    await killAt(0, small)
    expect(await read()).toBeUndefined()
    await expectGoodWrite()
  })

  it.each([1, 2, 3, 4])(
    'leaves what readers refuse when killed at rename %i over files without a manifest',
    async (renames) => {
      await write(small)
      fs.rmSync(join(directory, 'manifest.json'))
      await killAt(renames, later)
      await expect(read()).rejects.toThrow('was killed partway through')
      await expectGoodWrite()
    },
  )

  const [user, group] = [small.users[1], small.groups[1]] as [UserRecord, Group]
  const wide = '<'.repeat(1024)
  const wideTags = TAG_NAMES.map((key) => ({ key, value: wide, source: TAG_SOURCE }))
  const widest: UserRecord = { ...user, name: wide, userName: wide, email: wide, tags: wideTags }

  it('takes the widest user that Identity Center allows', async () => {
    const tags = [...TAG_NAMES]
    const identities = { ...small, users: [widest] }
    const manifest = await write(identities, { ...description, tags })
    expect(await read()).toEqual({ manifest, ...identities })
  })

  it.each<[string, Records, Partial<typeof description>, string]>([
    [
      'a user of two lone surrogates in one id',
      { ...small, users: [user, user] },
      {},
      'users.json of the new snapshot, record 2',
    ],
    [
      'two groups of one id',
      { ...small, groups: [group, group] },
      {},
      'groups.json of the new snapshot, record 2',
    ],
    [
      'a user who is too long',
      { ...small, users: [{ ...user, name: 'x'.repeat(256 * 1024) }] },
      {},
      'record 1: it is longer than 256 KiB',
    ],
    ['a member of no group', { ...small, groups: [group] }, {}, 'contain a group that is not in groups.json'],
    [
      'an odd ARN',
      small,
      { instanceArn: 'arn:aws:sso:::instance/\n' },
      '"instanceArn" must be an ARN or null',
    ],
    ['an odd owner', small, { ownerAccount: '1' }, '"ownerAccount" must be'],
    ['an odd store', small, { identityStoreId: 'd_1' }, '"identityStoreId" must be'],
  ])(
    'keeps the earlier snapshot from %s, which no reader would accept',
    async (_, identities, odd, reason) => {
      await write(later)
      const before = contents()
      const { message } = await failure(write(identities, { ...description, ...odd }))
      expect(message).toContain('The data from AWS would make an unreadable snapshot')
      expect(message).toContain(reason)
      expect(message).toContain('nothing was replaced')
      expect(message).not.toMatch(/example\.com|User|u-\d|Restore/)
      expect(contents()).toEqual(before)
    },
  )

  it('refuses a directory outside of the roots', async () => {
    directory = join(root, '..', 'elsewhere')
    await expect(write(small)).rejects.toThrow('outside the directories')
    expect(fs.existsSync(directory)).toBe(false)
  })
})

describe('writeImportFiles', () => {
  it('writes the two files that were asked for, and nothing else', async () => {
    const usersFile = join(root, 'target-fromTarget-users-1.json')
    const groupsFile = join(root, 'target-fromTarget-groups-1.json')
    await write(small)
    const { 'users.json': users, 'groups.json': groups } = contents()
    await writeImportFiles({ usersFile, groupsFile, root, identities: identitiesOf(small) })
    expect(fs.readFileSync(usersFile, 'utf8')).toBe(users)
    expect(fs.readFileSync(groupsFile, 'utf8')).toBe(groups)
    expect(fs.readdirSync(root).length).toBe(3)
  })

  it('writes neither where no reader would accept them', async () => {
    const paths = { usersFile: join(root, 'users.json'), groupsFile: join(root, 'groups.json') }
    const twice = { ...small, users: [...small.users, ...small.users] }
    await expect(writeImportFiles({ ...paths, root, identities: identitiesOf(twice) })).rejects.toThrow(
      'would make an unreadable snapshot',
    )
    expect(fs.readdirSync(root)).toEqual([])
  })

  it('writes neither where one is outside of the root', async () => {
    const paths = { usersFile: join(root, 'users.json'), groupsFile: join(root, '..', 'groups.json') }
    await expect(writeImportFiles({ ...paths, root, identities: identitiesOf(small) })).rejects.toThrow(
      'outside the directories',
    )
    expect(fs.readdirSync(root)).toEqual([])
  })
})

function write(records: Records, described = description, access?: Access) {
  return writeSnapshot({
    directory,
    roots: [root],
    identities: identitiesOf(records),
    access,
    description: described,
  })
}

/** The first group, where there is one, holds a permission set in an account. */
function accessOf({ groups, users }: Records, account: string): Access {
  const [principalType, one] =
    groups[0] === undefined ? ['USER' as const, users[0]] : ['GROUP' as const, groups[0]]
  return accessOfRows([[principalType, one?.externalId ?? '', account, 'a']], [permissionSet('a')])
}

async function failure(writing: Promise<unknown>): Promise<UserError> {
  const error = await writing.catch((thrown: unknown) => thrown)
  if (error instanceof UserError) return error
  throw error
}

async function written(identities: Records, access?: Access) {
  const manifest = await write(identities, description, access)
  return { manifest, ...identities, ...(access === undefined ? {} : { access }) }
}

async function read() {
  const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'optional' })
  return snapshot && recordsOf(snapshot)
}

async function killAt(renames: number, identities: Records, access?: Access): Promise<void> {
  renamesLeft = renames
  killed = true
  await expect(write(identities, description, access)).rejects.toThrow()
  renamesLeft = Infinity
  killed = false
  expect(fs.readdirSync(directory).some((name) => name.startsWith('.manifest.json.'))).toBe(true)
}

/** A next write makes it whole again, and takes away what the killed one left. */
async function expectGoodWrite(): Promise<void> {
  const manifest = await write(later)
  expect(await read()).toEqual({ manifest, ...later })
  expect(fs.readdirSync(directory)).toEqual(['groups.json', 'manifest.json', 'users.json'])
}

function contents(): Record<string, string | null> {
  return Object.fromEntries(
    fs.readdirSync(directory).map((name) => {
      const path = join(directory, name)
      return [name, fs.statSync(path).isFile() ? fs.readFileSync(path, 'utf8') : null]
    }),
  )
}
