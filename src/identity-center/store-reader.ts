import type { Group, GroupMembership, User } from '@aws-sdk/client-identitystore'
import { adviseAws, type AdviceContext, type Calls, type Operation } from './advice.ts'
import type { IdentityStoreApi } from './clients.ts'
import type { Line, Pace } from './pace.ts'
import { followPages } from './pages.ts'
import { flag, id, list, object, optional, text, verifyShape, type Shape } from './shapes.ts'

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
  /** Nothing is sent any more once it is aborted. */
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
  async function* pages<A extends { NextToken?: string | undefined }, R extends object>(
    operation: Operation,
    [first, next]: [Line, Line],
    send: (page: Page, attemptSignal: AbortSignal) => Promise<A>,
    shape: Shape,
    read: (answer: A) => unknown,
  ): Pages<R> {
    const follow = followPages(operation)
    for (let token: string | undefined; ;) {
      const page: Page = token === undefined ? PAGE : { ...PAGE, NextToken: token }
      const ask = async (attemptSignal: AbortSignal): Promise<{ items: R[]; next: string | undefined }> => {
        const answer = await send(page, attemptSignal)
        verifyShape(shape, answer)
        // The shape has been checked: a list whose records have their ids.
        return { items: read(answer) as R[], next: answer.NextToken ?? undefined }
      }
      let answer
      try {
        answer = await pace.run(operation, token === undefined ? first : next, ask, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw adviseAws(operation, error, options.advice)
      }
      calls[operation] = (calls[operation] ?? 0) + 1
      yield answer.items
      onPage()
      token = follow(answer.items.length, answer.next)
      if (token === undefined) return
    }
  }

  return {
    listUsers: () =>
      pages(
        'ListUsers',
        ['lists', 'lists'],
        (page, attemptSignal) => api.listUsers({ ...store, ...extensions, ...page }, attemptSignal),
        USERS,
        ({ Users }) => Users,
      ),
    listGroups: () =>
      pages(
        'ListGroups',
        ['lists', 'lists'],
        (page, attemptSignal) => api.listGroups({ ...store, ...page }, attemptSignal),
        GROUPS,
        ({ Groups }) => Groups,
      ),
    listGroupMemberships: (GroupId) =>
      pages(
        'ListGroupMemberships',
        ['rest', 'pages'],
        (page, attemptSignal) => api.listGroupMemberships({ ...store, GroupId, ...page }, attemptSignal),
        MEMBERS,
        ({ GroupMemberships }) => GroupMemberships,
      ),
    listGroupMembershipsForMember: (UserId) =>
      pages(
        'ListGroupMembershipsForMember',
        ['rest', 'pages'],
        (page, attemptSignal) =>
          api.listGroupMembershipsForMember({ ...store, MemberId: { UserId }, ...page }, attemptSignal),
        GROUPS_OF_MEMBER,
        ({ GroupMemberships }) => GroupMemberships,
      ),
  }
}

/** Reads pages to their end, and hands on each record. */
export async function collect<T>(pages: Pages<T>, add: (record: T) => void): Promise<void> {
  for await (const page of pages) page.forEach(add)
}

type Page = typeof PAGE & { NextToken?: string }

function page(name: string, record: Shape): Shape {
  return object({ [name]: list(record), NextToken: optional(text) })
}

/** What is read of the answers; AWS sends null for what is absent. */
const USERS = page(
  'Users',
  object({
    UserId: id,
    Name: optional(
      object({ Formatted: optional(text), GivenName: optional(text), FamilyName: optional(text) }),
    ),
    Emails: optional(list(object({ Value: optional(text), Primary: optional(flag) }))),
    ExternalIds: optional(list(object({ Issuer: optional(text), Id: optional(text) }))),
    ...Object.fromEntries(
      [
        'UserName',
        'DisplayName',
        'NickName',
        'UserStatus',
        'UserType',
        'Title',
        'ProfileUrl',
        'PreferredLanguage',
        'Locale',
        'Timezone',
      ].map((name) => [name, optional(text)]),
    ),
  }),
)
const GROUPS = page(
  'Groups',
  object({ GroupId: id, DisplayName: optional(text), Description: optional(text) }),
)
const MEMBERS = page('GroupMemberships', object({ MemberId: optional(object({ UserId: optional(text) })) }))
const GROUPS_OF_MEMBER = page('GroupMemberships', object({ GroupId: id }))
