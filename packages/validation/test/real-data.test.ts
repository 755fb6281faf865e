import { type Instrument, type Timeframe } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import {
  compareTimeframes,
  type Gap,
  type Split,
  validateBars,
  validateStore,
  venueFacts,
} from "../src/index.ts"
import { apple, bitcoin, keepRows, walk } from "./make-bars.ts"
import { memorySource } from "./memory-source.ts"
import { loadSeries } from "./series.ts"
import { hasSharedData, readShared, readSharedJson, readSharedText, whenShared } from "./shared-data.ts"

const judgeFile = (
  file: string,
  instrument: Instrument,
  timeframe: Timeframe,
  over: Partial<Parameters<typeof validateBars>[0]> = {},
) => {
  const { bars } = loadSeries(file, instrument.timeZone)
  const range = {
    from: Math.min(...bars.openTime.subarray(0, 1), bars.openTime.at(-1) as number),
    to: Math.max(...bars.openTime.subarray(0, 1), bars.openTime.at(-1) as number) + 1,
  }
  const expected = tradingCalendar(instrument.market).expectedOpenTimes(timeframe, range, { anchor: "clock" })
  return validateBars({ bars, instrument, timeframe, range, expected, maxPlaces: 1000, ...over })
}

/** Lean's factor files: the last date before a change, and what older prices are multiplied with. */
const splitsOf = (symbol: string): ReadonlyArray<Split> => {
  const rows = readSharedText(`ohlcv/factors/${symbol}.csv`)
    .trim()
    .split("\n")
    .map((line) => line.split(","))
  return rows.slice(1).flatMap((row, index): ReadonlyArray<Split> => {
    const before = rows[index] as ReadonlyArray<string>
    const ratio = Number(row[2]) / Number(before[2])
    const date = (before[0] as string).replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3T12:00:00Z")
    return Math.abs(ratio - 1) < 1e-6 ? [] : [{ time: Date.parse(date), ratio }]
  })
}

