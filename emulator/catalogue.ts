import type { FailureKind } from '../src/errors.ts'
import type { Call } from './aws-http.ts'
import { credentials } from './credentials.ts'
import type { Effect, Fault, Selector } from './faults.ts'
import { ServiceError } from './faults.ts'
import type { IdentityCenterOptions } from './identity-center.ts'
import type { Organization, UserRecord } from './organization.ts'
import {
  addGroup,
  addInstance,
  addMembership,
  addUser,
  createInstance,
  newId,
  removeGroup,
  removeUser,
  storeOf,
  usersOf,
} from './organization.ts'

/** Something that goes wrong, and what must come of it. */
export interface CatalogueEntry {
  about: string
  /** Changes the organization before the run. */
  prepare?: (organization: Organization) => void
  options?: IdentityCenterOptions
  /** Fresh ones for each run. */
  faults?: () => Fault[]
  /**
   * `same`: the bytes of a run without the fault; `final`: those of a run without the fault on the organization as the
   * fault left it; else the run fails with one of these kinds.
   */
  outcome: 'same' | 'final' | readonly FailureKind[]
  /** Needs an organization that is read by group (not more groups than users), or by user. */
  direction?: 'group' | 'user'
  /** Needs an organization whose access is read in this way. */
  way?: 'pairs' | 'principal'
  /** The run ends only when a timeout of a request, or the deadline of a call, has passed. */
  waits?: 'timeout' | 'deadline'
}

const memberships = ['ListGroupMemberships', 'ListGroupMembershipsForMember'] as const
const identityStore = ['ListUsers', 'ListGroups', ...memberships] as const

