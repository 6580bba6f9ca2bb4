import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createRandom } from '../../emulator/random.ts'
import { UserError } from '../../src/errors.ts'
import type { Calls } from '../../src/identity-center/advice.ts'
import { crawl, type CrawlCost, type CrawlOptions } from '../../src/identity-center/crawl.ts'
import type { CrawlFindings, IdentityStore } from '../../src/identity-center/identity-store.ts'
import { createStoreLists } from '../../src/identity-center/store-lists.ts'
import { awsError, createServiceLimit, type ServiceLimit } from './fake-service.ts'
import {
  createContent,
  createFakeStore,
  group,
  STORE_ID,
  user,
  vanished,
  type Disturbance,
  type FakeStore,
  type StoreContent,
  type StoreOperation,
} from './fake-store.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

const NOTHING: CrawlFindings = {
  vanishedGroups: 0,
  vanishedUsers: 0,
  lateUsers: 0,
  lateGroups: 0,
  orphanMemberships: 0,
  otherMembers: 0,
  conflictingRecords: 0,
}

describe('a crawl', () => {
  it('by group makes one call a page, no more, and gives what the store holds', async () => {
    // 250 members in the first group, so that it has three pages; the last group is empty.
    const content = createContent(250, 8, (at) => (at % 2 ? [0] : [0, 1 + (at % 6)]))
    const { result, cost, store, calls } = await run(content)
    expect(cost.direction).toBe('by group')
    expectSame(result, content)
    expect(calls).toEqual({ ListUsers: 3, ListGroups: 1, ListGroupMemberships: 10 })
    expect(store.calls).toHaveLength(14)
    expect(cost).toMatchObject({ attempts: 14, throttles: 0, faults: 0 })
    expect(result.findings).toEqual(NOTHING)
  })

  it('by user makes one call a page, no more, and gives what the store holds', async () => {
    const content = createContent(6, 250, (at) =>
      at === 0 ? [...Array(250).keys()] : at === 1 ? [] : [at, at + 100],
    )
    const { result, cost, calls } = await run(content)
    expect(cost.direction).toBe('by user')
    expectSame(result, content)
    expect(calls).toEqual({ ListUsers: 1, ListGroups: 3, ListGroupMembershipsForMember: 8 })
  })

  it.each([
    [5, 5, 'by group'],
    [5, 6, 'by user'],
    [6, 5, 'by group'],
    [0, 0, 'by group'],
    [0, 3, 'by user'],
    [3, 0, 'by group'],
    [200, 200, 'by group'],
    [200, 201, 'by user'],
    [201, 200, 'by group'],
  ])('of %i users and %i groups goes %s', async (users, groups, direction) => {
    const content = createContent(users, groups, (at) => (groups === 0 ? [] : [at % groups]))
    const { result, cost, store } = await run(content)
    expect(cost.direction).toBe(direction)
    expectSame(result, content)
    expect(store.calls).toHaveLength(
      Math.max(1, Math.ceil(users / 100)) + Math.max(1, Math.ceil(groups / 100)) + Math.min(users, groups),
    )
  })

  it('of 300 users and 1,500 groups makes 318 calls', async () => {
    const { store } = await run(createContent(300, 1_500), { latencyMs: 5, requestsPerSecond: 1_000 })
    expect(store.calls).toHaveLength(3 + 15 + 300)
  })

  it('begins memberships before the longer list ends, by group and by user', async () => {
    for (const content of [createContent(2_000, 150), createContent(150, 2_000)]) {
      const { store } = await run(content, { requestsPerSecond: 1_000 })
      const list = content.users.length > content.groups.length ? 'ListUsers' : 'ListGroups'
      const lastPage = store.calls.findLast(({ operation }) => operation === list)
      const first = store.calls.find(({ operation }) => operation.startsWith('ListGroupMemberships'))
      expect(first?.at).toBeLessThan(lastPage?.at ?? 0)
    }
  })

  it('asks for the enterprise extension only where it is wanted', async () => {
    const asked = async (enterprise: boolean): Promise<unknown[]> => {
      const { store } = await run(createContent(150, 1), { enterprise })
      return store.calls
        .filter(({ operation }) => operation === 'ListUsers')
        .map(({ extensions }) => extensions)
    }
    expect(await asked(false)).toEqual([undefined, undefined])
    expect(await asked(true)).toEqual([['aws:identitystore:enterprise'], ['aws:identitystore:enterprise']])
  })

  it.each([30, 100])(
    'takes at most 1.05 of the least time at 20/s and %i ms, under 1 %% throttled',
    async (latencyMs) => {
      const { cost, limit } = await runLimited({ latencyMs, rate: 20, bucket: 20 })
      expect(cost.seconds).toBeLessThanOrEqual(1.05 * leastSeconds(20, 20))
      expect(limit.throttled / cost.attempts).toBeLessThan(0.01)
    },
  )

  it('takes at most 1.05 of it with a bucket of 5, and 1.10 where 3/s are left', async () => {
    const five = await runLimited({ latencyMs: 60, rate: 20, bucket: 5 })
    expect(five.cost.seconds).toBeLessThanOrEqual(1.05 * leastSeconds(20, 5))
    const three = await runLimited({ latencyMs: 60, rate: 3, bucket: 3 })
    expect(three.cost.seconds).toBeLessThanOrEqual(1.1 * leastSeconds(3, 3))
  })

  it('at 500 ms adds to the least time only the pages before the direction is certain, and the last answer', async () => {
    const { cost } = await runLimited({ latencyMs: 500, rate: 20, bucket: 20 })
    // Three pages of ListGroups come first; what the bucket cannot hold of that time is lost to everybody.
    const head = 3 * 0.5
    expect(cost.seconds).toBeLessThanOrEqual((head + (328 - 6 - 18) / 20 + 0.5) * 1.01)
  })

  it('tells its progress at most every ten seconds, in counts without names', async () => {
    const { log, cost } = await run(createContent(600, 300), { requestsPerSecond: 5, latencyMs: 100 })
    expect(cost.seconds).toBeGreaterThan(50)
    expect(log.length).toBeGreaterThanOrEqual(Math.floor(cost.seconds / 10) - 1)
    expect(log.length).toBeLessThanOrEqual(Math.floor(cost.seconds / 10))
    for (const line of log)
      expect(line).toMatch(
        /^info: After \d+ s: \d+ users, \d+ groups, \d+ memberships, \d+ calls, \d+ throttled; (\d+ left to read|still listing)\.$/,
      )
    const [first, ...rest] = log.map((line) => Number(/\d+/.exec(line)?.[0]))
    rest.reduce((before, now) => {
      expect(now - before).toBeGreaterThanOrEqual(10)
      return now
    }, first ?? 0)
  })

  it('of few calls tells nothing', async () => {
    expect((await run(createContent(5, 5))).log).toEqual([])
  })
})

