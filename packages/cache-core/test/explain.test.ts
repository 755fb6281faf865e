import { join } from "node:path"
import { describe, expect, it } from "vitest"
import {
  apple,
  barsAt,
  day,
  entryOf,
  hour,
  noon,
  openTemporary,
  pageOf,
  requestOf,
  times,
} from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)

describe("explaining a moment", () => {
  it("names the bar that holds it, its file, source and answer", async () => {
    const { folder, cache } = await openTemporary()
    const bars = barsAt(times(newYear, 48))
    await cache.put(requestOf([pageOf(bars, {}, { from: newYear, to: newYear + 3 * day })]))
    const explanation = await cache.explain("BTCUSDT", "1h", newYear + 5 * hour + 1)
    expect(explanation).toMatchObject({
      bar: { openTime: newYear + 5 * hour },
      partition: { year: 2024, data: join(folder, "BTCUSDT/1h/2024.csv.gz") },
      provenance: { provider: "binance", endpoint: "/api/v3/klines", settled: true, rows: 1 },
      coverage: { provider: "binance", empty: false, askedAt: noon - hour },
      notes: [],
    })
  })

  it("tells a moment without a bar that was asked for from one that never was", async () => {
    const { cache } = await openTemporary()
    await cache.put(
      requestOf([
        pageOf(barsAt(times(newYear, 2)), {}, { from: newYear, to: newYear + day }),
        pageOf(barsAt([]), {}, { from: Date.UTC(2015, 0), to: Date.UTC(2016, 0) }),
      ]),
    )
    expect(await cache.explain("BTCUSDT", "1h", newYear + 3 * hour)).toMatchObject({
      bar: undefined,
      partition: undefined,
      provenance: undefined,
      coverage: { empty: false },
    })
    expect(await cache.explain("BTCUSDT", "1h", Date.UTC(2015, 5))).toMatchObject({
      coverage: { empty: true, askedAt: noon - hour },
    })
    expect((await cache.explain("BTCUSDT", "1h", newYear + 2 * day)).coverage).toBeUndefined()
    expect((await cache.explain("NOPE", "1h", newYear)).bar).toBeUndefined()
  })

  it("finds long bars, over New Year and changes of the clock", async () => {
    const { cache } = await openTemporary()
    const december = Date.UTC(2023, 11, 1)
    await cache.put(requestOf([pageOf(barsAt([december]))], entryOf("1mo")))
    expect((await cache.explain("BTCUSDT", "1mo", newYear - 1)).bar?.openTime).toBe(december)
    expect((await cache.explain("BTCUSDT", "1mo", newYear)).bar).toBeUndefined()
    // The day on which New York set its clocks back has 25 hours.
    const longDay = Date.UTC(2023, 10, 5, 4)
    await cache.put(requestOf([pageOf(barsAt([longDay]))], entryOf("1d", apple)))
    expect((await cache.explain("AAPL", "1d", longDay + 24.5 * hour)).bar?.openTime).toBe(longDay)
  })
})

describe("statistics", () => {
  it("count files, rows, bytes and providers, by entry and in total", async () => {
    const { cache } = await openTemporary()
    await cache.put(
      requestOf([
        pageOf(barsAt(times(newYear - 10 * hour, 20))),
        pageOf(barsAt(times(newYear + 10 * hour, 5)), { provider: "coingecko" }),
      ]),
    )
    await cache.put(requestOf([pageOf(barsAt([newYear + 5 * hour]))], entryOf("1d", apple)))
    const stats = await cache.stats()
    expect(stats).toMatchObject({ symbols: 2, unreadable: [] })
    expect(stats.entries[1]).toMatchObject({
      symbol: "BTCUSDT",
      timeframe: "1h",
      years: [2023, 2024],
      files: 2,
      rows: 25,
      firstOpenTime: newYear - 10 * hour,
      lastOpenTime: newYear + 14 * hour,
      rowsByProvider: { binance: 20, coingecko: 5 },
      adjustment: "none",
    })
    expect(stats.total).toMatchObject({ files: 3, rows: 26, rowsByProvider: { binance: 21, coingecko: 5 } })
    expect(stats.total.bytesOnDisk).toBeGreaterThan(stats.total.dataBytes)
    expect(stats.total.compressionRatio).toBeCloseTo(stats.total.rawBytes / stats.total.dataBytes)
  })
})
