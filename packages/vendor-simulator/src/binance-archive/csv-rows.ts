import { barEnd, type EpochMillis, type Timeframe } from "@barkeep/market-data"
import { longestNumber, writeDecimal, writeInteger } from "../binance/write-decimal.ts"
import type { FixedBars } from "../market/fixed-bars.ts"
import type { BarSlice } from "../market/symbol-market.ts"
import type { TextBars } from "../market/text-bars.ts"

/** 2025-01-01, from which on the spot archive counts microseconds. @see https://github.com/binance/binance-public-data */
const firstMicroseconds = 1_735_689_600_000

/**
 * The rows of an archive file: no header, twelve columns, the numbers as the REST answer has them. Times are
 * milliseconds, or microseconds for bars from 2025-01-01 on.
 */
export const renderCsv = (slices: ReadonlyArray<BarSlice>, timeframe: Timeframe): Buffer =>
  Buffer.concat(
    slices.map(({ bars, start, end }) =>
      bars.kind === "text"
        ? renderText(bars, start, end, timeframe)
        : renderFixed(bars, start, end, timeframe),
    ),
  )

/** How many of the archive's units make a millisecond, for a bar that opens then. */
export const unitOf = (openTime: EpochMillis): number => (openTime >= firstMicroseconds ? 1000 : 1)

/** Two times, a count, eight decimals and their commas. */
const longestRow = 3 * 18 + 8 * (longestNumber + 1) + 3
const comma = 44
const zero = 48
const newline = 10

const renderFixed = (bars: FixedBars, start: number, end: number, timeframe: Timeframe): Buffer => {
  const { priceDecimals, volumeDecimals, quoteDecimals } = bars.scale
  const bytes = Buffer.allocUnsafe((end - start) * longestRow)
  let at = 0
  const decimal = (column: Float64Array, row: number, decimals: number): void => {
    bytes[at] = comma
    at = writeDecimal(bytes, at + 1, column[row] as number, decimals)
  }
  for (let row = start; row < end; row += 1) {
    const openTime = bars.openTime[row] as number
    const unit = unitOf(openTime)
    at = writeInteger(bytes, at, openTime * unit)
    decimal(bars.open, row, priceDecimals)
    decimal(bars.high, row, priceDecimals)
    decimal(bars.low, row, priceDecimals)
    decimal(bars.close, row, priceDecimals)
    decimal(bars.volume, row, volumeDecimals)
    bytes[at] = comma
    at = writeInteger(bytes, at + 1, barEnd(timeframe, openTime) * unit - 1)
    decimal(bars.quoteVolume, row, quoteDecimals)
    bytes[at] = comma
    at = writeInteger(bytes, at + 1, bars.trades[row] as number)
    decimal(bars.takerVolume, row, volumeDecimals)
    decimal(bars.takerQuoteVolume, row, quoteDecimals)
    bytes[at] = comma
    bytes[at + 1] = zero
    bytes[at + 2] = newline
    at += 3
  }
  return bytes.subarray(0, at)
}

const renderText = (bars: TextBars, start: number, end: number, timeframe: Timeframe): Buffer => {
  let text = ""
  for (let row = start; row < end; row += 1) {
    const openTime = bars.openTime[row] as number
    const unit = unitOf(openTime)
    text += `${openTime * unit},${bars.open[row]},${bars.high[row]},${bars.low[row]},${bars.close[row]},${bars.volume[row]},`
    text += `${barEnd(timeframe, openTime) * unit - 1},${bars.quoteVolume[row]},${Number(bars.trades[row])},`
    text += `${bars.takerVolume[row]},${bars.takerQuoteVolume[row]},0\n`
  }
  return Buffer.from(text)
}
