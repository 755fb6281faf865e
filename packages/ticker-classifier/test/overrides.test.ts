import { InvalidInput } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { canonicalSymbol, classifyTicker, InvalidTicker, parseOverrides } from "../src/index.ts"

const instrumentWith = (ticker: string, json: unknown) =>
  classifyTicker(ticker, { overrides: parseOverrides(json) }).instrument

describe("parseOverrides", () => {
  it("reads symbols in any spelling", () => {
    const overrides = parseOverrides({
      "brk.b": { provider: "yahoo-finance" },
      "BTC/USDT": { currency: "USDT" },
    })
    expect([...overrides.keys()]).toEqual(["BRK-B", "BTCUSDT"])
  })

  it("takes nothing for no override", () => {
    expect(parseOverrides(undefined).size).toBe(0)
    expect(parseOverrides({}).size).toBe(0)
  })

  it.each<[string, unknown, string]>([
    ["null", null, "overrides"],
    ["an array", [], "overrides"],
    ["a text", "AAPL", "overrides"],
    ["an override that is no object", { AAPL: "XNAS" }, 'overrides["AAPL"]'],
    ["an unknown field", { AAPL: { exchange: "XNAS" } }, 'overrides["AAPL"]'],
    ["a path as symbol", { "../x": { market: "XNYS" } }, "overrides"],
    ["an unknown asset class", { AAPL: { assetClass: "bond" } }, 'overrides["AAPL"].assetClass'],
    ["a market that is no code", { AAPL: { market: "nasdaq" } }, 'overrides["AAPL"].market'],
    ["a market of an unknown zone", { AAPL: { market: "XABC" } }, 'overrides["AAPL"].market'],
    ["a zone that does not exist", { AAPL: { timeZone: "Europe/Nowhere" } }, 'overrides["AAPL"].timeZone'],
    ["an empty currency", { AAPL: { currency: "" } }, 'overrides["AAPL"].currency'],
    ["a provider that is no id", { AAPL: { provider: "Yahoo Finance" } }, 'overrides["AAPL"].provider'],
    ["a number", { AAPL: { market: 5 } }, 'overrides["AAPL"].market'],
    ["a field that is null", { AAPL: { market: null } }, 'overrides["AAPL"].market'],
    ["two spellings of one symbol", { "BRK.B": {}, "BRK-B": {} }, 'overrides["BRK-B"]'],
    ["__proto__ from JSON", JSON.parse('{"AAPL":{"__proto__":{"market":"XNYS"}}}'), 'overrides["AAPL"]'],
  ])("refuses %s and names the place", (_name, json, field) => {
    let refused: unknown
    try {
      parseOverrides(json)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(InvalidInput)
    expect(refused).toMatchObject({ _tag: "InvalidInput", field })
  })
})

describe("an override", () => {
  it("changes only the fields it has, and says so first", () => {
    const overrides = parseOverrides({ AAPL: { market: "XNYS" } })
    const { instrument, certainty, evidence } = classifyTicker("AAPL", { overrides })
    expect(instrument).toEqual({
      symbol: "AAPL",
      assetClass: "stock",
      market: "XNYS",
      timeZone: "America/New_York",
      currency: "USD",
    })
    expect(certainty).toBe("certain")
    expect(evidence[0]).toEqual({ rule: "overridden", detail: "market XNYS instead of XNAS" })
  })

  it("applies to every spelling of its symbol and to no other symbol", () => {
    const json = { "BRK.B": { currency: "EUR" } }
    expect(instrumentWith("brk/b", json).currency).toBe("EUR")
    expect(instrumentWith("BRK-A", json).currency).toBe("USD")
  })

  it("brings the zone of a known market along, and drops a currency of elsewhere", () => {
    expect(instrumentWith("ABC", { ABC: { market: "XLON" } })).toEqual({
      symbol: "ABC",
      assetClass: "stock",
      market: "XLON",
      timeZone: "Europe/London",
    })
  })

  it("turns a share into the pair that its letters spell", () => {
    expect(instrumentWith("METH", { METH: { assetClass: "crypto" } })).toEqual({
      symbol: "METH",
      assetClass: "crypto",
      market: "24/7",
      timeZone: "UTC",
      base: "M",
      currency: "ETH",
    })
  })

  it("invents no quote for an asset that has none", () => {
    const { currency, base, market } = instrumentWith("DOT", { DOT: { assetClass: "crypto" } })
    expect([currency, base, market]).toEqual([undefined, undefined, "24/7"])
  })

  it("turns a pair into a share of the American market", () => {
    expect(instrumentWith("SUSDT", { SUSDT: { assetClass: "stock" } })).toEqual({
      symbol: "SUSDT",
      assetClass: "stock",
      market: "XNYS",
      timeZone: "America/New_York",
      currency: "USD",
    })
  })

  it("keeps the overruled reading among the alternatives", () => {
    const overrides = parseOverrides({ METH: { assetClass: "crypto" } })
    const { alternatives } = classifyTicker("METH", { overrides })
    expect(alternatives.map(({ instrument }) => instrument.assetClass)).toContain("stock")
  })

  it("makes text readable that nothing else explains, when it says class and market", () => {
    const overrides = parseOverrides({
      "abc.xyz": { assetClass: "stock", market: "XABC", timeZone: "Asia/Tokyo" },
    })
    const { instrument, certainty } = classifyTicker("ABC.XYZ", { overrides })
    expect(instrument).toEqual({
      symbol: "ABC.XYZ",
      assetClass: "stock",
      market: "XABC",
      timeZone: "Asia/Tokyo",
    })
    expect(certainty).toBe("certain")
    expect(() =>
      classifyTicker("ABC.XYZ", { overrides: parseOverrides({ "ABC.XYZ": { market: "XLON" } }) }),
    ).toThrow(InvalidTicker)
  })

  it("never lets unsafe text pass, even in a map made by hand", () => {
    const overrides = new Map([["../X", { assetClass: "stock", market: "XNYS" } as const]])
    expect(() => classifyTicker("../x", { overrides })).toThrow(InvalidTicker)
  })

  it("refuses a market of unknown zone in a map made by hand", () => {
    const overrides = new Map([["AAPL", { market: "XABC" }]])
    expect(() => classifyTicker("AAPL", { overrides })).toThrow(InvalidInput)
  })

  it("passes its provider on and leaves the instrument alone", () => {
    const overrides = parseOverrides({ AAPL: { provider: "alpha-vantage" } })
    const answer = classifyTicker("AAPL", { overrides })
    expect(answer.provider).toBe("alpha-vantage")
    expect(answer.instrument).toEqual(classifyTicker("AAPL").instrument)
    expect(classifyTicker("MSFT", { overrides }).provider).toBeUndefined()
  })

  it("does not change the canonical symbol", () => {
    expect(canonicalSymbol("METH")).toBe("METH")
    expect(instrumentWith("METH", { METH: { assetClass: "crypto" } }).symbol).toBe("METH")
  })
})
