import type { ProvenanceSpan } from "@barkeep/market-data"
import { attempt } from "./attempt.ts"
import type { Job } from "./entry-job.ts"
import { yearRange } from "./local-time.ts"
import { orderRows } from "./order-rows.ts"
import { noRows, type YearRows } from "./scan-years.ts"
import type { StoredEntry, StoredYear, ValidationSource } from "./validation-source.ts"

/** Where the rows of all years come from; `undefined` when one of the years keeps that from being read. */
export const readAllSpans = async (
  source: ValidationSource,
  { symbol, timeframe }: StoredEntry,
): Promise<ReadonlyArray<ProvenanceSpan> | undefined> => {
  const spans = await attempt(() => source.provenance(symbol, timeframe))
  return spans._tag === "Done" ? spans.value : undefined
}

/** A year that is to be judged: its file with the hash, and its rows or why they cannot be read. */
export interface YearToJudge {
  readonly stored: StoredYear | undefined
  readonly rows: YearRows
}

export interface YearReader {
  /** Reads a year that `take` will give later; until then its rows are kept. */
  readonly peek: (stored: StoredYear) => Promise<YearRows>
  /** The year without a file has no rows. */
  readonly take: (stored: StoredYear | undefined) => Promise<YearToJudge>
}

/** Reads the years of an entry, each once and holding on to none: a year of minutes is some 25 MB. */
export const yearReader = (job: Job, timeZone: string): YearReader => {
  let ahead: YearToJudge | undefined
  return {
    peek: async (stored) => {
      ahead = await readYear(job, stored, timeZone)
      return ahead.rows
    },
    take: async (stored) => {
      if (stored === undefined) return { stored, rows: noRows }
      const found = ahead?.stored?.year === stored.year ? ahead : await readYear(job, stored, timeZone)
      ahead = undefined
      return found
    },
  }
}

const readYear = async (job: Job, stored: StoredYear, timeZone: string): Promise<YearToJudge> => {
  const { source, entry } = job
  // Before the rows: a file that changes in between then differs from its hash, and nobody fills gaps by it.
  const hash = await attempt(async () =>
    stored.sha256 === undefined
      ? source.hashYear?.(entry.symbol, entry.timeframe, stored.year)
      : stored.sha256,
  )
  if (hash._tag === "Failed") return { stored, rows: unreadable(stored, hash.issue) }
  const sha256 = hash.value
  return {
    stored: sha256 === undefined ? stored : { ...stored, sha256 },
    rows: await readRows(job, stored, timeZone),
  }
}

const readRows = async (
  { source, entry: { symbol, timeframe }, spans: allSpans }: Job,
  stored: StoredYear,
  timeZone: string,
): Promise<YearRows> => {
  const range = yearRange(stored.year, timeZone)
  if (source.readYear !== undefined) {
    const { readYear: readFile } = source
    const file = await attempt(() => readFile(symbol, timeframe, stored.year))
    return file._tag === "Failed"
      ? unreadable(stored, file.issue)
      : { _tag: "Rows", ordered: orderRows(file.value.bars), spans: file.value.provenance }
  }
  const bars = await attempt(() => source.read(symbol, timeframe, range))
  if (bars._tag === "Failed") return unreadable(stored, bars.issue)
  const ordered = orderRows(bars.value)
  if (allSpans !== undefined) return { _tag: "Rows", ordered, spans: allSpans }
  const spans = await attempt(() => source.provenance(symbol, timeframe, range))
  return spans._tag === "Failed"
    ? unreadable(stored, spans.issue)
    : { _tag: "Rows", ordered, spans: spans.value }
}

const unreadable = (stored: StoredYear, issue: Error): YearRows => ({
  _tag: "Unreadable",
  issue: issue.message,
  path: pathOf(issue).path ?? stored.path,
})

/** The file that an error names. */
export const pathOf = (error: Error): { readonly path?: string } =>
  "path" in error && typeof error.path === "string" ? { path: error.path } : {}
