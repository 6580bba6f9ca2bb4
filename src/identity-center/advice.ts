import { UserError, type FailureKind } from '../errors.ts'
import type { Environment } from '../settings.ts'
import { isWrongClock, MalformedAnswer, readAwsError, type AwsError } from './faults.ts'
import { partitionOf } from './regions.ts'

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
  const aws = readAwsError(cause)
  const { name, status } = aws
  const advise = (kind: FailureKind, message: string): UserError => new UserError(kind, message, { cause })

  if (aws.reason !== undefined && /^KMS/i.test(aws.reason)) {
    // Identity Store says KMS_ACCESS_DENIED, sso-admin KMS_AccessDeniedException: one spelling for both.
    const reason = aws.reason.replace(/_|Exception$/g, '').toUpperCase()
    const message = `The customer managed KMS key of IAM Identity Center ${keyAdvice(reason, `(${operation}, ${aws.reason})`, operation, context)}`
    return advise(KMS_KINDS[reason] ?? 'precondition', message)
  }
  if (error instanceof UserError) return error
  if (error instanceof MalformedAnswer)
    return advise(
      'unavailable',
      `AWS sent an unexpected response to ${operation} (${error.message}). Nothing was written. Run again later, and check for a proxy that alters responses.`,
    )
  const credentials = credentialsAdvice(operation, aws, context)
  if (credentials !== undefined) return advise('credentials', credentials)
  if (DENIED.has(name) || status === 403)
    return new DeniedCall(operation, denialAdvice(operation, aws, context), cause)
  const request = requestAdvice(operation, aws, context)
  if (request !== undefined) return advise('precondition', request)
  const network = networkAdvice(operation, aws, context)
  if (network !== undefined) return advise('unavailable', network)
  if (aws.message.startsWith('Region not accepted'))
    return advise(
      'parameters',
      `aws-region: "${context.region}" is not the name of an AWS region. Use a name such as eu-west-1.`,
    )
  if (status === undefined) return error
  return advise(
    status >= 500 || status === 200 ? 'unavailable' : 'precondition',
    `AWS answered ${operation} with ${name} (HTTP ${String(status)}). Look up this error in the API reference of the service, or run again with debug logging for details.`,
  )
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
const WRONG_TOKEN = new Set(['InvalidIdentityToken', 'InvalidIdentityTokenException'])
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

const OF_SET = ['instance', 'permissionSet']
/** The services, and the kinds of resources that each IAM action is checked against (the service authorization reference). */
export const ACTIONS = {
  GetCallerIdentity: { service: 'sts', types: [] },
  ListInstances: { service: 'sso', types: [] },
  ListUsers: { service: 'identitystore', types: ['user'] },
  ListGroups: { service: 'identitystore', types: ['group'] },
  ListGroupMemberships: { service: 'identitystore', types: ['group', 'membership'] },
  ListGroupMembershipsForMember: { service: 'identitystore', types: ['user', 'membership'] },
  ListPermissionSets: { service: 'sso', types: ['instance'] },
  ListAccountsForProvisionedPermissionSet: { service: 'sso', types: OF_SET },
  ListAccountAssignments: { service: 'sso', types: ['instance', 'permissionSet', 'account'] },
  ListAccountAssignmentsForPrincipal: { service: 'sso', types: ['instance'] },
  DescribePermissionSet: { service: 'sso', types: OF_SET },
  ListManagedPoliciesInPermissionSet: { service: 'sso', types: OF_SET },
  ListCustomerManagedPolicyReferencesInPermissionSet: { service: 'sso', types: OF_SET },
  GetInlinePolicyForPermissionSet: { service: 'sso', types: OF_SET },
  GetPermissionsBoundaryForPermissionSet: { service: 'sso', types: OF_SET },
  ListAccounts: { service: 'organizations', types: [] },
} satisfies Record<string, IamAction>
export type Operation = keyof typeof ACTIONS

interface IamAction {
  service: string
  types: string[]
}

