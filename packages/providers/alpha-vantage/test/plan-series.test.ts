import { InvalidInput, type Timeframe, timeframes } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { alphaVantageCapabilities, fromVendorSymbol, toVendorSymbol } from "../src/index.ts"
import { planCalls, planSeries } from "../src/plan-series.ts"
import { offeredTimeframes } from "../src/timeframes.ts"
import { day, local, localRange, stock, wall } from "./fixture.ts"

const now = local("2026-10-15 13:37")

const plan = (
  tier: "free" | "premium",
  timeframe: Timeframe,
  from: string,
  to: string,
  instrument = stock(),
) => planSeries({ instrument, timeframe, range: localRange(from, to) }, { tier, now })

const callsOf = (...asked: Parameters<typeof plan>) => Result.getOrThrow(plan(...asked))

const refusalOf = (...asked: Parameters<typeof plan>) => {
  const result = plan(...asked)
  assert(Result.isFailure(result))
  assert.instanceOf(result.failure, ProviderError)
  return result.failure
}

describe("a plan", () => {
  it.each([
    ["premium", "1m", "2024-01-01 00:00", "2025-01-01 00:00", 12, "TIME_SERIES_INTRADAY"],
    ["premium", "5m", "2024-01-31 23:59", "2024-02-01 00:01", 2, "TIME_SERIES_INTRADAY"],
    ["premium", "1h", "2000-01-01 00:00", "2020-01-01 00:00", 240, "TIME_SERIES_INTRADAY"],
    ["premium", "1d", "1999-01-01 00:00", "2026-01-01 00:00", 1, "TIME_SERIES_DAILY"],
    ["free", "1d", "2026-09-01 00:00", "2026-10-01 00:00", 1, "TIME_SERIES_DAILY"],
    ["free", "1w", "1999-01-01 00:00", "2026-10-01 00:00", 1, "TIME_SERIES_WEEKLY"],
    ["free", "1mo", "1999-01-01 00:00", "2026-10-01 00:00", 1, "TIME_SERIES_MONTHLY"],
  ] as const)("of a %s key for %s from %s to %s is %s %s", (tier, timeframe, from, to, count, endpoint) => {
    const calls = callsOf(tier, timeframe, from, to)
    expect(calls).toHaveLength(count)
    for (const call of calls) {
      expect(call.endpoint).toBe(endpoint)
      expect(call.cost).toEqual(tier === "free" ? { "calls-1d": 1, "calls-1s": 1 } : { "calls-1m": 1 })
    }
  })

  it("tiles the range with months of New York", () => {
    const times = fc.integer({ min: local("2000-01-01 00:00"), max: now })
    fc.assert(
      fc.property(times, times, fc.constantFrom("1m" as const, "1h" as const), (a, b, timeframe) => {
        const range = { from: Math.min(a, b), to: Math.max(a, b) }
        const calls = Result.getOrThrow(
          planCalls({ instrument: stock(), timeframe, range }, { tier: "premium", now }),
        )
        const end = Math.min(range.to, now - (now % (timeframe === "1m" ? 60_000 : 3_600_000)))
        expect(calls.map((call) => call.range.from)).toEqual(
          end > range.from ? [range.from, ...calls.slice(0, -1).map((call) => call.range.to)] : [],
        )
        if (calls.length > 0) expect(calls.at(-1)?.range.to).toBe(end)
        for (const call of calls) {
          expect(wall(call.range.from).slice(0, 7)).toBe(call.month?.name)
          expect(wall(call.range.to - 1).slice(0, 7)).toBe(call.month?.name)
        }
      }),
      { numRuns: 60 },
    )
  })

  it("asks for nothing that is not over", () => {
    expect(callsOf("premium", "1d", "2026-10-15 00:00", "2026-12-01 00:00")).toEqual([])
    expect(callsOf("premium", "5m", "2026-10-15 13:36", "2026-12-01 00:00")).toEqual([])
    expect(
      callsOf("premium", "5m", "2026-10-15 13:30", "2026-12-01 00:00").map((call) => wall(call.range.to)),
    ).toEqual(["2026-10-15 13:35:00"])
    expect(callsOf("free", "1mo", "2026-10-01 00:00", "2026-12-01 00:00")).toEqual([])
  })

  it("of a free key for days holds what a hundred rows surely reach", () => {
    const [call] = callsOf("free", "1d", "2020-01-01 00:00", "2026-10-10 00:00")
    expect(wall(call?.range.from ?? 0)).toBe("2026-06-01 00:00:00")
    const refusal = refusalOf("free", "1d", "2020-01-01 00:00", "2026-05-31 00:00")
    expect(refusal.reason).toEqual({ _tag: "OutsideHistory", earliest: local("2026-06-01 00:00") })
  })

  it("of intraday bars begins with the year 2000", () => {
    const [call] = callsOf("premium", "5m", "1998-01-01 00:00", "2000-01-20 00:00")
    expect(wall(call?.range.from ?? 0)).toBe("2000-01-01 00:00:00")
    expect(refusalOf("premium", "5m", "1998-01-01 00:00", "2000-01-01 00:00").reason).toEqual({
      _tag: "OutsideHistory",
      earliest: local("2000-01-01 00:00"),
    })
  })

  it.each(["2h", "4h", "6h", "8h", "12h", "3m"] as const)(
    "has no %s, and never days in its place",
    (timeframe) => {
      for (const tier of ["free", "premium"] as const)
        expect(refusalOf(tier, timeframe, "2026-01-01 00:00", "2026-02-01 00:00").reason).toEqual({
          _tag: "UnsupportedTimeframe",
          supported: offeredTimeframes(tier),
        })
    },
  )

  it.each(["1m", "5m", "15m", "30m", "1h"] as const)(
    "of a free key says that %s takes a premium plan",
    (timeframe) => {
      const refusal = refusalOf("free", timeframe, "2026-01-01 00:00", "2026-02-01 00:00")
      expect(refusal.reason._tag).toBe("TierRequired")
      expect(refusal.message).toContain(`a premium plan for ${timeframe}; free has 1d 1w 1mo`)
    },
  )

  it("has no intraday bars of other zones, whose sessions nobody documents", () => {
    const london = stock("TSCO.L", "XLON", "Europe/London")
    expect(refusalOf("premium", "5m", "2026-01-01 00:00", "2026-02-01 00:00", london).reason).toEqual({
      _tag: "UnsupportedTimeframe",
      supported: ["1d", "1w", "1mo"],
    })
    expect(callsOf("premium", "1d", "2026-01-01 00:00", "2026-02-01 00:00", london)).toHaveLength(1)
  })

  it.each([
    ["an index", { ...stock("^GSPC"), assetClass: "index" as const }],
    ["crypto", { ...stock("BTCUSD"), assetClass: "crypto" as const }],
    ["a suffix that is not documented", stock("7203.T")],
    ["no symbol", stock("")],
  ])("refuses %s", (_name, instrument) => {
    expect(refusalOf("free", "1d", "2026-09-01 00:00", "2026-10-01 00:00", instrument).reason).toEqual({
      _tag: "SymbolNotFound",
      certain: true,
    })
  })

  it("refuses a range that is none", () => {
    const request = { instrument: stock(), timeframe: "1d" as const, range: { from: 1, to: 0 } }
    expect(() => planSeries(request, { tier: "free", now })).toThrow(InvalidInput)
  })
})

