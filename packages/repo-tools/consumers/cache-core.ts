// Puts bars into a cache and reads them back, typed. Arguments: the cache folder.
import { CacheError, openCache } from "@barkeep/cache-core"

const folder: string = process.argv[2] ?? ""
const cache = await openCache(folder)
const from = Date.UTC(2024, 0, 1)
const openTime = Float64Array.from([0, 1, 2], (hour) => from + hour * 3_600_000)
const price = openTime.map((_, row) => 100 + row)
const instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
const put = await cache.put({
  entry: { instrument, timeframe: "1h", adjustment: "none" },
  pages: [
    {
      range: { from, to: from + 3 * 3_600_000 },
      bars: { openTime, open: price, high: price, low: price, close: price, volume: price },
      provenance: {
        provider: "consumer",
        endpoint: "program",
        method: "direct",
        adjustment: "none",
        fetchedAt: from + 86_400_000,
        settled: true,
      },
    },
  ],
})
const bars = await cache.read("BTCUSDT", "1h", { from, to: from + 2 * 3_600_000 })
console.log(put.rowsAdded, bars.close.join(" "))
// @ts-expect-error a timeframe that does not exist is a type error, and an error with a tag at run time
const refused: unknown = await cache.read("BTCUSDT", "7h").catch((error: unknown) => error)
console.log(refused instanceof CacheError, (refused as { readonly _tag: string })._tag)
