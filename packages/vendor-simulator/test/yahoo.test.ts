import { describe, expect, it } from "vitest"
import { utc } from "./ask.ts"
import { askChart, askYahoo, chart, now, readChart, rows, startAt } from "./ask-yahoo.ts"

const day = 86_400_000

describe("a chart", () => {
  it("tells of its instrument, with the offset of today", async () => {
    await using simulator = await startAt()
    const { meta } = await chart(simulator, "AAPL", "1d", "2024-01-15", "2024-01-20")
    expect(meta).toMatchObject({
      currency: "USD",
      symbol: "AAPL",
      exchangeName: "NMS",
      instrumentType: "EQUITY",
      firstTradeDate: utc("2000-01-03T14:30Z") / 1000,
      regularMarketTime: utc("2025-03-20T18:07:23Z") / 1000,
      hasPrePostMarketData: true,
      // Summer time now, winter time then.
      gmtoffset: -14_400,
      timezone: "EDT",
      exchangeTimezoneName: "America/New_York",
      priceHint: 2,
      dataGranularity: "1d",
      range: "",
      currentTradingPeriod: {
        pre: { start: utc("2025-03-20T08:00Z") / 1000, end: utc("2025-03-20T13:30Z") / 1000 },
        regular: {
          timezone: "EDT",
          start: utc("2025-03-20T13:30Z") / 1000,
          end: utc("2025-03-20T20:00Z") / 1000,
        },
      },
    })
    expect(meta["tradingPeriods"]).toBeUndefined()
    const kinds = await Promise.all(
      ["VOD.L", "^N225", "EURUSD=X", "GC=F", "VFINX", "BTC-USD"].map(async (symbol) => {
        const { meta: other } = await chart(simulator, symbol, "1d", "2024-01-15", "2024-01-20")
        return [other["instrumentType"], other["currency"], other["exchangeTimezoneName"]]
      }),
    )
    expect(kinds).toEqual([
      ["EQUITY", "GBp", "Europe/London"],
      ["INDEX", "JPY", "Asia/Tokyo"],
      ["CURRENCY", "USD", "Europe/London"],
      ["FUTURE", "USD", "America/New_York"],
      ["MUTUALFUND", "USD", "America/New_York"],
      ["CRYPTOCURRENCY", "USD", "UTC"],
    ])
  })

  it("stamps days with the open of their sessions and longer bars with local midnights, both ends included", async () => {
    await using simulator = await startAt()
    const stamps = async (symbol: string, interval: string, from: string, to: string) =>
      (await rows(simulator, symbol, interval, from, to)).map(([time]) =>
        new Date(time).toISOString().slice(0, 16),
      )
    expect(await stamps("AAPL", "1d", "2025-03-06T14:30Z", "2025-03-10T13:30Z")).toEqual([
      "2025-03-06T14:30",
      "2025-03-07T14:30",
      "2025-03-10T13:30",
    ])
    expect(await stamps("GC=F", "1d", "2025-03-06T05:00Z", "2025-03-07T05:00Z")).toEqual([
      "2025-03-06T05:00",
      "2025-03-07T05:00",
    ])
    expect(await stamps("BTC-USD", "1d", "2025-03-06", "2025-03-08")).toHaveLength(3)
    expect(await stamps("AAPL", "1wk", "2025-02-24T05:00Z", "2025-03-10T04:00Z")).toEqual([
      "2025-02-24T05:00",
      "2025-03-03T05:00",
      "2025-03-10T04:00",
    ])
    expect(await stamps("AAPL", "1mo", "2025-01-01", "2025-02-15")).toEqual([
      "2025-01-01T05:00",
      "2025-02-01T05:00",
    ])
  })

  it("has adjusted closes from days on, sessions within the day, and prices in single precision", async () => {
    await using simulator = await startAt()
    const daily = await chart(simulator, "AAPL", "1d", "2024-02-01", "2024-03-01")
    const quote = daily.indicators.quote[0] ?? {}
    for (const name of ["open", "high", "low", "close"] as const)
      for (const price of quote[name] ?? []) expect(price).toBe(Math.fround(price ?? Number.NaN))
    expect(daily.indicators.adjclose?.[0]?.adjclose).toHaveLength(quote.close?.length ?? 0)
    const hourly = await chart(simulator, "AAPL", "60m", "2025-03-11", "2025-03-12")
    expect(hourly.indicators.adjclose).toBeUndefined()
    expect(hourly.meta).toMatchObject({ dataGranularity: "1h", scale: 3 })
    expect(hourly.meta["tradingPeriods"]).toContainEqual([
      expect.objectContaining({
        start: utc("2025-03-11T13:30Z") / 1000,
        end: utc("2025-03-11T20:00Z") / 1000,
      }),
    ])
    const whole = await chart(simulator, "AAPL", "60m", "2025-03-11", "2025-03-12", "&includePrePost=true")
    expect(whole.meta["tradingPeriods"]).toMatchObject({ pre: [[{}], [{}], [{}]], post: {}, regular: {} })
    expect(whole.timestamp?.length).toBe(6 + 7 + 4)
  })

  it("orders its columns anew each time, and says nothing of days without a session", async () => {
    await using simulator = await startAt()
    const orders = new Set<string>()
    for (let ask = 0; ask < 12; ask += 1) {
      const { indicators } = await chart(simulator, "AAPL", "1d", "2024-02-01", "2024-02-03")
      orders.add(Object.keys(indicators.quote[0] ?? {}).join())
    }
    expect(orders.size).toBeGreaterThan(2)
    const weekend = await chart(simulator, "AAPL", "1d", "2024-02-03", "2024-02-05")
    expect(weekend.timestamp).toBeUndefined()
    expect(weekend.indicators).toEqual({ quote: [{}] })
  })

  it("ends with the last quote: a row of its own within the day, the day's row with another stamp", async () => {
    await using simulator = await startAt()
    const last = utc("2025-03-20T18:07:23Z")
    const hours = await rows(simulator, "AAPL", "1h", "2025-03-20", "2025-03-22")
    expect(hours.at(-1)).toEqual([last, ...Array<unknown>(4).fill(hours.at(-2)?.[4]), 0])
    expect(hours.at(-2)?.[0]).toBe(utc("2025-03-20T17:30Z"))
    const days = await rows(simulator, "AAPL", "1d", "2025-03-19", "2025-03-22")
    expect(days.map(([time]) => time)).toEqual([utc("2025-03-19T13:30Z"), last])
    expect(days.at(-1)?.[4]).toBe(hours.at(-1)?.[4])
    const weeks = await rows(simulator, "AAPL", "1wk", "2025-03-10T04:00Z", "2025-03-22")
    expect(weeks.map(([time]) => time)).toEqual([utc("2025-03-10T04:00Z"), utc("2025-03-17T04:00Z"), last])
    // London is 15 minutes late, and after its close the auction's trade is the last.
    await using evening = await startAt(utc("2025-03-20T16:35Z"))
    expect((await rows(evening, "VOD.L", "1h", "2025-03-20", "2025-03-21")).at(-1)?.[0]).toBe(
      utc("2025-03-20T16:20Z"),
    )
    await using night = await startAt(utc("2025-03-21T02:00Z"))
    const closed = await rows(night, "VOD.L", "1m", "2025-03-20T16:28Z", "2025-03-21")
    expect(closed.map(([time, , , , , volume]) => [time, volume === 0])).toEqual([
      [utc("2025-03-20T16:28Z"), false],
      [utc("2025-03-20T16:29Z"), false],
      [utc("2025-03-20T16:30:01Z"), true],
    ])
  })

  it("sends what came after the close of a short day, asked or not", async () => {
    await using simulator = await startAt(utc("2024-12-05"))
    const friday = await rows(simulator, "AAPL", "1h", "2024-11-29", "2024-11-30")
    expect(friday.map(([time, , , , , volume]) => [time, volume === 0])).toEqual([
      [utc("2024-11-29T14:30Z"), false],
      [utc("2024-11-29T15:30Z"), false],
      [utc("2024-11-29T16:30Z"), false],
      [utc("2024-11-29T17:30Z"), false],
      [utc("2024-11-29T18:00Z"), true],
      [utc("2024-11-29T19:00Z"), true],
    ])
  })

  it("takes a range instead of times, and answers the longest with quarters", async () => {
    await using simulator = await startAt()
    const ask = async (query: string) =>
      readChart(await askYahoo(simulator, `/v8/finance/chart/AAPL?${query}`))
    const month = await ask("range=1mo&interval=1d")
    expect(month.meta["range"]).toBe("1mo")
    expect(month.timestamp?.length).toBeGreaterThan(15)
    const all = await ask("range=max&interval=1d")
    expect(all.meta["dataGranularity"]).toBe("3mo")
    expect((all.timestamp?.length ?? 0) / 4).toBeCloseTo(25, 0)
  })
})

