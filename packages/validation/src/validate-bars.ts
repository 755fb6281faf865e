import {
  barEnd,
  type Bars,
  firstRowAtOrAfter,
  InvalidInput,
  type ProvenanceSpan,
  type TimeRange,
  valueColumns,
  zoneOfDays,
} from "@barkeep/market-data"
import { type EntryFacts, explanationsOf, toScanContext, unexplainedText } from "./entry-facts.ts"
import { explainRun } from "./explain-gaps.ts"
import type { Finding } from "./finding.ts"
import type { Gap, ThinSummary } from "./gap.ts"
import { orderRows } from "./order-rows.ts"
import { provenanceFindings, type SourceRows, sourcesOf } from "./provenance-findings.ts"
import { startCarry } from "./carry.ts"
import { scanPartition } from "./scan-partition.ts"
import { type Score, type Tally, toScore } from "./score.ts"
import { settleTally } from "./settle-tally.ts"

export interface ValidateBarsInput extends EntryFacts {
  /** Columns of one length: as stored or as they came, perhaps unsorted, repeated or broken. */
  readonly bars: Bars
  /** What is judged; rows outside of it are a finding. */
  readonly range: TimeRange
  /** The open times that the range must have, ascending: a trading calendar's `expectedOpenTimes`. */
  readonly expected: Float64Array
  /** Where the rows come from. */
  readonly provenance?: ReadonlyArray<ProvenanceSpan>
  /** Places listed for each finding, and thin gaps listed. @default 20 */
  readonly maxPlaces?: number
}

/** Findings, gaps and score of bars. */
export interface BarsReport {
  readonly range: TimeRange
  readonly rows: number
  /** Bars that the calendar asks for. */
  readonly expected: number
  /** Expected open times that have a row. */
  readonly present: number
  readonly missing: number
  /** Distinct rows at times that nobody expects: off the grid or in closed sessions. */
  readonly extra: number
  readonly zeroVolumeRows: number
  readonly missingVolumeRows: number
  /** Maximal runs of absent bars, split where only a part has a known reason; without the thin ones. Ascending. */
  readonly gaps: ReadonlyArray<Gap>
  /** All gaps of reason `thin` in sum, and the first ones. */
  readonly thin: ThinSummary
  readonly thinGaps: ReadonlyArray<Gap>
  readonly findings: ReadonlyArray<Finding>
  readonly sources: ReadonlyArray<SourceRows>
  readonly tally: Tally
  readonly score: Score
}

/**
 * Judges one stretch of bars against the open times it must have, in one pass over the columns. Pure.
 *
 * Present rows and gaps tile the expected open times: `present + missing = expected`, and the bars of `gaps` and
 * `thin` sum to `missing`.
 * @throws {InvalidInput} when the columns differ in length, or expected times do not ascend inside the range
 */
export const validateBars = (input: ValidateBarsInput): BarsReport => {
  checkInput(input)
  const { instrument, timeframe, range, expected, maxPlaces = 20, provenance = [] } = input
  const timeZone = zoneOfDays(instrument)
  const context = toScanContext(input, timeZone, maxPlaces)
  const scan = scanPartition(
    {
      ordered: orderRows(input.bars),
      range,
      expected,
      borders: [range.from, range.to],
      isLast: true,
      carry: startCarry,
    },
    context,
  )
  const basis = provenanceFindings(provenance, context.adjustment, maxPlaces)
  const options = {
    explanations: explanationsOf(
      scan.firstOpenTime === undefined ? input : { firstOpenTime: scan.firstOpenTime, ...input },
    ),
    unexplained: unexplainedText(input),
    expectedIn: (part: TimeRange) =>
      expected.subarray(firstRowAtOrAfter(expected, part.from), firstRowAtOrAfter(expected, part.to)),
    endOf: (openTime: number) => barEnd(timeframe, openTime, timeZone),
  }
  const gaps = scan.runs.flatMap((run) => explainRun(run, options))
  const tally = settleTally({ ...scan.tally, otherBasis: basis.otherBasis }, gaps)
  return {
    range,
    rows: scan.rows,
    expected: scan.expected,
    present: scan.present,
    missing: scan.expected - scan.present,
    extra: scan.extra,
    zeroVolumeRows: scan.zeroVolumeRows,
    missingVolumeRows: scan.missingVolumeRows,
    gaps,
    thin: scan.thin,
    thinGaps: scan.thinRuns.map((run) => ({ ...run, reason: "thin", inferred: true })),
    findings: [...scan.findings, ...basis.findings],
    sources: sourcesOf(provenance),
    tally,
    score: toScore(tally),
  }
}

const checkInput = ({ bars, expected, range }: ValidateBarsInput): void => {
  for (const name of valueColumns)
    if (bars[name].length !== bars.openTime.length)
      throw new InvalidInput({
        field: `bars.${name}`,
        value: bars[name].length,
        expected: `${bars.openTime.length} rows, as many as openTime has`,
      })
  let before = range.from - 1
  for (let slot = 0; slot < expected.length; slot += 1) {
    const time = expected[slot] as number
    if (!(time > before)) throw notExpected(time)
    before = time
  }
  if (before >= range.to) throw notExpected(before)
}

const notExpected = (time: number): InvalidInput =>
  new InvalidInput({ field: "expected", value: time, expected: "an ascending open time inside the range" })
