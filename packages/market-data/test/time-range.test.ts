import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  containsTime,
  intersectRanges,
  InvalidInput,
  isoTime,
  normalizeRanges,
  parseIsoTime,
  subtractRanges,
  timeRange,
} from "../src/index.ts"
import { ranges } from "./arbitraries.ts"

const instants = Array.from({ length: 125 }, (_, index) => index)
const inAny = (list: Iterable<{ from: number; to: number }>, time: number): boolean =>
  [...list].some((range) => containsTime(range, time))

describe("time ranges", () => {
  it.each([
    [Number.NaN, 1],
    [0, 0.5],
    [5, 4],
    [0, Number.POSITIVE_INFINITY],
  ])("refuses the bounds %s and %s", (from, to) => {
    expect(() => timeRange(from, to)).toThrow(InvalidInput)
  })

  it("normalizing keeps the instants and leaves ranges sorted, disjoint and not touching", () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const normal = normalizeRanges(list)
        for (const time of instants) expect(inAny(normal, time)).toBe(inAny(list, time))
        for (const [index, range] of normal.entries()) {
          expect(range.to).toBeGreaterThan(range.from)
          if (index > 0) expect(range.from).toBeGreaterThan((normal[index - 1] as { to: number }).to)
        }
      }),
    )
  })

  it("subtracting leaves exactly the instants of the first that are not in the second", () => {
    fc.assert(
      fc.property(ranges, ranges, (list, holes) => {
        const rest = subtractRanges(list, holes)
        for (const time of instants) expect(inAny(rest, time)).toBe(inAny(list, time) && !inAny(holes, time))
      }),
    )
  })

  it("intersecting ranges that only touch gives nothing", () => {
    expect(intersectRanges({ from: 0, to: 5 }, { from: 5, to: 9 })).toBeUndefined()
    expect(intersectRanges({ from: 0, to: 6 }, { from: 5, to: 9 })).toEqual({ from: 5, to: 6 })
  })

  it("ISO text reads back to the same instant", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (time) => {
        expect(parseIsoTime(isoTime(time))).toBe(time)
      }),
    )
    expect(isoTime(0)).toBe("1970-01-01T00:00:00Z")
  })

  it.each(["2024-01-31", "2024-01-31T00:00", "yesterday", ""])("refuses %j as an instant", (text) => {
    expect(() => parseIsoTime(text)).toThrow(InvalidInput)
  })
})
