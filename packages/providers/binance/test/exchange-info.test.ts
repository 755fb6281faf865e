import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { parseExchangeInfo, parseServerTime } from "../src/exchange-info.ts"
import { fromVendorSymbol, toVendorSymbol } from "../src/index.ts"
import { pair, readFixture } from "./fixture.ts"

describe("the list of pairs", () => {
  it("has every status and any letters", () => {
    expect(Result.getOrThrow(parseExchangeInfo(readFixture("exchange-info.json")))).toEqual([
      { symbol: "BTCUSDT", status: "TRADING", base: "BTC", quote: "USDT" },
      { symbol: "OLDBTC", status: "BREAK", base: "OLD", quote: "BTC" },
      { symbol: "SLOWUSDT", status: "CANCEL_ONLY", base: "SLOW", quote: "USDT" },
      { symbol: "这是测试币456", status: "TRADING", base: "这是测试币", quote: "456" },
    ])
  })

  it.each([
    ["nothing", null],
    ["no list", { symbols: {} }],
    ["a pair without a base", { symbols: [{ symbol: "A", status: "TRADING", quoteAsset: "B" }] }],
    [
      "a pair without a name",
      { symbols: [{ symbol: "", status: "TRADING", baseAsset: "A", quoteAsset: "B" }] },
    ],
    ["a null pair", { symbols: [null] }],
  ])("is refused with %s", (_name, payload) => {
    assert(Result.isFailure(parseExchangeInfo(payload)))
  })

  it("gives instruments whose symbols are Binance's", () => {
    const instrument = fromVendorSymbol({ symbol: "BTCUSDT", base: "BTC", quote: "USDT" })
    expect(instrument).toEqual({ ...pair("BTCUSDT"), base: "BTC", currency: "USDT" })
    expect(toVendorSymbol(instrument)).toBe("BTCUSDT")
    expect(toVendorSymbol({ ...instrument, assetClass: "stock" })).toBeUndefined()
    // A key keeps its dash where the joined letters are a share.
    expect(toVendorSymbol({ ...instrument, symbol: "A-BNB", base: "A", currency: "BNB" })).toBe("ABNB")
    expect(toVendorSymbol({ ...instrument, symbol: "币安人生USDT", base: "币安人生" })).toBe("币安人生USDT")
  })
})

describe("the server's time", () => {
  it.each([
    [{ serverTime: 1704067200123 }, 1704067200123],
    [{ serverTime: 1704067200123456 }, 1704067200123],
  ])("of %j is %d", (payload, expected) => {
    expect(Result.getOrThrow(parseServerTime(payload))).toBe(expected)
  })

  it.each([{}, { serverTime: "1704067200123" }, { serverTime: 1.5 }, [], null])(
    "is refused in %j",
    (payload) => {
      assert(Result.isFailure(parseServerTime(payload)))
    },
  )
})
