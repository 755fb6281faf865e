import {
  type Bars,
  type Instrument,
  type ProvenanceSpan,
  resampleBars,
  type Timeframe,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { type EntryReport, parseReportDocument, toReportDocument, validateStore } from "../src/index.ts"
import type { StoreReport, ValidateStoreOptions } from "../src/index.ts"
import { apple, bitcoin, copyBars, keepRows, walk } from "./make-bars.ts"
import { memorySource, type StoredBars } from "./memory-source.ts"

const now = Date.UTC(2026, 0, 1)
const dates = { start: "2022-11-01", end: "2023-02-28" }

const entryOf = (
  instrument: Instrument,
  timeframe: Timeframe,
  bars: Bars,
  provider: string,
  over: Partial<StoredBars["description"]> = {},
  evidence?: ProvenanceSpan["evidence"],
): StoredBars => {
  const range = { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + 1 }
  return {
    description: { instrument, timeframe, adjustment: "none", ...over },
    bars,
    coverage: [{ ...range, provider, askedAt: now, empty: false, settled: true }],
    spans: [
      {
        ...range,
        rows: bars.openTime.length,
        provider,
        endpoint: "",
        method: "direct",
        adjustment: over.adjustment ?? "none",
        fetchedAt: now,
        settled: true,
        ...(evidence && { evidence }),
      },
    ],
  }
}

const run = (stored: ReadonlyArray<StoredBars>, over: Partial<ValidateStoreOptions> = {}) =>
  validateStore({ source: memorySource(stored), now, ...over })

const entry = ({ entries }: StoreReport, timeframe: Timeframe): EntryReport =>
  entries.find((report) => report.timeframe === timeframe) as EntryReport

const checksOf = (report: StoreReport, timeframe: Timeframe) =>
  entry(report, timeframe).years.flatMap(({ year, findings }) =>
    findings
      .filter(({ kind }) => kind === "timeframe-mismatch" || kind === "provider-mismatch")
      .map(({ kind, rows, places }) => ({ year, kind, rows, openTime: places[0]?.openTime })),
  )

describe("timeframes of one symbol", () => {
  const calendar = tradingCalendar("24/7")
  const fives = walk(calendar.expectedOpenTimes("5m", dates))
  const hours = resampleBars(fives, calendar.binOf("1h"))
  const days = resampleBars(fives, calendar.binOf("1d"))
  const wrongHour = hours.openTime[1703] as number
  const spoiled = (): Bars => {
    const bars = copyBars(hours)
    bars.close[1703] = (bars.close[1703] as number) * 1.0001
    return bars
  }
  const three = (hourly = hours, five = fives) => [
    entryOf(bitcoin, "5m", five, "binance"),
    entryOf(bitcoin, "1h", hourly, "binance"),
    entryOf(bitcoin, "1d", days, "binance"),
  ]

  it("have no finding when they say the same, over New Year too", async () => {
    const report = await run(three())
    expect(report.entries.map(({ years, score }) => [years.flatMap((y) => y.findings), score.value])).toEqual(
      [
        [[], 1],
        [[], 1],
        [[], 1],
      ],
    )
  })

  it("have one for the bar that the finer ones make otherwise, with both values, at no cost", async () => {
    const report = await run(three(spoiled()))
    expect(checksOf(report, "1h")).toEqual([
      { year: 2023, kind: "timeframe-mismatch", rows: 1, openTime: wrongHour },
    ])
    expect(checksOf(report, "1d")).toEqual([
      expect.objectContaining({ kind: "timeframe-mismatch", year: 2023, rows: 1 }),
    ])
    const [found] = entry(report, "1h").years[1]?.findings ?? []
    expect(found?.places[0]?.evidence).toMatch(/^close [\d.]+, of 5m bars [\d.]+$/)
    expect(entry(report, "1h").score.value).toBe(1)
  })

  it("are not blamed where a finer bar is lost", async () => {
    const lost = keepRows(fives, (_, time) => time !== wrongHour + 600_000)
    const report = await run(three(spoiled(), lost))
    expect(checksOf(report, "1h")).toEqual([])
    expect(entry(report, "5m").gaps.length).toBe(1)
  })

  it("are held against each other again when either side has changed, and only then", async () => {
    const reread = (report: StoreReport) =>
      parseReportDocument(JSON.parse(JSON.stringify(toReportDocument(report))))
    const wrong = reread(await run(three(spoiled())))
    const source = memorySource(three(spoiled()))
    expect(await validateStore({ source, now, previous: wrong })).toEqual(wrong)
    expect(source.reads).toEqual([])
    const changedFine = copyBars(fives)
    const row = changedFine.openTime.indexOf(wrongHour + 3_300_000)
    changedFine.close[row] = (changedFine.close[row] as number) * 1.0001
    changedFine.high[row] = Math.max(changedFine.high[row] as number, changedFine.close[row])
    changedFine.low[row] = Math.min(changedFine.low[row] as number, changedFine.close[row])
    for (const stored of [three(spoiled(), changedFine), three(hours), three()]) {
      const afresh = await run(stored)
      expect(checksOf(await run(stored, { previous: wrong }), "1h")).toEqual(checksOf(afresh, "1h"))
    }
    const [, hourly, daily] = three(spoiled()) as [StoredBars, StoredBars, StoredBars]
    const without = await run([hourly, daily], { previous: wrong })
    expect(checksOf(without, "1h")).toEqual([])
    expect(checksOf(without, "1d").length).toBe(1)
  })

  it("of a stock are compared inside the day, not with the day, which has auctions", async () => {
    const nyse = tradingCalendar("XNYS")
    const minutes = walk(nyse.expectedOpenTimes("5m", dates))
    const hourly = resampleBars(minutes, nyse.binOf("1h"))
    hourly.high[40] = (hourly.high[40] as number) * 1.01
    const daily = walk(nyse.expectedOpenTimes("1d", dates), 9)
    const report = await run([
      entryOf(apple, "5m", minutes, "yahoo-finance", { anchor: "session" }),
      entryOf(apple, "1h", hourly, "yahoo-finance", { anchor: "session" }),
      entryOf(apple, "1d", daily, "yahoo-finance"),
    ])
    expect(checksOf(report, "1h").map(({ kind, rows }) => [kind, rows])).toEqual([["timeframe-mismatch", 1]])
    expect(checksOf(report, "1d")).toEqual([])
  })
})

describe("two providers of one symbol", () => {
  const calendar = tradingCalendar("24/7")
  const hours = walk(calendar.expectedOpenTimes("1h", dates))
  const days = resampleBars(hours, calendar.binOf("1d"))
  const scaled = (factor: number): Bars => {
    const bars = copyBars(days)
    for (const column of [bars.open, bars.high, bars.low, bars.close])
      for (let row = 0; row < column.length; row += 1) column[row] = (column[row] as number) * factor
    return bars
  }
  const both = (daily: Bars, over = {}) => [
    entryOf(bitcoin, "1h", hours, "binance"),
    entryOf(bitcoin, "1d", daily, "coingecko", over),
  ]

  it("may differ a little, but not in the unit", async () => {
    expect(checksOf(await run(both(scaled(1.002))), "1d")).toEqual([])
    const report = await run(both(scaled(4)))
    expect(checksOf(report, "1d").map(({ kind }) => kind)).toEqual(["provider-mismatch", "provider-mismatch"])
    const message = entry(report, "1d").years[0]?.findings.find(
      (found) => found.kind === "provider-mismatch",
    )?.message
    expect(message).toContain("coingecko and binance (1h) disagree: prices differ by the factor 4")
  })

  it("must not be shifted against each other", async () => {
    const shifted = copyBars(days)
    shifted.openTime.set(days.openTime.subarray(1))
    shifted.openTime[shifted.openTime.length - 1] = (days.openTime.at(-1) as number) + 86_400_000
    const report = await run(both(shifted))
    const message = entry(report, "1d")
      .years.flatMap((year) => year.findings)
      .find((found) => found.kind === "provider-mismatch")?.message
    expect(message).toMatch(/shifted by 1/)
  })

  it("are not compared on different price bases", async () => {
    expect(checksOf(await run(both(scaled(4), { adjustment: "splits" })), "1d")).toEqual([])
  })
})

describe("splits that a provider told of with its bars", () => {
  const nyse = tradingCalendar("XNYS")
  const days = nyse.expectedOpenTimes("1d", { start: "2020-01-01", end: "2021-12-31" })
  const effective = Date.parse("2020-08-31T04:00:00Z")
  const split = (): Bars => {
    const bars = walk(days)
    for (const [row, time] of days.entries())
      if (time >= effective)
        for (const column of [bars.open, bars.high, bars.low, bars.close])
          column[row] = (column[row] as number) / 4
    return bars
  }
  const kinds = (report: StoreReport, timeframe: Timeframe) =>
    entry(report, timeframe).years.flatMap(({ findings }) => findings.map(({ kind }) => kind))
  const raw = (evidence?: ProvenanceSpan["evidence"]) =>
    entryOf(apple, "1d", split(), "alpha-vantage", {}, evidence)
  const weekly = (evidence?: ProvenanceSpan["evidence"]) =>
    entryOf(
      apple,
      "1w",
      walk(nyse.expectedOpenTimes("1w", { start: "2020-01-01", end: "2021-12-31" })),
      "yahoo-finance",
      { adjustment: "splits" },
      evidence,
    )

  it("are no jumps of unadjusted prices, wherever it was told", async () => {
    expect(kinds(await run([raw()]), "1d")).toContain("split")
    expect(kinds(await run([raw({ splits: "2020-08-31 4:1" })]), "1d")).toEqual([])
    expect(kinds(await run([raw(), weekly({ splits: "2014-06-09 7:1, 2020-08-31 4:1" })]), "1d")).toEqual([])
  })

  it("are defects of prices that should be adjusted for them", async () => {
    const stored = entryOf(
      apple,
      "1d",
      split(),
      "yahoo-finance",
      { adjustment: "splits" },
      { splits: "2020-08-31 4:1" },
    )
    expect(kinds(await run([stored]), "1d")).toEqual(["mixed-adjustment"])
  })

  it("judge an unchanged entry anew when another one learns of them, and are in the document", async () => {
    const previous = await run([raw(), weekly()])
    expect(kinds(previous, "1d")).toContain("split")
    const later = [raw(), { ...weekly({ splits: "2020-08-31 4:1" }), damaged: [2021] }]
    const report = await run(later, { previous })
    expect(kinds(report, "1d")).toEqual([])
    expect(entry(report, "1d").splits).toEqual([{ time: effective, ratio: 4 }])
    const read = parseReportDocument(JSON.parse(JSON.stringify(toReportDocument(report))))
    expect(read).toEqual(report)
    expect(await run(later, { previous: read })).toEqual(read)
  })
})
