import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { type Bar, barsFromRows, type Bars, type EpochMillis } from "@barkeep/market-data"
import type { Clock } from "@barkeep/provider-kit"
import { day, hour, minute } from "./fixture.ts"

/** A coin that the server lists. */
export interface Listing {
  readonly id: string
  readonly symbol?: string
  readonly listedAt: EpochMillis
  /** Candles that open then are missing. */
  readonly isMissing?: (openTime: EpochMillis) => boolean
}

export interface CoingeckoServerOptions {
  readonly root?: "public" | "pro"
  readonly key?: string
  /** What follows the closed candles: the price of the moment, off the grid, or the running candle with its close. */
  readonly lastRow?: "now" | "running" | "none"
}

export interface CoingeckoServer extends AsyncDisposable {
  readonly baseUrl: string
  /** Path and query of what was asked. */
  readonly asked: ReadonlyArray<string>
  readonly askedHeaders: ReadonlyArray<IncomingHttpHeaders>
  /** The true bars of a coin that open inside the range. */
  readonly truth: (id: string, length: number, from: EpochMillis, to: EpochMillis) => Bars
  /** The bars that hourly points of a coin make. */
  readonly sampledTruth: (id: string, length: number, from: EpochMillis, to: EpochMillis) => Bars
  /** Answers given instead of the server's own, one per call, oldest first. */
  readonly faults: Array<(response: ServerResponse) => void>
}

const tick = 5 * minute
const dayChoices = new Set(["1", "7", "14", "30", "90", "180", "365"])

