import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isLeftover, writeFiles } from '../files.ts'
import type { StageFile, WrittenFile } from '../files.ts'
import { renderManifest } from './manifest.ts'
import { MANIFEST_FORMAT, SNAPSHOT_FILES } from './model.ts'
import type { Identities, Manifest } from './model.ts'
import { importFile, renderGroup, renderUser } from './raito-json.ts'

/**
 * Writes users.json, groups.json and manifest.json into a directory, all or nothing (contract, section 6). Other files
 * in it are left alone. The manifest is staged before the first rename and renamed last: a run that is killed in
 * between leaves either files that the manifest does not fit, or no manifest but its temporary file; read.ts refuses both.
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
}: {
  directory: string
  roots: readonly string[]
  identities: Identities
  description: Omit<Manifest, 'counts' | 'files' | 'format'>
  signal?: AbortSignal | undefined
}): Promise<Manifest> {
  const written = await writeFiles({ roots, signal }, async (stage) => {
    const [users, groups] = await stageIdentities(stage, identities, {
      usersFile: join(directory, 'users.json'),
      groupsFile: join(directory, 'groups.json'),
    })
    const manifest: Manifest = {
      ...description,
      format: MANIFEST_FORMAT,
      counts: {
        users: identities.users.length,
        groups: identities.groups.length,
        memberships: identities.users.reduce((sum, user) => sum + (user.groupExternalIds?.length ?? 0), 0),
      },
      files: { 'users.json': users, 'groups.json': groups },
    }
    await stage(join(directory, 'manifest.json'), [renderManifest(manifest)])
    return manifest
  })
  removeLeftovers(directory)
  return written
}

/**
 * Writes the two import files that `raito run` asks the connector for, both or none.
 * @param root the working directory of the CLI, which must hold both
 */
export async function writeImportFiles({
  usersFile,
  groupsFile,
  root,
  identities,
  signal,
}: {
  usersFile: string
  groupsFile: string
  root: string
  identities: Identities
  signal?: AbortSignal | undefined
}): Promise<void> {
  await writeFiles({ roots: [root], signal }, (stage) =>
    stageIdentities(stage, identities, { usersFile, groupsFile }),
  )
}

async function stageIdentities(
  stage: StageFile,
  { users, groups }: Identities,
  { usersFile, groupsFile }: { usersFile: string; groupsFile: string },
): Promise<[WrittenFile, WrittenFile]> {
  return [
    await stage(usersFile, importFile(users, renderUser)),
    await stage(groupsFile, importFile(groups, renderGroup)),
  ]
}

/** What earlier runs left that were killed. The snapshot stands by now, so what cannot be removed is no failure. */
function removeLeftovers(directory: string): void {
  try {
    for (const entry of readdirSync(directory)) {
      if (SNAPSHOT_FILES.some((name) => isLeftover(entry, name)))
        rmSync(join(directory, entry), { force: true })
    }
  } catch {
    // Readers are not misled by it: the manifest is in its place.
  }
}
