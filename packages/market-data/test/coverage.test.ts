import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  addCoverage,
  answeredRanges,
  containsTime,
  type Coverage,
  type CoverageSpan,
  mergeCoverage,
  missingRanges,
  sliceCoverage,
} from "../src/index.ts"

const answers = fc.array(
  fc
    .record({
      from: fc.nat(100),
      length: fc.integer({ min: 1, max: 30 }),
      askedAt: fc.nat(5).map((day) => day * 86_400_000),
      empty: fc.boolean(),
      settled: fc.boolean(),
      provider: fc.constantFrom("binance", "coingecko"),
    })
    .map(({ from, length, ...rest }): CoverageSpan => ({ from, to: from + length, ...rest })),
  { maxLength: 15 },
)
const instants = Array.from({ length: 135 }, (_, index) => index)
const spanAt = (coverage: Coverage, time: number): CoverageSpan | undefined =>
  coverage.find((span) => containsTime(span, time))
const fact = (span: CoverageSpan | undefined): unknown =>
  span && [span.provider, span.empty, span.settled, span.empty ? span.askedAt : 0]

describe("coverage", () => {
  it("tells at each instant the last answer that covers it, ascending and disjoint", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const coverage = list.reduce<Coverage>(addCoverage, [])
        for (const time of instants)
          expect(fact(spanAt(coverage, time))).toEqual(
            fact(list.findLast((span) => containsTime(span, time))),
          )
        for (const [index, span] of coverage.entries())
          if (index > 0) expect(span.from).toBeGreaterThanOrEqual((coverage[index - 1] as CoverageSpan).to)
      }),
    )
  })

  it("merging parts lets the later asked answer count", () => {
    fc.assert(
      fc.property(answers, answers, (a, b) => {
        const merged = mergeCoverage(a.reduce<Coverage>(addCoverage, []), b.reduce<Coverage>(addCoverage, []))
        for (const time of instants)
          expect(spanAt(merged, time) !== undefined).toBe(
            [...a, ...b].some((span) => containsTime(span, time)),
          )
      }),
    )
  })

  it("what is missing and what is settled tile the wanted range", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const coverage = list.reduce<Coverage>(addCoverage, [])
        const missing = missingRanges({ from: 0, to: 130 }, coverage)
        for (const time of instants.slice(0, 130))
          expect(missing.some((range) => containsTime(range, time))).toBe(
            spanAt(coverage, time)?.settled !== true,
          )
      }),
    )
  })

  it("a slice answers as the whole inside the range and nothing outside", () => {
    fc.assert(
      fc.property(answers, (list) => {
        const coverage = list.reduce<Coverage>(addCoverage, [])
        const slice = sliceCoverage(coverage, { from: 20, to: 60 })
        for (const time of instants)
          expect(fact(spanAt(slice, time))).toEqual(
            time >= 20 && time < 60 ? fact(spanAt(coverage, time)) : undefined,
          )
        expect(answeredRanges(slice).every((range) => range.from >= 20 && range.to <= 60)).toBe(true)
      }),
    )
  })
})
