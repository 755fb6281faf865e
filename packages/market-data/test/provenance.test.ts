import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  barCount,
  barEnd,
  findTilingIssue,
  isSameProvenance,
  type ProvenanceSpan,
  spanIndexAt,
  tileSpans,
} from "../src/index.ts"
import { bars, provenance } from "./arbitraries.ts"

const endOf = (time: number): number => barEnd("1h", time)

describe("provenance spans", () => {
  it("tile the rows whatever row came from where, and give each row's own provenance back", () => {
    const sources = [
      provenance(),
      provenance({ provider: "yahoo-finance" }),
      provenance({ settled: false }),
      provenance({ fillId: "f1" }),
    ]
    fc.assert(
      fc.property(bars(), fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }), (all, picks) => {
        const sourceOf = (row: number) => sources[picks[row] as number] as (typeof sources)[number]
        const spans = tileSpans(all.openTime, sourceOf, endOf)
        expect(findTilingIssue(spans, all.openTime)).toBeUndefined()
        expect(spans.reduce((sum, span) => sum + span.rows, 0)).toBe(barCount(all))
        for (const row of all.openTime.keys()) {
          const span = spans[spanIndexAt(spans, all.openTime[row] as number)] as ProvenanceSpan
          expect(isSameProvenance(span, sourceOf(row))).toBe(true)
        }
      }),
    )
  })

  it("joins neighbours of one source fetched on the same day and keeps the earlier moment", () => {
    const openTime = Float64Array.of(0, 3_600_000, 7_200_000)
    const at = [1000, 500, 86_400_000]
    const spans = tileSpans(openTime, (row) => provenance({ fetchedAt: at[row] as number }), endOf)
    expect(spans.map(({ rows, fetchedAt }) => [rows, fetchedAt])).toEqual([
      [2, 500],
      [1, 86_400_000],
    ])
  })

  it.each([
    ["a wrong count", (span: ProvenanceSpan) => [{ ...span, rows: 1 }]],
    ["a row before the first span", (span: ProvenanceSpan) => [{ ...span, from: 3_600_000, rows: 1 }]],
    ["a row after the last span", (span: ProvenanceSpan) => [{ ...span, to: 3_600_000, rows: 1 }]],
    ["no span at all", () => []],
    ["a row in two spans", (span: ProvenanceSpan) => [span, span]],
  ])("%s is found", (_name, change) => {
    const openTime = Float64Array.of(0, 3_600_000)
    const [span] = tileSpans(openTime, () => provenance(), endOf)
    expect(findTilingIssue(change(span as ProvenanceSpan), openTime)).toBeDefined()
  })
})
