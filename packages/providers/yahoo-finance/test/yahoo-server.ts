import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import {
  type Bar,
  barsFromRows,
  type Bars,
  type EpochMillis,
  openTimeOf,
  type Timeframe,
} from "@barkeep/market-data"
import type { Clock } from "@barkeep/provider-kit"
import { day, hour, minute } from "./fixture.ts"

/** Something that the server lists, with sessions on weekdays or always. */
export interface Listing {
  readonly vendorSymbol: string
  readonly timeZone: string
  /** Session by local time of day, milliseconds; absent = always open. */
  readonly session?: readonly [number, number]
  readonly listedAt: EpochMillis
}

export interface YahooServer extends AsyncDisposable {
  readonly baseUrl: string
  /** The true bars of a listing that open inside the range. */
  readonly truth: (symbol: string, timeframe: Timeframe, from: EpochMillis, to: EpochMillis) => Bars
}

const intervals: Record<
  string,
  { readonly timeframe: Timeframe; readonly lookBack?: number; readonly page?: number }
> = {
  "1m": { timeframe: "1m", lookBack: 30 * day, page: 7 * day },
  "5m": { timeframe: "5m", lookBack: 60 * day },
  "1h": { timeframe: "1h", lookBack: 730 * day },
  "1d": { timeframe: "1d" },
  "1wk": { timeframe: "1w" },
  "1mo": { timeframe: "1mo" },
}
const granularities: Record<string, string> = { "60m": "1h" }

/** A thin Yahoo on 127.0.0.1: prices are a function of time, and it keeps Yahoo's habits. */
export const startYahoo = async (clock: Clock, listings: ReadonlyArray<Listing>): Promise<YahooServer> => {
  const find = (symbol: string): Listing | undefined =>
    listings.find(({ vendorSymbol }) => vendorSymbol === symbol)
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost")
    response.sendDate = false
    response.setHeader("date", new Date(clock.now()).toUTCString())
    const listing = find(decodeURIComponent(url.pathname.replace("/v8/finance/chart/", "")))
    if (listing === undefined)
      return refuse(response, 404, "Not Found", "No data found, symbol may be delisted")
    answer(response, listing, url.searchParams, clock.now())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    truth: (symbol, timeframe, from, to) =>
      barsFromRows(
        rowsOf(find(symbol) as Listing, timeframe, from, to, clock.now())
          .filter(({ bar, isNull }) => !isNull && bar.openTime >= from && bar.openTime < to)
          .map(({ bar }) => bar),
      ),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = (
  response: ServerResponse,
  listing: Listing,
  query: URLSearchParams,
  now: EpochMillis,
): void => {
  const name = query.get("interval") ?? ""
  const interval = intervals[name]
  const from = Number(query.get("period1")) * 1000
  const to = Number(query.get("period2")) * 1000
  if (interval === undefined)
    return refuse(
      response,
      400,
      "Bad Request",
      `interval=${name} is not supported. Valid intervals: [1m, 1d]`,
    )
  if (from < now - (interval.lookBack ?? Number.POSITIVE_INFINITY))
    return refuse(
      response,
      422,
      "Unprocessable Entity",
      `The requested range must be within the last ${(interval.lookBack ?? 0) / day} days.`,
    )
  if (to - from > (interval.page ?? Number.POSITIVE_INFINITY))
    return refuse(
      response,
      422,
      "Unprocessable Entity",
      "Only 7 days worth of 1m granularity data are allowed to be fetched per request.",
    )
  if (to < listing.listedAt)
    return refuse(
      response,
      400,
      "Bad Request",
      `Data doesn't exist for startDate = ${from / 1000}, endDate = ${to / 1000}`,
    )
  const lastTradeAt = lastTrade(listing, now)
  const isDated = ["1d", "1wk", "1mo"].includes(name)
  const dateOf = (stamp: EpochMillis): EpochMillis => openTimeOf("1d", stamp, listing.timeZone)
  const isLive = to >= lastTradeAt
  const regular = rowsOf(listing, interval.timeframe, from, to, now).filter(
    // The last day comes with the stamp of its last trade instead of its own.
    ({ stamp }) =>
      stamp >= from && stamp <= to && !(isDated && isLive && dateOf(stamp) === dateOf(lastTradeAt)),
  )
  const live = { stamp: lastTradeAt, bar: { ...barAt(lastTradeAt, minute), volume: 0 }, isNull: false }
  const all = isLive && from <= lastTradeAt ? [...regular, live] : regular
  const cells = (value: (bar: Bar) => number): ReadonlyArray<number | null> =>
    all.map(({ bar, isNull }) => (isNull ? null : value(bar)))
  response.writeHead(200, { "content-type": "application/json;charset=utf-8" }).end(
    JSON.stringify({
      chart: {
        result: [
          {
            meta: {
              symbol: listing.vendorSymbol,
              currency: "USD",
              regularMarketTime: Math.floor(lastTradeAt / 1000),
              gmtoffset: 0,
              exchangeTimezoneName: listing.timeZone,
              dataGranularity: granularities[name] ?? name,
              ...(!isDated && {
                tradingPeriods: sessionsIn(listing, from, to).map(([start, end]) => [
                  { start: start / 1000, end: (listing.session === undefined ? end - minute : end) / 1000 },
                ]),
              }),
            },
            ...(all.length > 0 && { timestamp: all.map(({ stamp }) => Math.floor(stamp / 1000)) }),
            indicators: {
              quote: [
                all.length === 0
                  ? {}
                  : {
                      low: cells(({ low }) => Math.fround(low)),
                      volume: cells(({ volume }) => volume),
                      open: cells(({ open }) => Math.fround(open)),
                      close: cells(({ close }) => Math.fround(close)),
                      high: cells(({ high }) => Math.fround(high)),
                    },
              ],
            },
          },
        ],
        error: null,
      },
    }),
  )
}

const refuse = (response: ServerResponse, status: number, code: string, description: string): void => {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ chart: { result: null, error: { code, description } } }))
}

