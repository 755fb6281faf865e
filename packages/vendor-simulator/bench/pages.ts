/** How fast pages are made and served: `node --conditions=@barkeep/source bench/pages.ts`. */
import { startVendorSimulator, virtualClock } from "../src/index.ts"

const day = 86_400_000
const now = Date.parse("2026-11-01T00:00:00Z")

const measure = async (interval: string, step: number, from: number, pages: number): Promise<void> => {
  await using simulator = await startVendorSimulator({
    clock: virtualClock(now),
    limits: { weightPerMinute: 1_000_000_000 },
  })
  for (const pass of ["cold", "warm"]) {
    const cpu = process.cpuUsage()
    const started = performance.now()
    let bytes = 0
    for (let page = 0; page < pages; page += 1) {
      const startTime = from + page * 1000 * step
      const url = `${simulator.urls.BARKEEP_BINANCE_URL}/api/v3/klines?symbol=BTCUSDT&interval=${interval}&limit=1000&startTime=${startTime}`
      bytes += (await (await fetch(url)).arrayBuffer()).byteLength
    }
    const wall = performance.now() - started
    const used = process.cpuUsage(cpu)
    console.log(
      `${interval} ${pass}: ${pages} pages, ${(wall / pages).toFixed(2)} ms a page, ` +
        `${Math.round((pages * 1000) / wall)} bars/ms, ${((used.user + used.system) / 1000 / pages).toFixed(2)} cpu-ms a page, ${Math.round(bytes / pages)} bytes`,
    )
  }
}

await measure("1m", 60_000, now - 400 * day, 500)
await measure("1m", 60_000, now - 60 * day, 80)
await measure("1h", 3_600_000, now - 730 * day, 17)
await measure("1h", 3_600_000, now - 3300 * day, 79)
await measure("1d", day, now - 3000 * day, 3)
