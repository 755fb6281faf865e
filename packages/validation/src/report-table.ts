import { type EpochMillis, type Timeframe, zoneOffsets, zoneOfDays } from "@barkeep/market-data"
import { durationHours, type Gap, type GapReason } from "./gap.ts"
import { localText } from "./local-time.ts"
import { scoreText } from "./score.ts"
import { allFindings, type EntryReport, type StoreReport } from "./store-report.ts"

export interface TableColumn {
  readonly name: string
  readonly align: "left" | "right"
}

/** Texts in rows and columns; whoever prints decides about widths and colours. */
export interface ReportTable {
  readonly columns: ReadonlyArray<TableColumn>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

const left = (name: string): TableColumn => ({ name, align: "left" })
const right = (name: string): TableColumn => ({ name, align: "right" })

/** The entries of a report, the worst first. */
export const worstFirst = ({ entries }: Pick<StoreReport, "entries">): ReadonlyArray<EntryReport> =>
  entries.toSorted((a, b) => a.score.value - b.score.value || compareTexts(a.symbol, b.symbol))

/** One row for each entry, the worst first. */
export const toTable = (report: Pick<StoreReport, "entries">): ReportTable => ({
  columns: [
    left("symbol"),
    left("timeframe"),
    right("score"),
    left("status"),
    right("rows"),
    right("coverage"),
    right("to fill"),
    left("other gaps"),
    left("largest gap"),
    right("errors"),
    right("warnings"),
  ],
  rows: worstFirst(report).map((entry) => {
    const findings = allFindings(entry).map(({ finding }) => finding)
    const countOf = (severity: string): string =>
      String(findings.filter((found) => found.severity === severity).length)
    return [
      entry.symbol,
      entry.timeframe,
      scoreText(entry.score.value),
      entry.status,
      String(entry.rows),
      coverageText(entry),
      String(entry.gaps.filter((gap) => gap.reason === "unknown").length),
      otherGapsText(entry),
      largestGapText(entry.gaps),
      countOf("error"),
      countOf("warning"),
    ]
  }),
})

/** Present bars of the expected ones, rounded down: only complete entries show `100.00 %`. */
export const coverageText = ({ expected, present }: Pick<EntryReport, "expected" | "present">): string =>
  expected === 0 ? "-" : `${(Math.floor((present / expected) * 10_000) / 100).toFixed(2)} %`

const otherGapsText = ({ gaps, thin }: EntryReport): string => {
  const counts = new Map<GapReason, number>()
  for (const { reason } of gaps) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  counts.set("thin", (counts.get("thin") ?? 0) + thin.gaps)
  const named = [...counts].filter(([reason, count]) => reason !== "unknown" && count > 0)
  return named.length === 0 ? "-" : named.map(([reason, count]) => `${count} ${reason}`).join(", ")
}

/** The time before a listing and after a delisting is no gap that anybody minds. */
const isOutsideListing = ({ reason }: Gap): boolean =>
  reason === "before-listing" || reason === "after-delisting"

const largestGapText = (gaps: ReadonlyArray<Gap>): string => {
  const [largest] = gaps
    .filter((gap) => !isOutsideListing(gap))
    .toSorted((a, b) => durationHours(b) - durationHours(a))
  return largest === undefined ? "-" : `${hoursText(durationHours(largest))} ${largest.reason}`
}

/** `5 min`, `3.5 h`, `12 days`. */
const hoursText = (hours: number): string =>
  hours < 1
    ? `${Number((hours * 60).toFixed(1))} min`
    : hours < 72
      ? `${Number(hours.toFixed(1))} h`
      : `${Number((hours / 24).toFixed(1))} days`

/** One row for each finding, those of the worst entries first, with its first place; the document lists more. */
export const toFindingTable = (report: Pick<StoreReport, "entries">): ReportTable => ({
  columns: [
    left("symbol"),
    left("timeframe"),
    left("year"),
    left("severity"),
    left("finding"),
    right("rows"),
    left("what"),
    left("first place"),
  ],
  rows: worstFirst(report).flatMap((entry) =>
    allFindings(entry).map(({ year, finding }) => {
      const [place] = finding.places
      return [
        entry.symbol,
        entry.timeframe,
        year === undefined ? "-" : String(year),
        finding.severity,
        finding.kind,
        String(finding.rows),
        finding.path === undefined || finding.message.includes(finding.path)
          ? finding.message
          : `${finding.message} (${finding.path})`,
        place === undefined ? "-" : `${timeText(entry, place.openTime)}: ${place.evidence}`,
      ]
    }),
  ),
})

export interface GapTableOptions {
  /** @default all reasons */
  readonly reasons?: ReadonlyArray<GapReason>
}

/** One row for each gap, the longest (in missing bars) first. Thin gaps are counted in `toTable` only. */
export const toGapTable = (
  report: Pick<StoreReport, "entries">,
  { reasons }: GapTableOptions = {},
): ReportTable => {
  const gaps = report.entries.flatMap((entry) =>
    entry.gaps.filter((gap) => reasons?.includes(gap.reason) ?? true).map((gap) => ({ entry, gap })),
  )
  return {
    columns: [
      left("symbol"),
      left("timeframe"),
      left("start"),
      left("end"),
      right("missing bars"),
      right("hours"),
      left("reason"),
      left("evidence"),
    ],
    rows: gaps
      .toSorted((a, b) => b.gap.missingBars - a.gap.missingBars || a.gap.start - b.gap.start)
      .map(({ entry, gap }) => gapCells(entry, gap)),
  }
}

const gapCells = (entry: EntryReport, gap: Gap): ReadonlyArray<string> => [
  entry.symbol,
  entry.timeframe,
  timeText(entry, gap.start),
  timeText(entry, gap.end),
  String(gap.missingBars),
  durationHours(gap).toFixed(2),
  gap.reason,
  gap.inferred === true ? `inferred: ${gap.evidence}` : gap.evidence,
]

/** An instant as the wall-clock text of an entry's market, with its offset. */
export const timeText = (
  { instrument }: { readonly instrument?: EntryReport["instrument"]; readonly timeframe: Timeframe },
  time: EpochMillis,
): string => {
  const timeZone = instrument === undefined ? "UTC" : zoneOfDays(instrument)
  return localText(time, zoneOffsets(timeZone, { from: time, to: time + 1 }))
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
