import type { Explanation, Fill } from "@barkeep/cache-core"
import type { SourceAnswer } from "@barkeep/fill-gaps"
import { isoTime } from "@barkeep/market-data"
import { durationHours, type Gap } from "@barkeep/validation"
import { basisText } from "./basis-text.ts"
import { withFlag } from "./reason-flags.ts"

/** A bar, or that there is none, with everything that is known of it. */
export interface FullExplanation extends Explanation {
  /** The fill that the bar came with. */
  readonly fill?: Fill
  /** The gap of the validation report that the missing bar is part of. */
  readonly gap?: Gap & { readonly validatedAt: number }
  /** False where the market's calendar asks for no bar. */
  readonly isExpected: boolean
  /** Who was asked about the missing bar, and what would fill it. */
  readonly sources: ReadonlyArray<SourceAnswer>
}

/** The chain of a bar or of a missing one, for people. */
export const explanationText = (explanation: FullExplanation): string => {
  const { symbol, timeframe, time, bar, notes } = explanation
  const lines = [
    `${symbol} ${timeframe} ${isoTime(time)}`,
    ...(bar === undefined ? missingLines(explanation) : barLines(explanation)),
    ...notes,
  ]
  return `${lines.join("\n")}\n`
}

const barLines = ({ bar, partition, provenance, coverage, fill }: FullExplanation): ReadonlyArray<string> => {
  if (bar === undefined) return []
  return [
    `open ${bar.open}  high ${bar.high}  low ${bar.low}  close ${bar.close}  volume ${Number.isNaN(bar.volume) ? "none" : bar.volume}`,
    ...(partition === undefined ? [] : [`in ${partition.data}`]),
    ...(provenance === undefined
      ? []
      : [
          `from ${provenance.provider} ${provenance.endpoint} (${provenance.method}), prices ${basisText(provenance.adjustment)}, fetched ${isoTime(provenance.fetchedAt)}, ${provenance.settled ? "settled" : "may still change"}`,
          ...Object.entries(provenance.evidence ?? {}).map(([name, value]) => `  ${name}: ${value}`),
        ]),
    ...(provenance?.fillId === undefined
      ? []
      : [
          `came with the fill ${provenance.fillId}${fill === undefined ? "" : ` of ${isoTime(fill.at)}, ${fill.rows} bars`}`,
          ...(coverage === undefined
            ? []
            : [`before, ${coverage.provider} was asked on ${isoTime(coverage.askedAt)} and had no bar here`]),
          `take it back: barkeep fill-gaps --undo ${provenance.fillId}`,
        ]),
    ...(provenance?.fillId === undefined && coverage === undefined
      ? ["No answer that covers it is on record."]
      : []),
  ]
}

const missingLines = ({ gap, coverage, isExpected, sources }: FullExplanation): ReadonlyArray<string> => {
  if (!isExpected) return ["There is no bar, and none is expected: the market is closed."]
  return [
    "There is no bar.",
    ...(coverage === undefined
      ? ["Nobody was asked for this time yet; barkeep populate asks."]
      : [
          `${coverage.provider} was asked on ${isoTime(coverage.askedAt)} and had no bar here${coverage.settled ? "" : " yet; it is asked again"}.`,
        ]),
    ...(gap === undefined
      ? []
      : [
          `part of a gap of ${gap.missingBars} bars (${Number(durationHours(gap).toPrecision(3))} h) from ${isoTime(gap.start)}, as validated ${isoTime(gap.validatedAt)}`,
          `  ${gap.reason}: ${gap.evidence}`,
        ]),
    ...(sources.length === 0 ? [] : ["What could fill it:"]),
    ...sources.map(
      ({ source, askedAt, verdict, text, reason }) =>
        `  ${source}${askedAt === undefined ? "" : `, asked ${isoTime(askedAt)}`}: ${withFlag(text, reason)}${verdict === "would-fill" ? "; barkeep fill-gaps takes it" : ""}`,
    ),
  ]
}
