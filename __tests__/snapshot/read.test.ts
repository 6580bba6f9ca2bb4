import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { UserError } from '../../src/errors.ts'
import { renderManifest } from '../../src/snapshot/manifest.ts'
import { NOBODY } from '../../src/snapshot/memberships.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import type { Group, Identities, Manifest, Snapshot, User } from '../../src/snapshot/model.ts'
import { importFile, renderGroup } from '../../src/snapshot/raito-json.ts'
import {
  bytesFiles,
  directoryFiles,
  MAX_FILE_BYTES,
  MAX_LINE_BYTES,
  MAX_RECORD_BYTES,
  readSnapshot,
  verifySnapshotBelongs,
} from '../../src/snapshot/read.ts'
import type { SnapshotFiles } from '../../src/snapshot/read.ts'
import { identitiesOf, lineOf, recordsOf, type Records, type UserRecord } from '../fixtures/identities.ts'
import { referenceFile, referenceRecords } from '../fixtures/reference.ts'
import { anyMappedRecords, description, small } from './identities.ts'

type Files = Partial<Record<'users.json' | 'groups.json' | 'manifest.json', string | Uint8Array>>

describe('readSnapshot', () => {
  it('reads back what was written', async () => {
    await fc.assert(
      fc.asyncProperty(anyMappedRecords, async (some) => {
        const files = filesOf(some)
        expect(await readRecords(files)).toEqual({ manifest: manifestOf(files, some), ...some })
      }),
      { seed: 1, numRuns: 150 },
    )
  })

  it('reads the same from pieces of any size', async () => {
    const files = filesOf(small)
    const expected = await readRecords(files)
    for (const size of [1, 2, 3, 7, 64]) {
      const inPieces: SnapshotFiles = {
        label: 'x',
        open: (name) =>
          Promise.resolve(name === 'access.json' ? undefined : pieces(Buffer.from(files[name]), size)),
      }
      const read = await readSnapshot(inPieces, { manifest: 'required' })
      expect(read && recordsOf(read)).toEqual(expected)
    }
  })

  it('refuses any changed byte of the three files, or reads the same identities', async () => {
    const files = filesOf(small)
    const mutation = fc.record({
      name: fc.constantFrom('users.json' as const, 'groups.json' as const, 'manifest.json' as const),
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      how: fc.constantFrom('replace' as const, 'insert' as const, 'remove' as const),
    })
    let refusals = 0
    await fc.assert(
      fc.asyncProperty(mutation, async ({ name, at, byte, how }) => {
        const bytes = [...Buffer.from(files[name])]
        bytes.splice(at % bytes.length, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [byte]))
        const read = await readRecords({ ...files, [name]: Uint8Array.from(bytes) }).catch(
          (error: unknown) => error,
        )
        if (read instanceof UserError) refusals += 1
        else expect(read).toMatchObject({ ...small })
      }),
      { seed: 2, numRuns: 1500 },
    )
    expect(refusals).toBeGreaterThan(1000)
  })

  it('finds nothing only where none of the three files is there', async () => {
    const files = filesOf(small)
    expect(await readText({})).toBeUndefined()
    expect(await readText({}, 'optional')).toBeUndefined()
    for (const present of [
      ['users.json'],
      ['groups.json'],
      ['manifest.json'],
      ['users.json', 'manifest.json'],
    ]) {
      const some = Object.fromEntries(Object.entries(files).filter(([name]) => present.includes(name)))
      expect((await refusal(some)).message).toContain('is missing')
      expect((await refusal(some, 'optional')).message).toContain('is missing')
    }
  })

  it('refuses a snapshot without manifest where one is required', async () => {
    const { 'manifest.json': _, ...files } = filesOf(small)
    expect((await refusal(files)).message).toContain('manifest.json of x is missing')
  })
})

