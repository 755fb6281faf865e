import type { EpochMillis } from "@barkeep/market-data"

export const findingKinds = [
  "order",
  "conflicting-duplicate",
  "duplicate",
  "not-finite",
  "not-positive",
  "negative-volume",
  "inconsistent",
  "float-noise",
  "off-grid",
  "closed-session",
  "wrong-year",
  "mixed-adjustment",
  "split",
  "spike",
  "wick",
  "jump",
  "outlier",
  "stale",
  "zero-volume",
  "flat-filler",
  "timeframe-mismatch",
  "provider-mismatch",
  "lower-grade",
  "damaged-file",
  "not-judged",
] as const

/** What was found. The README says what each kind means and what it costs. */
export type FindingKind = (typeof findingKinds)[number]

export const severities = ["error", "warning", "note"] as const

/** `error`: certainly wrong. `warning`: hardly right. `note`: worth knowing, costs no score. */
export type Severity = (typeof severities)[number]

/** Where a finding is, with the figures that speak for it. */
export interface Place {
  readonly openTime: EpochMillis
  /** Exclusive end, when the place is a run of rows. */
  readonly to?: EpochMillis
  /** How many rows the place is about. @default 1 */
  readonly rows?: number
  readonly evidence: string
}

/** One kind of defect in one year of an entry: a value, not an error. */
export interface Finding {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly message: string
  /** All rows concerned, also those of places that are not listed. */
  readonly rows: number
  /** The first places, ascending. */
  readonly places: ReadonlyArray<Place>
  /** The file, when the finding is about one. */
  readonly path?: string
}

const severityOf: { readonly [kind in FindingKind]: Severity } = {
  order: "error",
  "conflicting-duplicate": "error",
  duplicate: "warning",
  "not-finite": "error",
  "not-positive": "error",
  "negative-volume": "error",
  inconsistent: "error",
  "float-noise": "note",
  "off-grid": "error",
  "closed-session": "warning",
  "wrong-year": "error",
  "mixed-adjustment": "error",
  split: "warning",
  spike: "warning",
  wick: "warning",
  jump: "warning",
  outlier: "note",
  stale: "warning",
  "zero-volume": "warning",
  "flat-filler": "warning",
  // Nobody knows which of the two sides is wrong: no cost either.
  "timeframe-mismatch": "warning",
  "provider-mismatch": "warning",
  "lower-grade": "note",
  "damaged-file": "error",
  "not-judged": "note",
}

/** A finding with the severity of its kind; places beyond `maxPlaces` are counted only. */
export const finding = (
  kind: FindingKind,
  message: string,
  places: ReadonlyArray<Place>,
  options: { readonly maxPlaces: number; readonly rows?: number; readonly path?: string },
): Finding => ({
  kind,
  severity: severityOf[kind],
  message,
  rows: options.rows ?? places.reduce((sum, place) => sum + (place.rows ?? 1), 0),
  places: places.slice(0, options.maxPlaces),
  ...(options.path === undefined ? {} : { path: options.path }),
})

/** `1 row`, `2 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
