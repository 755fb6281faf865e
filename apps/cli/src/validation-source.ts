import { type Stats, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Cache, CacheEntry } from "@barkeep/cache-core"
import type { StoredEntry, StoredYear, ValidationSource } from "@barkeep/validation"
import { columnMemory } from "./column-memory.ts"

/** A cache as validation reads it. A year's fingerprint is the state of its two files, an entry's that of its answers. */
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
    entries: async () => Promise.all((await cache.entries()).map((entry) => toStoredEntry(cache, entry))),
  }
}

const toStoredEntry = async (
  cache: Cache,
  { symbol, timeframe, years }: CacheEntry,
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
    years: years.map((year) => toStoredYear(year, beside(files.data, year), beside(files.metadata, year))),
  }
}

const toStoredYear = (year: number, data: string, metadata: string): StoredYear => {
  const stats = statOf(data)
  return {
    year,
    path: data,
    fingerprint: yearFingerprint(stats === undefined ? absent : fileMark(stats), markOf(metadata)),
    sizeBytes: stats?.size ?? 0,
  }
}

/** The fingerprint of a year by the marks of its files. */
export const yearFingerprint = (data: string, metadata: string): string => `${data} ${metadata}`

const absent = "absent"

const markOf = (path: string): string => {
  const stats = statOf(path)
  return stats === undefined ? absent : fileMark(stats)
}

/** Differs whenever the file was written or replaced. */
export const fileMark = ({
  size,
  mtimeMs,
  ino,
}: {
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
}): string => `${size}@${mtimeMs}#${ino}`

/** `undefined` for a file that is not there: files of other programs have no metadata, and most entries no answers. */
const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })
