import { allocateBars, type Bars, columns, emptyBars, sliceRows } from "@barkeep/market-data"
import { pageBars } from "./endpoints.ts"
import { firstMicros } from "./klines-to-bars.ts"
import { endOfNumber, numberOf } from "./scan-number.ts"

/** The bars of a klines answer that looked as they all do. */
export class ScannedKlines {
  readonly bars: Bars

  constructor(bars: Bars) {
    this.bars = bars
  }
}

/** Which of the 12 cells of a row are texts: `[1704067200000,"1.0","1.0","1.0","1.0","1.0",1704067259999,"1.0",3,...]` */
const isQuoted = [false, true, true, true, true, true, false, true, false, true, true, true]

/**
 * `klinesToBars` of `JSON.parse` in one pass over the bytes, for answers exactly as Binance writes them: no blanks,
 * rows of 12 cells, plain decimals. `undefined` for anything else, which is then read the long way and judged there.
 * An answer has 12 000 cells; made into strings first they cost several times as much.
 */
export const scanKlines = (bytes: Uint8Array): ScannedKlines | undefined => {
  if (bytes[0] !== openBracket) return undefined
  if (bytes.length === 2 && bytes[1] === closeBracket) return new ScannedKlines(emptyBars)
  const bars = allocateBars(pageBars)
  const targets = columns.map((name) => bars[name])
  let at = 1
  for (let row = 0; row < pageBars; row += 1) {
    if (bytes[at] !== openBracket) return undefined
    for (let cell = 0; cell < isQuoted.length; cell += 1) {
      // Past the bracket or the comma before the cell.
      at += 1
      const quotes = isQuoted[cell] === true ? 1 : 0
      if (quotes === 1 && bytes[at] !== quote) return undefined
      const start = at + quotes
      const end = endOfNumber(bytes, start, quotes === 1)
      if (end < 0 || (quotes === 1 && bytes[end] !== quote)) return undefined
      const target = targets[cell]
      if (target !== undefined) target[row] = numberOf(bytes, start, end)
      at = end + quotes
      if (bytes[at] !== (cell === isQuoted.length - 1 ? closeBracket : comma)) return undefined
    }
    const time = bars.openTime[row] as number
    if (time >= firstMicros) bars.openTime[row] = time / 1000
    at += 1
    if (bytes[at] === closeBracket && at === bytes.length - 1)
      return new ScannedKlines(sliceRows(bars, 0, row + 1))
    if (bytes[at] !== comma) return undefined
    at += 1
  }
  return undefined
}

const quote = 0x22
const comma = 0x2c
const openBracket = 0x5b
const closeBracket = 0x5d
