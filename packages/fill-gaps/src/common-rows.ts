import { type Bars, barCount, firstRowAtOrAfter, type TimeRange } from "@barkeep/market-data"
import { thresholds } from "./thresholds.ts"

/** Rows of the entry and of the donor at the same open times near a gap, ascending. */
export interface CommonRows {
  readonly time: ReadonlyArray<number>
  /** Logarithms of the closes. */
  readonly own: ReadonlyArray<number>
  readonly donor: ReadonlyArray<number>
  readonly ownRow: ReadonlyArray<number>
  readonly donorRow: ReadonlyArray<number>
}

/** The rows nearest to the gap on both sides that both have, with prices above zero. */
export const commonRows = (
  existing: Bars,
  donor: Bars,
  gap: TimeRange,
): { readonly before: CommonRows; readonly after: CommonRows } => {
  const all = join(existing, donor)
  const before = all.filter(([row]) => (existing.openTime[row] as number) < gap.from)
  const after = all.filter(([row]) => (existing.openTime[row] as number) >= gap.to)
  return {
    before: toCommon(existing, donor, before.slice(-thresholds.overlapBars)),
    after: toCommon(existing, donor, after.slice(0, thresholds.overlapBars)),
  }
}

const join = (existing: Bars, donor: Bars): ReadonlyArray<readonly [own: number, donor: number]> => {
  const pairs: Array<readonly [number, number]> = []
  for (let row = 0; row < barCount(existing); row += 1) {
    const time = existing.openTime[row] as number
    const other = firstRowAtOrAfter(donor.openTime, time)
    if (donor.openTime[other] !== time) continue
    if ((existing.close[row] as number) > 0 && (donor.close[other] as number) > 0) pairs.push([row, other])
  }
  return pairs
}

const toCommon = (
  existing: Bars,
  donor: Bars,
  pairs: ReadonlyArray<readonly [own: number, donor: number]>,
): CommonRows => ({
  time: pairs.map(([row]) => existing.openTime[row] as number),
  own: pairs.map(([row]) => Math.log(existing.close[row] as number)),
  donor: pairs.map(([, row]) => Math.log(donor.close[row] as number)),
  ownRow: pairs.map(([row]) => row),
  donorRow: pairs.map(([, row]) => row),
})

/** Differences between neighbours. */
export const steps = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.slice(1).map((value, index) => value - (values[index] as number))
