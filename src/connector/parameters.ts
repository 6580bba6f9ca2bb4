import type { InputName } from '../settings.ts'
import { TAG_NAMES } from '../snapshot/tags.ts'

/** The connector's parameters, which are inputs of the action too. */
const DESCRIPTIONS = {
  'aws-account-id':
    'The AWS account, 12 digits, quoted in raito.yml. It must be the account of the credentials or the owner of the Identity Center instance. A snapshot as source must belong to it too.',
  'aws-profile': "Profile from the shared AWS files. By default the AWS SDK's credential chain decides.",
  'aws-region':
    "Region of IAM Identity Center. Defaults to AWS_REGION, then AWS_DEFAULT_REGION, then the profile's region.",
  'aws-identity-store-id':
    'Identity store to read, such as d-1234567890. Needed only if several instances qualify.',
  'requests-per-second':
    'Calls per second, 0.1 to 1000. Defaults to 20, the AWS limit shared by all clients of the account.',
  source:
    'What to import: aws, or the path of a snapshot directory that AWS Organization Sync wrote, which needs no AWS credentials. ' +
    'Defaults to the environment variable AWS_ORGANIZATION_SYNC_SOURCE, then to aws.',
  mapping:
    'full, or reference for the values of raito-io/cli-plugin-aws-organization, without tags and machine-users. Defaults to full, or to reference if installed under that name with source aws.',
  tags: `User attributes to import as tags, separated by commas or as a YAML list. Any of ${TAG_NAMES.join(', ')}.`,
  'machine-users':
    'Regular expression (JavaScript, flag u, not anchored) for user names. isMachine is true if it matches, else false; null without it.',
  'disabled-users':
    'include or exclude users whose status is DISABLED, and their memberships. Defaults to include.',
  baseline:
    'Directory of the last good snapshot, for source aws. A sync that removes more of it than max-removals is refused; a successful one replaces it.',
  'max-removals':
    'How many users, groups, memberships and e-mail addresses a sync may remove from the baseline, as a percentage (which always allows five) or a number. Defaults to 10%.',
} satisfies Partial<Record<InputName, string>>

/** As `raito info` shows them, in this order. */
export const PARAMETERS = Object.entries(DESCRIPTIONS).map(([name, description]) => ({
  name,
  description,
  mandatory: name === 'aws-account-id',
}))
