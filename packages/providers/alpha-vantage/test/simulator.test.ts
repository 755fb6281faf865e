import {
  type Bars,
  barsFromRows,
  concatBars,
  openTimeOf,
  resampleBars,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { FetchFunction } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type AlphaVantageTier, createAlphaVantage } from "../src/index.ts"
import { barsOf, day, local, localRange, newYork, rowsOf, stock, untilFailure } from "./fixture.ts"

// The simulated vendor and the provider share a clock that moves only while somebody waits: a Friday in the session.
const now = local("2024-04-19 13:37") + 21_500
const keys = {
  premiumK3Y7SECRET: "premium",
  freeK3Y7SECRET: "free",
  countedK3Y7: "free",
  judge: "premium",
} as const

const start = (plans: { readonly callsPerDay?: number; readonly callsPerMinute?: number }) => {
  const clock = createVirtualClock(now)
  return startVendorSimulator({ clock, alphaVantage: { keys, ...plans } }).then((simulator) => ({
    clock,
    simulator,
  }))
}

// The vendor counts for all providers of a case together, each provider only for itself.
const { clock, simulator } = await start({ callsPerDay: 1_000_000, callsPerMinute: 1_000_000 })
afterAll(() => simulator.close())

// Its first session is on 29 June 2010.
const symbol = "TSLA"
const instrument = stock(symbol, "XNAS")
const beforeListing = localRange("2010-03-20 00:00", "2010-05-12 12:00")

type Row = { readonly [name: string]: string }

/** The minutes of a month's regular sessions, read without the provider. */
const minutesOfMonth = async (month: string): Promise<Bars> => {
  const question = new URLSearchParams({
    function: "TIME_SERIES_INTRADAY",
    symbol,
    month,
    interval: "1min",
    adjusted: "false",
    extended_hours: "false",
    outputsize: "full",
    apikey: "judge",
  })
  const response = await fetch(`${simulator.urls.BARKEEP_ALPHA_VANTAGE_URL}/query?${question.toString()}`)
  const body = (await response.json()) as { readonly [name: string]: { readonly [time: string]: Row } }
  return barsFromRows(
    Object.entries(body["Time Series (1min)"] ?? {})
      .toReversed()
      .map(([time, row]) => ({
        openTime: local(time),
        open: Number(row["1. open"]),
        high: Number(row["2. high"]),
        low: Number(row["3. low"]),
        close: Number(row["4. close"]),
        volume: Number(row["5. volume"]),
      })),
  )
}

const expectedOf = async (
  timeframe: Timeframe,
  range: TimeRange,
  months: ReadonlyArray<string>,
): Promise<Bars> => {
  const minutes = await Promise.all(months.map((month) => minutesOfMonth(month)))
  const rows = minutes.map((each) =>
    resampleBars(each, (time) => openTimeOf(timeframe, time, timeframe === "1d" ? newYork : "UTC")),
  )
  return sliceBars(concatBars(rows), range)
}

const makeProvider = (tier: AlphaVantageTier, fetchFunction: FetchFunction) => {
  clock.advance(2000)
  return createAlphaVantage({
    apiKey: tier === "free" ? "freeK3Y7SECRET" : "premiumK3Y7SECRET",
    tier,
    baseUrl: simulator.urls.BARKEEP_ALPHA_VANTAGE_URL,
    fetch: fetchFunction,
    clock,
    backoffMillis: 1,
    ...(tier === "premium" && { callsPerMinute: 60_000 }),
  })
}

// The clocks change on 10 March. Starts and ends inside a session.
const overMonths = { from: local("2024-02-20 11:11") + 1, to: local("2024-04-04 12:00") + 7 }

const setups = [
  {
    tier: "premium",
    timeframe: "5m",
    range: overMonths,
    months: ["2024-02", "2024-03", "2024-04"],
    emptyRange: beforeListing,
  },
  {
    tier: "premium",
    timeframe: "1h",
    range: overMonths,
    months: ["2024-02", "2024-03", "2024-04"],
    emptyRange: beforeListing,
  },
  {
    tier: "free",
    timeframe: "1d",
    range: { from: local("2023-12-06 00:00"), to: local("2024-03-25 05:00") },
    months: ["2023-12", "2024-01", "2024-02", "2024-03"],
    emptyRange: localRange("2024-01-06 00:00", "2024-01-08 00:00"),
  },
] as const

