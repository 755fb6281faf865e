import { type EntryDescription, zoneOfDays } from "@barkeep/market-data"
import { CacheError, type CacheFailure } from "./cache-error.ts"
import { type OpenPartition } from "./partition-kinds.ts"

/** An entry as it is stored, and what had to be assumed about it. */
export interface StoredEntry extends EntryDescription {
  /** IANA name of the zone that the files' times are written in. */
  readonly timezone: string
  /** For people; empty for entries that this library wrote. */
  readonly notes: ReadonlyArray<string>
  /** True when the instrument and zone are a guess about files of another program. */
  readonly guessed: boolean
}

/** What one partition says about its entry. */
export const describePartition = (
  partition: OpenPartition,
  timeframe: EntryDescription["timeframe"],
): StoredEntry => {
  const metadata = partition.kind === "indexed" ? partition.metadata : partition.earlier
  if (metadata !== undefined) {
    return {
      instrument: metadata.instrument,
      timeframe,
      adjustment: metadata.adjustment,
      ...(metadata.anchor === undefined ? {} : { anchor: metadata.anchor }),
      timezone: metadata.timezone,
      notes: partition.kind === "foreign" ? partition.facts.notes : [],
      guessed: false,
    }
  }
  const { facts } = partition as OpenPartition & { readonly kind: "foreign" }
  return {
    instrument: facts.instrument,
    timeframe,
    adjustment: facts.adjustment,
    timezone: facts.timezone,
    notes: facts.notes,
    guessed: facts.guessed,
  }
}

/**
 * Checks that rows of `incoming` may be added to `stored`.
 * @throws {CacheError} `MixedAdjustment`, `EntryMismatch`
 */
export const checkSameEntry = (path: string, stored: StoredEntry, incoming: EntryDescription): void => {
  const reason = findMismatch(stored, incoming)
  if (reason !== undefined) throw new CacheError({ path, operation: "write", reason })
}

const findMismatch = (stored: StoredEntry, incoming: EntryDescription): CacheFailure | undefined => {
  const mismatch = (what: "timezone" | "anchor" | "instrument", a: string, b: string): CacheFailure => ({
    _tag: "EntryMismatch",
    what,
    stored: a,
    incoming: b,
  })
  const timezone = zoneOfDays(incoming.instrument)
  if (!stored.guessed) {
    if (stored.timezone !== timezone) return mismatch("timezone", stored.timezone, timezone)
    for (const key of ["market", "base", "currency"] as const) {
      const a = stored.instrument[key]
      const b = incoming.instrument[key]
      if (a !== undefined && b !== undefined && a !== b)
        return mismatch("instrument", `${key} ${a}`, `${key} ${b}`)
    }
  }
  if (stored.anchor !== undefined && incoming.anchor !== undefined && stored.anchor !== incoming.anchor)
    return mismatch("anchor", stored.anchor, incoming.anchor)
  if (stored.adjustment !== incoming.adjustment)
    return { _tag: "MixedAdjustment", stored: stored.adjustment, incoming: incoming.adjustment }
  return undefined
}
