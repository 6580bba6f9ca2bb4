import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Buffer } from 'node:buffer'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Effect, Fault } from './faults.ts'
import { ServiceError, strikes } from './faults.ts'
import { bodyOf, close, listen } from './loopback.ts'
import type { GroupRecord, Organization, Store, UserRecord } from './organization.ts'
import { createRandom, hashOf, shuffledPositions } from './random.ts'
import { loadSchemas } from './schemas.ts'
import type { Schemas } from './schemas.ts'

/** One request, as faults and the log see it. */
export interface Call {
  service: 'sts' | 'sso' | 'identitystore' | 'imds' | 'container'
  operation: string
  /** The JSON input, or the parameters of the query. */
  input: Record<string, unknown>
  /** The region of the credential scope; empty where the request is not signed. */
  region: string
  accessKeyId: string
  /** The number of this call among those of its operation, from 1. */
  count: number
}

/** A call, and what became of it: `answered`, `throttled`, the name of an error, or of the fault that struck. */
export interface LoggedCall extends Call {
  /** milliseconds since 1970 */
  at: number
  outcome: string
  headers: IncomingHttpHeaders
}

/** A key that the emulator knows. Without a session token none may be sent. */
export interface Credential {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** The account that GetCallerIdentity gives; the organization's where absent. */
  account?: string
  expired?: boolean
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
  /** Lists and memberships come in another order for each seed. */
  order?: number
  /** Pages hold between none and all of the records asked for, as the seed decides; a token is there until the end. */
  shortPages?: number
  /** Records a page where the request does not say. */
  defaultPageSize?: number
  faults?: readonly Fault[]
  /** Keys known beside the two of `credentials` below. */
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
  /** Complaints about a request or an answer that does not fit the schema; empty in a good run. */
  complaints: string[]
  /** Calls that are being answered. */
  inFlight: number
  /** The most calls that were in flight at once. */
  mostInFlight: number
  /** From the first Identity Store call to the last answer so far, in milliseconds since the process started. */
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

/** The keys that are always known: a person's, and a session's. */
export const credentials = {
  static: { accessKeyId: 'AKIDEMULATOR', secretAccessKey: 'emulator-secret' },
  session: {
    accessKeyId: 'ASIDEMULATOR',
    secretAccessKey: 'emulator-session-secret',
    sessionToken: 'emulator-session-token',
  },
} as const satisfies Record<string, Credential>

/** The token that the container endpoint asks for (AWS_CONTAINER_AUTHORIZATION_TOKEN). */
export const containerToken = 'emulator-container-token'

/**
 * Starts IAM Identity Center on loopback: STS, sso-admin, identitystore, the EC2 metadata service (IMDSv2) and the
 * container credential endpoint, all at one address, for all regions: the region is that of the credential scope.
 */
export async function startIdentityCenter(
  organization: Organization,
  options: IdentityCenterOptions = {},
): Promise<IdentityCenter> {
  const schemas = options.validate === false ? undefined : await loadSchemas()
  const known = new Map<string, Credential>(
    [credentials.static, credentials.session, ...(options.credentials ?? [])].map((key) => [
      key.accessKeyId,
      { ...key },
    ]),
  )
  const now = options.now ?? Date.now
  const random = createRandom(options.order ?? 7)
  const bucket = options.limit === undefined ? undefined : createBucket(options.limit, now)
  const waiting: { matches: (call: Call) => boolean; resolve: (call: Call) => void }[] = []
  let faults = (options.faults ?? []).map(strikes)
  let metadataToken = 0

  const state: State = {
    organization,
    options,
    schemas,
    known,
    order: options.order,
    permutations: new Map(),
    issued: 0,
    complaints: [],
  }

  const server = createServer((request, response) => {
    void serve(request, response).catch((thrown: unknown) => {
      state.complaints.push(
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
    complaints: state.complaints,
    inFlight: 0,
    mostInFlight: 0,
    window: { from: Infinity, to: -Infinity },
    environment: {},
    setFaults: (next) => {
      faults = next.map(strikes)
    },
    setOrder: (order) => {
      state.order = order
      state.permutations.clear()
    },
    expire: (accessKeyId) => {
      const key = known.get(accessKeyId)
      if (key !== undefined) key.expired = true
    },
    reset: () => {
      center.log = []
      center.calls = {}
      center.throttled = 0
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

    if (call.service === 'identitystore') {
      center.window.from = Math.min(center.window.from, arrivedAt)
      response.once('finish', () => {
        center.window.to = performance.now()
      })
    }
    const answer = answerTo(call, request, body, entry)
    const latency = latencyOf(call) + (answer.slow ?? 0)
    if (latency > 0) await sleep(latency)
    send(response, answer)
  }

  function answerTo(call: Call, request: IncomingMessage, body: string, entry: LoggedCall): Answer {
    if (call.service === 'imds') {
      return metadata(state, call, request, () => `metadata-token-${String(++metadataToken)}`)
    }
    let effects: Effect[] = []
    try {
      const credential = authenticate(state, call, request)
      const struck = faults.filter((fault) => fault.strikes(call))
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
      if (call.service === 'container') return containerCredentials(state, request)
      if (call.service === 'sts') return finish(securityToken(state, call, credential), effects)
      if (call.service === 'identitystore' && bucket !== undefined && !bucket.take()) {
        center.throttled++
        throw new ServiceError('ThrottlingException', 'Rate exceeded')
      }
      schemas?.checkInput(request.headers['x-amz-target'], JSON.parse(body))
      let output: Record<string, unknown> =
        call.service === 'sso' ? identityCenterAnswer(state, call) : identityStoreAnswer(state, call)
      for (const effect of effects) {
        if (effect.kind === 'answer') output = effect.change(output, call, organization)
      }
      const unchecked = effects.some((effect) => effect.kind === 'answer' && effect.unchecked === true)
      if (!unchecked) {
        const complaint = schemas?.complaintAboutOutput(request.headers['x-amz-target'], output)
        if (complaint !== undefined) state.complaints.push(`${call.operation} answer: ${complaint}`)
      }
      return finish(json(200, output), effects)
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) throw thrown
      if (entry.outcome === 'answered') {
        entry.outcome = thrown.type === 'ThrottlingException' ? 'throttled' : thrown.type
        if (thrown.type === 'SerializationException')
          state.complaints.push(`${call.operation}: ${thrown.message}`)
      }
      return finish(errorAnswer(call, thrown), effects)
    }
  }

  function finish(answer: Answer, effects: readonly Effect[]): Answer {
    const finished: Answer = { ...answer }
    for (const effect of effects) {
      if (effect.kind === 'transport') finished.transport = effect.transport
      if (effect.kind === 'slow') finished.slow = (finished.slow ?? 0) + effect.milliseconds
    }
    const offset = options.clockOffset ?? 0
    if (offset !== 0) {
      finished.headers = { ...finished.headers, date: new Date(Date.now() + offset).toUTCString() }
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

/** How an answer is spoilt on its way. */
export type Transport = 'reset' | 'cut' | 'truncated' | 'empty' | 'hang' | 'stall'

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  transport?: Transport
  slow?: number
}

interface State {
  organization: Organization
  options: IdentityCenterOptions
  schemas: Schemas | undefined
  known: Map<string, Credential>
  order: number | undefined
  permutations: Map<string, Uint32Array>
  issued: number
  complaints: string[]
}

const scope =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/

function callOf(request: IncomingMessage, body: string): Call {
  const [, accessKeyId = '', , region = ''] = scope.exec(request.headers.authorization ?? '') ?? []
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const base = { region, accessKeyId, count: 0 }
  if (path.startsWith('/latest/')) return { ...base, service: 'imds', operation: `imds ${path}`, input: {} }
  if (request.method === 'GET')
    return { ...base, service: 'container', operation: `container ${path}`, input: {} }
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    const [service, operation = ''] = target.split('.')
    return {
      ...base,
      service: service === 'SWBExternalService' ? 'sso' : 'identitystore',
      operation,
      input: inputOf(body),
    }
  }
  const parameters = Object.fromEntries(new URLSearchParams(body))
  return { ...base, service: 'sts', operation: parameters.Action ?? '', input: parameters }
}

/** A member of an input as text: that of another type is as good as absent. */
function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}

function inputOf(body: string): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body)
    // Objects with string keys are what is left.
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The key that a request was signed with; what it lacks is the error that AWS answers. Signatures are not recomputed. */
function authenticate(state: State, call: Call, request: IncomingMessage): Credential | undefined {
  if (call.service === 'container' || call.operation === 'AssumeRoleWithWebIdentity') return undefined
  const [, accessKeyId = '', date = '', , service = ''] =
    scope.exec(request.headers.authorization ?? '') ?? []
  if (accessKeyId === '') {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', {
      status: 403,
    })
  }
  const sent = String(request.headers['x-amz-date'] ?? '')
  if (service !== call.service || !sent.startsWith(date) || !/^\d{8}T\d{6}Z$/.test(sent)) {
    throw new ServiceError(
      'InvalidSignatureException',
      'Credential should be scoped to a valid region and service.',
      {
        status: 403,
      },
    )
  }
  const clock = Date.now() + (state.options.clockOffset ?? 0)
  const skew = timeOf(sent) - clock
  if (Math.abs(skew) > 5 * 60_000) {
    const names = `${sent} is now ${skew < 0 ? 'earlier' : 'later'} than ${compact(clock)}`
    throw skew < 0
      ? new ServiceError(
          'InvalidSignatureException',
          `Signature expired: ${names} (${compact(clock)} - 5 min.)`,
          { status: 403 },
        )
      : new ServiceError(
          'RequestTimeTooSkewed',
          `Signature not yet current: ${names} (${compact(clock)} + 5 min.)`,
          {
            status: 403,
          },
        )
  }
  const credential = state.known.get(accessKeyId)
  const token = request.headers['x-amz-security-token']
  if (credential === undefined || credential.sessionToken !== token) {
    throw call.service === 'sts'
      ? new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
          status: 403,
        })
      : new ServiceError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        )
  }
  if (credential.expired === true) {
    throw new ServiceError(
      call.service === 'sts' ? 'ExpiredToken' : 'ExpiredTokenException',
      'The security token included in the request is expired',
      { status: call.service === 'sts' ? 403 : 400 },
    )
  }
  return credential
}