describe('a denied ListGroupMembershipsForMember', () => {
  const denied = (Reason?: string): Disturbance =>
    on('ListGroupMembershipsForMember', () => {
      throw awsError('AccessDeniedException', Reason === undefined ? {} : { Reason })
    })

  it('falls back to the other direction after one call, and says which action saves calls', async () => {
    const content = createContent(3, 250, (at) => [at, at + 3])
    const { result, cost, store, log } = await run(content, { disturb: denied() })
    expect(cost.direction).toBe('by group')
    expectSame(result, content)
    expect(store.count('ListGroupMembershipsForMember')).toBe(1)
    expect(store.count('ListGroupMemberships')).toBe(250)
    expect(log).toContainEqual(
      expect.stringMatching(/identitystore:ListGroupMembershipsForMember for the role/),
    )
  })

  it('does so before the list of groups has ended as well', async () => {
    const content = createContent(3, 1_500)
    const { result, cost } = await run(content, { disturb: denied(), requestsPerSecond: 1_000 })
    expect(cost.direction).toBe('by group')
    expectSame(result, content)
  })

  it('in the middle of the reading starts anew by group, and forgets what it had read', async () => {
    const content = createContent(40, 50, (at) => [at, at + 1])
    const disturb = on('ListGroupMembershipsForMember', (call, answer) => {
      if (call.nth === 5) throw vanished('USER')
      if (call.nth >= 20) throw awsError('AccessDeniedException')
      return answer()
    })
    const { result, cost, store } = await run(content, { disturb })
    expect(cost.direction).toBe('by group')
    expectSame(result, content)
    expect(result.findings).toEqual(NOTHING)
    expect(store.count('ListGroups')).toBe(1)
  })

  it('in the middle of the reading sends nothing more of what waits by user', async () => {
    const content = createContent(60, 61, (at) => [at])
    const { result, store } = await run(content, {
      requestsPerSecond: 5,
      disturb: on('ListGroupMembershipsForMember', (call, answer) => {
        if (call.nth >= 20) throw awsError('AccessDeniedException')
        return answer()
      }),
    })
    expectSame(result, content)
    expect(store.count('ListGroupMembershipsForMember')).toBe(21)
  })

  it('by the customer key ends the run', async () => {
    const error = await refusal(createContent(3, 5), { disturb: denied('KMS_ACCESS_DENIED') })
    expect(error.kind).toBe('permission')
    expect(error.message).toContain('kms:Decrypt')
  })

  it('of the other direction ends the run with the action to allow', async () => {
    const error = await refusal(createContent(5, 5), {
      disturb: on('ListGroupMemberships', () => {
        throw awsError('AccessDeniedException')
      }),
    })
    expect(error.message).toContain('identitystore:ListGroupMemberships on')
  })
})

