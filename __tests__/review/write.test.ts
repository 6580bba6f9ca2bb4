import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { UserError } from '../../src/errors.ts'
import { writeReview } from '../../src/review/write.ts'
import { accessOf, permissionSet } from '../fixtures/access.ts'
import { identitiesOf, user } from '../fixtures/identities.ts'

function requestIn(directory: string): Parameters<typeof writeReview>[0] {
  const template = join(mkdtempSync(join(tmpdir(), 'review-')), 'page.html')
  writeFileSync(template, '<page>"review data"</page>')
  return {
    snapshot: identitiesOf({
      users: [user('u')],
      groups: [],
      access: accessOf([['USER', 'u', '111122223333', 'a']], [permissionSet('a')]),
    }),
    provenance: {
      identityStoreId: 'd-1234567890',
      account: '111122223333',
      ownerAccount: null,
      region: 'eu-west-1',
      run: 'https://github.com/example/identity/actions/runs/1',
      time: '2026-01-02T03:04:05.000Z',
      usersSha256: 'f'.repeat(64),
    },
    template,
    directory,
    roots: [directory],
  }
}

describe('writeReview', () => {
  it('writes the three files, for their owner alone; the page names the digests of access.csv and users.json', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'review-'))
    const { files, counts } = await writeReview(requestIn(directory))
    expect(readdirSync(directory).sort()).toEqual(['access-review.html', 'access.csv', 'users.csv'])
    expect(Object.values(files).map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
    expect(counts).toMatchObject({ people: 1, lines: 1, directAssignments: 1 })
    const sha256 = createHash('sha256').update(readFileSync(files.accessCsv)).digest('hex')
    const [, data = ''] = /^<page>(.*)<\/page>$/s.exec(readFileSync(files.page, 'utf8')) ?? []
    expect(JSON.parse(data)).toMatchObject({
      provenance: { digests: { 'access.csv': sha256, 'users.json': 'f'.repeat(64) } },
    })
  })

  it.each(['access.csv', 'users.csv', 'access-review.html'])(
    'leaves none where %s cannot be written',
    async (name) => {
      const directory = mkdtempSync(join(tmpdir(), 'review-'))
      mkdirSync(join(directory, name))
      await expect(writeReview(requestIn(directory))).rejects.toThrow(UserError)
      expect(readdirSync(directory)).toEqual([name])
    },
  )
})
