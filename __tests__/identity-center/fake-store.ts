import type { Group, GroupMembership, Identitystore, User } from '@aws-sdk/client-identitystore'
import type { SendOptions } from '../../src/identity-center/pages.ts'
import type { Time } from '../../src/identity-center/time.ts'
import { awsError, type ServiceLimit } from './fake-service.ts'

export const STORE_ID = 'd-1234567890'

/** The content of a store; tests change it while it is read. */
export interface StoreContent {
  users: User[]
  groups: Group[]
  /** [user id, group id] */
  memberships: [string, string][]
}

export type StoreOperation =
  'ListUsers' | 'ListGroups' | 'ListGroupMemberships' | 'ListGroupMembershipsForMember'

export interface StoreCall {
  operation: StoreOperation
  /** The group or user whose memberships are asked for. */
  id: string | undefined
  token: string | undefined
  extensions: string[] | undefined
  /** When it was sent, and how many of this operation came before. */
  at: number
  nth: number
}

export interface StoreAnswer {
  Users?: User[]
  Groups?: Group[]
  GroupMemberships?: GroupMembership[]
  NextToken?: string
}

/** Looks at a call and gives its answer, another one, an error, or none ever. */
export type Disturbance = (
  call: StoreCall,
  answer: () => StoreAnswer,
  input: StoreInput,
) => StoreAnswer | Promise<StoreAnswer>

export interface FakeStore {
  api: Identitystore
  calls: StoreCall[]
  count(operation: StoreOperation): number
}

export interface FakeStoreOptions {
  time: Time
  latencyMs?: number
  limit?: ServiceLimit
  disturb?: Disturbance
}

const undisturbed: Disturbance = (_call, answer) => answer()

/** The Identity Store in process: pages of 100, a ResourceNotFoundException for what is not there. */
export function createFakeStore(content: StoreContent, options: FakeStoreOptions): FakeStore {
  const { time, latencyMs = 30, limit, disturb = undisturbed } = options
  const calls: StoreCall[] = []
  const count = (operation: StoreOperation): number =>
    calls.filter((call) => call.operation === operation).length

  async function serve(
    operation: StoreOperation,
    given: StoreInput,
    { abortSignal: signal }: SendOptions,
    read: (page: <T>(all: T[]) => { items: T[]; NextToken?: string }) => StoreAnswer,
  ): Promise<StoreAnswer> {
    const input = { ...given }
    if (input.IdentityStoreId !== STORE_ID || input.MaxResults !== 100) throw awsError('ValidationException')
    const call: StoreCall = {
      operation,
      id: input.GroupId ?? input.MemberId?.UserId,
      token: input.NextToken,
      extensions: input.Extensions,
      at: time.now(),
      nth: count(operation),
    }
    calls.push(call)
    await time.sleep(latencyMs / 2, signal)
    const outcome = (async () => {
      limit?.take()
      return await disturb(call, () => read((all) => pageOf(all, operation, input.NextToken)), input)
    })()
    outcome.catch(() => undefined)
    await time.sleep(latencyMs / 2, signal)
    return outcome
  }

  const api = {
    listUsers: (input: StoreInput, options: SendOptions) =>
      serve('ListUsers', input, options, (page) => {
        const { items, ...next } = page(content.users)
        return { Users: items, ...next }
      }),
    listGroups: (input: StoreInput, options: SendOptions) =>
      serve('ListGroups', input, options, (page) => {
        const { items, ...next } = page(content.groups)
        return { Groups: items, ...next }
      }),
    listGroupMemberships: (input: StoreInput, options: SendOptions) =>
      serve('ListGroupMemberships', input, options, (page) => {
        if (!content.groups.some(({ GroupId }) => GroupId === input.GroupId)) throw vanished('GROUP')
        const { items, ...next } = page(
          content.memberships.filter(([, groupId]) => groupId === input.GroupId),
        )
        return { GroupMemberships: items.map(membership), ...next }
      }),
    listGroupMembershipsForMember: (input: StoreInput, options: SendOptions) =>
      serve('ListGroupMembershipsForMember', input, options, (page) => {
        const userId = input.MemberId?.UserId
        if (!content.users.some(({ UserId }) => UserId === userId)) throw vanished('USER')
        const { items, ...next } = page(content.memberships.filter(([id]) => id === userId))
        return { GroupMemberships: items.map(membership), ...next }
      }),
  }
  // The answers hold what the crawl reads; the metadata of the SDK is left out.
  return { api: api as unknown as Identitystore, calls, count }
}

/** So many users and groups; `groupsOfUser` says which groups (by number) a user (by number) is in. */
export function createContent(
  users: number,
  groups: number,
  groupsOfUser: (user: number) => number[] = (user) => [user % groups],
): StoreContent {
  return {
    users: Array.from({ length: users }, (_, at) => user(`u-${at}`)),
    groups: Array.from({ length: groups }, (_, at) => group(`g-${at}`)),
    memberships: Array.from({ length: users }, (_, at) => at).flatMap((at) =>
      groupsOfUser(at).map((number): [string, string] => [`u-${at}`, `g-${number}`]),
    ),
  }
}

export function user(UserId: string, more: Partial<User> = {}): User {
  return { IdentityStoreId: STORE_ID, UserId, UserName: `name of ${UserId}`, ...more }
}

export function group(GroupId: string, more: Partial<Group> = {}): Group {
  return { IdentityStoreId: STORE_ID, GroupId, DisplayName: `name of ${GroupId}`, ...more }
}

export function membership([userId, groupId]: [string, string]): GroupMembership {
  return { IdentityStoreId: STORE_ID, GroupId: groupId, MemberId: { UserId: userId } }
}

export function vanished(ResourceType?: string): Error {
  return awsError('ResourceNotFoundException', ResourceType === undefined ? {} : { ResourceType })
}

export interface StoreInput {
  IdentityStoreId?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
  GroupId?: string | undefined
  MemberId?: { UserId?: string | undefined } | undefined
  Extensions?: string[] | undefined
}

function pageOf<T>(
  all: T[],
  operation: string,
  token = `${operation} 0`,
): { items: T[]; NextToken?: string } {
  const from = Number(token.slice(operation.length))
  const next = from + 100
  return {
    items: all.slice(from, next),
    ...(next < all.length ? { NextToken: `${operation} ${next}` } : {}),
  }
}
