import { barCount, type Bars, emptyBars, type ProvenanceSpan, type Timeframe } from "@barkeep/market-data"
import { readFileRows } from "./codec/index.ts"
import { carriedOver } from "./foreign-rows.ts"
import { withEntry } from "./open-entry.ts"
import type { ForeignPartition, IndexedPartition } from "./partition-kinds.ts"
import { blockPieces, pieceMemory } from "./read-entry.ts"
import { named, readBlockRows, readForeignBytes, readRows, textStyle } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

/** What one year's file holds, row by row. */
export interface YearFile {
  /**
   * Every row in the order of the file. Rows of files that other programs wrote may be out of order, repeat an open
   * time with equal or with other values, and open in another year.
   */
  readonly bars: Bars
  /** Where the rows come from; the spans tile the rows as they are once sorted, each open time counted once. */
  readonly provenance: ReadonlyArray<ProvenanceSpan>
  /** Columns of the file that `Bars` do not hold. */
  readonly extraColumns: ReadonlyArray<string>
  /** For people: what was odd about the file and what had to be assumed about it; empty for files of this library. */
  readonly notes: ReadonlyArray<string>
}

export interface ReadYearOptions {
  /**
   * Gives memory of at least so many numbers; the columns of a file of this library are laid into it, read piece by
   * piece. For those who read many years and use the memory again. @default each call has memory of its own
   */
  readonly lend?: (numbers: number) => Float64Array
}

const noFile: YearFile = { bars: emptyBars, provenance: [], extraColumns: [], notes: [] }

/**
 * One year's file as it is; without rows when there is no file.
 * @throws {CacheError} `CorruptPartition` when a cell cannot be read without guessing, `StorageFailure`
 */
export const readYear = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  year: number,
  { lend }: ReadYearOptions = {},
): Promise<YearFile> =>
  withEntry(context, symbol, timeframe, year, async ({ partitions: [partition] }) => {
    if (partition === undefined) return noFile
    if (partition.kind === "foreign") return foreignYear(context, partition, timeframe)
    return {
      ...noFile,
      bars:
        lend === undefined
          ? await readRows(context, partition, timeframe, undefined)
          : readInto(context, partition, timeframe, lend),
      provenance: partition.metadata.provenance,
    }
  })

const readInto = (
  context: StoreContext,
  partition: IndexedPartition,
  timeframe: Timeframe,
  lend: (numbers: number) => Float64Array,
): Bars => {
  const { rows } = partition.metadata
  const numbers = lend(6 * rows)
  const memory = pieceMemory()
  let row = 0
  for (const blocks of blockPieces(partition, undefined)) {
    const room = { numbers: numbers.subarray(row), stride: rows }
    row += barCount(readBlockRows(context, partition, timeframe, blocks, memory, room))
  }
  const column = (index: number): Float64Array => numbers.subarray(index * rows, (index + 1) * rows)
  return {
    openTime: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  }
}

const foreignYear = (context: StoreContext, partition: ForeignPartition, timeframe: Timeframe): YearFile => {
  const bytes = readForeignBytes(context, partition)
  const { bars, extraColumns, notes } = named(partition.path, () =>
    readFileRows(bytes, textStyle(timeframe, partition.timezone)),
  )
  const { spans } = carriedOver(partition, distinctAscending(bars.openTime), timeframe)
  return { bars, provenance: spans, extraColumns, notes: [...partition.facts.notes, ...notes] }
}

const distinctAscending = (openTime: Float64Array): Float64Array =>
  openTime.toSorted().filter((time, row, sorted) => row === 0 || time !== sorted[row - 1])
