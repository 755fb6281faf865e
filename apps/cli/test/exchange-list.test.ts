import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { defaultListings, type Listing, startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// The command runs in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.unstubAllEnvs())

const listing = (baseAsset: string, quoteAsset: string): Listing => ({
  ...(defaultListings[0] as Listing),
  symbol: baseAsset + quoteAsset,
  baseAsset,
  quoteAsset,
})

/** Pairs that the rules cannot know: an unknown quote, a word that ends with a coin, letters of another script. */
const listings = [
  ...defaultListings,
  listing("FOO", "XYZ"),
  listing("KENN", "ETH"),
  listing("币安人生", "USDT"),
  listing("BTC", "U"),
]

const start = async () => {
  const simulator = await startVendorSimulator({ seed: 7, listings })
  onTestFinished(() => simulator.close())
  const folder = temporaryFolder()
  const stateDir = join(folder, "state")
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", stateDir)
  const run = (symbols: string, ...more: ReadonlyArray<string>) =>
    runApp([
      ...["populate", "--json", "--cache-dir", join(folder, "cache"), "--symbols", symbols],
      ...["--intervals", "1d", "--start-date", "2024-01-01"],
      ...(more.includes("--end-date") ? more : [...more, "--end-date", "2024-01-31"]),
    ])
  const listFile = (): string =>
    join(stateDir, readdirSync(stateDir).find((name) => name.startsWith("binance-symbols")) ?? "absent")
  const listCalls = (): number => simulator.log.filter(({ endpoint }) => endpoint === "exchangeInfo").length
  return { simulator, run, listFile, listCalls, cache: join(folder, "cache") }
}

const outcomesOf = (stdout: string): ReadonlyArray<readonly [string, string, string, number]> =>
  (
    JSON.parse(stdout) as {
      outcomes: ReadonlyArray<{ symbol: string; provider: string; status: string; rowsAdded: number }>
    }
  ).outcomes.map(({ symbol, provider, status, rowsAdded }) => [symbol, provider, status, rowsAdded])

describe("Binance's own list of pairs", () => {
  it("settles what the rules leave open, in one call that the plan counts, and is not asked for again for a day", async () => {
    const { simulator, run, listFile, listCalls, cache } = await start()
    const symbols = "FOO/XYZ,KENNETH,币安人生USDT,AAPL"
    const plan = await run(symbols, "--plan")
    const { totals, lookups } = JSON.parse(plan.stdout) as {
      totals: ReadonlyArray<{ provider: string; calls: number; cost: number }>
      lookups: ReadonlyArray<unknown>
    }
    expect([plan.code, plan.stderr]).toEqual([0, ""])
    expect(lookups).toEqual([
      {
        provider: "binance",
        endpoint: expect.stringContaining("exchangeInfo"),
        symbols: ["FOO/XYZ", "KENNETH", "币安人生USDT"],
      },
    ])
    simulator.clearLog()
    const first = await run(symbols)
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(outcomesOf(first.stdout)).toEqual([
      ["FOOXYZ", "binance", "Completed", 31],
      ["KENNETH", "binance", "Completed", 31],
      ["币安人生USDT", "binance", "Completed", 31],
      ["AAPL", "yahoo-finance", "Completed", 21],
    ])
    expect(listCalls()).toBe(1)
    const counted = simulator.log.filter(({ vendor }) => vendor === "binance")
    const planned = totals.find(({ provider }) => provider === "binance")
    expect([counted.length, counted.reduce((sum, { weight }) => sum + weight, 0)]).toEqual([
      planned?.calls,
      planned?.cost,
    ])
    // 20 for the list, 2 for each look at a beginning and each page.
    expect(planned).toMatchObject({ calls: 7, cost: 32 })
    const again = await run(symbols)
    expect(outcomesOf(again.stdout).map(([, , status]) => status)).toEqual(Array(4).fill("UpToDate"))
    expect(JSON.parse((await run(symbols, "--plan")).stdout)).toMatchObject({ lookups: [] })
    expect(listCalls()).toBe(1)
    for (const symbol of ["FOO/XYZ", "FOOXYZ", "币安人生USDT"]) {
      const got = await runApp(["get", symbol, "1d", "--start-date", "2024-01-31", "--cache-dir", cache])
      expect(got.stdout).toMatch(/^timestamp,.*\n2024-01-31,.*\n$/)
    }
    const kept = JSON.parse(readFileSync(listFile(), "utf8")) as { fetchedAt: number }
    writeFileSync(listFile(), JSON.stringify({ ...kept, fetchedAt: kept.fetchedAt - 86_400_001 }))
    await run(symbols)
    expect(listCalls()).toBe(2)
  })

  it("is not asked for when the rules settle every symbol, nor when another vendor alone is to be asked", async () => {
    const { run, listCalls } = await start()
    expect((await run("BTCUSDT,AAPL,^GSPC,BRK.B,ETH/USDT")).code).toBe(0)
    await run("KENNETH", "--provider", "yahoo-finance", "--plan")
    expect(listCalls()).toBe(0)
  })

  it("tells what symbols are that Binance alone is to be asked for, whatever else they may look like", async () => {
    const { run, listCalls } = await start()
    const unasked = await run("BTCU", "--plan")
    expect(JSON.parse(unasked.stdout)).toMatchObject({ tasks: [{ provider: "yahoo-finance" }], lookups: [] })
    const { stdout } = await run("BTCU,BTCUSDT", "--provider", "binance")
    expect(outcomesOf(stdout)).toEqual([
      ["BTCU", "binance", "Completed", 31],
      ["BTCUSDT", "binance", "Completed", 31],
    ])
    expect(listCalls()).toBe(1)
  })

  it("is done without when Binance cannot be asked: an older list serves, else the rules do, and the run says so", async () => {
    const { simulator, run, listFile } = await start()
    const faults = [{ match: { endpoint: "exchangeInfo" }, fault: { type: "geo-blocked" } as const }]
    simulator.setFaults(faults)
    const guessed = await run("FOOXYZ,BTCUSDT")
    expect(guessed.code).toBe(3)
    expect(guessed.stderr).toMatch(
      /Binance's list of pairs cannot be had: .*location.*\. FOOXYZ is read by the rules alone, which is a guess; an override \(--overrides\) says what it is/,
    )
    // A share, as far as the rules can tell.
    expect(outcomesOf(guessed.stdout).map(([, provider, status]) => [provider, status])).toEqual([
      ["yahoo-finance", "Failed"],
      ["binance", "Completed"],
    ])
    simulator.setFaults([])
    expect((await run("FOOXYZ")).code).toBe(0)
    const kept = JSON.parse(readFileSync(listFile(), "utf8")) as { fetchedAt: number }
    writeFileSync(listFile(), JSON.stringify({ ...kept, fetchedAt: kept.fetchedAt - 30 * 86_400_000 }))
    simulator.setFaults(faults)
    const old = await run("FOOXYZ", "--end-date", "2024-02-01")
    expect(old.stderr).toMatch(/FOOXYZ is read with the list of \d{4}-/)
    expect(outcomesOf(old.stdout)).toEqual([["FOOXYZ", "binance", "Completed", 1]])
    writeFileSync(listFile(), "{")
    simulator.setFaults([])
    const mended = await run("FOOXYZ")
    expect([mended.code, mended.stderr]).toEqual([0, ""])
    expect(JSON.parse(readFileSync(listFile(), "utf8"))).toMatchObject({ fetchedAt: expect.any(Number) })
  })
})
