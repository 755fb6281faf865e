import {
  type BarPage,
  emptyBars,
  type EpochMillis,
  intersectRanges,
  openTimeOf,
  type Provenance,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarRequest, type Capabilities, splitSettled } from "@barkeep/provider-kit"
import type { SeriesAnswer } from "./series-to-bars.ts"

/** When an answer was made and how. */
export interface AnswerFacts {
  readonly endpoint: string
  /** The vendor's clock when it answered, or earlier. */
  readonly now: EpochMillis
  /** Our clock when the answer had come. */
  readonly receivedAt: EpochMillis
  readonly evidence?: NonNullable<Provenance["evidence"]>
}

/**
 * What is closed of an answer, as far back as it reaches: the running day's row changes until the day is over, and
 * intraday rows until their bar is. What may still be corrected comes in a page of its own.
 */
export const closedPages = (
  { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
  range: TimeRange,
  { bars, reachesFrom = Number.NEGATIVE_INFINITY }: SeriesAnswer,
  { endpoint, now, receivedAt, evidence }: AnswerFacts,
  { provider, adjustment, settleMillis }: Capabilities,
): ReadonlyArray<BarPage> => {
  const closed = { from: reachesFrom, to: openTimeOf(timeframe, now, instrument.timeZone) }
  const covered = intersectRanges(range, closed)
  if (covered === undefined) return []
  const provenance: Provenance = {
    provider,
    endpoint,
    method: "direct",
    adjustment,
    fetchedAt: receivedAt,
    settled: true,
    ...(evidence && { evidence }),
  }
  const page = { range: covered, bars: sliceBars(bars, covered), provenance }
  return splitSettled(page, { instrument, timeframe, now, settleMillis, anchor: "clock" })
}

/** The answer that there is nothing. */
export const noBars: SeriesAnswer = { bars: emptyBars }