describe('a list that cannot be read to its end', () => {
  it.each<[StoreOperation, StoreContent]>([
    ['ListUsers', createContent(250, 3)],
    ['ListGroups', createContent(3, 250)],
    ['ListGroupMemberships', createContent(250, 1)],
    ['ListGroupMembershipsForMember', createContent(1, 250, () => [...Array(250).keys()])],
  ])('because %s repeats a token is an error, not an end', async (operation, content) => {
    const error = await refusal(content, {
      disturb: on(operation, (_call, answer) => ({ ...answer(), NextToken: `${operation} 0` })),
    })
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`AWS repeated a NextToken of ${operation}`),
    })
  })

  it('is none because a record has nothing but its id', async () => {
    const disturb: Disturbance = (_call, answer) => {
      const { Users, Groups, ...rest } = answer()
      return {
        ...rest,
        ...(Users && { Users: Users.map(({ UserId }) => ({ UserId, UserName: null })) }),
        ...(Groups && { Groups: Groups.map(({ GroupId }) => ({ GroupId, DisplayName: null })) }),
      } as object
    }
    const { result, cost } = await run(createContent(3, 2), { disturb })
    expect([[...result.users].length, [...result.groups].length, cost.faults]).toEqual([3, 2, 0])
  })

  it.each(['', null])('is none where the last token is %j', async (NextToken) => {
    const content = createContent(120, 5)
    const disturb: Disturbance = (_call, answer) => ({ NextToken, ...answer() }) as object
    expectSame((await run(content, { disturb })).result, content)
  })

  it.each<StoreOperation>(['ListUsers', 'ListGroups', 'ListGroupMemberships'])(
    'because %s keeps failing is an error, however long the others are',
    async (operation) => {
      const error = await refusal(createContent(250, 220), {
        deadlineMs: 8_000,
        disturb: on(operation, (call, answer) => {
          if (call.nth > 0) throw awsError('InternalServerException')
          return answer()
        }),
      })
      expect(error).toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining(operation),
      })
    },
  )

  it.each<[string, Disturbance]>([
    ['without its list', () => ({})],
    ['with another thing for its list', () => ({ Users: 'none', Groups: 7, GroupMemberships: {} }) as object],
    [
      'whose record has no id',
      (call, answer) => {
        const { Users, Groups, GroupMemberships, ...rest } = answer()
        return {
          ...rest,
          ...(Users && { Users: Users.map((one) => ({ ...one, UserId: '' })) }),
          ...(Groups && { Groups: Groups.map((one) => ({ ...one, GroupId: undefined })) }),
          ...(GroupMemberships && call.operation === 'ListGroupMembershipsForMember'
            ? { GroupMemberships: GroupMemberships.map((one) => ({ ...one, GroupId: undefined })) }
            : {}),
        }
      },
    ],
  ])('at first, %s, is asked for again', async (_what, malformed) => {
    for (const content of [createContent(20, 5), createContent(5, 20)]) {
      const seen = new Set<string>()
      const disturb: Disturbance = (call, answer, input) => {
        const key = `${call.operation} ${call.id ?? ''} ${call.token ?? ''}`
        if (seen.has(key)) return answer()
        seen.add(key)
        return malformed(call, answer, input)
      }
      const { result, cost } = await run(content, { disturb })
      expectSame(result, content)
      expect(result.findings).toEqual(NOTHING)
      expect(cost.faults).toBeGreaterThan(1)
    }
  })

  it.each<[string, string, unknown]>([
    ['a record that is null', 'ListUsers', { Users: [null] }],
    ['an id that is a number', 'ListUsers', { Users: [{ UserId: 7 }] }],
    ['an id that is a list', 'ListGroups', { Groups: [{ GroupId: ['g-0'] }] }],
    ['a name that is a number', 'ListUsers', { Users: [{ UserId: 'u-0', UserName: 7 }] }],
    ['a name that is an object', 'ListGroups', { Groups: [{ GroupId: 'g-0', DisplayName: {} }] }],
    ['parts of a name that are a list', 'ListUsers', { Users: [{ UserId: 'u-0', Name: [] }] }],
    ['addresses that are no list', 'ListUsers', { Users: [{ UserId: 'u-0', Emails: { Value: 'a' } }] }],
    ['an address that is null', 'ListUsers', { Users: [{ UserId: 'u-0', Emails: [null] }] }],
    [
      'a primary that is a text',
      'ListUsers',
      { Users: [{ UserId: 'u-0', Emails: [{ Value: 'a', Primary: 'false' }] }] },
    ],
    ['external ids that are a text', 'ListUsers', { Users: [{ UserId: 'u-0', ExternalIds: 'a' }] }],
    ['a token that is a number', 'ListGroups', { Groups: [], NextToken: 1 }],
    ['a member that is a text', 'ListGroupMemberships', { GroupMemberships: [{ MemberId: 'u-0' }] }],
    ['a member by number', 'ListGroupMemberships', { GroupMemberships: [{ MemberId: { UserId: 7 } }] }],
  ])('because of %s is asked for again, then told in a sentence', async (_what, operation, answer) => {
    const disturb = on(operation as StoreOperation, () => answer as object)
    const error = await refusal(createContent(5, 3), { disturb })
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(
      new RegExp(`^AWS sent an unexpected response to ${operation} \\(response\\.`),
    )
    expect(error.message).not.toMatch(/u-0|g-0/)
  })

  it.each([
    ['pages', 10_000, 1],
    ['records', 5_000, 100],
  ])('because it has too many %s is refused, and not asked for again', async (_what, pages, records) => {
    const store: StoreContent = createContent(3, 3)
    let sent = 0
    const error = await refusal(store, {
      requestsPerSecond: 1_000,
      latencyMs: 1,
      disturb: on('ListUsers', ({ nth }) => {
        sent = nth + 1
        const Users = Array.from({ length: records }, (_, at) => user(`u-${nth}-${at}`))
        return { Users, NextToken: `token ${nth}` }
      }),
    })
    expect(error.kind).toBe('unavailable')
    expect(error.message).toMatch(/^AWS returned an impossibly long list for ListUsers/)
    expect(sent).toBe(pages + (records === 1 ? 0 : 1))
  })

  it('goes on through empty pages that have a token', async () => {
    const content = createContent(150, 120, (at) => [...new Set([at % 120, 0])])
    const { result, store } = await run(content, {
      // Each page comes as an empty one first, whose token leads to it.
      disturb: (_call, answer, input) => {
        const { NextToken: token = '' } = input
        if (token.endsWith('!')) {
          input.NextToken = token === '!' ? undefined : token.slice(0, -1)
          return answer()
        }
        const list = Object.keys(answer()).find((key) => key !== 'NextToken') ?? ''
        return { [list]: [], NextToken: `${token}!` }
      },
    })
    expect(store.calls).toHaveLength(2 * (2 + 2 + 1 + 120))
    expectSame(result, content)
  })
})

