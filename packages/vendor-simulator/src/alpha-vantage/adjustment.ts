import { type EpochMillis, firstRowAtOrAfter } from "@barkeep/market-data"
import type { SessionSymbol } from "../session-market/session-market.ts"

const dayMillis = 86_400_000

/** What a bar is multiplied with to look as its successors do. */
export interface AdjustmentFactor {
  readonly price: number
  readonly volume: number
}

/**
 * The factors of the bars of one symbol as they are at `now`: prices by all later splits and dividends, volumes by later
 * splits. A dividend takes its share of the close before it.
 */
export const adjustmentFactors = (
  { actions, series }: SessionSymbol,
  now: EpochMillis,
): ((time: EpochMillis) => AdjustmentFactor) => {
  const dividends = actions.dividendsUntil(now).map(({ time, amount }) => {
    const before = series.days({ from: time - 20 * dayMillis, to: time }, now)
    const close = before.close.at(-1)
    const closedAt = before.openTime.at(-1)
    if (close === undefined || closedAt === undefined) return { time, kept: 1 }
    return { time, kept: 1 - (amount * actions.shares(closedAt, time)) / close }
  })
  const times = Float64Array.from(dividends, ({ time }) => time)
  /** What the dividends from each one on have left of a price. */
  const keptFrom = [...dividends, { kept: 1 }].map(({ kept }) => kept)
  for (let index = keptFrom.length - 2; index >= 0; index -= 1)
    keptFrom[index] = (keptFrom[index] as number) * (keptFrom[index + 1] as number)
  return (time) => {
    const shares = actions.shares(time, now)
    const kept = keptFrom[firstRowAtOrAfter(times, time + 1)] as number
    return { price: kept / shares, volume: shares }
  }
}