/** A thin CoinGecko on 127.0.0.1: prices are a function of time, and it keeps CoinGecko's habits. */
export const startCoingecko = async (
  clock: Clock,
  listings: ReadonlyArray<Listing>,
  options: CoingeckoServerOptions = {},
): Promise<CoingeckoServer> => {
  const { root = "public", key, lastRow = "now" } = options
  const asked: Array<string> = []
  const askedHeaders: Array<IncomingHttpHeaders> = []
  const faults: Array<(response: ServerResponse) => void> = []
  const listingOf = (id: string): Listing | undefined => listings.find((listing) => listing.id === id)
  const server = createServer((request, response) => {
    asked.push(request.url ?? "")
    askedHeaders.push(request.headers)
    response.sendDate = false
    response.setHeader("date", new Date(clock.now()).toUTCString())
    const fault = faults.shift()
    if (fault !== undefined) return fault(response)
    const refusal = findKeyRefusal(root, key, request.headers)
    if (refusal !== undefined) return refuse(response, 401, refusal)
    const url = new URL(request.url ?? "", "http://127.0.0.1")
    const now = clock.now()
    if (url.pathname === "/api/v3/ping") return send(response, { gecko_says: "(V3) To the Moon!" })
    if (url.pathname === "/api/v3/coins/list")
      return send(
        response,
        listings.map(({ id, symbol = id }) => ({ id, symbol, name: id.toUpperCase() })),
      )
    const [, id = "", endpoint = ""] = /^\/api\/v3\/coins\/([^/]+)\/(.+)$/.exec(url.pathname) ?? []
    const listing = listingOf(decodeURIComponent(id))
    if (listing === undefined) return send(response, { error: "coin not found" }, 404)
    if (url.searchParams.get("vs_currency") !== "usd")
      return send(response, { error: "invalid vs_currency" }, 400)
    if (endpoint === "ohlc") {
      const days = url.searchParams.get("days") ?? ""
      if (!dayChoices.has(days)) return send(response, { error: "Invalid days parameter" }, 400)
      return send(response, ohlcRows(listing, Number(days), now, lastRow))
    }
    const from = Number(url.searchParams.get("from")) * 1000
    const to = Number(url.searchParams.get("to")) * 1000
    if (!Number.isInteger(from) || !Number.isInteger(to)) return send(response, { error: "bad range" }, 400)
    if (endpoint === "ohlc/range") {
      if (root === "public") return refuse(response, 401, 10005)
      const length = url.searchParams.get("interval") === "hourly" ? hour : day
      if (to - from > (length === hour ? 31 : 180) * day)
        return send(response, { error: "range too long" }, 400)
      return send(
        response,
        candles(listing, length, from - length, to - length + 1, now).map((bar) => toRow(bar, length)),
      )
    }
    if (root === "public" && from < now - 365 * day) return refuse(response, 401, 10012)
    return send(response, marketChart(listing, from, to, now))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const known = (id: string): Listing => listingOf(id) as Listing
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    askedHeaders,
    faults,
    truth: (id, length, from, to) =>
      barsFromRows(
        candles(known(id), length, from, to, clock.now()).filter(({ openTime }) => openTime >= from),
      ),
    sampledTruth: (id, length, from, to) => barsFromRows(sampledBars(known(id), length, from, to)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const messages: { readonly [code: number]: string } = {
  10002: "API Key Missing. Please make sure you're using the right authentication method.",
  10005: "This request is limited to PRO API subscribers.",
  10010: "If you are using Pro API key, please change your root URL to pro-api.coingecko.com",
  10011: "If you are using Demo API key, please change your root URL to api.coingecko.com",
  10012:
    "Your request exceeds the allowed time range. Public API users are limited to querying historical data within the past 365 days.",
}

const send = (response: ServerResponse, body: unknown, status = 200): void => {
  response
    .writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "max-age=30, public, must-revalidate, s-maxage=60",
      "cf-cache-status": "MISS",
    })
    .end(JSON.stringify(body))
}

const refuse = (response: ServerResponse, status: number, code: number): void => {
  const refusal = { status: { error_code: code, error_message: messages[code] } }
  send(response, code === 10012 ? { error: refusal } : refusal, status)
}

const findKeyRefusal = (
  root: "public" | "pro",
  key: string | undefined,
  headers: IncomingHttpHeaders,
): number | undefined => {
  const demo = headers["x-cg-demo-api-key"]
  const pro = headers["x-cg-pro-api-key"]
  if (root === "public")
    return pro !== undefined ? 10010 : demo !== undefined && demo !== key ? 10002 : undefined
  if (demo !== undefined) return 10011
  return pro === key && key !== undefined ? undefined : 10002
}

/** The price at a multiple of five minutes, positive and never twice the same nearby. */
export const priceAt = (time: EpochMillis): number =>
  Number((100 + 20 * Math.sin(time / (7 * day)) + ((time / tick) % 97) / 10).toFixed(4))

const candleAt = (openTime: EpochMillis, length: number): Bar => {
  const prices = Array.from({ length: length / tick }, (_, index) => priceAt(openTime + index * tick))
  return {
    openTime,
    open: prices[0] as number,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1) as number,
    volume: Number.NaN,
  }
}

/** Those that open in the range, from the grid point at or before its start, and have closed by `now`. */
const candles = (
  { listedAt, isMissing = () => false }: Listing,
  length: number,
  from: EpochMillis,
  to: EpochMillis,
  now: EpochMillis,
): ReadonlyArray<Bar> => {
  const bars: Array<Bar> = []
  for (
    let openTime = Math.floor(from / length) * length;
    openTime < to && openTime + length <= now;
    openTime += length
  )
    if (openTime >= listedAt && !isMissing(openTime)) bars.push(candleAt(openTime, length))
  return bars
}

type Row = readonly [number, number, number, number, number]

const toRow = ({ openTime, open, high, low, close }: Bar, length: number): Row => [
  openTime + length,
  open,
  high,
  low,
  close,
]

const ohlcRows = (
  listing: Listing,
  days: number,
  now: EpochMillis,
  lastRow: CoingeckoServerOptions["lastRow"],
): ReadonlyArray<Row> => {
  const length = days <= 2 ? 30 * minute : days <= 30 ? 4 * hour : 4 * day
  const from = now - days * day
  const rows = candles(listing, length, from, now, now).map((bar) => toRow(bar, length))
  // The first candle has lost what lies before the window.
  const [first, ...rest] = rows
  const cut =
    first !== undefined && first[0] - length < from ? [[first[0], 1, 1, 1, 1] as const, ...rest] : rows
  const price = priceAt(Math.floor(now / tick) * tick)
  const running = Math.ceil(now / length) * length
  const last = {
    now: [[now, price, price, price, price] as const],
    running: [[running, price, price, price, price] as const],
    none: [],
  }
  return listing.listedAt > now ? [] : [...cut, ...last[lastRow ?? "none"]]
}

/** When CoinGecko stamps the point of a grid time: a little later. */
const jittered = (time: EpochMillis, step: number): EpochMillis =>
  time + (step === tick ? 899 + ((time / tick) % 4001) : 41_331 + ((time / hour) % 17) * 1000)

const points = (
  { listedAt, isMissing = () => false }: Listing,
  step: number,
  from: EpochMillis,
  to: EpochMillis,
): ReadonlyArray<readonly [number, number]> => {
  const result: Array<readonly [number, number]> = []
  for (let time = Math.floor(from / step) * step; time <= to; time += step) {
    const stamp = step === day ? time : jittered(time, step)
    if (time >= listedAt && !isMissing(time) && stamp >= from && stamp <= to)
      result.push([stamp, priceAt(time)])
  }
  return result
}

const marketChart = (listing: Listing, from: EpochMillis, to: EpochMillis, now: EpochMillis): unknown => {
  const step = from >= now - day ? tick : to - from <= 90 * day ? hour : day
  const prices = points(listing, step, from, Math.min(to, now))
  // What the query's whole seconds cut off.
  const withNow =
    to >= now - 1000 && listing.listedAt <= now
      ? [...prices, [now, priceAt(Math.floor(now / tick) * tick)]]
      : prices
  return {
    prices: withNow,
    market_caps: withNow.map(([time]) => [time, null]),
    // The sum of the last 24 hours at each point, 24 times a day.
    total_volumes: withNow.map(([time]) => [time, 24e9]),
  }
}

const sampledBars = (
  listing: Listing,
  length: number,
  from: EpochMillis,
  to: EpochMillis,
): ReadonlyArray<Bar> => {
  const bars: Array<Bar> = []
  for (let openTime = Math.ceil(from / length) * length; openTime < to; openTime += length) {
    const prices = points(listing, hour, openTime, openTime + length - 1).map(([, price]) => price)
    if (prices.length < Math.max(1, Math.floor((0.75 * length) / hour))) continue
    bars.push({
      openTime,
      open: prices[0] as number,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1) as number,
      volume: Number.NaN,
    })
  }
  return bars
}
