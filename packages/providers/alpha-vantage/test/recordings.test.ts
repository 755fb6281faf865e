import { barCount, findBarsIssue } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { labelEvidence } from "../src/bar-label.ts"
import { parseSeriesCsv } from "../src/parse-series-csv.ts"
import { parseSeriesJson } from "../src/parse-series-json.ts"
import type { SeriesCall } from "../src/plan-series.ts"
import { seriesToBars } from "../src/series-to-bars.ts"
import { parseMatches } from "../src/symbol-search.ts"
import { toVendorSeries, type VendorSeries } from "../src/timeframes.ts"
import { local, localRange, readShared, stock, wall } from "./fixture.ts"

const original = "providers/alphavantage/RomelTorres-alpha_vantage"
const packed = "ohlcv/raw"

const sources = [
  {
    source: original,
    minutes: readShared(`${original}/mock_time_series.json`),
    crypto: readShared(`${original}/mock_crypto_currencies.json`),
    extended: readShared(`${original}/mock_time_series_extended.csv`),
    search: readShared(`${original}/symbol_search.json`),
    quote: readShared(`${original}/global_quote.json`),
    exchangeRate: readShared(`${original}/mock_foreign_exchange.json`),
  },
  {
    source: packed,
    minutes: readShared(`${packed}/alphavantage_mock_time_series.json.gz`),
    crypto: readShared(`${packed}/alphavantage_mock_crypto_currencies.json.gz`),
    extended: readShared(`${packed}/alphavantage_intraday_extended.csv.gz`),
    search: readShared(`${packed}/alphavantage_symbol_search.json.gz`),
    quote: readShared(`${packed}/alphavantage_global_quote.json.gz`),
    exchangeRate: "{}",
  },
]
const isAbsent = sources.some((source) => Object.values(source).includes(undefined))

const minutes = toVendorSeries("1m") as VendorSeries

/** A question to which a recording would be the answer. */
const callOf = (from: string, to: string, outputSize: "compact" | "full"): SeriesCall => {
  const range = localRange(`${from}-01 00:00`, `${to}-01 00:00`)
  return { vendorSymbol: "MSFT", series: minutes, range, month: { name: from, range }, outputSize }
}

const question = { instrument: stock("MSFT"), timeframe: "1m", label: "open", datatype: "json" } as const

const json = (text: string | undefined): unknown => JSON.parse(text ?? "")
const headers = new Headers()

describe.skipIf(isAbsent).each(sources)(
  "a recorded answer of $source (needs the shared test data)",
  (recordings) => {
    it("of 2017's minutes is read row by row, in New York's winter time", () => {
      const series = Result.getOrThrow(parseSeriesJson(json(recordings.minutes), minutes.rowsKey))
      const { bars } = Result.getOrThrow(
        seriesToBars(series, { ...question, call: callOf("2017-12", "2018-01", "compact") }),
      )
      expect(barCount(bars)).toBe(100)
      expect(findBarsIssue(bars)).toBeUndefined()
      expect(bars.openTime[0]).toBe(Date.UTC(2017, 11, 18, 18, 17))
      expect(bars.openTime.at(-1)).toBe(Date.UTC(2017, 11, 18, 19, 56))
      expect([bars.open.at(-1), bars.close.at(-1), bars.volume.at(-1)]).toEqual([86.49, 86.5, 10494])
    })

    it("of 2017's minutes is no whole month", () => {
      const series = Result.getOrThrow(parseSeriesJson(json(recordings.minutes), minutes.rowsKey))
      const result = seriesToBars(series, { ...question, call: callOf("2017-12", "2018-01", "full") })
      assert(Result.isFailure(result))
      expect(result.failure).toBe("100 rows of the size Compact, though all were asked for")
    })

    it.each(["crypto", "quote", "exchangeRate", "search"] as const)(
      "of another function (%s) is no series",
      (name) => {
        for (const timeframe of ["1m", "1d", "1w", "1mo"] as const)
          expect(
            Result.isFailure(
              parseSeriesJson(json(recordings[name]), toVendorSeries(timeframe)?.rowsKey ?? ""),
            ),
          ).toBe(true)
      },
    )

    it("of the retired extended function is refused by its header", () => {
      const result = parseSeriesCsv({ text: recordings.extended ?? "", headers }, minutes)
      assert(Result.isFailure(result))
      expect(result.failure).toContain("the header is not timestamp,open,high,low,close,volume but time,open")
    })

    /** The retired function's rows as today's would send them. */
    const renamed = () => {
      const text = (recordings.extended ?? "").replace(/^time,/, "timestamp,").trimEnd()
      return Result.getOrThrow(parseSeriesCsv({ text: `${text}\r\n`, headers }, minutes))
    }

    it("of 2020's minutes shows that their times mark the end", () => {
      const { localTime } = renamed()
      expect(localTime).toHaveLength(11_190)
      expect(labelEvidence(localTime, "1m")).toEqual({ label: "close", isExtended: true })
    })

    it("of 2020's minutes puts the opening auction at 09:30 when it is told so, and is refused when not", () => {
      const series = renamed()
      const asked = { ...question, datatype: "csv", call: callOf("2020-11", "2021-01", "full") } as const
      const byStart = seriesToBars(series, asked)
      assert(Result.isFailure(byStart))
      expect(byStart.failure).toContain("times that mark the close of their bars")
      const { bars } = Result.getOrThrow(seriesToBars(series, { ...asked, label: "close" }))
      const opening = bars.openTime.indexOf(local("2020-12-18 09:30"))
      expect(bars.volume[opening]).toBe(6_499_753)
      const times = Array.from(bars.openTime, (time) => wall(time).slice(11, 16))
      expect(times.every((time) => time >= "09:30" && time < "16:00")).toBe(true)
      expect(times.filter((time) => time === "15:59")).not.toEqual([])
    })

    it("of a search is a list of matches", () => {
      const matches = Result.getOrThrow(parseMatches(json(recordings.search)))
      expect(matches).toHaveLength(10)
      expect(matches[0]).toMatchObject({ vendorSymbol: "BA", name: "The Boeing Company", score: 1 })
    })
  },
)
