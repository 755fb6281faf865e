import { type EpochMillis, isoTime } from "@barkeep/market-data"

/** An id for a new fill: when, of what, and four random characters, all of them fit for a folder's name. */
export const makeFillId = (now: EpochMillis, symbol: string, timeframe: string): string => {
  const time = isoTime(now - (now % 1000)).replaceAll(/[-:]/g, "")
  const name = symbol.replaceAll(/[^A-Za-z0-9]+/g, "_").slice(0, 40)
  return `${time}-${name}-${timeframe}-${crypto.randomUUID().slice(0, 4)}`
}
