import { readFileSync } from "node:fs"
import { tradingCalendar } from "@barkeep/trading-calendar"
import * as fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import {
  findSchemaIssue,
  parseReportDocument,
  type ReportDocument,
  reportSchema,
  scoreText,
  type StoreReport,
  toGapTable,
  toHtml,
  toReportDocument,
  toTable,
  validateStore,
} from "../src/index.ts"
import { defects, spoil } from "./defects.ts"
import { apple, bitcoin, keepRows, walk } from "./make-bars.ts"
import { memorySource, type StoredBars } from "./memory-source.ts"

const now = Date.UTC(2026, 0, 1, 12)
const hours = tradingCalendar("24/7").expectedOpenTimes("1h", { start: "2022-01-01", end: "2023-12-31" })
const stockHours = tradingCalendar("XNYS").expectedOpenTimes("1h", { start: "2023-01-01", end: "2023-12-31" })

const evil = `<script>alert("1")</script>&'_x`

const stored: ReadonlyArray<StoredBars> = [
  {
    description: { instrument: bitcoin, timeframe: "1h", adjustment: "none" },
    bars: keepRows(walk(hours), (row) => row < 8700 || row > 8800),
    damaged: [],
  },
  {
    description: {
      instrument: { ...apple, symbol: "BTC_PERP_1h" },
      timeframe: "1h",
      adjustment: "splits",
      anchor: "session",
    },
    bars: keepRows(walk(stockHours), (row) => row !== 500),
  },
  {
    description: { instrument: { ...bitcoin, symbol: evil }, timeframe: "1h", adjustment: "none" },
    bars: walk(hours),
    damaged: [2022],
  },
]

let report: StoreReport
let document: ReportDocument
beforeAll(async () => {
  report = await validateStore({
    source: memorySource(stored),
    now,
    symbols: [bitcoin.symbol, "BTC_PERP_1h", evil, "GONE"],
    timeframes: ["1h"],
  })
  document = toReportDocument(report)
})

const json = <A>(value: A): A => JSON.parse(JSON.stringify(value)) as A

/** A JSON document with one value replaced, or taken out with `undefined`. */
const withValue = (path: ReadonlyArray<string | number>, value: unknown): unknown => {
  const copy = json(document) as unknown
  let at = copy as { [key: string]: unknown }
  for (const key of path.slice(0, -1)) at = at[key] as { [key: string]: unknown }
  const last = String(path.at(-1))
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

describe("the document", () => {
  it("has the keys of the original with its meaning, and starts gaps at the first missing open time", () => {
    expect(document.validation_summary).toMatchObject({
      total_symbols_intervals: 3,
      valid: 0,
      invalid: 2,
      missing: 1,
      error: 1,
      validation_timestamp: "2026-01-01T12:00:00+00:00",
    })
    const entry = document.detailed_results["BTCUSDT_1h"]
    expect(entry).toMatchObject({
      symbol: "BTCUSDT",
      interval: "1h",
      available_years: [2022, 2023],
      overall_status: "invalid",
    })
    const gap = {
      start: "2022-12-29T12:00:00+00:00",
      end: "2023-01-02T17:00:00+00:00",
      duration_hours: 101,
      missing_bars: 101,
      reason: "unknown",
      evidence: "nothing tells why",
    }
    expect(entry?.yearly_breakdown["2022"]?.gaps).toEqual([gap])
    expect(entry?.yearly_breakdown["2023"]?.gaps).toEqual([])
    expect(document.gap_analysis["BTCUSDT_1h"]).toEqual([gap])
    expect(entry?.gap_summary).toEqual({
      total_gaps: 1,
      missing_bars: 101,
      largest_gap_hours: 101,
      gaps_by_year: { "2022": 1 },
      gaps_by_reason: { unknown: 1 },
    })
    expect(Object.keys(document.yearly_analysis["BTCUSDT_1h"]?.["2022"] ?? {})).toEqual([
      "status",
      "rows",
      "quality_score",
      "errors",
      "gaps",
      "date_range",
    ])
    expect(entry?.yearly_breakdown["2022"]).toMatchObject({
      path: "BTCUSDT/1h/2022.csv.gz",
      sha256: "0".repeat(64),
      date_range: { start: "2022-01-01T00:00:00+00:00", end: "2022-12-29T11:00:00+00:00" },
    })
  })

  it("writes times of session markets as their wall clock shows, with the offset", () => {
    const [gap] = document.gap_analysis["BTC_PERP_1h_1h"] ?? []
    expect(gap?.start).toMatch(/^2023-\d\d-\d\dT\d\d:30:00-0[45]:00$/)
    expect(Date.parse(gap?.start ?? "")).toBe(stockHours[500])
  })

  it("keeps symbols with an underscore apart", () => {
    expect(document.detailed_results["BTC_PERP_1h_1h"]).toMatchObject({
      symbol: "BTC_PERP_1h",
      interval: "1h",
    })
  })

  it("conforms to the published schema", () => {
    expect(findSchemaIssue(reportSchema, json(document))).toBeUndefined()
    const published: unknown = JSON.parse(
      readFileSync(new URL("../schema/validate-metadata.schema.json", import.meta.url), "utf8"),
    )
    expect(published).toEqual(json(reportSchema))
  })

  it("reads back as the report it was made of, whatever the bars had", async () => {
    expect(parseReportDocument(json(document))).toEqual(report)
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...defects], { minLength: 1 }),
        fc.integer({ min: 1, max: 6000 }),
        async (chosen, row) => {
          const small = walk(hours)
          const bars = chosen.reduce(
            (spoilt, defect, index) => spoil(spoilt, defect, row + index * 200),
            small,
          )
          const sorted = { ...stored[0], bars } as StoredBars
          const judged = await validateStore({ source: memorySource([sorted]), now })
          const text = json(toReportDocument(judged))
          expect(findSchemaIssue(reportSchema, text)).toBeUndefined()
          expect(parseReportDocument(text)).toEqual(judged)
        },
      ),
      { numRuns: 5 },
    )
  })
})

