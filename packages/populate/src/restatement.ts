import { type Bars, barCount, type EpochMillis, isoTime, TaggedError } from "@barkeep/market-data"

/** How many settled bars are asked again, to see whether the provider still says the same of them. */
export const overlapBars = 5

/** Float32 prices of one vendor answer differ from another's by less; a split or a dividend by more. */
const noise = 1e-4

/** Splits change prices by more than this, corrections of a single bar hardly ever; a whole refetch harms neither. */
const smallestSplit = 1.2

/**
 * The factor by which a provider has restated its prices: the ratio of new to stored closes over the bars both have,
 * when it is not 1 and the same for all of them, or for the oldest while the others are as they were (a split that the
 * provider applied days late: bars after it were on the new base already). `undefined` when nothing was restated;
 * corrections of single bars are no restatement.
 */
export const restatementFactor = (stored: Bars, answered: Bars): number | undefined => {
  const ratios = closeRatios(stored, answered)
  const [first] = ratios
  if (first === undefined || !Number.isFinite(first) || isSame(first, 1)) return undefined
  const end = ratios.findIndex((ratio) => !isSame(ratio, first))
  if (end === -1) return first
  const isLate = ratios.slice(end).every((ratio) => isSame(ratio, 1))
  return isLate && (end > 1 || Math.max(first, 1 / first) >= smallestSplit) ? first : undefined
}

const isSame = (ratio: number, expected: number): boolean => Math.abs(ratio / expected - 1) <= noise

/** New closes divided by stored ones, of the bars both have. */
const closeRatios = (stored: Bars, answered: Bars): ReadonlyArray<number> => {
  const ratios: Array<number> = []
  let j = 0
  for (let i = 0; i < barCount(stored); i += 1) {
    const time = stored.openTime[i] as number
    while (j < barCount(answered) && (answered.openTime[j] as number) < time) j += 1
    if (answered.openTime[j] === time)
      ratios.push((answered.close[j] as number) / (stored.close[i] as number))
  }
  return ratios
}

/** A provider has restated its history and no longer offers all of it; the entry was left as it is. */
export class HistoryRestated extends TaggedError<"HistoryRestated"> {
  readonly _tag = "HistoryRestated"
  override readonly name = "HistoryRestated"
  readonly factor: number
  /** Open time of the first stored bar that the provider did not give again. */
  readonly lost: EpochMillis

  constructor(options: {
    readonly provider: string
    readonly symbol: string
    readonly timeframe: string
    readonly factor: number
    readonly lost: EpochMillis
  }) {
    super(
      `${options.symbol} ${options.timeframe}: ${options.provider} has restated its prices by the factor ${options.factor.toPrecision(6)} and did not give the stored bar of ${isoTime(options.lost)} again. Nothing was written, since the entry would mix two price bases; keep it under another symbol or cache and populate anew`,
    )
    this.factor = options.factor
    this.lost = options.lost
  }
}
