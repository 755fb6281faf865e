import { type EpochMillis, isoTime, parseIsoTime, type Timeframe, type TimeRange } from "@barkeep/market-data"

const day = 86_400_000
/** 1969-12-29, a Monday. */
const firstMonday = -3 * day

/** Days per block: long enough for about a page of bars, short enough to be made at once. */
const blockDays: { readonly [timeframe in Exclude<Timeframe, "1mo">]: number } = {
  "1m": 1,
  "3m": 2,
  "5m": 3,
  "15m": 8,
  "30m": 16,
  "1h": 32,
  "2h": 64,
  "4h": 128,
  "6h": 128,
  "8h": 128,
  "12h": 256,
  "1d": 128,
  "1w": 448,
}
const blockYears = 2

/** The next finer timeframe whose bars make up those of a coarser one. */
export const finerTimeframe: { readonly [timeframe in Exclude<Timeframe, "1m">]: Timeframe } = {
  "3m": "1m",
  "5m": "1m",
  "15m": "1m",
  "30m": "1m",
  "1h": "1m",
  "2h": "1h",
  "4h": "1h",
  "6h": "1h",
  "8h": "1h",
  "12h": "1h",
  "1d": "1h",
  "1w": "1d",
  "1mo": "1d",
}

/** Number of the block that holds the bar opening at `time`. */
export const blockOf = (timeframe: Timeframe, time: EpochMillis): number => {
  if (timeframe === "1mo") return Math.floor(yearOf(time) / blockYears)
  const start = timeframe === "1w" ? firstMonday : 0
  return Math.floor((time - start) / (blockDays[timeframe] * day))
}

/** The open times that block number `index` holds, half-open. */
export const blockRange = (timeframe: Timeframe, index: number): TimeRange => {
  if (timeframe === "1mo")
    return { from: startOfYear(index * blockYears), to: startOfYear((index + 1) * blockYears) }
  const start = timeframe === "1w" ? firstMonday : 0
  const length = blockDays[timeframe] * day
  return { from: start + index * length, to: start + (index + 1) * length }
}

const yearOf = (time: EpochMillis): number => Number(isoTime(time).slice(0, 4))

const startOfYear = (year: number): EpochMillis =>
  parseIsoTime(`${String(year).padStart(4, "0")}-01-01T00:00:00Z`)
