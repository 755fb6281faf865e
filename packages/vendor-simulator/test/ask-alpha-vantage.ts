import type { VendorSimulator } from "../src/index.ts"

export type Cells = { readonly [name: string]: string }
export type Json = { readonly [name: string]: unknown }
export type Query = { readonly [name: string]: string }

/** GET of the simulated Alpha Vantage. */
export const askVendor = (simulator: VendorSimulator, query: Query): Promise<Response> =>
  fetch(`${simulator.urls.BARKEEP_ALPHA_VANTAGE_URL}/query?${new URLSearchParams(query).toString()}`)

export const askJson = async (simulator: VendorSimulator, query: Query): Promise<Json> =>
  (await (await askVendor(simulator, query)).json()) as Json

/** A row as numbers; `time` is the vendor's text. */
export interface Row {
  readonly time: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly cells: Cells
}

/** The rows of an answer in JSON, in its order, newest first. */
export const rowsOf = (body: Json): ReadonlyArray<Row> => {
  const key = Object.keys(body).find((name) => name !== "Meta Data")
  if (key === undefined || body["Meta Data"] === undefined) throw new Error(JSON.stringify(body))
  return Object.entries(body[key] as { readonly [time: string]: Cells }).map(([time, cells]) => ({
    time,
    open: Number(cells["1. open"]),
    high: Number(cells["2. high"]),
    low: Number(cells["3. low"]),
    close: Number(cells["4. close"]),
    volume: Number(cells["5. volume"] ?? cells["6. volume"]),
    cells,
  }))
}

export const askRows = async (simulator: VendorSimulator, query: Query): Promise<ReadonlyArray<Row>> =>
  rowsOf(await askJson(simulator, query))

/** A month of the regular session as traded, whole. */
export const rawMonth = (symbol: string, month: string, interval = "5min"): Query => ({
  function: "TIME_SERIES_INTRADAY",
  symbol,
  interval,
  month,
  adjusted: "false",
  extended_hours: "false",
  outputsize: "full",
  apikey: "premium1",
})

/** First open, highest high, lowest low, last close, summed volume of rows that stand newest first. */
export const aggregate = (rows: ReadonlyArray<Row>): ReadonlyArray<number> => [
  rows.at(-1)?.open ?? Number.NaN,
  Math.max(...rows.map(({ high }) => high)),
  Math.min(...rows.map(({ low }) => low)),
  rows[0]?.close ?? Number.NaN,
  rows.reduce((sum, { volume }) => sum + volume, 0),
]

export const values = ({ open, high, low, close, volume }: Row): ReadonlyArray<number> => [
  open,
  high,
  low,
  close,
  volume,
]
