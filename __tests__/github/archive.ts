import { crc32, deflateRawSync } from 'node:zlib'

export interface Member {
  name: string
  content: string | Uint8Array
  /** What the directory says about the size, where it lies. */
  claimed?: number
  method?: number
  encrypted?: boolean
  /** An extra field in both places (each of its own length), and a comment in the directory. */
  extra?: string
  comment?: string
}

/** A zip archive, honest or not. */
export function zipOf(members: Member[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, claimed, method = 8, encrypted = false, extra = '', comment = '' } of members) {
    const plain = Buffer.from(content)
    const data = method === 8 ? deflateRawSync(plain) : plain
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(encrypted ? 1 : 0, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(typeof crc32 === 'function' ? crc32(plain) : 0, 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(claimed ?? plain.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const ownExtra = Buffer.from(extra + extra)
    const ownFields = Buffer.from(fields)
    ownFields.writeUInt16LE(ownExtra.length, 24)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), ownFields, Buffer.from(name), ownExtra, data])
    fields.writeUInt16LE(Buffer.byteLength(extra), 24)
    const rest = Buffer.alloc(14)
    rest.writeUInt16LE(Buffer.byteLength(comment), 0)
    rest.writeUInt32LE(offset, 10)
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002\u0014\u0000'),
        fields,
        rest,
        Buffer.from(name + extra + comment),
      ]),
    )
    parts.push(local)
    offset += local.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(listing.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, listing, Buffer.from('PK\u0005\u0006'), end])
}

export async function textOf(stream: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (stream === undefined) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
