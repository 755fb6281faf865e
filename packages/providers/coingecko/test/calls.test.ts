import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { ohlcCall, samplesCall } from "../src/calls.ts"
import { planOhlcWindows } from "../src/plan-ohlc.ts"
import { planSampleWindows } from "../src/plan-samples.ts"
import { bitcoin, day, hour, minute } from "./fixture.ts"

/** In the middle of a second. */
const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)

const seconds = (query: unknown, name: string): number =>
  Number((query as Readonly<Record<string, unknown>>)[name])

describe("a call", () => {
  it.each([
    ["near the beginning of the history", "1h", now - 364.9 * day, now - 300 * day],
    ["up to now", "1h", now - 2 * hour, now + hour],
    ["of the last day", "5m", now - 20 * hour, now],
    ["between two hours", "15m", now - 3 * hour + 7 * minute + 1, now - hour + 1],
  ] as const)(
    "for prices %s asks in whole seconds, for nothing that was not planned",
    (_name, timeframe, from, to) => {
      const request = { instrument: bitcoin, timeframe, range: { from, to } }
      const windows = Result.getOrThrow(planSampleWindows(request, { tier: "demo", names: {}, now }))
      expect(windows.length).toBeGreaterThan(0)
      for (const window of windows) {
        const { query } = samplesCall("demo", bitcoin, window)
        const [first, last] = [seconds(query, "from"), seconds(query, "to")]
        expect([first, last].every(Number.isSafeInteger)).toBe(true)
        expect(first * 1000).toBeGreaterThanOrEqual(window.asked.from)
        expect(last * 1000).toBeLessThanOrEqual(window.asked.to)
        expect(window.asked.to).toBeLessThanOrEqual(now)
      }
    },
  )

  it("for candles of a paid plan asks in whole seconds up to now, and never by a range without one", () => {
    const request = {
      instrument: bitcoin,
      timeframe: "1h",
      range: { from: now - 3 * day, to: now + day },
    } as const
    const paid = Result.getOrThrow(planOhlcWindows(request, { tier: "analyst", names: {}, now }))
    const { query } = ohlcCall("analyst", bitcoin, paid[0] as (typeof paid)[number])
    expect([seconds(query, "from"), seconds(query, "to")].every(Number.isSafeInteger)).toBe(true)
    expect(seconds(query, "to") * 1000).toBeLessThanOrEqual(now)
    const free = Result.getOrThrow(
      planOhlcWindows(
        { ...request, timeframe: "30m", range: { from: now - hour, to: now } },
        { tier: "demo", names: {}, now },
      ),
    )
    const call = ohlcCall("demo", bitcoin, free[0] as (typeof free)[number])
    expect(Object.keys(call.query ?? {})).toEqual(["vs_currency", "days", "precision"])
  })
})
