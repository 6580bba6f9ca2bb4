import { createSign } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual as isSame } from 'node:util'
import { startIdentityCenter } from '../emulator/identity-center.ts'
import { ACCOUNT, addUser, createOrganization, newId } from '../emulator/organization.ts'
import { runAction } from '../emulator/runner.ts'
import { installFromNpm } from './install.ts'
import type { Conformance } from './peer.ts'
import { freePort, startProxy } from './proxy.ts'
import type { Exchange } from './proxy.ts'
import { log, readSnapshot, workspaceWith } from './snapshots.ts'
import type { Files } from './snapshots.ts'

const VERSION = '0.12.2'
const REPOSITORY = 'octo-org/octo-repo'

/** The bundle against emulate, a GitHub that others wrote: trees and blobs, comments on several pages, tokens of an app. */
export async function runEmulate({ check, dist }: Conformance): Promise<void> {
  const folder = await installFromNpm(`emulate-${VERSION}`, [`emulate@${VERSION}`])
  const github = await startEmulate(folder)
  const proxy = await startProxy(github.url, { changeAnswer: rawBlob })
  const aws = await startIdentityCenter(
    createOrganization({ users: 60, groups: 12, memberships: 150, complete: true, account: ACCOUNT }),
  )
  try {
    const read = () => readSnapshot(dist, aws.environment, ACCOUNT)
    const before = await read()
    addUser(aws.organization, { UserId: newId(aws.organization, 61), UserName: 'user61@example.com' })
    const after = await read()

    const ask = createClient(github.url)
    const base = await push(ask, 'main', before, [])
    const head = await push(ask, 'topic', after, [base])
    const { number } = await ask<{ number: number }>('POST', 'pulls', {
      title: 'x',
      head: 'topic',
      base: 'main',
    })
    for (let n = 0; n < 120; n++) await ask('POST', `issues/${number}/comments`, { body: `Comment ${n}` })
    const comments = async () => {
      const pages = [1, 2].map((page) =>
        ask<Comment[]>('GET', `issues/${number}/comments?per_page=100&page=${page}`),
      )
      return (await Promise.all(pages)).flat()
    }

    const run = async (token: string, files: Files) => {
      proxy.exchanges.length = 0
      const repo = { id: 1, full_name: REPOSITORY }
      return runAction({
        dist: join(dist, 'index.js'),
        workspace: workspaceWith(files),
        eventName: 'pull_request',
        event: {
          repository: { private: true, visibility: 'private', default_branch: 'main' },
          pull_request: {
            number,
            base: { sha: base, ref: 'main', repo },
            head: { sha: head, ref: 'topic', repo },
          },
        },
        env: { GITHUB_API_URL: proxy.url, GITHUB_SHA: head, GITHUB_REF: 'refs/heads/topic' },
        inputs: { 'aws-account-id': ACCOUNT, source: './identity-store', 'github-token': token },
      })
    }
    const writer = await github.tokenOf('github-actions')
    const reader = await github.tokenOf('reader')

    const warned = await run(reader, after)
    check(
      'a token that may only read: the run ends well, and warns of "pull-requests: write"',
      warned.code === 0 && warned.warnings.some((text) => text.includes('pull-requests: write')),
      log(warned),
    )
    check('and the comparison with the base is there', warned.outputs['users-added'] === '1', log(warned))
    check('no comment was written', (await comments()).length === 120)

    const first = await run(writer, after)
    const written = (await comments()).at(-1)
    check(
      'a token that may write leaves one comment, which names who joins',
      first.code === 0 &&
        (await comments()).length === 121 &&
        written?.body.includes('user61@example.com') === true,
      log(first),
    )
    check('the output is its address', first.outputs['comment-url'] === written?.html_url, log(first))

    const second = await run(writer, after)
    const sent = proxy.exchanges.map(({ method }) => method)
    check(
      'the next run finds it on the second page, and writes nothing where the text is the same',
      second.code === 0 && isSame((await comments()).at(-1), written) && !sent.includes('PATCH'),
      log(second),
    )
    const reverted = await run(writer, before)
    const edited = (await comments()).at(-1)
    check(
      'the same comment is brought up to date when the change has gone',
      reverted.code === 0 && edited?.id === written?.id && edited?.body !== written?.body,
      log(reverted),
    )
  } finally {
    await Promise.all([proxy.close(), github.close(), aws.close()])
  }
}

