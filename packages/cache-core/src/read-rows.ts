import {
  type Bars,
  barCount,
  emptyBars,
  isIntraday,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import {
  type Block,
  DamagedBytes,
  decodeBlocks,
  type DecodedFile,
  holdsBlock,
  isOurFile,
  readAndDecode,
  readFileBytes,
  type RowArena,
  type TextStyle,
} from "./codec/index.ts"
import { yearRange } from "./local-years.ts"
import { readBytes } from "./open-partition.ts"
import { type ForeignPartition, type IndexedPartition, type OpenPartition } from "./partition-kinds.ts"
import { blocksOf, endOfBlocksBefore, firstBlockReaching } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** How the times of a partition are written. */
export const textStyle = (timeframe: Timeframe, timeZone: string): TextStyle => ({
  dateOnly: !isIntraday(timeframe),
  timeZone,
})

/**
 * The bars of an open partition that open inside the range; only the blocks that reach into it are read.
 * @throws {CacheError} `CorruptPartition`, `StorageFailure`
 */
export const readRows = (
  context: StoreContext,
  partition: OpenPartition,
  timeframe: Timeframe,
  range: TimeRange | undefined,
): Bars | Promise<Bars> => {
  if (partition.kind === "foreign") {
    const { bars } = readForeign(context, partition, timeframe)
    return range === undefined ? bars : sliceBars(bars, range)
  }
  const { blocks } = partition.metadata
  const start = range === undefined ? 0 : firstBlockReaching(blocks, range.from)
  const end = range === undefined ? blocks.length.length : endOfBlocksBefore(blocks, range.to)
  if (start >= end) return emptyBars
  const selected = blocksOf(blocks, start, end)
  const style = textStyle(timeframe, partition.timezone)
  const slice = (bars: Bars): Bars => (range === undefined ? bars : sliceBars(bars, range))
  const bars = named(partition.path, () =>
    readAndDecode(selected, style, (memory) => readBlockBytes(context, partition, selected, memory)),
  )
  if (!(bars instanceof Promise)) return slice(bars)
  return bars.then(slice, (cause: unknown) => {
    throw named(partition.path, () => {
      throw cause
    })
  })
}

/**
 * The rows of some blocks of the partition.
 * @param memory for the compressed bytes while they are decoded; used when they fit
 * @param room where the columns are to lie
 * @throws {CacheError} `CorruptPartition`, `StorageFailure`
 */
export const readBlockRows = (
  context: StoreContext,
  partition: IndexedPartition,
  timeframe: Timeframe,
  blocks: ReadonlyArray<Block>,
  memory?: Uint8Array,
  room?: RowArena,
): Bars => {
  if (blocks.length === 0) return emptyBars
  const bytes = readBlockBytes(context, partition, blocks, memory)
  return named(partition.path, () =>
    decodeBlocks(bytes, blocks, textStyle(timeframe, partition.timezone), room),
  )
}

/**
 * A whole file of another program.
 * @throws {CacheError} `CorruptPartition` also when a row belongs to another year than the file's name says
 */
export const readForeign = (
  context: StoreContext,
  partition: ForeignPartition,
  timeframe: Timeframe,
  timeZone = partition.timezone,
): DecodedFile => {
  const bytes = readForeignBytes(context, partition)
  const decoded = named(partition.path, () => readFileBytes(bytes, textStyle(timeframe, timeZone)))
  const range = yearRange(partition.year, timeZone)
  const inside = barCount(sliceBars(decoded.bars, range))
  if (inside !== barCount(decoded.bars))
    throw corrupt(
      partition.path,
      "read",
      `${barCount(decoded.bars) - inside} of ${barCount(decoded.bars)} rows are not of the year ${partition.year}`,
    )
  return decoded
}

/**
 * The bytes of a file that another program wrote.
 * @throws {CacheError} `CorruptPartition` when this library wrote it, but neither as the file that the metadata describes
 * nor after it (then its metadata was lost in a crash): it may be that of another entry
 */
export const readForeignBytes = (context: StoreContext, partition: ForeignPartition): Uint8Array => {
  const bytes = readBytes(context, partition, 0, partition.stat.size)
  const { earlier } = partition
  if (
    earlier !== undefined &&
    isOurFile(bytes) &&
    !holdsBlock(bytes, blocksOf(earlier.blocks, 0, 1)[0] as Block)
  )
    throw corrupt(
      partition.path,
      "read",
      "this library wrote the file, but it is not the one that its metadata describes; restore the two together",
    )
  return bytes
}

/** Runs a decoder; what it finds damaged becomes a `CacheError` that names the file. */
export const named = <A>(file: string, body: () => A): A => {
  try {
    return body()
  } catch (cause) {
    if (!(cause instanceof DamagedBytes)) throw cause
    throw new CacheError({
      path: file,
      operation: "read",
      reason: {
        _tag: "CorruptPartition",
        what: cause.issue,
        ...(cause.line === undefined ? {} : { line: cause.line }),
        ...(cause.column === undefined ? {} : { column: cause.column }),
      },
    })
  }
}

const readBlockBytes = (
  context: StoreContext,
  partition: OpenPartition,
  blocks: ReadonlyArray<Block>,
  memory?: Uint8Array,
): Uint8Array => {
  const first = blocks[0] as Block
  const last = blocks.at(-1) as Block
  const length = last.offset + last.length - first.offset
  const fits = memory !== undefined && length <= memory.length
  return readBytes(context, partition, first.offset, length, fits ? memory : undefined)
}
