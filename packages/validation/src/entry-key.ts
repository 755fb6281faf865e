import type { Timeframe } from "@barkeep/market-data"

/** Name of an entry in reports. A timeframe holds no `_`, so the last one in the key separates the two. */
export const entryKey = ({
  symbol,
  timeframe,
}: {
  readonly symbol: string
  readonly timeframe: Timeframe
}): string => `${symbol}_${timeframe}`
