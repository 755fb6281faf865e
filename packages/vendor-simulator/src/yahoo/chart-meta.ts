import { barCount, type EpochMillis, zoneOffsets } from "@barkeep/market-data"
import { lastTradeAt } from "../session-market/session-market.ts"
import type { TradingDay } from "../session-market/trading-days.ts"
import type { ChartQuestion } from "./chart-question.ts"
import { daysBefore, seenAt } from "./chart-rows.ts"
import { exchangeFacts, instrumentTypes } from "./exchange-facts.ts"

const minute = 60_000
const day = 86_400_000

/** The `meta` of a chart. Its `gmtoffset` is that of now, whatever the time of the rows. */
export const chartMeta = (asked: ChartQuestion, now: EpochMillis): { readonly [name: string]: unknown } => {
  const { symbol, granularity } = asked
  const { listing, days } = symbol
  const { exchangeName, fullExchangeName, preMinutes } = exchangeFacts(listing)
  const seen = seenAt(asked, now)
  const last = lastTradeAt(symbol, seen)
  const today = last === undefined ? undefined : daysBefore(asked, last + 1, now)
  const row = today === undefined ? -1 : barCount(today) - 1
  const priceDecimals = listing.kind === "fx" ? 4 : 2
  const rounded = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : Number(value.toFixed(priceDecimals + 1))
  const previous = daysBefore(asked, asked.from * 1000, now).close.at(-1)
  const isIntraday = granularity.step !== "day"
  return {
    currency: listing.currency,
    symbol: listing.symbol,
    exchangeName,
    fullExchangeName,
    instrumentType: instrumentTypes[listing.kind],
    firstTradeDate: symbol.series.begins / 1000,
    ...(last !== undefined && { regularMarketTime: last / 1000 }),
    hasPrePostMarketData: preMinutes > 0,
    gmtoffset: offsetAt(days.timeZone, now) / 1000,
    timezone: zoneName(days.timeZone, now),
    exchangeTimezoneName: days.timeZone,
    ...(today !== undefined &&
      row >= 0 && {
        regularMarketPrice: rounded(today.close[row]),
        regularMarketDayHigh: rounded(today.high[row]),
        regularMarketDayLow: rounded(today.low[row]),
        regularMarketVolume: today.volume[row],
      }),
    longName: listing.name,
    shortName: listing.name,
    ...(previous !== undefined && { chartPreviousClose: rounded(previous) }),
    ...(isIntraday && {
      ...(today !== undefined && row >= 1 && { previousClose: rounded(today.close[row - 1]) }),
      scale: 3,
    }),
    priceHint: priceDecimals,
    ...currentTradingPeriod(asked, now),
    ...(isIntraday && { tradingPeriods: tradingPeriods(asked, now) }),
    dataGranularity: granularity.name,
    range: asked.range,
    validRanges: ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
  }
}

interface PeriodFacts {
  readonly timezone: string
  readonly start: number
  readonly end: number
  readonly gmtoffset: number
}

/** The running session with what precedes and follows it, or the next one. */
const currentTradingPeriod = (
  asked: ChartQuestion,
  now: EpochMillis,
): { readonly [name: string]: unknown } => {
  const { days } = asked.symbol
  const session = days.between({ from: now, to: now + 15 * day })[0]
  if (session === undefined) return {}
  return {
    currentTradingPeriod: {
      pre: pre(asked, session),
      regular: regular(asked, session),
      post: post(asked, session),
    },
  }
}

/** The sessions around a question: a list of lists, or one for each part of the day where all of them were asked for. */
const tradingPeriods = (asked: ChartQuestion, now: EpochMillis): unknown => {
  const { symbol, from, to } = asked
  const sessions = symbol.days.between({ from: from * 1000 - day, to: Math.min(to * 1000, now) + day })
  const listed = (period: typeof regular) => sessions.map((session) => [period(asked, session)])
  return asked.includePrePost
    ? { pre: listed(pre), post: listed(post), regular: listed(regular) }
    : listed(regular)
}

const regular = (asked: ChartQuestion, session: TradingDay): PeriodFacts => {
  const { isContinuous, midnightOf, timeZone } = asked.symbol.days
  // Where trading never stops Yahoo tells days, which end a minute early.
  if (isContinuous || asked.symbol.listing.kind === "future")
    return period(timeZone, session.midnight, midnightOf(session.date + 1) - minute)
  return period(timeZone, session.open, session.close)
}

const pre = (asked: ChartQuestion, session: TradingDay): PeriodFacts => {
  const { start, timezone } = regular(asked, session)
  const minutes = exchangeFacts(asked.symbol.listing).preMinutes
  return { ...period(asked.symbol.days.timeZone, start * 1000 - minutes * minute, start * 1000), timezone }
}

const post = (asked: ChartQuestion, session: TradingDay): PeriodFacts => {
  const { end, timezone } = regular(asked, session)
  const minutes = exchangeFacts(asked.symbol.listing).postMinutes
  return { ...period(asked.symbol.days.timeZone, end * 1000, end * 1000 + minutes * minute), timezone }
}

const period = (timeZone: string, start: EpochMillis, end: EpochMillis): PeriodFacts => ({
  timezone: zoneName(timeZone, start),
  start: start / 1000,
  end: end / 1000,
  gmtoffset: offsetAt(timeZone, start) / 1000,
})

// Every session of an answer asks for them, and few differ.
const offsets = new Map<string, number>()

const offsetAt = (timeZone: string, time: EpochMillis): number => {
  const key = `${timeZone} ${Math.floor(time / 3_600_000)}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    offset = zoneOffsets(timeZone, { from: time, to: time }).offset.at(-1) as number
    offsets.set(key, offset)
  }
  return offset
}

const names = new Map<string, string>()

/** `EST`; a name depends on the offset only. */
const zoneName = (timeZone: string, time: EpochMillis): string => {
  const key = `${timeZone} ${offsetAt(timeZone, time)}`
  let name = names.get(key)
  if (name === undefined) {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "short" })
    name = format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "UTC"
    names.set(key, name)
  }
  return name
}
