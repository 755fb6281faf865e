import {
  type BarPage,
  type Bars,
  type EpochMillis,
  intersectRanges,
  openTimeOf,
  type Provenance,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarRequest, splitSettled } from "@barkeep/provider-kit"
import { coingeckoProviderId, settleMillis } from "./capabilities.ts"
import { endpoints } from "./endpoints.ts"
import type { SampledBars } from "./samples-to-bars.ts"
import type { VendorSymbol } from "./symbols.ts"

/** The checked answer to one window. */
export interface WindowAnswer {
  readonly range: TimeRange
  readonly bars: Bars
  /** CoinGecko's clock when it answered, or earlier. */
  readonly now: EpochMillis
  readonly provenance: Provenance
}

/** The pages of one window; `reachesPresent` when every later window lies in the future. */
export interface ClosedPages {
  readonly pages: ReadonlyArray<BarPage>
  readonly reachesPresent: boolean
}

/** What is closed of a window: first what is settled, then what may still change. */
export const closedPages = (
  { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
  { range, bars, now, provenance }: WindowAnswer,
): ClosedPages => {
  const closedUntil = openTimeOf(timeframe, now)
  const reachesPresent = closedUntil < range.to
  const closed = intersectRanges(range, { from: range.from, to: closedUntil })
  if (closed === undefined) return { pages: [], reachesPresent }
  const page = { range: closed, bars: sliceBars(bars, closed), provenance }
  return { pages: splitSettled(page, { instrument, timeframe, now, settleMillis }), reachesPresent }
}

/**
 * Where the rows of an answer come from. Prices in another currency than the instrument's are a donor's,
 * never its own.
 */
export const provenanceOf = (
  endpoint: string,
  { coinId, vsCurrency, quoteAs }: VendorSymbol,
  fetchedAt: EpochMillis,
): Provenance => ({
  provider: coingeckoProviderId,
  endpoint,
  method: quoteAs === undefined ? "direct" : "donor",
  adjustment: "none",
  fetchedAt,
  settled: true,
  evidence: { coinId, vsCurrency, ...(quoteAs !== undefined && { quoteAs }) },
})

/**
 * Where pseudo-bars come from, with how they were made: `ohlc` says `sampled`, `stepMillis` how far apart the
 * prices are, `samplesPerBar` of how few a bar is made (one price makes a flat bar), `incompleteBars` how
 * many had too few.
 */
export const sampledProvenanceOf = (
  symbol: VendorSymbol,
  fetchedAt: EpochMillis,
  { stepMillis, samplesPerBar, incompleteBars }: Omit<SampledBars, "bars" | "dropped">,
): Provenance => {
  const provenance = provenanceOf(endpoints.marketChartRange, symbol, fetchedAt)
  return {
    ...provenance,
    method: "donor",
    evidence: {
      ...provenance.evidence,
      ohlc: "sampled",
      ...(stepMillis !== undefined && { stepMillis, samplesPerBar }),
      ...(incompleteBars > 0 && { incompleteBars }),
    },
  }
}
