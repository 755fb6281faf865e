import type { Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import { type FetchFunction, unlimited } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { type Fault, startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createYahooFinance, type YahooFinanceOptions } from "../src/index.ts"
import { bitcoin, day, euro, local, localRange, minute, stock } from "./fixture.ts"

// Simulator and provider share a clock that stands still: a Thursday in New York, in the session.
const now = local("2025-03-20 14:07") + 23_456
const clock = createVirtualClock(now)
let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ clock })
})
afterAll(() => simulator.close())

const makeProvider = (options: YahooFinanceOptions & { readonly fetch?: FetchFunction }) =>
  createYahooFinance({
    baseUrl: simulator.urls.BARKEEP_YAHOO_URL,
    clock,
    limiter: unlimited,
    pace: { calls: 10_000, perMillis: 1000 },
    backoffMillis: 1,
    ...options,
  })

interface Setup {
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  readonly range: TimeRange
  readonly emptyRange?: TimeRange
}

const tokyo = stock("7203.T", "XTKS", "Asia/Tokyo")
const london = stock("VOD.L", "XLON", "Europe/London")
/** Within reach. */
const presentDays: { readonly [name in Timeframe]?: number } = { "1m": 10, "15m": 40 }
const beforeListing = { from: Date.UTC(1990, 0, 1), to: Date.UTC(1991, 0, 1) }

const setups: ReadonlyArray<Setup> = [
  {
    instrument: stock("AAPL", "XNAS"),
    timeframe: "1m",
    // Three calls, over a weekend in which the clocks change; starts and ends in a session.
    range: { from: local("2025-02-21 11:11") + 1, to: local("2025-03-11 12:00") + 7 },
    emptyRange: localRange("2025-03-08 00:00", "2025-03-10 00:00"),
  },
  {
    instrument: stock("AAPL", "XNAS"),
    timeframe: "1h",
    // With the short days of November and December.
    range: localRange("2024-10-01 00:00", "2025-03-01 00:00"),
  },
  {
    instrument: stock("AAPL", "XNAS"),
    timeframe: "1d",
    range: localRange("2020-01-01 00:00", "2022-01-01 00:00"),
    emptyRange: beforeListing,
  },
  { instrument: stock("SPY"), timeframe: "1w", range: localRange("2019-12-30 00:00", "2021-06-21 00:00") },
  { instrument: stock("SPY"), timeframe: "1mo", range: localRange("2019-12-17 00:00", "2021-06-21 00:00") },
  {
    instrument: stock("^GSPC", "XNYS", "America/New_York", "index"),
    timeframe: "15m",
    range: localRange("2025-02-03 00:00", "2025-03-04 00:00"),
  },
  {
    instrument: tokyo,
    timeframe: "1h",
    range: localRange("2024-04-25 00:00", "2024-06-01 00:00", "Asia/Tokyo"),
  },
  {
    instrument: london,
    timeframe: "1d",
    range: localRange("2013-06-01 00:00", "2014-06-01 00:00", "Europe/London"),
  },
  {
    instrument: stock("GC=F", "XCEC", "America/New_York", "future"),
    timeframe: "1h",
    range: localRange("2024-10-20 00:00", "2024-11-20 00:00"),
  },
  {
    instrument: stock("VFINX", "XNYS", "America/New_York", "fund"),
    timeframe: "1d",
    range: localRange("2020-01-01 00:00", "2022-01-01 00:00"),
  },
  { instrument: bitcoin, timeframe: "1h", range: { from: now - 40 * day, to: now - 20 * day } },
  {
    instrument: bitcoin,
    timeframe: "1d",
    range: { from: Date.UTC(2019, 11, 1), to: Date.UTC(2020, 11, 1) },
    emptyRange: beforeListing,
  },
  { instrument: euro, timeframe: "1h", range: { from: now - 40 * day, to: now - 20 * day } },
  { instrument: euro, timeframe: "1d", range: { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 11, 1) } },
]

