import { describe, expect, it } from "vitest"
import { realPairs } from "./real-pairs.ts"
import { runRealTrial } from "./real-trial.ts"
import { hasSharedData } from "./shared-data.ts"

const skipped = hasSharedData ? "" : " [skipped: no shared market data here]"

/** Pairs that speak of the same thing, and pairs that do not: how many of 12 removed ranges are filled. */
const expected: { readonly [name: string]: "most" | "none" | "some" } = {
  "BTCUSDT 1h Binance, copy of 2018": "most",
  "BTCUSDT 1d Binance, copy of 2018": "most",
  "BTC 1d labelled a day early": "none",
  "BTC 1m Binance BUSD, Bybit USDT": "most",
  "ETH-USD 1d Coinbase, two downloads": "most",
  "ADA/BTC 1h Binance, Bittrex": "some",
  "SPY 1d AlgoSeek, Yahoo": "most",
  "AAPL 1d raw 2013, Yahoo": "none",
  "XLK 1d Yahoo, earlier download": "none",
}

describe.runIf(hasSharedData)(`real recordings of two vendors${skipped}`, () => {
  it.each(realPairs.filter(({ name }) => expected[name] !== undefined))("$name", async (pair) => {
    const { report, calls, changedRows, foreignRows, wrongRows } = await runRealTrial(pair, 12, 4)
    expect([changedRows, foreignRows, wrongRows]).toEqual([0, 0, 0])
    const { filled, partlyFilled, notFillable, results } = report
    expect(filled + partlyFilled + notFillable).toBe(results.length)
    expect(results.length).toBeGreaterThan(3)
    // One page holds a thousand bars, and the recordings are at most three thousand long.
    expect(calls).toBeLessThanOrEqual(5)
    const share = filled / results.length
    if (expected[pair.name] === "most") expect(share).toBeGreaterThan(0.6)
    if (expected[pair.name] === "none") expect(share).toBe(0)
    for (const { outcome } of results)
      if (outcome._tag === "NotFillable")
        expect(["calibration", "same-hole", "too-long"]).toContain(outcome.reason)
  })
})

it.skipIf(hasSharedData)("real recordings of two vendors [skipped: no shared market data here]", () => {})
