import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished } from "vitest"
import { barkeep, startBarkeep, temporaryFolder } from "./barkeep.ts"

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
  }, 60_000)

  it("a free Alpha Vantage key stays at its calls a day, whatever is started, killed and started again", async () => {
    const simulator = await simulate({ seed: 4, alphaVantage: { keys: { SECRETKEY123: "free" } } })
    const folder = temporaryFolder()
    const symbols = ["AAPL", "MSFT", "GOOGL", "TSLA", "SPY"]
    const environment = {
      ...simulator.urls,
      BARKEEP_STATE_DIR: join(folder, "state"),
      ALPHA_VANTAGE_KEY: "SECRETKEY123",
    }
    const runs = Array.from({ length: 8 }, (_, index) =>
      startBarkeep(
        [
          ...["populate", "--provider", "alpha-vantage", "--symbols", symbols.join(","), "--intervals", "1w"],
          ...[
            "--start-date",
            "2020-01-01",
            "--end-date",
            "2023-12-31",
            "--cache-dir",
            join(folder, `cache${index}`),
          ],
        ],
        environment,
      ),
    )
    await sleep(4000)
    runs[0]?.child.kill("SIGKILL")
    const finished = await Promise.all(runs.map((run) => run.finished))
    const calls = simulator.alphaVantageCalls()["SECRETKEY123"]
    expect(calls?.sent.mostInAnyDay).toBeLessThanOrEqual(25)
    const limits = await barkeep(["limits"], environment)
    expect(limits.stdout).toMatch(/alpha-vantage/)
    // The key is in nothing that anybody keeps or sees.
    const texts = [
      ...finished.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      limits.stdout,
      ...filesIn(folder).map((name) => readFileSync(join(folder, name), "latin1")),
    ]
    expect(texts.filter((text) => text.includes("SECRETKEY123"))).toEqual([])
  }, 120_000)

  it("a split between two runs brings the whole entry on the new base, without a seam", async () => {
    const cache = join(temporaryFolder(), "cache")
    const args = [
      "populate",
      "--symbols",
      "MSFT",
      "--intervals",
      "1d",
      "--start-date",
      "2024-01-01",
      "--cache-dir",
      cache,
    ]
    const before = await simulate({ seed: 4 })
    expect((await barkeep(args, { ...before.urls })).code).toBe(0)
    const [file] = Object.keys(dataOf(cache))
    const firstClose = (): number => Number(dataOf(cache)[file as string]?.split("\n")[1]?.split(",")[4])
    const unsplit = firstClose()
    const after = await simulate({
      seed: 4,
      events: [{ symbol: "MSFT", time: Date.now() - 5 * day, split: 4 }],
    })
    const second = await barkeep(args, { ...after.urls })
    expect(second.code).toBe(0)
    expect(second.stderr).toMatch(/restated/)
    expect(firstClose()).toBeCloseTo(unsplit / 4, 2)
    const fresh = join(temporaryFolder(), "cache")
    await barkeep([...args.slice(0, -1), fresh], { ...after.urls })
    expect(dataOf(cache)).toEqual(dataOf(fresh))
  }, 60_000)

  it("the time zone of the machine changes nothing", async () => {
    const simulator = await simulate({ seed: 4 })
    const caches: Array<Record<string, string>> = []
    for (const zone of ["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Apia"]) {
      const cache = join(temporaryFolder(), "cache")
      const result = await barkeep(
        [
          ...["populate", "--symbols", "BTCUSDT,AAPL,7203.T", "--intervals", "1h,1d", "--start-date"],
          ...[
            dateText(Date.now() - 60 * day),
            "--end-date",
            dateText(Date.now() - 20 * day),
            "--cache-dir",
            cache,
          ],
        ],
        { ...simulator.urls, TZ: zone },
      )
      expect(result.code).toBe(0)
      caches.push(
        Object.fromEntries(
          filesIn(cache)
            .filter((name) => name.endsWith(".csv.gz"))
            .map((name) => [name, readFileSync(join(cache, name)).toString("base64")]),
        ),
      )
    }
    for (const other of caches.slice(1)) expect(other).toEqual(caches[0])
  }, 90_000)

  it("with faults of every kind on a tenth of the requests nothing wrong is stored, and what is missing is named", async () => {
    const range = [
      "--start-date",
      dateText(Date.now() - 400 * day),
      "--end-date",
      dateText(Date.now() - 30 * day),
    ]
    const args = ["populate", "--symbols", "BTCUSDT,MSFT", "--intervals", "1h,1d", ...range]
    const clean = await simulate({ seed: 4 })
    const right = join(temporaryFolder(), "cache")
    await barkeep([...args, "--cache-dir", right], { ...clean.urls })
    const expected = dataOf(right)
    const faults = [
      { type: "server-error" },
      { type: "overloaded" },
      { type: "reset" },
      { type: "half-body" },
      { type: "slow-body", millis: 50 },
      { type: "wrong-content-type" },
      { type: "truncated-json" },
      { type: "gzip-garbage" },
      { type: "duplicated-page" },
      { type: "unordered-page" },
      { type: "bad-row", defect: "null" },
      { type: "bad-row", defect: "off-grid" },
      { type: "rate-limited", retryAfterSeconds: 1 },
    ] as const
    const simulator = await simulate({
      seed: 4,
      faults: faults.map((fault) => ({ probability: 0.1 / faults.length, fault })),
    })
    const cache = join(temporaryFolder(), "cache")
    let last = await barkeep([...args, "--cache-dir", cache, "--json"], { ...simulator.urls })
    for (let attempt = 0; attempt < 20 && last.code !== 0; attempt += 1) {
      expect([3, 4]).toContain(last.code)
      const { outcomes } = JSON.parse(last.stdout) as {
        outcomes: ReadonlyArray<{ status: string; error?: string; missing: ReadonlyArray<unknown> }>
      }
      for (const { error, missing } of outcomes.filter(({ status }) => status === "Failed")) {
        expect(error).toBeTruthy()
        expect(missing.length).toBeGreaterThan(0)
      }
      for (const [name, text] of Object.entries(dataOf(cache))) {
        const lines = new Set(expected[name]?.split("\n"))
        expect(text.split("\n").filter((line) => !lines.has(line))).toEqual([])
      }
      last = await barkeep([...args, "--cache-dir", cache, "--json"], { ...simulator.urls })
    }
    expect([last.code, last.stderr]).toEqual([0, expect.anything()])
    expect(dataOf(cache)).toEqual(expected)
  }, 240_000)
})
