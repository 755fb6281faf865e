import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { type Bar, barRows, nominalMillis, type Timeframe } from "@barkeep/market-data"
import type { Clock } from "@barkeep/provider-kit"
import { day, key, wall } from "./fixture.ts"
import { type MarketListing, listing, sessionDates, trueBars } from "./vendor-market.ts"
import { texts } from "./vendor-texts.ts"

export interface VendorServerOptions {
  readonly clock: Clock
  readonly tier?: "free" | "premium"
  /** Of a free key. @default 25 */
  readonly callsPerDay?: number
  readonly listings?: ReadonlyArray<MarketListing>
  /** Which end of a bar its time marks. */
  readonly label?: "open" | "close"
  /** Answers instead of the vendor where it returns true; told how many requests came before. */
  readonly intercept?: (query: URLSearchParams, response: ServerResponse, index: number) => boolean
}

export interface VendorServer extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: ReadonlyArray<{
    readonly query: URLSearchParams
    readonly at: number
    readonly headers: IncomingMessage["headers"]
  }>
}

const timeframes: Readonly<Record<string, Timeframe>> = {
  "1min": "1m",
  "5min": "5m",
  "15min": "15m",
  "30min": "30m",
  "60min": "1h",
}

/** A loopback Alpha Vantage: everything with status 200, newest row first, 25 calls a day and one a second when free. */
export const startVendor = async (options: VendorServerOptions): Promise<VendorServer> => {
  const { clock, tier = "premium", callsPerDay = 25, intercept } = options
  const requests: Array<VendorServer["requests"][number]> = []
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const query = new URL(request.url ?? "", "http://vendor").searchParams
    const now = clock.now()
    const earlier = requests.map((each) => each.at)
    requests.push({ query, at: now, headers: request.headers })
    response.sendDate = false
    response.setHeader("date", new Date(now).toUTCString())
    if (intercept?.(query, response, requests.length - 1) === true) return
    const refuse = (name: "Information" | "Error Message", text: string) =>
      sendJson(response, { [name]: text })
    if (query.get("apikey") !== key) return refuse("Error Message", texts.badKey)
    if (tier === "free") {
      if (earlier.some((time) => now - time < 1000)) return refuse("Information", texts.burst)
      if (earlier.filter((time) => now - time < day).length >= callsPerDay)
        return refuse("Information", texts.daily(key))
    }
    return sendSeries(options, query, response, refuse)
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const sendJson = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body, undefined, 4))
}

interface Rows {
  readonly information: string
  readonly rowsKey: string
  readonly fileName: string
  readonly rows: ReadonlyArray<readonly [string, Bar]>
  readonly size?: "Compact" | "Full size"
  readonly interval?: string
}

