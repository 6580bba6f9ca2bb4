import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { callOf, errorAnswer, json, send } from './aws-http.ts'
import type { Answer, Call } from './aws-http.ts'
import {
  authenticate,
  containerCredentials,
  createKeyring,
  credentials,
  metadata,
  securityToken,
} from './credentials.ts'
import type { Credential } from './credentials.ts'
import type { Effect, Fault } from './faults.ts'
import { ServiceError, strikes } from './faults.ts'
import { organizationsAnswer } from './access-operations.ts'
import { identityCenterAnswer, identityStoreAnswer } from './list-operations.ts'
import type { ListState } from './list-operations.ts'
import { bodyOf, close, listen } from './loopback.ts'
import type { Organization } from './organization.ts'
import { createRandom } from './random.ts'
import { loadSchemas } from './schemas.ts'

/** A call, and what became of it: `answered`, `throttled`, the name of an error, or of the fault that struck. */
export interface LoggedCall extends Call {
  /** milliseconds since 1970 */
  at: number
  outcome: string
  headers: IncomingHttpHeaders
}

export interface Limit {
  /** requests a second */
  rate: number
  /** what the bucket holds; it is full at the start */
  burst: number
  /** requests a second that another client takes out of the same bucket */
  sharedBy?: number
}

export interface IdentityCenterOptions {
  /** 0: any free port */
  port?: number
  /** milliseconds from the request to the answer */
  latency?: number | ((call: Call) => number)
  /** part of the latency by which it varies, 0 to 1 */
  jitter?: number
  /** The limit of the Identity Store operations. */
  limit?: Limit
  /** The limit of the operations of sso-admin but ListInstances. */
  accessLimit?: Limit
  /** Lists and memberships come in another order for each seed. */
  order?: number
  /** Pages hold between none and all of the records asked for, as the seed decides; a token is there until the end. */
  shortPages?: number
  /** Records a page where the request does not say. */
  defaultPageSize?: number
  faults?: readonly Fault[]
  /** Keys known beside the two of `credentials`. */
  credentials?: readonly Credential[]
  /** Check requests and answers against the SDK's schemas; off where speed is measured. */
  validate?: boolean
  /** milliseconds by which the service's clock differs from ours */
  clockOffset?: number
  /** Keep the calls in `log`; off where there are very many. */
  keepLog?: boolean
  /** Milliseconds, for the limit and the jitter; Date.now. */
  now?: () => number
}

export interface IdentityCenter {
  url: string
  organization: Organization
  /** Every call so far, in the order of arrival. */
  log: LoggedCall[]
  /** How many calls of each operation. */
  calls: Record<string, number>
  /** How many calls were throttled by the limit. */
  throttled: number
  /** How often a fault struck. */
  struck: number
  /** Complaints about a request or an answer that does not fit the schema; empty in a good run. */
  complaints: string[]
  /** Calls that are being answered. */
  inFlight: number
  /** The most calls that were in flight at once. */
  mostInFlight: number
  /**
   * From the first call that reads identities or access (ListInstances is none) to the last answer so far, in milliseconds
   * since the process started.
   */
  window: { from: number; to: number }
  /** What makes the SDK come here with a key of its own. */
  environment: Record<string, string>
  /** Replaces the faults. */
  setFaults: (faults: readonly Fault[]) => void
  /** Replaces the order of lists. */
  setOrder: (order: number | undefined) => void
  /** Makes a key an expired one. */
  expire: (accessKeyId: string) => void
  /** Forgets log and counters. */
  reset: () => void
  /** Ends when a call for which this holds has arrived; for tests that must act in the middle. */
  waitFor: (matches: (call: Call) => boolean) => Promise<Call>
  close: () => Promise<void>
}

/**
 * Starts IAM Identity Center on loopback: STS, sso-admin, identitystore, Organizations, the EC2 metadata service (IMDSv2) and the
 * container credential endpoint, all at one address, for all regions: the region is that of the credential scope.
 */
