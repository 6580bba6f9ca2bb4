import { EventEmitter, once } from 'node:events'
import type { Log } from '../log.ts'
import { isPlainDenial } from './advice.ts'
import { abortable, readEach, readEachAfterFirst, type Progress } from './concurrency.ts'
import { reconcile, toIdentityStore, type Direction, type Readings } from './consistency.ts'
import type { IdentityStore, StoreGroup, StoreUser } from './identity-store.ts'
import { createMemberships, type Memberships } from './memberships.ts'
import type { RunOptions } from './pages.ts'
import type { ListedPrincipals } from './principals.ts'
import { createRateLimiter, steadyRate, type CallStatistics } from './rate-limiter.ts'
import { Records } from './records.ts'
import { createStoreReader, type IdentityStoreApi, type StoreReader } from './store-reader.ts'
import { reportProgress } from './time.ts'

export interface CrawlOptions extends RunOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
  requestsPerSecond: number
  /** Told what the lists hold while they are read, and at their end. */
  principals?: ListedPrincipals
  log: Log
}

/** What a crawl cost, for the summary. */
export interface CrawlCost extends CallStatistics {
  direction: Direction
  /** From the first call to the last answer. */
  seconds: number
  /** Calls a second, the first burst left out. */
  ratePerSecond: number
}

interface Crawling extends Readings, Progress {}

/**
 * Reads the whole identity store with the fewest calls: the two lists side by side, and the memberships in the direction
 * of the fewer objects (a tie goes by group), from the moment that this direction is certain.
 *
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
export async function crawl(
  api: IdentityStoreApi,
  options: CrawlOptions,
): Promise<{ store: IdentityStore; cost: CrawlCost }> {
  const { time, log, requestsPerSecond } = options
  const { signal, abort } = abortable(options.signal)
  const limiter = createRateLimiter({ ...options, signal })
  const users = new Records<StoreUser>(({ UserId }) => UserId)
  const groups = new Records<StoreGroup>(({ GroupId }) => GroupId)
  const state: Crawling = { users, groups, memberships: createMemberships(users, groups) }
  const startedAt = time.now()
  const onPage = reportProgress(() => progressOf(state, limiter.statistics), time, log)
  const readerUntil = (end: AbortSignal): StoreReader =>
    createStoreReader(api, { ...options, limiter, signal: end, onPage })
  const reader = readerUntil(signal)
  const byUser = abortable(signal)
  const listPages = new EventEmitter()
  const onListPage = (): void => {
    options.principals?.update(state)
    listPages.emit('page')
  }
  try {
    const [direction] = await Promise.all([
      readMemberships(
        reader,
        { reader: readerUntil(byUser.signal), abort: byUser.abort },
        state,
        listPages,
        log,
      ),
      users.addAll(reader.listUsers(), onListPage),
      groups.addAll(reader.listGroups(), onListPage),
    ])
    const late = await reconcile(reader, state, direction)
    const seconds = (time.now() - startedAt) / 1000
    const ratePerSecond = steadyRate(limiter.statistics.attempts, seconds, requestsPerSecond)
    return {
      store: toIdentityStore(state, late),
      cost: { direction, seconds, ratePerSecond, ...limiter.statistics },
    }
  } catch (error) {
    abort(error)
    throw error
  }
}

/** The direction of the fewer objects, as soon as the rest of the lists cannot change it. */
async function findDirection({ users, groups }: Readings, listPages: EventEmitter): Promise<Direction> {
  for (;;) {
    if (groups.isComplete && users.size >= groups.size) return 'by group'
    if (users.isComplete && groups.size > users.size) return 'by user'
    await once(listPages, 'page')
  }
}

async function readMemberships(
  reader: StoreReader,
  byUser: { reader: StoreReader; abort: () => void },
  state: Crawling,
  listPages: EventEmitter,
  log: Log,
): Promise<Direction> {
  const { users, groups } = state
  if ((await findDirection(state, listPages)) === 'by user') {
    const { memberships } = state
    const list = byUser.reader.listGroupMembershipsForMember
    const readGroupsOf = membershipReader(memberships, 'USER', list, memberships.add)
    try {
      await readEachAfterFirst(users.ids(), readGroupsOf, state)
      return 'by user'
    } catch (error) {
      if (!isPlainDenial(error)) throw error
      byUser.abort()
      log.info(
        'AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember for the role of this run.',
      )
      state.memberships = createMemberships(users, groups)
      while (!groups.isComplete) await once(listPages, 'page')
    }
  }
  const { memberships } = state
  const readMembersOf = membershipReader(
    memberships,
    'GROUP',
    reader.listGroupMemberships,
    (groupId, userId) => {
      memberships.add(userId, groupId)
    },
  )
  await readEach(groups.ids(), readMembersOf, state)
  return 'by group'
}

/** Reads the memberships of one group, or of one user; none where it has vanished. */
function membershipReader<T>(
  memberships: Memberships,
  type: 'GROUP' | 'USER',
  list: (id: string) => AsyncIterable<T[]>,
  add: (id: string, other: T) => void,
): (id: string) => Promise<void> {
  return async (id) => {
    try {
      for await (const page of list(id)) for (const other of page) add(id, other)
    } catch (error) {
      memberships.noteVanished(error, type, id)
    }
  }
}

function progressOf(
  { users, groups, memberships, left }: Crawling,
  { attempts, throttles }: CallStatistics,
): string {
  const rest = left === undefined ? 'still listing' : `${String(left.count)} left to read`
  return (
    `${String(users.size)} users, ${String(groups.size)} groups, ${String(memberships.count)} memberships, ` +
    `${String(attempts)} calls, ${String(throttles)} throttled; ${rest}`
  )
}
