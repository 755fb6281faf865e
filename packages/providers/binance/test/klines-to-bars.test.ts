import { barRows, findBarsIssue } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { klinesToBars } from "../src/klines-to-bars.ts"
import { readFixture, readShared } from "./fixture.ts"

const row = [1704067200000, "10", "12", "9", "11", "5", 1704070799999, "50", 3, "1", "2", "0"] as const
const changed = (index: number, value: unknown): ReadonlyArray<unknown> => [
  row.toSpliced(index, 1, value as never),
]

describe("a klines answer", () => {
  it("becomes bars by open time, with the base volume and whatever close time a halt left", () => {
    const bars = Result.getOrThrow(klinesToBars(readFixture("klines.json")))
    expect([...barRows(bars)]).toEqual([
      { openTime: 1704067200000, open: 100.5, high: 101.25, low: 99.75, close: 100, volume: 12.345 },
      { openTime: 1704070800000, open: 100, high: 100, low: 100, close: 100, volume: 0 },
      {
        openTime: 1704074400000,
        open: 1.2e-7,
        high: 1.3e-7,
        low: 1.1e-7,
        close: 1.2e-7,
        volume: 92233720368,
      },
    ])
  })

  it("may be empty", () => {
    expect(Result.getOrThrow(klinesToBars([])).openTime).toHaveLength(0)
  })

  it.each([
    ["milliseconds", 1704067200000],
    ["microseconds", 1704067200000000],
  ])("has its times in %s", (_name, time) => {
    expect(Result.getOrThrow(klinesToBars(changed(0, time))).openTime[0]).toBe(1704067200000)
  })

  it.each<[string, unknown, string]>([
    ["an object", { code: -1121 }, "the answer is not a list of rows"],
    ["nothing", null, "the answer is not a list of rows"],
    ["a text", "[]", "the answer is not a list of rows"],
    ["a null row", [row, null], "row 1 is no kline"],
    ["an object row", [{ 0: 1 }], "row 0 is no kline"],
    ["a short row", [row.slice(0, 5)], "row 0 is no kline"],
    ["a time as text", changed(0, "1704067200000"), "row 0 has no open time"],
    ["a number price", changed(1, 10), "row 0 has a cell that is no decimal number"],
    ["an empty price", changed(2, ""), "row 0 has a cell that is no decimal number"],
    ["a price with blanks", changed(3, " 9"), "row 0 has a cell that is no decimal number"],
    ["a negative price", changed(4, "-11"), "row 0 has a cell that is no decimal number"],
    ["an exponent", changed(5, "5e3"), "row 0 has a cell that is no decimal number"],
    ["hexadecimal", changed(5, "0x5"), "row 0 has a cell that is no decimal number"],
    ["a missing volume", changed(5, null), "row 0 has a cell that is no decimal number"],
    ["NaN", changed(5, "NaN"), "row 0 has a cell that is no decimal number"],
    ["a comma", changed(5, "1,5"), "row 0 has a cell that is no decimal number"],
  ])("is refused as a whole with %s", (_name, payload, issue) => {
    const result = klinesToBars(payload)
    assert(Result.isFailure(result))
    expect(result.failure).toBe(issue)
  })

  const recorded = readShared("ohlcv/raw/binance_api_spot_klines.json")
  it.skipIf(recorded === undefined)("as recorded is read row by row (needs the shared test data)", () => {
    const rows = JSON.parse(recorded ?? "") as ReadonlyArray<ReadonlyArray<string>>
    const bars = Result.getOrThrow(klinesToBars(rows))
    expect(findBarsIssue(bars)).toBeUndefined()
    expect(rows.length).toBeGreaterThan(5)
    for (const [index, cells] of rows.entries()) {
      const bar = [...barRows(bars)][index]
      expect([bar?.openTime, bar?.open, bar?.high, bar?.low, bar?.close, bar?.volume]).toEqual(
        cells.slice(0, 6).map(Number),
      )
    }
  })
})
