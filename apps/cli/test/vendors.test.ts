import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { openLimitLedger } from "@barkeep/provider-kit/ledger"
import { startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { barkeep, startBarkeep, temporaryFolder } from "./barkeep.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

const day = 86_400_000
const dateText = (time: number): string => new Date(time).toISOString().slice(0, 10)

const simulate = async (options: VendorSimulatorOptions = {}) => {
  const simulator = await startVendorSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted()

/** Data files by name: their text. */
const dataOf = (cache: string): Record<string, string> =>
  Object.fromEntries(
    filesIn(cache)
      .filter((name) => name.endsWith(".csv.gz") && !name.startsWith("_"))
      .map((name) => [name, gunzipSync(readFileSync(join(cache, name))).toString()]),
  )

describe("every vendor does its part", () => {
  it("each pair goes to the provider that suits it, four hours are built from one, the rest is explained", async () => {
    const simulator = await simulate({ seed: 4 })
    const cache = join(temporaryFolder(), "cache")
    const start = dateText(Date.now() - 20 * day)
    const result = await barkeep(
      [
        ...["populate", "--symbols", "BTCUSDT,AAPL,^GSPC,7203.T", "--intervals", "5m,1h,4h,1d"],
        ...[
          "--start-date",
          start,
          "--end-date",
          dateText(Date.now() - 3 * day),
          "--cache-dir",
          cache,
          "--json",
        ],
      ],
      { ...simulator.urls },
    )
    const { outcomes, refused } = JSON.parse(result.stdout) as {
      outcomes: ReadonlyArray<{
        symbol: string
        timeframe: string
        provider: string
        status: string
        rowsAdded: number
      }>
      refused: ReadonlyArray<unknown>
    }
    expect([result.code, refused]).toEqual([0, []])
    expect(outcomes.map(({ symbol, timeframe, provider }) => `${symbol} ${timeframe} ${provider}`)).toEqual(
      ["BTCUSDT binance", "AAPL yahoo-finance", "^GSPC yahoo-finance", "7203.T yahoo-finance"].flatMap(
        (text) => {
          const [symbol, provider] = text.split(" ")
          return ["5m", "1h", "4h", "1d"].map((timeframe) => `${symbol} ${timeframe} ${provider}`)
        },
      ),
    )
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "Completed" })
    for (const { rowsAdded } of outcomes) expect(rowsAdded).toBeGreaterThan(0)
  })

  it("a free Alpha Vantage key stays at its calls a second and a day, whatever is started, killed and started again, and is seen nowhere", async () => {
    const key = "S3CR+T/K3Y=123"
    const simulator = await simulate({ seed: 4, alphaVantage: { keys: { [key]: "free" } } })
    const folder = temporaryFolder()
    const stateDir = join(folder, "state")
    const environment = {
      ...simulator.urls,
      BARKEEP_STATE_DIR: stateDir,
      BARKEEP_LOG_LEVEL: "debug",
      ALPHA_VANTAGE_KEY: key,
    }
    const populateInto = (cache: string, ...more: ReadonlyArray<string>) =>
      startBarkeep(
        [
          ...["populate", "--provider", "alpha-vantage", "--symbols", "AAPL,MSFT,GOOGL", "--intervals", "1w"],
          ...["--start-date", "2022-01-01", "--end-date", "2023-12-31"],
          ...["--cache-dir", join(folder, cache), ...more],
        ],
        environment,
      )
    const doctor = await barkeep(["doctor", "--cache-dir", join(folder, "cache"), "--json"], environment)
    expect(simulator.alphaVantageCalls()[key]?.sent.total).toBe(1)
    // Most of the day is gone already, so that nobody waits for 25 seconds.
    const ledger = await openLimitLedger(stateDir)
    const account = (await ledger.snapshot()).vendors.find(({ vendor }) => vendor.includes("alpha-vantage"))
    const limiter = ledger.limiterFor(account?.vendor ?? "", account?.budgets ?? [])
    await limiter.acquire({ "calls-1d": 20 })
    ledger.close()
    const runs = Array.from({ length: 8 }, (_, index) =>
      populateInto(`cache${index}`, ...(index === 1 ? ["--json"] : [])),
    )
    while ((simulator.alphaVantageCalls()[key]?.sent.total ?? 0) < 2) await sleep(5)
    runs[0]?.child.kill("SIGKILL")
    const finished = await Promise.all(runs.map((run) => run.finished))
    const again = await populateInto("cache9").finished
    expect(again.code).toBe(3)
    expect(again.stderr).toMatch(/AAPL 1w failed: .*quota/)
    const calls = simulator.alphaVantageCalls()[key]
    expect(calls?.sent.mostInAnySecond).toBe(1)
    // The killed one may have booked a call that it did not make.
    expect([4, 5]).toContain(calls?.sent.total)
    expect(calls?.refused).toEqual({})
    const limits = await barkeep(["limits"], environment)
    expect(limits.stdout).toMatch(/alpha-vantage.* 25 +25 calls/)
    const texts = [
      ...[doctor, again, limits, ...finished].flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...filesIn(folder).flatMap((name) => {
        const bytes = readFileSync(join(folder, name))
        return [bytes.toString("latin1"), ...(name.endsWith(".gz") ? [gunzipSync(bytes).toString()] : [])]
      }),
    ]
    expect(
      filesIn(folder).filter((name) => /audit|log|limits|metadata|csv/.test(name)).length,
    ).toBeGreaterThan(4)
    const spellings = [
      key,
      encodeURIComponent(key),
      new URLSearchParams({ key }).toString().slice(4),
      btoa(key),
    ]
    expect(texts.filter((text) => spellings.some((spelling) => text.includes(spelling)))).toEqual([])
  })

  it("with faults on the way nothing wrong is stored, what is missing is named, and the command that is printed brings it", async () => {
    const range = [
      ...["--start-date", dateText(Date.now() - 400 * day)],
      ...["--end-date", dateText(Date.now() - 30 * day)],
    ]
    const args = ["populate", "--symbols", "BTCUSDT,MSFT,^GSPC", "--intervals", "1h,1d", ...range]
    const simulator = await simulate({ seed: 4 })
    const right = join(temporaryFolder(), "cache")
    expect((await barkeep([...args, "--cache-dir", right], { ...simulator.urls })).code).toBe(0)
    const expected = dataOf(right)
    // Pages that cannot be trusted are not asked for again within a run.
    simulator.setFaults([
      { match: { vendor: "yahoo-finance" }, nth: 2, fault: { type: "unordered-page" } },
      { match: { vendor: "binance", endpoint: "klines" }, nth: 4, fault: { type: "bad-row" } },
      { every: 5, fault: { type: "half-body" } },
    ])
    const cache = join(temporaryFolder(), "cache")
    const first = await barkeep([...args, "--cache-dir", cache, "--json"], { ...simulator.urls })
    expect(first.code).toBe(3)
    const { outcomes, resume } = JSON.parse(first.stdout) as {
      outcomes: ReadonlyArray<{ status: string; error?: string; missing: ReadonlyArray<unknown> }>
      resume: string
    }
    const failed = outcomes.filter(({ status }) => status === "Failed")
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.length).toBeLessThan(outcomes.length)
    for (const { error, missing } of failed)
      expect([error, missing.length > 0]).toEqual([expect.any(String), true])
    for (const [name, text] of Object.entries(dataOf(cache))) {
      const lines = new Set(expected[name]?.split("\n"))
      expect(text.split("\n").filter((line) => !lines.has(line))).toEqual([])
    }
    simulator.setFaults([])
    const words = resume.split(" ")
    expect(words[0]).toBe("barkeep")
    const unquoted = words.slice(1).map((word) => word.replaceAll("'", ""))
    expect((await barkeep(unquoted, { ...simulator.urls })).code).toBe(0)
    expect(dataOf(cache)).toEqual(expected)
  })
})
