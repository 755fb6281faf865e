import { barRows, type Timeframe } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import type { BarLabel, Datatype } from "../src/options.ts"
import { parseSeriesCsv } from "../src/parse-series-csv.ts"
import { parseSeriesJson } from "../src/parse-series-json.ts"
import { planCalls } from "../src/plan-series.ts"
import { seriesToBars } from "../src/series-to-bars.ts"
import { toVendorSeries } from "../src/timeframes.ts"
import { localRange, readFixture, stock, wall } from "./fixture.ts"

const march = localRange("2024-03-01 00:00", "2024-04-01 00:00")
const now = march.to + 30 * 86_400_000

interface Asked {
  readonly timeframe?: Timeframe
  readonly instrument?: ReturnType<typeof stock>
  readonly label?: BarLabel
  readonly datatype?: Datatype
  readonly headers?: Record<string, string>
}

/** What becomes of an answer: its bars, or why it is none. */
const readAnswer = (
  answer: unknown,
  { timeframe = "5m", instrument = stock(), label = "open", datatype = "json", headers = {} }: Asked = {},
) => {
  const series = toVendorSeries(timeframe)
  const [call] = Result.getOrThrow(
    planCalls({ instrument, timeframe, range: march }, { tier: "premium", now }),
  )
  assert(series !== undefined && call !== undefined)
  const parsed =
    datatype === "csv"
      ? parseSeriesCsv({ text: String(answer), headers: new Headers(headers) }, series)
      : parseSeriesJson(answer, series.rowsKey)
  return Result.flatMap(parsed, (rows) =>
    seriesToBars(rows, { instrument, timeframe, call, label, datatype }),
  )
}

const barsOf = (...asked: Parameters<typeof readAnswer>) => [
  ...barRows(Result.getOrThrow(readAnswer(...asked)).bars),
]
const timesOf = (...asked: Parameters<typeof readAnswer>) =>
  barsOf(...asked).map(({ openTime }) => wall(openTime).slice(0, 16))

const issueOf = (...asked: Parameters<typeof readAnswer>): string => {
  const result = readAnswer(...asked)
  assert(Result.isFailure(result), "the answer was taken")
  return result.failure
}

const cells = { "1. open": "10", "2. high": "12", "3. low": "9", "4. close": "11", "5. volume": "5" }
const meta = {
  "1. Information": "",
  "2. Symbol": "IBM",
  "4. Interval": "5min",
  "5. Output Size": "Full size",
  "6. Time Zone": "US/Eastern",
}

const intraday = (times: ReadonlyArray<string>, changes: object = {}, first: object = cells) => ({
  "Meta Data": { ...meta, ...changes },
  "Time Series (5min)": Object.fromEntries(
    times.map((time, index) => [time, index === 0 ? first : { ...cells, "5. volume": String(index) }]),
  ),
})

