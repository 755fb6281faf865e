// One test and more for each of the behaviours by which Yahoo's charts have fooled their users.
import { barCount, type Bars } from "@barkeep/market-data"
import { createLimiter, isRetryable, type ProviderFailure } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { describe, expect, it } from "vitest"
import { createYahooFinance, yahooFinanceCapabilities } from "../src/index.ts"
import { ask } from "./ask.ts"
import {
  answerOf,
  bitcoin,
  day,
  euro,
  local,
  localRange,
  minute,
  readFixture,
  type Row,
  show,
  stock,
} from "./fixture.ts"

const evening = local("2025-03-20 20:00")
const daily = {
  instrument: stock(),
  timeframe: "1d",
  range: localRange("2025-03-10 00:00", "2025-03-22 00:00"),
} as const

const dates = (bars: Bars): ReadonlyArray<string> => [...bars.openTime].map((time) => show(time).slice(0, 10))
const times = (bars: Bars): ReadonlyArray<string> => [...bars.openTime].map((time) => show(time).slice(5, 16))

/** Days of March 2025, stamped with New York's open. */
const marchDays = (...numbers: ReadonlyArray<number>): ReadonlyArray<Row> =>
  numbers.map((number) => [
    local(`2025-03-${number} 09:30`),
    10 + number,
    12 + number,
    9 + number,
    11 + number,
    1000,
  ])

const live = (stamp: string, price = 30): Row => [local(stamp) + 1000, price, price, price, price, 500]

describe("1 history is restated", () => {
  const events = {
    splits: {
      [local("2025-03-12 09:30") / 1000]: {
        date: local("2025-03-13 09:30") / 1000,
        numerator: 4,
        denominator: 1,
      },
    },
  }

  it("names the splits of a page in its evidence, by the date inside the event", async () => {
    const { pages } = await ask(daily, evening + 30 * day, {
      body: answerOf(marchDays(11, 12, 13), { events }),
    })
    expect(pages.map((page) => page.provenance.evidence)).toEqual([
      { currency: "USD", splits: "2025-03-13 4:1" },
    ])
    expect(pages[0]?.provenance.adjustment).toBe("splits")
  })

  it("gives the same days on another basis after a split, which the old page does not tell", async () => {
    const before = await ask(daily, evening, { body: answerOf(marchDays(11)) })
    const after = await ask(daily, evening, {
      body: answerOf(
        marchDays(11).map(([stamp, ...cells]) => [stamp, ...cells.map((cell) => (cell ?? 0) / 4)] as Row),
      ),
    })
    expect(after.bars.close[0]).toBe((before.bars.close[0] ?? 0) / 4)
    expect(before.pages[0]?.provenance.evidence).toEqual({ currency: "USD" })
  })

  it("never takes the dividend-adjusted close for the close", async () => {
    const range = localRange("2020-08-01 00:00", "2021-01-01 00:00")
    const { bars } = await ask({ ...daily, range }, evening, { body: readFixture("daily-with-events.json") })
    expect([...bars.close]).toEqual([26.3125, 32.26, 33.18, 29.67])
  })
})

