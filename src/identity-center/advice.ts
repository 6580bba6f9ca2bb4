import { UserError } from '../errors.ts'
import { oneLine } from '../log.ts'
import type { Environment } from '../settings.ts'
import { isWrongClock, MalformedAnswer, readAwsError, type AwsError } from './faults.ts'

export type Operation =
  | 'GetCallerIdentity'
  | 'ListInstances'
  | 'ListUsers'
  | 'ListGroups'
  | 'ListGroupMemberships'
  | 'ListGroupMembershipsForMember'
  | AccessOperation

/** What is called with `access`, of sso-admin and of Organizations. */
export type AccessOperation =
  | 'ListPermissionSets'
  | 'ListAccountsForProvisionedPermissionSet'
  | 'ListAccountAssignments'
  | 'ListAccountAssignmentsForPrincipal'
  | 'DescribePermissionSet'
  | 'ListManagedPoliciesInPermissionSet'
  | 'ListCustomerManagedPolicyReferencesInPermissionSet'
  | 'GetInlinePolicyForPermissionSet'
  | 'GetPermissionsBoundaryForPermissionSet'
  | 'ListAccounts'

/** Answered calls of each operation, for the summary. */
export type Calls = Partial<Record<Operation, number>>

/** What the sentences are built from; never from AWS's own text, which can quote a person's session name. */
export interface AdviceContext {
  region: string
  account: string
  identityStoreId?: string
  instanceArn?: string
  profile: string | undefined
  environment: Environment
}

/**
 * Turns what a call threw into one sentence that says what to do. What is not a failure of AWS, of the credentials or of
 * the network comes back as it is: a bug.
 */