describe.skipIf(!hasSharedData)(`real data${whenShared}`, () => {
  it("of unadjusted AAPL has four splits that look like it, and none when the splits are known", () => {
    const splits = splitsOf("aapl")
    const report = judgeFile("us-daily/lean_AAPL_1d.csv.gz", apple, "1d")
    const found = report.findings.find((item) => item.kind === "split")
    expect(found?.places.map((place) => /a \S+ split/.exec(place.evidence)?.[0])).toEqual([
      "a 2:1 split",
      "a 2:1 split",
      "a 7:1 split",
      "a 4:1 split",
    ])
    const told = judgeFile("us-daily/lean_AAPL_1d.csv.gz", apple, "1d", {
      adjustment: "none",
      events: { splits },
    })
    expect(told.findings.filter((item) => item.kind === "split")).toEqual([])
    // The fall of 29 September 2000 and three bad lows are no splits.
    expect(told.findings.map((item) => [item.kind, item.rows])).toEqual([
      ["jump", 1],
      ["wick", 3],
    ])
    expect(told.gaps).toEqual([])
  })

  it("of Coinbase keeps the bad tick of 15 April 2017: a low of 6 cents", () => {
    const rows = gunzipSync(readShared("original/a-unified-flat/BTCUSDT/1d/2017.csv.gz"))
      .toString()
      .trim()
      .split("\n")
      .slice(1)
    const cells = rows.map((row) => row.split(","))
    const column = (index: number) => Float64Array.from(cells, (row) => Number(row[index]))
    const openTime = Float64Array.from(cells, (row) => Date.parse(`${row[0]}T00:00:00Z`))
    const range = { from: Date.UTC(2017, 0), to: Date.UTC(2018, 0) }
    const report = validateBars({
      instrument: bitcoin,
      timeframe: "1d",
      bars: {
        openTime,
        open: column(1),
        high: column(2),
        low: column(3),
        close: column(4),
        volume: column(5),
      },
      range,
      expected: tradingCalendar("24/7").expectedOpenTimes("1d", range),
    })
    expect(report.findings.map((found) => [found.kind, found.places[0]?.openTime])).toEqual([
      ["wick", Date.UTC(2017, 3, 15)],
    ])
    expect(
      report.gaps.map((gap) => [new Date(gap.start).toISOString().slice(0, 10), gap.missingBars]),
    ).toEqual([
      ["2017-03-10", 3],
      ["2017-09-15", 2],
      ["2017-12-30", 2],
    ])
  })

  it("of Binance has 23 outages filled with flat bars, and 8 holes", () => {
    const { bars } = loadSeries("crypto/binance_BTCUSDT_1h_cdd.csv.gz", "UTC")
    const range = { from: bars.openTime.at(-1) as number, to: (bars.openTime[0] as number) + 1 }
    const expected = tradingCalendar("24/7").expectedOpenTimes("1h", range)
    const { outages, givesEveryBar } = venueFacts("binance")
    const report = validateBars({
      instrument: bitcoin,
      timeframe: "1h",
      bars,
      range,
      expected,
      outages,
      givesEveryBar,
      maxPlaces: 100,
    })
    expect(report.findings.find((found) => found.kind === "flat-filler")?.places.length).toBe(23)
    const explained = (gaps: ReadonlyArray<Gap>) =>
      gaps.map((gap) => [new Date(gap.start).toISOString().slice(0, 16), gap.reason])
    expect(explained(report.gaps)).toEqual([
      ["2017-09-22T20:00", "unknown"],
      ["2020-11-30T06:00", "outage"],
      ["2020-12-21T15:00", "outage"],
      ["2020-12-25T02:00", "outage"],
      ["2021-02-11T04:00", "outage"],
      ["2021-03-06T02:00", "outage"],
      ["2021-04-20T02:00", "outage"],
      ["2021-04-25T05:00", "outage"],
    ])
  })

  it("of Bitfinex, sparse as it is, shows the outages that two symbols share", async () => {
    const stored = ["BTCUSD", "LTCUSD"].map((symbol) => ({
      description: {
        instrument: { ...bitcoin, symbol },
        timeframe: "1m" as const,
        adjustment: "none" as const,
      },
      bars: loadSeries(`crypto/bitfinex_${symbol}_1m_2015.csv.gz`, "UTC").bars,
      spans: [
        {
          from: Date.UTC(2015, 0),
          to: Date.UTC(2016, 0),
          rows: 1,
          provider: "bitfinex",
          endpoint: "",
          method: "direct" as const,
          adjustment: "none" as const,
          fetchedAt: Date.UTC(2020, 0),
          settled: true,
        },
      ],
    }))
    const report = await validateStore({ source: memorySource(stored), now: Date.UTC(2020, 0) })
    const btc = report.entries[0]
    const shared = btc?.gaps
      .filter((gap) => gap.reason === "outage")
      .map((gap) => new Date(gap.start).toISOString().slice(0, 10))
    expect(shared).toEqual(expect.arrayContaining(["2015-07-20", "2015-08-24"]))
    // A month that is missing from the download is no outage, whoever shares it.
    expect(btc?.gaps.find((gap) => gap.missingBars === 44_400)?.reason).toBe("unknown")
    // All but a few of 61,148 silences are what a thin market looks like.
    expect(btc?.thin.gaps).toBeGreaterThan(61_000)
    expect(btc?.gaps.length).toBeLessThan(25)
  })

  it("has all known stops of Binance in our ledger", () => {
    const known = readSharedJson("providers/binance/known-gaps.json") as {
      readonly apiScan: {
        readonly gaps: ReadonlyArray<{ firstMissing: string; lastMissing: string; minutes: number }>
      }
      readonly haltsBefore2019: { readonly gaps: ReadonlyArray<{ from: string; to: string }> }
    }
    const stops = [
      ...known.apiScan.gaps.map(
        (gap) => [Date.parse(gap.firstMissing), Date.parse(gap.lastMissing) + 60_000] as const,
      ),
      ...known.haltsBefore2019.gaps.map(
        (gap) =>
          [
            Math.ceil(Date.parse(gap.from) / 60_000) * 60_000,
            Math.floor(Date.parse(gap.to) / 60_000) * 60_000,
          ] as const,
      ),
    ]
    const { outages, givesEveryBar } = venueFacts("binance")
    expect([stops.length, outages.length]).toEqual([35, 35])
    for (const [from, to] of stops) {
      const range = { from: from - 3_600_000, to: to + 3_600_000 }
      const expected = tradingCalendar("24/7").expectedOpenTimes("1m", range)
      const bars = keepRows(walk(expected), (_, time) => time < from || time >= to)
      const report = validateBars({
        instrument: bitcoin,
        timeframe: "1m",
        bars,
        range,
        expected,
        outages,
        givesEveryBar,
      })
      expect(report.gaps.map((gap) => [gap.start, gap.end, gap.reason])).toEqual([[from, to, "outage"]])
      expect(report.score.value).toBe(1)
    }
  })

  it("of many timeframes fetched together agrees between them, where the finer bars are all there", () => {
    const file = "crypto/binance_BTCUSDT_multi_20180428.csv.gz"
    const load = (timeframe: string) => loadSeries(file, "UTC", { symbol: "BTCUSDT", timeframe }).bars
    const pairs = [
      ["1m", "5m"],
      ["5m", "15m"],
      ["15m", "1h"],
      ["1h", "4h"],
      ["1h", "1d"],
    ] as const
    for (const [fineTimeframe, coarseTimeframe] of pairs) {
      const result = compareTimeframes({
        coarse: load(coarseTimeframe),
        coarseTimeframe,
        fine: load(fineTimeframe),
        fineTimeframe,
        calendar: tradingCalendar("24/7"),
      })
      expect(result.complete).toBeGreaterThan(10)
      // The first and last bins may be cut; inside, prices agree.
      const wrong = result.differences.filter(
        (found) => found.complete && found.column !== "volume" && found.relative > 1e-4,
      )
      expect(wrong.length / result.complete).toBeLessThan(0.05)
    }
  })
})

