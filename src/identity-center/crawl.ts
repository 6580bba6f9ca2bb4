import type { Log } from '../log.ts'
import { isPlainDenial, type AdviceContext, type Calls } from './advice.ts'
import type { IdentityStoreApi } from './clients.ts'
import { reconcile, toDirectory, type Direction, type Readings } from './consistency.ts'
import type { Directory } from './directory.ts'
import { classifyFault } from './faults.ts'
import { createMemberships } from './memberships.ts'
import { createPace, type PaceStatistics } from './pace.ts'
import { keepGroup, keepUser, Records } from './records.ts'
import { collect, createStoreReader, type StoreReader } from './store-reader.ts'
import type { Time } from './time.ts'

export interface CrawlOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
  requestsPerSecond: number
  deadlineMs: number
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  log: Log
  time: Time
  signal: AbortSignal
}

/** What a crawl cost, for the summary. */
export interface CrawlCost extends PaceStatistics {
  direction: Direction
  /** From the first call to the last answer. */
  seconds: number
}

/** More than the pace ever has in flight, so that a call always waits for its turn; few enough to cost no memory. */
const READERS = 128
const PROGRESS_MS = 10_000

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
<<<<<<< HEAD
  const onPage = progressTeller(state, pace.statistics, time, log)
  const reader = createStoreReader(api, { ...options, pace, signal, onPage })