describe("a refusal", () => {
  const nine = now - 9 * day
  it.each([
    ["an unknown symbol", "NOSUCH", "1d", now - day, now, 404, "No data found, symbol may be delisted"],
    [
      "an unknown interval",
      "AAPL",
      "7m",
      now - day,
      now,
      400,
      "interval=7m is not supported. Valid intervals: [1m, 2m,",
    ],
    [
      "an old minute",
      "AAPL",
      "1m",
      now - 30 * day - 1000,
      now - 29 * day,
      422,
      "must be within the last 30 days.",
    ],
    ["many minutes", "AAPL", "1m", nine, now, 422, "Only 7 days worth of 1m granularity data are allowed"],
    [
      "an old quarter of an hour",
      "AAPL",
      "15m",
      now - 61 * day,
      now,
      422,
      "15m data not available for startTime=",
    ],
    ["an old hour", "AAPL", "60m", now - 731 * day, now, 422, "1h data not available"],
    [
      "before the listing",
      "TSLA",
      "1d",
      utc("2001-01-01"),
      utc("2002-01-01"),
      400,
      "Data doesn't exist for startDate =",
    ],
    ["times that are none", "AAPL", "1d", now, now - day, 400, "start date cannot be after end date"],
    ["what is not simulated", "AAPL", "4h", now - day, now, 501, "does not simulate"],
  ])("of %s", async (_name, symbol, interval, from, to, status, words) => {
    await using simulator = await startAt()
    const whole = (time: number): number => Math.floor(time / 1000) * 1000
    const response = await askChart(simulator, symbol, interval, whole(from), whole(to))
    expect(response.status).toBe(status)
    const { chart: body } = (await response.json()) as {
      chart: { result: null; error: { description: string } }
    }
    expect(body.result).toBeNull()
    expect(body.error.description).toContain(words)
  })

  it("ends exactly where history is kept", async () => {
    const at = utc("2025-03-20T18:00:00Z")
    await using simulator = await startAt(at)
    const ask = async (interval: string, days: number) =>
      (await askChart(simulator, "AAPL", interval, at - days * day, at - days * day + day)).status
    expect([await ask("1m", 30), await ask("15m", 60), await ask("1h", 730)]).toEqual([200, 200, 200])
  })
})

