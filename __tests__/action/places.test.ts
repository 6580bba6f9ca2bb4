import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  directoryOf,
  findSnapshot,
  installConnector,
  openSource,
  writeSnapshot,
  type Host,
  type Job,
} from '../../src/action/steps.ts'
import { readContext } from '../../src/github/context.ts'
import { parseActionSettings } from '../../src/settings.ts'
import type { OpenSource } from '../../src/source.ts'
import { accessOf, permissionSet } from '../fixtures/access.ts'
import { identitiesOf } from '../fixtures/identities.ts'
import { description, small } from '../snapshot/identities.ts'

const ACCOUNT = '111122223333'
const settingsOf = (inputs: Record<string, string>) =>
  parseActionSettings({ 'aws-account-id': ACCOUNT, ...inputs }, {})
const jobIn = (directory: string, inputs: Record<string, string> = {}): Job => ({
  settings: settingsOf(inputs),
  context: readContext({}, {}),
  host,
  directory,
})
const ignore = (): void => undefined

let place: string
let host: Host

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'places-')))
  host = {
    environment: {},
    log: { debug: ignore, info: ignore, warning: ignore },
    workspace: join(place, 'work'),
    temp: place,
    home: place,
    bundle: place,
    node: process.execPath,
  }
})
afterEach(() => {
  rmSync(place, { recursive: true })
})

describe('the place of a snapshot', () => {
  it.each([
    [{}, ['identity-store', ACCOUNT]],
    [{ 'output-directory': './out' }, ['work', 'out']],
    [{ source: './kept/store' }, ['work', 'kept', 'store']],
  ])('with %j is %j below the temp directory', (inputs, names) => {
    expect(directoryOf(settingsOf(inputs), host)).toBe(join(place, ...names))
  })

  it.each(['users.json', 'access.json'])(
    'is told with its input where %s is a link, before AWS is asked',
    async (name) => {
      mkdirSync(join(place, 'out'))
      symlinkSync(place, join(place, 'out', name))
      const opened = openSource(jobIn(join(place, 'out'), { access: 'accounts' }))
      await expect(opened).rejects.toThrow(/^output-directory: .* symbolic link/)
    },
  )

  it('is where a manifest is, with access where that is there too', () => {
    const found = () => findSnapshot(jobIn(place))
    writeFileSync(join(place, 'access.json'), '')
    expect(found()).toBeUndefined()
    writeFileSync(join(place, 'manifest.json'), '')
    expect(found()).toEqual({ directory: place, hasAccess: true })
    rmSync(join(place, 'access.json'))
    expect(found()).toEqual({ directory: place, hasAccess: false })
  })

  it('is not read through a link', async () => {
    mkdirSync(join(place, 'real', 'store'), { recursive: true })
    symlinkSync(join(place, 'real'), join(place, 'link'))
    const opened = openSource(jobIn(join(place, 'link', 'store'), { source: './x' }))
    await expect(opened).rejects.toThrow('symbolic link')
  })

  it.each([true, false])('holds who has access where that was read: %p', async (hasAccess) => {
    const access = accessOf([['USER', small.users[0]?.externalId ?? '', ACCOUNT, 'a']], [permissionSet('a')])
    const source: OpenSource = { kind: 'aws', description, read: () => Promise.reject(new Error('not read')) }
    const counts = { users: 7, groups: 8, memberships: 9 }
    const reading = { identities: identitiesOf(small), counts, findings: [] }
    const told = jest.spyOn(host.log, 'info')
    await writeSnapshot(source, hasAccess ? { ...reading, access } : reading, jobIn(join(place, 'out')))
    const sentence = `Wrote 7 users, 8 groups and 9 memberships to ${join(place, 'out')}.`
    expect(told.mock.calls).toEqual([[sentence]])
    expect(existsSync(join(place, 'out', 'access.json'))).toBe(hasAccess)
    writeFileSync(join(place, 'file'), '')
    const refused = writeSnapshot(source, reading, jobIn(join(place, 'file', 'out')))
    await expect(refused).rejects.toThrow(/^output-directory: /)
  })
})

it.each(['none', 'own'])('the connector is installed as raito-connector says: %s', async (connector) => {
  mkdirSync(join(place, 'connector'))
  const installed = await installConnector(jobIn(place, { 'raito-connector': connector }))
  expect(installed?.name).toBe(connector === 'none' ? undefined : 'local--connectors/aws-organization-sync')
  expect(existsSync(join(place, '.raito'))).toBe(connector !== 'none')
})
