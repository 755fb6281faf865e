import { isoTime, parseIsoTime } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseTime, printTime } from "../src/iso-times.ts"
import { splitByYear, yearOf, yearRange, yearsOf } from "../src/local-years.ts"
import { barsAt, day, hour } from "./support.ts"

describe("ISO times in metadata", () => {
  const instants = fc.oneof(
    fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) }),
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
  )

  it("are written and read as by the calendar library", () => {
    fc.assert(
      fc.property(instants, fc.boolean(), (time, whole) => {
        const instant = whole ? time - (time % 1000) : time
        expect(printTime(instant)).toBe(isoTime(instant))
        expect(parseTime(printTime(instant))).toBe(instant)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    "2023-02-29T00:00:00Z",
    "2023-02-30T00:00:00Z",
    "2023-13-01T00:00:00Z",
    "2023-01-01T24:00:00Z",
    "2023-01-01T00:60:00Z",
    "2023-01-01",
    "",
    "x",
    "2023-01-01T00:00:00",
  ])("refuses %j like the calendar library", (text) => {
    expect(() => parseIsoTime(text)).toThrow("ISO 8601")
    expect(() => parseTime(text)).toThrow("ISO 8601")
  })

  it.each(["2024-02-29T23:59:59Z", "2023-01-01T00:00:00+02:00", "2023-12-31T23:59:60Z"])(
    "reads %j alike",
    (text) => {
      expect(parseTime(text)).toBe(parseIsoTime(text))
    },
  )
})

describe("years of a market's zone", () => {
  it.each([
    ["UTC", "2023-01-01T00:00:00Z"],
    ["America/New_York", "2023-01-01T05:00:00Z"],
    ["Asia/Tokyo", "2022-12-31T15:00:00Z"],
    ["Pacific/Apia", "2022-12-31T11:00:00Z"],
  ])("start at midnight in %s", (zone, text) => {
    const start = parseIsoTime(text)
    expect(yearRange(2023, zone).from).toBe(start)
    expect(yearOf(start, zone)).toBe(2023)
    expect(yearOf(start - 1, zone)).toBe(2022)
  })

  it("follow one another without a gap", () => {
    for (const zone of ["UTC", "America/New_York", "Asia/Kolkata", "Europe/London", "Australia/Lord_Howe"])
      for (let year = 1971; year < 2040; year += 1)
        expect(yearRange(year, zone).to).toBe(yearRange(year + 1, zone).from)
  })

  it("split bars by the local year", () => {
    const newYear = Date.UTC(2024, 0, 1)
    const bars = barsAt([newYear - hour, newYear, newYear + 4 * hour, newYear + 5 * hour])
    expect(splitByYear(bars, "UTC").map(({ year, bars: part }) => [year, part.openTime.length])).toEqual([
      [2023, 1],
      [2024, 3],
    ])
    expect(
      splitByYear(bars, "America/New_York").map(({ year, bars: part }) => [year, part.openTime.length]),
    ).toEqual([
      [2023, 3],
      [2024, 1],
    ])
  })

  it("of a range are all it touches", () => {
    const newYear = Date.UTC(2024, 0, 1)
    expect(yearsOf({ from: newYear - 1, to: newYear + 1 }, "UTC")).toEqual([2023, 2024])
    expect(yearsOf({ from: newYear, to: newYear }, "UTC")).toEqual([])
    expect(yearsOf({ from: newYear - day, to: newYear }, "UTC")).toEqual([2023])
  })

  it("refuses times outside years of four digits", () => {
    for (const time of [8.64e15, -8.64e15, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => yearOf(time, "UTC")).toThrow("year of four digits")
  })
})