describe('what vanishes while it is read', () => {
  it.each([['GROUP'], [undefined]])('a group, with ResourceType %s, is dropped and counted', async (type) => {
    const content = createContent(20, 5, (at) => [at % 5, 4])
    const disturb = on('ListGroupMemberships', (call, answer) => {
      if (call.id !== 'g-4') return answer()
      content.groups = content.groups.filter(({ GroupId }) => GroupId !== 'g-4')
      throw vanished(type)
    })
    const { result, store } = await run(content, { disturb })
    expectSame(result, { ...content, memberships: content.memberships.filter(([, id]) => id !== 'g-4') })
    expect(result.findings).toEqual({ ...NOTHING, vanishedGroups: 1 })
    // Only an answer that does not say what is missing must be confirmed by the list.
    expect(store.count('ListGroups')).toBe(type === undefined ? 2 : 1)
  })

  it('a group is dropped with what its first pages said', async () => {
    const content = createContent(250, 2, () => [0, 1])
    const disturb = on('ListGroupMemberships', (call, answer) => {
      if (call.id === 'g-1' && call.token !== undefined) throw vanished('GROUP')
      return answer()
    })
    const { result } = await run(content, { disturb })
    expect(result.groups.map(({ GroupId }) => GroupId)).toEqual(['g-0'])
    expect(new Set([...result.groupIdsByUserId].flatMap(([, ids]) => ids))).toEqual(new Set(['g-0']))
    expect(result.findings).toEqual({ ...NOTHING, vanishedGroups: 1 })
  })

  it('a user that vanishes between two pages of its groups leaves no orphan behind', async () => {
    const content = createContent(2, 150, () => [...Array(150).keys()])
    const { result } = await run(content, {
      disturb: on('ListGroupMembershipsForMember', (call, answer) => {
        if (call.id === 'u-1' && call.token !== undefined)
          throw awsError('ResourceNotFoundException', { ResourceType: 'USER' })
        return answer()
      }),
    })
    expect(result.findings).toEqual({ ...NOTHING, vanishedUsers: 1 })
    expect([...result.groupIdsByUserId].map(([id]) => id)).toEqual(['u-0'])
  })

  it.each([['USER'], [undefined]])('a user, with ResourceType %s, is dropped and counted', async (type) => {
    const content = createContent(5, 20, (at) => [at, at + 1])
    const disturb = on('ListGroupMembershipsForMember', (call, answer) => {
      if (call.id !== 'u-2') return answer()
      content.users = content.users.filter(({ UserId }) => UserId !== 'u-2')
      throw vanished(type)
    })
    const { result, store } = await run(content, { disturb })
    expectSame(result, { ...content, memberships: content.memberships.filter(([id]) => id !== 'u-2') })
    expect(result.findings).toEqual({ ...NOTHING, vanishedUsers: 1 })
    expect(store.count('ListUsers')).toBe(type === undefined ? 2 : 1)
  })

  it('but is still on the list, ends the run: somebody is wrong', async () => {
    for (const [operation, content] of [
      ['ListGroupMemberships', createContent(20, 5)],
      ['ListGroupMembershipsForMember', createContent(5, 20)],
    ] as const) {
      const error = await refusal(content, {
        disturb: on(operation, (call, answer) => {
          if (call.nth === 3) throw vanished()
          return answer()
        }),
      })
      expect(error.kind).toBe('unavailable')
      expect(error.message).toMatch(
        /AWS lists 1 users or groups, but reports their memberships as not found\. Nothing/,
      )
    }
  })

  it('a second reading for its sake adds nothing whose memberships were not read', async () => {
    const byGroup = createContent(20, 5)
    const { result } = await run(byGroup, {
      disturb: on('ListGroupMemberships', (call, answer) => {
        if (call.id !== 'g-4') return answer()
        byGroup.groups = [...byGroup.groups.slice(0, 4), group('g-late')]
        byGroup.memberships.push(['u-1', 'g-late'])
        throw vanished()
      }),
    })
    expect(result.groups.map(({ GroupId }) => GroupId)).not.toContain('g-late')
    expect(result.findings).toEqual({ ...NOTHING, vanishedGroups: 1 })

    const byUser = createContent(5, 20)
    const other = await run(byUser, {
      disturb: on('ListGroupMembershipsForMember', (call, answer) => {
        if (call.id !== 'u-4') return answer()
        byUser.users = [...byUser.users.slice(0, 4), user('u-late')]
        byUser.memberships.push(['u-late', 'g-1'])
        throw vanished()
      }),
    })
    expect(other.result.users.map(({ UserId }) => UserId)).not.toContain('u-late')
    expect(other.result.findings).toEqual({ ...NOTHING, vanishedUsers: 1 })
  })

  it.each(['IDENTITY_STORE', 'USER', 'RESOURCE_POLICY'])(
    'of type %s instead of the group is fatal',
    async (type) => {
      const error = await refusal(createContent(20, 5), {
        disturb: on('ListGroupMemberships', () => {
          throw vanished(type)
        }),
      })
      expect(error).toMatchObject({
        kind: 'precondition',
        message: expect.stringContaining(STORE_ID),
      })
    },
  )

  it('because of the customer key is fatal', async () => {
    const error = await refusal(createContent(20, 5), {
      disturb: on('ListGroupMemberships', () => {
        throw awsError('ResourceNotFoundException', { ResourceType: 'GROUP', Reason: 'KMS_KEY_NOT_FOUND' })
      }),
    })
    expect(error.message).toContain('customer managed KMS key')
  })

  it('the whole store, during the lists, is fatal', async () => {
    const error = await refusal(createContent(20, 5), {
      disturb: on('ListGroups', () => {
        throw vanished('IDENTITY_STORE')
      }),
    })
    expect(error.kind).toBe('precondition')
  })
})

