import { type Bars, type Instrument, parseTimeframe, type Timeframe } from "@barkeep/market-data"
import { type TradingCalendar, tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { type BarsReport, validateBars } from "../src/index.ts"
import { loadSeries } from "./series.ts"
import { hasSharedData, readSharedJson, whenShared } from "./shared-data.ts"

interface Answer {
  readonly rows: number
  readonly order: string
  readonly duplicate_rows: number
  readonly duplicate_rows_conflicting: number
  readonly calendar: string
  readonly expected_how: string
  readonly expected_bars?: number
  readonly missing_bars?: number
  readonly missing_runs?: number
  readonly extra_bars?: number
  readonly ohlc_violation_rows: number
  readonly ohlc_violation_rows_rel_gt_1e6: number
  readonly null_price_rows: number
  readonly nonpositive_price_rows: number
  readonly negative_volume_rows: number
  readonly zero_volume_rows: number
  readonly missing_volume_rows: number
  readonly gaps_longest10?: ReadonlyArray<readonly [string, string, number]>
}

interface Case {
  readonly name: string
  readonly file: string
  readonly answer: Answer
  readonly timeframe: Timeframe
  readonly only: { readonly [column: string]: string }
}

interface Listed {
  readonly file: string
  readonly timeframe: string
}

/** Bars of three days are no timeframe of ours: they are judged by the rules of days, with the open times of theirs. */
const timeframeOf = (text: string): Timeframe =>
  parseTimeframe({ "1wk": "1w", "1M": "1mo", "3d": "1d" }[text] ?? text)

const cases = (): ReadonlyArray<Case> => {
  const { files } = readSharedJson("ohlcv/answers.json") as {
    readonly files: {
      readonly [file: string]: Answer & { readonly per_timeframe?: { [key: string]: Answer } }
    }
  }
  const manifest = readSharedJson("ohlcv/manifest.json") as ReadonlyArray<Listed>
  return Object.entries(files).flatMap(([file, answer]): ReadonlyArray<Case> => {
    if (answer.per_timeframe !== undefined)
      return Object.entries(answer.per_timeframe).flatMap(([key, part]) => {
        const [symbol = "", timeframe = ""] = key.split("|")
        return [
          {
            name: `${file} ${key}`,
            file,
            answer: part,
            timeframe: timeframeOf(timeframe),
            only: { symbol, timeframe },
          },
        ]
      })
    const listed = manifest.find((entry) => entry.file === file) as Listed
    return [{ name: file, file, answer, timeframe: timeframeOf(listed.timeframe), only: {} }]
  })
}

const marketOf = (calendar: string): string =>
  calendar === "FX-24/5"
    ? "24/5"
    : calendar === "24/7"
      ? calendar
      : (/X[A-Z]{3}$/.exec(calendar.split(" ")[0] ?? "")?.[0] ?? "")

/**
 * The calendar that the reference used. Its Hong Kong has two sessions of 2023 on which a typhoon and a rainstorm kept
 * the exchange closed. Of Tel Aviv we have no calendar: its sessions are those of the rows, and those it says are missing.
 */
const referenceCalendar = (market: string): TradingCalendar =>
  market === "XHKG"
    ? tradingCalendar(market, {
        extraSessions: ["2023-09-01", "2023-09-08"].map((date) => ({ date, reason: "Typhoon or rainstorm" })),
      })
    : tradingCalendar(market === "XTAE" ? "24/7" : market)

const localDate = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" })
  return (time: number): string => format.format(time)
}

const judge = ({ file, answer, timeframe, only }: Case): BarsReport => {
  const market = marketOf(answer.calendar)
  const calendar = referenceCalendar(market)
  const instrument: Instrument = {
    symbol: "X",
    assetClass: market === "24/7" ? "crypto" : market === "24/5" ? "fx" : "stock",
    market,
    timeZone: calendar.timeZone,
  }
  const { bars } = loadSeries(file, calendar.timeZone, only)
  const range = {
    from: bars.openTime.reduce((a, b) => Math.min(a, b)),
    to: bars.openTime.reduce((a, b) => Math.max(a, b)) + 1,
  }
  const expected =
    answer.expected_bars === undefined ? new Float64Array(0) : expectedTimes(answer, timeframe, bars, range)
  return validateBars({ bars, instrument, timeframe, range, expected, maxPlaces: Number.POSITIVE_INFINITY })
}

/** The volumes of rows whose open time an earlier row of the file has. */
const rowsAgain = ({ file, answer, only }: Case): ReadonlyArray<number> => {
  const market = marketOf(answer.calendar)
  const { bars } = loadSeries(file, referenceCalendar(market).timeZone, only)
  const seen = new Set<number>()
  return Array.from(bars.openTime.keys()).flatMap((row) => {
    const time = bars.openTime[row] as number
    if (seen.has(time)) return [bars.volume[row] as number]
    seen.add(time)
    return []
  })
}

const expectedTimes = (
  answer: Answer,
  timeframe: Timeframe,
  bars: Bars,
  range: { readonly from: number; readonly to: number },
): Float64Array => {
  const market = marketOf(answer.calendar)
  const calendar = referenceCalendar(market)
  if (market === "XTAE") return Float64Array.from([...bars.openTime, ...missingDates(answer)]).toSorted()
  if (answer.expected_how.startsWith("every 3d"))
    return calendar.expectedOpenTimes("1d", range).filter((_, day) => day % 3 === 0)
  const anchor = answer.calendar.includes("hour bins") ? "clock" : "session"
  const all = calendar.expectedOpenTimes(timeframe, range, { anchor })
  if (!answer.expected_how.includes("only dates present")) return all
  const date = localDate(calendar.timeZone)
  const present = new Set(Array.from(bars.openTime, date))
  return all.filter((time) => present.has(date(time)))
}

/** Midnights, UTC. */
const missingDates = ({ gaps_longest10 = [] }: Answer): ReadonlyArray<number> =>
  gaps_longest10.map(([date]) => Date.parse(date))

const rowsOf = (report: BarsReport, ...kinds: ReadonlyArray<string>): number =>
  report.findings.filter((item) => kinds.includes(item.kind)).reduce((sum, item) => sum + item.rows, 0)

describe.skipIf(!hasSharedData)(`real series against their reference counts${whenShared}`, () => {
  const all = hasSharedData ? cases() : []

  it("covers every series of the reference", () => {
    const { files } = readSharedJson("ohlcv/answers.json") as {
      readonly files: { readonly [file: string]: { readonly per_timeframe?: object } }
    }
    const listed = Object.values(files).flatMap(({ per_timeframe }) =>
      per_timeframe === undefined ? [""] : Object.keys(per_timeframe),
    )
    expect([Object.keys(files).length, listed.length, all.length]).toEqual([81, 111, 111])
  })

  it.each(all.map((item) => [item.name, item] as const))("%s", (_, item) => {
    const { answer } = item
    const report = judge(item)
    const duplicates = rowsOf(report, "duplicate", "conflicting-duplicate")
    expect({
      rows: report.rows,
      order:
        report.findings.find((found) => found.kind === "order")?.message.includes("newest") === true
          ? "descending"
          : "ascending",
      duplicates,
      conflicting: rowsOf(report, "conflicting-duplicate"),
      violations: rowsOf(report, "inconsistent", "float-noise"),
      realViolations: rowsOf(report, "inconsistent"),
      nulls: rowsOf(report, "not-finite"),
      notPositive: rowsOf(report, "not-positive"),
      negativeVolume: rowsOf(report, "negative-volume"),
    }).toEqual({
      rows: answer.rows,
      order: answer.order,
      duplicates: answer.duplicate_rows,
      conflicting: answer.duplicate_rows_conflicting,
      violations: answer.ohlc_violation_rows,
      realViolations: answer.ohlc_violation_rows_rel_gt_1e6,
      nulls: answer.null_price_rows,
      notPositive: answer.nonpositive_price_rows,
      negativeVolume: answer.negative_volume_rows,
    })
    // The reference counts volumes over all rows; the report over one row for each open time.
    const again = duplicates === 0 ? [] : rowsAgain(item)
    expect([
      report.zeroVolumeRows + again.filter((volume) => volume === 0).length,
      report.missingVolumeRows + again.filter(Number.isNaN).length,
    ]).toEqual([answer.zero_volume_rows, answer.missing_volume_rows])
    // Of weeks and months labelled by their last day the reference has no expected bars.
    if (answer.expected_bars === undefined) return
    const gaps = [...report.gaps, ...report.thinGaps]
    expect({
      expected: report.expected,
      missing: report.missing,
      extra: report.extra,
      runs: report.gaps.length + report.thin.gaps,
      barsOfGaps: gaps.reduce((sum, gap) => sum + gap.missingBars, 0),
    }).toEqual({
      expected: answer.expected_bars,
      missing: answer.missing_bars,
      extra: answer.extra_bars,
      runs: answer.missing_runs,
      barsOfGaps: answer.missing_bars,
    })
    const date = localDate(referenceCalendar(marketOf(answer.calendar)).timeZone)
    for (const [first, , count] of answer.gaps_longest10 ?? []) {
      const found = gaps.find(
        (gap) =>
          gap.missingBars === count &&
          (first.length === 10 ? date(gap.start) === first : gap.start === Date.parse(first)),
      )
      expect(found, `${count} bars from ${first}`).toBeDefined()
    }
  })

  it("finds nothing missing in Hong Kong without the two sessions that did not take place", () => {
    const hongKong = all.filter(({ file }) => file.includes("1398-HK"))
    expect(hongKong.length).toBe(2)
    for (const { file } of hongKong) {
      const calendar = tradingCalendar("XHKG")
      const { bars } = loadSeries(file, calendar.timeZone)
      const range = { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + 1 }
      const expected = calendar.expectedOpenTimes("1d", range)
      const instrument: Instrument = {
        symbol: "1398.HK",
        assetClass: "stock",
        market: "XHKG",
        timeZone: calendar.timeZone,
      }
      const report = validateBars({ bars, instrument, timeframe: "1d", range, expected })
      expect([report.rows, report.expected, report.missing, report.extra]).toEqual([648, 648, 0, 0])
    }
  })
})