export function adviseAws(operation: Operation, error: unknown, context: AdviceContext): unknown {
  // Of a call that was given up at its deadline: a throttled key is known by the last answer only.
  const cause = error instanceof UserError ? error.cause : error
  const aws = nameable(readAwsError(cause))
  const make = (kind: UserError['kind'], message: string): UserError =>
    new UserError(kind, message, { cause })

  const kms = kmsAdvice(operation, aws, domainOf(context.region))
  if (kms !== undefined) return make(kms.kind, kms.message)
  if (error instanceof UserError) return error
  if (error instanceof MalformedAnswer)
    return make(
      'unavailable',
      `AWS sent an unexpected response to ${operation} (${error.message}). Nothing was written. Run again later, and check for a proxy that alters responses.`,
    )
  if (isWrongClock(aws.name, aws.message))
    return make(
      'credentials',
      `The clock of this machine is wrong, so AWS rejected the signature of ${operation}. Correct the clock of the runner (NTP), then run again.`,
    )
  if (EXPIRED.has(aws.name)) return make('credentials', expired(operation, context))
  if (WRONG_KEYS.has(aws.name))
    return make(
      'credentials',
      `AWS rejected the credentials of this run (${aws.name} on ${operation}). Check the access key, secret key and session token, or get new ones with aws-actions/configure-aws-credentials.`,
    )
  if (aws.name === 'InvalidIdentityToken' || aws.name === 'InvalidIdentityTokenException')
    return make(
      'credentials',
      'AWS rejected the web identity token. Check that the account has an OIDC identity provider for token.actions.githubusercontent.com with the audience of the token, and that the role trusts it.',
    )
  if (NO_CREDENTIALS.has(aws.name)) return make('credentials', noCredentials(aws, context))
  if (aws.code === 'ENOENT' && operation === 'GetCallerIdentity')
    return make(
      'credentials',
      'AWS_WEB_IDENTITY_TOKEN_FILE points to a file that does not exist. Check the variable, or the volume that should contain the token.',
    )
  if (DENIED.has(aws.name) || aws.status === 403)
    return new DeniedCall(operation, denied(operation, aws, context), cause)
  const isOfAccess = ACTIONS[operation].service === 'sso' && operation !== 'ListInstances'
  if (isOfAccess && aws.name === 'ValidationException' && /not supported/i.test(aws.message))
    return make(
      'precondition',
      `This is an account instance of IAM Identity Center, which has no permission sets (${operation}). Set access: none, or set aws-identity-store-id to the instance of the organization.`,
    )
  if (isOfAccess && INVALID.has(aws.name))
    return make(
      'precondition',
      `AWS did not find what ${operation} asked for in instance ${context.instanceArn ?? ''} in ${context.region} (${aws.name}). Check aws-region and aws-identity-store-id, or set access: none to leave out permission sets.`,
    )
  if (aws.name === 'ResourceNotFoundException')
    return make(
      'precondition',
      `AWS found no identity store ${context.identityStoreId ?? ''} in ${context.region} (${operation}). Check aws-identity-store-id and aws-region.`,
    )
  if (aws.code === 'ENOTFOUND')
    return make(
      'unavailable',
      `The AWS endpoint for region "${context.region}" could not be resolved (${operation}). Check the spelling of aws-region, and the runner's DNS or proxy (HTTPS_PROXY, NO_PROXY).`,
    )
  if (aws.code === 'ERR_PROXY_TUNNEL')
    return make(
      'unavailable',
      / 407\b/.test(aws.message)
        ? `The proxy requires a user name and password for ${operation} (HTTP 407). Add them to HTTPS_PROXY (http://user:password@host:port, from a secret), or add the AWS host to NO_PROXY.`
        : `The proxy in HTTPS_PROXY did not connect to AWS for ${operation}. Allow *.${domainOf(context.region)} on port 443 there, or add the AWS host to NO_PROXY.`,
    )
  if (UNREACHABLE.has(aws.code ?? ''))
    return make(
      'unavailable',
      `AWS cannot be reached for ${operation} (${aws.code ?? ''}). Check the runner's network, firewall and proxy (HTTPS_PROXY, NO_PROXY).`,
    )
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(aws.code ?? ''))
    return make(
      'unavailable',
      `The TLS certificate for ${operation} is not trusted (${aws.code ?? ''}). If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate.`,
    )
  if (aws.message.startsWith('Region not accepted'))
    return make(
      'parameters',
      `aws-region: "${context.region}" is not the name of an AWS region. Use a name such as eu-west-1.`,
    )
  if (aws.name === 'ValidationException')
    return make(
      'precondition',
      `AWS rejected ${operation} as invalid for identity store ${context.identityStoreId ?? '(none)'} in ${context.region}. Check aws-identity-store-id and aws-region.`,
    )
  if (aws.status !== undefined)
    return make(
      aws.status >= 500 || aws.status === 200 ? 'unavailable' : 'precondition',
      `AWS answered ${operation} with ${aws.name} (HTTP ${String(aws.status)}). Look up this error in the API reference of the service, or run again with debug logging for details.`,
    )
  return error
}

/** A refusal of AWS, with what was refused. */
class DeniedCall extends UserError {
  readonly operation: Operation

  constructor(operation: Operation, message: string, cause: unknown) {
    super('permission', message, { cause })
    this.operation = operation
  }
}

/** The operation that was denied, where the denial is about the IAM action. */
export function deniedOperation(error: unknown): Operation | undefined {
  return error instanceof DeniedCall && isPlainDenial(error) ? error.operation : undefined
}

/** True for a denial that is about the IAM action, not about a customer's key; also of an error with advice. */
export function isPlainDenial(error: unknown): boolean {
  const { name, reason } = causeOf(error)
  return DENIED.has(name) && reason === undefined
}

/** True where AWS knows no such thing, and not because of a customer's key; also of an error with advice. */
export function isNotFound(error: unknown): boolean {
  const { name, reason } = causeOf(error)
  return name === 'ResourceNotFoundException' && reason === undefined
}

/** What AWS said, also of an error with advice. */
export function causeOf(error: unknown): AwsError {
  return readAwsError(error instanceof UserError ? error.cause : error)
}

const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'RequestExpiredException',
])
const WRONG_KEYS = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
])
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'ProviderError', 'TokenProviderError'])
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'ForbiddenException',
])
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
])

