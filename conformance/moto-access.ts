import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
  AttachManagedPolicyToPermissionSetCommand,
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ListInstancesCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin'
import type { Access, Account, Assignment, PermissionSet } from '../src/snapshot/access.ts'
import { REGION } from './moto-server.ts'
import type { Keys } from './moto-server.ts'

export interface Wanted {
  /** Beside the account itself. */
  accounts: number
  sets: number
  /** Each holds every set but the last, in each of the first accounts. */
  groups: readonly string[]
  inAccounts: number
  /** Each holds one set in one account. */
  users: readonly string[]
}

/** Puts in accounts, permission sets and assignments over moto's own API, and gives what access.json has to hold of them. */
export async function fillAccess(
  endpoint: string,
  keys: Keys,
  account: string,
  wanted: Wanted,
): Promise<Access> {
  const configuration = { region: REGION, endpoint, credentials: keys }
  const admin = new SSOAdminClient(configuration)
  const { Instances = [] } = await admin.send(new ListInstancesCommand({}))
  const InstanceArn = Instances[0]?.InstanceArn
  const accounts = await createAccounts(new OrganizationsClient(configuration), account, wanted.accounts)
  const sets: PermissionSet[] = []
  for (let n = 1; n <= wanted.sets; n++) sets.push(await createSet(admin, InstanceArn, n))

  const assignments: Assignment[] = []
  const assign = async (
    type: 'GROUP' | 'USER',
    id: string,
    to: Account,
    { arn }: PermissionSet,
  ): Promise<void> => {
    await admin.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        TargetType: 'AWS_ACCOUNT',
        TargetId: to.id,
        PermissionSetArn: arn,
        PrincipalType: type,
        PrincipalId: id,
      }),
    )
    assignments.push({ principalType: type, principalId: id, account: to.id, permissionSet: arn })
  }
  for (const group of wanted.groups)
    for (const to of accounts.slice(0, wanted.inAccounts))
      for (const set of sets.slice(0, -1)) await assign('GROUP', group, to, set)
  for (const [n, user] of wanted.users.entries()) {
    const [to, set] = [accounts[n % accounts.length], sets[n % (sets.length - 1)]]
    if (to !== undefined && set !== undefined) await assign('USER', user, to, set)
  }
  // Moto provisions in the account itself only, and not by an assignment.
  for (const { arn } of sets.slice(0, -1))
    await admin.send(
      new ProvisionPermissionSetCommand({
        InstanceArn,
        PermissionSetArn: arn,
        TargetType: 'ALL_PROVISIONED_ACCOUNTS',
      }),
    )
  const isUsed = (id: string): boolean =>
    assignments.some((assignment) => assignment.account === id || assignment.permissionSet === id)
  return {
    accounts: accounts.filter(({ id }) => isUsed(id)).sort((a, b) => order(a.id, b.id)),
    permissionSets: sets.filter(({ arn }) => isUsed(arn)).sort((a, b) => order(a.arn, b.arn)),
    assignments: assignments.sort((a, b) => order(JSON.stringify(a), JSON.stringify(b))),
  }
}

async function createAccounts(
  organizations: OrganizationsClient,
  own: string,
  count: number,
): Promise<Account[]> {
  await organizations.send(new CreateOrganizationCommand({}))
  const accounts: Account[] = [{ id: own, name: 'master' }]
  for (let n = 1; n <= count; n++) {
    const name = `Account ${n}`
    const command = new CreateAccountCommand({ AccountName: name, Email: `account${n}@example.com` })
    const { CreateAccountStatus } = await organizations.send(command)
    accounts.push({ id: CreateAccountStatus?.AccountId ?? '', name })
  }
  return accounts
}

/** With policies of every sort, and with none. (Moto's own session duration is a number; hence always one.) */
async function createSet(
  admin: SSOAdminClient,
  InstanceArn: string | undefined,
  n: number,
): Promise<PermissionSet> {
  const set = {
    name: `Set${n}`,
    description: n % 2 === 0 ? '' : `The set of number ${n}`,
    sessionDuration: `PT${(n % 12) + 1}H`,
    managedPolicies: n % 3 === 0 ? VIEWING.map((policy) => `arn:aws:iam::aws:policy/${policy}`) : [],
    customerManagedPolicies: n % 4 === 0 ? ['/Read', '/team/Deploy'] : [],
    inlinePolicy: n % 5 === 0 ? { Version: '2012-10-17', Statement: [] } : null,
  }
  const { PermissionSet } = await admin.send(
    new CreatePermissionSetCommand({
      InstanceArn,
      Name: set.name,
      SessionDuration: set.sessionDuration,
      ...(set.description === '' ? {} : { Description: set.description }),
    }),
  )
  const arn = PermissionSet?.PermissionSetArn ?? ''
  const to = { InstanceArn, PermissionSetArn: arn }
  for (const ManagedPolicyArn of set.managedPolicies)
    await admin.send(new AttachManagedPolicyToPermissionSetCommand({ ...to, ManagedPolicyArn }))
  for (const policy of set.customerManagedPolicies) {
    const [, Path, Name] = /^(.*\/)(.+)$/.exec(policy) ?? []
    const reference = { CustomerManagedPolicyReference: { Path, Name } }
    await admin.send(new AttachCustomerManagedPolicyReferenceToPermissionSetCommand({ ...to, ...reference }))
  }
  if (set.inlinePolicy !== null) {
    const InlinePolicy = JSON.stringify(set.inlinePolicy, undefined, 2)
    await admin.send(new PutInlinePolicyToPermissionSetCommand({ ...to, InlinePolicy }))
  }
  return { arn, ...set, permissionsBoundary: null }
}

const VIEWING = ['ReadOnlyAccess', 'SecurityAudit']

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
