import { type Bars, barCount, type Instrument, type TimeRange } from "@barkeep/market-data"
import { checkPage } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { type ChartBars, chartToBars } from "../src/chart-to-bars.ts"
import { parseChart } from "../src/parse-chart.ts"
import type { OfferedTimeframe } from "../src/timeframes.ts"
import { toVendorSymbol } from "../src/symbols.ts"
import { answerOf, bitcoin, day, local, localRange, readFixture, type Row, show, stock } from "./fixture.ts"

interface Question {
  readonly timeframe?: OfferedTimeframe
  readonly range: TimeRange
  readonly instrument?: Instrument
  readonly now?: number
}

const read = (payload: unknown, question: Question): Result.Result<ChartBars, string> => {
  const { timeframe = "1d", range, instrument = stock(), now = local("2025-03-24 12:00") } = question
  const vendorSymbol = toVendorSymbol(instrument) ?? ""
  return Result.flatMap(parseChart(payload, { vendorSymbol, timeframe }), (chart) =>
    chartToBars(chart, { instrument, timeframe, range, asked: range, now }),
  )
}

const barsOf = (payload: unknown, question: Question): Bars => Result.getOrThrow(read(payload, question)).bars

const issueOf = (payload: unknown, question: Question): string | undefined => {
  const result = read(payload, question)
  return Result.isFailure(result) ? result.failure : undefined
}

const year2020 = localRange("2020-01-01 00:00", "2021-01-01 00:00")

describe("a day", () => {
  it("becomes the bar of its date, with the prices that were meant", () => {
    const bars = barsOf(readFixture("daily-with-events.json"), { range: year2020 })
    expect([...bars.openTime].map((time) => show(time))).toEqual([
      "2020-08-28 00:00:00",
      "2020-08-31 00:00:00",
      "2020-09-01 00:00:00",
      "2020-11-06 00:00:00",
    ])
    expect([...bars.open]).toEqual([26.0125, 31.895, 32.76, 29.32])
    expect([...bars.high]).toEqual([26.5, 32.75, 33.8, 29.79])
    expect([...bars.low]).toEqual([25.975, 31.5, 32.53, 29.13])
    expect([...bars.close]).toEqual([26.3125, 32.26, 33.18, 29.67])
    expect([...bars.volume]).toEqual([1_876_000, 2_257_027, 1_519_481, 1_144_578])
  })

  const days: ReadonlyArray<readonly [string, string, string, string]> = [
    ["opens in London", "Europe/London", "2020-07-01 08:00", "2020-07-01"],
    ["opens in Sydney on the day before in UTC", "Australia/Sydney", "2020-01-07 10:00", "2020-01-07"],
    ["of a future starts at midnight", "America/New_York", "2020-01-02 00:00", "2020-01-02"],
    ["is stamped an hour early", "America/Sao_Paulo", "2020-01-01 23:00", "2020-01-02"],
    ["is stamped two hours early", "America/Sao_Paulo", "2020-01-01 22:00", "2020-01-02"],
    ["starts in a night without midnight", "America/Sao_Paulo", "2018-11-04 10:00", "2018-11-04"],
  ]
  it.each(days)("%s", (_name, timeZone, stamp, date) => {
    const range = localRange("2018-01-01 00:00", "2021-01-01 00:00", timeZone)
    const payload = answerOf([[local(stamp, timeZone), 1, 2, 1, 2, 3]], { timeZone })
    const bars = barsOf(payload, { range, instrument: stock("ACME", "XXXX", timeZone) })
    expect([...bars.openTime].map((time) => show(time, timeZone).slice(0, 10))).toEqual([date])
  })

  it("counts in the exchange's zone and is filed under the market's midnight", () => {
    const payload = answerOf([[local("2020-01-02 08:30", "America/Chicago"), 1, 2, 1, 2, 3]], {
      timeZone: "America/Chicago",
    })
    expect([...barsOf(payload, { range: year2020 }).openTime]).toEqual([local("2020-01-02 00:00")])
  })
})

describe("weeks and months", () => {
  const payload = (granularity: string, dates: ReadonlyArray<string>) =>
    answerOf(
      dates.map((date): Row => [local(`${date} 00:00`), 1, 2, 1, 2, 3]),
      { granularity },
    )

  it("are stamped with their first midnight", () => {
    const weeks = barsOf(payload("1wk", ["2020-02-24", "2020-03-02"]), { timeframe: "1w", range: year2020 })
    expect([...weeks.openTime]).toEqual([local("2020-02-24 00:00"), local("2020-03-02 00:00")])
    const months = barsOf(payload("1mo", ["2020-02-01", "2020-03-01"]), { timeframe: "1mo", range: year2020 })
    expect([...months.openTime]).toEqual([local("2020-02-01 00:00"), local("2020-03-01 00:00")])
  })

  it("that start on another day are no grid, which the check of the page finds", () => {
    const weeks = barsOf(payload("1wk", ["2020-02-25", "2020-03-03", "2020-03-09"]), {
      timeframe: "1w",
      range: year2020,
    })
    const request = { instrument: stock(), timeframe: "1w", range: year2020 } as const
    expect(checkPage(request, weeks, "session")).toMatch(/is no open time of 1w/)
  })
})

