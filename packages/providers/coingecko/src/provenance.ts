import type { EpochMillis, Provenance } from "@barkeep/market-data"
import { coingeckoProviderId } from "./capabilities.ts"
import { endpoints } from "./endpoints.ts"
import type { SampledBars } from "./samples-to-bars.ts"
import type { VendorSymbol } from "./symbols.ts"

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
