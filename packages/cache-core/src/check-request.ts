import {
  InvalidInput,
  isIntraday,
  isTimeframe,
  type PutRequest,
  timeframes,
  toLocalMillis,
  zoneOffsets,
  zoneOfDays,
} from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { splitPages, type YearPages } from "./split-pages.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/**
 * What a put brings for each year, once everything about it that needs no file was found in order.
 * @throws {InvalidInput} a symbol, timeframe or page that cannot be stored
 * @throws {CacheError} `MixedAdjustment` when a page's prices are not of the entry's basis
 */
export const checkRequest = (request: Omit<PutRequest, "policy">): ReadonlyArray<YearPages> => {
  const { entry, pages } = request
  folderOfSymbol(entry.instrument.symbol)
  if (!isTimeframe(entry.timeframe))
    throw new InvalidInput({
      field: "timeframe",
      value: entry.timeframe,
      expected: `one of ${timeframes.join(" ")}`,
    })
  for (const page of pages)
    if (page.provenance.adjustment !== entry.adjustment)
      throw new CacheError({
        path: `${entry.instrument.symbol}/${entry.timeframe}`,
        operation: "write",
        reason: { _tag: "MixedAdjustment", stored: entry.adjustment, incoming: page.provenance.adjustment },
      })
  const timeZone = zoneOfDays(entry.instrument)
  const years = splitPages(pages, timeZone)
  for (const [index, page] of pages.entries()) {
    const row = findUnwritable(page.bars.openTime, isIntraday(entry.timeframe) ? undefined : timeZone)
    if (row !== undefined)
      throw new InvalidInput({
        field: `pages[${index}].bars.openTime[${row}]`,
        value: page.bars.openTime[row],
        expected: isIntraday(entry.timeframe) ? "a whole second" : `midnight in ${timeZone}`,
      })
  }
  return years
}

const millisPerDay = 86_400_000

/** The first row whose open time the file's text cannot hold. */
const findUnwritable = (openTime: Float64Array, midnightsOf: string | undefined): number | undefined => {
  const rows = openTime.length
  if (rows === 0) return undefined
  if (midnightsOf === undefined) {
    // The remainder of two doubles is many times slower.
    for (let row = 0; row < rows; row += 1) {
      const time = openTime[row] as number
      if (Math.floor(time / 1000) * 1000 !== time) return row
    }
    return undefined
  }
  const zone = zoneOffsets(midnightsOf, {
    from: openTime[0] as number,
    to: (openTime[rows - 1] as number) + 1,
  })
  const row = openTime.findIndex((time) => toLocalMillis(zone, time) % millisPerDay !== 0)
  return row === -1 ? undefined : row
}
