import type { Log } from '../log.ts'
import { isPlainDenial, type AdviceContext, type Calls } from './advice.ts'
import type { IdentityStoreApi } from './clients.ts'
import { reconcile, toDirectory, type Direction, type Readings } from './consistency.ts'
import type { Directory } from './directory.ts'
import { classifyFault } from './faults.ts'
import { createMemberships } from './memberships.ts'
import { createPace, steadyRate, type PaceStatistics } from './pace.ts'
import type { PrincipalsTeller } from './principals.ts'
import { progressTeller } from './progress.ts'
import { readEach, readEachAfterFirst, type ReadOne } from './read-each.ts'
import { keepGroup, keepUser, Records } from './records.ts'
import { collect } from './pages.ts'
import { createStoreReader, type StoreReader } from './store-reader.ts'
import type { Time } from './time.ts'
import { openWay } from './way.ts'

export interface CrawlOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
  requestsPerSecond: number
  deadlineMs: number
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  /** Told what the lists hold while they are read, and at their end. */
  principals?: PrincipalsTeller
  log: Log
  time: Time
  signal: AbortSignal
}

/** What a crawl cost, for the summary. */
export interface CrawlCost extends PaceStatistics {
  direction: Direction
  /** From the first call to the last answer. */
  seconds: number
  /** Calls a second, the first burst left out. */
  ratePerSecond: number
}

/**
 * Reads the whole identity store with the fewest calls: the two lists side by side, and the memberships in the direction
 * of the fewer objects (a tie goes by group), from the moment that this direction is certain.
 *
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
export async function crawl(
  api: IdentityStoreApi,
  options: CrawlOptions,
): Promise<{ directory: Directory; cost: CrawlCost }> {
  const { time, log } = options
  const control = new AbortController()
  const signal = AbortSignal.any([options.signal, control.signal])
  const pace = createPace({ ...options, classify: classifyFault, signal })
  const users = new Records(keepUser)
  const groups = new Records(keepGroup)
  const state: Crawling = {
    users,
    groups,
    memberships: createMemberships(users, groups),
    left: undefined,
  }
  const startedAt = time.now()
  const tellProgress = progressTeller(() => progressOf(state, pace.statistics), time, log)
  const onPage = (): void => {
    tellProgress()
    options.principals?.seen(state, false)
  }
  const createReader = (end: AbortSignal): StoreReader =>
    createStoreReader(api, { ...options, pace, signal: end, onPage })
  const reader = createReader(signal)
  const way = openWay(signal)
  const byUser = { reader: createReader(way.signal), giveUp: way.giveUp }
  try {
    const lists = readLists(reader, state)
    const listed = lists.both.then(() => options.principals?.seen(state, true))
    const [direction] = await Promise.all([readMemberships(reader, byUser, state, lists, log), listed])
    const late = await reconcile(reader, state, direction)
    const seconds = (time.now() - startedAt) / 1000
    const ratePerSecond = steadyRate(pace.statistics.attempts, seconds, options.requestsPerSecond)
    return {
      directory: toDirectory(state, late),
      cost: { direction, seconds, ratePerSecond, ...pace.statistics },
    }
  } catch (error) {
    control.abort(error)
    throw error
  }
}

interface Crawling extends Readings {
  /** How many groups or users are still to read; undefined before the direction is certain. */
  left: { count: number } | undefined
}

interface Lists {
  both: Promise<void>
  groupList: Promise<void>
  /** There as soon as the rest of the lists cannot change it. */
  direction: Promise<Direction>
}

function readLists(reader: StoreReader, { users, groups }: Readings): Lists {
  let usersDone = false
  let groupsDone = false
  let certain: (direction: Direction) => void = () => undefined
  const direction = new Promise<Direction>((resolve) => {
    certain = resolve
  })
  const decide = (): void => {
    if (groupsDone && users.size >= groups.size) certain('by group')
    else if (usersDone && groups.size > users.size) certain('by user')
  }
  const readUsers = async (): Promise<void> => {
    for await (const page of reader.listUsers()) {
      for (const user of page) users.add(user.UserId, user)
      decide()
    }
    usersDone = true
    decide()
  }
  const readGroups = async (): Promise<void> => {
    for await (const page of reader.listGroups()) {
      for (const group of page) groups.add(group.GroupId, group)
      decide()
    }
    groupsDone = true
    decide()
  }
  const userList = readUsers()
  const groupList = readGroups()
  return { both: Promise.all([userList, groupList]).then(() => undefined), groupList, direction }
}

async function readMemberships(
  reader: StoreReader,
  byUser: { reader: StoreReader; giveUp: () => void },
  state: Crawling,
  lists: Lists,
  log: Log,
): Promise<Direction> {
  const { users, groups } = state
  if ((await lists.direction) === 'by user') {
    const readGroupsOf = groupsOfUserReader(byUser.reader, state)
    state.left = { count: users.size }
    try {
      await readEachAfterFirst(users.ids(), readGroupsOf, state.left)
      return 'by user'
    } catch (error) {
      if (!isPlainDenial(error)) throw error
      byUser.giveUp()
      log.info(
        'AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember for the role of this run.',
      )
      state.memberships = createMemberships(users, groups)
      await lists.groupList
    }
  }
  state.left = { count: groups.size }
  await readEach(groups.ids(), membersOfGroupReader(reader, state), state.left)
  return 'by group'
}

function membersOfGroupReader(reader: StoreReader, { memberships }: Crawling): ReadOne {
  return async (groupId) => {
    try {
      await collect(reader.listGroupMemberships(groupId), ({ MemberId }) => {
        // AWS sends null for what is absent.
        const userId = MemberId?.UserId as string | null | undefined
        if (userId === undefined || userId === null || userId === '') memberships.otherMembers += 1
        else memberships.add(userId, groupId)
      })
    } catch (error) {
      memberships.noteVanished(error, 'GROUP', groupId)
    }
  }
}

function groupsOfUserReader(reader: StoreReader, { memberships }: Crawling): ReadOne {
  return async (userId) => {
    try {
      await collect(reader.listGroupMembershipsForMember(userId), ({ GroupId }) => {
        memberships.add(userId, GroupId)
      })
    } catch (error) {
      memberships.noteVanished(error, 'USER', userId)
    }
  }
}

function progressOf({ users, groups, memberships, left }: Crawling, statistics: PaceStatistics): string {
  const rest = left === undefined ? 'still listing' : `${String(left.count)} left to read`
  return (
    `${String(users.size)} users, ${String(groups.size)} groups, ${String(memberships.count)} memberships, ` +
    `${String(statistics.attempts)} calls, ${String(statistics.throttles)} throttled; ${rest}`
  )
}
