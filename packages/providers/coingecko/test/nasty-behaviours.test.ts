// CoinGecko's ten nastiest behaviours, each with what Barkeep makes of it.
import { barCount, type BarPage, concatBars, isoTime, type Timeframe } from "@barkeep/market-data"
import { ProviderError, type ProviderFailure, unlimited } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { describe, expect, it } from "vitest"
import { type CoingeckoOptions, createCoingecko } from "../src/index.ts"
import { type CoingeckoServerOptions, priceAt, startCoingecko } from "./coingecko-server.ts"
import { bitcoin, day, hour, minute, pair, readFixture } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const listings = [
  { id: "bitcoin", symbol: "btc", listedAt: Date.UTC(2013, 3, 28) },
  { id: "batcat-look-alike", symbol: "btc", listedAt: Date.UTC(2024, 0, 1) },
  { id: "twin-one", symbol: "twin", listedAt: Date.UTC(2024, 0, 1) },
  { id: "twin-two", symbol: "TWIN", listedAt: Date.UTC(2024, 0, 1) },
  { id: "1move token", symbol: "mov", listedAt: Date.UTC(2024, 0, 1) },
  { id: "boringdao-[old]", symbol: "bor", listedAt: Date.UTC(2024, 0, 1) },
]
const key = "CG-key-of-the-test"

