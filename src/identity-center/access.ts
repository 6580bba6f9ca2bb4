import { UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { compareAssignments, inlinePolicyOf } from '../snapshot/access-file.ts'
import type { Access, Assignment, PermissionSet } from '../snapshot/access.ts'
import type { AccessApi } from './access-clients.ts'
import {
  createAccessReader,
  readAccountNames,
  type AccessReader,
  type Pair,
  type Row,
} from './access-reader.ts'
import {
  actionOf,
  causeOf,
  deniedOperation,
  isNotFound,
  type AdviceContext,
  type Calls,
  type Operation,
} from './advice.ts'
import { classifyFault } from './faults.ts'
import { createPace, type PaceStatistics } from './pace.ts'
import type { CallOptions } from './pages.ts'
import type { PrincipalIds, Principals } from './principals.ts'
import { progressTeller } from './progress.ts'
import { readEach, readEachAfterFirst } from './read-each.ts'
import type { Time } from './time.ts'
import { openWay } from './way.ts'

export interface AccessOptions {
  instanceArn: string
  principals: Principals
  requestsPerSecond: number
  deadlineMs: number
  /** Its region is the one that SSO Admin is asked in. */
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  log: Log
  time: Time
  signal: AbortSignal
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
  cost: PaceStatistics & {
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
  const { time, principals } = options
  const { signal, giveUp } = openWay(options.signal)
  const paceOptions = { ...options, classify: classifyFault, signal }
  const pace = createPace(paceOptions)
  const found: Found = { rows: [], described: new Map(), vanishedSets: new Set(), left: undefined }
  const onPage = progressTeller(() => progressOf(found, pace.statistics), time, options.log)
  const call: CallOptions = { ...options, pace, signal, onPage }
  const run: Run = {
    ...options,
    api,
    call,
    reader: createAccessReader(api, options.instanceArn, call),
    found,
  }
  const readSnapshotAccess = async (): Promise<Omit<AccessReading, 'access'> & Omit<Access, 'accounts'>> => {
    const startedAt = time.now()
    const way = await readAssignments(run)
    // While the identities are still read, what those that are listed hold can be described.
    const listed = { ...(await principals.listed), excludedUsers: [] }
    await describeSets(ofPrincipals(found.rows, listed).known, run)
    const { known, unknownPrincipals } = ofPrincipals(found.rows, await principals.ofSnapshot)
    const permissionSets = await describeSets(known, run)
    if (found.vanishedSets.size > 0) await verifyVanished(run)
    const isThere = new Set(permissionSets.map(({ arn }) => arn))
    const cost = { ...pace.statistics, seconds: (time.now() - startedAt) / 1000 }
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
      readNames(api, { ...call, pace: createPace(paceOptions), onPage: () => undefined }),
      readSnapshotAccess(),
    ])
    const ids = [...new Set(assignments.map(({ account }) => account))].sort()
    const accounts = ids.map((id) => ({ id, name: orElse(names.known.get(id), '') || null }))
    if (names.missing !== undefined && ids.length > 0) reading.findings.withoutNames = names.missing
    return { ...reading, access: { accounts, permissionSets, assignments } }
  } catch (error) {
    giveUp()
    throw error
  }
}

interface Run extends AccessOptions {
  api: AccessApi
  call: CallOptions
  reader: AccessReader
  found: Found
}

/** What is read so far. */
interface Found {
  rows: Row[]
  /** What is known of permission sets by ARN; undefined where one was not found. */
  described: Map<string, PermissionSet | undefined>
  vanishedSets: Set<string>
  /** How many pairs, principals or permission sets are still to read; undefined before the way is certain. */
  left: { count: number } | undefined
}

function progressOf({ rows, left }: Found, { attempts, throttles }: PaceStatistics): string {
  const rest =
    left === undefined ? 'still counting what is provisioned' : `${String(left.count)} left to read`
  return `${String(rows.length)} assignments, ${String(attempts)} access calls, ${String(throttles)} throttled; ${rest}`
}

/** Takes the way of the fewer calls (a tie goes by pairs), and the other one where that is denied. */
async function readAssignments(run: Run): Promise<Way> {
  const { principals, log, advice, call } = run
  const openReader = (): { reader: AccessReader; giveUp: () => void } => {
    const { signal, giveUp } = openWay(call.signal)
    return { reader: createAccessReader(run.api, run.instanceArn, { ...call, signal }), giveUp }
  }
  const byPairs = openReader()
  const pairs = readerOfPairs(byPairs.reader, run)
  let denied: Operation | undefined
  try {
    // With more permission sets than principals, counting alone would take more calls than reading by principal.
    const isWorthCounting = await principals.areAtLeast((await pairs.sets()).length)
    if (isWorthCounting && (await principals.areAtLeast((await pairs.count()).length))) {
      await pairs.read()
      return 'by pairs'
    }
  } catch (error) {
    denied = deniedOperation(error)
    if (denied === undefined) throw error
    byPairs.giveUp()
    log.info(`AWS denied ${denied}, so assignments are read by principal. ${couldSave(denied, advice)}`)
  }
  const byPrincipal = openReader()
  let deniedToo: Operation | undefined
  try {
    await readByPrincipal(byPrincipal.reader, run)
    return 'by principal'
  } catch (error) {
    deniedToo = deniedOperation(error)
    if (deniedToo === undefined) throw error
    byPrincipal.giveUp()
    if (denied !== undefined) throw bothDenied(denied, deniedToo, advice, { cause: error })
    log.info(
      `AWS denied ${deniedToo}, so assignments are read by pairs of account and permission set. ${couldSave(deniedToo, advice)}`,
    )
  }
  try {
    await pairs.read()
    return 'by pairs'
  } catch (error) {
    denied = deniedOperation(error)
    throw denied === undefined ? error : bothDenied(denied, deniedToo, advice, { cause: error })
  }
}

