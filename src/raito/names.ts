/** The environment variable for `connector-version: "{{…}}"` in raito.yml, which the action exports. */
export const VERSION_VARIABLE = 'AWS_ORGANIZATION_SYNC_CONNECTOR_VERSION'

/** Started with this argument, the connector stands in for the reference connector. */
export const DROP_IN_ARGUMENT = '--drop-in'
