// Every command line of the scripts' README that Barkeep takes over, in the order in which that README would have them
// run, each by its equivalent here, against one simulator and one cache.
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { parseIsoTime } from "@barkeep/market-data"
import { systemClock } from "@barkeep/provider-kit"
import {
  defaultListings,
  defaultSessionListings,
  startVendorSimulator,
  type VendorSimulator,
} from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { cryptoLines, csv, gzip, writeTree, yearFolderMetadata } from "./old-caches.ts"
import { runApp, type RunResult } from "./run-app.ts"

const day = 86_400_000
const today = Math.floor(systemClock.now() / day) * day
const listedAt = today - 9 * day
/** A day in the middle of the histories, and the year it belongs to. */
const middle = new Date(today - 4 * day).toISOString().slice(0, 10)
const year = middle.slice(0, 4)
const work = mkdtempSync(join(tmpdir(), "seed-commands-"))
const cache = join(work, "cache")
const before = { cwd: process.cwd(), env: { ...process.env } }
let simulator: VendorSimulator

beforeAll(async () => {
  // Young listings, so that whole histories are short; one old share for the years that a command names.
  simulator = await startVendorSimulator({
    listings: defaultListings
      .filter(({ symbol }) => ["BTCUSDT", "ETHUSDT"].includes(symbol))
      // The doctor looks for a month of BTCUSDT in the archive.
      .map((one) => ({ ...one, listedAt: one.symbol === "BTCUSDT" ? today - 120 * day : listedAt })),
    sessionListings: defaultSessionListings
      .filter(({ symbol }) => ["AAPL", "GOOGL", "TSLA", "SPY"].includes(symbol))
      .map((one) => (one.symbol === "SPY" ? one : { ...one, listedAt })),
  })
  // Settings are read from the process; the old cache's default place is in the working folder.
  process.chdir(work)
  Object.assign(process.env, {
    ...simulator.urls,
    BARKEEP_CACHE_DIR: cache,
    BARKEEP_STATE_DIR: join(work, "state"),
  })
  const old = {
    "binance/BTCUSDT/1h/2022/BTCUSDT_1h_2022.csv.gz": gzip(
      csv(cryptoLines(parseIsoTime("2022-03-01T00:00:00Z"), 240, 3_600_000)),
    ),
    "binance/BTCUSDT/1h/2022/metadata.json": yearFolderMetadata("binance", "BTCUSDT", "1h", 2022),
  }
  writeTree(join(work, "data-cache"), old)
  writeTree(join(work, "old-cache"), old)
})
afterAll(async () => {
  process.chdir(before.cwd)
  for (const key of Object.keys(process.env)) if (!(key in before.env)) delete process.env[key]
  Object.assign(process.env, before.env)
  await simulator.close()
  rmSync(work, { recursive: true, force: true })
})

const barkeep = (line: string): Promise<RunResult> => {
  const [, ...args] = line.split(" ")
  return runApp(args)
}

interface Step {
  /** The script's command line. */
  readonly seed: string
  readonly line: string
  /** Exit codes that say the work was done; 1 where something was found. */
  readonly codes?: ReadonlyArray<number>
  readonly prepare?: () => void
  readonly environment?: Readonly<Record<string, string>>
  readonly stdout?: RegExp
}

const rowsOf = (path: string): ReadonlyArray<string> =>
  gunzipSync(readFileSync(join(cache, path)))
    .toString()
    .trimEnd()
    .split("\n")

const hours = `BTCUSDT/1h/${year}.csv.gz`
const lostHours = new RegExp(`^${middle} (?:10|11|12)`)

/** A file as another program leaves it, with three hours missing that the stored 5m bars can give back. */
const loseThreeHours = (): void => {
  const kept = rowsOf(hours).filter((row) => !lostHours.test(row))
  writeFileSync(join(cache, hours), gzipSync(`${kept.join("\n")}\n`))
}

const damage = (symbol: string): void => {
  const file = join(cache, `${symbol}/1h/${year}.csv.gz`)
  writeFileSync(file, readFileSync(file).subarray(0, 60))
  // What was written a moment ago may still be being written, and is left alone.
  utimesSync(file, 1_700_000_000, 1_700_000_000)
}

const script = {
  populate: "populate_cache.py",
  validate: "validate_gaps.py",
  fill: "fill_gaps.py",
  migrate: "migrate_to_unified_cache.py",
  cleanup: "cleanup_failed_cache.py",
}

