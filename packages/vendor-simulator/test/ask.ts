import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { VendorSimulator } from "../src/index.ts"

export type Kline = readonly [
  number,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  number,
  string,
  string,
  string,
]

export const utc = (text: string): number => Date.parse(text)

/** GET a path of the simulated Binance. */
export const ask = (simulator: VendorSimulator, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${simulator.urls.BARKEEP_BINANCE_URL}${path}`, init)

export type Query = { readonly [name: string]: string | number }

const klinesPath = (query: Query): string => {
  const parameters = Object.entries(query).map(([name, value]) => [name, String(value)])
  return `/api/v3/klines?${new URLSearchParams(parameters).toString()}`
}

export const askKlines = (simulator: VendorSimulator, query: Query): Promise<Response> =>
  ask(simulator, klinesPath(query))

/** The klines of a question that succeeds. */
export const klines = async (simulator: VendorSimulator, query: Query): Promise<ReadonlyArray<Kline>> => {
  const response = await askKlines(simulator, query)
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as ReadonlyArray<Kline>
}

/** All klines of `[from, to)`, page by page as a client would. */
export const allKlines = async (
  simulator: VendorSimulator,
  query: { readonly symbol: string; readonly interval: string },
  from: number,
  to: number,
): Promise<ReadonlyArray<Kline>> => {
  const rows: Array<Kline> = []
  for (let startTime = from; ;) {
    const page = await klines(simulator, { ...query, startTime, endTime: to - 1, limit: 1000 })
    rows.push(...page)
    if (page.length < 1000) return rows
    startTime = (page.at(-1) as Kline)[0] + 1
  }
}

/** A decimal text times 10^8, exactly. */
export const units = (text: string): bigint => {
  const [whole = "", fraction = ""] = text.split(".")
  return BigInt(whole + fraction.padEnd(8, "0"))
}

const shared =
  process.env["BARKEEP_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))

export const realSeries = (name: string): string => `${shared}/ohlcv/${name}.csv.gz`

export const hasRealSeries = existsSync(realSeries("crypto/lean_binance_BTCUSDT_1h"))
