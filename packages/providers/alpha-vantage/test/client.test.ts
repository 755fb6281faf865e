import { InvalidInput } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { assert, describe, expect, it } from "vitest"
import { type AlphaVantageClient, createAlphaVantage } from "../src/index.ts"
import { key, local, readFixture, stock, wall } from "./fixture.ts"
import { sendJson, startVendor } from "./vendor-server.ts"
import { texts } from "./vendor-texts.ts"

const now = local("2024-04-19 13:37")

const answering = async <A>(body: unknown, use: (client: AlphaVantageClient) => Promise<A>) => {
  const clock = createVirtualClock(now)
  await using server = await startVendor({
    clock,
    intercept: (_query, response) => {
      sendJson(response, body)
      return true
    },
  })
  const client = createAlphaVantage({
    apiKey: key,
    tier: "premium",
    callsPerMinute: 60_000,
    baseUrl: server.baseUrl,
    clock,
  })
  const answer = await use(client).catch((error: unknown) => {
    assert.instanceOf(error, ProviderError)
    return error
  })
  return { answer, queries: server.requests.map(({ query }) => Object.fromEntries(query)) }
}

const reasonOf = (answer: unknown) => (assert.instanceOf(answer, ProviderError), answer.reason)

const acme = stock("ACME")

describe("splits", () => {
  it("are ratios by the first session with the new shares, ascending", async () => {
    const { answer, queries } = await answering(readFixture("splits.json"), (client) => client.splits(acme))
    assert(Array.isArray(answer))
    expect(answer.map(({ time, ratio }) => [wall(time), ratio])).toEqual([
      ["2009-03-10 00:00:00", 0.1],
      ["2014-06-09 00:00:00", 7],
      ["2020-08-31 00:00:00", 4],
    ])
    expect(queries).toEqual([{ function: "SPLITS", symbol: "ACME", datatype: "json", apikey: key }])
  })

  it("may be none", async () => {
    const { answer } = await answering({ symbol: "ACME", data: [] }, (client) => client.splits(acme))
    expect(answer).toEqual([])
  })

  it.each<[string, unknown]>([
    ["another symbol", { symbol: "XXYYZZ", data: [] }],
    ["no symbol", { data: [] }],
    ["no list", { symbol: "ACME", data: {} }],
    ["an entry without a date", { symbol: "ACME", data: [{ effective_date: "None", split_factor: "2" }] }],
    [
      "an entry of an impossible date",
      { symbol: "ACME", data: [{ effective_date: "2024-02-30", split_factor: "2" }] },
    ],
    ["a ratio of zero", { symbol: "ACME", data: [{ effective_date: "2024-02-01", split_factor: "0" }] }],
    [
      "a ratio that is no number",
      { symbol: "ACME", data: [{ effective_date: "2024-02-01", split_factor: "2:1" }] },
    ],
    ["an empty object", {}],
    ["a list", []],
  ])("are refused as a whole with %s", async (_name, body) => {
    const { answer } = await answering(body, (client) => client.splits(acme))
    expect(reasonOf(answer)._tag).toBe("MalformedResponse")
  })

  it("of an instrument that has none are not asked for", async () => {
    const { answer, queries } = await answering({}, (client) => client.splits({ ...acme, assetClass: "fx" }))
    expect(reasonOf(answer)).toEqual({ _tag: "SymbolNotFound", certain: true })
    expect(queries).toEqual([])
  })
})

describe("dividends", () => {
  it("are amounts by the first session without them, ascending, with the dates that are known", async () => {
    const { answer } = await answering(readFixture("dividends.json"), (client) => client.dividends(acme))
    expect(answer).toEqual([
      { time: local("2012-08-09 00:00"), amount: 2.65 },
      {
        time: local("2024-05-10 00:00"),
        amount: 0.25,
        declarationDate: "2024-05-02",
        recordDate: "2024-05-13",
        paymentDate: "2024-05-16",
      },
    ])
  })

  it("are refused as a whole with an amount that is no number", async () => {
    const body = { symbol: "ACME", data: [{ ex_dividend_date: "2024-02-01", amount: "None" }] }
    const { answer } = await answering(body, (client) => client.dividends(acme))
    expect(reasonOf(answer)._tag).toBe("MalformedResponse")
  })
})

