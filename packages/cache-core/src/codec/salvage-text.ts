import { constants, inflateRawSync } from "node:zlib"
import { type Bars, barCount } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { isGzip, memberDataStart, readMember } from "./gzip-text.ts"
import { readForeignText } from "./read-file.ts"
import { defaultMaxRawBytes } from "./read-limits.ts"
import { checkUtf8, toTextLines } from "./text-lines.ts"
import type { TextStyle } from "./types.ts"

/** A line that could not be read with certainty. */
export interface SkippedLine {
  /** From 1, the header included. */
  readonly line: number
  readonly issue: string
}

/** The rows of a damaged file that can be read line by line. */
export interface SalvagedText {
  readonly bars: Bars
  /** True when a checksum shows that the text is what was written; of a cut file nothing can show it. */
  readonly proven: boolean
  /** Lines that hold no row of `bars`. */
  readonly skipped: ReadonlyArray<SkippedLine>
}

/** A file with more lines that cannot be read is no file with a few damaged lines. */
const mostSkipped = 50
const lineFeed = 10

/**
 * The rows of a damaged file that stand on complete lines and read without guessing: of a cut gzip file those before
 * the cut, of a sound text all but the lines that cannot be read. Of two lines that contradict each other neither is
 * taken. Text that fails its checksum gives none: which of its rows are wrong cannot be told.
 * @returns `undefined` when there is no such row
 */
export const salvageText = (bytes: Uint8Array, style: TextStyle): SalvagedText | undefined => {
  const found = readableText(bytes)
  if (found === undefined) return undefined
  const skipped: Array<SkippedLine> = []
  let text: Uint8Array
  try {
    // A copy: lines are emptied in it.
    text = Uint8Array.from(toTextLines(found.text, true).text)
  } catch (cause) {
    if (cause instanceof DamagedBytes) return undefined
    throw cause
  }
  for (;;) {
    try {
      checkUtf8(text)
      const { bars } = readForeignText(text, style, [])
      return barCount(bars) === 0 ? undefined : { bars, proven: found.proven, skipped }
    } catch (cause) {
      if (!(cause instanceof DamagedBytes)) throw cause
      const lines = [cause.otherLine, cause.line].filter((line) => line !== undefined)
      // Without its header line nothing says which column is which.
      if (lines.length === 0 || lines.includes(1) || skipped.length + lines.length > mostSkipped)
        return undefined
      for (const line of lines) {
        if (!blankLine(text, line)) return undefined
        skipped.push({ line, issue: cause.issue })
      }
    }
  }
}

/** The text as far as it is what was written. */
const readableText = (
  bytes: Uint8Array,
): { readonly text: Uint8Array; readonly proven: boolean } | undefined => {
  if (bytes.length === 0) return undefined
  if (!isGzip(bytes, 0))
    return bytes.subarray(0, 1024).includes(0) ? undefined : { text: completeLines(bytes), proven: false }
  const parts: Array<Uint8Array> = []
  let position = 0
  let proven = true
  let room = defaultMaxRawBytes
  while (position < bytes.length && isGzip(bytes, position)) {
    try {
      const member = readMember(bytes, position, room, defaultMaxRawBytes)
      parts.push(member.text)
      room -= member.text.length
      position = member.end
    } catch (cause) {
      if (!(cause instanceof DamagedBytes)) throw cause
      const rest = cause.kind === "gzip" ? textBeforeCut(bytes, position, room) : undefined
      if (rest !== undefined) {
        parts.push(rest)
        proven = false
      }
      break
    }
  }
  const text = Buffer.concat(parts)
  return text.length === 0 ? undefined : { text: proven ? text : completeLines(text), proven }
}

/** What a cut gzip member still inflates to; `undefined` when its data is damaged rather than cut. */
const textBeforeCut = (bytes: Uint8Array, start: number, room: number): Uint8Array | undefined => {
  try {
    return inflateRawSync(bytes.subarray(memberDataStart(bytes, start)), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(1, room),
    })
  } catch {
    // Damaged inside, not cut; or cut within its header, where there is no data yet.
    return undefined
  }
}

const completeLines = (text: Uint8Array): Uint8Array => text.subarray(0, text.lastIndexOf(lineFeed) + 1)

/** Empties a line, so that the others keep their numbers. False when there is no such line, or it is empty. */
const blankLine = (text: Uint8Array, line: number): boolean => {
  let start = 0
  for (let number = 1; number < line; number += 1) {
    const feed = text.indexOf(lineFeed, start)
    if (feed < 0) return false
    start = feed + 1
  }
  const feed = text.indexOf(lineFeed, start)
  const end = feed < 0 ? text.length : feed
  if (end === start || text.subarray(start, end).every((byte) => byte === 0x20)) return false
  text.fill(0x20, start, end)
  return true
}
