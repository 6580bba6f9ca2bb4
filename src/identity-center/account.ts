import { setMaxListeners } from 'node:events'
import type { InstanceMetadata } from '@aws-sdk/client-sso-admin'
import { UserError } from '../errors.ts'
import { oneLine } from '../log.ts'
import type { Origin } from '../snapshot/model.ts'
import { adviseAws, isPlainDenial, partitionOf, type AdviceContext, type Calls } from './advice.ts'
import type { Aws } from './clients.ts'
import { classifyFault, MalformedAnswer } from './faults.ts'
import { followPages } from './pages.ts'
import { REGIONS } from './regions.ts'
import { retry } from './retry.ts'
import { list, object, optional, plainId, text, verifyShape } from './shapes.ts'
import type { Time } from './time.ts'

export interface FindOptions {
  account: string
  identityStoreId: string | undefined
  /** Whether its ARN is needed, so that a denied ListInstances is an error also where the store is named. */
  needsArn?: boolean
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  time: Time
  deadlineMs: number
  signal: AbortSignal
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
export async function findInstance(aws: Aws, options: FindOptions): Promise<FoundInstance> {
  const caller = await ask('GetCallerIdentity', (signal) => callerAccount(aws, signal), options)
  let instances: InstanceMetadata[]
  try {
    instances = await listInstances(aws, options)
    // An empty body reads the same as an empty list, so that only a second answer is believed.
    if (instances.length === 0) instances = await listInstances(aws, options)
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
  const primary = primaryRegion(chosen)
  verifyRegion(chosen, primary, aws.region)
  const found = { origin: origin(chosen, aws.region, options.account), primaryRegion: primary ?? aws.region }
  if (found.primaryRegion === aws.region) return found
  const note = `This is a replica Region of the instance; its primary Region is ${found.primaryRegion}. Changes arrive here with a delay.`
  return { ...found, note }
}

/** Picks among what ListInstances answered; pure. */
export function chooseInstance(
  instances: readonly InstanceMetadata[],
  caller: string,
  wanted: { account: string; identityStoreId: string | undefined },
): InstanceMetadata {
  const candidates = instances.filter(isActive)
  const owners = candidates.flatMap(({ OwnerAccountId }) => OwnerAccountId ?? [])
  if (wanted.account !== caller && !owners.includes(wanted.account))
    throw wrongAccount(caller, wanted.account, owners)

  const named = candidates.filter(({ IdentityStoreId }) => (IdentityStoreId ?? '') !== '')
  if (wanted.identityStoreId !== undefined) {
    const chosen = named.find(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId)
    if (chosen !== undefined) return chosen
    if (instances.some(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId))
      throw new UserError(
        'precondition',
        `aws-identity-store-id: the instance of "${wanted.identityStoreId}" is not active. Visible instances: ${describe(instances)}. ${remedy(instances)}, or choose one that is ACTIVE.`,
      )
    throw new UserError(
      'precondition',
      `aws-identity-store-id: "${wanted.identityStoreId}" is not among the visible instances: ${describe(instances)}. Leave the input empty, or choose one of these that is ACTIVE.`,
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

async function listInstances(aws: Aws, options: FindOptions): Promise<InstanceMetadata[]> {
  const instances: InstanceMetadata[] = []
  const follow = followPages('ListInstances')
  for (let token: string | undefined; ;) {
    const page = token === undefined ? {} : { NextToken: token }
    const answer = await ask('ListInstances', (signal) => listPage(aws, page, signal), options)
    for (const instance of answer.Instances ?? []) instances.push(instance)
    token = follow(answer.Instances?.length ?? 0, answer.NextToken ?? undefined)
    if (token === undefined) return instances
  }
}

async function callerAccount(aws: Aws, signal: AbortSignal): Promise<string> {
  const account = await aws.callerAccount(signal)
  if (!/^\d{12}$/.test(account)) throw new MalformedAnswer("the caller's account is missing")
  return account
}

async function listPage(
  aws: Aws,
  page: Parameters<Aws['listInstances']>[0],
  signal: AbortSignal,
): ReturnType<Aws['listInstances']> {
  const answer = await aws.listInstances(page, signal)
  verifyShape(INSTANCES, answer)
  return answer
}

/** What is read of the answer; AWS sends null for what is absent. */
const INSTANCES = object({
  Instances: optional(
    list(
      object({
        IdentityStoreId: optional(plainId),
        OwnerAccountId: optional(plainId),
        InstanceArn: optional(plainId),
        Status: optional(plainId),
        StatusReason: optional(text),
        PrimaryRegion: optional(plainId),
        Regions: optional(list(object({ RegionName: plainId, Status: optional(plainId) }))),
      }),
    ),
  ),
  NextToken: optional(text),
})

function primaryRegion({ PrimaryRegion, Regions }: InstanceMetadata): string | undefined {
  return PrimaryRegion ?? Regions?.find(({ IsPrimaryRegion }) => IsPrimaryRegion === true)?.RegionName
}

/** A Region that is still being filled, or is being emptied, may hold only a part of the users. */
function verifyRegion(instance: InstanceMetadata, primary: string | undefined, region: string): void {
  const regions = instance.Regions ?? []
  if (regions.length === 0) return
  const found = regions.find(({ RegionName }) => RegionName === region)
  if (found?.Status === 'ACTIVE') return
  const status = found === undefined ? 'not among its Regions' : (found.Status ?? 'no status')
  const remedy =
    primary === undefined || primary === region
      ? 'Run again when it is ACTIVE.'
      : `Set aws-region to the primary Region ${primary}, or run again when ${region} is ACTIVE.`
  throw new UserError(
    'precondition',
    `The instance of IAM Identity Center is not complete in ${region} (${status}), so users could be missing. ${remedy} Nothing was written.`,
  )
}

/** Instances are asked for with a small retry of their own: STS and sso-admin have other limits than the store. */
async function ask<T>(
  operation: 'GetCallerIdentity' | 'ListInstances',
  call: (signal: AbortSignal) => Promise<T>,
  { advice, ...options }: FindOptions,
): Promise<T> {
  try {
    const answer = await retry(
      operation,
      (signal, started) => {
        started()
        return call(signal)
      },
      { ...options, classify: classifyFault },
    )
    options.calls[operation] = (options.calls[operation] ?? 0) + 1
    return answer
  } catch (error) {
    options.signal.throwIfAborted()
    throw adviseAws(operation, error, advice)
  }
}

async function noInstance(aws: Aws, caller: string, options: FindOptions): Promise<UserError> {
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
async function findRegions(aws: Aws, { time, signal }: FindOptions): Promise<string[]> {
  const others = (REGIONS[partitionOf(aws.region)] ?? []).filter((region) => region !== aws.region)
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  // One listener for each region is no leak.
  setMaxListeners(0, stop)
  const found = new Set<string>()
  const search = Promise.all(
    others.map(async (region) => {
      try {
        const { Instances } = await listPage(aws, { region }, stop)
        const [instance] = Instances ?? []
        if (instance !== undefined) found.add(primaryRegion(instance) ?? region)
      } catch {
        // A region that is switched off or denied is not the one.
      }
    }),
  )
  const limit = time.sleep(REGION_SEARCH_MS, enough.signal).catch(() => undefined)
  await Promise.race([search, limit])
  enough.abort()
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

function describe(instances: readonly InstanceMetadata[]): string {
  return instances
    .map((instance) => {
      const { IdentityStoreId, OwnerAccountId, Status, StatusReason } = instance
      const reason = (StatusReason ?? '') === '' ? '' : `: ${oneLine(StatusReason ?? '')}`
      const status = isActive(instance) ? '' : `, ${Status ?? ''}${reason}`
      return `${IdentityStoreId ?? '(no ID)'} (owner ${OwnerAccountId ?? 'unknown'}${status})`
    })
    .sort()
    .join(', ')
}

function isActive({ Status }: InstanceMetadata): boolean {
  return (Status ?? 'ACTIVE') === 'ACTIVE'
}

/** What failed does not become active by waiting. */
function remedy(instances: readonly InstanceMetadata[]): string {
  return instances.some(({ Status }) => Status === 'CREATE_FAILED')
    ? 'Delete the instance that could not be created, fix the cause, and create it again'
    : 'Wait until its status is ACTIVE'
}

function origin(instance: InstanceMetadata, region: string, account: string): Origin {
  return {
    account,
    ownerAccount: instance.OwnerAccountId ?? null,
    identityStoreId: instance.IdentityStoreId ?? '',
    instanceArn: instance.InstanceArn ?? null,
    region,
  }
}
