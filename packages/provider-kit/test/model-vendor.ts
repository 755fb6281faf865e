import {
  type BarPage,
  type Bars,
  barsFromRows,
  type EpochMillis,
  type Instrument,
  openTimeAtOrAfter,
  openTimeOf,
  sliceBars,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarProvider,
  type BarRequest,
  type Capabilities,
  checkPage,
  createLimiter,
  createVendorClient,
  type FetchFunction,
  type PlannedCall,
  ProviderError,
  serverTime,
  splitSettled,
  type VendorClient,
} from "../src/index.ts"
import { sendJson, startServer } from "./loopback-server.ts"

/** A made-up vendor of hours, ten a page: its server, its truth, and a provider as plain as one can be. */
export const hour = 3_600_000
export const listedAt = Date.UTC(2024, 0, 1)
export const acme: Instrument = { symbol: "ACME", assetClass: "crypto", market: "24/7", timeZone: "UTC" }

const pageMillis = 10 * hour

const capabilities: Capabilities = {
  provider: "acme",
  tier: "free",
  assetClasses: ["crypto"],
  timeframes: { "1h": { pageBars: 10, pageMillis } },
  budgets: [{ id: "calls-1m", unit: "calls", amount: 10_000, perMillis: 60_000 }],
  adjustment: "none",
  volume: "base",
  label: "open",
  settleMillis: 2 * hour,
  sources: [{ fact: "everything", url: "https://example.com/" }],
}

/** The bars that the vendor has by now, the running one too; every seventh hour is missing. */
export const trueBars = (range: TimeRange, now: EpochMillis): Bars => {
  const rows = []
  const from = Math.max(openTimeAtOrAfter("1h", range.from), listedAt)
  for (let openTime = from; openTime < Math.min(range.to, now); openTime += hour) {
    const price = 100 + Math.sin(openTime / 1e7)
    if ((openTime / hour) % 7 !== 0)
      rows.push({ openTime, open: price, high: price + 1, low: price - 1, close: price, volume: 3 })
  }
  return barsFromRows(rows)
}

export const startModelVendor = () =>
  startServer((response, _index, request) => {
    const query = new URL(request.url ?? "", "http://acme").searchParams
    if (query.get("key") !== "s3cr3t")
      return sendJson(response, { error: `key ${query.get("key")} refused` }, 401)
    if (query.get("symbol") !== "ACME") return sendJson(response, { error: "unknown" }, 404)
    const bars = trueBars({ from: Number(query.get("from")), to: Number(query.get("to")) }, Date.now())
    return sendJson(
      response,
      [...bars.openTime].map((time, row) => [
        time,
        bars.open[row],
        bars.high[row],
        bars.low[row],
        bars.close[row],
        bars.volume[row],
      ]),
    )
  })

export interface ModelOptions {
  readonly baseUrl: string
  readonly fetch?: FetchFunction
}

export const createModelProvider = ({ baseUrl, fetch = globalThis.fetch }: ModelOptions): BarProvider => {
  const client = createVendorClient({
    vendor: "acme",
    baseUrl,
    fetch,
    limiter: createLimiter(capabilities.budgets),
    pace: { calls: 1000, perMillis: 1000 },
    backoffMillis: 1,
    secrets: ["s3cr3t"],
    classify: ({ status }) => (status === 404 ? { _tag: "SymbolNotFound", certain: true } : undefined),
  })
  return {
    id: "acme",
    capabilities,
    plan,
    bars: (request, options) => pages(client, request, options),
    firstBar: {
      call: { endpoint: "/hours", cost: { "calls-1m": 1 } },
      find: async (instrument, timeframe, options) => {
        const range = { from: listedAt, to: listedAt + pageMillis }
        const operation = { operation: "hours", symbol: instrument.symbol, timeframe }
        const query = { ...range, symbol: instrument.symbol, key: "s3cr3t" }
        const { body } = await client.json(
          { endpoint: "/hours", query, cost: { "calls-1m": 1 }, operation },
          options,
        )
        return (body as ReadonlyArray<ReadonlyArray<number>>)[0]?.[0]
      },
    },
  }
}

const plan = ({ instrument, timeframe, range }: BarRequest): ReadonlyArray<PlannedCall> => {
  if (timeframe !== "1h")
    throw new ProviderError(
      { provider: "acme", operation: "hours", symbol: instrument.symbol, timeframe },
      { _tag: "UnsupportedTimeframe", supported: ["1h"] },
    )
  const calls: Array<PlannedCall> = []
  for (let { from } = range; from < range.to;) {
    const to = Math.min(openTimeOf("1h", from) + pageMillis, range.to)
    calls.push({ endpoint: "/hours", range: { from, to }, cost: { "calls-1m": 1 } })
    from = to
  }
  return calls
}

async function* pages(
  client: VendorClient,
  request: BarRequest,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<BarPage> {
  options.signal?.throwIfAborted()
  const { instrument, timeframe } = request
  for (const call of plan(request)) {
    const operation = { operation: "hours", symbol: instrument.symbol, timeframe, range: call.range }
    const query = { symbol: instrument.symbol, key: "s3cr3t", ...call.range }
    const answer = await client.json({ endpoint: call.endpoint, query, cost: call.cost, operation }, options)
    const now = serverTime(answer.headers) ?? 0
    const rows = answer.body as ReadonlyArray<[number, number, number, number, number, number]>
    const bars = barsFromRows(
      rows.map(([openTime, open, high, low, close, volume]) => ({
        openTime,
        open,
        high,
        low,
        close,
        volume,
      })),
    )
    const issue = checkPage({ ...request, range: call.range }, bars)
    if (issue !== undefined) throw client.error(operation, { _tag: "MalformedResponse", issue })
    const to = Math.min(call.range.to, openTimeOf("1h", now))
    if (to <= call.range.from) return
    const range = { from: call.range.from, to }
    const provenance = {
      provider: "acme",
      endpoint: "/hours",
      method: "direct",
      adjustment: "none",
      fetchedAt: answer.receivedAt,
      settled: true,
    } as const
    const page = { range, bars: sliceBars(bars, range), provenance }
    yield* splitSettled(page, { instrument, timeframe, now, settleMillis: capabilities.settleMillis })
  }
}