describe("reading a document", () => {
  const failure = (value: unknown): { _tag: string; pointer?: string; version?: unknown } => {
    try {
      parseReportDocument(value)
    } catch (error) {
      return error as { _tag: string }
    }
    throw new Error("it was read")
  }
  const gapPath = ["gap_analysis", "BTCUSDT_1h", 0] as const

  it.each([
    ["null", () => null, ""],
    ["a text", () => "{}", ""],
    ["no object", () => [], ""],
    ["a missing key", () => withValue(["gap_analysis"], undefined), ""],
    [
      "an unknown key",
      () => withValue(["detailed_results", "BTCUSDT_1h", "note"], 1),
      "/detailed_results/BTCUSDT_1h/note",
    ],
    [
      "a reason that is none",
      () => withValue([...gapPath, "reason"], "maybe"),
      "/gap_analysis/BTCUSDT_1h/0/reason",
    ],
    [
      "a time without offset",
      () => withValue([...gapPath, "start"], "2022-12-29T12:00:00"),
      "/gap_analysis/BTCUSDT_1h/0/start",
    ],
    [
      "a gap that ends before it starts",
      () => withValue([...gapPath, "end"], "2022-12-29T11:00:00+00:00"),
      "/gap_analysis/BTCUSDT_1h/0",
    ],
    [
      "a gap of no bars",
      () => withValue([...gapPath, "missing_bars"], 0),
      "/gap_analysis/BTCUSDT_1h/0/missing_bars",
    ],
    [
      "a score above 1",
      () => withValue(["detailed_results", "BTCUSDT_1h", "quality_score"], 1.5),
      "/detailed_results/BTCUSDT_1h/quality_score",
    ],
    [
      "results under another name",
      () => withValue(["detailed_results", "BTCUSDT_1h", "symbol"], "ETHUSDT"),
      "/detailed_results/BTCUSDT_1h",
    ],
    [
      "a day that does not exist",
      () => withValue([...gapPath, "start"], "2022-02-30T12:00:00+00:00"),
      "/detailed_results/BTCUSDT_1h",
    ],
    ["results without gaps", () => withValue(["gap_analysis", "BTCUSDT_1h"], undefined), "/gap_analysis"],
    [
      "a hash that is none",
      () => withValue(["detailed_results", "BTCUSDT_1h", "yearly_breakdown", "2022", "sha256"], "x"),
      "/detailed_results/BTCUSDT_1h/yearly_breakdown/2022/sha256",
    ],
    [
      "a year that is none",
      () =>
        withValue(
          ["detailed_results", "BTCUSDT_1h", "yearly_breakdown", "x"],
          document.detailed_results["BTCUSDT_1h"]?.yearly_breakdown["2022"],
        ),
      "/detailed_results/BTCUSDT_1h/yearly_breakdown/x",
    ],
  ])("refuses it as a whole and names the place: %s", (_, make, pointer) => {
    const error = failure(make())
    expect([error._tag, error.pointer]).toEqual(["InvalidReport", pointer])
  })

  it("tells a report of the original and one of another version from a broken one", () => {
    expect(failure(withValue(["schema_version"], undefined))).toMatchObject({
      _tag: "UnsupportedReport",
      version: undefined,
    })
    expect(failure(withValue(["schema_version"], 99))).toMatchObject({
      _tag: "UnsupportedReport",
      version: 99,
    })
  })

  it("refuses any document with one value changed to another type", () => {
    const paths: Array<ReadonlyArray<string | number>> = []
    const collect = (value: unknown, path: ReadonlyArray<string | number>): void => {
      if (path.length > 0) paths.push(path)
      if (typeof value !== "object" || value === null) return
      for (const [key, child] of Object.entries(value)) collect(child, [...path, key])
    }
    collect(json(document), [])
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        // A true is nowhere but where a run is flat; nothing else takes it.
        if (path.at(-1) === "flat" || path.at(-1) === "inferred") return
        expect(() => parseReportDocument(withValue(path, true))).toThrow(/validation report/)
      }),
      { numRuns: 60 },
    )
  })
})