export async function startIdentityCenter(
  organization: Organization,
  options: IdentityCenterOptions = {},
): Promise<IdentityCenter> {
  const schemas = options.validate === false ? undefined : await loadSchemas()
  const now = options.now ?? Date.now
  const random = createRandom(options.order ?? 7)
  const buckets = new Map<Call['service'], ReturnType<typeof createBucket>>()
  if (options.limit !== undefined) buckets.set('identitystore', createBucket(options.limit, now))
  if (options.accessLimit !== undefined) buckets.set('sso', createBucket(options.accessLimit, now))
  const waiting: { matches: (call: Call) => boolean; resolve: (call: Call) => void }[] = []
  let faults = (options.faults ?? []).map(strikes)
  const clockOffset = options.clockOffset ?? 0
  const keyring = createKeyring(organization, options.credentials)
  const lists: ListState = {
    organization,
    order: options.order,
    permutations: new Map(),
    shortPages: options.shortPages,
    defaultPageSize: options.defaultPageSize,
  }

  const server = createServer((request, response) => {
    void serve(request, response).catch((thrown: unknown) => {
      center.complaints.push(
        `The emulator failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      )
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  server.keepAliveTimeout = 60_000

  const center: IdentityCenter = {
    url: '',
    organization,
    log: [],
    calls: {},
    throttled: 0,
    struck: 0,
    complaints: [],
    inFlight: 0,
    mostInFlight: 0,
    window: { from: Infinity, to: -Infinity },
    environment: {},
    setFaults: (next) => {
      faults = next.map(strikes)
    },
    setOrder: (order) => {
      lists.order = order
      lists.permutations.clear()
    },
    expire: (accessKeyId) => {
      const key = keyring.known.get(accessKeyId)
      if (key !== undefined) key.expired = true
    },
    reset: () => {
      center.log = []
      center.calls = {}
      center.throttled = 0
      center.struck = 0
      center.mostInFlight = 0
      center.window = { from: Infinity, to: -Infinity }
    },
    waitFor: (matches) =>
      new Promise((resolve) => {
        waiting.push({ matches, resolve })
      }),
    close: () => close(server),
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = performance.now()
    center.inFlight++
    center.mostInFlight = Math.max(center.mostInFlight, center.inFlight)
    response.once('close', () => {
      center.inFlight--
    })
    // A client that goes away in the middle of its request gets no answer.
    const received = await bodyOf(request).catch(() => undefined)
    if (received === undefined) return
    const body = received.toString()
    const call = callOf(request, body)
    call.count = center.calls[call.operation] = (center.calls[call.operation] ?? 0) + 1
    const entry: LoggedCall = { ...call, at: Date.now(), outcome: 'answered', headers: request.headers }
    if (options.keepLog !== false) center.log.push(entry)
    for (let n = waiting.length - 1; n >= 0; n--) {
      const waiter = waiting[n]
      if (waiter?.matches(call)) {
        waiting.splice(n, 1)
        waiter.resolve(call)
      }
    }

    if (READS.has(call.service) && call.operation !== 'ListInstances') {
      center.window.from = Math.min(center.window.from, arrivedAt)
      response.once('finish', () => {
        center.window.to = performance.now()
      })
    }
    const answer = await answerTo(call, request, body, entry)
    const latency = latencyOf(call) + (answer.slow ?? 0)
    if (latency > 0) await sleep(latency)
    send(response, answer)
  }

  async function answerTo(
    call: Call,
    request: IncomingMessage,
    body: string,
    entry: LoggedCall,
  ): Promise<Answer> {
    if (call.service === 'imds') return metadata(keyring, call, request)
    let effects: Effect[] = []
    try {
      const credential = await authenticate(keyring, call, request, body, Date.now() + clockOffset)
      const struck = faults.filter((fault) => fault.strikes(call))
      center.struck += struck.length
      effects = struck.map((fault) => fault.effect)
      if (struck.length > 0) entry.outcome = struck.map((fault) => fault.name).join(', ')
      for (const effect of effects) {
        if (effect.kind === 'act') effect.act(organization, call, center)
      }
      const error = effects.find((effect) => effect.kind === 'error')
      if (error !== undefined) {
        const thrown = error.error(call)
        entry.outcome = thrown.type
        throw thrown
      }
      const raw = effects.find((effect) => effect.kind === 'raw')
      if (raw !== undefined) {
        return finish(
          { status: raw.status, headers: { 'content-type': raw.contentType }, body: raw.body },
          effects,
        )
      }
      if (call.service === 'container') return containerCredentials(keyring, request)
      if (call.service === 'sts') return finish(securityToken(keyring, call, credential), effects)
      return finish(json(200, listAnswer(call, request, body, effects)), effects)
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) throw thrown
      if (entry.outcome === 'answered') {
        entry.outcome = thrown.type === 'ThrottlingException' ? 'throttled' : thrown.type
        if (thrown.type === 'SerializationException')
          center.complaints.push(`${call.operation}: ${thrown.message}`)
      }
      return finish(errorAnswer(call, thrown), effects)
    }
  }

  /** The output of an operation, within the limit, changed as the faults will have it, checked on both sides. */
  function listAnswer(
    call: Call,
    request: IncomingMessage,
    body: string,
    effects: readonly Effect[],
  ): Record<string, unknown> {
    if (call.operation !== 'ListInstances' && buckets.get(call.service)?.take() === false) {
      center.throttled++
      throw new ServiceError('ThrottlingException', 'Rate exceeded')
    }
    const target = request.headers['x-amz-target']
    schemas?.checkInput(target, JSON.parse(body))
    let output = outputOf(lists, call)
    for (const effect of effects) {
      if (effect.kind === 'answer') output = effect.change(output, call, organization)
    }
    const unchecked = effects.some((effect) => effect.kind === 'answer' && effect.unchecked === true)
    const complaint = unchecked ? undefined : schemas?.complaintAboutOutput(target, output)
    if (complaint !== undefined) center.complaints.push(`${call.operation} answer: ${complaint}`)
    return output
  }

  function finish(answer: Answer, effects: readonly Effect[]): Answer {
    const finished: Answer = { ...answer }
    for (const effect of effects) {
      if (effect.kind === 'transport') finished.transport = effect.transport
      if (effect.kind === 'slow') finished.slow = (finished.slow ?? 0) + effect.milliseconds
    }
    if (clockOffset !== 0) {
      const date = new Date(Date.now() + clockOffset).toUTCString()
      finished.headers = { ...finished.headers, date }
    }
    return finished
  }

  function latencyOf(call: Call): number {
    const latency = typeof options.latency === 'function' ? options.latency(call) : (options.latency ?? 0)
    const jitter = options.jitter ?? 0
    if (latency === 0 || call.service === 'imds' || call.service === 'container') return latency
    return jitter === 0 ? latency : latency * (1 - jitter + 2 * jitter * random.next())
  }

  center.url = await listen(server, options.port)
  center.environment = {
    AWS_ENDPOINT_URL: center.url,
    AWS_REGION: organization.region,
    AWS_ACCESS_KEY_ID: credentials.static.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.static.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return center
}

const READS = new Set<Call['service']>(['identitystore', 'sso', 'organizations'])

function outputOf(lists: ListState, call: Call): Record<string, unknown> {
  if (call.service === 'sso') return identityCenterAnswer(lists, call)
  if (call.service === 'organizations') return organizationsAnswer(lists, call)
  return identityStoreAnswer(lists, call)
}

/** A token bucket that another client drinks from as well. */
function createBucket(limit: Limit, now: () => number): { take: () => boolean } {
  let tokens = limit.burst
  let filledAt = now()
  const rate = limit.rate - (limit.sharedBy ?? 0)
  return {
    take: () => {
      const time = now()
      tokens = Math.min(limit.burst, tokens + ((time - filledAt) / 1000) * rate)
      filledAt = time
      if (tokens < 1) return false
      tokens--
      return true
    },
  }
}
