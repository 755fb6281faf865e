import {
  firstRowAtOrAfter,
  type Instrument,
  isIntraday,
  nominalMillis,
  type Timeframe,
} from "@barkeep/market-data"
import { markets, tradingCalendar } from "@barkeep/trading-calendar"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { validateBars, validateStore } from "../src/index.ts"
import { apple, bitcoin, keepRows, walk } from "./make-bars.ts"
import { memorySource } from "./memory-source.ts"

type Market = (typeof markets)[number]

const instrumentOf = (market: Market): Instrument =>
  market === "24/7" ? bitcoin : { ...apple, market, timeZone: tradingCalendar(market).timeZone }

/** The date on the clocks of a zone, worked out by another library. */
const dateIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" })
  return (time: number): string => format.format(time)
}

const years = [2020, 2023] as const
const known = new Map<string, ReturnType<typeof makeYear>>()

const makeYear = (market: Market, timeframe: Timeframe, year: number) => {
  const dates = { start: `${year}-01-01`, end: `${year}-12-31` }
  const expected = tradingCalendar(market).expectedOpenTimes(timeframe, dates)
  return { expected, bars: walk(expected), special: specialSlots(market, expected, dates) }
}

const completeYear = (market: Market, timeframe: Timeframe, year: number) => {
  const key = `${market} ${timeframe} ${year}`
  let made = known.get(key)
  if (made === undefined) known.set(key, (made = makeYear(market, timeframe, year)))
  return made
}

/** The first and last bar of the year, of the days on which clocks change, of the shortest session, and midnights. */
const specialSlots = (
  market: Market,
  expected: Float64Array,
  dates: { readonly start: string; readonly end: string },
): ReadonlyArray<number> => {
  const { timeZone, expectedOpenTimes } = tradingCalendar(market)
  const hourOf = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "numeric", timeZoneName: "longOffset" })
  const midnights = Array.from(expectedOpenTimes("1d", dates))
  const starts = [...new Set(midnights.map((midnight) => firstRowAtOrAfter(expected, midnight)))]
  const offset = (slot: number): string => hourOf.format(expected[slot]).split(" ").slice(1).join(" ")
  const offsets = starts.map(offset)
  const changes = starts.filter((_, index) => index > 0 && offsets[index] !== offsets[index - 1])
  const lengths = starts.map((slot, index) => (starts[index + 1] ?? expected.length) - slot)
  const shortest = lengths.indexOf(Math.min(...lengths))
  const shortestStart = starts[shortest] as number
  return [
    0,
    expected.length - 1,
    ...changes.flatMap((slot) => [slot - 1, slot, slot + 1]),
    shortestStart,
    shortestStart + (lengths[shortest] as number) - 1,
    starts[Math.floor(starts.length / 2)] as number,
  ].filter((slot) => slot >= 0 && slot < expected.length)
}

const timeframes: ReadonlyArray<Timeframe> = ["15m", "1h", "1d"]

describe("one bar taken out of a complete year, anywhere, in every market", () => {
  it.each(markets)("gives exactly one gap with its bounds, and a lower score: %s", (market) => {
    const instrument = instrumentOf(market)
    const date = dateIn(instrument.timeZone)
    fc.assert(
      fc.property(
        fc.constantFrom(...timeframes),
        fc.constantFrom(...years),
        fc.oneof(
          fc.record({ special: fc.constant(true), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
          fc.record({ special: fc.constant(false), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
        ),
        (timeframe, year, { special, at }) => {
          const { expected, bars, special: slots } = completeYear(market, timeframe, year)
          const slot = special
            ? (slots[Math.floor(at * slots.length)] as number)
            : Math.floor(at * expected.length)
          const start = expected[slot] as number
          const report = validateBars({
            instrument,
            timeframe,
            bars: keepRows(bars, (row) => row !== slot),
            expected,
            range: { from: expected[0] as number, to: (expected.at(-1) as number) + 1 },
          })
          expect([...report.gaps, ...report.thinGaps].length).toBe(1)
          const [gap] = report.gaps
          expect(gap).toMatchObject({ start, missingBars: 1, reason: "unknown" })
          const end = gap?.end as number
          if (isIntraday(timeframe))
            expect(end).toBe(
              Math.min(start + nominalMillis(timeframe), expected[slot + 1] ?? Number.POSITIVE_INFINITY),
            )
          else expect([date(end - 1), date(end) > date(start)]).toEqual([date(start), true])
          expect(report.findings).toEqual([])
          expect(report.score.value).toBeLessThan(1)
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe("a whole year taken out between two", () => {
  it.each(markets)("is one gap from its first bar to its last: %s", async (market) => {
    const instrument = instrumentOf(market)
    const expected = tradingCalendar(market).expectedOpenTimes("1d", {
      start: "2021-01-01",
      end: "2023-12-31",
    })
    const date = dateIn(instrument.timeZone)
    const lost = Array.from(expected).filter((time) => date(time).startsWith("2022"))
    const range = { from: expected[0] as number, to: (expected.at(-1) as number) + 86_400_000 }
    const source = memorySource([
      {
        description: { instrument, timeframe: "1d", adjustment: "none" },
        bars: keepRows(walk(expected), (_, time) => !date(time).startsWith("2022")),
        coverage: [{ ...range, provider: "made", askedAt: 0, empty: false, settled: true }],
      },
    ])
    const { entries } = await validateStore({ source, now: Date.UTC(2026, 0) })
    expect(entries[0]?.gaps).toMatchObject([{ start: lost[0], missingBars: lost.length, reason: "unknown" }])
    expect(date((entries[0]?.gaps[0]?.end as number) - 1)).toBe(date(lost.at(-1) as number))
    expect(entries[0]?.years.map(({ year, status }) => [year, status])).toEqual([
      [2021, "valid"],
      [2022, "missing"],
      [2023, "valid"],
    ])
  })
})
