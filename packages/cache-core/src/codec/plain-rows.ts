import { type Bars, valueColumns } from "@barkeep/market-data"
import { arenaBars } from "./decode-block.ts"
import { isTimeName } from "./foreign-header.ts"
import { headerBytes } from "./gzip-bytes.ts"
import { codecKernel } from "./kernel.ts"
import type { RowArena, RowScan } from "./scan-rows.ts"
import { scanText } from "./scan-text.ts"
import type { TextStyle } from "./types.ts"
import { toInstants, wallClock, zonedTimes } from "./wall-clock.ts"

/** What a text in our own form holds; it may have further columns, as the original's Binance files do. */
export interface PlainRows {
  readonly bars: Bars
  readonly dateOnly: boolean
  readonly extraColumns: ReadonlyArray<string>
}

const comma = 44
const lineFeed = 10
const quote = 34

/**
 * Reads a whole text with the fast scanner. `undefined` when it is not in our form in any respect: that says
 * nothing of damage, the tolerant reader decides. Times that need more than a table of offsets are left to it
 * as well.
 */
export const readPlainRows = (text: Uint8Array, style: TextStyle): PlainRows | undefined => {
  const header = plainHeader(text)
  if (header === undefined) return undefined
  const dateOnly = header.length === text.length ? style.dateOnly : text[header.length + 10] === comma
  if (style.timeZone !== "UTC" && dateOnly !== style.dateOnly) return undefined
  const scan: RowScan = {
    text,
    position: header.length,
    end: text.length,
    row: 0,
    extraFields: header.extraColumns.length,
    lastTime: Number.NEGATIVE_INFINITY,
  }
  const arena = scanAll(scan, dateOnly)
  if (arena === undefined) return undefined
  const bars = arenaBars(arena, scan.row)
  return inZone(bars, style) ? { bars, dateOnly, extraColumns: header.extraColumns } : undefined
}

/** The header line when it is ours, followed by the plain names of other columns or not. */
const plainHeader = (
  text: Uint8Array,
): { readonly length: number; readonly extraColumns: ReadonlyArray<string> } | undefined => {
  const own = headerBytes.length - 1
  for (let index = 0; index < own; index += 1) if (text[index] !== headerBytes[index]) return undefined
  if (text[own] === lineFeed) return { length: own + 1, extraColumns: [] }
  const end = text.indexOf(lineFeed, own)
  if (text[own] !== comma || end < 0 || end - own > 4096) return undefined
  const line = text.subarray(own + 1, end)
  if (!line.every((byte) => byte >= 32 && byte < 127 && byte !== quote)) return undefined
  const extraColumns = Buffer.from(line).toString("latin1").split(",")
  return foreignColumnNames(extraColumns) ? { length: end + 1, extraColumns } : undefined
}

/** True when none of these names could be meant for one of the six columns. */
const foreignColumnNames = (names: ReadonlyArray<string>): boolean => {
  const ours = new Set<string>(valueColumns)
  return names.every((name) => /^\w+$/.test(name) && !ours.has(name.toLowerCase()) && !isTimeName(name))
}

/**
 * Scans to the end of the text, with room for as many rows as the first ones suggest, more when they get
 * shorter.
 */
const scanAll = (scan: RowScan, dateOnly: boolean): RowArena | undefined => {
  const length = scan.end - scan.position
  const firstEnd = scan.text.indexOf(lineFeed, scan.position)
  const firstLength = firstEnd < 0 ? length : firstEnd + 1 - scan.position
  let stride = Math.ceil((length / Math.max(firstLength, 16)) * 1.1) + 16
  let arena: RowArena = { numbers: new Float64Array(6 * stride), stride }
  while (!scanText(scan, arena, dateOnly, stride, codecKernel())) {
    if (scan.row < stride) return undefined
    const larger = Math.ceil(stride * 1.5)
    const numbers = new Float64Array(6 * larger)
    for (let column = 0; column < 6; column += 1)
      numbers.set(arena.numbers.subarray(column * stride, column * stride + scan.row), column * larger)
    stride = larger
    arena = { numbers, stride }
  }
  return arena
}

const inZone = (bars: Bars, style: TextStyle): boolean => {
  const rows = bars.openTime.length
  if (style.timeZone === "UTC" || rows === 0) return true
  const first = bars.openTime[0] as number
  const last = bars.openTime[rows - 1] as number
  if (first < zonedTimes.from || last >= zonedTimes.to) return false
  return toInstants(wallClock(style, first, last), bars.openTime, 0, rows) === rows
}
