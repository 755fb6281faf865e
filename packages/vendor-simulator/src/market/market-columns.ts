/** What a vendor keeps of a bar besides its open time. */
export const marketColumns = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "quoteVolume",
  "trades",
  "takerVolume",
  "takerQuoteVolume",
] as const

export type MarketColumn = (typeof marketColumns)[number]
