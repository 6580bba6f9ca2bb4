/** Who holds which permission set in which account, as IAM Identity Center assigns it: the content of access.json. */
export interface Access {
  /** Those that an assignment names, by id. */
  accounts: Account[]
  /** Those that an assignment names, by arn. */
  permissionSets: PermissionSet[]
  /** By principalType, principalId, account, permissionSet; no duplicates. */
  assignments: Assignment[]
}

export interface Account {
  /** 12 digits */
  id: string
  /** null where Organizations does not tell */
  name: string | null
}

/** All lists are sorted by UTF-16 code units. */
export interface PermissionSet {
  arn: string
  name: string
  description: string
  /** ISO 8601 duration, such as PT1H */
  sessionDuration: string
  /** Arns of AWS managed policies. */
  managedPolicies: string[]
  /** Path and name, such as /team/Deploy. */
  customerManagedPolicies: string[]
  /** The document with its keys sorted at every level; text that is no JSON object stays a string. */
  inlinePolicy: Record<string, unknown> | string | null
  /** The arn, or path and name of a customer managed policy. */
  permissionsBoundary: string | null
}

export interface Assignment {
  principalType: 'GROUP' | 'USER'
  principalId: string
  /** 12 digits */
  account: string
  /** arn */
  permissionSet: string
}
