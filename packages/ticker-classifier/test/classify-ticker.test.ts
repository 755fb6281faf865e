import { existsSync, readdirSync, readFileSync } from "node:fs"
import { InvalidInput } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { canonicalSymbol, classifyTicker, type ExchangeSymbol, InvalidTicker } from "../src/index.ts"
import { expectedTickers, refusedTickers } from "./expected-tickers.ts"

const shared = new URL(process.env["BARKEEP_SHARED_DATA"] ?? "../../../../shared/data", import.meta.url)
const original = new URL(`${shared.href}/original/g-classification.json`)
const manifest = new URL(`${shared.href}/ohlcv/manifest.json`)

const recordings = new URL(`${shared.href}/providers/yahoo/yahoo-finance2/http`)

const rules = (ticker: string, context = {}) =>
  classifyTicker(ticker, context).evidence.map(({ rule }) => rule)
const why = (ticker: string, context = {}) =>
  classifyTicker(ticker, context)
    .evidence.map(({ detail }) => detail)
    .join("; ")

describe("the table of tickers", () => {
  it("has more than 260 rows, each ticker once", () => {
    const tickers = [...expectedTickers.map(({ ticker }) => ticker), ...refusedTickers.map(([text]) => text)]
    expect(new Set(tickers).size).toBe(tickers.length)
    expect(tickers.length).toBeGreaterThan(260)
  })

  it.each(expectedTickers)("$ticker is $assetClass $symbol on $market in $currency", (expected) => {
    const { instrument, evidence } = classifyTicker(expected.ticker)
    expect({ ...instrument, timeZone: undefined, base: instrument.base }).toEqual({
      symbol: expected.symbol,
      assetClass: expected.assetClass,
      market: expected.market,
      currency: expected.currency,
      base: expected.base,
      timeZone: undefined,
    })
    expect(evidence.length).toBeGreaterThan(0)
  })

  it.each(refusedTickers)("%j is refused, suggesting %j", (text, suggestion) => {
    const error = refusalOf(text)
    expect(error).toBeInstanceOf(InvalidTicker)
    expect(error).toBeInstanceOf(InvalidInput)
    expect(error._tag).toBe("InvalidInput")
    expect(error.field).toBe("symbol")
    if (suggestion === undefined) expect(error.suggestions).toEqual([])
    else expect(error.suggestions).toContain(suggestion)
  })

  it.skipIf(!existsSync(original))(
    "answers every ticker that the original was asked (needs the shared data)",
    () => {
      const asked = Object.keys(JSON.parse(readFileSync(original, "utf8")))
      const answered = new Set([
        ...expectedTickers.map(({ ticker }) => ticker),
        ...refusedTickers.map(([text]) => text),
      ])
      expect(asked).toHaveLength(111)
      expect(asked.filter((ticker) => !answered.has(ticker))).toEqual([])
    },
  )

  it.skipIf(!existsSync(manifest))(
    "agrees with the calendars of recorded series (needs the shared data)",
    () => {
      const entries: ReadonlyArray<{ symbol?: string; calendar?: string; vendor?: string }> = JSON.parse(
        readFileSync(manifest, "utf8"),
      )
      const listed = entries.filter(
        ({ symbol = "", calendar = "" }) => /^[A-Z0-9.]+$/.test(symbol) && /^X[A-Z]{3}/.test(calendar),
      )
      // Index values recorded under a bare name; as a ticker HSI is an American one.
      const compared = listed.filter(({ symbol = "" }) => symbol !== "HSI")
      expect(compared.length).toBeGreaterThan(20)
      for (const { symbol = "", calendar = "" } of compared) {
        const market = classifyTicker(symbol).instrument.market.replace("XNAS", "XNYS")
        expect(`${symbol} ${market}`).toBe(`${symbol} ${calendar.slice(0, 4)}`)
      }
    },
  )
})

describe("what Yahoo said of its symbols", () => {
  it.skipIf(!existsSync(recordings))("agrees with the recorded replies (needs the shared data)", () => {
    const replies = readdirSync(recordings)
      .filter((name) => name.endsWith(".json") && !name.includes(".fake."))
      .map((name) => JSON.parse(readFileSync(new URL(name, `${recordings.href}/`), "utf8")))
    const metas = new Map<string, YahooMeta>(
      replies
        .flatMap((reply) => reply.response.bodyJson?.chart?.result ?? [])
        .map(({ meta }) => [meta.symbol, meta]),
    )
    expect(metas.size).toBeGreaterThan(15)
    for (const [symbol, { currency, exchangeTimezoneName, instrumentType }] of metas) {
      const { instrument } = classifyTicker(symbol)
      expect([symbol, instrument.currency]).toEqual([symbol, currency])
      // Yahoo's FX days are London's; ours are UTC. It calls the share WSKT.JK a fund.
      if (instrument.assetClass !== "fx")
        expect([symbol, instrument.timeZone]).toEqual([symbol, exchangeTimezoneName])
      if (symbol !== "WSKT.JK")
        expect([symbol, instrument.assetClass]).toEqual([symbol, yahooTypes[instrumentType]])
    }
  })
})

