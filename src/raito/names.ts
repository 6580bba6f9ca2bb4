/** The environment variable that names the connector's default source; the action exports it for later steps. */
export const SOURCE_VARIABLE = 'AWS_ORGANIZATION_SYNC_SOURCE'

/** Its value after a run that failed: the connector must not import what an earlier run left. */
export const FAILED_SOURCE = 'failed'

/** The environment variable for `connector-version: "{{…}}"` in raito.yml. */
export const VERSION_VARIABLE = 'AWS_ORGANIZATION_SYNC_CONNECTOR_VERSION'

/** Started with this argument, the connector stands in for the reference connector. */
export const DROP_IN_ARGUMENT = '--drop-in'
