import { crc32, deflateRawSync } from "node:zlib"

export interface ZipEntry {
  readonly name: string
  readonly content: string
  /** @default true */
  readonly deflate?: boolean
}

/** A zip as the format's description has it; independent of what the simulator writes. */
export const makeZip = (entries: ReadonlyArray<ZipEntry>, comment = ""): Buffer => {
  const locals: Array<Buffer> = []
  const centrals: Array<Buffer> = []
  let offset = 0
  for (const { name, content, deflate = true } of entries) {
    const raw = Buffer.from(content)
    const packed = deflate ? deflateRawSync(raw) : raw
    const nameBytes = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(deflate ? 8 : 0, 4)
    fields.writeUInt32LE(crc32(raw), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(raw.length, 18)
    fields.writeUInt16LE(nameBytes.length, 22)
    // An extra field in the local header only, as some writers have.
    fields.writeUInt16LE(4, 24)
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, nameBytes, Buffer.alloc(4), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const centralFields = Buffer.from(fields)
    centralFields.writeUInt16LE(0, 24)
    centrals.push(
      Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), centralFields, tail, nameBytes]),
    )
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  end.writeUInt16LE(Buffer.byteLength(comment), 16)
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), end, Buffer.from(comment)])
}