interface ReaderOfPairs {
  sets: () => Promise<string[]>
  count: () => Promise<Pair[]>
  read: () => Promise<void>
}

/** Each step once, with those before it. */
function readerOfPairs(reader: AccessReader, { found }: Run): ReaderOfPairs {
  let sets: string[] | undefined
  let pairs: Pair[] | undefined

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
  const readPair = async (pair: Pair, rows: Row[]): Promise<void> => {
    try {
      for (const row of await reader.listAssignmentsOf(pair)) rows.push(row)
    } catch (error) {
      if (!isNotFound(error)) throw error
      // The permission set has left the account, or is gone itself.
      if ((await accountsOf(pair.permissionSet)).includes(pair.account)) throw stillThere()
    }
  }
  const steps: ReaderOfPairs = {
    async sets() {
      return (sets ??= [...new Set(await reader.listPermissionSets())])
    },
    async count() {
      if (pairs !== undefined) return pairs
      const counted: Pair[] = []
      await readEachAfterFirst(await steps.sets(), async (permissionSet) => {
        for (const account of new Set(await accountsOf(permissionSet)))
          counted.push({ account, permissionSet })
      })
      return (pairs = counted)
    },
    async read() {
      const all = await steps.count()
      const rows = (found.rows = [])
      found.left = { count: all.length }
      await readEachAfterFirst(all, (pair) => readPair(pair, rows), found.left)
    },
  }
  return steps
}

async function readByPrincipal(reader: AccessReader, { principals, found }: Run): Promise<void> {
  const rows: Row[] = (found.rows = [])
  const asked = new Set<string>()
  const readAll = async ({ groups, users }: PrincipalIds): Promise<void> => {
    const all = [
      ...groups.map((id) => ({ type: 'GROUP', id }) as const),
      ...users.map((id) => ({ type: 'USER', id }) as const),
    ].filter(({ type, id }) => !asked.has(`${type} ${id}`))
    const left = (found.left = { count: all.length })
    await readEachAfterFirst(
      all,
      async ({ type, id }) => {
        asked.add(`${type} ${id}`)
        try {
          for (const row of await reader.listAssignmentsOfPrincipal(type, id)) rows.push(row)
        } catch (error) {
          // A user or group that has vanished has no assignments.
          if (!isNotFound(error)) throw error
        }
      },
      left,
    )
  }
  await readAll(await principals.listed)
  // Those that appeared while the store was read.
  await readAll(await principals.ofSnapshot)
}

/** The assignments of the snapshot's own principals, each once; those of excluded users are not worth a word. */
function ofPrincipals(
  rows: readonly Row[],
  { groups, users, excludedUsers }: Awaited<Principals['ofSnapshot']>,
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
  const unknown = arns.filter((arn) => !described.has(arn))
  found.left = { count: unknown.length }
  await readEach(
    unknown,
    async (arn) => {
      try {
        described.set(arn, await describeSet(reader, arn))
      } catch (error) {
        if (!isNotFound(error)) throw error
        described.set(arn, undefined)
        found.vanishedSets.add(arn)
      }
    },
    found.left,
  )
  return arns.flatMap((arn) => described.get(arn) ?? [])
}

async function describeSet(reader: AccessReader, arn: string): Promise<PermissionSet> {
  const [{ Name, Description, SessionDuration }, managed, customer, inline, boundary] = await Promise.all([
    reader.describePermissionSet(arn),
    reader.listManagedPolicies(arn),
    reader.listCustomerManagedPolicies(arn),
    reader.getInlinePolicy(arn),
    reader.getPermissionsBoundary(arn),
  ])
  return {
    arn,
    name: orElse(Name, arn),
    description: orElse(Description, ''),
    sessionDuration: orElse(SessionDuration, 'PT1H'),
    managedPolicies: [...new Set(managed)].sort(),
    customerManagedPolicies: [...new Set(customer)].sort(),
    inlinePolicy: inlinePolicyOf(inline),
    permissionsBoundary: boundary ?? null,
  }
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

async function readNames(
  api: AccessApi,
  call: CallOptions,
): Promise<{ known: Map<string, string>; missing?: string }> {
  try {
    return { known: await readAccountNames(api, call) }
  } catch (error) {
    const isOutside = causeOf(error).name === 'AWSOrganizationsNotInUseException'
    if (!isOutside && deniedOperation(error) === undefined) throw error
    const missing = isOutside
      ? 'The account does not belong to an organization, so account names are missing.'
      : `AWS denied ListAccounts, so account names are missing. Allow the IAM action ${actionOf('ListAccounts', call.advice)} for the role of this run.`
    return { known: new Map(), missing }
  }
}

/** A denial is told by its own sentence, and by this one where the run goes on. */
function couldSave(operation: Operation, advice: AdviceContext): string {
  return `To save calls, allow the IAM action ${actionOf(operation, advice)} for the role of this run.`
}

function bothDenied(
  first: Operation,
  second: Operation,
  advice: AdviceContext,
  { cause }: { cause?: unknown },
): UserError {
  return new UserError(
    'permission',
    `AWS denied both ways to read assignments (${first}, ${second}). Allow the IAM action ${actionOf(first, advice)}, or ${actionOf(second, advice)}, for the role of this run, or set access: none to leave out permission sets.`,
    { cause },
  )
}

/** AWS sends null, or an empty text, for what is absent. */
function orElse(value: string | null | undefined, otherwise: string): string {
  return value === undefined || value === null || value === '' ? otherwise : value
}
