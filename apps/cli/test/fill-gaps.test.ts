import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished } from "vitest"
import { barkeep, type Finished, temporaryFolder } from "./barkeep.ts"

/** Hours in which the exchange stood still: neither its API nor its archive has them. */
const standstill = {
  symbol: "ETHUSDT",
  range: { from: Date.UTC(2023, 4, 3, 4), to: Date.UTC(2023, 4, 3, 9) },
}

const setUp = async () => {
  const simulator = await startVendorSimulator({ seed: 7, halts: [standstill] })
  onTestFinished(() => simulator.close())
  const folder = temporaryFolder()
  const cache = join(folder, "cache")
  const environment = {
    ...simulator.urls,
    BARKEEP_STATE_DIR: join(folder, "state"),
    BARKEEP_CACHE_DIR: cache,
  }
  const run = (...args: ReadonlyArray<string>): Promise<Finished> => barkeep(args, environment)
  const populate = (from: string, to: string): Promise<Finished> =>
    run("populate", "--symbols", "ETHUSDT", "--intervals", "1h", "--start-date", from, "--end-date", to)
  return { simulator, cache, run, populate }
}

/** Every file of the entries with its bytes. */
const filesOf = (cache: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(join(cache, "ETHUSDT"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes("20"))
      .map((name) => [name, readFileSync(join(cache, "ETHUSDT", name)).toString("base64")]),
  )

const linesOf = (cache: string): ReadonlyArray<string> =>
  gunzipSync(readFileSync(join(cache, "ETHUSDT/1h/2023.csv.gz")))
    .toString()
    .trim()
    .split("\n")

interface Results {
  readonly results: ReadonlyArray<{
    readonly outcome: { readonly _tag: string; readonly reason?: string; readonly rows?: number }
    readonly attempts: ReadonlyArray<{ readonly donor: string; readonly reason?: string }>
  }>
  readonly fillIds: ReadonlyArray<string>
}
const parse = <A>({ stdout }: Finished): A => JSON.parse(stdout) as A

describe("barkeep fill-gaps", () => {
  it("goes the whole circle: a hole in the vendor's answers is filled, what nobody has is left with its reason, and all is undone", async () => {
    const { simulator, cache, run, populate } = await setUp()
    await populate("2023-04-01", "2023-04-19")
    simulator.setFaults([{ match: { endpoint: "klines" }, times: 1, fault: { type: "empty-page" } }])
    await populate("2023-04-20", "2023-04-20")
    await populate("2023-04-21", "2023-05-31")

    const unvalidated = await run("fill-gaps")
    expect([unvalidated.code, unvalidated.stderr]).toEqual([2, expect.stringContaining("barkeep validate")])
    await run("validate")
    const before = linesOf(cache)

    simulator.clearLog()
    const plan = parse<{ readonly questions: ReadonlyArray<{ readonly calls: ReadonlyArray<unknown> }> }>(
      await run("fill-gaps", "--dry-run", "--json"),
    )
    expect(simulator.counters().requests).toBe(0)
    const planned = plan.questions.reduce((sum, { calls }) => sum + calls.length, 0)

    const filled = await run("fill-gaps", "--json")
    expect(filled.code).toBe(0)
    const report = parse<Results>(filled)
    expect(report.results.map(({ outcome }) => outcome)).toEqual([
      { _tag: "Filled", rows: 24 },
      { _tag: "NotFillable", reason: "same-hole" },
    ])
    expect(report.results[1]?.attempts.map(({ donor, reason }) => [donor, reason]).slice(0, 3)).toEqual([
      ["binance-archive", "same-hole"],
      ["binance", "own-answer"],
      ["yahoo-finance", "no-donor"],
    ])
    const asked = simulator.counters()
    // The archive's file lacks the hours of the standstill, which its provider checks with the API.
    expect([asked.byVendor["binance-archive"], asked.byVendor["binance"]]).toEqual([planned, 1])
    const after = new Set(linesOf(cache))
    expect(after.size).toBe(before.length + 24)
    expect(before.filter((line) => !after.has(line))).toEqual([])

    const validated = await run("validate", "--json")
    const gaps = Object.values(
      parse<{
        readonly gap_analysis: Record<string, ReadonlyArray<{ start: string; missing_bars: number }>>
      }>(validated).gap_analysis,
    ).flat()
    expect(gaps).toMatchObject([{ start: "2023-05-03T04:00:00+00:00", missing_bars: 5 }])

    const again = await run("fill-gaps", "--json")
    expect(parse<Results>(again).results.map(({ outcome }) => outcome.reason)).toEqual(["same-hole"])
    expect(simulator.counters().requests).toBe(asked.requests)

    const [id = ""] = report.fillIds
    const bar = await run("explain", "ETHUSDT", "1h", "2023-04-20T05:00:00Z")
    expect(bar.stdout).toContain(`came with the fill ${id}`)
    expect(bar.stdout).toMatch(/before, binance was asked on .* and had no bar here/)
    const hole = await run("explain", "ETHUSDT", "1h", "2023-05-03T05:00:00Z")
    expect(hole.stdout).toMatch(/part of a gap of 5 bars/)
    expect(hole.stdout).toMatch(/binance-archive, asked .*: has no bars there either/)

    expect((await run("fills")).stdout).toContain(id)
    const undone = await run("fill-gaps", "--undo", id)
    expect([undone.code, undone.stdout]).toEqual([0, expect.stringContaining("byte for byte")])
    expect(linesOf(cache)).toEqual(before)
    expect((await run("fills", "--json")).stdout).toContain('"state":"undone"')
    expect((await run("fill-gaps", "--undo", id)).stdout).toContain("nothing was changed")
    expect((await run("fill-gaps", "--undo", "nobody")).code).toBe(2)
  }, 120_000)

  it("refuses a report of other files, makes a new one when told to, and stops at its budget with code 3", async () => {
    const { simulator, cache, run, populate } = await setUp()
    await populate("2023-04-01", "2023-04-19")
    simulator.setFaults([{ match: { endpoint: "klines" }, times: 1, fault: { type: "empty-page" } }])
    await populate("2023-04-20", "2023-04-20")
    await populate("2023-04-21", "2023-04-30")
    await run("validate")
    await populate("2023-05-01", "2023-05-31")
    const files = filesOf(cache)
    const stale = await run("fill-gaps")
    expect([stale.code, stale.stderr]).toEqual([
      2,
      expect.stringMatching(/stale: ETHUSDT 1h 2023 .*--revalidate/),
    ])
    expect(filesOf(cache)).toEqual(files)
    const stopped = await run(
      "fill-gaps",
      "--revalidate",
      "--budget",
      "1",
      "--provider",
      "binance-archive",
      "--json",
    )
    expect(stopped.code).toBe(3)
    expect(parse<Results>(stopped).results.map(({ outcome }) => outcome.reason)).toEqual(["budget", "budget"])
    const report = join(cache, "validate-metadata.json")
    writeFileSync(report, readFileSync(report))
    const done = await run("fill-gaps", "--budget", "10", "--json")
    expect([done.code, parse<Results>(done).results[0]?.outcome._tag]).toEqual([0, "Filled"])
  }, 120_000)

  it("fills hours of a share from half-hours of a vendor whose own hours lie on another grid, with one call a month", async () => {
    const simulator = await startVendorSimulator({
      seed: 7,
      alphaVantage: { keys: { SECRETKEY123: "premium" } },
    })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    const environment = {
      ...simulator.urls,
      BARKEEP_STATE_DIR: join(folder, "state"),
      BARKEEP_CACHE_DIR: join(folder, "cache"),
      ALPHA_VANTAGE_KEY: "SECRETKEY123",
      ALPHA_VANTAGE_TIER: "premium",
    }
    const dateBefore = (days: number): string =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
    simulator.setFaults([{ match: { vendor: "yahoo-finance" }, times: 1, fault: { type: "null-rows" } }])
    await barkeep(
      [
        ...["populate", "--symbols", "AAPL", "--intervals", "1h", "--provider", "yahoo-finance"],
        ...["--start-date", dateBefore(60), "--end-date", dateBefore(12)],
      ],
      environment,
    )
    simulator.setFaults([])
    simulator.clearLog()
    const { code, stdout } = await barkeep(["fill-gaps", "--revalidate", "--json"], environment)
    const { results } = JSON.parse(stdout) as Results
    expect(code).toBe(0)
    expect(results.length).toBeGreaterThan(10)
    const tried = results.map(({ attempts }) =>
      attempts
        .filter(({ donor }) => donor.startsWith("alpha-vantage"))
        .map(({ donor, reason = "taken" }) => `${donor} ${reason}`),
    )
    expect(new Set(tried.flat())).toEqual(new Set(["alpha-vantage anchor", "alpha-vantage-30m taken"]))
    expect(results.every(({ outcome }) => outcome._tag === "Filled")).toBe(true)
    expect(simulator.counters().requests).toBeLessThanOrEqual(3)
  }, 120_000)
})
