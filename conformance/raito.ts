import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { createOrganization, usersOf } from '../emulator/organization.ts'
import { startRaitoCloud, type RaitoCloud } from '../emulator/raito-cloud.ts'
import { runProgram } from '../emulator/runner.ts'
import { node24 } from '../scripts/node24.mjs'
import { installConnector } from '../src/action/install.ts'
import { MissingPeer } from './peer.ts'
import type { Conformance } from './peer.ts'

const OWN = 'local--connectors/aws-organization-sync'
const REFERENCE = 'raito-io/cli-plugin-aws-organization'

/**
 * Lets the real Raito CLI, which no ordinary client installs (RAITO_BIN names it), run the connector against a loopback
 * Raito Cloud and a loopback Identity Center: `raito info`, and `raito run` with both sources; and, where
 * REFERENCE_CONNECTOR names the reference connector, that one on the same organization.
 */
export async function runRaito({ check, dist }: Conformance): Promise<void> {
  const { RAITO_BIN: raito = '', REFERENCE_CONNECTOR: reference = '' } = process.env
  if (raito === '') throw new MissingPeer('THE RAITO CLI WAS NOT RUN: RAITO_BIN does not name it.')
  const organization = createOrganization({ users: 60, groups: 12, memberships: 150, complete: true })
  const aws = await startIdentityCenter(organization)
  const cloud = await startRaitoCloud()
  try {
    const place = await installedPlace(join(dist, 'connector'))
    const cli = (parameters: string[]) => run(raito, parameters, place, aws.environment)
    const sync = (target: string) => {
      cloud.imported = undefined
      return cli([
        'run',
        ...['--raito-url-override', cloud.url, '--skip-authentication', '--disable-log-forwarding'],
        ...['--log-output', '--only-targets', target],
      ])
    }
    writeTargets(place.work, organization.account)

    const info = await cli(['info', OWN, place.version])
    check(
      'raito info shows the parameters',
      info.code === 0 && /aws-account-id.*required/.test(info.output),
      info.output,
    )

    const first = await sync('aws')
    check('raito run, source aws', isDone(first, cloud), first.output)
    const snapshot = join(place.work, 'baseline')
    check(
      'the uploaded files are those of the snapshot that the sync kept, byte for byte',
      isSame(cloud, snapshot),
      first.output,
    )
    check('the connector ended by itself', !/kill|did not exit/i.test(first.output), first.output)
    check(
      'tags of this source only, and deletions as Raito does them by default',
      cloud.importSettings.tagSourcesScope === '["AWS IAM Identity Center"]' &&
        cloud.importSettings.deleteUntouched === 'true',
      JSON.stringify(cloud.importSettings),
    )

    const calls = aws.log.length
    const fromDirectory = await sync('directory')
    check('raito run, source directory', isDone(fromDirectory, cloud), fromDirectory.output)
    check('the same bytes again', isSame(cloud, snapshot), fromDirectory.output)
    check('without a call to AWS', aws.log.length === calls)

    for (const target of ['pinned', 'unpinned']) {
      const dropIn = await sync(target)
      check(`raito run under the reference connector's name, ${target}`, isDone(dropIn, cloud), dropIn.output)
    }
    const ours = recordsOf(cloud)
    const userNames = new Set(usersOf(organization).map(({ UserName }) => UserName))
    check(
      'drop-in writes the reference mapping: the name of a user is the user name',
      ours.users.length === userNames.size && ours.users.every(({ name }) => userNames.has(name)),
    )

    const refused = await sync('foreign')
    check(
      'a foreign account fails the run with our sentence in its log',
      refused.code === 1 && /but aws-account-id|999988887777/.test(refused.output),
      refused.output,
    )
    check('and nothing was imported', cloud.imported === undefined, refused.output)

    const unquoted = await sync('parameters')
    check(
      'bad parameters fail the run with what they take',
      unquoted.code === 1 && unquoted.output.includes('aws-account-id'),
      unquoted.output,
    )

    if (reference === '') {
      tell('THE REFERENCE CONNECTOR WAS NOT RUN: REFERENCE_CONNECTOR does not name it.')
    } else {
      const before = performance.now()
      await sync('pinned')
      const ourSeconds = (performance.now() - before) / 1000
      place.replaceDropIn(reference)
      const start = performance.now()
      const theirs = await sync('pinned')
      const theirSeconds = (performance.now() - start) / 1000
      check('raito run with the reference connector', isDone(theirs, cloud), theirs.output)
      check(
        'mapping reference gives its records',
        JSON.stringify(sorted(recordsOf(cloud))) === JSON.stringify(sorted(ours)),
      )
      tell(
        `wall time of raito run: ours ${ourSeconds.toFixed(1)} s, reference connector ${theirSeconds.toFixed(1)} s`,
      )
    }
  } finally {
    await cloud.close()
    await aws.close()
  }
}

