import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { accessOf, fillAccess, provisionedPairs, removePermissionSet } from '../../emulator/access.ts'
import { denied, error, on } from '../../emulator/catalogue.ts'
import type { Fault } from '../../emulator/faults.ts'
import type { IdentityCenter } from '../../emulator/identity-center.ts'
import {
  addGroup,
  addMembership,
  createOrganization,
  groupsOf,
  newId,
  usersOf,
  type Organization,
  type OrganizationOptions,
} from '../../emulator/organization.ts'
import { createRandom } from '../../emulator/random.ts'
import { UserError } from '../../src/errors.ts'
import {
  readAccess,
  type AccessFindings,
  type AccessOptions,
  type AccessReading,
} from '../../src/identity-center/access.ts'
import type { Calls } from '../../src/identity-center/advice.ts'
import { connectAws } from '../../src/identity-center/clients.ts'
import { realTime } from '../../src/identity-center/time.ts'
import { accessFile } from '../../src/snapshot/access-file.ts'
import type { Access } from '../../src/snapshot/access.ts'
import { withCenter } from '../end-to-end/aws-run.ts'

const NOTHING: AccessFindings = { vanishedSets: 0, unknownPrincipals: 0, namelessSets: 0 }
/** The calls for one permission set. */
const DETAILS = {
  DescribePermissionSet: 1,
  ListManagedPoliciesInPermissionSet: 1,
  ListCustomerManagedPolicyReferencesInPermissionSet: 1,
  GetInlinePolicyForPermissionSet: 1,
  GetPermissionsBoundaryForPermissionSet: 1,
}
/** Denied, they leave only the other way. */
const PAIRS_ONLY = ['ListAccountAssignmentsForPrincipal']
const PRINCIPAL_ONLY = ['ListPermissionSets']

