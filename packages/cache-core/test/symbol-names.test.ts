import { join, relative, resolve } from "node:path"
import { InvalidInput } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { folderOfSymbol, symbolOfFolder } from "../src/index.ts"

describe("folder names of symbols", () => {
  it.each([
    ["BTCUSDT", "BTCUSDT"],
    ["BRK-B", "BRK-B"],
    ["BRK.B", "BRK.B"],
    ["7203.T", "7203.T"],
    ["^GSPC", "^GSPC"],
    ["EURUSD=X", "EURUSD=X"],
    ["BTCUSDT_PERP", "BTCUSDT_PERP"],
    ["BTC/USDT", "BTC%2FUSDT"],
    ["BTC\\USDT", "BTC%5CUSDT"],
    ["..", "%2E%2E"],
    [".", "%2E"],
    ["../../../etc/passwd", "%2E./../../%65%74%63/".replaceAll("/", "%2F") + "%70%61%73%73%77%64"],
    ["_barkeep", "%5F%62%61%72%6B%65%65%70"],
    ["CON", "%43ON"],
    ["NUL.TXT", "%4EUL.TXT"],
    ["COM1", "%43OM1"],
    ["CONX", "CONX"],
    ["A.", "A%2E"],
    ["A ", "A%20"],
    ["btc", "%62%74%63"],
    ["100%", "100%25"],
    ["A:B*?", "A%3AB%2A%3F"],
    ["日経", "%E6%97%A5%E7%B5%8C"],
  ])("writes %j as %j", (symbol, folder) => {
    expect(folderOfSymbol(symbol)).toBe(folder)
    expect(symbolOfFolder(folder)).toBe(symbol)
  })

  it.each([[""], ["A".repeat(201)], ["\ud800"], ["日".repeat(30)], [undefined], [5]])(
    "refuses %j",
    (symbol) => {
      expect(() => folderOfSymbol(symbol as string)).toThrow(InvalidInput)
    },
  )

  it.each(["btcusdt", "BTC USDT", "ohlcv%2f", "%zz", "A%2fB"])(
    "reads the folder %j of another program under its own name",
    (name) => expect(symbolOfFolder(name)).toBe(name),
  )

  it.each(["_metadata", "_barkeep", ".git", ""])("gives the folder %j to no symbol", (name) => {
    expect(symbolOfFolder(name)).toBeUndefined()
  })

  const symbols = fc
    .oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
      fc.string({
        minLength: 1,
        maxLength: 20,
        unit: fc.constantFrom(...Array.from("ABab./\\_%~:. CONPRN\0\n")),
      }),
    )
    .filter((symbol) => symbol.isWellFormed() && encodeURIComponent(symbol).length * 3 < 200)

  it("comes back from every name, stays inside the cache and out of what is reserved", () => {
    fc.assert(
      fc.property(symbols, (symbol) => {
        const name = folderOfSymbol(symbol)
        expect(symbolOfFolder(name)).toBe(symbol)
        expect(relative("/cache", resolve(join("/cache", name, "1h")))).toBe(join(name, "1h"))
        expect(name).not.toMatch(/^[_.]|[. ]$|[^A-Z0-9.\-_^=+@$!,%]/)
        expect(name).not.toMatch(/^(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)/i)
        expect(name).not.toBe("ohlcv")
      }),
      { numRuns: 2000 },
    )
  })

  it("never gives two symbols one folder, even where names ignore case", () => {
    fc.assert(
      fc.property(symbols, symbols, (a, b) => {
        const same = folderOfSymbol(a).toLowerCase() === folderOfSymbol(b).toLowerCase()
        expect(same).toBe(a === b)
      }),
      { numRuns: 2000 },
    )
    expect(folderOfSymbol("BTC").toLowerCase()).not.toBe(folderOfSymbol("btc").toLowerCase())
  })
})
