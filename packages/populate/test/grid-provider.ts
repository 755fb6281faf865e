import {
  type BarPage,
  barsFromRows,
  type EpochMillis,
  intersectRanges,
  nominalMillis,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarProvider, type BarRequest, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"

export const hour = 3_600_000

/** What the provider was asked, and how it is to behave. */
export interface GridProvider extends BarProvider {
  readonly calls: Array<TimeRange>
  lookups: number
  /** Called before each page; may throw. */
  beforePage: (range: TimeRange, signal: AbortSignal | undefined) => void | Promise<void>
}

/** A provider whose price is a function of time, with pages of `pageBars`, listed at `listedAt`. */
export const gridProvider = ({
  id = "grid",
  pageBars = 100,
  listedAt = 0,
  now = Number.POSITIVE_INFINITY,
  settleMillis = 0,
}: {
  readonly id?: string
  readonly pageBars?: number
  readonly listedAt?: EpochMillis
  readonly now?: EpochMillis
  readonly settleMillis?: number
} = {}): GridProvider => {
  const pagesOf = ({ timeframe, range }: BarRequest): ReadonlyArray<TimeRange> => {
    const step = nominalMillis(timeframe) * pageBars
    const pages: Array<TimeRange> = []
    for (let from = range.from; from < range.to; from += step)
      pages.push({ from, to: Math.min(range.to, from + step) })
    return pages
  }
  const pageOf = ({ timeframe }: BarRequest, range: TimeRange, settled: boolean): BarPage => {
    const rows = []
    const answered = intersectRanges(range, { from: listedAt, to: Number.MAX_SAFE_INTEGER })
    for (let time = answered?.from ?? 0; time < (answered?.to ?? 0); time += nominalMillis(timeframe)) {
      const price = 100 + ((time / hour) % 50)
      rows.push({
        openTime: time,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: settled ? 1 : 2,
      })
    }
    return {
      range,
      bars: barsFromRows(rows),
      provenance: {
        provider: id,
        endpoint: "grid",
        method: "direct",
        adjustment: "none",
        fetchedAt: 0,
        settled,
      },
    }
  }
  const provider: GridProvider = {
    id,
    calls: [],
    lookups: 0,
    beforePage: () => {},
    capabilities: {
      provider: id,
      tier: "free",
      assetClasses: ["crypto"],
      provesAbsence: true,
      timeframes: { "1h": { pageBars }, "1d": { pageBars } },
      budgets: [{ id: "calls-1m", unit: "calls", amount: 10, perMillis: 60_000 }],
      adjustment: "none",
      volume: "base",
      label: "open",
      settleMillis,
      sources: [],
    },
    plan: (request) => {
      if (provider.capabilities.timeframes[request.timeframe] === undefined)
        throw failure(id, { _tag: "UnsupportedTimeframe", supported: ["1h", "1d"] })
      return pagesOf(request).map((range) => ({ endpoint: "grid", range, cost: { "calls-1m": 1 } }))
    },
    bars: async function* (request, options) {
      for (const range of pagesOf(request)) {
        await provider.beforePage(range, options?.signal)
        options?.signal?.throwIfAborted()
        provider.calls.push(range)
        const settledUntil = Math.max(range.from, Math.min(range.to, now - settleMillis))
        if (settledUntil > range.from) yield pageOf(request, { from: range.from, to: settledUntil }, true)
        if (settledUntil < range.to) yield pageOf(request, { from: settledUntil, to: range.to }, false)
      }
    },
    firstBar: {
      call: { endpoint: "first", cost: { "calls-1m": 1 } },
      find: async () => {
        provider.lookups += 1
        return listedAt
      },
    },
  }
  return provider
}

export const failure = (provider: string, reason: ProviderFailure): ProviderError =>
  new ProviderError({ provider, operation: "grid" }, reason)
