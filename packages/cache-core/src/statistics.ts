import {
  type Adjustment,
  barCount,
  type EpochMillis,
  type ProvenanceSpan,
  type Timeframe,
} from "@barkeep/market-data"
import type { CacheEntry } from "./cache.ts"
import { CacheError } from "./cache-error.ts"
import { guard, locateEntry } from "./layout.ts"
import { readBytes, withPartition } from "./open-partition.ts"
import { type OpenPartition } from "./partition-kinds.ts"
import { readForeign } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

export interface SizeTotals {
  readonly files: number
  readonly rows: number
  /** Data and metadata files. */
  readonly bytesOnDisk: number
  /** Data files alone. */
  readonly dataBytes: number
  /** Length of the texts in the data files. */
  readonly rawBytes: number
  /** Raw bytes for each byte of the data files; NaN without any. */
  readonly compressionRatio: number
  /** Rows by provider. */
  readonly rowsByProvider: { readonly [provider: string]: number }
}

export interface EntryStatistics extends SizeTotals, CacheEntry {
  readonly adjustment: Adjustment | "unknown"
  /** Open time of the first and of the last row. */
  readonly firstOpenTime: EpochMillis
  readonly lastOpenTime: EpochMillis
}

export interface CacheStatistics {
  readonly folder: string
  readonly symbols: number
  readonly entries: ReadonlyArray<EntryStatistics>
  readonly total: SizeTotals
  /** Files that could not be read, with the reason; they count in no number above. */
  readonly unreadable: ReadonlyArray<{ readonly path: string; readonly reason: string }>
}

/** Reads the metadata of every partition; files of other programs, which have none, whole. */
export const readStatistics = async (
  context: StoreContext,
  entries: ReadonlyArray<CacheEntry>,
): Promise<CacheStatistics> => {
  const unreadable: Array<{ readonly path: string; readonly reason: string }> = []
  const result: Array<EntryStatistics> = []
  for (const entry of entries) {
    const parts: Array<PartitionStatistics> = []
    for (const year of entry.years) {
      try {
        const location = locateEntry(context, entry.symbol, entry.timeframe)
        const part = await withPartition(context, location, year, (partition) =>
          measure(context, partition, entry.timeframe),
        )
        if (part !== undefined) parts.push(part)
      } catch (error) {
        if (!(error instanceof CacheError)) throw error
        unreadable.push({ path: error.path, reason: error.message })
      }
    }
    const last = parts.at(-1)
    if (last === undefined) continue
    result.push({
      ...entry,
      ...sumUp(parts),
      adjustment: last.adjustment,
      firstOpenTime: (parts[0] as PartitionStatistics).firstOpenTime,
      lastOpenTime: last.lastOpenTime,
    })
  }
  return {
    folder: context.root,
    symbols: new Set(result.map((entry) => entry.symbol)).size,
    entries: result,
    total: sumUp(result),
    unreadable,
  }
}

interface PartitionStatistics extends SizeTotals {
  readonly adjustment: Adjustment | "unknown"
  readonly firstOpenTime: EpochMillis
  readonly lastOpenTime: EpochMillis
}

const measure = (
  context: StoreContext,
  partition: OpenPartition,
  timeframe: Timeframe,
): PartitionStatistics => {
  const metadataPath = `${partition.path.slice(0, -"csv.gz".length)}metadata.json`
  const metadataBytes = guard(metadataPath, "read", () => context.files.stat(metadataPath)?.size ?? 0)
  const dataBytes = partition.stat.size
  const size = { files: 1, bytesOnDisk: dataBytes + metadataBytes, dataBytes }
  if (partition.kind === "indexed") {
    const { metadata } = partition
    return {
      ...size,
      rows: metadata.rows,
      rawBytes: metadata.rawBytes,
      compressionRatio: metadata.rawBytes / dataBytes,
      rowsByProvider: countRows(metadata.provenance),
      adjustment: metadata.adjustment,
      firstOpenTime: metadata.blocks.firstOpenTime[0] as number,
      lastOpenTime: metadata.blocks.lastOpenTime.at(-1) as number,
    }
  }
  const { bars } = readForeign(context, partition, timeframe)
  const rawBytes = textLength(context, partition)
  const rows = barCount(bars)
  return {
    ...size,
    rows,
    rawBytes,
    compressionRatio: rawBytes / dataBytes,
    rowsByProvider: { [partition.facts.provider]: rows },
    adjustment: partition.facts.adjustment,
    firstOpenTime: bars.openTime[0] ?? Number.NaN,
    lastOpenTime: bars.openTime[rows - 1] ?? Number.NaN,
  }
}

/** Length of the text in a gzip file of another program, by its last four bytes. */
const textLength = (context: StoreContext, partition: OpenPartition): number => {
  const { size } = partition.stat
  const end = readBytes(context, partition, size - 4, 4)
  return new DataView(end.buffer, end.byteOffset, 4).getUint32(0, true)
}

const countRows = (spans: ReadonlyArray<ProvenanceSpan>): { readonly [provider: string]: number } => {
  const rows: { [provider: string]: number } = {}
  for (const span of spans) rows[span.provider] = (rows[span.provider] ?? 0) + span.rows
  return rows
}

const sumUp = (parts: ReadonlyArray<SizeTotals>): SizeTotals => {
  const rowsByProvider: { [provider: string]: number } = {}
  for (const part of parts)
    for (const [provider, rows] of Object.entries(part.rowsByProvider))
      rowsByProvider[provider] = (rowsByProvider[provider] ?? 0) + rows
  const sum = (of: (part: SizeTotals) => number): number => parts.reduce((total, part) => total + of(part), 0)
  const rawBytes = sum((part) => part.rawBytes)
  const dataBytes = sum((part) => part.dataBytes)
  return {
    files: sum((part) => part.files),
    rows: sum((part) => part.rows),
    bytesOnDisk: sum((part) => part.bytesOnDisk),
    dataBytes,
    rawBytes,
    compressionRatio: rawBytes / dataBytes,
    rowsByProvider,
  }
}