const environment = { ...process.env }
beforeAll(() => {
  process.env = {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
})
afterAll(() => {
  process.env = environment
})

describe('both ways', () => {
  it('give equal bytes for 200 random organizations, those that AWS assigns', async () => {
    const random = createRandom(14)
    for (let seed = 1; seed <= 200; seed++) {
      const organization = createOrganization({
        seed,
        users: 1 + random.below(8),
        groups: random.below(5),
        memberships: 0,
        access: {
          seed,
          accounts: 1 + random.below(4),
          permissionSets: 1 + random.below(7),
          assignments: random.below(20),
          provisioned: random.below(3),
          direct: random.next(),
        },
      })
      enterSomeGroups(organization, random)
      await withCenter(
        organization,
        { order: seed, shortPages: seed, validate: seed < 20 },
        async (center) => {
          const pairs = await read(center, { faults: [deny(PAIRS_ONLY)] })
          const principal = await read(center, { faults: [deny(PRINCIPAL_ONLY)] })
          expect([pairs.way, principal.way]).toStrictEqual(['by pairs', 'by principal'])
          expect(bytesOf(principal.access)).toBe(bytesOf(pairs.access))
          expect(pairs.access).toStrictEqual(accessOf(organization))
          expect([pairs.findings, principal.findings]).toStrictEqual([NOTHING, NOTHING])
          expect(center.complaints).toStrictEqual([])
        },
      )
    }
  }, 120_000)

  it.each<[string, number, number, number, 'by pairs' | 'by principal', Partial<Calls>]>([
    // users and groups, permission sets, accounts in which each is provisioned
    ['as many pairs as principals', 6, 3, 2, 'by pairs', { ListAccountsForProvisionedPermissionSet: 3 }],
    ['fewer pairs', 7, 3, 2, 'by pairs', { ListAccountsForProvisionedPermissionSet: 3 }],
    ['more pairs', 5, 3, 2, 'by principal', { ListAccountsForProvisionedPermissionSet: 3 }],
    [
      'as many permission sets as principals',
      5,
      5,
      2,
      'by principal',
      { ListAccountsForProvisionedPermissionSet: 5 },
    ],
    ['more permission sets than principals: nothing is counted', 4, 5, 2, 'by principal', {}],
  ])('the one of fewer calls is taken: %s', async (_, principals, sets, accounts, way, counting) => {
    const organization = organizationOf(principals - 1, 1, 0)
    fillAccess(organization, { accounts, permissionSets: sets, assignments: 0 })
    const { access } = organization
    access.provisioned = access.permissionSets.flatMap(({ record: { PermissionSetArn } }) =>
      (access.accounts ?? []).map(({ Id }) => ({ AccountId: Id, PermissionSetArn })),
    )
    assign(organization, 0, 0)
    await withCenter(organization, {}, async (center) => {
      const reading = await read(center)
      expect(reading.way).toBe(way)
      expect(center.calls).toStrictEqual({
        ListAccounts: 1,
        ListPermissionSets: 1,
        ...counting,
        ...(way === 'by pairs'
          ? { ListAccountAssignments: sets * accounts }
          : { ListAccountAssignmentsForPrincipal: principals }),
        ...DETAILS,
      })
      expect(reading.calls).toStrictEqual(center.calls)
      expect(reading.cost.attempts).toBe(Object.values(center.calls).reduce((sum, n) => sum + n, 0) - 1)
      expect(reading.access).toStrictEqual(accessOf(organization))
    })
  })

  it('of nothing at all give an empty file, for which no names are missed', async () => {
    await withCenter(organizationOf(3, 2, 0), {}, async (center) => {
      const { access, findings } = await read(center, {
        faults: [on('ListAccounts', {}, denied('organizations'))],
      })
      expect(access).toStrictEqual({ accounts: [], permissionSets: [], assignments: [] })
      expect(findings).toStrictEqual(NOTHING)
      expect(center.calls).toStrictEqual({ ListAccounts: 1, ListPermissionSets: 1 })
    })
  })
})

describe('a denied way', () => {
  it.each([
    ['ListPermissionSets', 'by principal', 1],
    ['ListAccountsForProvisionedPermissionSet', 'by principal', 1],
    ['ListAccountAssignments', 'by principal', 1],
    ['ListAccountAssignmentsForPrincipal', 'by pairs', 1],
  ])('by %s is told with its action, and the other one is taken', async (operation, way, asked) => {
    // By pairs where that is denied, by principal where this is.
    const organization = way === 'by principal' ? manyPeople() : manyPairs()
    await withCenter(organization, {}, async (center) => {
      const { log, ...reading } = await read(center, { faults: [deny([operation])] })
      expect(reading.way).toBe(way)
      expect(reading.access).toStrictEqual(accessOf(organization))
      expect(center.calls[operation]).toBe(asked)
      expect(log).toStrictEqual([
        expect.stringContaining(`allow the IAM action sso:${operation} on arn:aws:sso:::instance/ssoins-`),
      ])
    })
  })

  it.each([
    ['ListAccountsForProvisionedPermissionSet', 'by principal'],
    ['ListAccountAssignments', 'by principal'],
    ['ListAccountAssignmentsForPrincipal', 'by pairs'],
  ])('by %s in the middle is forgotten, and sends nothing any more', async (operation, way) => {
    // More of every kind than are sent at once.
    const access = { accounts: 20, permissionSets: 60, assignments: 70 }
    const organization = organizationOf(70, 3, 20, {
      access: { ...access, provisioned: way === 'by principal' ? 0 : 40 },
    })
    await withCenter(organization, { latency: 5 }, async (center) => {
      const faults = [{ when: { operation, from: 3 }, effect: denied('sso') }]
      const reading = await read(center, { faults, requestsPerSecond: 40 })
      expect(reading.way).toBe(way)
      expect(reading.access).toStrictEqual(accessOf(organization))
      // 36 go out at once, and the refusal comes back before there is a token for many more.
      expect(center.calls[operation]).toBeLessThan(42)
    })
  })

  it.each([
    [['ListPermissionSets', 'ListAccountAssignmentsForPrincipal'], manyPeople],
    [['ListAccountAssignments', 'ListAccountAssignmentsForPrincipal'], manyPeople],
    [['ListAccountAssignments', 'ListAccountAssignmentsForPrincipal'], manyPairs],
    [['ListAccountsForProvisionedPermissionSet', 'ListAccountAssignmentsForPrincipal'], manySets],
  ])('and the other one too fails, and names both: %j', async (operations, make) => {
    await withCenter(make(), {}, async (center) => {
      const refusal = await refused(center, [deny(operations)])
      expect(refusal.kind).toBe('permission')
      for (const operation of operations) expect(refusal.message).toContain(`sso:${operation} on `)
      expect(refusal.message).not.toContain('private.person')
    })
  })

  it('is not what a key of the customer refuses', async () => {
    await withCenter(manyPeople(), {}, async (center) => {
      const Reason = 'KMS_AccessDeniedException'
      const refusal = await refused(center, [
        on('ListPermissionSets', {}, error('AccessDeniedException', 'No.', { members: { Reason } })),
      ])
      expect(refusal.message).toContain('kms:ViaService sso.*.amazonaws.com')
    })
  })

  it.each(Object.keys(DETAILS))('of the details ends the run: %s', async (operation) => {
    await withCenter(manyPeople(), {}, async (center) => {
      const { kind, message } = await refused(center, [deny([operation])])
      expect(kind).toBe('permission')
      expect(message).toContain(`sso:${operation} on arn:aws:sso:::instance/ssoins-`)
    })
  })
})

describe('what an assignment says', () => {
  it('of a user is only what names the user: the rows of its groups are the groups’ own', async () => {
    const organization = organizationOf(2, 1, 2)
    fillAccess(organization, { accounts: 1, permissionSets: 5, assignments: 0 })
    assign(organization, 0, 0)
    // Even where it is a user whom they name.
    const [row] = organization.access.assignments
    const change = (output: Record<string, unknown>): Record<string, unknown> => ({
      ...output,
      AccountAssignments: [{ ...row, PrincipalType: 'USER', PrincipalId: 'another' }],
    })
    const ofUser = (call: { input: Record<string, unknown> }): boolean =>
      call.input['PrincipalType'] === 'USER'
    await withCenter(organization, {}, async (center) => {
      const plain = await read(center)
      expect(plain.way).toBe('by principal')
      expect(plain.access.assignments).toMatchObject([{ principalType: 'GROUP' }])
      const { access } = await read(center, {
        faults: [{ when: ofUser, effect: { kind: 'answer', change } }],
      })
      expect(access).toStrictEqual(plain.access)
    })
  })

  it.each<[string, string, (output: Record<string, unknown>) => Record<string, unknown>]>([
    ['without its list', 'ListPermissionSets', () => ({})],
    [
      'of another account than the one that was asked for',
      'ListAccountAssignments',
      ({ AccountAssignments, ...rest }) => ({
        ...rest,
        AccountAssignments: (AccountAssignments as object[]).map((row) => ({
          ...row,
          AccountId: '999999999999',
        })),
      }),
    ],
    [
      'of no account',
      'ListAccountAssignmentsForPrincipal',
      () => ({ AccountAssignments: [{ PrincipalType: 'GROUP', PrincipalId: 'g', PermissionSetArn: 'p' }] }),
    ],
  ])('in an answer %s is asked for again', async (_, operation, change) => {
    const organization = operation.endsWith('Principal') ? manyPairs() : manyPeople()
    await withCenter(organization, {}, async (center) => {
      const { access, cost } = await read(center, {
        faults: [{ when: { operation, nth: 1 }, effect: { kind: 'answer', change } }],
      })
      expect(access).toStrictEqual(accessOf(organization))
      expect(cost.faults).toBe(1)
    })
  })

  it.each([
    ['by pairs', manyPeople],
    ['by principal', manyPairs],
  ])('%s counts once, however often AWS lists it', async (way, make) => {
    const organization = make()
    const change = (output: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(output).map(([key, some]) => [
          key,
          Array.isArray(some) ? [...(some as unknown[]), ...(some as unknown[])] : some,
        ]),
      )
    await withCenter(organization, {}, async (center) => {
      const plain = await read(center)
      const twice = await read(center, { faults: [{ when: () => true, effect: { kind: 'answer', change } }] })
      expect([plain.way, twice.way]).toStrictEqual([way, way])
      expect(twice.access).toStrictEqual(plain.access)
      expect(twice.calls).toStrictEqual(plain.calls)
    })
  })

  it.each([
    ['ListAccountsForProvisionedPermissionSet', 'AccountIds'],
    ['ListAccountAssignments', 'AccountAssignments'],
    ['ListManagedPoliciesInPermissionSet', 'AttachedManagedPolicies'],
    ['ListCustomerManagedPolicyReferencesInPermissionSet', 'CustomerManagedPolicyReferences'],
    ['GetInlinePolicyForPermissionSet', 'InlinePolicy'],
    ['ListAccounts', 'Accounts'],
  ])('is nothing where AWS leaves it out: %s without %s', async (operation, key) => {
    const change = (output: Record<string, unknown>): Record<string, unknown> => ({
      ...output,
      [key]: undefined,
    })
    await withCenter(manyPeople(), {}, async (center) => {
      const { cost, calls } = await read(center, {
        faults: [{ when: { operation, nth: 1 }, effect: { kind: 'answer', change } }],
      })
      expect(cost.faults).toBe(0)
      expect(calls).toHaveProperty(operation)
    })
  })

  it('of a permission set that leaves an account meanwhile is nothing, and no word is said', async () => {
    const organization = manyPeople()
    const { access: there } = organization
    let asked = 0
    const leaves: Fault = {
      when: ({ operation, input }) => {
        if (operation !== 'ListAccountAssignments' || ++asked !== 2) return false
        const stays = (row: { AccountId: string; PermissionSetArn: string }): boolean =>
          row.AccountId !== input['AccountId'] || row.PermissionSetArn !== input['PermissionSetArn']
        there.provisioned = there.provisioned.filter(stays)
        there.assignments = there.assignments.filter(stays)
        return true
      },
      effect: error('ResourceNotFoundException', 'Not found.'),
    }
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, { faults: [leaves] })
      expect(access).toStrictEqual(accessOf(organization))
      expect(findings).toStrictEqual(NOTHING)
    })
  })

  it('of a principal that is not in the snapshot is left out and counted; of an excluded user it is not counted', async () => {
    const organization = manyPeople()
    const before = accessOf(organization)
    const [pair] = provisionedPairs(organization.access)
    const [{ UserId } = { UserId: '' }] = usersOf(organization)
    for (const [PrincipalType, PrincipalId] of [
      ['GROUP', 'gone'],
      ['USER', 'gone'],
      ['USER', UserId],
    ] as const)
      organization.access.assignments.push({
        PrincipalType,
        PrincipalId,
        AccountId: '',
        PermissionSetArn: '',
        ...pair,
      })
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, { excludedUsers: [UserId] })
      expect(findings).toStrictEqual({ ...NOTHING, unknownPrincipals: 2 })
      expect(access.assignments).toStrictEqual(
        before.assignments.filter(({ principalId }) => principalId !== UserId),
      )
    })
  })

  it('of a set that only unknown principals hold is not described', async () => {
    const organization = organizationOf(2, 1, 0)
    fillAccess(organization, { accounts: 1, permissionSets: 1, assignments: 0 })
    assign(organization, 0, 0)
    for (const assignment of organization.access.assignments) assignment.PrincipalId = 'gone'
    await withCenter(organization, {}, async (center) => {
      const { access } = await read(center)
      expect(access).toStrictEqual({ accounts: [], permissionSets: [], assignments: [] })
      expect(center.calls).not.toHaveProperty('DescribePermissionSet')
    })
  })

  it('of a group that appeared while the store was read is asked for as well', async () => {
    const organization = organizationOf(2, 1, 0)
    fillAccess(organization, { accounts: 1, permissionSets: 9, assignments: 0 })
    const late = addGroup(organization, { GroupId: newId(organization, 1), DisplayName: 'Late' })
    assign(organization, 1, 0)
    await withCenter(organization, {}, async (center) => {
      const { access, way } = await read(center, { late: [late] })
      expect(way).toBe('by principal')
      expect(access.assignments).toMatchObject([{ principalId: late }])
      expect(center.calls['ListAccountAssignmentsForPrincipal']).toBe(4)
    })
  })

  it('of a user that AWS no longer finds is nothing', async () => {
    const organization = manyPairs()
    const [{ UserId } = { UserId: '' }] = usersOf(organization)
    const isOf = (call: { input: Record<string, unknown> }): boolean => call.input['PrincipalId'] === UserId
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, {
        faults: [{ when: isOf, effect: error('ResourceNotFoundException', 'USER not found.') }],
      })
      const { assignments } = accessOf(organization)
      expect(access.assignments).toStrictEqual(
        assignments.filter(({ principalId }) => principalId !== UserId),
      )
      expect(findings).toStrictEqual(NOTHING)
    })
  })
})

