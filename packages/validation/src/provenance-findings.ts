import { type Adjustment, type EpochMillis, type Method, type ProvenanceSpan } from "@barkeep/market-data"
import { counted, type Finding, finding, type Place } from "./finding.ts"

/** Rows of one source, for reports. */
export interface SourceRows {
  readonly provider: string
  readonly method: Method
  readonly adjustment: Adjustment | "unknown"
  readonly rows: number
}

/** How many rows come from where, the most first. */
export const sourcesOf = (spans: ReadonlyArray<ProvenanceSpan>): ReadonlyArray<SourceRows> =>
  [...Map.groupBy(spans, (span) => `${span.provider}\n${span.method}\n${span.adjustment}`).values()]
    .map((group) => {
      const { provider, method, adjustment } = group[0] as ProvenanceSpan
      return { provider, method, adjustment, rows: group.reduce((sum, span) => sum + span.rows, 0) }
    })
    .toSorted((a, b) => b.rows - a.rows)

/** Rows of another price basis than their entry's, and rows that are not first-hand. */
export const provenanceFindings = (
  spans: ReadonlyArray<ProvenanceSpan>,
  adjustment: Adjustment | "unknown",
  maxPlaces: number,
): { readonly findings: ReadonlyArray<Finding>; readonly otherBasis: number } => {
  const mixed = spans.filter((span) => span.adjustment !== adjustment).map(toBasisPlace(adjustment))
  const lower = spans.flatMap((span) => {
    const grade = gradeOf(span)
    return grade === undefined ? [] : [toPlace(span, `${grade}, from ${span.provider}${endpointText(span)}`)]
  })
  const otherBasis = mixed.reduce((sum, place) => sum + (place.rows ?? 1), 0)
  const lowerRows = lower.reduce((sum, place) => sum + (place.rows ?? 1), 0)
  return {
    findings: [
      ...(mixed.length === 0
        ? []
        : [
            finding(
              "mixed-adjustment",
              `${counted(otherBasis, "row")} adjusted otherwise than "${adjustment}"`,
              mixed,
              { maxPlaces },
            ),
          ]),
      ...(lower.length === 0
        ? []
        : [
            finding("lower-grade", `${counted(lowerRows, "row")} that are not first-hand`, lower, {
              maxPlaces,
            }),
          ]),
    ],
    otherBasis,
  }
}

const toPlace = (span: ProvenanceSpan, evidence: string): Place => ({
  openTime: span.from,
  to: span.to,
  rows: span.rows,
  evidence,
})

const toBasisPlace =
  (adjustment: Adjustment | "unknown") =>
  (span: ProvenanceSpan): Place =>
    toPlace(span, `adjusted for "${span.adjustment}" instead of "${adjustment}", from ${span.provider}`)

const endpointText = ({ endpoint }: ProvenanceSpan): string => (endpoint === "" ? "" : ` ${endpoint}`)

/** What makes rows less than first-hand bars of their venue; `undefined` for those. */
const gradeOf = (span: ProvenanceSpan): string | undefined => {
  if (isSampled(span)) return "made of sampled prices"
  switch (span.method) {
    case "direct":
    case "archive":
      return undefined
    case "resampled":
      return "made of finer bars"
    case "donor":
      return "filled in by a donor"
    case "migrated":
      return "taken over from an older cache"
    case "unknown":
      return "of unknown origin"
  }
}

/** Whether prices were sampled between trades instead of being built of all of them, as whoever wrote the rows notes. */
const isSampled = ({ endpoint, evidence }: ProvenanceSpan): boolean =>
  evidence?.["grade"] === "sampled" ||
  evidence?.["sampled"] !== undefined ||
  endpoint.includes("market_chart")

/** The provider of most rows; by it goes the venue of markets that have no code of their own. */
export const mainProvider = (spans: ReadonlyArray<ProvenanceSpan>): string | undefined => {
  const rows = new Map<string, number>()
  for (const span of spans) rows.set(span.provider, (rows.get(span.provider) ?? 0) + span.rows)
  return [...rows].toSorted((a, b) => b[1] - a[1])[0]?.[0]
}

/** When the rows of these spans were fetched last; `undefined` without any. */
export const lastFetch = (spans: ReadonlyArray<ProvenanceSpan>): EpochMillis | undefined =>
  spans.length === 0 ? undefined : Math.max(...spans.map((span) => span.fetchedAt))
