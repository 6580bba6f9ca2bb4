import { describe, expect, it } from '@jest/globals'
import { levelOf } from '../../src/changes/levels.ts'
import type { PermissionSet } from '../../src/snapshot/access.ts'
import { permissionSet } from '../fixtures/access.ts'

const aws = (...names: string[]) => ({
  managedPolicies: names.map((name) => `arn:aws:iam::aws:policy/${name}`),
})
const inline = (...statements: unknown[]) => ({ inlinePolicy: { Statement: statements } })
const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })

describe('the level of a permission set', () => {
  it.each<[string, Partial<PermissionSet>, string]>([
    ['nothing', {}, 'other'],
    ['AdministratorAccess', aws('ReadOnlyAccess', 'AdministratorAccess'), 'administrator'],
    [
      'the same in China',
      { managedPolicies: ['arn:aws-cn:iam::aws:policy/AdministratorAccess'] },
      'administrator',
    ],
    ['the same with a path', aws('job-function/AdministratorAccess'), 'administrator'],
    ['a policy whose name only begins so', aws('AdministratorAccess-Amplify'), 'other'],
    [
      'a policy of an account with that name',
      { managedPolicies: ['arn:aws:iam::111122223333:policy/AdministratorAccess'] },
      'other',
    ],
    [
      'a policy of the customer with that name',
      { customerManagedPolicies: ['/AdministratorAccess'] },
      'other',
    ],
    ['everything allowed inline', inline(allow({})), 'administrator'],
    ['one statement that is no list', { inlinePolicy: { Statement: allow({}) } }, 'administrator'],
    [
      '*:* in lists',
      inline(allow({ Action: ['s3:*', '*:*'], Resource: ['arn:aws:s3:::x', '*'] })),
      'administrator',
    ],
    ['an empty condition', inline(allow({ Condition: {} })), 'administrator'],
    [
      'a condition',
      inline(allow({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })),
      'other',
    ],
    ['a condition that is text', inline(allow({ Condition: 'x' })), 'other'],
    ['NotAction', inline(allow({ NotAction: 'iam:*' })), 'other'],
    ['NotResource', inline(allow({ NotResource: 'x' })), 'other'],
    ['one resource', inline(allow({ Resource: 'arn:aws:s3:::*' })), 'other'],
    ['no resource', inline({ Effect: 'Allow', Action: '*' }), 'other'],
    ['everything denied', inline(allow({ Effect: 'Deny' })), 'other'],
    ['iam:* without regard to case', inline(allow({ Action: 'IAM:*' })), 'privileged'],
    ['sts:AssumeRole among others', inline(allow({ Action: ['s3:Get*', 'sts:AssumeRole'] })), 'privileged'],
    ['iam:* under a condition', inline(allow({ Action: 'iam:*', Condition: { a: {} } })), 'other'],
    ['sts:AssumeRoleWithSAML', inline(allow({ Action: 'sts:AssumeRoleWithSAML' })), 'other'],
    ...['sso:*', 'sso-directory:*', 'identitystore:*', 'organizations:*', 'sts:*'].map(
      (Action): [string, Partial<PermissionSet>, string] => [Action, inline(allow({ Action })), 'privileged'],
    ),
    ...[
      'IAMFullAccess',
      'PowerUserAccess',
      'AWSOrganizationsFullAccess',
      'AWSSSOMasterAccountAdministrator',
      'AWSSSOMemberAccountAdministrator',
      'AWSSSODirectoryAdministrator',
    ].map((name): [string, Partial<PermissionSet>, string] => [name, aws(name), 'privileged']),
    [
      'all that only reads',
      aws('AWSBillingReadOnlyAccess', 'ReadOnlyAccess', 'SecurityAudit', 'job-function/ViewOnlyAccess'),
      'read-only',
    ],
    ['one of them is not', aws('AmazonS3FullAccess', 'ReadOnlyAccess'), 'other'],
    [
      'a policy of the customer beside',
      { ...aws('ReadOnlyAccess'), customerManagedPolicies: ['/x'] },
      'other',
    ],
    ['an inline policy beside', { ...aws('ReadOnlyAccess'), ...inline() }, 'other'],
    ['a boundary beside', { ...aws('ReadOnlyAccess'), permissionsBoundary: '/x' }, 'read-only'],
    [
      'a boundary around an administrator',
      { ...aws('AdministratorAccess'), permissionsBoundary: '/x' },
      'administrator',
    ],
    ['a text that is no JSON', { inlinePolicy: '"Action":"*"' }, 'other'],
    ['statements that are none', { inlinePolicy: { Statement: [null, 1, 'x', []] } }, 'other'],
  ])('of %s', (_, more, expected) => {
    expect(levelOf(permissionSet('a', more))).toBe(expected)
  })
})
