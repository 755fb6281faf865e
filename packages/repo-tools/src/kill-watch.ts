import { type Cache, openCache } from "@barkeep/cache-core"
import { type Bars, barCount, concatBars, firstRowAtOrAfter } from "@barkeep/market-data"
import { areRight, barsOf, entryOf, requestOf, timesOf } from "./campaign-bars.ts"
import {
  type Acknowledged,
  type MergedEntry,
  mergedGrid,
  replacedEntry,
  replacedRows,
} from "./kill-entries.ts"

/** What watchers of one cache share. */
export interface Watched {
  readonly folder: string
  readonly entries: ReadonlyArray<MergedEntry>
  readonly acknowledged: Array<Acknowledged>
  /** What must never happen is added here. */
  readonly problems: Array<string>
}

/** How a watcher reads: through a cache that stays open, or piece by piece through one that is opened each time. */
export type WayToRead = "kept open" | "opened anew"

/**
 * A watcher, to be called again and again: one look at all entries, against what was acknowledged before it began. No
 * read fails, no row is wrong, no row count shrinks, every acknowledged row is there, a replaced entry is one version.
 */
export const makeWatcher = async (watched: Watched, way: WayToRead): Promise<() => Promise<void>> => {
  const { folder, entries, acknowledged, problems } = watched
  const kept = await openCache(folder)
  const largest = new Map<string, number>()
  let checkedPuts = 0
  return async () => {
    const cache = way === "kept open" ? kept : await openCache(folder)
    const until = acknowledged.length
    for (const entry of entries) {
      const name = `${entry.symbol} ${entry.timeframe}, ${way}`
      try {
        const bars = await readAll(cache, entry, way)
        const rows = barCount(bars)
        if (!areRight(bars, 0)) problems.push(`${name}: a row is wrong`)
        if (rows < (largest.get(name) ?? 0))
          problems.push(`${name}: ${largest.get(name)} rows became ${rows}`)
        largest.set(name, rows)
        for (const put of acknowledged.slice(checkedPuts, until)) {
          const issue = isOf(put, entry) ? findLoss(put, bars) : undefined
          if (issue !== undefined) problems.push(`${name}: ${issue}`)
        }
        await cache.coverage(entry.symbol, entry.timeframe)
      } catch (error) {
        problems.push(`${name}: ${String(error)}`)
      }
    }
    checkedPuts = until
    await watchReplaced(cache, problems)
  }
}

const readAll = async (cache: Cache, { symbol, timeframe }: MergedEntry, way: WayToRead): Promise<Bars> => {
  if (way === "kept open") return cache.read(symbol, timeframe)
  const parts: Array<Bars> = []
  for await (const bars of cache.readBlocks(symbol, timeframe)) parts.push(bars)
  return concatBars(parts)
}

const isOf = (put: Acknowledged, { symbol, timeframe }: MergedEntry): boolean =>
  put.symbol === symbol && put.timeframe === timeframe

const findLoss = ({ timeframe, first, count }: Acknowledged, { openTime }: Bars): string | undefined => {
  const times = timesOf(timeframe, first, count)
  const from = firstRowAtOrAfter(openTime, times[0] as number)
  const to = firstRowAtOrAfter(openTime, (times.at(-1) as number) + 1)
  return to - from === count ? undefined : `an acknowledged put of ${count} rows has ${to - from}`
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

/** After one more write to every entry every acknowledged row is there and the whole cache verifies. */
export const checkEnd = async ({ folder, entries, acknowledged, problems }: Watched): Promise<number> => {
  const cache = await openCache(folder)
  let rows = 0
  for (const entry of entries) {
    const { symbol, timeframe } = entry
    await cache.put(requestOf(entryOf(symbol, timeframe), barsOf(timesOf(timeframe, mergedGrid, 1), 0)))
    const bars = await cache.read(symbol, timeframe)
    rows += barCount(bars)
    for (const put of acknowledged) {
      const issue = isOf(put, entry) ? findLoss(put, bars) : undefined
      if (issue !== undefined) problems.push(`at the end: ${symbol} ${timeframe}: ${issue}`)
    }
  }
  const version = barsOf(timesOf(replacedEntry.timeframe, 0, replacedRows[0]), 1)
  await cache.replaceEntry(requestOf(entryOf(replacedEntry.symbol, replacedEntry.timeframe), version, "v1"))
  for (const finding of (await cache.verify()).findings)
    problems.push(`at the end: ${finding.kind} ${finding.path}: ${finding.what}`)
  return rows
}
