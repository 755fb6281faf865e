import {
  barEnd,
  type BarStore,
  type EpochMillis,
  normalizeRanges,
  type TimeRange,
  zoneOfDays,
} from "@barkeep/market-data"
import type { PopulateTask } from "./populate-task.ts"

/** The ranges of bars that came without usable values and that the store does not have from elsewhere, ascending. */
export const unusableRanges = async (
  { instrument, timeframe }: Pick<PopulateTask, "instrument" | "timeframe">,
  openTimes: ReadonlyArray<EpochMillis>,
  store: BarStore,
): Promise<ReadonlyArray<TimeRange>> => {
  if (openTimes.length === 0) return []
  const zone = zoneOfDays(instrument)
  const hull = { from: Math.min(...openTimes), to: Math.max(...openTimes) + 1 }
  const stored = new Set((await store.read(instrument.symbol, timeframe, hull)).openTime)
  return normalizeRanges(
    openTimes
      .filter((time) => !stored.has(time))
      .map((time) => ({ from: time, to: barEnd(timeframe, time, zone) })),
  )
}
