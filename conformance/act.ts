import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual as isSame } from 'node:util'
import { parse } from 'yaml'
import { startGitHub } from '../emulator/github.ts'
import type { GitHub, Repository, TokenOptions } from '../emulator/github.ts'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import type { IdentityCenter } from '../emulator/identity-center.ts'
import { addUser, createOrganization, newId, removeUser, usersOf } from '../emulator/organization.ts'
import { fromRoot } from '../emulator/runner.ts'
import { createRepository, runAct } from './act-runner.ts'
import type { ActOptions, ActRun } from './act-runner.ts'
import { installFromGo } from './install.ts'
import type { Check, Conformance } from './peer.ts'

const ACCOUNT = '111122223333'
const SECOND_ACCOUNT = '444455556666'
const VERSION = '0.2.89'

/** Real workflows on act, which is a runner that others wrote: one of our own, then every example. */
export async function runActConformance({ check, dist }: Conformance): Promise<void> {
  const folder = await installFromGo(`act-${VERSION}`, `github.com/nektos/act@v${VERSION}`)
  const world = await openWorld(join(folder, 'act'), dist)
  try {
    await runSelf(world, check)
    const done = Object.keys(examples)
    for (const name of done)
      await examples[name]?.(world, (what, ...rest) => check(`${name}: ${what}`, ...rest))
    const written = existsSync(fromRoot('examples')) ? readdirSync(fromRoot('examples')) : []
    const forgotten = written.filter(
      (name) => name.endsWith('.yml') && name !== 'raito.yml' && !done.includes(name),
    )
    check('every example is run', forgotten.length === 0 && written.length > 0, forgotten.join('\n'))
  } finally {
    await world.close()
  }
}

interface World {
  act: string
  /** action.yml and the bundles, as somebody else's repository would fetch them. */
  action: string
  github: GitHub
  aws: Map<string, IdentityCenter>
  oidc: string
  close(): Promise<void>
}

async function openWorld(act: string, dist: string): Promise<World> {
  const action = mkdtempSync(join(tmpdir(), 'action-'))
  cpSync(fromRoot('action.yml'), join(action, 'action.yml'))
  cpSync(dist, join(action, 'dist'), { recursive: true })
  const [github, oidc, first, second] = await Promise.all([
    startGitHub(),
    startOidc(),
    startIdentityCenter(createOrganization({ users: 60, groups: 12, memberships: 150, account: ACCOUNT })),
    startIdentityCenter(
      createOrganization({
        seed: 2,
        users: 25,
        groups: 5,
        memberships: 40,
        account: SECOND_ACCOUNT,
        region: 'us-east-1',
      }),
    ),
  ])
  return {
    act,
    action,
    github,
    oidc: oidc.url,
    aws: new Map([
      [ACCOUNT, first],
      [SECOND_ACCOUNT, second],
    ]),
    async close() {
      await Promise.all([github.close(), oidc.close(), first.close(), second.close()])
    },
  }
}

/** The service that gives a job its identity token. */
async function startOidc(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((_, response) => response.end(JSON.stringify({ value: 'identity-token' })))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // Listening on TCP, so the address is not a string.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/oidc?v=1`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** A workflow in a repository of its own, on loopback's GitHub. */
interface Stage {
  repository: Repository
  folder: string
  /** Where the workflow is, from the root. */
  workflow: string
  run(trigger: {
    event: string
    payload?: object
    home?: Record<string, string>
    isMain?: boolean
  }): Promise<{ id: number; result: ActRun }>
}

let stages = 0

/** Puts the workflow file and what stands beside it into a new private repository. */
function createStage(world: World, source: string, files: Record<string, string | Uint8Array> = {}): Stage {
  const text = readFileSync(source, 'utf8')
  const workflow = `.github/workflows/${basename(source)}`
  const name = `repository-${++stages}`
  const repository = world.github.createRepository({ owner: 'octo-org', name })
  const folder = join(mkdtempSync(join(tmpdir(), 'repository-')), name)
  createRepository(folder, { ...files, [workflow]: text })
  const permissions = permissionsOf(text)
  const token = world.github.createToken({ permissions: tokenPermissions(permissions) })
  return {
    repository,
    folder,
    workflow,
    async run({ event, payload = {}, home = {} }) {
      const id = repository.createRun({ workflow, event })
      const options: ActOptions = {
        act: world.act,
        repository: folder,
        workflow,
        event,
        home,
        payload: {
          repository: {
            id: repository.id,
            name,
            full_name: repository.fullName,
            owner: { login: 'octo-org' },
            private: true,
            visibility: 'private',
            default_branch: 'main',
          },
          ...payload,
        },
        env: {
          GITHUB_API_URL: world.github.url,
          GITHUB_REPOSITORY: repository.fullName,
          GITHUB_RUN_ID: String(id),
          GITHUB_WORKFLOW_REF: `${repository.fullName}/${workflow}@refs/heads/main`,
          CONFORMANCE_AWS: JSON.stringify(
            Object.fromEntries([...world.aws].map(([account, { url }]) => [account, url])),
          ),
          // act gives every job an identity token's place only where it is told to
          ...(permissions['id-token'] === 'write'
            ? { ACTIONS_ID_TOKEN_REQUEST_URL: world.oidc, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' }
            : {}),
        },
        secrets: { GITHUB_TOKEN: token, RAITO_API_SECRET: 'a-secret-of-raito' },
        variables: {
          RAITO_DOMAIN: 'example',
          RAITO_API_USER: 'sync@example.com',
          RAITO_IDENTITY_STORE_ID: 'identity-store-of-raito',
        },
        actions: actionsOf(text, world.action),
      }
      return { id, result: await runAct(options) }
    },
  }
}

/** Of all jobs together: act has one token a run. */
function permissionsOf(workflow: string): Record<string, string> {
  // GitHub's schema of workflows, which npm run check holds the examples to.
  const { jobs } = parse(workflow) as { jobs: Record<string, { permissions?: Record<string, string> }> }
  return Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions ?? {})) as Record<
    string,
    string
  >
}

