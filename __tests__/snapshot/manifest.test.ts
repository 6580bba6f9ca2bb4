import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { UserError } from '../../src/errors.ts'
import { parseManifest, renderManifest } from '../../src/snapshot/manifest.ts'
import { TAG_NAMES } from '../../src/snapshot/tags.ts'
import type { Manifest } from '../../src/snapshot/model.ts'
import { description } from './identities.ts'

const sha256 = '0123456789abcdef'.repeat(4)
const manifest: Manifest = {
  ...description,
  files: { 'groups.json': { bytes: 2184, sha256 }, 'users.json': { sha256, bytes: 19389 } },
  counts: { memberships: 150, users: 60, groups: 12 },
  format: 'aws-organization-sync/1',
}

const withAccess: Manifest = {
  ...manifest,
  access: 'accounts',
  counts: { ...manifest.counts, accounts: 5, permissionSets: 6, assignments: 7 },
  files: { ...manifest.files, 'access.json': { sha256, bytes: 77 } },
}

describe('renderManifest', () => {
  it('writes the keys in their one order, whatever their order in memory', () => {
    expect(renderManifest(manifest)).toBe(`{
  "format": "aws-organization-sync/1",
  "account": "111122223333",
  "ownerAccount": "444455556666",
  "identityStoreId": "d-1234567890",
  "instanceArn": "arn:aws:sso:::instance/ssoins-0123456789abcdef",
  "region": "eu-west-1",
  "mapping": "full",
  "tags": [
    "Title"
  ],
  "machineUsers": null,
  "disabledUsers": "include",
  "counts": {
    "users": 60,
    "groups": 12,
    "memberships": 150
  },
  "files": {
    "users.json": {
      "sha256": "${sha256}",
      "bytes": 19389
    },
    "groups.json": {
      "sha256": "${sha256}",
      "bytes": 2184
    }
  }
}
`)
  })

  it('writes the keys that the documentation lists, in its order', () => {
    const page = readFileSync(new URL('../../docs/snapshot-format.md', import.meta.url), 'utf8')
    const [, section = ''] = /^## The manifest$(.*?)^## /ms.exec(page) ?? []
    const keys = (section.match(/^- [^:\n]*/gm) ?? []).flatMap((line) => line.match(/\w+/g))
    expect(keys).toEqual(Object.keys(JSON.parse(renderManifest(withAccess)) as object))
  })
})

