import type { Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import { type FetchFunction, unlimited } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { afterAll, describe, it } from "vitest"
import { createYahooFinance } from "../src/index.ts"
import { bitcoin, day, euro, hour, local, localRange, minute, stock } from "./fixture.ts"
import { startYahoo } from "./yahoo-server.ts"

// Server and provider share a clock that stands still: a Thursday in New York, in the session.
const now = local("2025-03-20 14:07") + 23_456
const clock = createVirtualClock(now)
const server = await startYahoo(clock, [
  {
    vendorSymbol: "ACME",
    timeZone: "America/New_York",
    session: [9.5 * hour, 16 * hour],
    listedAt: local("2015-06-02 00:00"),
  },
  {
    vendorSymbol: "ACME.AX",
    timeZone: "Australia/Sydney",
    session: [10 * hour, 16 * hour],
    listedAt: local("2015-06-02 00:00", "Australia/Sydney"),
  },
  { vendorSymbol: "BTC-USD", timeZone: "UTC", listedAt: Date.UTC(2014, 8, 17) },
  { vendorSymbol: "EURUSD=X", timeZone: "Europe/London", listedAt: Date.UTC(2003, 11, 1) },
])
afterAll(() => server[Symbol.asyncDispose]())

const makeProvider = ({ fetch }: { readonly fetch: FetchFunction }) =>
  createYahooFinance({
    baseUrl: server.baseUrl,
    fetch,
    clock,
    limiter: unlimited,
    pace: { calls: 10_000, perMillis: 1000 },
    backoffMillis: 1,
  })

interface Setup {
  readonly vendorSymbol: string
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly range: TimeRange
  readonly emptyRange?: TimeRange
  readonly hasTruth?: boolean
}

const sydney = stock("ACME.AX", "XASX", "Australia/Sydney")
const beforeListing = { from: Date.UTC(2010, 0, 1), to: Date.UTC(2011, 0, 1) }

const setups: ReadonlyArray<Setup> = [
  {
    vendorSymbol: "ACME",
    instrument: stock(),
    timeframe: "1m",
    // Three calls, over a weekend in which the clocks change; starts and ends in a session.
    range: { from: local("2025-02-21 11:11") + 1, to: local("2025-03-11 12:00") + 7 },
    emptyRange: localRange("2025-03-08 00:00", "2025-03-10 00:00"),
  },
  {
    vendorSymbol: "ACME",
    instrument: stock(),
    timeframe: "1h",
    range: localRange("2024-10-01 00:00", "2025-03-01 00:00"),
  },
  {
    vendorSymbol: "ACME",
    instrument: stock(),
    timeframe: "1d",
    range: localRange("2020-01-01 00:00", "2022-01-01 00:00"),
    emptyRange: beforeListing,
  },
  {
    vendorSymbol: "ACME",
    instrument: stock(),
    timeframe: "1w",
    range: localRange("2019-12-30 00:00", "2021-06-21 00:00"),
  },
  {
    vendorSymbol: "ACME",
    instrument: stock(),
    timeframe: "1mo",
    range: localRange("2019-12-17 00:00", "2021-06-21 00:00"),
  },
  {
    vendorSymbol: "ACME.AX",
    instrument: sydney,
    timeframe: "1d",
    range: localRange("2020-01-01 00:00", "2021-01-01 00:00", "Australia/Sydney"),
  },
  {
    vendorSymbol: "BTC-USD",
    instrument: bitcoin,
    timeframe: "1h",
    range: { from: now - 40 * day, to: now - 20 * day },
  },
  {
    vendorSymbol: "BTC-USD",
    instrument: bitcoin,
    timeframe: "1m",
    range: { from: now - 20 * day, to: now - 12.5 * day },
  },
  {
    vendorSymbol: "BTC-USD",
    instrument: bitcoin,
    timeframe: "1d",
    range: { from: Date.UTC(2019, 11, 1), to: Date.UTC(2020, 11, 1) },
    emptyRange: beforeListing,
  },
  {
    vendorSymbol: "EURUSD=X",
    instrument: euro,
    timeframe: "1d",
    range: { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 11, 1) },
    hasTruth: false,
  },
]

describe.each(setups)("Yahoo Finance $vendorSymbol $timeframe", (setup) => {
  const { vendorSymbol, instrument, timeframe, range, emptyRange, hasTruth = true } = setup
  const truth = server.truth(vendorSymbol, timeframe, range.from, range.to)
  const noVolume = new Float64Array(truth.volume.length).fill(Number.NaN)
  const cases = barProviderConformance({
    makeProvider,
    instrument,
    timeframe,
    range,
    ...(hasTruth && {
      expectedBars: instrument.assetClass === "fx" ? { ...truth, volume: noVolume } : truth,
    }),
    ...(emptyRange && { emptyRange }),
    unknownInstrument: stock("NOSUCH"),
    unsupportedTimeframe: "4h",
    now: clock.now,
    presentRange: { from: now - (timeframe === "1m" ? 10 : 200) * day, to: now + 100 * day + minute },
  })
  it.each(cases)("$name", ({ run }) => run())
})
