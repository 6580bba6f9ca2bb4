import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { denied, on } from '../../emulator/catalogue.ts'
import {
  ACCOUNT,
  createOrganization,
  leastCalls,
  membershipsOf,
  readOrganization,
} from '../../emulator/organization.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { MAPPING } from '../fixtures/description.ts'
import { referenceFile, referenceRecords } from '../fixtures/reference.ts'
import {
  contentOf,
  digest,
  personalDataIn,
  runBundle,
  runOn,
  shownBy,
  snapshotFiles,
  withCenter,
} from './aws-run.ts'

interface Manifest {
  format: string
  counts: Record<string, number>
  files: Record<string, { sha256: string; bytes: number }>
}

describe('a sync of 60 users and 12 groups', () => {
  const organization = createOrganization({ users: 60, groups: 12, memberships: 150 })

  it('writes the three files, gives their paths and counts, and shows nobody', async () => {
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center)
      expect(result).toMatchObject({ code: 0, signal: null, errors: [], stderr: '' })
      const directory = join(result.temp, 'identity-store', ACCOUNT)
      expect(Object.keys(contentOf(directory))).toStrictEqual(snapshotFiles)
      for (const name of snapshotFiles) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)

      const users = records(result, 'users-file')
      const groups = records(result, 'groups-file')
      const memberships = users.reduce((sum, user) => sum + (user.groupExternalIds?.length ?? 0), 0)
      expect(nonEmpty(result.outputs)).toStrictEqual({
        directory,
        'users-file': join(directory, 'users.json'),
        'groups-file': join(directory, 'groups.json'),
        'manifest-file': join(directory, 'manifest.json'),
        'aws-identity-store-id': organization.stores.keys().next().value,
        users: String(users.length),
        groups: String(groups.length),
        memberships: String(memberships),
      })
      expect([users.length, groups.length, memberships]).toStrictEqual([
        60,
        12,
        membershipsOf(organization).length,
      ])
      expect(result.exported).toStrictEqual({ AWS_ORGANIZATION_SYNC_SOURCE: directory })
      expect(personalDataIn(shownBy(result), organization)).toStrictEqual([])
      expect(center.complaints).toStrictEqual([])
    })
  })

  it('describes the files in a manifest with the documented keys', async () => {
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { inputs: { tags: 'Title,Status' } })
      const text = readFileSync(result.outputs['manifest-file'] ?? '', 'utf8')
      const manifest = JSON.parse(text) as Manifest
      expect(text).toBe(`${JSON.stringify(manifest, null, 2)}\n`)
      const { record } = organization.instances[0] ?? {}
      const files = ['users.json', 'groups.json'].map((name) => {
        const bytes = readFileSync(join(result.outputs['directory'] ?? '', name))
        return [name, { sha256: digest(bytes), bytes: bytes.length }]
      })
      const expected = {
        format: 'aws-organization-sync/1',
        account: ACCOUNT,
        ownerAccount: record?.OwnerAccountId,
        identityStoreId: record?.IdentityStoreId,
        instanceArn: record?.InstanceArn,
        region: 'eu-west-1',
        ...MAPPING,
        tags: ['Status', 'Title'],
        counts: { users: 60, groups: 12, memberships: 150 },
        files: Object.fromEntries(files) as unknown,
      }
      expect(text).toBe(`${JSON.stringify(expected, null, 2)}\n`)
    })
  })

  it('summarizes account, store, region, counts, calls and warnings', async () => {
    await withCenter(organization, {}, async (center) => {
      const { summary, warnings } = await runOn(center, { inputs: { detail: 'full' } })
      const cells = [
        'Users | 60',
        'Groups | 12',
        'Memberships | 150',
        'GetCallerIdentity` | 1',
        'ListUsers` | 1',
      ]
      for (const cell of cells) expect(summary).toContain(cell)
      for (const part of [ACCOUNT, 'eu-west-1', organization.stores.keys().next().value ?? '', 'by group'])
        expect(summary).toContain(part)
      expect(warnings.length).toBeGreaterThan(0)
      for (const warning of warnings) expect(summary).toContain(warning)
      expect(personalDataIn(summary, organization)).toStrictEqual([])
    })
  })

  it('writes where it is told: relative, absolute, or with a slash at the end', async () => {
    await withCenter(organization, {}, async (center) => {
      const first = await runOn(center, { inputs: { 'output-directory': './stores/main/' } })
      expect(first.outputs['directory']).toBe(join(first.workspace, 'stores/main'))
      const absolute = join(first.temp, 'elsewhere')
      const second = await runOn(center, {
        inputs: { 'output-directory': absolute },
        workspace: first.workspace,
        temp: first.temp,
      })
      expect(second.outputs['directory']).toBe(absolute)
      expect(contentOf(absolute)).toStrictEqual(contentOf(join(first.workspace, 'stores/main')))
    })
  })

  it('takes tags on lines with Windows line ends and in any order', async () => {
    await withCenter(organization, {}, async (center) => {
      const lines = await runOn(center, { inputs: { tags: 'Title\r\nStatus\r\n\r\nDepartment\r\n' } })
      const commas = await runOn(center, { inputs: { tags: 'Department, Status,Title' } })
      expect(bytesOf(lines)).toStrictEqual(bytesOf(commas))
      const asked = center.log.filter(({ operation }) => operation === 'ListUsers').map(({ input }) => input)
      expect(asked.map(({ Extensions }) => Extensions)).toStrictEqual([
        ['aws:identitystore:enterprise'],
        ['aws:identitystore:enterprise'],
      ])
    })
  })

  it('runs outside of GitHub Actions, and without an event file', async () => {
    await withCenter(organization, {}, async (center) => {
      const withoutEvent = await runOn(center, { env: { GITHUB_EVENT_PATH: '/no/such/event.json' } })
      expect(withoutEvent).toMatchObject({ code: 0, errors: [] })

      const names = [
        'ACTIONS WORKSPACE OUTPUT ENV STATE PATH STEP_SUMMARY EVENT_PATH EVENT_NAME REPOSITORY SHA REF',
        'REF_NAME REF_TYPE ACTION JOB RUN_ID RUN_NUMBER RUN_ATTEMPT WORKFLOW WORKFLOW_REF SERVER_URL API_URL',
        'GRAPHQL_URL ACTOR REPOSITORY_ID REPOSITORY_OWNER REPOSITORY_OWNER_ID HEAD_REF BASE_REF',
      ].flatMap((line) => line.split(' ').map((name) => `GITHUB_${name}`))
      const unset = Object.fromEntries([...names, 'RUNNER_TEMP', 'CI'].map((name) => [name, undefined]))
      const result = await runOn(center, {
        inputs: { 'output-directory': './store' },
        env: unset,
      })
      expect(result).toMatchObject({ code: 0, errors: [], stderr: '' })
      expect(contentOf(join(result.workspace, 'store'))).toStrictEqual(
        contentOf(withoutEvent.outputs['directory'] ?? ''),
      )
    })
  })

  it('replaces an earlier snapshot and leaves other files of the directory alone', async () => {
    await withCenter(organization, {}, async (center) => {
      const first = await runOn(center, { inputs: { mapping: 'reference' } })
      const directory = first.outputs['directory'] ?? ''
      const { workspace, temp } = first
      const before = bytesOf(first)
      mkdirSync(join(directory, 'kept'))
      const second = await runOn(center, { workspace, temp })
      expect(Object.keys(contentOf(directory))).toStrictEqual([
        'groups.json',
        'kept',
        'manifest.json',
        'users.json',
      ])
      expect(bytesOf(second)['users.json']).not.toBe(before['users.json'])
    })
  })
})

