import { createHash } from 'node:crypto'
import { readdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ArtifactService } from '../../emulator/artifact-service.ts'
import { startArtifactService } from '../../emulator/artifact-service.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import type { Files, Scene } from './scene.ts'
import {
  filesOf,
  newDirectory,
  people,
  putSnapshot,
  setOutputs,
  startScene,
  stateOf,
  STORE,
} from './scene.ts'

let scene: Scene
let artifacts: ArtifactService

beforeAll(async () => {
  scene = await startScene()
  artifacts = await startArtifactService()
})
afterAll(async () => {
  await Promise.all([scene.close(), artifacts.close()])
})

/** Runs on a snapshot that lies in ./identity-store, without a credential of AWS. */
async function runOn(
  content: Parameters<typeof putSnapshot>[1] | ((directory: string) => void),
  inputs: Record<string, string> = {},
  more: RunActionOptions = {},
): Promise<ActionResult> {
  const workspace = more.workspace ?? newDirectory()
  const directory = join(workspace, 'identity-store')
  if (typeof content === 'function') content(directory)
  else putSnapshot(directory, content)
  return scene.run({
    ...more,
    workspace,
    env: {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_REGION: undefined,
      ...more.env,
    },
    inputs: { source: './identity-store', 'aws-region': '', ...inputs },
  })
}

/** The one sentence of a refused run, which gives no output, keeps the mark for the connector and touches nothing. */
async function refusalOf(
  content: Parameters<typeof runOn>[0],
  inputs: Record<string, string> = {},
): Promise<string> {
  const result = await runOn(content, inputs)
  expect([result.code, result.errors.length]).toEqual([1, 1])
  expect(setOutputs(result)).toEqual([])
  expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
  expect(readdirSync(result.temp)).toEqual([])
  expect(result.errors[0]).not.toMatch(/@example\.com|Name u|Group g/)
  return (result.errors[0] ?? '').replaceAll(join(result.workspace, 'identity-store'), 'THERE')
}

const good = filesOf(people(20))
const withFile = (name: keyof Files, text: string | Buffer): Partial<Files> => ({ ...good, [name]: text })

/** A snapshot whose manifest fits its files, whatever they hold. */
function sealed(files: Partial<Files>, counts = { users: 20, groups: 3, memberships: 20 }): Files {
  const all = { ...good, ...files }
  const digest = (text: string | Buffer) => ({
    sha256: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
  })
  const manifest = JSON.parse(good['manifest.json']) as object
  const described = {
    ...manifest,
    counts,
    files: { 'users.json': digest(all['users.json']), 'groups.json': digest(all['groups.json']) },
  }
  return { ...all, 'manifest.json': `${JSON.stringify(described, null, 2)}\n` }
}

