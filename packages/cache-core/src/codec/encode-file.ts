import { constants, crc32, deflateRawSync } from "node:zlib"
import {
  type Bars,
  barCount,
  daysOfDate,
  findStructureIssue,
  InvalidInput,
  isoTime,
} from "@barkeep/market-data"
import { crc32Combine } from "./crc32-combine.ts"
import { formatRows, longestRow } from "./format-rows.ts"
import { gzipHeader, gzipTrailer, headerBytes, trailerLength } from "./gzip-bytes.ts"
import type { Block, Compression, EncodedFile, TextStyle } from "./types.ts"
import { toWallClock, type WallClock, wallClock, zonedTimes } from "./wall-clock.ts"

/** The leading part of a present file that a new file takes over unchanged. */
export interface KeptPrefix {
  /** How many bytes of the file are kept: up to the end of the last of these blocks. */
  readonly length: number
  /** The file's first blocks, at least one. */
  readonly blocks: ReadonlyArray<Block>
}

export interface EncodeOptions {
  /** @default "default" */
  readonly compression?: Compression
  /**
   * Rows of a block; all but the last block of a file have exactly as many. @default 1440, one day of minutes
   */
  readonly blockRows?: number
  /** The bars are the rows after these blocks. */
  readonly kept?: KeptPrefix
}

const dayMillis = 86_400_000
const writableTimes = { from: daysOfDate(0, 1, 1) * dayMillis, to: daysOfDate(10_000, 1, 1) * dayMillis }
const mostBlockRows = 100_000

/**
 * The whole file of these bars: one gzip member of independent blocks, each ended by a full flush. Equal
 * arguments give equal bytes. With `kept` only the rows after the prefix are compressed and returned, to
 * be written behind it; the CRC of the whole text is combined from the blocks'. A file without rows has the header line
 * and no block.
 * @throws {InvalidInput} for bars that are not ascending, values that are infinite, an open time that has no
 * wall-clock text of its own in the zone (clocks set back), a date-only open time that does not start a day
 * there, or a kept prefix that does not fit
 */
export const encodeFile = (bars: Bars, style: TextStyle, options: EncodeOptions = {}): EncodedFile => {
  const blockRows = options.blockRows ?? 1440
  if (!Number.isInteger(blockRows) || blockRows < 1 || blockRows > mostBlockRows)
    throw new InvalidInput({
      field: "blockRows",
      value: blockRows,
      expected: `a whole number from 1 to ${mostBlockRows}`,
    })
  const { kept } = options
  if (kept !== undefined) checkKept(kept)
  checkRows(bars, style, kept)
  const parts: Array<Uint8Array> = kept === undefined ? [gzipHeader] : []
  const blocks: Array<Block> = [...(kept?.blocks ?? [])]
  const rows = barCount(bars)
  let offset = kept?.length ?? gzipHeader.length
  const writer = new BlockWriter(bars, style, options.compression ?? "default", Math.min(blockRows, rows))
  for (let start = 0; start < rows; start += blockRows) {
    const block = writer.write(start, Math.min(rows, start + blockRows), offset, blocks.length === 0)
    parts.push(block.bytes)
    blocks.push(block.entry)
    offset += block.entry.length
  }
  if (blocks.length === 0) {
    const empty = deflate(headerBytes, "default")
    parts.push(empty)
    offset += empty.length
  }
  let crc = blocks.length === 0 ? crc32(headerBytes) : 0
  let rawBytes = blocks.length === 0 ? headerBytes.length : 0
  for (const block of blocks) {
    crc = crc32Combine(crc, block.crc32, block.rawLength)
    rawBytes += block.rawLength
  }
  parts.push(gzipTrailer(crc, rawBytes))
  return { parts, blocks, sizeBytes: offset + trailerLength, rawBytes }
}

const deflate = (text: Uint8Array, compression: Compression): Uint8Array =>
  deflateRawSync(text, {
    level: compression === "fast" ? 1 : 5,
    // Z_FILTERED makes text of mostly digits both smaller and faster to write at levels 4 to 6.
    strategy: constants.Z_FILTERED,
    finishFlush: constants.Z_FULL_FLUSH,
    // One piece of output for any usual block.
    chunkSize: 65_536,
  })

