// Reads mutated caches: node fuzz-campaign.ts --count 100000
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { gunzipSync, gzipSync } from "node:zlib"
import { CacheError, openCache } from "@barkeep/cache-core"
import {
  type Bars,
  barCount,
  type EntryDescription,
  equalBars,
  findStructureIssue,
} from "@barkeep/market-data"
import { barsOf, entryOf, requestOf, timesOf } from "./campaign-bars.ts"
import { mutateBytes, mutateText } from "./mutate.ts"
import { integerOf, oneOf, seededRandom } from "./seeded-random.ts"

export interface FuzzReport {
  readonly mutations: number
  /** How many reads gave the rows, how many a typed error. */
  readonly read: number
  readonly refused: number
  /** CPU time of the slowest read. */
  readonly slowestMillis: number
  /** What must never happen; empty when the store keeps its promises. */
  readonly problems: ReadonlyArray<string>
}

/** What is mutated, and which rows a read may give that does not fail. */
interface Target {
  readonly name: string
  readonly file: string
  readonly bytes: Uint8Array
  readonly mutate: (bytes: Uint8Array, random: () => number) => Uint8Array
  readonly symbol: string
  readonly isAllowed: (bars: Bars) => boolean
}

const slowestAllowed = 5000

/**
 * Mutates data and metadata files, one at a time, and reads them through the public API. Every read ends soon, either
 * with a `CacheError` or with rows: exactly those that were written where a checksum protects them, well-formed ones
 * in files of other programs, where a changed digit cannot be told from another price.
 */
export const runFuzzCampaign = async (options: {
  readonly count: number
  readonly seed?: number
}): Promise<FuzzReport> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-fuzz-"))
  try {
    const random = seededRandom(options.seed ?? 1)
    const targets = await makeTargets(folder)
    const problems: Array<string> = []
    let read = 0
    let refused = 0
    let slowestMillis = 0
    for (let mutation = 0; mutation < options.count && problems.length < 20; mutation += 1) {
      const target = targets[integerOf(random, 0, targets.length - 1)] as Target
      const mutated = target.mutate(target.bytes, random)
      writeFileSync(target.file, mutated)
      // CPU time: a busy machine is not a slow read.
      const start = process.cpuUsage()
      const outcome = await readOutcome(folder, target)
      const { user, system } = process.cpuUsage(start)
      const millis = (user + system) / 1000
      slowestMillis = Math.max(slowestMillis, millis)
      if (outcome === "read") read += 1
      else if (outcome === "refused") refused += 1
      else problems.push(`mutation ${mutation} of ${target.name}: ${outcome}`)
      if (millis > slowestAllowed) problems.push(`mutation ${mutation} of ${target.name} took ${millis} ms`)
      writeFileSync(target.file, target.bytes)
      // Failed decompressions give their memory back in a turn of the event loop, which reads alone never end.
      if (mutation % 50 === 0) await new Promise((resolve) => void setImmediate(resolve))
    }
    return { mutations: options.count, read, refused, slowestMillis: Math.round(slowestMillis), problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readOutcome = async (folder: string, target: Target): Promise<string> => {
  try {
    const cache = await openCache(folder)
    const bars = await cache.read(target.symbol, "1m")
    await cache.provenance(target.symbol, "1m")
    await cache.coverage(target.symbol, "1m")
    return target.isAllowed(bars) ? "read" : `${barCount(bars)} rows that were never written`
  } catch (error) {
    return error instanceof CacheError
      ? "refused"
      : `not a typed error: ${String((error as Error).stack ?? error)}`
  }
}

const makeTargets = async (folder: string): Promise<ReadonlyArray<Target>> => {
  const cache = await openCache(folder)
  const rows = barsOf(timesOf("1m", 5000, 3000), 0)
  await cache.put(requestOf(entryOf("OURS", "1m"), rows))
  const paths = await cache.partition("OURS", "1m", 2024)
  await cache.put(requestOf(newYork, rows))
  const local = await cache.partition("LOCAL", "1m", 2024)
  const other = barsOf(timesOf("1m", 5000, 3000), 1)
  await cache.put(requestOf(entryOf("OTHER", "1m"), other))
  const others = await cache.partition("OTHER", "1m", 2024)
  const isWritten = (bars: Bars): boolean => equalBars(bars, rows)
  const text = gunzipSync(readFileSync(paths.data)).toString().split("\n").slice(0, 201).join("\n")
  const isPlausible = (bars: Bars): boolean => barCount(bars) <= 400 && findStructureIssue(bars) === undefined
  const foreign = join(folder, "THEIRS", "1m")
  mkdirSync(foreign, { recursive: true })
  const theirData = join(foreign, "2024.csv.gz")
  const theirMetadata = join(foreign, "2024.metadata.json")
  writeFileSync(theirData, gzipSync(`${text}\n`, { level: 9 }))
  writeFileSync(theirMetadata, originalMetadata)
  const target = (
    name: string,
    file: string,
    symbol: string,
    mutate: Target["mutate"],
    isAllowed: Target["isAllowed"],
  ): Target => ({ name, file, bytes: readFileSync(file), mutate, symbol, isAllowed })
  return [
    target("our data", paths.data, "OURS", swapping(mutateBytes, [others.data, local.data]), isWritten),
    target(
      "our metadata, bytes",
      paths.metadata,
      "OURS",
      swapping(mutateBytes, [others.metadata, local.metadata]),
      isWritten,
    ),
    target("our metadata, values", paths.metadata, "OURS", mutateText, isWritten),
    target("our metadata in local time, bytes", local.metadata, "LOCAL", mutateBytes, isWritten),
    target("our metadata in local time, values", local.metadata, "LOCAL", mutateText, isWritten),
    target("their data", theirData, "THEIRS", mutateBytes, (bars) => barCount(bars) === 200),
    target(
      "their text",
      theirData,
      "THEIRS",
      (bytes, random) => gzipSync(mutateText(gunzipSync(bytes), random), { level: 1 }),
      isPlausible,
    ),
    target("their metadata", theirMetadata, "THEIRS", mutateText, (bars) => barCount(bars) === 200),
  ]
}

/** Now and then another entry's file, or an empty one, instead of a mutation. */
const swapping = (mutate: Target["mutate"], files: ReadonlyArray<string>): Target["mutate"] => {
  const replacements = [new Uint8Array(0), ...files.map((file) => readFileSync(file))]
  return (bytes, random) => (random() < 0.02 ? oneOf(random, replacements) : mutate(bytes, random))
}

const newYork: EntryDescription = {
  ...entryOf("LOCAL", "1m"),
  instrument: { symbol: "LOCAL", assetClass: "stock", market: "XNYS", timeZone: "America/New_York" },
}

const originalMetadata = JSON.stringify({
  symbol: "THEIRS",
  timeframe: "1m",
  year: 2024,
  data_source: "binance",
  last_updated: "2026-11-22T08:00:55.734284",
  file_info: { format: "csv.gz", size_bytes: 1, rows: 200, columns: ["open"] },
})

if (import.meta.main) {
  const { values } = parseArgs({ options: { count: { type: "string" }, seed: { type: "string" } } })
  const report = await runFuzzCampaign({
    count: Number(values.count ?? 100_000),
    seed: Number(values.seed ?? 1),
  })
  console.log(JSON.stringify(report, undefined, 2))
  if (report.problems.length > 0) process.exitCode = 1
}
