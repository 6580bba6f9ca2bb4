import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { UserError } from '../errors.ts'
import { ACCESS_FILE, SNAPSHOT_FILES } from '../snapshot/model.ts'
import type { SnapshotFileName } from '../snapshot/model.ts'

/** What a file of a snapshot may have at the most: a larger one is refused before it is unpacked. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_ENTRY = 0x04034b50
const END_BYTES = 22
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1

interface Entry {
  method: number
  compressed: number
  bytes: number
  offset: number
}

/**
 * The snapshot files of a zip archive in memory, by their exact names at its top; whatever else it holds is not looked at
 * and nothing is written to disk. Throws a UserError for an archive that is damaged, encrypted, or holds a name twice.
 * Source of the layout: PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.16 (without zip64, which starts at 4 GiB).
 */
export function readZip(
  zip: Buffer,
  label: string,
): { open(name: SnapshotFileName): AsyncIterable<Uint8Array> | undefined } {
  const damaged = (why: string) =>
    new UserError(
      'precondition',
      `The zip archive of ${label} is not readable: ${why}. Delete the artifact, or use another baseline.`,
    )
  const entries = readDirectory(zip, damaged)
  return {
    open(name) {
      const entry = entries.get(name)
      if (entry === undefined) return undefined
      if (entry.bytes > LARGEST_FILE_BYTES)
        throw damaged(`${name} is larger than ${LARGEST_FILE_BYTES} bytes`)
      return inflate(dataOf(zip, entry, damaged), entry, () => damaged(`the data of ${name} is damaged`))
    },
  }
}

function readDirectory(zip: Buffer, damaged: (why: string) => UserError): Map<string, Entry> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + END_BYTES > zip.length || zip.readUInt32LE(end) !== END_OF_DIRECTORY) {
    throw damaged('it has no directory')
  }
  const names: readonly string[] = [...SNAPSHOT_FILES, ACCESS_FILE]
  const entries = new Map<string, Entry>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > end || zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged('its directory is damaged')
    const nameBytes = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes)
    if (names.includes(name)) {
      if (entries.has(name)) throw damaged(`it holds ${name} twice`)
      if (zip.readUInt16LE(at + 8) & ENCRYPTED) throw damaged(`${name} is encrypted`)
      entries.set(name, {
        method: zip.readUInt16LE(at + 10),
        compressed: zip.readUInt32LE(at + 20),
        bytes: zip.readUInt32LE(at + 24),
        offset: zip.readUInt32LE(at + 42),
      })
    }
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function dataOf(zip: Buffer, { offset, compressed }: Entry, damaged: (why: string) => UserError): Buffer {
  if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== LOCAL_ENTRY)
    throw damaged('its directory is damaged')
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  if (start + compressed > zip.length) throw damaged('it ends too early')
  return zip.subarray(start, start + compressed)
}

/** Ends with an error as soon as there is more than the directory promised, so that a bomb costs one chunk. */
async function* inflate(data: Buffer, entry: Entry, damaged: () => UserError): AsyncIterable<Uint8Array> {
  let bytes = 0
  for await (const chunk of unpacked(data, entry.method, damaged)) {
    bytes += chunk.byteLength
    if (bytes > entry.bytes) throw damaged()
    yield chunk
  }
  if (bytes !== entry.bytes) throw damaged()
}

async function* unpacked(data: Buffer, method: number, damaged: () => UserError): AsyncIterable<Uint8Array> {
  if (method === STORED) {
    yield data
    return
  }
  if (method !== DEFLATED) throw damaged()
  const stream = Readable.from([data]).pipe(createInflateRaw())
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new UserError('precondition', damaged().message, { cause })
  } finally {
    stream.destroy()
  }
}
