import { InvalidInput } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { parseCoinsList } from "../src/coins-list.ts"
import { type CoingeckoOptions, createCoingecko, toVendorSymbol } from "../src/index.ts"
import { isCoinId } from "../src/symbols.ts"
import { wellKnownCoinIds } from "../src/well-known-coins.ts"
import { pair } from "./fixture.ts"

describe("CoinGecko's names", () => {
  it.each([
    ["BTC", "USD", { coinId: "bitcoin", vsCurrency: "usd" }],
    ["ETH", "BTC", { coinId: "ethereum", vsCurrency: "btc" }],
    ["SOL", "EUR", { coinId: "solana", vsCurrency: "eur" }],
    ["AVAX", "USD", { coinId: "avalanche-2", vsCurrency: "usd" }],
    ["USDT", "USD", { coinId: "tether", vsCurrency: "usd" }],
    ["BTC", "USDT", undefined],
    ["BTC", "USDC", undefined],
    ["BTC", "GBp", undefined],
    ["BTC", "usd", undefined],
    ["BTC", "SATS", undefined],
    ["NOSUCH", "USD", undefined],
    ["1000SATS", "USD", undefined],
    ["btc", "USD", undefined],
    ["__proto__", "USD", undefined],
    ["toString", "USD", undefined],
    ["BTC", "constructor", undefined],
  ])("of %s in %s", (base, currency, expected) => {
    expect(toVendorSymbol(pair(base, currency))).toEqual(expected)
  })

  it("of an instrument without base or currency, or of another class, are none", () => {
    const { base: _base, ...noBase } = pair("BTC")
    const { currency: _currency, ...noCurrency } = pair("BTC")
    expect(toVendorSymbol(noBase)).toBeUndefined()
    expect(toVendorSymbol(noCurrency)).toBeUndefined()
    expect(toVendorSymbol({ ...pair("BTC"), assetClass: "future" })).toBeUndefined()
    expect(toVendorSymbol({ ...pair("BTC"), assetClass: "stock" })).toBeUndefined()
  })

  it("take dollars for USDT only when told to, and say so", () => {
    const names = { quoteAs: { USDT: "usd" } }
    expect(toVendorSymbol(pair("BTC", "USDT"), names)).toEqual({
      coinId: "bitcoin",
      vsCurrency: "usd",
      quoteAs: "USDT",
    })
    expect(toVendorSymbol(pair("BTC", "USD"), names)).toEqual({ coinId: "bitcoin", vsCurrency: "usd" })
    expect(toVendorSymbol(pair("BTC", "USDC"), names)).toBeUndefined()
  })

  it("are the user's own where they are given", () => {
    const names = { coinIds: { NEW: "new-token", BTC: "wrapped-bitcoin" } }
    expect(toVendorSymbol(pair("NEW"), names)?.coinId).toBe("new-token")
    expect(toVendorSymbol(pair("BTC"), names)?.coinId).toBe("wrapped-bitcoin")
  })

  it("of well-known coins are well formed and not empty", () => {
    const entries = Object.entries(wellKnownCoinIds)
    expect(entries.length).toBeGreaterThan(150)
    for (const [base, id] of entries) {
      expect(base).toMatch(/^[A-Z0-9]+$/)
      expect(id).toMatch(/^[a-z0-9][a-z0-9-]*$/)
    }
  })

  it.each([
    ["bitcoin", true],
    ["1move token", true],
    ["boringdao-[old]", true],
    ["_", true],
    ["", false],
    [".", false],
    ["..", false],
    ["a\nb", false],
  ])("%j as an id: %s", (text, expected) => {
    expect(isCoinId(text)).toBe(expected)
  })
})

describe("the options", () => {
  it.each<[string, unknown, string]>([
    ["an unknown tier", { tier: "pro" }, "tier"],
    ["a tier that every object has", { tier: "toString" }, "tier"],
    ["a key for the keyless tier", { tier: "keyless", apiKey: "CG-secret" }, "apiKey"],
    ["no key for the demo tier", { tier: "demo" }, "apiKey"],
    ["no key for the analyst tier", { tier: "analyst" }, "apiKey"],
    ["a key that no header can carry", { apiKey: "CG-sec\nret" }, "apiKey"],
    ["an empty key", { apiKey: "" }, "apiKey"],
    ["an id that is a step up", { coinIds: { NEW: ".." } }, "coinIds.NEW"],
    ["a replacement of a currency that CoinGecko has", { quoteAs: { USD: "eur" } }, "quoteAs"],
    ["a replacement that CoinGecko has not", { quoteAs: { USDT: "usdt" } }, "quoteAs.USDT"],
    ["a base URL with a key", { baseUrl: "https://example.com/?x_cg_demo_api_key=CG-secret" }, "baseUrl"],
  ])("refuse %s and never show the key", (_name, options, field) => {
    let error: unknown
    try {
      createCoingecko(options as CoingeckoOptions)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(InvalidInput)
    expect(error).toMatchObject({ field })
    expect(String(error)).not.toContain("secret")
  })

  it("mean the demo tier with a key and no key without", () => {
    expect(createCoingecko().capabilities.tier).toBe("keyless")
    expect(createCoingecko({ apiKey: "CG-x" }).capabilities.tier).toBe("demo")
    expect(createCoingecko({ apiKey: "CG-x" }).sampled.capabilities.tier).toBe("demo")
  })
})

describe("the list of coins", () => {
  it.each([
    ["an object", {}, "the answer is no list of coins"],
    ["a text in it", ["bitcoin"], "coin 0 is no object"],
    ["a coin without an id", [{ symbol: "btc", name: "Bitcoin" }], "coin 0 lacks its id, symbol or name"],
    ["a coin without a symbol", [{ id: "bitcoin", name: "Bitcoin" }], "coin 0 lacks its id, symbol or name"],
  ])("is refused as a whole with %s", (_name, payload, issue) => {
    expect(parseCoinsList(payload)).toEqual(Result.fail(issue))
  })
})
