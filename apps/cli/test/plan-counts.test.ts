import { openCache } from "@barkeep/cache-core"
import { nominalMillis, type Timeframe } from "@barkeep/market-data"
import { planPopulate, populate, type PopulateTask } from "@barkeep/populate"
import { createAlphaVantage } from "@barkeep/provider-alpha-vantage"
import { createBinance } from "@barkeep/provider-binance"
import { createCoingecko } from "@barkeep/provider-coingecko"
import type { BarProvider } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { createYahooFinance } from "@barkeep/provider-yahoo-finance"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import * as fc from "fast-check"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { chooseTasks } from "../src/compose.ts"
import { temporaryFolder } from "./barkeep.ts"

const hour = 3_600_000
const day = 24 * hour

/** A Wednesday, in New York's session. */
const now = Date.UTC(2024, 9, 16, 15, 7, 31)

/** Somebody who is asked for some symbols at some timeframes, as far back as it has them. */
interface Asked {
  readonly provider: string
  readonly symbols: ReadonlyArray<string>
  readonly timeframes: ReadonlyArray<Timeframe>
  /** The longest range in bars, and how far back from now it may begin. */
  readonly mostBars: number
  readonly reachMillis: number
}

const asked: ReadonlyArray<Asked> = [
  {
    provider: "binance",
    symbols: ["BTCUSDT", "SOLUSDT", "PEPEUSDT", "BTCBUSD"],
    timeframes: ["1m", "5m", "1h", "4h", "1d", "1w", "1mo"],
    mostBars: 6000,
    reachMillis: 3000 * day,
  },
  // More than fifty pages: months, days and pages of the archive and the API, with seams between them.
  {
    provider: "binance",
    symbols: ["ETHUSDT"],
    timeframes: ["1m", "3m"],
    mostBars: 70_000,
    reachMillis: 200 * day,
  },
  {
    provider: "yahoo-finance",
    symbols: ["AAPL", "^GSPC", "7203.T", "VOD.L", "EURUSD=X"],
    timeframes: ["1h", "1d", "1w", "4h"],
    mostBars: 4000,
    reachMillis: 700 * day,
  },
  {
    provider: "yahoo-finance",
    symbols: ["AAPL", "7203.T"],
    timeframes: ["1m", "5m", "15m"],
    mostBars: 4000,
    reachMillis: 27 * day,
  },
  {
    provider: "alpha-vantage premium",
    symbols: ["MSFT", "TSLA"],
    timeframes: ["5m", "15m", "1h", "4h", "1d", "1w", "1mo"],
    mostBars: 6000,
    reachMillis: 2000 * day,
  },
  {
    provider: "alpha-vantage free",
    symbols: ["MSFT"],
    timeframes: ["1w", "1mo"],
    mostBars: 300,
    reachMillis: 3000 * day,
  },
  {
    provider: "alpha-vantage free",
    symbols: ["TSLA"],
    timeframes: ["1d"],
    mostBars: 60,
    reachMillis: 90 * day,
  },
  {
    provider: "coingecko analyst",
    symbols: ["BTC/USD", "ETH/USD"],
    timeframes: ["1h", "1d"],
    mostBars: 3000,
    reachMillis: 1000 * day,
  },
  {
    provider: "coingecko keyless",
    symbols: ["BTC/USD"],
    timeframes: ["30m", "4h"],
    mostBars: 150,
    reachMillis: 29 * day,
  },
]

/** A range of the cache's states and of the question: its length and its end, as shares of what may be. */
const share = fc.noBias(fc.integer({ min: 0, max: 1000 })).map((thousandths) => thousandths / 1000)
const span = fc.record({ length: share, end: share })

const states = fc.record({
  who: fc.constantFrom(...asked),
  symbol: fc.nat(),
  timeframe: fc.nat(),
  stored: fc.array(fc.record({ span, agoMillis: fc.integer({ min: 0, max: 9 * day }) }), { maxLength: 3 }),
  wanted: span,
})

// The few states of every run are the same ones, so that they hold every vendor; a campaign draws others each time.
const campaign = process.env["BARKEEP_PLAN_STATES"]
const numRuns = Number(campaign ?? 40)
const drawing = campaign === undefined ? { numRuns, seed: 8 } : { numRuns }

vi.setConfig({ testTimeout: numRuns * 20_000 })