const INVALID = new Set(['ResourceNotFoundException', 'ValidationException'])

/** The services, and the kinds of resources that each IAM action is checked against (the service authorization reference). */
export const ACTIONS: Record<Operation, { service: string; types: string[] }> = {
  GetCallerIdentity: { service: 'sts', types: [] },
  ListInstances: { service: 'sso', types: [] },
  ListUsers: { service: 'identitystore', types: ['user'] },
  ListGroups: { service: 'identitystore', types: ['group'] },
  ListGroupMemberships: { service: 'identitystore', types: ['group', 'membership'] },
  ListGroupMembershipsForMember: { service: 'identitystore', types: ['user', 'membership'] },
  ListPermissionSets: { service: 'sso', types: ['instance'] },
  ListAccountsForProvisionedPermissionSet: { service: 'sso', types: ['instance', 'permissionSet'] },
  ListAccountAssignments: { service: 'sso', types: ['instance', 'permissionSet', 'account'] },
  ListAccountAssignmentsForPrincipal: { service: 'sso', types: ['instance'] },
  DescribePermissionSet: { service: 'sso', types: ['instance', 'permissionSet'] },
  ListManagedPoliciesInPermissionSet: { service: 'sso', types: ['instance', 'permissionSet'] },
  ListCustomerManagedPolicyReferencesInPermissionSet: {
    service: 'sso',
    types: ['instance', 'permissionSet'],
  },
  GetInlinePolicyForPermissionSet: { service: 'sso', types: ['instance', 'permissionSet'] },
  GetPermissionsBoundaryForPermissionSet: { service: 'sso', types: ['instance', 'permissionSet'] },
  ListAccounts: { service: 'organizations', types: [] },
}

