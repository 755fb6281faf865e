import { openCache } from "@barkeep/cache-core"
import {
  type Bars,
  barCount,
  type BarStore,
  type Timeframe,
  type TimeRange,
  valueColumns,
} from "@barkeep/market-data"
import { populate, type PopulateReport, type PopulateTask } from "@barkeep/populate"
import { createAlphaVantage } from "@barkeep/provider-alpha-vantage"
import { createBinance } from "@barkeep/provider-binance"
import { createCoingecko } from "@barkeep/provider-coingecko"
import type { BarProvider } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { createYahooFinance } from "@barkeep/provider-yahoo-finance"
import { classifyTicker } from "@barkeep/ticker-classifier"
import {
  type Fault,
  type FaultRule,
  startVendorSimulator,
  type VendorSimulator,
} from "@barkeep/vendor-simulator"
import { describe, expect, it, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"

const day = 86_400_000

/** A Wednesday, in New York's session. */
const now = Date.UTC(2024, 9, 16, 15, 7, 31)
const clock = createVirtualClock(now)

/** What can happen to any vendor. */
const general: ReadonlyArray<Fault> = [
  { type: "rate-limited", retryAfterSeconds: 3 },
  { type: "rate-limited", retryAfterSeconds: 119, retryAfterAs: "date" },
  { type: "rate-limited", retryAfterAs: "absent" },
  { type: "server-error" },
  { type: "overloaded" },
  { type: "reset" },
  { type: "half-body" },
  { type: "slow-body", millis: 20 },
  { type: "hang", millis: 20 },
  { type: "wrong-content-type" },
  { type: "truncated-json" },
  { type: "gzip-garbage" },
]

/** What can be wrong with a page of rows. */
const pages: ReadonlyArray<Fault> = [
  { type: "duplicated-page" },
  { type: "unordered-page" },
  ...(["null", "short", "text", "off-grid", "inconsistent"] as const).map((defect): Fault => ({
    type: "bad-row",
    defect,
  })),
  ...(["absent", "repeated", "ahead"] as const).map((oddity): Fault => ({
    type: "open-bar",
    oddity,
  })),
]

const refusals: ReadonlyArray<Fault> = [{ type: "banned" }, { type: "geo-blocked" }, { type: "firewall" }]

const files: ReadonlyArray<Fault> = [
  { type: "truncated-zip" },
  { type: "wrong-checksum" },
  { type: "republished-file" },
  { type: "off-grid-rows" },
  { type: "missing-rows" },
  { type: "missing-mondays" },
]

const alphaVantages: ReadonlyArray<Fault> = [
  { type: "empty-object" },
  { type: "old-note" },
  { type: "key-echo" },
  { type: "placeholder-rows" },
  { type: "end-labels" },
  { type: "truncated-csv", cut: "row" },
  { type: "truncated-csv", cut: "line" },
]

const sessions: ReadonlyArray<Fault> = [
  { type: "unknown-symbol" },
  { type: "null-rows" },
  { type: "hundredfold-row" },
  { type: "coarser-rows" },
]

const yahoos: ReadonlyArray<Fault> = [
  ...sessions,
  // Corrected overnight.
  { type: "open-bar", oddity: "unsettled" },
  { type: "invalid-crumb" },
  { type: "consent" },
  { type: "null-chart" },
  { type: "right-back" },
]

const coingeckos: ReadonlyArray<Fault> = [
  { type: "unknown-symbol" },
  { type: "coarser-rows" },
  { type: "throttled" },
  { type: "cloudflare", code: 1015 },
  { type: "cloudflare", code: 1020 },
]

interface Vendor {
  readonly name: string
  /** The faults that it has. */
  readonly menu: ReadonlyArray<Fault>
  readonly provider: (urls: VendorSimulator["urls"]) => BarProvider
  readonly wanted: ReadonlyArray<readonly [symbol: string, timeframe: Timeframe, days: number]>
}

const common = { clock, pace: { calls: 1000, perMillis: 1 }, backoffMillis: 1 }

const vendors: ReadonlyArray<Vendor> = [
  {
    name: "Binance's API",
    provider: ({ BARKEEP_BINANCE_URL: baseUrl }) => createBinance({ ...common, baseUrl, archive: "never" }),
    menu: [...general, ...refusals, ...pages],
    wanted: [
      ["BTCUSDT", "1h", 85],
      ["SOLUSDT", "1d", 900],
    ],
  },
  {
    name: "Binance's archive",
    provider: ({ BARKEEP_BINANCE_URL: baseUrl, BARKEEP_BINANCE_ARCHIVE_URL: archiveUrl }) =>
      createBinance({ ...common, baseUrl, archiveUrl, archive: "always" }),
    menu: [...general, ...refusals, ...files],
    wanted: [
      ["ETHUSDT", "4h", 100],
      ["BTCUSDT", "1w", 200],
    ],
  },
  {
    name: "Yahoo Finance",
    provider: ({ BARKEEP_YAHOO_URL: baseUrl }) => createYahooFinance({ ...common, baseUrl }),
    menu: [...general, ...pages, ...yahoos],
    wanted: [
      ["7203.T", "5m", 8],
      ["MSFT", "1d", 200],
      ["EURUSD=X", "1h", 60],
    ],
  },
  {
    name: "Alpha Vantage (JSON)",
    provider: ({ BARKEEP_ALPHA_VANTAGE_URL: baseUrl }) =>
      createAlphaVantage({ ...common, baseUrl, apiKey: "premiumK3Y", tier: "premium" }),
    menu: [...general, ...pages, ...alphaVantages],
    wanted: [
      ["MSFT", "1h", 130],
      ["TSLA", "1d", 200],
    ],
  },
  {
    name: "Alpha Vantage (CSV)",
    provider: ({ BARKEEP_ALPHA_VANTAGE_URL: baseUrl }) =>
      createAlphaVantage({
        ...common,
        ...{ baseUrl, apiKey: "premiumK3Y", tier: "premium", datatype: "csv" },
      }),
    menu: [...general, ...alphaVantages],
    wanted: [
      ["MSFT", "1h", 130],
      ["TSLA", "1w", 200],
    ],
  },
  {
    name: "CoinGecko",
    provider: ({ BARKEEP_COINGECKO_URL: baseUrl }) =>
      createCoingecko({ ...common, baseUrl, apiKey: "analystK3Y", tier: "analyst" }),
    menu: [...general, ...pages, ...coingeckos],
    wanted: [
      ["BTC/USD", "1d", 300],
      ["ETH/USD", "1h", 60],
    ],
  },
]

/** A vendor of its own for each run: what it remembers of pauses and bans is of no concern to the next. */
const simulate = (faults: ReadonlyArray<FaultRule>): Promise<VendorSimulator> => {
  clock.set(now)
  return startVendorSimulator({
    ...{ seed: 4, clock, faults },
    limits: { weightPerMinute: 1e9 },
    alphaVantage: { keys: { premiumK3Y: "premium" }, callsPerMinute: 1e6 },
    coingecko: { keys: { analystK3Y: "analyst" }, callsPerMinute: 1e6, cached: false },
  })
}

const tasksOf = ({ provider, wanted }: Vendor, { urls }: VendorSimulator): ReadonlyArray<PopulateTask> => {
  // One for all, so that a ban holds for all.
  const shared = provider(urls)
  return wanted.map(([symbol, timeframe, days]) => ({
    instrument: classifyTicker(symbol).instrument,
    timeframe,
    range: { from: now - days * day, to: now },
    provider: shared,
  }))
}

const newStore = () => openCache(temporaryFolder())

/** What stored bars have that the fault-free ones have not, and open times that those have and the store has not. */
const compare = (stored: Bars, right: Bars, columns: ReadonlyArray<(typeof valueColumns)[number]>) => {
  const rowAt = new Map(Array.from(right.openTime, (time, row) => [time, row]))
  const wrong: Array<{ readonly time: number; readonly column: string }> = []
  for (let row = 0; row < barCount(stored); row += 1) {
    const time = stored.openTime[row] as number
    const other = rowAt.get(time)
    rowAt.delete(time)
    for (const column of columns)
      if (other === undefined || !Object.is(stored[column][row], right[column][other]))
        wrong.push({ time, column })
  }
  return { wrong, lost: [...rowAt.keys()] }
}

/**
 * What is wrong with a store after a run: bars that are not right and not marked as provisional, and absent ones that
 * the report does not name. A file that Binance has published anew is right with its other volume.
 */
const complaints = async (
  faults: ReadonlyArray<Fault>,
  tasks: ReadonlyArray<PopulateTask>,
  { outcomes }: PopulateReport,
  store: BarStore,
  right: BarStore,
  /** What earlier runs on this store have named as answered without usable values, by task; is added to. */
  named: Array<ReadonlyArray<TimeRange>> = [],
): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  const columns = valueColumns.filter(
    (column) => column !== "volume" || faults.every(({ type }) => type !== "republished-file"),
  )
  for (const [index, { instrument, timeframe }] of tasks.entries()) {
    const name = `${faults.length === 1 ? JSON.stringify(faults[0]) : "mixed"}: ${instrument.symbol} ${timeframe}`
    const [stored, honest] = await Promise.all(
      [store, right].map((each) => each.read(instrument.symbol, timeframe)),
    )
    const { wrong, lost } = compare(stored as Bars, honest as Bars, columns)
    const spans = await store.provenance(instrument.symbol, timeframe)
    const isProvisional = (time: number): boolean =>
      spans.some(({ from, to, settled }) => !settled && from <= time && time <= to)
    const believed = wrong.filter(({ time }) => !isProvisional(time))
    const { missing = [], unusable = [], error } = outcomes[index] ?? {}
    named[index] = [...(named[index] ?? []), ...unusable]
    const isNamed = (time: number): boolean =>
      [...missing, ...(named[index] ?? [])].some(({ from, to }) => from <= time && time < to)
    const unnamed = lost.filter((time) => !isNamed(time))
    const at = (time: number | undefined): string => new Date(time ?? 0).toISOString()
    if (believed.length > 0)
      found.push(
        `${name}: wrong are ${believed
          .slice(0, 6)
          .map(({ column, time }) => `${column} of ${at(time)}`)
          .join(", ")}`,
      )
    if (unnamed.length > 0) found.push(`${name}: ${unnamed.length} lost, ${at(unnamed[0])}`)
    if (error !== undefined && missing.length === 0)
      found.push(`${name}: failed and names nothing: ${error.message}`)
  }
  return found
}