describe('the calls of a sync', () => {
  it('are exactly the fewest for 2,500 users, 300 groups and 12,000 memberships, and their order changes no byte', async () => {
    const organization = createOrganization({
      users: 2500,
      groups: 300,
      memberships: 12_000,
      hostileNames: true,
    })
    await withCenter(organization, { latency: 5, jitter: 1 }, async (center) => {
      const { listUsers, listGroups, byGroup } = leastCalls(organization)
      const first = await runOn(center)
      expect(center.calls).toStrictEqual({
        GetCallerIdentity: 1,
        ListInstances: 1,
        ListUsers: listUsers,
        ListGroups: listGroups,
        ListGroupMemberships: byGroup,
      })
      expect([listUsers, listGroups]).toStrictEqual([25, 3])
      expect(first.outputs).toMatchObject({ users: '2500', groups: '300', memberships: '12000' })
      expect(personalDataIn(shownBy(first), organization)).toStrictEqual([])
      expect(center.complaints).toStrictEqual([])

      for (const order of [1, 2]) {
        center.setOrder(order)
        expect(bytesOf(await runOn(center))).toStrictEqual(bytesOf(first))
      }
    })
  })

  describe('of 300 users and 1,500 groups', () => {
    const organization = createOrganization({ users: 300, groups: 1500, memberships: 3000 })
    const { listUsers, listGroups, byUser, byGroup } = leastCalls(organization)
    const lists = { GetCallerIdentity: 1, ListInstances: 1, ListUsers: listUsers, ListGroups: listGroups }

    it('go by user, and by group with the same bytes where that call is refused', async () => {
      await withCenter(organization, {}, async (center) => {
        const result = await runOn(center)
        expect(center.calls).toStrictEqual({ ...lists, ListGroupMembershipsForMember: byUser })
        expect(result.outputs).toMatchObject({ users: '300', groups: '1500', memberships: '3000' })

        center.reset()
        center.setFaults([on('ListGroupMembershipsForMember', {}, denied('identitystore'))])
        const refused = await runOn(center)
        expect(center.calls).toStrictEqual({
          ...lists,
          ListGroupMembershipsForMember: 1,
          ListGroupMemberships: byGroup,
        })
        expect(bytesOf(refused)).toStrictEqual(bytesOf(result))
        expect(refused.stdout).toContain('identitystore:ListGroupMembershipsForMember')
        expect(shownBy(refused)).not.toContain('private.person')
      })
    })
  })
})

