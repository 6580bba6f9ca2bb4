import type { Identitystore } from '@aws-sdk/client-identitystore'
import type { Log } from '../log.ts'
import { isPlainDenial } from './advice.ts'
import { abortable, readEach, readEachAfterFirst, type Progress } from './concurrency.ts'
import { reconcile, toIdentityStore, type Readings } from './consistency.ts'
import type { IdentityStore } from './identity-store.ts'
import { createMemberships, type Memberships } from './memberships.ts'
import type { RunOptions } from './pages.ts'
import { createRateLimiter, steadyRate, type CallStatistics } from './rate-limiter.ts'
import type { Direction, StoreLists } from './store-lists.ts'
import { createStoreReader, type StoreReader } from './store-reader.ts'
import { reportProgress } from './time.ts'

export interface CrawlOptions extends RunOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
  requestsPerSecond: number
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
 * @param lists empty; they are filled
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
export async function crawl(
  api: Identitystore,
  lists: StoreLists,
  options: CrawlOptions,
): Promise<{ store: IdentityStore; cost: CrawlCost }> {
  const { time, log, requestsPerSecond } = options
  const { signal, abort } = abortable(options.signal)
  const limiter = createRateLimiter({ ...options, signal })
  const { users, groups } = lists
  const state: Crawling = { users, groups, memberships: createMemberships(users, groups) }
  const startedAt = time.now()
  const onPage = reportProgress(() => progressOf(state, limiter.statistics), time, log)
  const readerUntil = (end: AbortSignal): StoreReader =>
    createStoreReader(api, { ...options, limiter, signal: end, onPage })
  const reader = readerUntil(signal)

  async function readByUser(): Promise<void> {
    const { memberships } = state
    const byUser = abortable(signal)
    const list = readerUntil(byUser.signal).listGroupMembershipsForMember
    try {
      await readEachAfterFirst(
        users.ids(),
        membershipReader(memberships, 'USER', list, memberships.add),
        state,
      )
    } catch (error) {
      byUser.abort()
      throw error
    }
  }
  async function readByGroup(): Promise<void> {
    const { memberships } = state
    const list = reader.listGroupMemberships
    const add = (groupId: string, userId: string | undefined): void => {
      memberships.add(userId, groupId)
    }
    await readEach(await lists.groupIds(), membershipReader(memberships, 'GROUP', list, add), state)
  }
  async function readMemberships(): Promise<Direction> {
    if ((await lists.direction()) === 'by user') {
      try {
        await readByUser()
        return 'by user'
      } catch (error) {
        if (!isPlainDenial(error)) throw error
        log.info(
          'AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember for the role of this run.',
        )
        state.memberships = createMemberships(users, groups)
      }
    }
    await readByGroup()
    return 'by group'
  }

  try {
    const [direction] = await Promise.all([readMemberships(), lists.read(reader)])
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
