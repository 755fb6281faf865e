import { inflateRawSync, constants, crc32 } from "node:zlib"
import { type Bars, barCount, barsFromRows, concatBars, emptyBars, instantsOfLocal, zoneOffsets } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import type { Block, TextStyle } from "./types.ts"

export const decodeBlocks = (bytes: Uint8Array, blocks: ReadonlyArray<Block>, style: TextStyle): Bars => {
  const first = blocks[0]
  if (first === undefined) return emptyBars
  return concatBars(
    blocks.map((block) => {
      const start = block.offset - first.offset
      const text = inflateRawSync(bytes.subarray(start, start + block.length), { finishFlush: constants.Z_SYNC_FLUSH })
      if (crc32(text) !== block.crc32) throw new DamagedBytes({ kind: "checksum", issue: "a block is damaged", byteOffset: block.offset })
      const bars = parseText(text.toString("utf8"), style)
      if (barCount(bars) !== block.rows) throw new DamagedBytes({ kind: "size", issue: "row count differs from the index" })
      return bars
    }),
  )
}

export const parseText = (text: string, style: TextStyle): Bars => {
  const lines = text.split("\n")
  lines.pop()
  if (lines[0]?.startsWith("timestamp")) lines.shift()
  const zone = zoneOffsets(style.timeZone, { from: -4e12, to: 8e12 })
  return barsFromRows(
    lines.map((line) => {
      const cells = line.split(",")
      const number = (i: number): number => (cells[i] === "" ? Number.NaN : Number(cells[i]))
      const t = Date.parse(`${cells[0]!.length === 10 ? cells[0]! : cells[0]!.replace(" ", "T")}${cells[0]!.length === 10 ? "" : "Z"}`)
      return {
        openTime: instantsOfLocal(zone, t)[0]!,
        open: number(1), high: number(2), low: number(3), close: number(4), volume: number(5),
      }
    }),
  )
}
