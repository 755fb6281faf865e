import {
  type Adjustment,
  type Anchor,
  type AssetClass,
  type Bars,
  intersectRanges,
  nominalMillis,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarProvider, type BarRequest, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"

/** A provider that has the given bars, and counts what it is asked. */
export interface BarsProvider extends BarProvider {
  readonly asked: Array<TimeRange>
  /** Called before each page; may throw. */
  beforePage: (range: TimeRange) => void
}

export interface BarsProviderOptions {
  readonly id?: string
  readonly timeframe?: Timeframe
  readonly pageBars?: number
  readonly lookBackMillis?: number
  readonly now?: number
  readonly adjustment?: Adjustment
  readonly assetClasses?: ReadonlyArray<AssetClass>
  readonly anchor?: Anchor
  readonly budget?: number
}

export const failure = (provider: string, reason: ProviderFailure): ProviderError =>
  new ProviderError({ provider, operation: "bars" }, reason)

export const barsProvider = (bars: Bars, options: BarsProviderOptions = {}): BarsProvider => {
  const {
    id = "donor",
    timeframe = "1h",
    pageBars = 1000,
    lookBackMillis,
    now = 0,
    adjustment = "none",
    assetClasses = ["crypto"],
    anchor,
    budget = 100,
  } = options
  const pagesOf = (request: BarRequest): ReadonlyArray<TimeRange> => {
    if (request.timeframe !== timeframe)
      throw failure(id, { _tag: "UnsupportedTimeframe", supported: [timeframe] })
    const reach =
      lookBackMillis === undefined
        ? request.range
        : intersectRanges(request.range, { from: now - lookBackMillis, to: Number.MAX_SAFE_INTEGER })
    if (reach === undefined) throw failure(id, { _tag: "OutsideHistory" })
    const step = nominalMillis(timeframe) * pageBars
    const pages: Array<TimeRange> = []
    for (let from = reach.from; from < reach.to; from += step)
      pages.push({ from, to: Math.min(reach.to, from + step) })
    return pages
  }
  const provider: BarsProvider = {
    id,
    asked: [],
    beforePage: () => {},
    capabilities: {
      provider: id,
      tier: "free",
      assetClasses,
      timeframes: { [timeframe]: { pageBars, ...(lookBackMillis === undefined ? {} : { lookBackMillis }) } },
      budgets: [{ id: "calls-1d", unit: "calls", amount: budget, perMillis: 86_400_000 }],
      adjustment,
      volume: "base",
      label: "open",
      ...(anchor === undefined ? {} : { anchor }),
      settleMillis: 0,
      sources: [],
    },
    plan: (request) =>
      pagesOf(request).map((range) => ({ endpoint: "bars", range, cost: { "calls-1d": 1 } })),
    bars: async function* (request) {
      for (const range of pagesOf(request)) {
        provider.beforePage(range)
        provider.asked.push(range)
        yield {
          range,
          bars: sliceBars(bars, range),
          provenance: {
            provider: id,
            endpoint: "bars",
            method: "direct",
            adjustment,
            fetchedAt: now,
            settled: true,
          },
        }
      }
    },
  }
  return provider
}
