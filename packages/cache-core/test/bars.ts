import {
  type Adjustment,
  type Bars,
  type BarPage,
  barsFromRows,
  type EntryDescription,
  type Instrument,
  type Provenance,
  type PutRequest,
  type Timeframe,
} from "@barkeep/market-data"

export const hour = 3_600_000
export const day = 24 * hour

/** What clocks in tests say. */
export const noon = Date.UTC(2026, 5, 15, 12)

export const bitcoin: Instrument = {
  symbol: "BTCUSDT",
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base: "BTC",
  currency: "USDT",
}
export const apple: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNYS",
  timeZone: "America/New_York",
  currency: "USD",
}

/** Bars at these times whose values say which time and which `version` they are of. */
export const barsAt = (times: ReadonlyArray<number>, version = 0): Bars =>
  barsFromRows(
    times.map((openTime) => {
      const base = Math.round((openTime / hour) % 1000) + version * 10_000 + 1000.25
      return {
        openTime,
        open: base,
        high: base + 2,
        low: base - 1.5,
        close: base + 0.1,
        volume: version + 0.125,
      }
    }),
  )

/** `count` open times from `from` on. */
export const times = (from: number, count: number, step = hour): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => from + index * step)

export const provenance = (changes: Partial<Provenance> = {}): Provenance => ({
  provider: "binance",
  endpoint: "/api/v3/klines",
  method: "direct",
  adjustment: "none",
  fetchedAt: noon - hour,
  settled: true,
  ...changes,
})

export const pageOf = (bars: Bars, changes: Partial<Provenance> = {}, range?: BarPage["range"]): BarPage => ({
  range: range ?? {
    from: bars.openTime[0] ?? 0,
    to: (bars.openTime[bars.openTime.length - 1] ?? 0) + 1,
  },
  bars,
  provenance: provenance(changes),
})

export const entryOf = (
  timeframe: Timeframe = "1h",
  instrument: Instrument = bitcoin,
  adjustment: Adjustment | "unknown" = "none",
): EntryDescription => ({ instrument, timeframe, adjustment })

export const requestOf = (
  pages: ReadonlyArray<BarPage>,
  entry: EntryDescription = entryOf(),
  policy?: "keep" | "replace",
): PutRequest => ({ entry, pages, ...(policy === undefined ? {} : { policy }) })
