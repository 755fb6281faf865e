import type { Timeframe, TimeRange } from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { type EntryLocation, guard, isReplaced, locateEntry, orphanYearsIn, yearsIn } from "./layout.ts"
import { closePartition, openPartition } from "./open-partition.ts"
import { checkNotLost } from "./partition-files.ts"
import { type OpenPartition } from "./partition-kinds.ts"
import type { StoreContext } from "./store-context.ts"

/** The files of one entry that may hold rows of a range, all open and all of the same state of the entry. */
export interface OpenEntry {
  readonly location: EntryLocation
  /** Ascending by year. */
  readonly partitions: ReadonlyArray<OpenPartition>
  /** False when the entry has been replaced since it was opened: other files of it may belong to the new one. */
  readonly isCurrent: () => boolean
}

/** The newest year, one year, the years that may reach into a range, or all. */
export type YearChoice = "newest" | number | TimeRange | undefined

/**
 * Opens the partitions that may hold rows of the range. What is open stays readable whatever writers do meanwhile. The
 * caller closes it with `closeEntry`.
 * @throws {CacheError} for the first year that cannot be opened; nothing is skipped
 */
export const openEntry = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  years: YearChoice,
): Promise<OpenEntry> => {
  for (let attempt = 1; ; attempt += 1) {
    const wasReplaced = isReplaced(context, symbol, timeframe)
    const location = locateEntry(context, symbol, timeframe, wasReplaced)
    const isCurrent = (): boolean =>
      isReplaced(context, symbol, timeframe) === wasReplaced && isUnchanged(context, location)
    const partitions: Array<OpenPartition> = []
    let failure: unknown
    try {
      const wanted = yearsToOpen(context, location, years)
      for (const year of wanted) {
        const partition = await openPartition(context, location, year)
        if (partition === undefined) break
        partitions.push(partition)
      }
      if (isUnchanged(context, location) && partitions.length === wanted.length)
        return { location, partitions, isCurrent }
    } catch (cause) {
      failure = cause
    }
    for (const partition of partitions) closePartition(context, partition)
    // The entry, or a year of it, was moved away while it was opened: what was seen is of no state that ever was.
    if (failure !== undefined && isUnchanged(context, location)) throw failure
    if (attempt === mostAttempts) throw failure ?? unstable(location)
    await new Promise((resolve) => void setTimeout(resolve, attempt))
  }
}

export const closeEntry = (context: StoreContext, entry: OpenEntry): void => {
  for (const partition of entry.partitions) closePartition(context, partition)
}

/** Runs `body` with an open entry. */
export const withEntry = async <A>(
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  years: YearChoice,
  body: (entry: OpenEntry) => A | Promise<A>,
): Promise<A> => {
  const entry = await openEntry(context, symbol, timeframe, years)
  try {
    return await body(entry)
  } finally {
    closeEntry(context, entry)
  }
}

const unstable = (location: EntryLocation): CacheError =>
  new CacheError({
    path: location.folder,
    operation: "read",
    reason: { _tag: "CorruptPartition", what: "a file that is listed in the folder cannot be opened" },
  })

const mostAttempts = 20
const averageYear = 31_556_952_000
const widestOffset = 2 * 86_400_000

const yearsToOpen = (
  context: StoreContext,
  location: EntryLocation,
  years: YearChoice,
): ReadonlyArray<number> => {
  if (years === "newest") return yearsIn(location).slice(-1)
  // The zone of the files is not known yet; a year more on each side costs a look at one block index.
  const mayReach = (year: number): boolean =>
    years === undefined ||
    (typeof years === "number"
      ? year === years
      : (year + 1 - 1970) * averageYear + widestOffset > years.from &&
        (year - 1970) * averageYear - widestOffset < years.to)
  for (const year of orphanYearsIn(location)) if (mayReach(year)) checkNotLost(context, location, year)
  return yearsIn(location).filter(mayReach)
}

const isUnchanged = (context: StoreContext, location: EntryLocation): boolean => {
  const stat = guard(location.folder, "read", () => context.files.stat(location.folder))
  return (stat?.isFolder === true ? stat.inode : undefined) === location.inode
}
