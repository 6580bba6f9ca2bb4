import type { Organizations } from '@aws-sdk/client-organizations'
import type { SSOAdmin } from '@aws-sdk/client-sso-admin'
import { inlinePolicyOf } from '../snapshot/access-file.ts'
import type { Assignment, PermissionSet } from '../snapshot/access.ts'
import { isNotFound } from './advice.ts'
import { ask, countCall, readPages, type Call, type CallOptions, type ListCall } from './pages.ts'
import { accountId, id, list, member, object, optional, optionalText, refuse, type Schema } from './schema.ts'

/** An account in which a permission set is provisioned. */
export interface Pair {
  account: string
  permissionSet: string
}

/** Of a principal that a snapshot need not hold. */
export type Row = Omit<Assignment, 'principalType'> & { principalType: string }

/** The calls of SSO Admin and of Organizations that are made. */
export type SsoAdminApi = Pick<
  SSOAdmin,
  | 'listPermissionSets'
  | 'listAccountsForProvisionedPermissionSet'
  | 'listAccountAssignments'
  | 'listAccountAssignmentsForPrincipal'
  | 'describePermissionSet'
  | 'listManagedPoliciesInPermissionSet'
  | 'listCustomerManagedPolicyReferencesInPermissionSet'
  | 'getInlinePolicyForPermissionSet'
  | 'getPermissionsBoundaryForPermissionSet'
>
export type OrganizationsApi = Pick<Organizations, 'listAccounts'>

export type AccessReader = ReturnType<typeof createAccessReader>

