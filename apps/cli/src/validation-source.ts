import { basename, dirname, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { type Cache, type CacheEntry, fileMark, type FileStat, nodeFileSystem } from "@barkeep/cache-core"
import { systemClock } from "@barkeep/provider-kit"
import type { StoredEntry, StoredYear, ValidationSource } from "@barkeep/validation"
import { columnMemory } from "./column-memory.ts"

/**
 * A cache as validation reads it. A year's fingerprint is the state of its two files, an entry's that of its answers:
 * size, time of change and inode. Barkeep's own writes always make a new file; to notice other programs that change one
 * in place, `entries` waits until a later change would have another time than the youngest one. What keeps all three
 * (a bit that flips on the disk) is found by `verify` only.
 */
export const validationSource = (cache: Cache): ValidationSource => {
  const { lend, giveBack } = columnMemory()
  return {
    read: cache.read,
    describe: cache.describe,
    coverage: cache.coverage,
    provenance: cache.provenance,
    readYear: (symbol, timeframe, year) => cache.readYear(symbol, timeframe, year, { lend }),
    release: giveBack,
    hashYear: cache.hashYear,
    entries: async () => {
      const files = fileStates()
      const entries = await Promise.all(
        (await cache.entries()).map((entry) => toStoredEntry(cache, entry, files)),
      )
      await setTimeout(untilTick(files.youngest(), systemClock.now()))
      return entries
    },
  }
}

const toStoredEntry = async (
  cache: Cache,
  { symbol, timeframe, years }: CacheEntry,
  { markOf, statOf }: FileStates,
): Promise<StoredEntry> => {
  const first = years[0] ?? 1970
  const files = await cache.partition(symbol, timeframe, first)
  // The years of an entry lie side by side: one question for the folder is enough.
  const beside = (path: string, year: number): string =>
    join(dirname(path), basename(path).replace(String(first), String(year)))
  return {
    symbol,
    timeframe,
    fingerprint: markOf(await cache.answersFile(symbol, timeframe)),
    years: years.map((year): StoredYear => {
      const path = beside(files.data, year)
      return {
        year,
        path,
        fingerprint: yearFingerprint(markOf(path), markOf(beside(files.metadata, year))),
        sizeBytes: statOf(path)?.size ?? 0,
      }
    }),
  }
}

/** The fingerprint of a year by the marks of its files. */
export const yearFingerprint = (data: string, metadata: string): string => `${data} ${metadata}`

/** The marks that a year's fingerprint is made of. */
export const marksOf = (fingerprint: string): { readonly data: string; readonly metadata: string } => {
  const [data = "", metadata = ""] = fingerprint.split(" ")
  return { data, metadata }
}

/** Looks at each file once. */
interface FileStates {
  readonly statOf: (path: string) => FileStat | undefined
  /** `absent` for a file that is not there: those of other programs have no metadata, and most entries no answers. */
  readonly markOf: (path: string) => string
  /** When the file that was changed last was changed; epoch milliseconds. */
  readonly youngest: () => number
}

const fileStates = (): FileStates => {
  const stats = new Map<string, FileStat | undefined>()
  const statOf = (path: string): FileStat | undefined => {
    if (!stats.has(path)) stats.set(path, nodeFileSystem.stat(path))
    return stats.get(path)
  }
  return {
    statOf,
    markOf: (path) => {
      const stat = statOf(path)
      return stat === undefined ? "absent" : fileMark(stat)
    },
    youngest: () => [...stats.values()].reduce((latest, stat) => Math.max(latest, stat?.mtimeMillis ?? 0), 0),
  }
}

/**
 * How long until a file that is changed gets another time than one that was changed at `changedAt`: file systems know
 * the time to some milliseconds, old ones and some in networks to two seconds.
 */
export const untilTick = (changedAt: number, now: number): number => {
  const tick = changedAt % 1000 === 0 ? 2000 : 20
  return Math.min(tick, Math.max(0, changedAt + tick - now))
}
