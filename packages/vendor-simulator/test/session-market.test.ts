import { type Bars, barsFromRows, equalBars, openTimeOf, resampleBars } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import { describe, expect, it } from "vitest"
import { utc } from "./ask.ts"
import { type ChartBar, chart, rows, startAt } from "./ask-yahoo.ts"

const toBars = (charted: ReadonlyArray<ChartBar>): Bars =>
  barsFromRows(
    charted.map(([openTime, open, high, low, close, volume]) => ({
      openTime,
      open: open ?? Number.NaN,
      high: high ?? Number.NaN,
      low: low ?? Number.NaN,
      close: close ?? Number.NaN,
      volume: volume ?? Number.NaN,
    })),
  )

// After the sessions in question, so that no row is live; ten in the morning in Sydney is the day before in London.
const settled = utc("2024-12-05T12:00:00Z")

const markets = [
  // With the short Friday after Thanksgiving, and the end of summer time.
  ["AAPL", "XNAS", "2024-11-24T12:00Z", "2024-11-30"],
  ["SPY", "XNYS", "2024-11-24T12:00Z", "2024-11-30"],
  ["VOD.L", "XLON", "2024-11-24T12:00Z", "2024-11-30"],
  ["7203.T", "XTKS", "2024-11-24T12:00Z", "2024-11-30"],
  ["BHP.AX", "XASX", "2024-11-24T12:00Z", "2024-11-30"],
] as const

