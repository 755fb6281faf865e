import { DamagedBytes } from "./damaged-bytes.ts"
import { gzipHeader, mostInflated } from "./gzip-bytes.ts"
import type { Block } from "./types.ts"

/** The shortest row there is: a date and five empty fields. */
const shortestRowLength = 16

/**
 * Checks that an index can be true of these bytes before anything is allocated for it, so that a damaged
 * index costs no memory: blocks follow each other, no text is longer than deflate can make it, no row shorter
 * than a row is.
 * @returns the number of rows
 * @throws {DamagedBytes} kind `size`
 */
export const checkIndex = (bytes: Uint8Array, blocks: ReadonlyArray<Block>): number => {
  const first = blocks[0]
  if (first === undefined) return 0
  let end = first.offset
  let rows = 0
  for (const [index, block] of blocks.entries()) {
    const whole =
      Number.isSafeInteger(block.offset) &&
      isCount(block.length) &&
      isCount(block.rawLength) &&
      isCount(block.rows)
    if (
      !whole ||
      block.offset !== end ||
      block.offset < gzipHeader.length ||
      block.rawLength > mostInflated(block.length) ||
      block.rows * shortestRowLength > block.rawLength ||
      !(block.firstOpenTime <= block.lastOpenTime)
    )
      throw new DamagedBytes({
        kind: "size",
        issue: `the index entry of block ${index + 1} of ${blocks.length} cannot be true`,
        byteOffset: block.offset,
      })
    end += block.length
    rows += block.rows
  }
  if (end - first.offset !== bytes.length)
    throw new DamagedBytes({
      kind: "size",
      issue: `the index speaks of ${end - first.offset} bytes of blocks, there are ${bytes.length}`,
      byteOffset: first.offset,
    })
  return rows
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0
