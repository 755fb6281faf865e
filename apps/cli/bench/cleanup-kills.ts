// Kills cleanups of a damaged cache at random moments (what a killed process wrote the system still has: nothing is
// flushed here): node --conditions=@barkeep/source bench/cleanup-kills.ts --kills 200
import { type ChildProcess, spawn } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { gzipSync } from "node:zlib"
import { openCache, openCacheFiles } from "@barkeep/cache-core"
import { cleanCache, salvageCases } from "@barkeep/cleanup"
import { type BarPage, barsFromRows, type EntryDescription } from "@barkeep/market-data"

export interface CleanupKillReport {
  readonly kills: number
  /** Kills that came after the cleanup had ended. */
  readonly late: number
  /** What must never happen; empty when nothing is lost and every rerun finishes. */
  readonly problems: ReadonlyArray<string>
}

/**
 * Kills a cleanup with SIGKILL at random moments, each time of a fresh copy of one damaged cache. Checked after each kill:
 * every content that was there is still in the cache or in the quarantine. Then a second run finishes: the cache is as after
 * a cleanup that nobody killed, verification finds no error, and restoring every case gives the exact files of before.
 */
export const runCleanupKills = async (options: {
  readonly kills: number
  readonly seed?: number
}): Promise<CleanupKillReport> => {
  const place = mkdtempSync(join(tmpdir(), "barkeep-cleanup-kills-"))
  const problems: Array<string> = []
  let late = 0
  try {
    const pattern = await damagedCache(join(place, "pattern"))
    const expected = await cleanedBy(join(place, "reference"), pattern)
    const random = seeded(options.seed ?? 1)
    for (let kill = 0; kill < options.kills && problems.length === 0; kill += 1) {
      const folder = join(place, `run-${kill}`)
      cpSync(pattern, folder, { recursive: true, preserveTimestamps: true })
      const ended = await killed(folder, random() * expected.millis * 1.2)
      if (ended) late += 1
      for (const problem of await findProblems(folder, pattern, expected.files))
        problems.push(`kill ${kill}: ${problem}`)
      rmSync(folder, { recursive: true })
    }
    return { kills: options.kills, late, problems }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const findProblems = async (
  folder: string,
  pattern: string,
  expected: ReadonlyMap<string, string>,
): Promise<ReadonlyArray<string>> => {
  const problems: Array<string> = []
  const everywhere = new Set(filesOf(folder).values())
  for (const [name, bytes] of filesOf(pattern))
    if (!everywhere.has(bytes)) problems.push(`${name} is nowhere`)
  const files = await openCacheFiles(folder, { durability: "none" })
  const report = await cleanCache({ files, mode: "cleanup" })
  for (const { path, outcome } of report.files)
    if (!["Kept", "SetAside", "Rebuilt", "Tidied"].includes(outcome._tag))
      problems.push(`${relative(folder, path)}: ${JSON.stringify(outcome)}`)
  await salvageCases({ files })
  const after = dataOf(folder)
  for (const name of new Set([...after.keys(), ...expected.keys()]))
    if (after.get(name) !== expected.get(name))
      problems.push(`${name} is not as after a cleanup that nobody killed`)
  const { findings } = await (await openCache(folder)).verify()
  for (const { severity, kind, path } of findings)
    if (severity === "error" || kind === "left-over")
      problems.push(`${kind} ${relative(folder, path)} is left`)
  for (const { id } of (await files.cases()).toReversed()) await files.restore(id, { replace: true })
  const restored = filesOf(folder)
  for (const [name, bytes] of filesOf(pattern))
    if (restored.get(name) !== bytes) problems.push(`${name} does not come back`)
  return problems
}

/** Runs a cleanup and kills it after that time; true when it had ended by then. */
const killed = async (folder: string, millis: number): Promise<boolean> => {
  const child = start()
  await child.line()
  child.process.stdin?.write(`${folder}\n`)
  const ended = child.line().then((line) => line === "done")
  await new Promise((resolve) => void setTimeout(resolve, millis))
  child.process.kill("SIGKILL")
  await child.closed
  return ended
}

/** A cleanup that nobody kills: the files it leaves, and how long it takes. */
const cleanedBy = async (
  folder: string,
  pattern: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly millis: number }> => {
  cpSync(pattern, folder, { recursive: true, preserveTimestamps: true })
  const child = start()
  await child.line()
  const before = performance.now()
  child.process.stdin?.write(`${folder}\n`)
  if ((await child.line()) !== "done") throw new Error("the cleanup did not end")
  const millis = performance.now() - before
  await child.closed
  return { files: dataOf(folder), millis }
}

const start = (): {
  readonly process: ChildProcess
  readonly line: () => Promise<string | undefined>
  readonly closed: Promise<unknown>
} => {
  const script = fileURLToPath(new URL("cleanup-child.ts", import.meta.url))
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", script], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  child.stdin.on("error", () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const closed = new Promise((resolve) => void child.once("close", resolve))
  const line = async (): Promise<string | undefined> => {
    const next = await lines.next()
    return next.done === true ? undefined : next.value
  }
  return { process: child, closed, line }
}

const filesOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => join(item.parentPath, item.name))
      .map((file) => [relative(folder, file), readFileSync(file).toString("base64")] as const)
      .filter(([name]) => !name.includes("_barkeep/locks")),
  )

