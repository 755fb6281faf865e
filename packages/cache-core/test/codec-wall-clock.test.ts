import { gunzipSync, gzipSync } from "node:zlib"
import { type Bars, barsFromRows, equalBars, InvalidInput, parseIsoTime } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  DamagedBytes,
  decodeBlocks,
  encodeFile,
  readFileBytes,
  rebuildIndex,
  type TextStyle,
} from "../src/codec/index.ts"
import { blockBytes, fileBytes } from "./codec-arbitraries.ts"

const at = (...times: ReadonlyArray<string>): Bars =>
  barsFromRows(
    times.map((time, row) => ({
      openTime: parseIsoTime(time),
      open: 1,
      high: 2,
      low: 1,
      close: 1.5,
      volume: row,
    })),
  )
const times = (bars: Bars): ReadonlyArray<string> =>
  Array.from(bars.openTime, (time) => new Date(time).toISOString().replace(".000Z", "Z"))
const written = (bars: Bars, style: TextStyle): ReadonlyArray<string> =>
  gunzipSync(fileBytes(encodeFile(bars, style)))
    .toString()
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[0] as string)
/** A file of these time texts; the volume is the row's number, so that no two rows are equal. */
const file = (cells: ReadonlyArray<string>, volume = (row: number): number => row): Uint8Array =>
  gzipSync(
    `timestamp,open,high,low,close,volume\n${cells.map((cell, row) => `${cell},1,2,1,1.5,${volume(row)}\n`).join("")}`,
  )

const newYork: TextStyle = { dateOnly: false, timeZone: "America/New_York" }
const newYorkDates: TextStyle = { dateOnly: true, timeZone: "America/New_York" }

