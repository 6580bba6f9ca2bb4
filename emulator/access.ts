import { compareAssignments, inlinePolicyOf } from '../src/snapshot/access-file.ts'
import type { Access, PermissionSet } from '../src/snapshot/access.ts'
import { createRandom } from './random.ts'
import type { Organization } from './organization.ts'
import { groupsOf, membershipsOf, usersOf } from './organization.ts'

/** An account on the wire, as Organizations gives it. */
export interface AccountRecord {
  Id: string
  Name?: string
  [member: string]: unknown
}

/** A permission set with everything that is asked for about it. */
export interface PermissionSetRecord {
  /** As DescribePermissionSet gives it. */
  record: { PermissionSetArn: string; Name?: string; Description?: string; SessionDuration?: string }
  managedPolicies?: { Name?: string; Arn?: string }[]
  customerManagedPolicies?: { Name: string; Path?: string }[]
  inlinePolicy?: string
  boundary?: {
    ManagedPolicyArn?: string
    CustomerManagedPolicyReference?: { Name: string; Path?: string }
  }
}

export interface AssignmentRecord {
  PrincipalType: 'GROUP' | 'USER'
  PrincipalId: string
  AccountId: string
  PermissionSetArn: string
}

/** What the first instance of an organization assigns. */
export interface AccessState {
  /** Those of Organizations; undefined: the account belongs to no organization. */
  accounts: AccountRecord[] | undefined
  permissionSets: PermissionSetRecord[]
  assignments: AssignmentRecord[]
  /** Pairs that are provisioned although nobody holds them. */
  provisioned: { AccountId: string; PermissionSetArn: string }[]
}

export interface AccessSize {
  seed?: number
  accounts: number
  permissionSets: number
  assignments: number
  /** Part of the assignments that users hold directly, 0 to 1; 0.2. */
  direct?: number
  /** Pairs that are provisioned beside those that are assigned. */
  provisioned?: number
}

export function emptyAccess(): AccessState {
  return { accounts: [], permissionSets: [], assignments: [], provisioned: [] }
}

/** Gives an organization accounts, permission sets and assignments; the same on every machine. */
export function fillAccess(organization: Organization, size: AccessSize): void {
  const random = createRandom((size.seed ?? 1) ^ 0xacce55)
  const pick = <T>(all: readonly T[]): T => {
    const one = all[random.below(all.length)]
    if (one === undefined) throw new Error('There is nothing to pick from.')
    return one
  }
  const instance = instanceName(organization)
  const accounts = Array.from({ length: size.accounts }, (_, n) => accountRecord(n))
  const permissionSets = Array.from({ length: size.permissionSets }, (_, n) =>
    permissionSetRecord(n, `arn:aws:sso:::permissionSet/${instance}/ps-${random.hex(16)}`),
  )
  const groups = groupsOf(organization).map(({ GroupId }) => GroupId)
  const users = usersOf(organization).map(({ UserId }) => UserId)
  const assignments = new Map<string, AssignmentRecord>()
  const provisioned = new Map<string, AccessState['provisioned'][number]>()
  const pair = (): AccessState['provisioned'][number] => ({
    AccountId: pick(accounts).Id,
    PermissionSetArn: pick(permissionSets).record.PermissionSetArn,
  })
  for (let n = 0; n < size.assignments; n++) {
    const isDirect = groups.length === 0 || (users.length > 0 && random.next() < (size.direct ?? 0.2))
    const principal = isDirect
      ? ({ PrincipalType: 'USER', PrincipalId: pick(users) } as const)
      : ({ PrincipalType: 'GROUP', PrincipalId: pick(groups) } as const)
    const assignment = { ...principal, ...pair() }
    assignments.set(Object.values(assignment).join(' '), assignment)
  }
  for (let n = 0; n < (size.provisioned ?? 0); n++) {
    const one = pair()
    provisioned.set(Object.values(one).join(' '), one)
  }
  organization.access = {
    accounts,
    permissionSets,
    assignments: [...assignments.values()],
    provisioned: [...provisioned.values()],
  }
}

/** Pairs in which a permission set is provisioned, each once. */
export function provisionedPairs({ assignments, provisioned }: AccessState): AccessState['provisioned'] {
  const pairs = new Map<string, AccessState['provisioned'][number]>()
  for (const { AccountId, PermissionSetArn } of [...assignments, ...provisioned])
    pairs.set(`${PermissionSetArn} ${AccountId}`, { AccountId, PermissionSetArn })
  return [...pairs.values()]
}

/** What a snapshot of the organization must hold, from its records alone. */
export function accessOf({ access }: Organization): Access {
  const assignments = access.assignments
    .map(({ PrincipalType, PrincipalId, AccountId, PermissionSetArn }) => ({
      principalType: PrincipalType,
      principalId: PrincipalId,
      account: AccountId,
      permissionSet: PermissionSetArn,
    }))
    .sort(compareAssignments)
  const names = new Map(access.accounts?.map(({ Id, Name }) => [Id, Name ?? null]))
  const accounts = new Set(assignments.map(({ account }) => account))
  const sets = new Set(assignments.map(({ permissionSet }) => permissionSet))
  return {
    accounts: [...accounts].sort().map((id) => ({ id, name: names.get(id) ?? null })),
    permissionSets: access.permissionSets
      .filter(({ record }) => sets.has(record.PermissionSetArn))
      .sort((a, b) => (a.record.PermissionSetArn < b.record.PermissionSetArn ? -1 : 1))
      .map(snapshotSet),
    assignments,
  }
}

