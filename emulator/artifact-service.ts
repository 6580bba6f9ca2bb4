import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Repository } from './github-repository.ts'
import { bodyOf, close, listen } from './loopback.ts'

/**
 * GitHub's artifact service on loopback, as far as `@actions/artifact` uses it to upload: Twirp with JSON bodies, and
 * block blobs as Azure stores them. A finished upload becomes an artifact of the GitHub emulator's repository.
 */
export interface ArtifactService {
  /** For ACTIONS_RESULTS_URL. */
  url: string
  /** `POST CreateArtifact`, `PUT block`, … in order of arrival. */
  log: string[]
  /** Bodies of the Twirp calls. */
  calls: { method: string; body: Record<string, unknown> }[]
  /** For ACTIONS_RUNTIME_TOKEN: a job of that run. */
  runtimeToken(repository: Repository, run: number): string
  fail(fault: UploadFault | undefined): void
  close(): Promise<void>
}

export type UploadFault =
  /** CreateArtifact says that the name is taken, whether it is or not */
  | 'name taken'
  /** CreateArtifact: 403 */
  | 'forbidden'
  /** the bytes arrive, then FinalizeArtifact is refused */
  | 'half way'
  /** CreateArtifact: the storage quota is used up */
  | 'quota'
  /** no request is answered */
  | 'silent'

interface Upload {
  repository: Repository
  run: number
  name: string
  blocks: Map<string, Buffer>
  zip: Buffer | undefined
}

export async function startArtifactService(): Promise<ArtifactService> {
  const jobs = new Map<string, { repository: Repository; run: number }>()
  const uploads = new Map<string, Upload>()
  const log: string[] = []
  const calls: ArtifactService['calls'] = []
  let fault: UploadFault | undefined

  const server = createServer((request, response) => {
    void answer(request)
      .catch(() => ({ status: 500, json: { code: 'internal', msg: 'the stand-in failed' } }))
      .then((reply) => {
        if (reply === undefined) return
        const headers = {
          'content-type': 'application/json',
          'x-ms-request-id': 'r',
          'x-ms-version': '2025-01-05',
          etag: '"0x1"',
          'last-modified': THEN,
        }
        response
          .writeHead(reply.status, headers)
          .end(reply.json === undefined ? '' : JSON.stringify(reply.json))
      })
  })
  const origin = await listen(server)

  async function answer(request: IncomingMessage): Promise<Reply | undefined> {
    const url = new URL(request.url ?? '/', origin)
    const body = await bodyOf(request)
    const method = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/.exec(
      url.pathname,
    )?.[1]
    log.push(`${request.method ?? ''} ${method ?? url.searchParams.get('comp') ?? 'blob'}`)
    if (fault === 'silent') return undefined
    if (method === undefined) return storeBlob(url, body, request)

    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const call = JSON.parse(body.toString()) as Record<string, unknown>
    calls.push({ method, body: call })
    const runBackendId = String(call['workflow_run_backend_id'])
    const job = jobs.get(runBackendId)
    if (job === undefined || token !== tokenFor(runBackendId))
      return twirp(401, 'unauthenticated', 'invalid token')
    if (method === 'CreateArtifact') return create(job, runBackendId, String(call['name']))
    if (method === 'FinalizeArtifact') return finalize(`${runBackendId}/${String(call['name'])}`, call)
    return twirp(404, 'bad_route', `no such method ${method}`)
  }

  function create(job: { repository: Repository; run: number }, runBackendId: string, name: string): Reply {
    if (fault === 'forbidden') return twirp(403, 'permission_denied', 'not allowed')
    if (fault === 'quota') return twirp(403, 'permission_denied', 'insufficient usage to create artifact')
    const isTaken = job.repository.artifacts().some((one) => one.name === name && one.run === job.run)
    if (isTaken || fault === 'name taken') {
      return twirp(409, 'already_exists', 'an artifact with this name already exists on the workflow run')
    }
    const key = `${runBackendId}/${name}`
    uploads.set(key, { ...job, name, blocks: new Map(), zip: undefined })
    return {
      status: 200,
      json: { ok: true, signed_upload_url: `${origin}/blobs/${encodeURIComponent(key)}?sv=1&sig=s` },
    }
  }

  function finalize(key: string, call: Record<string, unknown>): Reply {
    const upload = uploads.get(key)
    if (upload?.zip === undefined) return twirp(404, 'not_found', 'no such upload')
    if (fault === 'half way') return twirp(412, 'failed_precondition', 'the upload cannot be finalized')
    if (String(call['size']) !== String(upload.zip.length))
      return twirp(400, 'invalid_argument', 'size differs')
    uploads.delete(key)
    const { repository, name, run, zip } = upload
    const id = repository.addArtifact({ name, run, zip })
    return { status: 200, json: { ok: true, artifact_id: String(id) } }
  }

  /** Put Block, Put Block List, and Put Blob for what fits into one request. */
  function storeBlob(url: URL, body: Buffer, request: IncomingMessage): Reply {
    const upload = uploads.get(decodeURIComponent(url.pathname.replace(/^\/blobs\//, '')))
    if (upload === undefined || request.method !== 'PUT' || url.searchParams.get('sig') !== 's')
      return { status: 403 }
    const step = url.searchParams.get('comp')
    if (step === 'block') upload.blocks.set(url.searchParams.get('blockid') ?? '', body)
    else if (step === 'blocklist') {
      const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map(
        (match) => match[1] ?? '',
      )
      upload.zip = Buffer.concat(ids.map((id) => upload.blocks.get(id) ?? Buffer.alloc(0)))
    } else upload.zip = body
    return { status: 201 }
  }

  return {
    url: origin,
    log,
    calls,
    runtimeToken(repository, run) {
      const runBackendId = `00000000-0000-4000-8000-${String(run).padStart(12, '0')}`
      jobs.set(runBackendId, { repository, run })
      return tokenFor(runBackendId)
    },
    fail: (next) => void (fault = next),
    close: () => close(server),
  }
}

interface Reply {
  status: number
  json?: unknown
}

const THEN = 'Thu, 01 Jan 2026 00:00:00 GMT'

function twirp(status: number, code: string, msg: string): Reply {
  return { status, json: { code, msg } }
}

/** A token of the shape that a runner hands to a job; nobody checks the signature. */
function tokenFor(runBackendId: string): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const scp = `Actions.Results:${runBackendId}:00000000-0000-4000-8000-000000000001`
  return `${part({ alg: 'none' })}.${part({ scp, exp: 4_102_444_800 })}.x`
}
