import { inspect } from "node:util"
import { barCount, type BarPage, isoTime, type Timeframe } from "@barkeep/market-data"
import { type CallRecord, ProviderError, unlimited } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { assert, describe, expect, it } from "vitest"
import { type CoingeckoOptions, createCoingecko } from "../src/index.ts"
import { type CoingeckoServerOptions, startCoingecko } from "./coingecko-server.ts"
import { bitcoin, day, hour, minute, pair } from "./fixture.ts"

const now = Date.UTC(2026, 4, 19, 14, 7, 23, 456)
const listings = [
  { id: "bitcoin", listedAt: Date.UTC(2013, 3, 28) },
  { id: "a-coin", listedAt: Date.UTC(2015, 1, 25) },
]
const key = "CG-key/of+the=test_100%"

const start = async (options: CoingeckoOptions = {}, served: CoingeckoServerOptions = {}) => {
  const clock = createVirtualClock(now)
  const server = await startCoingecko(clock, listings, { key, ...served })
  const make = (more: CoingeckoOptions = {}) =>
    createCoingecko({
      baseUrl: server.baseUrl,
      clock,
      limiter: unlimited,
      backoffMillis: 1,
      retries: 0,
      ...options,
      ...more,
    })
  return {
    clock,
    server,
    make,
    coingecko: make(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const ask = (timeframe: Timeframe, from: number, to: number, instrument = bitcoin) => ({
  instrument,
  timeframe,
  range: { from, to },
})

/** The pages before the failure, and the failure. */
const collectUntilFailure = async (pages: AsyncIterable<BarPage>) => {
  const collected: Array<BarPage> = []
  try {
    for await (const page of pages) collected.push(page)
  } catch (error) {
    assert.instanceOf(error, ProviderError)
    return { pages: collected, error }
  }
  return assert.fail("did not fail")
}

const paid = { tier: "analyst", apiKey: key } as const
const pro = { root: "pro" } as const

describe("CoinGecko", () => {
  it("says of every page where its rows come from", async () => {
    await using ready = await start(paid, pro)
    const { coingecko } = ready
    const [settled, provisional, ...others] = await Array.fromAsync(
      coingecko.bars(ask("1h", now - 5 * hour, now)),
    )
    expect(others).toEqual([])
    expect(settled?.provenance).toEqual({
      provider: "coingecko",
      endpoint: "/api/v3/coins/{id}/ohlc/range",
      method: "direct",
      adjustment: "none",
      fetchedAt: now,
      settled: true,
      evidence: { coinId: "bitcoin", vsCurrency: "usd" },
    })
    // The hour that ended seven minutes ago may still change, as may the one before, which ended 67 minutes ago.
    expect(provisional?.provenance.settled).toBe(false)
    expect([...(provisional?.bars.openTime ?? [])].map(isoTime)).toEqual([
      "2026-05-19T12:00:00Z",
      "2026-05-19T13:00:00Z",
    ])
    const [week] = await Array.fromAsync(coingecko.bars(ask("4h", now - 5 * day, now - 2 * day)))
    expect(week?.provenance.endpoint).toBe("/api/v3/coins/{id}/ohlc")
  })

  it("asks for dollars in place of USDT only when told to, and marks the pages as a donor's", async () => {
    await using ready = await start()
    const { coingecko, make, server } = ready
    const tether = ask("4h", now - 5 * day, now - 2 * day, pair("BTC", "USDT"))
    const { error, pages } = await collectUntilFailure(coingecko.bars(tether))
    expect(pages).toEqual([])
    expect(error).toMatchObject({
      operation: "quoteAs",
      symbol: "BTCUSDT",
      reason: { _tag: "SymbolNotFound" },
    })
    expect(server.asked).toEqual([])
    expect(() => coingecko.plan(tether)).toThrow(ProviderError)
    expect(() => coingecko.sampled.plan(tether)).toThrow(ProviderError)

    const told = make({ quoteAs: { USDT: "usd" } })
    for (const pagesOf of [told.bars, told.samples]) {
      const [page] = await Array.fromAsync(pagesOf(tether))
      expect(page?.provenance.method).toBe("donor")
      expect(page?.provenance.evidence).toMatchObject({
        coinId: "bitcoin",
        vsCurrency: "usd",
        quoteAs: "USDT",
      })
    }
    expect(server.asked).toHaveLength(2)
  })

  it("never mixes price points into its candles, and says how they were made", async () => {
    await using ready = await start({ apiKey: key })
    const { coingecko, server } = ready
    const asked = ask("4h", now - 9 * day, now - 2 * day)
    const [own] = await Array.fromAsync(coingecko.bars(asked))
    const [sampled] = await Array.fromAsync(coingecko.samples(asked))
    expect(server.asked.map((url) => url.split("?")[0])).toEqual([
      "/api/v3/coins/bitcoin/ohlc",
      "/api/v3/coins/bitcoin/market_chart/range",
    ])
    expect(own?.provenance).toMatchObject({
      method: "direct",
      evidence: { coinId: "bitcoin", vsCurrency: "usd" },
    })
    expect(sampled?.provenance).toEqual({
      provider: "coingecko",
      endpoint: "/api/v3/coins/{id}/market_chart/range",
      method: "donor",
      adjustment: "none",
      fetchedAt: now,
      settled: true,
      evidence: {
        coinId: "bitcoin",
        vsCurrency: "usd",
        ohlc: "sampled",
        stepMillis: hour,
        samplesPerBar: 4,
      },
    })
    // Samples of a price understate what it did in between.
    assert(own !== undefined && sampled !== undefined)
    expect([...sampled.bars.openTime]).toEqual([...own.bars.openTime])
    for (const [row, high] of sampled.bars.high.entries())
      expect(high).toBeLessThanOrEqual(own.bars.high[row] as number)
  })

  it("covers what it was asked and answered, also where there is nothing", async () => {
    await using ready = await start(paid, pro)
    const range = { from: Date.UTC(2020, 0, 1) + 5, to: Date.UTC(2020, 0, 1) + 7 }
    const pages = await Array.fromAsync(ready.coingecko.bars({ instrument: bitcoin, timeframe: "1h", range }))
    expect(pages.map((page) => [page.range, barCount(page.bars)])).toEqual([[range, 0]])
  })

  it("covers less when the answer came so late that its first candle may be cut", async () => {
    await using ready = await start()
    const { coingecko, server, clock } = ready
    const first = Date.UTC(2026, 4, 18, 14, 30)
    const asked = ask("30m", first, now - 5 * hour)
    expect(coingecko.plan(asked)).toHaveLength(1)
    const rows = Array.from({ length: 40 }, (_, index) => [first + (index + 1) * 30 * minute, 1, 1, 1, 1])
    server.faults.push((response) => {
      clock.advance(40 * minute)
      response.setHeader("date", new Date(clock.now()).toUTCString())
      response.end(JSON.stringify(rows))
    })
    const pages = await Array.fromAsync(coingecko.bars(asked))
    expect(pages.map(({ range }) => isoTime(range.from))).toEqual(["2026-05-18T15:00:00Z"])
    expect(pages[0]?.bars.openTime[0]).toBe(first + 30 * minute)
  })

  it("takes an answer from a cache for as old as it is", async () => {
    await using ready = await start(paid, pro)
    const { coingecko, server } = ready
    const rows = [12, 13, 14].map((close) => [Date.UTC(2026, 4, 19, close), 1, 1, 1, 1])
    const asked = ask("1h", Date.UTC(2026, 4, 19, 11), now)
    server.faults.push((response) => response.setHeader("age", "600").end(JSON.stringify(rows)))
    const cached = await Array.fromAsync(coingecko.bars(asked))
    // Ten minutes ago the hour from 13:00 was running.
    expect(isoTime(cached.at(-1)?.range.to as number)).toBe("2026-05-19T13:00:00Z")
    server.faults.push((response) => response.end(JSON.stringify(rows)))
    const fresh = await Array.fromAsync(coingecko.bars(asked))
    expect(isoTime(fresh.at(-1)?.range.to as number)).toBe("2026-05-19T14:00:00Z")
  })

  it("gives the pages before a failed call and nothing of it or after it", async () => {
    await using ready = await start(paid, pro)
    const { coingecko, server } = ready
    const from = Date.UTC(2020, 0, 1)
    const asked = ask("1h", from, from + 4 * 742 * hour)
    const [first, second, ...rest] = coingecko.plan(asked).map(({ range }) => range)
    expect(rest).toHaveLength(2)
    const rows = Array.from({ length: 10 }, (_, index) => [from + (index + 1) * hour, 1, 1, 1, 1])
    // The answer to the first call once more.
    for (let call = 0; call < 2; call += 1)
      server.faults.push((response) => response.end(JSON.stringify(rows)))
    const { pages, error } = await collectUntilFailure(coingecko.bars(asked))
    expect(pages.map(({ range }) => range)).toEqual([first])
    expect(error.range).toEqual(second)
    expect(error.reason).toEqual({
      _tag: "MalformedResponse",
      issue: expect.stringContaining("not what was asked"),
    })
    expect(server.asked).toHaveLength(2)
  })

  it("refuses candles that contradict themselves", async () => {
    await using ready = await start(paid, pro)
    const { coingecko, server } = ready
    const open = Date.UTC(2024, 0, 1)
    server.faults.push((response) => response.end(JSON.stringify([[open + hour, 10, 9, 8, 9]])))
    const { error } = await collectUntilFailure(coingecko.bars(ask("1h", open, open + hour)))
    expect(error.message).toBe(
      "coingecko.ohlc BTCUSD 1h: the answer cannot be trusted: row 0: high 9 is below another price",
    )
  })

  it("waits for its tier's calls a minute and says when the month's credits are used up", async () => {
    await using ready = await start()
    const { server, clock } = ready
    const keyless = createCoingecko({
      baseUrl: server.baseUrl,
      clock,
      pace: { calls: 1000, perMillis: 1000 },
    })
    for (let call = 0; call < 6; call += 1) await keyless.ping()
    expect(clock.now() - now).toBeGreaterThanOrEqual(61_000)
    expect(server.asked).toHaveLength(6)
    const budgets = createCoingecko({ apiKey: key }).capabilities.budgets
    expect(budgets).toEqual([
      { id: "calls-1m", unit: "calls", amount: 100, perMillis: 61_000 },
      { id: "credits-1mo", unit: "credits", amount: 10_000, perMillis: 31 * day },
    ])
  })

  it("answers a ping and tells the call", async () => {
    const calls: Array<CallRecord> = []
    await using ready = await start({ apiKey: key, onCall: (call) => calls.push(call) })
    await ready.coingecko.ping()
    expect(calls).toMatchObject([
      { endpoint: "/api/v3/ping", status: 200, outcome: "ok", cost: { "calls-1m": 1 } },
    ])
  })

  it.each([
    ["demo", undefined, "x-cg-demo-api-key"],
    ["analyst", "pro", "x-cg-pro-api-key"],
  ] as const)("sends the key of the %s tier in its header and nowhere else", async (tier, root, header) => {
    await using ready = await start({ tier, apiKey: key }, root === undefined ? {} : { root })
    const { coingecko, server } = ready
    await Array.fromAsync(coingecko.bars(ask("4h", now - 5 * day, now)))
    await Array.fromAsync(coingecko.samples(ask("4h", now - 5 * day, now)))
    await coingecko.ping()
    await coingecko.findCoinId("a-coin")
    expect(server.asked).toHaveLength(4)
    for (const headers of server.askedHeaders) {
      expect(headers[header]).toBe(key)
      expect(Object.keys(headers).filter((name) => name.startsWith("x-cg-"))).toEqual([header])
    }
    for (const url of server.asked) expect(decodeURIComponent(url)).not.toContain(key)
  })

  it.each([
    ["demo", "pro", "demo tier"],
    ["analyst", "public", "analyst tier"],
  ] as const)("says what is wrong with a %s key at the %s address", async (tier, root, hint) => {
    await using ready = await start({ tier, apiKey: key }, { root })
    const { error } = await collectUntilFailure(ready.coingecko.bars(ask("4h", now - 5 * day, now)))
    expect(error.reason).toEqual({ _tag: "AuthenticationFailed", hint: expect.stringContaining(hint) })
  })

  it("goes to the address of its tier", async () => {
    const urls: Array<string> = []
    const fetch = async (url: string) => {
      urls.push(new URL(url).origin)
      return new Response(`{"gecko_says":"(V3) To the Moon!"}`)
    }
    await createCoingecko({ fetch }).ping()
    await createCoingecko({ fetch, apiKey: key }).ping()
    await createCoingecko({ fetch, ...paid }).ping()
    expect(urls).toEqual([
      "https://api.coingecko.com",
      "https://api.coingecko.com",
      "https://pro-api.coingecko.com",
    ])
  })

  it.each<
    [
      string,
      (response: {
        end: (text: string) => void
        writeHead: (status: number) => { end: (text: string) => void }
      }) => void,
    ]
  >([
    [
      "a refusal that repeats the key",
      (response) => response.writeHead(401).end(`{"error":"key ${key} unknown"}`),
    ],
    [
      "a refusal with the key in a code",
      (response) =>
        response
          .writeHead(401)
          .end(JSON.stringify({ status: { error_code: 10002, error_message: `bad ${key}` } })),
    ],
    ["a page with the key", (response) => response.end(`<html>${key} ${encodeURIComponent(key)}</html>`)],
    ["a rejection with the key", (response) => response.writeHead(400).end(JSON.stringify({ error: key }))],
  ])("shows the key in no error and no record after %s", async (_name, fault) => {
    const calls: Array<CallRecord> = []
    await using ready = await start({ apiKey: key, onCall: (call) => calls.push(call) })
    ready.server.faults.push(fault)
    const { error } = await collectUntilFailure(ready.coingecko.bars(ask("4h", now - 5 * day, now)))
    const shown = [
      error.message,
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: 10, showHidden: true }),
      JSON.stringify(calls),
    ].join()
    expect(calls).toHaveLength(1)
    for (const form of [key, encodeURIComponent(key)]) expect(shown).not.toContain(form)
  })
})
