// Kills writers of one cache at random moments while a reader watches: node kill-campaign.ts --kills 2000 --writers 4
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { type Cache, openCache } from "@barkeep/cache-core"
import { barCount, firstRowAtOrAfter } from "@barkeep/market-data"
import { areRight, barsOf, entryOf, requestOf, timesOf } from "./campaign-bars.ts"
import { mergedEntries, replacedEntry, replacedRows } from "./kill-entries.ts"
import { integerOf, seededRandom } from "./seeded-random.ts"

export interface KillReport {
  readonly kills: number
  readonly acknowledgedPuts: number
  readonly reads: number
  readonly rows: number
  /** What must never happen; empty when the store keeps its promises. */
  readonly problems: ReadonlyArray<string>
}

/**
 * Runs writers that are killed with SIGKILL, and a reader beside them. Checked all the time: every read succeeds, no
 * row is wrong, no row count shrinks, every row of an acknowledged put is there, a replaced entry is one version or
 * the other. Checked at the end: the whole cache verifies, nothing is left over.
 */
export const runKillCampaign = async (options: {
  readonly kills: number
  readonly writers: number
  readonly seed?: number
}): Promise<KillReport> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-kill-"))
  const random = seededRandom(options.seed ?? 1)
  const problems: Array<string> = []
  const acknowledged: Array<Acknowledged> = []
  let kills = 0
  const runWriter = async (index: number): Promise<void> => {
    while (kills < options.kills && problems.length === 0) {
      const child = startWriter(folder, integerOf(random, 0, 2 ** 30) + index, (line) => {
        if (line !== "ready") acknowledged.push(JSON.parse(line) as Acknowledged)
      })
      await child.ready
      await new Promise((resolve) => void setTimeout(resolve, integerOf(random, 0, 250)))
      if (!child.process.kill("SIGKILL")) problems.push("a writer ended by itself")
      await child.ended
      kills += 1
    }
  }
  try {
    const writing = Promise.all(Array.from({ length: options.writers }, (_, index) => runWriter(index)))
    const state = { isWriting: true }
    void writing.finally(() => (state.isWriting = false))
    const cache = await openCache(folder)
    const watch = makeWatch(cache, acknowledged, problems)
    let reads = 0
    while (state.isWriting) {
      await watch()
      reads += 1
      await new Promise((resolve) => void setTimeout(resolve, 5))
    }
    await writing
    await watch()
    await checkEnd(folder, problems)
    const { total } = await cache.stats()
    return { kills, acknowledgedPuts: acknowledged.length, reads, rows: total.rows, problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Acknowledged {
  readonly symbol: string
  readonly timeframe: "1m" | "1h"
  readonly first: number
  readonly count: number
}

const startWriter = (
  folder: string,
  seed: number,
  onLine: (line: string) => void,
): { readonly process: ChildProcess; readonly ready: Promise<void>; readonly ended: Promise<void> } => {
  const script = fileURLToPath(new URL("kill-writer.ts", import.meta.url))
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", script, folder, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const lines = createInterface({ input: child.stdout })
  lines.on("line", onLine)
  return {
    process: child,
    ready: new Promise((resolve) => {
      lines.once("line", () => resolve())
      child.once("exit", () => resolve())
    }),
    // "close" comes after the last line: what was acknowledged before the kill counts.
    ended: new Promise((resolve) => void child.once("close", () => resolve())),
  }
}

/** One look at all entries, against what was acknowledged before it began. */
const makeWatch = (
  cache: Cache,
  acknowledged: ReadonlyArray<Acknowledged>,
  problems: Array<string>,
): (() => Promise<void>) => {
  const largest = new Map<string, number>()
  let checkedPuts = 0
  return async () => {
    const until = acknowledged.length
    for (const { symbol, timeframe } of mergedEntries) {
      const name = `${symbol} ${timeframe}`
      try {
        const bars = await cache.read(symbol, timeframe)
        const rows = barCount(bars)
        if (!areRight(bars, 0)) problems.push(`${name}: a row is wrong`)
        if (rows < (largest.get(name) ?? 0))
          problems.push(`${name}: ${largest.get(name)} rows became ${rows}`)
        largest.set(name, rows)
        for (const put of acknowledged.slice(checkedPuts, until)) {
          if (put.symbol !== symbol || put.timeframe !== timeframe) continue
          const times = timesOf(timeframe, put.first, put.count)
          const from = firstRowAtOrAfter(bars.openTime, times[0] as number)
          const to = firstRowAtOrAfter(bars.openTime, (times.at(-1) as number) + 1)
          if (to - from !== put.count)
            problems.push(`${name}: an acknowledged put of ${put.count} rows has ${to - from}`)
        }
        await cache.coverage(symbol, timeframe)
      } catch (error) {
        problems.push(`${name}: ${String(error)}`)
      }
    }
    checkedPuts = until
    await watchReplaced(cache, problems)
  }
}

const watchReplaced = async (cache: Cache, problems: Array<string>): Promise<void> => {
  const { symbol, timeframe } = replacedEntry
  try {
    const bars = await cache.read(symbol, timeframe)
    const version = replacedRows.indexOf(barCount(bars) as 300) + 1
    if (barCount(bars) > 0 && (version === 0 || !areRight(bars, version)))
      problems.push(`${symbol} ${timeframe}: ${barCount(bars)} rows are neither version`)
  } catch (error) {
    problems.push(`${symbol} ${timeframe}: ${String(error)}`)
  }
}

/** After one more put into every entry all is whole and tidy. */
const checkEnd = async (folder: string, problems: Array<string>): Promise<void> => {
  const cache = await openCache(folder)
  for (const { symbol, timeframe } of mergedEntries)
    await cache.put(requestOf(entryOf(symbol, timeframe), barsOf(timesOf(timeframe, 0, 10_000), 0)))
  const { symbol, timeframe } = replacedEntry
  const rows = barsOf(timesOf(timeframe, 0, replacedRows[0]), 1)
  await cache.replaceEntry(requestOf(entryOf(symbol, timeframe), rows, "v1"))
  for (const finding of (await cache.verify()).findings)
    problems.push(`at the end: ${finding.kind} ${finding.path}: ${finding.what}`)
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: "string" }, writers: { type: "string" }, seed: { type: "string" } },
  })
  const report = await runKillCampaign({
    kills: Number(values.kills ?? 2000),
    writers: Number(values.writers ?? 4),
    seed: Number(values.seed ?? 1),
  })
  console.log(JSON.stringify(report, undefined, 2))
  if (report.problems.length > 0) process.exitCode = 1
}
