import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { classifyTicker, type ExchangeSymbol, needsExchangeList, parseOverrides } from "../src/index.ts"
import { expectedTickers } from "./expected-tickers.ts"

describe("needsExchangeList", () => {
  it("is true for the texts of the table that could be pairs or nothing, and for no other", () => {
    const open = expectedTickers.map(({ ticker }) => ticker).filter((ticker) => needsExchangeList(ticker))
    expect(open).toEqual([
      "METH",
      "UNKNOWN123",
      "ARBUSD",
      "BTC/XYZ",
      "WSBTC",
      "RELIANCE",
      "HYUNDAI",
      "COUNTRY",
    ])
  })

  it.each([
    ["two splits with known quotes", "ABTUSD", true],
    ["a coin at the end of a word", "KENNETH", true],
    ["letters of another script", "币安人生USDT", true],
    ["another script with a separator", "币安人生/usdt", true],
    ["more letters than a ticker has", "ABCDEFGHIJKLMN", true],
    ["lower case", "wsbtc", true],
    ["a known base and quote", "OP/ETH", false],
    ["a stablecoin after an unknown base", "NEWCOINUSDT", false],
    ["a pair in dollars, which the exchange has not", "AXPUSD", false],
    ["a listed share that ends with a coin", "ABNB", false],
    ["an asset without a quote", "1INCH", false],
    ["an American ticker", "ZZZ", false],
    ["an index that no table knows", "^FOO", false],
    ["a number", "7203", false],
    ["an option", "AAPL240621C00150000", false],
    ["a path", "../x", false],
    ["a symbol of pictures", "🚀", false],
    ["two words", "a b", false],
    ["nothing", "", false],
  ])("%s: %s", (_name, text, expected) => {
    expect(needsExchangeList(text)).toBe(expected)
  })

  it.each(["WSBTC", "ABCDEFGHIJKLMN"])("is false for %s when an override says what it is", (text) => {
    const overrides = parseOverrides({ [text]: { assetClass: "stock", market: "XNYS" } })
    expect(needsExchangeList(text, { overrides })).toBe(false)
    expect(needsExchangeList(text, { overrides: parseOverrides({ AAPL: { assetClass: "etf" } }) })).toBe(true)
  })

  it.each([
    ["BTCU", true],
    ["BTC/U", true],
    ["NEWCOINUSDT", true],
    ["BTCUSDT", false],
    ["ABNB", false],
    ["^FOO", false],
  ])("of a text that is said to be the exchange's is true unless it is certain: %s", (text, expected) => {
    expect(needsExchangeList(text, { isOfExchange: true })).toBe(expected)
    if (text.startsWith("BTC")) expect(needsExchangeList(text)).toBe(false)
  })

  it("is true only where a list can change the answer", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."ABDEFHKNOSTUZ".split("")),
      minLength: 1,
      maxLength: 9,
    })
    const text = fc.tuple(letters, fc.constantFrom("", "/", "-"), letters).map((parts) => parts.join(""))
    fc.assert(
      fc.property(text, (ticker) => {
        if (!needsExchangeList(ticker)) return
        const parts = ticker.split(/[-/]/)
        const [base = "", quote = ""] = parts.length === 2 ? parts : [ticker.slice(0, 1), ticker.slice(1)]
        fc.pre(base !== "" && quote !== "")
        const exchangeSymbols: ReadonlyMap<string, ExchangeSymbol> = new Map([
          [base + quote, { base, quote, status: "TRADING" }],
        ])
        expect(classifyTicker(ticker, { exchangeSymbols })).toMatchObject({
          certainty: "certain",
          instrument: { assetClass: "crypto", base, currency: quote },
        })
      }),
      { numRuns: 1000 },
    )
  })
})
