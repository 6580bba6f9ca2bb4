import type { AccessState, AssignmentRecord, PermissionSetRecord } from './access.ts'
import { changeUser, createOrganization, groupsOf, renameGroup, usersOf } from './organization.ts'
import type { Organization } from './organization.ts'

const GROUPS =
  'Analysts,Auditors,Billing,Data Engineers,Developers,Finance,Legal,Marketing,Operations,Platform,Sales,Security'
const ACCOUNTS =
  'management,log-archive,audit,network,shared-services,prod-payments,prod-web,prod-data,staging-payments,staging-web,dev-payments,dev-web,sandbox'

/** 60 people, twelve groups with names, thirteen accounts, and who is assigned what: for the demo and the docs' pictures. */
export function demoOrganization(): Organization {
  const organization = createOrganization({
    seed: 60,
    users: 60,
    groups: 12,
    memberships: 150,
    complete: true,
  })
  GROUPS.split(',').forEach((name, n) => {
    const group = groupsOf(organization)[n]
    if (group !== undefined) renameGroup(organization, group.GroupId, name)
  })
  usersOf(organization).forEach((user, n) => {
    changeUser(organization, user.UserId, { UserStatus: n % 12 === 4 ? 'DISABLED' : 'ENABLED' })
  })
  organization.access = accessOf(organization)
  return organization
}

const SETS: Record<string, Omit<PermissionSetRecord, 'record'> & { session?: string }> = {
  AdministratorAccess: { managedPolicies: [managed('AdministratorAccess')], session: 'PT12H' },
  PowerUser: { managedPolicies: [managed('PowerUserAccess')], session: 'PT8H' },
  ReadOnly: { managedPolicies: [managed('ReadOnlyAccess')] },
  SecurityAudit: { managedPolicies: [managed('SecurityAudit')] },
  Billing: { managedPolicies: [managed('job-function/Billing')] },
  DataEngineer: { customerManagedPolicies: [{ Name: 'DataLake', Path: '/team/' }], session: 'PT8H' },
  Deploy: {
    inlinePolicy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
  },
}

/** A group, or a person by number, a permission set, and accounts; all of them where none is named. */
const ASSIGNED: [principal: string | number, set: string, accounts?: string][] = [
  ['Platform', 'AdministratorAccess', 'management,network,shared-services,prod-web,sandbox'],
  ['Platform', 'PowerUser', 'prod-data,staging-payments,staging-web'],
  ['Operations', 'AdministratorAccess', 'prod-payments'],
  ['Operations', 'Deploy', 'prod-data,prod-web'],
  ['Developers', 'PowerUser', 'dev-payments,dev-web,sandbox'],
  ['Developers', 'Deploy', 'staging-payments,staging-web'],
  ['Data Engineers', 'DataEngineer', 'prod-data,dev-payments'],
  ['Analysts', 'ReadOnly', 'prod-data'],
  ['Billing', 'Billing', 'management'],
  ['Finance', 'Billing', 'management'],
  ['Auditors', 'ReadOnly'],
  ['Security', 'SecurityAudit'],
  [7, 'AdministratorAccess', 'sandbox'],
  [16, 'AdministratorAccess', 'log-archive'],
  [23, 'PowerUser', 'prod-payments'],
  [41, 'ReadOnly', 'prod-web'],
]

function accessOf(organization: Organization): AccessState {
  const names = ACCOUNTS.split(',')
  const idOf = (name: string): string => String(111_122_223_333 + names.indexOf(name) * 10_101_010)
  const groups = groupsOf(organization)
  const people = usersOf(organization)
  const arnOf = (name: string): string =>
    `arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${String(Object.keys(SETS).indexOf(name)).padStart(16, '0')}`
  return {
    accounts: names.map((name) => ({ Id: idOf(name), Name: name })),
    permissionSets: Object.entries(SETS).map(([name, { session = 'PT1H', ...policies }]) => ({
      record: { PermissionSetArn: arnOf(name), Name: name, SessionDuration: session },
      ...policies,
    })),
    assignments: ASSIGNED.flatMap(([principal, set, accounts = ACCOUNTS]) =>
      accounts.split(',').map((account): AssignmentRecord => ({
        ...(typeof principal === 'number'
          ? { PrincipalType: 'USER', PrincipalId: people[principal]?.UserId ?? '' }
          : {
              PrincipalType: 'GROUP',
              PrincipalId: groups.find(({ DisplayName }) => DisplayName === principal)?.GroupId ?? '',
            }),
        AccountId: idOf(account),
        PermissionSetArn: arnOf(set),
      })),
    ),
    provisioned: [],
  }
}

function managed(path: string): { Name: string; Arn: string } {
  return { Name: path.slice(path.lastIndexOf('/') + 1), Arn: `arn:aws:iam::aws:policy/${path}` }
}
