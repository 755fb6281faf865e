import { type Bars, barAt, barCount, barRows, emptyBars, type EpochMillis } from "@barkeep/market-data"
import { binDays, firstDateOf } from "../session-market/session-series.ts"
import { adjustmentFactors } from "./adjustment.ts"
import { intradayBars } from "./intraday-bars.ts"
import { askedRange, type FunctionName, type SeriesQuery } from "./query.ts"
import type { Stock } from "./stocks.ts"
import { dateText, newYorkTime } from "./wall-clock.ts"

/** A row as it is written: its time and its cells; `null` and missing cells are faults. */
export interface TableRow {
  readonly time: string
  readonly cells: ReadonlyArray<string | null>
}

/** A series before it is written as JSON or CSV. */
export interface SeriesTable {
  /** In the order of their numbers under `Meta Data`. */
  readonly meta: ReadonlyArray<readonly [name: string, value: string]>
  /** The member that holds the rows. */
  readonly rowsKey: string
  readonly fileName: string
  /** Of the cells, as JSON numbers and names them: `open`, `adjusted close`. */
  readonly columns: ReadonlyArray<string>
  /** Newest first. */
  readonly rows: ReadonlyArray<TableRow>
  /** Whether the first row's bar is still open. */
  readonly isRunning: boolean
  /** The time of a row after the newest one, which does not exist yet. */
  readonly nextTime: string
}

/** Which end of an intraday bar its time marks. */
export type RowLabel = "open" | "close"

const zone = "US/Eastern"
const compactRows = 100
/** Holds a hundred sessions, unless a recording has holes. */
const recentMillis = 200 * 86_400_000
const minuteMillis = 60_000
const bars = ["open", "high", "low", "close", "volume"] as const

/** The answer to a question; `undefined` without a row, which Alpha Vantage calls an invalid call. */
export const seriesTable = (
  name: FunctionName,
  stock: Stock,
  query: SeriesQuery,
  now: EpochMillis,
  label: RowLabel,
): SeriesTable | undefined => {
  const table =
    name === "TIME_SERIES_INTRADAY"
      ? intradayTable(stock, query, now, label)
      : name === "TIME_SERIES_WEEKLY" || name === "TIME_SERIES_MONTHLY"
        ? periodTable(name, stock, query, now)
        : dailyTable(name === "TIME_SERIES_DAILY_ADJUSTED", stock, query, now)
  return table === undefined || table.rows.length === 0 ? undefined : table
}

const intradayTable = (
  { symbol, hasIntraday }: Stock,
  query: SeriesQuery,
  now: EpochMillis,
  label: RowLabel,
): SeriesTable | undefined => {
  const { minutes, interval, isAdjusted, hasExtendedHours, month } = query
  const range = askedRange(month, symbol.days, now)
  if (!hasIntraday || range.from > now) return undefined
  const found = intradayBars(symbol, minutes, hasExtendedHours, range, now)
  if (found === undefined) return undefined
  const shown = isAdjusted ? adjusted(found, adjustmentFactors(symbol, now)) : found
  const length = minutes * minuteMillis
  const timeOf = (openTime: EpochMillis): string =>
    newYorkTime(label === "close" ? openTime + length : openTime)
  const rows = newest(
    query,
    [...barRows(shown)].map((bar) => ({ time: timeOf(bar.openTime), cells: cellsOf(bar) })),
  )
  return {
    meta: [
      ["Information", `Intraday (${interval}) open, high, low, close prices and volume`],
      ["Symbol", query.symbol],
      ["Last Refreshed", rows[0]?.time ?? ""],
      ["Interval", interval],
      ["Output Size", sizeText(query)],
      ["Time Zone", zone],
    ],
    rowsKey: `Time Series (${interval})`,
    fileName: `intraday_${interval}_${query.symbol}`,
    columns: bars,
    rows,
    isRunning: (found.openTime.at(-1) ?? 0) + length > now,
    nextTime: timeOf((found.openTime.at(-1) ?? 0) + length),
  }
}

