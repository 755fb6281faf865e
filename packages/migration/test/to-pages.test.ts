import { type Bars, barsFromRows, isoTime } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { planEntry } from "../src/plan-entry.ts"
import { toPages } from "../src/to-pages.ts"
import { crypto, millisOf, stock, textOf } from "./texts.ts"

const pagesOf = (
  instrument: typeof crypto | typeof stock,
  timeframe: "1d" | "1h",
  sources: ReadonlyArray<{ readonly times: ReadonlyArray<string>; readonly written?: string }>,
  present?: Bars,
) => {
  const { plan, merged } = planEntry({
    instrument,
    instrumentEvidence: "",
    timeframe,
    sources: sources.map(({ times, written = "2026-01-01 00:00:00" }, index) => ({
      file: {
        path: `p${index}/data.csv`,
        layout: "year-file",
        format: "csv",
        providerFolder: "binance",
        symbolFolder: instrument.symbol,
        timeframeFolder: timeframe,
        year: Number(times[0]?.slice(0, 4)),
        metadataPath: "",
        rank: 0,
      },
      provider: "binance",
      sha256: "0",
      sizeBytes: 1,
      writtenAt: millisOf(written),
      content: textOf(times.map((time) => ({ time, close: 100 }))),
    })),
    adjustments: {},
    present: {
      bars: present ?? barsFromRows([]),
      description: present === undefined ? undefined : { instrument, timeframe, adjustment: "none" },
    },
  })
  return toPages("id", plan, merged)
}

const rangesOf = (pages: ReturnType<typeof pagesOf>) =>
  pages.map(({ range, bars, provenance }) => [
    isoTime(range.from),
    isoTime(range.to),
    bars.openTime.length,
    provenance.settled,
  ])

describe("the pages of a migration", () => {
  it("covers closed sessions between rows, and no missing one", () => {
    // A weekend, and a Tuesday that is not there.
    const times = ["2020-03-05", "2020-03-06", "2020-03-09", "2020-03-11"]
    expect(rangesOf(pagesOf(stock, "1d", [{ times }]))).toEqual([
      ["2020-03-05T05:00:00Z", "2020-03-10T04:00:00Z", 3, true],
      ["2020-03-11T04:00:00Z", "2020-03-12T04:00:00Z", 1, true],
    ])
  })

  it("ends a page at the end of a year, with a hole, and where another file goes on", () => {
    const pages = pagesOf(crypto, "1h", [
      { times: ["2019-12-31 22:00:00", "2019-12-31 23:00:00"] },
      { times: ["2020-01-01 00:00:00", "2020-01-01 01:00:00", "2020-01-01 03:00:00"] },
    ])
    expect(rangesOf(pages)).toEqual([
      ["2019-12-31T22:00:00Z", "2020-01-01T00:00:00Z", 2, true],
      ["2020-01-01T00:00:00Z", "2020-01-01T02:00:00Z", 2, true],
      ["2020-01-01T03:00:00Z", "2020-01-01T04:00:00Z", 1, true],
    ])
  })

  it("leaves bars provisional that may have been open when the file was written", () => {
    const times = ["2020-01-01 00:00:00", "2020-01-01 01:00:00", "2020-01-01 02:00:00"]
    const pages = pagesOf(crypto, "1h", [{ times, written: "2020-01-01 16:00:00" }])
    expect(rangesOf(pages)).toEqual([
      ["2020-01-01T00:00:00Z", "2020-01-01T02:00:00Z", 2, true],
      ["2020-01-01T02:00:00Z", "2020-01-01T03:00:00Z", 1, false],
    ])
  })

  it("leaves out what the new cache has, and says where each row comes from", () => {
    const present = barsFromRows([
      { openTime: millisOf("2020-01-01 01:00:00"), open: 100, high: 101, low: 99, close: 100, volume: 10 },
    ])
    const times = ["2020-01-01 00:00:00", "2020-01-01 01:00:00", "2020-01-01 02:00:00"]
    const pages = pagesOf(crypto, "1h", [{ times }], present)
    expect(pages.map(({ bars }) => [...bars.openTime].map(isoTime))).toEqual([
      ["2020-01-01T00:00:00Z"],
      ["2020-01-01T02:00:00Z"],
    ])
    expect(pages[0]?.provenance).toMatchObject({
      provider: "binance",
      method: "migrated",
      adjustment: "none",
      evidence: { migration: "id", source: "p0/data.csv", sha256: "0" },
    })
  })
})
