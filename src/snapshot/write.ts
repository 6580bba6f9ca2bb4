import { closeSync, constants, createReadStream, lstatSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { removeLeftovers, writeFiles } from '../files.ts'
import type { StagedFile, StageFile } from '../files.ts'
import type { Access } from './access.ts'
import { renderManifest } from './manifest.ts'
import {
  ACCESS_FILE,
  ACCESS_HEAD,
  countAccess,
  countIdentities,
  MANIFEST_FORMAT,
  SNAPSHOT_FILES,
} from './model.ts'
import type { FileDigest, Identities, Manifest, MappingOptions, Origin, SnapshotFileName } from './model.ts'
import { importFile, renderGroup, userRenderer } from './raito-json.ts'
import { readSnapshot } from './read.ts'
import type { SnapshotFiles } from './read.ts'

/**
 * Writes users.json, groups.json, access.json where there is access, and manifest.json into a directory, all or nothing.
 * Without access an access.json of an earlier snapshot is removed. Other files in the directory are left alone.
 * What readSnapshot would refuse is put nowhere.
 *
 * @param roots absolute paths, one of which must hold the directory
 * @param identities sorted, as mapIdentityStore gives them
 * @throws UserError
 */
export async function writeSnapshot({
  directory,
  roots,
  identities,
  access,
  description,
}: SnapshotToWrite & { roots: readonly string[] }): Promise<Manifest> {
  const written = await writeFiles(roots, (stage) =>
    stageSnapshot(stage, { directory, identities, access, description }),
  )
  removeLeftovers(directory, [...SNAPSHOT_FILES, ACCESS_FILE])
  // After the manifest, which does not name it any more: killed in between, the snapshot is whole.
  if (access === undefined) removeEarlierAccess(join(directory, ACCESS_FILE))
  return written
}

/**
 * Writes the two import files that `raito run` asks the connector for, and the snapshot that is the baseline of its next
 * run where one is kept: all or nothing. An import file never takes the place of another file.
 *
 * @param root the working directory of the CLI, which must hold the import files and the baseline
 * @throws UserError
 */
export async function writeImportFiles({
  usersFile,
  groupsFile,
  root,
  identities,
  baseline,
}: ImportFiles & {
  root: string
  identities: Identities
  baseline?: Omit<SnapshotToWrite, 'identities'> | undefined
}): Promise<void> {
  await writeFiles([root], async (stage) => {
    const [users, groups] = await stageIdentities(stage, identities, { usersFile, groupsFile })
    if (baseline === undefined) await verifyStaged(identities, { 'users.json': users, 'groups.json': groups })
    else await stageSnapshot(stage, { ...baseline, identities })
    refuseExisting(usersFile)
    refuseExisting(groupsFile)
  })
  if (baseline !== undefined) removeLeftovers(baseline.directory, SNAPSHOT_FILES)
}

/** @throws UserError where something is at a path that the CLI asks for */
export function refuseExisting(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return
  throw new UserError(
    'precondition',
    `The Raito CLI asked for ${file}, which already exists. The connector never replaces a file; nothing was imported.`,
  )
}

interface SnapshotToWrite {
  /** Absolute. */
  directory: string
  identities: Identities
  access?: Access | undefined
  description: Origin & MappingOptions
}

interface ImportFiles {
  usersFile: string
  groupsFile: string
}

/**
 * The manifest is staged, and so renamed, last: a run that is killed in between leaves either files that the manifest
 * does not fit, or no manifest but its temporary file; read.ts refuses both.
 */
async function stageSnapshot(
  stage: StageFile,
  { directory, identities, access, description }: SnapshotToWrite,
): Promise<Manifest> {
  const [users, groups] = await stageIdentities(stage, identities, {
    usersFile: join(directory, 'users.json'),
    groupsFile: join(directory, 'groups.json'),
  })
  const staged = access === undefined ? undefined : await stageAccess(stage, directory, access)
  const manifest: Manifest = {
    ...description,
    format: MANIFEST_FORMAT,
    ...(access === undefined ? {} : { access: 'accounts' }),
    counts: { ...countIdentities(identities), ...(access === undefined ? {} : countAccess(access)) },
    files: {
      'users.json': digestOf(users),
      'groups.json': digestOf(groups),
      ...(staged === undefined ? {} : { 'access.json': digestOf(staged) }),
    },
  }
  const described = await stage(join(directory, 'manifest.json'), [renderManifest(manifest)])
  await verifyStaged(identities, {
    'users.json': users,
    'groups.json': groups,
    ...(staged === undefined ? {} : { 'access.json': staged }),
    'manifest.json': described,
  })
  return manifest
}

async function stageAccess(stage: StageFile, directory: string, access: Access): Promise<StagedFile> {
  const { accessFile } = await import('./access-file.ts')
  return stage(join(directory, ACCESS_FILE), accessFile(access))
}

function digestOf({ sha256, bytes }: StagedFile): FileDigest {
  return { sha256, bytes }
}

async function stageIdentities(
  stage: StageFile,
  identities: Identities,
  { usersFile, groupsFile }: ImportFiles,
): Promise<[StagedFile, StagedFile]> {
  return [
    await stage(usersFile, importFile(identities.users, userRenderer(identities.memberships))),
    await stage(groupsFile, importFile(identities.groups, renderGroup)),
  ]
}

/** Reads what was staged as any reader will: a value of AWS that makes a file unreadable must not replace one that is not. */
async function verifyStaged(
  identities: Identities,
  staged: Partial<Record<SnapshotFileName, StagedFile>>,
): Promise<void> {
  const files: SnapshotFiles = {
    label: 'the new snapshot',
    open(name) {
      const temporary = staged[name]?.temporary
      return Promise.resolve(temporary === undefined ? undefined : createReadStream(temporary))
    },
  }
  const manifest = staged['manifest.json'] === undefined ? 'optional' : 'required'
  try {
    await readSnapshot(files, { manifest, dropsRecords: identities })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reason = error.message.replace(/\. .*/s, '')
    throw new UserError(
      'precondition',
      `The data from AWS would make an unreadable snapshot (${reason}), so nothing was replaced. ` +
        'Records are counted in the order of their IDs. Correct that value in AWS, or leave out its tag.',
      { cause: error },
    )
  }
}

/** Removes a file that begins as ours does; no reader would open it, but it would pass for a part of the snapshot. */
function removeEarlierAccess(path: string): void {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const start = Buffer.alloc(ACCESS_HEAD.length)
    try {
      readSync(file, start)
    } finally {
      closeSync(file)
    }
    if (start.toString() === ACCESS_HEAD) rmSync(path)
  } catch {
    // There is none, or it stays: the manifest does not name it.
  }
}
