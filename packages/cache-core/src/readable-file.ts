import { barCount, InvalidInput, zoneOfDays } from "@barkeep/market-data"
import { encodeFile } from "./codec/index.ts"
import type { ReadableYear } from "./read-damaged-year.ts"
import { textStyle } from "./read-rows.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * The readable rows of a damaged year as a data file; `undefined` when there is none, or one has an open time that no
 * file of ours can hold.
 */
export const readableFile = (
  context: StoreContext,
  { bars, entry }: ReadableYear,
): ReadonlyArray<Uint8Array> | undefined => {
  if (barCount(bars) === 0) return undefined
  try {
    const style = textStyle(entry.timeframe, zoneOfDays(entry.instrument))
    return encodeFile(bars, style, { compression: context.compression }).parts
  } catch (error) {
    if (error instanceof InvalidInput) return undefined
    throw error
  }
}
