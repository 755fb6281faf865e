import type { EpochMillis, TimeRange } from "@barkeep/market-data"
import type { Gap, GapReason, MissingRun } from "./gap.ts"

/** A fact from outside the bars that explains absent ones: those whose whole bar lies in the range. */
export interface Explanation extends TimeRange {
  readonly reason: Exclude<GapReason, "unknown" | "thin">
  readonly evidence: string
}

export interface ExplainOptions {
  /** In order of precedence. */
  readonly explanations: ReadonlyArray<Explanation>
  /** What to say of bars that nothing explains. */
  readonly unexplained: (run: MissingRun) => string
  readonly expectedIn: (range: TimeRange) => Float64Array
  readonly endOf: (openTime: EpochMillis) => EpochMillis
}

/**
 * One gap where one fact explains all or none of a run, else neighbouring gaps that tile it: an outage that is
 * longer in these bars than it was at the venue leaves a rest worth filling.
 */
export const explainRun = (run: MissingRun, options: ExplainOptions): ReadonlyArray<Gap> => {
  const near = options.explanations.filter((fact) => fact.from < run.end && fact.to > run.start)
  const whole = near[0]
  if (whole === undefined) return [{ ...run, reason: "unknown", evidence: options.unexplained(run) }]
  if (near.length === 1 && whole.from <= run.start && whole.to >= run.end)
    return [{ ...run, reason: whole.reason, evidence: whole.evidence }]
  return labelBars(run, near, options)
}

const labelBars = (
  run: MissingRun,
  near: ReadonlyArray<Explanation>,
  { unexplained, expectedIn, endOf }: ExplainOptions,
): ReadonlyArray<Gap> => {
  const gaps: Array<Gap> = []
  let label: Explanation | undefined
  let start = run.start
  let lastEnd = run.end
  let missingBars = 0
  const close = (): void => {
    if (missingBars === 0) return
    const part = { start, end: lastEnd, missingBars }
    gaps.push(
      label === undefined
        ? { ...part, reason: "unknown", evidence: unexplained(part) }
        : { ...part, reason: label.reason, evidence: label.evidence },
    )
  }
  const times = expectedIn({ from: run.start, to: run.end })
  for (const [index, openTime] of times.entries()) {
    const end = Math.min(endOf(openTime), times[index + 1] ?? run.end)
    const found = near.find((fact) => fact.from <= openTime && fact.to >= end)
    if (missingBars === 0 || found?.reason !== label?.reason || found?.evidence !== label?.evidence) {
      close()
      label = found
      start = openTime
      missingBars = 0
    }
    lastEnd = end
    missingBars += 1
  }
  close()
  return gaps
}
