import {
  type BarPage,
  emptyBars,
  type EpochMillis,
  intersectRanges,
  type Provenance,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarRequest, type Capabilities, closedPages } from "@barkeep/provider-kit"
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

/** The pages of an answer, as far back as it reaches. */
export const answerPages = (
  { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
  range: TimeRange,
  { bars, reachesFrom = Number.NEGATIVE_INFINITY }: SeriesAnswer,
  { endpoint, now, receivedAt, evidence }: AnswerFacts,
  { provider, adjustment, settleMillis }: Capabilities,
): ReadonlyArray<BarPage> => {
  const reached = intersectRanges(range, { from: reachesFrom, to: range.to })
  if (reached === undefined) return []
  const provenance: Provenance = {
    provider,
    endpoint,
    method: "direct",
    adjustment,
    fetchedAt: receivedAt,
    settled: true,
    ...(evidence && { evidence }),
  }
  const page = { range: reached, bars: sliceBars(bars, reached), provenance }
  return closedPages(page, { instrument, timeframe, now, settleMillis }).pages
}

/** The answer that there is nothing. */
export const noBars: SeriesAnswer = { bars: emptyBars }