describe('a directory as source', () => {
  it('asks AWS nothing, writes and uploads nothing, and names the files of the source', async () => {
    scene.center.reset()
    const workspace = newDirectory()
    const directory = putSnapshot(join(workspace, 'identity-store'), people(20))
    const before = stateOf(workspace)
    const run = scene.repository.createRun()
    const result = await runOn(
      () => undefined,
      {},
      {
        workspace,
        env: {
          ACTIONS_RESULTS_URL: artifacts.url,
          ACTIONS_RUNTIME_TOKEN: artifacts.runtimeToken(scene.repository, run),
        },
      },
    )
    expect([result.code, result.errors, result.warnings]).toEqual([0, [], []])
    expect(scene.center.log).toEqual([])
    expect(artifacts.log).toEqual([])
    expect(stateOf(workspace)).toEqual(before)
    expect(readdirSync(result.temp)).toEqual([])
    expect(result.outputs).toMatchObject({
      directory,
      'users-file': join(directory, 'users.json'),
      'groups-file': join(directory, 'groups.json'),
      'manifest-file': join(directory, 'manifest.json'),
      'aws-identity-store-id': STORE,
      users: '20',
      groups: '3',
      memberships: '20',
      changed: '',
      'changes-file': '',
      'report-file': '',
      'artifact-id': '',
    })
    expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: directory })
  })

  it('may be absolute, and outside of the workspace', async () => {
    const directory = putSnapshot(join(newDirectory(), 'store'), people(3))
    const result = await runOn(() => undefined, { source: directory })
    expect([result.code, result.outputs['directory']]).toEqual([0, directory])
  })

  it('may belong to the account or to the owner of the instance', async () => {
    const manifest = { account: '999988887777', ownerAccount: '111122223333' }
    expect((await runOn(filesOf(people(2), manifest))).code).toBe(0)
  })

  it.each([
    [
      { tags: 'Title' },
      ['With a directory as source, tags is ignored: the snapshot was mapped when it was written.'],
    ],
    [
      { mapping: 'reference', tags: 'Title', 'machine-users': '^bot', 'disabled-users': 'exclude' },
      [
        'With a directory as source, mapping, tags, machine-users, disabled-users are ignored: the snapshot was mapped when it was written.',
      ],
    ],
    [
      { 'upload-artifact': 'true' },
      ['upload-artifact is true, but with a directory as source nothing is uploaded. Remove the input.'],
    ],
    [{ mapping: 'full', 'disabled-users': 'include', 'upload-artifact': 'auto' }, []],
  ])('warns once of each input that does nothing: %j', async (inputs, warnings) => {
    const result = await runOn(people(5), inputs)
    expect([result.code, result.warnings]).toEqual([0, warnings])
    for (const warning of warnings) expect(result.summary).toContain(warning.replace(/machine-users.*/, ''))
  })
})

it('a report that cannot be written fails the run at its end: every other output and the summary are there', async () => {
  const temp = newDirectory()
  writeFileSync(join(temp, 'aws-organization-sync'), 'in the way')
  const baseline = putSnapshot(join(newDirectory(), 'earlier'), people(4))
  const result = await runOn(people(5), { baseline }, { temp })
  expect([result.code, result.errors]).toEqual([
    1,
    [`${join(temp, 'aws-organization-sync')} is not a directory. Remove it, or choose another path.`],
  ])
  expect(result.outputs).toMatchObject({ users: '5', changed: 'true', 'users-added': '1', 'report-file': '' })
  expect(result.summary).toContain('2 changes')
  expect(result.exported).toEqual({ AWS_ORGANIZATION_SYNC_SOURCE: 'failed' })
})

const RESTORE = 'Restore the snapshot, or write it again.'
const KEEP =
  "git or a formatter changed the file. Restore it, then keep both from changing it again: add `identity-store/** -text` (with the directory of the snapshot) to .gitattributes, and the directory to the formatter's ignore file, such as .prettierignore."

