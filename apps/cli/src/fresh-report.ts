import type { Cache } from "@barkeep/cache-core"
import type { Timeframe } from "@barkeep/market-data"
import { settingsOf, type StoredEntry, type StoreReport, validateStore } from "@barkeep/validation"
import { keepReport } from "./keep-report.ts"
import { noteQuality } from "./note-quality.ts"
import type { CommandContext } from "./run-command.ts"
import { validationSource } from "./validation-source.ts"

/** Which entries are judged anew; all without names. */
export interface Judged {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
}

/**
 * Judges entries anew, as the earlier report was made and taking over what has not changed, and brings the cache's report
 * up to date.
 */
export const refreshReport = async (
  cache: Cache,
  previous: StoreReport | undefined,
  judged: Judged,
  { signal, now }: Pick<CommandContext, "signal" | "now">,
): Promise<StoreReport> => {
  const validated = await validateStore({
    source: validationSource(cache),
    now: now(),
    signal,
    ...(previous && { previous, ...settingsOf(previous) }),
    ...judged,
  })
  const { report } = await noteQuality(cache, validated, previous)
  return (await keepReport(cache.folder, report, previous, await cache.entries())).report
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
