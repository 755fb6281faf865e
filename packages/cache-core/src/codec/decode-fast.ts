import { crc32 } from "node:zlib"
import { gzipHeader, headerBytes } from "./gzip-bytes.ts"
import type { Kernel } from "./kernel.ts"
import type { RowArena } from "./scan-rows.ts"
import type { Block, Run } from "./types.ts"

// Loaded by worker threads: only relative and built-in modules here, see decode-run.ts.

/**
 * Reads blocks into the arena, each from its data to its columns in the kernel's memory: no text lies anywhere else.
 * @param bytes starts with the first byte of `blocks[0]`
 * @returns false at the first block that the kernel does not take whole, whatever the reason: damage is not judged here
 */
export const decodeFast = (
  kernel: Kernel,
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  { from, to, row: firstRow }: Run,
  { numbers, stride }: RowArena,
  dateOnly: boolean,
): boolean => {
  const base = (blocks[0] as Block).offset
  let timeBefore = Number.NEGATIVE_INFINITY
  let row = firstRow
  for (let index = from; index < to; index += 1) {
    const block = blocks[index] as Block
    const start = block.offset - base
    if (!kernel.inflate(bytes.subarray(start, start + block.length), block.rawLength)) return false
    const text = kernel.text(block.rawLength)
    if (crc32(text) !== block.crc32 || text.at(-1) !== lineFeed) return false
    const isFirst = block.offset === gzipHeader.length
    if (isFirst && !headerBytes.every((byte, at) => text[at] === byte)) return false
    const { rows, position, lastTime } = kernel.scan(
      isFirst ? headerBytes.length : 0,
      block.rawLength,
      block.rows,
      timeBefore,
      dateOnly,
    )
    if (rows !== block.rows || position !== block.rawLength) return false
    for (let column = 0; column < 6; column += 1)
      numbers.set(kernel.column(column, rows), column * stride + row)
    row += rows
    timeBefore = lastTime
  }
  return true
}

const lineFeed = 10