const dailyTable = (
  isAdjusted: boolean,
  { symbol }: Stock,
  query: SeriesQuery,
  now: EpochMillis,
): SeriesTable => {
  const { days, actions, series } = symbol
  const recent =
    query.outputSize === "compact" ? series.days({ from: now - recentMillis, to: now + 1 }, now) : emptyBars
  const found = barCount(recent) < compactRows ? series.days({ from: 0, to: now + 1 }, now) : recent
  const factorOf = isAdjusted ? adjustmentFactors(symbol, now) : undefined
  const dividends = isAdjusted ? actions.dividendsUntil(now) : []
  const dateOf = (time: EpochMillis): string => dateText(days.dateOf(time))
  const paid = Map.groupBy(dividends, ({ time }) => dateOf(time))
  const split = Map.groupBy(actions.splits, ({ time }) => dateOf(time))
  const rows = newest(
    query,
    Array.from(barRows(found), (bar) => {
      const time = dateOf(bar.openTime)
      const [open, high, low, close, volume] = cellsOf(bar) as [string, string, string, string, string]
      if (factorOf === undefined) return { time, cells: [open, high, low, close, volume] }
      const dividend = (paid.get(time) ?? []).reduce((sum, { amount }) => sum + amount, 0)
      const coefficient = (split.get(time) ?? []).reduce(
        (product, { numerator, denominator }) => (product * numerator) / denominator,
        1,
      )
      const adjustedClose = (bar.close * factorOf(bar.openTime).price).toFixed(4)
      return {
        time,
        cells: [open, high, low, close, adjustedClose, volume, dividend.toFixed(4), coefficient.toFixed(1)],
      }
    }),
  )
  return {
    meta: [
      [
        "Information",
        isAdjusted
          ? "Daily Time Series with Splits and Dividend Events"
          : "Daily Prices (open, high, low, close) and Volumes",
      ],
      ["Symbol", query.symbol],
      ["Last Refreshed", rows[0]?.time ?? ""],
      ["Output Size", sizeText(query)],
      ["Time Zone", zone],
    ],
    rowsKey: "Time Series (Daily)",
    fileName: `${isAdjusted ? "daily_adjusted" : "daily"}_${query.symbol}`,
    columns: isAdjusted
      ? ["open", "high", "low", "close", "adjusted close", "volume", "dividend amount", "split coefficient"]
      : bars,
    rows,
    isRunning: (days.latest(now)?.close ?? 0) > now,
    nextTime: dateOf(days.firstFrom(now + 1)?.stamp ?? now),
  }
}

/** Weeks and months, each dated by its last session so far. */
const periodTable = (
  name: "TIME_SERIES_WEEKLY" | "TIME_SERIES_MONTHLY",
  { symbol: { days, series } }: Stock,
  query: SeriesQuery,
  now: EpochMillis,
): SeriesTable => {
  const [title, period] =
    name === "TIME_SERIES_WEEKLY" ? (["Weekly", "week"] as const) : (["Monthly", "month"] as const)
  const daily = series.days({ from: 0, to: now + 1 }, now)
  const lastDates = new Map<number, number>()
  for (const stamp of daily.openTime) {
    const date = days.dateOf(stamp)
    lastDates.set(firstDateOf(period, date), date)
  }
  const dates = [...lastDates.values()]
  const found = binDays(daily, days, period)
  const rows = dates.map((date, row) => ({ time: dateText(date), cells: cellsOf(barAt(found, row)) }))
  return {
    meta: [
      ["Information", `${title} Prices (open, high, low, close) and Volumes`],
      ["Symbol", query.symbol],
      ["Last Refreshed", rows.at(-1)?.time ?? ""],
      ["Time Zone", zone],
    ],
    rowsKey: `${title} Time Series`,
    fileName: `${title.toLowerCase()}_${query.symbol}`,
    columns: bars,
    rows: rows.toReversed(),
    isRunning: firstDateOf(period, days.dateOf(now)) === firstDateOf(period, dates.at(-1) ?? 0),
    nextTime: dateText((dates.at(-1) ?? 0) + (period === "week" ? 7 : 31)),
  }
}

const adjusted = (found: Bars, factorOf: ReturnType<typeof adjustmentFactors>): Bars => {
  const factors = Array.from(found.openTime, factorOf)
  const scaled = (column: Float64Array): Float64Array =>
    column.map((value, row) => value * (factors[row]?.price ?? 1))
  return {
    openTime: found.openTime,
    open: scaled(found.open),
    high: scaled(found.high),
    low: scaled(found.low),
    close: scaled(found.close),
    volume: found.volume.map((value, row) => Math.round(value * (factors[row]?.volume ?? 1))),
  }
}

const cellsOf = (bar: ReturnType<typeof barAt>): ReadonlyArray<string> => [
  ...[bar.open, bar.high, bar.low, bar.close].map((price) => price.toFixed(4)),
  String(bar.volume),
]

/** Without `outputsize=full` there are a hundred rows, and no hint of it but in the meta data. */
const newest = ({ outputSize }: SeriesQuery, rows: ReadonlyArray<TableRow>): ReadonlyArray<TableRow> =>
  (outputSize === "full" ? rows : rows.slice(-compactRows)).toReversed()

const sizeText = ({ outputSize }: SeriesQuery): string => (outputSize === "full" ? "Full size" : "Compact")