const steps: ReadonlyArray<Step> = [
  { seed: "the API keys in donotshare.py", line: "barkeep config", stdout: /ALPHA_VANTAGE_KEY/ },
  { seed: `${script.populate} --test-all`, line: "barkeep doctor" },
  { seed: `${script.populate} --populate`, line: "barkeep populate" },
  {
    seed: `${script.populate} --populate --start-date 2020-01-01 --end-date 2023-12-31`,
    line: "barkeep populate --start-date 2020-01-01 --end-date 2023-12-31",
  },
  {
    seed: `${script.populate} --populate --symbols BTCUSDT,AAPL --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31`,
    line: "barkeep populate --symbols BTCUSDT,AAPL --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31",
    environment: { ALPHA_VANTAGE_KEY: "premium-seed", ALPHA_VANTAGE_TIER: "premium" },
  },
  {
    seed: `${script.populate} --populate --symbols BTCUSDT,ETHUSDT,AAPL --intervals 5m,15m,1h,1d`,
    line: "barkeep populate --symbols BTCUSDT,ETHUSDT,AAPL --intervals 5m,15m,1h,1d",
  },
  {
    seed: `${script.populate} --populate --symbols BTCUSDT,ETHUSDT,AAPL,GOOGL,TSLA --intervals 5m,15m,1h,4h,1d --start-date 2020-01-01`,
    line: "barkeep populate --symbols BTCUSDT,ETHUSDT,AAPL,GOOGL,TSLA --intervals 5m,15m,1h,4h,1d --start-date 2020-01-01",
  },
  { seed: `${script.populate} --validate-cache`, line: "barkeep validate" },
  {
    seed: script.validate,
    line: "barkeep validate",
    prepare: loseThreeHours,
    stdout: /BTCUSDT +1h +\S+ +invalid/,
  },
  {
    seed: `${script.validate} --symbols BTCUSDT,ETHUSDT --intervals 5m,15m,1h`,
    line: "barkeep validate --symbols BTCUSDT,ETHUSDT --intervals 5m,15m,1h",
  },
  { seed: `${script.validate} --validate-all`, line: "barkeep validate --validate-all" },
  {
    seed: `${script.validate} --cache-dir /path/to/cache`,
    line: `barkeep validate --cache-dir ${cache}`,
  },
  { seed: script.fill, line: "barkeep fill-gaps" },
  {
    seed: `${script.fill} --symbols BTCUSDT,ETHUSDT`,
    line: "barkeep fill-gaps --symbols BTCUSDT,ETHUSDT --revalidate",
  },
  { seed: `${script.fill} --intervals 5m,15m,1h`, line: "barkeep fill-gaps --intervals 5m,15m,1h" },
  { seed: `${script.fill} --max-gap-hours 12`, line: "barkeep fill-gaps --max-gap-hours 12" },
  { seed: `${script.fill} --cache-dir /path/to/cache`, line: `barkeep fill-gaps --cache-dir ${cache}` },
  { seed: `${script.migrate} --dry-run`, line: "barkeep migrate --dry-run", stdout: /BTCUSDT/ },
  { seed: `${script.migrate} --migrate`, line: "barkeep migrate --migrate --yes" },
  {
    seed: `${script.migrate} --migrate --old-cache ./old-cache --new-cache ./new-cache`,
    line: "barkeep migrate --migrate --yes --old-cache ./old-cache --new-cache ./new-cache",
  },
  {
    seed: `${script.cleanup} --validate-only`,
    line: "barkeep cleanup --validate-only",
    prepare: () => damage("TSLA"),
    codes: [1],
    stdout: /TSLA/,
  },
  { seed: `${script.cleanup} --cleanup`, line: "barkeep cleanup --cleanup", stdout: /TSLA/ },
  {
    seed: `${script.cleanup} --validate-and-cleanup`,
    line: "barkeep cleanup --validate-and-cleanup",
    prepare: () => damage("GOOGL"),
    stdout: /GOOGL/,
  },
  { seed: "get_stats()", line: "barkeep stats", stdout: /ETHUSDT/ },
  { seed: "list_symbols()", line: "barkeep list", stdout: /BTCUSDT[^]*ETHUSDT/ },
  { seed: "list_timeframes('BTCUSDT')", line: "barkeep list BTCUSDT", stdout: /5m[^]*1d/ },
]

// A slow machine is no failure.
describe("what the scripts did", { timeout: 180_000 }, () => {
  it.each(steps)("$seed: $line", async ({ line, codes = [0], prepare, environment = {}, stdout }) => {
    prepare?.()
    Object.assign(process.env, environment)
    const result = await barkeep(line)
    for (const name of Object.keys(environment)) delete process.env[name]
    expect(codes, `${result.stdout}\n${result.stderr}`).toContain(result.code)
    if (stdout !== undefined) expect(result.stdout).toMatch(stdout)
  })

  it("gives the cache that the scripts promised", () => {
    for (const path of [
      `BTCUSDT/5m/${year}`,
      `ETHUSDT/1d/${year}`,
      `AAPL/15m/${year}`,
      `GOOGL/4h/${year}`,
      "SPY/1d/2021",
    ])
      expect([path, existsSync(join(cache, `${path}.csv.gz`))]).toEqual([path, true])
    expect(rowsOf(hours).filter((row) => lostHours.test(row))).toHaveLength(3)
    expect(rowsOf("BTCUSDT/1h/2022.csv.gz")).toHaveLength(241)
    expect(existsSync(join(work, "new-cache/BTCUSDT/1h/2022.csv.gz"))).toBe(true)
    for (const symbol of ["TSLA", "GOOGL"])
      expect(existsSync(join(cache, `${symbol}/1h/${year}.csv.gz`))).toBe(false)
    const report = JSON.parse(readFileSync(join(cache, "validate-metadata.json"), "utf8")) as object
    expect(report).toMatchObject({ validation_summary: {}, gap_analysis: {} })
  })
})
