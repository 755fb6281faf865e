import { parseIsoTime, type Timeframe } from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { tradingCalendar } from "../src/index.ts"
import { hasSharedData, needsData, readRows, readText } from "./shared-data.ts"

interface Answer {
  readonly first?: string
  readonly last?: string
  readonly calendar?: string
  readonly expected_how?: string
  readonly expected_bars?: number
  readonly missing_bars?: number
  readonly extra_bars?: number
  readonly gaps_first50?: ReadonlyArray<readonly [string, string, number]>
}

interface Series {
  readonly file: string
  readonly market: string
  readonly timeframe: Timeframe
  readonly answer: Answer
}

const marketOf: { readonly [calendar: string]: string } = {
  "24/7": "24/7",
  "FX-24/5": "24/5",
  XNYS: "XNYS",
  "XNYS hour bins": "XNYS",
  XLON: "XLON",
  "XLON weeks": "XLON",
  XPAR: "XPAR",
  XTKS: "XTKS",
  XHKG: "XHKG",
  "XEUR/XETR": "XETR",
}

const answered = (): ReadonlyArray<Series> => {
  const answers = JSON.parse(readText("ohlcv/answers.json")) as {
    readonly files: { readonly [file: string]: Answer }
  }
  const manifest = JSON.parse(readText("ohlcv/manifest.json")) as ReadonlyArray<{
    readonly file: string
    readonly timeframe: string
  }>
  const timeframes = new Map(manifest.map((entry) => [entry.file, entry.timeframe]))
  return Object.entries(answers.files).flatMap(([file, answer]) => {
    const market = marketOf[answer.calendar ?? ""]
    const timeframe = timeframes.get(file)?.replace("1wk", "1w")
    if (market === undefined || timeframe === undefined || answer.expected_bars === undefined) return []
    return [{ file, market, timeframe: timeframe as Timeframe, answer }]
  })
}

/**
 * The reference counts sessions in Hong Kong on two days of 2023 on which a typhoon and a rainstorm kept the exchange
 * closed; no series has a row there. With these two sessions added, our calendar is the one that the reference used.
 */
const asTheReferenceHasIt = (market: string) =>
  tradingCalendar(
    market,
    market === "XHKG"
      ? { extraSessions: stormDays.map((date) => ({ date, reason: "Counted by the reference" })) }
      : {},
  )

const stormDays = ["2023-09-01", "2023-09-08"]

const expectedTimes = ({ file, market, timeframe, answer }: Series): ReadonlyArray<number> => {
  const calendar = asTheReferenceHasIt(market)
  const anchor = answer.calendar === "XNYS hour bins" ? "clock" : "session"
  const [first, last] = [answer.first ?? "", answer.last ?? ""]
  if (answer.expected_how?.includes("only dates present in the file") === true) {
    const dates = new Set(readRows(`ohlcv/${file}`).map(([time = ""]) => localDate(time, calendar.timeZone)))
    return Array.from(dates).flatMap((date) =>
      Array.from(calendar.expectedOpenTimes(timeframe, { start: date, end: date }, { anchor })),
    )
  }
  const range = last.includes("T")
    ? { from: parseIsoTime(first), to: parseIsoTime(last) + 1 }
    : { start: first, end: last }
  return Array.from(calendar.expectedOpenTimes(timeframe, range, { anchor }))
}

/** Distinct open times of the file, in the terms of the calendar: dates are midnights of the market. */
const presentTimes = ({ file, market }: Series): ReadonlySet<number> => {
  const { timeZone } = tradingCalendar(market)
  return new Set(
    readRows(`ohlcv/${file}`).map(([time = ""]) =>
      time.includes("T")
        ? parseIsoTime(time)
        : Temporal.PlainDate.from(time.slice(0, 10)).toZonedDateTime(timeZone).epochMilliseconds,
    ),
  )
}

const localDate = (time: string, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date(time))

describe("expected open times agree with the reference answers", () => {
  const series = hasSharedData ? answered() : []

  it.skipIf(!hasSharedData)(`at least sixty series name a calendar of ours${needsData}`, () => {
    expect(series.length).toBeGreaterThanOrEqual(60)
  })

  const cases =
    series.length > 0 ? series : [{ file: "no file", market: "", timeframe: "1d", answer: {} } as Series]

  it.skipIf(!hasSharedData).each(cases)(
    `$file: number of $timeframe bars of $market${needsData}`,
    (entry) => {
      expect(expectedTimes(entry).length).toBe(entry.answer.expected_bars)
    },
  )

  it.skipIf(!hasSharedData).each(cases.filter(({ market }) => market.startsWith("X") || market === ""))(
    `$file: which bars are missing and which too many${needsData}`,
    (entry) => {
      const expected = new Set(expectedTimes(entry))
      const present = presentTimes(entry)
      expect({
        missing: expected.difference(present).size,
        extra: present.difference(expected).size,
      }).toEqual({
        missing: entry.answer.missing_bars,
        extra: entry.answer.extra_bars,
      })
    },
  )

  it("without the two sessions that did not take place, no bar of Hong Kong is missing", () => {
    const closures = tradingCalendar("XHKG").closures({ start: "2023-08-31", end: "2023-09-08" })
    expect(
      closures.filter(({ kind }) => kind === "special").map(({ date, reason }) => `${date} ${reason}`),
    ).toEqual(["2023-09-01 Typhoon Saola", "2023-09-08 Black rainstorm"])
    for (const entry of series.filter(({ market }) => market === "XHKG")) {
      const present = presentTimes(entry)
      const missing = expectedTimes(entry).filter((time) => !present.has(time))
      const dates = missing.map((time) => localDate(new Date(time).toISOString(), "Asia/Hong_Kong"))
      expect(dates.filter((date) => !stormDays.includes(date))).toEqual([])
    }
  })
})
