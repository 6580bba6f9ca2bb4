import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { compareSnapshots } from '../changes/compare.ts'
import { checkRemovals, describeVerdict } from '../changes/guard.ts'
import { UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import {
  parseConnectorSettings,
  type ConnectorSettings,
  type Environment,
  type RemovalLimit,
} from '../settings.ts'
import { countIdentities } from '../snapshot/model.ts'
import type { Identities, MappingOptions, Origin } from '../snapshot/model.ts'
import { directoryFiles, readBaseline } from '../snapshot/read.ts'
import { writeImportFiles } from '../snapshot/write.ts'
import type { ImportFilePaths } from './service.ts'

/** The organization as AWS gave it, mapped; never without users. */
export interface Reading {
  identities: Identities
  description: Origin & MappingOptions
}

/** Where a sync gets what it cannot know itself. */
export interface SyncEdges {
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
  edges: SyncEdges,
): Promise<{ users: number; groups: number }> {
  const { workingDirectory: root, environment, log } = edges
  const usersFile = placeIn(root, paths.usersFile)
  const groupsFile = placeIn(root, paths.groupsFile)
  const settings = parseConnectorSettings(parameters, environment, edges)
  const { source, baseline } = settings
  for (const warning of settings.warnings) log.warning(warning)

  if (source !== 'aws') {
    if (baseline !== undefined) log.warning('The parameter baseline is ignored: it is for source aws.')
    // Loaded here: source aws gets it from readAws.
    const { openDirectory } = await import('../source.ts')
    const { identities } = await (await openDirectory(resolve(root, source.path), settings.account)).read()
    await writeImportFiles({ usersFile, groupsFile, root, identities })
    return tell(identities, `the snapshot in ${source.path}`, log)
  }

  const { identities, description } = await edges.readAws(settings)
  const directory = baseline === undefined ? undefined : resolve(root, baseline)
  if (directory !== undefined) await guard(directory, { identities, description }, settings.removalLimit, log)
  const kept =
    directory === undefined ? undefined : { directory, root: existingAbove(directory), description }
  await writeImportFiles({ usersFile, groupsFile, root, identities, baseline: kept })
  return tell(identities, `identity store ${description.identityStoreId}`, log)
}

/** Where a baseline may be made anew: the user named it, so that no directory on the way is a foreign one. */
function existingAbove(directory: string): string {
  const parent = dirname(directory)
  return existsSync(parent) || parent === directory ? parent : existingAbove(parent)
}

/**
 * The real path of a file that the CLI asks for. Other users of the machine can reach the connector's port too, and must
 * not choose where it writes. The CLI's own paths keep a symbolic link that its working directory was entered by.
 */
function placeIn(root: string, file: string): string {
  const directory = isAbsolute(file) && existsSync(dirname(file)) ? realpathSync(dirname(file)) : undefined
  const below = directory === undefined ? '..' : relative(realpathSync(root), directory)
  if (directory === undefined || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) {
    throw new UserError(
      'precondition',
      `The connector was asked to write ${file}, which is not inside the directory that raito runs in (${root}). ` +
        'It writes nowhere else; nothing was imported.',
    )
  }
  return join(directory, basename(file))
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
    'Give each identity store a baseline directory of its own.',
  )
  if (baseline === undefined) {
    log.warning(`Removals were not checked: there is no snapshot in ${directory} yet. This sync writes it.`)
    return
  }
  const verdict = checkRemovals(compareSnapshots(baseline, identities), limit)
  if (verdict.refused) throw new UserError('precondition', describeVerdict(verdict, limit))
}

function tell(identities: Identities, source: string, log: Log): { users: number; groups: number } {
  const { users, groups, memberships } = countIdentities(identities)
  log.info(`Wrote ${users} users, ${groups} groups and ${memberships} memberships from ${source}.`)
  return { users, groups }
}
