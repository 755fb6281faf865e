import type { Anchor, Timeframe } from "@barkeep/market-data"
import { resampled } from "@barkeep/populate"
import { type BarProvider, type BarRequest, ProviderError } from "@barkeep/provider-kit"

/** Half-hours of American sessions start at the same times on both grids: 09:30 is both the open and on the half-hour. */
const finer: Timeframe = "30m"
const offered: ReadonlyArray<Timeframe> = ["1h", "2h", "4h"]

/**
 * A provider whose hours lie on the other grid, as one that builds them from its half-hours on the wanted grid. Only for
 * American markets.
 */
export const rebuiltOn = (provider: BarProvider, anchor: Anchor): BarProvider => {
  const source: BarProvider = { ...provider, capabilities: { ...provider.capabilities, anchor } }
  const built = new Map(offered.map((timeframe) => [timeframe, resampled(source, timeframe, finer)]))
  const capability = provider.capabilities.timeframes[finer]
  const get = ({ instrument, timeframe }: BarRequest): BarProvider => {
    const found = capability === undefined ? undefined : built.get(timeframe)
    if (found !== undefined) return found
    throw new ProviderError(
      { provider: provider.id, operation: "rebuild", symbol: instrument.symbol, timeframe },
      { _tag: "UnsupportedTimeframe", supported: capability === undefined ? [] : offered },
    )
  }
  return {
    id: provider.id,
    capabilities: {
      ...source.capabilities,
      timeframes:
        capability === undefined
          ? {}
          : Object.fromEntries(offered.map((timeframe) => [timeframe, capability])),
    },
    plan: (request) => get(request).plan(request),
    bars: (request, options) => get(request).bars(request, options),
  }
}
