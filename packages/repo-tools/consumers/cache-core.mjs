// Reads the cache that the typed program wrote, in plain JavaScript. Arguments: the cache folder.
import { openCache } from "@barkeep/cache-core"

const cache = await openCache(process.argv[2])
console.log(await cache.listSymbols(), (await cache.verify()).findings.length)
const { openTime } = await cache.read("BTCUSDT", "1h")
console.log(openTime.length, new Date(openTime[2]).toISOString())