describe("a session", () => {
  it.each(markets)("%s has a bar for every open time of its calendar", async (symbol, market, from, to) => {
    await using simulator = await startAt(settled)
    const calendar = tradingCalendar(market)
    const range = { from: utc(from), to: utc(to) }
    for (const [interval, timeframe] of [
      ["1m", "1m"],
      ["15m", "15m"],
      ["1h", "1h"],
    ] as const) {
      const expected = [...calendar.expectedOpenTimes(timeframe, range)]
      const charted = await rows(simulator, symbol, interval, from, range.to - 1000)
      // What came after the close of the short day is told apart by its volume.
      const closes = calendar.sessions(range).map(({ close }) => close)
      const regular = charted.filter(
        ([time]) => !closes.some((close) => time >= close && time < close + 7_200_000),
      )
      expect(regular.map(([time]) => time)).toEqual(expected)
    }
  })

  it.each(markets)(
    "%s: coarser bars are exactly the aggregates of the minutes",
    async (symbol, market, from, to) => {
      await using simulator = await startAt(settled)
      const calendar = tradingCalendar(market)
      const end = utc(to) - 1000
      const inside = (charted: ReadonlyArray<ChartBar>) => charted.filter(([time]) => calendar.isOpen(time))
      const minutes = toBars(inside(await rows(simulator, symbol, "1m", from, end)))
      for (const [interval, timeframe] of [
        ["5m", "5m"],
        ["30m", "30m"],
        ["1h", "1h"],
      ] as const) {
        const coarse = toBars(inside(await rows(simulator, symbol, interval, from, end)))
        expect(equalBars(coarse, resampleBars(minutes, calendar.binOf(timeframe)))).toBe(true)
      }
      const days = toBars(await rows(simulator, symbol, "1d", from, end))
      const opens = calendar.sessions({ from: utc(from), to: end }).map(({ open }) => open)
      const made = resampleBars(minutes, (time) => opens.findLast((open) => open <= time) as number)
      expect(equalBars(days, made)).toBe(true)
    },
  )

  it("makes weeks, months and quarters of its days", async () => {
    await using simulator = await startAt(settled)
    const from = "2024-01-01"
    const days = toBars(await rows(simulator, "AAPL", "1d", from, "2024-10-31"))
    for (const [interval, timeframe] of [
      ["1wk", "1w"],
      ["1mo", "1mo"],
    ] as const) {
      const coarse = await rows(simulator, "AAPL", interval, from, "2024-09-30")
      const made = resampleBars(days, (time) => openTimeOf(timeframe, time, "America/New_York"))
      expect(
        equalBars(toBars(coarse.slice(1, -1)), toBars([...barRowsOf(made)].slice(1, coarse.length - 1))),
      ).toBe(true)
    }
    const [quarter] = await rows(simulator, "AAPL", "3mo", utc("2024-04-01T04:00:00Z"), "2024-06-30")
    expect(quarter?.[0]).toBe(utc("2024-04-01T04:00:00Z"))
  })

  it("trades on London's weekdays for currencies, from Sunday to Friday evening in New York", async () => {
    await using simulator = await startAt(settled)
    const days = await rows(simulator, "EURUSD=X", "1d", "2024-10-21", "2024-11-01")
    expect(days.map(([time]) => new Date(time).toISOString().slice(0, 16))).toEqual([
      "2024-10-21T23:00",
      "2024-10-22T23:00",
      "2024-10-23T23:00",
      "2024-10-24T23:00",
      "2024-10-28T00:00",
      "2024-10-29T00:00",
      "2024-10-30T00:00",
      "2024-10-31T00:00",
      "2024-11-01T00:00",
    ])
    const hours = await rows(simulator, "EURUSD=X", "1h", "2024-10-25T18:00Z", "2024-10-28T02:00Z")
    expect(hours.map(([time]) => new Date(time).toISOString().slice(5, 16))).toEqual([
      "10-25T18:00",
      "10-25T19:00",
      "10-25T20:00",
      "10-27T21:00",
      "10-27T22:00",
      "10-27T23:00",
      "10-28T00:00",
      "10-28T01:00",
      "10-28T02:00",
    ])
    expect(hours.every(([, , , , , volume]) => volume === 0)).toBe(true)
  })

  it("follows the simulated Binance for coins, 0.03 % above", async () => {
    await using simulator = await startAt(settled)
    const [day] = await rows(simulator, "BTC-USD", "1d", "2024-11-20", "2024-11-20")
    const response = await fetch(
      `${simulator.urls.BARKEEP_BINANCE_URL}/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime=${utc("2024-11-20")}&limit=1`,
    )
    const [kline = []] = (await response.json()) as ReadonlyArray<ReadonlyArray<string>>
    expect(day?.slice(1, 5)).toEqual(kline.slice(1, 5).map((text) => Math.fround(Number(text) * 1.0003)))
    expect(day?.[5]).toBe(Math.round(Number(kline[7])))
  })

  it("gives a fund one price a day and nothing within it", async () => {
    await using simulator = await startAt(settled)
    const days = await rows(simulator, "VFINX", "1d", "2024-11-01", "2024-11-30")
    expect(days.length).toBe(20)
    for (const [, open, high, low, close, volume] of days) {
      expect([open, high, low]).toEqual([close, close, close])
      expect(volume).toBe(0)
    }
    expect((await fetchStatus(simulator, "VFINX", "1h")).status).toBe(422)
  })

  it("depends on seed, symbol and date only", async () => {
    const ask = async (seed: number, from: string) => {
      await using simulator = await startAt(settled, { seed })
      return await rows(simulator, "MSFT", "1h", from, "2024-11-27")
    }
    const week = await ask(1, "2024-11-18")
    expect(await ask(1, "2024-11-18")).toEqual(week)
    expect(await ask(1, "2024-11-26")).toEqual(week.filter(([time]) => time >= utc("2024-11-26")))
    expect(await ask(2, "2024-11-18")).not.toEqual(week)
  })

  it("has no bars where trading stood still", async () => {
    const halt = { symbol: "AAPL", range: { from: utc("2024-11-26T15:00Z"), to: utc("2024-11-26T16:10Z") } }
    await using simulator = await startAt(settled, { halts: [halt] })
    const times = (await rows(simulator, "AAPL", "5m", "2024-11-26", "2024-11-27")).map(([time]) => time)
    expect(times).toContain(utc("2024-11-26T14:55Z"))
    expect(times).toContain(utc("2024-11-26T16:10Z"))
    expect(times.filter((time) => time >= halt.range.from && time < halt.range.to)).toEqual([])
    await expect(startAt(settled, { halts: [{ ...halt, symbol: "NOSUCH" }] })).rejects.toMatchObject({
      field: "halts",
    })
  })
})

