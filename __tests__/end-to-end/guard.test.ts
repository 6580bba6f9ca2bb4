import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { startArtifactService } from '../../emulator/artifact-service.ts'
import {
  ACCOUNT,
  changeUser,
  createOrganization,
  groupsOf,
  membershipsOf,
  removeGroup,
  removeMembership,
  removeUser,
  usersOf,
} from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import type { Scene } from './scene.ts'
import {
  changesOf,
  newDirectory,
  outputFile,
  people,
  pullRequestRun,
  putSnapshot,
  startScene,
  stateOf,
} from './scene.ts'

/** 60 users with an address each, 20 groups, 200 memberships. */
const organizationOf = () =>
  createOrganization({ seed: 3, users: 60, groups: 20, memberships: 200, complete: true, account: ACCOUNT })

/** Those with the fewest memberships, so that the users decide. */
const removeUsers = (organization: Organization, count: number): void => {
  const memberships = membershipsOf(organization)
  const sizeOf = (id: string) => memberships.filter(({ UserId }) => UserId === id).length
  const leavers = usersOf(organization).sort((a, b) => sizeOf(a.UserId) - sizeOf(b.UserId))
  for (const { UserId } of leavers.slice(0, count)) removeUser(organization, UserId)
}
const removeGroups = (organization: Organization, count: number): void => {
  for (const { GroupId } of groupsOf(organization).slice(0, count)) removeGroup(organization, GroupId)
}
const removeMemberships = (organization: Organization, count: number): void => {
  for (const { GroupId, UserId } of membershipsOf(organization).slice(0, count))
    removeMembership(organization, GroupId, UserId)
}
const loseAddresses = (organization: Organization, count: number): void => {
  for (const { UserId } of usersOf(organization).slice(0, count))
    changeUser(organization, UserId, { Emails: undefined, UserName: `user ${UserId}` })
}

let earlier: string

/** A scene whose workspace holds the snapshot of the whole organization, from which something then went missing. */
async function afterLosing(
  lose: (organization: Organization) => void,
): Promise<Scene & { workspace: string }> {
  const organization = organizationOf()
  const scene = await startScene({ organization })
  lose(organization)
  const workspace = newDirectory()
  cpSync(earlier, join(workspace, 'identity-store'), { recursive: true, preserveTimestamps: true })
  return { ...scene, workspace }
}

beforeAll(async () => {
  const scene = await startScene({ organization: organizationOf() })
  const result = await scene.run({ inputs: { 'output-directory': './identity-store', baseline: 'none' } })
  earlier = result.outputs['directory'] ?? ''
  await scene.close()
})

const compared = { baseline: './identity-store', 'output-directory': './identity-store' }

