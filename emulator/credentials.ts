import type { IncomingMessage } from 'node:http'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { escapeXml, json, signatureOf, text, xml } from './aws-http.ts'
import type { Answer, Call } from './aws-http.ts'
import { ServiceError } from './faults.ts'
import type { Organization } from './organization.ts'

/** A key that the emulator knows. Without a session token none may be sent. */
export interface Credential {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** The account that GetCallerIdentity gives; the organization's where absent. */
  account?: string
  expired?: boolean
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

/** The keys of one emulator, those that it has given out included. */
export interface Keyring {
  readonly organization: Organization
  /** By the id of the key. */
  readonly known: Map<string, Credential>
  /** How many keys, and how many tokens of the metadata service, were given out. */
  issued: number
  metadataTokens: number
}

/** The two keys that are always known, and further ones. */
export function createKeyring(organization: Organization, further: readonly Credential[] = []): Keyring {
  const keys: readonly Credential[] = [credentials.static, credentials.session, ...further]
  return {
    organization,
    known: new Map(keys.map((key) => [key.accessKeyId, { ...key }])),
    issued: 0,
    metadataTokens: 0,
  }
}

/**
 * The key that a request was signed with; what it lacks is the error that AWS answers.
 *
 * @param clock the time of the service, in milliseconds since 1970
 */
export async function authenticate(
  keyring: Keyring,
  call: Call,
  request: IncomingMessage,
  body: string,
  clock: number,
): Promise<Credential | undefined> {
  if (call.service === 'container' || call.operation === 'AssumeRoleWithWebIdentity') return undefined
  const { accessKeyId, date, service } = signatureOf(request)
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
  const credential = keyring.known.get(accessKeyId)
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
  if (request.headers.authorization !== (await signatureBy(credential, request, body))) {
    throw new ServiceError(
      call.service === 'sts' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      { status: 403 },
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

/** The header `authorization` as this key signs the request. */
async function signatureBy(
  credentials: Credential,
  request: IncomingMessage,
  body: string,
): Promise<string | undefined> {
  const { region, service, headers } = signatureOf(request)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const signer = new SignatureV4({
    credentials,
    sha256: Hash.bind(null, 'sha256'),
    region,
    service,
    applyChecksum: headers.includes('x-amz-content-sha256'),
  })
  const signed = await signer.sign(
    {
      method: request.method ?? 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(headers.map((name) => [name, String(request.headers[name] ?? '')])),
      body,
    },
    { signingDate: new Date(timeOf(String(request.headers['x-amz-date']))) },
  )
  return signed.headers['authorization']
}

/** STS: who calls, and the keys of a role. */
export function securityToken(keyring: Keyring, call: Call, credential: Credential | undefined): Answer {
  const account = credential?.account ?? keyring.organization.account
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
      const key = issue(keyring, roleAccount)
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

/** IMDSv2: a token first, then the name of the role, then its key. */
export function metadata(keyring: Keyring, call: Call, request: IncomingMessage): Answer {
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
      ...plain(200, `metadata-token-${String(++keyring.metadataTokens)}`),
      headers: { 'content-type': 'text/plain', 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
    }
  }
  if (!String(request.headers['x-aws-ec2-metadata-token'] ?? '').startsWith('metadata-token-'))
    return plain(401, '')
  if (/^meta-data\/iam\/security-credentials\/?$/.test(path)) return plain(200, 'instance-role')
  if (path === 'meta-data/iam/security-credentials/instance-role') {
    const key = issue(keyring, keyring.organization.account)
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
  if (path === 'meta-data/placement/region') return plain(200, keyring.organization.region)
  return plain(404, '')
}

/** The container credential endpoint (AWS_CONTAINER_CREDENTIALS_FULL_URI). */
export function containerCredentials(keyring: Keyring, request: IncomingMessage): Answer {
  if (request.headers.authorization !== containerToken)
    return json(401, { code: 'Unauthorized', message: 'Wrong token.' })
  const key = issue(keyring, keyring.organization.account)
  return {
    ...json(200, {
      RoleArn: `arn:aws:iam::${keyring.organization.account}:role/container-role`,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      Token: key.sessionToken,
      Expiration: '2099-01-01T00:00:00Z',
    }),
    headers: { 'content-type': 'application/json' },
  }
}

function issue(keyring: Keyring, account: string): Credential {
  const number = String(++keyring.issued)
  const key: Credential = {
    accessKeyId: `ASIDISSUED${number}`,
    secretAccessKey: `issued-secret-${number}`,
    sessionToken: `issued-session-token-${number}`,
    account,
  }
  keyring.known.set(key.accessKeyId, key)
  return key
}

function timeOf(amzDate: string): number {
  return Date.parse(amzDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
}
