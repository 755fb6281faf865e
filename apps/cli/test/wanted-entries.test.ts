import { join } from "node:path"
import { startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// The command runs in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.unstubAllEnvs())

const day = 86_400_000
const dateBefore = (days: number): string => new Date(Date.now() - days * day).toISOString().slice(0, 10)

const start = async (options: VendorSimulatorOptions = {}) => {
  const simulator = await startVendorSimulator({ seed: 4, ...options })
  onTestFinished(() => simulator.close())
  const folder = temporaryFolder()
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
  const run = (...args: ReadonlyArray<string>) =>
    runApp(["populate", "--cache-dir", join(folder, "cache"), ...args])
  const plan = async (...args: ReadonlyArray<string>): Promise<PlanDocument> =>
    JSON.parse((await run("--plan", "--json", ...args)).stdout) as PlanDocument
  return { simulator, run, plan }
}

interface PlanDocument {
  readonly tasks: ReadonlyArray<{
    readonly symbol: string
    readonly timeframe: string
    readonly provider: string
    readonly missing: ReadonlyArray<{ readonly from: string; readonly to: string }>
    readonly gone: ReadonlyArray<{ readonly from: string }>
    readonly expiring: ReadonlyArray<{ readonly from: string; readonly offeredUntil: string }>
  }>
  readonly totals: ReadonlyArray<{
    readonly provider: string
    readonly calls: number
    readonly budget: string
    readonly cost: number
    readonly minimumMillis: number
  }>
}

const entriesOf = ({ tasks }: PlanDocument): ReadonlyArray<string> =>
  tasks.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)

describe("populate without symbols", () => {
  it("fetches a small default set into an empty cache, or what the configuration names", async () => {
    const { plan } = await start()
    const byDefault = await plan()
    expect(entriesOf(byDefault)).toEqual(["BTCUSDT 1d", "ETHUSDT 1d", "SPY 1d", "AAPL 1d"])
    expect(byDefault.tasks[0]?.missing[0]?.from).toBe("2020-01-01T00:00:00Z")
    vi.stubEnv("BARKEEP_SYMBOLS", "SOLUSDT,7203.T")
    expect(entriesOf(await plan())).toEqual(["SOLUSDT 1d", "7203.T 1d"])
    vi.stubEnv("BARKEEP_INTERVALS", "4h,1w")
    expect(entriesOf(await plan())).toEqual(["SOLUSDT 4h", "SOLUSDT 1w", "7203.T 4h", "7203.T 1w"])
    expect(entriesOf(await plan("--intervals", "1d", "--symbols", "IBM"))).toEqual(["IBM 1d"])
  })

  it("brings every entry of a cache up to date, from its own first bar until now, and nothing else", async () => {
    const { simulator, run, plan } = await start()
    const first = { BTCUSDT: dateBefore(50), "7203.T": dateBefore(400) }
    const hours = ["--symbols", "BTCUSDT", "--intervals", "1h", "--start-date", first.BTCUSDT]
    const days = ["--symbols", "7203.T", "--intervals", "1d", "--start-date", first["7203.T"]]
    expect((await run(...hours, "--end-date", dateBefore(40))).stderr).toMatch(/^$|bars/)
    expect((await run(...days, "--end-date", dateBefore(300))).code).toBe(0)
    vi.stubEnv("BARKEEP_SYMBOLS", "SOLUSDT")
    const planned = await plan()
    expect(entriesOf(planned).toSorted()).toEqual(["7203.T 1d", "BTCUSDT 1h"])
    expect(entriesOf(await plan("--intervals", "1d"))).toEqual(["7203.T 1d"])
    simulator.clearLog()
    const { code, stdout } = await run("--json")
    const { outcomes } = JSON.parse(stdout) as {
      outcomes: ReadonlyArray<{
        symbol: string
        status: string
        rowsAdded: number
        wanted: { from: string }
        missing: ReadonlyArray<{ from: string }>
      }>
    }
    expect([code, outcomes.map(({ status }) => status)]).toEqual([0, ["Completed", "Completed"]])
    const btc = outcomes.find(({ symbol }) => symbol === "BTCUSDT")
    expect(btc?.wanted.from).toBe(`${first.BTCUSDT}T00:00:00Z`)
    expect(btc?.rowsAdded).toBeGreaterThan(38 * 24)
    // What is missing yet may still change: the last days of Yahoo's, the last bar of Binance's.
    for (const { missing } of outcomes)
      for (const { from } of missing) expect(Date.parse(from)).toBeGreaterThan(Date.now() - 10 * day)
    const asked = simulator.log.map(({ path, query }) => `${path}?${query}`)
    expect(asked.filter((text) => !/BTCUSDT|7203\.T/.test(text))).toEqual([])
  })
})

describe("what a plan says besides its calls", () => {
  it("which bars the vendor will soon give no more, and which it gives no more already", async () => {
    const { run, plan } = await start()
    const args = ["--symbols", "MSFT", "--intervals", "5m,1h,1d", "--start-date", dateBefore(800)]
    const { tasks } = await plan(...args)
    const [minutes, hours, days] = tasks
    const [soon] = minutes?.expiring ?? []
    // Sixty days for five minutes; the week before the end of that is named.
    expect(Math.abs(Date.parse(soon?.from ?? "") - (Date.now() - 60 * day))).toBeLessThan(day)
    expect(Date.parse(soon?.offeredUntil ?? "") - Date.parse(soon?.from ?? "")).toBe(60 * day)
    expect(Math.abs(Date.parse(hours?.expiring[0]?.from ?? "") - (Date.now() - 730 * day))).toBeLessThan(day)
    expect([hours?.gone.length, days?.gone, days?.expiring]).toEqual([1, [], []])
    const text = (await run("--plan", ...args)).stdout
    expect(text).toMatch(
      /MSFT 5m: yahoo-finance drops \S+ to \S+ within a week, from \S+ on; fetch it before/,
    )
  })

  it("how many days of a day's quota it takes", async () => {
    const { run, plan } = await start({ alphaVantage: { keys: { freeK3Y: "free" } } })
    vi.stubEnv("ALPHA_VANTAGE_KEY", "freeK3Y")
    const shares = "AAPL,MSFT,GOOGL,AMZN,NVDA,TSLA,GE,IBM,SPY,QQQ,BRK-B,JPM,KO,V"
    const args = [
      ...["--symbols", shares, "--intervals", "1w,1mo", "--provider", "alpha-vantage"],
      ...["--start-date", "2020-01-01", "--end-date", "2023-12-31"],
    ]
    const { totals } = await plan(...args)
    expect(totals.find(({ budget }) => budget === "calls-1d")).toEqual({
      ...{ provider: "alpha-vantage", calls: 28, budget: "calls-1d", cost: 28 },
      minimumMillis: day,
    })
    expect((await run("--plan", ...args)).stdout).toMatch(
      /alpha-vantage: 28 calls, 28 of budget calls-1d, at least 1 d/,
    )
  })
})