describe('what a membership names and no list held', () => {
  it('users are read once more and added, by group', async () => {
    const content = createContent(20, 5)
    const disturb = on('ListGroupMemberships', (call, answer) => {
      if (call.nth === 0) {
        content.users.push(user('u-late'), user('u-later'))
        content.memberships.push(['u-late', 'g-0'], ['u-later', 'g-4'])
      }
      return answer()
    })
    const { result, store } = await run(content, { disturb })
    expectSame(result, content)
    expect(result.findings).toEqual({ ...NOTHING, lateUsers: 2 })
    expect(store.count('ListUsers')).toBe(2)
    expect(store.count('ListGroups')).toBe(1)
  })

  it('groups are read once more and added, by user', async () => {
    const content = createContent(5, 20)
    const disturb = on('ListGroupMembershipsForMember', (call, answer) => {
      if (call.nth === 0) {
        content.groups.push(group('g-late'))
        content.memberships.push(['u-4', 'g-late'])
      }
      return answer()
    })
    const { result, store } = await run(content, { disturb })
    expectSame(result, content)
    expect(result.findings).toEqual({ ...NOTHING, lateGroups: 1 })
    expect(store.count('ListGroups')).toBe(2)
    expect(store.count('ListUsers')).toBe(1)
  })

  it.each<[number, number, [string, string]]>([
    [20, 5, ['u-ghost', 'g-1']],
    [5, 20, ['u-1', 'g-ghost']],
  ])(
    'and no second reading holds is dropped and counted (%i users, %i groups)',
    async (users, groups, ghost) => {
      const content = createContent(users, groups)
      const known = [...content.memberships]
      content.memberships.push(ghost)
      const { result } = await run(content)
      expectSame(result, { ...content, memberships: known })
      expect(result.findings).toEqual({ ...NOTHING, orphanMemberships: 1 })
    },
  )
})

