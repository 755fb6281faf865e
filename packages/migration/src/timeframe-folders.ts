import { isTimeframe, type Timeframe } from "@barkeep/market-data"

/** Names that old caches and vendors have for timeframes of ours. */
const aliases: { readonly [name: string]: Timeframe | undefined } = {
  "1M": "1mo",
  "1wk": "1w",
  "60m": "1h",
  "1min": "1m",
  "5min": "5m",
  "15min": "15m",
  "30min": "30m",
  "60min": "1h",
}

/** The timeframe that a folder of an old cache stands for; `undefined` when Barkeep stores none like it. */
export const findTimeframe = (folder: string): Timeframe | undefined =>
  aliases[folder] ?? (isTimeframe(folder) ? folder : undefined)

/** True for names that can be a timeframe, of ours or not: `1h`, `3d`, `90m`, `1M`. */
export const isTimeframeFolder = (name: string): boolean => /^\d{1,3}(s|m|min|h|d|w|wk|M|mo)$/.test(name)
