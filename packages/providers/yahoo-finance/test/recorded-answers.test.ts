// What Yahoo really answered, where those recordings are at hand: each is read right or refused with the right reason.
import { barCount, hasSessions, type Instrument, type TimeRange } from "@barkeep/market-data"
import type { BarRequest, ProviderFailure, VendorAnswer } from "@barkeep/provider-kit"
import { failureOfStatus } from "@barkeep/provider-kit"
import { describe, expect, it } from "vitest"
import { fromVendorInterval } from "../src/timeframes.ts"
import { failureOfAnswer } from "../src/failures.ts"
import { ask } from "./ask.ts"
import {
  answerOf,
  day,
  hasRecordings,
  listRecordings,
  local,
  readRecordedText,
  readRecording,
  type Row,
  show,
} from "./fixture.ts"

type Quote = Record<"open" | "high" | "low" | "close" | "volume", ReadonlyArray<number>>

interface Meta {
  readonly symbol: string
  readonly instrumentType: string
  readonly exchangeTimezoneName: string
  readonly regularMarketTime: number
  dataGranularity: string
}

interface ChartResult {
  readonly meta: Meta
  readonly timestamp?: ReadonlyArray<number>
  readonly indicators: { readonly quote: readonly [Quote]; readonly adjclose?: unknown }
}

interface Body {
  readonly chart: { readonly result: readonly [ChartResult] }
}

interface Recorded {
  readonly body: Body
  readonly headers: Record<string, string>
  readonly url: URL | undefined
}

/** A file is an answer's body, or a whole exchange with the body in it, as text or not. */
interface Exchange {
  readonly request: { readonly url: string }
  readonly response: {
    readonly headers?: Record<string, unknown>
    readonly body?: string | Body
    readonly bodyJson?: Body
  }
}

