import {
  type Coverage,
  type EntryDescription,
  type Instrument,
  type ProvenanceSpan,
  type Timeframe,
} from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { validateStore as validateStoreEffect } from "../src/effect.ts"
import {
  type EntryReport,
  mergeReports,
  parseReportDocument,
  settingsOf,
  type StoreReport,
  toReportDocument,
  validateSymbol,
  validateStore,
  type ValidateStoreOptions,
  type ValidationEvent,
  validationSettings,
} from "../src/index.ts"
import { apple, bitcoin, copyBars, hour, keepRows, walk } from "./make-bars.ts"
import { DamagedFile, memorySource, type StoredBars } from "./memory-source.ts"

const now = Date.UTC(2026, 0, 1)

const description = (
  instrument: Instrument,
  timeframe: Timeframe,
  over: Partial<EntryDescription> = {},
): EntryDescription => ({
  instrument,
  timeframe,
  adjustment: "none",
  ...over,
})

const hoursOf = (first: number, last: number) =>
  tradingCalendar("24/7").expectedOpenTimes("1h", { start: `${first}-01-01`, end: `${last}-12-31` })

const spanOf = (
  from: number,
  to: number,
  rows: number,
  over: Partial<ProvenanceSpan> = {},
): ProvenanceSpan => ({
  from,
  to,
  rows,
  provider: "binance",
  endpoint: "/api/v3/klines",
  method: "direct",
  adjustment: "none",
  fetchedAt: Date.UTC(2025, 5),
  settled: true,
  ...over,
})

const hourly = (
  isKept: (time: number) => boolean = () => true,
  over: Partial<StoredBars> = {},
  symbol = "BTCUSDT",
): StoredBars => ({
  description: description({ ...bitcoin, symbol }, "1h"),
  bars: keepRows(walk(hoursOf(2021, 2023), symbol.length), (_, time) => isKept(time)),
  ...over,
})

const run = (
  stored: ReadonlyArray<StoredBars>,
  over: Partial<ValidateStoreOptions> = {},
): Promise<StoreReport> => validateStore({ source: memorySource(stored), now, ...over })

const only = (report: StoreReport): EntryReport => report.entries[0] as EntryReport

const gapsOf = (entry: EntryReport) =>
  entry.gaps.map((gap) => [new Date(gap.start).toISOString(), gap.missingBars, gap.reason])

/** Through the text of the file and back. */
const reread = (report: StoreReport): StoreReport =>
  parseReportDocument(JSON.parse(JSON.stringify(toReportDocument(report))))

