import {
  type Anchor,
  type EpochMillis,
  isIntraday,
  nominalMillis,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { type Day, startOfMonth, weekdayOf } from "./civil-day.ts"
import type { SessionRow, SessionTable } from "./session-table.ts"

/** An unbroken stretch of trading, half-open. */
export interface Stretch {
  readonly from: EpochMillis
  readonly to: EpochMillis
}

/** The stretches of a session: two when it has a break. */
export const stretchesOf = ({ session }: SessionRow): ReadonlyArray<Stretch> =>
  session.breakStart === undefined || session.breakEnd === undefined
    ? [{ from: session.open, to: session.close }]
    : [
        { from: session.open, to: session.breakStart },
        { from: session.breakEnd, to: session.close },
      ]

/** Open time of the bin that holds the first instant of a stretch. */
export const firstBinOf = (
  table: SessionTable,
  row: SessionRow,
  stretch: Stretch,
  length: number,
  anchor: Anchor,
): EpochMillis => {
  if (table.rules.continuous) return stretch.from - modulo(stretch.from, length)
  return anchor === "session" ? stretch.from : stretch.from - modulo(stretch.from - row.midnight, length)
}

/** The open times inside the half-open range that the sessions of a market call for, ascending. */
export const expectedOpenTimes = (
  table: SessionTable,
  timeframe: Timeframe,
  range: TimeRange,
  anchor: Anchor,
): Float64Array => {
  if (isIntraday(timeframe)) return intradayOpenTimes(table, nominalMillis(timeframe), range, anchor)
  const first = table.dayAt(range.from)
  // A week or month belongs to the range by its first day, which may have its only sessions after the range.
  const rows = table.between(first, table.dayAt(range.to) + (timeframe === "1d" ? 0 : 31))
  const days = new Set(rows.map((row) => periodStart(timeframe, row.day)))
  return Float64Array.from(days, table.midnightOf).filter((time) => time >= range.from && time < range.to)
}

/** The first day of the day, week or month that a session belongs to. */
export const periodStart = (timeframe: Timeframe, day: Day): Day => {
  if (timeframe === "1w") return day - weekdayOf(day) + 1
  return timeframe === "1mo" ? startOfMonth(day) : day
}

const intradayOpenTimes = (
  table: SessionTable,
  length: number,
  range: TimeRange,
  anchor: Anchor,
): Float64Array => {
  // A day more on each side: bins may begin before their session, and sessions on the day before their date.
  const rows = table.between(table.dayAt(range.from) - 1, table.dayAt(range.to) + 1)
  const bins = rows.flatMap((row) =>
    stretchesOf(row).map((stretch) => ({
      first: firstBinOf(table, row, stretch, length, anchor),
      end: stretch.to,
    })),
  )
  const times = new Float64Array(
    bins.reduce((sum, { first, end }) => sum + Math.ceil((end - first) / length), 0),
  )
  // Bins of a common grid may hold the end of one stretch and the start of the next; they are given once.
  const common = table.rules.continuous || anchor === "clock"
  let count = 0
  let next = range.from
  for (const { first, end } of bins) {
    const skipped = Math.max(0, Math.ceil((next - first) / length))
    const stop = Math.min(end, range.to)
    for (let time = first + skipped * length; time < stop; time += length) {
      times[count] = time
      count += 1
      if (common) next = time + length
    }
  }
  return times.slice(0, count)
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor
