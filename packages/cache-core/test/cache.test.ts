import { mkdtempSync, readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Bars, barCount, equalBars, type PutRequest } from "@barkeep/market-data"
import { expect, it } from "vitest"
import { openCache } from "../src/index.ts"

const bars = (from: number, count: number, step: number): Bars => {
  const column = (value: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => value(row))
  return {
    openTime: column((r) => from + r * step),
    open: column((r) => r + 0.1),
    high: column((r) => r + 0.3),
    low: column((r) => r),
    close: column((r) => r + 0.2),
    volume: column((r) => (r % 7 === 0 ? Number.NaN : r)),
  }
}

it("smoke", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cache-"))
  const cache = await openCache(folder, { clock: { now: () => 1.7e12 } })
  const b = bars(Date.UTC(2023, 11, 20), 24 * 40 * 60, 60_000)
  const request: PutRequest = {
    entry: {
      instrument: { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" },
      timeframe: "1m",
      adjustment: "none",
    },
    pages: [
      {
        range: { from: Date.UTC(2020, 0), to: b.openTime.at(-1)! + 60_000 },
        bars: b,
        provenance: {
          provider: "binance",
          endpoint: "/api/v3/klines",
          method: "direct",
          adjustment: "none",
          fetchedAt: 1.7e12,
          settled: true,
        },
      },
    ],
  }
  console.log(await cache.put(request))
  console.log(await cache.put(request))
  expect(equalBars(await cache.read("BTCUSDT", "1m"), b)).toBe(true)
  console.log(
    barCount(await cache.read("BTCUSDT", "1m", { from: Date.UTC(2024, 0, 2), to: Date.UTC(2024, 0, 3) })),
  )
  console.log(
    await cache.coverage("BTCUSDT", "1m"),
    await cache.provenance("BTCUSDT", "1m"),
    await cache.describe("BTCUSDT", "1m"),
    await cache.stats(),
    await cache.entries(),
  )
  console.log(
    readdirSync(folder, { recursive: true }),
    readFileSync(join(folder, "BTCUSDT/1m/2024.metadata.json"), "utf8").slice(0, 3000),
  )
})
