import { type Bars, barsFromRows, type Timeframe, type TimeRange } from "@barkeep/market-data"
import { type FetchFunction, unlimited } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, describe, expect, it } from "vitest"
import { type CoingeckoOptions, type CoingeckoTier, createCoingecko } from "../src/index.ts"
import { bitcoin, day, hour, minute, pair } from "./fixture.ts"

// Simulator and provider share a clock that stands still between two questions.
const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const clock = createVirtualClock(now)
// No limits, since nothing waits on that clock; no cache, since the suite wants the last closed bar at once.
const manners = { callsPerMinute: 1_000_000, creditsPerMonth: 1_000_000 }
const simulator: VendorSimulator = await startVendorSimulator({
  clock,
  coingecko: { ...manners, cached: false },
})
afterAll(() => simulator.close())

const secrets = { keyless: undefined, demo: "CG-demo-key-0123", analyst: "CG-paid-key-4567" } as const

const make = (tier: CoingeckoTier, options: CoingeckoOptions & { readonly fetch?: FetchFunction }) => {
  const apiKey = secrets[tier]
  return createCoingecko({
    tier,
    ...(apiKey !== undefined && { apiKey }),
    baseUrl: simulator.urls.BARKEEP_COINGECKO_URL,
    clock,
    limiter: unlimited,
    pace: { calls: 10_000, perMillis: 1000 },
    backoffMillis: 1,
    coinIds: { GONE: "a-coin-that-is-gone" },
    ...options,
  })
}

/** Where no precision can be asked for, prices are rounded. */
const rounded = (value: number): number =>
  value >= 10_000 ? Math.round(value) : Number(value.toPrecision(5))
const full = (value: number): number => Number(value.toPrecision(15))

/** What Binance's bars become: CoinGecko is 0.04 % above. */
const truth = async (interval: string, { from, to }: TimeRange, round: typeof full): Promise<Bars> => {
  const rows: Array<ReadonlyArray<string | number>> = []
  for (let startTime = from; ;) {
    const query = `symbol=BTCUSDT&interval=${interval}&startTime=${startTime}&endTime=${to - 1}&limit=1000`
    const response = await fetch(`${simulator.urls.BARKEEP_BINANCE_URL}/api/v3/klines?${query}`)
    const page = (await response.json()) as ReadonlyArray<ReadonlyArray<string | number>>
    rows.push(...page)
    if (page.length < 1000) break
    startTime = Number(page.at(-1)?.[0]) + 1
  }
  const price = (cell: string | number | undefined): number => round(Number(cell) * 1.0004)
  return barsFromRows(
    rows.map(([openTime, open, high, low, close]) => ({
      openTime: Number(openTime),
      open: price(open),
      high: price(high),
      low: price(low),
      close: price(close),
      volume: Number.NaN,
    })),
  )
}

interface Setup {
  readonly tier: CoingeckoTier
  readonly timeframe: Timeframe
  readonly range: TimeRange
  readonly emptyRange?: TimeRange
  readonly presentRange: TimeRange
}

const range = (from: number, to: number): TimeRange => ({ from, to })
const presentOf = (days: number): TimeRange => range(now - days * day, now + 10 * day)
const endpointOf = ({ pathname }: URL): string => pathname.replace(/^\/coingecko/, "")

const candleSetups: ReadonlyArray<Setup> = [
  {
    tier: "keyless",
    timeframe: "30m",
    range: range(now - 20 * hour + 7, now - 3 * hour),
    presentRange: range(now - 20 * hour, now + day),
  },
  { tier: "demo", timeframe: "4h", range: range(now - 29 * day, now - 2 * day), presentRange: presentOf(10) },
  {
    tier: "analyst",
    timeframe: "1h",
    range: range(Date.UTC(2019, 0, 1) + 1, Date.UTC(2019, 2, 28) + 17 * minute),
    presentRange: presentOf(70),
  },
  {
    tier: "analyst",
    timeframe: "1d",
    range: range(Date.UTC(2020, 0, 1), Date.UTC(2021, 5, 1)),
    presentRange: presentOf(400),
  },
]

describe.each(candleSetups)("CoinGecko's candles as simulated, $tier, $timeframe", async (setup) => {
  const { tier, timeframe } = setup
  const key = secrets[tier]
  const cases = barProviderConformance({
    ...setup,
    makeProvider: (options) => make(tier, options),
    instrument: bitcoin,
    expectedBars: await truth(timeframe, setup.range, tier === "analyst" ? rounded : full),
    unknownInstrument: pair("GONE"),
    unsupportedTimeframe: "1m",
    now: clock.now,
    endpointOf,
    ...(key !== undefined && { secrets: [key] }),
  })
  it.each(cases)("$name", ({ run }) => run())
})

const pointSetups: ReadonlyArray<Setup> = [
  {
    tier: "keyless",
    timeframe: "1h",
    range: range(now - 100 * day, now - 3 * day),
    presentRange: presentOf(20),
  },
  {
    tier: "demo",
    timeframe: "1d",
    range: range(now - 364 * day, now - 100 * day),
    presentRange: presentOf(20),
  },
  {
    tier: "analyst",
    timeframe: "4h",
    range: range(Date.UTC(2021, 1, 20), Date.UTC(2021, 4, 20)),
    presentRange: presentOf(5),
  },
  {
    tier: "demo",
    timeframe: "15m",
    range: range(now - 20 * hour, now - 3 * hour),
    presentRange: range(now - 5 * hour, now + 5 * hour),
  },
]

describe.each(pointSetups)("CoinGecko's price points as simulated, $tier, $timeframe", (setup) => {
  const key = secrets[setup.tier]
  const cases = barProviderConformance({
    ...setup,
    makeProvider: (options) => make(setup.tier, options).sampled,
    instrument: bitcoin,
    unknownInstrument: pair("GONE"),
    unsupportedTimeframe: "1m",
    now: clock.now,
    endpointOf,
    ...(key !== undefined && { secrets: [key] }),
  })
  it.each(cases)("$name", ({ run }) => run())
})

describe("CoinGecko behind its cache, as simulated", () => {
  it.each([
    ["keyless", "30m", 20 * hour],
    ["demo", "4h", 5 * day],
  ] as const)(
    "gives %s %s as far as the cached answer reaches, and the same bars",
    async (tier, timeframe, reach) => {
      await using cached = await startVendorSimulator({ clock, coingecko: manners })
      const request = { instrument: bitcoin, timeframe, range: range(now - reach, now) }
      const ask = (baseUrl: string) => Array.fromAsync(make(tier, { baseUrl }).bars(request))
      const old = await ask(cached.urls.BARKEEP_COINGECKO_URL)
      const fresh = await ask(simulator.urls.BARKEEP_COINGECKO_URL)
      const rowsOf = (pages: typeof old) =>
        pages.flatMap((page) =>
          [...page.bars.openTime.entries()].map(([row, time]) => [time, page.bars.close[row]]),
        )
      const until = old.at(-1)?.range.to ?? 0
      expect(until).toBeGreaterThan(now - 6 * hour)
      expect(rowsOf(old)).toEqual(rowsOf(fresh).filter(([time = 0]) => time < until))
    },
  )
})