describe("2 the live row", () => {
  it("of a day is dropped and its day is not covered", async () => {
    const rows = [...marchDays(18, 19), live("2025-03-20 16:00")]
    const lastTradeAt = local("2025-03-20 16:00") + 1000
    const { bars, pages, dropped } = await ask(daily, evening, { body: answerOf(rows, { lastTradeAt }) })
    expect(dates(bars)).toEqual(["2025-03-18", "2025-03-19"])
    expect(show(pages.at(-1)?.range.to ?? 0)).toBe("2025-03-20 00:00:00")
    expect(dropped).toEqual([])
  })

  it("keeps its day uncovered after midnight too, until the night is over", async () => {
    const rows = [...marchDays(18, 19), live("2025-03-20 16:00")]
    const body = answerOf(rows, { lastTradeAt: local("2025-03-20 16:00") + 1000 })
    const atNight = await ask(daily, local("2025-03-21 03:00"), { body })
    expect(dates(atNight.bars)).toEqual(["2025-03-18", "2025-03-19"])
    expect(show(atNight.pages.at(-1)?.range.to ?? 0)).toBe("2025-03-20 00:00:00")
    expect(atNight.dropped).toEqual([])
    const inTheMorning = await ask(daily, local("2025-03-21 08:00"), { body })
    expect(dates(inTheMorning.bars)).toEqual(["2025-03-18", "2025-03-19", "2025-03-20"])
    expect(inTheMorning.pages.at(-1)?.provenance.settled).toBe(false)
  })

  it("beside a row of the same day makes both doubtful", async () => {
    const rows = [...marchDays(18, 19, 20), live("2025-03-20 16:00")]
    const body = answerOf(rows, { lastTradeAt: local("2025-03-20 16:00") + 1000 })
    const { bars } = await ask(daily, local("2025-03-21 03:00"), { body })
    expect(dates(bars)).toEqual(["2025-03-18", "2025-03-19"])
  })

  it("beside a row of the same week makes the week doubtful until the live row is gone", async () => {
    const weekly = {
      ...daily,
      timeframe: "1w",
      range: localRange("2025-03-03 00:00", "2025-03-24 00:00"),
    } as const
    const rows: ReadonlyArray<Row> = [
      [local("2025-03-03 00:00"), 10, 12, 9, 11, 5000],
      [local("2025-03-10 00:00"), 11, 13, 10, 12, 4000],
      live("2025-03-14 16:00", 12),
    ]
    const body = answerOf(rows, { granularity: "1wk", lastTradeAt: local("2025-03-14 16:00") + 1000 })
    const { bars, pages } = await ask(weekly, local("2025-03-17 08:00"), { body })
    expect(dates(bars)).toEqual(["2025-03-03"])
    expect(show(pages.at(-1)?.range.to ?? 0)).toBe("2025-03-10 00:00:00")
  })

  it("beyond the end of the question is no bar of the day before", async () => {
    const range = localRange("2024-10-02 00:00", "2024-10-03 00:00")
    const { bars, pages, dropped } = await ask(
      { ...daily, timeframe: "1m", range },
      local("2024-10-03 20:00"),
      {
        body: readFixture("minutes-live-quote.json"),
      },
    )
    expect(times(bars)).toEqual(["10-02 15:56", "10-02 15:58", "10-02 15:59"])
    expect(pages.at(-1)?.range.to).toBe(range.to)
    expect(dropped).toEqual([{ openTime: local("2024-10-02 15:57"), reason: "null" }])
  })

  it("at the close is no minute, with known sessions and without", async () => {
    const range = localRange("2024-10-02 00:00", "2024-10-04 00:00")
    const payload = readFixture("minutes-live-quote.json") as {
      chart: { result: Array<{ meta: Record<string, unknown> }> }
    }
    for (const hasSessions of [true, false]) {
      if (!hasSessions) delete payload.chart.result[0]?.meta["tradingPeriods"]
      const { bars } = await ask({ ...daily, timeframe: "1m", range }, local("2024-10-03 20:00"), {
        body: payload,
      })
      expect(times(bars).at(-1)).toBe("10-02 15:59")
    }
  })

  it("between two bars of a running session is no bar, and the running bar is not given", async () => {
    const rows: ReadonlyArray<Row> = [
      [local("2025-03-20 14:00"), 1, 2, 1, 2, 5],
      [local("2025-03-20 14:05"), 1, 2, 1, 2, 5],
      [local("2025-03-20 14:10"), 1, 2, 1, 2, 5],
      [local("2025-03-20 14:12") + 34_000, 2, 2, 2, 2, 0],
    ]
    const now = local("2025-03-20 14:12") + 40_000
    const { bars } = await ask(
      { ...daily, timeframe: "5m", range: { from: now - day, to: now + day } },
      now,
      {
        body: answerOf(rows, { granularity: "5m", lastTradeAt: now - 6000 }),
      },
    )
    expect(times(bars)).toEqual(["03-20 14:00", "03-20 14:05"])
  })

  it("on a full minute between two hours is no bar either", async () => {
    const rows: ReadonlyArray<Row> = [
      [local("2025-03-19 14:30"), 1, 2, 1, 2, 5],
      [local("2025-03-19 15:30"), 1, 2, 1, 2, 5],
      [local("2025-03-19 16:00"), 2, 3, 2, 3, 700],
    ]
    const range = localRange("2025-03-19 00:00", "2025-03-20 00:00")
    const { bars, dropped } = await ask({ ...daily, timeframe: "1h", range }, evening, {
      body: answerOf(rows, { granularity: "1h", lastTradeAt: local("2025-03-19 16:00") }),
    })
    expect(times(bars)).toEqual(["03-19 14:30", "03-19 15:30"])
    expect(dropped).toEqual([{ openTime: local("2025-03-19 16:00"), reason: "live" }])
  })

  it("does not count bars as closed that a late feed is still filling", async () => {
    const rows = [0, 1, 2].map((index): Row => [local("2025-03-20 14:00") + index * minute, 1, 2, 1, 2, 5])
    const lastTradeAt = local("2025-03-20 14:02") + 30_000
    const body = answerOf(rows, { granularity: "1m", lastTradeAt })
    const request = {
      ...daily,
      timeframe: "1m",
      range: localRange("2025-03-20 00:00", "2025-03-21 00:00"),
    } as const
    const late = await ask(request, local("2025-03-20 14:17"), { body })
    expect(times(late.bars)).toEqual(["03-20 14:00", "03-20 14:01"])
    const later = await ask(request, local("2025-03-20 14:34"), { body })
    expect(times(later.bars)).toEqual(["03-20 14:00", "03-20 14:01", "03-20 14:02"])
  })
})