interface ImportRecord {
  externalId: string
  name: string
  groupExternalIds?: string[] | null
}

interface Place {
  home: string
  work: string
  version: string
  replaceDropIn(executable: string): void
}

async function installedPlace(bundleDirectory: string): Promise<Place> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'raito-')))
  const home = join(place, 'home')
  const work = join(place, 'work')
  mkdirSync(home)
  mkdirSync(work)
  const version = '9.8.7'
  for (const kind of ['own', 'drop-in'] as const) {
    await installConnector({ kind, home, bundleDirectory, node: node24(), version })
  }
  return {
    home,
    work,
    version,
    replaceDropIn(executable) {
      const local = join(work, 'raito/plugins', `${REFERENCE}-0.0.2`)
      mkdirSync(dirname(local), { recursive: true })
      symlinkSync(realpathSync(executable), local)
    },
  }
}

/** A line of the output that is no check. */
function tell(line: string): void {
  console.log(`       raito: ${line}`)
}

function writeTargets(work: string, account: string): void {
  const target = (name: string, lines: string[]) =>
    [`  - name: ${name}`, '    identity-store-id: store', ...lines.map((line) => `    ${line}`)].join('\n')
  const own = [`connector-name: ${OWN}`, 'connector-version: "{{CONNECTOR_VERSION}}"']
  const id = `aws-account-id: "${account}"`
  const region = 'aws-region: eu-west-1'
  const fast = 'requests-per-second: 1000'
  const targets = [
    target('aws', [...own, id, region, fast, 'baseline: ./baseline']),
    target('directory', [...own, id, 'source: ./baseline', 'tags: [Title, Department]']),
    target('pinned', [`connector-name: ${REFERENCE}`, 'connector-version: 0.0.2', id, region]),
    target('unpinned', [`connector-name: ${REFERENCE}`, id, region, fast]),
    target('foreign', [...own, 'aws-account-id: "999988887777"', 'source: ./baseline']),
    target('parameters', [...own, 'aws-account-id: 012345', 'source: ./baseline']),
  ]
  writeFileSync(join(work, 'raito.yml'), `targets:\n${targets.join('\n')}\n`)
}

interface Run {
  code: number | null
  output: string
}

async function run(
  raito: string,
  parameters: string[],
  { home, work, version }: Place,
  environment: Record<string, string>,
): Promise<Run> {
  const { code, stdout, stderr } = await runProgram({
    command: raito,
    arguments: parameters,
    env: {
      ...environment,
      HOME: home,
      CONNECTOR_VERSION: version,
      // whoever would ask the network anyway meets a closed door
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1',
    },
    cwd: work,
  })
  return { code, output: stdout + stderr }
}

function isDone({ code }: Run, cloud: RaitoCloud): boolean {
  return code === 0 && cloud.imported !== undefined
}

function isSame({ imported }: RaitoCloud, directory: string): boolean {
  return (
    imported?.users.equals(readFileSync(join(directory, 'users.json'))) === true &&
    imported.groups.equals(readFileSync(join(directory, 'groups.json')))
  )
}

function recordsOf({ imported }: RaitoCloud): { users: ImportRecord[]; groups: ImportRecord[] } {
  const read = (file: Buffer | undefined) => JSON.parse(file?.toString() ?? '[]') as ImportRecord[]
  return { users: read(imported?.users), groups: read(imported?.groups) }
}

/** The reference connector keeps the order of the API. */
function sorted({ users, groups }: { users: ImportRecord[]; groups: ImportRecord[] }) {
  const byId = (a: ImportRecord, b: ImportRecord) => (a.externalId < b.externalId ? -1 : 1)
  return {
    users: users
      .map((user) => ({ ...user, groupExternalIds: user.groupExternalIds?.toSorted() ?? null }))
      .sort(byId),
    groups: groups.toSorted(byId),
  }
}
