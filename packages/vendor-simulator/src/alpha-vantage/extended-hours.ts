import { type Bar, barAt, type Bars, type EpochMillis, firstRowAtOrAfter } from "@barkeep/market-data"
import { hashPair, hashText, randomWord } from "../random.ts"
import type { SessionSymbol } from "../session-market/session-market.ts"
import type { TradingDay } from "../session-market/trading-days.ts"

const minuteMillis = 60_000
const hourMillis = 60 * minuteMillis

/** New York's clock, after midnight. Clocks are set on Sundays, so this is also the time that has passed. */
const extendedOpen = 4 * hourMillis
const extendedClose = 20 * hourMillis

/**
 * The minutes before and after a session, from 04:00 to 20:00 in New York, as far as they are over at `now`: sparse, small,
 * around the price at which the session opens or has closed. The first and the last minute always have a trade.
 * @param minutes the session's own, all of them
 */
export const minutesAroundSession = (
  { listing }: SessionSymbol,
  day: TradingDay,
  minutes: Bars,
  now: EpochMillis,
): { readonly before: ReadonlyArray<Bar>; readonly after: ReadonlyArray<Bar> } => {
  const first = firstRowAtOrAfter(minutes.openTime, day.open)
  const last = firstRowAtOrAfter(minutes.openTime, day.close) - 1
  if (last < first) return { before: [], after: [] }
  const scale = 10 ** listing.priceDecimals
  const seed = hashPair(hashText(listing.symbol), day.date)
  const rows = (from: EpochMillis, to: EpochMillis, price: number): ReadonlyArray<Bar> => {
    const ticks = Math.round(price * scale)
    const bars: Array<Bar> = []
    for (let openTime = from; openTime < Math.min(to, now - minuteMillis + 1); openTime += minuteMillis) {
      const word = randomWord(seed, openTime / minuteMillis)
      const isEdge = openTime === day.midnight + extendedOpen || openTime === to - minuteMillis
      if (!isEdge && (word & 7) > 3) continue
      const [open, close] = [((word >>> 3) & 7) - 3, ((word >>> 6) & 7) - 3].map((step) =>
        Math.max(1, ticks + step),
      ) as [number, number]
      bars.push({
        openTime,
        open: open / scale,
        high: Math.max(open, close) / scale,
        low: Math.min(open, close) / scale,
        close: close / scale,
        volume: 1 + ((word >>> 9) & 0x1_ff),
      })
    }
    return bars
  }
  return {
    before: rows(day.midnight + extendedOpen, day.open, barAt(minutes, first).open),
    after: rows(day.close, day.midnight + extendedClose, barAt(minutes, last).close),
  }
}
