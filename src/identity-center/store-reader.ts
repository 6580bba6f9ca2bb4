import type { Group, GroupMembership, User } from '@aws-sdk/client-identitystore'
import { repeatedToken } from './account.ts'
import { adviseAws, type AdviceContext, type Calls, type Operation } from './advice.ts'
import type { IdentityStoreApi } from './clients.ts'
import { MalformedAnswer } from './faults.ts'
import type { Line, Pace } from './pace.ts'

/** The lists of one identity store, page by page to their end; each call at its turn, each record with its id. */
export interface StoreReader {
  listUsers(): Pages<Identified<User, 'UserId'>>
  listGroups(): Pages<Identified<Group, 'GroupId'>>
  listGroupMemberships(groupId: string): Pages<GroupMembership>
  listGroupMembershipsForMember(userId: string): Pages<Identified<GroupMembership, 'GroupId'>>
}

export type Pages<T> = AsyncGenerator<T[], void>
export type Identified<T, K extends string> = T & Record<K, string>

export interface StoreReaderOptions {
  identityStoreId: string
  /** Ask for the enterprise extension of users. */
  enterprise: boolean
  pace: Pace
  advice: AdviceContext
  /** Counts the answered calls. */
  calls: Calls
  signal: AbortSignal
  /** Called after each page. */
  onPage: () => void
}

/** The API's maximum; the default page size is not documented. */
const PAGE = { MaxResults: 100 }
const ENTERPRISE_EXTENSION = 'aws:identitystore:enterprise'

/** The reader's lists throw UserError; a list that cannot be read to its end is never taken for a short one. */
export function createStoreReader(api: IdentityStoreApi, options: StoreReaderOptions): StoreReader {
  const { pace, calls, signal, onPage } = options
  const store = { IdentityStoreId: options.identityStoreId }
  const extensions = options.enterprise ? { Extensions: [ENTERPRISE_EXTENSION] } : {}

  async function* pages<A extends { NextToken?: string | undefined }, R>(
    operation: Operation,
    [first, next]: [Line, Line],
    send: (page: Page, attemptSignal: AbortSignal) => Promise<A>,
    read: (answer: A) => R[],
  ): Pages<R> {
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
      onPage()
      token = answer.next
      if (token === undefined || token === '') return
      if (seen.has(token)) throw repeatedToken(operation)
      seen.add(token)
    }
  }

  return {
    listUsers: () =>
      pages(
        'ListUsers',
        ['lists', 'lists'],
        (page, attemptSignal) => api.listUsers({ ...store, ...extensions, ...page }, attemptSignal),
        ({ Users }) => identified(Users, 'UserId'),
      ),
    listGroups: () =>
      pages(
        'ListGroups',
        ['lists', 'lists'],
        (page, attemptSignal) => api.listGroups({ ...store, ...page }, attemptSignal),
        ({ Groups }) => identified(Groups, 'GroupId'),
      ),
    listGroupMemberships: (GroupId) =>
      pages(
        'ListGroupMemberships',
        ['rest', 'pages'],
        (page, attemptSignal) => api.listGroupMemberships({ ...store, GroupId, ...page }, attemptSignal),
        ({ GroupMemberships }) => present(GroupMemberships),
      ),
    listGroupMembershipsForMember: (UserId) =>
      pages(
        'ListGroupMembershipsForMember',
        ['rest', 'pages'],
        (page, attemptSignal) =>
          api.listGroupMembershipsForMember({ ...store, MemberId: { UserId }, ...page }, attemptSignal),
        ({ GroupMemberships }) => identified(GroupMemberships, 'GroupId'),
      ),
  }
}

/** Reads pages to their end, and hands on each record. */
export async function collect<T>(pages: Pages<T>, add: (record: T) => void): Promise<void> {
  for await (const page of pages) page.forEach(add)
}

type Page = typeof PAGE & { NextToken?: string }

/** The list of a good answer, each record with its id; else the call is made again. */
function identified<K extends string, T extends Partial<Record<K, string | undefined>>>(
  list: T[] | undefined,
  id: K,
): Identified<T, K>[] {
  const hasId = (record: T): record is Identified<T, K> => (record[id] ?? '') !== ''
  const all = present(list)
  if (!all.every(hasId)) throw new MalformedAnswer(`a record without ${id}`)
  return all
}

function present<T>(list: T[] | undefined): T[] {
  if (!Array.isArray(list)) throw new MalformedAnswer('an answer without its list')
  return list
}
