import {
  barCount,
  type BarPage,
  concatBars,
  equalBars,
  openTimeOf,
  type TimeRange,
} from "@barkeep/market-data"
import { type CallRecord, createLimiter, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { type FaultRule, startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { assert, describe, expect, it } from "vitest"
import { type BinanceClient, type BinanceOptions, createBinance } from "../src/index.ts"
import { day, hour, minute, pair } from "./fixture.ts"
import { kline, startRawServer } from "./raw-server.ts"

const now = Date.UTC(2024, 5, 3, 12, 34, 56, 789)
const range = { from: Date.UTC(2024, 4, 1), to: Date.UTC(2024, 4, 1) + 3500 * minute }
const instrument = pair("BTCUSDT")

const start = async (simulated: VendorSimulatorOptions = {}, options: BinanceOptions = {}) => {
  const clock = createVirtualClock(now)
  const simulator = await startVendorSimulator({ clock, ...simulated })
  const baseUrl = simulator.urls.BARKEEP_BINANCE_URL
  const binance = createBinance({ baseUrl, clock, backoffMillis: 1, ...options })
  return { clock, simulator, binance, [Symbol.asyncDispose]: () => simulator.close() }
}

const collect = (binance: BinanceClient, asked: TimeRange = range, timeframe: "1m" | "1h" = "1m") =>
  Array.fromAsync(binance.bars({ instrument, timeframe, range: asked }))

const barsOf = (pages: ReadonlyArray<BarPage>) => concatBars(pages.map((page) => page.bars))

/** The pages before the failure, and the failure. */
const collectUntilFailure = async (binance: BinanceClient, asked: TimeRange = range) => {
  const pages: Array<BarPage> = []
  try {
    for await (const page of binance.bars({ instrument, timeframe: "1m", range: asked })) pages.push(page)
  } catch (error) {
    assert.instanceOf(error, ProviderError)
    return { pages, error }
  }
  return assert.fail("no failure")
}

describe("the present", () => {
  it("is not part of the answer: the running bar is dropped, the last minute is provisional", async () => {
    await using setup = await start()
    const pages = await collect(setup.binance, { from: now - 5 * minute, to: now + hour })
    expect(
      pages.map(({ range: { to }, provenance, bars }) => [to, provenance.settled, barCount(bars)]),
    ).toEqual([
      [Date.UTC(2024, 5, 3, 12, 33), true, 3],
      [Date.UTC(2024, 5, 3, 12, 34), false, 1],
    ])
    expect(pages[0]?.range.from).toBe(now - 5 * minute)
  })

  it.each([
    ["a year behind", -365 * day],
    ["a year ahead", 365 * day],
  ])("is Binance's, not the host's whose clock is %s", async (_name, difference) => {
    await using setup = await start({}, { clock: createVirtualClock(now + difference) })
    const pages = await collect(setup.binance, { from: now - 3 * hour, to: now + 3 * hour }, "1h")
    expect(pages.at(-1)?.range.to).toBe(openTimeOf("1h", now))
    expect(barsOf(pages).openTime.at(-1)).toBe(openTimeOf("1h", now) - hour)
  })

  it("ends the questions: later windows are not asked for", async () => {
    await using setup = await start({}, { concurrency: 1 })
    await collect(setup.binance, { from: now - 100 * minute, to: now + 100 * day })
    expect(setup.simulator.log).toHaveLength(1)
  })

  it("gives no page when all that is asked for lies ahead", async () => {
    await using setup = await start()
    expect(await collect(setup.binance, { from: now, to: now + hour })).toEqual([])
  })

  it("is asked for when the answer does not tell, and taken for no later than the answer", async () => {
    const serverNow = now - 10_000
    await using server = await startRawServer((url, response) => {
      response.sendDate = false
      const body =
        url.pathname === "/api/v3/time"
          ? { serverTime: serverNow }
          : [kline(openTimeOf("1m", now) - minute), kline(openTimeOf("1m", now))]
      response.end(JSON.stringify(body))
    })
    const binance = createBinance({ baseUrl: server.baseUrl })
    const pages = await collect(binance, { from: now - 5 * minute, to: now + minute })
    expect(server.asked.map((url) => url.split("?")[0])).toEqual(["/api/v3/klines", "/api/v3/time"])
    expect(pages.at(-1)?.range.to).toBe(openTimeOf("1m", serverNow))
    expect([...barsOf(pages).openTime]).toEqual([openTimeOf("1m", now) - minute])
  })
})

describe("faults on the way", () => {
  it.each<FaultRule["fault"]>([
    { type: "reset" },
    { type: "half-body" },
    { type: "slow-body", millis: 5000 },
    { type: "hang" },
    { type: "truncated-json" },
    { type: "gzip-garbage" },
    { type: "overloaded" },
    { type: "server-error", status: 502 },
    { type: "wrong-content-type" },
  ])("change nothing of the answer: $type", async (fault) => {
    await using setup = await start({}, { attemptTimeoutMillis: 500 })
    const honest = barsOf(await collect(setup.binance))
    setup.simulator.setFaults([{ nth: [2, 4], fault }])
    expect(equalBars(barsOf(await collect(setup.binance)), honest)).toBe(true)
    expect(barCount(honest)).toBe(3500)
    expect(setup.simulator.faults()[0]).toMatchObject({ fired: 2 })
  })

  it("in many random places change nothing of the answer", async () => {
    const asked = { from: range.from, to: range.from + 40 * 1000 * minute }
    await using setup = await start({ seed: 7 }, { attemptTimeoutMillis: 300, retries: 6 })
    const honest = barsOf(await collect(setup.binance, asked))
    setup.simulator.setFaults([
      { probability: 0.1, fault: { type: "reset" } },
      { probability: 0.1, fault: { type: "half-body" } },
      { probability: 0.1, fault: { type: "server-error" } },
      { probability: 0.05, fault: { type: "truncated-json" } },
    ])
    expect(equalBars(barsOf(await collect(setup.binance, asked)), honest)).toBe(true)
  })

  it.each<[string, FaultRule["fault"], RegExp]>([
    ["the page before again", { type: "duplicated-page" }, /lies outside/],
    ["rows out of order", { type: "unordered-page" }, /does not come after/],
    ["a null row", { type: "bad-row", defect: "null" }, /row \d+ /],
    ["a short row", { type: "bad-row", defect: "short" }, /row \d+ is no kline/],
    ["a text for a number", { type: "bad-row", defect: "text" }, /row \d+ has a cell/],
    ["a row off the grid", { type: "bad-row", defect: "off-grid" }, /is no open time of 1m/],
    ["an impossible row", { type: "bad-row", defect: "inconsistent" }, /row \d+: /],
  ])("fail the page as a whole, after all pages before it: %s", async (_name, fault, issue) => {
    // One at a time, so that the third answer is that of the third window.
    await using setup = await start({ faults: [{ nth: 3, fault }] }, { concurrency: 1 })
    const { pages, error } = await collectUntilFailure(setup.binance)
    assert(error.reason._tag === "MalformedResponse")
    expect(error.reason.issue).toMatch(issue)
    expect(error).toMatchObject({ operation: "klines", symbol: "BTCUSDT", timeframe: "1m" })
    expect(error.range?.from).toBe(range.from + 2000 * minute)
    expect(pages.at(-1)?.range.to).toBe(range.from + 2000 * minute)
    expect(barCount(barsOf(pages))).toBe(2000)
  })

  it("in a late window never overtake the good windows before it", async () => {
    const late = String(range.from + 3000 * minute)
    const early = String(range.from)
    await using setup = await start({
      faults: [
        { match: { parameters: { startTime: late } }, fault: { type: "geo-blocked" } },
        { match: { parameters: { startTime: early } }, fault: { type: "hang", millis: 200 } },
      ],
    })
    const { pages, error } = await collectUntilFailure(setup.binance)
    expect(error.reason._tag).toBe("GeoBlocked")
    expect(barCount(barsOf(pages))).toBe(3000)
  })

  it("that slow down single answers do not change the order of pages", async () => {
    await using setup = await start({ faults: [{ nth: [1, 3], fault: { type: "hang", millis: 150 } }] })
    const pages = await collect(setup.binance)
    expect(pages.map((page) => page.range.from)).toEqual(
      [0, 1000, 2000, 3000].map((rows) => range.from + rows * minute),
    )
  })

  it.each<[string, FaultRule["fault"]]>([
    ["absent", { type: "open-bar", oddity: "absent" }],
    ["followed by one of the future", { type: "open-bar", oddity: "ahead" }],
    ["not yet final", { type: "open-bar", oddity: "unsettled" }],
  ])("around the running bar reach no settled page: %s", async (_name, fault) => {
    const asked = { from: now - hour, to: now + hour }
    await using honest = await start()
    await using odd = await start({ faults: [{ every: 1, fault }] })
    const settled = (pages: ReadonlyArray<BarPage>) =>
      barsOf(pages.filter(({ provenance }) => provenance.settled))
    const expected = settled(await collect(honest.binance, asked))
    const pages = await collect(odd.binance, asked)
    expect(equalBars(settled(pages), expected)).toBe(true)
    expect(barsOf(pages).openTime.at(-1)).toBeLessThan(openTimeOf("1m", now))
  })
})

describe("answers to another question", () => {
  const from = Date.UTC(2024, 0, 1)
  it.each<[string, ReadonlyArray<unknown>, RegExp]>([
    ["before the window", [kline(from - minute)], /lies outside/],
    ["after the window", [kline(from + 10 * minute)], /lies outside/],
    ["in seconds", [kline(from / 1000)], /lies outside/],
    ["in nanoseconds", [kline(from * 1_000_000)], /row 0/],
    ["twice", [kline(from), kline(from)], /does not come after/],
    ["off the grid", [kline(from + 14_789)], /is no open time of 1m/],
    ["with a fraction of a millisecond", [kline(from * 1000 + 1)], /no integer number of milliseconds/],
  ])("are refused: rows %s", async (_name, rows, issue) => {
    await using server = await startRawServer((_url, response) => response.end(JSON.stringify(rows)))
    const binance = createBinance({ baseUrl: server.baseUrl })
    const { error, pages } = await collectUntilFailure(binance, { from, to: from + 10 * minute })
    assert(error.reason._tag === "MalformedResponse")
    expect(error.reason.issue).toMatch(issue)
    expect(pages).toEqual([])
    expect(server.asked).toHaveLength(1)
  })

  it("in microseconds are the same answers", async () => {
    const rows = [kline(from * 1000), kline((from + minute) * 1000)]
    await using server = await startRawServer((_url, response) => response.end(JSON.stringify(rows)))
    const pages = await collect(createBinance({ baseUrl: server.baseUrl }), { from, to: from + 10 * minute })
    expect([...barsOf(pages).openTime]).toEqual([from, from + minute])
  })
})

describe("Binance's limits", () => {
  const slow = { id: "weight-1m", unit: "weight", amount: 10, perMillis: minute } as const

  it("are kept: no minute, wherever it starts, sees more weight than allowed", async () => {
    const clock = createVirtualClock(now)
    await using setup = await start(
      { clock, limits: { weightPerMinute: 10 } },
      // One at a time: on this clock a wait of a minute passes while another call is still on its way.
      { clock, limiter: createLimiter([slow], clock), concurrency: 1 },
    )
    const asked = { from: range.from, to: range.from + 23 * 1000 * minute }
    expect(barCount(barsOf(await collect(setup.binance, asked)))).toBe(23_000)
    expect(setup.simulator.maxWeightInAnyWindow(minute)).toBeLessThanOrEqual(10)
    expect(setup.simulator.counters().byStatus).toEqual({ 200: 23 })
  })

  it("are shared with others behind the same address, whose weight Binance tells", async () => {
    const clock = createVirtualClock(now)
    await using setup = await start(
      { clock, limits: { weightPerMinute: 10 } },
      { clock, limiter: createLimiter([slow], clock), concurrency: 1 },
    )
    const url = `${setup.simulator.urls.BARKEEP_BINANCE_URL}/api/v3/ping`
    for (let call = 0; call < 7; call += 1) await fetch(url)
    await collect(setup.binance)
    expect(setup.simulator.counters().byStatus).toEqual({ 200: 11 })
  })

  it("stop everything until Retry-After has passed, and then everything is answered", async () => {
    await using setup = await start({
      faults: [{ nth: 2, fault: { type: "rate-limited", retryAfterSeconds: 30 } }],
    })
    const [one, other] = await Promise.all([collect(setup.binance), collect(setup.binance)])
    expect(barCount(barsOf(one))).toBe(3500)
    expect(equalBars(barsOf(one), barsOf(other))).toBe(true)
    expect(setup.clock.now()).toBeGreaterThanOrEqual(now + 30_000)
  })

  it("when ignored become a ban, which ends all questions without another call", async () => {
    await using setup = await start(
      { faults: [{ nth: 1, fault: { type: "banned", seconds: 600 } }] },
      { concurrency: 1 },
    )
    const { error } = await collectUntilFailure(setup.binance)
    assert(error.reason._tag === "Banned")
    expect(error.reason.until).toBeGreaterThanOrEqual(now + 600_000)
    expect((await collectUntilFailure(setup.binance)).error.reason._tag).toBe("Banned")
    await expect(setup.binance.ping()).rejects.toMatchObject({ reason: { _tag: "Banned" } })
    expect(setup.simulator.log).toHaveLength(1)
  })

  it.each<[FaultRule["fault"], ProviderFailure["_tag"]]>([
    [{ type: "geo-blocked" }, "GeoBlocked"],
    [{ type: "firewall" }, "BlockedByFirewall"],
  ])("of place are no reason to try again: $type", async (fault, tag) => {
    await using setup = await start({ faults: [{ every: 1, fault }] }, { concurrency: 1 })
    expect((await collectUntilFailure(setup.binance)).error.reason._tag).toBe(tag)
    expect(setup.simulator.log).toHaveLength(1)
  })

  it("are reported call by call, with Binance's weights", async () => {
    const records: Array<CallRecord> = []
    await using setup = await start({}, { onCall: (record) => records.push(record) })
    await collect(setup.binance)
    await setup.binance.exchangeInfo()
    await setup.binance.serverTime()
    await setup.binance.ping()
    expect(records.map(({ endpoint, weight, outcome }) => `${endpoint} ${weight} ${outcome}`)).toEqual([
      ...Array.from({ length: 4 }, () => "/api/v3/klines 2 ok"),
      "/api/v3/exchangeInfo 20 ok",
      "/api/v3/time 1 ok",
      "/api/v3/ping 1 ok",
    ])
    expect(records[0]).toMatchObject({
      vendor: "binance",
      symbol: "BTCUSDT",
      timeframe: "1m",
      status: 200,
      attempt: 1,
    })
    expect(setup.simulator.counters().weight).toBe(30)
  })
})

describe("reading slowly", () => {
  it("asks only a few windows ahead", async () => {
    await using setup = await start({}, { concurrency: 4 })
    const asked = { from: range.from, to: range.from + 40 * 1000 * minute }
    for await (const page of setup.binance.bars({ instrument, timeframe: "1m", range: asked })) {
      expect(page.range.from).toBe(asked.from)
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(setup.simulator.log.length).toBeLessThanOrEqual(10)
      break
    }
  })
})

describe("besides bars", () => {
  it("finds the first bar of a pair, none of a pair without bars", async () => {
    await using setup = await start()
    const listed = Date.UTC(2017, 7, 17, 4)
    expect(await setup.binance.firstBar.find(instrument, "1m")).toBe(listed)
    expect(await setup.binance.firstBar.find(instrument, "1d")).toBe(openTimeOf("1d", listed))
    expect(await setup.binance.firstBar.find(instrument, "1mo")).toBe(Date.UTC(2017, 7, 1))
    expect(setup.binance.firstBar.call).toEqual({ endpoint: "/api/v3/klines", cost: { "weight-1m": 2 } })
    await using server = await startRawServer((_url, response) => response.end("[]"))
    expect(await createBinance({ baseUrl: server.baseUrl }).firstBar.find(instrument, "1m")).toBeUndefined()
  })

  it("lists pairs, one or all, and says when it does not know one", async () => {
    await using setup = await start()
    const all = await setup.binance.exchangeInfo()
    expect(all.length).toBeGreaterThan(5)
    expect(all.find(({ symbol }) => symbol === "BTCBUSD")).toEqual({
      symbol: "BTCBUSD",
      status: "BREAK",
      base: "BTC",
      quote: "BUSD",
    })
    expect(await setup.binance.exchangeInfo("BTCUSDT")).toEqual([
      { symbol: "BTCUSDT", status: "TRADING", base: "BTC", quote: "USDT" },
    ])
    for (const symbol of ["NOSUCH", "no such"])
      await expect(setup.binance.exchangeInfo(symbol)).rejects.toMatchObject({
        symbol,
        reason: { _tag: "SymbolNotFound" },
      })
  })

  it("serves pairs whose names are not ASCII", async () => {
    const symbol = "这是测试币456"
    await using setup = await start({
      listings: [
        {
          symbol,
          baseAsset: "这是测试币",
          quoteAsset: "456",
          listedAt: range.from,
          price: 1,
          priceDecimals: 4,
          dailyVolume: 1000,
          volumeDecimals: 2,
        },
      ],
    })
    const pages = await Array.fromAsync(
      setup.binance.bars({
        instrument: pair(symbol),
        timeframe: "1h",
        range: { from: range.from, to: range.from + day },
      }),
    )
    expect(barCount(barsOf(pages))).toBe(24)
    expect((await setup.binance.exchangeInfo(symbol))[0]?.base).toBe("这是测试币")
  })

  it("tells Binance's time and whether it is there", async () => {
    await using setup = await start()
    expect(await setup.binance.serverTime()).toBe(now)
    await setup.binance.ping()
    await setup.simulator.close()
    await expect(setup.binance.ping()).rejects.toMatchObject({ reason: { _tag: "NetworkFailure" } })
  })

  it("rejects aborted questions with the signal's reason", async () => {
    await using setup = await start({ faults: [{ every: 1, fault: { type: "hang" } }] })
    const questions = [
      (signal: AbortSignal) => setup.binance.ping({ signal }),
      (signal: AbortSignal) => setup.binance.serverTime({ signal }),
      (signal: AbortSignal) => setup.binance.exchangeInfo(undefined, { signal }),
      (signal: AbortSignal) => setup.binance.firstBar.find(instrument, "1m", { signal }),
    ]
    for (const ask of questions) {
      const signal = AbortSignal.timeout(20)
      const rejected = await ask(signal).catch((reason: unknown) => reason)
      expect(rejected).toBe(signal.reason)
    }
  })
})