describe("an answer is refused when", () => {
  const good: ReadonlyArray<Row> = [
    [local("2020-01-02 09:30"), 1, 2, 1, 2, 3],
    [local("2020-01-03 09:30"), 1, 2, 1, 2, 3],
    [local("2020-01-06 09:30"), 1, 2, 1, 2, 3],
  ]
  interface Result {
    meta: Record<string, unknown>
    timestamp?: Array<number>
    indicators: { quote: [Record<string, Array<unknown>>] }
  }
  const changed = (change: (result: Result) => void): unknown => {
    const payload = structuredClone(answerOf(good)) as { chart: { result: [Result] } }
    change(payload.chart.result[0])
    return payload
  }
  const quote = (result: Result): Record<string, Array<unknown>> => result.indicators.quote[0]

  const table: ReadonlyArray<readonly [string, unknown, string | RegExp]> = [
    ["it is no object", null, "the answer holds no chart"],
    ["it holds no result", { chart: { result: [], error: null } }, "the answer holds no chart"],
    ["it is about another symbol", answerOf(good, { symbol: "ACME.MX" }), "asked for ACME, answered ACME.MX"],
    ["it has another granularity", answerOf(good, { granularity: "3mo" }), "asked for 1d, answered 3mo"],
    [
      "it does not tell its granularity",
      changed(({ meta }) => delete meta["dataGranularity"]),
      /answered undefined/,
    ],
    [
      "its zone is unknown",
      answerOf(good, { timeZone: "Mars/Olympus" }),
      "unknown exchange time zone Mars/Olympus",
    ],
    [
      "a column is shorter",
      changed((r) => quote(r)["open"]?.pop()),
      "column open has 2 rows, there are 3 time stamps",
    ],
    [
      "a column is missing",
      changed((r) => delete quote(r)["low"]),
      "column low has 0 rows, there are 3 time stamps",
    ],
    ["its time stamps are missing", changed((r) => delete r.timestamp), /there are 0 time stamps/],
    ["a price is text", changed((r) => (quote(r)["high"] = ["2", 2, 2])), "row 0: high is no number"],
    ["a time stamp has a fraction", changed((r) => r.timestamp?.splice(1, 1, 0.5)), /no whole number/],
    [
      "its rows do not ascend",
      changed((r) => r.timestamp?.splice(1, 1, r.timestamp[0] ?? 0)),
      /do not ascend/,
    ],
    [
      "a row lies far outside what was asked",
      answerOf([[local("2019-06-03 09:30"), 1, 2, 1, 2, 3], ...good]),
      /not what was asked/,
    ],
    [
      "an event has no date",
      answerOf(good, { events: { splits: { 1: { numerator: 4, denominator: 1 } } } }),
      "a split lacks its date or ratio",
    ],
    [
      "an event has no amount",
      answerOf(good, { events: { dividends: { 1: { date: 1 } } } }),
      "a dividend lacks its date or amount",
    ],
  ]
  it.each(table)("%s", (_name, payload, issue) => {
    const found = issueOf(payload, { range: year2020 })
    if (typeof issue === "string") expect(found).toBe(issue)
    else expect(found).toMatch(issue)
  })

  it("nothing is wrong", () => {
    expect(issueOf(answerOf(good), { range: year2020 })).toBeUndefined()
  })
})

describe("volume", () => {
  const row = (volume: number | null): unknown => answerOf([[local("2020-01-02 00:00"), 1, 2, 1, 2, volume]])
  const volumeOf = (volume: number | null, assetClass: Instrument["assetClass"]): number | undefined =>
    barsOf(row(volume), { range: year2020, instrument: { ...stock(), assetClass } }).volume[0]

  it("is kept where it counts something", () => {
    expect(volumeOf(12, "stock")).toBe(12)
    expect(volumeOf(0, "index")).toBe(0)
    const payload = answerOf([[Date.UTC(2020, 0, 1), 1, 2, 1, 2, 18_565_664_997]], {
      symbol: "BTC-USD",
      timeZone: "UTC",
    })
    const range = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2020, 0, 2) }
    expect(barsOf(payload, { range, instrument: bitcoin }).volume[0]).toBe(18_565_664_997)
  })

  it("is missing where Yahoo sends zeros for want of one, or nothing", () => {
    expect(volumeOf(0, "fund")).toBeNaN()
    expect(volumeOf(null, "stock")).toBeNaN()
  })
})

it("reads a longer answer than was asked for within the range only", () => {
  const rows = Array.from({ length: 6 }, (_, index): Row => [
    local("2020-01-06 09:30") + index * day,
    1,
    2,
    1,
    2,
    3,
  ])
  const range = localRange("2020-01-07 00:00", "2020-01-09 00:00")
  const asked = localRange("2020-01-06 00:00", "2020-01-11 00:00")
  const chart = Result.getOrThrow(parseChart(answerOf(rows), { vendorSymbol: "ACME", timeframe: "1d" }))
  const result = chartToBars(chart, {
    instrument: stock(),
    timeframe: "1d",
    range,
    asked,
    now: local("2025-03-24 12:00"),
  })
  expect(barCount(Result.getOrThrow(result).bars)).toBe(2)
})
