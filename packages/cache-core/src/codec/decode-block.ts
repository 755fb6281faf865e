import { type Bars, emptyBars } from "@barkeep/market-data"
import { checkIndex } from "./block-index.ts"
import { DamagedBytes } from "./damaged-bytes.ts"
import { decodeRun, planRuns, type RunFailure } from "./decode-run.ts"
import { gzipHeader } from "./gzip-bytes.ts"
import type { RowArena } from "./scan-rows.ts"
import type { Block, TextStyle } from "./types.ts"
import { toInstants, wallClock } from "./wall-clock.ts"

/**
 * The bars of consecutive blocks. CRC, length, number of rows, first and last open time of each block are
 * checked, and that open times ascend from block to block.
 * @param bytes the file's bytes from `blocks[0].offset` to the end of the last block
 * @param room where the columns are to lie, when they are not to have memory of their own
 * @throws {DamagedBytes} naming the first damaged block's byte offset in the file
 */
export const decodeBlocks = (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
  room?: RowArena,
): Bars => {
  const rows = checkIndex(bytes, blocks)
  if (rows === 0) return emptyBars
  const arena = room ?? { numbers: new Float64Array(6 * rows), stride: rows }
  for (const run of planRuns(blocks)) {
    const failure = decodeRun(bytes, blocks, run, arena, style.dateOnly)
    if (failure !== undefined) throw damagedBlock(blocks, failure)
  }
  return finishBars(arena, rows, blocks, style)
}

/** The columns of an arena as bars, once open times are instants and agree with the index. */
export const finishBars = (
  arena: RowArena,
  rows: number,
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
): Bars => {
  const bars = arenaBars(arena, rows)
  const { openTime } = bars
  const clock = wallClock(style, openTime[0] as number, openTime[rows - 1] as number)
  let row = 0
  for (const [index, block] of blocks.entries()) {
    const end = row + block.rows
    const failed = toInstants(clock, openTime, row, end)
    if (failed < end)
      throw damagedBlock(blocks, {
        kind: "time",
        block: index,
        row: failed - row,
        issue: `row ${failed - row + 1} of it has a time that clocks in ${style.timeZone} skip or show twice`,
      })
    if (openTime[row] !== block.firstOpenTime || openTime[end - 1] !== block.lastOpenTime)
      throw damagedBlock(blocks, {
        kind: "time",
        block: index,
        issue: "its first or last open time is not the one in the index",
      })
    if (row > 0 && !((openTime[row] as number) > (openTime[row - 1] as number)))
      throw damagedBlock(blocks, {
        kind: "order",
        block: index,
        issue: "it does not come after the block before it",
      })
    row = end
  }
  return bars
}

/** Views of the arena's first `rows` rows; no copy. */
export const arenaBars = (arena: RowArena, rows: number): Bars => {
  const column = (index: number): Float64Array =>
    arena.numbers.subarray(index * arena.stride, index * arena.stride + rows)
  return {
    openTime: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  }
}

export const damagedBlock = (blocks: ReadonlyArray<Block>, failure: RunFailure): DamagedBytes => {
  const block = blocks[failure.block] as Block
  const knowsLine = (blocks[0] as Block).offset === gzipHeader.length && failure.row !== undefined
  const rowsBefore = blocks.slice(0, failure.block).reduce((sum, each) => sum + each.rows, 0)
  return new DamagedBytes({
    kind: failure.kind,
    issue: `a block is damaged: ${failure.issue}`,
    byteOffset: block.offset,
    ...(knowsLine ? { line: rowsBefore + failure.row + 2 } : {}),
  })
}
