import {
  type Instrument,
  InvalidInput,
  isIntraday,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { ProviderError } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { chartCall } from "../src/calls.ts"
import { yahooFinanceCapabilities } from "../src/capabilities.ts"
import { planChart, planWindows } from "../src/plan-chart.ts"
import { offeredTimeframes } from "../src/timeframes.ts"
import { bitcoin, day, hour, local, localRange, show, stock } from "./fixture.ts"

const now = local("2025-03-20 14:07") + 23_456

const windowsOf = (timeframe: Timeframe, range: TimeRange, instrument = stock(), at = now) =>
  Result.getOrThrow(planWindows({ instrument, timeframe, range }, at))

const refusalOf = (timeframe: Timeframe, range: TimeRange, instrument = stock()) => {
  const result = planWindows({ instrument, timeframe, range }, now)
  return Result.isFailure(result) ? (result.failure satisfies ProviderError).reason : undefined
}

const shown = (timeframe: Timeframe, range: TimeRange, instrument?: Instrument) =>
  windowsOf(timeframe, range, instrument).map(({ range: part, asked }) =>
    [part.from, part.to, asked.from, asked.to].map((time) => show(time).slice(0, 16)).join(" | "),
  )

describe("windows", () => {
  it("of minutes are whole days, at most seven of them", () => {
    expect(shown("1m", localRange("2025-02-24 11:11", "2025-03-06 12:00"))).toEqual([
      "2025-02-24 11:11 | 2025-03-03 00:00 | 2025-02-24 00:00 | 2025-03-03 00:00",
      "2025-03-03 00:00 | 2025-03-06 12:00 | 2025-03-03 00:00 | 2025-03-07 00:00",
    ])
  })

  it("are a day shorter where the clocks add an hour, since Yahoo counts hours", () => {
    const at = local("2024-11-15 12:00")
    const [first] = windowsOf("1m", localRange("2024-10-31 00:00", "2024-11-08 00:00"), stock(), at)
    expect(show(first?.range.to ?? 0)).toBe("2024-11-06 00:00:00")
  })

  it("begin on the first whole day that Yahoo still has, and say so", () => {
    const range = localRange("2020-01-01 00:00", "2025-02-22 00:00")
    expect(shown("1m", range)).toEqual([
      "2025-02-19 00:00 | 2025-02-22 00:00 | 2025-02-19 00:00 | 2025-02-22 00:00",
    ])
    const calls = Result.getOrThrow(planChart({ instrument: stock(), timeframe: "1m", range }, now))
    expect(calls.map((call) => show(call.range.from))).toEqual(["2025-02-19 00:00:00"])
  })

  it("leave out a day of which Yahoo's clock may already have lost the first minute", () => {
    const at = Date.UTC(2025, 2, 31)
    const [window] = windowsOf("1m", { from: 0, to: at }, bitcoin, at)
    expect(window?.range.from).toBe(Date.UTC(2025, 2, 2))
  })

  it("of days, weeks and months ask for one bar more on either side, on their grid", () => {
    const range = localRange("2024-03-06 10:00", "2024-06-12 10:00")
    expect(shown("1d", range)).toEqual([
      "2024-03-06 10:00 | 2024-06-12 10:00 | 2024-03-05 00:00 | 2024-06-14 00:00",
    ])
    expect(shown("1w", range)).toEqual([
      "2024-03-06 10:00 | 2024-06-12 10:00 | 2024-02-26 00:00 | 2024-06-24 00:00",
    ])
    expect(shown("1mo", range)).toEqual([
      "2024-03-06 10:00 | 2024-06-12 10:00 | 2024-02-01 00:00 | 2024-08-01 00:00",
    ])
  })

  it("of days take all history in one call", () => {
    expect(windowsOf("1d", { from: Date.UTC(1927, 11, 30), to: now })).toHaveLength(1)
  })

  it("count days of markets that never close in UTC", () => {
    const [window] = windowsOf("1h", { from: Date.UTC(2025, 0, 5, 7), to: Date.UTC(2025, 0, 6) }, bitcoin)
    expect(window?.asked).toEqual({ from: Date.UTC(2025, 0, 5), to: Date.UTC(2025, 0, 6) })
  })

  it("of the future are none, and an end in the far future is no more than now", () => {
    expect(windowsOf("1d", { from: now, to: now + day })).toEqual([])
    expect(windowsOf("1m", { from: now, to: now + day })).toEqual([])
    const [window] = windowsOf("1d", { from: now - day, to: 8.64e15 })
    expect(window?.range.to).toBe(8.64e15)
    expect(window?.asked.to).toBeLessThan(now + 3 * day)
    expect(windowsOf("1m", { from: now - day, to: 8.64e15 })).toHaveLength(1)
  })
})

describe("a refusal before any call", () => {
  it("says where intraday history begins", () => {
    expect(refusalOf("1m", localRange("2020-01-01 00:00", "2025-02-19 00:00"))).toEqual({
      _tag: "OutsideHistory",
      earliest: local("2025-02-19 00:00"),
    })
    expect(refusalOf("5m", { from: 0, to: now - 62 * day })).toMatchObject({ _tag: "OutsideHistory" })
    expect(refusalOf("1h", { from: 0, to: now - 732 * day })).toMatchObject({ _tag: "OutsideHistory" })
  })

  it.each(["3m", "2h", "4h", "12h"] as const)(
    "says which timeframes there are instead of %s",
    (timeframe) => {
      expect(refusalOf(timeframe, { from: 0, to: 1 })).toEqual({
        _tag: "UnsupportedTimeframe",
        supported: offeredTimeframes,
      })
    },
  )

  it("is certain of text that is no symbol", () => {
    expect(refusalOf("1d", { from: 0, to: 1 }, stock(".."))).toEqual({
      _tag: "SymbolNotFound",
      certain: true,
    })
  })

  it("throws for a range that is none and a zone that is none", () => {
    expect(() =>
      planWindows({ instrument: stock(), timeframe: "1d", range: { from: 2, to: 1 } }, now),
    ).toThrow(InvalidInput)
    const nowhere = stock("ACME", "XNYS", "Nowhere/Else")
    expect(() =>
      planWindows({ instrument: nowhere, timeframe: "1d", range: { from: 1, to: 2 } }, now),
    ).toThrow(InvalidInput)
  })
})

it("asks for the seconds of the window, both ends inclusive", () => {
  const [window] = windowsOf("1h", localRange("2025-01-06 00:00", "2025-01-08 00:00"))
  if (window === undefined) throw new Error("no window")
  expect(chartCall(stock(), window)).toMatchObject({
    endpoint: "/v8/finance/chart/ACME",
    query: {
      period1: local("2025-01-06 00:00") / 1000,
      period2: local("2025-01-08 00:00") / 1000 - 1,
      interval: "1h",
      includePrePost: "false",
      crumb: undefined,
    },
    operation: { operation: "chart", symbol: "ACME", timeframe: "1h" },
  })
})

it("tiles the reachable part of any range with windows that Yahoo allows", () => {
  const zones = ["America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Europe/London", "Asia/Kolkata"]
  const request = fc.record({
    timeframe: fc.constantFrom(...offeredTimeframes),
    zone: fc.constantFrom(...zones),
    from: fc.integer({ min: now - 1200 * day, max: now + 3 * day }),
    length: fc.integer({ min: 1, max: 900 * day }),
    at: fc.integer({ min: now - 400 * day, max: now }),
  })
  fc.assert(
    fc.property(request, ({ timeframe, zone, from, length, at }) => {
      const range = { from, to: from + length }
      const result = planWindows({ instrument: stock("ACME", "XNYS", zone), timeframe, range }, at)
      const { lookBackMillis = Number.POSITIVE_INFINITY, pageMillis = Number.POSITIVE_INFINITY } =
        yahooFinanceCapabilities.timeframes[timeframe] ?? {}
      if (Result.isFailure(result)) {
        expect(range.to).toBeLessThan(at - lookBackMillis + 26 * hour)
        return
      }
      const windows = result.success
      if (from >= at) {
        expect(windows).toEqual([])
        return
      }
      let end = windows[0]?.range.from ?? Number.NaN
      expect(end).toBeGreaterThanOrEqual(from)
      if (end > from) expect(end).toBeLessThan(at - lookBackMillis + 26 * hour)
      for (const { range: part, asked } of windows) {
        expect(part.from).toBe(end)
        end = part.to
        expect(asked.from).toBeLessThanOrEqual(part.from)
        expect(asked.to).toBeGreaterThanOrEqual(Math.min(part.to, at))
        expect(asked.to - asked.from).toBeLessThanOrEqual(pageMillis)
        if (isIntraday(timeframe)) expect(asked.from).toBeGreaterThan(at - lookBackMillis)
      }
      expect(end).toBeGreaterThanOrEqual(Math.min(range.to, at))
      expect(end).toBeLessThanOrEqual(range.to)
    }),
  )
})