function timeOf(amzDate: string): number {
  return Date.parse(amzDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
}

function identityCenterAnswer(state: State, call: Call): Record<string, unknown> {
  if (call.operation !== 'ListInstances') throw unknownOperation(call)
  const visible = state.organization.instances
    .filter((instance) => instance.regions === undefined || instance.regions.includes(call.region))
    .map((instance) => instance.record)
  const { records, token } = pageOf(state, call, visible, call.region)
  return { Instances: records, ...token }
}

function identityStoreAnswer(state: State, call: Call): Record<string, unknown> {
  const identityStoreId = text(call.input.IdentityStoreId)
  const store = state.organization.stores.get(identityStoreId)
  const instance = state.organization.instances.find(
    ({ record }) => record.IdentityStoreId === identityStoreId,
  )
  const seen = instance?.regions === undefined || instance.regions.includes(call.region)
  if (store === undefined || !seen) throw notFound('IDENTITY_STORE', identityStoreId)
  switch (call.operation) {
    case 'ListUsers': {
      const asked = call.input.Extensions
      const withExtensions = Array.isArray(asked) && asked.includes('aws:identitystore:enterprise')
      const { records, token } = pageOf<UserRecord>(state, call, store.users, String(withExtensions))
      return { Users: withExtensions ? records : records.map(withoutExtensions), ...token }
    }
    case 'ListGroups': {
      const { records, token } = pageOf<GroupRecord>(state, call, store.groups, '')
      return { Groups: records, ...token }
    }
    case 'ListGroupMemberships': {
      const groupId = text(call.input.GroupId)
      const position = store.groupPositions.get(groupId)
      if (position === undefined) throw notFound('GROUP', groupId)
      const { records, token } = pageOf(state, call, store.members[position] ?? [], groupId)
      return { GroupMemberships: records.map((userId) => membership(store, groupId, userId)), ...token }
    }
    case 'ListGroupMembershipsForMember': {
      const member = call.input.MemberId
      const userId =
        typeof member === 'object' && member !== null && 'UserId' in member
          ? String(member.UserId)
          : undefined
      if (userId === undefined) throw new ServiceError('ValidationException', 'MemberId must name a user.')
      const position = store.userPositions.get(userId)
      if (position === undefined) throw notFound('USER', userId)
      const { records, token } = pageOf(state, call, store.groupsOf[position] ?? [], userId)
      return { GroupMemberships: records.map((groupId) => membership(store, groupId, userId)), ...token }
    }
    default:
      throw unknownOperation(call)
  }
}

function withoutExtensions(user: UserRecord): UserRecord {
  return user.Extensions === undefined ? user : { ...user, Extensions: undefined }
}

/** The id of a membership needs nothing but the two ids, so that a million of them need no memory. */
function membership(store: Store, groupId: string, userId: string): Record<string, unknown> {
  return {
    IdentityStoreId: store.identityStoreId,
    MembershipId: `${groupId.slice(0, 10)}-${userId.slice(-36, -18)}-${groupId.slice(-17)}`,
    GroupId: groupId,
    MemberId: { UserId: userId },
    CreatedAt: 1_700_000_000,
    UpdatedAt: 1_700_000_000,
    CreatedBy: 'arn:aws:iam::111122223333:role/provisioning',
    UpdatedBy: 'arn:aws:iam::111122223333:role/provisioning',
  }
}

/**
 * A page, and the token of the next. A token belongs to an operation and its input. A list is as long as it was at its
 * first page: what is added later is in none of its pages.
 */
function pageOf<T>(
  state: State,
  call: Call,
  list: readonly (T | undefined)[],
  key: string,
): { records: T[]; token: { NextToken?: string } } {
  const size = call.input.MaxResults ?? state.options.defaultPageSize ?? 100
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 100) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${JSON.stringify(size)}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and 100`,
    )
  }
  const owner = `${call.operation}|${text(call.input.IdentityStoreId)}|${key}`
  const [offset, end, page] = positionOf(call.input.NextToken, owner) ?? [0, list.length, 0]
  const count =
    state.options.shortPages === undefined ? size : shortened(size, state.options.shortPages, owner, page)
  const next = Math.min(end, offset + count)
  const order = state.order === undefined || end < 2 ? undefined : permutation(state, owner, end)
  const records: T[] = []
  for (let n = offset; n < next; n++) {
    const record = list[order?.[n] ?? n]
    if (record !== undefined) records.push(record)
  }
  if (next >= end) return { records, token: {} }
  const token = Buffer.from(JSON.stringify([hashOf(owner), next, end, page + 1, 'emulator'])).toString(
    'base64',
  )
  return { records, token: { NextToken: token } }
}

function positionOf(token: unknown, owner: string): [number, number, number] | undefined {
  if (token === undefined || token === null) return undefined
  try {
    // What is not of this shape fails the comparison below, or throws.
    const [hash, offset, end, page] = JSON.parse(Buffer.from(text(token), 'base64').toString()) as number[]
    if (hash === hashOf(owner) && offset !== undefined && end !== undefined && page !== undefined) {
      return [offset, end, page]
    }
  } catch {
    // the same answer as for the token of another list
  }
  throw new ServiceError('ValidationException', 'The provided NextToken is invalid.')
}

function shortened(size: number, seed: number, owner: string, page: number): number {
  const random = createRandom(hashOf(`${owner}|${String(page)}`) ^ seed)
  return random.next() < 0.2 ? 0 : Math.max(1, random.below(size + 1))
}

function permutation(state: State, owner: string, length: number): Uint32Array {
  const key = `${owner}|${String(length)}`
  const kept = state.permutations.get(key)
  if (kept !== undefined) return kept
  const positions = shuffledPositions(length, hashOf(key) ^ (state.order ?? 0))
  state.permutations.set(key, positions)
  return positions
}

function securityToken(state: State, call: Call, credential: Credential | undefined): Answer {
  const account = credential?.account ?? state.organization.account
  const role = `arn:aws:sts::${account}:assumed-role/identity-sync/session`
  switch (call.operation) {
    case 'GetCallerIdentity':
      return xml(
        'GetCallerIdentity',
        `<Arn>${role}</Arn><UserId>AROAEMULATOR:session</UserId><Account>${account}</Account>`,
      )
    case 'AssumeRole':
    case 'AssumeRoleWithWebIdentity': {
      if (call.operation === 'AssumeRoleWithWebIdentity' && text(call.input.WebIdentityToken, '') === '') {
        throw new ServiceError('InvalidIdentityToken', 'No token was sent.')
      }
      const [, roleAccount = account, roleName = 'role'] =
        /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(text(call.input.RoleArn)) ?? []
      const key = issue(state, roleAccount)
      const session = text(call.input.RoleSessionName, 'session')
      return xml(
        call.operation,
        `<Credentials><AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>` +
          `<SessionToken>${key.sessionToken ?? ''}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>` +
          `<AssumedRoleUser><Arn>arn:aws:sts::${roleAccount}:assumed-role/${escapeXml(roleName)}/${escapeXml(session)}</Arn>` +
          `<AssumedRoleId>AROAEMULATOR:${escapeXml(session)}</AssumedRoleId></AssumedRoleUser>`,
      )
    }
    default:
      throw new ServiceError('InvalidAction', `Could not find operation ${call.operation}`)
  }
}

function issue(state: State, account: string): Credential {
  const number = String(++state.issued)
  const key: Credential = {
    accessKeyId: `ASIDISSUED${number}`,
    secretAccessKey: `issued-secret-${number}`,
    sessionToken: `issued-session-token-${number}`,
    account,
  }
  state.known.set(key.accessKeyId, key)
  return key
}

/** IMDSv2: a token first, then the name of the role, then its key. */
function metadata(state: State, call: Call, request: IncomingMessage, newToken: () => string): Answer {
  const path = call.operation.slice('imds /latest/'.length)
  const plain = (status: number, body: string): Answer => ({
    status,
    headers: { 'content-type': 'text/plain' },
    body,
  })
  if (path === 'api/token') {
    if (request.method !== 'PUT' || request.headers['x-aws-ec2-metadata-token-ttl-seconds'] === undefined)
      return plain(400, '')
    return {
      ...plain(200, newToken()),
      headers: { 'content-type': 'text/plain', 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
    }
  }
  if (!String(request.headers['x-aws-ec2-metadata-token'] ?? '').startsWith('metadata-token-'))
    return plain(401, '')
  if (/^meta-data\/iam\/security-credentials\/?$/.test(path)) return plain(200, 'instance-role')
  if (path === 'meta-data/iam/security-credentials/instance-role') {
    const key = issue(state, state.organization.account)
    return plain(
      200,
      JSON.stringify({
        Code: 'Success',
        LastUpdated: new Date().toISOString(),
        Type: 'AWS-HMAC',
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        Token: key.sessionToken,
        Expiration: '2099-01-01T00:00:00Z',
      }),
    )
  }
  if (path === 'meta-data/placement/region') return plain(200, state.organization.region)
  return plain(404, '')
}

function containerCredentials(state: State, request: IncomingMessage): Answer {
  if (request.headers.authorization !== containerToken)
    return json(401, { code: 'Unauthorized', message: 'Wrong token.' })
  const key = issue(state, state.organization.account)
  return {
    ...json(200, {
      RoleArn: `arn:aws:iam::${state.organization.account}:role/container-role`,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      Token: key.sessionToken,
      Expiration: '2099-01-01T00:00:00Z',
    }),
    headers: { 'content-type': 'application/json' },
  }
}

function json(status: number, output: unknown): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) }
}

function xml(operation: string, result: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>emulator</RequestId></ResponseMetadata></${operation}Response>`,
  }
}