/** The IAM action of an operation, and what it is allowed on, as a sentence names them. */
export function actionOf(operation: Operation, context: AdviceContext): string {
  const { service, types } = ACTIONS[operation]
  const partition = partitionOf(context.region)
  const { instanceArn = `arn:${partition}:sso:::instance/*` } = context
  const instance = instanceArn.slice(instanceArn.lastIndexOf('/') + 1)
  const store = `arn:${partition}:identitystore::${context.account}:identitystore/${context.identityStoreId ?? '*'}`
  const resources =
    service === 'identitystore'
      ? [store, ...types.map((type) => `arn:${partition}:identitystore:::${type}/*`)]
      : types.map((type) => {
          if (type === 'instance') return instanceArn
          return `arn:${partition}:sso:::${type}/${type === 'permissionSet' ? `${instance}/*` : '*'}`
        })
  return `${service}:${operation} on ${resources.length === 0 ? '*' : resources.join(', ')}`
}

function denied(operation: Operation, aws: AwsError, context: AdviceContext): string {
  if (operation === 'GetCallerIdentity')
    return 'AWS denied assuming the role of this run. Check that the trust policy of the role allows this caller (for OIDC: the provider, the audience sts.amazonaws.com and the subject of the repository), and that the account ID in the role ARN is right.'
  if (ACTIONS[operation].service === 'identitystore' && /network|vpc|source ?ip/i.test(aws.message))
    return `The network configuration of identity store ${context.identityStoreId ?? ''} blocks this runner (${operation}). Allow its address or VPC endpoint there, or use a self-hosted runner inside the allowed network.`
  return `AWS denied ${operation}. Allow the IAM action ${actionOf(operation, context)} for the role of this run, and check service control policies.`
}

function expired(operation: Operation, context: AdviceContext): string {
  const how =
    context.profile === undefined
      ? 'Assume the role in the step right before this one, with a role-duration-seconds longer than the sync'
      : `Renew the credentials of the profile "${context.profile}" (with aws sso login if it uses IAM Identity Center)`
  return `The credentials of this run have expired (${operation}). ${how}.`
}

function noCredentials(aws: AwsError, context: AdviceContext): string {
  if (/SSO session|sso login|Token is expired/i.test(aws.message))
    return `The login of the profile "${context.profile ?? 'default'}" is missing or has expired. Run aws sso login with that profile, or use a role with OIDC.`
  if (context.profile !== undefined)
    return `The profile "${context.profile}" provides no credentials. Check its keys, source_profile or credential_process in ~/.aws/config and ~/.aws/credentials.`
  const { environment } = context
  const isSet = (name: string): boolean => (environment[name] ?? '') !== ''
  const [missing, ...none] = KEYS.filter((name) => !isSet(name))
  if (missing !== undefined && none.length === 0)
    return `${missing} is not set, but ${KEYS.find(isSet) ?? ''} is, so there are no AWS credentials. Set both. A secret that does not exist in this repository is an empty string.`
  const step =
    'Assume a role with aws-actions/configure-aws-credentials in an earlier step, or set aws-profile.'
  const onActions = environment['GITHUB_ACTIONS'] === 'true'
  if (onActions && !isSet('ACTIONS_ID_TOKEN_REQUEST_URL'))
    return `No AWS credentials were found. ${step} For OIDC the job also needs the permission "id-token: write", which is missing.`
  return `No AWS credentials were found. ${step}`
}

/** The Reasons of Identity Store (KMS_ACCESS_DENIED, …) and of sso-admin (KMS_AccessDeniedException, …), in one spelling. */
function kmsAdvice(
  operation: Operation,
  aws: AwsError,
  domain: string,
): { kind: UserError['kind']; message: string } | undefined {
  if (aws.reason === undefined || !/^KMS/i.test(aws.reason)) return undefined
  const reason = aws.reason
    .replace(/Exception$/, '')
    .replaceAll('_', '')
    .toUpperCase()
  const through = `${ACTIONS[operation].service}.*.${domain}`
  const the = `The customer managed KMS key of IAM Identity Center`
  const of = `(${operation}, ${aws.reason})`
  switch (reason) {
    case 'KMSACCESSDENIED':
      return {
        kind: 'permission',
        message: `${the} denied access to this role ${of}. Allow kms:Decrypt on the key for the role, in its IAM policy and in the key policy, with kms:ViaService ${through}.`,
      }
    case 'KMSKEYNOTFOUND':
    case 'KMSNOTFOUND':
      return {
        kind: 'precondition',
        message: `${the} no longer exists ${of}. Restore the key, or configure another one for the instance.`,
      }
    case 'KMSDISABLED':
    case 'KMSINVALIDSTATE':
    case 'KMSSTATE':
      return {
        kind: 'precondition',
        message: `${the} is disabled or pending deletion ${of}. Enable the key again.`,
      }
    case 'KMSTHROTTLING':
      return {
        kind: 'unavailable',
        message: `${the} is throttled ${of}. Lower requests-per-second, or raise the KMS quota of the account.`,
      }
    default:
      return {
        kind: 'precondition',
        message: `${the} cannot be used ${of}. Check the key's ARN, its usage (ENCRYPT_DECRYPT) and its state.`,
      }
  }
}

/** The names in an error, as far as a sentence repeats them. */
function nameable(error: AwsError): AwsError {
  const { name, code, reason } = error
  return {
    ...error,
    name: oneLine(name),
    code: code === undefined ? undefined : oneLine(code),
    reason: reason === undefined ? undefined : oneLine(reason),
  }
}

/** The domain of the endpoints in a region's partition (the SDK's own partitions.json). */
function domainOf(region: string): string {
  return DOMAINS[partitionOf(region)] ?? 'amazonaws.com'
}

const DOMAINS: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
  'aws-eusc': 'amazonaws.eu',
}

/** The partition of a region, as it stands in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  if (region.startsWith('us-isob-')) return 'aws-iso-b'
  if (region.startsWith('us-isof-') || region.startsWith('eu-isof-')) return 'aws-iso-f'
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e'
  if (region.startsWith('us-iso-')) return 'aws-iso'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return 'aws'
}
