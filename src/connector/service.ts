import { status } from '@grpc/grpc-js'
import { framesOf, UserError, type FailureKind } from '../errors.ts'
import type { Log } from '../log.ts'
import { TAG_SOURCE } from '../snapshot/model.ts'
import type {
  CliBuildInformation,
  ConfigMap,
  IdentityStoreSyncConfig,
  IdentityStoreSyncResult,
  MetaData,
  ParameterInfo,
  PluginInfo,
  SemVer,
} from './protocol.ts'

/** The two files that the CLI asks for: absolute paths in its own working directory. */
export interface ImportFilePaths {
  usersFile: string
  groupsFile: string
}

export interface ConnectorOptions {
  /** X.Y.Z, with or without a pre-release */
  version: string
  parameters: readonly ParameterInfo[]
  /** Writes both files, or neither, and throws a UserError where a person can act. */
  sync: (
    parameters: Record<string, string>,
    files: ImportFilePaths,
  ) => Promise<{ users: number; groups: number }>
  log: Log
}

/** What the CLI calls; each function throws nothing but a gRPC status (`{ code, details }`). */
export interface ConnectorService {
  getInfo: () => PluginInfo
  cliVersionInformation: () => CliBuildInformation
  getIdentityStoreMetaData: (parameters: ConfigMap) => MetaData
  syncIdentityStore: (config: IdentityStoreSyncConfig) => Promise<IdentityStoreSyncResult>
}

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

export function connectorService({ version, parameters, sync, log }: ConnectorOptions): ConnectorService {
  return {
    getInfo: () => ({
      name: 'AWS Organization Sync',
      description:
        'Imports the users, groups and memberships of an AWS organization from IAM Identity Center, all or nothing.',
      version: semVer(version),
      parameters: [...parameters],
      tag_source: TAG_SOURCE,
      type: ['PLUGIN_TYPE_IS_SYNC'],
    }),

    // A CLI older than the build takes the minimal version as the rule, a newer one asks for a build from 0.50 on.
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

    syncIdentityStore: async ({ config_map, user_file, group_file }) => {
      try {
        const files = { usersFile: user_file, groupsFile: group_file }
        const counts = await sync(config_map?.parameters ?? {}, files)
        return { user_count: counts.users, group_count: counts.groups }
      } catch (thrown) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a gRPC status is an object, not an Error
        throw statusOf(thrown, log)
      }
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

function semVer(version: string): SemVer {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(version)
  if (match === null) throw new Error(`${version} is not a version.`)
  const [, major, minor, patch, prerelease, build] = match
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease ?? '',
    build: build ?? '',
  }
}
