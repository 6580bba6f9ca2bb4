import type { PermissionSet } from '../snapshot/access.ts'

/** How much a permission set can do, from its own record alone; from the most to the least. */
export const LEVELS = ['administrator', 'privileged', 'other', 'read-only'] as const
export type Level = (typeof LEVELS)[number]

const ADMINISTRATOR_POLICIES = new Set(['AdministratorAccess'])
/** Who holds one of these can give more to anybody. */
const PRIVILEGED_POLICIES = new Set([
  'IAMFullAccess',
  'PowerUserAccess',
  'AWSOrganizationsFullAccess',
  'AWSSSOMasterAccountAdministrator',
  'AWSSSOMemberAccountAdministrator',
  'AWSSSODirectoryAdministrator',
])
const READ_ONLY_POLICIES = new Set([
  'ReadOnlyAccess',
  'ViewOnlyAccess',
  'SecurityAudit',
  'AWSBillingReadOnlyAccess',
])
/** In lower case: IAM compares actions without regard to case. */
const ADMINISTRATOR_ACTIONS = new Set(['*', '*:*'])
const PRIVILEGED_ACTIONS = new Set([
  'iam:*',
  'sso:*',
  'sso-directory:*',
  'identitystore:*',
  'organizations:*',
  'sts:*',
  'sts:assumerole',
])

/**
 * The level of a permission set. Policies of the customer are not read: a set that has some is never read-only. A
 * boundary changes nothing, and neither does what a service control policy forbids: this is not effective permission.
 */
export function levelOf({ managedPolicies, customerManagedPolicies, inlinePolicy }: PermissionSet): Level {
  const managed = managedPolicies.map(nameOfManagedPolicy)
  const isManaged = (names: ReadonlySet<string>) =>
    managed.some((name) => name !== undefined && names.has(name))
  const actions = actionsOnEverything(inlinePolicy)
  const isAllowed = (names: ReadonlySet<string>) => actions.some((action) => names.has(action))

  if (isManaged(ADMINISTRATOR_POLICIES) || isAllowed(ADMINISTRATOR_ACTIONS)) return 'administrator'
  if (isManaged(PRIVILEGED_POLICIES) || isAllowed(PRIVILEGED_ACTIONS)) return 'privileged'
  const isReadOnly =
    managed.length > 0 &&
    managed.every((name) => name !== undefined && READ_ONLY_POLICIES.has(name)) &&
    customerManagedPolicies.length === 0 &&
    inlinePolicy === null
  return isReadOnly ? 'read-only' : 'other'
}

/** The last part of the arn of a policy that AWS manages, in every partition; undefined for any other. */
function nameOfManagedPolicy(arn: string): string | undefined {
  return /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}

/** In lower case: what the statements allow on every resource, without a condition or an exception. */
function actionsOnEverything(policy: PermissionSet['inlinePolicy']): string[] {
  if (policy === null || typeof policy === 'string') return []
  return listOf(policy['Statement']).flatMap((statement) => {
    if (typeof statement !== 'object' || statement === null) return []
    const { Effect, Action, Resource, Condition, ...others } = statement as Partial<Record<string, unknown>>
    if (Effect !== 'Allow' || 'NotAction' in others || 'NotResource' in others) return []
    if (Condition !== undefined && !isEmptyObject(Condition)) return []
    if (!listOf(Resource).includes('*')) return []
    return listOf(Action).flatMap((action) => (typeof action === 'string' ? [action.toLowerCase()] : []))
  })
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** IAM takes one where a list may stand. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}
