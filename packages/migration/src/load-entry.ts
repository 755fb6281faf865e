import {
  type Bars,
  barCount,
  emptyBars,
  spanIndexAt,
  takeRows,
  TaggedError,
  type Timeframe,
} from "@barkeep/market-data"
import { below, readBytes, sha256Of } from "./files.ts"
import {
  type LoadedSource,
  planEntry,
  type PlannedEntry,
  type PresentEntry,
  type StatedAdjustments,
} from "./plan-entry.ts"
import type { MigrationTarget, ReadRows } from "./ports.ts"
import { readParquet } from "./read-parquet.ts"
import type { SourceText } from "./source-text.ts"
import type { EntrySources, KnownSource } from "./survey-tree.ts"
import type { EntryPlan } from "./entry-plan.ts"

/** Where the sources of entries are, how they are read, and what is said of them. */
export interface LoadContext {
  readonly oldCache: string
  readonly readRows: ReadRows
  readonly adjustments: StatedAdjustments
}

/** Reads all sources of an entry and what the new cache has of it, and decides what each row becomes. */
export const loadEntry = async (
  { oldCache, readRows, adjustments }: LoadContext,
  entry: EntrySources,
  present: PresentEntry,
): Promise<PlannedEntry> => {
  const sources: Array<LoadedSource> = []
  for (const source of entry.sources) sources.push(await loadSource(oldCache, source, readRows))
  return planEntry({
    instrument: entry.instrument,
    instrumentEvidence: entry.evidence,
    timeframe: entry.timeframe,
    sources,
    present,
    adjustments,
  })
}

const loadSource = async (root: string, source: KnownSource, readRows: ReadRows): Promise<LoadedSource> => {
  const bytes = await readBytes(below(root, source.file.path))
  return {
    file: source.file,
    provider: source.provider,
    sha256: sha256Of(bytes),
    sizeBytes: bytes.length,
    writtenAt: source.writtenAt,
    content: await readContent(source, bytes, readRows),
  }
}

const readContent = async (
  { file }: KnownSource,
  bytes: Uint8Array,
  readRows: ReadRows,
): Promise<SourceText | { readonly cannotRead: string }> => {
  try {
    return file.format === "parquet" ? await readParquet(bytes) : readRows(bytes)
  } catch (error) {
    // A damaged file is a fact about the old cache, not a failure of the migration.
    if (error instanceof TaggedError) return { cannotRead: error.message }
    throw error
  }
}

/** An entry's rows, those of one migration apart from all others. */
export interface SplitRows {
  readonly ours: Bars
  readonly others: Bars
}

/** Tells a migration's rows in the new cache by the evidence in their provenance. */
export const splitRows = async (
  target: MigrationTarget,
  symbol: string,
  timeframe: Timeframe,
  id: string | undefined,
): Promise<SplitRows> => {
  const bars = await target.store.read(symbol, timeframe)
  if (barCount(bars) === 0) return { ours: emptyBars, others: emptyBars }
  if (id === undefined) return { ours: emptyBars, others: bars }
  const spans = await target.store.provenance(symbol, timeframe)
  const isOurs = (row: number): boolean =>
    spans[spanIndexAt(spans, bars.openTime[row] as number)]?.evidence?.["migration"] === id
  const rows = Array.from(bars.openTime.keys())
  return {
    ours: takeRows(bars, rows.filter(isOurs)),
    others: takeRows(
      bars,
      rows.filter((row) => !isOurs(row)),
    ),
  }
}

/** What the new cache has of an entry before a migration. */
export const readPresent = async (
  target: MigrationTarget,
  symbol: string,
  timeframe: Timeframe,
): Promise<PresentEntry> => {
  const { others } = await splitRows(target, symbol, timeframe, undefined)
  return {
    bars: others,
    description: barCount(others) === 0 ? undefined : await target.store.describe(symbol, timeframe),
  }
}

/** What the new cache had of an entry before the migration that may have begun already. */
export const presentBefore = async (
  target: MigrationTarget,
  plan: EntryPlan,
  id: string,
): Promise<PresentEntry> => {
  const { others } = await splitRows(target, plan.symbol, plan.timeframe, id)
  if (barCount(others) === 0) return { bars: others, description: undefined }
  const { instrument, timeframe, adjustment, anchor } = plan
  return {
    bars: others,
    description: { instrument, timeframe, adjustment, ...(anchor === undefined ? {} : { anchor }) },
  }
}
