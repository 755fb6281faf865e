import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startVendorSimulator, type VendorSimulator, virtualClock } from "../src/index.ts"
import { utc } from "./ask.ts"
import {
  aggregate,
  askJson,
  askRows,
  askVendor,
  type Cells,
  rawMonth,
  rowsOf,
  values,
} from "./ask-alpha-vantage.ts"

// A Friday, 13:37:21 in New York.
const now = utc("2024-07-19T17:37:21Z")
const clock = virtualClock(now)
let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ clock, alphaVantage: { callsPerDay: 1000, callsPerSecond: 1000 } })
})
afterAll(() => simulator.close())

const daily = { function: "TIME_SERIES_DAILY", symbol: "IBM", outputsize: "full", apikey: "premium1" }

describe("intraday bars", () => {
  it("have numbered keys, Eastern wall-clock times, four decimals and the newest row first", async () => {
    const body = await askJson(simulator, rawMonth("IBM", "2024-03"))
    expect(body["Meta Data"]).toEqual({
      "1. Information": "Intraday (5min) open, high, low, close prices and volume",
      "2. Symbol": "IBM",
      "3. Last Refreshed": "2024-03-28 15:55:00",
      "4. Interval": "5min",
      "5. Output Size": "Full size",
      "6. Time Zone": "US/Eastern",
    })
    const rows = rowsOf(body)
    expect(Object.keys(rows[0]?.cells ?? {})).toEqual([
      "1. open",
      "2. high",
      "3. low",
      "4. close",
      "5. volume",
    ])
    expect(rows.every(({ cells }) => /^\d+\.\d{4}$/.test(cells["1. open"] ?? ""))).toBe(true)
    expect(rows.every(({ cells }) => /^\d+$/.test(cells["5. volume"] ?? ""))).toBe(true)
    expect(rows.map(({ time }) => time)).toEqual(
      rows
        .map(({ time }) => time)
        .toSorted()
        .toReversed(),
    )
  })

  it("keep the session's hours over a change of the clock, and end early with it", async () => {
    const ofDate = async (month: string, date: string) =>
      (await askRows(simulator, rawMonth("IBM", month))).filter(({ time }) => time.startsWith(date))
    for (const date of ["2024-03-08", "2024-03-11"]) {
      const rows = await ofDate("2024-03", date)
      expect([rows.length, rows.at(-1)?.time.slice(11), rows[0]?.time.slice(11)]).toEqual([
        78,
        "09:30:00",
        "15:55:00",
      ])
    }
    const short = await ofDate("2024-07", "2024-07-03")
    expect([short.length, short[0]?.time]).toEqual([42, "2024-07-03 12:55:00"])
    expect(await ofDate("2024-03", "2024-03-29")).toEqual([])
  })

  it("are aggregates of the minutes at every interval, and days of the sessions", async () => {
    const minutes = await askRows(simulator, rawMonth("AAPL", "2020-08", "1min"))
    for (const [interval, length] of [
      ["5min", 5],
      ["15min", 15],
      ["30min", 30],
      ["60min", 60],
    ] as const) {
      const bin = (time: string): string => {
        const minute = Number(time.slice(11, 13)) * 60 + Number(time.slice(14, 16))
        return `${time.slice(0, 10)} ${minute - (minute % length)}`
      }
      const bars = await askRows(simulator, rawMonth("AAPL", "2020-08", interval))
      const bins = Map.groupBy(minutes, ({ time }) => bin(time))
      expect(bars.map((bar) => [bin(bar.time), ...values(bar)])).toEqual(
        Array.from(bins, ([name, rows]) => [name, ...aggregate(rows)]),
      )
    }
    const days = (await askRows(simulator, { ...daily, symbol: "AAPL" })).filter(({ time }) =>
      time.startsWith("2020-08"),
    )
    const dates = Map.groupBy(minutes, ({ time }) => time.slice(0, 10))
    expect(days.map((bar) => [bar.time, ...values(bar)])).toEqual(
      Array.from(dates, ([name, rows]) => [name, ...aggregate(rows)]),
    )
  })

  it("of an hour start at 09:00, on the grid of full hours", async () => {
    const rows = await askRows(simulator, rawMonth("IBM", "2024-05", "60min"))
    const hours = new Set(rows.map(({ time }) => time.slice(11)))
    expect([...hours].toSorted()).toEqual(
      ["09", "10", "11", "12", "13", "14", "15"].map((hour) => `${hour}:00:00`),
    )
  })

  it("have sparse extended hours unless they are refused, around the same session", async () => {
    const { extended_hours: _, ...extended } = rawMonth("IBM", "2024-05", "1min")
    const rows = await askRows(simulator, extended)
    const times = rows.map(({ time }) => time.slice(11)).toSorted()
    expect([times[0], times.at(-1)]).toEqual(["04:00:00", "19:59:00"])
    const regular = rows.filter(({ time }) => time.slice(11) >= "09:30:00" && time.slice(11) < "16:00:00")
    expect(regular).toEqual(await askRows(simulator, rawMonth("IBM", "2024-05", "1min")))
    const perDay = (rows.length - regular.length) / new Set(rows.map(({ time }) => time.slice(0, 10))).size
    expect(perDay).toBeGreaterThan(200)
    expect(perDay).toBeLessThan(400)
  })

  it("are a hundred rows unless all are asked for, and thirty days without a month", async () => {
    const { outputsize: _, ...compact } = rawMonth("IBM", "2024-03")
    const whole = await askRows(simulator, rawMonth("IBM", "2024-03"))
    expect(await askRows(simulator, compact)).toEqual(whole.slice(0, 100))
    const { month: __, ...recent } = rawMonth("IBM", "")
    const dates = (await askRows(simulator, recent)).map(({ time }) => time.slice(0, 10))
    expect([dates.at(-1), dates[0]]).toEqual(["2024-06-20", "2024-07-19"])
  })

  it("are adjusted by default for later splits and dividends, and as traded on request", async () => {
    const { adjusted: _, ...byDefault } = rawMonth("NVDA", "2024-05")
    const raw = await askRows(simulator, rawMonth("NVDA", "2024-05"))
    const adjusted = await askRows(simulator, byDefault)
    expect(adjusted.map(({ time }) => time)).toEqual(raw.map(({ time }) => time))
    // Ten shares for one on 2024-06-10; the dividend of June is a hundredth of a per cent.
    for (const [row, { close, volume }] of raw.entries()) {
      expect((close / (adjusted[row]?.close ?? 0) - 10) / 10).toBeCloseTo(0.0001, 3)
      expect(adjusted[row]?.volume).toBe(volume * 10)
    }
    clock.set(utc("2024-06-07T20:00:00Z"))
    expect(await askRows(simulator, rawMonth("NVDA", "2024-05"))).toEqual(raw)
    expect((await askRows(simulator, byDefault))[0]?.volume).toBe(raw[0]?.volume)
    clock.set(now)
  })

  it("end at the present, with the running bar as far as it has come", async () => {
    const rows = await askRows(simulator, rawMonth("IBM", "2024-07"))
    expect(rows[0]?.time).toBe("2024-07-19 13:35:00")
    clock.set(now + 5 * 60_000)
    const later = await askRows(simulator, rawMonth("IBM", "2024-07"))
    clock.set(now)
    expect(later[0]?.time).toBe("2024-07-19 13:40:00")
    expect(later[1]?.volume).toBeGreaterThan(rows[0]?.volume ?? Number.NaN)
    expect(later.slice(2)).toEqual(rows.slice(1))
  })
})

