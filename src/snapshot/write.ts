import { createReadStream, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { isLeftover, removeLeftovers, writeFiles } from '../files.ts'
import type { StagedFile, StageFile } from '../files.ts'
import { renderManifest } from './manifest.ts'
import { countIdentities, MANIFEST_FORMAT, SNAPSHOT_FILES } from './model.ts'
import type { FileDigest, Identities, Manifest, MappingOptions, Origin, SnapshotFileName } from './model.ts'
import { importFile, renderGroup, renderUser } from './raito-json.ts'
import { readSnapshot } from './read.ts'
import type { SnapshotFiles } from './read.ts'

/**
 * Writes users.json, groups.json and manifest.json into a directory, all or nothing. Other files in it are left alone.
 * What readSnapshot would refuse is put nowhere.
 *
 * @param roots absolute paths, one of which must hold the directory
 * @param identities sorted, as mapDirectory gives them
 * @throws UserError; the reason of the signal when it was aborted
 */
export async function writeSnapshot({
  directory,
  roots,
  identities,
  description,
  signal,
}: SnapshotToWrite & { roots: readonly string[]; signal?: AbortSignal | undefined }): Promise<Manifest> {
  const written = await writeFiles({ roots, signal }, (stage) =>
    stageSnapshot(stage, { directory, identities, description }),
  )
  removeLeftovers(directory, SNAPSHOT_FILES)
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
  await writeFiles({ roots: [root] }, async (stage) => {
    const [users, groups] = await stageIdentities(stage, identities, { usersFile, groupsFile })
    if (baseline === undefined) await verifyStaged({ 'users.json': users, 'groups.json': groups }, identities)
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
    `The connector was asked to write ${file}, which exists. It replaces no file; nothing was imported.`,
  )
}

interface SnapshotToWrite {
  /** Absolute. */
  directory: string
  identities: Identities
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
  { directory, identities, description }: SnapshotToWrite,
): Promise<Manifest> {
  const [users, groups] = await stageIdentities(stage, identities, {
    usersFile: join(directory, 'users.json'),
    groupsFile: join(directory, 'groups.json'),
  })
  const manifest: Manifest = {
    ...description,
    format: MANIFEST_FORMAT,
    counts: countIdentities(identities),
    files: { 'users.json': digestOf(users), 'groups.json': digestOf(groups) },
  }
  const described = await stage(join(directory, 'manifest.json'), [renderManifest(manifest)])
  await verifyStaged({ 'users.json': users, 'groups.json': groups, 'manifest.json': described }, identities)
  return manifest
}

function digestOf({ sha256, bytes }: StagedFile): FileDigest {
  return { sha256, bytes }
}

async function stageIdentities(
  stage: StageFile,
  { users, groups }: Identities,
  { usersFile, groupsFile }: ImportFiles,
): Promise<[StagedFile, StagedFile]> {
  return [
    await stage(usersFile, importFile(users, renderUser)),
    await stage(groupsFile, importFile(groups, renderGroup)),
  ]
}

/** The temporary files that writes of a snapshot left in its directory when they were killed. */
export function leftoversIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((entry) => SNAPSHOT_FILES.some((name) => isLeftover(entry, name)))
  } catch {
    // No directory, or none that can be read: whoever reads the snapshot says so.
    return []
  }
}

/** Reads what was staged as any reader will: a value of AWS that makes a file unreadable must not replace one that is not. */
async function verifyStaged(
  staged: Partial<Record<SnapshotFileName, StagedFile>>,
  like: Identities,
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
    await readSnapshot(files, { manifest, dropsRecords: true, like })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const reason = error.message.replace(/\. .*/s, '')
    throw new UserError(
      'precondition',
      `No reader would accept what AWS gave (${reason}), so nothing was replaced. ` +
        'Records are counted in the order of their ids. Correct that value in AWS, or leave out its tag.',
      { cause: error },
    )
  }
}