/** What SSO Admin says of one instance: whole lists, each call at its turn. Everything throws UserError. */
export function createAccessReader(api: SsoAdminApi, instanceArn: string, options: CallOptions) {
  const setOf = (PermissionSetArn: string) => ({ InstanceArn: instanceArn, PermissionSetArn })
  const askFor = <T>(call: Call<T>): Promise<T> => ask(call, options)
  const readAll = async <T>(call: ListCall<T>): Promise<T[]> => {
    const all: T[] = []
    for await (const page of readPages(call, options)) for (const record of page) all.push(record)
    return all
  }
  return {
    listPermissionSets: () =>
      readAll({
        operation: 'ListPermissionSets',
        priority: 'lists',
        send: (page, sendOptions) =>
          api.listPermissionSets({ InstanceArn: instanceArn, ...page }, sendOptions),
        records: member('PermissionSets', list(id)),
      }),
    listAccountsOf: (permissionSet: string) =>
      readAll({
        operation: 'ListAccountsForProvisionedPermissionSet',
        send: (page, sendOptions) =>
          api.listAccountsForProvisionedPermissionSet({ ...setOf(permissionSet), ...page }, sendOptions),
        records: member('AccountIds', optional(list(accountId))),
      }),
    async listAssignmentsOf(pair: Pair): Promise<Row[]> {
      const set = { ...setOf(pair.permissionSet), AccountId: pair.account }
      const rows = await readAll({
        operation: 'ListAccountAssignments',
        send: (page, sendOptions) => api.listAccountAssignments({ ...set, ...page }, sendOptions),
        records: assignments({ AccountId: only(pair.account), PermissionSetArn: only(pair.permissionSet) }),
      })
      return rows.map((row) => ({
        principalType: row.PrincipalType,
        principalId: row.PrincipalId,
        ...pair,
      }))
    },
    /** Only rows that name the principal itself: AWS also gives a user those of its groups. */
    async listAssignmentsOfPrincipal(
      principalType: Assignment['principalType'],
      principalId: string,
    ): Promise<Row[]> {
      const principal = { InstanceArn: instanceArn, PrincipalId: principalId, PrincipalType: principalType }
      const rows = await readAll({
        operation: 'ListAccountAssignmentsForPrincipal',
        send: (page, sendOptions) =>
          api.listAccountAssignmentsForPrincipal({ ...principal, ...page }, sendOptions),
        records: assignments({ AccountId: accountId, PermissionSetArn: id }),
      })
      return rows
        .filter((row) => row.PrincipalType === principalType && row.PrincipalId === principalId)
        .map((row) => ({
          principalType,
          principalId,
          account: row.AccountId,
          permissionSet: row.PermissionSetArn,
        }))
    },
    async describePermissionSet(permissionSet: string): Promise<PermissionSet> {
      const set = setOf(permissionSet)
      const [{ Name, Description, SessionDuration }, managed, customer, inline, boundary] = await Promise.all(
        [
          askFor({
            operation: 'DescribePermissionSet',
            send: (sendOptions) => api.describePermissionSet(set, sendOptions),
            schema: member('PermissionSet', DESCRIPTION),
          }),
          readAll({
            operation: 'ListManagedPoliciesInPermissionSet',
            send: (page, sendOptions) =>
              api.listManagedPoliciesInPermissionSet({ ...set, ...page }, sendOptions),
            records: member('AttachedManagedPolicies', optional(list(member('Arn', id)))),
          }),
          readAll({
            operation: 'ListCustomerManagedPolicyReferencesInPermissionSet',
            send: (page, sendOptions) =>
              api.listCustomerManagedPolicyReferencesInPermissionSet({ ...set, ...page }, sendOptions),
            records: member('CustomerManagedPolicyReferences', optional(list(pathAndName))),
          }),
          askFor({
            operation: 'GetInlinePolicyForPermissionSet',
            send: (sendOptions) => api.getInlinePolicyForPermissionSet(set, sendOptions),
            schema: member('InlinePolicy', optionalText),
          }),
          askFor({
            operation: 'GetPermissionsBoundaryForPermissionSet',
            send: (sendOptions) => api.getPermissionsBoundaryForPermissionSet(set, sendOptions),
            schema: member('PermissionsBoundary', optional(BOUNDARY)),
          }).catch((error: unknown) => {
            if (!isNotFound(error)) throw error
            // That is how AWS says that there is none: an answer like others.
            countCall('GetPermissionsBoundaryForPermissionSet', options)
            return undefined
          }),
        ],
      )
      return {
        arn: permissionSet,
        name: Name ?? permissionSet,
        description: Description ?? '',
        sessionDuration: SessionDuration ?? 'PT1H',
        managedPolicies: [...new Set(managed)].sort(),
        customerManagedPolicies: [...new Set(customer)].sort(),
        inlinePolicy: inlinePolicyOf(inline ?? ''),
        permissionsBoundary: boundary?.ManagedPolicyArn ?? boundary?.CustomerManagedPolicyReference ?? null,
      }
    },
  }
}

/** The accounts of the organization by id, with their names. */
export async function readAccountNames(
  api: OrganizationsApi,
  options: CallOptions,
): Promise<Map<string, string | undefined>> {
  const names = new Map<string, string | undefined>()
  const accounts = readPages(
    {
      operation: 'ListAccounts',
      priority: 'lists',
      pageSize: 20,
      send: (page, sendOptions) => api.listAccounts(page, sendOptions),
      records: member('Accounts', optional(list(object({ Id: accountId, Name: optionalText })))),
    },
    options,
  )
  for await (const page of accounts) for (const { Id, Name } of page) names.set(Id, Name)
  return names
}

function assignments<Account, Arn>(pair: { AccountId: Schema<Account>; PermissionSetArn: Schema<Arn> }) {
  return member('AccountAssignments', optional(list(object({ PrincipalType: id, PrincipalId: id, ...pair }))))
}

/** Absent, or what was asked for. */
function only(expected: string): Schema<string | undefined> {
  return optional((value) => (value === expected ? expected : refuse(' is not the one requested')))
}

const DESCRIPTION = object({ Name: optionalText, Description: optionalText, SessionDuration: optionalText })
const REFERENCE = object({ Name: id, Path: optionalText })
const pathAndName: Schema<string> = (value) => {
  const { Path = '/', Name } = REFERENCE(value)
  return `${Path}${Name}`
}
const BOUNDARY = object({
  ManagedPolicyArn: optionalText,
  CustomerManagedPolicyReference: optional(pathAndName),
})
