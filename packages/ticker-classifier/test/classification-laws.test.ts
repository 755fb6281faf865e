import { InvalidInput } from "@barkeep/market-data"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { canonicalSymbol, type Classification, classifyTicker } from "../src/index.ts"
import { expectedTickers } from "./expected-tickers.ts"

/** Texts made of the pieces of tickers, so that most of them are almost one. */
const pieces =
  "BTC ETH BNB USDT BUSD TUSD USD EUR TRY DAI AAPL ABC A S X XX 7203 0P0000XTS7 0700 PERP 240628 =X =F ^ . - / _ .T .L .V .TO .PR .NYSE .US .A PRA WS UN GSPC N225 1000SATS BRK".split(
    " ",
  )
const almostTicker = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""))
const letters = fc.string({
  unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("")),
  minLength: 1,
  maxLength: 7,
})
const known = fc.constantFrom(...expectedTickers.map(({ ticker }) => ticker))
const text = fc.oneof(almostTicker, letters, known)

const classify = (ticker: string): Classification | undefined => {
  try {
    return classifyTicker(ticker)
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}

describe("laws of classification", () => {
  it("throws nothing but InvalidInput, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.string({ unit: "binary" }), fc.string()),
        (ticker) => void classify(ticker),
      ),
      {
        numRuns: 2000,
      },
    )
  })

  it("lets through only symbols that stay in their folder", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (ticker) => {
        const symbol = classify(ticker)?.instrument.symbol
        if (symbol === undefined) return
        expect(symbol).toMatch(/^[A-Z0-9^][A-Z0-9.&=^_-]*$/)
        expect(symbol).not.toContain("..")
      }),
      { numRuns: 2000 },
    )
  })

  it("reads the canonical symbol as the same instrument", () => {
    fc.assert(
      fc.property(text, (ticker) => {
        const first = classify(ticker)
        if (first === undefined) return
        const again = classifyTicker(first.instrument.symbol).instrument
        // .NASDAQ in the text tells the market, which the symbol without it does not.
        const market = /\.(?:NYSE|NASDAQ|US)$/i.test(ticker) ? { market: again.market } : {}
        expect(again).toEqual({ ...first.instrument, ...market })
      }),
      { numRuns: 3000 },
    )
  })

  it("gives canonical symbols that are canonical", () => {
    fc.assert(
      fc.property(text, (ticker) => {
        const symbol = classify(ticker)?.instrument.symbol
        if (symbol !== undefined) expect(canonicalSymbol(symbol)).toBe(symbol)
      }),
      { numRuns: 3000 },
    )
  })

  it("keeps canonical symbols canonical when an exchange's list is known", () => {
    const pair = fc.tuple(fc.constantFrom(...pieces), fc.constantFrom("BTC", "USDT", "BNB", "USD", "XYZ"))
    const list = fc
      .array(pair, { maxLength: 5 })
      .map(
        (pairs) => new Map(pairs.map(([base, quote]) => [base + quote, { base, quote, status: "TRADING" }])),
      )
    fc.assert(
      fc.property(
        list,
        fc.oneof(text, fc.constantFrom("ABC/BTC", "A-BNB", "XX_USD")),
        (exchangeSymbols, ticker) => {
          if (classify(ticker) === undefined) return
          const symbol = canonicalSymbol(ticker, { exchangeSymbols })
          expect(canonicalSymbol(symbol, { exchangeSymbols })).toBe(symbol)
          const { base, currency } = classifyTicker(ticker, { exchangeSymbols }).instrument
          const again = classifyTicker(symbol, { exchangeSymbols }).instrument
          expect([again.base, again.currency]).toEqual([base, currency])
        },
      ),
      { numRuns: 2000 },
    )
  })

  it("does not care about upper and lower case", () => {
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.boolean()), (ticker, isLower) => {
        const mixed = ticker
          .split("")
          .map((c) => (isLower.next().value === true ? c.toLowerCase() : c))
          .join("")
        const { ticker: _, ...first } = classify(ticker) ?? { ticker }
        const { ticker: __, ...second } = classify(mixed) ?? { ticker }
        expect(second).toEqual(first)
      }),
      { numRuns: 2000 },
    )
  })

  it("never names the answer itself among the alternatives", () => {
    fc.assert(
      fc.property(text, (ticker) => {
        const classification = classify(ticker)
        for (const { instrument } of classification?.alternatives ?? []) {
          expect(instrument).not.toEqual(classification?.instrument)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