describe.each(setups)("Yahoo Finance as simulated, $instrument.symbol $timeframe", (setup) => {
  const { instrument, timeframe, range, emptyRange } = setup
  const cases = barProviderConformance({
    makeProvider,
    instrument,
    timeframe,
    range,
    ...(emptyRange && { emptyRange }),
    unknownInstrument: stock("NOSUCH"),
    unsupportedTimeframe: "4h",
    now: clock.now,
    presentRange: { from: now - (presentDays[timeframe] ?? 200) * day, to: now + 100 * day + minute },
    endpointOf: ({ pathname }) => pathname.replace(/^\/yahoo/, ""),
  })
  it.each(cases)("$name", ({ run }) => run())
})

describe("Yahoo Finance as simulated", () => {
  const aapl = stock("AAPL", "XNAS")
  const week = {
    instrument: aapl,
    timeframe: "1d",
    range: localRange("2024-05-20 00:00", "2024-05-25 00:00"),
  } as const

  it("restates what was fetched before a split by its ratio, and tells of it", async () => {
    const time = local("2024-06-03 00:00")
    const shared = createVirtualClock(local("2024-06-01 12:00"))
    await using market = await startVendorSimulator({
      clock: shared,
      events: [{ symbol: "AAPL", time, split: 4 }],
    })
    const provider = makeProvider({ baseUrl: market.urls.BARKEEP_YAHOO_URL, clock: shared })
    const ask = async () => (await Array.fromAsync(provider.bars(week))).map(({ bars }) => bars)
    const [before] = await ask()
    shared.advance(3 * day)
    const [after] = await ask()
    expect(before?.close.length).toBe(5)
    for (const [row, close] of (before?.close ?? []).entries()) {
      expect((after?.close[row] ?? 0) * 4).toBeCloseTo(close, 4)
      expect(after?.volume[row]).toBe((before?.volume[row] ?? 0) * 4)
    }
    const { splits } = await provider.events({
      instrument: aapl,
      range: { from: time - 5 * day, to: time + 2 * day },
    })
    expect(splits).toEqual([{ openTime: time, date: "2024-06-03", numerator: 4, denominator: 1 }])
  })

  it.each([
    [{ type: "rate-limited" }, "RateLimited"],
    [{ type: "consent" }, "AuthenticationFailed"],
    [{ type: "invalid-crumb" }, "AuthenticationFailed"],
    [{ type: "null-chart" }, "VendorOutage"],
    [{ type: "right-back" }, "VendorOutage"],
    [{ type: "firewall" }, "BlockedByFirewall"],
    [{ type: "unknown-symbol" }, "SymbolNotFound"],
    [{ type: "coarser-rows" }, "MalformedResponse"],
    [{ type: "bad-row", defect: "short" }, "MalformedResponse"],
    [{ type: "bad-row", defect: "text" }, "MalformedResponse"],
    [{ type: "unordered-page" }, "MalformedResponse"],
  ] satisfies ReadonlyArray<[Fault, string]>)("%j becomes %s", async (fault, reason) => {
    await using market = await startVendorSimulator({ clock, faults: [{ fault }] })
    const provider = makeProvider({ baseUrl: market.urls.BARKEEP_YAHOO_URL, retries: 0 })
    await expect(Array.fromAsync(provider.bars(week))).rejects.toMatchObject({ reason: { _tag: reason } })
  })

  it.each([
    [{ type: "bad-row", defect: "null" }],
    [{ type: "bad-row", defect: "inconsistent" }],
    [{ type: "null-rows", every: 2 }],
  ] satisfies ReadonlyArray<[Fault]>)("%j leaves rows out and repairs none", async (fault) => {
    const honest = (await Array.fromAsync(makeProvider({}).bars(week)))[0]?.bars
    await using market = await startVendorSimulator({ clock, faults: [{ fault }] })
    const provider = makeProvider({ baseUrl: market.urls.BARKEEP_YAHOO_URL })
    const bars = (await Array.fromAsync(provider.bars(week)))[0]?.bars
    expect(bars?.openTime.length).toBeLessThan(5)
    for (const [row, time] of (bars?.openTime ?? []).entries())
      expect(bars?.close[row]).toBe(honest?.close[honest.openTime.indexOf(time)])
  })
})
