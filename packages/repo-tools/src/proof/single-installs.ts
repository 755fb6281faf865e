// One package each in a project of its own, used from TypeScript and JavaScript, with Effect where that comes along.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { SimulatorUrls } from "@barkeep/vendor-simulator"
import type { Assertions } from "./assertions.ts"
import { type ConsumerMachine, makeConsumer } from "./consumer.ts"

export interface ConsumerContext {
  readonly folder: string
  readonly machine: ConsumerMachine
  readonly simulator: SimulatorUrls
  readonly assertions: Assertions
}

const versionIn = (folder: string, name: string): string =>
  (
    JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as {
      readonly version: string
    }
  ).version

/** Installs and uses three packages alone. `pickUp` updates one of them to `version` and uses what is new in it. */
export const proveSingleInstalls = async ({ folder, machine, simulator, assertions }: ConsumerContext) => {
  const { equal, step } = assertions

  const cache = makeConsumer(join(folder, "cache-core"), machine)
  await step("npm install @barkeep/cache-core", () => cache.npm("install", "@barkeep/cache-core"))
  const bars = join(folder, "bars")
  equal(
    "cache-core from TypeScript",
    await cache.program("cache-core.ts", bars),
    "3 100 101\nfalse InvalidInput",
  )
  equal(
    "cache-core from JavaScript",
    await cache.program("cache-core.mjs", bars),
    "[ 'BTCUSDT' ] 0\n3 2024-01-01T02:00:00.000Z",
  )
  equal(
    "cache-core with Effect",
    await cache.program("cache-core-effect.ts", bars),
    "3 rows, InvalidInput timeframe",
  )

  const binance = makeConsumer(join(folder, "provider-binance"), machine)
  await step("npm install @barkeep/provider-binance", () =>
    binance.npm("install", "@barkeep/provider-binance"),
  )
  const url = simulator.BARKEEP_BINANCE_URL
  equal("provider-binance from TypeScript", await binance.program("provider-binance.ts", url), "48 true")
  equal(
    "provider-binance from JavaScript",
    await binance.program("provider-binance.mjs", url),
    "1\nProviderError SymbolNotFound",
  )
  equal("provider-binance with Effect", await binance.program("provider-binance-effect.ts", url), "30")

  const calendar = makeConsumer(join(folder, "trading-calendar"), machine)
  await step("npm install @barkeep/trading-calendar", () =>
    calendar.npm("install", "@barkeep/trading-calendar"),
  )
  equal("trading-calendar from TypeScript", await calendar.program("trading-calendar.ts"), "250 97140\nXNYS")
  equal("trading-calendar from JavaScript", await calendar.program("trading-calendar.mjs"), "Hurricane Sandy")

  return {
    pickUp: async (version: string): Promise<void> => {
      await step("npm update @barkeep/trading-calendar", () =>
        calendar.npm("update", "@barkeep/trading-calendar"),
      )
      equal(
        "npm update brings the second release",
        versionIn(calendar.folder, "@barkeep/trading-calendar"),
        version,
      )
      equal("the second release is used", await calendar.program("trading-calendar-second.mjs"), "picked up")
    },
  }
}
