import { type Instrument, type Timeframe, timeframes } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import * as fc from "fast-check"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { ohlcCall, samplesCall } from "../src/calls.ts"
import { type OhlcWindow, planOhlc, planOhlcWindows } from "../src/plan-ohlc.ts"
import { planSamples, planSampleWindows } from "../src/plan-samples.ts"
import { type CoingeckoTier, coingeckoCapabilities, coingeckoSampledCapabilities } from "../src/index.ts"
import { sampledTimeframes } from "../src/timeframes.ts"
import { bitcoin, day, hour, minute, pair } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const midnight = Date.UTC(2026, 4, 19)
const planning = (tier: CoingeckoTier) => ({ tier, names: { coinIds: { BOR: "boringdao-[old]" } }, now })
const request = (timeframe: Timeframe, from: number, to: number, instrument: Instrument = bitcoin) => ({
  instrument,
  timeframe,
  range: { from, to },
})
const ohlc = (tier: CoingeckoTier, ...asked: Parameters<typeof request>): ReadonlyArray<OhlcWindow> =>
  Result.getOrThrow(planOhlcWindows(request(...asked), planning(tier)))
const reasonOf = (result: Result.Result<unknown, ProviderError>): ProviderError => {
  assert(Result.isFailure(result))
  expect(result.failure).toBeInstanceOf(ProviderError)
  return result.failure
}

describe("the plan for candles", () => {
  it.each<[Timeframe, number, number]>([
    ["30m", now - 20 * hour, 1],
    ["30m", now - 23.6 * hour, 1],
    ["4h", now - 6 * day, 7],
    ["4h", now - 7 * day, 7],
    // The candle of that moment may be cut.
    ["4h", midnight - 7 * day + 12 * hour, 14],
    ["4h", now - 13 * day, 14],
    ["4h", now - 15 * day, 30],
    ["4h", now - 29 * day, 30],
  ])("asks for %s from %i with days=%i, of those that CoinGecko takes", (timeframe, from, days) => {
    const windows = ohlc("demo", timeframe, from, now - hour)
    expect(windows).toHaveLength(1)
    expect(windows[0]?.question).toEqual({ days })
    expect(ohlcCall("demo", bitcoin, windows[0] as OhlcWindow)).toMatchObject({
      endpoint: "/api/v3/coins/bitcoin/ohlc",
      query: { vs_currency: "usd", days, precision: "full" },
      cost: { "calls-1m": 1, "credits-1mo": 1 },
    })
  })

  it("asks a paid plan for whole candles between seconds, never for more than one call can hold", () => {
    const from = Date.UTC(2021, 0, 1) + 1
    const windows = ohlc("analyst", "1h", from, from + 100 * day)
    expect(windows).toHaveLength(4)
    expect(windows[0]?.range).toEqual({ from, to: from - 1 + 742 * hour })
    const query = ohlcCall("analyst", bitcoin, windows[0] as OhlcWindow).query
    expect(query).toEqual({
      vs_currency: "usd",
      // The candle before the first one is there to compare it with.
      from: Date.UTC(2020, 11, 31, 23) / 1000,
      to: Date.UTC(2021, 0, 31, 22) / 1000 + 1,
      interval: "hourly",
    })
    const daily = ohlc("analyst", "1d", from, from + 500 * day)
    expect(daily.map(({ range }) => Math.round((range.to - range.from) / day))).toEqual([178, 178, 144])
  })

  it("asks for nothing in the future", () => {
    const [last, ...others] = ohlc("analyst", "1h", now - 5 * hour, now + 10 * hour)
    expect(others).toEqual([])
    expect(last?.question).toEqual({ interval: "hourly", asked: { from: midnight + 8 * hour, to: now } })
    expect(ohlc("analyst", "1h", now, now + hour)).toEqual([])
    expect(ohlc("demo", "4h", now + hour, now + 2 * day)).toEqual([])
  })

  it("goes as far back as CoinGecko reaches and refuses what lies wholly before", () => {
    const [window] = ohlc("demo", "4h", now - 400 * day, now)
    // The candle at 12:00 thirty days ago may be cut, and five minutes are left for the way.
    expect(window?.range.from).toBe(midnight - 30 * day + 16 * hour)
    expect(
      reasonOf(planOhlc(request("4h", now - 400 * day, now - 366 * day), planning("demo"))).reason,
    ).toEqual({
      _tag: "OutsideHistory",
      earliest: midnight - 30 * day + 16 * hour,
    })
    expect(
      reasonOf(planOhlc(request("30m", now - 3 * day, now - 2 * day), planning("keyless"))).reason,
    ).toEqual({
      _tag: "OutsideHistory",
      earliest: midnight - day + 14.5 * hour,
    })
    const [first] = ohlc("analyst", "1d", Date.UTC(2013, 0, 1), Date.UTC(2018, 2, 1))
    expect(first?.range.from).toBe(Date.UTC(2018, 1, 10))
    expect(
      reasonOf(planOhlc(request("1h", Date.UTC(2013, 0, 1), Date.UTC(2018, 0, 1)), planning("analyst")))
        .reason,
    ).toEqual({
      _tag: "OutsideHistory",
      earliest: Date.UTC(2018, 1, 9, 4),
    })
  })

  it("leaves five minutes for the way: a candle that may be cut by then is not counted on", () => {
    const asked = request("4h", midnight - 7 * day + 16 * hour, now)
    const at = (time: number) =>
      Result.getOrThrow(planOhlcWindows(asked, { ...planning("demo"), now: time })).map(
        ({ question }) => question,
      )
    expect(at(midnight + 15 * hour + 54 * minute)).toEqual([{ days: 7 }])
    expect(at(midnight + 15 * hour + 56 * minute)).toEqual([{ days: 14 }])
  })

  const offered = { keyless: ["30m", "4h"], demo: ["30m", "4h"], analyst: ["30m", "1h", "4h", "1d"] } as const
  it.each(["keyless", "demo", "analyst"] as const)(
    "offers no candle that the %s tier does not have",
    (tier) => {
      const names: ReadonlyArray<string> = offered[tier]
      expect(Object.keys(coingeckoCapabilities(tier).timeframes)).toEqual(names)
      for (const timeframe of timeframes.filter((name) => !names.includes(name)))
        expect(reasonOf(planOhlc(request(timeframe, now - hour, now), planning(tier))).reason).toEqual({
          _tag: "UnsupportedTimeframe",
          supported: names,
        })
    },
  )

  it("puts ids with brackets into the path and costs what each tier counts", () => {
    const asked = request("1h", now - hour, now, pair("BOR"))
    expect(Result.getOrThrow(planOhlc(asked, planning("analyst")))).toEqual([
      {
        endpoint: "/api/v3/coins/boringdao-%5Bold%5D/ohlc/range",
        range: asked.range,
        cost: { "calls-1m": 1, "credits-1mo": 1 },
      },
    ])
    const [call] = Result.getOrThrow(planOhlc(request("4h", now - hour, now), planning("keyless")))
    expect(call?.cost).toEqual({ "calls-1m": 1 })
  })

  it("tiles every range up to the present", () => {
    fc.assert(
      fc.property(fc.nat(3000 * 24), fc.nat(400 * 24), fc.nat(3_600_000), (back, length, offset) => {
        const from = Math.max(Date.UTC(2018, 2, 1), now - back * hour) + offset
        const to = from + length * hour + offset
        for (const timeframe of ["1h", "1d"] as const) {
          let end = from
          for (const { range, question } of ohlc("analyst", timeframe, from, to)) {
            expect(range.from).toBe(end)
            end = range.to
            assert("asked" in question)
            expect(question.asked.to - question.asked.from).toBeLessThanOrEqual(
              (timeframe === "1h" ? 31 : 180) * day,
            )
            expect(question.asked.to).toBeLessThanOrEqual(now)
          }
          expect(end).toBeGreaterThanOrEqual(Math.min(to, now, Math.max(from, now)))
        }
      }),
    )
  })
})

