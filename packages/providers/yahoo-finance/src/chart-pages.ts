import {
  barCount,
  type BarPage,
  emptyBars,
  type EpochMillis,
  hasSessions,
  type Instrument,
  isIntraday,
  openTimeOf,
  type Provenance,
  sliceBars,
  type TimeRange,
  zoneOfDays,
} from "@barkeep/market-data"
import { type BarRequest, splitSettled } from "@barkeep/provider-kit"
import { feedDelayMillis, volumeMeaning, yahooFinanceCapabilities } from "./capabilities.ts"
import type { ChartBars } from "./chart-to-bars.ts"
import { eventsIn } from "./corporate-events.ts"
import type { DroppedRow } from "./dropped-rows.ts"
import { chartPath } from "./endpoints.ts"
import type { Chart } from "./parse-chart.ts"

/** The checked answer to one window. */
export interface WindowAnswer extends ChartBars {
  /** The part of the request that was asked. */
  readonly range: TimeRange
  /** Absent when Yahoo says that it has nothing there. */
  readonly chart?: Pick<Chart, "currency" | "lastTradeAt" | "firstTradeAt" | "timeZone" | "events">
  /** Yahoo's clock when it answered. */
  readonly now: EpochMillis
  /** Our clock when the answer had come. */
  readonly receivedAt: EpochMillis
}

/** The pages of one window; `reachesPresent` when every later window lies in the future. */
export interface ChartPages {
  readonly pages: ReadonlyArray<BarPage>
  /** The rows of the answer in the pages' ranges that are no bars. */
  readonly dropped: ReadonlyArray<DroppedRow>
  readonly reachesPresent: boolean
}

/** The closed bars of an answer as pages: what is final, then what Yahoo may still correct. */
export const chartPages = (request: BarRequest, answer: WindowAnswer): ChartPages => {
  const { instrument, timeframe } = request
  const { range, now, missingFrom } = answer
  const anchor = hasSessions(instrument) ? "session" : "clock"
  const { settleMillis } = yahooFinanceCapabilities
  const page = { range, bars: answer.bars, provenance: provenanceOf(answer) }
  // Settled with no time to settle means closed.
  const [first] = splitSettled(page, {
    instrument,
    timeframe,
    now: knownUntil(answer),
    settleMillis: 0,
    anchor,
  })
  const closedUntil = first?.provenance.settled === true ? first.range.to : range.from
  const end = Math.min(closedUntil, Math.max(missingFrom, range.from))
  const closed = { from: range.from, to: end }
  const parts = splitSettled(
    { ...page, range: closed, bars: sliceBars(answer.bars, closed) },
    { instrument, timeframe, now, settleMillis, anchor },
  )
  return {
    pages: parts
      .flatMap((part) => withoutBeginning(part, firstBarOf(request, answer)))
      .map((part) => explain(part, request, answer)),
    dropped: answer.dropped.filter(({ openTime }) => isInside(closed, openTime)),
    reachesPresent: end < range.to,
  }
}

/** The time up to which Yahoo has seen the market: a bar that ended after it may still be growing. */
const knownUntil = ({ chart, now }: WindowAnswer): EpochMillis =>
  Math.min(now, Math.max(chart?.lastTradeAt ?? Number.NEGATIVE_INFINITY, now - feedDelayMillis))

/** Before it there is nothing, by Yahoo's own word; `undefined` where it has none. */
const firstBarOf = (
  { instrument, timeframe }: BarRequest,
  { chart, range }: WindowAnswer,
): EpochMillis | undefined => {
  if (chart === undefined) return range.to
  const { firstTradeAt } = chart
  return firstTradeAt === undefined
    ? undefined
    : openTimeOf(isIntraday(timeframe) ? "1d" : timeframe, firstTradeAt, zoneOfDays(instrument))
}

/** The page without what lies before the first bar, which is a page of its own: known to be empty. */
const withoutBeginning = (page: BarPage, first: EpochMillis | undefined): ReadonlyArray<BarPage> => {
  const { range, bars } = page
  if (first === undefined || first <= range.from || (bars.openTime[0] ?? first) < first) return [page]
  const cut = Math.min(first, range.to)
  const before: BarPage = { ...page, range: { from: range.from, to: cut }, bars: emptyBars, absence: "known" }
  return cut === range.to ? [before] : [before, { ...page, range: { from: cut, to: range.to } }]
}

const provenanceOf = ({ receivedAt }: WindowAnswer): Provenance => ({
  provider: yahooFinanceCapabilities.provider,
  endpoint: chartPath,
  method: "direct",
  adjustment: yahooFinanceCapabilities.adjustment,
  fetchedAt: receivedAt,
  settled: true,
})

/** A page with the evidence of its rows. A page that is empty only because its rows were no bars is never final. */
const explain = (page: BarPage, { instrument, timeframe }: BarRequest, answer: WindowAnswer): BarPage => {
  const { chart } = answer
  const dropped = answer.dropped.filter(({ openTime }) => isInside(page.range, openTime))
  const lost = dropped.filter(({ reason }) => reason === "incomplete" || reason === "impossible")
  const evidence = {
    ...(chart?.currency !== undefined && { currency: chart.currency }),
    ...(volumeMeaning(instrument) === "quote" && { volume: "quote" }),
    ...(chart !== undefined && !isIntraday(timeframe) && dayZoneOf(instrument, chart)),
    ...splitsIn(instrument, page.range, chart),
    ...countsOf(dropped),
  }
  const settled = page.provenance.settled && !(barCount(page.bars) === 0 && lost.length > 0)
  const unusable = dropped.filter(({ reason }) => isUnusable(reason)).map(({ openTime }) => openTime)
  return {
    ...page,
    ...(unusable.length > 0 && { unusable }),
    provenance: { ...page.provenance, settled, ...(Object.keys(evidence).length > 0 && { evidence }) },
  }
}

/** A row where a bar should be, not one of the rows that Yahoo adds. */
const isUnusable = (reason: DroppedRow["reason"]): boolean =>
  reason === "null" || reason === "incomplete" || reason === "impossible"

const isInside = ({ from, to }: TimeRange, time: EpochMillis): boolean => time >= from && time < to

/** Days of the exchange's zone under midnights of another one: Yahoo's days of currencies are London's. */
const dayZoneOf = (
  instrument: Instrument,
  { timeZone }: Pick<Chart, "timeZone">,
): { readonly dayZone?: string } => (timeZone === zoneOfDays(instrument) ? {} : { dayZone: timeZone })

/** The splits that took effect in the range, as text: `2020-08-31 4:1`. */
const splitsIn = (
  instrument: Instrument,
  range: TimeRange,
  chart: WindowAnswer["chart"],
): { readonly splits?: string } => {
  const { splits } = eventsIn(instrument, range, chart)
  if (splits.length === 0) return {}
  return {
    splits: splits
      .map(({ date, numerator, denominator }) => `${date} ${numerator}:${denominator}`)
      .join(", "),
  }
}

const countsOf = (dropped: ReadonlyArray<DroppedRow>): { readonly [name: string]: number } => {
  const count = (name: string, wanted: DroppedRow["reason"]): { readonly [name: string]: number } => {
    const rows = dropped.filter(({ reason }) => reason === wanted).length
    return rows === 0 ? {} : { [name]: rows }
  }
  return {
    ...count("nullRows", "null"),
    ...count("incompleteRows", "incomplete"),
    ...count("impossibleRows", "impossible"),
  }
}