describe('readSnapshot beside another snapshot', () => {
  const readLike = (some: Records, like: Identities) => readText(filesOf(some), 'required', like)

  it('reads the same as without it, whatever the other one holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyMappedRecords, anyMappedRecords, fc.nat(), async (some, other, skip) => {
        // Nothing, some, or all of the other snapshot is the same.
        const records = {
          users: mixed(some.users, other.users, skip),
          groups: mixed(some.groups, other.groups, skip),
        }
        const like = identitiesOf(records)
        const read = await readLike(some, like)
        expect(read && recordsOf(read)).toMatchObject(some)
        for (const kind of ['users', 'groups'] as const) {
          for (const [index, record] of some[kind].entries()) {
            // An id that is escaped is not looked for.
            const isPlain = renderGroup({
              ...(small.groups[0] as Group),
              externalId: record.externalId,
            }).includes(`"${record.externalId}"`)
            const at = records[kind].findIndex((one) => one === record)
            // The same record of the other one is taken, and no other.
            if (isPlain && at !== -1) expect(read?.[kind][index]).toBe(like[kind][at])
            else expect(like[kind].includes(read?.[kind][index] as never)).toBe(false)
          }
        }
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('verifies what it takes from there as it does everything else', async () => {
    const [user] = small.users as [UserRecord]
    const isMachine = { ...small, users: [{ ...user, isMachine: true }] }
    await expect(readLike(isMachine, identitiesOf(isMachine))).rejects.toThrow(
      'record 1: its isMachine does not match',
    )
    const unknown = { groups: small.groups, users: [{ ...user, groupExternalIds: ['g-9'] }] }
    await expect(readLike(unknown, identitiesOf(unknown))).rejects.toThrow(
      'record 1: its groupExternalIds contain a group',
    )
  })
})

describe('readSnapshot without a manifest', () => {
  it('sorts what the reference connector wrote', async () => {
    const files = { 'users.json': referenceFile('users.json'), 'groups.json': referenceFile('groups.json') }
    expect(await readRecords(files, 'optional')).toEqual({ manifest: undefined, ...referenceRecords() })
  })

  it('drops repeated group ids of a user and keeps those of unknown groups', async () => {
    const [user] = small.users
    const { 'manifest.json': _, ...files } = filesOf({
      users: [{ ...(user as UserRecord), groupExternalIds: ['z', 'g-2', 'g-1', 'g-2'] }],
      groups: small.groups,
    })
    expect((await readRecords(files, 'optional'))?.users[0]?.groupExternalIds).toEqual(['g-1', 'g-2', 'z'])
  })

  it('refuses a repeated id', async () => {
    const [one, two] = small.users as [UserRecord, UserRecord]
    const { 'manifest.json': _, ...files } = filesOf({ ...small, users: [two, one, two] })
    expect((await refusal(files, 'optional')).message).toContain(
      'users.json of x, record 3: an earlier record has the same externalId',
    )
  })
})

describe('readSnapshot of records that the mapping would not give', () => {
  const tag = (key: string, value = 'x', source = TAG_SOURCE) => ({ key, value, source })
  const order = 'its tags are not those in manifest.json, in that order'
  const machine = 'its isMachine does not match machineUsers in manifest.json'
  const options = { ...description, tags: ['Status', 'Title', 'ExternalId'] as Manifest['tags'] }

  it.each<[string, Partial<User>, string, Partial<Manifest>?]>([
    ['a tag that the manifest does not name', { tags: [tag('Locale')] }, order],
    ['a tag that is no attribute', { tags: [tag('Admin')] }, order],
    ['tags in another order', { tags: [tag('Title'), tag('Status')] }, order],
    ['a tag twice', { tags: [tag('Title', 'x'), tag('Title', 'y')] }, order],
    ['an order that returns', { tags: [tag('ExternalId'), tag('Title'), tag('ExternalId')] }, order],
    [
      'a tag under the reference mapping',
      { tags: [tag('Title')] },
      order,
      { mapping: 'reference', tags: [] },
    ],
    ['a tag of another source', { tags: [tag('Title', 'x', 'Okta')] }, 'one of its tags has another source'],
    ['an empty tag', { tags: [tag('Title'), tag('ExternalId', '')] }, 'one of its tags is empty'],
    ['a machine where nobody asked', { isMachine: true }, machine],
    ['a person where nobody asked', { isMachine: false }, machine],
    ['no answer where machines were asked for', { isMachine: null }, machine, { machineUsers: '^svc' }],
  ])('refuses %s of a user', async (_, edit, message, more = {}) => {
    const users = [small.users[0], { ...small.users[1], ...edit }] as UserRecord[]
    const some = { ...small, users: users.map((one, i) => (i === 0 ? { ...one, tags: null } : one)) }
    if (more.machineUsers !== undefined)
      some.users[0] = { ...(some.users[0] as UserRecord), isMachine: false }
    expect((await refusal(filesOf(some, { ...options, ...more }))).message).toContain(
      `users.json of x, record 2: ${message}`,
    )
  })

  it.each<[string, Partial<Group>, string]>([
    ['another display name', { displayName: 'Admins' }, 'its displayName differs from its name'],
    ['a parent', { parentGroupExternalIds: ['g-1'] }, 'its parentGroupExternalIds are not null'],
    ['itself as its parent', { parentGroupExternalIds: ['g-2'] }, 'its parentGroupExternalIds are not null'],
    ['tags', { tags: [tag('Title')] }, 'its tags are not null'],
  ])('refuses %s of a group', async (_, edit, message) => {
    const groups = [small.groups[0], { ...small.groups[1], ...edit }] as Group[]
    expect((await refusal(filesOf({ ...small, groups }))).message).toContain(
      `groups.json of x, record 2: ${message}`,
    )
  })

  it('takes every tag that the manifest names, several ids and machines', async () => {
    const tags = [tag('Status'), tag('Title'), tag('ExternalId', '1'), tag('ExternalId', '2')]
    const some = { ...small, users: [{ ...(small.users[0] as UserRecord), tags, isMachine: false }] }
    const files = filesOf(some, { ...options, machineUsers: '^svc' })
    expect((await readRecords(files))?.users).toEqual(some.users)
  })

  it('takes them from the reference connector, whose files have no manifest', async () => {
    const groups = [{ ...(small.groups[0] as Group), displayName: 'Other' }]
    const { 'manifest.json': _, ...files } = filesOf({
      users: [{ ...(small.users[0] as UserRecord), groupExternalIds: null, isMachine: true }],
      groups,
    })
    expect((await readText(files, 'optional'))?.groups).toEqual(groups)
  })
})

describe('readSnapshot of a hostile or damaged file', () => {
  const userLine = lineOf(small.users[0] as UserRecord)
  const groupLine = renderGroup(small.groups[0] as Group)

  it.each<[string, string, string]>([
    ['an unknown key', userLine.replace('{', '{"more":1,'), 'not in the form that a snapshot has'],
    ['a repeated key', userLine.replace('{', '{"externalId":"u-0",'), 'not in the form that a snapshot has'],
    ['__proto__', userLine.replace('{', '{"__proto__":{},'), 'not in the form that a snapshot has'],
    ['__proto__ in the place of a key', userLine.replace('"email"', '"__proto__"'), 'email is not text'],
    ['a missing key', userLine.replace('"email":"one@example.com",', ''), 'email is not text'],
    [
      'another order',
      userLine.replace('"name":"User One",', '').replace('}]', '}],"name":"User One"'),
      'not in the form',
    ],
    ['white space', userLine.replace(':', ': '), 'not in the form that a snapshot has'],
    ['another escape', userLine.replace('User', '\\u0055ser'), 'not in the form that a snapshot has'],
    ['an escaped lone surrogate', userLine.replace('User', '\\ud800'), 'not in the form that a snapshot has'],
    ['a number for text', userLine.replace('"User One"', '1'), 'name is not text'],
    ['null for text', userLine.replace('"User One"', 'null'), 'name is not text'],
    ['an empty id', userLine.replace('"u-1"', '""'), 'externalId is empty'],
    ['text for a list', userLine.replace('["g-1","g-2"]', '"g-1"'), 'neither null nor a non-empty list'],
    ['an empty list', userLine.replace('["g-1","g-2"]', '[]'), 'neither null nor a non-empty list'],
    ['a number in a list', userLine.replace('"g-2"]', '2]'), 'contains something that is not text'],
    ['repeated group ids', userLine.replace('"g-2"]', '"g-1"]'), 'out of order or contain a duplicate'],
    [
      'unsorted group ids',
      userLine.replace('"g-1","g-2"', '"g-2","g-1"'),
      'out of order or contain a duplicate',
    ],
    ['an unknown group', userLine.replace('"g-2"]', '"g-9"]'), 'contain a group that is not in groups.json'],
    ['text for isMachine', userLine.replace('"isMachine":null', '"isMachine":"no"'), 'isMachine is neither'],
    [
      'tags of another shape',
      userLine.replace('[{"key"', '[[],{"key"'),
      'tags contain something that is not an object',
    ],
    [
      'a tag with more keys',
      userLine.replace('{"key"', '{"a":1,"key"'),
      'not in the form that a snapshot has',
    ],
    ['a tag without value', userLine.replace('"value":"Engineer",', ''), 'tag value is not text'],
    ['an array', '[]', 'not an object'],
    ['null', 'null', 'not an object'],
    ['a number', '1', 'not an object'],
    ['no JSON', 'one@example.com', 'not JSON'],
    ['a cut line', userLine.slice(0, -1), 'not JSON'],
    ['deep nesting', userLine.replace('"User One"', '['.repeat(1000) + ']'.repeat(1000)), 'name is not text'],
    ['nesting without end', '['.repeat(1_000_000), 'not JSON'],
    ['a long name', userLine.replace('User One', 'x'.repeat(MAX_RECORD_BYTES)), 'longer than 256 KiB'],
    [
      'a long name of wide characters',
      userLine.replace('User One', '€'.repeat(88_000)),
      'longer than 256 KiB',
    ],
    ['a line beyond every group', 'x'.repeat(MAX_LINE_BYTES + 1), 'longer than 6144 KiB'],
  ])('refuses %s by the number of the record', async (_, line, message) => {
    const first = lineOf({ ...(small.users[0] as UserRecord), externalId: 'u-0' })
    const error = await refusal(withManifest(frame([first, line]), frame(groupLines())))
    expect(error.kind).toBe('precondition')
    expect(error.message).toContain('users.json of x, record 2: ')
    expect(error.message).toContain(message)
    expect(error.message).not.toMatch(/example\.com|User|Engineer|g-\d/)
  })

  it.each<[string, string[], string]>([
    [
      'unsorted records',
      [groupLine.replace('g-1', 'g-2'), groupLine],
      'record 2: its externalId is out of order',
    ],
    ['a repeated record', [groupLine, groupLine], 'record 2: its externalId is out of order'],
    [
      'a long description',
      [groupLine.replace('""', `"${'x'.repeat(270_000)}"`)],
      'record 1: it is longer than 256 KiB',
    ],
    [
      'text for parents',
      [groupLine.replace('"parentGroupExternalIds":null', '"parentGroupExternalIds":""')],
      'record 1',
    ],
  ])('refuses %s of groups.json', async (_, lines, message) => {
    expect((await refusal(withManifest(frame([]), frame(lines)))).message).toContain(
      `groups.json of x, ${message}`,
    )
  })

  it('takes a user whose groups alone need more than 256 KiB', async () => {
    const groups = Array.from({ length: 8000 }, (_, index) => ({
      ...(small.groups[0] as Group),
      externalId: `group-${String(index).padStart(30, '0')}`,
    }))
    const ids = groups.map((group) => group.externalId)
    const some = { groups, users: [{ ...(small.users[0] as UserRecord), groupExternalIds: ids }] }
    expect((await readRecords(filesOf(some)))?.users[0]?.groupExternalIds).toEqual(ids)
  })

  it.each<[string, (file: string) => string]>([
    ['CRLF', (file) => file.replaceAll('\n', '\r\n')],
    ['a final newline', (file) => file + '\n'],
    ['CRLF and a final newline', (file) => file.replaceAll('\n', '\r\n') + '\r\n'],
    ['a byte order mark', (file) => '\ufeff' + file],
  ])('says how to keep git and formatters away where only %s differs', async (_, change) => {
    for (const some of [small, { users: [], groups: [] }]) {
      const files = filesOf(some)
      for (const name of ['users.json', 'groups.json'] as const) {
        const error = await refusal({ ...files, [name]: change(files[name]) })
        expect(error.message).toContain(`${name} of x`)
        expect(error.message).toContain('git or a formatter changed the file')
        expect(error.message).toContain('`identity-store/** -text`')
        expect(error.message).toContain('.gitattributes')
      }
    }
  })

  const layout = 'does not have the layout of an import file'
  it.each<[string, string, string]>([
    ['nothing', '', `${layout} before its first record`],
    ['an object', '{}', `${layout} before its first record`],
    ['no frame', userLine, `${layout} before its first record`],
    ['one line', `[${userLine}]`, `${layout} before its first record`],
    ['indented', JSON.stringify([small.users[0]], null, 2), `${layout} before its first record`],
    ['no end', `[\n\n${userLine}`, 'ends early, after record 1'],
    ['no end after the comma', `[\n\n${userLine},`, 'ends early, after record 1'],
    ['an end after the comma', `[\n\n${userLine},\n]`, `${layout} after record 1`],
    ['no comma', `[\n\n${userLine}\n\n${userLine}\n]`, `${layout} after record 1`],
    ['text after the end', `[\n\n${userLine}\n]\n[]`, `${layout} after record 1`],
    ['text in the place of the end', `[\n\n${userLine}\n[`, `${layout} after record 1`],
    ['two final newlines', `[\n]\n\n`, `${layout} before its first record`],
    [
      'one line end of Windows',
      `[\n\n${userLine}\r\n]`,
      'has different line endings than it was written with',
    ],
  ])('refuses a layout of %s', async (_, users, message) => {
    expect((await refusal(withManifest(users, frame(groupLines())))).message).toContain(
      `users.json of x ${message}`,
    )
  })

  it('refuses a byte order mark before a record', async () => {
    const users = `[\n\n\ufeff${userLine}\n]`
    expect((await refusal(withManifest(users, frame(groupLines())))).message).toContain(
      'users.json of x, record 1: it is not JSON',
    )
  })

  it('stops reading a line without end', async () => {
    let read = 0
    async function* endless() {
      yield Buffer.from('[\n\n')
      for (;;) {
        read += 1
        if (read > 20) throw new Error('it reads on and on')
        yield Buffer.alloc(MAX_RECORD_BYTES / 4, 'x')
        await Promise.resolve()
      }
    }
    const files: SnapshotFiles = {
      label: 'x',
      open: (name) => Promise.resolve(name === 'groups.json' ? endless() : undefined),
    }
    await expect(readSnapshot(files, { manifest: 'optional' })).rejects.toThrow(
      'groups.json of x, record 1: it is longer than 256 KiB',
    )
    expect(read).toBe(5)
  })

  it('refuses invalid UTF-8 by the number of the record', async () => {
    const bytes = Buffer.from(frame([userLine]))
    bytes[bytes.indexOf('User One')] = 0xff
    const files = withManifest(frame([]), frame(groupLines()))
    expect((await refusal({ ...files, 'users.json': bytes })).message).toContain(
      'users.json of x, record 1 is not UTF-8',
    )
    expect((await refusal({ ...files, 'manifest.json': Buffer.from([0xff]) })).message).toContain(
      'manifest.json of x is not UTF-8',
    )
  })

  it('refuses a file that its manifest does not describe', async () => {
    const files = filesOf(small)
    const other = filesOf({
      ...small,
      users: small.users.map((user) => ({ ...user, email: 'x@example.com' })),
    })
    expect((await refusal({ ...files, 'users.json': other['users.json'] })).message).toContain(
      'users.json of x is not the file that its manifest.json describes',
    )
  })

  it('refuses a file of the same size with another digest, and one with the digest of another size', async () => {
    const files = filesOf(small)
    const described = 'users.json of x is not the file that its manifest.json describes'
    const changed = files['users.json'].replace('User One', 'User Two')
    expect((await refusal({ ...files, 'users.json': changed })).message).toContain(described)
    const manifest = manifestOf(files, small)
    manifest.files['users.json'].bytes += 1
    expect((await refusal({ ...files, 'manifest.json': renderManifest(manifest) })).message).toContain(
      described,
    )
  })

  it.each(['users', 'groups', 'memberships'] as const)('refuses a wrong count of %s', async (key) => {
    const files = filesOf(small)
    for (const step of [-1, 1]) {
      const manifest = manifestOf(files, small)
      manifest.counts[key] += step
      expect((await refusal({ ...files, 'manifest.json': renderManifest(manifest) })).message).toContain(
        'counts',
      )
    }
  })

  it('stops at the first record that the manifest does not count', async () => {
    const counts = { users: 1, groups: 2, memberships: 4 }
    const files = withManifest(frame([userLine, 'never looked at']), frame(groupLines()), counts)
    expect((await refusal(files)).message).toContain(
      'users.json of x, record 2: manifest.json counts only 1 records',
    )
  })

  it.each([
    ['users', { users: 2_500_000, groups: 0, memberships: 0 }],
    ['groups', { users: 0, groups: 2_500_000, memberships: 0 }],
    ['memberships', { users: 1, groups: 1, memberships: 25_000_000 }],
  ])('refuses by its manifest alone more %s than memory allows', async (_, counts) => {
    const manifest = renderManifest({ ...manifestOf(filesOf(small), small), counts })
    const files: SnapshotFiles = {
      label: 'x',
      open: (name) =>
        Promise.resolve(name === 'manifest.json' ? pieces(Buffer.from(manifest), 99) : unread()),
    }
    await expect(readSnapshot(files, { manifest: 'required' })).rejects.toThrow(
      'x holds more than an identity store can: so many records, memberships or so much text need more than 320 MiB',
    )
  })

  it('refuses a large manifest', async () => {
    const files = filesOf(small)
    expect((await refusal({ ...files, 'manifest.json': ' '.repeat(1024 * 1024 + 1) })).message).toContain(
      'manifest.json of x is larger than 1 MiB',
    )
  })

  it('stops reading a file beyond 256 MiB', async () => {
    const piece = Buffer.alloc(1024 * 1024, `${groupLine}\n`)
    let read = 0
    async function* endless() {
      yield Buffer.from('[\n\n')
      for (;;) {
        read += 1
        yield read === 1 ? Buffer.alloc(MAX_FILE_BYTES) : piece
        await Promise.resolve()
      }
    }
    const files: SnapshotFiles = {
      label: 'x',
      open: (name) => Promise.resolve(name === 'groups.json' ? endless() : undefined),
    }
    await expect(readSnapshot(files, { manifest: 'optional' })).rejects.toThrow('larger than 256 MiB')
    expect(read).toBe(1)
  })
})

describe('directoryFiles', () => {
  let directory: string

  beforeEach(() => {
    directory = join(mkdtempSync(join(realpathSync(tmpdir()), 'read-')), 'identity-store')
    mkdirSync(directory)
    for (const [name, text] of Object.entries(filesOf(small))) writeFileSync(join(directory, name), text)
  })

  afterEach(() => {
    rmSync(join(directory, '..'), { recursive: true })
  })

  const read = (path = directory) => readSnapshot(directoryFiles(path), { manifest: 'required' })

  it('reads a directory', async () => {
    for (const path of [directory, `${directory}/`])
      expect(recordsOf((await read(path)) as Snapshot)).toMatchObject({ ...small })
  })

  it('reads two files alone as those of the reference connector, where they may be', async () => {
    rmSync(join(directory, 'manifest.json'))
    const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'optional' })
    expect(snapshot && recordsOf(snapshot)).toEqual({ manifest: undefined, ...small })
    await expect(read()).rejects.toThrow(`manifest.json of ${directory} is missing`)
  })

  it('finds nothing in an empty directory, nor where there is none', async () => {
    mkdirSync(join(directory, 'empty'))
    expect(await read(join(directory, 'empty'))).toBeUndefined()
    expect(await read(join(directory, 'none'))).toBeUndefined()
    expect(await read(join(directory, 'users.json', 'none'))).toBeUndefined()
  })

  it.each(['users.json', 'groups.json', 'manifest.json'])(
    'refuses a link in the place of %s',
    async (name) => {
      const target = join(directory, '..', 'target')
      renameSync(join(directory, name), target)
      symlinkSync(target, join(directory, name))
      await expect(read()).rejects.toThrow(`${name} of ${directory} is not a regular file`)
    },
  )

  it('refuses a link to the directory, with or without a slash at its end', async () => {
    const link = join(directory, '..', 'link')
    symlinkSync(directory, link)
    await expect(read(link)).rejects.toThrow('is a symbolic link')
    await expect(read(`${link}/`)).rejects.toThrow('is a symbolic link')
  })

  it('refuses a file in the place of the directory, and a directory in that of a file', async () => {
    await expect(read(join(directory, 'users.json'))).rejects.toThrow('is not a directory')
    rmSync(join(directory, 'users.json'))
    mkdirSync(join(directory, 'users.json'))
    await expect(read()).rejects.toThrow('users.json of')
  })

  it('refuses a file of more than 256 MiB before reading it', async () => {
    truncateSync(join(directory, 'users.json'), MAX_FILE_BYTES + 1)
    await expect(read()).rejects.toThrow('is larger than 256 MiB')
  })
})

