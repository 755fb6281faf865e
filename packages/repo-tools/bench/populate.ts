// How fast `populate` gets bars from a loopback vendor without limits into files, beside the two limits of that job:
// writing the same bars into the same store, and pulling the same pages without keeping them.
// node --conditions=@barkeep/source packages/repo-tools/bench/populate.ts [--months N] [--rounds N] [--json FILE]
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { openCache } from "@barkeep/cache-core"
import { barCount, type Instrument } from "@barkeep/market-data"
import { populate } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import { unlimited } from "@barkeep/provider-kit"

const { values } = parseArgs({
  options: { months: { type: "string" }, rounds: { type: "string" }, json: { type: "string" } },
})
const months = Number(values.months ?? 12)
const rounds = Number(values.rounds ?? 5)

const simulator = spawn(
  process.execPath,
  ["--conditions=@barkeep/source", join(import.meta.dirname, "simulator-process.ts")],
  { stdio: ["ignore", "pipe", "inherit"] },
)
const [line] = (await once(createInterface(simulator.stdout), "line")) as [string]
const { BARKEEP_BINANCE_URL: baseUrl } = JSON.parse(line) as { readonly BARKEEP_BINANCE_URL: string }

const instrument: Instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" }
const range = { from: Date.UTC(2022, 0, 1), to: Date.UTC(2022, months, 1) }
const request = { instrument, timeframe: "1m", range } as const
const provider = createBinance({ baseUrl, limiter: unlimited })
const entry = { instrument, timeframe: "1m", adjustment: "none" } as const

const pull = async (): Promise<number> => {
  let rows = 0
  for await (const page of provider.bars(request)) rows += barCount(page.bars)
  return rows
}

const inNewCache = async (body: (folder: string) => Promise<number>): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-bench-"))
  try {
    return await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const everything = (): Promise<number> =>
  inNewCache(async (folder) => {
    const store = await openCache(folder)
    const report = await populate({ store, tasks: [{ ...request, provider }] })
    const [outcome] = report.outcomes
    if (outcome?.error !== undefined) throw outcome.error
    await store.close()
    return report.rowsAdded
  })

const pages = await Array.fromAsync(provider.bars(request))
const put = (): Promise<number> =>
  inNewCache(async (folder) => {
    const store = await openCache(folder)
    const { rowsAdded } = await store.put({ entry, pages })
    await store.close()
    return rowsAdded
  })

const variants = { populate: everything, pull, put }
const rates: Record<keyof typeof variants, Array<number>> = { populate: [], pull: [], put: [] }
for (let round = 0; round <= rounds; round += 1)
  for (const name of ["populate", "pull", "put"] as const) {
    const start = performance.now()
    const rows = await variants[name]()
    // The first round warms up both processes.
    if (round > 0) rates[name].push((rows / (performance.now() - start)) * 1000)
  }
simulator.kill("SIGTERM")

const median = (list: ReadonlyArray<number>): number =>
  list.toSorted((a, b) => a - b)[list.length >> 1] as number
const result = {
  bars: pages.reduce((sum, page) => sum + barCount(page.bars), 0),
  rounds,
  populateBarsPerSecond: median(rates.populate),
  pullBarsPerSecond: median(rates.pull),
  putBarsPerSecond: median(rates.put),
  populateToPull: median(rates.populate) / median(rates.pull),
  peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
}
for (const [name, value] of Object.entries(result))
  console.log(`${name.padEnd(24)} ${Number(value.toPrecision(4))}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
