import { gunzipSync } from "node:zlib"
import { barCount } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { parseText } from "./decode-block.ts"
import type { DecodedFile, TextStyle } from "./types.ts"

export interface ReadLimits {
  /** Longest text that is accepted, in bytes. @default 1 GiB */
  readonly maxRawBytes?: number
}

export const readFileBytes = (bytes: Uint8Array, style: TextStyle, _limits: ReadLimits = {}): DecodedFile => {
  try {
    const bars = parseText(gunzipSync(bytes).toString("utf8"), style)
    return { bars, canonical: true, style, extraColumns: [], notes: [], rowsInFile: barCount(bars), duplicates: 0, unsorted: false }
  } catch (cause) {
    throw new DamagedBytes({ kind: "gzip", issue: String(cause) })
  }
}
