import { status } from '@grpc/grpc-js'
import { framesOf, UserError, type FailureKind } from '../errors.ts'
import type { Log } from '../log.ts'
import { TAG_SOURCE } from '../snapshot/model.ts'
import { VERSION } from '../version.ts'
import { PARAMETERS } from './parameters.ts'

/** The two files that the CLI asks for: absolute paths in its own working directory. */
export interface ImportFilePaths {
  usersFile: string
  groupsFile: string
}

/** Writes both files, or neither. */
export type Sync = (
  parameters: Record<string, string>,
  files: ImportFilePaths,
) => Promise<{ users: number; groups: number }>

/** The message of that name. */
interface IdentityStoreSyncConfig {
  /** null where it was absent */
  config_map: { parameters: Record<string, string> } | null
  /** absolute paths */
  user_file: string
  group_file: string
}

export type ConnectorService = ReturnType<typeof connectorService>

/** The gRPC status of each kind of failure. */
const STATUS: Record<FailureKind, status> = {
  parameters: status.INVALID_ARGUMENT,
  credentials: status.UNAUTHENTICATED,
  permission: status.PERMISSION_DENIED,
  precondition: status.FAILED_PRECONDITION,
  unavailable: status.UNAVAILABLE,
}

/** A status travels as an HTTP/2 trailer, percent-encoded: far below every limit on headers that grpc-go has. */
const LONGEST_STATUS = 4000

/** What the CLI calls; the answers are messages of protocol.ts. */
export function connectorService(sync: Sync) {
  return {
    getInfo: () => ({
      name: 'AWS Organization Sync',
      description:
        'Imports the users, groups and memberships of an AWS organization from IAM Identity Center, all or nothing.',
      version: semVer(VERSION),
      parameters: PARAMETERS,
      tag_source: TAG_SOURCE,
      type: ['PLUGIN_TYPE_IS_SYNC'],
    }),

    // Both must be there: a released CLI dereferences them without a look. One that is older than the build takes the
    // minimal version as the rule, a newer one asks for a build from 0.50 on.
    cliVersionInformation: () => ({
      cli_build_version: semVer('0.72.0'),
      cli_minimal_version: semVer('0.50.0-0'),
    }),

    // As the reference connector's: Raito knows the type by this name.
    getIdentityStoreMetaData: () => ({
      type: 'aws-organization',
      icon: '',
      can_be_linked: true,
      can_be_master: true,
    }),

    syncIdentityStore: async ({ config_map, user_file, group_file }: IdentityStoreSyncConfig) => {
      const files = { usersFile: user_file, groupsFile: group_file }
      const { users, groups } = await sync(config_map?.parameters ?? {}, files)
      return { user_count: users, group_count: groups }
    },
  }
}

/** The status that the CLI is given for whatever was thrown; where a bug happened goes to the log, at debug level. */
export function statusOf(thrown: unknown, log: Log): { code: status; details: string } {
  if (thrown instanceof UserError) {
    if (thrown.cause !== undefined) log.debug(`Cause: ${framesOf(thrown.cause)}`)
    return { code: STATUS[thrown.kind], details: fit(thrown.message) }
  }
  log.debug(framesOf(thrown))
  return {
    code: status.INTERNAL,
    details:
      'This is a bug in AWS Organization Sync; nothing was imported. ' +
      'Run the CLI again with --debug and --log-output, and report it with the log.',
  }
}

function fit(message: string): string {
  const whole = message.toWellFormed()
  return whole.length <= LONGEST_STATUS ? whole : `${whole.slice(0, LONGEST_STATUS).toWellFormed()}…`
}

function semVer(version: string) {
  const [, major, minor, patch, prerelease] = /^(\d+)\.(\d+)\.(\d+)-?(.*)$/.exec(version) ?? []
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease, build: '' }
}
