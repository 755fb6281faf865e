import { emptyBars, type Instrument, type Timeframe } from "@barkeep/market-data"
import { markets, tradingCalendar } from "@barkeep/trading-calendar"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type BarsReport, type Gap, validateBars } from "../src/index.ts"
import { apple, bitcoin, day, hour, keepRows, seeded, thinWalk, walk } from "./make-bars.ts"

const nyse = tradingCalendar("XNYS")

const yearOf = (market: string, year: number) => {
  const calendar = tradingCalendar(market)
  const dates = { start: `${year}-01-01`, end: `${year}-12-31` }
  return {
    calendar,
    instrumentOf: (): Instrument => ({ ...apple, market, timeZone: calendar.timeZone }),
    expected: (timeframe: Timeframe) => calendar.expectedOpenTimes(timeframe, dates),
  }
}

const judge = (
  instrument: Instrument,
  timeframe: Timeframe,
  expected: Float64Array,
  bars = walk(expected),
  over: Partial<Parameters<typeof validateBars>[0]> = {},
): BarsReport =>
  validateBars({
    instrument,
    timeframe,
    bars,
    expected,
    range: { from: expected[0] as number, to: (expected.at(-1) as number) + 1 },
    ...over,
  })

describe("a complete year", () => {
  it.each(["1d", "1h", "5m", "1m"] as const)(
    "of a US stock at %s has no gap, no finding and score 1",
    (timeframe) => {
      for (const year of [2023, 2024]) {
        const expected = yearOf("XNYS", year).expected(timeframe)
        const report = judge(apple, timeframe, expected)
        expect(report.gaps).toEqual([])
        expect(report.thin.gaps).toBe(0)
        expect(report.findings).toEqual([])
        expect(report.score.value).toBe(1)
      }
    },
  )

  it.each(markets)("of every market has no gap: %s", (market) => {
    const { expected, instrumentOf } = yearOf(market, 2024)
    for (const timeframe of ["1h", "1d", "1w", "1mo"] as const) {
      const report = judge(instrumentOf(), timeframe, expected(timeframe))
      expect([report.gaps, report.score.value]).toEqual([[], 1])
    }
  })
})

describe("one bar taken out", () => {
  const fives = yearOf("XNYS", 2024).expected("5m")
  const lastOfHalfDay = nyse.sessions({ start: "2024-07-03", end: "2024-07-03" })[0]?.close as number
  const firstAfterClockChange = nyse.sessions({ start: "2024-03-11", end: "2024-03-11" })[0]?.open as number

  it.each([
    ["the first of the year", fives[0] as number],
    ["the last of 31 December", fives.at(-1) as number],
    ["the last of a half day", lastOfHalfDay - 5 * 60_000],
    ["the first after clocks change", firstAfterClockChange],
    ["one in the middle", fives[9999] as number],
  ])("gives exactly one gap with its bounds: %s", (_, openTime) => {
    const report = judge(
      apple,
      "5m",
      fives,
      keepRows(walk(fives), (__, time) => time !== openTime),
    )
    expect(report.gaps).toEqual([
      {
        start: openTime,
        end: openTime + 5 * 60_000,
        missingBars: 1,
        reason: "unknown",
        evidence: "nothing tells why",
      },
    ])
  })

  it("of a busy coin is no thin market: at midnight, on a leap day, in the last minute of the year", () => {
    const expected = tradingCalendar("24/7").expectedOpenTimes("1m", {
      start: "2024-01-01",
      end: "2024-12-31",
    })
    const lost = [Date.UTC(2024, 1, 29, 12), Date.UTC(2024, 5, 12), Date.UTC(2024, 11, 31, 23, 59)]
    const report = judge(
      bitcoin,
      "1m",
      expected,
      keepRows(walk(expected), (_, time) => !lost.includes(time)),
    )
    expect(report.gaps.map(({ start, missingBars, reason }) => ({ start, missingBars, reason }))).toEqual(
      lost.map((start) => ({ start, missingBars: 1, reason: "unknown" })),
    )
    expect(report.score.value).toBeLessThan(1)
  })

  it("of a daily series ends at the next midnight of the market, also when clocks change", () => {
    const days = yearOf("XNYS", 2024).expected("1d")
    const friday = days.find((time) => time === Date.parse("2024-03-08T05:00:00Z")) as number
    const [gap] = judge(
      apple,
      "1d",
      days,
      keepRows(walk(days), (_, time) => time !== friday),
    ).gaps
    expect(gap).toMatchObject({ start: friday, end: Date.parse("2024-03-09T05:00:00Z"), missingBars: 1 })
  })
})

