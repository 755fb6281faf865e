import type { ProvenanceSpan } from "@barkeep/market-data"
import { attempt } from "./attempt.ts"
import type { Job } from "./entry-job.ts"
import { yearRange } from "./local-time.ts"
import type { YearRows } from "./scan-years.ts"
import type { StoredEntry, StoredYear, ValidationSource } from "./validation-source.ts"

/** Where the rows of all years come from; `undefined` when one of the years keeps that from being read. */
export const readAllSpans = async (
  source: ValidationSource,
  { symbol, timeframe }: StoredEntry,
): Promise<ReadonlyArray<ProvenanceSpan> | undefined> => {
  const spans = await attempt(() => source.provenance(symbol, timeframe))
  return spans._tag === "Done" ? spans.value : undefined
}

/** A year's rows with where they come from, or why they cannot be read. */
export const readYear = async (job: Job, stored: StoredYear, timeZone: string): Promise<YearRows> => {
  const { source, entry } = job
  const { symbol, timeframe } = entry
  const range = yearRange(stored.year, timeZone)
  const bars = await attempt(() =>
    source.readYear === undefined
      ? source.read(symbol, timeframe, range)
      : source.readYear(symbol, timeframe, stored.year),
  )
  if (bars._tag === "Failed") return unreadable(stored, bars.issue)
  if (job.spans !== undefined) return { _tag: "Rows", bars: bars.value, spans: job.spans }
  const spans = await attempt(() => source.provenance(symbol, timeframe, range))
  return spans._tag === "Failed"
    ? unreadable(stored, spans.issue)
    : { _tag: "Rows", bars: bars.value, spans: spans.value }
}

const unreadable = (stored: StoredYear, issue: Error): YearRows => ({
  _tag: "Unreadable",
  issue: issue.message,
  path: pathOf(issue).path ?? stored.path,
})

/** The file that an error names. */
export const pathOf = (error: Error): { readonly path?: string } =>
  "path" in error && typeof error.path === "string" ? { path: error.path } : {}