describe('odd records', () => {
  it.each([5, 40])('memberships that come twice count once: %i of each', async (groups) => {
    const content = createContent(2, groups, () => [...Array(groups).keys()])
    const { result } = await run(content, {
      disturb: on('ListGroupMembershipsForMember', (_call, answer) => {
        const { GroupMemberships = [], ...rest } = answer()
        return { ...rest, GroupMemberships: [...GroupMemberships, ...GroupMemberships] }
      }),
    })
    expectSame(result, content)
  })

  it('members that are not users are counted and left out', async () => {
    const content = createContent(20, 5)
    const disturb = on('ListGroupMemberships', (call, answer) => {
      const { GroupMemberships = [], ...rest } = answer()
      if (call.id !== 'g-2') return { GroupMemberships, ...rest }
      const others = [{}, { $unknown: ['GroupId', 'g-1'] }, { UserId: '' }, undefined].map((MemberId) => ({
        IdentityStoreId: STORE_ID,
        GroupId: 'g-2',
        MemberId,
      }))
      return { GroupMemberships: [...GroupMemberships, ...(others as never[])], ...rest }
    })
    const { result } = await run(content, { disturb })
    expectSame(result, content)
    expect(result.findings).toEqual({ ...NOTHING, otherMembers: 4 })
  })

  it('users and groups that come twice are one, the later UpdatedAt stays', async () => {
    const content = createContent(20, 5)
    content.users.push(user('u-3', { UserName: 'later', UpdatedAt: new Date(2) }), user('u-4'))
    content.users.unshift(user('u-3', { UserName: 'earlier', UpdatedAt: new Date(1) }))
    content.groups.push(group('g-1', { DisplayName: 'changed', UpdatedAt: new Date(1) }))
    const { result } = await run(content)
    expect(result.users).toHaveLength(20)
    expect(result.groups).toHaveLength(5)
    expect(result.users.find(({ UserId }) => UserId === 'u-3')?.UserName).toBe('later')
    expect(result.groups.find(({ GroupId }) => GroupId === 'g-1')?.DisplayName).toBe('changed')
    expect(result.findings).toMatchObject({ conflictingRecords: 3 })
  })

  it('memberships that come twice are one', async () => {
    const content = createContent(20, 5)
    content.memberships.push(['u-1', 'g-1'], ['u-1', 'g-1'])
    const { result } = await run(content)
    expect(result.groupIdsByUserId.get('u-1')).toEqual(['g-1'])
    expect(result.findings).toEqual(NOTHING)
  })
})

