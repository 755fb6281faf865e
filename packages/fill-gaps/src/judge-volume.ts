import type { Bars } from "@barkeep/market-data"
import type { CommonRows } from "./common-rows.ts"
import { median, typicalSize } from "./statistics.ts"
import { thresholds } from "./thresholds.ts"

/** Whether a donor's volume measures what the entry's does. */
export interface VolumeJudgement {
  readonly volume: "kept" | "absent"
  readonly text: string
  /** Donor's by the entry's, typically. */
  readonly ratio: number
}

/** Compares the volumes of common rows; what means something else is left out rather than converted. */
export const judgeVolume = (existing: Bars, donor: Bars, rows: CommonRows): VolumeJudgement => {
  const pairs = rows.ownRow.map((row, index) => ({
    own: existing.volume[row] as number,
    other: donor.volume[rows.donorRow[index] as number] as number,
    price: existing.close[row] as number,
  }))
  if (pairs.every(({ other }) => Number.isNaN(other)))
    return { volume: "absent", text: "the donor has no volume", ratio: Number.NaN }
  if (pairs.every(({ own }) => Number.isNaN(own)))
    return { volume: "absent", text: "the entry has no volume", ratio: Number.NaN }
  const both = pairs.filter(({ own, other }) => own > 0 && other > 0)
  // A bar that traded for one and not for the other is as much of a difference as any.
  const oneSided = pairs.filter(({ own, other }) => own > 0 !== other > 0).length
  const ratios = both.map(({ own, other }) => Math.log(other / own))
  const ratio = Math.exp(median(ratios))
  if (both.length < thresholds.leastOverlap / 2 || oneSided > pairs.length / 4)
    return { volume: "absent", text: "too few rows have a volume in both to compare", ratio }
  const spread = typicalSize(ratios.map((value) => value - Math.log(ratio)))
  if (Math.abs(Math.log(ratio)) <= thresholds.volumeScale && spread <= thresholds.volumeSpread)
    return { volume: "kept", text: `the volumes agree (ratio ${show(ratio)})`, ratio }
  const quote = median(both.map(({ own, other, price }) => other / (own * price)))
  const text =
    Math.abs(Math.log(quote)) <= thresholds.volumeScale
      ? "the donor's volume is in the quote currency"
      : ratio > 10 && isSmooth(both.map(({ other }) => other))
        ? `the donor's volume is ${show(ratio)} times the entry's and hardly changes from bar to bar: a rolling sum`
        : `the donor's volume is another one: ${show(ratio)} times the entry's, give or take ${show(100 * spread)} %`
  return { volume: "absent", text, ratio }
}

const isSmooth = (volumes: ReadonlyArray<number>): boolean =>
  typicalSize(volumes.slice(1).map((volume, index) => Math.log(volume / (volumes[index] as number)))) < 0.1

const show = (value: number): string => String(Number(value.toPrecision(3)))
