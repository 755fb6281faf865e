import { type Bars, barCount, type EpochMillis } from "@barkeep/market-data"
import { median } from "./median.ts"

export interface CompareProvidersOptions {
  /** Relative difference up to which two prices agree. @default 0.005 */
  readonly priceTolerance?: number
  /** Examples listed. @default 20 */
  readonly maxPlaces?: number
}

export interface ProviderDifference {
  readonly openTime: EpochMillis
  readonly column: "open" | "high" | "low" | "close"
  readonly left: number
  readonly right: number
  /** Relative to the left one, after the common factor is taken out. */
  readonly relative: number
}

/** How two providers' bars of one instrument and timeframe agree where they overlap. */
export interface ProviderComparison {
  readonly range: { readonly from: EpochMillis; readonly to: EpochMillis } | undefined
  /** Open times that both have. */
  readonly compared: number
  /** Open times between the first and last common one that only one has. */
  readonly onlyLeft: number
  readonly onlyRight: number
  /** Median of left close / right close: 1 for the same unit and basis, 4 for an unapplied 4:1 split, 100 for pence. */
  readonly scale: number
  /** Share of common bars whose four prices agree after the scale is taken out. */
  readonly agreement: number
  /** Median relative difference of the closes after the scale is taken out. */
  readonly closeDifference: number
  /** Median of left volume / right volume where both are above zero; NaN without any. */
  readonly volumeScale: number
  /** By how many bars the right one must be moved to later for its closes to fit best; 0 when they are aligned. */
  readonly lag: number
  /** The largest disagreements, the worst first. */
  readonly differences: ReadonlyArray<ProviderDifference>
}

const lags = [0, -1, 1, -2, 2]
const prices = ["open", "high", "low", "close"] as const

/**
 * Compares two providers where they overlap. Pure; both must be ascending. A `lag` other than 0 or a `scale` far from
 * 1 says that the two cannot be mixed as they are.
 */
export const compareProviders = (
  left: Bars,
  right: Bars,
  { priceTolerance = 0.005, maxPlaces = 20 }: CompareProvidersOptions = {},
): ProviderComparison => {
  const pairs = commonRows(left, right)
  const [first] = pairs.rows
  const last = pairs.rows.at(-1)
  const scale = medianOf(pairs.rows.map(([i, j]) => (left.close[i] as number) / (right.close[j] as number)))
  const differences: Array<ProviderDifference> = []
  let agreeing = 0
  for (const [i, j] of pairs.rows) {
    const found = differencesOf(left, i, right, j, scale, priceTolerance)
    if (found.length === 0) agreeing += 1
    differences.push(...found)
  }
  const closes = pairs.rows.map(([i, j]) =>
    relativeTo(left.close[i] as number, (right.close[j] as number) * scale),
  )
  return {
    range:
      first === undefined || last === undefined
        ? undefined
        : { from: left.openTime[first[0]] as number, to: (left.openTime[last[0]] as number) + 1 },
    compared: pairs.rows.length,
    onlyLeft: pairs.onlyLeft,
    onlyRight: pairs.onlyRight,
    scale,
    agreement: pairs.rows.length === 0 ? Number.NaN : agreeing / pairs.rows.length,
    closeDifference: medianOf(closes),
    volumeScale: medianOf(
      pairs.rows
        .map(([i, j]) => (left.volume[i] as number) / (right.volume[j] as number))
        .filter((ratio) => ratio > 0 && Number.isFinite(ratio)),
    ),
    lag: bestLag(left, right, pairs.rows),
    differences: differences.toSorted((a, b) => b.relative - a.relative).slice(0, maxPlaces),
  }
}

type Pair = readonly [left: number, right: number]

const commonRows = (
  left: Bars,
  right: Bars,
): { readonly rows: ReadonlyArray<Pair>; readonly onlyLeft: number; readonly onlyRight: number } => {
  const rows: Array<Pair> = []
  let [i, j, leftSince, rightSince, onlyLeft, onlyRight] = [0, 0, 0, 0, 0, 0]
  while (i < barCount(left) && j < barCount(right)) {
    const [a, b] = [left.openTime[i] as number, right.openTime[j] as number]
    if (a === b) {
      // What lies before the first common bar is no disagreement.
      if (rows.length > 0) {
        onlyLeft += leftSince
        onlyRight += rightSince
      }
      rows.push([i, j])
      leftSince = 0
      rightSince = 0
      i += 1
      j += 1
    } else if (a < b) {
      leftSince += 1
      i += 1
    } else {
      rightSince += 1
      j += 1
    }
  }
  return { rows, onlyLeft, onlyRight }
}

const differencesOf = (
  left: Bars,
  i: number,
  right: Bars,
  j: number,
  scale: number,
  tolerance: number,
): ReadonlyArray<ProviderDifference> =>
  prices.flatMap((column) => {
    const [a, b] = [left[column][i] as number, right[column][j] as number]
    const relative = relativeTo(a, b * scale)
    return relative <= tolerance
      ? []
      : [{ openTime: left.openTime[i] as number, column, left: a, right: b, relative }]
  })

const relativeTo = (a: number, b: number): number => {
  const relative = Math.abs(a - b) / Math.abs(a)
  return Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative
}

/** Compares returns instead of prices: a trend would hide a shift. */
const bestLag = (left: Bars, right: Bars, pairs: ReadonlyArray<Pair>): number => {
  const moves = (close: Float64Array, row: number): number =>
    Math.log((close[row] as number) / (close[row - 1] as number))
  const distance = (lag: number): number =>
    medianOf(
      pairs
        .map(([i, j]) => Math.abs(moves(left.close, i) - moves(right.close, j - lag)))
        .filter((value) => !Number.isNaN(value)),
    )
  let best = { lag: 0, distance: distance(0) }
  for (const lag of lags) {
    const found = distance(lag)
    // Only a clearly better fit is a shift.
    if (found < best.distance * 0.5) best = { lag, distance: found }
  }
  return best.lag
}

const medianOf = (values: ReadonlyArray<number>): number => median(values) ?? Number.NaN
