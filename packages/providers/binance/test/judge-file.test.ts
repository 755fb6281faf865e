import {
  type Bars,
  barsFromRows,
  openTimeAtOrAfter,
  openTimeOf,
  type Timeframe,
  timeframes,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { dailyFiles, monthlyFile } from "../src/archive-file.ts"
import { openTimeAfter, openTimesIn } from "../src/grid.ts"
import { absentRuns, groupRuns, judgeFile } from "../src/judge-file.ts"
import { day, hour, minute } from "./fixture.ts"

const barsAt = (times: ReadonlyArray<number>, more: object = {}): Bars =>
  barsFromRows(
    times.map((openTime) => ({ openTime, open: 2, high: 3, low: 1, close: 2, volume: 5, ...more })),
  )

const february = Date.UTC(2018, 1)
const month = monthlyFile("BTCUSDT", "5m", february)
const judge = (times: ReadonlyArray<number>) => judgeFile(month, barsAt(times))

describe("the rows of a file", () => {
  it("are used when they are on the grid", () => {
    const times = [february, february + hour, month.period.to - 5 * minute]
    const judged = judge(times)
    assert(typeof judged !== "string")
    expect([...judged.bars.openTime]).toEqual(times)
    expect(judged.offGrid).toEqual([])
  })

  it("of a day with one off the grid are not used, neighbouring days are", () => {
    const off = february + 8 * day + 9 * hour + 14_789
    const judged = judge([
      february + 7 * day,
      february + 8 * day,
      off,
      february + 8 * day + 12 * hour,
      february + 9 * day,
    ])
    assert(typeof judged !== "string")
    expect([...judged.bars.openTime]).toEqual([february + 7 * day, february + 9 * day])
    expect(judged.offGrid).toEqual([{ from: february + 8 * day, to: february + 9 * day }])
  })

  it("off the grid make one range of neighbouring days", () => {
    const judged = judge([
      february + day + 1,
      february + day + 2,
      february + 2 * day + 1,
      february + 4 * day + 0.5,
    ])
    assert(typeof judged !== "string")
    expect(judged.offGrid).toEqual([
      { from: february + day, to: february + 3 * day },
      { from: february + 4 * day, to: february + 5 * day },
    ])
  })

  it("of weeks and months are judged by the week and month", () => {
    const weeks = judgeFile(monthlyFile("BTCUSDT", "1w", february), barsAt([Date.UTC(2018, 1, 6)]))
    assert(typeof weeks !== "string")
    expect(weeks.offGrid).toEqual([{ from: Date.UTC(2018, 1, 5), to: Date.UTC(2018, 1, 12) }])
    const months = judgeFile(monthlyFile("BTCUSDT", "1mo", february), barsAt([february + 1]))
    assert(typeof months !== "string")
    expect(months.offGrid).toEqual([month.period])
  })

  it.each<[string, ReadonlyArray<number>, RegExp]>([
    ["before the period", [february - 5 * minute], /row 0: 2018-01-31T23:55:00Z lies outside/],
    ["after the period", [february, month.period.to], /row 1: .* lies outside/],
    ["far away, as microseconds taken for milliseconds are", [february * 1000], /lies outside/],
    ["out of order", [february + hour, february], /row 1: .* does not come after/],
    ["there twice", [february, february], /does not come after/],
  ])("refuse the file when one is %s", (_name, times, issue) => {
    expect(judge(times)).toMatch(issue)
  })

  it("refuse the file when one cannot be true", () => {
    expect(judgeFile(month, barsAt([february], { high: 1.5 }))).toMatch(/2018-02-01T00:00:00Z: high 1.5/)
  })

  it("of a day's file must lie in that day", () => {
    const [file] = dailyFiles("BTCUSDT", "1m", { from: february, to: february + 1 })
    assert(file !== undefined)
    expect(judgeFile(file, barsAt([february + day - minute]))).toMatchObject({ offGrid: [] })
    expect(judgeFile(file, barsAt([february + day]))).toMatch(/lies outside/)
  })
})

describe("absent bars", () => {
  it("and present ones are all that should be there", () => {
    const asked = fc.record({
      timeframe: fc.constantFrom<Timeframe>(...timeframes),
      start: fc.integer({ min: Date.UTC(2017, 7), max: Date.UTC(2025, 0) }),
      bars: fc.integer({ min: 0, max: 60 }),
      shift: fc.nat(hour),
      isThere: fc.array(fc.boolean(), { minLength: 61, maxLength: 61 }),
    })
    fc.assert(
      fc.property(asked, ({ timeframe, start, bars, shift, isThere }) => {
        const range = { from: start, to: openTimeAfter(timeframe, start, bars) + (bars > 0 ? shift : 0) }
        if (range.to < range.from) return
        const expected: Array<number> = []
        for (
          let time = openTimeAtOrAfter(timeframe, range.from);
          time < range.to;
          time = openTimeAfter(timeframe, time + 1, 0)
        )
          expected.push(time)
        const present = expected.filter((_time, index) => isThere[index % isThere.length])
        const runs = absentRuns(timeframe, barsAt(present), range)
        expect(openTimesIn(timeframe, range)).toBe(expected.length)
        const absent = expected.filter((time) => runs.some(({ from, to }) => time >= from && time < to))
        expect([...present, ...absent].toSorted((a, b) => a - b)).toEqual(expected)
        for (const { from, to } of runs) {
          expect(openTimeOf(timeframe, from)).toBe(from)
          expect(to).toBeGreaterThan(from)
        }
        for (const most of [1, 10]) {
          const groups = groupRuns(timeframe, runs, most)
          expect(groups.flat()).toEqual(runs)
          for (const group of groups.filter(({ length }) => length > 1))
            expect(
              openTimesIn(timeframe, { from: group[0]?.from ?? 0, to: group.at(-1)?.to ?? 0 }),
            ).toBeLessThanOrEqual(most)
        }
      }),
      { numRuns: 200 },
    )
  })
})
