import type { Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import { isTimeframe, timeframes } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  classifyTicker,
  type OrderOptions,
  parseOverrides,
  type ProviderCapabilities,
  providerOrder,
} from "../src/index.ts"

const day = 86_400_000
const now = Date.UTC(2026, 5, 15)
const lastDays = (days: number): TimeRange => ({ from: now - days * day, to: now })
const allTimeframes = Object.fromEntries(timeframes.map((name) => [name, {}]))
const minutes = (lookBackMillis: number) =>
  Object.fromEntries(["5m", "15m", "30m"].map((name) => [name, { lookBackMillis }]))

const binance: ProviderCapabilities = {
  provider: "binance",
  tier: "public",
  assetClasses: ["crypto"],
  timeframes: allTimeframes,
}
const yahoo: ProviderCapabilities = {
  provider: "yahoo-finance",
  tier: "public",
  assetClasses: ["stock", "etf", "fund", "index", "fx", "future", "crypto"],
  timeframes: {
    "1m": { lookBackMillis: 30 * day },
    ...minutes(60 * day),
    "1h": { lookBackMillis: 730 * day },
    "1d": {},
    "1w": {},
    "1mo": {},
  },
  anchor: "session",
}
const alphaFree: ProviderCapabilities = {
  provider: "alpha-vantage",
  tier: "free",
  assetClasses: ["stock", "etf", "fx", "crypto"],
  timeframes: { "1d": { lookBackMillis: 140 * day }, "1w": {}, "1mo": {} },
  anchor: "clock",
}
const alphaPremium: ProviderCapabilities = {
  ...alphaFree,
  tier: "premium",
  timeframes: { "1m": {}, "5m": {}, "15m": {}, "30m": {}, "1h": {}, "1d": {}, "1w": {}, "1mo": {} },
}
const coingecko: ProviderCapabilities = {
  provider: "coingecko",
  tier: "demo",
  assetClasses: ["crypto"],
  timeframes: { "30m": {}, "4h": {}, "1d": {} },
}
const free = [binance, yahoo, alphaFree, coingecko]
const premium = [binance, yahoo, alphaPremium, coingecko]

const instrumentOf = (ticker: string): Instrument => classifyTicker(ticker).instrument
const order = (
  ticker: string,
  timeframe: Timeframe,
  available: ReadonlyArray<ProviderCapabilities> = free,
  options: OrderOptions = {},
) => providerOrder(instrumentOf(ticker), timeframe, available, options)

/** `provider` of a direct choice, `provider<5m` of one resampled from 5m. */
const short = (result: ReturnType<typeof providerOrder>): ReadonlyArray<string> =>
  result.ordered.map(({ provider, via }) =>
    via === "direct" ? provider : `${provider}<${via.resampledFrom}`,
  )

