import { barEnd, openTimeOf, type Timeframe, timeframes } from "@barkeep/market-data"
import * as fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, it } from "vitest"
import { type Market, markets, tradingCalendar } from "../src/index.ts"
import { wallHours, wallTime } from "./wall-times.ts"

const day = 86_400_000
const minute = 60_000

const market = fc.constantFrom<Market>(...markets)
const sessionMarket = fc.constantFrom<Market>(...markets.filter((name) => !name.startsWith("24/")))
const anchor = fc.constantFrom("session" as const, "clock" as const)
const timeframe = fc.constantFrom<Timeframe>(...timeframes)
const coarse = fc.constantFrom<Timeframe>(
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "1w",
  "1mo",
)
/** Any instant from 2001 to 2029, to the minute. */
const instant = fc
  .integer({ min: Date.UTC(2001, 0, 1) / minute, max: Date.UTC(2029, 0, 1) / minute })
  .map((m) => m * minute)
const shortRange = fc
  .tuple(instant, fc.integer({ min: 0, max: 40 * 24 * 60 }))
  .map(([from, minutes]) => ({ from, to: from + minutes * minute }))

describe("sessions", () => {
  it.each(markets)("of %s ascend, are disjoint, and hold their breaks", (name) => {
    const calendar = tradingCalendar(name)
    const sessions = calendar.sessions({ start: calendar.firstDate, end: calendar.lastDate })
    const faulty = sessions.filter(({ session, open, close, breakStart, breakEnd }, index) => {
      const next = sessions[index + 1]
      const hasSoundBreak =
        breakStart === undefined || breakEnd === undefined
          ? breakStart === breakEnd
          : open < breakStart && breakStart < breakEnd && breakEnd < close
      const precedesNext = next === undefined || (close <= next.open && session < next.session)
      return open >= close || !hasSoundBreak || !precedesNext
    })
    expect(faulty).toEqual([])
  })

  it.each(markets.filter((name) => name.startsWith("X")))(
    "of %s without a reason have the regular hours on the wall, in summer and winter",
    (name) => {
      const calendar = tradingCalendar(name)
      const regular = calendar
        .sessions({ start: "2012-04-01", end: "2024-10-31" })
        .filter((session) => session.reason === undefined)
      const hours = regular.map((session) => wallHours(session, calendar.timeZone))
      const dates = regular.map((session) => wallTime(session.open, calendar.timeZone).slice(0, 10))
      expect(new Set(hours).size).toBe(1)
      expect(dates).toEqual(regular.map((session) => session.session))
    },
  )

  it("of the currency market run from 17:00 to 17:00 New York, Sunday to Friday, through every change of clocks", () => {
    const sessions = tradingCalendar("24/5").sessions({ start: "2006-01-01", end: "2026-12-31" })
    const told = sessions.map(({ open, close }) => [
      wallTime(open, "America/New_York"),
      wallTime(close, "America/New_York"),
    ])
    const wanted = sessions.map(({ session }) => {
      const eve = Temporal.PlainDate.from(session).subtract({ days: 1 }).toString()
      return [`${eve} 17:00`, `${session} 17:00`]
    })
    expect(told).toEqual(wanted)
    expect(sessions.filter(({ session }) => Temporal.PlainDate.from(session).dayOfWeek > 5)).toEqual([])
  })

  it("of a range of instants are those that overlap it", () => {
    fc.assert(
      fc.property(market, shortRange, (name, range) => {
        const calendar = tradingCalendar(name)
        const all = calendar.sessions({ from: range.from - 10 * day, to: range.to + 10 * day })
        const overlapping = all.filter((session) => session.close > range.from && session.open < range.to)
        expect(calendar.sessions(range)).toEqual(range.from === range.to ? [] : overlapping)
      }),
    )
  })
})

describe("isOpen", () => {
  it("agrees with the sessions at any instant and on both sides of every edge", () => {
    fc.assert(
      fc.property(market, instant, (name, time) => {
        const calendar = tradingCalendar(name)
        const sessions = calendar.sessions({ from: time - 3 * day, to: time + 3 * day })
        const edges = sessions.flatMap(({ open, close, breakStart = open, breakEnd = open }) => [
          open,
          close,
          breakStart,
          breakEnd,
        ])
        const times = [time, ...edges, ...edges.map((edge) => edge - 1)].filter(
          (edge) => Math.abs(edge - time) < 2 * day,
        )
        const expected = times.map((moment) =>
          sessions.some(
            ({ open, close, breakStart = close, breakEnd = close }) =>
              moment >= open && moment < close && !(moment >= breakStart && moment < breakEnd),
          ),
        )
        expect(times.map(calendar.isOpen)).toEqual(expected)
      }),
    )
  })
})

describe("closures and sessions", () => {
  it.each(markets)("of %s tile the dates, and every closed weekday has a reason", (name) => {
    const calendar = tradingCalendar(name)
    const years = { start: calendar.firstDate, end: calendar.lastDate }
    const closures = calendar.closures(years)
    const dates = [
      ...closures.map((closure) => closure.date),
      ...calendar.sessions(years).map((s) => s.session),
    ]
    const first = Temporal.PlainDate.from(calendar.firstDate)
    const count = first.until(Temporal.PlainDate.from(calendar.lastDate)).days + 1
    expect(new Set(dates).size).toBe(dates.length)
    expect(dates.length).toBe(count)
    const faulty = closures.filter(
      ({ date, kind, reason }) =>
        reason === "" || (kind === "weekend") !== Temporal.PlainDate.from(date).dayOfWeek > 5,
    )
    expect(faulty).toEqual([])
  })
})