describe("a symbol", () => {
  it.each([
    ["IBM", "IBM"],
    ["BRK-B", "BRK-B"],
    ["TSCO.L", "TSCO.LON"],
    ["SHOP.TO", "SHOP.TRT"],
    ["MBG.DE", "MBG.DEX"],
    ["600104.SS", "600104.SHH"],
  ])("%s is Alpha Vantage's %s, and back", (ours, vendors) => {
    expect(toVendorSymbol(stock(ours))).toBe(vendors)
    expect(fromVendorSymbol(vendors)).toBe(ours)
  })

  it.each(["6190.HKG", "BTC/USD", "a b", ""])("%j as a vendor's is none of ours", (text) => {
    expect(fromVendorSymbol(text)).toBeUndefined()
  })
})

describe("capabilities", () => {
  it("differ by tier: a free key has no intraday bars, a hundred days, 25 calls a day and one a second", () => {
    const free = alphaVantageCapabilities("free")
    expect(Object.keys(free.timeframes)).toEqual(["1d", "1w", "1mo"])
    expect(free.timeframes["1d"]).toEqual({ lookBackMillis: 137 * day, pageBars: 100 })
    expect(free.timeframes["1w"]).toEqual({})
    expect(free.budgets.map(({ id, amount }) => [id, amount])).toEqual([
      ["calls-1d", 25],
      ["calls-1s", 1],
    ])
  })

  it("of a premium key reach back whole, within the calls a minute of its plan", () => {
    const premium = alphaVantageCapabilities("premium", { callsPerMinute: 600 })
    expect(Object.keys(premium.timeframes)).toEqual(["1m", "5m", "15m", "30m", "1h", "1d", "1w", "1mo"])
    expect(premium.timeframes["1d"]).toEqual({})
    expect(premium.budgets).toEqual([{ id: "calls-1m", unit: "calls", amount: 600, perMillis: 60_000 }])
    expect(alphaVantageCapabilities("premium").budgets[0]?.amount).toBe(75)
  })

  it("say that bars are as traded, in shares, named by their start, on the clock's grid", () => {
    for (const tier of ["free", "premium"] as const)
      expect(alphaVantageCapabilities(tier)).toMatchObject({
        adjustment: "none",
        volume: "shares",
        label: "open",
        anchor: "clock",
        tier,
      })
  })

  it("name no timeframe that there is not", () => {
    for (const tier of ["free", "premium"] as const)
      for (const name of Object.keys(alphaVantageCapabilities(tier).timeframes))
        expect(timeframes).toContain(name)
  })

  it.each([0, -1, 1.5, Number.NaN])("cannot be of %s calls a minute", (callsPerMinute) => {
    expect(() => alphaVantageCapabilities("premium", { callsPerMinute })).toThrow(InvalidInput)
  })

  it("reach exactly as far as a hundred sessions without a holiday, whatever the last weekday", () => {
    const daysOf = (weekday: number): number => {
      let sessions = 1
      let days = 0
      while (sessions < 100) {
        days += 1
        if ([1, 2, 3, 4, 5].includes((((weekday - days) % 7) + 7) % 7)) sessions += 1
      }
      return days
    }
    const reach = (alphaVantageCapabilities("free").timeframes["1d"]?.lookBackMillis ?? 0) / day
    expect(Math.min(...[1, 2, 3, 4, 5].map(daysOf))).toBe(reach)
  })
})