describe("a store", () => {
  it("of complete years has score 1, no gaps, and every year valid", async () => {
    const entry = only(await run([hourly()]))
    expect([entry.status, entry.score.value, entry.gaps, entry.rows]).toEqual(["valid", 1, [], 26_280])
    expect(entry.years.map((year) => [year.year, year.status, year.expected])).toEqual([
      [2021, "valid", 8760],
      [2022, "valid", 8760],
      [2023, "valid", 8760],
    ])
  })

  it("has one gap over New Year", async () => {
    const from = Date.UTC(2021, 11, 31, 20)
    const entry = only(await run([hourly((time) => time < from || time >= from + 8 * hour)]))
    expect(gapsOf(entry)).toEqual([["2021-12-31T20:00:00.000Z", 8, "unknown"]])
    expect(entry.years.map((year) => [year.status, year.expected - year.present])).toEqual([
      ["invalid", 4],
      ["invalid", 4],
      ["valid", 0],
    ])
  })

  it("has one gap for a whole missing year between two, which is listed as missing", async () => {
    const entry = only(await run([hourly((time) => new Date(time).getUTCFullYear() !== 2022)]))
    expect(gapsOf(entry)).toEqual([["2022-01-01T00:00:00.000Z", 8760, "unknown"]])
    expect(entry.years.map((year) => [year.year, year.status])).toEqual([
      [2021, "valid"],
      [2022, "missing"],
      [2023, "valid"],
    ])
    expect(entry.score.value).toBeCloseTo(2 / 3, 9)
  })

  it("has a gap at the start of the first year and at the end of the last one, when nobody knows what was asked for", async () => {
    const from = Date.UTC(2021, 0, 1, 6)
    const to = Date.UTC(2023, 11, 31, 22)
    const entry = only(await run([hourly((time) => time >= from && time < to)]))
    expect(gapsOf(entry)).toEqual([
      ["2021-01-01T00:00:00.000Z", 6, "unknown"],
      ["2023-12-31T22:00:00.000Z", 2, "unknown"],
    ])
  })

  it("is judged only where somebody asked, when that is known", async () => {
    const from = Date.UTC(2021, 5, 1)
    const to = Date.UTC(2022, 5, 1)
    const answered = (a: number, b: number, empty = false) => ({
      from: a,
      to: b,
      provider: "binance",
      askedAt: now,
      empty,
      settled: true,
    })
    const coverage: Coverage = [answered(from - 10 * hour, from, true), answered(from, to)]
    const entry = only(await run([hourly((time) => time >= from && time < to, { coverage })]))
    expect(gapsOf(entry)).toEqual([["2021-05-31T14:00:00.000Z", 10, "before-listing"]])
    expect([entry.status, entry.score.value]).toEqual(["valid", 1])
  })

  it("does not ask for bars that had not closed when the file was written", async () => {
    const written = Date.UTC(2023, 5, 1)
    const bars = keepRows(walk(hoursOf(2023, 2023)), (_, time) => time < written - 20 * hour)
    const spans = [
      spanOf(bars.openTime[0] as number, written - 20 * hour, bars.openTime.length, { fetchedAt: written }),
    ]
    const entry = only(await run([{ description: description(bitcoin, "1h"), bars, spans }]))
    // The writer's clock may have been 14 hours off; what is certainly older is missing.
    expect(entry.gaps.map((gap) => gap.missingBars)).toEqual([6])
  })

  it("does not ask for bars that have not closed now", async () => {
    const bars = keepRows(walk(hoursOf(2023, 2023)), (_, time) => time < Date.UTC(2023, 5, 1))
    const entry = only(
      await run([{ description: description(bitcoin, "1h"), bars }], { now: Date.UTC(2023, 5, 1, 2, 30) }),
    )
    expect(gapsOf(entry)).toEqual([["2023-06-01T00:00:00.000Z", 2, "unknown"]])
  })

  it("splits years of a stock by New York's calendar", async () => {
    const expected = tradingCalendar("XNYS").expectedOpenTimes("1d", {
      start: "2019-01-01",
      end: "2022-12-31",
    })
    const bars = keepRows(walk(expected), (_, time) => time !== Date.parse("2020-12-31T05:00:00Z"))
    const entry = only(await run([{ description: description(apple, "1d"), bars }]))
    expect(gapsOf(entry)).toEqual([["2020-12-31T05:00:00.000Z", 1, "unknown"]])
    expect(entry.years.find((year) => year.year === 2020)?.status).toBe("invalid")
  })

  it("goes on after a damaged file, which is a finding with its path and no gap", async () => {
    const entry = only(await run([hourly(() => true, { damaged: [2022] })]))
    expect(entry.status).toBe("error")
    expect(entry.gaps).toEqual([])
    expect(entry.years.map((year) => [year.status, year.rows])).toEqual([
      ["valid", 8760],
      ["error", 0],
      ["valid", 8760],
    ])
    expect(entry.years[1]?.findings).toMatchObject([{ kind: "damaged-file", path: "BTCUSDT/1h/2022.csv.gz" }])
    expect(entry.score.value).toBeCloseTo(2 / 3, 9)
  })

  it("ends a gap at a damaged file", async () => {
    const from = Date.UTC(2021, 11, 31, 20)
    const entry = only(await run([hourly((time) => time < from, { damaged: [2022] })]))
    expect(gapsOf(entry)).toEqual([["2021-12-31T20:00:00.000Z", 4, "unknown"]])
  })

  it("judges rows and leaves gaps alone where no calendar is known", async () => {
    const bars = copyBars(walk(hoursOf(2023, 2023)))
    bars.high[5] = (bars.low[5] as number) * 0.9
    const entry = only(await run([{ description: description({ ...bitcoin, market: "XTAE" }, "1h"), bars }]))
    expect(entry.findings.map((found) => found.kind)).toEqual(["not-judged"])
    expect(entry.years[0]?.findings.map((found) => found.kind)).toEqual(["inconsistent"])
    expect(entry.gaps).toEqual([])
  })

  it("finds out by the rows whether bars of a file of another program start at the open or at full hours", async () => {
    const calendar = tradingCalendar("XNYS")
    for (const anchor of ["clock", "session"] as const) {
      const expected = calendar.expectedOpenTimes(
        "1h",
        { start: "2020-01-01", end: "2020-12-31" },
        { anchor },
      )
      const entry = only(await run([{ description: description(apple, "1h"), bars: walk(expected) }]))
      expect([entry.anchor, entry.score.value]).toEqual([anchor, 1])
    }
  })

  it("explains outages of Binance by its ledger", async () => {
    const from = Date.UTC(2021, 7, 13, 2)
    const entry = only(
      await run([
        hourly((time) => time < from || time >= from + 4 * hour, {
          spans: [spanOf(Date.UTC(2021, 0), Date.UTC(2024, 0), 26_276)],
        }),
      ]),
    )
    expect(gapsOf(entry)).toEqual([["2021-08-13T02:00:00.000Z", 4, "outage"]])
    expect([entry.status, entry.score.value]).toEqual(["valid", 1])
    expect(entry.gaps[0]?.evidence).toContain("https://github.com/binance/")
  })

  it("lists what was asked for by name and is not there, and no cross product otherwise", async () => {
    const stored = [
      hourly(),
      {
        description: description(apple, "1d"),
        bars: walk(
          tradingCalendar("XNYS").expectedOpenTimes("1d", { start: "2023-01-01", end: "2023-12-31" }),
        ),
      },
    ]
    expect((await run(stored)).missing).toEqual([])
    expect((await run(stored, { symbols: ["BTCUSDT", "ETHUSDT"] })).missing).toEqual([{ symbol: "ETHUSDT" }])
    const named = await run(stored, { symbols: ["BTCUSDT", "AAPL"], timeframes: ["1h"] })
    expect(named.missing).toEqual([{ symbol: "AAPL", timeframe: "1h" }])
    expect(named.entries.map((entry) => entry.symbol)).toEqual(["BTCUSDT"])
  })
})

describe("outages that only the symbols together show", () => {
  const from = Date.UTC(2022, 3, 5, 3)
  const silent = (time: number) => time < from || time >= from + 3 * hour
  const spans = [spanOf(Date.UTC(2021, 0), Date.UTC(2024, 0), 26_277, { provider: "kraken" })]
  const symbols = ["BTCUSDT", "ETHUSDT", "ADAUSDTX"]
  const all = (over: Partial<StoredBars> = {}) =>
    symbols.map((symbol) => hourly(silent, { spans, ...over }, symbol))

  it("are inferred when all of a venue are silent, and excuse nothing in the score", async () => {
    const report = await run(all())
    for (const entry of report.entries) {
      expect(gapsOf(entry)).toEqual([["2022-04-05T03:00:00.000Z", 3, "outage"]])
      expect(entry.gaps[0]?.inferred).toBe(true)
      expect([entry.status, entry.score.value < 1]).toEqual(["valid", true])
    }
    expect(only(report).gaps[0]?.evidence).toBe("ETHUSDT, ADAUSDTX are silent at the same time")
  })

  it("are none when one of them traded", async () => {
    const report = await run([...all().slice(0, 2), hourly(() => true, { spans }, "ADAUSDTX")])
    expect(report.entries.flatMap((entry) => entry.gaps.map((gap) => gap.reason))).toEqual([
      "unknown",
      "unknown",
    ])
  })

  it("are none for a single symbol, for a vendor that collects from many places, and for what was never asked for", async () => {
    const reasons = (report: StoreReport) =>
      new Set(report.entries.flatMap((entry) => entry.gaps.map((gap) => gap.reason)))
    expect(reasons(await run(all().slice(0, 1)))).toEqual(new Set(["unknown"]))
    const collected = spans.map((span) => ({ ...span, provider: "coingecko" }))
    expect(reasons(await run(all({ spans: collected })))).toEqual(new Set(["unknown"]))
    const asked = (a: number, b: number) => ({
      from: a,
      to: b,
      provider: "kraken",
      askedAt: now,
      empty: false,
      settled: true,
    })
    const coverage = [asked(Date.UTC(2021, 0), from), asked(from + 3 * hour, Date.UTC(2024, 0))]
    expect(reasons(await run(all({ coverage })))).toEqual(new Set(["unknown"]))
  })

  it("are taken back when a symbol turns up that traded", async () => {
    const before = await run(all())
    const after = await run([...all(), hourly(() => true, { spans }, "SOLUSDTYZ")], {
      previous: reread(before),
    })
    expect(after.entries.flatMap((entry) => entry.gaps.map((gap) => [gap.reason, gap.inferred]))).toEqual([
      ["unknown", undefined],
      ["unknown", undefined],
      ["unknown", undefined],
    ])
  })
})

