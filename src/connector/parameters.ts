import { TAG_NAMES } from '../snapshot/tags.ts'
import type { ParameterInfo } from './protocol.ts'

/** The connector's parameters, which `raito info` shows in this order. */
export const PARAMETERS: readonly ParameterInfo[] = [
  {
    name: 'aws-account-id',
    description:
      'The AWS account that the import must belong to: 12 digits, quoted in raito.yml. The account of the credentials, or the one that owns the Identity Center instance.',
    mandatory: true,
  },
  optional(
    'aws-profile',
    'The profile of the shared AWS files. Without it, the default credential chain of AWS.',
  ),
  optional(
    'aws-region',
    "The region of IAM Identity Center. Without it: AWS_REGION, AWS_DEFAULT_REGION, the profile's region.",
  ),
  optional(
    'aws-identity-store-id',
    'The identity store (d-…), needed only where several Identity Center instances qualify.',
  ),
  optional(
    'requests-per-second',
    'The pace of the Identity Store calls, 0.1 to 1000. Default 20, the limit that all clients of the account share.',
  ),
  optional(
    'source',
    'What is imported: aws, or the path of a snapshot directory that AWS Organization Sync wrote (needs no AWS credentials). ' +
      'Default: the environment variable AWS_ORGANIZATION_SYNC_SOURCE, else aws.',
  ),
  optional(
    'mapping',
    "full, or reference: the values of raito-io/cli-plugin-aws-organization, record for record. Default full; reference under that connector's name with source aws.",
  ),
  optional(
    'tags',
    `The attributes of a user to import as tags: a list of ${TAG_NAMES.join(', ')}. Default none.`,
  ),
  optional(
    'machine-users',
    'A regular expression on the user name: users that match are machines, all others are not. Default: neither is said.',
  ),
  optional('disabled-users', 'include or exclude users whose status is DISABLED. Default include.'),
  optional(
    'baseline',
    'With source aws: a directory for the last good snapshot. A sync that loses more than max-removals of it is refused; a good one replaces it.',
  ),
  optional(
    'max-removals',
    'How many users, groups, memberships or e-mail addresses a sync may lose against the baseline: a number or a percentage. Default 10%.',
  ),
]

function optional(name: string, description: string): ParameterInfo {
  return { name, description, mandatory: false }
}
