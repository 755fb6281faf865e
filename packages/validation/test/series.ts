import { type Bars, instantsOfLocal, zoneOffsets } from "@barkeep/market-data"
import { readSharedText } from "./shared-data.ts"

/** One CSV file as raw columns, nothing sorted or left out, and its other columns as text. */
export interface Series {
  readonly bars: Bars
  readonly column: (name: string) => ReadonlyArray<string>
}

const loaded = new Map<string, Series>()

/** Reads a series; dates become midnights of `timeZone`. `only` picks rows of files that hold several series. */
export const loadSeries = (
  path: string,
  timeZone: string,
  only: { readonly [column: string]: string } = {},
): Series => {
  const key = JSON.stringify([path, timeZone, only])
  const series = loaded.get(key) ?? readSeries(path, timeZone, only)
  loaded.set(key, series)
  return series
}

const readSeries = (path: string, timeZone: string, only: { readonly [column: string]: string }): Series => {
  const [header = "", ...lines] = readSharedText(`ohlcv/${path}`).split("\n")
  const names = header.split(",")
  const picks = Object.entries(only).map(([name, value]) => [names.indexOf(name), value] as const)
  const rows: Array<ReadonlyArray<string>> = []
  for (const line of lines) {
    const cells = line.split(",")
    if (line !== "" && picks.every(([index, value]) => cells[index] === value)) rows.push(cells)
  }
  const column = (name: string): ReadonlyArray<string> => {
    const index = names.indexOf(name)
    return rows.map((cells) => cells[index] ?? "")
  }
  const numbers = (name: string): Float64Array => {
    const index = names.indexOf(name)
    return Float64Array.from(rows, (cells) => toNumber(cells[index] ?? ""))
  }
  const zone = zoneOffsets(timeZone, { from: Date.UTC(1960, 0), to: Date.UTC(2040, 0) })
  const toTime = (text: string): number => {
    const time = Date.parse(text)
    return text.length === 10 ? (instantsOfLocal(zone, time)[0] as number) : time
  }
  return {
    bars: {
      openTime: Float64Array.from(rows, ([text = ""]) => toTime(text)),
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
