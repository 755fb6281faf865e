import type { Cache } from "@barkeep/cache-core"
import type { Timeframe } from "@barkeep/market-data"
import { systemClock } from "@barkeep/provider-kit"
import {
  mergeReports,
  type StoredEntry,
  type StoreReport,
  toReportDocument,
  validateStore,
} from "@barkeep/validation"
import { noteQuality } from "./note-quality.ts"
import { reportPath, writeWhole } from "./report-file.ts"
import { validationSource } from "./validation-source.ts"

/** Which entries are judged anew; all without names. */
export interface Judged {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
}

/** Judges entries anew, taking over what has not changed, and brings the cache's report up to date. */
export const refreshReport = async (
  cache: Cache,
  previous: StoreReport | undefined,
  judged: Judged,
  signal: AbortSignal,
): Promise<StoreReport> => {
  const validated = await validateStore({
    source: validationSource(cache),
    now: systemClock.now(),
    signal,
    ...(previous === undefined ? {} : { previous }),
    ...judged,
  })
  const { report } = await noteQuality(cache, validated, previous)
  const whole = previous === undefined ? report : mergeReports(report, previous)
  const stored = new Set((await cache.entries()).map(({ symbol, timeframe }) => `${timeframe} ${symbol}`))
  const kept = {
    ...whole,
    entries: whole.entries.filter(({ symbol, timeframe }) => stored.has(`${timeframe} ${symbol}`)),
  }
  if (kept.entries.length > 0)
    await writeWhole(reportPath(cache.folder), `${JSON.stringify(toReportDocument(kept), null, 2)}\n`)
  return kept
}

/** The files of the entries with their hashes, to tell whether a report is about them. */
export const hashedEntries = async (
  cache: Cache,
  isWanted: (entry: Pick<StoredEntry, "symbol" | "timeframe">) => boolean,
): Promise<ReadonlyArray<StoredEntry>> => {
  const entries = (await validationSource(cache).entries()).filter(isWanted)
  return Promise.all(
    entries.map(async (entry) => ({
      ...entry,
      years: await Promise.all(
        entry.years.map(async (year) => {
          const sha256 = await cache.hashYear(entry.symbol, entry.timeframe, year.year)
          return sha256 === undefined ? year : { ...year, sha256 }
        }),
      ),
    })),
  )
}