describe("a second validation", () => {
  const from = Date.UTC(2021, 11, 31, 20)
  const holed = (time: number) => time < from || time >= from + 30 * hour

  it("takes unchanged years over from the report without reading a bar, and gives the same report", async () => {
    const stored = [hourly(holed), hourly(() => true, {}, "ETHUSDT")]
    const first = await run(stored)
    const source = memorySource(stored)
    const events: Array<ValidationEvent> = []
    const second = await validateStore({
      source,
      now,
      previous: reread(first),
      onEvent: (event) => events.push(event),
    })
    expect(source.reads).toEqual([])
    expect(second).toEqual(first)
    expect(events.filter((event) => event._tag === "YearJudged").every((event) => event.reused)).toBe(true)
  })

  it("reads only years from the first change on, and reports as if all had been read", async () => {
    const before = await run([hourly(holed)])
    for (const year of [2021, 2022, 2023]) {
      const changed = hourly(holed)
      const row = changed.bars.openTime.findIndex((time) => time >= Date.UTC(year, 6))
      const bars = copyBars(changed.bars)
      bars.high[row] = Number.NaN
      const stored = [{ ...changed, bars }]
      const source = memorySource(stored)
      const after = await validateStore({ source, now, previous: reread(before) })
      expect(after).toEqual(await run(stored))
      expect(source.reads).toEqual(
        [2021, 2022, 2023].filter((each) => each >= year).map((each) => `BTCUSDT 1h ${each}`),
      )
    }
  })

  it("sees a new year, a year that is gone, and a gap that was filled", async () => {
    const full = hourly(holed)
    const upTo = (year: number) => ({
      ...full,
      bars: keepRows(full.bars, (_, time) => time < Date.UTC(year + 1, 0)),
    })
    const withoutMiddle = {
      ...full,
      bars: keepRows(full.bars, (_, time) => new Date(time).getUTCFullYear() !== 2022),
    }
    for (const [before, after] of [
      [upTo(2022), full],
      [full, upTo(2022)],
      [full, withoutMiddle],
      [withoutMiddle, full],
      [full, hourly()],
    ] as const) {
      const previous = reread(await run([before]))
      expect(await run([after], { previous })).toEqual(await run([after]))
    }
  })

  it("judges anew when calendar, listing or splits are others", async () => {
    const stored = [hourly(holed)]
    const previous = reread(await run(stored))
    for (const over of [
      { calendarAdditions: { XNYS: { closures: [{ date: "2024-05-06", reason: "Mourning" }] } } },
      { listingOf: () => ({ listedAt: Date.UTC(2021, 0, 1) }) },
      { eventsOf: () => ({ splits: [{ time: Date.UTC(2022, 0, 3), ratio: 2 }] }) },
    ]) {
      const source = memorySource(stored)
      await validateStore({ source, now, previous, ...over })
      expect(source.reads.length).toBeGreaterThan(0)
    }
  })
})

