import type { SSOAdmin } from '@aws-sdk/client-sso-admin'
import { inlinePolicyOf } from '../snapshot/access-file.ts'
import type { Assignment, PermissionSet } from '../snapshot/access.ts'
import { isNotFound } from './advice.ts'
import { ask, readPages, type Call, type CallOptions, type ListCall } from './pages.ts'
import { accountId, id, list, member, object, optional, optionalText, refuse, type Schema } from './schema.ts'

/** An account in which a permission set is provisioned. */
export interface Pair {
  account: string
  permissionSet: string
}

/** Of a principal that a snapshot need not hold. */
export type Row = Omit<Assignment, 'principalType'> & { principalType: string }

export type AccessReader = ReturnType<typeof createAccessReader>

/** What SSO Admin says of one instance: whole lists, each call at its turn. Everything throws UserError. */
export function createAccessReader(api: SSOAdmin, instanceArn: string, options: CallOptions) {
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
    listAssignmentsOf({ account, permissionSet }: Pair): Promise<Row[]> {
      const pair = { ...setOf(permissionSet), AccountId: account }
      return readAll({
        operation: 'ListAccountAssignments',
        send: (page, sendOptions) => api.listAccountAssignments({ ...pair, ...page }, sendOptions),
        records: rowsOf(only(account), only(permissionSet)),
      })
    },
    /** Only rows that name the principal itself: AWS also gives a user those of its groups. */
    async listAssignmentsOfPrincipal(PrincipalType: 'GROUP' | 'USER', PrincipalId: string): Promise<Row[]> {
      const principal = { InstanceArn: instanceArn, PrincipalType, PrincipalId }
      const rows = await readAll({
        operation: 'ListAccountAssignmentsForPrincipal',
        send: (page, sendOptions) =>
          api.listAccountAssignmentsForPrincipal({ ...principal, ...page }, sendOptions),
        records: rowsOf(accountId, id),
      })
      return rows.filter((row) => row.principalType === PrincipalType && row.principalId === PrincipalId)
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
            send: (sendOptions) =>
              api.getPermissionsBoundaryForPermissionSet(set, sendOptions).catch((error: unknown) => {
                // That is how AWS says that there is none: an answer like others.
                if (isNotFound(error)) return {}
                throw error
              }),
            schema: member('PermissionsBoundary', optional(BOUNDARY)),
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

function rowsOf(account: Schema<string>, permissionSet: Schema<string>): Schema<Row[] | undefined> {
  const parse = object({
    PrincipalType: id,
    PrincipalId: id,
    AccountId: account,
    PermissionSetArn: permissionSet,
  })
  const row = (value: unknown): Row => {
    const parsed = parse(value)
    return {
      principalType: parsed.PrincipalType,
      principalId: parsed.PrincipalId,
      account: parsed.AccountId,
      permissionSet: parsed.PermissionSetArn,
    }
  }
  return member('AccountAssignments', optional(list(row)))
}

/** Absent, or what was asked for. */
function only(expected: string): Schema<string> {
  return (value) => ((value ?? expected) === expected ? expected : refuse(' is not the one requested'))
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
