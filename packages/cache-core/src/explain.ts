import {
  type Bar,
  barAt,
  barCount,
  barEnd,
  containsTime,
  type CoverageSpan,
  type EpochMillis,
  nominalMillis,
  type ProvenanceSpan,
  type Timeframe,
} from "@barkeep/market-data"
import { locateEntry, partitionPaths, type PartitionPaths } from "./layout.ts"
import { yearOf } from "./local-years.ts"
import { describeEntry, readCoverage, readEntry, readProvenance } from "./read-entry.ts"
import type { StoreContext } from "./store-context.ts"

/** Why the cache says what it says about one moment. */
export interface Explanation {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly time: EpochMillis
  /** The bar that holds the moment. */
  readonly bar: Bar | undefined
  /** The file it is in. */
  readonly partition: (PartitionPaths & { readonly year: number }) | undefined
  /** Where the bar comes from. */
  readonly provenance: ProvenanceSpan | undefined
  /** The answer that covers the moment; `undefined` when it was never asked for. */
  readonly coverage: CoverageSpan | undefined
  /** What had to be assumed about files of other programs. */
  readonly notes: ReadonlyArray<string>
}

/** @throws {CacheError} */
export const explainTime = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  time: EpochMillis,
): Promise<Explanation> => {
  const entry = await describeEntry(context, symbol, timeframe)
  const timeZone = entry?.timezone ?? "UTC"
  // An hour more than the longest bar, for days on which clocks are set back.
  const before = await readEntry(context, symbol, timeframe, {
    from: time - nominalMillis(timeframe) - 3_600_000,
    to: time + 1,
  })
  const last = barCount(before) === 0 ? undefined : barAt(before, barCount(before) - 1)
  const bar = last !== undefined && time < barEnd(timeframe, last.openTime, timeZone) ? last : undefined
  const spans =
    bar === undefined
      ? []
      : await readProvenance(context, symbol, timeframe, { from: bar.openTime, to: bar.openTime + 1 })
  const coverage = await readCoverage(context, symbol, timeframe)
  const year = bar === undefined ? undefined : yearOf(bar.openTime, timeZone)
  return {
    symbol,
    timeframe,
    time,
    bar,
    partition:
      year === undefined
        ? undefined
        : { year, ...partitionPaths(locateEntry(context, symbol, timeframe).folder, year) },
    provenance: spans[0],
    coverage: coverage.find((span) => containsTime(span, time)),
    notes: entry?.notes ?? [],
  }
}
