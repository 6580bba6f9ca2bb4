import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileContent } from '../../emulator/git-objects.ts'
import type { GitHub } from '../../emulator/github.ts'
import type { TokenOptions } from '../../emulator/github-api.ts'
import type { Repository } from '../../emulator/github-repository.ts'
import { startGitHub } from '../../emulator/github.ts'
import type { IdentityCenter } from '../../emulator/identity-center.ts'
import { startIdentityCenter } from '../../emulator/identity-center.ts'
import type { Organization } from '../../emulator/organization.ts'
import { ACCOUNT, createOrganization } from '../../emulator/organization.ts'
import type { ActionResult, RunActionOptions } from '../../emulator/runner.ts'
import { runAction } from '../../emulator/runner.ts'
import { MAPPING } from '../fixtures/description.ts'
import { group as team, user as person, type Records } from '../fixtures/identities.ts'

export const STORE = 'd-1234567890'

export type Files = Record<'users.json' | 'groups.json' | 'manifest.json', string>

/** `users` people in `groups` groups, each in one. */
export function people(users: number, groups = 3): Records {
  const number = (n: number) => String(n + 1).padStart(5, '0')
  return {
    users: Array.from({ length: users }, (_, n) =>
      person(`u${number(n)}`, { groupExternalIds: [`g${number(n % groups)}`] }),
    ),
    groups: Array.from({ length: groups }, (_, n) => team(`g${number(n)}`)),
  }
}

/** The three files of a snapshot, written here and not by src/: what Go writes, and a manifest that fits, its options too. */
export function filesOf({ users, groups }: Records, manifest: Record<string, unknown> = {}): Files {
  const sorted = <T extends { externalId: string }>(all: T[]): T[] =>
    [...all].sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
  const usersFile = importFile(
    sorted(users).map(({ externalId, name, userName, email, groupExternalIds, tags, isMachine }) => ({
      externalId,
      name,
      userName,
      email,
      groupExternalIds: groupExternalIds === null ? null : [...groupExternalIds].sort(),
      tags,
      isMachine,
    })),
  )
  const groupsFile = importFile(
    sorted(groups).map(({ externalId, name, displayName, description, parentGroupExternalIds, tags }) => ({
      externalId,
      name,
      displayName,
      description,
      parentGroupExternalIds,
      tags,
    })),
  )
  const file = (text: string) => ({
    sha256: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
  })
  const memberships = users.reduce((sum, user) => sum + (user.groupExternalIds?.length ?? 0), 0)
  const content = {
    format: 'aws-organization-sync/1',
    account: ACCOUNT,
    ownerAccount: ACCOUNT,
    identityStoreId: STORE,
    instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
    region: 'eu-west-1',
    ...MAPPING,
    tags: users.some(({ tags }) => tags !== null) ? ['Title'] : [],
    machineUsers: users.some(({ isMachine }) => isMachine !== null) ? '^svc-' : null,
    counts: { users: users.length, groups: groups.length, memberships },
    files: { 'users.json': file(usersFile), 'groups.json': file(groupsFile) },
    ...manifest,
  }
  return {
    'users.json': usersFile,
    'groups.json': groupsFile,
    'manifest.json': `${JSON.stringify(content, null, 2)}\n`,
  }
}

function importFile(records: object[]): string {
  const lines = records.map((record) =>
    JSON.stringify(record, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value))
      // Go escapes what HTML could stumble over.
      .replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
  return `[${lines.map((line) => `\n\n${line}`).join(',')}\n]`
}

/** Writes a snapshot (some of its files, where so asked) and gives the directory. */
export function putSnapshot(
  directory: string,
  content: Records | Partial<Files>,
  manifest?: Record<string, unknown>,
): string {
  mkdirSync(directory, { recursive: true })
  const files = 'users' in content ? filesOf(content, manifest) : content
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

/** The files of a snapshot below a directory of a commit. */
export function tree(directory: string, content: Records | Partial<Files>): Record<string, FileContent> {
  const files = 'users' in content ? filesOf(content) : content
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]))
}

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'end-to-end-'))
}

