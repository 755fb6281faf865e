/** Entries that writers merge rows into; a campaign uses the first so many. */
export const mergedEntries = [
  { symbol: "BTCUSDT", timeframe: "1m" },
  { symbol: "BTCUSDT", timeframe: "1h" },
  { symbol: "ETH/USDT", timeframe: "1m" },
] as const

export type MergedEntry = (typeof mergedEntries)[number]

/** The entry that is replaced as a whole, by one of two versions. */
export const replacedEntry = { symbol: "AAPL", timeframe: "1h" } as const
/** Rows of version 1 and 2. */
export const replacedRows = [300, 500] as const

/** Rows anywhere in the first so many of an entry are merged; rows after them are appended as time goes by. */
export const mergedGrid = 12_000

/** A put that was acknowledged: its rows, by their numbers in the entry's grid. */
export interface Acknowledged {
  readonly symbol: string
  readonly timeframe: "1m" | "1h"
  readonly first: number
  readonly count: number
  readonly rowsAdded: number
}

/** A replacement that was acknowledged. */
export interface Replaced {
  readonly version: number
}
