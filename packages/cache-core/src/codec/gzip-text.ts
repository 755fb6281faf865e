import { crc32, inflateRawSync } from "node:zlib"
import { DamagedBytes } from "./damaged-bytes.ts"
import { isInflateFailure } from "./decode-run.ts"

/** The text of a file and how it was wrapped. */
export interface FileText {
  readonly text: Uint8Array
  /** 0: not compressed at all. */
  readonly members: number
}

/**
 * A file of ours has one member, pigz and `cat a.gz b.gz` make several; more than this only wears out the
 * reader.
 */
const mostMembers = 10_000
const smallestPiece = 65_536
const mostCsvRatio = 50

const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 }

/**
 * The text in the bytes of a file: every member of a gzip file, joined, or the bytes themselves when they are
 * plain text. Each member's CRC and length are checked, and that nothing follows the last one. Never holds
 * more than `maxRawBytes` of text, whatever the file claims.
 * @throws {DamagedBytes}
 */
export const readFileText = (bytes: Uint8Array, maxRawBytes: number): FileText => {
  if (bytes.length === 0) throw new DamagedBytes({ kind: "size", issue: "the file is empty" })
  if (!isGzip(bytes, 0)) {
    // Text holds no NUL, unless it is UTF-16, which the caller can tell by its first two bytes.
    if (bytes.subarray(0, 1024).includes(0) && !hasUtf16Mark(bytes))
      throw new DamagedBytes({ kind: "gzip", issue: "the file is neither gzip nor text", byteOffset: 0 })
    if (bytes.length > maxRawBytes) throw tooLong(maxRawBytes)
    return { text: bytes, members: 0 }
  }
  const texts: Array<Uint8Array> = []
  let rawBytes = 0
  let position = 0
  while (position < bytes.length) {
    if (!isGzip(bytes, position))
      throw new DamagedBytes({
        kind: "gzip",
        issue: `${bytes.length - position} bytes after the end of the gzip data`,
        byteOffset: position,
      })
    if (texts.length === mostMembers)
      throw new DamagedBytes({
        kind: "size",
        issue: `more than ${mostMembers} gzip members`,
        byteOffset: position,
      })
    const member = readMember(bytes, position, maxRawBytes - rawBytes, maxRawBytes)
    texts.push(member.text)
    rawBytes += member.text.length
    position = member.end
  }
  return { text: texts.length === 1 ? (texts[0] as Uint8Array) : Buffer.concat(texts), members: texts.length }
}

/** True for the first two bytes of a text in UTF-16, either order. */
export const hasUtf16Mark = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)

/** True when a gzip member starts there. */
export const isGzip = (bytes: Uint8Array, at: number): boolean => bytes[at] === 0x1f && bytes[at + 1] === 0x8b

const tooLong = (maxRawBytes: number): DamagedBytes =>
  new DamagedBytes({ kind: "size", issue: `the text is longer than the limit of ${maxRawBytes} bytes` })

const truncated = (at: number): DamagedBytes =>
  new DamagedBytes({ kind: "gzip", issue: "the file ends before its gzip data does", byteOffset: at })

/** One member of a gzip file, its CRC and length checked. @throws {DamagedBytes} */
export const readMember = (
  bytes: Uint8Array,
  start: number,
  room: number,
  maxRawBytes: number,
): { readonly text: Uint8Array; readonly end: number } => {
  const dataStart = memberDataStart(bytes, start)
  const { text, length } = inflateMember(bytes, start, dataStart, room, maxRawBytes)
  const trailerStart = dataStart + length
  const end = trailerStart + 8
  if (end > bytes.length) throw truncated(bytes.length)
  if (uint32(bytes, trailerStart) !== crc32(text))
    throw new DamagedBytes({
      kind: "checksum",
      issue: "the CRC of the text is not the one stored",
      byteOffset: start,
    })
  if (uint32(bytes, trailerStart + 4) !== text.length % 4_294_967_296)
    throw new DamagedBytes({
      kind: "checksum",
      issue: "the text is not as long as stored",
      byteOffset: start,
    })
  return { text, end }
}

/** Where the deflate data of the member begins, after the fixed and optional header fields. */
export const memberDataStart = (bytes: Uint8Array, start: number): number => {
  const flag = bytes[start + 3] ?? 0
  if (start + 10 > bytes.length) throw truncated(bytes.length)
  if (bytes[start + 2] !== 8 || (flag & flags.reserved) !== 0)
    throw new DamagedBytes({ kind: "gzip", issue: "the gzip header is not valid", byteOffset: start })
  let position = start + 10
  if (flag & flags.extra) {
    if (position + 2 > bytes.length) throw truncated(bytes.length)
    position += 2 + (bytes[position] as number) + 256 * (bytes[position + 1] as number)
  }
  for (const text of [flags.name, flags.comment])
    if (flag & text) {
      const zero = bytes.indexOf(0, position)
      if (zero < 0) throw truncated(bytes.length)
      position = zero + 1
    }
  if (flag & flags.headerCrc) {
    if (position + 2 > bytes.length) throw truncated(bytes.length)
    const stored = (bytes[position] as number) + 256 * (bytes[position + 1] as number)
    if ((crc32(bytes.subarray(start, position)) & 0xffff) !== stored)
      throw new DamagedBytes({
        kind: "checksum",
        issue: "the CRC of the gzip header is wrong",
        byteOffset: start,
      })
    position += 2
  }
  if (position > bytes.length) throw truncated(bytes.length)
  return position
}

const inflateMember = (
  bytes: Uint8Array,
  start: number,
  dataStart: number,
  room: number,
  maxRawBytes: number,
): { readonly text: Uint8Array; readonly length: number } => {
  const data = bytes.subarray(dataStart)
  // The stored length is that of the last member and only modulo 2^32: a hint for one piece of memory of the
  // right size, believed when a CSV may have become so much smaller.
  const hint = start === 0 ? uint32(bytes, bytes.length - 4) : 0
  const believed = hint <= Math.min(mostCsvRatio * data.length, maxRawBytes) ? hint : 0
  try {
    const { buffer, engine } = inflateRawSync(data, {
      info: true,
      chunkSize: Math.max(smallestPiece, believed + 64),
      maxOutputLength: Math.max(1, room),
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
    return { text: buffer, length: engine.bytesWritten }
  } catch (cause) {
    if (!isInflateFailure(cause)) throw cause
    const code = (cause as Error & { readonly code: string }).code
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLong(maxRawBytes)
    throw code === "Z_BUF_ERROR"
      ? truncated(bytes.length)
      : new DamagedBytes({
          kind: "gzip",
          issue: `the compressed data is damaged (${(cause as Error).message})`,
          byteOffset: start,
        })
  }
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0
