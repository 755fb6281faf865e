import { type Bars, barCount } from "@barkeep/market-data"

/** The prices alone: the volume counts as not known. */
export const withoutVolume = (bars: Bars): Bars => ({
  ...bars,
  volume: new Float64Array(barCount(bars)).fill(Number.NaN),
})
