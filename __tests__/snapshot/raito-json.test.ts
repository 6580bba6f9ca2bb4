import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Group } from '../../src/snapshot/model.ts'
import { importFile, renderGroup, renderUser, userRenderer } from '../../src/snapshot/raito-json.ts'
import { recordsOf, lineOf, type UserRecord } from '../fixtures/identities.ts'
import { referenceFile } from '../fixtures/reference.ts'
import { anyGroup, anyMappedIdentities, anyText, anyUser, wellFormedDeep } from './identities.ts'

describe('renderUser and renderGroup', () => {
  it('write every key, in the order of the import format', () => {
    expect(
      renderUser(
        {
          isMachine: null,
          tags: null,
          email: 'u@example.com',
          userName: 'u',
          name: 'n',
          externalId: 'x',
        },
        ['g'],
      ),
    ).toBe(
      '{"externalId":"x","name":"n","userName":"u","email":"u@example.com","groupExternalIds":["g"],"tags":null,"isMachine":null}',
    )
    expect(
      renderGroup({
        externalId: 'g',
        name: 'Admins',
        displayName: 'Admins',
        description: '',
        parentGroupExternalIds: null,
        tags: [{ key: 'k', value: 'v', source: 's' }],
      }),
    ).toBe(
      '{"externalId":"g","name":"Admins","displayName":"Admins","description":"","parentGroupExternalIds":null,"tags":[{"key":"k","value":"v","source":"s"}]}',
    )
  })

  it.each([
    ['HTML', '<b>&', '\\u003cb\\u003e\\u0026'],
    ['quotes and backslashes', '"\\', '\\"\\\\'],
    ['line separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['short control characters', '\b\f\n\r\t', '\\b\\f\\n\\r\\t'],
    ['other control characters', '\u0000\u001f', '\\u0000\\u001f'],
    ['DEL, slash and apostrophe raw', "\u007f/'", "\u007f/'"],
    ['other scripts raw', 'é€😀', 'é€😀'],
    ['a replacement character raw', '\ufffd', '\ufffd'],
    ['a lone surrogate as a replacement character', 'a\ud800b', 'a\ufffdb'],
  ])('escape as Go does: %s', (_, text, expected) => {
    expect(renderGroup({ ...emptyGroup, description: text })).toContain(`"description":"${expected}"`)
  })

  it('write exactly the bytes of Go for any record', () => {
    fc.assert(
      fc.property(anyUser, anyGroup, (user, group) => {
        expect(bytesOf(lineOf(user))).toBe(goJson(userStruct(user)).toString('latin1'))
        expect(bytesOf(renderGroup(group))).toBe(goJson(groupStruct(group)).toString('latin1'))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('write what JSON.parse reads back', () => {
    fc.assert(
      fc.property(anyUser, anyGroup, (user, group) => {
        expect(JSON.parse(lineOf(user))).toEqual(wellFormedDeep(user))
        expect(JSON.parse(renderGroup(group))).toEqual(wellFormedDeep(group))
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('write the users of a snapshot by their numbers as their records', () => {
    fc.assert(
      fc.property(anyMappedIdentities, (identities) => {
        const lines = identities.users.map(userRenderer(identities.memberships))
        expect(lines).toEqual(recordsOf(identities).users.map(lineOf))
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('write an empty list as Go writes an empty slice', () => {
    expect(lineOf({ ...emptyUser, groupExternalIds: [], tags: [] })).toContain(
      '"groupExternalIds":[],"tags":[]',
    )
  })
})

describe('importFile', () => {
  it.each([
    [[], '[\n]'],
    [['a'], '[\n\na\n]'],
    [['a', 'b'], '[\n\na,\n\nb\n]'],
  ])('frames %j as the Raito CLI does', (records, expected) => {
    expect([...importFile(records, (record) => record)].join('')).toBe(expected)
  })

  it('reproduces the files of the reference connector byte for byte', () => {
    const users = referenceFile('users.json').toString()
    const groups = referenceFile('groups.json').toString()
    expect([...importFile(JSON.parse(users) as UserRecord[], lineOf)].join('')).toBe(users)
    expect([...importFile(JSON.parse(groups) as Group[], renderGroup)].join('')).toBe(groups)
  })

  it('is a JSON array of the records', () => {
    fc.assert(
      fc.property(fc.array(anyUser, { maxLength: 4 }), anyText, (users, name) => {
        const records = users.map((record) => ({ ...record, name }))
        expect(JSON.parse([...importFile(records, lineOf)].join(''))).toEqual(wellFormedDeep(records))
      }),
      { seed: 3, numRuns: 100 },
    )
  })
})

const emptyUser: UserRecord = {
  externalId: '',
  name: '',
  userName: '',
  email: '',
  groupExternalIds: null,
  tags: null,
  isMachine: null,
}
const emptyGroup: Group = {
  externalId: '',
  name: '',
  displayName: '',
  description: '',
  parentGroupExternalIds: null,
  tags: null,
}

/** One character a byte of the UTF-8, so that strings compare as bytes do. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** A Go value: fields in order, since a struct has them so. */
type GoValue = string | boolean | null | GoValue[] | Map<string, GoValue>

/**
 * The rules of Go's encoding/json (json.Marshal, HTML escaping on), stated on bytes: its strings are UTF-8, walked rune
 * by rune. Written apart from the code under test, which works on UTF-16.
 */
function goJson(value: GoValue): Buffer {
  const out: number[] = []
  const ascii = (text: string) => out.push(...Buffer.from(text, 'latin1'))
  const write = (part: GoValue): void => {
    if (typeof part === 'string') goString(Buffer.from(part, 'utf8'), out)
    else if (part === null || typeof part === 'boolean') ascii(String(part))
    else if (Array.isArray(part)) {
      ascii('[')
      part.forEach((item, index) => {
        if (index > 0) ascii(',')
        write(item)
      })
      ascii(']')
    } else {
      ascii('{')
      let first = true
      for (const [key, item] of part) {
        if (!first) ascii(',')
        first = false
        write(key)
        ascii(':')
        write(item)
      }
      ascii('}')
    }
  }
  write(value)
  return Buffer.from(out)
}

function goString(bytes: Buffer, out: number[]): void {
  const hex = '0123456789abcdef'
  const short = new Map([
    [0x08, 'b'],
    [0x09, 't'],
    [0x0a, 'n'],
    [0x0c, 'f'],
    [0x0d, 'r'],
    [0x22, '"'],
    [0x5c, '\\'],
  ])
  const ascii = (text: string) => out.push(...Buffer.from(text, 'latin1'))
  ascii('"')
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes.readUInt8(i)
    const letter = short.get(byte)
    if (letter !== undefined) ascii('\\' + letter)
    else if (byte < 0x20 || byte === 0x3c || byte === 0x3e || byte === 0x26) {
      ascii('\\u00' + hex.charAt(byte >> 4) + hex.charAt(byte & 15))
    } else if (byte === 0xe2 && bytes[i + 1] === 0x80 && (bytes[i + 2] === 0xa8 || bytes[i + 2] === 0xa9)) {
      ascii('\\u202' + hex.charAt(bytes.readUInt8(i + 2) & 15))
      i += 2
    } else out.push(byte)
  }
  ascii('"')
}

function userStruct(record: UserRecord): GoValue {
  return new Map<string, GoValue>([
    ['externalId', record.externalId],
    ['name', record.name],
    ['userName', record.userName],
    ['email', record.email],
    ['groupExternalIds', record.groupExternalIds],
    ['tags', tagStructs(record.tags)],
    ['isMachine', record.isMachine],
  ])
}

function groupStruct(record: Group): GoValue {
  return new Map<string, GoValue>([
    ['externalId', record.externalId],
    ['name', record.name],
    ['displayName', record.displayName],
    ['description', record.description],
    ['parentGroupExternalIds', record.parentGroupExternalIds],
    ['tags', tagStructs(record.tags)],
  ])
}

function tagStructs(tags: UserRecord['tags']): GoValue {
  if (tags === null) return null
  return tags.map(
    ({ key, value, source }) =>
      new Map<string, GoValue>([
        ['key', key],
        ['value', value],
        ['source', source],
      ]),
  )
}
