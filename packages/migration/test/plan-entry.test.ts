import { barsFromRows, emptyBars } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type LoadedSource, planEntry } from "../src/plan-entry.ts"
import { equalSums, noRows } from "../src/row-hash.ts"
import { listedFates, listHeader, listRows, sumList } from "../src/row-list.ts"
import type { SourceFile } from "../src/source-file.ts"
import type { SourceText } from "../src/source-text.ts"
import { crypto, textOf, type TextRow } from "./texts.ts"

const fileOf = (path: string): SourceFile => ({
  path,
  layout: "year-file",
  format: "csv",
  providerFolder: "binance",
  symbolFolder: "BTCUSDT",
  timeframeFolder: "1h",
  year: 2020,
  metadataPath: "metadata.json",
  rank: 0,
})

const sourceOf = (path: string, content: LoadedSource["content"]): LoadedSource => ({
  file: fileOf(path),
  provider: path,
  sha256: "0",
  sizeBytes: 1,
  writtenAt: 1_700_000_000_000,
  content,
})

const plan = (contents: ReadonlyArray<LoadedSource["content"]>, present = emptyBars) =>
  planEntry({
    instrument: crypto,
    instrumentEvidence: "",
    timeframe: "1h",
    sources: contents.map((content, index) => sourceOf(`p${index}`, content)),
    adjustments: {},
    present: {
      bars: present,
      description:
        present === emptyBars ? undefined : { instrument: crypto, timeframe: "1h", adjustment: "none" },
    },
  })

const hourText = (hour: number): string =>
  `2020-01-${String(1 + Math.floor(hour / 24)).padStart(2, "0")} ${String(hour % 24).padStart(2, "0")}:00:00`

const row = fc.record<TextRow>({
  time: fc.oneof(
    fc.integer({ min: 0, max: 30 }).map(hourText),
    fc.constantFrom("2016-01-01 00:00:00", "2020-01-01 00:00:00.500", "2020-01-02"),
  ),
  close: fc.constantFrom(100, 100.1, -0, 1e-9),
  volume: fc.constantFrom(1, Number.NaN, 0.1 + 0.2),
})
const unreadable = fc.record({
  line: fc.integer({ min: 1, max: 99 }),
  text: fc.constantFrom("", "a,b", 'say "x", then', "two\nlines", "\u{1f40b},1"),
  issue: fc.constantFrom("no time", "3 fields instead of 6, or so"),
})
const text = fc
  .tuple(fc.array(row, { maxLength: 25 }), fc.array(unreadable, { maxLength: 3 }))
  .map(([rows, lines]): SourceText => ({ ...textOf(rows), unreadable: lines }))

describe("the plan of an entry", () => {
  it("has an account that balances for any sources, and lists that add up to it", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), fc.boolean(), (contents, hasRows) => {
        const present = hasRows
          ? barsFromRows([
              { openTime: 1_577_836_800_000, open: 100, high: 101, low: 99, close: 100, volume: 1 },
              { openTime: 1_577_840_400_000, open: 1, high: 1, low: 1, close: 1, volume: 1 },
            ])
          : emptyBars
        const planned = plan(contents, present)
        const { fates, sources } = planned.plan
        for (const each of [fates, ...sources.map((source) => source.fates)]) {
          const parts = [each.kept, each.duplicates, each.conflicts, each.refused]
          const sum = parts.reduce((total, part) => (total + part.sum) % (1n << 256n), 0n)
          expect(sum).toBe(each.source.sum)
          expect(parts.reduce((total, part) => total + part.rows, 0)).toBe(each.source.rows)
        }
        for (const fate of listedFates) {
          const listed = sumList(listHeader + listRows(planned, present, fate)).get("BTCUSDT 1h") ?? noRows
          expect(equalSums(listed, fates[fate])).toBe(true)
        }
      }),
    )
  })

  it("counts the reasons of refusals, the most frequent first", () => {
    const { sources } = plan([
      textOf([
        { time: "2020-01-01 00:00:00", close: 1 },
        { time: "2016-01-01 00:00:00", close: 1 },
        { time: "2016-02-01 00:00:00", close: 1 },
        { time: "2020-01-01 02:00:00.500", close: 1 },
      ]),
    ]).plan
    expect(sources[0]?.refusals).toEqual([
      { why: "a row of 2016 in a file of 2020", rows: 2 },
      { why: "the time is finer than a second", rows: 1 },
    ])
  })

  it("is the same for the same input", () => {
    const contents = [textOf([{ time: "2020-01-01 00:00:00", close: 1 }]), { cannotRead: "damaged" }]
    expect(plan(contents).plan).toEqual(plan(contents).plan)
    expect(plan(contents).plan.sources[1]).toMatchObject({ unreadable: "damaged", fates: { source: noRows } })
  })
})

describe("the sum of a list", () => {
  it.each([
    ["another first line", "a,b\n"],
    ["a line that is cut", `${listHeader}BTCUSDT,1h,p0\n`],
    ["a quote that never ends", `${listHeader}"BTCUSDT\n`],
  ])("refuses a list with %s", (_what, content) => {
    expect(() => sumList(content)).toThrow(RangeError)
  })
})