describe('mapping: reference', () => {
  it('reproduces the files of the reference connector, once both are sorted', async () => {
    const organization = readOrganization(JSON.parse(referenceFile('organization.json').toString()))
    await withCenter(organization, {}, async (center) => {
      const result = await runOn(center, { inputs: { mapping: 'reference' } })
      expect(result).toMatchObject({ code: 0, errors: [] })
      const { users, groups } = referenceRecords()
      expect(records(result, 'users-file')).toStrictEqual(users)
      expect(records(result, 'groups-file')).toStrictEqual(groups)
    })
  })
})

describe('bad inputs', () => {
  it('are reported together, each by its name, before anything is asked of AWS', async () => {
    const result = await runBundle({
      inputs: {
        'aws-account-id': '11112222333',
        'aws-region': 'EU-WEST-1',
        'requests-per-second': '0',
        mapping: 'Full',
        tags: 'title',
        'output-directory': '~/store',
      },
    })
    expect(result).toMatchObject({ code: 1, stderr: '' })
    expect(result.errors).toHaveLength(1)
    expect(result.errors[0]?.split('\n').map((line) => line.split(' ')[0])).toStrictEqual([
      'aws-account-id',
      'aws-region',
      'requests-per-second',
      'mapping',
      'tags',
      'output-directory',
    ])
  })
})

interface ImportRecord {
  externalId: string
  groupExternalIds?: string[] | null
}

/** The records that a file of the result holds. */
function records(result: ActionResult, output: string): ImportRecord[] {
  return JSON.parse(readFileSync(result.outputs[output] ?? '', 'utf8')) as ImportRecord[]
}

function bytesOf(result: ActionResult): Record<string, string> {
  return contentOf(result.outputs['directory'] ?? '')
}

function nonEmpty(outputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ''))
}