describe("3 a 429 that has nothing to do with counting", () => {
  const refused = { status: 429, headers: { "content-type": "text/html" }, body: "Edge: Too Many Requests" }

  it("is a rate limit without a time of its own, waited for once and then reported", async () => {
    const { reason, urls } = await ask(daily, evening, refused, { retries: 0 })
    expect(reason).toEqual({ _tag: "RateLimited", retryAt: evening + 90_000 })
    expect(urls).toHaveLength(1)
  })

  it("stops all calls for longer when it comes again", async () => {
    const clock = createVirtualClock(evening)
    const limiter = createLimiter(yahooFinanceCapabilities.budgets, clock)
    const { reason, urls } = await ask(daily, evening, refused, { clock, limiter })
    expect(reason).toEqual({ _tag: "RateLimited", retryAt: evening + 90_000 + 600_000 })
    expect(urls).toHaveLength(2)
  })

  it("is not taken for a crumb", () => {
    const session = { cookie: "A3=d", crumb: "Too Many Requests" }
    expect(() => createYahooFinance({ session })).toThrow(/session.crumb/)
  })
})

describe("4 a 404 does not mean delisted", () => {
  const outage = async (reply: object): Promise<ProviderFailure | undefined> =>
    (await ask(daily, evening, reply, { retries: 0 })).reason

  it("is uncertain, so that nobody purges a symbol for it", async () => {
    const body = {
      chart: {
        result: null,
        error: { code: "Not Found", description: "No data found, symbol may be delisted" },
      },
    }
    const reason = await outage({ status: 404, body })
    expect(reason).toEqual({ _tag: "SymbolNotFound", certain: false })
    expect(reason && isRetryable(reason)).toBe(true)
  })

  it("and its relatives are outages", async () => {
    expect(await outage({ body: { chart: null } })).toEqual({ _tag: "VendorOutage", status: 200 })
    expect(await outage({ body: "<html>Will be right back...</html>" })).toEqual({
      _tag: "VendorOutage",
      status: 200,
    })
  })
})