describe('a permission set', () => {
  it('is described while the identities are still read, and once', async () => {
    const organization = manyPeople()
    const { permissionSets } = accessOf(organization)
    await withCenter(organization, {}, async (center) => {
      const crawled = center.waitFor(
        ({ operation, count }) => operation === 'DescribePermissionSet' && count === permissionSets.length,
      )
      const { access, way } = await read(center, { crawled })
      expect(way).toBe('by pairs')
      expect(access.permissionSets).toStrictEqual(permissionSets)
      expect(center.calls['DescribePermissionSet']).toBe(permissionSets.length)
    })
  })

  it('has everything that AWS says of it, sorted, and what it leaves out', async () => {
    const organization = organizationOf(1, 1, 0)
    const arn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1'
    const bare = 'arn:aws:sso:::permissionSet/ssoins-1/ps-2'
    organization.access.accounts = [{ Id: '111122223333', Name: '' }, { Id: '444455556666' }]
    organization.access.permissionSets = [
      {
        record: { PermissionSetArn: arn, Name: 'Full', Description: '<b>', SessionDuration: 'PT12H' },
        managedPolicies: ['b', 'a', 'Z'].map((name) => ({
          Name: name,
          Arn: `arn:aws:iam::aws:policy/${name}`,
        })),
        customerManagedPolicies: [{ Name: 'Deploy', Path: '/team/' }, { Name: 'Deploy' }],
        inlinePolicy: '{"b":[{"z":1,"10":2,"9":3}],"a":"x"}',
        boundary: { CustomerManagedPolicyReference: { Name: 'Edge', Path: '' } },
      },
      { record: { PermissionSetArn: bare } },
    ]
    assign(organization, 0, 0)
    assign(organization, 0, 1)
    Object.assign(organization.access.assignments[1] ?? {}, { AccountId: '444455556666' })
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center)
      expect(access.permissionSets).toStrictEqual([
        {
          arn,
          name: 'Full',
          description: '<b>',
          sessionDuration: 'PT12H',
          managedPolicies: ['Z', 'a', 'b'].map((name) => `arn:aws:iam::aws:policy/${name}`),
          customerManagedPolicies: ['/Deploy', '/team/Deploy'],
          inlinePolicy: { a: 'x', b: [{ '9': 3, '10': 2, z: 1 }] },
          permissionsBoundary: '/Edge',
        },
        {
          arn: bare,
          name: bare,
          description: '',
          sessionDuration: 'PT1H',
          managedPolicies: [],
          customerManagedPolicies: [],
          inlinePolicy: null,
          permissionsBoundary: null,
        },
      ])
      expect(bytesOf(access)).toContain('"inlinePolicy":{"a":"x","b":[{"10":2,"9":3,"z":1}]}')
      expect(access.accounts).toStrictEqual(
        ['111122223333', '444455556666'].map((id) => ({ id, name: null })),
      )
      expect(findings).toStrictEqual({ ...NOTHING, namelessSets: 1 })
    })
  })

  it.each([
    'ListAccountsForProvisionedPermissionSet',
    'ListAccountAssignments',
    'DescribePermissionSet',
    'ListManagedPoliciesInPermissionSet',
    'GetInlinePolicyForPermissionSet',
  ])('that vanishes before %s is left out with its assignments, and counted', async (operation) => {
    const organization = manyPeople()
    const gone: Fault = {
      when: { operation, nth: 2 },
      effect: {
        kind: 'act',
        act: (there, call) => removePermissionSet(there, String(call.input['PermissionSetArn'])),
      },
    }
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, { faults: [gone] })
      expect(access).toStrictEqual(accessOf(organization))
      expect(findings).toStrictEqual({ ...NOTHING, vanishedSets: 1 })
    })
  })

  it('that vanishes is left out also where the list of them is denied', async () => {
    const organization = manyPeople()
    const gone: Fault = {
      when: { operation: 'DescribePermissionSet', nth: 2 },
      effect: {
        kind: 'act',
        act: (there, call) => removePermissionSet(there, String(call.input['PermissionSetArn'])),
      },
    }
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, { faults: [gone, deny(PRINCIPAL_ONLY)] })
      expect(access).toStrictEqual(accessOf(organization))
      expect(findings).toStrictEqual({ ...NOTHING, vanishedSets: 1 })
    })
  })

  it.each([
    ['ListAccountsForProvisionedPermissionSet', manyPeople],
    ['ListAccountAssignments', manyPeople],
    ['DescribePermissionSet', manyPeople],
    ['DescribePermissionSet', manyPairs],
  ])('that is not found by %s but still listed ends the run', async (operation, make) => {
    await withCenter(make(), {}, async (center) => {
      const refusal = await refused(center, [
        on(operation, { nth: 2 }, error('ResourceNotFoundException', 'Not found.')),
      ])
      expect(refusal).toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('reports it as not found'),
      })
    })
  })
})