describe("corporate actions", () => {
  it("restate all of history once the clock has passed them", async () => {
    const ask = async (time: string) => {
      await using simulator = await startAt(utc(time))
      return await rows(simulator, "AAPL", "1d", "2020-08-24", "2020-08-29")
    }
    const before = await ask("2020-08-30T12:00Z")
    const after = await ask("2020-09-02T12:00Z")
    expect(after.map(([time, ...prices]) => [time, ...prices.slice(0, 4)])).toEqual(
      // Friday was the last day then, with its own stamp, and is an ordinary one now.
      before.map(([time, ...prices], row) => [
        row === before.length - 1 ? utc("2020-08-28T13:30Z") : time,
        ...prices.slice(0, 4).map((price) => Math.fround((price ?? 0) / 4)),
      ]),
    )
    expect(after.map((row) => row[5])).toEqual(before.map((row) => (row[5] ?? 0) * 4))
  })

  it("of one's own do the same, in both directions, and leave what was traded before as it was", async () => {
    const ask = async (time: string, split?: number | readonly [number, number]) => {
      const events = split === undefined ? [] : [{ symbol: "MSFT", time: utc("2024-06-03"), split }]
      await using simulator = await startAt(utc(time), { events })
      return await rows(simulator, "MSFT", "1d", "2024-05-28", "2024-05-31T12:00Z")
    }
    const plain = await ask("2024-06-01T12:00Z")
    const tenth = [1, 10] as const
    expect((await ask("2024-06-01T12:00Z", 4)).map((row) => row.slice(0, 5))).toEqual(
      plain.map((row) => row.slice(0, 5)),
    )
    const close = plain[0]?.[4] ?? 0
    expect((await ask("2024-06-04", 4))[0]?.[4]).toBe(Math.fround(close / 4))
    expect((await ask("2024-06-04", tenth))[0]?.[4]).toBeCloseTo(close * 10, 2)
  })

  it("are told under the bar that they fall into, with their own time", async () => {
    await using simulator = await startAt()
    const ask = (interval: string, from: string, to: string, events: string) =>
      chart(simulator, "AAPL", interval, from, to, `&events=${encodeURIComponent(events)}`)
    const days = await ask("1d", "2020-08-03", "2020-09-10", "div|split")
    const split = utc("2020-08-31T13:30Z") / 1000
    expect(days.events?.splits).toEqual({
      [split]: { date: split, numerator: 4, denominator: 1, splitRatio: "4:1" },
    })
    expect(Object.values(days.events?.dividends ?? {})).toEqual([
      { date: utc("2020-08-10T13:30Z") / 1000, amount: 0.24 },
    ])
    const weeks = await ask("1wk", "2020-08-03T04:00Z", "2020-09-10", "split")
    expect(weeks.events).toEqual({
      splits: { [split - 9.5 * 3600]: { date: split, numerator: 4, denominator: 1, splitRatio: "4:1" } },
    })
    expect((await ask("1d", "2020-08-03", "2020-08-30", "split")).events).toBeUndefined()
    expect((await ask("1d", "2020-08-03", "2020-09-10", "")).events).toBeUndefined()
  })

  it("take dividends out of adjusted closes only", async () => {
    await using simulator = await startAt()
    const { indicators, timestamp = [] } = await chart(simulator, "IBM", "1d", "2025-01-15", "2025-02-20")
    const closes = indicators.quote[0]?.close ?? []
    const adjusted = indicators.adjclose?.[0]?.adjclose ?? []
    // Paid on the first session from the ninth on.
    const row = timestamp.indexOf(utc("2025-02-10T14:30Z") / 1000)
    const before = closes[row - 1] ?? 0
    expect(adjusted.slice(row)).toEqual(closes.slice(row))
    expect(adjusted[row - 1]).toBe(Math.fround(before * (1 - 1.66 / before)))
  })

  it("are refused for symbols and numbers that there are not", async () => {
    const time = utc("2024-06-03")
    for (const event of [
      { symbol: "NOSUCH", time, split: 2 },
      { symbol: "AAPL", time, split: 0.5 },
      { symbol: "AAPL", time: Number.NaN, split: 2 },
      { symbol: "AAPL", time, dividend: -1 },
    ])
      await expect(startAt(now, { events: [event] })).rejects.toMatchObject({ _tag: "InvalidInput" })
  })
})

