import {
  barEnd,
  type BarPage,
  barsFromRows,
  concatBars,
  equalBars,
  type Instrument,
  openTimeAtOrAfter,
} from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type BarRequest, checkPage, closedPages, splitSettled } from "../src/index.ts"

const crypto: Instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" }
const stock: Instrument = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNYS",
  timeZone: "America/New_York",
}
const hour = 3_600_000
const day = 24 * hour
const monday = Date.UTC(2024, 0, 1)

const barsAt = (...times: ReadonlyArray<number>) =>
  barsFromRows(times.map((openTime) => ({ openTime, open: 2, high: 3, low: 1, close: 2, volume: 5 })))

const ask = (
  instrument: Instrument,
  timeframe: BarRequest["timeframe"],
  from = monday,
  to = monday + 60 * day,
): BarRequest => ({ instrument, timeframe, range: { from, to } })

describe("a page", () => {
  it.each<[string, BarRequest, ReturnType<typeof barsAt>]>([
    ["hours", ask(crypto, "1h"), barsAt(monday, monday + hour, monday + 5 * hour)],
    ["days", ask(crypto, "1d"), barsAt(monday, monday + day)],
    ["weeks from Mondays", ask(crypto, "1w"), barsAt(monday, monday + 7 * day)],
    ["months from the first", ask(crypto, "1mo"), barsAt(monday, Date.UTC(2024, 1, 1))],
    ["no rows", ask(crypto, "1h"), barsAt()],
    ["session days at local midnight", ask(stock, "1d"), barsAt(monday + 5 * hour, monday + day + 5 * hour)],
    ["clock hours in New York", ask(stock, "1h"), barsAt(monday + 14 * hour, monday + 15 * hour)],
  ])("is accepted with %s", (_name, request, bars) => {
    expect(checkPage(request, bars)).toBeUndefined()
  })

  it.each<[string, BarRequest, ReturnType<typeof barsAt>, RegExp]>([
    [
      "before the range",
      ask(crypto, "1h", monday + hour),
      barsAt(monday),
      /row 0: 2024-01-01T00:00:00Z lies outside/,
    ],
    [
      "at the end of the range",
      ask(crypto, "1h", monday, monday + hour),
      barsAt(monday + hour),
      /row 0: .* lies outside/,
    ],
    ["off the hour", ask(crypto, "1h"), barsAt(monday + 1), /is no open time of 1h/],
    ["on a Sunday", ask(crypto, "1w", monday - day), barsAt(monday - day), /is no open time of 1w/],
    ["on the second", ask(crypto, "1mo"), barsAt(monday + day), /is no open time of 1mo/],
    ["unsorted", ask(crypto, "1h"), barsAt(monday + hour, monday), /row 1: .*does not come after/],
    ["twice", ask(crypto, "1h"), barsAt(monday, monday), /row 1: .*does not come after/],
    ["in microseconds", ask(crypto, "1h"), barsAt(monday * 1000), /row 0: \+055969.* lies outside/],
    ["at midnight UTC for a New York day", ask(stock, "1d"), barsAt(monday), /is no open time of 1d/],
    ["at the open for clock hours", ask(stock, "1h"), barsAt(monday + 14.5 * hour), /is no open time of 1h/],
  ])("is refused with a row %s", (_name, request, bars, issue) => {
    expect(checkPage(request, bars)).toMatch(issue)
  })

  it("of session-anchored hours may start at 09:30, but rows must not overlap", () => {
    const open = monday + 14.5 * hour
    expect(checkPage(ask(stock, "1h"), barsAt(open, open + hour), "session")).toBeUndefined()
    expect(checkPage(ask(stock, "1h"), barsAt(open, open + hour / 2), "session")).toMatch(/is no open time/)
    expect(checkPage(ask(stock, "1h"), barsAt(open + 1), "session")).toMatch(/is no open time/)
  })

  it("is refused with impossible prices", () => {
    const bars = barsFromRows([{ openTime: monday, open: 2, high: 1, low: 1, close: 2, volume: 5 }])
    expect(checkPage(ask(crypto, "1h"), bars)).toMatch(/row 0: high 1 is below/)
  })
})

const pageOf = (bars: BarPage["bars"], from: number, to: number): BarPage => ({
  range: { from, to },
  bars,
  provenance: {
    provider: "acme",
    endpoint: "/bars",
    method: "direct",
    adjustment: "none",
    fetchedAt: 1,
    settled: true,
  },
})

