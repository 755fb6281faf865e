import type { Bars, EpochMillis } from "@barkeep/market-data"

/** How open times are written: dates (1d 1w 1mo) or date-times, as wall-clock time of `timeZone`. */
export interface TextStyle {
  readonly dateOnly: boolean
  /** IANA name; `UTC` for markets that never close. */
  readonly timeZone: string
}

/** One full-flush block of the gzip member: an independent deflate run. Offsets and lengths are bytes. */
export interface Block {
  /** Where its deflate bytes start in the file. */
  readonly offset: number
  readonly length: number
  /** Length of its text; the first block's text starts with the header line. */
  readonly rawLength: number
  /** CRC-32 of its text. */
  readonly crc32: number
  readonly rows: number
  readonly firstOpenTime: EpochMillis
  readonly lastOpenTime: EpochMillis
}

/** A whole file, ready to be written, or what follows after the blocks that are kept of a present one. */
export interface EncodedFile {
  /** To be written one after another. */
  readonly parts: ReadonlyArray<Uint8Array>
  readonly blocks: ReadonlyArray<Block>
  readonly sizeBytes: number
  /** Length of the text. */
  readonly rawBytes: number
}

/**
 * `default`: zlib level 5 with Z_FILTERED. `fast`: zlib level 1, about twice as fast and some 11-27 % larger.
 */
export type Compression = "default" | "fast"

/** What a whole file holds, and how it had to be read. */
export interface DecodedFile {
  readonly bars: Bars
  /**
   * True when there is nothing to say of the file: six columns of our names, our text form, ascending rows.
   */
  readonly canonical: boolean
  /** How this file writes its open times. */
  readonly style: TextStyle
  /** Columns of the file that `Bars` do not hold, by their names in the file. */
  readonly extraColumns: ReadonlyArray<string>
  /** What was odd and how it was read; empty for our own files. */
  readonly notes: ReadonlyArray<string>
  /** Data rows in the text, duplicates included. */
  readonly rowsInFile: number
  /** Rows that repeated another row exactly and were kept once. */
  readonly duplicates: number
  readonly unsorted: boolean
}

/** Consecutive blocks `[from, to)` that are inflated in one go, and the arena row of their first row. */
export interface Run {
  readonly from: number
  readonly to: number
  readonly row: number
}
