import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ACCOUNT, createOrganization, removeUser, usersOf } from '../../emulator/organization.ts'
import { preload } from '../../emulator/runner.ts'
import { directoryFiles, readSnapshot } from '../../src/snapshot/read.ts'
import { runOn, snapshotFiles, withCenter } from './aws-run.ts'

describe('a run that writes into the directory of another one', () => {
  const good = { code: 0, errors: [] }
  const refused = { code: 1, errors: [expect.stringContaining('Another run is writing to')] }

  it.each([
    ['has staged its files: both come out, one after the other', 'openSync', '.lock', good],
    ['has its turn: this one is refused', 'renameSync', 'users.json.', refused],
    ['has replaced a file: this one is refused', 'renameSync', 'manifest.json.', refused],
  ])('while that %s', async (_, call, at, outcome) => {
    const organization = createOrganization({ users: 30, groups: 4, memberships: 50, complete: true })
    await withCenter(organization, {}, async (center) => {
      const temp = realpathSync(mkdtempSync(join(tmpdir(), 'place-')))
      const directory = join(temp, 'identity-store', ACCOUNT)
      const before = await runOn(center, { temp })
      expect(before).toMatchObject(good)

      let start: (child: ChildProcessWithoutNullStreams) => void = () => undefined
      const started = new Promise<ChildProcessWithoutNullStreams>((resolve) => {
        start = resolve
      })
      const env = { NODE_OPTIONS: preload(stopsBefore(call, at)) }
      const first = runOn(center, { temp, env, onStart: start })
      const child = await started
      await once(child.stderr, 'data')
      removeUser(organization, usersOf(organization)[0]?.UserId ?? '')
      const second = await runOn(center, { temp })
      child.kill('SIGCONT')

      expect(second).toMatchObject(outcome)
      expect(await first).toMatchObject(good)
      expect(readdirSync(directory).sort()).toEqual(snapshotFiles)
      const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'required' })
      // The first one is the last to write.
      expect(snapshot?.users).toHaveLength(30)
    })
  })
})

/** A program for Node that says so, and stops, before a call for a path that holds `at`. */
function stopsBefore(call: string, at: string): string {
  return `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { writeSync, ${call}: original } = fs
    let isOver = false
    fs.${call} = (...given) => {
      if (!isOver && given.slice(0, 2).some((one) => String(one).includes('${at}'))) {
        isOver = true
        writeSync(2, 'stopped')
        process.kill(process.pid, 'SIGSTOP')
      }
      return original(...given)
    }
    syncBuiltinESMExports()
  `
}
