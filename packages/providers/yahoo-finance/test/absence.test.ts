import { barCount, type Instrument } from "@barkeep/market-data"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { expect, it } from "vitest"
import { createYahooFinance } from "../src/index.ts"

const instrument: Instrument = {
  symbol: "TSLA",
  assetClass: "stock",
  market: "XNAS",
  timeZone: "America/New_York",
}

it("knows that there is nothing before the first trade that Yahoo tells of, and says nothing else of absent bars", async () => {
  const clock = createVirtualClock(Date.UTC(2024, 5, 3, 12, 34, 56))
  await using simulator = await startVendorSimulator({ seed: 4, clock })
  const yahoo = createYahooFinance({ baseUrl: simulator.urls.BARKEEP_YAHOO_URL, clock })
  const range = { from: Date.UTC(2010, 0, 4, 5), to: Date.UTC(2011, 0, 3, 5) }
  const ask = () => Array.fromAsync(yahoo.bars({ instrument, timeframe: "1d", range }))
  const [before, after, ...rest] = await ask()
  expect(rest).toEqual([])
  expect(before).toMatchObject({
    absence: "known",
    range: { from: range.from, to: Date.UTC(2010, 5, 29, 4) },
  })
  expect(after?.absence).toBeUndefined()
  expect(after?.bars.openTime[0]).toBe(before?.range.to)
  expect(after?.range.to).toBe(range.to)

  simulator.setFaults([{ fault: { type: "empty-page" } }])
  const [stillBefore, nothing] = await ask()
  expect(stillBefore?.range).toEqual(before?.range)
  expect([nothing?.absence, nothing && barCount(nothing.bars)]).toEqual([undefined, 0])
})