describe('where it is asked', () => {
  it('is the primary Region, never a replica', async () => {
    const organization = organizationOf(4, 2, 3, { region: 'eu-central-1', replicas: ['us-east-1'] })
    fillAccess(organization, { accounts: 2, permissionSets: 2, assignments: 5 })
    await withCenter(organization, {}, async (center) => {
      const { access } = await read(center, { region: 'us-east-1', primaryRegion: 'eu-central-1' })
      expect(access).toStrictEqual(accessOf(organization))
      const ofAdmin = center.log.filter(({ service }) => service === 'sso')
      expect(new Set(ofAdmin.map(({ region }) => region))).toStrictEqual(new Set(['eu-central-1']))
    })
  })

  it('has no permission sets in the instance of a single account: the error says so, and what to set', async () => {
    const organization = manyPeople()
    for (const instance of organization.instances) instance.ofAccount = true
    await withCenter(organization, {}, async (center) => {
      const refusal = await refused(center)
      expect(refusal).toMatchObject({
        kind: 'precondition',
        message: expect.stringContaining('access: none'),
      })
      expect(refusal.message).toContain('account instance')
    })
  })
})

describe('names of accounts', () => {
  it('come from all pages, the empty ones too', async () => {
    const organization = manyPeople(45)
    await withCenter(organization, {}, async (center) => {
      const empty: Fault = {
        when: { operation: 'ListAccounts', nth: 1 },
        effect: { kind: 'answer', change: ({ NextToken }) => ({ Accounts: [], NextToken }) },
      }
      const { access, findings } = await read(center, { faults: [empty] })
      const lost = new Set(organization.access.accounts?.slice(0, 20).map(({ Id }) => Id))
      expect(access.accounts).toStrictEqual(
        accessOf(organization).accounts.map((one) => (lost.has(one.id) ? { ...one, name: null } : one)),
      )
      expect(center.calls['ListAccounts']).toBe(3)
      expect(findings).toStrictEqual(NOTHING)
    })
  })

  it.each([
    ['are denied', denied('organizations'), 'organizations:ListAccounts on *'],
    [
      'are of no organization',
      error('AWSOrganizationsNotInUseException', 'No.'),
      'not belong to an organization',
    ],
  ])('%s: null, and one warning', async (_, effect, told) => {
    const organization = manyPeople()
    await withCenter(organization, {}, async (center) => {
      const { access, findings } = await read(center, { faults: [on('ListAccounts', {}, effect)] })
      const { accounts, ...rest } = accessOf(organization)
      expect(access).toStrictEqual({ accounts: accounts.map(({ id }) => ({ id, name: null })), ...rest })
      expect(findings).toStrictEqual({ ...NOTHING, withoutNames: expect.stringContaining(told) })
    })
  })

  it('that cannot be read for another reason end the run', async () => {
    await withCenter(manyPeople(), {}, async (center) => {
      const refusal = await refused(center, [on('ListAccounts', {}, error('InvalidInputException', 'No.'))])
      expect(refusal.message).toContain('ListAccounts')
    })
  })
})

