import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { bodyOf, close, listen } from './loopback.ts'

/**
 * A loopback Raito Cloud for the real CLI: answers the requests of one `raito run` whose target is an identity store,
 * as the sources of raito-io/cli v0.72 make them, and keeps what is uploaded. Start the CLI with
 * `--raito-url-override <url> --skip-authentication --disable-log-forwarding`.
 */
export interface RaitoCloud {
  /** ends with a slash, as the CLI expects it */
  url: string
  /** What the CLI did, in order: `POST query createJob`, `PUT upload/1` ... */
  requests: string[]
  /** The uploaded files that an import named, by their kind; a later import replaces them. */
  imported: { users: Buffer; groups: Buffer } | undefined
  /** The settings of the last import, as GraphQL text has them: `deleteUntouched`, `tagSourcesScope` ... */
  importSettings: Record<string, string>
  /** What the CLI told about the identity store: type, canBeLinked, canBeMaster. */
  metaData: Record<string, string>
  /** The statuses and errors of the job's identity store task, in order. */
  taskEvents: { status: string; errors: string[] }[]
  close(): Promise<void>
}

export async function startRaitoCloud(): Promise<RaitoCloud> {
  const uploads = new Map<string, Buffer>()
  const digests = new Map<string, string>()
  const cloud: RaitoCloud = {
    url: '',
    requests: [],
    imported: undefined,
    importSettings: {},
    metaData: {},
    taskEvents: [],
    close: () => close(server),
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    bodyOf(request).then(
      (body) => {
        const url = new URL(request.url ?? '/', cloud.url)
        const path = url.pathname.slice(1)
        if (request.method === 'POST' && path === 'query') {
          const { name, query, variables } = graphql(body)
          cloud.requests.push(`POST query ${name}`)
          const data = answerOf(name, query, variables)
          if (data === undefined) answer(400, { errors: [{ message: `unknown operation ${name}` }] })
          else answer(200, { data })
          return
        }
        cloud.requests.push(`${request.method ?? ''} ${path}`)
        if (request.method === 'GET' && path === 'file/upload/signed-url') {
          const key = String(digests.size + 1)
          digests.set(key, url.searchParams.get('sha256') ?? '')
          answer(200, { URL: `${cloud.url}upload/${key}`, Key: key })
          return
        }
        const key = /^upload\/(\d+)$/.exec(path)?.[1]
        if (request.method === 'PUT' && key !== undefined) {
          const isWhole = digests.get(key) === createHash('sha256').update(body).digest('base64')
          if (isWhole) uploads.set(key, body)
          answer(isWhole ? 200 : 400, {})
          return
        }
        answer(404, {})
      },
      () => {
        answer(400, {})
      },
    )
  })
  cloud.url = `${await listen(server)}/`
  return cloud

  /** Exactly the fields that were asked for: the CLI's GraphQL client takes any other for an error. */
  function answerOf(name: string, query: string, variables: Record<string, unknown>): unknown {
    switch (name) {
      case 'SupportedCLIVersion':
        return { SupportedCLIVersion: { supportedVersions: '>=0.0.1-0', deprecatedVersions: null } }
      case 'createJob':
      case 'updateJob':
        return { [name]: { jobId: 'job-1' } }
      case 'addTaskEvent': {
        const event = variables.input as { status: string; errors: string[] | null }
        cloud.taskEvents.push({ status: event.status, errors: event.errors ?? [] })
        return { addTaskEvent: { jobId: 'job-1' } }
      }
      case 'setIdentityStoreMetaData':
        cloud.metaData = fieldsOf(query)
        return { setIdentityStoreMetaData: { id: 'store' } }
      case 'importIdentityRequest': {
        cloud.importSettings = fieldsOf(query)
        const users = uploads.get(unquoted(cloud.importSettings.usersFileKey))
        const groups = uploads.get(unquoted(cloud.importSettings.groupsFileKey))
        if (users === undefined || groups === undefined) return undefined
        cloud.imported = { users, groups }
        // completed at once: after any running status the CLI sleeps five seconds before it asks
        return { importIdentityRequest: { subtask: { status: 'COMPLETED', subtaskId: 'ImportSync' } } }
      }
      case 'jobSubtask':
        return {
          jobSubtask: {
            jobId: 'job-1',
            jobType: 'IS',
            subtaskId: 'ImportSync',
            status: 'COMPLETED',
            lastUpdate: '2026-01-02T00:00:00Z',
            errors: [],
            result: {
              __typename: 'IdentityStoreImportResult',
              usersAdded: countOf(cloud.imported?.users),
              usersUpdated: 0,
              usersRemoved: 0,
              groupsAdded: countOf(cloud.imported?.groups),
              groupsUpdated: 0,
              groupsRemoved: 0,
              warnings: [],
            },
          },
        }
      case 'endOfTargetsSync':
        return { endOfTargetsSync: { success: true } }
      default:
        return undefined
    }
  }
}

/** The first field of an operation names it. Two of the CLI's bodies are followed by a stray quotation mark. */
function graphql(body: Buffer): { name: string; query: string; variables: Record<string, unknown> } {
  const text = body.toString().trim()
  const { query, variables } = JSON.parse(
    // real line ends and tabs stand inside the strings of the two bodies that the CLI builds by hand
    text.replace(/\}\s*"$/, '}').replaceAll(/[\n\r\t]/g, ' '),
  ) as { query: string; variables?: Record<string, unknown> }
  const name = /\{\s*(\w+)/.exec(query)?.[1] ?? ''
  return { name, query, variables: variables ?? {} }
}

/** The scalar and list fields of a GraphQL input, as text. */
function fieldsOf(query: string): Record<string, string> {
  const fields = query.matchAll(/(\w+):\s*("[^"]*"|\[[^\]]*\]|[\w.-]+)/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

function unquoted(value: string | undefined): string {
  return (value ?? '').replaceAll('"', '')
}

function countOf(file: Buffer | undefined): number {
  return file === undefined ? 0 : (JSON.parse(file.toString()) as unknown[]).length
}