describe('what the guard refuses', () => {
  // 10 % of 60 users is 6, of 20 groups 2, of 200 memberships 20, of 60 addresses 6; a percentage always allows 5.
  it.each<[string, string, (organization: Organization) => void, string | undefined]>([
    ['as many users as the percentage', '10%', (o) => removeUsers(o, 6), undefined],
    ['one user more than the percentage', '20%', (o) => removeUsers(o, 13), '13 of 60 users (12 allowed)'],
    ['five of anything where the percentage is less', '0%', (o) => loseAddresses(o, 5), undefined],
    ['a sixth of anything', '0%', (o) => loseAddresses(o, 6), '6 of 60 e-mail addresses (5 allowed)'],
    [
      'one address more than the number',
      '3',
      (o) => loseAddresses(o, 4),
      '4 of 60 e-mail addresses (3 allowed)',
    ],
    ['as many addresses as the number', '4', (o) => loseAddresses(o, 4), undefined],
    [
      'one membership where the number is 0',
      '0',
      (o) => removeMemberships(o, 1),
      '1 of 200 memberships (0 allowed)',
    ],
    ['as many memberships as the percentage', '10.5%', (o) => removeMemberships(o, 21), undefined],
    ['a membership more', '10.4%', (o) => removeMemberships(o, 21), '21 of 200 memberships (20 allowed)'],
    ['six groups of twenty', '10%', (o) => removeGroups(o, 6), '6 of 20 groups (5 allowed)'],
    ['everything but one user, where all is allowed', '100%', (o) => removeUsers(o, 59), undefined],
  ])('%s at %s', async (_title, limit, lose, loss) => {
    const scene = await afterLosing(lose)
    try {
      const result = await scene.run({
        workspace: scene.workspace,
        inputs: { ...compared, 'max-removals': limit, 'upload-artifact': 'false' },
      })
      const sentence = `More would be removed than max-removals (${limit}) allows: the result loses ${String(loss)}`
      expect([result.code, result.errors.map((error) => error.slice(0, sentence.length))]).toEqual(
        loss === undefined ? [0, []] : [1, [sentence]],
      )
    } finally {
      await scene.close()
    }
  })

  it.each([
    ['users', 40, removeUsers],
    ['groups', 4, removeGroups],
  ])('the memberships of removed %s, which count', async (_kind, count, remove) => {
    const scene = await afterLosing((organization) => remove(organization, count))
    const lost = 200 - membershipsOf(scene.organization).length
    const limit = String(count)
    const result = await scene.run({
      workspace: scene.workspace,
      inputs: { ...compared, 'max-removals': limit },
    })
    await scene.close()
    expect(lost).toBeGreaterThan(count)
    expect(result.errors[0]).toContain(
      `the result loses ${String(lost)} of 200 memberships (${limit} allowed).`,
    )
    expect(result.outputs['memberships-removed']).toBe(String(lost))
  })
})

