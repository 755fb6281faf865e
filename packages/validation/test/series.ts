import { type Bars, instantsOfLocal, zoneOffsets } from "@barkeep/market-data"
import { readSharedText } from "./shared-data.ts"

/** One CSV file as raw columns, nothing sorted or left out, and its other columns as text. */
export interface Series {
  readonly bars: Bars
  readonly column: (name: string) => ReadonlyArray<string>
}

/** Reads a series; dates become midnights of `timeZone`. `only` picks rows of files that hold several series. */
export const loadSeries = (
  path: string,
  timeZone: string,
  only: { readonly [column: string]: string } = {},
): Series => {
  const [header = "", ...lines] = readSharedText(`ohlcv/${path}`).split("\n").filter((line) => line !== "")
  const names = header.split(",")
  const rows = lines
    .map((line) => line.split(","))
    .filter((cells) => Object.entries(only).every(([name, value]) => cells[names.indexOf(name)] === value))
  const column = (name: string): ReadonlyArray<string> => rows.map((cells) => cells[names.indexOf(name)] ?? "")
  const zone = zoneOffsets(timeZone, { from: Date.UTC(1960, 0), to: Date.UTC(2040, 0) })
  const toTime = (text: string): number => {
    const time = Date.parse(text)
    return text.length === 10 ? (instantsOfLocal(zone, time)[0] as number) : time
  }
  const numbers = (name: string): Float64Array => Float64Array.from(column(name), toNumber)
  return {
    bars: {
      openTime: Float64Array.from(column("timestamp"), toTime),
      open: numbers("open"),
      high: numbers("high"),
      low: numbers("low"),
      close: numbers("close"),
      volume: numbers("volume"),
    },
    column,
  }
}

const toNumber = (text: string): number => (text === "" ? Number.NaN : Number(text))
