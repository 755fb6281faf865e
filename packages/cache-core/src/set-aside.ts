import { type Timeframe } from "@barkeep/market-data"
import { markOf, yearMark } from "./file-mark.ts"
import { writersOf } from "./file-writers.ts"
import { isLink, leadsOut } from "./inside-cache.ts"
import { guard, locateEntry, partitionPaths } from "./layout.ts"
import { quarantineFiles, type Quarantined } from "./quarantine.ts"
import { readDamagedYear } from "./read-damaged-year.ts"
import { readableFile } from "./readable-file.ts"
import type { StoreContext } from "./store-context.ts"

/** Files of one entry that are to go to the quarantine. */
export interface SetAsideRequest {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly year?: number
  /** Absolute paths in the entry's folder. @default all files of the year */
  readonly files?: ReadonlyArray<string>
  readonly why: string
  /** What the finding said of the files; when they have changed since, they stay. */
  readonly mark?: string
}

/** What became of a request. */
export type SetAsideOutcome =
  | { readonly _tag: "SetAside"; readonly quarantined: Quarantined }
  /** Another process is writing there; the files are as they were. */
  | { readonly _tag: "Busy"; readonly what: string }
  /** The files are no longer those that were looked at, and are as they are. */
  | { readonly _tag: "Changed" }
  /** The files are not inside the cache folder: a symbolic link leads out of it. */
  | { readonly _tag: "Outside"; readonly what: string }

/** A file that was written this short a time ago may not be finished. */
const quietMillis = 2000
const clockSkewMillis = 60_000

/** Moves files to the quarantine, unless somebody else is at them. Only under the entry's lock. @throws {CacheError} */
export const setAside = async (context: StoreContext, request: SetAsideRequest): Promise<SetAsideOutcome> => {
  const { symbol, timeframe, year } = request
  const location = locateEntry(context, symbol, timeframe)
  const files = (request.files ?? yearFiles(location.folder, year)).filter(
    (file) => guard(file, "quarantine", () => context.files.stat(file)) !== undefined,
  )
  if (files.length === 0) return { _tag: "Changed" }
  const linked = files.find((file) => isLink(file) || leadsOut(context, file))
  if (linked !== undefined) return { _tag: "Outside", what: `${linked} is reached by a symbolic link` }
  const now = (): string =>
    year === undefined ? markOf(context, files) : yearMark(context, location.folder, year)
  const disturbed = await findDisturbance(context, files, now, request.mark)
  if (disturbed !== undefined) return disturbed
  const readable =
    request.files === undefined && year !== undefined
      ? await readDamagedYear(context, location, year)
      : undefined
  const rows = readable === undefined ? undefined : readableFile(context, readable)
  const quarantined = await quarantineFiles(context, {
    location,
    why: request.why,
    ...(year === undefined ? {} : { year }),
    ...(request.files === undefined ? {} : { files }),
    ...(readable === undefined ? {} : { readable: readable.summary }),
    ...(rows === undefined ? {} : { readableFile: rows }),
  })
  return { _tag: "SetAside", quarantined }
}

/**
 * Who or what speaks against moving files now: they are not those that were looked at, or another program is at them.
 * @param state of the files, as a text
 * @param expected the state when they were looked at
 * @throws {CacheError}
 */
export const findDisturbance = async (
  context: StoreContext,
  files: ReadonlyArray<string>,
  state: () => string,
  expected?: string,
): Promise<Exclude<SetAsideOutcome, { readonly _tag: "SetAside" }> | undefined> => {
  const before = state()
  if (expected !== undefined && before !== expected) return { _tag: "Changed" }
  await untilQuiet(context, files)
  const [writer] = writersOf(files)
  if (writer !== undefined) return { _tag: "Busy", what: `process ${writer} has it open for writing` }
  return state() === before ? undefined : { _tag: "Busy", what: "another program is writing it" }
}

const yearFiles = (folder: string, year: number | undefined): ReadonlyArray<string> => {
  if (year === undefined) return []
  const { data, metadata } = partitionPaths(folder, year)
  return [data, metadata]
}

/** Other programs know nothing of our locks: what they have just written is looked at again a moment later. */
const untilQuiet = async (context: StoreContext, files: ReadonlyArray<string>): Promise<void> => {
  const ages = files.flatMap((file) => {
    const stat = guard(file, "quarantine", () => context.files.stat(file))
    return stat === undefined ? [] : [context.clock.now() - stat.mtimeMillis]
  })
  // A clock that is behind that of a file server makes files come from the future.
  const youngest = Math.min(
    ...ages.filter((age) => age > -clockSkewMillis).map((age) => Math.max(0, age)),
    quietMillis,
  )
  if (youngest < quietMillis) await new Promise((resolve) => void setTimeout(resolve, quietMillis - youngest))
}
