import { crc32, deflateRawSync } from "node:zlib"

const localSignature = 0x04_03_4b_50
const centralSignature = 0x02_01_4b_50
const endSignature = 0x06_05_4b_50
const version = 20
const deflated = 8
/** Says that the name is UTF-8; other names are left as the plain zips of the archive have them. */
const utf8Flag = 0x08_00
/** 1980-01-01, the zero of the format: the same content is always the same file. */
const firstDate = 0x00_21

/**
 * A zip with one deflated entry.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export const zipFile = (name: string, content: Uint8Array): Buffer => {
  const nameBytes = Buffer.from(name)
  // Fast rather than small: nobody waits for these bytes on a wire.
  const packed = deflateRawSync(content, { level: 1 })
  const shared = Buffer.alloc(26)
  shared.writeUInt16LE(version, 0)
  shared.writeUInt16LE(nameBytes.length === name.length ? 0 : utf8Flag, 2)
  shared.writeUInt16LE(deflated, 4)
  shared.writeUInt16LE(firstDate, 8)
  shared.writeUInt32LE(crc32(content), 10)
  shared.writeUInt32LE(packed.length, 14)
  shared.writeUInt32LE(content.length, 18)
  shared.writeUInt16LE(nameBytes.length, 22)
  const local = Buffer.concat([uint32(localSignature), shared, nameBytes, packed])
  const central = Buffer.concat([
    uint32(centralSignature),
    uint16(version),
    shared,
    // Comment, disk, attributes, and where the entry starts: nothing of it.
    Buffer.alloc(14),
    nameBytes,
  ])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(endSignature, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
