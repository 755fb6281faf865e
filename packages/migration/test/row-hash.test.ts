import { barsFromRows } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { addSums, equalSums, noRows, parseSum, RowSummer, type RowSum, sumText } from "../src/row-hash.ts"

const bar = (openTime: number, close: number, volume = 1) => ({
  openTime,
  open: 1,
  high: 2,
  low: 0,
  close,
  volume,
})
const sum = (...rows: ReadonlyArray<ReturnType<typeof bar>>): RowSum => {
  const summer = new RowSummer()
  summer.addBars(barsFromRows(rows))
  return summer.result()
}

describe("RowSummer", () => {
  it("does not depend on the order, and adds up", () => {
    expect(sum(bar(1, 5), bar(2, 6))).toEqual(sum(bar(2, 6), bar(1, 5)))
    expect(addSums(sum(bar(1, 5)), sum(bar(2, 6)), noRows)).toEqual(sum(bar(1, 5), bar(2, 6)))
  })

  it("counts a row as often as it is there", () => {
    expect(equalSums(sum(bar(1, 5), bar(1, 5)), sum(bar(1, 5)))).toBe(false)
  })

  it.each([
    ["a digit", bar(1, 5.000000000000001)],
    ["a time", bar(2, 5)],
    ["a sign of zero", bar(1, 5, -0)],
    ["a missing volume", bar(1, 5, Number.NaN)],
  ])("changes with %s", (_what, other) => {
    expect(sumText(sum(other))).not.toBe(sumText(sum(bar(1, 5, 0))))
    expect(sumText(sum(other))).not.toBe(sumText(sum(bar(1, 5))))
  })

  it("tells bars, times without an instant and lines apart", () => {
    const kinds = (["bar", "written"] as const).map((kind) => {
      const summer = new RowSummer()
      summer.addBar(kind, 1, [1, 2, 0, 5, 1])
      return sumText(summer.result())
    })
    expect(new Set(kinds).size).toBe(2)
    expect(kinds[0]).toBe(sumText(sum(bar(1, 5))))
  })

  it("is read back from its text", () => {
    const many = sum(...Array.from({ length: 3000 }, (_, index) => bar(index, index)))
    expect(parseSum(3000, sumText(many))).toEqual(many)
    expect(() => parseSum(1, "00")).toThrow(RangeError)
  })
})