describe("the order of providers", () => {
  it.each<[string, Timeframe, ReadonlyArray<ProviderCapabilities>, ReadonlyArray<string>]>([
    ["BTCUSDT", "1m", free, ["binance"]],
    ["BTCUSDT", "1d", premium, ["binance"]],
    ["BTCEUR", "1h", free, ["binance"]],
    ["BTCEUR", "1h", [yahoo], ["yahoo-finance"]],
    ["BTCUSD", "1d", free, ["yahoo-finance", "alpha-vantage"]],
    ["BTC-USD", "1h", free, ["yahoo-finance"]],
    ["BTCUSDT", "1d", [yahoo, coingecko], []],
    ["BTCUSDT_PERP", "1d", free, []],
    ["AAPL", "1d", free, ["yahoo-finance", "alpha-vantage"]],
    ["AAPL", "1w", premium, ["yahoo-finance", "alpha-vantage"]],
    ["AAPL", "5m", free, ["yahoo-finance"]],
    ["AAPL", "5m", premium, ["alpha-vantage", "yahoo-finance"]],
    ["AAPL", "1h", premium, ["alpha-vantage", "yahoo-finance"]],
    ["SPY", "15m", premium, ["alpha-vantage", "yahoo-finance"]],
    ["VOD.L", "5m", premium, ["yahoo-finance", "alpha-vantage"]],
    ["AAPL", "4h", free, ["yahoo-finance<1h"]],
    ["AAPL", "4h", premium, ["alpha-vantage<30m", "yahoo-finance<1h"]],
    ["AAPL", "2h", free, ["yahoo-finance<1h"]],
    ["AAPL", "3m", free, ["yahoo-finance<1m"]],
    ["TCS.NS", "4h", [alphaPremium], ["alpha-vantage<15m"]],
    ["EURUSD", "1d", free, ["yahoo-finance", "alpha-vantage"]],
    ["EURUSD", "4h", free, ["yahoo-finance<1h"]],
    ["^GSPC", "1d", premium, ["yahoo-finance"]],
    ["GC=F", "1d", premium, ["yahoo-finance"]],
    ["VFINX", "1d", free, ["yahoo-finance"]],
    ["VFINX", "5m", premium, []],
    ["AAPL", "1d", [binance, coingecko], []],
  ])("%s %s", (ticker, timeframe, available, expected) => {
    expect(short(order(ticker, timeframe, available))).toEqual(expected)
  })

  it("names a reason for each choice, and help for each refusal", () => {
    for (const ticker of ["BTCUSDT", "BTCUSD", "AAPL", "VOD.L", "EURUSD", "VFINX", "BTCUSDT_PERP"]) {
      for (const timeframe of timeframes) {
        const { ordered, refused } = order(ticker, timeframe)
        for (const { reason } of ordered) expect(reason).not.toBe("")
        for (const { reason, help } of refused) expect([reason, help]).not.toContain("")
      }
    }
  })

  it("says that bins of resampled bars start at the session's open", () => {
    expect(order("AAPL", "4h").ordered[0]?.reason).toContain("session's open")
    expect(order("EURUSD", "4h").ordered[0]?.reason).not.toContain("session")
  })

  it("never lets CoinGecko give bars, not even by name", () => {
    const named = order("BTCUSDT", "1d", free, { provider: "coingecko" })
    expect(named.ordered).toEqual([])
    expect(named.refused.find(({ provider }) => provider === "coingecko")?.reason).toContain(
      "no bars of trades",
    )
  })

  it("does not answer for a pair in USD with Binance's USDT", () => {
    const refusal = order("BTCUSD", "1d").refused.find(({ provider }) => provider === "binance")
    expect(refusal?.reason).toContain("another instrument")
    expect(order("BTCUSD", "1d", free, { provider: "binance" }).ordered).toEqual([])
  })

  it("does not make days of session markets from intraday bars", () => {
    const intradayOnly = { ...yahoo, timeframes: { "1h": {} } }
    expect(order("AAPL", "1d", [intradayOnly]).ordered).toEqual([])
    expect(order("EURUSD", "1d", [intradayOnly]).ordered).toEqual([])
    expect(short(order("BTCUSDT", "1d", [{ ...binance, timeframes: { "1h": {} } }]))).toEqual(["binance<1h"])
  })

  it("makes weeks and months from days only", () => {
    const days = { ...yahoo, timeframes: { "1h": {}, "1d": {} } }
    expect(short(order("AAPL", "1mo", [days]))).toEqual(["yahoo-finance<1d"])
    expect(order("AAPL", "1mo", [{ ...yahoo, timeframes: { "1w": {} } }]).ordered).toEqual([])
  })

  it("puts providers that no rule knows after the ones it knows", () => {
    const other = { ...yahoo, provider: "my-files" }
    expect(short(order("AAPL", "1d", [other, yahoo]))).toEqual(["yahoo-finance", "my-files"])
  })

  it("says what is missing when the best provider is not set up", () => {
    expect(order("BTCUSDT", "1d", []).refused).toEqual([
      { provider: "binance", reason: "not set up here", help: "add the provider binance" },
    ])
    expect(order("AAPL", "5m", [yahoo]).refused.map(({ help }) => help)).toEqual([
      expect.stringContaining("ALPHA_VANTAGE_KEY"),
    ])
  })
})

describe("the anchor of an entry", () => {
  it("is kept: a provider with the other anchor is rebuilt from finer bars", () => {
    expect(short(order("AAPL", "1h", premium, { anchor: "session" }))).toEqual([
      "alpha-vantage<30m",
      "yahoo-finance",
    ])
    expect(short(order("AAPL", "1h", premium, { anchor: "clock" }))).toEqual([
      "alpha-vantage",
      "yahoo-finance<30m",
    ])
    expect(order("AAPL", "2h", [yahoo], { anchor: "clock" }).ordered[0]?.reason).toContain("full hours")
  })

  it("does not matter for bars that are the same under both, and for markets without sessions", () => {
    expect(short(order("AAPL", "30m", premium, { anchor: "clock" }))).toEqual([
      "alpha-vantage",
      "yahoo-finance",
    ])
    expect(short(order("EURUSD", "1h", [yahoo], { anchor: "clock" }))).toEqual(["yahoo-finance"])
    expect(short(order("AAPL", "1d", [yahoo], { anchor: "clock" }))).toEqual(["yahoo-finance"])
  })
})