/** Every such minute has no trade. */
const nullEvery = 97

/** A bar with cents, so that single precision holds it. */
const barAt = (openTime: EpochMillis, length: number): Bar => {
  const cents = 10_000 + ((Math.floor(openTime / minute) * 37) % 5000)
  const spread = 1 + Math.floor(length / hour)
  return {
    openTime,
    open: cents / 100,
    high: (cents + 5 * spread) / 100,
    low: (cents - 3 * spread) / 100,
    close: (cents + spread) / 100,
    volume: cents,
  }
}

const sessionsIn = (
  { timeZone, session, listedAt }: Listing,
  from: EpochMillis,
  to: EpochMillis,
): ReadonlyArray<readonly [number, number]> => {
  const sessions: Array<readonly [number, number]> = []
  const first = openTimeOf("1d", Math.max(from, listedAt), timeZone)
  for (let noon = first + 12 * hour; noon - 36 * hour < to; noon += day) {
    const midnight = openTimeOf("1d", noon, timeZone)
    const isWeekend = new Date(midnight + 12 * hour).getUTCDay() % 6 === 0
    if (session === undefined) sessions.push([midnight, midnight + day])
    // The clocks change at night, so local times of day are counted back from noon.
    else if (!isWeekend)
      sessions.push([
        localNoon(midnight, timeZone) + session[0] - 12 * hour,
        localNoon(midnight, timeZone) + session[1] - 12 * hour,
      ])
  }
  return sessions
}

const localNoon = (midnight: EpochMillis, timeZone: string): EpochMillis => {
  const next = openTimeOf("1d", midnight + 36 * hour, timeZone)
  return next - midnight === day ? midnight + 12 * hour : next - 12 * hour
}

interface ServedRow {
  readonly stamp: EpochMillis
  readonly bar: Bar
  /** Nothing was traded: served with nulls. */
  readonly isNull: boolean
}

const lengths: { readonly [name in Timeframe]?: number } = { "1m": minute, "5m": 5 * minute, "1h": hour }

/** Rows that have begun by `now`, with Yahoo's stamps; more than those of the range. */
const rowsOf = (
  listing: Listing,
  timeframe: Timeframe,
  from: EpochMillis,
  to: EpochMillis,
  now: EpochMillis,
): ReadonlyArray<ServedRow> => {
  const rows = new Map<EpochMillis, ServedRow>()
  const length = lengths[timeframe]
  for (const [start, end] of sessionsIn(listing, from - (length === undefined ? 32 : 2) * day, to)) {
    if (length === undefined) {
      const openTime = openTimeOf(timeframe, start, listing.timeZone)
      const stamp = timeframe === "1d" ? start : openTime
      if (start <= now && !rows.has(openTime))
        rows.set(openTime, { stamp, bar: barAt(openTime, day), isNull: false })
    } else
      for (let stamp = start; stamp < end && stamp <= now; stamp += length)
        rows.set(stamp, {
          stamp,
          bar: barAt(stamp, length),
          isNull: timeframe === "1m" && Math.floor(stamp / minute) % nullEvery === 0,
        })
  }
  return [...rows.values()]
}

const lastTrade = (listing: Listing, now: EpochMillis): EpochMillis =>
  Math.max(
    ...sessionsIn(listing, now - 10 * day, now)
      .filter(([start]) => start <= now)
      .map(([, end]) => Math.min(end + 1000, now)),
  )
