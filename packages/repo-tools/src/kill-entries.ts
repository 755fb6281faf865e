/** Entries that every writer merges rows into. */
export const mergedEntries = [
  { symbol: "BTCUSDT", timeframe: "1m" },
  { symbol: "BTCUSDT", timeframe: "1h" },
  { symbol: "ETH/USDT", timeframe: "1m" },
] as const

/** The entry that is replaced as a whole, by one of two versions. */
export const replacedEntry = { symbol: "AAPL", timeframe: "1h" } as const
/** Rows of version 1 and 2. */
export const replacedRows = [300, 500] as const
