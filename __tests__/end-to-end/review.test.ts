import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { runAction } from '../../emulator/runner.ts'
import { TAG_SOURCE } from '../../src/snapshot/model.ts'
import { writeSnapshot } from '../../src/snapshot/write.ts'
import type { Reviewed } from '../fixtures/review.ts'
import { accessOf, ADMINISTRATOR, permissionSet } from '../fixtures/access.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { group, identitiesOf, user } from '../fixtures/identities.ts'
import { oracleOf } from '../fixtures/review.ts'

const ACCOUNT = '111122223333'
const SNAPSHOT: Reviewed = {
  users: [
    user('u1', { groupExternalIds: ['g1'] }),
    user('u2', {
      groupExternalIds: ['g1'],
      tags: [{ key: 'Status', value: 'DISABLED', source: TAG_SOURCE }],
    }),
    user('u3'),
  ],
  groups: [group('g1'), group('g2')],
  access: accessOf(
    [
      ['GROUP', 'g1', ACCOUNT, 'admin'],
      ['GROUP', 'g2', ACCOUNT, 'reader'],
      ['USER', 'u1', '444455556666', 'reader'],
    ],
    [permissionSet('admin', ADMINISTRATOR), permissionSet('reader')],
    { [ACCOUNT]: '<script>alert(1)</script>' },
  ),
}

type Stored = Omit<Reviewed, 'access'> & { access?: Reviewed['access'] | undefined }

async function snapshotIn(workspace: string, { users, groups, access }: Stored): Promise<void> {
  await writeSnapshot({
    directory: join(workspace, 'identity-store'),
    roots: [workspace],
    identities: identitiesOf({ users, groups }),
    access,
    description: { ...DESCRIPTION, ownerAccount: ACCOUNT, tags: ['Status'] },
  })
}

async function review(snapshot: Stored, inputs: Record<string, string> = {}) {
  const workspace = mkdtempSync(join(tmpdir(), 'review-'))
  await snapshotIn(workspace, snapshot)
  const result = await runAction({
    workspace,
    inputs: {
      'aws-account-id': ACCOUNT,
      source: './identity-store',
      baseline: 'none',
      'access-review': 'true',
      ...inputs,
    },
  })
  return { result, workspace }
}

const FILES = ['access-review-file', 'access-csv-file', 'users-csv-file']

describe('access-review: true', () => {
  it('with a stored snapshot writes three files beside the report, and the summary counts without a name', async () => {
    const { result, workspace } = await review(SNAPSHOT)
    expect(result).toMatchObject({ code: 0, errors: [], stderr: '' })
    const [page = '', access = '', users = ''] = FILES.map((name) => result.outputs[name] ?? '')
    expect([page, access, users].every((path) => path.startsWith(result.temp))).toBe(true)
    const oracle = oracleOf(SNAPSHOT)
    const read = (path: string): string[][] => parse(readFileSync(path, 'utf8'), { record_delimiter: '\r\n' })
    expect(read(access).slice(1)).toEqual(oracle.access)
    expect(read(users).slice(1)).toEqual(oracle.users)
    const [, data = ''] = /<script id="data".*?>(.*?)<\/script>/s.exec(readFileSync(page, 'utf8')) ?? []
    const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
    const { provenance } = JSON.parse(data) as { provenance: Record<string, unknown> }
    expect(provenance).toMatchObject({
      identityStoreId: 'd-1234567890',
      account: ACCOUNT,
      region: 'eu-west-1',
      run: 'https://github.com/octo-org/octo-repo/actions/runs/1',
      digests: {
        'access.csv': digest(access),
        'users.json': digest(join(workspace, 'identity-store', 'users.json')),
      },
    })
    expect(result.summary).toMatch(/People with access \| +2 of 3/)
    expect(result.summary).toMatch(/Disabled people with access \| +1/)
    expect(result.summary).toMatch(/Groups with assignments and nobody in them \| +1/)
    expect(result.summary).not.toMatch(/Name u|@example\.com|script/)
  })

  it('without access in the snapshot fails, and says how to make one that has it', async () => {
    const { result } = await review({ ...SNAPSHOT, access: undefined })
    expect(result.code).toBe(1)
    expect(result.errors).toEqual([
      expect.stringContaining('Make one that does: a run that reads AWS with access: accounts.'),
    ])
  })

  it('is refused for AWS without access: accounts, before anything is read', async () => {
    const result = await runAction({ inputs: { 'aws-account-id': ACCOUNT, 'access-review': 'true' } })
    expect(result.errors).toEqual([
      'access-review holds "true"; it takes true only together with access: accounts.',
    ])
  })

  it('by default writes and names nothing', async () => {
    const { result } = await review(SNAPSHOT, { 'access-review': 'false' })
    expect(FILES.map((name) => result.outputs[name])).toEqual(['', '', ''])
    expect(existsSync(join(result.temp, 'aws-organization-sync'))).toBe(false)
    expect(result.summary).not.toContain('Access review')
  })
})