interface YahooMeta {
  readonly currency: string
  readonly exchangeTimezoneName: string
  readonly instrumentType: string
}

const yahooTypes: Readonly<Record<string, string>> = {
  EQUITY: "stock",
  ETF: "etf",
  MUTUALFUND: "fund",
  FUTURE: "future",
  CURRENCY: "fx",
  CRYPTOCURRENCY: "crypto",
}

describe("time zones", () => {
  it.each([
    ["BTCUSDT", "UTC"],
    ["EURUSD", "UTC"],
    ["AAPL", "America/New_York"],
    ["VOD.L", "Europe/London"],
    ["KAP.IL", "Europe/London"],
    ["RYA.IR", "Europe/Dublin"],
    ["SAP.DE", "Europe/Berlin"],
    ["GC=F", "America/New_York"],
    ["BHP.AX", "Australia/Sydney"],
    ["^N225", "Asia/Tokyo"],
    ["PETR4.SA", "America/Sao_Paulo"],
    ["EDP.LS", "Europe/Lisbon"],
  ])("%s is dated in %s", (ticker, timeZone) => {
    expect(classifyTicker(ticker).instrument.timeZone).toBe(timeZone)
  })

  it("has one zone per market, and only zones that exist", () => {
    const zones = new Map<string, string>()
    for (const { ticker } of expectedTickers) {
      const { market, timeZone } = classifyTicker(ticker).instrument
      expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow()
      expect(`${market} ${zones.get(market) ?? timeZone}`).toBe(`${market} ${timeZone}`)
      zones.set(market, timeZone)
    }
  })
})

describe("evidence", () => {
  it.each([
    ["BTCUSDT", "quote-asset"],
    ["BTC-USD", "pair-syntax"],
    ["EURUSD", "currency-codes"],
    ["AAPL", "listing-table"],
    ["ZZZ", "us-syntax"],
    ["BRK.C", "share-class"],
    ["VFINX", "fund-syntax"],
    ["7203.T", "exchange-suffix"],
    ["VOD.LON", "suffix-alias"],
    ["^GSPC", "index-table"],
    ["^FOO", "index-syntax"],
    ["GC=F", "future-table"],
    ["ZZZ=F", "future-syntax"],
    ["BTCUSDT_PERP", "derivative-syntax"],
    ["UNKNOWN123", "no-known-shape"],
  ])("%s is read by %s", (ticker, rule) => {
    expect(rules(ticker)).toContain(rule)
  })

  it("says that NYSE and Nasdaq share the calendar where the ticker does not tell them apart", () => {
    expect(why("ZZZ")).toContain("NYSE and Nasdaq share the calendar")
  })

  it.each(["PETR4.SA", "GC=F", "DX-Y.NYB", "^NSEI"])(
    "says of %s that the market's calendar is unknown",
    (ticker) => {
      expect(rules(ticker)).toContain("calendar")
    },
  )

  it.each(["AAPL", "7203.T", "BTCUSDT", "EURUSD", "^GDAXI", "ENI.MI"])(
    "needs no such warning for %s",
    (ticker) => {
      expect(rules(ticker)).not.toContain("calendar")
    },
  )

  it("keeps the text as typed", () => {
    expect(classifyTicker("btc/usdt").ticker).toBe("btc/usdt")
  })
})

