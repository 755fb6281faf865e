import { type EntryDescription, zoneOfDays } from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import type { LockedStep } from "./fill-entry.ts"
import { locateEntry, partitionPaths, yearsIn } from "./layout.ts"
import { withPartition } from "./open-partition.ts"
import { putYear } from "./put-year.ts"
import type { Quarantined } from "./quarantine.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * Writes a year anew whose metadata is damaged and whose data is whole: copies of both files go to the quarantine, the
 * rows stay, their provenance is unknown. Only under the entry's lock.
 * @param entry as the entry's other years have it
 * @throws {CacheError}
 */
export const rebuildYear = async (
  context: StoreContext,
  year: number,
  entry: EntryDescription,
  { hashes, checkLock }: LockedStep,
): Promise<Quarantined> => {
  const location = locateEntry(context, entry.instrument.symbol, entry.timeframe)
  const outcome = await putYear({
    context: { ...context, onDamaged: "quarantine" },
    hashes,
    location,
    request: { entry, pages: [] },
    incoming: { year, runs: [], answers: [] },
    earlierAnswers: [],
    checkLock,
  })
  const [quarantined] = outcome?.quarantined ?? []
  if (quarantined === undefined)
    throw corrupt(
      partitionPaths(location.folder, year).metadata,
      "write",
      "no row of the year can be read with certainty",
    )
  return quarantined
}

/** What the years of an entry that this library wrote say about it, besides one of them. @throws {CacheError} */
export const siblingEntry = async (
  context: StoreContext,
  symbol: EntryDescription["instrument"]["symbol"],
  timeframe: EntryDescription["timeframe"],
  besides: number,
): Promise<EntryDescription | undefined> => {
  const location = locateEntry(context, symbol, timeframe)
  for (const year of yearsIn(location).toReversed()) {
    if (year === besides) continue
    try {
      const found = await withPartition(context, location, year, (partition) =>
        partition.kind === "indexed" ? partition.metadata : undefined,
      )
      if (found !== undefined && zoneOfDays(found.instrument) === found.timezone)
        return {
          instrument: found.instrument,
          timeframe,
          adjustment: found.adjustment,
          ...(found.anchor === undefined ? {} : { anchor: found.anchor }),
        }
    } catch (error) {
      // A damaged neighbour says nothing.
      if (!(error instanceof CacheError) || error.reason._tag !== "CorruptPartition") throw error
    }
  }
  return undefined
}