describe("5 null rows, ragged arrays, missing days", () => {
  const [first = [0], second = [0], third = [0]] = marchDays(10, 11, 12)
  const later = evening + 30 * day

  it("leaves out a day without values and one that lost its prices, and says so", async () => {
    const rows: ReadonlyArray<Row> = [
      first,
      [second[0], null, null, null, null, null],
      [third[0], null, null, null, null, 7000],
    ]
    const { bars, pages, dropped } = await ask(daily, later, { body: answerOf(rows) })
    expect(dates(bars)).toEqual(["2025-03-10"])
    expect(dropped.map(({ openTime, reason }) => [show(openTime).slice(0, 10), reason])).toEqual([
      ["2025-03-11", "null"],
      ["2025-03-12", "incomplete"],
    ])
    expect(pages[0]?.provenance.evidence).toEqual({ currency: "USD", nullRows: 1, incompleteRows: 1 })
  })

  it("leaves out a day of which one price is missing", async () => {
    const { bars, dropped } = await ask(daily, later, {
      body: answerOf([first, [second[0], 1, null, 1, 1, 5]]),
    })
    expect(dates(bars)).toEqual(["2025-03-10"])
    expect(dropped[0]?.reason).toBe("incomplete")
  })

  it("asks again for a range in which there are only lost prices", async () => {
    const { pages } = await ask(daily, later, { body: answerOf([[first[0], null, null, null, null, 7000]]) })
    expect(pages.map((page) => [barCount(page.bars), page.provenance.settled])).toEqual([[0, false]])
  })

  it("takes an answer without rows for an empty one", async () => {
    const { pages, reason } = await ask(
      { ...daily, timeframe: "1m", range: localRange("2025-03-08 00:00", "2025-03-09 00:00") },
      evening,
      {
        body: readFixture("no-session.json"),
      },
    )
    expect(reason).toBeUndefined()
    expect(pages.map((page) => [page.range, barCount(page.bars), page.provenance.settled])).toEqual([
      [localRange("2025-03-08 00:00", "2025-03-09 00:00"), 0, true],
    ])
  })

  it("refuses columns of unequal length as a whole", async () => {
    const payload = answerOf([first, second]) as { chart: { result: Array<{ timestamp: Array<number> }> } }
    payload.chart.result[0]?.timestamp.pop()
    const { reason, pages } = await ask(daily, later, { body: payload })
    expect(reason).toMatchObject({ _tag: "MalformedResponse" })
    expect(pages).toEqual([])
  })
})

describe("6 early rows are wrong and corrected overnight", () => {
  it("gives the last week as provisional and older days as final", async () => {
    const { pages } = await ask(daily, evening, { body: answerOf(marchDays(10, 11, 12, 13, 14, 17, 18, 19)) })
    expect(pages.map((page) => [page.provenance.settled, dates(page.bars)])).toEqual([
      [true, ["2025-03-10", "2025-03-11", "2025-03-12"]],
      [false, ["2025-03-13", "2025-03-14", "2025-03-17", "2025-03-18", "2025-03-19"]],
    ])
  })

  it("leaves out a day whose low is above its open, which comes again until it is right", async () => {
    const wrong: Row = [local("2025-03-19 09:30"), 287.54, 310.88, 287.76, 310.23, 1_686_983]
    const { bars, pages, dropped } = await ask(daily, evening, { body: answerOf([...marchDays(18), wrong]) })
    expect(dates(bars)).toEqual(["2025-03-18"])
    expect(dropped).toEqual([{ openTime: local("2025-03-19 00:00"), reason: "impossible" }])
    expect(pages.at(-1)).toMatchObject({
      range: { to: local("2025-03-20 00:00") },
      provenance: { settled: false },
    })
  })
})

describe("7 another granularity than the one asked for", () => {
  it.each([
    ["1mo", "3mo"],
    ["30m", "60m"],
    ["1d", "5d"],
  ] as const)("refuses %s answered as %s", async (timeframe, granularity) => {
    const { reason } = await ask({ ...daily, timeframe }, evening, {
      body: answerOf(marchDays(18), { granularity }),
    })
    expect(reason).toEqual({
      _tag: "MalformedResponse",
      issue: `asked for ${timeframe}, answered ${granularity}`,
    })
  })

  it("knows that 60m is 1h", async () => {
    const rows: ReadonlyArray<Row> = [[local("2025-03-18 09:30"), 1, 2, 1, 2, 5]]
    const { bars } = await ask({ ...daily, timeframe: "1h" }, evening, {
      body: answerOf(rows, { granularity: "60m" }),
    })
    expect(times(bars)).toEqual(["03-18 09:30"])
  })
})