=======
  let toldAt = startedAt
  let memberships = 0
  const vanishedGroups = new Set<string>()
  const vanishedUsers = new Set<string>()
  /** Vanished by an answer that does not say what is missing: a second reading of the list must confirm it. */
  const doubtful = new Set<string>()
  let remaining: number | undefined

  /** The pages of one list to its end, each call made at its turn. */
  async function* pages<A extends { NextToken?: string | undefined }, R>(
    operation: Operation,
    [first, next]: [Line, Line],
    send: (page: Page, attemptSignal: AbortSignal) => Promise<A>,
    read: (answer: A) => R[],
  ): AsyncGenerator<R[]> {
    const seen = new Set<string>()
    for (let token: string | undefined; ;) {
      const page: Page = token === undefined ? PAGE : { ...PAGE, NextToken: token }
      const ask = async (attemptSignal: AbortSignal): Promise<{ items: R[]; next: string | undefined }> => {
        const answer = await send(page, attemptSignal)
        return { items: read(answer), next: answer.NextToken }
      }
      let answer
      try {
        answer = await pace.run(operation, token === undefined ? first : next, ask)
      } catch (error) {
        signal.throwIfAborted()
        throw adviseAws(operation, error, options.advice)
      }
      calls[operation] = (calls[operation] ?? 0) + 1
      yield answer.items
      tellProgress()
      token = answer.next
      if (token === undefined || token === '') return
      if (seen.has(token)) throw repeatedToken(operation)
      seen.add(token)
    }
  }

  async function listUsers(into = users, onPage = (): void => undefined): Promise<void> {
    const extensions = options.enterprise ? { Extensions: [ENTERPRISE_EXTENSION] } : {}
    const list = pages(
      'ListUsers',
      ['lists', 'lists'],
      (page, attemptSignal) => api.listUsers({ ...store, ...extensions, ...page }, attemptSignal),
      ({ Users }) => records(Users, 'UserId'),
    )
    for await (const page of list) {
      page.forEach((user) => {
        into.add(user.UserId, user)
      })
      onPage()
    }
  }

  async function listGroups(into = groups, onPage = (): void => undefined): Promise<void> {
    const list = pages(
      'ListGroups',
      ['lists', 'lists'],
      (page, attemptSignal) => api.listGroups({ ...store, ...page }, attemptSignal),
      ({ Groups }) => records(Groups, 'GroupId'),
    )
    for await (const page of list) {
      page.forEach((group) => {
        into.add(group.GroupId, group)
      })
      onPage()
    }
  }

  /** Starts both lists; `direction` is there as soon as the rest of them cannot change it. */
  function readLists(): {
    lists: Promise<void>
    groupList: Promise<void>
    direction: Promise<Direction>
  } {
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
    const userList = listUsers(users, decide).then(() => {
      usersDone = true
      decide()
    })
    const groupList = listGroups(groups, decide).then(() => {
      groupsDone = true
      decide()
    })
    return { lists: Promise.all([userList, groupList]).then(() => undefined), groupList, direction }
  }

  async function readMembers(groupId: string): Promise<void> {
    const list = pages(
      'ListGroupMemberships',
      ['rest', 'pages'],
      (page, attemptSignal) =>
        api.listGroupMemberships({ ...store, GroupId: groupId, ...page }, attemptSignal),
      ({ GroupMemberships }) => present(GroupMemberships),
    )
    try {
      for await (const page of list) {
        for (const { MemberId } of page) {
          const userId = MemberId?.UserId
          if (userId === undefined || userId === '') findings.otherMembers += 1
          else addMembership(userId, groupId)
        }
      }
    } catch (error) {
      noteVanished(error, 'GROUP', groupId, vanishedGroups)
    }
  }

  async function readGroupsOf(userId: string): Promise<void> {
    const list = pages(
      'ListGroupMembershipsForMember',
      ['rest', 'pages'],
      (page, attemptSignal) =>
        api.listGroupMembershipsForMember({ ...store, MemberId: { UserId: userId }, ...page }, attemptSignal),
      ({ GroupMemberships }) => records(GroupMemberships, 'GroupId'),
    )
    try {
      for await (const page of list) {
        for (const { GroupId } of page) addMembership(userId, GroupId)
      }
    } catch (error) {
      noteVanished(error, 'USER', userId, vanishedUsers)
    }
  }

  function addMembership(userId: string, groupId: string): void {
    memberships += 1
    const known = groupIdsByUserId.get(userId)
    if (known === undefined) groupIdsByUserId.set(users.internId(userId), [groups.internId(groupId)])
    else known.push(groups.internId(groupId))
  }

  async function readAll(ids: readonly string[], readOne: (id: string) => Promise<void>): Promise<void> {
    const queue = ids.values()
    remaining = ids.length
    const reader = async (): Promise<void> => {
      for (const id of queue) {
        await readOne(id)
        remaining = (remaining ?? 1) - 1
      }
    }
    await Promise.all(Array.from({ length: Math.min(READERS, ids.length) }, reader))
  }

  async function readMemberships(lists: ReturnType<typeof readLists>): Promise<Direction> {
    if ((await lists.direction) === 'by user') {
      const [first, ...rest] = users.ids()
      try {
        // One alone: where this call is not allowed, it is refused once.
        if (first !== undefined) await readGroupsOf(first)
        await readAll(rest, readGroupsOf)
        return 'by user'
      } catch (error) {
        if (!isPlainDenial(error)) throw error
        options.log.info(
          'AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember to the role of this run.',
        )
        groupIdsByUserId.clear()
        vanishedUsers.clear()
        memberships = 0
        await lists.groupList
      }
    }
    await readAll(groups.ids(), readMembers)
    return 'by group'
  }

  function noteVanished(error: unknown, type: 'GROUP' | 'USER', id: string, vanished: Set<string>): void {
    const { name, reason, resourceType } = readAwsError(error instanceof UserError ? error.cause : error)
    if (name !== 'ResourceNotFoundException' || reason !== undefined) throw error
    if (resourceType !== undefined && resourceType !== type) throw error
    if (resourceType === undefined) doubtful.add(id)
    vanished.add(id)
  }

  /** Reads a list once more where memberships name what it did not hold, or where something may not have vanished. */
  async function reconcile(direction: Direction): Promise<void> {
    const isUnknownUser = [...groupIdsByUserId.keys()].some((id) => !users.has(id) && !vanishedUsers.has(id))
    const isUnknownGroup = [...groupIdsByUserId.values()].some((ids) =>
      ids.some((id) => !groups.has(id) && !vanishedGroups.has(id)),
    )
    if (isUnknownUser || (doubtful.size > 0 && direction === 'by user')) {
      const now = new Records(keepUser)
      await listUsers(now)
      refuseStillThere(now)
      // By user, the memberships of a late user were not read; the next run has both.
      if (isUnknownUser) findings.lateUsers = users.addMissing(now)
    }
    if (isUnknownGroup || (doubtful.size > 0 && direction === 'by group')) {
      const now = new Records(keepGroup)
      await listGroups(now)
      refuseStillThere(now)
      // By group, the memberships of a late group were not read; the next run has both.
      if (isUnknownGroup) findings.lateGroups = groups.addMissing(now)
    }
    findings.vanishedGroups = vanishedGroups.size
    findings.vanishedUsers = vanishedUsers.size
    vanishedGroups.forEach((id) => {
      groups.delete(id)
    })
    vanishedUsers.forEach((id) => {
      users.delete(id)
    })
  }

  function refuseStillThere(now: { has(id: string): boolean }): void {
    const contradicted = [...doubtful].filter((id) => now.has(id))
    if (contradicted.length === 0) return
    throw new UserError(
      'unavailable',
      `AWS lists ${String(contradicted.length)} users or groups whose memberships it says it does not find, such as ${contradicted[0] ?? ''}. Nothing was written; run again later.`,
    )
  }

  function finish(): Directory {
    for (const [userId, ids] of groupIdsByUserId) {
      const distinct = new Set(ids)
      // Copied only where something is left out: a million memberships would be there twice.
      const unique = distinct.size === ids.length ? ids : [...distinct]
      const kept = unique.every((id) => groups.has(id)) ? unique : unique.filter((id) => groups.has(id))
      const vanished = unique.reduce((count, id) => count + (vanishedGroups.has(id) ? 1 : 0), 0)
      const isKnown = users.has(userId)
      if (isKnown) findings.orphanMemberships += unique.length - kept.length - vanished
      else if (!vanishedUsers.has(userId)) findings.orphanMemberships += unique.length - vanished
      if (isKnown && kept.length > 0) groupIdsByUserId.set(userId, kept)
      else groupIdsByUserId.delete(userId)
    }
    findings.conflictingRecords = users.conflicts + groups.conflicts
    return { users: users.values(), groups: groups.values(), groupIdsByUserId, findings }
  }

  function tellProgress(): void {
    const now = time.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    const { attempts, throttles } = pace.statistics
    const left = remaining === undefined ? 'the lists are not complete yet' : `${String(remaining)} to read`
    options.log.info(
      `After ${String(Math.round((now - startedAt) / 1000))} s: ${String(users.size)} users, ${String(groups.size)} groups, ` +
        `${String(memberships)} memberships, ${String(attempts)} calls, ${String(throttles)} throttled; ${left}.`,
    )
  }

