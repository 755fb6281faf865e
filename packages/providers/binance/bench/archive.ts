// Bars per second end to end over real sockets, of the archive and of the REST API, for series of several densities.
// BARKEEP_BINANCE_URL and BARKEEP_BINANCE_ARCHIVE_URL name the server, as barkeep-vendor-simulator prints them.
// Run with: node --conditions=@barkeep/source bench/archive.ts [rounds]
import { barCount, type Timeframe } from "@barkeep/market-data"
import { unlimited } from "@barkeep/provider-kit"
import { type ArchiveMode, createBinance } from "../src/index.ts"

const baseUrl = process.env["BARKEEP_BINANCE_URL"]
const archiveUrl = process.env["BARKEEP_BINANCE_ARCHIVE_URL"]
if (baseUrl === undefined || archiveUrl === undefined)
  throw new Error("set BARKEEP_BINANCE_URL and BARKEEP_BINANCE_ARCHIVE_URL to the addresses of a simulator")
const rounds = Number(process.argv[2] ?? 5)
const instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
const months = (from: number, to: number) => ({ from: Date.UTC(2022, from), to: Date.UTC(2022, to) })

/** The newest months of the clock given to the client have only daily files. */
const setups: ReadonlyArray<readonly [string, Timeframe, { from: number; to: number }, number]> = [
  ["1m, monthly files", "1m", months(0, 12), Date.UTC(2024, 0)],
  ["1m, daily files", "1m", months(0, 1), Date.UTC(2022, 1)],
  ["5m, monthly files", "5m", months(0, 12), Date.UTC(2024, 0)],
  ["15m, monthly files", "15m", months(0, 24), Date.UTC(2025, 0)],
  ["30m, monthly files", "30m", months(0, 24), Date.UTC(2025, 0)],
  ["1h, monthly files", "1h", months(0, 24), Date.UTC(2025, 0)],
]

const median = (list: ReadonlyArray<number>) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0

for (const [name, timeframe, range, now] of setups) {
  const rates: Record<"always" | "never", Array<number>> = { always: [], never: [] }
  const cpus: Record<"always" | "never", Array<number>> = { always: [], never: [] }
  const calls: Record<string, number> = {}
  for (let round = 0; round <= rounds; round += 1)
    for (const archive of ["always", "never"] as const satisfies ReadonlyArray<ArchiveMode>) {
      const clock = { now: () => now, sleep: async () => {} }
      const binance = createBinance({ baseUrl, archiveUrl, archive, limiter: unlimited, clock })
      const request = { instrument, timeframe, range }
      const started = performance.now()
      const cpu = process.cpuUsage()
      let bars = 0
      for await (const page of binance.bars(request)) bars += barCount(page.bars)
      const { user, system } = process.cpuUsage(cpu)
      calls[archive] = binance.plan(request).length
      // The first round warms up both processes; the simulator keeps the files it has made.
      if (round === 0) continue
      rates[archive].push((bars / (performance.now() - started)) * 1000)
      cpus[archive].push((user + system) / 1000 / (bars / 1000))
    }
  const show = (mode: "always" | "never") =>
    `${Math.round(median(rates[mode])).toLocaleString("en")} bars/s, ${median(cpus[mode]).toFixed(2)} ms CPU per 1000 bars, ${calls[mode]} calls`
  console.log(`${name}: archive ${show("always")}; REST ${show("never")}`)
}
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`)
