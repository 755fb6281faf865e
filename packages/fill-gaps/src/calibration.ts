/** What was compared, and what was found. Shares and ratios are plain numbers; NaN where nothing could be compared. */
export interface CalibrationFigures {
  /** Open times before and after the gap that both have. */
  readonly before: number
  readonly after: number
  /** Donor's close by the entry's close, typically: 1 for the same prices. */
  readonly scale: number
  readonly scaleBefore: number
  readonly scaleAfter: number
  /** Typical difference of a close beside the scale, relative: 0.0002 is 0.02 %. */
  readonly residual: number
  /** Typical change from bar to bar in the entry, for comparison. */
  readonly move: number
  /** Correlation of the changes from bar to bar. */
  readonly correlation: number
  /** Share of closes that differ wildly. */
  readonly wildShare: number
  /** By how many bars the donor's times are late; 0 when no shift fits better. */
  readonly lag: number
  /** High minus low against the entry's, typically. */
  readonly rangeRatio: number
  /** Donor's volume by the entry's, typically. */
  readonly volumeRatio: number
}

/** Why a donor's bars are not those of the entry. */
export type CalibrationIssue =
  | "overlap"
  | "lag"
  | "scale"
  | "scale-changes"
  | "disagreement"
  | "samples"
  | "longer-bars"
  | "jump"
  | "bad-rows"

/** Whether a donor's bars may stand beside the entry's. */
export type Calibration =
  | {
      readonly _tag: "Accepted"
      /** `absent`: the prices agree, the volume means something else or is not to be had. */
      readonly volume: "kept" | "absent"
      readonly volumeText: string
      readonly figures: CalibrationFigures
    }
  | {
      readonly _tag: "Refused"
      readonly issue: CalibrationIssue
      /** For people, with the figures that decided. */
      readonly text: string
      readonly figures: CalibrationFigures
    }

/** The figures as evidence of a span: six significant digits, those without a value left out. */
export const toEvidence = (figures: CalibrationFigures): { readonly [name: string]: number } =>
  Object.fromEntries(
    Object.entries(figures)
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value]) => [name, Number((value as number).toPrecision(6))]),
  )
