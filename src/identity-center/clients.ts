import { Agent as HttpAgent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type {
  IdentitystoreClient,
  ListGroupMembershipsCommandInput,
  ListGroupMembershipsCommandOutput,
  ListGroupMembershipsForMemberCommandInput,
  ListGroupMembershipsForMemberCommandOutput,
  ListGroupsCommandInput,
  ListGroupsCommandOutput,
  ListUsersCommandInput,
  ListUsersCommandOutput,
} from '@aws-sdk/client-identitystore'
import type * as Sdk from '@aws-sdk/client-identitystore'
import type { ListInstancesCommandOutput, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import type { STSClient } from '@aws-sdk/client-sts'
import { UserError } from '../errors.ts'
import { oneLine, type Log } from '../log.ts'
import type { Environment } from '../settings.ts'
import { PRODUCT, VERSION } from '../version.ts'
import type { AccessApi } from './access-clients.ts'
import { boundAnswers } from './answer-bounds.ts'

/** The calls that the core makes, each once: who retries and paces stands above. Errors are those of the SDK. */
export interface Aws {
  region: string
  /** STS GetCallerIdentity: the account of the credentials, 12 digits. */
  callerAccount(signal: AbortSignal): Promise<string>
  /** One page of sso-admin ListInstances, in another region if asked. */
  listInstances(
    page: { NextToken?: string; region?: string },
    signal: AbortSignal,
  ): Promise<ListInstancesCommandOutput>
  listUsers(input: ListUsersCommandInput, signal: AbortSignal): Promise<ListUsersCommandOutput>
  listGroups(input: ListGroupsCommandInput, signal: AbortSignal): Promise<ListGroupsCommandOutput>
  listGroupMemberships(
    input: ListGroupMembershipsCommandInput,
    signal: AbortSignal,
  ): Promise<ListGroupMembershipsCommandOutput>
  listGroupMembershipsForMember(
    input: ListGroupMembershipsForMemberCommandInput,
    signal: AbortSignal,
  ): Promise<ListGroupMembershipsForMemberCommandOutput>
}

export interface AwsClients extends Aws {
  /** The calls of access, their code loaded now; SSO Admin in this region. */
  connectAccess(region: string): Promise<AccessApi>
}

/** The operations of the Identity Store that are paced. */
export type IdentityStoreApi = Pick<
  Aws,
  'listUsers' | 'listGroups' | 'listGroupMemberships' | 'listGroupMembershipsForMember'
>

export interface AwsOptions {
  profile: string | undefined
  region: string | undefined
  environment: Environment
  log: Log
}

/**
 * Clients for the credentials that the SDK's default chain finds. Each client's code is loaded when it is first used, STS
 * before the others, so that the first call leaves early.
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
  if (found === undefined) throw noRegion()
  reportEndpointOverrides(environment, log)

  const common = {
    region: found,
    ...(profile === undefined ? {} : { profile }),
    // Retries belong to the pace: the SDK's client-wide quota loses calls under concurrency (aws-sdk-js-v3#4754).
    maxAttempts: 1,
    cacheMiddleware: true,
    customUserAgent: `${PRODUCT}/${VERSION}`,
    logger: quietLogger(log),
    requestHandler: requestHandler(environment),
  }
  const sts = once(async () => {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
    return { client: boundAnswers(new STSClient(common)), GetCallerIdentityCommand }
  })
  /** One provider for all clients, so that a role is assumed once. */
  const credentials = async (): Promise<STSClient['config']['credentials']> =>
    (await sts()).client.config.credentials
  const ssoAdmin = once(() => import('@aws-sdk/client-sso-admin'))
  const ssoAdminClients = new Map<string, SSOAdminClient>()
  const ssoAdminIn = async (
    region: string,
  ): Promise<{ sdk: Awaited<ReturnType<typeof ssoAdmin>>; client: SSOAdminClient }> => {
    const sdk = await ssoAdmin()
    const known = ssoAdminClients.get(region)
    if (known !== undefined) return { sdk, client: known }
    const client = boundAnswers(
      new sdk.SSOAdminClient({ ...common, region, credentials: await credentials() }),
    )
    ssoAdminClients.set(region, client)
    return { sdk, client }
  }
  const identityStore = once(async () => {
    const sdk = await import('@aws-sdk/client-identitystore')
    takeAsGiven(sdk.ListGroupMembershipsResponse$, 'GroupMemberships')
    takeAsGiven(sdk.ListGroupMembershipsForMemberResponse$, 'GroupMemberships')
    return {
      sdk,
      client: boundAnswers(new sdk.IdentitystoreClient({ ...common, credentials: await credentials() })),
    }
  })

  async function send<I, O>(
    command: (sdk: typeof Sdk) => new (input: I) => unknown,
    input: I,
    abortSignal: AbortSignal,
  ): Promise<O> {
    const { sdk, client } = await identityStore()
    const Command = command(sdk)
    // The pairs of command and answer stand in the interface above; the SDK's own overloads cannot be passed through.
    return client.send(new Command(input) as Parameters<IdentitystoreClient['send']>[0], {
      abortSignal,
    }) as Promise<O>
  }

  return {
    region: found,
    async callerAccount(abortSignal) {
      const { client, GetCallerIdentityCommand } = await sts()
      const answer = client.send(new GetCallerIdentityCommand({}), { abortSignal })
      // While STS answers, the code of the next two calls is loaded.
      void Promise.allSettled([ssoAdmin(), identityStore()])
      return (await answer).Account ?? ''
    },
    async listInstances({ region: elsewhere = found, ...page }, abortSignal) {
      const { sdk, client } = await ssoAdminIn(elsewhere)
      return client.send(new sdk.ListInstancesCommand({ MaxResults: 100, ...page }), { abortSignal })
    },
    async connectAccess(region) {
      const [{ createAccessApi }, { client }] = await Promise.all([
        import('./access-clients.ts'),
        ssoAdminIn(region),
      ])
      return createAccessApi(client, { ...common, credentials: await credentials() })
    },
    listUsers: (input, signal) => send((sdk) => sdk.ListUsersCommand, input, signal),
    listGroups: (input, signal) => send((sdk) => sdk.ListGroupsCommand, input, signal),
    listGroupMemberships: (input, signal) => send((sdk) => sdk.ListGroupMembershipsCommand, input, signal),
    listGroupMembershipsForMember: (input, signal) =>
      send((sdk) => sdk.ListGroupMembershipsForMemberCommand, input, signal),
  }
}

/**
 * A page of memberships is taken as JSON gives it: the SDK would copy each, and make two Dates of it that are never looked
 * at, which was a fifth of the CPU time of a run. A schema has the members of an answer and their types; what is not of its
 * type is handed on as it is.
 */
function takeAsGiven(
  [, , , , members, types]: typeof Sdk.ListGroupMembershipsResponse$,
  member: string,
): void {
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

function noRegion(): UserError {
  return new UserError(
    'parameters',
    'aws-region: no region is set. Set aws-region to the region of IAM Identity Center, or AWS_REGION in the ' +
      'environment (aws-actions/configure-aws-credentials does), or a region in the profile.',
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

/** Without `info` the SDK spares itself the filtering of each answer for a log that nobody keeps. */
function quietLogger(log: Log): {
  trace(): void
  debug(): void
  info(): void
  warn(text: string): void
  error(): void
} {
  const nothing = (): void => undefined
  const logger = {
    trace: nothing,
    debug: nothing,
    warn: (text: string) => {
      log.debug(oneLine(text))
    },
    error: nothing,
  }
  // `info` is left out on purpose: the SDK asks for it with `?.` or typeof before it builds the text.
  return logger as typeof logger & { info(): void }
}

function emptyAsUndefined(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
