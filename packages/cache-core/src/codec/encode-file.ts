import { deflateRawSync, constants, crc32 } from "node:zlib"
import { type Bars, barCount, sliceRows, toLocalMillis, zoneOffsets } from "@barkeep/market-data"
import { crc32Combine } from "./crc32-combine.ts"
import type { Block, Compression, EncodedFile, TextStyle } from "./types.ts"

export interface KeptPrefix {
  /** The file's bytes from 0 to the end of the last kept block. */
  readonly bytes: Uint8Array
  readonly blocks: ReadonlyArray<Block>
}
export interface EncodeOptions {
  /** @default "default" */
  readonly compression?: Compression
  /** @default 1440 */
  readonly blockRows?: number
  readonly kept?: KeptPrefix
}

const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
const headerLine = "timestamp,open,high,low,close,volume\n"

export const encodeFile = (bars: Bars, style: TextStyle, options: EncodeOptions = {}): EncodedFile => {
  const kept = options.kept
  const parts: Array<Uint8Array> = [kept?.bytes ?? gzipHeader]
  const blocks: Array<Block> = [...(kept?.blocks ?? [])]
  let offset = parts[0]!.length
  let crc = 0
  let rawBytes = 0
  for (const block of blocks) {
    crc = crc32Combine(crc, block.crc32, block.rawLength)
    rawBytes += block.rawLength
  }
  const step = options.blockRows ?? 1440
  const rows = barCount(bars)
  for (let start = 0; start < rows || blocks.length === 0; start += step) {
    const part = sliceRows(bars, start, Math.min(rows, start + step))
    const text = Buffer.from((blocks.length === 0 ? headerLine : "") + textOf(part, style))
    const bytes = deflateRawSync(text, {
      level: options.compression === "fast" ? 1 : 5,
      strategy: options.compression === "fast" ? constants.Z_DEFAULT_STRATEGY : constants.Z_FILTERED,
      finishFlush: constants.Z_FULL_FLUSH,
    })
    const block: Block = {
      offset,
      length: bytes.length,
      rawLength: text.length,
      crc32: crc32(text),
      rows: barCount(part),
      firstOpenTime: part.openTime[0] ?? Number.NaN,
      lastOpenTime: part.openTime[barCount(part) - 1] ?? Number.NaN,
    }
    parts.push(bytes)
    blocks.push(block)
    offset += bytes.length
    crc = crc32Combine(crc, block.crc32, block.rawLength)
    rawBytes += block.rawLength
  }
  const trailer = new Uint8Array(10)
  trailer[0] = 3
  const view = new DataView(trailer.buffer)
  view.setUint32(2, crc, true)
  view.setUint32(6, rawBytes % 2 ** 32, true)
  parts.push(trailer)
  return { parts, blocks, sizeBytes: offset + 10, rawBytes }
}

const textOf = (bars: Bars, style: TextStyle): string => {
  const rows = barCount(bars)
  if (rows === 0) return ""
  const zone = zoneOffsets(style.timeZone, { from: bars.openTime[0]!, to: bars.openTime[rows - 1]! + 1 })
  let text = ""
  const number = (value: number): string => (Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value))
  for (let row = 0; row < rows; row += 1) {
    const local = Buffer.from("") && toLocalMillis(zone, bars.openTime[row]!)
    const day = Math.floor(local / 86_400_000)
    text += `${dateText(day)}${style.dateOnly ? "" : ` ${timeText(local - day * 86_400_000)}`},${number(bars.open[row]!)},${number(bars.high[row]!)},${number(bars.low[row]!)},${number(bars.close[row]!)},${number(bars.volume[row]!)}\n`
  }
  return text
}
const dateText = (day: number): string => {
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const d = doy - Math.floor((153 * mp + 2) / 5) + 1
  const m = mp < 10 ? mp + 3 : mp - 9
  return `${String(yoe + era * 400 + (m <= 2 ? 1 : 0)).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`
}
const timeText = (millis: number): string => {
  const s = millis / 1000
  const two = (n: number): string => String(Math.floor(n)).padStart(2, "0")
  return `${two(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}`
}
