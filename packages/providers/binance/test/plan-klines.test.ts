import { barEnd, InvalidInput, openTimeAtOrAfter, timeframes } from "@barkeep/market-data"
import { type BarRequest, ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { klinesCall } from "../src/calls.ts"
import { plannedCalls, planRequest } from "../src/plan-steps.ts"
import { toVendorInterval } from "../src/timeframes.ts"
import { day, hour, minute, pair } from "./fixture.ts"

const instrument = pair("BTCUSDT")
const planKlines = (request: BarRequest) =>
  Result.map(planRequest(request, { archive: "never", now: Date.UTC(2024, 5, 3) }), plannedCalls)
const plan = (timeframe: (typeof timeframes)[number], from: number, to: number) =>
  Result.getOrThrow(planKlines({ instrument, timeframe, range: { from, to } }))

describe("a plan of klines calls", () => {
  it("tiles the range with windows that no answer can overflow", () => {
    const asked = fc.record({
      timeframe: fc.constantFrom(...timeframes),
      from: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      bars: fc.double({ min: 0, max: 3500, noNaN: true }),
    })
    fc.assert(
      fc.property(asked, ({ timeframe, from, bars }) => {
        const to = Math.floor(from + bars * (openTimeAtOrAfter(timeframe, from + 1) - from || 1))
        const calls = plan(timeframe, from, to)
        expect(calls.map((call) => call.range.from)).toEqual(
          to > from ? [from, ...calls.slice(0, -1).map((call) => call.range.to)] : [],
        )
        if (to > from) expect(calls.at(-1)?.range.to).toBe(to)
        for (const { range, cost, endpoint } of calls) {
          expect({ cost, endpoint }).toEqual({ cost: { "weight-1m": 2 }, endpoint: "/api/v3/klines" })
          let openTimes = 0
          let time = openTimeAtOrAfter(timeframe, range.from)
          for (; time < range.to; time = barEnd(timeframe, time)) openTimes += 1
          expect(openTimes).toBeLessThanOrEqual(1000)
          if (range.to < to) expect(openTimes).toBe(1000)
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ["1m", 2 * 365 * day, 1052],
    ["1h", 366 * day, 9],
    ["1d", 1000 * day, 1],
    ["1d", 1000 * day + 1, 2],
    ["1w", 1000 * 7 * day, 1],
    ["1mo", 3000 * day, 1],
    ["1m", 1, 1],
    ["1m", 0, 0],
  ] as const)("of %s over %d ms takes %d calls", (timeframe, length, calls) => {
    const monday = Date.UTC(2024, 0, 1)
    expect(plan(timeframe, monday, monday + length)).toHaveLength(calls)
  })

  it("asks with an inclusive end, in Binance's words", () => {
    expect(klinesCall(instrument, "1mo", { from: 0, to: hour }).query).toEqual({
      symbol: "BTCUSDT",
      interval: "1M",
      startTime: 0,
      endTime: hour - 1,
      limit: 1000,
    })
  })

  it.each([
    ["1m", "1m"],
    ["1mo", "1M"],
    ["1M", undefined],
    ["1H", undefined],
    ["7m", undefined],
    ["toString", undefined],
  ])("calls the timeframe %s %s", (timeframe, interval) => {
    expect(toVendorInterval(timeframe)).toBe(interval)
  })

  it("offers an interval for every timeframe", () => {
    expect(timeframes.map(toVendorInterval)).not.toContain(undefined)
  })

  it.each([
    ["a stock", { instrument: { ...instrument, assetClass: "stock" as const } }, "SymbolNotFound"],
    ["no symbol", { instrument: pair("") }, "SymbolNotFound"],
    ["an unknown timeframe", { timeframe: "7m" as "1m" }, "UnsupportedTimeframe"],
  ])("refuses %s", (_name, change, tag) => {
    const result = planKlines({ instrument, timeframe: "1m", range: { from: 0, to: minute }, ...change })
    assert(Result.isFailure(result))
    assert.instanceOf(result.failure, ProviderError)
    expect(result.failure.reason._tag).toBe(tag)
  })

  it.each([
    [Number.NaN, 1],
    [1, 0],
    [0, Number.POSITIVE_INFINITY],
  ])("refuses the range %s..%s", (from, to) => {
    expect(() => plan("1m", from, to)).toThrow(InvalidInput)
  })
})
