import { describe, expect, it } from '@jest/globals'
import {
  classifyFault,
  isWrongClock,
  MalformedAnswer,
  readAwsError,
} from '../../src/identity-center/faults.ts'
import { awsError } from './fake-service.ts'

const coded = (code: string): Error => Object.assign(new Error('socket'), { code })
const withStatus = (name: string, httpStatusCode: number): Error =>
  awsError(name, { $metadata: { httpStatusCode } })

describe('what a failed attempt means', () => {
  it.each([
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
  ])('%s is a throttle', (name) => {
    expect(classifyFault(awsError(name))).toEqual({ kind: 'throttle' })
  })

  it('HTTP 429 is a throttle whatever its name', () => {
    expect(classifyFault(withStatus('Unknown', 429))).toEqual({ kind: 'throttle' })
  })

  it.each([
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
  ])('%s heals', (name) => {
    expect(classifyFault(awsError(name))).toEqual({ kind: 'transient' })
  })

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ERR_STREAM_PREMATURE_CLOSE',
    'EAI_AGAIN',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'HPE_INVALID_CONSTANT',
    'HPE_INVALID_CHUNK_SIZE',
    'HPE_HEADER_OVERFLOW',
  ])('the code %s heals', (code) => {
    expect(classifyFault(coded(code))).toEqual({ kind: 'transient' })
  })

  it.each([500, 502, 503, 504, 200])('HTTP %i without a known name heals', (status) => {
    expect(classifyFault(withStatus('Unknown', status))).toEqual({ kind: 'transient' })
  })

  it('a refusal that is not JSON is not asked for two minutes', () => {
    const fault = classifyFault(withStatus('SyntaxError', 403))
    expect(fault).toEqual({ kind: 'transient', attempts: 3 })
  })

  it('an answer that is not what the API promises heals', () => {
    expect(classifyFault(new MalformedAnswer('a record without its id'))).toEqual({
      kind: 'transient',
      attempts: 8,
    })
  })

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'the code %s heals seldom',
    (code) => {
      expect(classifyFault(coded(code))).toEqual({ kind: 'transient', attempts: 5 })
    },
  )

  it.each([
    awsError('RequestTimeTooSkewed'),
    awsError('RequestInTheFuture'),
    awsError('RequestExpired'),
    awsError('InvalidSignatureTimeException'),
    awsError('InvalidSignatureException', {}, 'Signature expired: 20200101T000000Z is now earlier than'),
    awsError('SignatureDoesNotMatch', {}, 'Signature not yet current'),
    awsError('AuthFailure', {}, 'The signature has expired.'),
  ])('%s is a wrong clock, which a second or third attempt can heal', (error) => {
    expect(classifyFault(error)).toEqual({ kind: 'transient', attempts: 3 })
    expect(isWrongClock(error.name, error.message)).toBe(true)
  })

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'ExpiredTokenException',
    'ExpiredToken',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'CredentialsProviderError',
    'Error',
  ])('%s is final', (name) => {
    expect(classifyFault(awsError(name))).toEqual({ kind: 'final' })
  })

  it('missing credentials are final even with an HTTP 200 beside', () => {
    expect(classifyFault(withStatus('CredentialsProviderError', 200))).toEqual({ kind: 'final' })
  })

  it.each([new TypeError('bug'), 'text', undefined, null, 7, {}])(
    '%p, which is no failure of AWS, is final',
    (thrown) => {
      expect(classifyFault(thrown)).toEqual({ kind: 'final' })
    },
  )
})

describe('how long the service asks to wait', () => {
  it.each<[Record<string, unknown>, number | undefined]>([
    [{ RetryAfterSeconds: 2 }, 2_000],
    [{ RetryAfterSeconds: 0 }, undefined],
    [{ RetryAfterSeconds: -1 }, undefined],
    [{ RetryAfterSeconds: 'soon' }, undefined],
    [{ $response: { headers: { 'retry-after': '3' } } }, 3_000],
    [{ $response: { headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } } }, undefined],
    [{ $response: { headers: { 'x-amz-retry-after': '1500' } } }, 1_500],
    [{ RetryAfterSeconds: 1, $response: { headers: { 'retry-after': '4' } } }, 4_000],
    [{ $response: {} }, undefined],
  ])('%j is %p ms', (members, wait) => {
    const hint = wait === undefined ? {} : { retryAfterMs: wait }
    expect(classifyFault(awsError('ThrottlingException', members))).toEqual({ kind: 'throttle', ...hint })
    expect(classifyFault(awsError('InternalServerException', members))).toEqual({
      kind: 'transient',
      ...hint,
    })
  })
})

it('of a thrown value only members of the right type are read', () => {
  const odd = {
    name: 7,
    message: null,
    code: 1,
    $metadata: { httpStatusCode: '200' },
    Reason: {},
    ResourceType: [],
  }
  expect(readAwsError(odd)).toEqual({
    name: 'Error',
    message: '',
    code: undefined,
    status: undefined,
    reason: undefined,
    resourceType: undefined,
  })
})