describe("the plan of populate", () => {
  it("names exactly the calls and costs that the vendor then counts, whatever is stored already", async () => {
    const clock = createVirtualClock(now)
    const simulator = await startVendorSimulator({
      seed: 4,
      clock,
      alphaVantage: {
        keys: { premiumK3Y: "premium", freeK3Y: "free" },
        ...{ callsPerDay: 1e6, callsPerMinute: 1e6, callsPerSecond: 1e6 },
      },
      coingecko: { keys: { analystK3Y: "analyst" }, callsPerMinute: 1e6 },
      limits: { weightPerMinute: 1e9 },
    })
    onTestFinished(() => simulator.close())
    const { urls } = simulator
    /** New ones for each state: their limits are counted on a clock that goes back again. */
    const makeProvider = (name: string): BarProvider => {
      const common = { clock, pace: { calls: 1000, perMillis: 1 } }
      const alphaVantage = { ...common, baseUrl: urls.BARKEEP_ALPHA_VANTAGE_URL }
      const coingecko = { ...common, baseUrl: urls.BARKEEP_COINGECKO_URL }
      switch (name) {
        case "binance":
          return createBinance({
            ...common,
            baseUrl: urls.BARKEEP_BINANCE_URL,
            archiveUrl: urls.BARKEEP_BINANCE_ARCHIVE_URL,
          })
        case "yahoo-finance":
          return createYahooFinance({ ...common, baseUrl: urls.BARKEEP_YAHOO_URL })
        case "alpha-vantage premium":
          return createAlphaVantage({ ...alphaVantage, apiKey: "premiumK3Y", tier: "premium" })
        case "alpha-vantage free":
          return createAlphaVantage({ ...alphaVantage, apiKey: "freeK3Y", tier: "free" })
        case "coingecko analyst":
          return createCoingecko({ ...coingecko, apiKey: "analystK3Y", tier: "analyst" })
        default:
          return createCoingecko({ ...coingecko, tier: "keyless" })
      }
    }
    let calls = 0
    const asking = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(states, async ({ who, symbol, timeframe: which, stored, wanted }) => {
        const store = await openCache(temporaryFolder())
        const timeframe = who.timeframes[which % who.timeframes.length] as Timeframe
        const { instrument } = classifyTicker(who.symbols[symbol % who.symbols.length] as string)
        const rangeOf = ({ length, end }: typeof wanted) => {
          const reach = Math.min(who.reachMillis, who.mostBars * nominalMillis(timeframe))
          const to = now + day - Math.round(end * (who.reachMillis - reach / 2))
          return { from: Math.max(to - Math.round(length * reach), now - who.reachMillis), to }
        }
        const tasksOf = (range: ReturnType<typeof rangeOf>): ReadonlyArray<PopulateTask> => {
          const provider = makeProvider(who.provider)
          if (provider.id === "coingecko") return [{ instrument, timeframe, range, provider }]
          const entry = { instrument, timeframe, range, stored: undefined }
          return chooseTasks([entry], [provider], clock.now(), { only: provider.id }).tasks
        }
        for (const { span: part, agoMillis } of stored) {
          clock.set(now - agoMillis)
          await populate({ store, tasks: tasksOf(rangeOf(part)), clock })
        }
        clock.set(now)
        const tasks = tasksOf(rangeOf(wanted))
        const plan = await planPopulate({ store, tasks, clock })
        simulator.clearLog()
        const report = await populate({ store, tasks, clock })
        expect(report.outcomes.map(({ error }) => error?.message)).toEqual([plan.refused[0]?.error.message])
        const counted = simulator.counters()
        const [total] = plan.totals
        expect({ calls: counted.requests, weight: counted.weight }).toEqual({
          calls: plan.totals.length === 0 ? 0 : total?.calls,
          weight: who.provider === "binance" ? (total?.cost ?? 0) : counted.weight,
        })
        calls += counted.requests
        asking.set(who.provider, (asking.get(who.provider) ?? 0) + counted.requests)
        await store.close()
      }),
      drawing,
    )
    // Not only empty plans, and not only one vendor's.
    expect(calls).toBeGreaterThan(numRuns)
    expect(asking.size).toBeGreaterThan(3)
    if (numRuns > 100) process.stdout.write(`${JSON.stringify(Object.fromEntries(asking))}\n`)
  })
})
