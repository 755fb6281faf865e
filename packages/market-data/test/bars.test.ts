import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  barAt,
  barCount,
  barRows,
  type Bar,
  type Bars,
  barsFromRows,
  concatBars,
  containsTime,
  differingRows,
  emptyBars,
  equalBars,
  equalRow,
  findBarsIssue,
  findStructureIssue,
  InvalidInput,
  mergeBars,
  openTimeOf,
  resampleBars,
  sliceBars,
  sliceRows,
  takeRows,
} from "../src/index.ts"
import { bars } from "./arbitraries.ts"

const times = (list: Bars): ReadonlyArray<number> => [...list.openTime]

describe("slicing", () => {
  it("a slice holds exactly the rows that open inside the half-open range", () => {
    fc.assert(
      fc.property(bars(), fc.nat(200), fc.nat(200), (all, a, b) => {
        const start = Date.UTC(2023, 11, 29)
        const range = { from: start + Math.min(a, b) * 3_600_000, to: start + Math.max(a, b) * 3_600_000 }
        const expected = [...barRows(all)].filter((bar) => containsTime(range, bar.openTime))
        expect(equalBars(sliceBars(all, range), barsFromRows(expected))).toBe(true)
      }),
    )
  })

  it("any cut glued together again is the whole", () => {
    fc.assert(
      fc.property(bars(), fc.nat(60), (all, at) => {
        const cut = Math.min(at, barCount(all))
        expect(equalBars(concatBars([sliceRows(all, 0, cut), sliceRows(all, cut, barCount(all))]), all)).toBe(
          true,
        )
      }),
    )
  })

  it("rows as objects and back are the same bits, NaN volume included", () => {
    fc.assert(fc.property(bars(), (all) => equalBars(barsFromRows([...barRows(all)]), all)))
  })

  it("asking for a row that is not there is an error", () => {
    expect(() => barAt(emptyBars, 0)).toThrow(InvalidInput)
  })
})

describe("merging", () => {
  const settled = (a: Bars, b: Bars): Bars => mergeBars(a, b).bars

  it("keeps every open time of both, ascending and once", () => {
    fc.assert(
      fc.property(bars(), bars(), (a, b) => {
        const union = [...new Set([...times(a), ...times(b)])].toSorted((x, y) => x - y)
        expect(times(settled(a, b))).toEqual(union)
      }),
    )
  })

  it("leaves each existing row as it is, and takes each new one as it is", () => {
    fc.assert(
      fc.property(bars(), bars(), (a, b) => {
        const merged = mergeBars(a, b)
        const existing = new Set(times(a))
        const rows = [...barRows(merged.bars)]
        expect(barsFromRows(rows.filter((row) => existing.has(row.openTime)))).toEqual(a)
        expect(merged.added).toBe(rows.length - barCount(a))
        expect([...merged.fromIncoming].filter((flag) => flag === 1).length).toBe(merged.added)
      }),
    )
  })

  it("is idempotent: merging the same rows again changes nothing", () => {
    fc.assert(
      fc.property(bars(), bars(), (a, b) => {
        const once = settled(a, b)
        const twice = mergeBars(once, b)
        expect(equalBars(twice.bars, once)).toBe(true)
        expect(twice.added + twice.replaced).toBe(0)
      }),
    )
  })

  it("the order of two disjoint merges does not matter", () => {
    fc.assert(
      fc.property(bars(), bars(), bars(), (a, b, c) => {
        const onlyC = takeRows(
          c,
          [...c.openTime.keys()].filter((row) => !times(b).includes(c.openTime[row] as number)),
        )
        expect(equalBars(settled(settled(a, b), onlyC), settled(settled(a, onlyC), b))).toBe(true)
      }),
    )
  })

  it("replaces exactly the rows marked replaceable and counts the ones that differ", () => {
    fc.assert(
      fc.property(bars(), fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (a, flags) => {
        const changed: Bars = { ...a, close: a.close.map((value) => value + 1) }
        const mask = Uint8Array.from(a.openTime, (_, row) => (flags[row] === true ? 1 : 0))
        const merged = mergeBars(a, changed, mask)
        const marked = mask.reduce((sum, flag) => sum + flag, 0)
        expect(merged.replaced).toBe(marked)
        expect(merged.differing).toBe(barCount(a) - marked)
        for (const row of a.openTime.keys())
          expect(equalRow(merged.bars, row, mask[row] === 1 ? changed : a, row)).toBe(true)
        expect(differingRows(merged.bars, a).length).toBe(marked)
      }),
    )
  })
})