/** The IAM action of an operation, and what it is allowed on, as a sentence names them. */
export function actionOf(operation: Operation, context: AdviceContext): string {
  const { service, types }: IamAction = ACTIONS[operation]
  const { id: partition } = partitionOf(context.region)
  const { account, instanceArn = `arn:${partition}:sso:::instance/*`, identityStoreId = '*' } = context
  const instance = instanceArn.slice(instanceArn.lastIndexOf('/') + 1)
  const resources =
    service === 'identitystore'
      ? [
          `arn:${partition}:identitystore::${account}:identitystore/${identityStoreId}`,
          ...types.map((type) => `arn:${partition}:identitystore:::${type}/*`),
        ]
      : types.map((type) => {
          if (type === 'instance') return instanceArn
          return `arn:${partition}:sso:::${type}/${type === 'permissionSet' ? `${instance}/*` : '*'}`
        })
  return `${service}:${operation} on ${resources.length === 0 ? '*' : resources.join(', ')}`
}

function credentialsAdvice(operation: Operation, aws: AwsError, context: AdviceContext): string | undefined {
  const { name, code, message } = aws
  if (isWrongClock(name, message))
    return `The clock of this machine is wrong, so AWS rejected the signature of ${operation}. Correct the clock of the runner (NTP), then run again.`
  if (EXPIRED.has(name)) {
    const how =
      context.profile === undefined
        ? 'Assume the role in the step right before this one, with a role-duration-seconds longer than the sync'
        : `Renew the credentials of the profile "${context.profile}" (with aws sso login if it uses IAM Identity Center)`
    return `The credentials of this run have expired (${operation}). ${how}.`
  }
  if (WRONG_KEYS.has(name))
    return `AWS rejected the credentials of this run (${name} on ${operation}). Check the access key, secret key and session token, or get new ones with aws-actions/configure-aws-credentials.`
  if (WRONG_TOKEN.has(name))
    return 'AWS rejected the web identity token. Check that the account has an OIDC identity provider for token.actions.githubusercontent.com with the audience of the token, and that the role trusts it.'
  if (NO_CREDENTIALS.has(name)) return missingCredentialsAdvice(message, context)
  if (code === 'ENOENT' && operation === 'GetCallerIdentity')
    return 'AWS_WEB_IDENTITY_TOKEN_FILE points to a file that does not exist. Check the variable, or the volume that should contain the token.'
  return undefined
}

function missingCredentialsAdvice(message: string, { profile, environment }: AdviceContext): string {
  if (/SSO session|sso login|Token is expired/i.test(message))
    return `The login of the profile "${profile ?? 'default'}" is missing or has expired. Run aws sso login with that profile, or use a role with OIDC.`
  if (profile !== undefined)
    return `The profile "${profile}" provides no credentials. Check its keys, source_profile or credential_process in ~/.aws/config and ~/.aws/credentials.`
  const isSet = (name: string): boolean => (environment[name] ?? '') !== ''
  const [missing, ...none] = KEYS.filter((name) => !isSet(name))
  if (missing !== undefined && none.length === 0)
    return `${missing} is not set, but ${KEYS.find(isSet) ?? ''} is, so there are no AWS credentials. Set both. A secret that does not exist in this repository is an empty string.`
  const lacksToken = environment['GITHUB_ACTIONS'] === 'true' && !isSet('ACTIONS_ID_TOKEN_REQUEST_URL')
  const permission = lacksToken
    ? ' For OIDC the job also needs the permission "id-token: write", which is missing.'
    : ''
  return `No AWS credentials were found. Assume a role with aws-actions/configure-aws-credentials in an earlier step, or set aws-profile.${permission}`
}

function denialAdvice(operation: Operation, aws: AwsError, context: AdviceContext): string {
  if (operation === 'GetCallerIdentity')
    return 'AWS denied assuming the role of this run. Check that the trust policy of the role allows this caller (for OIDC: the provider, the audience sts.amazonaws.com and the subject of the repository), and that the account ID in the role ARN is right.'
  if (ACTIONS[operation].service === 'identitystore' && /network|vpc|source ?ip/i.test(aws.message))
    return `The network configuration of identity store ${context.identityStoreId ?? ''} blocks this runner (${operation}). Allow its address or VPC endpoint there, or use a self-hosted runner inside the allowed network.`
  return `AWS denied ${operation}. Allow the IAM action ${actionOf(operation, context)} for the role of this run, and check service control policies.`
}

function requestAdvice(operation: Operation, aws: AwsError, context: AdviceContext): string | undefined {
  const { name, message } = aws
  const { region, identityStoreId, instanceArn = '' } = context
  const isInvalid = name === 'ValidationException'
  if (!isInvalid && name !== 'ResourceNotFoundException') return undefined
  if (ACTIONS[operation].service === 'sso' && operation !== 'ListInstances')
    return isInvalid && /not supported/i.test(message)
      ? `This is an account instance of IAM Identity Center, which has no permission sets (${operation}). Set access: none, or set aws-identity-store-id to the instance of the organization.`
      : `AWS did not find what ${operation} asked for in instance ${instanceArn} in ${region} (${name}). Check aws-region and aws-identity-store-id, or set access: none to leave out permission sets.`
  return isInvalid
    ? `AWS rejected ${operation} as invalid for identity store ${identityStoreId ?? '(none)'} in ${region}. Check aws-identity-store-id and aws-region.`
    : `AWS found no identity store ${identityStoreId ?? ''} in ${region} (${operation}). Check aws-identity-store-id and aws-region.`
}

function networkAdvice(operation: Operation, aws: AwsError, { region }: AdviceContext): string | undefined {
  const { code = '', message } = aws
  if (code === 'ENOTFOUND')
    return `The AWS endpoint for region "${region}" could not be resolved (${operation}). Check the spelling of aws-region, and the runner's DNS or proxy (HTTPS_PROXY, NO_PROXY).`
  if (code === 'ERR_PROXY_TUNNEL')
    return / 407\b/.test(message)
      ? `The proxy requires a user name and password for ${operation} (HTTP 407). Add them to HTTPS_PROXY (http://user:password@host:port, from a secret), or add the AWS host to NO_PROXY.`
      : `The proxy in HTTPS_PROXY did not connect to AWS for ${operation}. Allow *.${partitionOf(region).domain} on port 443 there, or add the AWS host to NO_PROXY.`
  if (UNREACHABLE.has(code))
    return `AWS cannot be reached for ${operation} (${code}). Check the runner's network, firewall and proxy (HTTPS_PROXY, NO_PROXY).`
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
    return `The TLS certificate for ${operation} is not trusted (${code}). If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate.`
  return undefined
}

const KMS_KINDS: Readonly<Record<string, FailureKind>> = {
  KMSACCESSDENIED: 'permission',
  KMSTHROTTLING: 'unavailable',
}

function keyAdvice(reason: string, of: string, operation: Operation, { region }: AdviceContext): string {
  switch (reason) {
    case 'KMSACCESSDENIED':
      return `denied access to this role ${of}. Allow kms:Decrypt on the key for the role, in its IAM policy and in the key policy, with kms:ViaService ${ACTIONS[operation].service}.*.${partitionOf(region).domain}.`
    case 'KMSKEYNOTFOUND':
    case 'KMSNOTFOUND':
      return `no longer exists ${of}. Restore the key, or configure another one for the instance.`
    case 'KMSDISABLED':
    case 'KMSINVALIDSTATE':
    case 'KMSSTATE':
      return `is disabled or pending deletion ${of}. Enable the key again.`
    case 'KMSTHROTTLING':
      return `is throttled ${of}. Lower requests-per-second, or raise the KMS quota of the account.`
    default:
      return `cannot be used ${of}. Check the key's ARN, its usage (ENCRYPT_DECRYPT) and its state.`
  }
}
