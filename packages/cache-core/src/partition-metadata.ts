import type {
  Adjustment,
  Anchor,
  Coverage,
  EpochMillis,
  Instrument,
  ProvenanceSpan,
  Timeframe,
} from "@barkeep/market-data"
import type { Block } from "./codec/index.ts"

export const formatVersion = 1

/** The columns a file has besides `timestamp`. */
export const fileColumns = ["open", "high", "low", "close", "volume"] as const

/** Blocks as columns, as the metadata file holds them; blocks follow one another without a gap. */
export interface BlockIndex {
  /** Where the first block starts in the file. */
  readonly firstOffset: number
  readonly length: ReadonlyArray<number>
  readonly rawLength: ReadonlyArray<number>
  readonly crc32: ReadonlyArray<number>
  readonly rows: ReadonlyArray<number>
  readonly firstOpenTime: ReadonlyArray<EpochMillis>
  readonly lastOpenTime: ReadonlyArray<EpochMillis>
}

/** What a measured data quality says; `null` until a validation has measured this very file. */
export type DataQuality = { readonly [name: string]: unknown } | null

/** Everything known of one year's file. Written next to it and renamed into place right after it. */
export interface PartitionMetadata {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly year: number
  /** Counts the commits of this partition, from 1. */
  readonly generation: number
  readonly createdAt: EpochMillis
  readonly lastUpdated: EpochMillis
  readonly instrument: Instrument
  /** IANA name of the zone that the file's times are written in. */
  readonly timezone: string
  readonly adjustment: Adjustment | "unknown"
  readonly anchor?: Anchor
  readonly rows: number
  readonly sizeBytes: number
  /** Length of the text. */
  readonly rawBytes: number
  /** CRC-32 of the text, as in the file's last eight bytes. */
  readonly crc32: number
  /** Of the whole file. */
  readonly sha256: string
  readonly blocks: BlockIndex
  /** Spans that tile the rows. */
  readonly provenance: ReadonlyArray<ProvenanceSpan>
  /** Answers for this year. */
  readonly coverage: Coverage
  readonly dataQuality: DataQuality
}

export const toBlockIndex = (blocks: ReadonlyArray<Block>): BlockIndex => ({
  firstOffset: blocks[0]?.offset ?? 0,
  length: blocks.map((block) => block.length),
  rawLength: blocks.map((block) => block.rawLength),
  crc32: blocks.map((block) => block.crc32),
  rows: blocks.map((block) => block.rows),
  firstOpenTime: blocks.map((block) => block.firstOpenTime),
  lastOpenTime: blocks.map((block) => block.lastOpenTime),
})

/** The blocks `[start, end)`. */
export const blocksOf = (index: BlockIndex, start = 0, end = index.length.length): ReadonlyArray<Block> => {
  const blocks: Array<Block> = []
  let offset = index.firstOffset
  for (let block = 0; block < end; block += 1) {
    const length = index.length[block] as number
    if (block >= start)
      blocks.push({
        offset,
        length,
        rawLength: index.rawLength[block] as number,
        crc32: index.crc32[block] as number,
        rows: index.rows[block] as number,
        firstOpenTime: index.firstOpenTime[block] as number,
        lastOpenTime: index.lastOpenTime[block] as number,
      })
    offset += length
  }
  return blocks
}

/** Index of the first block whose last row opens at or after `time`; the number of blocks when there is none. */
export const firstBlockReaching = (index: BlockIndex, time: EpochMillis): number => {
  let low = 0
  let high = index.lastOpenTime.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((index.lastOpenTime[middle] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Index after the last block whose first row opens before `time`. */
export const endOfBlocksBefore = (index: BlockIndex, time: EpochMillis): number => {
  let low = 0
  let high = index.firstOpenTime.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((index.firstOpenTime[middle] as number) < time) low = middle + 1
    else high = middle
  }
  return low
}
