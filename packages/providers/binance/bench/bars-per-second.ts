// Bars per second end to end over real sockets. BARKEEP_BINANCE_URL names the server, as barkeep-vendor-simulator
// prints it. Run with: node --conditions=@barkeep/source bench/bars-per-second.ts [calls in flight ...]
import { barCount } from "@barkeep/market-data"
import { unlimited } from "@barkeep/provider-kit"
import { createBinance } from "../src/index.ts"

const baseUrl = process.env["BARKEEP_BINANCE_URL"]
if (baseUrl === undefined) throw new Error("set BARKEEP_BINANCE_URL to the address of a simulator")
const instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
const from = Date.UTC(2022, 0, 1)
const range = { from, to: from + 500_000 * 60_000 }

for (const concurrency of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2, 4, 8, 16]) {
  const binance = createBinance({ baseUrl, limiter: unlimited, concurrency })
  const started = performance.now()
  const cpu = process.cpuUsage()
  let bars = 0
  for await (const page of binance.bars({ instrument, timeframe: "1m", range })) bars += barCount(page.bars)
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const rate = Math.round(bars / seconds).toLocaleString("en")
  console.log(
    `${concurrency} in flight: ${rate} bars/s, ${((user + system) / 1000 / (bars / 1000)).toFixed(2)} ms CPU a page`,
  )
}
