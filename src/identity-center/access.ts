import type { Organizations } from '@aws-sdk/client-organizations'
import type { SSOAdmin } from '@aws-sdk/client-sso-admin'
import { UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { compareAssignments } from '../snapshot/access-file.ts'
import type { Access, Assignment, PermissionSet } from '../snapshot/access.ts'
import { createAccessReader, type AccessReader, type Pair, type Row } from './access-reader.ts'
import { actionOf, causeOf, deniedOperation, isNotFound, type Operation } from './advice.ts'
import { abortable, once, readEach, readEachAfterFirst, type Progress } from './concurrency.ts'
import { readPages, type CallOptions, type ListCall, type RunOptions } from './pages.ts'
import { createRateLimiter, type CallStatistics, type RateLimiter } from './rate-limiter.ts'
import { accountId, list, member, object, optional, optionalText } from './schema.ts'
import type { PrincipalIds, StoreLists } from './store-lists.ts'
import { reportProgress } from './time.ts'

export interface AccessApi {
  /** In the region of the advice. */
  admin: SSOAdmin
  organizations: Organizations
}

/** The principals of the snapshot: those that are listed, with what appeared later, without what vanished. */
export interface SnapshotPrincipals extends PrincipalIds {
  excludedUsers: readonly string[]
}

export interface AccessOptions extends RunOptions {
  instanceArn: string
  lists: Pick<StoreLists, 'areAtLeast' | 'principals'>
  /** Answers at the end of the crawl. */
  snapshotPrincipals: () => Promise<SnapshotPrincipals>
  requestsPerSecond: number
  log: Log
}

export type Way = 'by pairs' | 'by principal'

/** What was met on the way; each is counted in the summary and, above zero, warned of once. */
export interface AccessFindings {
  /** Permission sets that vanished while they were read. */
  vanishedSets: number
  /** Assignments of users and groups that are not in the snapshot. */
  unknownPrincipals: number
  namelessSets: number
  /** Why the accounts have no names, as a sentence. */
  withoutNames?: string
}

export interface AccessReading {
  access: Access
  way: Way
  findings: AccessFindings
  /** Of SSO Admin alone. */
  cost: CallStatistics & {
    /** From the first call to the last answer. */
    seconds: number
  }
}

/**
 * Reads which permission sets are assigned in which accounts to the users and groups of a snapshot, in the way of the
 * fewer calls: by the pairs of accounts and permission sets, or by principal.
 *
 * @throws UserError; what cannot be read to its end is never taken for less
 */
export async function readAccess(api: AccessApi, options: AccessOptions): Promise<AccessReading> {
  const { time, lists } = options
  const { signal, abort } = abortable(options.signal)
  const createLimiter = (): RateLimiter => createRateLimiter({ ...options, signal })
  const limiter = createLimiter()
  const found: Found = { rows: [], described: new Map(), vanishedSets: new Set() }
  const onPage = reportProgress(() => progressOf(found, limiter.statistics), time, options.log)
  const readerUntil = (end: AbortSignal): AccessReader =>
    createAccessReader(api.admin, options.instanceArn, { ...options, limiter, signal: end, onPage })
  const run: Run = { ...options, signal, reader: readerUntil(signal), readerUntil, found }
  const readSnapshotAccess = async (): Promise<Omit<AccessReading, 'access'> & Omit<Access, 'accounts'>> => {
    const startedAt = time.now()
    const way = await readAssignments(run)
    // While the identities are still read, what those that are listed hold can be described.
    const listed = { ...(await lists.principals()), excludedUsers: [] }
    await describeSets(ofPrincipals(found.rows, listed).known, run)
    const { known, unknownPrincipals } = ofPrincipals(found.rows, await options.snapshotPrincipals())
    const permissionSets = await describeSets(known, run)
    if (found.vanishedSets.size > 0) await verifyVanished(run)
    const isThere = new Set(permissionSets.map(({ arn }) => arn))
    const cost = { ...limiter.statistics, seconds: (time.now() - startedAt) / 1000 }
    return {
      way,
      permissionSets,
      assignments: known.filter(({ permissionSet }) => isThere.has(permissionSet)).sort(compareAssignments),
      findings: {
        vanishedSets: found.vanishedSets.size,
        unknownPrincipals,
        namelessSets: permissionSets.filter(({ arn, name }) => arn === name).length,
      },
      cost,
    }
  }
  try {
    const [names, { permissionSets, assignments, ...reading }] = await Promise.all([
      // Organizations has a limit of its own.
      readNames(api.organizations, { ...options, signal, limiter: createLimiter() }),
      readSnapshotAccess(),
    ])
    const ids = [...new Set(assignments.map(({ account }) => account))].sort()
    const accounts = ids.map((id) => ({ id, name: names.known.get(id) ?? null }))
    if (names.missing !== undefined && ids.length > 0) reading.findings.withoutNames = names.missing
    return { ...reading, access: { accounts, permissionSets, assignments } }
  } catch (error) {
    abort()
    throw error
  }
}

interface Run extends AccessOptions {
  reader: AccessReader
  /** A reader that can be given up alone. */
  readerUntil: (end: AbortSignal) => AccessReader
  found: Found
}

/** What is read so far, and how many pairs, principals or permission sets are still to read. */
interface Found extends Progress {
  rows: Row[]
  /** What is known of permission sets by ARN; undefined where one was not found. */
  described: Map<string, PermissionSet | undefined>
  vanishedSets: Set<string>
}

function progressOf({ rows, left }: Found, { attempts, throttles }: CallStatistics): string {
  const rest =
    left === undefined ? 'still counting what is provisioned' : `${String(left.count)} left to read`
  return `${String(rows.length)} assignments, ${String(attempts)} access calls, ${String(throttles)} throttled; ${rest}`
}

/** Takes the way of the fewer calls (a tie goes by pairs), and the other one where that is denied. */
async function readAssignments(run: Run): Promise<Way> {
  const { lists, advice } = run
  const ends = { 'by pairs': abortable(run.signal), 'by principal': abortable(run.signal) }
  const denied: Partial<Record<Way, Operation>> = {}
  /** Whether it was read in this way: not where that is denied (an error where both are), or where `read` gives false. */
  const take = async (way: Way, read: () => Promise<unknown>): Promise<boolean> => {
    try {
      return (await read()) !== false
    } catch (error) {
      const operation = deniedOperation(error)
      if (operation === undefined) throw error
      denied[way] = operation
      const { 'by pairs': ofPairs, 'by principal': ofPrincipal } = denied
      if (ofPairs !== undefined && ofPrincipal !== undefined)
        throw new UserError(
          'permission',
          `AWS denied both ways to read assignments (${ofPairs}, ${ofPrincipal}). Allow the IAM action ${actionOf(ofPairs, advice)}, or ${actionOf(ofPrincipal, advice)}, for the role of this run, or set access: none to leave out permission sets.`,
          { cause: error },
        )
      ends[way].abort()
      const other = way === 'by pairs' ? 'by principal' : 'by pairs of account and permission set'
      run.log.info(
        `AWS denied ${operation}, so assignments are read ${other}. To save calls, allow the IAM action ${actionOf(operation, advice)} for the role of this run.`,
      )
      return false
    }
  }
  const pairs = pairsReader(run.readerUntil(ends['by pairs'].signal), run.found)
  const readWhereFewer = async (): Promise<unknown> => {
    // With more permission sets than principals, counting alone would take more calls than reading by principal.
    const isWorthCounting = await lists.areAtLeast((await pairs.sets()).length)
    return isWorthCounting && (await lists.areAtLeast((await pairs.count()).length)) && pairs.read()
  }
  if (await take('by pairs', readWhereFewer)) return 'by pairs'
  const byPrincipal = run.readerUntil(ends['by principal'].signal)
  if (await take('by principal', () => readByPrincipal(byPrincipal, run))) return 'by principal'
  await take('by pairs', pairs.read)
  return 'by pairs'
}

/** Each step once, with those before it. */
function pairsReader(reader: AccessReader, found: Found) {
  /** Nothing where the permission set has vanished. */
  const accountsOf = async (permissionSet: string): Promise<string[]> => {
    try {
      return await reader.listAccountsOf(permissionSet)
    } catch (error) {
      if (!isNotFound(error)) throw error
      found.vanishedSets.add(permissionSet)
      return []
    }
  }
  const sets = once(async () => [...new Set(await reader.listPermissionSets())])
  const count = once(async () => {
    const pairs: Pair[] = []
    await readEachAfterFirst(await sets(), async (permissionSet) => {
      for (const account of new Set(await accountsOf(permissionSet))) pairs.push({ account, permissionSet })
    })
    return pairs
  })
  const read = async (): Promise<void> => {
    const pairs = await count()
    const rows: Row[] = (found.rows = [])
    const readPair = async (pair: Pair): Promise<void> => {
      try {
        for (const row of await reader.listAssignmentsOf(pair)) rows.push(row)
      } catch (error) {
        if (!isNotFound(error)) throw error
        // The permission set has left the account, or is gone itself.
        if ((await accountsOf(pair.permissionSet)).includes(pair.account)) throw stillThere()
      }
    }
    await readEachAfterFirst(pairs, readPair, found)
  }
  return { sets, count, read }
}

async function readByPrincipal(
  reader: AccessReader,
  { lists, snapshotPrincipals, found }: Run,
): Promise<void> {
  const rows: Row[] = (found.rows = [])
  const asked = new Set<string>()
  const readAll = async ({ groups, users }: PrincipalIds): Promise<void> => {
    const all = [
      ...groups.map((id) => ({ type: 'GROUP', id }) as const),
      ...users.map((id) => ({ type: 'USER', id }) as const),
    ].filter(({ type, id }) => !asked.has(`${type} ${id}`))
    const readOne = async ({ type, id }: (typeof all)[number]): Promise<void> => {
      asked.add(`${type} ${id}`)
      try {
        for (const row of await reader.listAssignmentsOfPrincipal(type, id)) rows.push(row)
      } catch (error) {
        // A user or group that has vanished has no assignments.
        if (!isNotFound(error)) throw error
      }
    }
    await readEachAfterFirst(all, readOne, found)
  }
  await readAll(await lists.principals())
  // Those that appeared while the store was read.
  await readAll(await snapshotPrincipals())
}

/** The assignments of the snapshot's own principals, each once; those of excluded users are not worth a word. */
function ofPrincipals(
  rows: readonly Row[],
  { groups, users, excludedUsers }: SnapshotPrincipals,
): { known: Assignment[]; unknownPrincipals: number } {
  const ids = { GROUP: new Set(groups), USER: new Set(users) }
  const excluded = new Set(excludedUsers)
  const known = new Map<string, Assignment>()
  const unknown = new Set<string>()
  for (const row of rows) {
    const { principalType: type, principalId } = row
    const key = JSON.stringify([type, principalId, row.account, row.permissionSet])
    if ((type === 'GROUP' || type === 'USER') && ids[type].has(principalId))
      known.set(key, { ...row, principalType: type })
    else if (type !== 'USER' || !excluded.has(principalId)) unknown.add(key)
  }
  return { known: [...known.values()], unknownPrincipals: unknown.size }
}

/** The permission sets that these assignments name, by ARN, without those that have vanished; each is asked for once. */
async function describeSets(assignments: readonly Assignment[], run: Run): Promise<PermissionSet[]> {
  const { reader, found } = run
  const arns = [...new Set(assignments.map(({ permissionSet }) => permissionSet))].sort()
  const { described } = found
  const describe = async (arn: string): Promise<void> => {
    try {
      described.set(arn, await reader.describePermissionSet(arn))
    } catch (error) {
      if (!isNotFound(error)) throw error
      described.set(arn, undefined)
      found.vanishedSets.add(arn)
    }
  }
  await readEach(
    arns.filter((arn) => !described.has(arn)),
    describe,
    found,
  )
  return arns.flatMap((arn) => described.get(arn) ?? [])
}

/**
 * Asks once more for the list: not to find the instance any more also says that a permission set is not found.
 *
 * @throws UserError where the list still holds what is said to have vanished
 */
async function verifyVanished({ reader, found }: Run): Promise<void> {
  let now: string[]
  try {
    now = await reader.listPermissionSets()
  } catch (error) {
    if (deniedOperation(error) === undefined) throw error
    return
  }
  if (now.some((arn) => found.vanishedSets.has(arn))) throw stillThere()
}

function stillThere(): UserError {
  return new UserError(
    'unavailable',
    'AWS lists a permission set or its account, but reports it as not found. Nothing was written. Run again later.',
  )
}

/** The names of the organization's accounts by id. */
async function readNames(
  api: Organizations,
  options: CallOptions,
): Promise<{ known: Map<string, string | undefined>; missing?: string }> {
  const known = new Map<string, string | undefined>()
  const accounts: ListCall<{ Id: string; Name?: string | undefined }> = {
    operation: 'ListAccounts',
    priority: 'lists',
    pageSize: 20,
    send: (page, sendOptions) => api.listAccounts(page, sendOptions),
    records: member('Accounts', optional(list(object({ Id: accountId, Name: optionalText })))),
  }
  try {
    for await (const page of readPages(accounts, options))
      for (const { Id, Name } of page) known.set(Id, Name)
    return { known }
  } catch (error) {
    const isOutside = causeOf(error).name === 'AWSOrganizationsNotInUseException'
    if (!isOutside && deniedOperation(error) === undefined) throw error
    const missing = isOutside
      ? 'The account does not belong to an organization, so account names are missing.'
      : `AWS denied ListAccounts, so account names are missing. Allow the IAM action ${actionOf('ListAccounts', options.advice)} for the role of this run.`
    return { known: new Map(), missing }
  }
}
