import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ServiceError } from '../../emulator/faults.ts'
import { startIdentityCenter } from '../../emulator/identity-center.ts'
import type { IdentityCenter } from '../../emulator/identity-center.ts'
import { createOrganization, removeUser, usersOf } from '../../emulator/organization.ts'
import type { Organization } from '../../emulator/organization.ts'
import { findConnector, runHost, startConnector } from '../../emulator/raito-host.ts'
import { personalDataIn } from '../end-to-end/aws-run.ts'
import { freshPlace, installIn, NAMES } from './place.ts'
import type { Place } from './place.ts'

const PERMISSION_DENIED = 7
const FAILED_PRECONDITION = 9
const UNAUTHENTICATED = 16

let place: Place
let organization: Organization
let aws: IdentityCenter

beforeEach(async () => {
  place = freshPlace()
  organization = createOrganization({ users: 30, groups: 4, memberships: 50 })
  aws = await startIdentityCenter(organization)
})

afterEach(async () => {
  await aws.close()
})

describe('a raito run that reads AWS', () => {
  it('imports every user and group with the credentials of its environment', async () => {
    const run = await runOwn()
    expect(run.error).toBeUndefined()
    expect(run.counts).toEqual({ users: 30, groups: 4 })
    expect(idsOf(run.files?.users)).toEqual(
      usersOf(organization)
        .map(({ UserId }) => UserId)
        .sort(),
    )
    expect(run.exit).toEqual({ code: 0, signal: null, killed: false })
  })

  it('warns in the log of the CLI of what it met, without a name', async () => {
    const { log } = await runOwn()
    const nameless = usersOf(organization).filter(({ UserName }) => (UserName ?? '') === '')
    expect(nameless.length).toBeGreaterThan(0)
    expect(log).toContainEqual({
      level: 'warn',
      message: `Users without a user name: ${String(nameless.length)} (their ID is used instead).`,
    })
    expect(personalDataIn(JSON.stringify(log), organization)).toEqual([])
  })

  it('has the values of the reference connector under its name, and ours under our own', async () => {
    await installIn(place, 'drop-in')
    const dropIn = await runHost({
      ...place,
      connectorName: NAMES['drop-in'],
      parameters: parameters(),
      environment: aws.environment,
    })
    const own = await runOwn()
    const names = new Map(usersOf(organization).map(({ UserId, UserName }) => [UserId, UserName ?? UserId]))
    expect(namesOf(dropIn.files?.users)).toEqual(
      [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name),
    )
    expect(namesOf(own.files?.users)).not.toEqual(namesOf(dropIn.files?.users))
  })

  it('keeps a good result as the baseline and refuses the next one that loses too much', async () => {
    const baseline = './kept/baseline'
    const first = await runOwn({ baseline })
    expect(first.log).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('Removals were not checked'),
    })
    const kept = join(place.workingDirectory, 'kept/baseline/users.json')
    expect(readFileSync(kept)).toEqual(first.files?.users)

    for (const { UserId } of usersOf(organization).slice(0, 10)) removeUser(organization, UserId)
    const second = await runOwn({ baseline })
    expect(second.error).toMatchObject({
      code: FAILED_PRECONDITION,
      message: expect.stringContaining('10 of 30 users'),
    })
    expect(readFileSync(kept)).toEqual(first.files?.users)
    expect(readdirSync(place.workingDirectory)).toEqual(['kept'])

    const allowed = await runOwn({ baseline, 'max-removals': '100%' })
    expect(allowed.counts).toEqual({ users: 20, groups: 4 })
    expect(readFileSync(kept)).toEqual(allowed.files?.users)
  })

  it('imports nothing where AWS refuses a list', async () => {
    const denied = new ServiceError('AccessDeniedException', 'Denied.')
    aws.setFaults([{ when: { operation: 'ListUsers' }, effect: { kind: 'error', error: () => denied } }])
    const run = await runOwn()
    expect(run.error).toMatchObject({
      code: PERMISSION_DENIED,
      message: expect.stringContaining('identitystore:ListUsers'),
    })
    expect(run.files).toBeUndefined()
    expect(readdirSync(place.workingDirectory)).toEqual([])
  })

  it('refuses a store without users, for which Raito would delete every identity', async () => {
    for (const { UserId } of usersOf(organization)) removeUser(organization, UserId)
    const run = await runOwn()
    expect(run.error).toMatchObject({
      code: FAILED_PRECONDITION,
      message: expect.stringContaining('There are no users in identity store'),
    })
    expect(readdirSync(place.workingDirectory)).toEqual([])
  })

  it('says what to do where the credentials have expired', async () => {
    aws.expire('AKIDEMULATOR')
    expect((await runOwn()).error).toMatchObject({ code: UNAUTHENTICATED })
  })

  it('refuses another account than that of the credentials', async () => {
    const run = await runOwn({ 'aws-account-id': '999988887777' })
    expect(run.error).toMatchObject({
      code: FAILED_PRECONDITION,
      message: expect.stringContaining('999988887777'),
    })
  })

  it('is over at once when the CLI ends in the middle of it, with no file left behind', async () => {
    await installIn(place, 'own')
    aws.setFaults([{ when: { operation: 'ListUsers' }, effect: { kind: 'transport', transport: 'hang' } }])
    const path = findConnector({ ...place, connectorName: NAMES.own })
    const connector = await startConnector(path, { ...place, environment: aws.environment })
    const arrived = aws.waitFor(({ operation }) => operation === 'ListUsers')
    const file = (name: string) => join(place.workingDirectory, name)
    const sync = connector.syncIdentityStore(parameters(), file('u.json'), file('g.json'))
    const end = sync.then(
      () => 'finished',
      () => 'cut',
    )
    await arrived
    expect(await connector.shutdown()).toEqual({ code: 0, signal: null, killed: false })
    expect(await end).toBe('cut')
    expect(readdirSync(place.workingDirectory)).toEqual([])
  })

  it('refuses a region without an instance, where the reference connector imports two empty files', async () => {
    organization.instances.length = 0
    const run = await runOwn()
    expect(run.error?.code).toBe(FAILED_PRECONDITION)
    expect(run.files).toBeUndefined()
  })
})

async function runOwn(more: Record<string, string> = {}) {
  await installIn(place, 'own')
  const given = { ...parameters(), ...more }
  const run = await runHost({
    ...place,
    connectorName: NAMES.own,
    parameters: given,
    environment: aws.environment,
  })
  expect(aws.complaints).toEqual([])
  return run
}

function parameters() {
  return { 'aws-account-id': organization.account, 'aws-region': 'eu-west-1', 'requests-per-second': '1000' }
}

function recordsOf(file: Buffer | undefined): { externalId: string; name: string }[] {
  return JSON.parse(file?.toString() ?? '[]') as { externalId: string; name: string }[]
}

function idsOf(file: Buffer | undefined): string[] {
  return recordsOf(file).map(({ externalId }) => externalId)
}

function namesOf(file: Buffer | undefined): string[] {
  return recordsOf(file).map(({ name }) => name)
}
