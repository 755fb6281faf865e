import type { EpochMillis, Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import type { VendorCall } from "@barkeep/provider-kit"
import { type ArchiveFile, filePath } from "./archive-file.ts"
import { endpoints, pageBars, weightBudget } from "./endpoints.ts"
import { scanKlines } from "./scan-klines.ts"
import { toVendorSymbol } from "./symbols.ts"
import { toVendorInterval } from "./timeframes.ts"

const costOf = (name: keyof typeof endpoints): Pick<VendorCall, "endpoint" | "cost"> => ({
  endpoint: endpoints[name].path,
  cost: { [weightBudget]: endpoints[name].weight },
})

/** The bars that open inside the range, which must hold no more than 1000 open times. Binance's end is inclusive. */
export const klinesCall = (instrument: Instrument, timeframe: Timeframe, range: TimeRange): VendorCall => ({
  ...costOf("klines"),
  query: {
    symbol: toVendorSymbol(instrument),
    interval: toVendorInterval(timeframe),
    startTime: range.from,
    endTime: range.to - 1,
    limit: pageBars,
  },
  scan: scanKlines,
  operation: { operation: "klines", symbol: instrument.symbol, timeframe, range },
})

/** The oldest bars that open at or after `from`, wherever they are. */
export const klinesFromCall = (
  instrument: Instrument,
  timeframe: Timeframe,
  from: EpochMillis,
  limit: number,
): VendorCall => ({
  ...costOf("klines"),
  query: {
    symbol: toVendorSymbol(instrument),
    interval: toVendorInterval(timeframe),
    startTime: from,
    limit,
  },
  operation: { operation: "klines", symbol: instrument.symbol, timeframe },
})

const archiveCall = (file: ArchiveFile, ending: string): VendorCall => ({
  endpoint: `${filePath(file)}${ending}`,
  cost: {},
  operation: {
    operation: "archive",
    symbol: file.vendorSymbol,
    timeframe: file.timeframe,
    range: file.period,
  },
})

/** A file of the archive. */
export const zipCall = (file: ArchiveFile): VendorCall => archiveCall(file, "")

/** One line with the file's SHA-256 and its name. */
export const checksumCall = (file: ArchiveFile): VendorCall => archiveCall(file, ".CHECKSUM")

const mebibyte = 1_048_576

/** One pair, or all of them without the permission sets, which make up most of a very long answer. */
export const exchangeInfoCall = (symbol?: string): VendorCall => ({
  ...costOf("exchangeInfo"),
  query: symbol === undefined ? { showPermissionSets: "false" } : { symbol },
  maxBytes: 64 * mebibyte,
  operation: { operation: "exchangeInfo", ...(symbol !== undefined && { symbol }) },
})

export const serverTimeCall: VendorCall = { ...costOf("serverTime"), operation: { operation: "time" } }

export const pingCall: VendorCall = { ...costOf("ping"), operation: { operation: "ping" } }

/** What `firstBar.find` and `nextBar.find` cost. */
export const lookUpCall = costOf("klines")

/** What `exchangeInfo` costs, for one pair or all. */
export const exchangeInfoCost = costOf("exchangeInfo")
