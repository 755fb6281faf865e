import { crc32 } from "node:zlib"
import { DamagedBytes } from "./damaged-bytes.ts"
import { inflateExactly, inflatePiece } from "./decode-run.ts"
import { gzipHeader, headerBytes, trailerLength } from "./gzip-bytes.ts"
import { readFileText } from "./gzip-text.ts"
import { readPlainRows } from "./plain-rows.ts"
import { defaultMaxRawBytes, type ReadLimits } from "./read-limits.ts"
import type { Block, TextStyle } from "./types.ts"

/** What a full flush ends with: an empty stored block. */
const flushMarker = Uint8Array.of(0x00, 0x00, 0xff, 0xff)
/** How much of the stream after a candidate is inflated to see whether a block starts there. */
const probeLength = 512
/**
 * Compressed data holds the marker by chance once in some thousand blocks; a file with more of them is not
 * ours.
 */
const mostFalseMarkers = 50
const lineFeed = 10

/**
 * The index of a file of ours from its bytes alone: the same blocks that `encodeFile` returned. The whole
 * file is verified first, then every block is inflated on its own and compared with the text at its place.
 * @returns `undefined` when the file has no blocks of ours, as a gzip file of any other tool, or is damaged
 * anywhere (`readFileBytes` says how): without the stored CRC of each block no part of a damaged file is
 * beyond doubt. `[]` when it has no rows
 */
export const rebuildIndex = (
  bytes: Uint8Array,
  style: TextStyle,
  limits: ReadLimits = {},
): ReadonlyArray<Block> | undefined => {
  const end = bytes.length - trailerLength
  if (!hasOurFrame(bytes, end)) return undefined
  const text = soundText(bytes, limits.maxRawBytes ?? defaultMaxRawBytes)
  if (text === undefined) return undefined
  const plain = readPlainRows(text, style)
  if (plain === undefined || plain.dateOnly !== style.dateOnly || plain.extraColumns.length > 0)
    return undefined
  const { openTime } = plain.bars
  if (openTime.length === 0) return []
  const blocks: Array<Block> = []
  let offset = gzipHeader.length
  let position = 0
  let row = 0
  while (offset < end) {
    const found = nextBlock(bytes, offset, end, text, position)
    if (found === undefined) return undefined
    const part = text.subarray(position, position + found.rawLength)
    const rows = countLines(part) - (position === 0 ? 1 : 0)
    if (rows === 0) return undefined
    blocks.push({
      offset,
      length: found.length,
      rawLength: found.rawLength,
      crc32: crc32(part),
      rows,
      firstOpenTime: openTime[row] as number,
      lastOpenTime: openTime[row + rows - 1] as number,
    })
    offset += found.length
    position += found.rawLength
    row += rows
  }
  return position === text.length ? blocks : undefined
}

const soundText = (bytes: Uint8Array, maxRawBytes: number): Uint8Array | undefined => {
  try {
    const { text, members } = readFileText(bytes, maxRawBytes)
    return members === 1 ? text : undefined
  } catch (cause) {
    if (cause instanceof DamagedBytes) return undefined
    throw cause
  }
}

/** True when the bytes begin and end as only a file of ours does; says nothing of what is between. */
export const isOurFile = (bytes: Uint8Array): boolean => hasOurFrame(bytes, bytes.length - trailerLength)

/** True when the file has this very block. */
export const holdsBlock = (bytes: Uint8Array, block: Block): boolean => {
  const text = inflateExactly(bytes.subarray(block.offset, block.offset + block.length), block.rawLength)
  return text !== undefined && crc32(text) === block.crc32
}

const hasOurFrame = (bytes: Uint8Array, end: number): boolean =>
  end >= gzipHeader.length + flushMarker.length &&
  gzipHeader.every((byte, index) => bytes[index] === byte) &&
  flushMarker.every((byte, index) => bytes[end - flushMarker.length + index] === byte) &&
  bytes[end] === 0x03 &&
  bytes[end + 1] === 0x00

/**
 * The block that starts at `offset`: the nearest marker after which both it and what follows inflate to the
 * text.
 */
const nextBlock = (
  bytes: Uint8Array,
  offset: number,
  end: number,
  text: Uint8Array,
  position: number,
): { readonly length: number; readonly rawLength: number } | undefined => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  let search = offset
  for (let tried = 0; tried < mostFalseMarkers; tried += 1) {
    const marker = file.indexOf(flushMarker, search)
    if (marker < 0) return undefined
    const blockEnd = marker + flushMarker.length
    const rawLength = matchingLength(bytes.subarray(offset, blockEnd), text, position)
    if (
      rawLength > 0 &&
      text[position + rawLength - 1] === lineFeed &&
      (position > 0 || rawLength >= headerBytes.length) &&
      (blockEnd === end || startsBlock(bytes, blockEnd, end, text, position + rawLength))
    )
      return { length: blockEnd - offset, rawLength }
    search = marker + 1
  }
  return undefined
}

const startsBlock = (
  bytes: Uint8Array,
  offset: number,
  end: number,
  text: Uint8Array,
  position: number,
): boolean => matchingLength(bytes.subarray(offset, Math.min(end, offset + probeLength)), text, position) > 0

/** How much text the bytes inflate to on their own; 0 when that is not the text at `position`. */
const matchingLength = (bytes: Uint8Array, text: Uint8Array, position: number): number => {
  const part = inflatePiece(bytes, text.length - position)
  if (part === undefined) return 0
  const place = text.subarray(position, position + part.length)
  return Buffer.compare(part, place) === 0 ? part.length : 0
}

const countLines = (text: Uint8Array): number => {
  let lines = 0
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) lines += 1
  return lines
}
