/** The name of the project, as it stands in user agents, paths and logs. */
export const PRODUCT = 'aws-organization-sync'

/** The version of package.json; a test holds the two together. */
export const VERSION = '0.1.0'

/** The variable for `connector-version: "{{…}}"` in raito.yml, which the action exports. */
export const VERSION_VARIABLE = 'AWS_ORGANIZATION_SYNC_CONNECTOR_VERSION'
/** Started with this argument, the connector stands in for the reference connector. */
export const DROP_IN_ARGUMENT = '--drop-in'
