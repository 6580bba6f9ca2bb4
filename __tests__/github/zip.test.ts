import { describe, expect, it } from '@jest/globals'
import { openZip } from '../../src/github/zip.ts'
import { textOf, zipOf } from './archive.ts'
import type { Member } from './archive.ts'

const users = (more: Partial<Member> = {}): Member => ({ name: 'users.json', content: '[1]', ...more })

async function read(zip: Buffer, name: 'users.json' | 'groups.json' | 'manifest.json' | 'access.json') {
  return textOf(await (await openZip(zip, 'artifact 7')).open(name))
}

describe('openZip', () => {
  it.each([0, 8])('gives the files of an archive (method %i)', async (method) => {
    const zip = zipOf([users({ method }), { name: 'groups.json', content: '[2]', method }])
    expect(await read(zip, 'users.json')).toBe('[1]')
    expect(await read(zip, 'groups.json')).toBe('[2]')
    expect(await read(zip, 'manifest.json')).toBeUndefined()
    const withAccess = zipOf([users(), { name: 'access.json', content: '{}', method }])
    expect(await read(withAccess, 'access.json')).toBe('{}')
    expect((await openZip(zip, 'artifact 7')).label).toBe('artifact 7')
  })

  it('reads past extra fields, comments of entries, and a comment at the end', async () => {
    const more = { extra: 'UT\u0002\u0000..', comment: 'a comment' }
    const zip = zipOf([
      { name: 'readme', content: 'x', ...more },
      users(more),
      { name: 'groups.json', content: '[2]', ...more },
    ])
    zip.writeUInt16LE(7, zip.length - 2)
    const commented = Buffer.concat([zip, Buffer.from('the end')])
    expect(await read(commented, 'users.json')).toBe('[1]')
    expect(await read(commented, 'groups.json')).toBe('[2]')
  })

  it.each(['a/users.json', 'Users.json', 'users.json/', 'users.json.bak'])(
    'takes no other name for that of a file: %s',
    async (name) => {
      expect(await read(zipOf([users({ name })]), 'users.json')).toBeUndefined()
    },
  )

  it.each<[string, Buffer, string]>([
    ['a name twice', zipOf([users(), users({ content: 'b' })]), 'it contains users.json twice'],
    ['an encrypted file', zipOf([users({ encrypted: true })]), 'users.json is encrypted'],
    ['an unknown method', zipOf([users({ method: 9 })]), 'compressed in an unknown way'],
    ['a file larger than any that is read', zipOf([users({ claimed: 256 * 1024 ** 2 + 1 })]), 'larger than'],
    ['a path that leads outside', zipOf([users(), users({ name: '../users.json' })]), 'it is damaged'],
    ['an absolute path', zipOf([users(), users({ name: '/users.json' })]), 'it is damaged'],
    ['a path of Windows', zipOf([users(), users({ name: '..\\users.json' })]), 'it is damaged'],
    ['no archive', Buffer.from('<html>not a zip</html>'), 'it is damaged'],
    ['nothing at all', Buffer.alloc(0), 'it is damaged'],
    ['an archive that was cut off in front', zipOf([users()]).subarray(40), 'it is damaged'],
    ['an archive that was cut off', zipOf([users()]).subarray(0, -1), 'it is damaged'],
  ])('refuses %s', async (_, zip, why) => {
    await expect(openZip(zip, 'artifact 7')).rejects.toThrow(
      new RegExp(`^The zip archive of artifact 7 cannot be read: .*${why}.*Delete the artifact`),
    )
  })

  it('takes a file of the largest size that is read', async () => {
    const zip = await openZip(zipOf([users({ claimed: 256 * 1024 ** 2 })]), 'x')
    expect(await zip.open('users.json')).toBeDefined()
  })

  it.each<[string, Partial<Member>]>([
    ['more than it claims', { content: Buffer.alloc(50_000_000), claimed: 10 }],
    ['less than it claims', { content: 'a', claimed: 10 }],
    ['a little more than it claims', { content: 'ab', claimed: 1 }],
  ])('breaks off a file that unpacks to %s', async (_, member) => {
    const zip = await openZip(zipOf([users(member)]), 'x')
    let bytes = 0
    const readAll = async () => {
      for await (const chunk of (await zip.open('users.json')) ?? []) bytes += chunk.byteLength
    }
    await expect(readAll()).rejects.toThrow('the data of users.json is damaged')
    expect(bytes).toBeLessThanOrEqual(10)
  })

  it('breaks off where the compressed data is garbage', async () => {
    const zip = zipOf([users({ content: 'hello hello hello hello' })])
    zip.fill(0xff, 40, 48)
    await expect(read(zip, 'users.json')).rejects.toThrow('the data of users.json is damaged')
  })
})