describe("a validation of some entries", () => {
  const from = Date.UTC(2022, 3, 5, 3)
  const spans = [spanOf(Date.UTC(2021, 0), Date.UTC(2024, 0), 26_277, { provider: "kraken" })]
  const silent = (time: number) => time < from || time >= from + 3 * hour
  const stored = ["BTCUSDT", "ETHUSDT"].map((symbol) => hourly(silent, { spans }, symbol))

  it("asks the others, too, whether the venue was down, when they have been judged before", async () => {
    const previous = reread(await run(stored))
    const changed = hourly((time) => silent(time) && time !== Date.UTC(2023, 0), { spans })
    const report = await run([changed, stored[1] as StoredBars], { previous, symbols: ["BTCUSDT"] })
    expect(gapsOf(only(report)).map(([, , reason]) => reason)).toEqual(["outage", "unknown"])
  })

  it("joins the report of the others", async () => {
    const whole = await run(stored)
    const part = await run(stored, { symbols: ["ETHUSDT"], previous: reread(whole) })
    expect(part.entries.map((entry) => entry.symbol)).toEqual(["ETHUSDT"])
    expect(mergeReports(part, whole)).toEqual(whole)
    expect(mergeReports(part, undefined)).toEqual(part)
    expect(mergeReports(part, { ...whole, rulesVersion: "0" }).entries.length).toBe(1)
  })

  it("of a part, joined with the earlier one, keeps the order: by symbol, the finest timeframe first", async () => {
    const entry = (await run([hourly()])).entries[0] as EntryReport
    const named = (symbol: string, ...frames: ReadonlyArray<Timeframe>): ReadonlyArray<EntryReport> =>
      frames.map((timeframe) => ({ ...entry, symbol, timeframe }))
    const reportOf = (entries: ReadonlyArray<EntryReport>): StoreReport => ({
      rulesVersion: "1",
      settings: "",
      validatedAt: now,
      entries,
      missing: [],
    })
    const whole = [...named("A", "1m", "1h", "1d", "1w"), ...named("AB", "5m", "1mo"), ...named("B", "1m")]
    for (const part of whole) expect(mergeReports(reportOf([part]), reportOf(whole)).entries).toEqual(whole)
    const [first, ...others] = whole
    expect(mergeReports(reportOf([first as EntryReport]), reportOf(others)).entries).toEqual(whole)
  })

  it("says the settings that it was made with, to judge a part of it anew in the same way", async () => {
    const additions = { XNYS: { closures: [{ date: "2023-06-06", reason: "Made up" }] } }
    const report = await run([hourly()], { calendarAdditions: additions, maxPlaces: 3 })
    expect(settingsOf(report)).toEqual({ calendarAdditions: additions, maxPlaces: 3 })
    expect(validationSettings(settingsOf(report))).toBe(report.settings)
    expect(settingsOf({ settings: "written by hand" })).toEqual({})
  })
})

