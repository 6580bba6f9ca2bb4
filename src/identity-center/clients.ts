import { Agent as HttpAgent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Identitystore, ListGroupMembershipsResponse$ } from '@aws-sdk/client-identitystore'
import type { Organizations } from '@aws-sdk/client-organizations'
import type { SSOAdmin } from '@aws-sdk/client-sso-admin'
import type { GetCallerIdentityCommandOutput, STSClientConfig } from '@aws-sdk/client-sts'
import { UserError } from '../errors.ts'
import { oneLine, type Log } from '../log.ts'
import type { Environment } from '../settings.ts'
import { PRODUCT, VERSION } from '../version.ts'
import { boundAnswers } from './answer-bounds.ts'
import { once } from './concurrency.ts'
import type { SendOptions } from './pages.ts'

/**
 * The SDK's clients, the code of each loaded when it is first used. They make each call once: who retries, and limits the
 * rate, stands above.
 */
export interface AwsClients {
  region: string
  getCallerIdentity(options: SendOptions): Promise<GetCallerIdentityCommandOutput>
  ssoAdmin(region: string): Promise<SSOAdmin>
  identityStore(): Promise<Identitystore>
  organizations(): Promise<Organizations>
}

export interface AwsOptions {
  profile: string | undefined
  region: string | undefined
  environment: Environment
  log: Log
}

/**
 * Clients for the credentials that the SDK's default chain finds.
 *
 * @throws UserError (parameters) for an unknown profile and where no region is named
 */
export async function connectAws(options: AwsOptions): Promise<AwsClients> {
  const { environment, log } = options
  const profile = options.profile ?? emptyAsUndefined(environment['AWS_PROFILE'])
  const region =
    options.region ??
    emptyAsUndefined(environment['AWS_REGION']) ??
    emptyAsUndefined(environment['AWS_DEFAULT_REGION'])
  const configured =
    profile === undefined && region !== undefined
      ? undefined
      : await readProfile(profile, options.profile === undefined ? 'AWS_PROFILE' : 'aws-profile')
  const found = region ?? configured?.['region']
  if (found === undefined)
    throw new UserError(
      'parameters',
      'aws-region: no region is set. Set aws-region to the region of IAM Identity Center, or AWS_REGION in the ' +
        'environment (aws-actions/configure-aws-credentials does), or a region in the profile.',
    )
  reportEndpointOverrides(environment, log)

  const common = {
    region: found,
    ...(profile === undefined ? {} : { profile }),
    // The SDK's client-wide quota of retries loses calls under concurrency (aws-sdk-js-v3#4754).
    maxAttempts: 1,
    cacheMiddleware: true,
    customUserAgent: `${PRODUCT}/${VERSION}`,
    logger: quietLogger(log),
    requestHandler: requestHandler(environment),
  }
  const sts = once(async () => {
    const { STS } = await import('@aws-sdk/client-sts')
    return boundAnswers(new STS(common))
  })
  /** One provider for all clients, so that a role is assumed once. */
  const shared = async () => ({ ...common, credentials: (await sts()).config.credentials })
  const identityStore = once(async () => {
    const sdk = await import('@aws-sdk/client-identitystore')
    takeAsGiven(sdk.ListGroupMembershipsResponse$, 'GroupMemberships')
    takeAsGiven(sdk.ListGroupMembershipsForMemberResponse$, 'GroupMemberships')
    return boundAnswers(new sdk.Identitystore(await shared()))
  })
  const ssoAdmins = new Map<string, Promise<SSOAdmin>>()
  const ssoAdmin = (region: string): Promise<SSOAdmin> => {
    const create = async (): Promise<SSOAdmin> => {
      const sdk = await import('@aws-sdk/client-sso-admin')
      return boundAnswers(new sdk.SSOAdmin({ ...(await shared()), region }))
    }
    const client = ssoAdmins.get(region) ?? create()
    ssoAdmins.set(region, client)
    return client
  }
  return {
    region: found,
    async getCallerIdentity(options) {
      const answer = (await sts()).getCallerIdentity({}, options)
      // While STS answers, the code of the next two calls is loaded.
      void Promise.allSettled([ssoAdmin(found), identityStore()])
      return answer
    },
    ssoAdmin,
    identityStore,
    async organizations() {
      const { Organizations } = await import('@aws-sdk/client-organizations')
      return boundAnswers(new Organizations(await shared()))
    },
  }
}