/** What does not carry times or ids: the data files. */
const dataOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    [...filesOf(folder)].filter(([name]) => !name.startsWith("_barkeep") && !name.endsWith(".metadata.json")),
  )

const minute = 60_000
const startOf2024 = Date.UTC(2024, 0, 1)

/** One of each kind of damage. */
const damagedCache = async (folder: string): Promise<string> => {
  const cache = await openCache(folder, { durability: "none" })
  const entry = (symbol: string): EntryDescription => ({
    instrument: { symbol, assetClass: "crypto", market: "24/7", timeZone: "UTC" },
    timeframe: "1m",
    adjustment: "none",
  })
  for (const symbol of ["BLOCK", "CUT", "METADATA", "LOST"])
    await cache.put({ entry: entry(symbol), pages: [pageOf(startOf2024 - 3000 * minute, 9000)] })
  await cache.close()
  const put = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const block = join(folder, "BLOCK/1m/2024.csv.gz")
  const bytes = readFileSync(block)
  bytes[40_000] = (bytes[40_000] as number) ^ 1
  writeFileSync(block, bytes)
  truncateSync(join(folder, "CUT/1m/2024.csv.gz"), 30_000)
  truncateSync(join(folder, "METADATA/1m/2023.metadata.json"), 300)
  rmSync(join(folder, "LOST/1m/2023.csv.gz"))
  put("LOST/1m/2024.csv.gz.g9.tmp", "half a write")
  put("BLOCK/_1m.new/2024.csv.gz", "half a replacement")
  const rows = Array.from(
    { length: 200 },
    (_, index) => `2017-${monthDay(index)},1,2,0.5,${1 + index / 1e3},7`,
  )
  const text = `timestamp,open,high,low,close,volume\n${rows.join("\n")}\n`
  const original = JSON.stringify({ symbol: "BTCUSDT", timeframe: "1d", year: 2017, data_source: "binance" })
  put("BTCUSDT/1d/2017.csv.gz", gzipSync(text).subarray(0, 700))
  put("BTCUSDT/1d/2017.metadata.json", original)
  put("BTCUSDT/1d/2016.metadata.json", original.replace("2017", "2016"))
  put("BTCUSDT/1d/2018.csv.gz", gzipSync(text.replaceAll("2017-", "2018-").replace(",7\n", ",x\n")))
  put("README.txt", "not a file of the cache")
  for (const name of filesOf(folder).keys()) utimesSync(join(folder, name), 1_700_000_000, 1_700_000_000)
  return folder
}

const monthDay = (index: number): string =>
  `${String(1 + Math.floor(index / 28)).padStart(2, "0")}-${String(1 + (index % 28)).padStart(2, "0")}`

const pageOf = (from: number, count: number): BarPage => {
  const bars = barsFromRows(
    Array.from({ length: count }, (_, index) => {
      const price = 100 + ((index * 7919) % 1000) / 8
      return {
        openTime: from + index * minute,
        open: price,
        high: price + 2,
        low: price - 1,
        close: price + 0.5,
        volume: index % 97,
      }
    }),
  )
  return {
    range: { from, to: from + count * minute },
    bars,
    provenance: {
      provider: "binance",
      endpoint: "/api/v3/klines",
      method: "direct",
      adjustment: "none",
      fetchedAt: startOf2024,
      settled: true,
    },
  }
}

/** Numbers in [0, 1) that depend on the seed alone. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  })
  const report = await runCleanupKills({ kills: Number(values.kills), seed: Number(values.seed) })
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  process.exitCode = report.problems.length > 0 ? 1 : 0
}
