import { UserError } from '../errors.ts'
import { oneLine } from '../log.ts'
import type { Origin } from '../snapshot/model.ts'
import { isPlainDenial } from './advice.ts'
import type { AwsClients } from './clients.ts'
import { abortable } from './concurrency.ts'
import { MalformedAnswer } from './faults.ts'
import {
  ask,
  readPages,
  type CallOptions,
  type ListCall,
  type RunOptions,
  type SendOptions,
} from './pages.ts'
import { createUnlimited } from './rate-limiter.ts'
import { partitionOf, REGIONS } from './regions.ts'
import {
  list,
  member,
  object,
  optional,
  optionalText,
  parseAnswer,
  plainId,
  text,
  type Parsed,
} from './schema.ts'

export type InstanceClients = Pick<AwsClients, 'region' | 'getCallerIdentity' | 'ssoAdmin'>

export interface FindOptions extends RunOptions {
  account: string
  identityStoreId: string | undefined
  /** Whether its ARN is needed, so that a denied ListInstances is an error also where the store is named. */
  needsArn?: boolean
}

export interface FoundInstance {
  origin: Origin
  primaryRegion: string
  /** What should make somebody act, as a sentence. */
  warning?: string
  /** What a reader of the summary should know, as a sentence. */
  note?: string
}

const REGION_SEARCH_MS = 10_000

/**
 * Finds the instance to read: who calls (STS), what is visible (all pages of ListInstances), which of it is meant
 * (docs/permissions.md).
 *
 * @throws UserError that names both accounts, the ids to choose from, or the region that has the instance
 */
export async function findInstance(aws: InstanceClients, options: FindOptions): Promise<FoundInstance> {
  // STS and SSO Admin have other limits than the Identity Store, and are asked only a few times.
  const callOptions = { ...options, limiter: createUnlimited(options) }
  const caller = await readCaller(aws, callOptions)
  let instances: Instance[]
  try {
    instances = await listInstances(aws, callOptions)
    // An empty body reads the same as an empty list, so that only a second answer is believed.
    if (instances.length === 0) instances = await listInstances(aws, callOptions)
  } catch (error) {
    if (options.identityStoreId === undefined || options.needsArn === true || !isPlainDenial(error))
      throw error
    if (caller !== options.account) throw wrongAccount(caller, options.account, [])
    return {
      origin: origin({ IdentityStoreId: options.identityStoreId }, aws.region, options.account),
      primaryRegion: aws.region,
      warning:
        'AWS denied ListInstances, so the owner of the identity store is unknown and was not checked. Allow the IAM action sso:ListInstances on * for the role of this run.',
    }
  }
  if (instances.length === 0) throw await noInstance(aws, caller, options)
  const chosen = chooseInstance(instances, caller, options)
  const primary = primaryRegion(chosen) ?? aws.region
  verifyRegion(chosen, primary, aws.region)
  const found = { origin: origin(chosen, aws.region, options.account), primaryRegion: primary }
  if (primary === aws.region) return found
  const note = `This is a replica Region of the instance; its primary Region is ${primary}. Changes arrive here with a delay.`
  return { ...found, note }
}

/** Picks among what ListInstances answered; pure. */
export function chooseInstance(
  instances: readonly Instance[],
  caller: string,
  wanted: { account: string; identityStoreId: string | undefined },
): Instance {
  const candidates = instances.filter(isActive)
  const owners = candidates.flatMap(({ OwnerAccountId }) => OwnerAccountId ?? [])
  if (wanted.account !== caller && !owners.includes(wanted.account))
    throw wrongAccount(caller, wanted.account, owners)

  const named = candidates.filter(({ IdentityStoreId }) => (IdentityStoreId ?? '') !== '')
  if (wanted.identityStoreId !== undefined) {
    const chosen = named.find(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId)
    if (chosen !== undefined) return chosen
    const isVisible = instances.some(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId)
    throw new UserError(
      'precondition',
      isVisible
        ? `aws-identity-store-id: the instance of "${wanted.identityStoreId}" is not active. Visible instances: ${describe(instances)}. ${remedy(instances)}, or choose one that is ACTIVE.`
        : `aws-identity-store-id: "${wanted.identityStoreId}" is not among the visible instances: ${describe(instances)}. Leave the input empty, or choose one of these that is ACTIVE.`,
    )
  }
  if (named.length === 0)
    throw new UserError(
      'precondition',
      `No instance of IAM Identity Center is active yet: ${describe(instances)}. ${remedy(instances)}.`,
    )
  const own = named.filter(({ OwnerAccountId }) => OwnerAccountId === wanted.account)
  const choice = own.length > 0 ? own : named
  const [only] = choice
  if (choice.length === 1 && only !== undefined) return only
  throw new UserError(
    'precondition',
    `Several instances of IAM Identity Center are visible: ${describe(choice)}. Set aws-identity-store-id to the one to read.`,
  )
}

function readCaller(aws: InstanceClients, options: CallOptions): Promise<string> {
  const operation = 'GetCallerIdentity'
  const send = async (sendOptions: SendOptions): Promise<string> => {
    const { Account = '' } = await aws.getCallerIdentity(sendOptions)
    if (!/^\d{12}$/.test(Account)) throw new MalformedAnswer("the caller's account is missing")
    return Account
  }
  return ask({ operation, send, schema: text }, options)
}

