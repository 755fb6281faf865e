import type { Instrument } from "@barkeep/market-data"
import { timeframes } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { chartEndpoint } from "../src/endpoints.ts"
import { isSameSymbol, toVendorSymbol } from "../src/symbols.ts"
import { fromVendorInterval, isOffered, toVendorInterval } from "../src/timeframes.ts"
import { bitcoin, euro, stock } from "./fixture.ts"

describe("the symbol", () => {
  const table: ReadonlyArray<readonly [string, Instrument, string | undefined]> = [
    ["of a share", stock("AAPL"), "AAPL"],
    ["of a share class", stock("BRK-B"), "BRK-B"],
    ["of a share class with a dot", stock("BRK.B"), "BRK-B"],
    ["of a share listed abroad", stock("OCDO.L", "XLON", "Europe/London"), "OCDO.L"],
    ["of a share with one letter as its suffix", stock("7203.T", "XTKS", "Asia/Tokyo"), "7203.T"],
    ["of an index", stock("^GSPC", "XNYS", "America/New_York", "index"), "^GSPC"],
    ["of a future", stock("GC=F", "XCEC", "America/New_York", "future"), "GC=F"],
    ["of a crypto pair", bitcoin, "BTC-USD"],
    [
      "of a pair with a stablecoin, which is no dollar",
      { ...bitcoin, symbol: "BTCUSDT", currency: "USDT" },
      "BTC-USDT",
    ],
    ["of currencies", euro, "EURUSD=X"],
    ["of currencies without the mark", { ...euro, symbol: "EURUSD" }, "EURUSD=X"],
    ["that is none", stock(""), undefined],
    ["that would leave the path", stock(".."), undefined],
    ["with a space", stock("A B"), undefined],
  ]
  it.each(table)("%s", (_name, instrument, expected) => {
    expect(toVendorSymbol(instrument)).toBe(expected)
  })

  it.each([
    ["^GSPC", "/v8/finance/chart/%5EGSPC"],
    ["EURUSD=X", "/v8/finance/chart/EURUSD%3DX"],
    ["M&M.NS", "/v8/finance/chart/M%26M.NS"],
    ["../v7?x#y", "/v8/finance/chart/..%2Fv7%3Fx%23y"],
  ])("%s stays inside its path", (symbol, endpoint) => {
    expect(chartEndpoint(symbol)).toBe(endpoint)
    expect(new URL(endpoint, "https://example.org").pathname).toBe(endpoint)
  })

  it("of dollar pairs has two names, others have one", () => {
    expect(isSameSymbol("USDJPY=X", "JPY=X")).toBe(true)
    expect(isSameSymbol("JPY=X", "USDJPY=X")).toBe(true)
    expect(isSameSymbol("EURJPY=X", "JPY=X")).toBe(false)
    expect(isSameSymbol("AAPL", "AAPL.MX")).toBe(false)
  })
})

describe("timeframes", () => {
  it("are asked by Yahoo's names and recognised in answers", () => {
    const offered = timeframes.filter(isOffered)
    expect(offered).toEqual(["1m", "5m", "15m", "30m", "1h", "1d", "1w", "1mo"])
    expect(offered.map(toVendorInterval)).toEqual(["1m", "5m", "15m", "30m", "1h", "1d", "1wk", "1mo"])
    for (const timeframe of offered) expect(fromVendorInterval(toVendorInterval(timeframe))).toBe(timeframe)
  })

  it("know that 60m is an hour and 3mo is nothing", () => {
    expect(fromVendorInterval("60m")).toBe("1h")
    expect(fromVendorInterval("3mo")).toBeUndefined()
    expect(isOffered("toString")).toBe(false)
  })
})
