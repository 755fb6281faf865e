import { InvalidInput, timeframes, type Timeframe } from "@barkeep/market-data"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fileName, filePath, isPublished, monthlyFile } from "../src/archive-file.ts"
import { openTimesIn } from "../src/grid.ts"
import { type ArchiveMode, type BinanceOptions, createBinance } from "../src/index.ts"
import { archiveModeOf } from "../src/options.ts"
import { longRequestPages, plannedCalls, planRequest, type Step } from "../src/plan-steps.ts"
import { day, hour, minute, pair } from "./fixture.ts"

const instrument = pair("BTCUSDT")
// A Monday, the first of June: May is not there by the month yet.
const now = Date.UTC(2024, 5, 3, 12, 34, 56)

const steps = (
  timeframe: Timeframe,
  from: number,
  to: number,
  archive: ArchiveMode = "auto",
  at = now,
): ReadonlyArray<Step> =>
  Result.getOrThrow(planRequest({ instrument, timeframe, range: { from, to } }, { archive, now: at }))

const show = (list: ReadonlyArray<Step>): ReadonlyArray<string> =>
  list.map((step) => (step._tag === "file" ? fileName(step.file) : "klines"))

/** The same neighbours counted: `klines x3`. */
const summary = (list: ReadonlyArray<Step>): ReadonlyArray<string> => {
  const groups: Array<{ name: string; count: number }> = []
  for (const name of show(list)) {
    const last = groups.at(-1)
    if (last?.name === name) last.count += 1
    else groups.push({ name, count: 1 })
  }
  return groups.map(({ name, count }) => (count === 1 ? name : `${name} x${count}`))
}