>>>>>>> refs/heads/bench
  try {
    const lists = readLists(reader, state)
    const [direction] = await Promise.all([readMemberships(reader, state, lists, log), lists.both])
    const late = await reconcile(reader, state, direction)
    const seconds = (time.now() - startedAt) / 1000
    return { directory: toDirectory(state, late), cost: { direction, seconds, ...pace.statistics } }
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
  state: Crawling,
  lists: Lists,
  log: Log,
): Promise<Direction> {
  const { users, groups } = state
  if ((await lists.direction) === 'by user') {
    const readGroupsOf = groupsOfUserReader(reader, state)
    const [first, ...rest] = users.ids()
    try {
      // One alone: where this call is not allowed, it is refused once.
      if (first !== undefined) await readGroupsOf(first)
      await readEach(rest, readGroupsOf, state)
      return 'by user'
    } catch (error) {
      if (!isPlainDenial(error)) throw error
      log.info(
        'AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember to the role of this run.',
      )
      state.memberships = createMemberships(users, groups)
      await lists.groupList
    }
  }
  await readEach(groups.ids(), membersOfGroupReader(reader, state), state)
  return 'by group'
}

function membersOfGroupReader(reader: StoreReader, { memberships }: Crawling): ReadOne {
  return async (groupId) => {
    try {
      await collect(reader.listGroupMemberships(groupId), ({ MemberId }) => {
        const userId = MemberId?.UserId
        if (userId === undefined || userId === '') memberships.otherMembers += 1
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

type ReadOne = (id: string) => Promise<void>

/** Reads side by side; after a failure nothing new is begun. */
async function readEach(ids: readonly string[], readOne: ReadOne, state: Crawling): Promise<void> {
  const left = { count: ids.length }
  state.left = left
  let next = 0
  const readSome = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      try {
        await readOne(id)
      } catch (error) {
        next = ids.length
        throw error
      }
      left.count -= 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(READERS, ids.length) }, readSome))
}

/** Tells counts, at most every ten seconds. */
function progressTeller(
  state: Crawling,
  statistics: Readonly<PaceStatistics>,
  time: Time,
  log: Log,
): () => void {
  const startedAt = time.now()
  let toldAt = startedAt
  return () => {
    const now = time.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    const { users, groups, memberships, left } = state
    const rest = left === undefined ? 'the lists are not complete yet' : `${String(left.count)} to read`
    log.info(
      `After ${String(Math.round((now - startedAt) / 1000))} s: ${String(users.size)} users, ${String(groups.size)} groups, ` +
        `${String(memberships.count)} memberships, ${String(statistics.attempts)} calls, ${String(statistics.throttles)} throttled; ${rest}.`,
    )
  }
}
