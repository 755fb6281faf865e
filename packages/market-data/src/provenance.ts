import { firstRowAtOrAfter } from "./bars.ts"
import type { EpochMillis, TimeRange } from "./time-range.ts"

/** Which corporate actions the prices are adjusted for. Never two of them in one entry. */
export type Adjustment = "none" | "splits" | "splits-and-dividends"

/** How rows came into the cache. */
export type Method = "direct" | "resampled" | "archive" | "donor" | "migrated" | "unknown"

/** Where rows come from. */
export interface Provenance {
  readonly provider: string
  /** What was asked of the provider: `/api/v3/klines`. */
  readonly endpoint: string
  readonly method: Method
  readonly adjustment: Adjustment | "unknown"
  /** When the answer came, by the caller's clock; the earliest when spans of one day were joined. */
  readonly fetchedAt: EpochMillis
  /** False while the provider may still correct the rows; such rows are asked for again. */
  readonly settled: boolean
  /** The fill that wrote the rows; `undo` goes by it. */
  readonly fillId?: string
  /** Figures that support the rows: an archive's sha256, a donor's calibration, the timeframe resampled from. */
  readonly evidence?: { readonly [name: string]: string | number }
}

/** A run of consecutive rows of one provenance: those with `from <= openTime < to`. */
export interface ProvenanceSpan extends Provenance, TimeRange {
  readonly rows: number
}

const millisPerDay = 86_400_000

/** True when two provenances differ at most in the moment of one day at which they were fetched. */
export const isSameProvenance = (a: Provenance, b: Provenance): boolean =>
  a === b ||
  (a.provider === b.provider &&
    a.endpoint === b.endpoint &&
    a.method === b.method &&
    a.adjustment === b.adjustment &&
    a.settled === b.settled &&
    a.fillId === b.fillId &&
    Math.floor(a.fetchedAt / millisPerDay) === Math.floor(b.fetchedAt / millisPerDay) &&
    isSameEvidence(a.evidence, b.evidence))

const isSameEvidence = (a: Provenance["evidence"] = {}, b: Provenance["evidence"] = {}): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/**
 * The spans that tile the rows: each row is in exactly one, spans are disjoint and ascending, `rows` sums to the
 * row count. Neighbouring rows fetched from the same source on the same UTC day share a span.
 * @param provenanceOf the provenance of a row; called once per row, ascending
 * @param endOf end of the bar that opens at that time; a span ends there or where the next row opens, if earlier
 */
export const tileSpans = (
  openTime: Float64Array,
  provenanceOf: (row: number) => Provenance,
  endOf: (openTime: EpochMillis) => EpochMillis,
): ReadonlyArray<ProvenanceSpan> => {
  const spans: Array<ProvenanceSpan> = []
  let start = 0
  let fetchedAt = 0
  let current: Provenance | undefined
  const close = (end: number): void => {
    if (current === undefined) return
    const lastEnd = endOf(openTime[end - 1] as number)
    const to = end < openTime.length ? Math.min(lastEnd, openTime[end] as number) : lastEnd
    spans.push({ ...withoutSpan(current), fetchedAt, from: openTime[start] as number, to, rows: end - start })
  }
  for (let row = 0; row < openTime.length; row += 1) {
    const provenance = provenanceOf(row)
    if (provenance === current || (current !== undefined && isSameProvenance(current, provenance))) {
      fetchedAt = Math.min(fetchedAt, provenance.fetchedAt)
      continue
    }
    close(row)
    current = provenance
    fetchedAt = provenance.fetchedAt
    start = row
  }
  close(openTime.length)
  return spans
}

const withoutSpan = (provenance: Provenance): Provenance => ({
  provider: provenance.provider,
  endpoint: provenance.endpoint,
  method: provenance.method,
  adjustment: provenance.adjustment,
  fetchedAt: provenance.fetchedAt,
  settled: provenance.settled,
  ...(provenance.fillId === undefined ? {} : { fillId: provenance.fillId }),
  ...(provenance.evidence === undefined ? {} : { evidence: provenance.evidence }),
})

/** Index of the span that holds `openTime`; -1 when none does. `spans` must be ascending and disjoint. */
export const spanIndexAt = (spans: ReadonlyArray<TimeRange>, openTime: EpochMillis): number => {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const span = spans[middle] as TimeRange
    if (openTime < span.from) high = middle - 1
    else if (openTime >= span.to) low = middle + 1
    else return middle
  }
  return -1
}

/**
 * The first reason why `spans` do not tile the rows, `undefined` when they do: ascending, disjoint, every row in
 * exactly one, the counts right.
 */
export const findTilingIssue = (
  spans: ReadonlyArray<ProvenanceSpan>,
  openTime: Float64Array,
): string | undefined => {
  let row = 0
  for (const [index, span] of spans.entries()) {
    const first = firstRowAtOrAfter(openTime, span.from)
    const end = firstRowAtOrAfter(openTime, span.to)
    if (first !== row)
      return `span ${index} starts at row ${first}, row ${row} is the next one without a span`
    if (end - first !== span.rows) return `span ${index} claims ${span.rows} rows and holds ${end - first}`
    if (span.rows < 1) return `span ${index} is empty`
    row = end
  }
  return row === openTime.length ? undefined : `row ${row} is in no span`
}
