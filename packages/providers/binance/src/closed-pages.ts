import {
  type BarPage,
  type Bars,
  type EpochMillis,
  intersectRanges,
  openTimeOf,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarRequest, splitSettled } from "@barkeep/provider-kit"
import { binanceCapabilities } from "./capabilities.ts"
import { endpoints } from "./endpoints.ts"

/** The checked answer to one window. */
export interface WindowAnswer {
  readonly range: TimeRange
  /** All rows of the answer, the running bar too. */
  readonly bars: Bars
  /** Binance's clock when it answered, or earlier. */
  readonly now: EpochMillis
  /** Our clock when the answer had come. */
  readonly receivedAt: EpochMillis
}

/** The pages of one window; `reachesPresent` when every later window lies in the future. */
export interface ClosedPages {
  readonly pages: ReadonlyArray<BarPage>
  readonly reachesPresent: boolean
}

/**
 * What is closed of a window: Binance's last row is the running bar, which changes with every trade, so the pages end
 * where the last closed bar ends.
 */
export const closedPages = (
  { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
  { range, bars, now, receivedAt }: WindowAnswer,
): ClosedPages => {
  const closedUntil = openTimeOf(timeframe, now)
  const reachesPresent = closedUntil < range.to
  const closed = intersectRanges(range, { from: range.from, to: closedUntil })
  if (closed === undefined) return { pages: [], reachesPresent }
  const provenance = {
    provider: binanceCapabilities.provider,
    endpoint: endpoints.klines.path,
    method: "direct",
    adjustment: binanceCapabilities.adjustment,
    fetchedAt: receivedAt,
    settled: true,
  } as const
  const { settleMillis } = binanceCapabilities
  const page = { range: closed, bars: sliceBars(bars, closed), provenance }
  return { pages: splitSettled(page, { instrument, timeframe, now, settleMillis }), reachesPresent }
}
