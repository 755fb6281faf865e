import { type Bars } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { type Split, validateBars } from "../src/index.ts"
import { apple, bitcoin, copyBars, walk } from "./make-bars.ts"

const days = tradingCalendar("XNYS").expectedOpenTimes("1d", { start: "2020-01-01", end: "2020-12-31" })
const split = Date.parse("2020-08-31T04:00:00Z")
const splitRow = days.indexOf(split)

const judge = (bars: Bars, over: Partial<Parameters<typeof validateBars>[0]> = {}) =>
  validateBars({
    instrument: apple,
    timeframe: "1d",
    bars,
    expected: days,
    range: { from: days[0] as number, to: (days.at(-1) as number) + 1 },
    ...over,
  })

/** Prices divided by `ratio` from a row on, and multiplied back from another row on. */
const divided = (ratio: number, from: number, to = Number.POSITIVE_INFINITY): Bars => {
  const bars = copyBars(walk(days, 9, 0.02))
  for (const column of [bars.open, bars.high, bars.low, bars.close])
    for (let row = from; row < Math.min(to, column.length); row += 1)
      column[row] = (column[row] as number) / ratio
  return bars
}

const kinds = (bars: Bars, over: Partial<Parameters<typeof validateBars>[0]> = {}) =>
  judge(bars, over).findings.map((found) => found.kind)

describe("a jump", () => {
  const splits: ReadonlyArray<Split> = [{ time: split, ratio: 4 }]

  it("is none when the provider told of the split", () => {
    for (const adjustment of ["none", "unknown"] as const)
      expect(kinds(divided(4, splitRow), { adjustment, events: { splits } })).toEqual([])
  })

  it("that the prices should be adjusted for is mixed adjustment", () => {
    expect(kinds(divided(4, splitRow), { adjustment: "splits", events: { splits } })).toEqual([
      "mixed-adjustment",
    ])
  })

  it("at another date than the split, or of another ratio, is not explained by it", () => {
    expect(kinds(divided(4, splitRow - 3), { adjustment: "none", events: { splits } })).toEqual(["split"])
    expect(kinds(divided(10, splitRow), { adjustment: "none", events: { splits } })).toEqual(["split"])
  })

  it.each([
    [4, "looks like a 4:1 split"],
    [1.5, "looks like a 3:2 split"],
    [0.1, "looks like a 1:10 split"],
    [100, "looks like a 100:1 split, or prices in another unit (pounds and pence)"],
  ])("by %d that lasts says which split it looks like", (ratio, text) => {
    const report = judge(divided(ratio, splitRow))
    expect(report.findings.map((found) => found.kind)).toEqual(["split"])
    expect(report.findings[0]?.places[0]?.openTime).toBe(split)
    expect(report.findings[0]?.places[0]?.evidence).toContain(text)
  })

  it("by no simple ratio is a jump, and one that comes back is a spike", () => {
    expect(kinds(divided(4.5, splitRow))).toEqual(["jump"])
    for (const bars of [1, 2]) expect(kinds(divided(4.5, splitRow, splitRow + bars))).toEqual(["spike"])
  })

  it("by a dividend that the provider told of is none", () => {
    const bars = divided(1.6, splitRow)
    const before = bars.close[splitRow - 1] as number
    const dividends = [{ time: split, amount: before - before / 1.6 }]
    expect(kinds(bars)).toEqual(["jump"])
    expect(kinds(bars, { events: { dividends } })).toEqual([])
  })

  it("after a long hole is none: nobody knows how the price got there", () => {
    const bars = divided(4.5, splitRow)
    const keep = (row: number) => row < splitRow - 40 || row >= splitRow
    const cut = (column: Float64Array) => column.filter((_, row) => keep(row))
    const holed = {
      openTime: cut(bars.openTime),
      open: cut(bars.open),
      high: cut(bars.high),
      low: cut(bars.low),
      close: cut(bars.close),
      volume: cut(bars.volume),
    }
    expect(kinds(holed)).toEqual([])
  })

  it("of a high or low alone is a wick", () => {
    const bars = copyBars(walk(days, 9, 0.02))
    bars.low[100] = 0.06
    const report = judge(bars)
    expect(report.findings.map((found) => [found.kind, found.rows])).toEqual([["wick", 1]])
  })
})

describe("a small spike in quiet bars", () => {
  it("is noted when it is back at once and far beyond what is usual there, and costs nothing", () => {
    const minutes = tradingCalendar("24/7").expectedOpenTimes("1m", {
      start: "2024-03-01",
      end: "2024-03-03",
    })
    const bars = copyBars(walk(minutes, 4, 0.0005))
    for (const column of [bars.open, bars.high, bars.low, bars.close])
      column[2000] = (column[2000] as number) * 1.08
    const report = validateBars({
      instrument: bitcoin,
      timeframe: "1m",
      bars,
      expected: minutes,
      range: { from: minutes[0] as number, to: (minutes.at(-1) as number) + 1 },
    })
    expect(report.findings.map((found) => [found.kind, found.severity, found.places[0]?.openTime])).toEqual([
      ["outlier", "note", minutes[2000]],
    ])
    expect(report.score.value).toBe(1)
  })
})

describe("bars of an outage that were filled in", () => {
  const hours = tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2024-01-01", end: "2024-03-31" })
  const fill = (bars: Bars, from: number, rows: number): void => {
    for (let row = from; row < from + rows; row += 1) {
      const price = bars.close[from - 1] as number
      for (const column of [bars.open, bars.high, bars.low, bars.close]) column[row] = price
      bars.volume[row] = 0
    }
  }
  const judgeHours = (bars: Bars) =>
    validateBars({
      instrument: bitcoin,
      timeframe: "1h",
      bars,
      expected: hours,
      range: { from: hours[0] as number, to: (hours.at(-1) as number) + 1 },
    })

  it("are found as flat bars without volume", () => {
    const bars = copyBars(walk(hours))
    fill(bars, 500, 10)
    const report = judgeHours(bars)
    expect(report.gaps).toEqual([])
    const filler = report.findings.find((found) => found.kind === "flat-filler")
    expect(filler?.places.map((place) => [place.openTime, place.rows])).toEqual([[hours[500], 10]])
    expect(report.score.value).toBeLessThan(1)
  })

  it("are told from hours in which nobody trades anyway", () => {
    const bars = copyBars(walk(hours))
    for (let row = 10; row < 2000; row += 7) fill(bars, row, 1 + (row % 2))
    fill(bars, 2100, 40)
    const fillers = judgeHours(bars).findings.find((found) => found.kind === "flat-filler")
    expect(fillers?.places.map((place) => place.openTime)).toEqual([hours[2100]])
  })

  it("are found over the end of a year, too: a run goes on", () => {
    const bars = copyBars(walk(hours))
    fill(bars, hours.length - 5, 5)
    expect(judgeHours(bars).findings.map((found) => found.kind)).toContain("flat-filler")
  })
})