const populateOnce = async (vendor: Vendor, simulator: VendorSimulator, store: BarStore) => {
  const tasks = tasksOf(vendor, simulator)
  return { tasks, report: await populate({ store, tasks, clock, concurrency: 1 }) }
}

const fillRight = async (vendor: Vendor) => {
  const right = await newStore()
  await using simulator = await simulate([])
  const { report } = await populateOnce(vendor, simulator, right)
  expect(report.outcomes.map(({ error }) => error?.message)).toEqual(vendor.wanted.map(() => undefined))
  return right
}

/** Every kind by itself takes minutes: it is asked for by name. */
const isCampaign = process.env["BARKEEP_FAULTS"] !== undefined
vi.setConfig({ testTimeout: isCampaign ? 3_600_000 : 600_000 })

describe.each(vendors)("with faults on the way, $name", (vendor) => {
  it("of every kind among each other, stores nothing wrong, names what is missing, and ends up as without", async () => {
    const right = await fillRight(vendor)
    const store = await newStore()
    const share = 0.7 / vendor.menu.length
    const seen = new Set<string>()
    const named: Array<ReadonlyArray<TimeRange>> = []
    for (let round = 1; round <= 5; round += 1) {
      // What a rule draws depends on its place: in another order the faults hit other requests.
      const order = [...vendor.menu.slice(5 * round), ...vendor.menu.slice(0, 5 * round)]
      const rules = order.map((fault): FaultRule => ({ probability: share, fault }))
      await using simulator = await simulate(round === 5 ? [] : rules)
      const { tasks, report } = await populateOnce(vendor, simulator, store)
      for (const name of Object.keys(simulator.counters().byFault)) seen.add(name)
      expect([round, await complaints(vendor.menu, tasks, report, store, right, named)]).toEqual([round, []])
      if (round === 5)
        expect(report.outcomes.map(({ error }) => error?.message)).toEqual(tasks.map(() => undefined))
    }
    expect(seen.size).toBeGreaterThan(0)
  })

  it.runIf(isCampaign)("each kind by itself", async () => {
    const right = await fillRight(vendor)
    const found: Array<string> = []
    for (const fault of vendor.menu) {
      const store = await newStore()
      await using simulator = await simulate([{ every: 2, fault }])
      const { tasks, report } = await populateOnce(vendor, simulator, store)
      const fired = simulator.counters().byFault[fault.type] ?? 0
      const named: Array<ReadonlyArray<TimeRange>> = []
      found.push(...(await complaints([fault], tasks, report, store, right, named)))
      simulator.setFaults([])
      // Longer than any pause that is left.
      clock.advance(600_000)
      const again = await populateOnce(vendor, simulator, store)
      found.push(...(await complaints([fault], again.tasks, again.report, store, right, named)))
      expect([fault.type, again.report.outcomes.map(({ error }) => error?.message)]).toEqual([
        fault.type,
        tasks.map(() => undefined),
      ])
      process.stdout.write(
        `${vendor.name} ${JSON.stringify(fault)} fired ${fired}: ${report.outcomes.map(({ status, error }) => `${status} ${error?.message ?? ""}`).join(" | ")}; complaints so far ${found.length} ${found.at(-1) ?? ""}\n`,
      )
      await store.close()
    }
    expect(found).toEqual([])
  })
})