describe('the end of a run', () => {
  it('by its signal ends the crawl at once, with the reason', async () => {
    const time = createVirtualTime()
    const control = new AbortController()
    const store = createFakeStore(createContent(500, 100), { time })
    const reading = crawl(store.api, createStoreLists(), optionsOf(time, [], {}, { signal: control.signal }))
    const stop = time.sleep(1_000).then(() => {
      control.abort(new Error('stopped'))
    })
    await expect(time.until(Promise.all([reading, stop]))).rejects.toThrow('stopped')
    expect(time.now()).toBe(1_000)
    await expectNoMoreCalls(time, store)
  })

  it('by a refusal lets no other call out', async () => {
    const time = createVirtualTime()
    const store = createFakeStore(createContent(500, 100), {
      time,
      disturb: on('ListGroupMemberships', (call, answer) => {
        if (call.nth === 10) throw awsError('ExpiredTokenException')
        return answer()
      }),
    })
    await expect(
      time.until(crawl(store.api, createStoreLists(), optionsOf(time, [], {}))),
    ).rejects.toMatchObject({
      kind: 'credentials',
    })
    await expectNoMoreCalls(time, store)
  })

  async function expectNoMoreCalls(time: VirtualTime, store: FakeStore): Promise<void> {
    const sent = store.calls.length
    await time.until(time.sleep(60_000))
    expect(store.calls).toHaveLength(sent)
  }
})

describe('whatever two things go wrong', () => {
  it('the crawl ends in the store of a run without faults, or in one sentence', async () => {
    let [whole, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(createContent(130, 12, twoGroups(12)), createContent(12, 130, twoGroups(130))),
        fc.tuple(faultArbitrary(), faultArbitrary()),
        fc.nat(),
        async (content, faults, seed) => {
          const time = createVirtualTime(createRandom(seed).next)
          const disturb: Disturbance = (call, answer) => {
            const fault = faults.find(({ operation, nth, times }) => {
              return call.operation === operation && call.nth >= nth && call.nth < nth + times
            })
            return fault === undefined ? answer() : KINDS[fault.kind](answer)
          }
          const store = createFakeStore(content, { time, disturb })
          const options = optionsOf(time, [], {}, { deadlineMs: 16_000 })
          const outcome = await time.until(
            crawl(store.api, createStoreLists(), options).catch((error: unknown) => {
              if (error instanceof UserError) return error
              throw error
            }),
          )
          if (outcome instanceof UserError) {
            refused += 1
            return /^[A-Z][^\n]*\.$/.test(outcome.message)
          }
          whole += 1
          expectSame(outcome.store, content)
          return true
        },
      ),
      { seed: 17, numRuns: 200 },
    )
    // Both ends were seen, each more than a few times.
    expect(Math.min(whole, refused)).toBeGreaterThan(20)
  })

  it('ten of ten finish where 30 % of all calls are throttled', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = createRandom(seed).next
      const content = createContent(150, 40, twoGroups(40))
      const disturb: Disturbance = (_call, answer) => {
        if (random() < 0.3) throw awsError('ThrottlingException')
        return answer()
      }
      const { result } = await run(content, { disturb, random })
      expectSame(result, content)
    }
  })
})

const KINDS = {
  throttle: () => {
    throw awsError('ThrottlingException', { RetryAfterSeconds: 1 })
  },
  'internal error': () => {
    throw awsError('InternalServerException')
  },
  reset: () => {
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  },
  'broken JSON': () => {
    throw Object.assign(new SyntaxError('Unexpected end of JSON input'), {
      $metadata: { httpStatusCode: 200 },
    })
  },
  'no list': () => ({}),
  hang: () => new Promise<never>(() => undefined),
  denied: () => {
    throw awsError('AccessDeniedException')
  },
  expired: () => {
    throw awsError('ExpiredTokenException')
  },
  'same token': (answer) => ({ ...answer(), NextToken: 'the same' }),
  'doubtfully vanished': () => {
    throw vanished()
  },
  'the page twice': (answer) => {
    const page = answer()
    return {
      ...page,
      ...(page.Users && { Users: [...page.Users, ...page.Users] }),
      ...(page.GroupMemberships && {
        GroupMemberships: [...page.GroupMemberships, ...page.GroupMemberships],
      }),
    }
  },
} satisfies Record<string, (answer: Parameters<Disturbance>[1]) => ReturnType<Disturbance>>