describe("a plan with the archive", () => {
  it("keeps the whole range once, whatever is asked when", () => {
    const asked = fc.record({
      timeframe: fc.constantFrom(...timeframes),
      from: fc.integer({ min: Date.UTC(2017, 0), max: Date.UTC(2024, 5) }),
      days: fc.integer({ min: 0, max: 100 }),
      millis: fc.nat(day),
      archive: fc.constantFrom<ArchiveMode>("auto", "never", "always"),
      at: fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2024, 7) }),
    })
    fc.assert(
      fc.property(asked, ({ timeframe, from, days, millis, archive, at }) => {
        const to = from + days * day + millis
        const list = steps(timeframe, from, to, archive, at)
        expect(list.map((step) => step.keep.from)).toEqual(
          to > from ? [from, ...list.slice(0, -1).map((step) => step.keep.to)] : [],
        )
        if (to > from) expect(list.at(-1)?.keep.to).toBe(to)
        for (const [index, step] of list.entries()) {
          expect(step.keep.to).toBeGreaterThan(step.keep.from)
          if (step._tag === "window") {
            expect(openTimesIn(timeframe, step.asked)).toBeLessThanOrEqual(1000)
            expect(step.asked.from).toBeLessThanOrEqual(step.keep.from)
            expect(step.asked.to).toBeGreaterThanOrEqual(step.keep.to)
            // More is asked only of what a neighbouring file has.
            if (step.asked.from < step.keep.from) expect(list[index - 1]?._tag).toBeDefined()
            expect(step.asked.from).toBeGreaterThanOrEqual(from)
            expect(step.asked.to).toBeLessThanOrEqual(to)
          } else {
            const { period } = step.file
            for (const beside of [
              { from: step.keep.from, to: Math.max(step.keep.from, period.from) },
              { from: Math.min(step.keep.to, period.to), to: step.keep.to },
            ])
              expect(openTimesIn(timeframe, beside)).toBe(0)
            expect(step.file.period.to).toBeLessThanOrEqual(at)
            if (archive === "auto") expect(openTimesIn(timeframe, step.keep)).toBeGreaterThan(1000)
          }
        }
        const files = list.filter(({ _tag }) => _tag === "file").length
        expect(plannedCalls(list)).toHaveLength(list.length + files)
        if (archive === "never") expect(files).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it("takes closed months by the month, the newest by the day, and the rest from the REST API", () => {
    expect(summary(steps("1m", Date.UTC(2024, 2), now + hour))).toEqual([
      "BTCUSDT-1m-2024-03",
      "BTCUSDT-1m-2024-04",
      ...Array.from({ length: 31 }, (_, index) => `BTCUSDT-1m-2024-05-${String(index + 1).padStart(2, "0")}`),
      "BTCUSDT-1m-2024-06-01",
      "BTCUSDT-1m-2024-06-02",
      "klines",
    ])
  })

  it("costs two calls without weight for a file, and says what they are", () => {
    const calls = plannedCalls(steps("1m", Date.UTC(2024, 2), Date.UTC(2024, 4, 2, 1)))
    expect(calls.map(({ endpoint, cost }) => [endpoint, cost])).toEqual([
      ...Array.from({ length: 4 }, () => ["archive monthly", {}]),
      ...Array.from({ length: 2 }, () => ["archive daily", {}]),
      ["/api/v3/klines", { "weight-1m": 2 }],
    ])
    expect(calls[0]?.range).toEqual({ from: Date.UTC(2024, 2), to: Date.UTC(2024, 3) })
    expect(calls[0]).toEqual(calls[1])
  })

  it.each<[string, Timeframe, number, boolean]>([
    ["50 pages of 1m", "1m", longRequestPages * 1000 * minute, false],
    ["one bar more", "1m", (longRequestPages * 1000 + 1) * minute, true],
    ["a year of 5m", "5m", 365 * day, true],
    ["a year of 15m", "15m", 365 * day, false],
    ["three years of 30m", "30m", 3 * 365 * day, true],
    ["six years of 1h, whose months fit into one page", "1h", 6 * 365 * day, false],
    ["six years of 1d", "1d", 6 * 365 * day, false],
  ])("is made of files when the request is long: %s", (_name, timeframe, length, isLong) => {
    const from = Date.UTC(2018, 0)
    expect(steps(timeframe, from, from + length)[0]?._tag).toBe(isLong ? "file" : "window")
  })

  it("does not take a file for less than a page of it", () => {
    const from = Date.UTC(2024, 0, 31, 7, 20)
    expect(show(steps("1m", from, Date.UTC(2024, 3)))[0]).toBe("klines")
    expect(show(steps("1m", from - minute, Date.UTC(2024, 3)))[0]).toBe("BTCUSDT-1m-2024-01")
  })

  it("asks where page and file meet for 100 bars of both, on either side", () => {
    const list = steps("1m", Date.UTC(2023, 11, 31, 20), Date.UTC(2024, 2, 1, 1))
    expect(summary(list)).toEqual(["klines", "BTCUSDT-1m-2024-01", "BTCUSDT-1m-2024-02", "klines"])
    const [first, , , last] = list
    expect(first).toMatchObject({
      asked: { from: Date.UTC(2023, 11, 31, 20), to: Date.UTC(2024, 0, 1) + 100 * minute },
      keep: { to: Date.UTC(2024, 0, 1) },
    })
    expect(last).toMatchObject({
      asked: { from: Date.UTC(2024, 2, 1) - 100 * minute, to: Date.UTC(2024, 2, 1, 1) },
      keep: { from: Date.UTC(2024, 2, 1) },
    })
  })

  it("with the mode always takes whatever is there by file", () => {
    const from = Date.UTC(2024, 3, 29)
    expect(summary(steps("1d", from, now, "always"))).toEqual([
      "BTCUSDT-1d-2024-04",
      ...Array.from({ length: 31 }, (_, index) => `BTCUSDT-1d-2024-05-${String(index + 1).padStart(2, "0")}`),
      "BTCUSDT-1d-2024-06-01",
      "BTCUSDT-1d-2024-06-02",
      "klines",
    ])
    // No week opens in what is left of April after its last Monday; there are no daily files of weeks.
    expect(summary(steps("1w", Date.UTC(2024, 2, 1), now, "always"))).toEqual([
      "BTCUSDT-1w-2024-03",
      "BTCUSDT-1w-2024-04",
      "klines",
    ])
    expect(summary(steps("1w", Date.UTC(2024, 2, 1), Date.UTC(2024, 4, 3), "always"))).toEqual([
      "BTCUSDT-1w-2024-03",
      "BTCUSDT-1w-2024-04",
    ])
    expect(summary(steps("1mo", Date.UTC(2017, 0), Date.UTC(2017, 8), "always"))).toEqual([
      "klines",
      "BTCUSDT-1mo-2017-07",
      "BTCUSDT-1mo-2017-08",
    ])
  })

  it("with the mode never, and for an empty range, has no file", () => {
    expect(summary(steps("1m", Date.UTC(2023, 0), Date.UTC(2024, 0), "never"))).toEqual(["klines x526"])
    expect(steps("1m", now, now, "always")).toEqual([])
  })

  it("knows that the future has no files", () => {
    expect(summary(steps("1m", now + day, now + 90 * day))).toEqual(["klines x129"])
  })
})

describe("a file of the archive", () => {
  it.each([
    ["a month before its next one's first Monday is over", Date.UTC(2024, 5, 3, 23, 59), false],
    ["a month when that Monday is over", Date.UTC(2024, 5, 4), true],
  ])("is planned when it should be there: %s", (_name, at, isThere) => {
    expect(isPublished(monthlyFile("BTCUSDT", "1m", Date.UTC(2024, 4, 15)), at)).toBe(isThere)
  })

  it.each([
    [Date.UTC(2024, 5, 3, 11, 59), "2024-06-01"],
    [Date.UTC(2024, 5, 3, 12), "2024-06-02"],
  ])("of a day is planned from noon of the next day on: at %d", (at, last) => {
    const files = show(steps("1m", Date.UTC(2024, 4, 30), at, "always", at)).filter(
      (name) => name !== "klines",
    )
    expect(files.at(-1)).toBe(`BTCUSDT-1m-${last}`)
  })

  it.each([
    ["BTCUSDT", "1m", "/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-05.zip"],
    ["BTCUSDT", "1mo", "/data/spot/monthly/klines/BTCUSDT/1mo/BTCUSDT-1mo-2024-05.zip"],
    [
      "测试币",
      "1h",
      "/data/spot/monthly/klines/%E6%B5%8B%E8%AF%95%E5%B8%81/1h/%E6%B5%8B%E8%AF%95%E5%B8%81-1h-2024-05.zip",
    ],
    ["A/../B?c#d", "1h", "/data/spot/monthly/klines/A%2F..%2FB%3Fc%23d/1h/A%2F..%2FB%3Fc%23d-1h-2024-05.zip"],
  ] as const)("is asked for by symbol, interval and month: %s %s", (symbol, timeframe, path) => {
    expect(filePath(monthlyFile(symbol, timeframe, Date.UTC(2024, 4, 31, 23)))).toBe(path)
  })
})

describe("the mode of the archive", () => {
  it.each<[string, BinanceOptions, ArchiveMode]>([
    ["nothing is said", {}, "auto"],
    ["another address of Binance is given", { baseUrl: "https://data-api.binance.vision" }, "auto"],
    ["yet another", { baseUrl: "https://api3.binance.com/" }, "auto"],
    ["a stand-in is given for the REST API alone", { baseUrl: "http://127.0.0.1:1" }, "never"],
    ["another exchange is", { baseUrl: "https://api.binance.example" }, "never"],
    ["a look-alike is", { baseUrl: "https://api.binance.com.example" }, "never"],
    [
      "a stand-in is given for both",
      { baseUrl: "http://127.0.0.1:1", archiveUrl: "http://127.0.0.1:2" },
      "auto",
    ],
    ["a stand-in is given for the archive alone", { archiveUrl: "http://127.0.0.1:2" }, "auto"],
    ["it is said", { baseUrl: "http://127.0.0.1:1", archive: "always" }, "always"],
  ])("never mixes a stand-in with the real archive by default: when %s", (_name, options, mode) => {
    expect(archiveModeOf(options)).toBe(mode)
  })

  it("is refused when it is none", () => {
    expect(() => createBinance({ archive: "sometimes" as "auto" })).toThrow(InvalidInput)
    expect(() => createBinance({ archiveUrl: "ftp://x" })).toThrow(InvalidInput)
  })

  it.each(["https://api.binance.us", "https://www.Binance.US/api"])(
    "does not come into it for %s, which is another exchange",
    (baseUrl) => {
      expect(() => createBinance({ baseUrl })).toThrow(/baseUrl: .*binance\.us has other prices/i)
      expect(() => createBinance({ baseUrl, archive: "never" })).toThrow(InvalidInput)
    },
  )
})
