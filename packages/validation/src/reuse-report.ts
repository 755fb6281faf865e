import {
  type Anchor,
  type EntryDescription,
  type EpochMillis,
  type Instrument,
  zoneOfDays,
} from "@barkeep/market-data"
import type { MissingRun } from "./gap.ts"
import { yearRange } from "./local-time.ts"
import type { EntryReport, YearReport } from "./store-report.ts"
import type { StoredEntry } from "./validation-source.ts"

/** What an earlier report says about years that have not changed since. */
export interface Reusable {
  /** The leading unchanged years. */
  readonly years: ReadonlyArray<YearReport>
  /** Absent runs that end in them. */
  readonly runs: ReadonlyArray<MissingRun>
  /** The first year to scan. */
  readonly nextYear: number
  /** Where judging began. */
  readonly from: EpochMillis
  readonly anchor: Anchor
  readonly firstOpenTime: EpochMillis
}

/** True when every file of the entry is the one that the report is about. */
export const isUnchanged = (
  previous: EntryReport,
  entry: StoredEntry & { readonly fingerprint: string },
): boolean => {
  const judged = previous.years.filter((year) => year.path !== undefined)
  return (
    previous.fingerprint === entry.fingerprint &&
    judged.length === entry.years.length &&
    entry.years.length > 0 &&
    entry.years.every(({ year, fingerprint }, index) => {
      const before = judged[index]
      return before?.year === year && before.fingerprint === fingerprint
    })
  )
}

/** The years before the first change, when the entry is still the same kind of thing; `undefined` when there are none. */
export const reusableYears = (
  previous: EntryReport | undefined,
  entry: StoredEntry & { readonly fingerprint: string },
  description: EntryDescription,
): Reusable | undefined => {
  const firstOpenTime = previous?.years[0]?.firstOpenTime
  if (
    previous?.judged === undefined ||
    previous.anchor === undefined ||
    firstOpenTime === undefined ||
    previous.years[0]?.year !== entry.years[0]?.year ||
    previous.fingerprint !== entry.fingerprint ||
    !isSameEntry(previous, description)
  )
    return undefined
  const nextYear = firstChange(previous, entry)
  const years = previous.years.filter((report) => report.year < nextYear)
  const last = years.at(-1)
  if (last === undefined) return undefined
  // An absent run that was still open after the last of these years is closed by the next scan.
  const end = last.carry.openRun?.start ?? yearRange(nextYear, zoneOfDays(description.instrument)).from
  return {
    years,
    runs: previous.gaps.filter((gap) => gap.start < end),
    nextYear,
    from: previous.judged.from,
    anchor: previous.anchor,
    firstOpenTime,
  }
}

const isSameEntry = (previous: EntryReport, { instrument, adjustment, anchor }: EntryDescription): boolean =>
  fieldsOf(previous.instrument) === fieldsOf(instrument) &&
  previous.adjustment === adjustment &&
  (anchor === undefined || anchor === previous.anchor)

const fieldsOf = (instrument: Instrument | undefined): string =>
  JSON.stringify(Object.entries(instrument ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/**
 * The first year whose file is another, new or gone. At the latest the last year that was judged, because it was
 * closed as the end, and the last one that has a file now, because it must be.
 */
const firstChange = (
  previous: EntryReport,
  entry: StoredEntry & { readonly fingerprint: string },
): number => {
  const before = new Map(previous.years.map((year) => [year.year, year.fingerprint]))
  const now = new Map(entry.years.map((year) => [year.year, year.fingerprint]))
  const years = [...new Set([...before.keys(), ...now.keys()])].toSorted((a, b) => a - b)
  const changed = years.find((year) => before.get(year) !== now.get(year))
  const lastJudged = previous.years.at(-1)?.year ?? Number.POSITIVE_INFINITY
  const lastFile = entry.years.at(-1)?.year ?? Number.POSITIVE_INFINITY
  return Math.min(changed ?? lastJudged, lastJudged, lastFile)
}