/** Every file below a directory with its bytes and its time, to see that none was touched. */
export function stateOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path, 'latin1')}`]),
  )
}

export function outputFile(result: ActionResult, name: string): string {
  return readFileSync(result.outputs[name] ?? '', 'utf8')
}

export function changesOf(result: ActionResult): unknown {
  return JSON.parse(outputFile(result, 'changes-file'))
}

/** The outputs that hold something. */
export function setOutputs(result: ActionResult): string[] {
  return Object.keys(result.outputs).filter((name) => result.outputs[name] !== '')
}

export const REPOSITORY = 'octo-org/octo-repo'
export type Visibility = 'public' | 'private' | 'internal'

/** The `repository` of an event. */
export function repositoryOf(visibility: Visibility = 'private'): object {
  return {
    id: 1,
    full_name: REPOSITORY,
    visibility,
    private: visibility !== 'public',
    default_branch: 'main',
  }
}

/** What every event holds here. */
export function anEvent(visibility: Visibility = 'private'): object {
  return { repository: repositoryOf(visibility) }
}

export interface PullRequestOptions {
  number?: number
  base?: string
  head?: string
  login?: string
  fork?: boolean
  visibility?: Visibility
}

/** Event, name and ref of a pull request's run, as the runner sets them. */
export function pullRequestRun({
  number = 1,
  base = 'a'.repeat(40),
  head = 'b'.repeat(40),
  login = 'octocat',
  fork = false,
  visibility = 'private',
}: PullRequestOptions = {}): Pick<RunActionOptions, 'event' | 'eventName' | 'env'> {
  const home = { id: 1, full_name: REPOSITORY }
  return {
    eventName: 'pull_request',
    event: {
      number,
      repository: repositoryOf(visibility),
      pull_request: {
        number,
        user: { login },
        base: { sha: base, repo: home },
        head: { sha: head, repo: fork ? { id: 2, full_name: 'someone/octo-repo' } : home },
      },
    },
    env: { GITHUB_REF: `refs/pull/${number}/merge` },
  }
}

export interface SceneOptions {
  organization?: Organization
  visibility?: Visibility
  /** The sizes from which GitHub treats a file specially. */
  largeFile?: number
}

/** A GitHub with one repository, and an IAM Identity Center, both on loopback, and the bundle between them. */
export interface Scene {
  github: GitHub
  repository: Repository
  organization: Organization
  center: IdentityCenter
  /** What a job gets that asks for everything the documentation names. */
  token: string
  createToken(permissions: TokenOptions['permissions'], more?: TokenOptions): string
  /** Runs the bundle; the inputs and variables are on top of those that connect it to the scene. */
  run(options?: RunActionOptions): Promise<ActionResult>
  close(): Promise<void>
}

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const { visibility = 'private', largeFile } = options
  const organization =
    options.organization ??
    createOrganization({ seed: 5, users: 30, groups: 4, memberships: 60, complete: true, account: ACCOUNT })
  const [center, github] = await Promise.all([
    startIdentityCenter(organization),
    startGitHub(largeFile === undefined ? {} : { largeFile }),
  ])
  const [owner = '', name = ''] = REPOSITORY.split('/')
  const repository = github.createRepository({ owner, name, visibility })
  const createToken: Scene['createToken'] = (permissions = {}, more = {}) =>
    github.createToken({ permissions, ...more })
  const token = createToken({ contents: 'read', actions: 'read', pull_requests: 'write' })
  return {
    github,
    repository,
    organization,
    center,
    token,
    createToken,
    run: ({ inputs, env, ...more } = {}) =>
      runAction({
        event: anEvent(visibility),
        ...more,
        env: { ...center.environment, GITHUB_API_URL: github.url, ...env },
        inputs: {
          'aws-account-id': ACCOUNT,
          'aws-region': 'eu-west-1',
          'requests-per-second': '1000',
          'github-token': token,
          ...inputs,
        },
      }),
    async close() {
      await Promise.all([center.close(), github.close()])
    },
  }
}
