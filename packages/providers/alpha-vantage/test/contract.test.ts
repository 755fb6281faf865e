import type { Timeframe, TimeRange } from "@barkeep/market-data"
import type { FetchFunction } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { afterAll, describe, it } from "vitest"
import { type AlphaVantageOptions, createAlphaVantage } from "../src/index.ts"
import { day, key, local, localRange, stock } from "./fixture.ts"
import { listing, type MarketListing, trueBars } from "./vendor-market.ts"
import { startVendor, type VendorServer } from "./vendor-server.ts"

// Server and provider share a clock that moves only while somebody waits: a Friday in New York, in the session.
const now = local("2024-04-19 13:37") + 21_500
const clock = createVirtualClock(now)
// Ten days of minutes are enough; whole months of them would only take time.
const short: MarketListing = { vendorSymbol: "SHORT", firstDate: "2024-02-27", lastDate: "2024-03-13" }
const free = await startVendor({ clock, tier: "free", callsPerDay: 100_000 })
const premium = await startVendor({ clock, listings: [listing, short] })
afterAll(async () => {
  await free[Symbol.asyncDispose]()
  await premium[Symbol.asyncDispose]()
})

interface Setup {
  readonly name: string
  readonly options: Partial<AlphaVantageOptions>
  readonly timeframe: Timeframe
  readonly range: TimeRange
  readonly emptyRange: TimeRange
}

const beforeListing = localRange("2023-08-20 00:00", "2023-10-12 12:00")

// Months; the clocks change on 10 March. Starts and ends inside a session.
const overMonths = { from: local("2024-02-20 11:11") + 1, to: local("2024-04-04 12:00") + 7 }
const overDays = { from: local("2024-02-28 11:11") + 1, to: local("2024-03-12 12:00") + 7 }

const intraday = (timeframe: Timeframe, options: Partial<AlphaVantageOptions> = {}): Setup => ({
  name: `premium ${timeframe} ${options.datatype ?? "json"}`,
  options: { tier: "premium", ...options },
  timeframe,
  range: timeframe === "1m" ? overDays : overMonths,
  emptyRange: beforeListing,
})

const whole = (timeframe: Timeframe, tier: "free" | "premium", datatype: "json" | "csv"): Setup => ({
  name: `${tier} ${timeframe} ${datatype}`,
  options: { tier, datatype },
  timeframe,
  range: localRange("2023-11-01 00:00", "2024-03-25 05:00"),
  emptyRange: beforeListing,
})

const setups: ReadonlyArray<Setup> = [
  intraday("1m"),
  intraday("5m"),
  intraday("15m", { concurrency: 1 }),
  intraday("30m", { datatype: "csv" }),
  intraday("1h"),
  whole("1d", "premium", "json"),
  whole("1d", "premium", "csv"),
  whole("1w", "free", "json"),
  whole("1mo", "free", "csv"),
  {
    name: "free 1d json",
    options: { tier: "free" },
    timeframe: "1d",
    range: { from: local("2023-12-06 00:00"), to: local("2024-03-25 05:00") },
    emptyRange: localRange("2024-01-06 00:00", "2024-01-08 00:00"),
  },
]

describe.each(setups)("Alpha Vantage $name", ({ options, timeframe, range, emptyRange }) => {
  const listed = timeframe === "1m" ? short : listing
  const server: VendorServer = options.tier === "free" ? free : premium
  const makeProvider = ({ fetch }: { readonly fetch: FetchFunction }) => {
    // Each provider counts for itself; the vendor counts a second for all of them.
    clock.advance(2000)
    return createAlphaVantage({
      apiKey: key,
      baseUrl: server.baseUrl,
      fetch,
      clock,
      callsPerMinute: 60_000,
      backoffMillis: 1,
      ...options,
    })
  }
  const cases = barProviderConformance({
    makeProvider,
    instrument: stock(listed.vendorSymbol),
    timeframe,
    range,
    expectedBars: trueBars(timeframe, range, now, listed),
    emptyRange,
    unknownInstrument: stock("NOSUCH"),
    unsupportedTimeframe: "4h",
    now: clock.now,
    presentRange: { from: now - 90 * day, to: now + 3 * day },
    endpointOf: (url) => url.searchParams.get("function") ?? undefined,
    secrets: [key],
  })
  it.each(cases)("$name", ({ run }) => run())
})
