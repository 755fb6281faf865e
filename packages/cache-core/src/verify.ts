import * as path from "node:path"
import type { Timeframe } from "@barkeep/market-data"
import { emptyAnswersPath, readEmptyAnswers } from "./empty-answers.ts"
import type { StoredEntry } from "./entry-description.ts"
import {
  type EntryLocation,
  listSymbolFolders,
  listTimeframeFolders,
  locateEntry,
  orphanYearsIn,
  partitionPaths,
  temporaryFile,
  yearsIn,
} from "./layout.ts"
import { checkNotLost } from "./partition-files.ts"
import type { StoreContext } from "./store-context.ts"
import { strayItems } from "./stray-items.ts"
import { type Note, toFinding, type VerifyFinding, type VerifyReport } from "./verify-finding.ts"
import { checkYear } from "./verify-year.ts"

export interface VerifyFilter {
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
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
  for (const symbol of filter.symbols ?? listSymbolFolders(context))
    for (const timeframe of listTimeframeFolders(context, symbol)) {
      if (filter.timeframes?.includes(timeframe) === false) continue
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
      const described: Array<readonly [year: number, entry: StoredEntry]> = []
      for (const year of yearsIn(location)) {
        filter.signal?.throwIfAborted()
        partitions += 1
        const checked = await checkYear(context, location, year, (finding) => note({ year, ...finding }))
        if (checked === undefined) continue
        rows += checked.rows
        bytes += checked.bytes
        described.push([year, checked.entry])
        // Other work of the process gets a turn between two files.
        await new Promise((resolve) => void setImmediate(resolve))
      }
      checkSameKind(location, described, note)
    }
  return { findings, partitions, rows, bytes }
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
      checkNotLost(context, location, year)
      note({
        severity: "notice",
        kind: "stray",
        path: metadata,
        year,
        what: "metadata of another program without its data file",
      })
    } catch (error) {
      note({ ...toFinding(error), kind: "missing-data", path: data, year })
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