const sendSeries = (
  options: VendorServerOptions,
  query: URLSearchParams,
  response: ServerResponse,
  refuse: (name: "Information" | "Error Message", text: string) => void,
): void => {
  const { clock, tier = "premium", listings = [listing], label = "open" } = options
  const now = clock.now()
  const name = query.get("function") ?? ""
  const symbol = query.get("symbol") ?? ""
  const invalid = () => refuse("Error Message", texts.invalidCall(name))
  const found = listings.find(({ vendorSymbol }) => vendorSymbol === symbol)
  const isFull = query.get("outputsize") === "full"
  const allTime = { from: 0, to: 8.64e15 }
  const barsOf = (timeframe: Timeframe) => [...barRows(trueBars(timeframe, allTime, now, found))]
  const answer = (rows: Rows) =>
    query.get("datatype") === "csv" ? sendCsv(response, rows) : sendRows(response, symbol, rows, now)
  const dated = (timeframe: "1d" | "1w" | "1mo"): Rows["rows"] => {
    const bars = barsOf(timeframe)
    const dates = sessionDates(found ?? listing, now)
    // A period is dated by its last session so far.
    return bars.map((bar, index) => {
      const end = index + 1 < bars.length ? wall(bars[index + 1]?.openTime ?? 0).slice(0, 10) : "9999"
      return [dates.findLast((date) => date < end) ?? "", bar] as const
    })
  }
  switch (name) {
    case "TIME_SERIES_INTRADAY": {
      const interval = query.get("interval") ?? ""
      const timeframe = timeframes[interval]
      const month = query.get("month") ?? ""
      if (tier === "free") return refuse("Information", texts.premiumEndpoint)
      if (timeframe === undefined || found === undefined || query.get("adjusted") !== "false")
        return invalid()
      const shift = label === "close" ? nominalMillis(timeframe) : 0
      const rows = [...barRows(trueBars(timeframe, aroundMonth(month), now, found))]
        .map((bar) => [stampOf(bar.openTime + shift), bar] as const)
        .filter(([text]) => text.startsWith(month))
      if (rows.length === 0) return invalid()
      return answer({
        information: `Intraday (${interval}) open, high, low, close prices and volume`,
        rowsKey: `Time Series (${interval})`,
        fileName: `intraday_${interval}_${symbol}`,
        interval,
        size: isFull ? "Full size" : "Compact",
        rows: isFull ? rows : rows.slice(-100),
      })
    }
    case "TIME_SERIES_DAILY":
      if (found === undefined) return invalid()
      if (tier === "free" && isFull) return refuse("Information", texts.premiumParameter)
      return answer({
        information: "Daily Prices (open, high, low, close) and Volumes",
        rowsKey: "Time Series (Daily)",
        fileName: `daily_${symbol}`,
        size: isFull ? "Full size" : "Compact",
        rows: isFull ? dated("1d") : dated("1d").slice(-100),
      })
    case "TIME_SERIES_WEEKLY":
    case "TIME_SERIES_MONTHLY": {
      if (found === undefined) return invalid()
      const period = name.endsWith("WEEKLY") ? "Weekly" : "Monthly"
      return answer({
        information: `${period} Prices (open, high, low, close) and Volumes`,
        rowsKey: `${period} Time Series`,
        fileName: `${period.toLowerCase()}_${symbol}`,
        rows: dated(period === "Weekly" ? "1w" : "1mo"),
      })
    }
    default:
      return invalid()
  }
}

const aroundMonth = (month: string) => {
  const start = Date.parse(`${month}-01T00:00:00Z`)
  return Number.isNaN(start) ? { from: 0, to: 8.64e15 } : { from: start - day, to: start + 33 * day }
}

const stamps = new Map<number, string>()

const stampOf = (time: number): string => {
  const stamp = stamps.get(time) ?? wall(time)
  stamps.set(time, stamp)
  return stamp
}

const cells = ({ open, high, low, close, volume }: Bar): ReadonlyArray<string> => [
  ...[open, high, low, close].map((price) => price.toFixed(4)),
  String(volume),
]

const sendRows = (response: ServerResponse, symbol: string, answer: Rows, now: number): void => {
  const { information, rowsKey, rows, size, interval } = answer
  const meta = [
    ["Information", information],
    ["Symbol", symbol],
    ["Last Refreshed", rows.at(-1)?.[0] ?? wall(now)],
    ...(interval === undefined ? [] : [["Interval", interval]]),
    ...(size === undefined ? [] : [["Output Size", size]]),
    ["Time Zone", "US/Eastern"],
  ].map(([name, value], index) => [`${index + 1}. ${name}`, value])
  const names = ["1. open", "2. high", "3. low", "4. close", "5. volume"]
  sendJson(response, {
    "Meta Data": Object.fromEntries(meta),
    [rowsKey]: Object.fromEntries(
      rows
        .toReversed()
        .map(([text, bar]) => [
          text,
          Object.fromEntries(cells(bar).map((cell, index) => [names[index], cell])),
        ]),
    ),
  })
}

const sendCsv = (response: ServerResponse, { rows, fileName }: Rows): void => {
  response.writeHead(200, {
    "content-type": "application/x-download",
    "content-disposition": `attachment; filename=${fileName}.csv`,
  })
  const lines = rows.toReversed().map(([text, bar]) => [text, ...cells(bar)].join())
  response.end(["timestamp,open,high,low,close,volume", ...lines, ""].join("\r\n"))
}