async function listInstances(aws: InstanceClients, options: CallOptions): Promise<Instance[]> {
  const operation = 'ListInstances'
  const admin = await aws.ssoAdmin(aws.region)
  const instances: Instance[] = []
  const send: ListCall<Instance>['send'] = (page, sendOptions) => admin.listInstances(page, sendOptions)
  for await (const page of readPages({ operation, send, records: INSTANCES }, options))
    instances.push(...page)
  return instances
}

const REGION = object({
  RegionName: plainId,
  Status: optional(plainId),
  IsPrimaryRegion: (value) => (value === true ? true : undefined),
})
const INSTANCE = object({
  IdentityStoreId: optional(plainId),
  OwnerAccountId: optional(plainId),
  InstanceArn: optional(plainId),
  Status: optional(plainId),
  StatusReason: optionalText,
  PrimaryRegion: optional(plainId),
  Regions: optional(list(REGION)),
})
const INSTANCES = member('Instances', optional(list(INSTANCE)))
export type Instance = Parsed<typeof INSTANCE>

function primaryRegion({ PrimaryRegion, Regions }: Instance): string | undefined {
  return PrimaryRegion ?? Regions?.find(({ IsPrimaryRegion }) => IsPrimaryRegion)?.RegionName
}

/** A Region that is still being filled, or is being emptied, may hold only a part of the users. */
function verifyRegion({ Regions: regions = [] }: Instance, primary: string, region: string): void {
  if (regions.length === 0) return
  const found = regions.find(({ RegionName }) => RegionName === region)
  if (found?.Status === 'ACTIVE') return
  const status = found === undefined ? 'not among its Regions' : (found.Status ?? 'no status')
  const remedy =
    primary === region
      ? 'Run again when it is ACTIVE.'
      : `Set aws-region to the primary Region ${primary}, or run again when ${region} is ACTIVE.`
  throw new UserError(
    'precondition',
    `The instance of IAM Identity Center is not complete in ${region} (${status}), so users could be missing. ${remedy} Nothing was written.`,
  )
}

async function noInstance(aws: InstanceClients, caller: string, options: FindOptions): Promise<UserError> {
  const found = await findRegions(aws, options)
  const whose =
    caller === options.account
      ? ''
      : ` The credentials belong to account ${caller}, but aws-account-id is ${options.account}.`
  const help =
    found.length > 0
      ? `There is one in ${found.join(', ')}. Set aws-region accordingly.`
      : 'None was found in the other regions that could be checked, either. Set aws-region to the region of the instance, and check that the role belongs to the organization and may call sso:ListInstances there.'
  return new UserError(
    'precondition',
    `No instance of IAM Identity Center is visible in ${aws.region}. ${help}${whose} Nothing was written.`,
  )
}

/** The regions of the partition that answer with an instance, the primary first; refusals and slow answers do not count. */
async function findRegions(aws: InstanceClients, { time, signal }: FindOptions): Promise<string[]> {
  const others = (REGIONS[partitionOf(aws.region).id] ?? []).filter((region) => region !== aws.region)
  const search = abortable(signal)
  const found = new Set<string>()
  const answers = Promise.all(
    others.map(async (region) => {
      try {
        const admin = await aws.ssoAdmin(region)
        const answer = await admin.listInstances({ MaxResults: 100 }, { abortSignal: search.signal })
        const [instance] = parseAnswer(INSTANCES, answer) ?? []
        if (instance !== undefined) found.add(primaryRegion(instance) ?? region)
      } catch {
        // A region that is switched off or denied is not the one.
      }
    }),
  )
  const limit = time.sleep(REGION_SEARCH_MS, search.signal).catch(() => undefined)
  await Promise.race([answers, limit])
  search.abort()
  signal.throwIfAborted()
  return [...found].sort()
}

function wrongAccount(caller: string, account: string, owners: readonly string[]): UserError {
  const visible =
    owners.length === 0 ? '' : ` and see an instance owned by ${[...new Set(owners)].sort().join(', ')}`
  return new UserError(
    'precondition',
    `aws-account-id is ${account}, but the credentials belong to account ${caller}${visible}. Use a role in account ${account}, or correct aws-account-id.`,
  )
}

function describe(instances: readonly Instance[]): string {
  return instances
    .map((instance) => {
      const { IdentityStoreId, OwnerAccountId, Status, StatusReason } = instance
      const reason = StatusReason === undefined ? '' : `: ${oneLine(StatusReason)}`
      const status = isActive(instance) ? '' : `, ${Status ?? ''}${reason}`
      return `${IdentityStoreId ?? '(no ID)'} (owner ${OwnerAccountId ?? 'unknown'}${status})`
    })
    .sort()
    .join(', ')
}

function isActive({ Status }: Instance): boolean {
  return (Status ?? 'ACTIVE') === 'ACTIVE'
}

/** What failed does not become active by waiting. */
function remedy(instances: readonly Instance[]): string {
  return instances.some(({ Status }) => Status === 'CREATE_FAILED')
    ? 'Delete the instance that could not be created, fix the cause, and create it again'
    : 'Wait until its status is ACTIVE'
}

function origin(instance: Instance, region: string, account: string): Origin {
  return {
    account,
    ownerAccount: instance.OwnerAccountId ?? null,
    identityStoreId: instance.IdentityStoreId ?? '',
    instanceArn: instance.InstanceArn ?? null,
    region,
  }
}