function snapshotSet(set: PermissionSetRecord): PermissionSet {
  const { PermissionSetArn, Name, Description, SessionDuration } = set.record
  const { ManagedPolicyArn, CustomerManagedPolicyReference: boundary } = set.boundary ?? {}
  return {
    arn: PermissionSetArn,
    name: Name ?? PermissionSetArn,
    description: Description ?? '',
    sessionDuration: SessionDuration ?? 'PT1H',
    managedPolicies: (set.managedPolicies ?? []).map(({ Arn }) => Arn ?? '').sort(),
    customerManagedPolicies: (set.customerManagedPolicies ?? [])
      .map((policy) => `${policy.Path ?? '/'}${policy.Name}`)
      .sort(),
    inlinePolicy: inlinePolicyOf(set.inlinePolicy ?? ''),
    permissionsBoundary:
      ManagedPolicyArn ?? (boundary === undefined ? null : `${boundary.Path ?? '/'}${boundary.Name}`),
  }
}

/**
 * The calls of SSO Admin that a reader makes in the way of fewer calls, with pages of 100: the list of permission sets,
 * those that count, those of the way, and five for each set that is assigned.
 */
export function leastAccessCalls(organization: Organization): number {
  const { access } = organization
  const pages = (count: number): number => Math.max(1, Math.ceil(count / 100))
  const sumOfPages = (counts: Iterable<number>): number =>
    [...counts].reduce((total, count) => total + pages(count), 0)
  const countBy = <T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
    return counts
  }
  const pairKey = (pair: { AccountId: string; PermissionSetArn: string }): string =>
    `${pair.PermissionSetArn} ${pair.AccountId}`
  const pairs = provisionedPairs(access)
  const arns = access.permissionSets.map(({ record }) => record.PermissionSetArn)
  const accounts = countBy(pairs, ({ PermissionSetArn }) => PermissionSetArn)
  const [users, groups] = [usersOf(organization), groupsOf(organization)]
  const principals = users.length + groups.length
  const counting = arns.length > principals ? 0 : sumOfPages(arns.map((arn) => accounts.get(arn) ?? 0))
  const described = 5 * countBy(access.assignments, ({ PermissionSetArn }) => PermissionSetArn).size
  const around = pages(arns.length) + counting + described
  if (arns.length <= principals && pairs.length <= principals) {
    const rows = countBy(access.assignments, pairKey)
    return around + sumOfPages(pairs.map((pair) => rows.get(pairKey(pair)) ?? 0))
  }
  const rows = countBy(access.assignments, ({ PrincipalId }) => PrincipalId)
  const inherited = new Map<string, number>()
  for (const { UserId, GroupId } of membershipsOf(organization))
    inherited.set(UserId, (inherited.get(UserId) ?? 0) + (rows.get(GroupId) ?? 0))
  return (
    around +
    sumOfPages(groups.map(({ GroupId }) => rows.get(GroupId) ?? 0)) +
    sumOfPages(users.map(({ UserId }) => (rows.get(UserId) ?? 0) + (inherited.get(UserId) ?? 0)))
  )
}

/** Removes a permission set, and with it its assignments. */
export function removePermissionSet({ access }: Organization, arn: string): void {
  access.permissionSets = access.permissionSets.filter(({ record }) => record.PermissionSetArn !== arn)
  access.assignments = access.assignments.filter(({ PermissionSetArn }) => PermissionSetArn !== arn)
  access.provisioned = access.provisioned.filter(({ PermissionSetArn }) => PermissionSetArn !== arn)
}

/** `ssoins-…` of the first instance. */
function instanceName({ instances }: Organization): string {
  return instances[0]?.record.InstanceArn?.split('/')[1] ?? 'ssoins-0000000000000000'
}

function accountRecord(n: number): AccountRecord {
  const Id = String(100_000_000_000 + n * 7_919)
  return {
    Id,
    Arn: `arn:aws:organizations::111122223333:account/o-exampleorgid/${Id}`,
    Email: `account-${String(n)}@example.com`,
    Name: `account-${String(n)}`,
    Status: 'ACTIVE',
  }
}

/** Every kind of permission set in turn, some with next to nothing. */
function permissionSetRecord(n: number, PermissionSetArn: string): PermissionSetRecord {
  const managed = (name: string) => ({ Name: name, Arn: `arn:aws:iam::aws:policy/${name}` })
  const record = { PermissionSetArn, Name: `Set${String(n)}` }
  switch (n % 6) {
    case 0:
      return {
        record: { ...record, Description: 'All of it', SessionDuration: 'PT12H' },
        managedPolicies: [managed('AdministratorAccess')],
      }
    case 1:
      return {
        record: { ...record, SessionDuration: 'PT4H' },
        managedPolicies: [managed('ViewOnlyAccess'), managed('SecurityAudit')],
        boundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      }
    case 2:
      return {
        record,
        inlinePolicy:
          '{ "Version": "2012-10-17", "Statement": [ { "Resource": "*", "Effect": "Allow", "Action": [ "s3:Get*" ] } ] }',
      }
    case 3:
      return {
        record: { ...record, Description: '' },
        customerManagedPolicies: [{ Name: 'Deploy', Path: '/team/' }, { Name: 'Audit' }],
        boundary: { CustomerManagedPolicyReference: { Name: 'Boundary', Path: '/' } },
      }
    case 4:
      return { record, inlinePolicy: '' }
    default:
      return { record }
  }
}