/** The workflow's own permissions and no more: so the examples prove that they are enough. */
function tokenPermissions(permissions: Record<string, string>): NonNullable<TokenOptions['permissions']> {
  const known = {
    contents: 'contents',
    actions: 'actions',
    issues: 'issues',
    'pull-requests': 'pull_requests',
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, own]) =>
      permissions[name] === undefined ? [] : [[own, permissions[name]]],
    ),
  )
}

/** Where act finds each action of a workflow: ours in its export, others among the stand-ins; act itself plays checkout. */
function actionsOf(workflow: string, action: string): Record<string, string> {
  const used = [...workflow.matchAll(/uses: ([\w.-]+\/[\w.-]+)@(\S+)/g)]
  return Object.fromEntries(
    used.flatMap(([, name = '', ref = '']) => {
      if (name === 'actions/checkout') return []
      const own = basename(name)
      return [
        [
          `${name}@${ref}`,
          own === 'aws-organization-sync' ? action : fromRoot(`conformance/stand-ins/${own}`),
        ],
      ]
    }),
  )
}

async function runSelf(world: World, check: Check): Promise<void> {
  const files = filesBelow(world.action)
  const stage = createStage(world, fromRoot('conformance/workflows/self.yml'), files)
  const { id, result } = await stage.run({ event: 'push' })
  const outputs = result.outputs['sync'] ?? {}
  check('the action of this repository runs on act to its end', isSuccess(result), result.log)
  check('its outputs are there', isSame([outputs['users'], outputs['groups']], ['60', '12']), result.log)
  check('a later step reads the files', result.outputs['later']?.['lines'] === '60', result.log)
  check(
    'the job summary names the counts',
    result.summaries.some((text) => text.includes('60')),
    result.summaries.join('\n'),
  )
  const zip = result.artifact(id, `identity-store-${ACCOUNT}`)
  check(
    'the artifact service holds exactly the three files',
    isSame(namesIn(zip), SNAPSHOT),
    namesIn(zip).join('\n'),
  )
  check(
    'the outputs name the artifact, and its digest is right',
    outputs['artifact-name'] === `identity-store-${ACCOUNT}` &&
      /^\d+$/.test(outputs['artifact-id'] ?? '') &&
      outputs['artifact-digest'] === sha256(zip),
    JSON.stringify(outputs),
  )
}

const SNAPSHOT = ['groups.json', 'manifest.json', 'users.json']

const examples: Record<string, (world: World, check: Check) => Promise<void>> = {}

function isSuccess({ code, jobs }: ActRun): boolean {
  return code === 0 && jobs.length > 0 && jobs.every(({ result }) => result === 'success')
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), readFileSync(path)]
    }),
  )
}

function sha256(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}

/** The names in a zip archive, sorted: those of its central directory. */
function namesIn(zip: Buffer = Buffer.alloc(0)): string[] {
  const names: string[] = []
  const signature = Buffer.from('PK\x01\x02', 'latin1')
  for (let at = zip.indexOf(signature); at >= 0; at = zip.indexOf(signature, at + 1)) {
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString())
  }
  return names.sort()
}
