import { accessAnswer } from './access-operations.ts'
import { text } from './aws-http.ts'
import type { Call } from './aws-http.ts'
import { ServiceError } from './faults.ts'
import type { GroupRecord, Organization, Store, UserRecord } from './organization.ts'
import { createRandom, hashOf, shuffledPositions } from './random.ts'

/** What lists are made from, and how. */
export interface ListState {
  readonly organization: Organization
  /** Lists and memberships come in another order for each seed. */
  order: number | undefined
  /** The orders of this seed by list, so that all pages of one come in the same. */
  readonly permutations: Map<string, Uint32Array>
  readonly shortPages: number | undefined
  readonly defaultPageSize: number | undefined
}

/** The operations of sso-admin. */
export function identityCenterAnswer(state: ListState, call: Call): Record<string, unknown> {
  if (call.operation !== 'ListInstances') return accessAnswer(state, call)
  const visible = state.organization.instances
    .filter((instance) => instance.regions === undefined || instance.regions.includes(call.region))
    .map((instance) => instance.record)
  const { records, token } = pageOf(state, call, visible, call.region)
  return { Instances: records, ...token }
}

/** The operations of identitystore. */
export function identityStoreAnswer(state: ListState, call: Call): Record<string, unknown> {
  const identityStoreId = text(call.input.IdentityStoreId)
  const store = state.organization.stores.get(identityStoreId)
  const instance = state.organization.instances.find(
    ({ record }) => record.IdentityStoreId === identityStoreId,
  )
  const seen = instance?.regions === undefined || instance.regions.includes(call.region)
  if (store === undefined || !seen) throw notFound('IDENTITY_STORE', identityStoreId)
  switch (call.operation) {
    case 'ListUsers': {
      const asked = call.input.Extensions
      const withExtensions = Array.isArray(asked) && asked.includes('aws:identitystore:enterprise')
      const { records, token } = pageOf<UserRecord>(state, call, store.users, String(withExtensions))
      const users = withExtensions ? records : records.map(withoutExtensions)
      return { Users: users.map((user) => identified(user, 'user', user.UserId)), ...token }
    }
    case 'ListGroups': {
      const { records, token } = pageOf<GroupRecord>(state, call, store.groups, '')
      return { Groups: records.map((group) => identified(group, 'group', group.GroupId)), ...token }
    }
    case 'ListGroupMemberships': {
      const groupId = text(call.input.GroupId)
      const position = store.groupPositions.get(groupId)
      if (position === undefined) throw notFound('GROUP', groupId)
      const { records, token } = pageOf(state, call, store.members[position] ?? [], groupId)
      return { GroupMemberships: records.map((userId) => membership(store, groupId, userId)), ...token }
    }
    case 'ListGroupMembershipsForMember': {
      const member = call.input.MemberId
      const userId =
        typeof member === 'object' && member !== null && 'UserId' in member
          ? String(member.UserId)
          : undefined
      if (userId === undefined) throw new ServiceError('ValidationException', 'MemberId must name a user.')
      const position = store.userPositions.get(userId)
      if (position === undefined) throw notFound('USER', userId)
      const { records, token } = pageOf(state, call, store.groupsOf[position] ?? [], userId)
      return { GroupMemberships: records.map((groupId) => membership(store, groupId, userId)), ...token }
    }
    default:
      throw unknownOperation(call)
  }
}

function withoutExtensions(user: UserRecord): UserRecord {
  return user.Extensions === undefined ? user : { ...user, Extensions: undefined }
}

/** A record with its ARN, and with a revision that is another one after each change. */
function identified(
  record: UserRecord | GroupRecord,
  kind: 'user' | 'group',
  id: string,
): Record<string, unknown> {
  const arn = `arn:aws:identitystore:::${kind}/${id}`
  const Revision = String(hashOf(`${id} ${String(record.UpdatedAt)}`))
  return { [kind === 'user' ? 'UserArn' : 'GroupArn']: arn, Revision, ...record }
}

/** The id of a membership needs nothing but the two ids, so that a million of them need no memory. */
function membership(store: Store, groupId: string, userId: string): Record<string, unknown> {
  const id = `${groupId.slice(0, 10)}-${userId.slice(-36, -18)}-${groupId.slice(-17)}`
  return {
    IdentityStoreId: store.identityStoreId,
    MembershipId: id,
    MembershipArn: `arn:aws:identitystore:::membership/${id}`,
    GroupId: groupId,
    MemberId: { UserId: userId },
    CreatedAt: 1_700_000_000,
    UpdatedAt: 1_700_000_000,
    CreatedBy: 'arn:aws:iam::111122223333:role/provisioning',
    UpdatedBy: 'arn:aws:iam::111122223333:role/provisioning',
  }
}

/**
 * A page, and the token of the next. A token belongs to an operation and its input. A list is as long as it was at its
 * first page: what is added later is in none of its pages.
 */
export function pageOf<T>(
  state: ListState,
  call: Call,
  list: readonly (T | undefined)[],
  key: string,
  longest = 100,
): { records: T[]; token: { NextToken?: string } } {
  const size = call.input.MaxResults ?? Math.min(state.defaultPageSize ?? longest, longest)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > longest) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${JSON.stringify(size)}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and ${String(longest)}`,
    )
  }
  const owner = `${call.operation}|${text(call.input.IdentityStoreId)}|${key}`
  const [offset, end, page] = positionOf(call.input.NextToken, owner) ?? [0, list.length, 0]
  const count = state.shortPages === undefined ? size : shortened(size, state.shortPages, owner, page)
  const next = Math.min(end, offset + count)
  const order = state.order === undefined || end < 2 ? undefined : permutation(state, owner, end)
  const records: T[] = []
  for (let n = offset; n < next; n++) {
    const record = list[order?.[n] ?? n]
    if (record !== undefined) records.push(record)
  }
  if (next >= end) return { records, token: {} }
  const token = Buffer.from(JSON.stringify([hashOf(owner), next, end, page + 1, 'emulator'])).toString(
    'base64',
  )
  return { records, token: { NextToken: token } }
}

function positionOf(token: unknown, owner: string): [number, number, number] | undefined {
  if (token === undefined || token === null) return undefined
  try {
    // What is not of this shape fails the comparison below, or throws.
    const [hash, offset, end, page] = JSON.parse(Buffer.from(text(token), 'base64').toString()) as number[]
    if (hash === hashOf(owner) && offset !== undefined && end !== undefined && page !== undefined) {
      return [offset, end, page]
    }
  } catch {
    // the same answer as for the token of another list
  }
  throw new ServiceError('ValidationException', 'The provided NextToken is invalid.')
}

function shortened(size: number, seed: number, owner: string, page: number): number {
  const random = createRandom(hashOf(`${owner}|${String(page)}`) ^ seed)
  return random.next() < 0.2 ? 0 : Math.max(1, random.below(size + 1))
}

function permutation(state: ListState, owner: string, length: number): Uint32Array {
  const key = `${owner}|${String(length)}`
  const kept = state.permutations.get(key)
  if (kept !== undefined) return kept
  const positions = shuffledPositions(length, hashOf(key) ^ (state.order ?? 0))
  state.permutations.set(key, positions)
  return positions
}

function notFound(ResourceType: string, ResourceId: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${ResourceType} not found.`, {
    members: { ResourceType, ResourceId },
  })
}

export function unknownOperation(call: Call): ServiceError {
  return new ServiceError('UnknownOperationException', `The emulator does not know ${call.operation}.`)
}
