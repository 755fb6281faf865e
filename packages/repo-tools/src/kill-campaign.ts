// Kills writers of one cache at random moments while readers watch:
//   node --conditions=@barkeep/source kill-campaign.ts --kills 2000 --writers 4 --entries 1
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import { type Acknowledged, mergedEntries } from "./kill-entries.ts"
import { checkEnd, makeWatcher, type Watched, type WayToRead } from "./kill-watch.ts"
import { integerOf, seededRandom } from "./seeded-random.ts"
import { makeWriterPool, type WriterPool } from "./writer-pool.ts"

export interface KillReport {
  readonly kills: number
  readonly acknowledgedPuts: number
  /** Of them, those that added rows. */
  readonly changingPuts: number
  readonly reads: number
  readonly rows: number
  /** What must never happen; empty when the store keeps its promises. */
  readonly problems: ReadonlyArray<string>
}

export interface KillOptions {
  readonly kills: number
  /** Writers at a time. */
  readonly writers: number
  /** Entries they merge into; one more is replaced as a whole. @default 3 */
  readonly entries?: number
  readonly seed?: number
}

/** After so many kills a new cache is begun: a full one would take no more rows. */
const killsPerCache = 50
/** A writer finishes up to so many writes before it is killed. */
const mostWrites = 6

/**
 * Runs writers that are killed with SIGKILL, and readers beside them; see `makeWatcher` for what is checked all the
 * time and `checkEnd` for what is checked at the end of each cache.
 */
export const runKillCampaign = async (options: KillOptions): Promise<KillReport> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-kill-"))
  const entries = mergedEntries.slice(0, options.entries ?? mergedEntries.length)
  const random = seededRandom(options.seed ?? 1)
  const report = { kills: 0, acknowledgedPuts: 0, changingPuts: 0, reads: 0, rows: 0 }
  const problems: Array<string> = []
  const pool = await makeWriterPool(folder, options.writers, entries.length, random)
  try {
    for (let cache = 0; report.kills < options.kills && problems.length === 0; cache += 1) {
      const acknowledged: Array<Acknowledged> = []
      const watched = { folder: join(folder, `cache-${cache}`), entries, acknowledged, problems }
      const kills = Math.min(killsPerCache, options.kills - report.kills)
      report.reads += await runCache(watched, kills, options.writers, random, pool)
      report.kills += kills
      report.acknowledgedPuts += acknowledged.length
      report.changingPuts += acknowledged.filter(({ rowsAdded }) => rowsAdded > 0).length
      report.rows += await checkEnd(watched)
      rmSync(watched.folder, { recursive: true })
    }
    return { ...report, problems }
  } finally {
    await pool.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Kills writers of one cache, one after another in each of so many places; returns how often the cache was read. */
const runCache = async (
  watched: Watched,
  kills: number,
  writers: number,
  random: () => number,
  pool: WriterPool,
): Promise<number> => {
  const startedAt = performance.timeOrigin + performance.now()
  let left = kills
  const writeAndDie = async (): Promise<void> => {
    while (left > 0 && watched.problems.length === 0) {
      left -= 1
      const wasAlive = await pool.live({
        folder: watched.folder,
        startedAt,
        writes: integerOf(random, 0, mostWrites),
        moment: random(),
        onPut: (put) => watched.acknowledged.push(put),
      })
      if (!wasAlive) watched.problems.push("a writer ended by itself")
    }
  }
  const state = { isWriting: true }
  let reads = 0
  const watch = async (way: WayToRead): Promise<void> => {
    const look = await makeWatcher(watched, way)
    for (; state.isWriting; reads += 1) {
      await look()
      await setTimeout(20)
    }
    await look()
  }
  const watching = Promise.all([watch("kept open"), watch("opened anew")])
  await Promise.all(Array.from({ length: writers }, writeAndDie)).finally(() => (state.isWriting = false))
  await watching
  return reads
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "2000" },
      writers: { type: "string", default: "4" },
      entries: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
    },
  })
  const report = await runKillCampaign({
    kills: Number(values.kills),
    writers: Number(values.writers),
    entries: Number(values.entries),
    seed: Number(values.seed),
  })
  console.log(JSON.stringify(report, undefined, 2))
  if (report.problems.length > 0) process.exitCode = 1
}