describe("wall-clock times of a zone", () => {
  it("are written and read in the market's zone, on both sides of a clock change", () => {
    const bars = at(
      "2024-03-08T14:30:00Z",
      "2024-03-11T13:30:00Z",
      "2024-11-01T13:30:00Z",
      "2024-11-04T14:30:00Z",
    )
    expect(written(bars, newYork)).toEqual([
      "2024-03-08 09:30:00",
      "2024-03-11 09:30:00",
      "2024-11-01 09:30:00",
      "2024-11-04 09:30:00",
    ])
    expect(equalBars(readFileBytes(fileBytes(encodeFile(bars, newYork)), newYork).bars, bars)).toBe(true)
  })

  it.each([
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/London",
    "Asia/Tokyo",
    "America/Sao_Paulo",
  ])(
    "round-trip for any hour of %s that clocks show once, and are refused for one they show twice",
    (timeZone) => {
      const style = { dateOnly: false, timeZone }
      const firstHour = parseIsoTime("2010-01-01T00:00:00Z")
      fc.assert(
        fc.property(
          fc.uniqueArray(fc.integer({ min: 0, max: 24 * 365 * 12 }), { minLength: 1, maxLength: 50 }),
          (hours) => {
            const openTimes = hours.toSorted((a, b) => a - b).map((hour) => firstHour + hour * 3_600_000)
            const bars = barsFromRows(
              openTimes.map((openTime) => ({ openTime, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
            )
            try {
              const encoded = encodeFile(bars, style, { blockRows: 7 })
              expect(equalBars(decodeBlocks(blockBytes(encoded), encoded.blocks, style), bars)).toBe(true)
              expect(equalBars(readFileBytes(fileBytes(encoded), style).bars, bars)).toBe(true)
              expect(rebuildIndex(fileBytes(encoded), style)).toEqual(encoded.blocks)
            } catch (error) {
              expect(error).toBeInstanceOf(InvalidInput)
              const shown = new Intl.DateTimeFormat("en", {
                timeZone,
                dateStyle: "short",
                timeStyle: "medium",
              })
              const twice = openTimes.some((time) =>
                [-3_600_000, 3_600_000, -1_800_000, 1_800_000].some(
                  (step) => shown.format(time) === shown.format(time + step),
                ),
              )
              expect(twice).toBe(true)
            }
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  it("are refused when clocks show them twice", () => {
    expect(() => encodeFile(at("2024-11-03T05:30:00Z"), newYork)).toThrow(/openTime.*show only once/)
    expect(() => encodeFile(at("2024-11-03T06:30:00Z"), newYork)).toThrow(InvalidInput)
    expect(written(at("2024-11-03T04:59:00Z", "2024-11-03T07:00:00Z"), newYork)).toEqual([
      "2024-11-03 00:59:00",
      "2024-11-03 02:00:00",
    ])
  })

  it("are refused when clocks skipped them", () => {
    expect(() => readFileBytes(file(["2024-03-10 01:00:00", "2024-03-10 02:30:00"]), newYork)).toThrow(
      expect.objectContaining({ kind: "time", line: 3, column: "timestamp" }),
    )
  })

  it("are told apart by their order when both passes are there", () => {
    const cells = [
      "2024-11-03 00:30:00",
      "2024-11-03 01:00:00",
      "2024-11-03 01:30:00",
      "2024-11-03 01:00:00",
      "2024-11-03 01:30:00",
      "2024-11-03 02:00:00",
    ]
    const expected = [
      "2024-11-03T04:30:00Z",
      "2024-11-03T05:00:00Z",
      "2024-11-03T05:30:00Z",
      "2024-11-03T06:00:00Z",
      "2024-11-03T06:30:00Z",
      "2024-11-03T07:00:00Z",
    ]
    const ascending = readFileBytes(file(cells), newYork)
    expect(times(ascending.bars)).toEqual(expected)
    expect(ascending.unsorted).toBe(false)
    const newestFirst = readFileBytes(file(cells.toReversed()), newYork)
    expect(times(newestFirst.bars)).toEqual(expected)
    expect(newestFirst.unsorted).toBe(true)
    expect(Array.from(newestFirst.bars.volume)).toEqual([5, 4, 3, 2, 1, 0])
  })

  it.each([
    ["one pass alone", ["2024-11-03 00:30:00", "2024-11-03 01:00:00", "2024-11-03 02:00:00"], undefined],
    ["three passes", ["2024-11-03 01:00:00", "2024-11-03 01:00:00", "2024-11-03 01:00:00"], undefined],
    ["two passes of equal rows", ["2024-11-03 01:00:00", "2024-11-03 01:00:00"], () => 7],
  ])("are refused with %s", (_name, cells, volume) => {
    expect(() => readFileBytes(file(cells, volume), newYork)).toThrow(
      expect.objectContaining({ kind: "time" }),
    )
  })

  it("are refused where the zone's rules are not known", () => {
    expect(() => readFileBytes(file(["1850-01-01 00:00:00"]), newYork)).toThrow(DamagedBytes)
    expect(() => encodeFile(at("2300-01-01T00:00:00Z"), newYork)).toThrow(InvalidInput)
  })
})

describe("dates of a zone", () => {
  it("stand for the start of the day there", () => {
    const bars = at("2024-03-08T05:00:00Z", "2024-03-11T04:00:00Z")
    expect(written(bars, newYorkDates)).toEqual(["2024-03-08", "2024-03-11"])
    expect(equalBars(readFileBytes(fileBytes(encodeFile(bars, newYorkDates)), newYorkDates).bars, bars)).toBe(
      true,
    )
  })

  it("stand for the first instant of the day where clocks skip midnight", () => {
    const style = { dateOnly: true, timeZone: "America/Sao_Paulo" }
    const bars = at("2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")
    expect(written(bars, style)).toEqual(["2018-11-03", "2018-11-04", "2018-11-05"])
    expect(equalBars(readFileBytes(fileBytes(encodeFile(bars, style)), style).bars, bars)).toBe(true)
  })

  it("stand for the first midnight where clocks show it twice", () => {
    const style = { dateOnly: true, timeZone: "America/Havana" }
    const bars = at("2024-11-02T04:00:00Z", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z")
    expect(written(bars, style)).toEqual(["2024-11-02", "2024-11-03", "2024-11-04"])
    expect(equalBars(readFileBytes(fileBytes(encodeFile(bars, style)), style).bars, bars)).toBe(true)
    expect(() => encodeFile(at("2024-11-03T05:00:00Z"), style)).toThrow(InvalidInput)
  })

  it("are refused when the zone left them out", () => {
    const style = { dateOnly: true, timeZone: "Pacific/Apia" }
    expect(times(readFileBytes(file(["2011-12-29", "2011-12-31"]), style).bars)).toEqual([
      "2011-12-29T10:00:00Z",
      "2011-12-30T10:00:00Z",
    ])
    expect(() => readFileBytes(file(["2011-12-30"]), style)).toThrow(
      expect.objectContaining({ kind: "time" }),
    )
  })

  it("may be written as midnights by others", () => {
    expect(
      times(readFileBytes(file(["2024-03-08 00:00:00", "2024-03-11 00:00:00"]), newYorkDates).bars),
    ).toEqual(["2024-03-08T05:00:00Z", "2024-03-11T04:00:00Z"])
  })

  it("may carry the offset of their zone, but not of another", () => {
    expect(times(readFileBytes(file(["2024-03-08 00:00:00-05:00"]), newYorkDates).bars)).toEqual([
      "2024-03-08T05:00:00Z",
    ])
    expect(() => readFileBytes(file(["2024-03-08 00:00:00+00:00"]), newYorkDates)).toThrow(
      expect.objectContaining({ kind: "time", line: 2 }),
    )
  })
})
