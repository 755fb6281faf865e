import { type Instrument, nominalMillis, type Timeframe, type TimeRange } from "@barkeep/market-data"
import { type FetchFunction, unlimited } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { afterAll, describe, it } from "vitest"
import { type CoingeckoTier, createCoingecko } from "../src/index.ts"
import { type CoingeckoServer, startCoingecko } from "./coingecko-server.ts"
import { bitcoin, day, hour, minute, pair } from "./fixture.ts"

// Server and provider share a clock that stands still between two questions.
const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const clock = createVirtualClock(now)
const listings = [
  { id: "bitcoin", listedAt: Date.UTC(2013, 3, 28) },
  { id: "young-coin", listedAt: Date.UTC(2026, 4, 9) },
  {
    id: "boringdao-[old]",
    listedAt: Date.UTC(2020, 11, 1),
    isMissing: (openTime: number) =>
      (openTime / hour) % 11 === 3 || (openTime >= Date.UTC(2021, 2, 1) && openTime < Date.UTC(2021, 2, 4)),
  },
]
const coinIds = { YNG: "young-coin", BOR: "boringdao-[old]", GONE: "a-coin-that-is-gone" }
const secrets = { keyless: undefined, demo: "CG-demo-key-0123", analyst: "CG-paid-key-4567" } as const

const publicServer = await startCoingecko(clock, listings, { key: secrets.demo })
const proServer = await startCoingecko(clock, listings, {
  root: "pro",
  key: secrets.analyst,
  lastRow: "running",
})
afterAll(async () => {
  await publicServer[Symbol.asyncDispose]()
  await proServer[Symbol.asyncDispose]()
})

const serverOf = (tier: CoingeckoTier): CoingeckoServer => (tier === "analyst" ? proServer : publicServer)

const make = (tier: CoingeckoTier, fetch: FetchFunction) => {
  const apiKey = secrets[tier]
  return createCoingecko({
    tier,
    ...(apiKey !== undefined && { apiKey }),
    baseUrl: serverOf(tier).baseUrl,
    fetch,
    clock,
    limiter: unlimited,
    pace: { calls: 10_000, perMillis: 1000 },
    coinIds,
    backoffMillis: 1,
  })
}

interface Setup {
  readonly tier: CoingeckoTier
  readonly coin: string
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly range: TimeRange
  readonly emptyRange?: TimeRange
  readonly presentRange: TimeRange
}

const range = (from: number, to: number): TimeRange => ({ from, to })
const btc = { coin: "bitcoin", instrument: bitcoin }
const young = { coin: "young-coin", instrument: pair("YNG") }
const holey = { coin: "boringdao-[old]", instrument: pair("BOR") }
const beforeListing = range(Date.UTC(2020, 2, 1), Date.UTC(2020, 3, 1))

const ohlcSetups: ReadonlyArray<Setup> = [
  {
    ...btc,
    tier: "keyless",
    timeframe: "30m",
    range: range(now - 20 * hour + 7, now - 3 * hour),
    presentRange: range(now - 20 * hour, now + day),
  },
  {
    ...btc,
    tier: "demo",
    timeframe: "4h",
    range: range(now - 29 * day, now - 2 * day),
    presentRange: range(now - 10 * day, now + 10 * day),
  },
  {
    ...young,
    tier: "demo",
    timeframe: "4h",
    range: range(now - 20 * day, now - 2 * day),
    emptyRange: range(now - 25 * day, now - 15 * day),
    presentRange: range(now - 2 * day, now + minute),
  },
  {
    ...btc,
    tier: "analyst",
    timeframe: "4h",
    range: range(now - 29 * day, now - 2 * day),
    presentRange: range(now - 10 * day, now + 10 * day),
  },
  {
    ...btc,
    tier: "analyst",
    timeframe: "1h",
    range: range(Date.UTC(2019, 0, 1) + 1, Date.UTC(2019, 2, 28) + 17 * minute),
    presentRange: range(now - 70 * day, now + 70 * day),
  },
  {
    ...holey,
    tier: "analyst",
    timeframe: "1h",
    range: range(Date.UTC(2021, 1, 20), Date.UTC(2021, 3, 20)),
    emptyRange: beforeListing,
    presentRange: range(now - 3 * day, now + 70 * day),
  },
  {
    ...btc,
    tier: "analyst",
    timeframe: "1d",
    range: range(Date.UTC(2020, 0, 1), Date.UTC(2021, 5, 1)),
    presentRange: range(now - 400 * day, now + 400 * day),
  },
]

describe.each(ohlcSetups)("CoinGecko's own candles, $tier, $coin, $timeframe", (setup) => {
  const { tier, coin, timeframe, range: wanted } = setup
  const key = secrets[tier]
  const cases = barProviderConformance({
    ...setup,
    makeProvider: ({ fetch }) => make(tier, fetch),
    expectedBars: serverOf(tier).truth(coin, nominalMillis(timeframe), wanted.from, wanted.to),
    unknownInstrument: pair("GONE"),
    unsupportedTimeframe: "1m",
    now: clock.now,
    ...(key !== undefined && { secrets: [key] }),
  })
  it.each(cases)("$name", ({ run }) => run())
})

const sampledSetups: ReadonlyArray<Setup> = [
  {
    ...btc,
    tier: "keyless",
    timeframe: "1h",
    range: range(now - 100 * day, now - 3 * day),
    presentRange: range(now - 20 * day, now + 10 * day),
  },
  {
    ...btc,
    tier: "demo",
    timeframe: "1d",
    range: range(now - 364 * day, now - 100 * day),
    presentRange: range(now - 20 * day, now + 10 * day),
  },
  {
    ...young,
    tier: "demo",
    timeframe: "4h",
    range: range(now - 20 * day, now - 3 * day),
    emptyRange: range(now - 60 * day, now - 15 * day),
    presentRange: range(now - 5 * day, now + 10 * day),
  },
  {
    ...holey,
    tier: "analyst",
    timeframe: "4h",
    range: range(Date.UTC(2021, 1, 20), Date.UTC(2021, 4, 20)),
    emptyRange: range(Date.UTC(2020, 2, 1), Date.UTC(2020, 9, 1)),
    presentRange: range(now - 5 * day, now + 10 * day),
  },
]

describe.each(sampledSetups)("CoinGecko's price points, $tier, $coin, $timeframe", (setup) => {
  const { tier, coin, timeframe, range: wanted } = setup
  const key = secrets[tier]
  const cases = barProviderConformance({
    ...setup,
    makeProvider: ({ fetch }) => make(tier, fetch).sampled,
    expectedBars: serverOf(tier).sampledTruth(coin, nominalMillis(timeframe), wanted.from, wanted.to),
    unknownInstrument: pair("GONE"),
    unsupportedTimeframe: "1m",
    now: clock.now,
    ...(key !== undefined && { secrets: [key] }),
  })
  it.each(cases)("$name", ({ run }) => run())
})

describe("CoinGecko's price points of the last day, 15m", () => {
  const cases = barProviderConformance({
    makeProvider: ({ fetch }) => make("demo", fetch).sampled,
    instrument: bitcoin,
    timeframe: "15m",
    range: range(now - 20 * hour, now - 3 * hour),
    unknownInstrument: pair("GONE"),
    now: clock.now,
    presentRange: range(now - 5 * hour, now + 5 * hour),
  })
  it.each(cases)("$name", ({ run }) => run())
})