/** Every fault by its name. An organization of two pages of users and some groups meets each of them. */
export const FAULTS = {
  throttle: survives('A call is throttled.', on('ListUsers', { nth: 1 }, throttling())),
  'throttle-429': survives(
    'A call is throttled with status 429.',
    on('ListGroups', { nth: 1 }, throttling({ status: 429 })),
  ),
  'throttle-namespace': survives(
    'The name of the error has a namespace before it.',
    on(memberships, { nth: 2 }, throttling({ wireType: 'com.amazonaws.identitystore#ThrottlingException' })),
  ),
  'throttle-retry-after-seconds': survives(
    'A throttled call names the seconds to wait in the body.',
    on(
      memberships,
      { nth: 1 },
      throttling({ members: { RetryAfterSeconds: 1, RequestId: '00000000-0000-4000-8000-000000000000' } }),
    ),
  ),
  'throttle-retry-after-header': survives(
    'A throttled call names the seconds to wait in a header.',
    on('ListUsers', { nth: 2 }, throttling({ headers: { 'retry-after': '1' } })),
  ),
  'throttle-third': survives(
    'Three calls of ten are throttled.',
    on(identityStore, { probability: 0.3, seed: 3 }, throttling()),
  ),
  'throttle-kms': survives(
    'The key service throttles.',
    on('ListUsers', { nth: 1 }, throttling({ members: { Reason: 'KMS_THROTTLING' } })),
  ),
  'throttle-instances': survives(
    'ListInstances is throttled.',
    on('ListInstances', { nth: 1 }, throttling()),
  ),
  'throttle-sts': survives(
    'STS throttles.',
    on('GetCallerIdentity', { nth: 1 }, error('Throttling', 'Rate exceeded', { status: 400 })),
  ),
  'throttle-forever': deadline('Everything is throttled.', on(identityStore, {}, throttling())),
  'internal-error': survives('The service fails.', on('ListUsers', { nth: 1 }, internal())),
  'internal-error-retry-after-seconds': survives(
    'The service fails and names the seconds to wait.',
    on(memberships, { nth: 2 }, internal({ members: { RetryAfterSeconds: 1 } })),
  ),
  'internal-error-plain': survives(
    'The service fails with status 500 and an error that no model has.',
    on('ListGroups', { nth: 1 }, error('InternalFailure', 'Internal failure', { status: 500 })),
  ),
  'internal-error-instances': survives('ListInstances fails.', on('ListInstances', { nth: 1 }, internal())),
  'internal-error-sts': survives(
    'STS fails.',
    on('GetCallerIdentity', { nth: 1 }, error('InternalFailure', 'Internal failure', { status: 500 })),
  ),
  'internal-error-forever': deadline('The service always fails.', on('ListGroups', {}, internal())),
  unavailable: survives(
    'The service is not available.',
    on('ListUsers', { nth: 2 }, error('ServiceUnavailableException', 'Service Unavailable', { status: 503 })),
  ),
  'bad-gateway': survives(
    'A load balancer answers with a page.',
    on(
      memberships,
      { nth: 1 },
      {
        kind: 'raw',
        status: 502,
        contentType: 'text/html',
        body: '<html><body>502 Bad Gateway</body></html>',
      },
    ),
  ),
  reset: survives('The connection dies before the answer.', on('ListUsers', { nth: 1 }, transport('reset'))),
  'reset-instances': survives(
    'The connection of ListInstances dies.',
    on('ListInstances', { nth: 1 }, transport('reset')),
  ),
  'reset-sts': survives(
    'The connection to STS dies.',
    on('GetCallerIdentity', { nth: 1 }, transport('reset')),
  ),
  'reset-forever': deadline('Every connection dies.', on(memberships, {}, transport('reset'))),
  cut: survives(
    'The connection dies in the middle of the answer.',
    on('ListUsers', { nth: 2 }, transport('cut')),
  ),
  truncated: survives(
    'Half of the JSON comes, with status 200.',
    on('ListGroups', { nth: 1 }, transport('truncated')),
  ),
  'truncated-memberships': survives(
    'Half of the JSON of memberships comes, with status 200.',
    on(memberships, { nth: 2 }, transport('truncated')),
  ),
  empty: survives('Nothing comes, with status 200.', on('ListUsers', { nth: 1 }, transport('empty'))),
  'empty-memberships': survives(
    'No memberships come, with status 200.',
    on(memberships, { nth: 1 }, transport('empty')),
  ),
  'empty-instances': survives(
    'ListInstances answers nothing, once.',
    on('ListInstances', { nth: 1 }, transport('empty')),
  ),
  hang: {
    ...survives('An answer never comes.', on(memberships, { nth: 1 }, transport('hang'))),
    waits: 'timeout',
  },
  'hang-instances': {
    ...survives(
      'The answer of ListInstances never comes.',
      on('ListInstances', { nth: 1 }, transport('hang')),
    ),
    waits: 'timeout',
  },
  'hang-sts': {
    ...survives('The answer of STS never comes.', on('GetCallerIdentity', { nth: 1 }, transport('hang'))),
    waits: 'timeout',
  },
  'hang-forever': deadline('No answer ever comes.', on('ListUsers', {}, transport('hang'))),
  stall: {
    ...survives('Half of the answer comes, then nothing.', on('ListUsers', { nth: 2 }, transport('stall'))),
    waits: 'timeout',
  },
  slow: survives(
    'An answer takes a second and a half.',
    on('ListGroups', { nth: 1 }, { kind: 'slow', milliseconds: 1500 }),
  ),
  'short-pages': {
    about: 'Pages are short or empty and have a token.',
    options: { shortPages: 5 },
    outcome: 'same',
  },
  'other-order': { about: 'Everything comes in another order.', options: { order: 11 }, outcome: 'same' },
  'clock-ahead': {
    about: 'Our clock is twenty minutes late.',
    options: { clockOffset: 20 * 60_000 },
    outcome: 'same',
  },
  'clock-behind': {
    about: 'Our clock is twenty minutes early.',
    options: { clockOffset: -20 * 60_000 },
    outcome: 'same',
  },
  'clock-refused': fails(
    'The service finds the time wrong, whatever is sent.',
    ['credentials', 'precondition'],
    on(
      undefined,
      {},
      error(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        { status: 403 },
      ),
    ),
  ),

  'denied-instances': fails(
    'ListInstances is denied.',
    ['permission'],
    on('ListInstances', {}, denied('sso')),
  ),
  'denied-users': fails('ListUsers is denied.', ['permission'], on('ListUsers', {}, denied('identitystore'))),
  'denied-groups': fails(
    'ListGroups is denied.',
    ['permission'],
    on('ListGroups', {}, denied('identitystore')),
  ),
  'denied-memberships': fails(
    'Both ways to read memberships are denied.',
    ['permission'],
    on(memberships, {}, denied('identitystore')),
  ),
  'denied-by-user': {
    ...survives(
      'Only reading by user is denied.',
      on('ListGroupMembershipsForMember', {}, denied('identitystore')),
    ),
    direction: 'user',
  },
  'network-rule': fails(
    "The store's network rule refuses.",
    ['permission'],
    on(
      identityStore,
      {},
      error('AccessDeniedException', 'Access denied by the network configuration of the identity store.'),
    ),
  ),
  'kms-access-denied': fails(
    'The key refuses.',
    ['permission'],
    on('ListUsers', {}, kms('AccessDeniedException', 'KMS_ACCESS_DENIED')),
  ),
  'kms-access-denied-by-user': {
    ...fails(
      'The key refuses the memberships of a user.',
      ['permission'],
      on('ListGroupMembershipsForMember', {}, kms('AccessDeniedException', 'KMS_ACCESS_DENIED')),
    ),
    direction: 'user',
  },
  'kms-access-denied-instances': fails(
    'The key refuses ListInstances.',
    ['permission'],
    on('ListInstances', {}, kms('AccessDeniedException', 'KMS_AccessDeniedException')),
  ),
  'kms-key-not-found': fails(
    'The key is gone.',
    ['permission', 'precondition'],
    on(memberships, { from: 2 }, kms('ResourceNotFoundException', 'KMS_KEY_NOT_FOUND')),
  ),
  'kms-invalid-arn': fails(
    'The key has no such ARN.',
    ['permission', 'precondition'],
    on('ListUsers', {}, kms('ValidationException', 'KMS_INVALID_ARN')),
  ),
  'kms-invalid-key-usage': fails(
    'The key is for something else.',
    ['permission', 'precondition'],
    on('ListUsers', {}, kms('ValidationException', 'KMS_INVALID_KEY_USAGE')),
  ),
  'kms-invalid-state': fails(
    'The key is in the wrong state.',
    ['permission', 'precondition'],
    on('ListUsers', {}, kms('ValidationException', 'KMS_INVALID_STATE')),
  ),
  'kms-disabled': fails(
    'The key is disabled.',
    ['permission', 'precondition'],
    on('ListGroups', {}, kms('ValidationException', 'KMS_DISABLED')),
  ),
  validation: fails(
    'A request is not accepted.',
    ['precondition', 'parameters'],
    on('ListGroups', {}, error('ValidationException', '1 validation error detected')),
  ),
  expired: fails(
    'The session has expired.',
    ['credentials'],
    on(['ListInstances', ...identityStore], {}, expired()),
  ),
  'expired-sts': fails(
    'The session has expired before the first call.',
    ['credentials'],
    on(
      'GetCallerIdentity',
      {},
      error('ExpiredToken', 'The security token included in the request is expired', { status: 403 }),
    ),
  ),
  'expired-meanwhile': fails(
    'The session expires in the middle.',
    ['credentials'],
    on(memberships, { from: 3 }, expired()),
  ),
  'unknown-key': fails(
    'The key is unknown to STS.',
    ['credentials'],
    on(
      'GetCallerIdentity',
      {},
      error('InvalidClientTokenId', 'The security token included in the request is invalid.', {
        status: 403,
      }),
    ),
  ),
  'wrong-secret': {
    about: 'The secret is not that of the key.',
    options: { credentials: [{ ...credentials.static, secretAccessKey: 'another-secret' }] },
    outcome: ['credentials'],
  },
  'unknown-key-store': fails(
    'The key is unknown to the identity store.',
    ['credentials'],
    on(
      ['ListInstances', ...identityStore],
      {},
      error('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    ),
  ),

  'vanished-group': {
    about: 'A group vanishes between the list and its memberships.',
    faults: () => [
      on(
        'ListGroupMemberships',
        { nth: 2 },
        act((organization, call) => {
          removeGroup(organization, String(call.input.GroupId))
        }),
      ),
    ],
    outcome: 'final',
    direction: 'group',
  },
  'vanished-user': {
    about: 'A user vanishes between the list and its memberships.',
    faults: () => [
      on(
        'ListGroupMembershipsForMember',
        { nth: 2 },
        act((organization, call) => {
          removeUser(organization, memberOf(call))
        }),
      ),
    ],
    outcome: 'final',
    direction: 'user',
  },
  'vanished-store': fails(
    'The identity store vanishes.',
    ['precondition'],
    on(
      memberships,
      { from: 2 },
      error('ResourceNotFoundException', 'IDENTITY_STORE not found.', {
        members: { ResourceType: 'IDENTITY_STORE', ResourceId: 'd-0000000000' },
      }),
    ),
  ),
  'late-user': {
    about: 'A user is added after the list had passed, with a membership.',
    faults: () => [
      on(
        'ListGroupMemberships',
        { nth: 1 },
        act((organization, call) => {
          const UserId = addUser(organization, {
            UserId: newId(organization, 1),
            UserName: 'late@example.com',
            DisplayName: 'Late',
          })
          addMembership(organization, String(call.input.GroupId), UserId)
        }),
      ),
    ],
    outcome: 'final',
    direction: 'group',
  },
  'late-group': {
    about: 'A group is added after the list had passed, with a member.',
    faults: () => [
      on(
        'ListGroupMembershipsForMember',
        { nth: 1 },
        act((organization, call) => {
          const GroupId = addGroup(organization, { GroupId: newId(organization, 2), DisplayName: 'Late' })
          addMembership(organization, GroupId, memberOf(call))
        }),
      ),
    ],
    outcome: 'final',
    direction: 'user',
  },
  'removed-user': {
    about: 'A user is removed before the list comes to it; its memberships still name it.',
    faults: () => [
      on(
        'ListUsers',
        { nth: 1 },
        act((organization) => {
          const store = storeOf(organization)
          const member = usersOf(organization).find(
            (user) => (store.groupsOf[store.userPositions.get(user.UserId) ?? -1] ?? []).length > 0,
          )
          if (member !== undefined) removeUser(organization, member.UserId, { keepMemberships: true })
        }),
      ),
    ],
    outcome: 'final',
    direction: 'group',
  },
  'removed-group': {
    about: 'A group is removed before the list comes to it; memberships still name it.',
    faults: () => [
      on(
        'ListGroups',
        { nth: 1 },
        act((organization) => {
          const store = storeOf(organization)
          const position = store.groups.findIndex(
            (group, n) => group !== undefined && (store.members[n] ?? []).length > 0,
          )
          const group = store.groups[position]
          if (group !== undefined) removeGroup(organization, group.GroupId, { keepMemberships: true })
        }),
      ),
    ],
    outcome: 'final',
    direction: 'user',
  },
  'repeated-users': {
    about: 'Every page of users repeats one of the page before.',
    faults: () => [on('ListUsers', {}, repeatLast('Users'))],
    outcome: 'same',
  },
  'repeated-groups': {
    about: 'A group comes twice in a page.',
    faults: () => [
      on(
        'ListGroups',
        {},
        change((output) => ({ ...output, Groups: twice(output.Groups) })),
      ),
    ],
    outcome: 'same',
  },
  'repeated-memberships': {
    about: 'Memberships come twice.',
    faults: () => [
      on(
        memberships,
        {},
        change((output) => ({ ...output, GroupMemberships: twice(output.GroupMemberships) })),
      ),
    ],
    outcome: 'same',
  },
  'older-record': {
    about: 'A user comes a second time as it was before.',
    faults: () => [
      on(
        'ListUsers',
        {},
        repeatLast('Users', (user) => ({ ...user, DisplayName: 'Before', UpdatedAt: 1_000_000_000 })),
      ),
    ],
    outcome: 'same',
  },
  'older-record-first': {
    about: 'A user comes as it was before, then as it is.',
    faults: () => [
      on(
        'ListUsers',
        {},
        change((output) => {
          const users = listOf<UserRecord>(output.Users)
          return {
            ...output,
            Users: [
              ...users
                .slice(0, 3)
                .map((user) => ({ ...user, DisplayName: 'Before', UpdatedAt: 1_000_000_000 })),
              ...users,
            ],
          }
        }),
      ),
    ],
    outcome: 'same',
  },
  'repeated-token': fails(
    'ListUsers gives the same page and token again and again.',
    ['precondition', 'unavailable'],
    ...sameTokenForever(['ListUsers']),
  ),
  'repeated-token-memberships': fails(
    'Memberships give the same page and token again and again.',
    ['precondition', 'unavailable'],
    ...sameTokenForever(memberships),
  ),
  'other-member': {
    about: 'A member is neither user nor absent, as a future API could have it.',
    faults: () => [
      on(
        memberships,
        { nth: 1 },
        extraMember({ GroupId: '0123456789-00000000-0000-4000-8000-000000000000' }),
      ),
    ],
    outcome: 'same',
    direction: 'group',
  },
  'empty-member': {
    about: 'A member is an empty object.',
    faults: () => [on(memberships, { nth: 1 }, extraMember({}))],
    outcome: 'same',
    direction: 'group',
  },

  'no-instance': {
    about: 'No instance anywhere.',
    prepare: (organization) => {
      organization.instances = []
    },
    outcome: ['precondition'],
  },
  'no-instances-member': fails(
    'ListInstances answers an empty object.',
    ['precondition'],
    on(
      'ListInstances',
      {},
      change(() => ({})),
    ),
  ),
  'other-region': {
    about: 'The instance is in another region.',
    prepare: (organization) => {
      for (const instance of organization.instances) instance.regions = ['us-east-2']
    },
    outcome: ['precondition'],
  },
  'several-instances': {
    about: 'Two instances of the account qualify.',
    prepare: (organization) => {
      addInstance(organization, anotherInstance(organization, organization.account))
    },
    outcome: ['precondition'],
  },
  'foreign-instance': {
    about: 'An instance of another account is visible beside our own.',
    prepare: (organization) => {
      addInstance(organization, anotherInstance(organization, '444455556666'))
    },
    outcome: 'same',
  },
  'deleted-instance': {
    about: 'An instance of the account is being deleted beside the one that lives.',
    prepare: (organization) => {
      addInstance(organization, anotherInstance(organization, organization.account, 'DELETE_IN_PROGRESS'))
    },
    outcome: 'same',
  },
  'instance-in-creation': {
    about: 'The instance is being created.',
    prepare: (organization) => {
      for (const { record } of organization.instances) record.Status = 'CREATE_IN_PROGRESS'
    },
    outcome: ['precondition'],
  },
  'failed-creation': {
    about: 'The instance could not be created.',
    prepare: (organization) => {
      for (const { record } of organization.instances)
        Object.assign(record, { Status: 'CREATE_FAILED', StatusReason: 'The Region is not enabled.' })
    },
    outcome: ['precondition'],
  },
  'replica-adding': replica('ADDING'),
  'replica-removing': replica('REMOVING'),
  'other-account': {
    about: 'Caller and owner are other accounts.',
    prepare: (organization) => {
      organization.account = '999988887777'
      for (const { record } of organization.instances) record.OwnerAccountId = '999988887777'
    },
    outcome: ['precondition'],
  },
  'no-users': {
    about: 'The store has no users.',
    prepare: (organization) => {
      for (const { UserId } of usersOf(organization)) removeUser(organization, UserId)
    },
    outcome: ['precondition'],
  },
} as const satisfies Record<string, CatalogueEntry>

/** The entries, typed as what they have in common. */
export const catalogue: readonly (readonly [name: string, entry: CatalogueEntry])[] = Object.entries(FAULTS)

/** A fault that strikes calls of these operations (of all where undefined). */
export function on(
  operation: string | readonly string[] | undefined,
  selector: Omit<Selector, 'operation'>,
  effect: Effect,
): Fault {
  return { when: { ...(operation === undefined ? {} : { operation }), ...selector }, effect }
}

/** The service answers this error. */
export function error(
  type: string,
  message: string,
  options: ConstructorParameters<typeof ServiceError>[2] = {},
): Effect {
  return { kind: 'error', error: () => new ServiceError(type, message, options) }
}

export function throttling(options: ConstructorParameters<typeof ServiceError>[2] = {}): Effect {
  return error('ThrottlingException', 'Rate exceeded', options)
}

/** A refusal in AWS's words, which quote the session, here that of a person. */
export function denied(prefix: 'sso' | 'identitystore' | 'organizations'): Effect {
  return {
    kind: 'error',
    error: (call) =>
      new ServiceError(
        'AccessDeniedException',
        `User: arn:aws:sts::111122223333:assumed-role/identity-sync/private.person@example.com is not authorized to perform: ` +
          `${prefix}:${call.operation} on resource: arn:aws:${prefix}:::* because no identity-based policy allows the ${prefix}:${call.operation} action`,
      ),
  }
}

/** Changes the answer; `unchecked` where the result does not fit the SDK's schema, on purpose. */
export function change(
  changed: (output: Record<string, unknown>, call: Call) => Record<string, unknown>,
  unchecked = false,
): Effect {
  return { kind: 'answer', unchecked, change: changed }
}

export function act(action: (organization: Organization, call: Call) => void): Effect {
  return { kind: 'act', act: action }
}

export function internal(options: ConstructorParameters<typeof ServiceError>[2] = {}): Effect {
  return error('InternalServerException', 'Internal server error', { status: 500, ...options })
}

export function expired(): Effect {
  return error('ExpiredTokenException', 'The security token included in the request is expired')
}

export function kms(type: string, Reason: string): Effect {
  return error(type, 'The key that encrypts the identity store cannot be used.', { members: { Reason } })
}

export function transport(kind: Extract<Effect, { kind: 'transport' }>['transport']): Effect {
  return { kind: 'transport', transport: kind }
}

export function survives(about: string, ...faults: Fault[]): CatalogueEntry {
  return { about, faults: () => faults, outcome: 'same' }
}

export function fails(about: string, outcome: readonly FailureKind[], ...faults: Fault[]): CatalogueEntry {
  return { about, faults: () => faults, outcome }
}

export function deadline(about: string, ...faults: Fault[]): CatalogueEntry {
  return { ...fails(about, ['unavailable'], ...faults), waits: 'deadline' }
}

function memberOf(call: Call): string {
  // The schema has been checked: MemberId is { UserId }.
  return (call.input.MemberId as { UserId: string }).UserId
}

function listOf<T>(value: unknown): T[] {
  // Lists of an answer of our own.
  return Array.isArray(value) ? (value as T[]) : []
}

export function twice(value: unknown): unknown[] {
  return [...listOf(value), ...listOf(value)]
}

function repeatLast(
  member: string,
  changed: (record: Record<string, unknown>) => Record<string, unknown> = (record) => record,
): Effect {
  let last: Record<string, unknown> | undefined
  return change((output) => {
    const records = listOf<Record<string, unknown>>(output[member])
    const repeated = last === undefined ? [] : [changed(last)]
    last = records.at(-1) ?? last
    return { ...output, [member]: [...repeated, ...records] }
  })
}

/** Every page is the first one, with the same token. */
export function sameTokenForever(operations: readonly string[]): Fault[] {
  const token = 'the-same-token'
  const asksAgain = (call: Call): boolean =>
    operations.includes(call.operation) && call.input.NextToken === token
  return [
    {
      name: 'repeated-token',
      when: asksAgain,
      effect: { kind: 'act', act: (_, call) => delete call.input.NextToken },
    },
    on(
      operations,
      {},
      change((output) => ({ ...output, NextToken: token })),
    ),
  ]
}

function extraMember(MemberId: Record<string, unknown>): Effect {
  return change((output, call) => {
    const list = listOf<Record<string, unknown>>(output.GroupMemberships)
    const extra = {
      IdentityStoreId: 'd-0000000000',
      MembershipId: '0123456789-00000000-0000-4000-8000-000000000001',
      GroupId: call.input.GroupId ?? list[0]?.GroupId,
      MemberId,
    }
    return { ...output, GroupMemberships: [...list, extra] }
  }, true)
}

/** The Region that is read is a replica of another one, on its way in or out. */
function replica(Status: 'ADDING' | 'REMOVING'): CatalogueEntry {
  return {
    about: `The Region is a replica with the status ${Status}.`,
    prepare: ({ region, instances }) => {
      for (const { record } of instances)
        Object.assign(record, {
          PrimaryRegion: 'us-east-2',
          Regions: [
            { RegionName: 'us-east-2', Status: 'ACTIVE', IsPrimaryRegion: true },
            { RegionName: region, Status, IsPrimaryRegion: false },
          ],
        })
    },
    outcome: ['precondition'],
  }
}

function anotherInstance(organization: Organization, ownerAccount: string, status = 'ACTIVE') {
  return createInstance({
    identityStoreId: 'd-00000000ff',
    ownerAccount,
    region: organization.region,
    name: '00000000000000ff',
    status,
  })
}