describe("8 units", () => {
  it("says in which unit prices are: pence", async () => {
    const instrument = stock("ACME.L", "XLON", "Europe/London")
    const range = localRange("2020-01-02 00:00", "2020-01-03 00:00", "Europe/London")
    const { bars, pages } = await ask({ instrument, timeframe: "1d", range }, evening, {
      body: answerOf([[local("2020-01-02 08:00", "Europe/London"), 1279.5, 1286.57, 1258, 1259.5, 728_520]], {
        symbol: "ACME.L",
        timeZone: "Europe/London",
        currency: "GBp",
      }),
    })
    expect(bars.high[0]).toBe(1286.57)
    expect(pages[0]?.provenance.evidence).toEqual({ currency: "GBp" })
  })

  it.each([100, 1 / 100, 1 / 10_000])(
    "leaves out a single day that is %d times its neighbours",
    async (factor) => {
      const [before, , day12, after] = marchDays(10, 11, 12, 13) as readonly [Row, Row, Row, Row]
      const [stamp, open, high, low, close, volume] = day12 as ReadonlyArray<number>
      const scaled = (price: number | undefined): number => (price ?? 0) * factor
      const slipped: Row = [stamp ?? 0, scaled(open), scaled(high), scaled(low), scaled(close), volume ?? 0]
      const later = evening + 30 * day
      const { bars, dropped } = await ask(daily, later, { body: answerOf([before, slipped, after]) })
      expect(dates(bars)).toEqual(["2025-03-10", "2025-03-13"])
      expect(dropped).toEqual([{ openTime: local("2025-03-12 00:00"), reason: "impossible" }])
      // Where it stays so, prices may have a new basis: that is no slip.
      const { bars: kept } = await ask(daily, later, { body: answerOf([before, slipped]) })
      expect(dates(kept)).toEqual(["2025-03-10", "2025-03-12"])
    },
  )

  it("says that the volume of a crypto pair is in the quote currency", async () => {
    const range = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2020, 0, 2) }
    const { bars, pages } = await ask({ instrument: bitcoin, timeframe: "1d", range }, evening, {
      body: answerOf([[Date.UTC(2020, 0, 1), 7194.892, 7254.3306, 7174.9443, 7200.1743, 18_565_664_997]], {
        symbol: "BTC-USD",
        timeZone: "UTC",
      }),
    })
    expect(bars.volume[0]).toBe(18_565_664_997)
    expect(pages[0]?.provenance.evidence).toEqual({ currency: "USD", volume: "quote" })
  })

  it("has no volume for currencies", async () => {
    const range = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2020, 0, 2) }
    const { bars } = await ask({ instrument: euro, timeframe: "1d", range }, evening, {
      body: answerOf([[Date.UTC(2020, 0, 1), 1.12, 1.13, 1.11, 1.12, 0]], {
        symbol: "EURUSD=X",
        timeZone: "Europe/London",
      }),
    })
    expect(bars.volume[0]).toBeNaN()
  })
})

describe("9 impossible bars", () => {
  const later = evening + 30 * day
  const stamp = local("2025-03-12 09:30")
  it.each([
    ["a high below the close", [stamp, 519.79, 523.3, 510, 572.69, 0]],
    ["a low of zero", [stamp, 519.79, 573.3, 0, 572.69, 0]],
    ["a low above the open", [stamp, 572.06, 619.4, 574.7, 617.39, 0]],
    ["an open of zero, as in old history", [stamp, 0, 12, 11, 11.5, 100]],
    ["a negative volume", [stamp, 10, 12, 9, 11, -5]],
  ] as ReadonlyArray<readonly [string, Row]>)(
    "leaves out %s, keeps the other days and invents nothing",
    async (_name, row) => {
      const { bars, dropped, pages } = await ask(daily, later, {
        body: answerOf([...marchDays(10, 11), row, ...marchDays(13)]),
      })
      expect(dates(bars)).toEqual(["2025-03-10", "2025-03-11", "2025-03-13"])
      expect(dropped).toEqual([{ openTime: local("2025-03-12 00:00"), reason: "impossible" }])
      expect(pages.map((page) => page.provenance.evidence)).toEqual([{ currency: "USD", impossibleRows: 1 }])
    },
  )

  it("keeps the negative prices that futures have had", async () => {
    const instrument = stock("CL=F", "XNYM", "America/New_York", "future")
    const range = localRange("2020-04-20 00:00", "2020-04-21 00:00")
    const { bars } = await ask({ instrument, timeframe: "1d", range }, later, {
      body: answerOf([[local("2020-04-20 00:00"), 17.73, 17.85, -40.32, -37.63, 247_947]], {
        symbol: "CL=F",
      }),
    })
    expect(bars.close[0]).toBe(-37.63)
  })
})