describe("an intraday answer", () => {
  it("becomes bars, oldest first, by New York's clock on both sides of a change", () => {
    const bars = barsOf(readFixture("intraday.json"))
    expect(bars).toHaveLength(5)
    expect(bars[0]).toEqual({
      openTime: Date.UTC(2024, 2, 8, 14, 30),
      open: 196.06,
      high: 197.77,
      low: 195.89,
      close: 197,
      volume: 520817,
    })
    expect(bars[2]?.openTime).toBe(Date.UTC(2024, 2, 11, 13, 30))
  })

  it("may tell its times in UTC, as crypto's do", () => {
    const answer = intraday(["2024-03-11 13:35:00", "2024-03-11 13:30:00"], { "6. Time Zone": "UTC" })
    expect(timesOf(answer)).toEqual(["2024-03-11 09:30", "2024-03-11 09:35"])
  })

  it("may hold nothing", () => {
    expect(barsOf(intraday([]))).toEqual([])
  })

  it("gives the rows of the regular session alone, whatever else it holds", () => {
    const times = [
      "2024-03-11 19:55:00",
      "2024-03-11 16:00:00",
      "2024-03-11 15:55:00",
      "2024-03-11 09:30:00",
      "2024-03-11 09:25:00",
      "2024-03-11 04:00:00",
    ]
    expect(timesOf(intraday(times))).toEqual(["2024-03-11 09:30", "2024-03-11 15:55"])
  })

  it("keeps the hour that the session opens in, which starts before it", () => {
    const answer = {
      "Meta Data": { ...meta, "4. Interval": "60min" },
      "Time Series (60min)": {
        "2024-03-11 15:00:00": cells,
        "2024-03-11 10:00:00": cells,
        "2024-03-11 09:00:00": cells,
      },
    }
    expect(timesOf(answer, { timeframe: "1h" })).toEqual([
      "2024-03-11 09:00",
      "2024-03-11 10:00",
      "2024-03-11 15:00",
    ])
  })

  it.each<[string, unknown, string]>([
    ["no object", [], "the answer is no object"],
    ["no meta data", { "Time Series (5min)": {} }, "the answer has no Meta Data"],
    ["no rows", { "Meta Data": meta }, "the answer has no Time Series (5min)"],
    [
      "the rows of another interval",
      { "Meta Data": meta, "Time Series (1min)": {} },
      `the answer has "Time Series (1min)" instead of Time Series (5min)`,
    ],
    [
      "a notice beside its rows",
      { ...intraday([]), Information: "x" },
      `the answer has "Information" instead of Time Series (5min)`,
    ],
    [
      "the symbol of another stock",
      intraday([], { "2. Symbol": "XXYYZZ" }),
      "an answer about XXYYZZ instead of IBM",
    ],
    [
      "another interval in its meta data",
      intraday([], { "4. Interval": "1min" }),
      "an answer with the interval 1min instead of 5min",
    ],
    [
      "an unknown zone",
      intraday(["2024-03-11 09:30:00"], { "6. Time Zone": "Moon/Base" }),
      "the unknown time zone Moon/Base",
    ],
    [
      "a row of another month",
      intraday(["2024-03-01 09:30:00", "2024-02-29 09:30:00"]),
      "rows outside the month 2024-03",
    ],
    [
      "oldest rows first",
      intraday(["2024-03-11 09:30:00", "2024-03-11 09:35:00"]),
      "rows are not ordered newest first: 2024-03-11 09:30:00 comes before 2024-03-11 09:35:00",
    ],
    [
      "a time off the grid",
      intraday(["2024-03-11 09:33:00"]),
      "row 0: 2024-03-11T13:33:00Z is no open time of 5m",
    ],
    [
      "a time that no clock showed",
      intraday(["2024-03-10 02:30:00"]),
      "2024-03-10 02:30:00 was shown never in US/Eastern",
    ],
    [
      "a date that no calendar has",
      intraday(["2024-02-30 09:30:00"]),
      "row 0 has no time but 2024-02-30 09:30:00",
    ],
    [
      "a date instead of a time",
      intraday(["2024-03-11"]),
      "a row at 2024-03-11 00:00:00 in New York, where nobody trades at that time",
    ],
    [
      "times of another zone than the one it names",
      intraday(["2024-03-11 20:55:00", "2024-03-11 14:30:00"]),
      "a row at 2024-03-11 20:55:00 in New York",
    ],
    [
      "an hour that no clock has",
      intraday(["2024-03-11 24:00:00"]),
      "row 0 has no time but 2024-03-11 24:00:00",
    ],
    [
      "a row of other columns",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "6. vwap": "1" }),
      "row 2024-03-11 09:30:00 is no row of",
    ],
    [
      "a number for a text",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "4. close": 11 }),
      "is no decimal number",
    ],
    [
      "an empty cell",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "4. close": "" }),
      "is no decimal number",
    ],
    [
      "no volume",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "5. volume": null }),
      "is no decimal number",
    ],
    [
      "a negative price",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "3. low": "-9" }),
      "is no decimal number",
    ],
    [
      "an exponent",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "5. volume": "1e3" }),
      "is no decimal number",
    ],
    [
      "a price of zero",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "3. low": "0.0000" }),
      "a price of zero at 2024-03-11 13:30:00 UTC",
    ],
    [
      "a high below the close",
      intraday(["2024-03-11 09:30:00"], {}, { ...cells, "2. high": "10.5" }),
      "row 0: high 10.5 is below another price",
    ],
  ])("is refused as a whole with %s", (_name, answer, issue) => {
    expect(issueOf(answer)).toContain(issue)
  })
})

