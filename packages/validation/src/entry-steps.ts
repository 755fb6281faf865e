import type { EntryDescription, Instrument } from "@barkeep/market-data"
import { unreadableEntry } from "./assemble-entry.ts"
import { type Attempt, attempt } from "./attempt.ts"
import type { EntryOptions } from "./entry-job.ts"
import { finding } from "./finding.ts"
import { judgeEntry } from "./judge-entry.ts"
import { pathOf, readAllSpans } from "./read-year.ts"
import { isUnchanged } from "./reuse-report.ts"
import type { EntryReport } from "./store-report.ts"
import type { StoredEntry, ValidationSource } from "./validation-source.ts"

/**
 * Judges one entry year by year, in the memory of one year, with a stop before each year that is judged; what it yields
 * is the year, what it returns the report. Outages that only other symbols show are not in it yet.
 * @throws the signal's reason when aborted, and what the source rejects with that is no typed error
 */
export async function* entrySteps(
  source: ValidationSource,
  stored: StoredEntry,
  options: EntryOptions,
): AsyncGenerator<number, EntryReport, undefined> {
  const unchanged = findUnchanged(stored, options)
  if (unchanged !== undefined) return unchanged
  const entry = { ...stored, fingerprint: fingerprintOf(stored, options) }
  const { symbol, timeframe } = entry
  const description = await attempt(() => source.describe(symbol, timeframe))
  const coverage = await attempt(() => source.coverage(symbol, timeframe))
  const known = describeEntry(description, options.instrument, entry)
  if (known === undefined) return unreadableEntry(entry, issueOf(description))
  const issues = [issueOf(description), issueOf(coverage)].filter((issue) => issue !== undefined)
  return yield* judgeEntry({
    source,
    entry,
    options,
    description: known,
    coverage: coverage._tag === "Done" ? coverage.value : [],
    spans: await readAllSpans(source, entry),
    findings: issues.map((issue) =>
      finding("damaged-file", issue.message, [], { maxPlaces: 0, rows: 0, ...pathOf(issue) }),
    ),
  })
}

/** The earlier report, when it is still that of the same files and facts; nothing needs to be read then. */
export const findUnchanged = (
  stored: StoredEntry,
  options: Pick<EntryOptions, "previous" | "listing" | "events" | "onYear">,
): EntryReport | undefined => {
  const { previous } = options
  const entry = { ...stored, fingerprint: fingerprintOf(stored, options) }
  if (previous === undefined || !isUnchanged(previous, entry)) return undefined
  for (const { year, rows } of previous.years) options.onYear?.({ year, rows, reused: true })
  return previous
}

/** What besides the years' files decides the report. */
const fingerprintOf = (
  { fingerprint = "" }: StoredEntry,
  { listing, events }: Pick<EntryOptions, "listing" | "events">,
): string =>
  listing === undefined && events === undefined ? fingerprint : JSON.stringify([fingerprint, listing, events])

const describeEntry = (
  description: Attempt<EntryDescription | undefined>,
  instrument: Instrument | undefined,
  { timeframe }: StoredEntry,
): EntryDescription | undefined => {
  if (description._tag === "Done" && description.value !== undefined) return description.value
  return instrument === undefined ? undefined : { instrument, timeframe, adjustment: "unknown" }
}

const issueOf = (step: Attempt<unknown>): Error | undefined =>
  step._tag === "Failed" ? step.issue : undefined
