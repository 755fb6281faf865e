// How much memory `populate` itself takes, whatever the range: the simulator and each run have processes of their own.
// node --conditions=@barkeep/source packages/repo-tools/bench/populate-memory.ts [--months 1,6,12] [--archive]
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { openCache } from "@barkeep/cache-core"
import { populate } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import { unlimited } from "@barkeep/provider-kit"

const { values } = parseArgs({
  options: {
    months: { type: "string", default: "1,6,12" },
    archive: { type: "boolean", default: false },
    /** Of one run: its months and the simulator's address. */
    run: { type: "string" },
    url: { type: "string" },
  },
})

const firstLineOf = async (args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [line] = (await once(createInterface(child.stdout), "line")) as [string]
  return { child, line }
}

const runOnce = async (months: number, url: string): Promise<object> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-bench-"))
  const store = await openCache(folder)
  const mode = values.archive ? "always" : "never"
  const provider = createBinance({ baseUrl: url, archiveUrl: url, archive: mode, limiter: unlimited })
  const instrument = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
  const range = { from: Date.UTC(2022, 0, 1), to: Date.UTC(2022, months, 1) }
  const before = process.memoryUsage.rss()
  const start = performance.now()
  const { outcomes, rowsAdded } = await populate({
    store,
    tasks: [{ instrument, timeframe: "1m", range, provider }],
  })
  const millis = performance.now() - start
  await store.close()
  rmSync(folder, { recursive: true })
  if (outcomes[0]?.error !== undefined) throw outcomes[0].error
  const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20)
  return {
    ...{ months, rowsAdded, barsPerSecond: Math.round((rowsAdded / millis) * 1000) },
    ...{ rssBefore: mebibytes(before), peakRss: mebibytes(process.resourceUsage().maxRSS * 1024) },
  }
}

if (values.run !== undefined && values.url !== undefined)
  console.log(JSON.stringify(await runOnce(Number(values.run), values.url)))
else {
  const { child, line } = await firstLineOf([join(import.meta.dirname, "simulator-process.ts")])
  const { BARKEEP_BINANCE_URL: url } = JSON.parse(line) as { readonly BARKEEP_BINANCE_URL: string }
  for (const months of values.months.split(",")) {
    const args = [import.meta.filename, "--run", months, "--url", url]
    console.log((await firstLineOf(values.archive ? [...args, "--archive"] : args)).line)
  }
  child.kill()
}