interface FaultPlan {
  operation: StoreOperation
  kind: keyof typeof KINDS
  nth: number
  times: number
}

function faultArbitrary(): fc.Arbitrary<FaultPlan> {
  return fc.record({
    operation: fc.constantFrom<StoreOperation[]>(
      'ListUsers',
      'ListGroups',
      'ListGroupMemberships',
      'ListGroupMembershipsForMember',
    ),
    // The names are the keys.
    kind: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
    nth: fc.integer({ min: 0, max: 12 }),
    times: fc.integer({ min: 1, max: 4 }),
  })
}

function twoGroups(groups: number): (user: number) => number[] {
  return (at) =>
    at % 3 === 0
      ? []
      : [at % groups, (at * 7) % groups].filter((one, index, all) => all.indexOf(one) === index)
}

function on(operation: StoreOperation, disturb: Disturbance): Disturbance {
  return (call, answer, input) => (call.operation === operation ? disturb(call, answer, input) : answer())
}

interface RunOptions extends Partial<CrawlOptions> {
  latencyMs?: number
  limit?: (time: VirtualTime) => ServiceLimit
  disturb?: Disturbance
  random?: () => number
}

interface Run {
  result: IdentityStore
  cost: CrawlCost
  store: FakeStore
  calls: Calls
  /** The lines of the log, each with its level. */
  log: string[]
}

async function run(content: StoreContent, options: RunOptions = {}): Promise<Run> {
  const { latencyMs, limit, disturb, random, ...given } = options
  const time = createVirtualTime(random)
  const store = createFakeStore(content, {
    time,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(limit === undefined ? {} : { limit: limit(time) }),
    ...(disturb === undefined ? {} : { disturb }),
  })
  const log: string[] = []
  const calls: Calls = {}
  const { store: result, cost } = await time.until(
    crawl(store.api, createStoreLists(), optionsOf(time, log, calls, given)),
  )
  return { result, cost, store, calls, log }
}

async function refusal(content: StoreContent, options: RunOptions): Promise<UserError> {
  const error: unknown = await run(content, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof UserError) return error
  throw new Error('no UserError', { cause: error })
}

function optionsOf(
  time: VirtualTime,
  log: string[],
  calls: Calls,
  options: Partial<CrawlOptions> = {},
): CrawlOptions {
  const tell =
    (level: string) =>
    (message: string): void => {
      log.push(`${level}: ${message}`)
    }
  return {
    identityStoreId: STORE_ID,
    enterprise: false,
    requestsPerSecond: 20,
    deadlineMs: 120_000,
    advice: {
      region: 'eu-west-1',
      account: '111122223333',
      identityStoreId: STORE_ID,
      profile: undefined,
      environment: {},
    },
    calls,
    log: { debug: tell('debug'), info: tell('info'), warning: tell('warning') },
    time,
    signal: new AbortController().signal,
    ...options,
  }
}

/** 2,500 users and 300 groups: 25 + 3 + 300 calls. */
async function runLimited({
  latencyMs,
  rate,
  bucket,
}: {
  latencyMs: number
  rate: number
  bucket: number
}): Promise<Run & { limit: ServiceLimit }> {
  let limit: ServiceLimit | undefined
  const done = await run(createContent(2_500, 300), {
    latencyMs,
    limit: (time) => (limit = createServiceLimit(time, rate, bucket)),
    random: createRandom(1).next,
  })
  if (limit === undefined) throw new Error('no limit')
  return { ...done, limit }
}

function leastSeconds(rate: number, bucket: number): number {
  return (25 + 3 + 300 - bucket) / rate
}

/** The result holds the users, groups and memberships of the store, in whatever order. */
function expectSame({ users, groups, groupIdsByUserId }: IdentityStore, content: StoreContent): void {
  expect(users.map(({ UserId }) => UserId).sort()).toEqual(content.users.map(({ UserId }) => UserId).sort())
  expect(groups.map(({ GroupId }) => GroupId).sort()).toEqual(
    content.groups.map(({ GroupId }) => GroupId).sort(),
  )
  const found = [...groupIdsByUserId].flatMap(([userId, ids]) => ids.map((id) => `${userId} ${id}`))
  expect(found.sort()).toEqual(content.memberships.map((pair) => pair.join(' ')).sort())
}