for (const { tier, timeframe, range, months, emptyRange } of setups) {
  const expectedBars = await expectedOf(timeframe, range, months)
  const cases = barProviderConformance({
    makeProvider: ({ fetch: fetchFunction }) => makeProvider(tier, fetchFunction),
    instrument,
    timeframe,
    range,
    expectedBars,
    emptyRange,
    unknownInstrument: stock("NOSUCH"),
    unsupportedTimeframe: "4h",
    now: clock.now,
    presentRange: { from: now - 90 * day, to: now + 3 * day },
    endpointOf: (url) => url.searchParams.get("function") ?? undefined,
    secrets: Object.keys(keys),
  })
  describe(`Alpha Vantage ${tier} ${timeframe} against the simulator`, () => {
    it("has bars to compare with", () => expect(expectedBars.openTime.length).toBeGreaterThan(70))
    it.each(cases)("$name", ({ run }) => run())
  })
}

describe("a free key's 25 calls a day", () => {
  let counted: { readonly clock: ReturnType<typeof createVirtualClock>; readonly simulator: VendorSimulator }
  beforeAll(async () => {
    counted = await start({})
  })
  afterAll(() => counted.simulator.close())

  it("stay 25 in any 24 hours, one a second; the 26th question fails unasked until then", async () => {
    const provider = createAlphaVantage({
      apiKey: "countedK3Y7",
      baseUrl: counted.simulator.urls.BARKEEP_ALPHA_VANTAGE_URL,
      clock: counted.clock,
      backoffMillis: 1,
    })
    const request = {
      instrument,
      timeframe: "1mo",
      range: localRange("2023-01-01 00:00", "2024-01-01 00:00"),
    } as const
    const ask = async () => {
      const pages = []
      for await (const page of provider.bars(request)) pages.push(page)
      return rowsOf(pages)
    }
    for (let question = 0; question < 25; question += 1) expect(await ask()).toBe(12)
    const { reason } = await untilFailure(provider.bars(request))
    const resetsAt = reason._tag === "QuotaExhausted" ? reason.resetsAt : undefined
    expect(resetsAt).toBe(now + day)
    counted.clock.advance((resetsAt ?? 0) - counted.clock.now())
    expect(await ask()).toBe(12)
    const calls = counted.simulator.alphaVantageCalls()["countedK3Y7"]
    expect(calls?.sent).toMatchObject({ total: 26, mostInAnyDay: 25, mostInAnySecond: 1 })
    expect(calls?.refused).toEqual({})
  })
})

describe("what the simulator does wrong", () => {
  const intraday = {
    instrument,
    timeframe: "1h",
    range: localRange("2024-03-01 00:00", "2024-04-01 00:00"),
  } as const
  const failureOf = async (fault: Parameters<VendorSimulator["setFaults"]>[0][number]["fault"]) => {
    simulator.setFaults([{ match: { vendor: "alpha-vantage" }, fault }])
    const provider = makeProvider("premium", globalThis.fetch)
    const failure = await untilFailure(provider.bars(intraday))
    simulator.setFaults([])
    expect(failure.pages).toEqual([])
    return failure
  }

  it.each([
    ["empty-object", { type: "empty-object" }, "MalformedResponse"],
    ["key-echo", { type: "key-echo" }, "QuotaExhausted"],
    ["placeholder-rows", { type: "placeholder-rows" }, "MalformedResponse"],
    ["end-labels", { type: "end-labels" }, "MalformedResponse"],
    ["unordered-page", { type: "unordered-page" }, "MalformedResponse"],
    ["bad-row null", { type: "bad-row", defect: "null" }, "MalformedResponse"],
    ["bad-row short", { type: "bad-row", defect: "short" }, "MalformedResponse"],
    ["bad-row off-grid", { type: "bad-row", defect: "off-grid" }, "MalformedResponse"],
    ["bad-row inconsistent", { type: "bad-row", defect: "inconsistent" }, "MalformedResponse"],
    ["truncated-json", { type: "truncated-json" }, "MalformedResponse"],
    ["firewall", { type: "firewall" }, "BlockedByFirewall"],
  ] as const)("%s becomes a typed failure without a bar and without the key", async (_name, fault, tag) => {
    const { error, reason } = await failureOf(fault)
    expect(reason._tag).toBe(tag)
    expect(JSON.stringify(error) + error.message).not.toContain("K3Y7")
  })

  it("end-labels are read with label close, to the same bars", async () => {
    const read = async (label: "open" | "close") => {
      clock.advance(2000)
      const provider = createAlphaVantage({
        apiKey: "premiumK3Y7SECRET",
        tier: "premium",
        baseUrl: simulator.urls.BARKEEP_ALPHA_VANTAGE_URL,
        clock,
        label,
      })
      const pages = []
      for await (const page of provider.bars(intraday)) pages.push(page)
      return barsOf(pages)
    }
    const expected = await read("open")
    simulator.setFaults([{ match: { vendor: "alpha-vantage" }, fault: { type: "end-labels" } }])
    const shifted = await read("close")
    simulator.setFaults([])
    expect(shifted).toEqual(expected)
  })
})
