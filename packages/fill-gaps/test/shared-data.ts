import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { type Bars, barsFromRows, instantsOfLocal, zoneOffsets } from "@barkeep/market-data"

/** Real market data that some tests fill gaps of; not part of the project. */
export const sharedData =
  process.env["BARKEEP_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))

export const hasSharedData = existsSync(`${sharedData}/ohlcv`)

export interface Reading {
  /** Only rows whose column `timeframe` is this. */
  readonly timeframe?: string
  /** Zone of session dates; times are UTC without one. */
  readonly zone?: string
}

/** A recorded file as bars, ascending, the first of rows with one open time. */
export const readRecorded = (path: string, { timeframe, zone }: Reading = {}): Bars => {
  const text = gunzipSync(readFileSync(`${sharedData}/ohlcv/${path}`)).toString()
  const [header = "", ...lines] = text.trim().split("\n")
  const names = header.trim().split(",")
  const rows = new Map<number, Parameters<typeof barsFromRows>[0][number]>()
  for (const line of lines) {
    const cells = line.trim().split(",")
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ""
    if (timeframe !== undefined && cell("timeframe") !== timeframe) continue
    const stamp = cell("timestamp")
    const openTime =
      zone === undefined
        ? Date.parse(stamp.length === 10 ? `${stamp}T00:00:00Z` : stamp)
        : midnight(stamp, zone)
    const number = (name: string): number => (cell(name) === "" ? Number.NaN : Number(cell(name)))
    if (!rows.has(openTime))
      rows.set(openTime, {
        openTime,
        open: number("open"),
        high: number("high"),
        low: number("low"),
        close: number("close"),
        volume: number("volume"),
      })
  }
  return barsFromRows([...rows.values()].toSorted((a, b) => a.openTime - b.openTime))
}

const midnight = (date: string, zone: string): number => {
  const local = Date.parse(`${date.slice(0, 10)}T00:00:00Z`)
  const range = { from: local - 86_400_000 * 2, to: local + 86_400_000 * 2 }
  return instantsOfLocal(zoneOffsets(zone, range), local)[0] as number
}