describe("certainty and alternatives", () => {
  it.each([
    ["BTCUSDT", "certain"],
    ["NEWCOINUSDT", "likely"],
    ["OPETH", "likely"],
    ["ARBUSD", "guess"],
    ["KENNETH", "guess"],
    ["AAPL", "certain"],
    ["BTC", "likely"],
    ["DOT", "guess"],
    ["ZZZ", "likely"],
    ["VIX", "guess"],
    ["7203.T", "likely"],
    ["UNKNOWN123", "guess"],
    ["RELIANCE", "guess"],
  ])("%s is %s", (ticker, certainty) => {
    expect(classifyTicker(ticker).certainty).toBe(certainty)
  })

  it.each([
    ["ABNB", "A-BNB"],
    ["METH", "M-ETH"],
    ["BTC", "BTCUSDT"],
    ["DOT", "DOTUSDT"],
    ["ARBUSD", "ARB-USD"],
    ["HSI", "^HSI"],
    ["MKC.V", "MKC-V"],
  ])("%s names the other reading %s", (ticker, symbol) => {
    const { alternatives } = classifyTicker(ticker)
    expect(alternatives.map(({ instrument }) => instrument.symbol)).toContain(symbol)
    for (const { why: reason } of alternatives) expect(reason).not.toBe("")
  })

  it("names alternatives that can be asked for by their own symbol, or else by an override", () => {
    for (const { ticker } of expectedTickers) {
      const answer = classifyTicker(ticker)
      for (const { instrument } of answer.alternatives) {
        if (instrument.symbol === answer.instrument.symbol) continue
        const again = classifyTicker(instrument.symbol).instrument
        expect([again.symbol, again.assetClass, again.base]).toEqual([
          instrument.symbol,
          instrument.assetClass,
          instrument.base,
        ])
      }
    }
  })
})

describe("the exchange's own symbol list", () => {
  const exchangeSymbols: ReadonlyMap<string, ExchangeSymbol> = new Map([
    ["BTCUSDT", { base: "BTC", quote: "USDT", status: "TRADING" }],
    ["WBTC", { base: "W", quote: "BTC", status: "TRADING" }],
    ["ABNB", { base: "A", quote: "BNB", status: "TRADING" }],
    ["ARBUSD", { base: "ARB", quote: "USD", status: "BREAK" }],
    ["NEWXYZ", { base: "NEW", quote: "XYZ", status: "TRADING" }],
    ["币安人生USDT", { base: "币安人生", quote: "USDT", status: "TRADING" }],
    ["../X", { base: "../", quote: "X", status: "TRADING" }],
  ])
  const context = { exchangeSymbols }

  it.each([
    ["BTCUSDT", "BTC", "USDT"],
    ["WBTC", "W", "BTC"],
    ["W/BTC", "W", "BTC"],
    ["ARBUSD", "ARB", "USD"],
    ["NEWXYZ", "NEW", "XYZ"],
    ["new-xyz", "NEW", "XYZ"],
    ["币安人生USDT", "币安人生", "USDT"],
    ["币安人生usdt", "币安人生", "USDT"],
    ["币安人生/USDT", "币安人生", "USDT"],
  ])("decides that %s is %s/%s", (ticker, base, quote) => {
    const { instrument, certainty } = classifyTicker(ticker, context)
    expect([instrument.assetClass, instrument.base, instrument.currency]).toEqual(["crypto", base, quote])
    expect(certainty).toBe("certain")
    expect(rules(ticker, context)).toContain("exchange-list")
    expect(instrument.symbol).toBe(base + quote)
  })

  it("does not take a well-known share for a pair of the same letters", () => {
    const { instrument, alternatives } = classifyTicker("ABNB", context)
    expect(instrument.assetClass).toBe("stock")
    expect(alternatives.map((other) => other.instrument.symbol)).toEqual(["A-BNB"])
    expect(classifyTicker("A/BNB", context).instrument).toMatchObject({ symbol: "A-BNB", base: "A" })
  })

  it("names the exchange's status", () => {
    expect(why("ARBUSD", context)).toContain("BREAK")
  })

  it("says when a pair is not in it, and trusts the reading less", () => {
    expect(classifyTicker("ETHUSDT", context).certainty).toBe("likely")
    expect(why("ETHUSDT", context)).toContain("not in the exchange's list")
    expect(classifyTicker("BTCUSD", context).certainty).toBe("certain")
  })

  it("lets no path into a symbol", () => {
    expect(() => classifyTicker("../x", context)).toThrow(InvalidTicker)
  })
})

describe("canonicalSymbol", () => {
  it("refuses what classifyTicker refuses", () => {
    expect(() => canonicalSymbol("../../evil")).toThrow(InvalidTicker)
  })

  it.each([
    ["brk.b", "BRK-B"],
    ["BTC/USDT", "BTCUSDT"],
    ["BTC-USDT", "BTCUSDT"],
    ["^gspc", "^GSPC"],
    ["7203.t", "7203.T"],
    ["eurusd", "EURUSD=X"],
  ])("%s is %s", (text, symbol) => {
    expect(canonicalSymbol(text)).toBe(symbol)
  })
})

const refusalOf = (text: string): InvalidTicker => {
  try {
    classifyTicker(text)
  } catch (error) {
    if (error instanceof InvalidTicker) return error
    throw error
  }
  throw new Error(`${JSON.stringify(text)} was accepted`)
}