/** Maximal runs of removed slots, worked out the slow way. */
const runsOf = (expected: Float64Array, isRemoved: (slot: number) => boolean) => {
  const runs: Array<{ start: number; missingBars: number }> = []
  expected.forEach((time, slot) => {
    if (!isRemoved(slot)) return
    const last = runs.at(-1)
    if (slot > 0 && isRemoved(slot - 1) && last !== undefined) last.missingBars += 1
    else runs.push({ start: time, missingBars: 1 })
  })
  return runs
}

describe("any bars taken out", () => {
  const frames: ReadonlyArray<Timeframe> = ["15m", "1h", "4h", "1d", "1w"]

  it("are found as maximal runs with their bounds, in every market and timeframe, and lower the score", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...markets),
        fc.constantFrom(...frames),
        fc.integer({ min: 2001, max: 2026 }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (market, timeframe, year, cuts) => {
          const { expected: expectedIn, instrumentOf } = yearOf(market, year)
          const expected = expectedIn(timeframe)
          const removed = new Set<number>()
          for (const [at, length] of cuts)
            for (let index = 0; index < length; index += 1)
              removed.add(Math.min(expected.length - 1, Math.floor(at * expected.length)) + index)
          const report = judge(
            instrumentOf(),
            timeframe,
            expected,
            keepRows(walk(expected), (slot) => !removed.has(slot)),
            { maxPlaces: Number.POSITIVE_INFINITY },
          )
          const found = [...report.gaps, ...report.thinGaps].toSorted((a, b) => a.start - b.start)
          const runs = runsOf(expected, (slot) => removed.has(slot))
          expect(found.map(({ start, missingBars }) => ({ start, missingBars }))).toEqual(runs)
          for (const [index, gap] of found.entries()) {
            const next = expected.find((time) => time >= gap.end)
            const afterRun = expected[expected.indexOf(runs[index]?.start as number) + gap.missingBars]
            expect(next).toBe(afterRun)
          }
          const missing = runs.reduce((sum, run) => sum + run.missingBars, 0)
          expect(report.present + missing).toBe(report.expected)
          expect(report.score.value).toBeLessThan(1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it("are one gap when nothing is left", () => {
    const expected = yearOf("XNYS", 2024).expected("1d")
    const { gaps, score } = judge(apple, "1d", expected, emptyBars)
    expect(gaps.map((gap) => [gap.start, gap.missingBars])).toEqual([[expected[0], 252]])
    expect(score.value).toBe(0)
  })
})

describe("rows where none are expected", () => {
  const expected = yearOf("XNYS", 2024).expected("1h")
  const withRow = (openTime: number) => {
    const times = Float64Array.from([...expected, openTime]).toSorted()
    return judge(apple, "1h", expected, walk(times))
  }

  it.each([
    ["before the session", Date.parse("2024-06-12T12:30:00Z"), "closed-session"],
    ["on a Sunday", Date.parse("2024-06-09T14:30:00Z"), "closed-session"],
    ["after an early close", Date.parse("2024-07-03T17:30:00Z"), "closed-session"],
    ["between two open times", Date.parse("2024-06-12T14:31:00Z"), "off-grid"],
  ])("are a finding: %s", (_, openTime, kind) => {
    const report = withRow(openTime)
    expect(report.gaps).toEqual([])
    expect(report.extra).toBe(1)
    expect(report.findings.map((found) => [found.kind, found.rows, found.places[0]?.openTime])).toEqual([
      [kind, 1, openTime],
    ])
    expect(report.score.value).toBeLessThan(1)
  })

  it("inside a hole do not cut it in two", () => {
    const times = Float64Array.from([
      ...expected.filter((_, slot) => slot < 100 || slot >= 120),
      (expected[110] as number) + 60_000,
    ]).toSorted()
    const report = judge(apple, "1h", expected, walk(times))
    expect(report.gaps.map((gap) => gap.missingBars)).toEqual([20])
  })
})

describe("the reason of a gap", () => {
  const expected = tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2024-03-01", end: "2024-03-31" })
  const start = expected[0] as number
  const without = (
    from: number,
    hours: number,
    over: Partial<Parameters<typeof validateBars>[0]> = {},
  ): ReadonlyArray<Gap> =>
    judge(
      bitcoin,
      "1h",
      expected,
      keepRows(
        walk(expected),
        (_, time) => time < start + from * hour || time >= start + (from + hours) * hour,
      ),
      over,
    ).gaps
  const reasons = (gaps: ReadonlyArray<Gap>) =>
    gaps.map((gap) => [(gap.start - start) / hour, gap.missingBars, gap.reason])
  const coverage = (from: number, hours: number, empty: boolean) => ({
    from: start + from * hour,
    to: start + (from + hours) * hour,
    provider: "binance",
    askedAt: Date.UTC(2024, 5),
    empty,
    settled: true,
  })

  it("is an outage where the venue is known to have been down, with the source", () => {
    const outage = {
      from: start + 48 * hour,
      to: start + 54 * hour,
      reason: "Upgrade",
      source: "https://example.org/1",
    }
    const gaps = without(48, 6, { outages: [outage] })
    expect(reasons(gaps)).toEqual([[48, 6, "outage"]])
    expect(gaps[0]?.evidence).toBe("Upgrade (https://example.org/1)")
  })

  it("is unknown for what lasts longer than the outage", () => {
    const outage = { from: start + 48 * hour, to: start + 54 * hour, reason: "Upgrade", source: "" }
    expect(reasons(without(46, 12, { outages: [outage] }))).toEqual([
      [46, 2, "unknown"],
      [48, 6, "outage"],
      [54, 4, "unknown"],
    ])
  })

  it("is no outage for a bar during which the venue was up for a part", () => {
    const outage = { from: start + 48.5 * hour, to: start + 50 * hour, reason: "Upgrade", source: "" }
    expect(reasons(without(48, 2, { outages: [outage] }))).toEqual([
      [48, 1, "unknown"],
      [49, 1, "outage"],
    ])
  })

  it("is before-listing until the listing and unknown from then on", () => {
    expect(reasons(without(0, 30, { listedAt: start + 24 * hour }))).toEqual([
      [0, 24, "before-listing"],
      [24, 6, "unknown"],
    ])
  })

  it("never calls time with bars before the listing", () => {
    expect(reasons(without(10, 5, { listedAt: start + 300 * hour }))).toEqual([[10, 5, "unknown"]])
  })

  it("is after-delisting from then on", () => {
    expect(reasons(without(700, 44, { delistedAt: start + 710 * hour }))).toEqual([
      [700, 10, "unknown"],
      [710, 34, "after-delisting"],
    ])
  })

  it("is not-offered where the provider was asked and has nothing, and before-listing before the first bar", () => {
    const asked = [
      coverage(0, 30, true),
      coverage(30, 170, false),
      coverage(200, 20, true),
      coverage(220, 524, false),
    ]
    expect(reasons(without(200, 20, { coverage: asked }))).toEqual([[200, 20, "not-offered"]])
    expect(reasons(without(0, 30, { coverage: asked }))).toEqual([[0, 30, "before-listing"]])
  })

  it("says whether a provider was asked for what is unknown", () => {
    const evidence = (spans: ReadonlyArray<ReturnType<typeof coverage>>) =>
      without(200, 20, { coverage: spans })[0]?.evidence
    expect(evidence([coverage(0, 744, false)])).toBe("binance was asked and left these bars out")
    expect(evidence([coverage(0, 200, false), coverage(220, 524, false)])).toBe("never asked for")
    expect(evidence([coverage(0, 210, false), coverage(220, 524, false)])).toBe(
      "asked of binance only in part",
    )
  })

  it("is a halt where the market stopped inside its session", () => {
    const minutes = nyse.expectedOpenTimes("1m", { start: "2020-03-09", end: "2020-03-09" })
    const halts = nyse.halts({ start: "2020-03-09", end: "2020-03-09" })
    const from = Date.parse("2020-03-09T13:35:00Z")
    const report = judge(
      apple,
      "1m",
      minutes,
      keepRows(walk(minutes), (_, time) => time < from || time >= from + 14 * 60_000),
      { halts },
    )
    expect(report.gaps.map((gap) => [gap.missingBars, gap.reason])).toEqual([[14, "halt"]])
    expect(report.score.value).toBe(1)
  })
})

describe("thin trading", () => {
  const minute = 60_000
  const minutes = tradingCalendar("24/7").expectedOpenTimes("1m", { start: "2024-03-01", end: "2024-03-20" })
  const reportOf = (tradesPerBar: number, hole?: readonly [from: number, minutes: number], over = {}) => {
    const from = hole === undefined ? 0 : (minutes[hole[0]] as number)
    const to = hole === undefined ? 0 : from + hole[1] * minute
    return judge(
      bitcoin,
      "1m",
      minutes,
      keepRows(thinWalk(minutes, tradesPerBar), (_, time) => time < from || time >= to),
      over,
    )
  }

  it.each([3, 1.2, 0.5])("of %d trades a minute is thin and nothing else", (tradesPerBar) => {
    const report = reportOf(tradesPerBar)
    expect(report.gaps).toEqual([])
    expect(report.thin.missingBars).toBe(report.missing)
    expect(report.missing / report.expected).toBeCloseTo(Math.exp(-tradesPerBar), 1)
  })

  it.each([
    [3, 10],
    [1.2, 30],
    [0.5, 60],
  ])("does not hide a hole: %d trades a minute, %d minutes", (tradesPerBar, length) => {
    const report = reportOf(tradesPerBar, [10_000, length])
    expect(report.gaps.length).toBe(1)
    const [gap] = report.gaps
    expect(gap?.reason).toBe("unknown")
    // Minutes without a trade right beside the hole belong to the run.
    expect(gap?.start).toBeLessThanOrEqual(minutes[10_000] as number)
    expect(gap?.end).toBeGreaterThanOrEqual((minutes[10_000] as number) + length * minute)
  })

  it("is not what a busy symbol has that lost minutes at random: none of its bars has a single trade", () => {
    const random = seeded(7)
    const report = judge(
      bitcoin,
      "1m",
      minutes,
      keepRows(walk(minutes), () => random() < 0.95),
    )
    expect(report.thin.gaps).toBe(0)
    expect(report.gaps.every((gap) => gap.reason === "unknown")).toBe(true)
  })

  it("is never assumed of a venue that gives every bar", () => {
    const report = reportOf(3, undefined, { givesEveryBar: true })
    expect(report.thin.gaps).toBe(0)
    expect(report.gaps.every((gap) => gap.reason === "unknown")).toBe(true)
  })

  it("is never assumed of an index, which is computed and not traded", () => {
    expect(judge({ ...bitcoin, assetClass: "index" }, "1m", minutes, thinWalk(minutes, 3)).thin.gaps).toBe(0)
  })

  it("lasts a day at most", () => {
    const hours = tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2020-01-01", end: "2023-12-31" })
    const report = judge(bitcoin, "1h", hours, thinWalk(hours, 0.05))
    expect(report.gaps.length).toBeGreaterThan(0)
    expect(report.gaps.every((gap) => gap.end - gap.start > day)).toBe(true)
    expect(report.thin.longestBars).toBeLessThanOrEqual(24)
  })
})