const start = async (options: CoingeckoOptions = {}, served: CoingeckoServerOptions = {}) => {
  const clock = createVirtualClock(now)
  const server = await startCoingecko(clock, listings, { key, ...served })
  const coingecko = createCoingecko({
    baseUrl: server.baseUrl,
    clock,
    limiter: unlimited,
    backoffMillis: 1,
    retries: 0,
    ...options,
  })
  return { clock, server, coingecko, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

type Pages = AsyncIterable<BarPage>
const barsOf = async (pages: Pages) => concatBars((await Array.fromAsync(pages)).map(({ bars }) => bars))
const reasonOf = async (promise: Promise<unknown>): Promise<ProviderFailure> => {
  const error: unknown = await promise.then(
    () => new Error("did not fail"),
    (failed: unknown) => failed,
  )
  expect(error).toBeInstanceOf(ProviderError)
  return (error as ProviderError).reason
}
const ask = (timeframe: Timeframe, from: number, to: number, instrument = bitcoin) => ({
  instrument,
  timeframe,
  range: { from, to },
})

describe("nasty behaviour", () => {
  it("1: candles are stamped with their close, and bars open one timeframe earlier", async () => {
    await using ready = await start({ tier: "analyst", apiKey: key }, { root: "pro" })
    const noon = Date.UTC(2024, 5, 1, 12)
    const bars = await barsOf(ready.coingecko.bars(ask("1h", noon, noon + 2 * hour)))
    expect([...bars.openTime].map(isoTime)).toEqual(["2024-06-01T12:00:00Z", "2024-06-01T13:00:00Z"])
    // The server's candle that closes at 13:00 begins with the price of 12:00.
    expect([...bars.open]).toEqual([priceAt(noon), priceAt(noon + hour)])
    expect(bars.close[0]).toBe(priceAt(noon + 55 * minute))
  })

  it("2: total_volumes is a rolling sum of 24 hours, so no bar has a volume", async () => {
    await using ready = await start()
    const { coingecko } = ready
    const sampled = await barsOf(coingecko.samples(ask("1d", now - 9 * day, now - 2 * day)))
    const own = await barsOf(coingecko.bars(ask("4h", now - 9 * day, now - 2 * day)))
    expect(barCount(sampled)).toBe(7)
    for (const volume of [...sampled.volume, ...own.volume]) expect(volume).toBeNaN()
    expect(coingecko.capabilities.volume).toBe("none")
    expect(coingecko.sampled.capabilities.volume).toBe("none")
  })

  it("3: the spacing of points follows the distance from now, and a coarser one than asked for is refused", async () => {
    await using ready = await start()
    const { coingecko, server } = ready
    const quarters = ask("15m", now - 5 * hour, now - 3 * hour)
    expect(barCount(await barsOf(coingecko.samples(quarters)))).toBe(8)
    // A week later the same window is out of reach ...
    ready.clock.advance(7 * day)
    expect(await reasonOf(barsOf(coingecko.samples(quarters)))).toMatchObject({ _tag: "OutsideHistory" })
    // ... and no plan ever asks for so much that CoinGecko turns to days.
    expect(coingecko.sampled.plan(ask("1d", now - 300 * day, now))).toHaveLength(4)
    const daily = [0, 1, 2].map((index) => [Date.UTC(2026, 3, 1 + index), 100 + index])
    server.faults.push((response) => response.end(JSON.stringify({ prices: daily })))
    expect(
      await reasonOf(barsOf(coingecko.samples(ask("1d", Date.UTC(2026, 3, 1), Date.UTC(2026, 3, 4))))),
    ).toEqual({
      _tag: "MalformedResponse",
      issue: "prices are 1 d apart instead of 1 h",
    })
  })

  it("4: points lie beside the grid and a row of the moment follows, and neither becomes a bar", async () => {
    const dropped: Array<unknown> = []
    await using ready = await start({ onDroppedRows: (rows) => dropped.push(rows) })
    const { coingecko } = ready
    const points = await barsOf(coingecko.samples(ask("1h", now - 10 * hour, now + hour)))
    const candles = await barsOf(coingecko.bars(ask("30m", now - 10 * hour, now + hour)))
    for (const openTime of points.openTime) expect(openTime % hour).toBe(0)
    for (const openTime of candles.openTime) expect(openTime % (30 * minute)).toBe(0)
    expect(points.openTime.at(-1)).toBe(Date.UTC(2026, 4, 19, 13))
    expect(candles.openTime.at(-1)).toBe(Date.UTC(2026, 4, 19, 13, 30))
    expect(dropped).toEqual([
      { symbol: "BTCUSD", timeframe: "1h", rows: [{ time: now, reason: "now" }] },
      { symbol: "BTCUSD", timeframe: "30m", rows: [{ time: now, reason: "now" }] },
    ])
  })

  it("5: a symbol is no id, so an ambiguous one is refused with its candidates and never the first match", async () => {
    await using ready = await start()
    const { coingecko, server } = ready
    expect(await coingecko.findCoinId("btc")).toBe("bitcoin")
    expect(server.asked).toEqual([])
    expect(await coingecko.findCoinId("MOV")).toBe("1move token")
    await expect(coingecko.findCoinId("twin")).rejects.toMatchObject({
      _tag: "AmbiguousCoin",
      symbol: "twin",
      candidates: [
        { id: "twin-one", symbol: "twin", name: "TWIN-ONE" },
        { id: "twin-two", symbol: "TWIN", name: "TWIN-TWO" },
      ],
      message: expect.stringContaining("twin-one (TWIN-ONE), twin-two (TWIN-TWO); name the id"),
    })
    expect(await reasonOf(coingecko.findCoinId("nosuch"))).toEqual({ _tag: "SymbolNotFound", certain: true })
    const asked = server.asked.length
    const error = await barsOf(coingecko.bars(ask("4h", now - day, now, pair("TWIN")))).catch(
      (failed: unknown) => failed,
    )
    expect(error).toMatchObject({ operation: "coinIds", reason: { _tag: "SymbolNotFound" } })
    expect(server.asked).toHaveLength(asked)
    server.faults.push((response) => response.end(JSON.stringify(readFixture("coins-list.json"))))
    expect(await coingecko.findCoinId("mut")).toBe("1made up token")
  })

  it.each<[string, number, string, ProviderFailure["_tag"]]>([
    ["flat", 404, `{"error":"coin not found"}`, "SymbolNotFound"],
    ["structured", 401, `{"status":{"error_code":10005,"error_message":"x"}}`, "TierRequired"],
    ["nested", 401, `{"error":{"status":{"error_code":10012,"error_message":"x"}}}`, "OutsideHistory"],
    ["top-level", 401, `{"error_code":10002,"status":"x"}`, "AuthenticationFailed"],
    ["plain", 429, "Throttled", "RateLimited"],
    ["a web page of 429", 429, "<html>error code: 1015</html>", "RateLimited"],
    ["a web page of 403", 403, "<html>error code: 1020</html>", "BlockedByFirewall"],
  ])("6: errors come in many forms: %s", async (_name, status, body, tag) => {
    await using ready = await start()
    const { coingecko, server } = ready
    server.faults.push((response) => response.writeHead(status).end(body))
    expect(await reasonOf(barsOf(coingecko.bars(ask("4h", now - day, now))))).toMatchObject({ _tag: tag })
  })

  it("7: 401 for too old a range is no bad key, and names the earliest day", async () => {
    await using ready = await start({ apiKey: key })
    const { coingecko, server, clock } = ready
    const from = now - 364.9 * day
    const old = ask("1h", from, from + 2 * day)
    expect(coingecko.sampled.plan(old)).toHaveLength(1)
    // Our clock runs a day behind CoinGecko's.
    const behind = createCoingecko({ baseUrl: server.baseUrl, clock: createVirtualClock(now), retries: 0 })
    clock.advance(day)
    expect(await reasonOf(barsOf(behind.samples(old)))).toEqual({
      _tag: "OutsideHistory",
      earliest: now - 365 * day,
    })
  })

  it("8: a 429 that asks for 119 seconds is waited for, once, by every call", async () => {
    await using ready = await start({ retries: 1 })
    const { coingecko, server, clock } = ready
    const limited = createCoingecko({ baseUrl: server.baseUrl, clock, backoffMillis: 1, retries: 1 })
    server.faults.push((response) =>
      response
        .writeHead(429, { "content-type": "application/json", "retry-after": "119", server: "cloudflare" })
        .end(`{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}`),
    )
    const before = clock.now()
    expect(barCount(await barsOf(limited.bars(ask("4h", now - 9 * day, now - 2 * day))))).toBe(42)
    expect(clock.now() - before).toBeGreaterThanOrEqual(119_000)
    expect(server.asked).toHaveLength(2)
    expect(coingecko.capabilities.budgets[0]?.amount).toBe(5)
  })

  it("9: days that CoinGecko does not take are never asked for", async () => {
    await using ready = await start()
    const { coingecko, server } = ready
    for (let back = 1; back < 29; back += 3) await barsOf(coingecko.bars(ask("4h", now - back * day, now)))
    const days = new Set(server.asked.map((url) => new URL(url, server.baseUrl).searchParams.get("days")))
    expect(days).toEqual(new Set(["7", "14", "30"]))
  })

  it("10: candles turn into four days beyond thirty, so no daily bar comes from them", async () => {
    await using ready = await start()
    const { coingecko, server } = ready
    expect(await reasonOf(barsOf(coingecko.bars(ask("1d", now - 90 * day, now))))).toEqual({
      _tag: "UnsupportedTimeframe",
      supported: ["30m", "4h"],
    })
    expect(server.asked).toEqual([])
    const fourDays = [-12, -8, -4, 0].map((index) => [Date.UTC(2026, 4, 18) + index * day, 1, 1, 1, 1])
    server.faults.push((response) => response.end(JSON.stringify(fourDays)))
    expect(await reasonOf(barsOf(coingecko.bars(ask("4h", now - 20 * day, now))))).toEqual({
      _tag: "MalformedResponse",
      issue: "candles are 4 d apart instead of 4h",
    })
  })

  it("10b: ids vanish and hold odd characters, and the path keeps them apart", async () => {
    const coinIds = { MOV: "1move token", BOR: "boringdao-[old]", GONE: "../ping", OLD: "a-coin-that-died" }
    await using ready = await start({ coinIds })
    const { coingecko, server } = ready
    for (const base of ["MOV", "BOR"])
      expect(barCount(await barsOf(coingecko.bars(ask("4h", now - 5 * day, now, pair(base)))))).toBe(29)
    expect(server.asked.map((url) => url.split("?")[0])).toEqual([
      "/api/v3/coins/1move%20token/ohlc",
      "/api/v3/coins/boringdao-%5Bold%5D/ohlc",
    ])
    for (const base of ["GONE", "OLD"])
      expect(await reasonOf(barsOf(coingecko.bars(ask("4h", now - 5 * day, now, pair(base)))))).toEqual({
        _tag: "SymbolNotFound",
        certain: false,
      })
  })
})