describe("resampling", () => {
  const toDays = (all: Bars, minRows = 1): Bars =>
    resampleBars(all, (time) => openTimeOf("1d", time), minRows)

  it("keeps first open, last close, extremes and the sum of volumes of each bin", () => {
    fc.assert(
      fc.property(bars(), (all) => {
        for (const day of barRows(toDays(all))) {
          const parts = [...barRows(all)].filter((bar) => openTimeOf("1d", bar.openTime) === day.openTime)
          expect(day.open).toBe(parts[0]?.open)
          expect(day.close).toBe(parts.at(-1)?.close)
          expect(day.high).toBe(Math.max(...parts.map((bar) => bar.high)))
          expect(day.low).toBe(Math.min(...parts.map((bar) => bar.low)))
          expect(day.volume).toBe(parts.reduce((sum, bar) => sum + bar.volume, 0))
        }
      }),
    )
  })

  it("in two steps gives the prices of one step", () => {
    fc.assert(
      fc.property(bars(), (all) => {
        const viaFourHours = toDays(resampleBars(all, (time) => openTimeOf("4h", time)))
        const direct = toDays(all)
        for (const name of ["openTime", "open", "high", "low", "close"] as const)
          expect(viaFourHours[name]).toEqual(direct[name])
      }),
    )
  })

  it("leaves out bins with too few rows", () => {
    fc.assert(
      fc.property(bars(), (all) => {
        for (const day of times(toDays(all, 24)))
          expect(times(all).filter((time) => openTimeOf("1d", time) === day).length).toBe(24)
      }),
    )
  })
})

describe("what a vendor answers", () => {
  const good = { openTime: 0, open: 2, high: 3, low: 1, close: 2, volume: 5 }
  it.each([
    ["a high below the open", { ...good, high: 1.5 }],
    ["a low above the close", { ...good, low: 2.5 }],
    ["a price that is not a number", { ...good, close: Number.NaN }],
    ["an infinite price", { ...good, high: Number.POSITIVE_INFINITY }],
    ["a negative volume", { ...good, volume: -1 }],
    ["an open time between milliseconds", { ...good, openTime: 0.5 }],
  ])("%s is found", (_name, bar) => {
    expect(findBarsIssue(barsFromRows([bar]))).toMatchObject({ row: 0 })
  })

  it.each([
    ["repeated", [0, 0]],
    ["descending", [3_600_000, 0]],
  ])("%s open times are found", (_name, openTimes) => {
    expect(
      findStructureIssue(barsFromRows(openTimes.map((openTime) => ({ ...good, openTime })))),
    ).toMatchObject({
      row: 1,
    })
  })

  it("columns of unequal length are found", () => {
    expect(findStructureIssue({ ...emptyBars, close: new Float64Array(1) })).toMatchObject({ row: -1 })
  })

  it("is judged as the rules say, for any values and open times", () => {
    const value = fc.constantFrom(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      -0,
      0,
      1,
      2,
    )
    const time = fc.constantFrom(
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      Number.MIN_SAFE_INTEGER - 1,
      Number.MIN_SAFE_INTEGER,
      0,
      0.5,
      1,
      Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER + 1,
      Number.POSITIVE_INFINITY,
    )
    const row = fc.record({
      openTime: time,
      open: value,
      high: value,
      low: value,
      close: value,
      volume: value,
    })
    const isSound = ({ open, high, low, close, volume }: Bar): boolean =>
      [open, high, low, close].every(Number.isFinite) &&
      high >= Math.max(open, low, close) &&
      low <= Math.min(open, close) &&
      (Number.isNaN(volume) || (volume >= 0 && volume < Number.POSITIVE_INFINITY))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const unordered = rows.findIndex(
          ({ openTime }, index) =>
            !Number.isSafeInteger(openTime) || (index > 0 && openTime <= (rows[index - 1] as Bar).openTime),
        )
        const unsound = rows.findIndex((each) => !isSound(each))
        const made = barsFromRows(rows)
        expect(findStructureIssue(made)?.row).toBe(unordered < 0 ? undefined : unordered)
        expect(findBarsIssue(made)?.row).toBe(unordered >= 0 ? unordered : unsound >= 0 ? unsound : undefined)
      }),
      { numRuns: 2000 },
    )
  })

  it("absent volume and good bars are fine", () => {
    fc.assert(fc.property(bars(), (all) => findBarsIssue(all) === undefined))
  })
})