interface Comment {
  id: number
  body: string
  html_url: string
}

/** The part of emulate that is used. */
interface Emulate {
  createEmulator: (options: object) => Promise<{
    url: string
    generatedSecrets: { kind: string; id: string; value: string }[]
    close(): Promise<void>
  }>
}

interface GitHub {
  url: string
  /** A token of the installation of the app of this name. */
  tokenOf(slug: string): Promise<string>
  close(): Promise<void>
}

async function startEmulate(folder: string): Promise<GitHub> {
  const library = pathToFileURL(join(folder, 'node_modules/emulate/dist/api.js'))
  const { createEmulator } = (await import(library.href)) as Emulate
  const [owner, name] = REPOSITORY.split('/')
  const app = (id: number, slug: string, permissions: Record<string, string>) => ({
    app_id: id,
    slug,
    name: slug,
    permissions,
    installations: [{ installation_id: id, account: owner, repository_selection: 'all' }],
  })
  const apps = [
    app(1, 'github-actions', { contents: 'read', pull_requests: 'write' }),
    app(2, 'reader', { contents: 'read', pull_requests: 'read' }),
  ]
  const port = await freePort()
  const github = await createEmulator({
    service: 'github',
    port,
    baseUrl: `http://127.0.0.1:${port}`,
    seed: {
      github: { users: [{ login: owner }], repos: [{ owner, name, private: true, auto_init: true }], apps },
    },
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    async tokenOf(slug) {
      const id = String(apps.find((one) => one.slug === slug)?.app_id)
      const key = github.generatedSecrets.find((secret) => secret.id === id)?.value ?? ''
      const answer = await fetch(`${url}/app/installations/${id}/access_tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${signedToken(id, key)}` },
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`emulate gave no token for ${slug}: ${text}`)
      return (JSON.parse(text) as { token: string }).token
    },
    close: () => github.close(),
  }
}

/** A JSON web token of an app, as GitHub asks for it. */
function signedToken(issuer: string, key: string): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 300, iss: issuer })}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

/** GitHub gives a blob as it is where it is asked for so; emulate 0.12.2 gives JSON whatever is asked for. */
function rawBlob({ path, answer }: Exchange): { answer?: Buffer } {
  if (!path.includes('/git/blobs/')) return {}
  const { content } = JSON.parse(answer.toString()) as { content: string }
  return { answer: Buffer.from(content, 'base64') }
}

type Ask = <T>(method: string, path: string, body?: object) => Promise<T>

/** emulate takes every token that it does not know for the first user's. */
function createClient(url: string): Ask {
  return async (method, path, body) => {
    const answer = await fetch(`${url}/repos/${REPOSITORY}/${path}`, {
      method,
      headers: { authorization: 'Bearer owner' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`emulate answered ${answer.status} to ${method} ${path}: ${text}`)
    // GitHub's form of what was asked for, which the caller names
    return JSON.parse(text) as never
  }
}

/** Commits these files, and nothing else, to a branch. */
async function push(ask: Ask, branch: string, files: Files, parents: string[]): Promise<string> {
  const tree = await ask<{ sha: string }>('POST', 'git/trees', {
    tree: Object.entries(files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  })
  const { sha } = await ask<{ sha: string }>('POST', 'git/commits', { message: 'x', tree: tree.sha, parents })
  if (branch === 'main') await ask('PATCH', 'git/refs/heads/main', { sha, force: true })
  else await ask('POST', 'git/refs', { ref: `refs/heads/${branch}`, sha })
  return sha
}
