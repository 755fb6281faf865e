import { type Bars, emptyBars, type ProvenanceSpan, type Timeframe } from "@barkeep/market-data"
import { readFileRows } from "./codec/index.ts"
import { carriedOver } from "./foreign-rows.ts"
import { withEntry } from "./open-entry.ts"
import type { ForeignPartition } from "./partition-kinds.ts"
import { named, readForeignBytes, readRows, textStyle } from "./read-rows.ts"
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
): Promise<YearFile> =>
  withEntry(context, symbol, timeframe, year, async ({ partitions: [partition] }) => {
    if (partition === undefined) return noFile
    if (partition.kind === "foreign") return foreignYear(context, partition, timeframe)
    return {
      ...noFile,
      bars: await readRows(context, partition, timeframe, undefined),
      provenance: partition.metadata.provenance,
    }
  })

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
