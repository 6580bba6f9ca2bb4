import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { compareWithBaseline } from '../changes/comparison.ts'
import { UserError } from '../errors.ts'
import { leftoversIn, pathInside, refuseLinks } from '../files.ts'
import type { Log } from '../log.ts'
import {
  parseConnectorSettings,
  type ConnectorSettings,
  type Environment,
  type RemovalLimit,
} from '../settings.ts'
import { ACCESS_FILE, countIdentities, SNAPSHOT_FILES } from '../snapshot/model.ts'
import type { Identities, MappingOptions, Origin } from '../snapshot/model.ts'
import { directoryFiles, readBaseline } from '../snapshot/read.ts'
import { refuseExisting, writeImportFiles } from '../snapshot/write.ts'
import type { ImportFilePaths } from './service.ts'

/** The organization as AWS gave it, mapped; never without users. */
export interface Reading {
  identities: Identities
  description: Origin & MappingOptions
}

/** Where a sync gets what it cannot know itself. */
export interface SyncOptions {
  environment: Environment
  /** The working directory of `raito run`: absolute. */
  workingDirectory: string
  /** Whether the connector stands in for the reference connector. */
  isDropIn: boolean
  log: Log
  readAws(settings: ConnectorSettings): Promise<Reading>
}

/**
 * One SyncIdentityStore of the CLI: reads the source, refuses what must not be imported (Raito deletes what a file no
 * longer names), and writes both files inside the CLI's working directory, or neither.
 *
 * @throws UserError
 */
export async function syncIdentityStore(
  parameters: Record<string, string>,
  paths: ImportFilePaths,
  options: SyncOptions,
): Promise<{ users: number; groups: number }> {
  const { workingDirectory: root, environment, log } = options
  const usersFile = importFileIn(root, paths.usersFile)
  const groupsFile = importFileIn(root, paths.groupsFile)
  const settings = parseConnectorSettings(parameters, environment, options)
  const { source, baseline } = settings
  for (const warning of settings.warnings) log.warning(warning)

  if (source !== 'aws') {
    if (baseline !== undefined)
      log.warning('The parameter baseline is ignored: it applies only to source aws.')
    // Loaded here: source aws gets it from readAws.
    const { openDirectory } = await import('../source.ts')
    const directory = resolve(root, source.path)
    refuseLinks(directory, [root])
    const { identities } = await (await openDirectory(directory, settings.account)).read()
    await writeImportFiles({ usersFile, groupsFile, root, identities })
    return logCounts(identities, `the snapshot in ${source.path}`, log)
  }

  const directory = baseline === undefined ? undefined : baselineIn(root, baseline)
  const { identities, description } = await options.readAws(settings)
  if (directory !== undefined) await guard(directory, { identities, description }, settings.removalLimit, log)
  const kept = directory === undefined ? undefined : { directory, description }
  await writeImportFiles({ usersFile, groupsFile, root, identities, baseline: kept })
  return logCounts(identities, `identity store ${description.identityStoreId}`, log)
}

/** The real path of a file that the CLI asks for, where nothing is yet: the names of the CLI hold the time. */
function importFileIn(root: string, file: string): string {
  const path = isAbsolute(file) ? realPathIn(root, file) : undefined
  if (path === undefined) {
    throw new UserError(
      'precondition',
      `The Raito CLI asked for ${file}, which is outside its working directory (${root}). ` +
        'The connector writes only inside it; nothing was imported.',
    )
  }
  refuseExisting(path)
  return path
}

function baselineIn(root: string, baseline: string): string {
  const directory = realPathIn(root, resolve(root, baseline))
  if (directory !== undefined) return directory
  throw new UserError(
    'parameters',
    `baseline is ${baseline}, which is outside the working directory of the Raito CLI (${root}). ` +
      'The connector writes only inside it. Choose a directory below it, or run raito from a parent of the baseline.',
  )
}

/**
 * The path without the symbolic links that it leads through, or undefined where it ends outside of the root. The CLI's own
 * paths keep a link that its working directory was entered by.
 */
function realPathIn(root: string, path: string): string | undefined {
  const real = realPathOf(path)
  return pathInside(realpathSync(root), real) === undefined ? undefined : real
}

/** What does not exist yet is taken as it is written. A link without an end exists, and is refused when it is written. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  return dirname(path) === path ? path : join(realPathOf(dirname(path)), basename(path))
}

async function guard(
  directory: string,
  { identities, description }: Reading,
  limit: RemovalLimit,
  log: Log,
): Promise<void> {
  const baseline = await readBaseline(
    directoryFiles(directory),
    description.identityStoreId,
    identities,
    'Use a separate baseline directory for each identity store.',
  ).catch((error: unknown) => {
    throw afterKill(error, directory)
  })
  if (baseline === undefined) {
    log.warning(`Removals were not checked: there is no snapshot in ${directory} yet. This sync writes it.`)
    return
  }
  const current = { kind: 'aws', identities, mapping: description } as const
  const { refusal } = await compareWithBaseline(baseline, current, limit)
  if (refusal !== undefined) throw refusal
}

/** A write that was killed leaves files that readers refuse, and temporary files beside them. */
function afterKill(error: unknown, directory: string): unknown {
  const remains = leftoversIn(directory, [...SNAPSHOT_FILES, ACCESS_FILE])
  if (!(error instanceof UserError) || remains.length === 0) return error
  return new UserError(
    error.kind,
    `A sync was killed while it wrote the baseline, so the files in ${directory} do not match. ` +
      `Remove ${[...SNAPSHOT_FILES, ...remains].join(', ')} there. ` +
      'The next sync then has no baseline and cannot check removals, so look at its counts.',
    { cause: error },
  )
}

function logCounts(identities: Identities, source: string, log: Log): { users: number; groups: number } {
  const { users, groups, memberships } = countIdentities(identities)
  log.info(`Wrote ${users} users, ${groups} groups and ${memberships} memberships from ${source}.`)
  return { users, groups }
}
