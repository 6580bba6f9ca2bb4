import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import { UserError } from '../errors.ts'
import { ACCESS_FILE, SNAPSHOT_FILES } from '../snapshot/model.ts'
import { MAX_FILE_BYTES, type SnapshotFiles } from '../snapshot/read.ts'

/**
 * The snapshot files of a zip archive in memory, by their exact names at its top; whatever else it holds is not unpacked,
 * and nothing is written to disk. Throws a UserError for an archive that is damaged, or in which a snapshot file is there
 * twice, is encrypted, or is larger than one that is read; what unpacks to more than it promised breaks off.
 */
export async function openZip(zip: Buffer, label: string): Promise<SnapshotFiles> {
  const damaged = (why: string, cause?: unknown) =>
    new UserError(
      'precondition',
      `The zip archive of ${label} cannot be read: ${why}. Delete the artifact, or use another baseline.`,
      { cause },
    )
  async function* unpack(archive: ZipFile, entry: Entry): AsyncIterable<Uint8Array> {
    try {
      yield* (await archive.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>
    } catch (thrown) {
      throw damaged(`the data of ${entry.fileName} is damaged`, thrown)
    }
  }

  const names: readonly string[] = [...SNAPSHOT_FILES, ACCESS_FILE]
  const entries = new Map<string, Entry>()
  try {
    const archive = await fromBufferPromise(zip)
    for await (const entry of archive.eachEntry()) {
      const name = entry.fileName
      if (!names.includes(name)) continue
      if (entries.has(name)) throw damaged(`it contains ${name} twice`)
      if (!entry.canDecodeFileData()) throw damaged(`${name} is encrypted, or compressed in an unknown way`)
      if (entry.uncompressedSize > MAX_FILE_BYTES)
        throw damaged(`${name} is larger than ${MAX_FILE_BYTES} bytes`)
      entries.set(name, entry)
    }
    return {
      label,
      open(name) {
        const entry = entries.get(name)
        return Promise.resolve(entry && unpack(archive, entry))
      },
    }
  } catch (thrown) {
    throw thrown instanceof UserError ? thrown : damaged('it is damaged', thrown)
  }
}
