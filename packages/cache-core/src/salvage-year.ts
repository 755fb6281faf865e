import {
  barEnd,
  type Bars,
  barCount,
  concatBars,
  type Coverage,
  emptyBars,
  type EntryDescription,
  type EpochMillis,
  type Provenance,
  type ProvenanceSpan,
  sliceBars,
  spanIndexAt,
  subtractRanges,
  tileSpans,
  type TimeRange,
  zoneOfDays,
} from "@barkeep/market-data"
import { DamagedBytes, decodeBlocks, readFileBytes, rebuildIndex } from "./codec/index.ts"
import { type EntryLocation, guard, partitionPaths } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import { blocksOf } from "./partition-metadata.ts"
import { textStyle } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

/** What can still be read of a damaged year. */
export interface SalvagedYear {
  readonly bars: Bars
  readonly spans: ReadonlyArray<ProvenanceSpan>
  /** Without the ranges whose rows are lost, so that they are asked for again. */
  readonly coverage: Coverage
  readonly generation?: number
  readonly createdAt?: EpochMillis
}

/**
 * The rows of a damaged year that are beyond doubt: those of blocks whose checksums fit. Reads only.
 * @throws {CacheError} `StorageFailure`
 */
export const salvageYear = async (
  context: StoreContext,
  location: EntryLocation,
  year: number,
  entry: EntryDescription,
): Promise<SalvagedYear> => {
  const paths = partitionPaths(location.folder, year)
  const parsed = guard(paths.metadata, "read", () => context.memory.read(paths.metadata))
  const metadata = parsed?.kind === "ours" ? parsed.metadata : undefined
  const bytes = guard(paths.data, "read", () =>
    context.files.stat(paths.data) === undefined ? new Uint8Array(0) : context.files.readFile(paths.data),
  )
  const timeZone = metadata?.timezone ?? zoneOfDays(entry.instrument)
  const style = textStyle(location.timeframe, timeZone)
  const endOf = (openTime: EpochMillis): EpochMillis => barEnd(location.timeframe, openTime, timeZone)
  const index = metadata === undefined ? rebuildIndex(bytes, style) : blocksOf(metadata.blocks)
  const parts: Array<Bars> = []
  const lost: Array<TimeRange> = []
  for (const block of index ?? []) {
    const bars = orUndefined(() =>
      decodeBlocks(bytes.subarray(block.offset, block.offset + block.length), [block], style),
    )
    if (bars === undefined) lost.push({ from: block.firstOpenTime, to: endOf(block.lastOpenTime) })
    else parts.push(bars)
  }
  const whole = index === undefined ? orUndefined(() => readFileBytes(bytes, style).bars) : undefined
  const bars = sliceBars(whole ?? concatBars(parts), yearRange(year, timeZone))
  const spans = metadata?.provenance ?? []
  const unknown = unknownProvenance(entry, context.clock.now())
  return {
    bars: barCount(bars) === 0 ? emptyBars : bars,
    spans: tileSpans(
      bars.openTime,
      (row) => spans[spanIndexAt(spans, bars.openTime[row] as number)] ?? unknown,
      endOf,
    ),
    coverage: (metadata?.coverage ?? []).flatMap((span) =>
      subtractRanges([span], lost).map((rest) => ({ ...span, ...rest })),
    ),
    ...(metadata === undefined ? {} : { generation: metadata.generation, createdAt: metadata.createdAt }),
  }
}

const orUndefined = (read: () => Bars): Bars | undefined => {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof DamagedBytes) return undefined
    throw cause
  }
}

const unknownProvenance = (entry: EntryDescription, now: EpochMillis): Provenance => ({
  provider: "unknown",
  endpoint: "",
  method: "unknown",
  adjustment: entry.adjustment,
  fetchedAt: now,
  settled: true,
})