describe("10 time zone traps", () => {
  it("dates a day in the exchange's zone, not by today's offset", async () => {
    // Today's offset is winter's: with it this summer day would open at 08:30.
    const { bars } = await ask(
      { ...daily, range: localRange("2024-07-01 00:00", "2024-07-02 00:00") },
      evening,
      {
        body: answerOf([[local("2024-07-01 09:30"), 1, 2, 1, 2, 5]]),
      },
    )
    expect([...bars.openTime]).toEqual([local("2024-07-01 00:00")])
  })

  it("keeps Sydney's morning on its own date", async () => {
    const zone = "Australia/Sydney"
    const instrument = stock("ACME.AX", "XASX", zone)
    const range = localRange("2025-01-06 00:00", "2025-01-08 00:00", zone)
    const rows = ["2025-01-06", "2025-01-07", "2025-01-08"].map((date): Row => [
      local(`${date} 10:00`, zone),
      1,
      2,
      1,
      2,
      5,
    ])
    const { bars } = await ask({ instrument, timeframe: "1d", range }, evening, {
      body: answerOf(rows, { symbol: "ACME.AX", timeZone: zone }),
    })
    expect([...bars.openTime]).toEqual([local("2025-01-06 00:00", zone), local("2025-01-07 00:00", zone)])
  })

  it("moves Brazil's days at 22:00 and 23:00 to the midnight that was meant", async () => {
    const zone = "America/Sao_Paulo"
    const instrument = stock("ACME3.SA", "BVMF", zone)
    const range = localRange("2025-01-07 00:00", "2025-01-10 00:00", zone)
    const rows = ["2025-01-06 23:00", "2025-01-07 22:00", "2025-01-09 10:00"].map((text): Row => [
      local(text, zone),
      1,
      2,
      1,
      2,
      5,
    ])
    const { bars } = await ask({ instrument, timeframe: "1d", range }, evening, {
      body: answerOf(rows, { symbol: "ACME3.SA", timeZone: zone }),
    })
    expect([...bars.openTime].map((time) => show(time, zone).slice(0, 10))).toEqual([
      "2025-01-07",
      "2025-01-08",
      "2025-01-09",
    ])
  })

  it("leaves out what a half day sends after its close", async () => {
    const range = localRange("2024-11-29 00:00", "2024-11-30 00:00")
    const { bars, dropped } = await ask({ ...daily, timeframe: "1h", range }, evening, {
      body: readFixture("hours-half-day.json"),
    })
    expect(times(bars)).toEqual(["11-29 09:30", "11-29 10:30", "11-29 11:30", "11-29 12:30"])
    expect(dropped).toEqual([
      { openTime: local("2024-11-29 13:00"), reason: "outside-session" },
      { openTime: local("2024-11-29 14:00"), reason: "outside-session" },
    ])
  })

  it("keeps the last minute of a day that ends at 23:59", async () => {
    const from = Date.UTC(2025, 2, 18)
    const rows = [1438, 1439].map((index): Row => [from + index * minute, 1, 2, 1, 2, 5])
    const instrument = stock("GC=F", "XCEC", "America/New_York", "future")
    const { bars } = await ask({ instrument, timeframe: "1m", range: { from, to: from + day } }, evening, {
      body: answerOf(rows, {
        symbol: "GC=F",
        granularity: "1m",
        timeZone: "UTC",
        sessions: [[from, from + 1439 * minute]],
      }),
    })
    expect([...bars.openTime]).toEqual(rows.map(([stamp]) => stamp))
  })

  it("files London's days of currencies under UTC's and says so", async () => {
    const summer = (date: string): Row => [local(`${date} 00:00`, "Europe/London"), 1.12, 1.13, 1.11, 1.12, 0]
    const range = { from: Date.UTC(2024, 6, 2), to: Date.UTC(2024, 6, 4) }
    const rows = ["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-04"].map(summer)
    const { bars, pages } = await ask({ instrument: euro, timeframe: "1d", range }, evening, {
      body: answerOf(rows, { symbol: "EURUSD=X", timeZone: "Europe/London" }),
    })
    expect([...bars.openTime]).toEqual([Date.UTC(2024, 6, 2), Date.UTC(2024, 6, 3)])
    expect(pages[0]?.provenance.evidence).toEqual({ currency: "USD", dayZone: "Europe/London" })
  })
})