describe("expected open times", () => {
  it("of a range that is cut in two are those of the parts", () => {
    fc.assert(
      fc.property(
        market,
        timeframe,
        anchor,
        shortRange,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (name, tf, at, range, share) => {
          const calendar = tradingCalendar(name)
          const cut = range.from + Math.floor(((range.to - range.from) * share) / minute) * minute
          const whole = calendar.expectedOpenTimes(tf, range, { anchor: at })
          const parts = [
            ...calendar.expectedOpenTimes(tf, { from: range.from, to: cut }, { anchor: at }),
            ...calendar.expectedOpenTimes(tf, { from: cut, to: range.to }, { anchor: at }),
          ]
          expect(parts).toEqual(Array.from(whole))
        },
      ),
    )
  })

  it("ascend strictly and lie in the range", () => {
    fc.assert(
      fc.property(market, timeframe, anchor, shortRange, (name, tf, at, range) => {
        const times = tradingCalendar(name).expectedOpenTimes(tf, range, { anchor: at })
        const faulty = times.filter(
          (time, index) => time < range.from || time >= range.to || time <= (times[index - 1] ?? -1),
        )
        expect(faulty).toEqual(new Float64Array(0))
      }),
    )
  })

  it("have one bar for each minute of trading", () => {
    fc.assert(
      fc.property(market, anchor, shortRange, (name, at, range) => {
        const calendar = tradingCalendar(name)
        for (const { open, close, breakStart = close, breakEnd = close } of calendar.sessions(range)) {
          const times = calendar.expectedOpenTimes("1m", { from: open, to: close }, { anchor: at })
          expect(times.length).toBe((close - open - (breakEnd - breakStart)) / minute)
          expect(times.filter((time) => !calendar.isOpen(time)).length).toBe(0)
        }
      }),
      { numRuns: 40 },
    )
  })

  it("cover all trading: each open minute is in exactly one bin of every timeframe", () => {
    fc.assert(
      fc.property(market, coarse, anchor, instant, (name, tf, at, from) => {
        const calendar = tradingCalendar(name)
        const range = { from, to: from + 4 * day }
        const binOf = calendar.binOf(tf, { anchor: at })
        const bins = new Set(
          calendar.expectedOpenTimes(tf, { from: from - 40 * day, to: range.to }, { anchor: at }),
        )
        // The currency market's Sunday evening lies before the Monday whose date its first session carries.
        const isListed = (bin: number): boolean => bins.has(bin) || (name === "24/5" && /[dwo]$/.test(tf))
        const faulty = calendar.expectedOpenTimes("1m", range).filter((time) => {
          const bin = binOf(time)
          return bin > time || !isListed(bin)
        })
        expect(faulty).toEqual(new Float64Array(0))
      }),
      { numRuns: 60 },
    )
  })

  it("count each finer bar in exactly one coarser bar", () => {
    fc.assert(
      fc.property(sessionMarket, coarse, anchor, instant, (name, tf, at, from) => {
        const calendar = tradingCalendar(name)
        const finer = tf === "1w" || tf === "1mo" ? "1d" : "5m"
        const range = { from, to: from + (tf === "1w" || tf === "1mo" ? 100 : 14) * day }
        const binOf = calendar.binOf(tf, { anchor: at })
        const counts = new Map<number, number>()
        for (const time of calendar.expectedOpenTimes(finer, range, { anchor: at })) {
          const bin = binOf(time)
          counts.set(bin, (counts.get(bin) ?? 0) + 1)
        }
        // The first and the last bin may be cut by the range.
        const whole = Array.from(counts).slice(1, -1)
        expect(whole.map(([bin]) => [bin, calendar.barsInBin(tf, bin, finer, { anchor: at })])).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })

  it("of the market that never closes are the UTC grid", () => {
    fc.assert(
      fc.property(timeframe, shortRange, (tf, range) => {
        const times = Array.from(tradingCalendar("24/7").expectedOpenTimes(tf, range))
        const grid: Array<number> = []
        for (
          let time = openTimeOf(tf, range.from);
          time < range.to && grid.length < 100;
          time = barEnd(tf, time)
        )
          if (time >= range.from) grid.push(time)
        expect(times.slice(0, grid.length)).toEqual(grid)
      }),
    )
  })

  it("do not depend on what was asked before", () => {
    const asked = { start: "2015-03-01", end: "2015-03-31" }
    const first = tradingCalendar("XASX", { closures: [{ date: "2040-03-01", reason: "fresh calendar" }] })
    const second = tradingCalendar("XASX")
    second.sessions({ start: second.firstDate, end: second.lastDate })
    expect(first.expectedOpenTimes("1h", asked)).toEqual(second.expectedOpenTimes("1h", asked))
  })
})