describe.skipIf(!hasSharedData)(`a cache of the original${whenShared}`, () => {
  interface Truth {
    readonly [series: string]: {
      readonly removed: ReadonlyArray<{ from: string; to: string; missing_bars: number }>
    }
  }

  const load = (symbol: string, timeframe: string, years: ReadonlyArray<number>, timeZone: string) => {
    const texts = years.map((year) =>
      gunzipSync(readShared(`original/a-unified-flat/${symbol}/${timeframe}/${year}.csv.gz`)).toString(),
    )
    const cells = texts.flatMap((text) => text.trim().split("\n").slice(1)).map((line) => line.split(","))
    const column = (index: number) => Float64Array.from(cells, (row) => Number(row[index]))
    const toTime = (text: string) =>
      timeZone === "UTC"
        ? Date.parse(`${text.replace(" ", "T")}${text.length === 10 ? "T00:00:00" : ""}Z`)
        : newYorkMidnight(text)
    return {
      openTime: Float64Array.from(cells, ([text = ""]) => toTime(text)),
      open: column(1),
      high: column(2),
      low: column(3),
      close: column(4),
      volume: column(5),
    }
  }

  const midnights = new Map(
    Array.from(
      tradingCalendar("XNYS").sessions({ start: "2010-01-01", end: "2012-12-31" }),
      ({ session }) => [
        session,
        tradingCalendar("XNYS").expectedOpenTimes("1d", { start: session, end: session })[0] as number,
      ],
    ),
  )
  const newYorkMidnight = (date: string): number => midnights.get(date) as number

  it.each([
    ["BTCUSDT-1h", "BTCUSDT", "1h", [2016, 2017], bitcoin],
    ["BTCUSDT-1d", "BTCUSDT", "1d", [2016, 2017], bitcoin],
    ["GOOG-1d", "GOOG", "1d", [2010, 2011, 2012], { ...apple, symbol: "GOOG" }],
  ] as const)(
    "shows all rows that were taken out, and nothing else: %s",
    async (name, symbol, timeframe, years, instrument) => {
      const truth = (readSharedJson("original/truth/truth.json") as Truth)[name]
      const bars = load(symbol, timeframe, years, instrument.timeZone)
      const source = memorySource([{ description: { instrument, timeframe, adjustment: "unknown" }, bars }])
      const report = await validateStore({ source, now: Date.UTC(2026, 0) })
      const found = report.entries[0]?.gaps ?? []
      const toTime = (text: string) =>
        instrument.market === "XNYS"
          ? newYorkMidnight(text.slice(0, 10))
          : Date.parse(`${text.replace(" ", "T")}Z`)
      // Rows taken out on both sides of New Year are one gap.
      const expected: Array<{ start: number; missingBars: number }> = []
      for (const removed of truth?.removed ?? []) {
        const last = expected.at(-1)
        const start = toTime(removed.from)
        if (last !== undefined && last.start + last.missingBars * 3_600_000 === start && timeframe === "1h")
          last.missingBars += removed.missing_bars
        else expected.push({ start, missingBars: removed.missing_bars })
      }
      expect(found.map(({ start, missingBars, reason }) => ({ start, missingBars, reason }))).toEqual(
        expected.map((gap) => ({ ...gap, reason: "unknown" })),
      )
    },
  )
})
