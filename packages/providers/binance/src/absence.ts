import {
  barCount,
  type BarPage,
  barEnd,
  type EpochMillis,
  emptyBars,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { pageBars } from "./endpoints.ts"
import { openTimesIn } from "./grid.ts"

/** So many absent bars at the end of an answer may be bars that it has lost: a tenth of what an answer can hold. */
const longAbsence = pageBars / 10

/**
 * What lags behind Binance's other servers is not that old; a pair without a trade for so long is not waited for.
 */
export const longestLagMillis = 3_600_000

/** Thin pairs pass so long without a trade every day. */
const quietMillis = 900_000

/**
 * How long before `now` bars have to be over to be final, by one answer. A row of the running bar shows that the server
 * knows of the present. Without one it may lag: its last row may be half done, and what follows not there yet.
 */
export const settleMillisOf = (
  openTimes: Float64Array,
  running: EpochMillis,
  now: EpochMillis,
  settleMillis: number,
): number => {
  const last = openTimes.at(-1) ?? Number.NEGATIVE_INFINITY
  return last >= running ? settleMillis : Math.max(settleMillis, Math.min(now - last, longestLagMillis))
}

/**
 * The page, and what is absent at its end as a page of its own, `doubtful`, when its answer has no bar from there on and
 * that is all of the page, or long: an answer that has lost its bars looks the same. What may be only late stays as it
 * is.
 */
export const withTrailingAbsence = (
  timeframe: Timeframe,
  page: BarPage,
  answer: { readonly lastTime: EpochMillis | undefined; readonly now: EpochMillis },
): ReadonlyArray<BarPage> => {
  const { range, bars, provenance } = page
  if (answer.lastTime !== undefined && answer.lastTime >= range.to) return [page]
  const last = bars.openTime.at(-1)
  const from = last === undefined ? range.from : barEnd(timeframe, last)
  const absent: TimeRange = { from, to: range.to }
  const count = openTimesIn(timeframe, absent)
  const isLong = count > 0 && (barCount(bars) === 0 || count >= longAbsence)
  if (!isLong || (from > answer.now - longestLagMillis && range.to - from < quietMillis)) return [page]
  const doubtful: BarPage = {
    range: absent,
    bars: emptyBars,
    provenance: { ...provenance, settled: false },
    absence: "doubtful",
  }
  if (from === range.from) return [doubtful]
  const own = { from: range.from, to: from }
  return [{ ...page, range: own, bars: sliceBars(bars, own) }, doubtful]
}

/** The page when it has been made sure that nothing is in it. */
export const proven = (page: BarPage): BarPage =>
  page.absence === "doubtful"
    ? { ...page, absence: "known", provenance: { ...page.provenance, settled: true } }
    : page