describe("Yahoo's manners", () => {
  it("refuse by user agent, as the edge does", async () => {
    await using simulator = await startAt(now, { yahoo: { refusedAgents: ["python"] } })
    const ask = (agent: string) =>
      askYahoo(simulator, "/v8/finance/chart/AAPL?range=5d", { headers: { "user-agent": agent } })
    expect((await ask("honest/1.0")).status).toBe(200)
    const refused = await ask("python-requests/2")
    expect(refused.status).toBe(429)
    expect(refused.headers.get("content-type")).toBe("text/html")
    expect(refused.headers.get("retry-after")).toBeNull()
    expect(await refused.text()).toBe("Edge: Too Many Requests")
  })

  it("allow so many calls a minute, and count those who do not wait", async () => {
    await using simulator = await startAt(now, { yahoo: { callsPerMinute: 2 } })
    const statuses: Array<number> = []
    for (let call = 0; call < 4; call += 1) {
      statuses.push((await askYahoo(simulator, "/v8/finance/chart/AAPL?range=5d")).status)
      ;(simulator.clock as unknown as { advance: (millis: number) => void }).advance(1000)
    }
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(simulator.counters()).toMatchObject({ byVendor: { "yahoo-finance": 4 }, insidePause: 1 })
    expect(simulator.maxRequestsInAnyWindow("yahoo-finance", 2000)).toBe(2)
    expect(simulator.maxRequestsInAnyWindow("yahoo-finance", 2001)).toBe(3)
    expect(simulator.maxRequestsInAnyWindow("coingecko", 60_000)).toBe(0)
    const { origin } = new URL(simulator.urls.BARKEEP_YAHOO_URL)
    const told = await (await fetch(`${origin}/_simulator/counters?window=2001&vendor=yahoo-finance`)).json()
    expect(told).toMatchObject({ maxRequestsInWindow: 3 })
  })

  it("hand out a crumb, and know no other paths", async () => {
    await using simulator = await startAt()
    expect(await (await askYahoo(simulator, "/v1/test/getcrumb")).text()).toBe("simulated.cr")
    expect((await askYahoo(simulator, "/v7/finance/quote?symbols=AAPL")).status).toBe(404)
    expect((await askYahoo(simulator, "/v8/finance/chart/%E0%A4%A")).status).toBe(404)
  })
})
