import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { barsToCsv, csvHeader, openCache } from "@barkeep/cache-core"
import { type Instrument, parseIsoTime, type Timeframe } from "@barkeep/market-data"
import { populate } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { populateWithHoles, showCircle, standstill } from "../demo-circle.ts"
import { populateProgress } from "../populate-progress.ts"
import { formatCount, formatDuration } from "../table.ts"
import type { Body } from "../run-command.ts"
import { showStats } from "./stats-body.ts"

const symbols = ["BTCUSDT", "ETHUSDT"]
const timeframes: ReadonlyArray<Timeframe> = ["1h", "1d"]
const range = { from: parseIsoTime("2022-01-01T00:00:00Z"), to: parseIsoTime("2024-01-01T00:00:00Z") }

/** What `barkeep demo` does. */
export const run: Body<object> = async (_flags, context) => {
  const { console, signal, now } = context
  const simulator = await startVendorSimulator({ seed: 2024, halts: [standstill] })
  try {
    const folder = await mkdtemp(join(tmpdir(), "barkeep-demo-"))
    const cache = await openCache(folder)
    const provider = createBinance({ baseUrl: simulator.urls.BARKEEP_BINANCE_URL })
    const tasks = symbols.flatMap((symbol) => {
      const instrument: Instrument = classifyTicker(symbol).instrument
      return timeframes.map((timeframe) => ({ instrument, timeframe, range, provider }))
    })
    await console.write(
      "An exchange that exists only on this machine, its prices invented. Two years of two pairs come into an empty cache; about one day it says nothing, whenever it is asked:\n\n",
    )
    const started = now()
    const onEvent = console.isTerminal ? populateProgress(console, now).onEvent : () => {}
    const report = await populateWithHoles({ store: cache, tasks, onEvent, signal }, simulator)
    const calls = simulator.counters().requests
    await console.write(
      `${formatCount(report.rowsAdded)} bars in ${formatCount(calls)} calls, ${formatDuration(now() - started)}. `,
    )
    const again = await populate({ store: cache, tasks, signal })
    await console.write(
      `A second run asked for nothing: ${again.rowsAdded} bars in ${simulator.counters().requests - calls} calls.\n\n$ barkeep stats\n`,
    )
    await showStats(console, cache, await cache.stats())
    const day = { from: parseIsoTime("2023-12-31T20:00:00Z"), to: range.to }
    const bars = await cache.read("BTCUSDT", "1h", day)
    await console.write(
      `\n$ barkeep get BTCUSDT 1h   (the last four)\n${csvHeader}${barsToCsv(bars, "1h", "UTC")}`,
    )
    await showCircle(cache, simulator, context)
    const { data, metadata } = await cache.partition("BTCUSDT", "1h", 2023)
    await console.write(
      `\nThe files stay there for you to look at (any tool reads them):\n  ${data}\n  ${metadata}\n`,
    )
    await cache.close()
  } finally {
    await simulator.close()
  }
}
