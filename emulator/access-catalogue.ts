import { removePermissionSet } from './access.ts'
import {
  act,
  change,
  deadline,
  denied,
  error,
  expired,
  fails,
  internal,
  kms,
  on,
  sameTokenForever,
  survives,
  throttling,
  transport,
  twice,
} from './catalogue.ts'
import type { CatalogueEntry } from './catalogue.ts'
import type { Effect, Fault } from './faults.ts'
import type { Organization } from './organization.ts'

const assignments = ['ListAccountAssignments', 'ListAccountAssignmentsForPrincipal'] as const
const counting = ['ListPermissionSets', 'ListAccountsForProvisionedPermissionSet'] as const
const details = [
  'DescribePermissionSet',
  'ListManagedPoliciesInPermissionSet',
  'ListCustomerManagedPolicyReferencesInPermissionSet',
  'GetInlinePolicyForPermissionSet',
  'GetPermissionsBoundaryForPermissionSet',
] as const
const ofAdmin = [...counting, ...assignments, ...details]

/** Every fault of a run with `access: accounts` that is one of SSO Admin or Organizations, by its name. */
const ACCESS_FAULTS: Readonly<Record<string, CatalogueEntry>> = {
  'throttle-sets': survives(
    'ListPermissionSets is throttled.',
    on('ListPermissionSets', { nth: 1 }, throttling()),
  ),
  'throttle-provisioned': survives(
    'A count is throttled with status 429.',
    on('ListAccountsForProvisionedPermissionSet', { nth: 2 }, throttling({ status: 429 })),
  ),
  'throttle-assignments-retry-after': survives(
    'Assignments are throttled, with the seconds to wait.',
    on(assignments, { nth: 2 }, throttling({ headers: { 'retry-after': '1' } })),
  ),
  'throttle-admin-third': survives(
    'Three calls of ten are throttled.',
    on(ofAdmin, { probability: 0.3, seed: 3 }, throttling()),
  ),
  'throttle-accounts': survives(
    'Organizations throttles in its own words.',
    on('ListAccounts', { nth: 1 }, error('TooManyRequestsException', 'Rate exceeded')),
  ),
  'throttle-admin-forever': deadline('SSO Admin throttles everything.', on(ofAdmin, {}, throttling())),
  'internal-error-sets': survives(
    'ListPermissionSets fails.',
    on('ListPermissionSets', { nth: 1 }, internal()),
  ),
  'internal-error-assignments': survives('Assignments fail.', on(assignments, { nth: 3 }, internal())),
  'internal-error-details': survives(
    'Each detail of a permission set fails once.',
    ...details.map((operation) => on(operation, { nth: 1 }, internal())),
  ),
  'internal-error-accounts': survives(
    'Organizations fails in its own words.',
    on('ListAccounts', { nth: 1 }, error('ServiceException', 'Service failed.', { status: 500 })),
  ),
  'internal-error-assignments-forever': deadline('Assignments always fail.', on(assignments, {}, internal())),
  'bad-gateway-assignments': survives(
    'A load balancer answers for SSO Admin with a page.',
    on(assignments, { nth: 1 }, page(502)),
  ),
  'reset-sets': survives(
    'The connection of ListPermissionSets dies.',
    on('ListPermissionSets', { nth: 1 }, transport('reset')),
  ),
  'reset-assignments': survives(
    'The connection of assignments dies.',
    on(assignments, { nth: 2 }, transport('reset')),
  ),
  'reset-accounts': survives(
    'The connection to Organizations dies.',
    on('ListAccounts', { nth: 2 }, transport('reset')),
  ),
  'cut-assignments': survives(
    'The answer of assignments is cut.',
    on(assignments, { nth: 1 }, transport('cut')),
  ),
  'truncated-sets': survives(
    'Half of the permission sets come.',
    on('ListPermissionSets', { nth: 1 }, transport('truncated')),
  ),
  'truncated-assignments': survives(
    'Half of the assignments come.',
    on(assignments, { nth: 2 }, transport('truncated')),
  ),
  'empty-provisioned': survives(
    'A count has an answer of no bytes.',
    on('ListAccountsForProvisionedPermissionSet', { nth: 1 }, transport('empty')),
  ),
  'empty-assignments': survives(
    'Assignments have an answer of no bytes.',
    ...assignments.map((operation) => on(operation, { nth: 1 }, transport('empty'))),
  ),
  'empty-details': survives(
    'Each detail of a permission set has an answer of no bytes, once.',
    ...details.map((operation) => on(operation, { nth: 1 }, transport('empty'))),
  ),
  'empty-accounts': survives(
    'Organizations answers no bytes.',
    on('ListAccounts', { nth: 1 }, transport('empty')),
  ),
  'hang-assignments': {
    ...survives('Assignments never come.', on(assignments, { nth: 1 }, transport('hang'))),
    waits: 'timeout',
  },
  'stall-details': {
    ...survives(
      'Half of a policy comes, then nothing.',
      on('GetInlinePolicyForPermissionSet', { nth: 1 }, transport('stall')),
    ),
    waits: 'timeout',
  },
  'hang-accounts-forever': deadline(
    'Organizations never answers.',
    on('ListAccounts', {}, transport('hang')),
  ),
  'slow-assignments': survives(
    'Assignments take a second.',
    on(assignments, { nth: 1 }, { kind: 'slow', milliseconds: 900 }),
  ),
  'short-pages-of-access': {
    about: 'Pages of access are short or empty and have a token.',
    options: { shortPages: 9 },
    outcome: 'same',
  },
  'other-order-of-access': {
    about: 'Access comes in another order.',
    options: { order: 21 },
    outcome: 'same',
  },
  'absent-lists': survives(
    'A list without records is absent.',
    on(
      [
        ...assignments,
        'ListAccountsForProvisionedPermissionSet',
        'ListManagedPoliciesInPermissionSet',
        'ListCustomerManagedPolicyReferencesInPermissionSet',
        'ListAccounts',
      ],
      {},
      withoutEmptyLists(),
    ),
  ),
  'null-members': survives(
    'What is absent is null.',
    on(
      details,
      {},
      change((output) => nullsFor(output, ['InlinePolicy', 'Description', 'SessionDuration', 'Path']), true),
    ),
  ),
  'repeated-assignments': survives(
    'Assignments come twice.',
    on(
      assignments,
      {},
      change((output) => ({ ...output, AccountAssignments: twice(output.AccountAssignments) })),
    ),
  ),
  'repeated-sets': survives(
    'Permission sets come twice.',
    on(
      'ListPermissionSets',
      {},
      change((output) => ({ ...output, PermissionSets: twice(output.PermissionSets) })),
    ),
  ),
  'denied-sets': survives('ListPermissionSets is denied.', on('ListPermissionSets', {}, denied('sso'))),
  'denied-provisioned': survives(
    'Counting is denied in the middle.',
    on('ListAccountsForProvisionedPermissionSet', { from: 2 }, denied('sso')),
  ),
  'denied-pairs': {
    ...survives(
      'Reading by pairs is denied in the middle.',
      on('ListAccountAssignments', { from: 4 }, denied('sso')),
    ),
    way: 'pairs',
  },
  'denied-principal': {
    ...survives(
      'Reading by principal is denied in the middle.',
      on('ListAccountAssignmentsForPrincipal', { from: 4 }, denied('sso')),
    ),
    way: 'principal',
  },
  'denied-assignments': fails('Both ways are denied.', ['permission'], on(assignments, {}, denied('sso'))),
  'denied-details': fails(
    'The policies of permission sets are denied.',
    ['permission'],
    on('GetInlinePolicyForPermissionSet', {}, denied('sso')),
  ),
  'denied-accounts': {
    about: 'The names of accounts are denied.',
    faults: () => [
      on(
        'ListAccounts',
        {},
        act(({ access }) => access.accounts?.forEach((account) => delete account.Name)),
      ),
      on('ListAccounts', {}, denied('organizations')),
    ],
    outcome: 'final',
  },
  'no-organization': {
    about: 'The account belongs to no organization.',
    prepare: ({ access }) => {
      access.accounts = undefined
    },
    outcome: 'final',
  },
  'refused-accounts': fails(
    'Organizations refuses for another reason.',
    ['precondition'],
    on('ListAccounts', {}, error('InvalidInputException', 'Not valid.')),
  ),
  'kms-access-denied-sets': fails(
    'The key refuses ListPermissionSets.',
    ['permission'],
    on('ListPermissionSets', {}, kms('AccessDeniedException', 'KMS_AccessDeniedException')),
  ),
  'kms-disabled-assignments': fails(
    'The key is disabled in the middle of the assignments.',
    ['precondition'],
    on(assignments, { from: 3 }, kms('ResourceNotFoundException', 'KMS_DisabledException')),
  ),
  'validation-assignments': fails(
    'A request for assignments is not accepted.',
    ['precondition'],
    on(assignments, {}, error('ValidationException', '1 validation error detected')),
  ),
  'expired-assignments': fails(
    'The session expires in the middle of the assignments.',
    ['credentials'],
    on(assignments, { from: 3 }, expired()),
  ),
  'account-instance': {
    about: 'The instance belongs to a single account.',
    prepare: (organization) => {
      for (const instance of organization.instances) instance.ofAccount = true
    },
    outcome: ['precondition'],
  },
  'vanished-set-counted': { ...vanishes('ListAccountsForProvisionedPermissionSet') },
  'vanished-set-assigned': { ...vanishes('ListAccountAssignments'), way: 'pairs' },
  'vanished-set-described': vanishes('DescribePermissionSet'),
  'vanished-principal': {
    about: 'A principal vanishes before its assignments are read; AWS says so.',
    faults: () => [
      on('ListAccountAssignmentsForPrincipal', { nth: 2 }, act(dropAssignments)),
      on(
        'ListAccountAssignmentsForPrincipal',
        { nth: 2 },
        error('ResourceNotFoundException', 'GROUP not found.'),
      ),
    ],
    outcome: 'final',
    way: 'principal',
  },
  'listed-but-not-found': fails(
    'A permission set that is listed is not found.',
    ['unavailable'],
    on('DescribePermissionSet', { nth: 1 }, error('ResourceNotFoundException', 'Not found.')),
  ),
  'unknown-principal': {
    about: 'Assignments name principals that are gone.',
    prepare: ({ access }) => {
      const [first] = access.assignments
      if (first !== undefined) access.assignments.push({ ...first, PrincipalId: 'gone' })
    },
    outcome: 'same',
  },
  'repeated-token-sets': fails(
    'ListPermissionSets gives the same page and token again and again.',
    ['unavailable'],
    ...sameTokenForever(['ListPermissionSets']),
  ),
  'repeated-token-assignments': fails(
    'Assignments give the same page and token again and again.',
    ['unavailable'],
    ...sameTokenForever(assignments),
  ),
  'no-sets-member': malformed('ListPermissionSets has no list.', 'ListPermissionSets', () => ({})),
  'sets-without-arn': malformed('A permission set is null.', 'ListPermissionSets', () => ({
    PermissionSets: [null],
  })),
  'accounts-without-id': malformed('An account is no account.', counting[1], () => ({
    AccountIds: ['prod'],
  })),
  'rows-without-principal': malformed('A row names nobody.', assignments, (output) => ({
    ...output,
    AccountAssignments: [{ AccountId: '111122223333', PermissionSetArn: 'arn:aws:sso:::permissionSet/x/y' }],
  })),
  'rows-that-are-none': malformed('The rows are no list.', assignments, (output) => ({
    ...output,
    AccountAssignments: {},
  })),
  'row-of-another-account': {
    ...malformed('A row is of another account than asked for.', 'ListAccountAssignments', (output) => ({
      ...output,
      AccountAssignments: [{ PrincipalType: 'USER', PrincipalId: 'x', AccountId: '999999999999' }],
    })),
    way: 'pairs',
  },
  'set-without-description': malformed(
    'A permission set is not described.',
    'DescribePermissionSet',
    () => ({}),
  ),
}

