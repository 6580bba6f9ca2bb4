import type { PermissionSet as Description } from '@aws-sdk/client-sso-admin'
import type { Assignment } from '../snapshot/access.ts'
import type { AccessApi } from './access-clients.ts'
import { isNotFound, type AccessOperation } from './advice.ts'
import { ask, collect, pageShape, readPages, type CallOptions, type List } from './pages.ts'
import { id, list, object, optional, text, type Shape } from './shapes.ts'

/** An account in which a permission set is provisioned. */
export interface Pair {
  account: string
  permissionSet: string
}

/** Of a principal that a snapshot need not hold. */
export type Row = Omit<Assignment, 'principalType'> & { principalType: string }

/** What SSO Admin says of one instance: whole lists, each call at its turn. Everything throws UserError. */
export interface AccessReader {
  listPermissionSets(): Promise<string[]>
  listAccountsOf(permissionSet: string): Promise<string[]>
  listAssignmentsOf(pair: Pair): Promise<Row[]>
  /** Only rows that name the principal itself: AWS also gives a user those of its groups. */
  listAssignmentsOfPrincipal(type: Assignment['principalType'], principalId: string): Promise<Row[]>
  describePermissionSet(permissionSet: string): Promise<Description>
  /** ARNs */
  listManagedPolicies(permissionSet: string): Promise<string[]>
  /** Path and name */
  listCustomerManagedPolicies(permissionSet: string): Promise<string[]>
  /** Empty where there is none. */
  getInlinePolicy(permissionSet: string): Promise<string>
  /** An ARN, or path and name; undefined where there is none. */
  getPermissionsBoundary(permissionSet: string): Promise<string | undefined>
}

