import { describe, expect, it } from '@jest/globals'
import { UserError, type FailureKind } from '../../src/errors.ts'
import {
  adviseAws,
  isPlainDenial,
  type AdviceContext,
  type Operation,
} from '../../src/identity-center/advice.ts'
import { awsError } from './fake-service.ts'

const STORE = 'd-1234567890'
const PERSON = 'jane.doe@example.com'
/** AWS quotes the session's name, which OIDC and SSO set to a person's. */
const TEXT = `User: arn:aws:sts::111122223333:assumed-role/reader/${PERSON} is not authorized`

const context: AdviceContext = {
  region: 'eu-west-1',
  account: '111122223333',
  identityStoreId: STORE,
  profile: undefined,
  environment: {},
}
const withProfile = { ...context, profile: 'reader' }
const store = `arn:aws:identitystore::111122223333:identitystore/${STORE}`

const advise = (operation: Operation, error: unknown, given = context): UserError => {
  const advice = adviseAws(operation, error, given)
  if (advice instanceof UserError) return advice
  throw new Error('no advice', { cause: advice })
}

describe('an AWS error becomes a sentence', () => {
  const denied = awsError('AccessDeniedException', {}, TEXT)
  const coded = (code: string): Error => Object.assign(new Error(TEXT), { code })

  const table: [string, Operation, Error, FailureKind, RegExp, AdviceContext?][] = [
    [
      'names sso:ListInstances',
      'ListInstances',
      denied,
      'permission',
      /Allow the IAM action sso:ListInstances on \* for the role/,
    ],
    [
      'names identitystore:ListUsers on store and users',
      'ListUsers',
      denied,
      'permission',
      new RegExp(`identitystore:ListUsers on ${store}, arn:aws:identitystore:::user/\\* for`),
    ],
    [
      'names identitystore:ListGroups on store and groups',
      'ListGroups',
      denied,
      'permission',
      new RegExp(`identitystore:ListGroups on ${store}, arn:aws:identitystore:::group/\\* for`),
    ],
    [
      'names identitystore:ListGroupMemberships on store, groups and memberships',
      'ListGroupMemberships',
      denied,
      'permission',
      /identitystore:ListGroupMemberships on .*:::group\/\*, arn:aws:identitystore:::membership\/\* for/,
    ],
    [
      'names identitystore:ListGroupMembershipsForMember on store, users and memberships',
      'ListGroupMembershipsForMember',
      denied,
      'permission',
      /identitystore:ListGroupMembershipsForMember on .*:::user\/\*, arn:aws:identitystore:::membership\/\* for/,
    ],
    [
      'names the ARNs of the partition',
      'ListUsers',
      denied,
      'permission',
      /arn:aws-cn:identitystore::111122223333:/,
      { ...context, region: 'cn-north-1' },
    ],
    [
      'names the trust policy',
      'GetCallerIdentity',
      awsError('AccessDenied', {}, TEXT),
      'permission',
      /trust policy of the role/,
    ],
    [
      'takes a plain 403 for a denial',
      'ListUsers',
      awsError('Unknown', { $metadata: { httpStatusCode: 403 } }, TEXT),
      'permission',
      /identitystore:ListUsers on/,
    ],
    [
      'names the network rule of the store',
      'ListUsers',
      awsError('AccessDeniedException', {}, `${TEXT} by the network configuration`),
      'permission',
      new RegExp(
        `network configuration of identity store ${STORE} blocks .*Allow its address or VPC endpoint`,
      ),
    ],
    ...(
      ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpiredException'] as const
    ).map((name): [string, Operation, Error, FailureKind, RegExp] => [
      `tells the duration for ${name}`,
      'ListGroups',
      awsError(name, {}, TEXT),
      'credentials',
      /have expired \(ListGroups\).*role-duration-seconds/,
    ]),
    [
      'names the profile that has expired',
      'ListUsers',
      awsError('ExpiredTokenException', {}, TEXT),
      'credentials',
      /profile "reader" \(with aws sso login/,
      withProfile,
    ],
    ...(
      [
        'UnrecognizedClientException',
        'InvalidClientTokenId',
        'InvalidAccessKeyId',
        'IncompleteSignature',
        'InvalidSignatureException',
        'SignatureDoesNotMatch',
        'MissingAuthenticationToken',
        'AuthFailure',
      ] as const
    ).map((name): [string, Operation, Error, FailureKind, RegExp] => [
      `tells to check the keys for ${name}`,
      'GetCallerIdentity',
      awsError(name, {}, TEXT),
      'credentials',
      new RegExp(`rejected the credentials of this run \\(${name} .*session token`),
    ]),
    [
      'names the OIDC provider',
      'GetCallerIdentity',
      awsError('InvalidIdentityToken', {}, TEXT),
      'credentials',
      /OIDC identity provider for token\.actions\.githubusercontent\.com/,
    ],
    [
      'names the OIDC provider, the newer name too',
      'GetCallerIdentity',
      awsError('InvalidIdentityTokenException', {}, TEXT),
      'credentials',
      /OIDC identity provider/,
    ],
    [
      'says how credentials get there',
      'GetCallerIdentity',
      awsError('CredentialsProviderError', {}, 'Could not load credentials from any providers'),
      'credentials',
      /^No AWS credentials were found\. .*configure-aws-credentials.*aws-profile\.$/,
    ],
    [
      'names the permission id-token where a job lacks it',
      'GetCallerIdentity',
      awsError('CredentialsProviderError'),
      'credentials',
      /permission "id-token: write", which is missing/,
      { ...context, environment: { GITHUB_ACTIONS: 'true' } },
    ],
    [
      'does not name id-token where the job has it',
      'GetCallerIdentity',
      awsError('CredentialsProviderError'),
      'credentials',
      /aws-profile\.$/,
      {
        ...context,
        environment: { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com' },
      },
    ],
    [
      'names the profile that gives nothing',
      'GetCallerIdentity',
      awsError('CredentialsProviderError', {}, TEXT),
      'credentials',
      /profile "reader" provides no credentials.*source_profile/,
      withProfile,
    ],
    [
      'names the login of an SSO profile',
      'GetCallerIdentity',
      awsError(
        'CredentialsProviderError',
        {},
        'The SSO session token associated with profile=p1 was not found or is invalid.',
      ),
      'credentials',
      /login of the profile "reader" is missing .*aws sso login/,
      withProfile,
    ],
    [
      'names the web identity file',
      'GetCallerIdentity',
      coded('ENOENT'),
      'credentials',
      /AWS_WEB_IDENTITY_TOKEN_FILE points to a file that does not exist/,
    ],
    [
      'names the clock',
      'ListUsers',
      awsError('RequestTimeTooSkewed', {}, TEXT),
      'credentials',
      /clock .*NTP/,
    ],
    [
      'names the clock for a signature that has expired',
      'ListUsers',
      awsError('InvalidSignatureException', {}, 'Signature expired'),
      'credentials',
      /The clock of this machine is wrong/,
    ],
    [
      'names store and region that AWS does not know',
      'ListUsers',
      awsError('ResourceNotFoundException', { ResourceType: 'IDENTITY_STORE' }, TEXT),
      'precondition',
      new RegExp(`no identity store ${STORE} in eu-west-1 \\(ListUsers\\)`),
    ],
    [
      'names store and region of a request that is not valid',
      'ListGroups',
      awsError('ValidationException', {}, TEXT),
      'precondition',
      new RegExp(`rejected ListGroups .*${STORE} in eu-west-1.*aws-region`),
    ],
    [
      'names region and DNS',
      'GetCallerIdentity',
      coded('ENOTFOUND'),
      'unavailable',
      /region "eu-west-1" could not be resolved/,
    ],
    ...(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'] as const).map(
      (code): [string, Operation, Error, FailureKind, RegExp] => [
        `names network and proxy for ${code}`,
        'ListUsers',
        coded(code),
        'unavailable',
        new RegExp(`cannot be reached for ListUsers \\(${code}\\).*NO_PROXY`),
      ],
    ),
    ...(['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'] as const).map(
      (code): [string, Operation, Error, FailureKind, RegExp] => [
        `names the certificate for ${code}`,
        'ListUsers',
        coded(code),
        'unavailable',
        /not trusted .*NODE_EXTRA_CA_CERTS/,
      ],
    ),
    [
      'names the region that is none',
      'GetCallerIdentity',
      new Error('Region not accepted: region="eu west" is not a valid hostname component.'),
      'parameters',
      /^aws-region: "eu-west-1" is not the name of an AWS region/,
    ],
    [
      'gives name and status of what it does not know',
      'ListUsers',
      awsError('NovelException', {}, TEXT),
      'precondition',
      /ListUsers with NovelException \(HTTP 400\)/,
    ],
    [
      'tells an answer of 5xx apart',
      'ListUsers',
      awsError('NovelException', { $metadata: { httpStatusCode: 503 } }, TEXT),
      'unavailable',
      /NovelException \(HTTP 503\)/,
    ],
    [
      'takes an answer of 200 that is none for one that may come later',
      'ListUsers',
      awsError('SyntaxError', { $metadata: { httpStatusCode: 200 } }, TEXT),
      'unavailable',
      /SyntaxError \(HTTP 200\)/,
    ],
  ]
  it.each(table)('that %s', (_does, operation, error, kind, sentence, given = context) => {
    const advice = advise(operation, error, given)
    expect(advice.message).toMatch(sentence)
    expect(advice.kind).toBe(kind)
    expect(advice.cause).toBe(error)
    expect(advice.message).not.toContain(PERSON)
    expect(advice.message).toMatch(/^[A-Za-z].*\.$/)
  })
})

describe('a reason of the customer key', () => {
  const access: [FailureKind, RegExp] = ['permission', /Allow kms:Decrypt on the key .*key policy/]
  const gone: [FailureKind, RegExp] = ['precondition', /no longer exists/]
  const off: [FailureKind, RegExp] = ['precondition', /disabled or pending deletion .*Enable the key/]
  const unfit: [FailureKind, RegExp] = ['precondition', /ARN, its usage \(ENCRYPT_DECRYPT\) and its state/]
  const slow: [FailureKind, RegExp] = ['unavailable', /throttled .*KMS quota/]
  it.each<[string, string, [FailureKind, RegExp]]>([
    ['AccessDeniedException', 'KMS_ACCESS_DENIED', access],
    ['AccessDeniedException', 'KMS_AccessDeniedException', access],
    ['ResourceNotFoundException', 'KMS_KEY_NOT_FOUND', gone],
    ['ResourceNotFoundException', 'KMS_NotFoundException', gone],
    ['ValidationException', 'KMS_DISABLED', off],
    ['ValidationException', 'KMS_DisabledException', off],
    ['ValidationException', 'KMS_INVALID_STATE', off],
    ['ValidationException', 'KMS_InvalidStateException', off],
    ['ValidationException', 'KMS_INVALID_KEY_USAGE', unfit],
    ['ValidationException', 'KMS_InvalidKeyUsageException', unfit],
    ['ValidationException', 'KMS_INVALID_ARN', unfit],
    ['ThrottlingException', 'KMS_THROTTLING', slow],
    ['ThrottlingException', 'KMS_ThrottlingException', slow],
  ])('of %s, %s, is told as what to do with the key', (name, Reason, [kind, sentence]) => {
    const operation = /[a-z]/.test(Reason.slice(4)) ? 'ListInstances' : 'ListUsers'
    const advice = advise(operation, awsError(name, { Reason }, TEXT))
    expect(advice.message).toMatch(sentence)
    expect(advice.message).toContain(`(${operation}, ${Reason})`)
    expect(advice.kind).toBe(kind)
    expect(advice.message).not.toContain(PERSON)
  })

  it('also where a throttled key used up the deadline of the call', () => {
    const cause = awsError('ThrottlingException', { Reason: 'KMS_THROTTLING' }, TEXT)
    const late = new UserError('unavailable', 'Gave up on ListUsers after 120 seconds.', {
      cause,
    })
    const { kind, message, cause: kept } = advise('ListUsers', late)
    expect(kind).toBe('unavailable')
    expect(message).toMatch(/KMS key .* is throttled \(ListUsers, KMS_THROTTLING\)/)
    expect(kept).toBe(cause)
  })

  it('names the service through which the key is used', () => {
    const refused = awsError('AccessDeniedException', { Reason: 'KMS_ACCESS_DENIED' })
    expect(advise('ListUsers', refused).message).toContain('kms:ViaService identitystore.*.amazonaws.com')
    expect(advise('ListInstances', refused).message).toContain('kms:ViaService sso.*.amazonaws.com')
  })
})

describe('what needs no advice', () => {
  it('comes back as it is: an error with a sentence, and a bug', () => {
    const known = new UserError('unavailable', 'Said already.')
    const bug = new TypeError('undefined is not a function')
    expect(adviseAws('ListUsers', known, context)).toBe(known)
    expect(adviseAws('ListUsers', bug, context)).toBe(bug)
  })
})

describe('a plain denial', () => {
  it.each<[unknown, boolean]>([
    [awsError('AccessDeniedException'), true],
    [awsError('AccessDenied'), true],
    [awsError('UnauthorizedOperation'), true],
    [awsError('AccessDeniedException', { Reason: 'KMS_ACCESS_DENIED' }), false],
    [awsError('ValidationException'), false],
    [new Error('bug'), false],
    [undefined, false],
  ])('%p: %p, with its advice too', (error, isDenial) => {
    expect(isPlainDenial(error)).toBe(isDenial)
    expect(isPlainDenial(adviseAws('ListUsers', error, context))).toBe(isDenial)
  })
})

it.each([
  ['eu-west-1', 'amazonaws.com'],
  ['us-gov-west-1', 'amazonaws.com'],
  ['cn-north-1', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'amazonaws.eu'],
  ['us-iso-east-1', 'c2s.ic.gov'],
  ['us-isob-east-1', 'sc2s.sgov.gov'],
  ['eu-isoe-west-1', 'cloud.adc-e.uk'],
  ['us-isof-south-1', 'csp.hci.ic.gov'],
])('in %s the advice on proxies and keys names *.%s', (region, domain) => {
  const given = { ...context, region }
  const tunnel = Object.assign(new Error('HTTP/1.1 403 Forbidden'), { code: 'ERR_PROXY_TUNNEL' })
  expect(advise('ListUsers', tunnel, given).message).toContain(`Allow *.${domain} on port 443`)
  const refused = awsError('AccessDeniedException', { Reason: 'KMS_ACCESS_DENIED' })
  expect(advise('ListUsers', refused, given).message).toContain(`kms:ViaService identitystore.*.${domain}.`)
  expect(advise('ListInstances', refused, given).message).toContain(`kms:ViaService sso.*.${domain}.`)
})

it.each([
  ['the name', awsError('Odd\n::error::x')],
  [
    'the code',
    Object.assign(new Error('cut'), { code: 'ECONNRESET\n::error::x', $metadata: { httpStatusCode: 500 } }),
  ],
  ['the reason', awsError('ValidationException', { Reason: 'KMS_ODD\r\n\u2028\u001b[31m' })],
])('%s of an error brings no line end and no control character into a sentence', (_what, error) => {
  expect(advise('ListUsers', error).message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
})