describe("recorded bars of a session", () => {
  const header = "timestamp,open,high,low,close,volume\n"

  it("come back as the same doubles, by dates, exchange-local or ISO times", async () => {
    const daily = `${header}2024-11-26,187.151,188.44,183.8855,185.640015,82488674\n2024-11-27,184.22,185.88,183.43,184.25,58414500\n`
    const hourly = `${header}2024-11-26 09:30,1.1,1.3,1,1.2,10\n2024-11-26 10:30:00,1.2,1.4,1.1,1.3,20\n`
    const tokyo = `${header}2024-11-26T00:00:00Z,2201.5,2210,2200,2205,100\n2024-11-26T10:00:00+09:00,2205,2206,2204,2205.5,200\n`
    await using simulator = await startAt(settled, {
      data: [
        { symbol: "AAPL", timeframe: "1d", csv: daily },
        { symbol: "XLK", market: "XNYS", timeframe: "1h", csv: hourly },
        { symbol: "9984.T", timeframe: "1h", csv: tokyo },
      ],
    })
    expect(await rows(simulator, "AAPL", "1d", "2024-01-01", "2024-12-01")).toEqual([
      [utc("2024-11-26T14:30Z"), 187.151, 188.44, 183.8855, 185.640015, 82_488_674],
      [utc("2024-11-27T14:30Z"), 184.22, 185.88, 183.43, 184.25, 58_414_500],
    ])
    expect(await rows(simulator, "XLK", "1h", "2024-11-20", "2024-12-01")).toEqual([
      [utc("2024-11-26T14:30Z"), 1.1, 1.3, 1, 1.2, 10],
      [utc("2024-11-26T15:30Z"), 1.2, 1.4, 1.1, 1.3, 20],
    ])
    // Coarser ones are made, finer ones are not known.
    expect(await rows(simulator, "XLK", "1d", "2024-11-20", "2024-12-01")).toEqual([
      [utc("2024-11-26T14:30Z"), 1.1, 1.4, 1, 1.3, 30],
    ])
    expect((await fetchStatus(simulator, "XLK", "5m")).status).toBe(422)
    expect((await fetchStatus(simulator, "AAPL", "1h")).status).toBe(422)
    const japanese = await chart(simulator, "9984.T", "1h", "2024-11-20", "2024-12-01")
    expect(japanese.timestamp).toEqual([utc("2024-11-26T00:00Z") / 1000, utc("2024-11-26T01:00Z") / 1000])
    expect(japanese.meta["exchangeTimezoneName"]).toBe("Asia/Tokyo")
    expect(simulator.recordings.map(({ symbol, rows: count }) => [symbol, count])).toEqual([
      ["AAPL", 2],
      ["XLK", 2],
      ["9984.T", 2],
    ])
  })

  it("exist as far as the clock has come, and restate themselves after a split", async () => {
    const csv = `${header}2024-11-26,400,420,380,410,1000\n2024-11-27,410,412,400,404,2000\n2024-11-29,101,103,100,102,9000\n`
    const options = {
      data: [{ symbol: "MSFT", timeframe: "1d", csv }] as const,
      events: [{ symbol: "MSFT", time: utc("2024-11-28"), split: 4 }],
    }
    const ask = async (time: string) => {
      await using simulator = await startAt(utc(time), options)
      return (await rows(simulator, "MSFT", "1d", "2024-11-01", "2024-12-10")).map(
        ([, open, , , , volume]) => [open, volume],
      )
    }
    expect(await ask("2024-11-28T12:00Z")).toEqual([
      [400, 1000],
      [410, 2000],
    ])
    expect(await ask("2024-12-02T12:00Z")).toEqual([
      [100, 4000],
      [102.5, 8000],
      [101, 9000],
    ])
  })

  it.each([
    ["a week", { symbol: "AAPL", timeframe: "1w" as const }, "made from days"],
    [
      "a time that is none",
      { symbol: "AAPL", timeframe: "1h" as const, csv: `${header}soon,1,1,1,1,1\n` },
      "is no time",
    ],
    [
      "half a minute",
      { symbol: "AAPL", timeframe: "1h" as const, csv: `${header}2024-11-26 09:30:30,1,1,1,1,1\n` },
      "is not an open time",
    ],
    ["an unknown market", { symbol: "XLK", market: "MOON", timeframe: "1d" as const }, "MOON"],
  ])("are refused for %s", async (_name, recording, words) => {
    const data = [{ csv: `${header}2024-11-25,1,1,1,1,1\n`, ...recording }]
    await expect(startAt(settled, { data })).rejects.toThrow(words)
  })
})

function* barRowsOf(bars: Bars): Generator<ChartBar> {
  for (let row = 0; row < bars.openTime.length; row += 1)
    yield [
      bars.openTime[row] as number,
      ...(["open", "high", "low", "close", "volume"] as const).map((name) => bars[name][row] as number),
    ]
}

const fetchStatus = async (
  simulator: Awaited<ReturnType<typeof startAt>>,
  symbol: string,
  interval: string,
) =>
  fetch(
    `${simulator.urls.BARKEEP_YAHOO_URL}/v8/finance/chart/${symbol}?interval=${interval}&period1=${utc("2024-11-20") / 1000}&period2=${utc("2024-12-01") / 1000}`,
  )