/** By principal there are more calls than by pairs: people without anything. */
function manyPeople(accounts = 3): Organization {
  return organizationOf(accounts * 3 + 12, 3, 20, {
    access: { accounts, permissionSets: 3, assignments: accounts * 6, provisioned: 2 },
  })
}

/** By pairs there are more calls than by principal. */
function manyPairs(): Organization {
  const organization = organizationOf(8, 3, 10, {
    access: { accounts: 6, permissionSets: 5, assignments: 20 },
  })
  const { access } = organization
  access.provisioned = access.permissionSets.flatMap(({ record: { PermissionSetArn } }) =>
    (access.accounts ?? []).map(({ Id }) => ({ AccountId: Id, PermissionSetArn })),
  )
  return organization
}

/** There are more permission sets than principals, so that nothing is counted. */
function manySets(): Organization {
  return organizationOf(2, 1, 1, { access: { accounts: 2, permissionSets: 8, assignments: 6 } })
}

function organizationOf(
  users: number,
  groups: number,
  memberships: number,
  options: Partial<OrganizationOptions> = {},
): Organization {
  return createOrganization({ seed: 3, users, groups, memberships, ...options })
}

/** Assigns to a group, by their numbers, a permission set in the first account. */
function assign(organization: Organization, group: number, set: number): void {
  const { access } = organization
  access.assignments.push({
    PrincipalType: 'GROUP',
    PrincipalId: groupsOf(organization)[group]?.GroupId ?? '',
    AccountId: access.accounts?.[0]?.Id ?? '',
    PermissionSetArn: access.permissionSets[set]?.record.PermissionSetArn ?? '',
  })
}