describe("the plan for price points", () => {
  const samples = (tier: CoingeckoTier, ...asked: Parameters<typeof request>) =>
    Result.getOrThrow(planSampleWindows(request(...asked), planning(tier)))

  it("takes windows that still give hourly points, with two more on either side", () => {
    const windows = samples("demo", "1d", midnight - 300 * day, midnight - 30 * day)
    expect(windows.map(({ range }) => (range.to - range.from) / day)).toEqual([88, 88, 88, 6])
    for (const { asked, range } of windows) {
      expect(asked).toEqual({ from: range.from - 2 * hour, to: range.to + 2 * hour })
      expect(asked.to - asked.from).toBeLessThan(90 * day)
    }
    expect(samplesCall("demo", bitcoin, windows[0] as (typeof windows)[number])).toMatchObject({
      endpoint: "/api/v3/coins/bitcoin/market_chart/range",
      query: { vs_currency: "usd", from: (midnight - 300 * day) / 1000 - 7200, precision: "full" },
    })
  })

  it("takes bars below an hour from the last day only, in one window up to now", () => {
    const [window, ...others] = samples("demo", "15m", now - 3 * day, now - 2 * hour)
    expect(others).toEqual([])
    expect(window).toMatchObject({
      range: { from: midnight - day + 14.25 * hour },
      asked: { to: now },
      stepMillis: 5 * minute,
    })
    expect(window?.asked.from).toBeGreaterThan(now - day)
    expect(
      reasonOf(planSamples(request("15m", now - 3 * day, now - 2 * day), planning("analyst"))).reason,
    ).toEqual({
      _tag: "OutsideHistory",
      earliest: midnight - day + 14.25 * hour,
    })
  })

  it("stays inside the last 365 days without a paid plan, and says where they begin", () => {
    const [window] = samples("keyless", "4h", now - 500 * day, now - 300 * day)
    expect(window?.range.from).toBe(midnight - 365 * day + 16 * hour)
    expect(window?.asked.from).toBeGreaterThan(now - 365 * day)
    expect(
      reasonOf(planSamples(request("1d", now - 500 * day, now - 366 * day), planning("demo"))).reason,
    ).toEqual({
      _tag: "OutsideHistory",
      earliest: midnight - 364 * day,
    })
    expect(samples("analyst", "1d", Date.UTC(2020, 0, 1), Date.UTC(2020, 1, 1))).toHaveLength(1)
    expect(
      reasonOf(planSamples(request("1d", 0, Date.UTC(2017, 0, 1)), planning("analyst"))).reason._tag,
    ).toBe("OutsideHistory")
  })

  it("offers no timeframe below five minutes and none above a day", () => {
    expect(Object.keys(coingeckoSampledCapabilities("demo").timeframes)).toEqual(sampledTimeframes)
    for (const timeframe of ["1m", "3m", "1w", "1mo"] as const)
      expect(reasonOf(planSamples(request(timeframe, now - hour, now), planning("demo"))).reason).toEqual({
        _tag: "UnsupportedTimeframe",
        supported: sampledTimeframes,
      })
  })
})
