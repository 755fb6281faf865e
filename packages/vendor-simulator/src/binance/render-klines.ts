import { barEnd, type Timeframe } from "@barkeep/market-data"
import type { FixedBars } from "../market/fixed-bars.ts"
import type { BarSlice } from "../market/symbol-market.ts"
import type { TextBars } from "../market/text-bars.ts"
import { createKlineWriter } from "./kline-writer.ts"

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

const renderFixed = (bars: FixedBars, timeframe: Timeframe): RenderedRows => {
  const { priceDecimals, volumeDecimals, quoteDecimals } = bars.scale
  const rows = bars.openTime.length
  const starts = new Uint32Array(rows + 1)
  const writer = createKlineWriter(rows)
  for (let row = 0; row < rows; row += 1) {
    const openTime = bars.openTime[row] as number
    writer.openRow(openTime)
    writer.decimal(bars.open[row] as number, priceDecimals)
    writer.decimal(bars.high[row] as number, priceDecimals)
    writer.decimal(bars.low[row] as number, priceDecimals)
    writer.decimal(bars.close[row] as number, priceDecimals)
    writer.decimal(bars.volume[row] as number, volumeDecimals)
    writer.integer(barEnd(timeframe, openTime) - 1)
    writer.decimal(bars.quoteVolume[row] as number, quoteDecimals)
    writer.integer(bars.trades[row] as number)
    writer.decimal(bars.takerVolume[row] as number, volumeDecimals)
    writer.decimal(bars.takerQuoteVolume[row] as number, quoteDecimals)
    starts[row + 1] = writer.closeRow()
  }
  return { bytes: writer.bytes(), starts }
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