const read = (path: string): Recorded => {
  const file = readRecording(path) as Body | Exchange
  if ("chart" in file) return { body: file, headers: {}, url: undefined }
  const { request, response } = file
  const body = response.bodyJson ?? (typeof response.body === "string" ? parse(response.body) : response.body)
  const headers = Object.entries(response.headers ?? {}).map(([name, value]) => [name, String(value)])
  return { body: body as Body, headers: Object.fromEntries(headers), url: new URL(request.url) }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const recordings = [
  "yahoo-finance2/http",
  "yahoo-finance2/http-2021",
  "yfinance-rs",
  "portfolio-performance",
].flatMap((folder) =>
  listRecordings(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => `${folder}/${name}`),
)

const isChart = (path: string): boolean => read(path).body?.chart?.result?.[0]?.meta !== undefined

const charts = recordings.filter(isChart)

/** The instrument that an answer is about, by its own account. */
const instrumentOf = (meta: Meta): Instrument => {
  const pair = /^(.+)-(USD)$/.exec(meta.symbol)
  if (meta.instrumentType === "CRYPTOCURRENCY")
    return {
      symbol: "PAIR",
      assetClass: "crypto",
      market: "24/7",
      timeZone: "UTC",
      base: pair?.[1] ?? "",
      currency: "USD",
    }
  if (meta.instrumentType === "CURRENCY")
    return { symbol: meta.symbol, assetClass: "fx", market: "24/5", timeZone: "UTC" }
  const assetClass =
    ({ ETF: "etf", MUTUALFUND: "fund", FUTURE: "future", INDEX: "index" } as const)[
      meta.instrumentType as "ETF"
    ] ?? "stock"
  return { symbol: meta.symbol, assetClass, market: "XXXX", timeZone: meta.exchangeTimezoneName }
}

interface Question {
  readonly request: BarRequest
  readonly now: number
  readonly result: ChartResult
}

/** The question that was asked: its seconds, or all that came where a range was asked by name. */
const questionOf = ({ body, url, headers }: Recorded): Question => {
  const result = body.chart.result[0]
  const { meta } = result
  const stamps: ReadonlyArray<number> = result.timestamp ?? [0]
  const [first, last] = [
    url?.searchParams.get("period1") ?? stamps[0],
    url?.searchParams.get("period2") ?? (stamps.at(-1) ?? 0) + 1,
  ]
  const range: TimeRange = { from: Number(first) * 1000, to: Number(last) * 1000 }
  const timeframe = fromVendorInterval(url?.searchParams.get("interval") ?? meta.dataGranularity) ?? "1mo"
  const now =
    headers["date"] === undefined
      ? meta.regularMarketTime * 1000 + 5 * 3_600_000
      : Date.parse(headers["date"])
  return { request: { instrument: instrumentOf(meta), timeframe, range }, now, result }
}

const answersOf = async (path: string) => {
  const recorded = read(path)
  const question = questionOf(recorded)
  const answers = await ask(question.request, question.now, { body: recorded.body })
  return { ...question, ...answers }
}

/** Answers that do not answer, and why. */
const refused: Record<string, string | RegExp> = {
  "yahoo-finance2/http/chart-notimestamp-quotes-length.fake.json":
    /column open has 1 rows, there are 0 time stamps/,
  "yahoo-finance2/http/chart-notimestamp-weird-quote.fake.json":
    /column open has 1 rows, there are 0 time stamps/,
  "yfinance-rs/history_chart_VFINX.json": "asked for 1mo, answered 3mo",
}

/** Rows that are no bars. */
const leftOut: Record<string, number> = {
  "yahoo-finance2/http-2021/chart-AAPL-2024-10-02-to-2024-10-03-includePrePost-false-interval-1m.json": 2,
  "yfinance-rs/history_chart_AAPL.json": 1,
  "yfinance-rs/history_chart_GS2C.DE.json": 1,
  "yfinance-rs/history_chart_MSFT.json": 1,
}

describe.skipIf(!hasRecordings)(
  `${charts.length} recorded charts (skipped without the folder of recordings)`,
  () => {
    it.each(charts)("%s", async (path) => {
      const { result, request, bars, reason, pages, urls } = await answersOf(path)
      const expected = refused[path]
      if (expected !== undefined) {
        expect((reason as Extract<ProviderFailure, { _tag: "MalformedResponse" }>)?.issue).toMatch(expected)
        expect(pages).toEqual([])
        return
      }
      expect(reason).toBeUndefined()
      expect(urls).toHaveLength(1)
      const zone = result.meta.exchangeTimezoneName
      const stamps = (result.timestamp ?? []).map((stamp) => stamp * 1000)
      const ours = hasSessions(request.instrument) ? zone : "UTC"
      const isDaily = request.timeframe === "1d"
      // The dates that Yahoo meant, one by one; a range by name was recorded without its ends.
      const dates = stamps.map((stamp) => (isDaily ? show(stamp, zone).slice(0, 10) : show(stamp, zone)))
      const inRange = dates.filter((date, row) => {
        const openTime = isDaily ? local(`${date} 00:00`, ours) : (stamps[row] as number)
        return openTime >= request.range.from && openTime < request.range.to
      })
      const given = [...bars.openTime].map((time) =>
        isDaily ? show(time, ours).slice(0, 10) : show(time, ours),
      )
      expect(inRange).toEqual(expect.arrayContaining(given))
      expect(inRange.length - given.length).toBeLessThanOrEqual(leftOut[path] ?? 0)
      const { quote } = result.indicators
      for (const [row, date] of given.entries()) {
        const index = dates.indexOf(date)
        for (const name of ["open", "high", "low", "close"] as const) {
          expect(Math.fround(bars[name][row] as number)).toBe(quote[0][name][index])
          expect(String(bars[name][row]).replace(/\D/g, "").length).toBeLessThanOrEqual(10)
        }
        const volume = bars.volume[row] as number
        expect(Number.isNaN(volume) ? 0 : volume).toBe(quote[0].volume[index])
      }
    })
  },
)

describe.skipIf(!hasRecordings)(
  "recorded answers that are no charts (skipped without the folder of recordings)",
  () => {
    it("are the texts of a function that is gone, and nothing else", () => {
      expect(recordings.filter((path) => !isChart(path)).map((path) => path.split("/").at(-1))).toEqual([
        "historical-EURGBP-nulls.json",
        "historical-dividends-TSLA-no-dividends.json",
      ])
    })

    it.each(recordings.filter((path) => !isChart(path)))("%s is refused as malformed", async (path) => {
      const range = { from: Date.UTC(2019, 8, 6), to: Date.UTC(2019, 8, 20) }
      const instrument = { symbol: "EURGBP=X", assetClass: "fx", market: "24/5", timeZone: "UTC" } as const
      const asked = { instrument, timeframe: "1d", range } as const
      const { reason, pages } = await ask(asked, Date.UTC(2021, 0), { body: read(path).body }, { retries: 0 })
      expect([reason?._tag, pages]).toEqual(["MalformedResponse", []])
    })
  },
)

const damagedDay = "yfinance-repair-pairs/ALPHA-PA-1d-bad-stock-split.csv"

describe.skipIf(!listRecordings("yfinance-repair-pairs").includes(damagedDay.split("/")[1] ?? ""))(
  "a day that others had to repair (skipped without the folder of recordings)",
  () => {
    it("of 0.0001 among days of 3 euros is left out, and the others stay", async () => {
      const rows = readRecordedText(damagedDay)
        .trim()
        .split("\n")
        .slice(1)
        .map((line): Row => {
          const [date = "", ...cells] = line.split(",")
          const [open, high, low, close, , volume] = cells.map(Number)
          return [
            local(`${date.slice(0, 10)} 09:00`, "Europe/Paris"),
            ...([open, high, low, close, volume] as ReadonlyArray<number>),
          ]
        })
        .toSorted(([a], [b]) => a - b)
      const instrument: Instrument = {
        symbol: "ALPHA.PA",
        assetClass: "stock",
        market: "XPAR",
        timeZone: "Europe/Paris",
      }
      const range = { from: (rows[0]?.[0] ?? 0) - day, to: (rows.at(-1)?.[0] ?? 0) + day }
      const { bars, dropped } = await ask({ instrument, timeframe: "1d", range }, Date.UTC(2025, 0), {
        body: answerOf(rows, { symbol: "ALPHA.PA", timeZone: "Europe/Paris", currency: "EUR" }),
      })
      expect(
        dropped.map(({ openTime, reason }) => [show(openTime, "Europe/Paris").slice(0, 10), reason]),
      ).toEqual([["2023-05-08", "impossible"]])
      expect(barCount(bars)).toBe(rows.length - 1)
    })
  },
)

describe.skipIf(!hasRecordings)("recorded oddities (skipped without the folder of recordings)", () => {
  const isThere = (path: string): boolean => charts.includes(path)

  it.skipIf(!isThere("yfinance-rs/history_chart_AAPL.json"))(
    "drop the live day of AAPL, keep the 126 days before",
    async () => {
      const { bars, result } = await answersOf("yfinance-rs/history_chart_AAPL.json")
      expect(result.timestamp).toHaveLength(127)
      // The first day's midnight lies before the recorded range, which began with its open.
      expect(barCount(bars)).toBe(125)
      expect(show(bars.openTime.at(-1) ?? 0)).toBe("2025-10-28 00:00:00")
    },
  )

  const minutes =
    "yahoo-finance2/http-2021/chart-AAPL-2024-10-02-to-2024-10-03-includePrePost-false-interval-1m.json"
  it.skipIf(!isThere(minutes))(
    "give 389 minutes of AAPL: one is null, one is the next day's close",
    async () => {
      const { bars, dropped } = await answersOf(minutes)
      expect(barCount(bars)).toBe(389)
      expect(dropped.map(({ openTime, reason }) => [show(openTime), reason])).toEqual([
        ["2024-10-02 11:15:00", "null"],
      ])
    },
  )

  const adjusted = ["http", "http-2021"].map(
    (folder) => `yahoo-finance2/${folder}/chart-AAPL-2020-08-31-to-2020-11-07.json`,
  )
  it.skipIf(!adjusted.every(isThere))(
    "give the same split-adjusted days in 2021 and 2025, only their adjclose differs",
    async () => {
      const [now, then] = await Promise.all(adjusted.map(answersOf))
      expect(now?.bars).toEqual(then?.bars)
      expect(barCount(now?.bars as never)).toBeGreaterThan(45)
      expect(now?.result.indicators.adjclose).not.toEqual(then?.result.indicators.adjclose)
      expect(then?.pages[0]?.provenance.evidence?.["currency"]).toBe("USD")
    },
  )

  const funds = "yfinance-rs/history_chart_VFINX.json"
  it.skipIf(!isThere(funds))(
    "hold impossible quarters, which are left out when quarters are taken for months",
    async () => {
      const recorded = read(funds)
      recorded.body.chart.result[0].meta.dataGranularity = "1mo"
      const { request, now } = questionOf(recorded)
      const range = { from: request.range.from, to: request.range.to + day }
      const { dropped } = await ask({ ...request, range }, now, { body: recorded.body })
      expect(
        dropped
          .filter(({ reason }) => reason === "impossible")
          .map(({ openTime }) => show(openTime).slice(0, 10)),
      ).toEqual(["2025-04-01", "2025-07-01"])
    },
  )
})

interface ObservedError {
  readonly status: number
  readonly body_raw?: string
  readonly body_template?: string
  readonly body_contains?: string
}

const observed = listRecordings("").includes("observed-errors.json")
  ? (readRecording("observed-errors.json") as { replies: ReadonlyArray<ObservedError> }).replies.filter(
      (reply) => (reply.body_raw ?? reply.body_template ?? reply.body_contains) !== undefined,
    )
  : []

const expectedTag = (text: string): ProviderFailure["_tag"] => {
  if (text.includes("No data found")) return "SymbolNotFound"
  if (text.includes("Data doesn't exist") || text.includes("must be within the last")) return "OutsideHistory"
  if (text.includes("Valid intervals")) return "UnsupportedTimeframe"
  if (text.includes("days worth")) return "RequestRejected"
  if (text.includes("Too Many Requests")) return "RateLimited"
  return text.includes("Invalid C") ? "AuthenticationFailed" : "VendorOutage"
}

describe.skipIf(observed.length === 0)("observed refusals (skipped without the folder of recordings)", () => {
  it.each(
    observed.map(
      (reply) => [reply.body_raw ?? reply.body_template ?? reply.body_contains ?? "", reply.status] as const,
    ),
  )("%s", (text, status) => {
    const answer: VendorAnswer = { status, headers: new Headers(), text, receivedAt: 1_742_500_000_000 }
    expect((failureOfAnswer(answer, 1000) ?? failureOfStatus(answer))?._tag).toBe(expectedTag(text))
  })
})
