import { type Bars, barCount, barsFromRows } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type MergeSource, mergeSources } from "../src/merge-sources.ts"
import { addSums, equalSums, RowSummer, type RowSum } from "../src/row-hash.ts"
import { toSeries } from "../src/series.ts"
import { valuesAt } from "../src/row-hash.ts"

type Row = readonly [time: number, close: number]

const barsOf = (rows: ReadonlyArray<Row>): Bars =>
  barsFromRows(rows.map(([openTime, close]) => ({ openTime, open: 1, high: 9, low: 0, close, volume: 5 })))

const sourceOf = (rows: ReadonlyArray<Row>, excluded?: string): MergeSource => {
  const bars = barsOf(rows)
  return { rows: bars, series: toSeries(bars.openTime), openTime: bars.openTime, excluded }
}

const nothing = barsOf([])
const rowsOf = (bars: Bars): ReadonlyArray<Row> =>
  Array.from(bars.openTime, (time, row) => [time, bars.close[row] as number])

describe("the merge of sources", () => {
  it("keeps the first source's row, calls an equal one a duplicate and another one a conflict", () => {
    const merged = mergeSources(
      [
        sourceOf([
          [1, 10],
          [2, 20],
        ]),
        sourceOf([
          [2, 20],
          [1, 11],
          [3, 30],
        ]),
      ],
      nothing,
    )
    expect(rowsOf(merged.bars)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ])
    expect([...merged.source]).toEqual([0, 0, 1])
    expect(merged.duplicates).toEqual([{ source: 1, row: 0, kept: { source: 0, row: 1 } }])
    expect(merged.conflicts).toEqual([
      { source: 1, row: 1, kept: { source: 0, row: 0 }, why: "values differ" },
    ])
  })

  it("keeps the first of two rows of one time in a file", () => {
    const merged = mergeSources(
      [
        sourceOf([
          [2, 20],
          [1, 10],
          [1, 11],
          [2, 20],
        ]),
      ],
      nothing,
    )
    expect(rowsOf(merged.bars)).toEqual([
      [1, 10],
      [2, 20],
    ])
    expect(merged.conflicts).toEqual([
      { source: 0, row: 2, kept: { source: 0, row: 1 }, why: "the file has another row of this time" },
    ])
    expect(merged.duplicates).toEqual([{ source: 0, row: 3, kept: { source: 0, row: 0 } }])
  })

  it("leaves what the new cache has, and writes none of it again", () => {
    const merged = mergeSources(
      [
        sourceOf([
          [1, 10],
          [2, 20],
          [3, 30],
        ]),
      ],
      barsOf([
        [1, 10],
        [2, 21],
      ]),
    )
    expect(rowsOf(merged.bars)).toEqual([[3, 30]])
    expect(merged.duplicates.map(({ row }) => row)).toEqual([0])
    expect(merged.conflicts).toMatchObject([{ row: 1, kept: { source: -1, row: 1 } }])
  })

  it("refuses the rows of an excluded source, and names those that meet a kept one", () => {
    const merged = mergeSources(
      [
        sourceOf([[1, 10]]),
        sourceOf(
          [
            [1, 40],
            [2, 80],
            [2, 81],
          ],
          "another basis",
        ),
      ],
      nothing,
    )
    expect(rowsOf(merged.bars)).toEqual([[1, 10]])
    expect(merged.conflicts).toMatchObject([{ source: 1, row: 0, why: "another basis" }])
    expect(merged.refused.map(({ row, why }) => [row, why])).toEqual([
      [1, "another basis"],
      [2, "another basis"],
    ])
  })

  it("gives every row exactly one fate, for any sources", () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 2 }))
    const source = fc.tuple(fc.array(row, { maxLength: 20 }), fc.boolean())
    const present = fc.uniqueArray(row, { selector: ([time]) => time, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), present, (lists, existing) => {
        const sources = lists.map(([rows, excluded]) => sourceOf(rows, excluded ? "no" : undefined))
        const sorted = existing.toSorted(([a], [b]) => a - b)
        const merged = mergeSources(sources, barsOf(sorted))
        const all = sumOf(sources.flatMap(({ rows }) => rowsOf(rows)))
        const listed = [...merged.duplicates, ...merged.conflicts, ...merged.refused].map(
          ({ source: at, row: index }): Row => rowsOf((sources[at] as MergeSource).rows)[index] as Row,
        )
        expect(equalSums(addSums(sumOf(rowsOf(merged.bars)), sumOf(listed)), all)).toBe(true)
        const times = [...merged.bars.openTime]
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
        expect(times.filter((time) => sorted.some(([other]) => other === time))).toEqual([])
      }),
    )
  })
})

const sumOf = (rows: ReadonlyArray<Row>): RowSum => {
  const bars = barsOf(rows)
  const summer = new RowSummer()
  for (let row = 0; row < barCount(bars); row += 1)
    summer.addBar("bar", bars.openTime[row] as number, valuesAt(bars, row))
  return summer.result()
}
