import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  barEnd,
  InvalidInput,
  isIntraday,
  nominalMillis,
  openTimeAtOrAfter,
  openTimeOf,
  parseIsoTime,
  parseTimeframe,
  timeframes,
} from "../src/index.ts"

describe("timeframes", () => {
  it("accepts 1M for 1mo and keeps 1m a minute", () => {
    expect(parseTimeframe("1M")).toBe("1mo")
    expect(parseTimeframe("1m")).toBe("1m")
  })

  it.each(["", "2m", "1D", "1H", "60m", "1s", "7d", "1 h", "__proto__"])("refuses %j", (text) => {
    expect(() => parseTimeframe(text)).toThrow(InvalidInput)
  })

  it.each([
    ["1h", "2024-05-15T10:59:59Z", "2024-05-15T10:00:00Z", "2024-05-15T11:00:00Z", "UTC"],
    ["4h", "1969-12-31T23:00:00Z", "1969-12-31T20:00:00Z", "1970-01-01T00:00:00Z", "UTC"],
    ["1d", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "UTC"],
    ["1w", "2024-05-15T10:00:00Z", "2024-05-13T00:00:00Z", "2024-05-20T00:00:00Z", "UTC"],
    ["1w", "1969-12-28T10:00:00Z", "1969-12-22T00:00:00Z", "1969-12-29T00:00:00Z", "UTC"],
    ["1mo", "2024-02-29T23:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", "UTC"],
    ["1d", "2024-03-10T12:00:00Z", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z", "America/New_York"],
    ["1d", "2024-11-03T12:00:00Z", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z", "America/New_York"],
    ["1w", "2024-03-13T12:00:00Z", "2024-03-11T04:00:00Z", "2024-03-18T04:00:00Z", "America/New_York"],
    ["1mo", "2024-04-01T02:00:00Z", "2024-03-01T05:00:00Z", "2024-04-01T04:00:00Z", "America/New_York"],
    ["1d", "2024-01-01T20:00:00Z", "2024-01-01T15:00:00Z", "2024-01-02T15:00:00Z", "Asia/Tokyo"],
  ] as const)("the %s bar that holds %s opens %s and ends %s in %s", (timeframe, time, open, end, zone) => {
    expect(openTimeOf(timeframe, parseIsoTime(time), zone)).toBe(parseIsoTime(open))
    expect(barEnd(timeframe, parseIsoTime(open), zone)).toBe(parseIsoTime(end))
  })

  it("every instant lies in exactly the bar that opens at openTimeOf, at every timeframe and zone", () => {
    const zones = ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia"]
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1.9e12 }),
        fc.constantFrom(...timeframes),
        fc.constantFrom(...zones),
        (time, timeframe, zone) => {
          const open = openTimeOf(timeframe, time, zone)
          const end = barEnd(timeframe, open, zone)
          expect(open).toBeLessThanOrEqual(time)
          expect(end).toBeGreaterThan(time)
          expect(openTimeOf(timeframe, open, zone)).toBe(open)
          expect(openTimeOf(timeframe, end, zone)).toBe(end)
          expect(openTimeAtOrAfter(timeframe, time, zone)).toBe(open === time ? open : end)
        },
      ),
    )
  })

  it("nominal lengths ascend and are exact for intraday bars", () => {
    const lengths = timeframes.map(nominalMillis)
    expect(lengths).toEqual([...lengths].toSorted((a, b) => a - b))
    for (const timeframe of timeframes.filter(isIntraday))
      expect(barEnd(timeframe, 0)).toBe(nominalMillis(timeframe))
  })
})
