import { resampleBars } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { compareProviders, compareTimeframes } from "../src/index.ts"
import { copyBars, keepRows, walk } from "./make-bars.ts"

const calendar = tradingCalendar("XNYS")
const dates = { start: "2024-06-24", end: "2024-07-12" }
const minutes = walk(calendar.expectedOpenTimes("5m", dates))
const hourly = resampleBars(minutes, calendar.binOf("1h"))

describe("stored hours beside hours made of stored minutes", () => {
  const compare = (coarse = hourly, fine = minutes) =>
    compareTimeframes({ coarse, coarseTimeframe: "1h", fine, fineTimeframe: "5m", calendar })

  it("agree when one was made of the other, half days and cut hours included", () => {
    const result = compare()
    expect(result).toEqual({
      compared: hourly.openTime.length,
      complete: hourly.openTime.length,
      agreeing: hourly.openTime.length,
      differences: [],
      onlyCoarse: 0,
      onlyFine: 0,
    })
  })

  it("show the value that differs", () => {
    const coarse = copyBars(hourly)
    coarse.high[10] = (coarse.high[10] as number) * 1.01
    const { differences, agreeing } = compare(coarse)
    expect(differences).toMatchObject([{ openTime: hourly.openTime[10], column: "high", complete: true }])
    expect(differences[0]?.relative).toBeCloseTo(0.01 / 1.01, 9)
    expect(agreeing).toBe(hourly.openTime.length - 1)
  })

  it("say whether the finer bars are all there", () => {
    const lost = (hourly.openTime[5] as number) + 10 * 60_000
    const result = compare(
      hourly,
      keepRows(minutes, (_, time) => time !== lost),
    )
    expect(result.complete).toBe(result.compared - 1)
    expect(
      result.differences.every((found) => !found.complete && found.openTime === hourly.openTime[5]),
    ).toBe(true)
  })

  it("count bins that only one side has", () => {
    const hole = hourly.openTime[20] as number
    expect(compare(keepRows(hourly, (row) => row !== 20))).toMatchObject({ onlyFine: 1, onlyCoarse: 0 })
    expect(
      compare(
        hourly,
        keepRows(minutes, (_, time) => time < hole || time >= (hourly.openTime[21] as number)),
      ),
    ).toMatchObject({ onlyFine: 0, onlyCoarse: 1 })
  })

  it("compare no volume where one side has none", () => {
    const coarse = copyBars(hourly)
    coarse.volume.fill(Number.NaN)
    expect(compare(coarse).differences).toEqual([])
  })
})

describe("two providers", () => {
  const left = walk(
    tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2024-01-01", end: "2024-01-31" }),
  )

  it("agree with themselves", () => {
    expect(compareProviders(left, left)).toMatchObject({
      compared: 744,
      onlyLeft: 0,
      onlyRight: 0,
      scale: 1,
      agreement: 1,
      closeDifference: 0,
      volumeScale: 1,
      lag: 0,
      differences: [],
    })
  })

  it.each([
    ["a split that only one applied", 4],
    ["pence", 0.01],
  ])("that differ by a factor agree after it: %s", (_, factor) => {
    const right = copyBars(left)
    for (const column of [right.open, right.high, right.low, right.close])
      for (let row = 0; row < column.length; row += 1) column[row] = (column[row] as number) / factor
    const result = compareProviders(left, right)
    expect(result.scale).toBeCloseTo(factor, 9)
    expect(result.agreement).toBe(1)
  })

  it.each([1, -1, 2])("that are shifted by %d bars are found out", (lag) => {
    const right = copyBars(left)
    for (let row = 0; row < right.openTime.length; row += 1)
      right.openTime[row] = (right.openTime[row] as number) - lag * 3_600_000
    expect(compareProviders(left, right).lag).toBe(lag)
  })

  it("show the worst differences first, and rows that only one has", () => {
    const right = copyBars(keepRows(left, (row) => row !== 100))
    right.close[50] = (right.close[50] as number) * 1.5
    right.high[50] = right.close[50]
    right.low[60] = (right.low[60] as number) * 0.97
    const result = compareProviders(
      keepRows(left, (row) => row !== 200),
      right,
    )
    expect([result.onlyLeft, result.onlyRight, result.compared]).toEqual([1, 1, 742])
    expect(result.differences.map((found) => [found.openTime, found.column])).toEqual([
      [left.openTime[50], "close"],
      [left.openTime[50], "high"],
      [left.openTime[60], "low"],
    ])
    expect(result.agreement).toBeCloseTo(740 / 742, 9)
  })

  it("without a common bar have nothing to say", () => {
    const later = copyBars(left)
    for (let row = 0; row < later.openTime.length; row += 1)
      later.openTime[row] = (later.openTime[row] as number) + 1e10
    const result = compareProviders(left, later)
    expect([result.compared, result.range, result.agreement]).toEqual([0, undefined, Number.NaN])
  })
})