export function createAccessReader(api: AccessApi, instanceArn: string, options: CallOptions): AccessReader {
  const instance = { InstanceArn: instanceArn }
  const of = (PermissionSetArn: string): typeof instance & { PermissionSetArn: string } => ({
    ...instance,
    PermissionSetArn,
  })
  const readAll = async <A extends { NextToken?: string | undefined }, R>(
    operation: AccessOperation,
    { lines = ['rest', 'pages'], ...rest }: Omit<List<A, R>, 'operation' | 'lines'> & Partial<List<A, R>>,
  ): Promise<R[]> => {
    const all: R[] = []
    await collect(readPages({ ...rest, operation, lines }, options), (record) => all.push(record))
    return all
  }
  return {
    listPermissionSets: () =>
      readAll('ListPermissionSets', {
        lines: ['lists', 'lists'],
        send: (page, signal) => api.listPermissionSets({ ...instance, ...page }, signal),
        shape: pageShape({ PermissionSets: list(id) }),
        read: ({ PermissionSets }) => PermissionSets ?? [],
      }),
    listAccountsOf: (permissionSet) =>
      readAll('ListAccountsForProvisionedPermissionSet', {
        send: (page, signal) =>
          api.listAccountsForProvisionedPermissionSet({ ...of(permissionSet), ...page }, signal),
        shape: pageShape({ AccountIds: optional(list(account)) }),
        read: ({ AccountIds }) => AccountIds ?? [],
      }),
    listAssignmentsOf: (pair) =>
      readAll('ListAccountAssignments', {
        send: (page, signal) =>
          api.listAccountAssignments({ ...of(pair.permissionSet), AccountId: pair.account, ...page }, signal),
        shape: rowsShape({ AccountId: only(pair.account), PermissionSetArn: only(pair.permissionSet) }),
        read: ({ AccountAssignments }) =>
          (AccountAssignments ?? []).map((row) => ({
            principalType: row.PrincipalType ?? '',
            principalId: row.PrincipalId ?? '',
            ...pair,
          })),
      }),
    listAssignmentsOfPrincipal: async (principalType, principalId) => {
      const rows = await readAll('ListAccountAssignmentsForPrincipal', {
        send: (page, signal) =>
          api.listAccountAssignmentsForPrincipal(
            { ...instance, PrincipalId: principalId, PrincipalType: principalType, ...page },
            signal,
          ),
        shape: rowsShape({ AccountId: account, PermissionSetArn: id }),
        read: ({ AccountAssignments }) => AccountAssignments ?? [],
      })
      // The rows of a user name its groups too; those are the groups' own.
      return rows
        .filter((row) => row.PrincipalType === principalType && row.PrincipalId === principalId)
        .map(({ AccountId = '', PermissionSetArn = '' }) => ({
          principalType,
          principalId,
          account: AccountId,
          permissionSet: PermissionSetArn,
        }))
    },
    async describePermissionSet(permissionSet) {
      const { PermissionSet = {} } = await ask(
        'DescribePermissionSet',
        'rest',
        (signal) => api.describePermissionSet(of(permissionSet), signal),
        object({ PermissionSet: DESCRIPTION }),
        options,
      )
      return PermissionSet
    },
    listManagedPolicies: (permissionSet) =>
      readAll('ListManagedPoliciesInPermissionSet', {
        send: (page, signal) => api.listManagedPolicies({ ...of(permissionSet), ...page }, signal),
        shape: pageShape({ AttachedManagedPolicies: optional(list(object({ Arn: id }))) }),
        read: ({ AttachedManagedPolicies }) => (AttachedManagedPolicies ?? []).map(({ Arn = '' }) => Arn),
      }),
    listCustomerManagedPolicies: (permissionSet) =>
      readAll('ListCustomerManagedPolicyReferencesInPermissionSet', {
        send: (page, signal) => api.listCustomerManagedPolicies({ ...of(permissionSet), ...page }, signal),
        shape: pageShape({ CustomerManagedPolicyReferences: optional(list(REFERENCE)) }),
        read: ({ CustomerManagedPolicyReferences }) =>
          (CustomerManagedPolicyReferences ?? []).map(pathAndName),
      }),
    async getInlinePolicy(permissionSet) {
      const { InlinePolicy } = await ask(
        'GetInlinePolicyForPermissionSet',
        'rest',
        (signal) => api.getInlinePolicy(of(permissionSet), signal),
        object({ InlinePolicy: optional(text) }),
        options,
      )
      return InlinePolicy ?? ''
    },
    async getPermissionsBoundary(permissionSet) {
      const { PermissionsBoundary } = await ask(
        'GetPermissionsBoundaryForPermissionSet',
        'rest',
        (signal) => api.getPermissionsBoundary(of(permissionSet), signal),
        object({
          PermissionsBoundary: optional(
            object({
              ManagedPolicyArn: optional(text),
              CustomerManagedPolicyReference: optional(REFERENCE),
            }),
          ),
        }),
        options,
      ).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
        // That is how AWS says that there is none: an answer like others.
        options.calls.GetPermissionsBoundaryForPermissionSet =
          (options.calls.GetPermissionsBoundaryForPermissionSet ?? 0) + 1
        return { PermissionsBoundary: undefined }
      })
      const { ManagedPolicyArn, CustomerManagedPolicyReference: reference } = PermissionsBoundary ?? {}
      if ((ManagedPolicyArn ?? '') !== '') return ManagedPolicyArn
      // AWS sends null for what is absent.
      return (reference ?? undefined) === undefined ? undefined : pathAndName(reference ?? {})
    },
  }
}

/** The accounts of the organization by id, with their names as AWS gives them. */
export async function readAccountNames(api: AccessApi, options: CallOptions): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  const accounts = readPages(
    {
      operation: 'ListAccounts',
      lines: ['lists', 'lists'],
      pageSize: 20,
      send: (page, signal) => api.listAccounts(page, signal),
      shape: pageShape({ Accounts: optional(list(object({ Id: account, Name: optional(text) }))) }),
      read: ({ Accounts }) => Accounts ?? [],
    },
    options,
  )
  await collect(accounts, ({ Id = '', Name }) => names.set(Id, Name ?? ''))
  return names
}

const account: Shape = (value) =>
  typeof value === 'string' && /^\d{12}$/.test(value) ? undefined : ' is not an account ID'

const DESCRIPTION = object({
  Name: optional(text),
  Description: optional(text),
  SessionDuration: optional(text),
})
const REFERENCE = object({ Name: id, Path: optional(text) })

function rowsShape(members: Record<string, Shape>): Shape {
  const row = object({ PrincipalType: id, PrincipalId: id, ...members })
  return pageShape({ AccountAssignments: optional(list(row)) })
}

/** Absent, or what was asked for. */
function only(expected: string): Shape {
  return optional((value) => (value === expected ? undefined : ' is not the one requested'))
}

function pathAndName({ Path, Name }: { Path?: string | undefined; Name?: string | undefined }): string {
  return `${(Path ?? '') === '' ? '/' : (Path ?? '')}${Name ?? ''}`
}
