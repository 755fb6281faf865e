import { barsFromRows } from "@barkeep/market-data"
import * as fc from "fast-check"
import Papa from "papaparse"
import { gunzipSync, gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { DamagedBytes, encodeFile, readFileBytes } from "../src/codec/index.ts"
import { anyValue, fileBytes, utcTimes } from "./codec-arbitraries.ts"

const header = "timestamp,open,high,low,close,volume\n"

/** What the codec makes of one number's text, in the middle of a row and at its end. */
const readNumber = (text: string): number => {
  const file = gzipSync(`${header}2024-01-01 00:00:00,1,${text},1,1,${text}\n`)
  const { bars } = readFileBytes(file, utcTimes)
  expect(Object.is(bars.high[0], bars.volume[0])).toBe(true)
  return bars.high[0] as number
}

const writeNumber = (value: number): string => {
  const row = { openTime: 1_704_067_200_000, open: 1, high: value, low: value, close: 1, volume: value }
  const text = gunzipSync(fileBytes(encodeFile(barsFromRows([row]), utcTimes))).toString("utf8")
  const cells = (text.split("\n")[1] as string).split(",")
  expect(cells[2]).toBe(cells[5])
  return cells[2] as string
}

/** Decimal texts of every shape that other programs write. */
const anyDecimalText = fc.oneof(
  anyValue.filter((value) => !Number.isNaN(value)).map(String),
  fc
    .tuple(fc.stringMatching(/^[0-9]{1,24}$/), fc.stringMatching(/^[0-9]{0,24}$/))
    .map(([whole, decimals]) => (decimals === "" ? whole : `${whole}.${decimals}`)),
  fc
    .tuple(
      fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{1,20})?$/),
      fc.constantFrom("e", "E"),
      fc.constantFrom("", "+", "-"),
      fc.integer({ min: 0, max: 330 }),
    )
    .map(
      ([mantissa, mark, sign, exponent]) => `${mantissa}${mark}${sign}${String(exponent).padStart(2, "0")}`,
    ),
)

describe("numbers in a file", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["-0.0", -0],
    ["007", 7],
    ["1.50", 1.5],
    ["2.82e-05", 0.0000282],
    ["1E5", 100000],
    ["9007199254740993", 9007199254740992],
    ["9007199254740995", 9007199254740996],
    ["900719925474099.3", 900719925474099.25],
    ["150000000000000000000000000000000000000", 1.5e38],
    ["5e-324", 5e-324],
    ["2e-400", 0],
    ["0.30000000000000004", 0.30000000000000004],
  ])("reads %s as the nearest double", (text, value) => {
    expect(Object.is(readNumber(text), value)).toBe(true)
  })

  it("reads an empty field as NaN", () => {
    expect(readNumber("")).toBeNaN()
  })

  it.each(["inf", "-inf", "Infinity", "1e309", "-1e400", `1${"0".repeat(309)}`])(
    "refuses %s, which is infinite",
    (text) => {
      expect(() => readNumber(text)).toThrow(DamagedBytes)
    },
  )

  it.each(["abc", "1.2.3", "--1", "1e", "1e+", "0x10", "1_000", "1,5", "-", "+", ".", "1 2", "١٢"])(
    "refuses %s, which is no decimal number",
    (text) => {
      expect(() => readNumber(text)).toThrow(DamagedBytes)
    },
  )

  it("reads any decimal text as Number does", () => {
    fc.assert(
      fc.property(anyDecimalText, (text) => {
        const value = Number(text)
        if (Number.isFinite(value)) expect(Object.is(readNumber(text), value)).toBe(true)
        else expect(() => readNumber(text)).toThrow(DamagedBytes)
      }),
      { numRuns: 3000 },
    )
  })

  it("reads whole texts as papaparse splits them and Number reads the cells", () => {
    const anyRow = fc.array(fc.oneof(anyDecimalText, fc.constant("")), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 20 }), (rows) => {
        const lines = rows.map(
          (row, index) => `2024-01-01 00:${String(index).padStart(2, "0")}:00,${row.join(",")}`,
        )
        const text = `${header}${lines.join("\n")}\n`
        const cells = Papa.parse<Array<string>>(text, {
          delimiter: ",",
          newline: "\n",
          skipEmptyLines: true,
        }).data.slice(1)
        const expected = cells.map((row) =>
          row.slice(1).map((cell) => (cell === "" ? Number.NaN : Number(cell))),
        )
        fc.pre(expected.flat().every((value) => Math.abs(value) !== Number.POSITIVE_INFINITY))
        const { bars, canonical } = readFileBytes(gzipSync(text), utcTimes)
        expect(canonical).toBe(true)
        for (const [row, values] of expected.entries())
          expect([bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row]]).toEqual(
            values,
          )
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    [0, "0"],
    [-0, "-0"],
    [Number.NaN, ""],
    [435, "435"],
    [435.4, "435.4"],
    [0.0000282, "0.0000282"],
    [1e-8, "0.00000001"],
    [0.1 + 0.2, "0.30000000000000004"],
    [123_456_789.123_456_79, "123456789.12345679"],
    [1e-16, "0.0000000000000001"],
    [1e-17, "1e-17"],
    [1.234_567_8e-9, "0.0000000012345678"],
    [1.234_567_89e-9, "1.23456789e-9"],
    [0.000_012_345_678_901_25, "1.234567890125e-5"],
    [0.000_123_456_789_012_345_67, "0.00012345678901234567"],
    [5e-324, "5e-324"],
    [1e17, "100000000000000000"],
    [1e18, "1e+18"],
    [1.234_567_890_123_456_7e19, "1.2345678901234567e+19"],
    [-2.5, "-2.5"],
    [999_999_999_999_999, "999999999999999"],
    [1_000_000_000_000_000, "1000000000000000"],
    [12_345_678.123_456_78, "12345678.12345678"],
    [188.811_898_3, "188.8118983"],
    [1000.000_000_01, "1000.00000001"],
    [0.000_000_123_456_789, "0.000000123456789"],
  ])("writes %d as %s", (value, text) => {
    expect(writeNumber(value)).toBe(text)
  })

  it("writes the shortest text that reads back to the same double, without an exponent for any usual price", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = writeNumber(value)
        if (Number.isNaN(value)) {
          expect(text).toBe("")
          return
        }
        expect(Object.is(Number(text), value)).toBe(true)
        const digits = (decimal: string): string =>
          decimal.replace(/e.*/, "").replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "")
        expect(digits(text)).toBe(digits(String(value)))
        const size = Math.abs(value)
        const decimals = digits(text).length - 1 - Number(value.toExponential().split("e")[1])
        expect(text.includes("e")).toBe(size >= 1e18 || (size !== 0 && size < 1e-4 && decimals > 16))
      }),
      { numRuns: 3000 },
    )
  })
})
