import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { startVendorSimulator, type VendorSimulatorOptions } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// The command runs in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Starts a simulator and the command's own clock at the same time; `go` takes both to another day. */
const start = async (options: VendorSimulatorOptions, firstDay: string) => {
  let offset = 0
  const goTo = (date: string): void => {
    offset = Date.parse(`${date}T22:30:00Z`) - performance.now()
  }
  goTo(firstDay)
  const now = (): number => Math.floor(offset + performance.now())
  vi.spyOn(Date, "now").mockImplementation(now)
  const simulator = await startVendorSimulator({ seed: 4, clock: { now }, ...options })
  onTestFinished(() => simulator.close())
  const folder = temporaryFolder()
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
  vi.stubEnv("ALPHA_VANTAGE_KEY", "premiumK3Y")
  vi.stubEnv("ALPHA_VANTAGE_TIER", "premium")
  const populate = async (cache: string, ...args: ReadonlyArray<string>) => {
    const result = await runApp(["populate", "--cache-dir", join(folder, cache), ...args])
    expect([result.code, result.stderr.replaceAll(/^.*restated.*\n/gm, "")]).toEqual([0, ""])
    return result
  }
  return { simulator, goTo, populate, folder, textOf: (cache: string) => textOf(join(folder, cache)) }
}

/** Every data file's text, and what the metadata says of where the rows come from. */
const textOf = (cache: string) => {
  const names = readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("_barkeep"))
    .toSorted()
  const read = (name: string): Buffer => readFileSync(join(cache, name))
  return {
    rows: Object.fromEntries(
      names
        .filter((name) => name.endsWith(".csv.gz"))
        .map((name) => [name, gunzipSync(read(name)).toString().trim().split("\n").slice(1)]),
    ),
    metadata: names
      .filter((name) => name.endsWith(".metadata.json") && !name.includes("validate"))
      .map((name) => JSON.parse(read(name).toString()) as Metadata),
  }
}

interface Metadata {
  readonly adjustment: string
  readonly sources: ReadonlyArray<{ readonly settled: boolean }>
  readonly provenance: ReadonlyArray<{ readonly rows: number; readonly source: number }>
}

/** Rows of each stretch, and whether they are settled. */
const settledRows = (metadata: Metadata | undefined): ReadonlyArray<readonly [number, boolean | undefined]> =>
  metadata?.provenance.map(({ rows, source }) => [rows, metadata.sources[source]?.settled] as const) ?? []

const closeOf = (row: string | undefined): number => Number(row?.split(",")[4])
const at = (date: string): number => Date.parse(`${date}T12:00:00Z`)

