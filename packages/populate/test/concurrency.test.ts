import type { Instrument, Timeframe } from "@barkeep/market-data"
import type { Clock } from "@barkeep/provider-kit"
import { describe, expect, it } from "vitest"
import { populate, type PopulateTask } from "../src/index.ts"
import { gridProvider, hour } from "./grid-provider.ts"
import { memoryStore } from "./memory-store.ts"

const start = Date.UTC(2024, 0, 1)
const later: Clock = { now: () => start + 10_000 * hour, sleep: () => Promise.resolve() }

/** Tasks for symbols, each with a provider of its own that tells when it works. */
const watchedTasks = (symbols: ReadonlyArray<string>, timeframes: ReadonlyArray<Timeframe>) => {
  const working = new Map<string, number>()
  const seen = { symbols: 0, timeframesOfOne: 0 }
  const tasks = symbols.flatMap((symbol) =>
    timeframes.map((timeframe): PopulateTask => {
      const provider = gridProvider()
      provider.beforePage = async () => {
        working.set(symbol, (working.get(symbol) ?? 0) + 1)
        const busy = [...working.values()].filter((count) => count > 0)
        seen.symbols = Math.max(seen.symbols, busy.length)
        seen.timeframesOfOne = Math.max(seen.timeframesOfOne, ...busy)
        // Others that may work get their turn before this one goes on.
        await new Promise((resolve) => setTimeout(resolve, 5))
        working.set(symbol, (working.get(symbol) ?? 0) - 1)
      }
      const instrument: Instrument = { symbol, assetClass: "crypto", market: "24/7", timeZone: "UTC" }
      return { instrument, timeframe, range: { from: start, to: start + 240 * hour }, provider }
    }),
  )
  return { tasks, seen }
}

describe("several symbols", () => {
  it.each([
    [undefined, 4],
    [2, 2],
    [1, 1],
  ])("are worked on at the same time, with concurrency %s %i of them", async (concurrency, atOnce) => {
    const { tasks, seen } = watchedTasks(["A", "B", "C", "D", "E", "F"], ["1h", "1d"])
    const report = await populate({
      store: memoryStore(),
      tasks,
      clock: later,
      ...(concurrency === undefined ? {} : { concurrency }),
    })
    expect(report.failed).toBe(0)
    expect(seen).toEqual({ symbols: atOnce, timeframesOfOne: 1 })
    // In the order of the tasks, whoever was done first.
    expect(report.outcomes.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)).toEqual(
      tasks.map(({ instrument, timeframe }) => `${instrument.symbol} ${timeframe}`),
    )
  })
})
