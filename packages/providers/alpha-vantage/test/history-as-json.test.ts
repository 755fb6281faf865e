import type { Instrument } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { expect, it } from "vitest"
import { createAlphaVantage } from "../src/index.ts"

const instrument: Instrument = {
  symbol: "TSLA",
  assetClass: "stock",
  market: "XNAS",
  timeZone: "America/New_York",
}

it("a beginning is read as JSON even where bars are asked as CSV, since CSV that was cut shows a later one", async () => {
  const clock = createVirtualClock(Date.UTC(2024, 5, 3, 12, 34, 56))
  await using simulator = await startVendorSimulator({
    ...{ seed: 4, clock },
    alphaVantage: { keys: { premiumK3Y: "premium" } },
    faults: [{ fault: { type: "truncated-csv", cut: "line" } }],
  })
  const makeProvider = (datatype: "csv" | "json") =>
    createAlphaVantage({
      ...{ baseUrl: simulator.urls.BARKEEP_ALPHA_VANTAGE_URL, clock, backoffMillis: 1 },
      ...{ apiKey: "premiumK3Y", tier: "premium", datatype },
    })
  const first = (datatype: "csv" | "json") => makeProvider(datatype).firstBar?.find(instrument, "1d")
  expect(await first("csv")).toBe(await first("json"))
  expect(await first("csv")).toBe(Date.UTC(2010, 5, 1, 4))
  simulator.setFaults([{ fault: { type: "truncated-json" } }])
  await expect(first("csv")).rejects.toBeInstanceOf(ProviderError)
})