/** The entries, typed as what they have in common. */
export const accessCatalogue: readonly (readonly [name: string, entry: CatalogueEntry])[] =
  Object.entries(ACCESS_FAULTS)

function page(status: number): Effect {
  return {
    kind: 'raw',
    status,
    contentType: 'text/html',
    body: `<html><body>${String(status)}</body></html>`,
  }
}

function malformed(
  about: string,
  operation: string | readonly string[],
  changed: (output: Record<string, unknown>) => Record<string, unknown>,
): CatalogueEntry {
  return deadline(about, on(operation, {}, change(changed, true)))
}

/** A permission set vanishes, with its assignments, right before the second call of this operation. */
function vanishes(operation: string): CatalogueEntry {
  const remove = act((organization, call) => {
    removePermissionSet(organization, String(call.input.PermissionSetArn))
  })
  return {
    about: `A permission set vanishes before ${operation}.`,
    faults: (): Fault[] => [on(operation, { nth: 2 }, remove)],
    outcome: 'final',
  }
}

function dropAssignments({ access }: Organization, call: { input: Record<string, unknown> }): void {
  access.assignments = access.assignments.filter(({ PrincipalId }) => PrincipalId !== call.input.PrincipalId)
}

function withoutEmptyLists(): Effect {
  return change((output) =>
    Object.fromEntries(
      Object.entries(output).filter(([, value]) => !Array.isArray(value) || value.length > 0),
    ),
  )
}

/** Sets members to null, at any depth, where they are empty or absent from an object that could have them. */
function nullsFor(output: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const nulled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(nulled)
    if (typeof value !== 'object' || value === null) return value
    const present = Object.entries(value).map(([name, member]) => [name, nulled(member)] as const)
    const absent = names.filter((name) => (value as Record<string, unknown>)[name] === undefined)
    return Object.fromEntries([...present, ...absent.map((name) => [name, null] as const)])
  }
  // An object stays one.
  return nulled(output) as Record<string, unknown>
}