describe('verifySnapshotBelongs', () => {
  it.each(['111122223333', '444455556666'])(
    'accepts the account and the owner of the manifest: %s',
    (account) => {
      const snapshot = { manifest: manifestOf(filesOf(small), small), ...identitiesOf(small) }
      expect(() => {
        verifySnapshotBelongs(snapshot, account)
      }).not.toThrow()
    },
  )

  it.each<[string, Snapshot, string]>([
    [
      'another account',
      { manifest: manifestOf(filesOf(small), small), ...identitiesOf(small) },
      '777788889999',
    ],
    ['no manifest', { manifest: undefined, ...identitiesOf(small) }, '111122223333'],
    ['no user', { manifest: manifestOf(filesOf(small), small), ...NOBODY }, '111122223333'],
  ])('refuses %s', (_, snapshot, account) => {
    expect(() => {
      verifySnapshotBelongs(snapshot, account)
    }).toThrow(UserError)
  })

  it.each([null, '111122223333'])('names the account alone where the owner is %s', (ownerAccount) => {
    const manifest = { ...manifestOf(filesOf(small), small), ownerAccount }
    expect(() => {
      verifySnapshotBelongs({ manifest, ...identitiesOf(small) }, '777788889999')
    }).toThrow('The snapshot is of account 111122223333, not 777788889999.')
  })

  it('names both accounts', () => {
    const snapshot = { manifest: manifestOf(filesOf(small), small), ...identitiesOf(small) }
    expect(() => {
      verifySnapshotBelongs(snapshot, '777788889999')
    }).toThrow('of account 111122223333 (instance owned by 444455556666), not 777788889999')
  })
})

