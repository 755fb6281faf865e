import {
  type BarPage,
  barCount,
  barRows,
  barsFromRows,
  type Instrument,
  isoTime,
  parseIsoTime,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { type BarProvider, type Clock, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { planPopulate, populate, type PopulateEvent, type PopulateTask, resampled } from "../src/index.ts"
import { memoryStore } from "./memory-store.ts"

const apple: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNAS",
  timeZone: "America/New_York",
  currency: "USD",
}
const newYork = (date: string): number => parseIsoTime(`${date}T00:00:00-05:00`)
const clockAt = (time: number): Clock => ({ now: () => time, sleep: () => Promise.resolve() })

interface StockOptions {
  readonly id?: string
  /** What all prices are multiplied by, or those of a bar: a split makes it smaller. */
  readonly factor?: number | ((openTime: number) => number)
  readonly adjustment?: "splits" | "splits-and-dividends" | "none"
  readonly from?: number
  readonly refuse?: ProviderFailure
  readonly lookBackMillis?: number
}

/** A provider of sessions' bars whose history hangs on `factor`; one page per request. */
const stockProvider = (options: StockOptions = {}): BarProvider & { readonly asked: Array<TimeRange> } => {
  const { id = "yahoo-finance", factor = 1, adjustment = "splits", from = 0 } = options
  const timeframe = options.lookBackMillis === undefined ? {} : { lookBackMillis: options.lookBackMillis }
  const asked: Array<TimeRange> = []
  return {
    id,
    asked,
    capabilities: {
      provider: id,
      tier: "free",
      assetClasses: ["stock"],
      timeframes: { "1h": timeframe, "1d": timeframe },
      budgets: [],
      adjustment,
      volume: "shares",
      label: "open",
      anchor: "session",
      settleMillis: 0,
      sources: [],
    },
    plan: ({ range }) => (range.from < range.to ? [{ endpoint: "chart", range, cost: {} }] : []),
    bars: async function* ({ instrument, timeframe: name, range }): AsyncGenerator<BarPage> {
      if (options.refuse !== undefined)
        throw new ProviderError({ provider: id, operation: "chart" }, options.refuse)
      asked.push(range)
      const times = tradingCalendar(instrument.market).expectedOpenTimes(name, range)
      const rows = [...times]
        .filter((openTime) => openTime >= from)
        .map((openTime, index) => {
          const base = typeof factor === "number" ? factor : factor(openTime)
          const price = (100 + ((openTime / 3_600_000) % 7)) * base
          return { openTime, open: price, high: price + index, low: price, close: price, volume: 10 }
        })
      yield {
        range,
        bars: barsFromRows(rows),
        provenance: {
          provider: id,
          endpoint: "chart",
          method: "direct",
          adjustment,
          fetchedAt: 0,
          settled: true,
        },
      }
    },
  }
}

const task = (
  provider: BarProvider,
  start: string,
  end: string,
  timeframe: Timeframe = "1d",
  fallbacks: ReadonlyArray<BarProvider> = [],
): PopulateTask => ({
  instrument: apple,
  timeframe,
  range: { from: newYork(start), to: newYork(end) },
  provider,
  fallbacks,
})
const later = clockAt(newYork("2024-12-02"))
type Store = ReturnType<typeof memoryStore>
const run = (store: Store, one: PopulateTask, onEvent: (event: PopulateEvent) => void = () => {}) =>
  populate({ store, tasks: [one], clock: later, onEvent })

describe("session markets", () => {
  it("asks for nothing when only closed days are missing", async () => {
    const store = memoryStore()
    await run(store, task(stockProvider(), "2024-01-02", "2024-01-13"))
    const provider = stockProvider()
    // 13 January 2024 is a Saturday, Monday the 15th a holiday.
    const report = await run(store, task(provider, "2024-01-02", "2024-01-16"))
    expect(report.outcomes[0]?.status).toBe("UpToDate")
    expect(provider.asked).toEqual([])
  })

  it("says which ranges the vendor will soon give no more", async () => {
    const day = 86_400_000
    const provider = stockProvider({ lookBackMillis: 60 * day })
    const now = newYork("2024-03-05")
    const plan = await planPopulate({
      store: memoryStore(),
      tasks: [task(provider, "2024-01-08", "2024-03-01")],
      clock: clockAt(now),
    })
    expect(
      plan.tasks[0]?.expiring.map(({ range, offeredUntil }) => [isoTime(range.to), isoTime(offeredUntil)]),
    ).toEqual([["2024-01-12T05:00:00Z", "2024-03-08T05:00:00Z"]])
  })
})

describe("history that a vendor restates", () => {
  it("is fetched whole again after a split, with no seam and nothing lost", async () => {
    const store = memoryStore()
    await run(store, task(stockProvider(), "2024-01-02", "2024-03-01"))
    const before = barCount(await store.read("AAPL", "1d"))
    const events: Array<string> = []
    const split = stockProvider({ factor: 0.25 })
    const report = await run(store, task(split, "2024-01-02", "2024-06-01"), (event) =>
      events.push(event._tag),
    )
    expect(report.outcomes[0]?.status).toBe("Completed")
    expect(events).toContain("HistoryRestated")
    const fresh = memoryStore()
    await run(fresh, task(stockProvider({ factor: 0.25 }), "2024-01-02", "2024-06-01"))
    const bars = await store.read("AAPL", "1d")
    expect(bars.close).toEqual((await fresh.read("AAPL", "1d")).close)
    expect(barCount(bars)).toBeGreaterThan(before)
  })

  it("is fetched whole again after a dividend, where prices are adjusted for those", async () => {
    const store = memoryStore()
    const paid = 1 - 0.24 / 190
    const adjustment = "splits-and-dividends"
    await run(store, task(stockProvider({ adjustment }), "2024-01-02", "2024-03-01"))
    const exDate = newYork("2024-03-11")
    const factor = (openTime: number): number => (openTime < exDate ? paid : 1)
    const report = await run(store, task(stockProvider({ adjustment, factor }), "2024-01-02", "2024-06-01"))
    expect(report.outcomes[0]).toMatchObject({ status: "Completed", rowsDiffering: 0 })
    const fresh = memoryStore()
    await run(fresh, task(stockProvider({ adjustment, factor }), "2024-01-02", "2024-06-01"))
    expect((await store.read("AAPL", "1d")).close).toEqual((await fresh.read("AAPL", "1d")).close)
  })

  it.each([
    ["on the last stored day", "2024-02-29", 0.25],
    ["one bar after the first that is asked again", "2024-02-26", 0.25],
    ["by a reverse split", "2024-02-27", 10],
  ])("is fetched whole when the vendor applies a split late: %s", async (_name, date, ratio) => {
    const store = memoryStore()
    const split = newYork(date)
    const factorBefore = (before: number) => (openTime: number) => (openTime < split ? before : 1)
    // The bars after the split are on the new base at once, those before it only when the vendor has noticed.
    const late = stockProvider({ factor: factorBefore(1 / ratio) })
    await run(store, task(late, "2024-01-02", "2024-03-01"))
    const events: Array<string> = []
    const applied = stockProvider({ factor: factorBefore(1) })
    await run(store, task(applied, "2024-01-02", "2024-06-01"), (event) => events.push(event._tag))
    expect(events).toContain("HistoryRestated")
    const fresh = memoryStore()
    await run(fresh, task(stockProvider(), "2024-01-02", "2024-06-01"))
    expect((await store.read("AAPL", "1d")).close).toEqual((await fresh.read("AAPL", "1d")).close)
  })

  it.each([["2024-02-23"], ["2024-02-26"], ["2024-02-29"], ["2024-02-23", "2024-02-28"]])(
    "is none when single bars are corrected: %s",
    async (...dates) => {
      const store = memoryStore()
      await run(store, task(stockProvider(), "2024-01-02", "2024-03-01"))
      const before = await store.read("AAPL", "1d")
      const corrected = new Set(dates.map(newYork))
      const factor = (openTime: number): number => (corrected.has(openTime) ? 1.02 : 1)
      const events: Array<string> = []
      const report = await run(store, task(stockProvider({ factor }), "2024-01-02", "2024-06-01"), (event) =>
        events.push(event._tag),
      )
      expect(events).not.toContain("HistoryRestated")
      expect(report.outcomes[0]?.status).toBe("Completed")
      const after = await store.read("AAPL", "1d")
      expect(after.close.slice(0, barCount(before))).toEqual(before.close)
    },
  )

  it("leaves the entry as it was when the vendor no longer gives all of it", async () => {
    const store = memoryStore()
    await run(store, task(stockProvider(), "2024-01-02", "2024-03-01"))
    const before = await store.read("AAPL", "1d")
    const short = stockProvider({ factor: 0.25, from: newYork("2024-02-01") })
    const report = await run(store, task(short, "2024-01-02", "2024-06-01"))
    expect(report.outcomes[0]?.error?.message).toMatch(/factor 0\.25.*2024-01-02/)
    expect(await store.read("AAPL", "1d")).toEqual(before)
  })

  it("raw prices are never asked again for it", async () => {
    const store = memoryStore()
    await run(store, task(stockProvider({ adjustment: "none" }), "2024-01-02", "2024-03-01"))
    const raw = stockProvider({ adjustment: "none" })
    await run(store, task(raw, "2024-01-02", "2024-06-01"))
    expect(raw.asked.map((range) => isoTime(range.from))).toEqual(["2024-03-01T05:00:00Z"])
  })
})

describe("falling back to another provider", () => {
  const alphaVantage = (options: StockOptions = {}) => stockProvider({ id: "alpha-vantage", ...options })

  it("happens when the first may not give it, and every row says so", async () => {
    const store = memoryStore()
    const first = stockProvider({ refuse: { _tag: "TierRequired", needed: "premium" } })
    const report = await run(store, task(first, "2024-01-02", "2024-02-01", "1d", [alphaVantage()]))
    expect(report.outcomes[0]).toMatchObject({ status: "Completed", provider: "alpha-vantage" })
    const [span] = await store.provenance("AAPL", "1d")
    expect(span).toMatchObject({ provider: "alpha-vantage", evidence: { insteadOf: "yahoo-finance" } })
    expect(span?.evidence?.["because"]).toMatch(/premium/)
  })

  it.each<ProviderFailure>([
    { _tag: "RateLimited", retryAt: 0 },
    { _tag: "MalformedResponse", issue: "row 3 is short" },
    { _tag: "NetworkFailure", cause: new Error("offline") },
  ])("does not happen for $_tag", async (refuse) => {
    const other = alphaVantage()
    const report = await run(
      memoryStore(),
      task(stockProvider({ refuse }), "2024-01-02", "2024-02-01", "1d", [other]),
    )
    expect(report.outcomes[0]?.status).toBe("Failed")
    expect(other.asked).toEqual([])
  })

  it("does not happen when it would mix price bases", async () => {
    const store = memoryStore()
    await run(store, task(stockProvider(), "2024-01-02", "2024-02-01"))
    const raw = alphaVantage({ adjustment: "none" })
    const down = stockProvider({ refuse: { _tag: "VendorOutage", status: 503 } })
    const report = await run(store, task(down, "2024-01-02", "2024-03-01", "1d", [raw]))
    expect(report.outcomes[0]?.status).toBe("Failed")
    expect(raw.asked).toEqual([])
  })
})

describe("a timeframe built from a finer one", () => {
  const hourly = (): BarProvider => stockProvider()
  const fourHours = () => resampled(hourly(), "4h", "1h")

  it("anchors four hours at the session's open, half days included, and says where the rows come from", async () => {
    const store = memoryStore()
    await run(store, task(fourHours(), "2024-11-27", "2024-11-30", "4h"))
    const bars = await store.read("AAPL", "4h")
    expect([...barRows(bars)].map((bar) => isoTime(bar.openTime))).toEqual([
      "2024-11-27T14:30:00Z",
      "2024-11-27T18:30:00Z",
      // The day after Thanksgiving closes at 13:00.
      "2024-11-29T14:30:00Z",
    ])
    expect((await store.provenance("AAPL", "4h"))[0]).toMatchObject({
      method: "resampled",
      evidence: { resampledFrom: "1h" },
    })
  })

  it("is the same whatever the pages of the finer bars", async () => {
    const whole = memoryStore()
    await run(whole, task(fourHours(), "2024-01-02", "2024-02-01", "4h"))
    const paged = hourly()
    const small: BarProvider = {
      ...paged,
      bars: async function* (request) {
        for (let from = request.range.from; from < request.range.to; from += 5 * 3_600_000) {
          const range = { from, to: Math.min(request.range.to, from + 5 * 3_600_000) }
          yield* paged.bars({ ...request, range })
        }
      },
    }
    const cut = memoryStore()
    await run(cut, task(resampled(small, "4h", "1h"), "2024-01-02", "2024-02-01", "4h"))
    const [a, b] = [await whole.read("AAPL", "4h"), await cut.read("AAPL", "4h")]
    expect([b.openTime, b.open, b.close, b.low, b.volume]).toEqual([
      a.openTime,
      a.open,
      a.close,
      a.low,
      a.volume,
    ])
    expect(barCount(a)).toBe(42)
  })

  it.each([
    ["a holiday", "2024-01-01T05:00:00Z", "2024-01-02T14:30:00Z"],
    ["the middle of a session", "2024-01-02T19:30:00Z", "2024-01-02T18:30:00Z"],
  ])("begins with the first bin of a vendor whose history begins in %s", async (_name, first, bin) => {
    const firstBar = {
      call: { endpoint: "first", cost: {} },
      find: async () => Date.parse(first),
    }
    const { firstBar: found } = resampled({ ...hourly(), firstBar }, "4h", "1h")
    const { instrument } = task(hourly(), "2024-01-02", "2024-01-03")
    expect(isoTime((await found?.find(instrument, "4h")) ?? 0)).toBe(bin)
  })

  it("marks bars of which expected parts are absent", async () => {
    const store = memoryStore()
    const paged = hourly()
    const holed: BarProvider = {
      ...paged,
      bars: async function* (request) {
        for await (const page of paged.bars(request))
          yield { ...page, bars: barsFromRows([...barRows(page.bars)].filter((_, row) => row !== 1)) }
      },
    }
    await run(store, task(resampled(holed, "4h", "1h"), "2024-01-02", "2024-01-04", "4h"))
    const spans = await store.provenance("AAPL", "4h")
    expect(spans.map((span) => [span.rows, span.evidence?.["absentParts"]])).toEqual([
      [1, 1],
      [3, undefined],
    ])
  })
})
