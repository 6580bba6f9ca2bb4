import { describe, expect, it } from '@jest/globals'
import { readZip } from '../../src/github/zip.ts'
import { textOf, zipOf } from './archive.ts'

describe('readZip', () => {
  it.each([0, 8])('gives the files of an archive (method %i)', async (method) => {
    const zip = readZip(
      zipOf([
        { name: 'users.json', content: '[1]', method },
        { name: 'groups.json', content: '[2]', method },
      ]),
      'x',
    )
    expect(await textOf(zip.open('users.json'))).toBe('[1]')
    expect(await textOf(zip.open('groups.json'))).toBe('[2]')
    expect(zip.open('manifest.json')).toBeUndefined()
  })

  it('reads past extra fields, comments of entries, and a comment at the end', async () => {
    const more = { extra: 'UT....', comment: 'a comment' }
    const bytes = zipOf([
      { name: 'readme', content: 'x', ...more },
      { name: 'users.json', content: '[1]', ...more },
      { name: 'groups.json', content: '[2]', ...more },
    ])
    bytes.writeUInt16LE(7, bytes.length - 2)
    const zip = readZip(Buffer.concat([bytes, Buffer.from('the end')]), 'x')
    expect(await textOf(zip.open('users.json'))).toBe('[1]')
    expect(await textOf(zip.open('groups.json'))).toBe('[2]')
  })

  it('finds nothing under another path', () => {
    const zip = readZip(
      zipOf([
        { name: '../users.json', content: '[]' },
        { name: 'a/users.json', content: '[]' },
      ]),
      'x',
    )
    expect(zip.open('users.json')).toBeUndefined()
  })

  it.each([
    [
      'a name twice',
      zipOf([
        { name: 'users.json', content: 'a' },
        { name: 'users.json', content: 'b' },
      ]),
      'twice',
    ],
    ['an encrypted file', zipOf([{ name: 'users.json', content: 'a', encrypted: true }]), 'encrypted'],
    ['no archive', Buffer.from('<html>not a zip</html>'), 'no directory'],
    ['nothing at all', Buffer.alloc(0), 'no directory'],
    [
      'an archive that was cut off in front',
      zipOf([{ name: 'users.json', content: 'a' }]).subarray(40),
      'damaged',
    ],
  ])('refuses %s', (_, bytes, why) => {
    expect(() => readZip(bytes, 'artifact 7')).toThrow(why)
    expect(() => readZip(bytes, 'artifact 7')).toThrow(/artifact 7/)
  })

  it('refuses a file that claims to be larger than any snapshot', () => {
    const zip = readZip(zipOf([{ name: 'users.json', content: 'a', claimed: 2 ** 31 }]), 'x')
    expect(() => zip.open('users.json')).toThrow('larger than')
  })

  it.each([
    ['more than it claims', { content: Buffer.alloc(50_000_000), claimed: 10 }],
    ['less than it claims', { content: 'a', claimed: 10 }],
    ['an unknown method', { content: 'a', method: 9 }],
  ])('breaks off a file that unpacks to %s', async (_, member) => {
    const zip = readZip(zipOf([{ name: 'users.json', ...member }]), 'x')
    await expect(textOf(zip.open('users.json'))).rejects.toThrow('the data of users.json is damaged')
  })

  it('hands on nothing of a bomb', async () => {
    const zip = readZip(zipOf([{ name: 'users.json', content: Buffer.alloc(50_000_000), claimed: 10 }]), 'x')
    let bytes = 0
    const read = async () => {
      for await (const chunk of zip.open('users.json') ?? []) bytes += chunk.byteLength
    }
    await expect(read()).rejects.toThrow('damaged')
    expect(bytes).toBeLessThanOrEqual(10)
  })

  it('breaks off where the compressed data is garbage', async () => {
    const bytes = zipOf([{ name: 'users.json', content: 'hello hello hello hello' }])
    bytes.fill(0xff, 40, 48)
    await expect(textOf(readZip(bytes, 'x').open('users.json'))).rejects.toThrow('damaged')
  })
})