/** The records of the first list, some of them changed, and those of the second whose ids it lacks, in order. */
function mixed<R extends { externalId: string; name: string }>(own: R[], other: R[], skip: number): R[] {
  const ids = new Set(own.map(({ externalId }) => externalId))
  const changed = own.map((record, index) =>
    (index + skip) % 3 === 0 ? { ...record, name: `${record.name}!` } : record,
  )
  return [...changed, ...other.filter(({ externalId }) => !ids.has(externalId))].sort((a, b) =>
    a.externalId < b.externalId ? -1 : 1,
  )
}

function frame(lines: string[]): string {
  return [...importFile(lines, (line) => line)].join('')
}

function groupLines(): string[] {
  return small.groups.map(renderGroup)
}

function filesOf(some: Records, more: Partial<Manifest> = {}) {
  const [users, groups] = [some.users.map(lineOf), some.groups.map(renderGroup)]
  return withManifest(frame(users), frame(groups), countsOf(some), more)
}

function countsOf({ users, groups }: Records): Manifest['counts'] {
  const memberships = users.reduce((sum, user) => sum + (user.groupExternalIds?.length ?? 0), 0)
  return { users: users.length, groups: groups.length, memberships }
}

/** A manifest that fits the two files, so that only what is in them can be refused. */
function withManifest(
  users: string,
  groups: string,
  counts = { users: 2, groups: 2, memberships: 4 },
  more: Partial<Manifest> = {},
) {
  const manifest: Manifest = {
    format: 'aws-organization-sync/1',
    ...description,
    ...more,
    counts,
    files: { 'users.json': digestOf(users), 'groups.json': digestOf(groups) },
  }
  return { 'users.json': users, 'groups.json': groups, 'manifest.json': renderManifest(manifest) }
}

function manifestOf(files: { 'users.json': string; 'groups.json': string }, some: Records): Manifest {
  return {
    format: 'aws-organization-sync/1',
    ...description,
    counts: countsOf(some),
    files: { 'users.json': digestOf(files['users.json']), 'groups.json': digestOf(files['groups.json']) },
  }
}

// eslint-disable-next-line require-yield -- it is what must not be asked for
async function* unread(): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  throw new Error('it was read')
}

function digestOf(text: string) {
  return { sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) }
}

function readText(files: Files, manifest: 'required' | 'optional' = 'required', like?: Identities) {
  const bytes = new Map(
    Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content) : content,
    ]),
  )
  return readSnapshot(bytesFiles('x', bytes), { manifest, ...(like === undefined ? {} : { like }) })
}

async function readRecords(files: Files, manifest: 'required' | 'optional' = 'required') {
  const snapshot = await readText(files, manifest)
  return snapshot && recordsOf(snapshot)
}

async function refusal(files: Files, manifest: 'required' | 'optional' = 'required'): Promise<UserError> {
  try {
    await readText(files, manifest)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('it was accepted')
}

async function* pieces(bytes: Buffer, size: number) {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size)
    await Promise.resolve()
  }
}
