import { type Cache, CacheError, fileMark, type QualityOutcome } from "@barkeep/cache-core"
import {
  entryKey,
  type EntryReport,
  type StoreReport,
  toDataQuality,
  type YearReport,
} from "@barkeep/validation"
import { marksOf, yearFingerprint } from "./validation-source.ts"

/** What could not be noted, and why. */
export interface NotNoted {
  readonly symbol: string
  readonly timeframe: string
  readonly error: CacheError
}

/**
 * Writes the measured quality of every year that was judged anew into its metadata. The report comes back with the
 * fingerprints that the metadata files have now, so that this very writing is no change to the next validation. What a
 * lock or a read-only folder keeps from being written is told; the report is as good without.
 */
export const noteQuality = async (
  cache: Pick<Cache, "writeQuality">,
  report: StoreReport,
  previous: StoreReport | undefined,
): Promise<{ readonly report: StoreReport; readonly notNoted: ReadonlyArray<NotNoted> }> => {
  const before = new Map(previous?.entries.map((entry) => [entryKey(entry), entry]))
  const notNoted: Array<NotNoted> = []
  const entries: Array<EntryReport> = []
  for (const entry of report.entries) {
    const measured = measuredOf(entry, before.get(entryKey(entry)))
    try {
      const outcomes =
        measured.length === 0 ? [] : await cache.writeQuality(entry.symbol, entry.timeframe, measured)
      entries.push(withMarks(entry, outcomes))
    } catch (error) {
      if (!(error instanceof CacheError)) throw error
      notNoted.push({ symbol: entry.symbol, timeframe: entry.timeframe, error })
      entries.push(entry)
    }
  }
  return { report: { ...report, entries }, notNoted }
}

/** The years whose quality is new: another file, another rule, or gaps that are explained otherwise now. */
const measuredOf = (
  entry: EntryReport,
  before: EntryReport | undefined,
): Parameters<Cache["writeQuality"]>[2] =>
  before === entry
    ? []
    : entry.years.flatMap((year) => {
        if (year.sha256 === undefined || year.status === "error") return []
        const quality = toDataQuality(entry, year)
        const earlier = before?.years.find((other) => other.year === year.year)
        const isNoted =
          before !== undefined &&
          earlier?.fingerprint === year.fingerprint &&
          JSON.stringify(toDataQuality(before, earlier as YearReport)) === JSON.stringify(quality)
        return isNoted ? [] : [{ year: year.year, sha256: year.sha256, quality: { ...quality } }]
      })

/** Only where the metadata was the one that was judged: what somebody else has changed meanwhile is still to be judged. */
const withMarks = (entry: EntryReport, outcomes: ReadonlyArray<QualityOutcome>): EntryReport => {
  const written = new Map(outcomes.map((outcome) => [outcome.year, outcome]))
  const years = entry.years.map((year): YearReport => {
    const outcome = written.get(year.year)
    if (outcome?.before === undefined || outcome.after === undefined) return year
    const { data } = marksOf(year.fingerprint ?? "")
    return year.fingerprint === yearFingerprint(data, fileMark(outcome.before))
      ? { ...year, fingerprint: yearFingerprint(data, fileMark(outcome.after)) }
      : year
  })
  return outcomes.some(({ outcome }) => outcome === "written") ? { ...entry, years } : entry
}
