import { barCount } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { arenaBars } from "./decode-block.ts"
import { headerBytes } from "./gzip-bytes.ts"
import { readFileText } from "./gzip-text.ts"
import { scanRows } from "./scan-rows.ts"
import type { DecodedFile, TextStyle } from "./types.ts"
import { toInstants, wallClock } from "./wall-clock.ts"

export interface ReadLimits {
  /** Longest text that is accepted, in bytes. @default 268435456 (256 MiB) */
  readonly maxRawBytes?: number
}

export const readFileBytes = (bytes: Uint8Array, style: TextStyle, limits: ReadLimits = {}): DecodedFile => {
  const { text } = readFileText(bytes, limits.maxRawBytes ?? 268_435_456)
  const rows = Math.floor(text.length / 16)
  const arena = { numbers: new Float64Array(6 * rows), stride: rows }
  const scan = { text, position: headerBytes.length, end: text.length, row: 0, extraFields: 0, lastTime: -Infinity }
  if (!scanRows(scan, arena, text[headerBytes.length+10] === 44, rows)) throw new DamagedBytes({ kind: "row", issue: "not yet" })
  const bars = arenaBars(arena, scan.row)
  if (scan.row > 0) toInstants(wallClock(style, bars.openTime[0]!, bars.openTime[scan.row-1]!), bars.openTime, 0, scan.row)
  return { bars, canonical: true, style, extraColumns: [], notes: [], rowsInFile: barCount(bars), duplicates: 0, unsorted: false }
}