describe('a directory is refused where', () => {
  it.each<[string, Parameters<typeof runOn>[0], string]>([
    [
      'there is none',
      () => undefined,
      'There is no snapshot in the source directory THERE. Choose a directory that AWS Organization Sync wrote.',
    ],
    [
      'it has no manifest',
      { 'users.json': good['users.json'], 'groups.json': good['groups.json'] },
      `manifest.json of THERE is missing. ${RESTORE}`,
    ],
    [
      'it has no groups',
      { 'users.json': good['users.json'], 'manifest.json': good['manifest.json'] },
      `groups.json of THERE is missing. ${RESTORE}`,
    ],
    [
      'it has no users',
      { 'groups.json': good['groups.json'], 'manifest.json': good['manifest.json'] },
      `users.json of THERE is missing. ${RESTORE}`,
    ],
    [
      'it names nobody',
      filesOf({ users: [], groups: [] }),
      'The snapshot contains no users, so Raito would delete every identity. Write the snapshot again.',
    ],
    [
      'it is of another account',
      filesOf(people(2), { account: '999988887777', ownerAccount: '444455556666' }),
      'The snapshot is of account 999988887777 (instance owned by 444455556666), not 111122223333. Correct aws-account-id, or choose another source.',
    ],
    [
      'its manifest is of another format',
      filesOf(people(2), { format: 'aws-organization-sync/2' }),
      'manifest.json of THERE is not a manifest that this version can read: "format" must be "aws-organization-sync/1". Write the snapshot again with this version, or use the version that wrote it.',
    ],
    [
      'its manifest counts something else',
      filesOf(people(20), { counts: { users: 20, groups: 3, memberships: 19 } }),
      `manifest.json of THERE counts 19 memberships, but its files contain 20. ${RESTORE}`,
    ],
    [
      'its users have other line ends',
      withFile('users.json', good['users.json'].replaceAll('\n', '\r\n')),
      `users.json of THERE has different line endings than it was written with: ${KEEP}`,
    ],
    [
      'its groups have a final newline',
      withFile('groups.json', `${good['groups.json']}\n`),
      `groups.json of THERE has a final newline that it was written without: ${KEEP}`,
    ],
    [
      'a user is renamed by hand',
      withFile('users.json', good['users.json'].replace('Name u00007', 'Name u0000X')),
      `users.json of THERE is not the file that its manifest.json describes (size or SHA-256 differs). ${RESTORE}`,
    ],
    [
      'a record is formatted',
      withFile(
        'users.json',
        good['users.json'].replace('{"externalId":"u00003"', '{ "externalId": "u00003"'),
      ),
      `users.json of THERE, record 3: it is not in the form that a snapshot has (an unknown, repeated or misplaced key, or different spacing or escaping). ${RESTORE}`,
    ],
    [
      'the file is formatted',
      withFile('groups.json', JSON.stringify(JSON.parse(good['groups.json']), null, 2)),
      `groups.json of THERE does not have the layout of an import file before its first record. ${RESTORE}`,
    ],
    [
      'a record has an unknown key, the manifest fitting',
      sealed({
        'users.json': good['users.json'].replace('"isMachine":null}', '"isMachine":null,"admin":true}'),
      }),
      `users.json of THERE, record 1: it is not in the form that a snapshot has (an unknown, repeated or misplaced key, or different spacing or escaping). ${RESTORE}`,
    ],
    [
      'a record stands there twice',
      sealed(
        { 'groups.json': good['groups.json'].replaceAll('g00002', 'g00001') },
        { users: 20, groups: 3, memberships: 20 },
      ),
      `groups.json of THERE, record 2: its externalId is out of order or a duplicate. ${RESTORE}`,
    ],
    [
      'a value is of another kind',
      sealed({ 'users.json': good['users.json'].replace('"email":"u00004@example.com"', '"email":7') }),
      `users.json of THERE, record 4: its email is not text. ${RESTORE}`,
    ],
    [
      'it is half a file',
      withFile(
        'users.json',
        good['users.json'].slice(0, good['users.json'].indexOf('\n\n{"externalId":"u00012"')),
      ),
      `users.json of THERE ends early, after record 11. ${RESTORE}`,
    ],
    [
      'a line is cut',
      withFile('users.json', good['users.json'].slice(0, good['users.json'].indexOf('u00012@'))),
      `users.json of THERE, record 12: it is not JSON. ${RESTORE}`,
    ],
  ])('%s', async (_title, content, sentence) => {
    expect(await refusalOf(content)).toBe(sentence)
  })

  it('a file or the directory is a symbolic link', async () => {
    const linked = (name: keyof Files) => (directory: string) => {
      putSnapshot(directory, good)
      renameSync(join(directory, name), join(directory, 'real'))
      symlinkSync('real', join(directory, name))
    }
    for (const name of ['users.json', 'groups.json', 'manifest.json'] as const)
      expect(await refusalOf(linked(name))).toContain(`${name} of THERE is not a regular file.`)
    const whole = await refusalOf((directory) => {
      symlinkSync(putSnapshot(newDirectory(), good), directory)
    })
    expect(whole).toContain('THERE is a symbolic link')
  })

  it('a directory on the way to it is a symbolic link', async () => {
    const elsewhere = newDirectory()
    putSnapshot(join(elsewhere, 'store'), good)
    const refused = await refusalOf((directory) => symlinkSync(elsewhere, directory), {
      source: './identity-store/store',
    })
    expect(refused).toContain('THERE is a symbolic link')
  })

  it('any one byte of any file is another one, of whatever class', async () => {
    const classes: [string, RegExp, string][] = [
      ['a letter', /[a-z]/, 'X'],
      ['a digit', /[0-9]/, '~'],
      ['a quote', /"/, "'"],
      ['a bracket', /[[{]/, '('],
      ['a comma', /,/, ';'],
      ['a line end', /\n/, ' '],
      ['a control character', /a/, '\u0000'],
      ['a byte that is no UTF-8', /a/, '\u00ff'],
    ]
    for (const name of ['users.json', 'groups.json', 'manifest.json'] as const) {
      for (const [what, pattern, other] of classes) {
        // White space between the keys of the manifest means nothing.
        if (name === 'manifest.json' && what === 'a line end') continue
        const bytes = good[name]
        // In the middle, where a record stands, or a digest.
        const from = Math.floor(bytes.length / 2)
        const place = from + bytes.slice(from).search(pattern)
        expect(place).toBeGreaterThanOrEqual(from)
        const tampered = Buffer.from(bytes, 'latin1')
        tampered.write(other, place, 'latin1')
        const sentence = await refusalOf((directory) => {
          putSnapshot(directory, good)
          writeFileSync(join(directory, name), tampered)
        })
        const isNamed = sentence.includes(`${name} of THERE`)
        // A digest or a count that another one stands in for does not tell which of two files was changed.
        const isBlamed =
          name === 'manifest.json' && /^(users|groups)\.json of THERE .*manifest\.json/.test(sentence)
        expect([name, what, isNamed || isBlamed]).toEqual([name, what, true])
      }
    }
  })
})

describe('a hostile file of a pull request is refused at once', () => {
  const firstUser = good['users.json'].indexOf('{')
  const manyUsers = (record: string, count: number) => `[${`\n\n${record},`.repeat(count).slice(0, -1)}\n]`

  it.each<[string, Files, string]>([
    [
      'a record of a megabyte',
      sealed({ 'users.json': good['users.json'].replace('Name u00002', 'x'.repeat(1024 * 1024)) }),
      'users.json of THERE, record 2: it is longer than 256 KiB',
    ],
    [
      'one line of 20 megabytes',
      sealed({ 'groups.json': `[\n\n${'x'.repeat(20 * 1024 * 1024)}` }),
      'groups.json of THERE, record 1: it is longer than 256 KiB',
    ],
    [
      'a hundred thousand nested lists',
      sealed({
        'users.json': good['users.json'].replace(
          '"tags":null',
          `"tags":${'['.repeat(30000)}${']'.repeat(30000)}`,
        ),
      }),
      'users.json of THERE, record 1: ',
    ],
    [
      'more records than the manifest counts',
      sealed({
        'users.json': manyUsers(
          good['users.json'].slice(firstUser).split('\n')[0]?.slice(0, -1) ?? '',
          300_000,
        ),
      }),
      'users.json of THERE, record 2: its externalId is out of order or a duplicate',
    ],
    [
      'a prototype',
      sealed({ 'users.json': good['users.json'].replace('"tags":null', '"__proto__":{"tags":null}') }),
      'users.json of THERE, record 1: ',
    ],
    [
      'a byte order mark',
      sealed({ 'users.json': `\ufeff${good['users.json']}` }),
      'users.json of THERE begins with a byte order mark',
    ],
    [
      'a manifest of megabytes',
      { ...good, 'manifest.json': `{"format":"${'x'.repeat(3 * 1024 * 1024)}"}` },
      'manifest.json of THERE is larger than 1 MiB',
    ],
  ])('%s', async (_title, files, sentence) => {
    expect(await refusalOf(files)).toContain(sentence)
  })

  it('a file larger than any snapshot, without reading it', async () => {
    const sentence = await refusalOf((directory) => {
      putSnapshot(directory, good)
      // Sparse: no byte of it is on the disk.
      writeFileSync(join(directory, 'users.json'), '')
      truncateSync(join(directory, 'users.json'), 300 * 1024 * 1024)
    })
    expect(sentence).toBe(`users.json of THERE is larger than 256 MiB. ${RESTORE}`)
  })
})
