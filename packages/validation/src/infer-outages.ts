import {
  type Bars,
  nominalMillis,
  type Timeframe,
  type TimeRange,
  timeframes,
  zoneOfDays,
} from "@barkeep/market-data"
import { attempt } from "./attempt.ts"
import { neverAsked } from "./entry-facts.ts"
import { type AdditionsByMarket, expectedTimes } from "./expected-times.ts"
import type { Gap } from "./gap.ts"
import { yearRange } from "./local-time.ts"
import { yearStatus } from "./settle-year.ts"
import { findSharedSilence, type Witness } from "./shared-silence.ts"
import type { EntryReport, Status, YearReport } from "./store-report.ts"
import { isVenue } from "./venue-facts.ts"

/** Longer silences are holes in the data, not stops of a venue. */
const longestOutage = 72 * 3_600_000

/** How far around a gap witnesses are looked at. */
const around = 24 * 3_600_000

export interface InferOptions {
  readonly read: (symbol: string, timeframe: Timeframe, range: TimeRange) => Promise<Pick<Bars, "openTime">>
  readonly calendarAdditions?: AdditionsByMarket
  /** Entries that are as they were when their gaps were explained before. */
  readonly unchanged: ReadonlySet<EntryReport>
  /** Reports of other entries of the store, which are not to be explained but may bear witness. */
  readonly bystanders?: ReadonlyArray<EntryReport>
}

/**
 * The reports with gaps marked `outage` that all stored symbols of the venue share. Only for venues whose own bars
 * are stored, not for vendors that collect bars from several places: with those a shared hole is a hole of the vendor.
 * A range that was never asked for is never taken for an outage.
 */
export const inferOutages = async (
  reports: ReadonlyArray<EntryReport>,
  options: InferOptions,
): Promise<ReadonlyArray<EntryReport>> => {
  const venues = Map.groupBy([...reports, ...(options.bystanders ?? [])], (report) => report.venue)
  const changed = new Set(
    reports.filter((report) => !options.unchanged.has(report)).map((report) => report.venue),
  )
  const explained: Array<EntryReport> = []
  for (const report of reports) {
    const members = venues.get(report.venue) ?? []
    const needsLook =
      isVenue(report.venue) &&
      changed.has(report.venue) &&
      members.some((other) => other.symbol !== report.symbol)
    explained.push(needsLook ? await explainByOthers(report, members, options) : report)
  }
  return explained
}

const explainByOthers = async (
  report: EntryReport,
  members: ReadonlyArray<EntryReport>,
  options: InferOptions,
): Promise<EntryReport> => {
  const gaps: Array<Gap> = []
  for (const gap of report.gaps)
    gaps.push(isCandidate(gap) ? await explainGap(gap, report, members, options) : gap)
  return withGaps(report, gaps)
}

const isCandidate = (gap: Gap): boolean =>
  (gap.reason === "unknown" || (gap.reason === "outage" && gap.inferred === true)) &&
  gap.evidence !== neverAsked &&
  gap.end - gap.start <= longestOutage

const explainGap = async (
  gap: Gap,
  report: EntryReport,
  members: ReadonlyArray<EntryReport>,
  options: InferOptions,
): Promise<Gap> => {
  const { inferred: _, ...rest } = gap
  const open: Gap =
    gap.reason === "outage" ? { ...rest, reason: "unknown", evidence: "nothing tells why" } : gap
  const others = witnessesFor(gap, report, members)
  // The first one that traded settles it.
  if (others.some((other) => isKnownToTrade(gap, other))) return open
  const witnesses: Array<Witness> = []
  for (const other of others) {
    const witness = await toWitness(gap, other, options)
    if (witness === undefined) continue
    if (hasRowIn(witness.openTime, gap)) return open
    witnesses.push(witness)
  }
  const shared = findSharedSilence({ from: gap.start, to: gap.end }, witnesses)
  return shared === undefined
    ? open
    : { ...open, reason: "outage", evidence: shared.evidence, inferred: true }
}

/** Of every other symbol the finest timeframe that has a bar inside the gap. */
const witnessesFor = (
  gap: Gap,
  report: EntryReport,
  members: ReadonlyArray<EntryReport>,
): ReadonlyArray<EntryReport> => {
  const others = members.filter(
    (other) =>
      other.symbol !== report.symbol &&
      other.judged !== undefined &&
      other.judged.from < gap.start &&
      other.judged.to > gap.end &&
      nominalMillis(other.timeframe) <= gap.end - gap.start,
  )
  return [...Map.groupBy(others, (other) => other.symbol).values()].map(
    (group) =>
      group.toSorted(
        (a, b) => timeframes.indexOf(a.timeframe) - timeframes.indexOf(b.timeframe),
      )[0] as EntryReport,
  )
}

/**
 * True when a report alone tells that its symbol has bars inside the gap: none of its own gaps, which are all listed
 * where none is thin, touches it. Nearly every gap is settled by that, without reading a row.
 */
const isKnownToTrade = (gap: Gap, other: EntryReport): boolean => {
  if (other.status === "error" || other.thin.gaps > 0 || other.expected === 0) return false
  const index = firstGapEndingAfter(other.gaps, gap.start)
  const near = other.gaps[index]
  return near === undefined || near.start >= gap.end
}

/** Gaps are ascending and disjoint. */
const firstGapEndingAfter = (gaps: ReadonlyArray<Gap>, time: number): number => {
  let [low, high] = [0, gaps.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((gaps[middle] as Gap).end <= time) low = middle + 1
    else high = middle
  }
  return low
}

const toWitness = async (
  gap: Gap,
  other: EntryReport,
  { read, calendarAdditions }: InferOptions,
): Promise<Witness | undefined> => {
  if (other.instrument === undefined || other.status === "error") return undefined
  const range = { from: gap.start - around, to: gap.end + around }
  const bars = await attempt(() => read(other.symbol, other.timeframe, range))
  // Damage is a finding of its own entry; here it only leaves a witness out.
  if (bars._tag === "Failed") return undefined
  const anchor = other.anchor ?? "session"
  const expected = expectedTimes(other.instrument, other.timeframe, anchor, calendarAdditions).in(range)
  return { symbol: other.symbol, openTime: bars.value.openTime, expected }
}

const hasRowIn = (openTime: Float64Array, gap: Gap): boolean =>
  openTime.some((time) => time >= gap.start && time < gap.end)

/** The report with other gaps, and the statuses that follow from them. An inference changes no score. */
const withGaps = (report: EntryReport, gaps: ReadonlyArray<Gap>): EntryReport => {
  const timeZone = report.instrument === undefined ? "UTC" : zoneOfDays(report.instrument)
  const holes = gaps.filter((gap) => gap.reason === "unknown")
  const years = report.years.map((year): YearReport => {
    const range = yearRange(year.year, timeZone)
    const hasHoles = holes.some((gap) => gap.start < range.to && gap.end > range.from)
    return { ...year, status: yearStatus(year, hasHoles) }
  })
  const status: Status =
    report.status === "error" ? "error" : years.every((year) => year.status === "valid") ? "valid" : "invalid"
  return { ...report, status, years, gaps }
}
