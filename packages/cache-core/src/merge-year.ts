import {
  addCoverage,
  type Bars,
  barCount,
  type BarPage,
  type Coverage,
  emptyBars,
  type EpochMillis,
  isSameProvenance,
  mergeBars,
  type Provenance,
  type ProvenanceSpan,
  spanIndexAt,
  tileSpans,
} from "@barkeep/market-data"
import type { YearPages } from "./split-pages.ts"

/** Rows of a year from some row on, merged with what was put. */
export interface MergedRows {
  readonly bars: Bars
  /** Spans that tile these rows. */
  readonly provenance: ReadonlyArray<ProvenanceSpan>
  readonly added: number
  readonly replaced: number
  readonly differing: number
}

/**
 * Merges what was put for a year into its rows. With `keep` a settled row stays and a provisional one gives way, with
 * `replace` the new row wins. Rows are only ever added or replaced.
 * @param spans provenance of the existing rows
 * @param endOf end of the bar that opens at that time
 */
export const mergeRows = (
  existing: Bars,
  spans: ReadonlyArray<ProvenanceSpan>,
  incoming: YearPages,
  pages: ReadonlyArray<BarPage>,
  policy: "keep" | "replace",
  endOf: (openTime: EpochMillis) => EpochMillis,
): MergedRows => {
  let bars = existing
  // The page that a row comes from, -1 for existing rows.
  let origin = new Int32Array(barCount(existing)).fill(-1)
  const provenanceOf = (row: number): Provenance => {
    const page = origin[row] as number
    if (page >= 0) return (pages[page] as BarPage).provenance
    return spans[spanIndexAt(spans, bars.openTime[row] as number)] ?? unknownProvenance
  }
  let added = 0
  let replaced = 0
  let differing = 0
  for (const run of incoming.runs) {
    const replaceable =
      policy === "replace" ? "all" : Uint8Array.from(origin, (_, row) => (provenanceOf(row).settled ? 0 : 1))
    const merged = mergeBars(bars, run.bars, replaceable)
    const next = new Int32Array(barCount(merged.bars))
    let left = 0
    let right = 0
    for (let row = 0; row < next.length; row += 1) {
      const time = merged.bars.openTime[row] as number
      next[row] = (merged.fromIncoming[row] === 1 ? run.pageOf[right] : origin[left]) as number
      if (bars.openTime[left] === time) left += 1
      if (run.bars.openTime[right] === time) right += 1
    }
    bars = merged.bars
    origin = next
    added += merged.added
    replaced += merged.replaced
    differing += merged.differing
  }
  return { bars, provenance: tileSpans(bars.openTime, provenanceOf, endOf), added, replaced, differing }
}

/** `coverage` with the answers of the year on top, in their order. */
export const mergeAnswers = (coverage: Coverage, incoming: YearPages): Coverage =>
  incoming.answers.reduce(addCoverage, coverage)

/**
 * The spans of the first `rows` rows.
 * @param lastOpenTime open time of the last of them
 * @param next open time of the row after them
 */
export const firstSpans = (
  spans: ReadonlyArray<ProvenanceSpan>,
  rows: number,
  lastOpenTime: EpochMillis,
  next: EpochMillis,
  endOf: (openTime: EpochMillis) => EpochMillis,
): ReadonlyArray<ProvenanceSpan> => {
  const result: Array<ProvenanceSpan> = []
  let left = rows
  for (const span of spans) {
    if (left <= 0) break
    if (span.rows < left) result.push(span)
    else result.push({ ...span, rows: left, to: Math.min(endOf(lastOpenTime), next) })
    left -= span.rows
  }
  return result
}

/** Spans of consecutive rows as one list; the two that meet become one when they say the same. */
export const joinSpans = (
  head: ReadonlyArray<ProvenanceSpan>,
  tail: ReadonlyArray<ProvenanceSpan>,
): ReadonlyArray<ProvenanceSpan> => {
  const last = head.at(-1)
  const first = tail[0]
  if (last === undefined || first === undefined || !isSameProvenance(last, first)) return [...head, ...tail]
  const joined = {
    ...last,
    to: first.to,
    rows: last.rows + first.rows,
    fetchedAt: Math.min(last.fetchedAt, first.fetchedAt),
  }
  return [...head.slice(0, -1), joined, ...tail.slice(1)]
}

/** Nothing to merge into. */
export const noRows: Bars = emptyBars

// Only reached when metadata passed every check and yet a row lies outside its span.
const unknownProvenance: Provenance = {
  provider: "unknown",
  endpoint: "",
  method: "unknown",
  adjustment: "unknown",
  fetchedAt: 0,
  settled: true,
}
