import {
  OrganizationsClient,
  ListAccountsCommand,
  type ListAccountsCommandInput,
  type ListAccountsCommandOutput,
  type OrganizationsClientConfig,
} from '@aws-sdk/client-organizations'
import * as sso from '@aws-sdk/client-sso-admin'
import { boundAnswers } from './answer-bounds.ts'

type Call<I, O> = (input: I, signal: AbortSignal) => Promise<O>

/** The calls of access, each once: who retries and paces stands above. Errors are those of the SDK. */
export interface AccessApi {
  listPermissionSets: Call<sso.ListPermissionSetsCommandInput, sso.ListPermissionSetsCommandOutput>
  listAccountsForProvisionedPermissionSet: Call<
    sso.ListAccountsForProvisionedPermissionSetCommandInput,
    sso.ListAccountsForProvisionedPermissionSetCommandOutput
  >
  listAccountAssignments: Call<
    sso.ListAccountAssignmentsCommandInput,
    sso.ListAccountAssignmentsCommandOutput
  >
  listAccountAssignmentsForPrincipal: Call<
    sso.ListAccountAssignmentsForPrincipalCommandInput,
    sso.ListAccountAssignmentsForPrincipalCommandOutput
  >
  describePermissionSet: Call<sso.DescribePermissionSetCommandInput, sso.DescribePermissionSetCommandOutput>
  listManagedPolicies: Call<
    sso.ListManagedPoliciesInPermissionSetCommandInput,
    sso.ListManagedPoliciesInPermissionSetCommandOutput
  >
  listCustomerManagedPolicies: Call<
    sso.ListCustomerManagedPolicyReferencesInPermissionSetCommandInput,
    sso.ListCustomerManagedPolicyReferencesInPermissionSetCommandOutput
  >
  getInlinePolicy: Call<
    sso.GetInlinePolicyForPermissionSetCommandInput,
    sso.GetInlinePolicyForPermissionSetCommandOutput
  >
  getPermissionsBoundary: Call<
    sso.GetPermissionsBoundaryForPermissionSetCommandInput,
    sso.GetPermissionsBoundaryForPermissionSetCommandOutput
  >
  listAccounts: Call<ListAccountsCommandInput, ListAccountsCommandOutput>
}

/** SSO Admin in the region that `admin` is made for, Organizations where the SDK sends it. */
export function createAccessApi(
  admin: sso.SSOAdminClient,
  configuration: OrganizationsClientConfig,
): AccessApi {
  const organizations = boundAnswers(new OrganizationsClient(configuration))
  return {
    listPermissionSets: (input, abortSignal) =>
      admin.send(new sso.ListPermissionSetsCommand(input), { abortSignal }),
    listAccountsForProvisionedPermissionSet: (input, abortSignal) =>
      admin.send(new sso.ListAccountsForProvisionedPermissionSetCommand(input), { abortSignal }),
    listAccountAssignments: (input, abortSignal) =>
      admin.send(new sso.ListAccountAssignmentsCommand(input), { abortSignal }),
    listAccountAssignmentsForPrincipal: (input, abortSignal) =>
      admin.send(new sso.ListAccountAssignmentsForPrincipalCommand(input), { abortSignal }),
    describePermissionSet: (input, abortSignal) =>
      admin.send(new sso.DescribePermissionSetCommand(input), { abortSignal }),
    listManagedPolicies: (input, abortSignal) =>
      admin.send(new sso.ListManagedPoliciesInPermissionSetCommand(input), { abortSignal }),
    listCustomerManagedPolicies: (input, abortSignal) =>
      admin.send(new sso.ListCustomerManagedPolicyReferencesInPermissionSetCommand(input), { abortSignal }),
    getInlinePolicy: (input, abortSignal) =>
      admin.send(new sso.GetInlinePolicyForPermissionSetCommand(input), { abortSignal }),
    getPermissionsBoundary: (input, abortSignal) =>
      admin.send(new sso.GetPermissionsBoundaryForPermissionSetCommand(input), { abortSignal }),
    listAccounts: (input, abortSignal) => organizations.send(new ListAccountsCommand(input), { abortSignal }),
  }
}
