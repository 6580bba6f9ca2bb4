import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { createOrganization, storeOf, usersOf } from '../emulator/organization.ts'
import { startRaitoCloud, type RaitoCloud } from '../emulator/raito-cloud.ts'
import { installConnector } from '../src/raito/install.ts'

export interface ConformanceResult {
  /** What the peer was asked and how that ended, a line each. */
  lines: string[]
  /** What did not hold; empty in a good run. */
  failures: string[]
  /** Peers that this machine lacks. */
  missing: string[]
}

export interface ConformanceOptions {
  /** dist/connector */
  bundleDirectory: string
  /** The Node that runs the connector: 24. */
  node: string
  /** The real Raito CLI (RAITO_BIN); undefined: missing. */
  raito: string | undefined
  /** raito-io/cli-plugin-aws-organization (REFERENCE_CONNECTOR); undefined: missing. */
  reference: string | undefined
  /** Milliseconds for each call to AWS. */
  latency?: number
  users?: number
  groups?: number
  memberships?: number
}

const OWN = 'local--connectors/aws-organization-sync'
const REFERENCE = 'raito-io/cli-plugin-aws-organization'

/**
 * Lets the real Raito CLI run the connector against a loopback Raito Cloud and a loopback Identity Center: `raito info`,
 * and `raito run` with both sources; and, where the reference connector is there, that one on the same organization.
 */
export async function runRaitoConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const result: ConformanceResult = { lines: [], failures: [], missing: [] }
  const { raito, reference } = options
  if (raito === undefined) {
    result.missing.push('raito (RAITO_BIN)', 'reference connector (REFERENCE_CONNECTOR)')
    result.lines.push('THE RAITO CLI WAS NOT RUN: RAITO_BIN does not name it.')
    return result
  }
  const organization = createOrganization({
    users: options.users ?? 60,
    groups: options.groups ?? 12,
    memberships: options.memberships ?? 150,
    complete: true,
  })
  const aws = await startIdentityCenter(organization, { latency: options.latency ?? 0 })
  const cloud = await startRaitoCloud()
  try {
    const place = await installedPlace(options)
    const check = (what: string, holds: boolean, log: string) => {
      result.lines.push(`${holds ? 'ok' : 'FAILED'}: ${what}`)
      if (!holds) result.failures.push(`${what}\n${log}`)
    }
    const cli = (parameters: string[], connectorEnvironment: Record<string, string> = {}) =>
      run(raito, parameters, place, { ...aws.environment, ...connectorEnvironment })
    const sync = async (target: string) => {
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
    check('without a call to AWS', aws.log.length === calls, '')

    for (const target of ['pinned', 'unpinned']) {
      const dropIn = await sync(target)
      check(`raito run under the reference connector's name, ${target}`, isDone(dropIn, cloud), dropIn.output)
    }
    const ours = recordsOf(cloud)
    const userNames = new Set(usersOf(organization).map(({ UserName }) => UserName))
    check(
      'drop-in writes the reference mapping: the name of a user is the user name',
      ours.users.length === userNames.size && ours.users.every(({ name }) => userNames.has(name)),
      '',
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

    if (reference === undefined) {
      result.missing.push('reference connector (REFERENCE_CONNECTOR)')
      result.lines.push('THE REFERENCE CONNECTOR WAS NOT RUN: REFERENCE_CONNECTOR does not name it.')
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
        '',
      )
      result.lines.push(
        `wall time of raito run: ours ${ourSeconds.toFixed(1)} s, reference connector ${theirSeconds.toFixed(1)} s ` +
          `(${storeOf(organization).users.length} users, ${options.latency ?? 0} ms latency)`,
      )
    }
  } finally {
    await cloud.close()
    await aws.close()
  }
  return result
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

async function installedPlace({ bundleDirectory, node }: ConformanceOptions): Promise<Place> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'raito-')))
  const home = join(place, 'home')
  const work = join(place, 'work')
  mkdirSync(home)
  mkdirSync(work)
  const version = '9.8.7'
  for (const kind of ['own', 'drop-in'] as const) {
    await installConnector({ kind, home, bundleDirectory, node, version })
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

function run(
  raito: string,
  parameters: string[],
  { home, work, version }: Place,
  environment: Record<string, string>,
): Promise<Run> {
  const child = spawn(raito, parameters, {
    cwd: work,
    env: {
      ...environment,
      PATH: process.env.PATH,
      HOME: home,
      CONNECTOR_VERSION: version,
      // whoever would ask the network anyway meets a closed door
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((settle, fail) => {
    child.once('error', fail)
    child.once('close', (code) => {
      settle({ code, output })
    })
  })
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