function enterSomeGroups(organization: Organization, random: ReturnType<typeof createRandom>): void {
  for (const { UserId } of usersOf(organization))
    for (const { GroupId } of groupsOf(organization))
      if (random.next() < 0.4) addMembership(organization, GroupId, UserId)
}

function deny(operation: readonly string[]): Fault {
  return on(operation, {}, denied('sso'))
}

interface ReadOptions {
  faults?: readonly Fault[]
  requestsPerSecond?: number
  region?: string
  primaryRegion?: string
  excludedUsers?: readonly string[]
  /** Principals that the lists did not hold. */
  late?: readonly string[]
  /** The identities are read to their end only then. */
  crawled?: Promise<unknown>
}

/** Reads what the emulator assigns, with the SDK, for the users and groups that are there at the beginning. */
async function read(
  center: IdentityCenter,
  {
    faults = [],
    requestsPerSecond = 1_000,
    excludedUsers = [],
    late = [],
    crawled,
    ...regions
  }: ReadOptions = {},
): Promise<AccessReading & { calls: Calls; log: string[] }> {
  const { organization } = center
  const { region = organization.region, primaryRegion = region } = regions
  const calls: Calls = {}
  const log: string[] = []
  const tell = (message: string): void => void log.push(message)
  center.setFaults(faults)
  Object.assign(process.env, center.environment)
  const aws = await connectAws({
    profile: undefined,
    region,
    environment: {},
    log: { debug: () => undefined, info: tell, warning: tell },
  })
  const [{ record } = { record: {} }] = organization.instances
  const instanceArn = record.InstanceArn ?? ''
  const api = { admin: await aws.ssoAdmin(primaryRegion), organizations: await aws.organizations() }
  const reading = await readAccess(api, {
    instanceArn,
    ...principalsOf(organization, excludedUsers, late, crawled),
    requestsPerSecond,
    deadlineMs: 8_000,
    advice: {
      region: primaryRegion,
      account: organization.account,
      instanceArn,
      profile: undefined,
      environment: {},
    },
    calls,
    log: { debug: () => undefined, info: tell, warning: tell },
    time: realTime,
    signal: new AbortController().signal,
  })
  return { ...reading, calls, log }
}

async function refused(center: IdentityCenter, faults: readonly Fault[] = []): Promise<UserError> {
  const thrown: unknown = await read(center, { faults }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof UserError)) throw new Error(`It was not refused: ${String(thrown)}`)
  return thrown
}

function principalsOf(
  organization: Organization,
  excludedUsers: readonly string[],
  late: readonly string[],
  crawled: Promise<unknown> = Promise.resolve(),
): Pick<AccessOptions, 'lists' | 'snapshotPrincipals'> {
  const users = usersOf(organization)
    .map(({ UserId }) => UserId)
    .filter((id) => !excludedUsers.includes(id))
  const groups = groupsOf(organization).map(({ GroupId }) => GroupId)
  const listed = groups.filter((id) => !late.includes(id))
  return {
    lists: {
      areAtLeast: (count) => Promise.resolve(users.length + listed.length >= count),
      principals: () => Promise.resolve({ groups: listed, users }),
    },
    snapshotPrincipals: () => crawled.then(() => ({ groups, users, excludedUsers })),
  }
}

function bytesOf(access: Access): string {
  return [...accessFile(access)].join('')
}