describe("the look-back", () => {
  const wanted = (range: TimeRange): OrderOptions => ({ wanted: { range, now } })

  it("lets Yahoo Finance give intraday bars inside it", () => {
    const { ordered } = order("AAPL", "5m", free, wanted(lastDays(60)))
    expect(ordered).toMatchObject([{ provider: "yahoo-finance", via: "direct", covers: lastDays(60) }])
  })

  it("splits a range that begins before it, without losing a part", () => {
    const { ordered, refused } = order("AAPL", "5m", free, wanted(lastDays(100)))
    expect(ordered[0]?.covers).toEqual({ from: now - 60 * day, to: now })
    expect(refused.find(({ provider }) => provider === "yahoo-finance")?.range).toEqual({
      from: now - 100 * day,
      to: now - 60 * day,
    })
  })

  it("refuses a range before it and says what would help", () => {
    const range = { from: now - 200 * day, to: now - 100 * day }
    const { ordered, refused } = order("AAPL", "5m", free, wanted(range))
    expect(ordered).toEqual([])
    const yahooRefusal = refused.find(({ provider }) => provider === "yahoo-finance")
    expect(yahooRefusal?.range).toBeUndefined()
    expect(yahooRefusal?.reason).toContain("60 days, to 2026-04-16")
    expect(yahooRefusal?.help).toContain("1h")
    expect(yahooRefusal?.help).toContain("Alpha Vantage premium")
  })

  it("does not send people to Alpha Vantage for what it does not have", () => {
    const { refused } = order("^GSPC", "5m", [yahoo], wanted({ from: now - 200 * day, to: now - 100 * day }))
    expect(refused.map(({ help }) => help).join()).not.toContain("Alpha Vantage")
  })

  it("is that of the finer bars when bars are resampled", () => {
    const { ordered } = order("AAPL", "4h", free, wanted(lastDays(1000)))
    expect(ordered[0]?.covers?.from).toBe(now - 730 * day)
  })

  it("puts a provider that covers everything before one that covers a part", () => {
    const { ordered } = order("VOD.L", "5m", premium, wanted(lastDays(100)))
    expect(ordered.map(({ provider }) => provider)).toEqual(["alpha-vantage", "yahoo-finance"])
  })

  it("is only named when no range is wanted", () => {
    const { ordered, refused } = order("AAPL", "5m", [yahoo, alphaFree])
    expect(ordered[0]?.reason).toContain("reaches back 60 days")
    expect(ordered[0]?.covers).toBeUndefined()
    expect(refused.map(({ provider }) => provider)).toEqual(["alpha-vantage"])
  })
})

describe("a provider that the user names", () => {
  it("is the only one, says so, and the others say why they are not asked", () => {
    const { ordered, refused } = order("AAPL", "1d", free, { provider: "alpha-vantage" })
    expect(ordered).toMatchObject([
      { provider: "alpha-vantage", reason: expect.stringContaining("overridden") },
    ])
    expect(refused.every(({ reason }) => reason.startsWith("overridden"))).toBe(true)
  })

  it("is not replaced when it cannot give the bars, or is not there", () => {
    expect(order("AAPL", "5m", premium, { provider: "binance" }).ordered).toEqual([])
    const missing = order("AAPL", "5m", premium, { provider: "polygon" })
    expect(missing.ordered).toEqual([])
    expect(missing.refused).toContainEqual({
      provider: "polygon",
      reason: "not set up here",
      help: "add the provider polygon",
    })
  })

  it("may be a composite, which is not mixed with Binance then", () => {
    expect(short(order("BTCEUR", "1d", free, { provider: "yahoo-finance" }))).toEqual(["yahoo-finance"])
    expect(order("BTCUSDT", "1d", free, { provider: "yahoo-finance" }).ordered).toEqual([])
  })

  it("comes from the overrides too, and the option wins", () => {
    const overrides = parseOverrides({ aapl: { provider: "alpha-vantage" } })
    expect(short(order("AAPL", "1d", free, { overrides }))).toEqual(["alpha-vantage"])
    expect(short(order("MSFT", "1d", free, { overrides }))).toEqual(["yahoo-finance", "alpha-vantage"])
    expect(short(order("AAPL", "1d", free, { overrides, provider: "yahoo-finance" }))).toEqual([
      "yahoo-finance",
    ])
  })
})

describe("laws of the order", () => {
  it("speaks of every provider at hand, and covers plus refusals make up the wanted range", () => {
    const tickers = fc.constantFrom(
      "BTCUSDT",
      "BTCUSD",
      "AAPL",
      "VOD.L",
      "EURUSD",
      "VFINX",
      "^N225",
      "GC=F",
      "DOT",
    )
    const sets = fc.constantFrom(free, premium, [yahoo], [alphaPremium, coingecko])
    const span = fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 2000 }))
    const timeframe = fc.constantFrom(...timeframes)
    fc.assert(
      fc.property(tickers, timeframe, sets, span, (ticker, name, available, [end, length]) => {
        const range = { from: now - (end + length) * day, to: now - end * day }
        const { ordered, refused } = order(ticker, name, available, { wanted: { range, now } })
        for (const { provider } of available) {
          const choice = ordered.find((one) => one.provider === provider)
          const refusal = refused.find((one) => one.provider === provider)
          if (choice === undefined) expect(refusal).toMatchObject({ provider })
          else if (refusal === undefined) expect(choice.covers).toEqual(range)
          else {
            expect(refusal.range?.from).toBe(range.from)
            expect(refusal.range?.to).toBe(choice.covers?.from)
            expect(choice.covers?.to).toBe(range.to)
          }
          if (choice !== undefined && choice.via !== "direct")
            expect(isTimeframe(choice.via.resampledFrom)).toBe(true)
        }
      }),
    )
  })
})
