import { barEnd, type Timeframe } from "@barkeep/market-data"
import type { FixedBars } from "../market/fixed-bars.ts"
import type { BarSlice } from "../market/symbol-market.ts"
import type { TextBars } from "../market/text-bars.ts"
import { longestNumber, writeDecimal, writeInteger } from "./write-decimal.ts"

/** Rows as they stand in an answer: each followed by a comma, row `i` from `starts[i]` to `starts[i + 1]`. */
interface RenderedRows {
  readonly bytes: Buffer
  readonly starts: Uint32Array
}

/**
 * The JSON array of klines: arrays of twelve, numbers as decimal strings, `closeTime` the last millisecond of the
 * interval. Bars of a recording keep their texts, those of an invented market have 8 decimals.
 */
export const renderKlines = (slices: ReadonlyArray<BarSlice>, timeframe: Timeframe): Buffer => {
  const parts: Array<Buffer> = [opening]
  for (const { bars, start, end } of slices) {
    if (bars.kind === "text") parts.push(renderText(bars, start, end, timeframe))
    else {
      const rendered = renderedRows(bars, timeframe)
      parts.push(rendered.bytes.subarray(rendered.starts[start], rendered.starts[end]))
    }
  }
  const last = parts.at(-1) as Buffer
  if (parts.length > 1) parts[parts.length - 1] = last.subarray(0, -1)
  parts.push(closing)
  return Buffer.concat(parts)
}

const opening = Buffer.from("[")
const closing = Buffer.from("]")

// Blocks of an invented market never change and are small: their rendering is kept as long as they are.
const renderings = new WeakMap<FixedBars, RenderedRows>()

const renderedRows = (bars: FixedBars, timeframe: Timeframe): RenderedRows => {
  const known = renderings.get(bars)
  if (known !== undefined) return known
  const rendered = renderFixed(bars, timeframe)
  renderings.set(bars, rendered)
  return rendered
}

/** Two times, a count and eight decimals, with brackets, quotes and commas. */
const longestRow = 3 * 17 + 8 * (longestNumber + 3) + 8

// Rows are shorter than the longest: they are written here and copied out at their true length.
let scratch = new Uint8Array(0)

const renderFixed = (bars: FixedBars, timeframe: Timeframe): RenderedRows => {
  const { priceDecimals, volumeDecimals, quoteDecimals } = bars.scale
  const rows = bars.openTime.length
  if (scratch.length < rows * longestRow) scratch = new Uint8Array(rows * longestRow)
  const bytes = scratch
  const starts = new Uint32Array(rows + 1)
  let end = 0
  for (let row = 0; row < rows; row += 1) {
    const openTime = bars.openTime[row] as number
    bytes[end] = bracket
    end = writeInteger(bytes, end + 1, openTime)
    end = writeQuoted(bytes, end, bars.open[row] as number, priceDecimals)
    end = writeQuoted(bytes, end, bars.high[row] as number, priceDecimals)
    end = writeQuoted(bytes, end, bars.low[row] as number, priceDecimals)
    end = writeQuoted(bytes, end, bars.close[row] as number, priceDecimals)
    end = writeQuoted(bytes, end, bars.volume[row] as number, volumeDecimals)
    bytes[end] = comma
    end = writeInteger(bytes, end + 1, barEnd(timeframe, openTime) - 1)
    end = writeQuoted(bytes, end, bars.quoteVolume[row] as number, quoteDecimals)
    bytes[end] = comma
    end = writeInteger(bytes, end + 1, bars.trades[row] as number)
    end = writeQuoted(bytes, end, bars.takerVolume[row] as number, volumeDecimals)
    end = writeQuoted(bytes, end, bars.takerQuoteVolume[row] as number, quoteDecimals)
    bytes.set(rowEnd, end)
    end += rowEnd.length
    starts[row + 1] = end
  }
  return { bytes: Buffer.from(bytes.subarray(0, end)), starts }
}

const bracket = 91
const comma = 44
const quote = 34
/** The unused twelfth element. */
const rowEnd = Buffer.from(',"0"],')

/** `,` and a decimal in quotes. */
const writeQuoted = (bytes: Uint8Array, position: number, value: number, decimals: number): number => {
  bytes[position] = comma
  bytes[position + 1] = quote
  const end = writeDecimal(bytes, position + 2, value, decimals)
  bytes[end] = quote
  return end + 1
}

const renderText = (bars: TextBars, start: number, end: number, timeframe: Timeframe): Buffer => {
  let text = ""
  for (let row = start; row < end; row += 1) {
    const openTime = bars.openTime[row] as number
    text += `[${openTime},"${bars.open[row]}","${bars.high[row]}","${bars.low[row]}","${bars.close[row]}","${bars.volume[row]}",`
    text += `${barEnd(timeframe, openTime) - 1},"${bars.quoteVolume[row]}",${Number(bars.trades[row])},`
    text += `"${bars.takerVolume[row]}","${bars.takerQuoteVolume[row]}","0"],`
  }
  return Buffer.from(text)
}
