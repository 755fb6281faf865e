import { barCount, type Bars, barRows, type EpochMillis, type TimeRange } from "@barkeep/market-data"
import { lastTradeAt } from "../session-market/session-market.ts"
import { adjustForSplits, binDays } from "../session-market/session-series.ts"
import type { TradingDay } from "../session-market/trading-days.ts"
import type { ChartQuestion } from "./chart-question.ts"
import { exchangeFacts } from "./exchange-facts.ts"

/** One row of a chart; a cell is `null` where Yahoo has no value. */
export interface ChartRow {
  /** Seconds since 1970. */
  readonly time: number
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number | null
  readonly volume: number | null
  /** The last quote, stamped with its own time. */
  readonly isLive?: true
}

const day = 86_400_000

/** The rows that answer a question, ascending. */
export const chartRows = (asked: ChartQuestion, now: EpochMillis): ReadonlyArray<ChartRow> =>
  asked.granularity.step === "day" ? datedRows(asked, now) : intradayRows(asked, asked.granularity.step, now)

/** What Yahoo has seen of a market at `now`: quotes come late. */
export const seenAt = ({ symbol }: ChartQuestion, now: EpochMillis): EpochMillis =>
  now - exchangeFacts(symbol.listing).delayMinutes * 60_000

/** Both ends of a question are included. */
const askedRange = ({ from, to }: ChartQuestion): TimeRange => ({ from: from * 1000, to: to * 1000 + 1 })

const datedRows = (asked: ChartQuestion, now: EpochMillis): ReadonlyArray<ChartRow> => {
  const { symbol, granularity } = asked
  const { series, days, actions } = symbol
  const seen = seenAt(asked, now)
  const range = askedRange(asked)
  const last = lastTradeAt(symbol, seen)
  const lastDay = last === undefined ? undefined : days.latest(seen)
  const wide = {
    from: range.from - (granularity.period === undefined ? 0 : 100 * day),
    to: range.to + 100 * day,
  }
  const all = adjustForSplits(series.days(wide, seen), actions, now)
  const isLive = (stamp: EpochMillis): boolean => stamp === lastDay?.stamp
  const done = rowsOf(all, symbol.series.isRecorded).filter(({ time }) => !isLive(time * 1000))
  const liveBar = rowsOf(all, symbol.series.isRecorded).find(({ time }) => isLive(time * 1000))
  // The last day is stamped with the last trade, until the next one begins.
  const live: ReadonlyArray<ChartRow> =
    liveBar === undefined || last === undefined || liveBar.time > asked.to || last < range.from
      ? []
      : [{ ...liveBar, time: last / 1000, isLive: true }]
  const rows =
    granularity.period === undefined ? done : rowsOf(periodsOf(asked, all, isLive), series.isRecorded)
  return [...rows.filter(({ time }) => time >= asked.from && time <= asked.to), ...live]
}

/** Weeks, months or quarters without the live day. */
const periodsOf = (
  { symbol, granularity }: ChartQuestion,
  bars: Bars,
  isLive: (stamp: EpochMillis) => boolean,
): Bars => {
  const count = barCount(bars)
  const done = count > 0 && isLive(bars.openTime[count - 1] as number) ? count - 1 : count
  const before = Object.fromEntries(
    Object.entries(bars).map(([name, column]) => [name, column.subarray(0, done)]),
  )
  return binDays(before as unknown as Bars, symbol.days, granularity.period ?? "week")
}

const intradayRows = (asked: ChartQuestion, minutes: number, now: EpochMillis): ReadonlyArray<ChartRow> => {
  const { symbol } = asked
  const { series, days, actions } = symbol
  const seen = seenAt(asked, now)
  const range = askedRange(asked)
  const bars = adjustForSplits(series.intraday(minutes, range, seen), actions, now)
  const regular = rowsOf(bars, series.isRecorded)
  const extended = days
    .between(range)
    .filter(({ close }) => close <= seen)
    // On short days Yahoo sends what came after the close, asked or not.
    .filter(({ isShort }) => asked.includePrePost || isShort)
    .flatMap((session) => extendedRows(asked, session, minutes, regular))
    .filter(({ time }) => time >= asked.from && time <= asked.to)
  const rows = [...regular, ...extended].toSorted((a, b) => a.time - b.time)
  const last = lastTradeAt(symbol, seen)
  if (last === undefined || last < range.from || last >= range.to || barCount(bars) === 0) return rows
  const [quote] = rowsOf(adjustForSplits(lastQuote(asked, last), actions, now), series.isRecorded)
  return quote === undefined ? rows : [...rows, { ...quote, time: last / 1000, volume: 0, isLive: true }]
}

/** The last price as a flat bar. */
const lastQuote = ({ symbol, granularity }: ChartQuestion, last: EpochMillis): Bars => {
  const session = symbol.days.latest(last)
  const { from, to } = { from: session?.open ?? last, to: last + 1 }
  const minutes = granularity.step === "day" ? 1 : granularity.step
  const bars = symbol.series.intraday(minutes, { from, to }, last)
  const close = bars.close.subarray(-1)
  return { openTime: bars.openTime.subarray(-1), open: close, high: close, low: close, close, volume: close }
}

/** Rows outside a session: thinly traded, so that prices stand still and no volume is told. */
const extendedRows = (
  asked: ChartQuestion,
  session: TradingDay,
  minutes: number,
  regular: ReadonlyArray<ChartRow>,
): ReadonlyArray<ChartRow> => {
  const { preMinutes, postMinutes } = exchangeFacts(asked.symbol.listing)
  const inside = regular.filter(({ time }) => time * 1000 >= session.open && time * 1000 < session.close)
  const flat = (
    from: EpochMillis,
    to: EpochMillis,
    price: number | null | undefined,
  ): ReadonlyArray<ChartRow> =>
    price === undefined || price === null
      ? []
      : Array.from({ length: Math.ceil((to - from) / (minutes * 60_000)) }, (_, index) => ({
          time: from / 1000 + index * minutes * 60,
          open: price,
          high: price,
          low: price,
          close: price,
          volume: 0,
        }))
  const before = asked.includePrePost ? preMinutes : 0
  // Two hours are enough to be a nuisance on a day that nobody asked for.
  const after = asked.includePrePost ? postMinutes : Math.min(postMinutes, 120)
  return [
    ...flat(session.open - before * 60_000, session.open, inside[0]?.open),
    ...flat(session.close, session.close + after * 60_000, inside.at(-1)?.close),
  ]
}

/** Prices in single precision, but for recorded ones, which stay what they are. */
const rowsOf = (bars: Bars, isRecorded: boolean): ReadonlyArray<ChartRow> =>
  Array.from(barRows(bars), ({ openTime, open, high, low, close, volume }) => ({
    time: openTime / 1000,
    open: isRecorded ? open : Math.fround(open),
    high: isRecorded ? high : Math.fround(high),
    low: isRecorded ? low : Math.fround(low),
    close: isRecorded ? close : Math.fround(close),
    volume,
  }))

/** The bars of the days before a time, newest last: for previous closes. */
export const daysBefore = (asked: ChartQuestion, time: EpochMillis, now: EpochMillis): Bars => {
  const { series, actions } = asked.symbol
  const bars = series.days({ from: time - 20 * day, to: time }, seenAt(asked, now))
  return adjustForSplits(bars, actions, now)
}