describe("running", () => {
  it("judges symbols wherever the caller wants, and not at all when nothing has changed", async () => {
    const source = memorySource([hourly(), hourly(() => true, {}, "ETHUSDT")])
    const judged: Array<string> = []
    const judgeSymbol: ValidateStoreOptions["judgeSymbol"] = async (entries, options) => {
      judged.push(...entries.map((entry) => entry.symbol))
      const { signal: _, onYear, ...plain } = options
      // What a worker would get and send back: plain data.
      return structuredClone(
        await validateSymbol(source, structuredClone(entries), {
          ...structuredClone(plain),
          ...(onYear && { onYear }),
        }),
      )
    }
    const report = await validateStore({ source, now, judgeSymbol, concurrency: 2 })
    expect(judged).toEqual(["BTCUSDT", "ETHUSDT"])
    expect(report).toEqual(await validateStore({ source, now }))
    expect(await validateStore({ source, now, judgeSymbol, previous: report })).toEqual(report)
    expect(judged.length).toBe(2)
  })

  it("begins with the largest, and reports in the order of the store", async () => {
    const small = memorySource([hourly(), hourly(() => true, {}, "ETHUSDT")])
    const judged: Array<string> = []
    const report = await validateStore({
      source: {
        ...small,
        entries: async () =>
          (await small.entries()).map((entry) => ({
            ...entry,
            years: entry.years.map((year) => ({ ...year, sizeBytes: entry.symbol === "ETHUSDT" ? 9 : 1 })),
          })),
      },
      now,
      onEvent: (event) => event._tag === "EntryJudged" && judged.push(event.entry.symbol),
    })
    expect(judged).toEqual(["ETHUSDT", "BTCUSDT"])
    expect(report.entries.map((entry) => entry.symbol)).toEqual(["BTCUSDT", "ETHUSDT"])
  })

  it("tells of every year and entry", async () => {
    const events: Array<string> = []
    await run([hourly()], { onEvent: (event) => events.push(event._tag) })
    expect(events).toEqual(["EntriesListed", "YearJudged", "YearJudged", "YearJudged", "EntryJudged"])
  })

  it("stops with the signal's reason", async () => {
    const controller = new AbortController()
    const reason = new Error("enough")
    const running = run([hourly(), hourly(() => true, {}, "ETHUSDT")], {
      signal: controller.signal,
      onEvent: (event) => event._tag === "YearJudged" && controller.abort(reason),
    })
    await expect(running).rejects.toBe(reason)
    await expect(run([hourly()], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it("rejects with the source's own error when it cannot list, and with a defect of the source as it is", async () => {
    const error = new DamagedFile("cache")
    const source = memorySource([hourly()])
    await expect(
      validateStore({ source: { ...source, entries: () => Promise.reject(error) }, now }),
    ).rejects.toBe(error)
    const defect = new TypeError("bug")
    const broken = { ...source, coverage: () => Promise.reject(defect) }
    await expect(validateStore({ source: broken, now })).rejects.toBe(defect)
  })

  it("reports an entry that cannot even be described, and the others", async () => {
    const source = memorySource([hourly(), hourly(() => true, {}, "ETHUSDT")])
    const describeEntry: typeof source.describe = (symbol, timeframe) =>
      symbol === "BTCUSDT"
        ? Promise.reject(new DamagedFile("BTCUSDT/1h/2023.metadata.json"))
        : source.describe(symbol, timeframe)
    const report = await validateStore({ source: { ...source, describe: describeEntry }, now })
    expect(report.entries.map((entry) => [entry.status, entry.score.value])).toEqual([
      ["error", 0],
      ["valid", 1],
    ])
    expect(only(report).findings[0]?.path).toBe("BTCUSDT/1h/2023.metadata.json")
    const known = await validateStore({
      source: { ...source, describe: describeEntry },
      now,
      instrumentOf: () => bitcoin,
    })
    expect(only(known)).toMatchObject({ status: "error", rows: 26_280, gaps: [] })
  })

  it("is an Effect with the source's typed error as well", async () => {
    const source = memorySource([hourly()])
    const report = await Effect.runPromise(validateStoreEffect({ source, now }))
    expect(report).toEqual(await validateStore({ source, now }))
    const error = new DamagedFile("cache")
    const failed = validateStoreEffect({ source: { ...source, entries: () => Promise.reject(error) }, now })
    expect(await Effect.runPromise(Effect.flip(failed))).toBe(error)
  })
})
