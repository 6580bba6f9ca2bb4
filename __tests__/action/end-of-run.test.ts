import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { run, type Outcome } from '../../src/action/run.ts'
import { readContext } from '../../src/github/context.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { writeSnapshot } from '../../src/snapshot/write.ts'
import { DESCRIPTION } from '../fixtures/description.ts'
import { group, identitiesOf, user } from '../fixtures/identities.ts'

const ACCOUNT = '111122223333'

/** Runs with a directory as the source; who may see names, and where reports go, is the same as with AWS. */
describe('a run', () => {
  let place: string
  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), 'run-'))
    const groups = [group('g', { name: 'Secret group' })]
    for (const [name, users] of [
      ['before', [user('a')]],
      ['now', [user('a'), user('b', { userName: 'private.person' })]],
    ] as const)
      await writeSnapshot({
        directory: join(place, name),
        roots: [place],
        identities: identitiesOf({ users: [...users], groups }),
        description: DESCRIPTION,
      })
  })
  afterEach(() => {
    rmSync(place, { recursive: true })
  })

  function runWith(
    repository: object,
    inputs: Record<string, string> = {},
    environment: Record<string, string> = {},
  ): Promise<Outcome> {
    const settings = { 'aws-account-id': ACCOUNT, source: './now', baseline: './before', comment: 'never' }
    const ignore = (): void => undefined
    return run(
      parseActionSettings({ ...settings, ...inputs }, {}),
      readContext({ GITHUB_REPOSITORY: 'example/identities', GITHUB_WORKSPACE: place }, { repository }),
      {
        environment,
        log: { debug: ignore, info: ignore, warning: ignore },
        workspace: place,
        temp: join(place, 'temp'),
        home: place,
        bundle: place,
        node: process.execPath,
      },
    )
  }

  it.each([
    [{ visibility: 'private', private: true }, 'auto', true],
    [{ visibility: 'internal', private: true }, 'auto', false],
    [{ visibility: 'public', private: false }, 'auto', false],
    [{ visibility: 'something new', private: true }, 'auto', false],
    [{ private: true }, 'auto', false],
    [{}, 'auto', false],
    [{ visibility: 'public' }, 'full', true],
    [{ visibility: 'private' }, 'counts', false],
  ])('of the repository %j with detail %s shows names: %j', async (repository, detail, shows) => {
    mkdirSync(join(place, 'temp'))
    const { summary, outputs } = await runWith(repository, { detail })
    expect(summary.includes('private.person')).toBe(shows)
    expect(readFileSync(outputs['report-file'] ?? '', 'utf8').includes('private.person')).toBe(shows)
  })

  it('writes its report into a directory of each step of a job, and of each account', async () => {
    mkdirSync(join(place, 'temp'))
    const files = [
      await runWith({}, {}, { GITHUB_ACTION: 'someone_sync' }),
      await runWith({}, {}, { GITHUB_ACTION: 'someone/../sync_2' }),
      await runWith({}, {}),
    ].map(({ outputs }) => dirname(outputs['changes-file'] ?? ''))
    const parent = join(place, 'temp', 'aws-organization-sync')
    expect(files).toEqual(
      ['someone_sync', 'someone____sync_2', 'run'].map((step) => join(parent, `${ACCOUNT}-${step}`)),
    )
  })

  it('tells all that failed after the snapshot was there, fail-on-change only where nothing else did', async () => {
    mkdirSync(join(place, 'temp'))
    const changed = await runWith({}, { 'fail-on-change': 'true' })
    expect(changed.failure?.message).toMatch(/^Something changed since the baseline/)
    expect(changed.outputs.users).toBe(2)
    rmSync(join(place, 'temp'), { recursive: true })
    mkdirSync(join(place, 'temp'))
    writeFileSync(join(place, 'temp', 'aws-organization-sync'), 'in the way')
    const failed = await runWith({}, { 'fail-on-change': 'true', 'raito-connector': 'own' })
    const messages = failed.failure?.message.split('\n') ?? []
    expect(messages).toEqual([
      expect.stringMatching(/connector could not be installed/),
      expect.stringMatching(/not a directory/),
    ])
    expect(failed.snapshotDirectory).toBeUndefined()
    expect(failed.outputs['changes-file']).toBeUndefined()
  })
})
