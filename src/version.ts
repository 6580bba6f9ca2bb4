/** The name of the project, as it stands in user agents, paths and logs. */
export const PRODUCT = 'aws-organization-sync'

/** The version of package.json; a test holds the two together. */
export const VERSION = '0.1.0'