describe('parseManifest', () => {
  it('reads what renderManifest writes', () => {
    const arbitrary = fc.record({
      ownerAccount: fc.constantFrom(null, '444455556666'),
      instanceArn: fc.constantFrom(null, description.instanceArn),
      mapping: fc.constantFrom('full' as const, 'reference' as const),
      tags: fc.subarray([...TAG_NAMES]),
      machineUsers: fc.option(fc.string({ unit: 'grapheme' })),
      disabledUsers: fc.constantFrom('include' as const, 'exclude' as const),
      counts: fc.record({ users: fc.nat(), groups: fc.nat(), memberships: fc.nat() }),
    })
    fc.assert(
      fc.property(arbitrary, (some) => {
        expect(parseManifest(renderManifest({ ...manifest, ...some }), 'm')).toEqual({ ...manifest, ...some })
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  it('reads that of a snapshot with access', () => {
    expect(parseManifest(renderManifest(withAccess), 'm')).toEqual(withAccess)
  })

  it('ignores unknown keys, and those of access where there is none', () => {
    expect(parseManifest(JSON.stringify({ ...manifest, later: 1 }), 'm')).toEqual(manifest)
    expect(parseManifest(JSON.stringify({ ...withAccess, access: undefined }), 'm')).toEqual(manifest)
  })

  it.each<[string, unknown]>([
    ['account', '11112222333'],
    ['account', 111122223333],
    ['account', '111122223333\n'],
    ['account', 'x111122223333'],
    ['account', null],
    ['ownerAccount', ''],
    ['identityStoreId', ''],
    ['identityStoreId', '<b>'],
    ['identityStoreId', '<d-1234567890'],
    ['identityStoreId', 'd-1234567890>'],
    ['instanceArn', 'ssoins'],
    ['instanceArn', '<arn:aws:sso:::instance/ssoins-1'],
    ['instanceArn', 'arn:aws:sso:::instance/ssoins-1>'],
    ['region', 'EU West'],
    ['region', 'eu-west-1>'],
    ['mapping', 'other'],
    ['tags', null],
    ['tags', ['Unknown']],
    ['tags', ['Title', 'Title']],
    ['tags', ['Title', 'Status']],
    ['tags', [1]],
    ['machineUsers', 1],
    ['disabledUsers', true],
    ['counts', null],
    ['counts', []],
    ['files', 'users.json'],
  ])('refuses %s %j', (key, value) => {
    const error = parseError(JSON.stringify({ ...manifest, [key]: value }))
    expect(error.kind).toBe('precondition')
    expect(error.message).toContain(`manifest.json of x: "${key}" must be `)
  })

  it.each<[string, object]>([
    ['counts.users', { counts: { users: -1, groups: 0, memberships: 0 } }],
    ['counts.groups', { counts: { users: 1, groups: 0.5, memberships: 0 } }],
    ['counts.memberships', { counts: { users: 1, groups: 0, memberships: '0' } }],
    ['files.users.json', { files: {} }],
    [
      'files.users.json.sha256',
      { files: { ...manifest.files, 'users.json': { sha256: sha256.toUpperCase(), bytes: 1 } } },
    ],
    [
      'files.users.json.sha256',
      { files: { ...manifest.files, 'users.json': { sha256: `0${sha256}`, bytes: 1 } } },
    ],
    [
      'files.users.json.sha256',
      { files: { ...manifest.files, 'users.json': { sha256: `${sha256}0`, bytes: 1 } } },
    ],
    ['files.groups.json.bytes', { files: { ...manifest.files, 'groups.json': { sha256, bytes: 1e300 } } }],
  ])('refuses a wrong %s', (path, part) => {
    expect(parseError(JSON.stringify({ ...manifest, ...part })).message).toContain(`"${path}" must be `)
  })

  const { counts, files } = withAccess
  it.each<[string, object]>([
    ['access', { access: 'everything' }],
    ['access', { access: null }],
    ['counts.accounts', { counts: manifest.counts }],
    ['counts.permissionSets', { counts: { ...counts, permissionSets: -1 } }],
    ['counts.assignments', { counts: { ...counts, assignments: '7' } }],
    ['files.access.json', { files: manifest.files }],
    ['files.access.json.bytes', { files: { ...files, 'access.json': { sha256 } } }],
  ])('refuses with access a wrong %s', (path, part) => {
    expect(parseError(JSON.stringify({ ...withAccess, ...part })).message).toContain(`"${path}" must be `)
  })

  it.each([...Object.keys(manifest)])('refuses a manifest without %s', (key) => {
    const { [key]: _, ...rest } = { ...manifest } as Record<string, unknown>
    expect(parseError(JSON.stringify(rest)).message).toContain(`"${key}" must be `)
  })

  it.each(['', '{', 'null', '[]', '"text"', '\ufeff{}'])('refuses %j', (json) => {
    expect(parseError(json).message).toContain('manifest.json of x')
  })

  it.each([
    ['{', 'manifest.json of x is not JSON. '],
    ['[]', 'manifest.json of x: the manifest must be an object. '],
    [JSON.stringify({ ...manifest, mapping: '' }), '"mapping" must be "full" or "reference". '],
  ])('says of %j what is wrong with it', (json, sentence) => {
    expect(parseError(json).message).toContain(sentence)
  })

  it('does not take __proto__ for the manifest', () => {
    expect(parseError(`{"__proto__":${renderManifest(manifest)}}`).message).toContain('"format" must be ')
    expect(
      parseError(
        renderManifest(manifest)
          .replace('"counts": {', '"counts": {"__proto__": {"users": 60},')
          .replace('"users": 60,\n', ''),
      ).message,
    ).toContain('"counts.users" must be ')
  })

  it('never shows a value of the file', () => {
    expect(parseError(JSON.stringify({ ...manifest, account: 'someone@example.com' })).message).not.toContain(
      'someone',
    )
    expect(parseError('someone@example.com').message).not.toContain('someone')
  })
})

function parseError(json: string): UserError {
  try {
    parseManifest(json, 'manifest.json of x')
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('it was accepted')
}