function errorAnswer(call: Call, error: ServiceError): Answer {
  if (call.service === 'sts') {
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml', ...error.headers },
      body:
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${error.type}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>emulator</RequestId></ErrorResponse>`,
    }
  }
  const answer = json(error.status, { __type: error.wireType, Message: error.message, ...error.members })
  return { ...answer, headers: { ...answer.headers, ...error.headers } }
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

function notFound(ResourceType: string, ResourceId: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${ResourceType} not found.`, {
    members: { ResourceType, ResourceId },
  })
}

function unknownOperation(call: Call): ServiceError {
  return new ServiceError('UnknownOperationException', `The emulator does not know ${call.operation}.`)
}

let requestNumber = 0

function send(response: ServerResponse, answer: Answer): void {
  const { socket } = response
  if (answer.transport === 'hang') return
  if (answer.transport === 'reset') {
    socket?.destroy()
    return
  }
  const whole = Buffer.from(answer.transport === 'empty' ? '' : answer.body)
  const half = whole.subarray(0, Math.floor(whole.length / 2))
  const sent = answer.transport === 'truncated' ? half : whole
  response.writeHead(answer.transport === 'empty' ? 200 : answer.status, {
    ...answer.headers,
    'content-length': String(sent.length),
    'x-amzn-requestid': `00000000-0000-4000-8000-${String(++requestNumber).padStart(12, '0')}`,
  })
  if (answer.transport === 'stall') {
    response.write(half)
    return
  }
  if (answer.transport === 'cut') {
    response.write(half, () => socket?.destroy())
    return
  }
  response.end(sent)
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