describe("settled and provisional rows", () => {
  it("tile the page, keep every row, and only rows that ended long enough ago are settled", () => {
    const setting = fc.record({
      instrument: fc.constantFrom(crypto, stock),
      timeframe: fc.constantFrom("1m", "1h", "4h", "1d", "1w", "1mo"),
      anchor: fc.constantFrom("clock", "session"),
      settleMillis: fc.integer({ min: 0, max: 3 * day }),
      nowAfter: fc.integer({ min: -2 * day, max: 40 * day }),
      from: fc.integer({ min: 0, max: 3 * day }),
      length: fc.integer({ min: 0, max: 30 * day }),
    })
    fc.assert(
      fc.property(setting, ({ nowAfter, from, length, ...settling }) => {
        const range = { from: monday + from, to: monday + from + length }
        const { timeframe, instrument } = settling
        const times: Array<number> = []
        let time = openTimeAtOrAfter(timeframe, range.from, instrument.timeZone)
        for (; time < range.to && times.length < 500; time = barEnd(timeframe, time, instrument.timeZone))
          times.push(time)
        const page = pageOf(barsAt(...times), range.from, range.to)
        const now = monday + nowAfter
        const parts = splitSettled(page, { ...settling, now })
        expect(equalBars(concatBars(parts.map((part) => part.bars)), page.bars)).toBe(true)
        expect(parts.map((part) => part.range.from)).toEqual(
          length === 0 ? [] : [range.from, ...parts.slice(1).map((_part, index) => parts[index]?.range.to)],
        )
        expect(parts.at(-1)?.range.to).toBe(length === 0 ? undefined : range.to)
        for (const part of parts) {
          const last = part.bars.openTime.at(-1)
          if (part.provenance.settled && last !== undefined)
            expect(barEnd(timeframe, last, instrument.timeZone) + settling.settleMillis).toBeLessThanOrEqual(
              now,
            )
        }
      }),
    )
  })

  it.each([
    ["all settled", 10 * hour, [true]],
    ["none settled", 0, [false]],
    ["cut at the first bar that may change", 3 * hour + 60_000, [true, false]],
  ])("%s", (_name, nowAfter, expected) => {
    const page = pageOf(barsAt(monday, monday + hour, monday + 2 * hour), monday, monday + 3 * hour)
    const settling = {
      instrument: crypto,
      timeframe: "1h",
      now: monday + nowAfter,
      settleMillis: 120_000,
    } as const
    const parts = splitSettled(page, settling)
    expect(parts.map((part) => part.provenance.settled)).toEqual(expected)
    if (parts.length === 2)
      expect(parts[1]?.range).toEqual({ from: monday + 2 * hour, to: monday + 3 * hour })
  })
})

describe("the closed pages of an answer", () => {
  const settling = { instrument: crypto, timeframe: "1h", settleMillis: 0 } as const
  const page = pageOf(barsAt(monday, monday + hour), monday, monday + 2 * hour)

  it("end before the running bar, and say that no later window has anything", () => {
    const { pages, reachesPresent } = closedPages(page, { ...settling, now: monday + 1.5 * hour })
    expect(pages.map(({ range }) => range)).toEqual([{ from: monday, to: monday + hour }])
    expect(pages.map(({ bars }) => [...bars.openTime])).toEqual([[monday]])
    expect(reachesPresent).toBe(true)
  })

  it("are all of it when the present is later", () => {
    const { pages, reachesPresent } = closedPages(page, { ...settling, now: monday + 2 * hour })
    expect(pages.map(({ range }) => range)).toEqual([page.range])
    expect(reachesPresent).toBe(false)
  })

  it("are none in the future", () => {
    expect(closedPages(page, { ...settling, now: monday - 1 })).toEqual({ pages: [], reachesPresent: true })
  })

  it("end at the exchange's midnight for days of a session market", () => {
    const open = openTimeAtOrAfter("1d", monday, stock.timeZone)
    const days = pageOf(barsAt(open), open, barEnd("1d", open, stock.timeZone))
    const before = closedPages(days, {
      ...settling,
      instrument: stock,
      timeframe: "1d",
      now: days.range.to - 1,
    })
    expect(before).toEqual({ pages: [], reachesPresent: true })
  })
})
