/**
 * The regions of each partition as of this release, for finding the one that has the instance. A test compares the list
 * with the one in the AWS SDK, so that an update of the SDK brings new regions to light.
 */
export const REGIONS: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'af-south-1',
    'ap-east-1',
    'ap-east-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'ca-central-1',
    'ca-west-1',
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'il-central-1',
    'me-central-1',
    'me-south-1',
    'me-west-1',
    'mx-central-1',
    'sa-east-1',
    'sa-west-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-eusc': ['eusc-de-east-1'],
  'aws-iso': ['us-iso-east-1', 'us-iso-west-1'],
  'aws-iso-b': ['us-isob-east-1', 'us-isob-west-1'],
  'aws-iso-e': ['eu-isoe-west-1'],
  'aws-iso-f': ['us-isof-east-1', 'us-isof-south-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
}

/** A partition's id, as it stands in ARNs, what its regions begin with, and the domain of its endpoints (the SDK's partitions.json). */
const PARTITIONS: readonly [id: string, prefix: RegExp, domain: string][] = [
  ['aws-cn', /^cn-/, 'amazonaws.com.cn'],
  ['aws-eusc', /^eusc-/, 'amazonaws.eu'],
  ['aws-iso', /^us-iso-/, 'c2s.ic.gov'],
  ['aws-iso-b', /^us-isob-/, 'sc2s.sgov.gov'],
  ['aws-iso-e', /^eu-isoe-/, 'cloud.adc-e.uk'],
  ['aws-iso-f', /^(us|eu)-isof-/, 'csp.hci.ic.gov'],
  ['aws-us-gov', /^us-gov-/, 'amazonaws.com'],
]

export function partitionOf(region: string): { id: string; domain: string } {
  const [id, , domain] = PARTITIONS.find(([, prefix]) => prefix.test(region)) ?? ['aws', /^/, 'amazonaws.com']
  return { id, domain }
}
