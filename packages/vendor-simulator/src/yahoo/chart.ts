import { barCount, type EpochMillis } from "@barkeep/market-data"
import { hashPair, hashText } from "../random.ts"
import { firstDateOf } from "../session-market/session-series.ts"
import { type SessionSymbol } from "../session-market/session-market.ts"
import type { ChartQuestion } from "./chart-question.ts"
import { chartMeta } from "./chart-meta.ts"
import { type ChartRow, chartRows, seenAt } from "./chart-rows.ts"

/** One answer before it is written. */
export interface Chart {
  readonly meta: { readonly [name: string]: unknown }
  readonly rows: ReadonlyArray<ChartRow>
  /** Closes after dividends, for days and longer. */
  readonly adjustedCloses: ReadonlyArray<number | null> | undefined
  readonly events: { readonly [name: string]: unknown } | undefined
}

/** The chart that answers a question at `now`. */
export const makeChart = (asked: ChartQuestion, now: EpochMillis): Chart => {
  const rows = chartRows(asked, now)
  return {
    meta: chartMeta(asked, now),
    rows,
    adjustedCloses: asked.granularity.step === "day" ? adjustedCloses(asked, rows, now) : undefined,
    events: chartEvents(asked, rows, now),
  }
}

const columnNames = ["open", "high", "low", "close", "volume"] as const

/**
 * The chart as JSON. The order of the columns differs from answer to answer.
 * @param shorten leaves so many cells of `close` out at the end
 */
export const writeChart = (chart: Chart, order: number, shorten = 0): string => {
  const { meta, rows, adjustedCloses: adjclose, events } = chart
  const shuffled = columnNames.toSorted((a, b) => hashPair(order, hashText(a)) - hashPair(order, hashText(b)))
  const quote = Object.fromEntries(
    shuffled.map((name) => {
      const cells = rows.map((row) => row[name])
      return [name, name === "close" && shorten > 0 ? cells.slice(0, -shorten) : cells]
    }),
  )
  const result = {
    meta,
    ...(rows.length > 0 && { timestamp: rows.map(({ time }) => time) }),
    ...(events !== undefined && { events }),
    indicators: {
      quote: [rows.length === 0 ? {} : quote],
      ...(rows.length > 0 && adjclose !== undefined && { adjclose: [{ adjclose }] }),
    },
  }
  return JSON.stringify({ chart: { result: [result], error: null } })
}

/** Closes multiplied by what each later dividend left of the close before it. */
const adjustedCloses = (
  asked: ChartQuestion,
  rows: ReadonlyArray<ChartRow>,
  now: EpochMillis,
): ReadonlyArray<number | null> => {
  const seen = seenAt(asked, now)
  const dividends = asked.symbol.actions.dividendsUntil(seen).toReversed()
  const adjusted: Array<number | null> = Array.from({ length: rows.length }, () => null)
  let factor = 1
  let next = 0
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    const { time, close } = rows[row] as ChartRow
    for (; next < dividends.length; next += 1) {
      const dividend = dividends[next] as { readonly time: EpochMillis; readonly amount: number }
      if (dividend.time <= endOfRow(asked, time)) break
      factor *= remainder(asked.symbol, dividend)
    }
    adjusted[row] = close === null ? null : Math.fround(close * factor)
  }
  return adjusted
}

/** The last instant of the row's week or month: what falls into it is in its close already. */
const endOfRow = ({ symbol, granularity }: ChartQuestion, time: number): EpochMillis => {
  if (granularity.period === undefined) return time * 1000
  const date = firstDateOf(granularity.period, symbol.days.dateOf(time * 1000))
  const length = { week: 7, month: 32, quarter: 93 }[granularity.period]
  const next = firstDateOf(granularity.period, date + length)
  return symbol.days.midnightOf(next) - 1
}

const remainders = new WeakMap<SessionSymbol, Map<EpochMillis, number>>()

/** The share of a price that is left when a dividend is gone. Splits change both alike. */
const remainder = (
  symbol: SessionSymbol,
  { time, amount }: { readonly time: EpochMillis; readonly amount: number },
): number => {
  const known = remainders.get(symbol) ?? new Map<EpochMillis, number>()
  remainders.set(symbol, known)
  let left = known.get(time)
  if (left === undefined) {
    const before = symbol.series.days({ from: time - 20 * 86_400_000, to: time }, time)
    const row = barCount(before) - 1
    const close = before.close[row] ?? Number.POSITIVE_INFINITY
    const stamp = before.openTime[row] ?? time
    left = Math.max(0.01, 1 - (amount * symbol.actions.shares(stamp, time)) / close)
    known.set(time, left)
  }
  return left
}

/** Splits and dividends between the question's ends, under the row that they fall into. */
const chartEvents = (
  asked: ChartQuestion,
  rows: ReadonlyArray<ChartRow>,
  now: EpochMillis,
): { readonly [name: string]: unknown } | undefined => {
  const { actions } = asked.symbol
  const seen = seenAt(asked, now)
  const isAsked = ({ time }: { readonly time: EpochMillis }): boolean =>
    time <= seen && time / 1000 >= asked.from && time / 1000 <= asked.to
  const bucket = (time: EpochMillis): number =>
    rows.findLast((row) => row.isLive === undefined && row.time <= time / 1000)?.time ?? time / 1000
  const dividends = asked.events.dividends
    ? actions
        .dividendsUntil(seen)
        .filter(isAsked)
        .map(({ time, amount }) => [
          bucket(time),
          { amount: Number((amount / actions.shares(time, now)).toPrecision(7)), date: time / 1000 },
        ])
    : []
  const splits = asked.events.splits
    ? actions.splits
        .filter(isAsked)
        .map(({ time, numerator, denominator }) => [
          bucket(time),
          { date: time / 1000, numerator, denominator, splitRatio: `${numerator}:${denominator}` },
        ])
    : []
  if (dividends.length === 0 && splits.length === 0) return undefined
  return {
    ...(dividends.length > 0 && { dividends: Object.fromEntries(dividends) as unknown }),
    ...(splits.length > 0 && { splits: Object.fromEntries(splits) as unknown }),
  }
}
