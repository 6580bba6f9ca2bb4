import { mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { on, throttling } from '../../emulator/catalogue.ts'
import { ACCOUNT, createOrganization } from '../../emulator/organization.ts'
import { preload } from '../../emulator/runner.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { contentOf, placeEarlierFiles, runOn, withCenter } from './aws-run.ts'

const organization = createOrganization({
  users: 30,
  groups: 8,
  memberships: 60,
  access: { accounts: 3, permissionSets: 2, assignments: 5 },
})

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)('%s', (signal) => {
  it('in the middle of the crawl ends the run by the signal and leaves the files as they were', async () => {
    const hang = on('ListGroupMemberships', { from: 3 }, { kind: 'transport', transport: 'hang' })
    await withCenter(organization, { faults: [hang] }, async (center) => {
      const { temp, directory } = place()
      const earlier = placeEarlierFiles(directory)
      const after = center.waitFor(
        ({ operation, count }) => operation === 'ListGroupMemberships' && count >= 3,
      )
      const result = await runOn(center, { temp, signalAfter: { after, signal } })
      expectEndedBy(signal, result)
      expect(contentOf(directory)).toStrictEqual(earlier)
    })
  })

  it('while the calls wait for their turn after a throttle ends it just so', async () => {
    const throttle = on('ListUsers', {}, throttling({ headers: { 'retry-after': '60' } }))
    await withCenter(organization, { faults: [throttle] }, async (center) => {
      const { temp } = place()
      const after = center.waitFor(({ operation }) => operation === 'ListUsers')
      const result = await runOn(center, { temp, signalAfter: { after, signal } })
      expectEndedBy(signal, result)
      expect(readdirSync(temp)).toStrictEqual([])
    })
  })

  it.each(['users.json', 'groups.json', 'access.json', 'manifest.json'])(
    'in the middle of writing %s ends it and takes away what was begun',
    async (name) => {
      await withCenter(organization, {}, async (center) => {
        const { temp, directory } = place()
        const earlier = placeEarlierFiles(directory)
        let begun: string[] = []
        let tell: () => void = () => undefined
        const after = new Promise<void>((resolve) => {
          tell = resolve
        })
        const result = await runOn(center, {
          temp,
          inputs: { access: 'accounts' },
          env: { NODE_OPTIONS: preload(stopsAt(name)) },
          signalAfter: { after, signal },
          onStart: (child) =>
            child.stderr.once('data', () => {
              begun = readdirSync(directory).filter((entry) => !(entry in earlier))
              tell()
            }),
        })
        expect(begun).toContainEqual(expect.stringMatching(new RegExp(`^\\.${name}\\.`)))
        expectEndedBy(signal, result, 'writing')
        expect(contentOf(directory)).toStrictEqual(earlier)
      })
    },
  )

  it('in the middle of writing a first snapshot leaves no directory', async () => {
    await withCenter(organization, {}, async (center) => {
      const { temp } = place()
      let tell: () => void = () => undefined
      const after = new Promise<void>((resolve) => {
        tell = resolve
      })
      const result = await runOn(center, {
        temp,
        env: { NODE_OPTIONS: preload(stopsAt('groups.json')) },
        signalAfter: { after, signal },
        onStart: (child) => child.stderr.once('data', tell),
      })
      expectEndedBy(signal, result, 'writing')
      expect(readdirSync(temp)).toStrictEqual([])
    })
  })
})

it('a SIGKILL, as of a lack of memory, leaves no snapshot of an earlier run in force', async () => {
  const hang = on('ListUsers', {}, { kind: 'transport', transport: 'hang' })
  await withCenter(organization, { faults: [hang] }, async (center) => {
    const after = center.waitFor(({ operation }) => operation === 'ListUsers')
    const result = await runOn(center, { temp: place().temp, signalAfter: { after, signal: 'SIGKILL' } })
    expectEndedBy('SIGKILL', result)
  })
})

function expectEndedBy(signal: NodeJS.Signals, result: ActionResult, stderr = ''): void {
  expect(result).toMatchObject({ code: null, signal, errors: [], stderr })
  expect(result.exported).toStrictEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
  expect(result.outputs).toStrictEqual({})
}

function place(): { temp: string; directory: string } {
  const temp = realpathSync(mkdtempSync(join(tmpdir(), 'signal-')))
  return { temp, directory: join(temp, 'identity-store', ACCOUNT) }
}

/** A program for Node that says so, and goes no further, when the action has written the first bytes of a file. */
function stopsAt(name: string): string {
  return `
    import promises from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    const { open } = promises
    promises.open = async (path, ...rest) => {
      const handle = await open(path, ...rest)
      if (!String(path).includes('/.${name}.')) return handle
      const writeFile = handle.writeFile.bind(handle)
      handle.writeFile = async (bytes) => {
        await writeFile(bytes.subarray(0, 10))
        process.stderr.write('writing')
        return new Promise(() => setInterval(() => undefined, 1000))
      }
      return handle
    }
    syncBuiltinESMExports()
  `
}