/**
 * A page of memberships is taken as JSON gives it: the SDK would copy each, and make two Dates of it that are never looked
 * at, which was a fifth of the CPU time of a run. A schema has the members of an answer and their types; what is not of its
 * type is handed on as it is.
 */
function takeAsGiven([, , , , members, types]: typeof ListGroupMembershipsResponse$, member: string): void {
  const at = members.indexOf(member)
  if (at !== -1) types[at] = TEXT_TYPE
}

const TEXT_TYPE = 0

async function readProfile(
  name: string | undefined,
  setting: 'aws-profile' | 'AWS_PROFILE',
): Promise<Record<string, string | undefined> | undefined> {
  const { parseKnownFiles } = await import('@smithy/core/config')
  const profiles = await parseKnownFiles({ profile: name ?? 'default' })
  const profile = Object.hasOwn(profiles, name ?? 'default') ? profiles[name ?? 'default'] : undefined
  if (name === undefined || profile !== undefined) return profile
  const found = Object.keys(profiles).sort()
  const listed =
    found.length === 0 ? 'no profiles were found there' : `the profiles found are: ${found.join(', ')}`
  throw new UserError(
    'parameters',
    `${setting}: "${name}" is not in the shared AWS files (~/.aws/config, ~/.aws/credentials); ${listed}.`,
  )
}

/** Whoever sets these variables decides which identities come back; it must not go unseen. */
function reportEndpointOverrides(environment: Environment, log: Log): void {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith('AWS_ENDPOINT_URL') && emptyAsUndefined(environment[name]) !== undefined,
  )
  if (names.length > 0)
    log.info(`AWS endpoints are overridden by the environment: ${names.sort().join(', ')}.`)
}

/** One keep-alive agent a protocol for all clients; the SDK itself ignores the proxy variables. */
function requestHandler(environment: Environment): object {
  const proxies = readProxies(environment)
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets: 128,
    // The agent of Node 24 understands HTTP_PROXY, HTTPS_PROXY and NO_PROXY itself.
    ...(proxies === undefined ? {} : { proxyEnv: { ...environment, ...proxies } }),
  }
  return {
    httpAgent: new HttpAgent(options),
    httpsAgent: new HttpsAgent(options),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  }
}

/** The proxies that are set, each as a URL: Node passes over one without a scheme, which other programs take for HTTP. */
function readProxies(environment: Environment): Record<string, string> | undefined {
  const proxies: Record<string, string> = {}
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) {
    const value = emptyAsUndefined(environment[name])
    if (value === undefined) continue
    const url = value.includes('://') ? value : `http://${value}`
    // Without what it holds, which can be a password.
    if (!/^https?:/i.test(url) || !URL.canParse(url))
      throw new UserError(
        'parameters',
        `The environment variable ${name} is not the URL of an HTTP proxy. Set it to one, such as http://web-proxy.example.com:3128, or unset it.`,
      )
    proxies[name] = url
  }
  return Object.keys(proxies).length === 0 ? undefined : proxies
}

/** Without `info` the SDK, which looks for it first, spares itself the filtering of each answer for a log that nobody keeps. */
function quietLogger(log: Log): NonNullable<STSClientConfig['logger']> {
  const nothing = (): void => undefined
  const warn = (text: string): void => {
    log.debug(oneLine(text))
  }
  return { debug: nothing, warn, error: nothing } as NonNullable<STSClientConfig['logger']>
}

function emptyAsUndefined(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}
