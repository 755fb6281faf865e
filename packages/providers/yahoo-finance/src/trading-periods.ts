import { type EpochMillis, toLocalMillis, type ZoneOffsets } from "@barkeep/market-data"

/** One regular session as an answer tells it. */
export interface TradingPeriod {
  readonly start: EpochMillis
  /** Exclusive. */
  readonly end: EpochMillis
}

/**
 * The regular sessions of `meta.tradingPeriods`: a list of lists, or an object with such a list under `regular` when pre-
 * and post-market were asked for. Empty for anything else: not every answer has them.
 */
export const parseTradingPeriods = (value: unknown): ReadonlyArray<TradingPeriod> => {
  if (Array.isArray(value)) return value.flatMap(parseTradingPeriods)
  if (typeof value !== "object" || value === null) return []
  const { regular, start, end } = value as {
    readonly regular?: unknown
    readonly start?: unknown
    readonly end?: unknown
  }
  if (regular !== undefined) return parseTradingPeriods(regular)
  if (typeof start !== "number" || typeof end !== "number" || !(end > start)) return []
  return [{ start: start * 1000, end: exclusiveEnd(start, end) * 1000 }]
}

/** Markets that never close end at 23:59, a minute in which they trade. */
const exclusiveEnd = (start: number, end: number): number => ((end - start) % 3600 === 3540 ? end + 60 : end)

const day = 86_400_000

/**
 * Tells the times that lie outside all sessions although a session of their date is known. Times of dates without a
 * known session are not judged.
 */
export const outsideSessions = (
  periods: ReadonlyArray<TradingPeriod>,
  zone: ZoneOffsets,
): ((time: EpochMillis) => boolean) => {
  const dateOf = (time: EpochMillis): number => Math.floor(toLocalMillis(zone, time) / day)
  const byDate = new Map<number, Array<TradingPeriod>>()
  for (const period of periods)
    for (const date of new Set([dateOf(period.start), dateOf(period.end - 1)])) {
      const known = byDate.get(date)
      if (known === undefined) byDate.set(date, [period])
      else known.push(period)
    }
  return (time) => {
    const known = byDate.get(dateOf(time))
    return known !== undefined && !known.some(({ start, end }) => time >= start && time < end)
  }
}
