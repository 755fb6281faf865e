import { barsFromRows, parseIsoTime } from "@barkeep/market-data"
import { type SourceText, timeKinds } from "../src/source-text.ts"

/** A row by its time as written: a date, a wall-clock time, or with `Z` an instant. */
export interface TextRow {
  readonly time: string
  readonly close: number
  readonly volume?: number
}

/** What a reader of files would give for these rows. */
export const textOf = (rows: ReadonlyArray<TextRow>): SourceText => ({
  bars: barsFromRows(
    rows.map(({ time, close, volume = 10 }) => ({
      openTime: millisOf(time),
      open: close,
      high: close + 1,
      low: close - 1,
      close,
      volume,
    })),
  ),
  kinds: Uint8Array.from(rows, ({ time }) =>
    time.length === 10 ? timeKinds.date : time.endsWith("Z") ? timeKinds.instant : timeKinds.wall,
  ),
  lines: Int32Array.from(rows, (_, row) => row + 2),
  unreadable: [],
  extraColumns: [],
  notes: [],
})

export const millisOf = (time: string): number =>
  parseIsoTime(time.length === 10 ? `${time}T00:00:00Z` : `${time.replace(" ", "T").replace("Z", "")}Z`)

export const crypto = { symbol: "BTCUSDT", assetClass: "crypto", market: "24/7", timeZone: "UTC" } as const
export const stock = {
  symbol: "AAPL",
  assetClass: "stock",
  market: "XNAS",
  timeZone: "America/New_York",
} as const
