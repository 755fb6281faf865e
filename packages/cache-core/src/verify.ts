import * as path from "node:path"
import type { Timeframe } from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { emptyAnswersPath, readEmptyAnswers } from "./empty-answers.ts"
import type { StoredEntry } from "./entry-description.ts"
import {
  type EntryLocation,
  guard,
  listSymbolFolders,
  listTimeframeFolders,
  locateEntry,
  orphanYearsIn,
  partitionPaths,
  replacementPath,
  temporaryFile,
  yearsIn,
} from "./layout.ts"
import { markOf, yearMark } from "./file-mark.ts"
import { checkNotLost } from "./partition-files.ts"
import { readReplacement } from "./replacement-note.ts"
import type { StoreContext } from "./store-context.ts"
import { strayItems } from "./stray-items.ts"
import { type Note, toFinding, type VerifyFinding, type VerifyReport } from "./verify-finding.ts"
import { checkYear } from "./verify-year.ts"

export interface VerifyFilter {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
  /** Called after each file. */
  readonly onFile?: (progress: VerifyProgress) => void
}

/** How far a verification has got. */
export interface VerifyProgress {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly year: number
  /** Files read so far, of `files` in all. */
  readonly filesDone: number
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

/**
 * Reads every byte of the cache and checks all that the metadata claims: SHA-256, each block's checksum, counts and
 * times, that the file as a whole reads the same as by its blocks, that spans tile the rows. Goes on past damage.
 * @throws the signal's reason when aborted
 */
export const verifyCache = async (context: StoreContext, filter: VerifyFilter): Promise<VerifyReport> => {
  const findings: Array<VerifyFinding> = []
  let partitions = 0
  let rows = 0
  let bytes = 0
  if (filter.symbols === undefined && filter.timeframes === undefined) findings.push(...strayItems(context))
  const entries = wantedEntries(context, filter)
  const files = countFiles(context, entries)
  for (const { symbol, timeframe } of entries) {
    const note = (finding: Omit<VerifyFinding, "symbol" | "timeframe">): void =>
      void findings.push({ symbol, timeframe, ...finding })
    const location = orNote(note, () => locateEntry(context, symbol, timeframe))
    if (location === undefined) continue
    checkFolder(context, location, note)
    orNote(
      note,
      () => readEmptyAnswers(context, symbol, timeframe),
      emptyAnswersPath(context, symbol, timeframe),
    )
    orNote(
      note,
      () => readReplacement(context, symbol, timeframe),
      replacementPath(context, symbol, timeframe),
    )
    const described: Array<readonly [year: number, entry: StoredEntry]> = []
    for (const year of yearsIn(location)) {
      filter.signal?.throwIfAborted()
      partitions += 1
      const mark = yearMark(context, location.folder, year)
      const checked = await checkYear(context, location, year, (finding) => note({ year, mark, ...finding }))
      rows += checked?.rows ?? 0
      bytes += checked?.bytes ?? 0
      if (checked !== undefined) described.push([year, checked.entry])
      filter.onFile?.({ symbol, timeframe, year, filesDone: partitions, files, rows, bytes })
      // Other work of the process gets a turn between two files.
      await new Promise((resolve) => void setImmediate(resolve))
    }
    checkSameKind(location, described, note)
  }
  return { findings, partitions, rows, bytes }
}

const wantedEntries = (
  context: StoreContext,
  { symbols, timeframes }: VerifyFilter,
): ReadonlyArray<{ readonly symbol: string; readonly timeframe: Timeframe }> =>
  (symbols ?? listSymbolFolders(context)).flatMap((symbol) =>
    listTimeframeFolders(context, symbol)
      .filter((timeframe) => timeframes?.includes(timeframe) !== false)
      .map((timeframe) => ({ symbol, timeframe })),
  )

/** How many files there are to read; entries that cannot be located have none. */
const countFiles = (context: StoreContext, entries: ReturnType<typeof wantedEntries>): number => {
  let files = 0
  for (const { symbol, timeframe } of entries)
    try {
      files += yearsIn(locateEntry(context, symbol, timeframe)).length
    } catch (error) {
      if (!(error instanceof CacheError)) throw error
    }
  return files
}

/** The result, or `undefined` with the store's error as a finding. */
const orNote = <A>(note: Note, body: () => A, file?: string): A | undefined => {
  try {
    return body()
  } catch (error) {
    note(toFinding(error, file))
    return undefined
  }
}

const checkFolder = (context: StoreContext, location: EntryLocation, note: Note): void => {
  for (const year of orphanYearsIn(location)) {
    const { data, metadata } = partitionPaths(location.folder, year)
    try {
      // A writer that commits the year's first file may have been listed between its two renames.
      if (guard(data, "list", () => context.files.stat(data)) !== undefined) continue
      checkNotLost(context, location, year)
      note({
        severity: "notice",
        kind: "orphan-metadata",
        path: metadata,
        year,
        what: "metadata of another program without its data file",
        mark: yearMark(context, location.folder, year),
      })
    } catch (error) {
      note({
        ...toFinding(error),
        kind: "missing-data",
        path: data,
        year,
        mark: yearMark(context, location.folder, year),
      })
    }
  }
  for (const name of location.names) {
    const file = path.join(location.folder, name)
    const leftOver = temporaryFile(name)
    if (leftOver !== undefined)
      note({
        severity: "notice",
        kind: "left-over",
        path: file,
        year: leftOver.year,
        what: "a write is under way, or was killed; the next write cleans up",
      })
    else if (/\.tmp$/i.test(name))
      note({
        severity: "notice",
        kind: "left-over",
        path: file,
        what: "a temporary file of another program",
        mark: markOf(context, [file]),
      })
    else if (!/^\d{4}\.(csv\.gz|metadata\.json)$/.test(name))
      note({ severity: "notice", kind: "stray", path: file, what: "not a file of this cache" })
  }
}

const checkSameKind = (
  location: EntryLocation,
  years: ReadonlyArray<readonly [year: number, entry: StoredEntry]>,
  note: Note,
): void => {
  const kindOf = (entry: StoredEntry): string =>
    `${entry.timezone}, adjusted for "${entry.adjustment}", ${entry.instrument.market}${entry.anchor === undefined ? "" : `, anchor ${entry.anchor}`}`
  const kinds = new Map<string, Array<number>>()
  for (const [year, entry] of years) kinds.set(kindOf(entry), [...(kinds.get(kindOf(entry)) ?? []), year])
  if (kinds.size > 1)
    note({
      severity: "error",
      kind: "mixed-entry",
      path: location.folder,
      what: [...kinds].map(([kind, list]) => `${list.join(" ")}: ${kind}`).join("; "),
    })
}
