import { barEnd, type EpochMillis, nominalMillis, type Timeframe } from "@barkeep/market-data"
import { yahooFinanceCapabilities } from "./capabilities.ts"
import type { DatedOpenTimes } from "./local-dates.ts"
import type { Chart } from "./parse-chart.ts"

/** What to do about the last row of an answer. */
export interface LastRows {
  /** How many rows at the end are no bars. */
  readonly dropped: number
  /** Open time of the bar that is not there yet because its row is live. */
  readonly missingFrom?: EpochMillis
}

const none: LastRows = { dropped: 0 }
const minute = 60_000

/**
 * Intraday answers may end with the last quote, stamped with its own time: between two bars, or at the close with no
 * volume, and even on a day after the one asked for.
 * @param rows indices of the rows with prices, ascending
 */
export const findLiveQuote = (chart: Chart, rows: ReadonlyArray<number>, timeframe: Timeframe): LastRows => {
  const row = rows.at(-1)
  if (row === undefined) return none
  const time = chart.time[row] as EpochMillis
  const before = rows.at(-2)
  const previous = before === undefined ? Number.NEGATIVE_INFINITY : (chart.time[before] as EpochMillis)
  const isBetweenBars = time % minute !== 0 || time - previous < nominalMillis(timeframe)
  const { lastTradeAt = Number.POSITIVE_INFINITY } = chart
  const isAtLastTrade = time >= lastTradeAt - (lastTradeAt % minute)
  return isBetweenBars || (isAtLastTrade && isFlat(chart, row)) ? { dropped: 1 } : none
}

const isFlat = ({ open, high, low, close, volume }: Chart, row: number): boolean =>
  open[row] === close[row] && high[row] === low[row] && open[row] === high[row] && (volume[row] ?? 0) === 0

/** Overnight corrections of a day are in by then, and a row that still has its last quote's stamp is the day's bar. */
const overnightMillis = 6 * 60 * minute

/**
 * The bar of the running or last day, week or month comes stamped with the last trade instead of its open, beside a row
 * of its own or instead of one, and keeps changing until the night after. A week or month beside a live day may lack
 * that day, so neither of the two counts.
 * @param rows indices of the rows with prices, ascending
 * @param now the vendor's clock
 */
export const findLiveBar = (
  chart: Chart,
  rows: ReadonlyArray<number>,
  {
    timeframe,
    timeZone,
    now,
  }: { readonly timeframe: Timeframe; readonly timeZone: string; readonly now: EpochMillis },
  datesOf: (stamp: EpochMillis) => DatedOpenTimes,
): LastRows => {
  const row = rows.at(-1)
  if (row === undefined) return none
  const time = chart.time[row] as EpochMillis
  const before = rows.at(-2)
  const { day, period } = datesOf(time)
  const isRepeated = before !== undefined && datesOf(chart.time[before] as EpochMillis).period === period
  const isOdd = isRepeated || day !== period
  const isStampedByTrade = time % minute !== 0 || time >= (chart.lastTradeAt ?? Number.POSITIVE_INFINITY)
  if (!isOdd && !isStampedByTrade) return none
  const end = barEnd(timeframe, period, timeZone)
  if (isOdd && now >= end + yahooFinanceCapabilities.settleMillis) return { dropped: 1 }
  if (!isOdd && now >= end + overnightMillis) return none
  return { dropped: 1, missingFrom: period }
}
