import {
  type Bars,
  type EpochMillis,
  openTimeOf,
  type Provenance,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarRequest, closedPages } from "@barkeep/provider-kit"
import { longestLagMillis, proven, settleMillisOf, withTrailingAbsence } from "./absence.ts"
import { binanceCapabilities } from "./capabilities.ts"
import { endpoints, pageBars } from "./endpoints.ts"
import { openTimeAfter, openTimesIn } from "./grid.ts"
import type { Answer, Stretch } from "./stretch.ts"

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

/**
 * What is asked for a window that ends at the present: the running bar too, as long as one answer holds it, since it
 * shows that the answer is of now.
 */
export const withRunningBar = (timeframe: Timeframe, asked: TimeRange, now: EpochMillis): TimeRange => {
  const running = openTimeOf(timeframe, now)
  if (asked.to > running || asked.to <= now - longestLagMillis) return asked
  const longer = { from: asked.from, to: openTimeAfter(timeframe, running, 1) }
  return openTimesIn(timeframe, longer) <= pageBars ? longer : asked
}

/** What an answer says about the part of its window that is kept. */
export const toAnswer = (
  { instrument, timeframe }: BarRequest,
  { range: { from, to }, bars, now, receivedAt }: WindowAnswer,
  keep: TimeRange,
  because: string | undefined,
): Answer => {
  const { provider, adjustment, settleMillis } = binanceCapabilities
  const provenance: Provenance = {
    provider,
    endpoint: endpoints.klines.path,
    method: "direct",
    adjustment,
    fetchedAt: receivedAt,
    settled: true,
    ...(because !== undefined && { evidence: { because } }),
  }
  const running = openTimeOf(timeframe, now)
  const { pages, reachesPresent } = closedPages(
    { range: keep, bars: sliceBars(bars, keep), provenance },
    { instrument, timeframe, now, settleMillis: settleMillisOf(bars.openTime, running, now, settleMillis) },
  )
  const seen = { from, to: Math.max(from, Math.min(to, running)) }
  const stretch: Stretch = {
    source: "rest",
    name: endpoints.klines.path,
    pages: pages.flatMap((page) =>
      withTrailingAbsence(timeframe, page, { lastTime: bars.openTime.at(-1), now }),
    ),
    bars: sliceBars(bars, seen),
    seen,
  }
  return { stretches: [stretch], reachesPresent }
}

/** The same answer when it has been made sure that what it lacks is not there. */
export const withProvenPages = ({ stretches, reachesPresent }: Answer): Answer => ({
  stretches: stretches.map((stretch) => ({ ...stretch, pages: stretch.pages.map(proven) })),
  reachesPresent,
})