describe("between two runs", () => {
  const split = { symbol: "IBM", time: at("2024-06-03"), split: 4 } as const
  const dividend = { symbol: "IBM", time: at("2024-06-05"), dividend: 20 } as const
  const args = ["--symbols", "IBM", "--intervals", "1d,1h", "--start-date"]
  const fromYahoo = [...args, "2024-04-15", "--provider", "yahoo-finance"]
  const file = "IBM/1d/2024.csv.gz"

  it.each([
    ["a split", [split], 4],
    ["a dividend", [dividend], 1],
    ["a split and a dividend", [split, dividend], 4],
    ["a dividend and a split the day after it", [{ ...dividend, time: at("2024-05-31") }, split], 4],
  ] as const)("%s leaves no seam in Yahoo's bars", async (_name, events, factor) => {
    const { goTo, populate, textOf: read } = await start({ events: [...events] }, "2024-05-20")
    await populate("cache", ...fromYahoo)
    const before = read("cache").rows[file] ?? []
    goTo("2024-06-20")
    const second = await populate("cache", ...fromYahoo)
    expect(second.stderr.includes("restated")).toBe(factor !== 1)
    const after = read("cache")
    await populate("fresh", ...fromYahoo)
    expect(after.rows).toEqual(read("fresh").rows)
    // The oldest row is on the new base by the split's factor alone, and the youngest of the first run as well.
    for (const row of [0, before.length - 1])
      expect(closeOf(before[row]) / closeOf(after.rows[file]?.[row])).toBeCloseTo(factor, 3)
    expect(after.rows[file]?.length).toBe(before.length + 21)
    expect(new Set(after.metadata.map(({ adjustment }) => adjustment))).toEqual(new Set(["splits"]))
    // A third run has no doubts any more.
    expect((await populate("cache", ...fromYahoo)).stderr).toBe("")
    expect(read("cache").rows).toEqual(after.rows)
  })

  it("a dividend changes adjclose for all days before it, which is not what is stored", async () => {
    const { simulator, goTo, populate, textOf: read } = await start({ events: [dividend] }, "2024-05-20")
    await populate("cache", ...fromYahoo)
    goTo("2024-06-20")
    const chart = await fetch(
      `${simulator.urls.BARKEEP_YAHOO_URL}/v8/finance/chart/IBM?period1=${at("2024-04-15") / 1000 - 43_200}&period2=${at("2024-04-17") / 1000}&interval=1d&events=div,splits`,
      { headers: { "user-agent": "barkeep's test" } },
    )
    const { chart: answered } = (await chart.json()) as {
      chart: {
        result: ReadonlyArray<{
          indicators: {
            quote: ReadonlyArray<{ close: ReadonlyArray<number> }>
            adjclose: ReadonlyArray<{ adjclose: ReadonlyArray<number> }>
          }
        }>
      }
    }
    const { quote, adjclose } = answered.result[0]?.indicators ?? { quote: [], adjclose: [] }
    const close = quote[0]?.close[0] ?? 0
    expect(adjclose[0]?.adjclose[0] ?? 0).toBeLessThan(close * 0.95)
    expect(closeOf(read("cache").rows[file]?.[0])).toBeCloseTo(close, 2)
  })

  it("a split and a dividend change nothing of the traded prices of Alpha Vantage: stored rows stay, byte for byte", async () => {
    const { goTo, populate, textOf: read } = await start({ events: [split, dividend] }, "2024-05-20")
    const asked = [...args, "2024-05-01", "--provider", "alpha-vantage"]
    await populate("cache", ...asked)
    const before = read("cache").rows
    goTo("2024-06-20")
    expect((await populate("cache", ...asked)).stderr).toBe("")
    const after = read("cache")
    await populate("fresh", ...asked)
    expect(after.rows).toEqual(read("fresh").rows)
    for (const [name, rows] of Object.entries(before))
      expect(after.rows[name]?.slice(0, rows.length)).toEqual(rows)
    const days = after.rows[file] ?? []
    const first = days.findIndex((row) => row.startsWith("2024-06-03"))
    // The price falls to a quarter on the day of the split, as it was printed.
    expect(closeOf(days[first - 1]) / closeOf(days[first])).toBeGreaterThan(3.5)
    expect(new Set(after.metadata.map(({ adjustment }) => adjustment))).toEqual(new Set(["none"]))
  })

  it("a provisional bar that the vendor corrects is replaced, and after settling it is not asked for again", async () => {
    const { simulator, goTo, populate, textOf: read } = await start({}, "2024-05-20")
    simulator.setFaults([
      { match: { vendor: "yahoo-finance" }, fault: { type: "open-bar", oddity: "unsettled" } },
    ])
    const daily = ["--symbols", "IBM", "--intervals", "1d", "--start-date", "2024-03-01"]
    await populate("cache", ...daily)
    const wrong = read("cache")
    simulator.setFaults([])
    await populate("right", ...daily)
    const right = read("right").rows[file] ?? []
    expect(wrong.rows[file]?.at(-1)).not.toBe(right.at(-1))
    expect(wrong.rows[file]?.slice(0, -1)).toEqual(right.slice(0, -1))
    expect(settledRows(wrong.metadata[0]).at(-1)).toEqual([5, false])
    goTo("2024-05-21")
    await populate("cache", ...daily)
    expect(read("cache").rows[file]?.slice(0, right.length)).toEqual(right)
    // On the tenth of June the bars of May are settled; those of the last week are not.
    goTo("2024-06-10")
    await populate("cache", ...daily)
    const stretches = settledRows(read("cache").metadata[0])
    expect(stretches.at(-1)).toEqual([5, false])
    expect(stretches.slice(0, -1).every(([, settled]) => settled)).toBe(true)
    simulator.clearLog()
    const limited = [...daily, "--end-date", "2024-05-31"]
    await populate("cache", ...limited)
    expect(simulator.log).toEqual([])
  })

  it("an entry takes no bars of another price basis, and says which two they are", async () => {
    const { simulator, goTo, populate, folder, textOf: read } = await start({}, "2024-05-20")
    const daily = ["--symbols", "IBM", "--intervals", "1d", "--start-date", "2024-05-01"]
    await populate("cache", ...daily, "--provider", "yahoo-finance")
    const before = read("cache")
    goTo("2024-06-20")
    simulator.clearLog()
    const other = [...daily, "--provider", "alpha-vantage", "--cache-dir", join(folder, "cache")]
    const refused = await runApp(["populate", ...other])
    expect([refused.code, refused.stdout]).toEqual([4, ""])
    expect(refused.stderr).toMatch(
      /IBM 1d: no provider gives it\n *alpha-vantage: its prices are as traded, the stored ones adjusted for splits \(populate it into another cache/,
    )
    expect([simulator.log, read("cache")]).toEqual([[], before])
  })
})
