import { oneLine } from '../log.ts'
import { isObject } from '../snapshot/canonical.ts'

/** What a failed attempt means for the next one. */
export type Fault =
  | { kind: 'throttle'; retryAfterMs?: number }
  /** With `attempts`, so many attempts in all are enough to know that it does not heal. */
  | { kind: 'transient'; retryAfterMs?: number; attempts?: number }
  /** An attempt later cannot help. */
  | { kind: 'final' }

/** An answer that is not what the API promises; the message says why in words of ours, none of the answer's. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer'
}

export type AwsError = ReturnType<typeof readAwsError>

/** What is read of a thrown value; its names can stand in a sentence. Decided on names, since the SDK's classes differ by client. */
export function readAwsError(error: unknown) {
  const from = objectOf(error)
  const { httpStatusCode } = objectOf(from['$metadata'])
  const text = (name: string): string | undefined => {
    const value = from[name]
    return typeof value === 'string' ? value : undefined
  }
  const word = (name: string): string | undefined => {
    const value = text(name)
    return value === undefined ? undefined : oneLine(value)
  }
  return {
    name: word('name') ?? 'Error',
    message: text('message') ?? '',
    code: word('code'),
    status: typeof httpStatusCode === 'number' ? httpStatusCode : undefined,
    reason: word('Reason'),
    resourceType: text('ResourceType'),
    /** How long the service asks to wait. */
    retryAfterMs: retryAfter(from['RetryAfterSeconds'], objectOf(objectOf(from['$response'])['headers'])),
  }
}

/** Of the body's RetryAfterSeconds and the headers retry-after (seconds) and x-amz-retry-after (milliseconds) the longest. */
function retryAfter(seconds: unknown, headers: Record<string, unknown>): number | undefined {
  const waits = [
    Number(seconds) * 1000,
    Number(headers['retry-after']) * 1000,
    Number(headers['x-amz-retry-after']),
  ].filter((ms) => Number.isFinite(ms) && ms > 0)
  return waits.length === 0 ? undefined : Math.max(...waits)
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

/** Decides what a failed attempt means, as facts of the SDK and of the services say (names, not HTTP statuses, for 4xx). */
export function classifyFault(error: unknown): Fault {
  const { name, code = '', status, message, retryAfterMs } = readAwsError(error)
  const hint = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (THROTTLES.has(name) || status === 429) return { kind: 'throttle', ...hint }
  // The SDK has corrected its clock by the answer's Date when it throws; the next attempt is signed anew.
  if (isWrongClock(name, message)) return { kind: 'transient', attempts: 3 }
  if (error instanceof MalformedAnswer) return { kind: 'transient', attempts: 8 }
  if (UNREACHABLE.has(code)) return { kind: 'transient', attempts: 5 }
  // A refusal that is not JSON comes from a proxy or firewall in between: two minutes do not change its mind.
  if (name === 'SyntaxError' && status === 403) return { kind: 'transient', attempts: 3 }
  if (
    TRANSIENT_NAMES.has(name) ||
    TRANSIENT_CODES.has(code) ||
    // Of Node's HTTP parser: a broken status line, chunk or header, or headers that are too large.
    code.startsWith('HPE_') ||
    (status !== undefined && status >= 500) ||
    (status === 200 && name !== 'CredentialsProviderError')
  )
    return { kind: 'transient', ...hint }
  return { kind: 'final' }
}

export function isWrongClock(name: string, message: string): boolean {
  return WRONG_CLOCK.has(name) || (SIGNATURE.has(name) && /expired|not yet current/i.test(message))
}

const THROTTLES = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'SlowDown',
  'PriorRequestNotComplete',
  'TransactionInProgressException',
  'EC2ThrottledException',
  'ProvisionedThroughputExceededException',
])
const TRANSIENT_NAMES = new Set([
  'InternalServerException',
  'InternalFailure',
  'InternalError',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'AbortError',
  'SyntaxError',
  'IDPCommunicationError',
])
const TRANSIENT_CODES = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'EAI_AGAIN',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
])
/** A name that does not exist, a port where nobody listens or a proxy that says no seldom heals: a few attempts, then the sentence. */
const UNREACHABLE = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_PROXY_TUNNEL'])
const WRONG_CLOCK = new Set([
  'RequestTimeTooSkewed',
  'RequestInTheFuture',
  'RequestExpired',
  'InvalidSignatureTimeException',
])
const SIGNATURE = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch', 'AuthFailure'])