/** Writes block after block through one text buffer. */
class BlockWriter {
  readonly #bars: Bars
  readonly #style: TextStyle
  readonly #compression: Compression
  readonly #clock: WallClock
  readonly #text: Uint8Array
  readonly #wallTimes: Float64Array
  readonly #decimals = new Int32Array(5)

  constructor(bars: Bars, style: TextStyle, compression: Compression, blockRows: number) {
    this.#bars = bars
    this.#style = style
    this.#compression = compression
    this.#clock = wallClock(style, bars.openTime[0] ?? 0, bars.openTime[barCount(bars) - 1] ?? 0)
    this.#text = new Uint8Array(headerBytes.length + blockRows * longestRow)
    this.#wallTimes = new Float64Array(blockRows)
  }

  write(
    start: number,
    end: number,
    offset: number,
    withHeader: boolean,
  ): { readonly bytes: Uint8Array; readonly entry: Block } {
    const { openTime } = this.#bars
    this.#readWallTimes(start, end)
    let length = 0
    if (withHeader) {
      this.#text.set(headerBytes)
      length = headerBytes.length
    }
    length = formatRows(
      this.#bars,
      start,
      end,
      this.#wallTimes,
      this.#style.dateOnly,
      this.#decimals,
      this.#text,
      length,
    )
    const text = this.#text.subarray(0, length)
    const bytes = deflate(text, this.#compression)
    return {
      bytes,
      entry: {
        offset,
        length: bytes.length,
        rawLength: length,
        crc32: crc32(text),
        rows: end - start,
        firstOpenTime: openTime[start] as number,
        lastOpenTime: openTime[end - 1] as number,
      },
    }
  }

  #readWallTimes(start: number, end: number): void {
    const { openTime } = this.#bars
    const { dateOnly, timeZone } = this.#style
    const failed = toWallClock(this.#clock, openTime, start, end, this.#wallTimes)
    if (failed < end)
      throw invalidTime(openTime[failed] as number, `a time that clocks in ${timeZone} show only once`)
    const step = dateOnly ? dayMillis : 1000
    for (let row = start; row < end; row += 1) {
      const time = this.#wallTimes[row - start] as number
      // The remainder of two doubles is many times slower.
      if (Math.floor(time / step) * step !== time)
        throw invalidTime(
          openTime[row] as number,
          dateOnly ? `the start of a day in ${timeZone}` : "a whole second, as the text holds no fractions",
        )
    }
  }
}

const invalidTime = (time: number, expected: string): InvalidInput =>
  new InvalidInput({ field: "openTime", value: isoTime(time), expected })

const checkRows = (bars: Bars, style: TextStyle, kept: KeptPrefix | undefined): void => {
  const structure = findStructureIssue(bars)
  if (structure !== undefined)
    throw new InvalidInput({
      field: structure.row < 0 ? "bars" : `bars row ${structure.row}`,
      value: structure.issue,
      expected: "columns of one length with ascending open times",
    })
  const rows = barCount(bars)
  if (rows === 0) return
  const first = bars.openTime[0] as number
  const last = bars.openTime[rows - 1] as number
  const limits = style.timeZone === "UTC" ? writableTimes : zonedTimes
  if (first < limits.from) throw outsideLimits(first, limits)
  if (last >= limits.to) throw outsideLimits(last, limits)
  const before = kept?.blocks.at(-1)
  if (before !== undefined && first <= before.lastOpenTime)
    throw invalidTime(first, `after the last kept row's ${before.lastOpenTime}`)
}

const outsideLimits = (time: number, limits: { readonly from: number; readonly to: number }): InvalidInput =>
  new InvalidInput({
    field: "openTime",
    value: time,
    expected: `in [${limits.from}, ${limits.to}) epoch milliseconds`,
  })

const checkKept = (kept: KeptPrefix): void => {
  let end = gzipHeader.length
  const follow = kept.blocks.every((block) => {
    const follows = block.offset === end
    end += block.length
    return follows
  })
  const fits = follow && kept.blocks.length > 0 && kept.length === end
  if (!fits)
    throw new InvalidInput({
      field: "kept",
      value: `${kept.length} bytes, ${kept.blocks.length} blocks`,
      expected: "the length of the file's first bytes, cut at the end of the last of its first blocks",
    })
}
