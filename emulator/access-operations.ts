import { provisionedPairs } from './access.ts'
import type { PermissionSetRecord } from './access.ts'
import { text } from './aws-http.ts'
import type { Call } from './aws-http.ts'
import { ServiceError } from './faults.ts'
import { pageOf, unknownOperation } from './list-operations.ts'
import type { ListState } from './list-operations.ts'
import type { Instance } from './organization.ts'

/** The operations of sso-admin about permission sets and assignments, which only the primary Region serves. */
export function accessAnswer(state: ListState, call: Call): Record<string, unknown> {
  const { organization } = state
  const { access } = organization
  const arn = text(call.input.InstanceArn)
  const instance = organization.instances.find(({ record }) => record.InstanceArn === arn)
  if (instance === undefined || !isServed(instance, call.region)) throw notFound('Instance')
  if (instance.ofAccount === true)
    throw new ServiceError(
      'ValidationException',
      'The operation is not supported for this Identity Center instance.',
    )
  const set = text(call.input.PermissionSetArn)
  switch (call.operation) {
    case 'ListPermissionSets':
      return page(
        state,
        call,
        'PermissionSets',
        access.permissionSets.map(({ record }) => record.PermissionSetArn),
      )
    case 'ListAccountsForProvisionedPermissionSet':
      setOf(state, set)
      return page(
        state,
        call,
        'AccountIds',
        provisionedPairs(access)
          .filter(({ PermissionSetArn }) => PermissionSetArn === set)
          .map(({ AccountId }) => AccountId),
      )
    case 'ListAccountAssignments':
      setOf(state, set)
      return page(
        state,
        call,
        'AccountAssignments',
        access.assignments.filter(
          ({ PermissionSetArn, AccountId }) => PermissionSetArn === set && AccountId === call.input.AccountId,
        ),
      )
    case 'ListAccountAssignmentsForPrincipal': {
      const id = text(call.input.PrincipalId)
      // A user has what its groups have as well, with their ids.
      const principals = new Set([`${text(call.input.PrincipalType)} ${id}`])
      if (call.input.PrincipalType === 'USER')
        for (const groupId of groupIdsOf(state, text(instance.record.IdentityStoreId), id))
          principals.add(`GROUP ${groupId}`)
      return page(
        state,
        call,
        'AccountAssignments',
        access.assignments.filter(({ PrincipalType, PrincipalId }) =>
          principals.has(`${PrincipalType} ${PrincipalId}`),
        ),
      )
    }
    case 'DescribePermissionSet':
      return { PermissionSet: setOf(state, set).record }
    case 'ListManagedPoliciesInPermissionSet':
      return page(state, call, 'AttachedManagedPolicies', setOf(state, set).managedPolicies ?? [])
    case 'ListCustomerManagedPolicyReferencesInPermissionSet':
      return page(
        state,
        call,
        'CustomerManagedPolicyReferences',
        setOf(state, set).customerManagedPolicies ?? [],
      )
    case 'GetInlinePolicyForPermissionSet':
      return { InlinePolicy: setOf(state, set).inlinePolicy ?? '' }
    case 'GetPermissionsBoundaryForPermissionSet': {
      const { boundary } = setOf(state, set)
      if (boundary === undefined) throw notFound('PermissionsBoundary')
      return { PermissionsBoundary: boundary }
    }
    default:
      throw unknownOperation(call)
  }
}

/** The operations of Organizations: pages of at most 20. */
export function organizationsAnswer(state: ListState, call: Call): Record<string, unknown> {
  if (call.operation !== 'ListAccounts') throw unknownOperation(call)
  const { accounts } = state.organization.access
  if (accounts === undefined)
    throw new ServiceError(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    )
  const { records, token } = pageOf(state, call, accounts, '', 20)
  return { Accounts: records, ...token }
}

function page(
  state: ListState,
  call: Call,
  member: string,
  list: readonly unknown[],
): Record<string, unknown> {
  const { MaxResults: _size, NextToken: _token, ...key } = call.input
  const { records, token } = pageOf(state, call, list, JSON.stringify(key))
  return { [member]: records, ...token }
}

function isServed({ record, regions }: Instance, region: string): boolean {
  return regions === undefined || region === (record.PrimaryRegion ?? regions[0])
}

function setOf({ organization }: ListState, arn: string): PermissionSetRecord {
  const set = organization.access.permissionSets.find(({ record }) => record.PermissionSetArn === arn)
  if (set === undefined) throw notFound('PermissionSet')
  return set
}

function groupIdsOf({ organization }: ListState, identityStoreId: string, userId: string): string[] {
  const store = organization.stores.get(identityStoreId)
  const position = store?.userPositions.get(userId)
  const groups = position === undefined ? undefined : store?.groupsOf[position]
  return (groups ?? []).filter((groupId) => groupId !== undefined)
}

function notFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${what} not found.`)
}
