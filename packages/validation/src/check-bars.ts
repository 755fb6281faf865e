import { type Bars, hasSessions, type Instrument } from "@barkeep/market-data"
import { type BinCalendar, type BinnedBars, sameRow } from "./binned-bars.ts"
import { compareProviders } from "./compare-providers.ts"
import { differencesAt } from "./compare-timeframes.ts"
import { counted, type Finding, finding, type Place } from "./finding.ts"
import type { PlannedCheck } from "./plan-checks.ts"

/** One stored year, and what another timeframe's bars make of it. */
export interface CheckInput {
  readonly check: PlannedCheck
  /** Ascending. */
  readonly coarse: Bars
  readonly made: BinnedBars
  readonly calendar: Pick<BinCalendar, "barsInBin">
  readonly maxPlaces: number
}

/**
 * What two timeframes of one symbol, or two providers, say differently of the same time. Bars of one provider must be
 * the same, where all the finer ones are there; bars of two providers must agree on the whole.
 */
export const checkBars = (input: CheckInput): ReadonlyArray<Finding> =>
  input.check.fineProvider === input.check.coarseProvider ? checkTimeframes(input) : checkProviders(input)

// Prices that differ by less are float noise, here as in a single bar. Vendors of session markets count volumes of
// different trades for different timeframes, so there only prices are compared.
const tolerancesFor = (instrument: Instrument) => ({
  priceTolerance: 1e-6,
  volumeTolerance: hasSessions(instrument) ? 1 : 1e-6,
})

const checkTimeframes = ({
  check,
  coarse,
  made,
  calendar,
  maxPlaces,
}: CheckInput): ReadonlyArray<Finding> => {
  const { fine, anchor, instrument } = check
  const tolerances = tolerancesFor(instrument)
  const places: Array<Place> = []
  let rows = 0
  const [stored, other] = [coarse.openTime, made.bars.openTime]
  for (let i = 0, j = 0; i < stored.length && j < other.length; i += 1) {
    while (j < other.length && (other[j] as number) < (stored[i] as number)) j += 1
    if (stored[i] !== other[j] || sameRow(coarse, i, made.bars, j)) continue
    const found = differencesAt(coarse, i, made.bars, j, true, tolerances)
    if (found.length === 0) continue
    const openTime = coarse.openTime[i] as number
    // With a finer bar lost the two must differ; that is a gap, no contradiction.
    if (made.parts[j] !== calendar.barsInBin(check.coarse, openTime, fine, { anchor })) continue
    rows += 1
    if (places.length < maxPlaces)
      places.push({
        openTime,
        evidence: found
          .map(({ column, coarse: value, fine: part }) => `${column} ${value}, of ${fine} bars ${part}`)
          .join("; "),
      })
  }
  return rows === 0
    ? []
    : [
        finding(
          "timeframe-mismatch",
          `${counted(rows, "bar")} that the stored ${fine} bars make otherwise`,
          places,
          { maxPlaces, rows },
        ),
      ]
}

/** Fewer common bars say little about a whole. */
const fewestCommon = 20

/** Share of bars that may differ by more than half a percent in one of their prices, as wicks do between venues. */
const largestDisagreement = 0.1

const checkProviders = ({ check, coarse, made, maxPlaces }: CheckInput): ReadonlyArray<Finding> => {
  const result = compareProviders(coarse, made.bars)
  if (result.compared < fewestCommon) return []
  const issues = [
    ...(Math.abs(Math.log(result.scale)) > 0.01 ? [`prices differ by the factor ${result.scale}`] : []),
    ...(result.lag === 0 ? [] : [`bars are shifted by ${result.lag}`]),
    ...(1 - result.agreement > largestDisagreement
      ? [`only ${(100 * result.agreement).toFixed(1)} % of ${counted(result.compared, "bar")} agree`]
      : []),
  ]
  if (issues.length === 0) return []
  const between = `${check.coarseProvider ?? "unknown"} and ${check.fineProvider ?? "unknown"} (${check.fine})`
  return [
    finding(
      "provider-mismatch",
      `${between} disagree: ${issues.join(", ")}`,
      result.differences.map(({ openTime, column, left, right }) => ({
        openTime,
        evidence: `${column} ${left}, of ${check.fineProvider ?? "unknown"} ${right}`,
      })),
      { maxPlaces, rows: Math.round((1 - result.agreement) * result.compared) },
    ),
  ]
}