describe("a daily answer", () => {
  it("carries the dates of the exchange's own sessions, whatever zone it names", () => {
    const london = stock("TSCO.L", "XLON", "Europe/London")
    const bars = barsOf(readFixture("daily.json"), { timeframe: "1d", instrument: london })
    // The clocks of London changed on 31 March.
    expect(bars.map(({ openTime }) => openTime)).toEqual([Date.UTC(2024, 2, 27), Date.UTC(2024, 2, 28)])
  })

  it.each<[string, object, string]>([
    ["times", { "2024-03-28 09:30:00": cells }, "2024-03-28 09:30:00 is no date"],
    ["no row", {}, "no row at all"],
  ])("is refused with %s", (_name, rows, issue) => {
    expect(
      issueOf(
        { "Meta Data": { "2. Symbol": "IBM", "4. Output Size": "Full size" }, "Time Series (Daily)": rows },
        { timeframe: "1d" },
      ),
    ).toBe(issue)
  })

  it("is refused with the columns of adjusted prices", () => {
    const adjusted = {
      ...cells,
      "5. adjusted close": "3",
      "6. volume": "5",
      "7. dividend amount": "0",
      "8. split coefficient": "1",
    }
    const answer = {
      "Meta Data": { "2. Symbol": "IBM", "4. Output Size": "Full size" },
      "Time Series (Daily)": { "2024-03-28": adjusted },
    }
    expect(issueOf(answer, { timeframe: "1d" })).toContain("is no row of 1. open")
  })
})

describe("a weekly or monthly answer", () => {
  it("is dated by the last session of a week, and becomes bars of Mondays", () => {
    expect(timesOf(readFixture("weekly.json"), { timeframe: "1w" })).toEqual([
      "2024-03-18 00:00",
      "2024-03-25 00:00",
    ])
  })

  it("is refused with two rows of one month", () => {
    const rows = { "2024-03-28": cells, "2024-03-21": cells }
    expect(
      issueOf({ "Meta Data": { "2. Symbol": "IBM" }, "Monthly Time Series": rows }, { timeframe: "1mo" }),
    ).toBe("two rows of one bar")
  })
})

const header = "timestamp,open,high,low,close,volume"
const csvOf = (...lines: ReadonlyArray<string>) => [header, ...lines, ""].join("\r\n")
const download = (name: string) => ({
  "content-type": "application/x-download",
  "content-disposition": `attachment; filename=${name}.csv`,
})

describe("a CSV answer", () => {
  const lines = ["2024-03-11 09:35:00,10.0000,12.0000,9.0000,11.0000,5", "2024-03-11 09:30:00,10,12,9,11,7"]

  it.each([
    ["lines that end as in the recordings", csvOf(...lines)],
    ["lines that end as elsewhere", csvOf(...lines).replaceAll("\r\n", "\n")],
  ])("with %s becomes bars, oldest first", (_name, text) => {
    const bars = barsOf(text, { datatype: "csv", headers: download("intraday_5min_IBM") })
    expect(bars.map(({ openTime, volume }) => [wall(openTime).slice(11, 16), volume])).toEqual([
      ["09:30", 7],
      ["09:35", 5],
    ])
  })

  it("needs no name", () => {
    expect(barsOf(csvOf(...lines), { datatype: "csv" })).toHaveLength(2)
  })

  it.each<[string, string, Record<string, string>, string]>([
    ["JSON in it", `{"Error Message": "new words"}`, {}, "JSON instead of CSV"],
    ["a web page in it", "<html>\n</html>\n", {}, `the header is not ${header} but <html>`],
    [
      "the header of the retired function",
      csvOf().replace("timestamp", "time"),
      {},
      `the header is not ${header}`,
    ],
    ["nothing in it", "", {}, `the header is not ${header}`],
    ["its last line cut off", csvOf(...lines).slice(0, -4), {}, "the last line is cut short"],
    ["its last line end cut off", csvOf(...lines).trimEnd(), {}, "the last line is cut short"],
    ["a line without a cell", csvOf("2024-03-11 09:30:00,10,12,9,11"), {}, "row 0 has 5 cells"],
    ["an empty line", csvOf("", ...lines), {}, "row 0 has 1 cells"],
    ["a quote that never ends", csvOf(`"2024-03-11 09:30:00,10,12,9,11,5`), {}, "the last line is cut short"],
    [
      "compression, under which a loss goes unnoticed",
      csvOf(...lines),
      { "content-encoding": "gzip" },
      "CSV with gzip compression",
    ],
    [
      "the name of another stock",
      csvOf(...lines),
      download("intraday_5min_AAPL"),
      "an answer about AAPL instead of IBM",
    ],
    [
      "the name of another interval",
      csvOf(...lines),
      download("intraday_1min_IBM"),
      "an answer with the interval 1min instead of 5min",
    ],
    [
      "the name of another series",
      csvOf(...lines),
      download("daily_IBM"),
      "an answer with the interval none instead of 5min",
    ],
    [
      "exactly the rows of a short answer",
      csvOf(...Array.from({ length: 100 }, () => lines[0] ?? "")),
      {},
      "rows are not ordered",
    ],
  ])("is refused as a whole with %s", (_name, text, headers, issue) => {
    expect(issueOf(text, { datatype: "csv", headers })).toContain(issue)
  })
})