describe("a search for symbols", () => {
  it("gives the matches in the vendor's spelling, best first", async () => {
    const { answer, queries } = await answering(readFixture("symbol-search.json"), (client) =>
      client.symbolSearch("grocer & co"),
    )
    expect(answer).toMatchObject([
      { vendorSymbol: "TSCO.LON", type: "Equity", region: "United Kingdom", currency: "GBX", score: 0.7273 },
      { vendorSymbol: "TSCDF", score: 0.7143 },
    ])
    expect(queries[0]).toMatchObject({ function: "SYMBOL_SEARCH", keywords: "grocer & co" })
  })

  it.each([{ bestMatches: {} }, { bestMatches: [{ "1. symbol": "A" }] }, []])("refuses %j", async (body) => {
    const { answer } = await answering(body, (client) => client.symbolSearch("a"))
    expect(reasonOf(answer)._tag).toBe("MalformedResponse")
  })
})

describe("the tier of a key", () => {
  it.each([
    ["premium", { "Meta Data": {}, "Time Series (60min)": {} }],
    ["free", { Information: texts.premiumEndpoint }],
  ])("is %s by what it is given", async (tier, body) => {
    const { answer, queries } = await answering(body, (client) => client.tierOfKey())
    expect(answer).toBe(tier)
    expect(queries).toHaveLength(1)
  })

  it.each([
    ["AuthenticationFailed", { "Error Message": texts.badKey }],
    ["QuotaExhausted", { Information: texts.daily(key) }],
  ])("is not known after %s", async (tag, body) => {
    const { answer } = await answering(body, (client) => client.tierOfKey())
    expect(reasonOf(answer)._tag).toBe(tag)
  })
})

describe("the first bar", () => {
  it("is looked up in one call of a premium key, to the month", async () => {
    const rows = {
      "2012-06-29": { "1. open": "10", "2. high": "12", "3. low": "9", "4. close": "11", "5. volume": "5" },
    }
    const body = {
      "Meta Data": { "2. Symbol": "ACME", "4. Time Zone": "US/Eastern" },
      "Monthly Time Series": rows,
    }
    for (const [timeframe, expected] of [
      ["5m", "2012-06-01"],
      ["1d", "2012-06-01"],
      ["1w", "2012-05-28"],
      ["1mo", "2012-06-01"],
    ] as const) {
      const { answer, queries } = await answering(body, async ({ firstBar }) =>
        firstBar?.find(acme, timeframe),
      )
      expect(wall(Number(answer)).slice(0, 10)).toBe(expected)
      expect(queries).toHaveLength(1)
    }
  })

  it("of intraday bars is never before the year 2000", async () => {
    const rows = {
      "1999-12-31": { "1. open": "10", "2. high": "12", "3. low": "9", "4. close": "11", "5. volume": "5" },
    }
    const body = {
      "Meta Data": { "2. Symbol": "ACME", "4. Time Zone": "US/Eastern" },
      "Monthly Time Series": rows,
    }
    const { answer } = await answering(body, async ({ firstBar }) => firstBar?.find(acme, "5m"))
    expect(answer).toBe(local("2000-01-01 00:00"))
  })

  it("would waste a free key's calls", () => {
    expect(createAlphaVantage({ apiKey: key }).firstBar).toBeUndefined()
  })
})

describe("a client", () => {
  it.each([
    ["no key", { apiKey: "" }],
    ["a key with a blank", { apiKey: "ABC DEF" }],
    ["a key with a line end", { apiKey: "ABC\n" }],
    ["no calls a minute", { apiKey: key, tier: "premium" as const, callsPerMinute: 0 }],
    ["a key in its address", { apiKey: key, baseUrl: "https://example.com/?apikey=1" }],
  ])("refuses %s", (_name, options) => {
    expect(() => createAlphaVantage(options)).toThrow(InvalidInput)
  })
})
