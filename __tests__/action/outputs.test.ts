import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { outputsOf, type Result } from '../../src/action/outputs.ts'
import { compareAccess } from '../../src/changes/access.ts'
import { compareSnapshots } from '../../src/changes/compare.ts'
import { NOBODY } from '../../src/snapshot/memberships.ts'
import { accessOf, permissionSet } from '../fixtures/access.ts'

const access = accessOf(
  [
    ['USER', 'u', '111122223333', 'a'],
    ['USER', 'u', '111122223333', 'b'],
    ['USER', 'v', '111122223333', 'b'],
  ],
  [permissionSet('a'), permissionSet('b')],
)
/** Every number but those of access is another one. */
const changes = {
  ...compareSnapshots(NOBODY, NOBODY),
  counts: {
    users: { added: 11, removed: 12, changed: 13 },
    groups: { added: 14, removed: 15, changed: 16 },
    memberships: { added: 17, removed: 18 },
  },
}
const accessChanges = compareAccess({ ...NOBODY, access }, { ...NOBODY, access })
const ofAccess = { ...accessChanges.counts, opened: 19, closed: 20, administratorsAdded: 21 }

const result: Result = {
  identityStoreId: 'd-1234567890',
  reading: { counts: { users: 7, groups: 8, memberships: 9 }, access },
  snapshot: { directory: '/out', hasAccess: true },
  changes: { ...changes, access: { ...accessChanges, counts: ofAccess } },
  isChanged: true,
  files: { changes: '/temp/changes.json', report: '/temp/report.md' },
  review: { page: '/temp/review.html', accessCsv: '/temp/access.csv', usersCsv: '/temp/users.csv' },
  commentUrl: 'https://example.com/c',
  artifact: { name: 'a', id: 22, url: 'https://example.com/a', digest: 'sha256:0' },
  connector: { name: 'n', version: 'v' },
}

describe('the outputs', () => {
  it('are those of action.yml, in its order', () => {
    const action = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
    const { outputs } = parse(action) as { outputs: object }
    expect(Object.keys(outputsOf(result))).toEqual(Object.keys(outputs))
  })

  it('are each its own value', () => {
    expect(outputsOf(result)).toEqual({
      directory: '/out',
      'users-file': join('/out', 'users.json'),
      'groups-file': join('/out', 'groups.json'),
      'manifest-file': join('/out', 'manifest.json'),
      'access-file': join('/out', 'access.json'),
      'aws-identity-store-id': 'd-1234567890',
      users: 7,
      groups: 8,
      memberships: 9,
      accounts: 1,
      'permission-sets': 2,
      assignments: 3,
      changed: true,
      'users-added': 11,
      'users-removed': 12,
      'users-changed': 13,
      'groups-added': 14,
      'groups-removed': 15,
      'groups-changed': 16,
      'memberships-added': 17,
      'memberships-removed': 18,
      'access-opened': 19,
      'access-closed': 20,
      'administrators-added': 21,
      'changes-file': '/temp/changes.json',
      'report-file': '/temp/report.md',
      'access-review-file': '/temp/review.html',
      'access-csv-file': '/temp/access.csv',
      'users-csv-file': '/temp/users.csv',
      'comment-url': 'https://example.com/c',
      'artifact-name': 'a',
      'artifact-id': 22,
      'artifact-url': 'https://example.com/a',
      'artifact-digest': 'sha256:0',
      'connector-name': 'n',
      'connector-version': 'v',
    })
  })

  it.each<[string, Partial<Result>, string[]]>([
    [
      'access',
      { reading: { counts: result.reading.counts } },
      ['accounts', 'permission-sets', 'assignments'],
    ],
    ['an access.json', { snapshot: { directory: '/out', hasAccess: false } }, ['access-file']],
    [
      'a snapshot',
      { snapshot: undefined },
      ['directory', 'users-file', 'groups-file', 'manifest-file', 'access-file'],
    ],
    ['a review', { review: undefined }, ['access-review-file', 'access-csv-file', 'users-csv-file']],
    ['access on both sides', { changes }, ['access-opened', 'access-closed', 'administrators-added']],
    [
      'a baseline',
      { changes: undefined },
      Object.keys(outputsOf(result)).filter((name) =>
        /^changed$|-(?:added|removed|changed|opened|closed)$/.test(name),
      ),
    ],
  ])('are empty without %s, and no other one with it', (_, more, empty) => {
    const whole = Object.entries(outputsOf(result))
    const expected = whole.map(([name, value]) => [name, empty.includes(name) ? undefined : value])
    expect(Object.entries(outputsOf({ ...result, ...more }))).toEqual(expected)
  })
})
