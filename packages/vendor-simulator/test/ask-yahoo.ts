import {
  startVendorSimulator,
  type VendorSimulator,
  type VendorSimulatorOptions,
  virtualClock,
} from "../src/index.ts"
import { utc } from "./ask.ts"

type Cells = ReadonlyArray<number | null>

/** One result of a chart answer. */
export interface ChartResult {
  readonly meta: Record<string, unknown>
  readonly timestamp?: ReadonlyArray<number>
  readonly events?: {
    readonly splits?: Record<string, { readonly date: number; readonly splitRatio: string }>
    readonly dividends?: Record<string, { readonly date: number; readonly amount: number }>
  }
  readonly indicators: {
    readonly quote: ReadonlyArray<Partial<Record<"open" | "high" | "low" | "close" | "volume", Cells>>>
    readonly adjclose?: ReadonlyArray<{ readonly adjclose: Cells }>
  }
}

/** `[stamp in ms, open, high, low, close, volume]` */
export type ChartBar = readonly [number, ...ReadonlyArray<number | null>]

/** Thursday 2025-03-20 14:07:23 in New York, in the session. */
export const now = utc("2025-03-20T18:07:23.456Z")

export const startAt = (time = now, options: VendorSimulatorOptions = {}): Promise<VendorSimulator> =>
  startVendorSimulator({ clock: virtualClock(time), ...options })

export const askYahoo = (simulator: VendorSimulator, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${simulator.urls.BARKEEP_YAHOO_URL}${path}`, { redirect: "manual", ...init })

/** A question with times as ISO text; `to` is included. */
export const askChart = (
  simulator: VendorSimulator,
  symbol: string,
  interval: string,
  from: string | number,
  to: string | number,
  more = "",
): Promise<Response> => {
  const seconds = (time: string | number): number => (typeof time === "number" ? time : utc(time)) / 1000
  const query = `period1=${seconds(from)}&period2=${seconds(to)}&interval=${interval}${more}`
  return askYahoo(simulator, `/v8/finance/chart/${encodeURIComponent(symbol)}?${query}`)
}

export const readChart = async (response: Response): Promise<ChartResult> => {
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
  const { chart } = JSON.parse(text) as { chart: { result: ReadonlyArray<ChartResult> } }
  return chart.result[0] as ChartResult
}

export const chart = async (...question: Parameters<typeof askChart>): Promise<ChartResult> =>
  readChart(await askChart(...question))

export const rowsOf = ({ timestamp = [], indicators }: ChartResult): ReadonlyArray<ChartBar> => {
  const quote = indicators.quote[0] ?? {}
  return timestamp.map((time, row) => [
    time * 1000,
    ...(["open", "high", "low", "close", "volume"] as const).map((name) => quote[name]?.[row] ?? null),
  ])
}

export const rows = async (...question: Parameters<typeof askChart>): Promise<ReadonlyArray<ChartBar>> =>
  rowsOf(await chart(...question))