describe('a refused run', () => {
  it('has written what people need to judge it, and touched nothing else', async () => {
    const everybody = organizationOf()
    const scene = await afterLosing((organization) => removeUsers(organization, 20))
    const left = new Set(usersOf(scene.organization).map(({ UserName }) => UserName))
    const [leaver] = usersOf(everybody).filter(({ UserName }) => !left.has(UserName))
    const artifacts = await startArtifactService()
    const pull = scene.repository.createPull({ base: 'a'.repeat(40), head: 'b'.repeat(40) })
    const before = stateOf(scene.workspace)
    const event = pullRequestRun({ number: pull })
    const run = scene.repository.createRun()
    const inputs = { ...compared, 'upload-artifact': 'true', 'raito-connector': 'own' }
    const service = {
      ACTIONS_RESULTS_URL: artifacts.url,
      ACTIONS_RUNTIME_TOKEN: artifacts.runtimeToken(scene.repository, run),
    }
    const refused = await scene.run({
      ...event,
      workspace: scene.workspace,
      env: { ...event.env, ...service },
      inputs,
    })
    const lost = 200 - membershipsOf(scene.organization).length
    try {
      expect(refused.code).toBe(1)
      const store = join(scene.workspace, 'identity-store')
      expect(refused.outputs).toMatchObject({
        directory: store,
        'users-file': join(store, 'users.json'),
        'groups-file': join(store, 'groups.json'),
        'manifest-file': join(store, 'manifest.json'),
        users: '40',
        groups: '20',
        memberships: String(200 - lost),
        changed: 'true',
        'users-added': '0',
        'users-removed': '20',
        'users-changed': '0',
        'groups-removed': '0',
        'memberships-added': '0',
        'memberships-removed': String(lost),
        'artifact-id': '',
        'connector-name': '',
      })
      expect(changesOf(refused)).toMatchObject({
        baseline: { kind: 'path' },
        counts: { users: { removed: 20 }, memberships: { removed: lost } },
      })
      const comments = scene.repository.comments(pull)
      expect(comments).toHaveLength(1)
      const texts = [refused.summary, outputFile(refused, 'report-file'), comments[0]?.body ?? '']
      for (const text of texts) {
        expect(text).toContain('changes, refused')
        expect(text).toContain('**Refused: nothing was written.**')
        expect(text).toContain('20 of 60 users (6 allowed)')
        expect(text).toContain(`\`${String(leaver?.UserName)}\``)
      }
      expect(refused.outputs['comment-url']).toContain(
        `/pull/${String(pull)}#issuecomment-${String(comments[0]?.id)}`,
      )
      expect(refused.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
      expect(stateOf(scene.workspace)).toEqual(before)
      expect(artifacts.log).toEqual([])
      expect(readdirSync(refused.home)).toEqual([])

      // And it says truly how a wanted change is let through.
      const [, limit = ''] = /set max-removals to ([\d.]+)% for one run/.exec(refused.errors[0] ?? '') ?? []
      expect(refused.summary).toContain(`set \`max-removals\` to \`${limit}%\``)
      const almost = await scene.run({
        workspace: scene.workspace,
        inputs: {
          ...compared,
          'max-removals': `${(Number(limit) - 0.1).toFixed(1)}%`,
          'upload-artifact': 'false',
        },
      })
      expect(almost.code).toBe(1)
      const wanted = await scene.run({
        workspace: scene.workspace,
        inputs: { ...compared, 'max-removals': `${limit}%`, 'upload-artifact': 'false' },
      })
      expect([wanted.code, wanted.errors]).toEqual([0, []])
      expect(wanted.outputs).toMatchObject({ users: '40', 'users-removed': '20' })
      const again = await scene.run({
        workspace: scene.workspace,
        inputs: { ...compared, 'upload-artifact': 'false' },
      })
      expect([again.code, again.outputs['changed']]).toEqual([0, 'false'])
    } finally {
      await Promise.all([scene.close(), artifacts.close()])
    }
  })

  it('names no path where there is no earlier snapshot, and creates no directory', async () => {
    const scene = await afterLosing((organization) => removeUsers(organization, 20))
    const result = await scene.run({
      workspace: scene.workspace,
      inputs: { ...compared, 'output-directory': './elsewhere' },
    })
    await scene.close()
    expect(result.code).toBe(1)
    expect(result.outputs).toMatchObject({
      directory: '',
      'users-file': '',
      'groups-file': '',
      'manifest-file': '',
      users: '40',
      changed: 'true',
    })
    expect(existsSync(join(scene.workspace, 'elsewhere'))).toBe(false)
  })

  it('leaves what else the output directory holds', async () => {
    const scene = await afterLosing((organization) => removeUsers(organization, 20))
    mkdirSync(join(scene.workspace, 'other'))
    putSnapshot(join(scene.workspace, 'other'), { 'users.json': 'half of something' })
    const before = stateOf(scene.workspace)
    const result = await scene.run({
      workspace: scene.workspace,
      inputs: { ...compared, 'output-directory': './other' },
    })
    await scene.close()
    expect([result.code, result.outputs['directory']]).toEqual([1, ''])
    expect(stateOf(scene.workspace)).toEqual(before)
  })
})

it('with a directory as source the guard only warns: the review decides', async () => {
  const scene = await startScene()
  const workspace = newDirectory()
  putSnapshot(join(workspace, 'before'), people(60))
  putSnapshot(join(workspace, 'now'), { ...people(60), users: people(60).users.slice(20) })
  const result = await scene.run({ workspace, inputs: { source: './now', baseline: './before' } })
  await scene.close()
  expect([result.code, result.errors]).toEqual([0, []])
  expect(result.warnings).toEqual([
    'More is removed than max-removals (10%) allows: the result loses 20 of 60 users (6 allowed) and 20 of 60 memberships (6 allowed). With a directory as source this is only a warning; the review decides.',
  ])
  expect(result.outputs).toMatchObject({
    directory: join(workspace, 'now'),
    'users-removed': '20',
    changed: 'true',
  })
  expect(result.summary).toContain('This is a warning: the review decides.')
  expect(result.summary).not.toContain('Refused')
  expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: join(workspace, 'now') })
})