describe("a download as CSV", () => {
  it.each([
    [rawMonth("IBM", "2024-03", "15min"), "intraday_15min_IBM.csv"],
    [daily, "daily_IBM.csv"],
    [{ function: "TIME_SERIES_WEEKLY", symbol: "IBM", apikey: "free" }, "weekly_IBM.csv"],
    [{ function: "TIME_SERIES_MONTHLY", symbol: "IBM", apikey: "free" }, "monthly_IBM.csv"],
  ])("has the rows of the JSON answer, lines with CRLF and a file name: %j", async (query, fileName) => {
    const response = await askVendor(simulator, { ...query, datatype: "csv" })
    expect(response.headers.get("content-type")).toBe("application/x-download")
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename=${fileName}`)
    const text = await response.text()
    const lines = text.split("\r\n")
    expect(lines.pop()).toBe("")
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/)
    expect(lines[0]).toBe("timestamp,open,high,low,close,volume")
    const rows = await askRows(simulator, query)
    expect(lines.slice(1)).toEqual(rows.map(({ time, cells }) => [time, ...Object.values(cells)].join()))
  })
})

describe("days, weeks and months", () => {
  it("go back to the listing, as traded, and never restate", async () => {
    const rows = await askRows(simulator, { ...daily, symbol: "TSLA" })
    expect([rows.at(-1)?.time, rows[0]?.time]).toEqual(["2010-06-29", "2024-07-19"])
    const before = rows.find(({ time }) => time === "2020-08-28")
    const after = rows.find(({ time }) => time === "2020-08-31")
    expect((before?.close ?? 0) / (after?.open ?? 1)).toBeCloseTo(5, 0)
    clock.set(utc("2020-08-30T12:00:00Z"))
    const earlier = await askRows(simulator, { ...daily, symbol: "TSLA" })
    clock.set(now)
    expect(earlier).toEqual(rows.filter(({ time }) => time <= "2020-08-28"))
  })

  it("of a free key are a hundred days, all weeks and all months", async () => {
    const free = { symbol: "TSLA", apikey: "free" }
    expect(await askRows(simulator, { ...free, function: "TIME_SERIES_DAILY" })).toHaveLength(100)
    const weeks = await askRows(simulator, { ...free, function: "TIME_SERIES_WEEKLY" })
    const months = await askRows(simulator, { ...free, function: "TIME_SERIES_MONTHLY" })
    expect([weeks.at(-1)?.time, weeks[0]?.time]).toEqual(["2010-07-02", "2024-07-19"])
    expect([months.at(-1)?.time, months[0]?.time]).toEqual(["2010-06-30", "2024-07-19"])
    // Good Friday: the week ends on a Thursday.
    expect(weeks.map(({ time }) => time)).toContain("2024-03-28")
    const days = await askRows(simulator, { ...daily, symbol: "TSLA" })
    const may = days.filter(({ time }) => time.startsWith("2024-05"))
    expect(values(months.find(({ time }) => time === "2024-05-31") as (typeof months)[number])).toEqual(
      aggregate(may),
    )
    const week = days.filter(({ time }) => time >= "2024-05-27" && time <= "2024-05-31")
    expect(values(weeks.find(({ time }) => time === "2024-05-31") as (typeof weeks)[number])).toEqual(
      aggregate(week),
    )
  })

  it("with events name the split and the dividend on their dates, which the lists name too", async () => {
    const events = {
      function: "TIME_SERIES_DAILY_ADJUSTED",
      symbol: "AAPL",
      outputsize: "full",
      apikey: "premium1",
    }
    const rows = await askRows(simulator, events)
    const listed = async (name: string) =>
      (await askJson(simulator, { function: name, symbol: "AAPL", apikey: "free" }))[
        "data"
      ] as ReadonlyArray<Cells>
    const splits = await listed("SPLITS")
    expect(splits[0]).toEqual({ effective_date: "2020-08-31", split_factor: "4.0000" })
    expect(
      rows.filter(({ cells }) => Number(cells["8. split coefficient"]) !== 1).map(({ time }) => time),
    ).toEqual(splits.map((split) => split["effective_date"]))
    const dividends = await listed("DIVIDENDS")
    expect(
      rows
        .filter(({ cells }) => Number(cells["7. dividend amount"]) > 0)
        .map(({ time, cells }) => [time, Number(cells["7. dividend amount"])]),
    ).toEqual(
      dividends.map((dividend) => [
        dividend["ex_dividend_date"],
        Number(Number(dividend["amount"]).toFixed(4)),
      ]),
    )
    expect(Number(rows[0]?.cells["5. adjusted close"])).toBe(rows[0]?.close)
    const beforeSplit = rows.find(({ time }) => time === "2020-08-28")
    expect((beforeSplit?.close ?? 0) / Number(beforeSplit?.cells["5. adjusted close"])).toBeGreaterThan(4)
  })

  it("of a listing in London have its dates and its symbol there, and no intraday bars", async () => {
    const rows = await askRows(simulator, { ...daily, symbol: "VOD.LON" })
    const dates = rows.map(({ time }) => time)
    expect(dates).toContain("2024-07-04")
    expect(dates).not.toContain("2024-05-06")
    expect(await askJson(simulator, rawMonth("VOD.LON", "2024-05"))).toHaveProperty("Error Message")
    expect(await askJson(simulator, { ...daily, symbol: "VOD.L" })).toHaveProperty("Error Message")
  })
})

it("a search finds symbols and names, the very symbol first", async () => {
  const search = async (keywords: string) =>
    (await askJson(simulator, { function: "SYMBOL_SEARCH", keywords, apikey: "free" }))[
      "bestMatches"
    ] as ReadonlyArray<Cells>
  expect((await search("ibm"))[0]).toEqual({
    "1. symbol": "IBM",
    "2. name": "International Business Machines",
    "3. type": "Equity",
    "4. region": "United States",
    "5. marketOpen": "09:30",
    "6. marketClose": "16:00",
    "7. timezone": "UTC-04",
    "8. currency": "USD",
    "9. matchScore": "1.0000",
  })
  expect((await search("vodafone"))[0]).toMatchObject({ "1. symbol": "VOD.LON", "8. currency": "GBX" })
  expect(await search("nothing like this")).toEqual([])
})