describe("the tables", () => {
  it("list the worst first", () => {
    const table = toTable(report)
    const scores = table.rows.map((row) => row[2])
    expect(scores).toEqual([...scores].toSorted((a, b) => Number(a) - Number(b)))
    expect(table.rows[0]?.slice(0, 4)).toEqual([evil, "1h", "0.5000", "error"])
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true)
  })

  it("list gaps by reason, the longest first", () => {
    const all = toGapTable(report)
    expect(all.rows.map((row) => row[4])).toEqual(["101", "1"])
    expect(toGapTable(report, { reasons: ["outage"] }).rows).toEqual([])
  })

  it("never round a score up to 1", () => {
    expect([1, 0.99999999, 0.98765].map(scoreText)).toEqual(["1.0000", "0.9999", "0.9876"])
  })
})

describe("the page", () => {
  it("needs nothing from elsewhere and runs no script", () => {
    const html = toHtml(report, { title: `Cache ${evil}` })
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|https?:/)
    expect(html).toContain("&lt;script&gt;")
    expect(html).toContain("prefers-color-scheme:dark")
    expect(html).toContain("default-src 'none'")
  })

  it("says in words what its picture shows", () => {
    const html = toHtml(report)
    expect(html).toMatch(/<html lang="en">/)
    expect(html).toMatch(/<svg role="img" aria-label="[^"]+"/)
    expect(html).toContain("<title>BTCUSDT 1h 2022-12: 684 of 744 bars</title>")
    expect(html).toContain("2022-12-29T12:00:00+00:00")
    expect(html).toContain("the gzip stream ends early")
  })

  it("closes every element that it opens", () => {
    const html = toHtml(report)
    const open: Array<string> = []
    for (const [, slash, name, rest] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*)>/g)) {
      if (name === "meta" || rest?.endsWith("/") === true) continue
      if (slash === "") open.push(name as string)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  it("says how many gaps it leaves out", async () => {
    const entry = { ...stored[0], bars: keepRows(walk(hours), (row) => row % 100 !== 0) } as StoredBars
    const many = await validateStore({ source: memorySource([entry]), now })
    expect(toHtml(many, { maxGaps: 5 })).toContain("171 shorter gaps are not listed here")
  })
})
