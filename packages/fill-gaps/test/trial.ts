import { type Bars, barCount, sliceBars, takeRows, type TimeRange } from "@barkeep/market-data"
import { calibrate } from "../src/calibrate.ts"
import type { Calibration } from "../src/calibration.ts"
import { type Corruption, fromSamples, type Market, noisy, walk } from "./corruptions.ts"
import { makeRandom } from "./random.ts"

/** Prices that differ from the truth by more than this are wrong, beside the noise that the donor has. */
export const statedThreshold = 0.0025

/** The same for bars made from price points, which are only taken when that is allowed. */
export const statedThresholdOfSamples = 0.005

/** One donor put to the test. */
export interface Trial {
  readonly calibration: Calibration
  readonly truth: Bars
  readonly donor: Bars
  readonly gap: TimeRange
  /** A corrupted price would be in the cache. */
  readonly isBadMerge: boolean
  /** A volume of another meaning would be. */
  readonly isBadVolume: boolean
}

/** A gap in a market, and a donor that is corrupted or, without a corruption, only noisy. */
export const runTrial = (
  market: Market,
  corruption: Corruption | undefined,
  noise: number,
  seed: number,
  { sampled = false }: { readonly sampled?: boolean } = {},
): Trial => {
  const random = makeRandom(seed)
  const rows = 200
  const truth = walk(market, rows, random)
  const first = random.integer(60, 110)
  const length = random.integer(1, 24)
  const gap = {
    from: truth.openTime[first] as number,
    to: (truth.openTime[first + length - 1] as number) + market.stepMillis,
  }
  const kept = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => row < first || row >= first + length,
  )
  const existing = takeRows(truth, kept)
  const other = noisy(truth, market, noise, random)
  const honest = sampled ? fromSamples(other, market, random) : other
  const donor = corruption === undefined ? honest : corruption.apply(honest, market, gap, random)
  const calibration = calibrate({ timeframe: market.timeframe, gap, existing, donor, sampled })
  const accepted = calibration._tag === "Accepted"
  const filled = sliceBars(donor, gap)
  const expected = sliceBars(honest, gap)
  return {
    calibration,
    truth,
    donor,
    gap,
    isBadMerge:
      accepted && differsBy(filled, expected) > (sampled ? statedThresholdOfSamples : statedThreshold),
    isBadVolume: accepted && calibration.volume === "kept" && corruption?.kind === "volume",
  }
}

/** The largest difference of any price between two sets of rows. */
const differsBy = (a: Bars, b: Bars): number => {
  let most = 0
  for (let row = 0; row < barCount(a); row += 1)
    for (const name of ["open", "high", "low", "close"] as const)
      most = Math.max(most, Math.abs(Math.log((a[name][row] as number) / (b[name][row] as number))))
  return most
}
