import { constants, crc32, inflateRawSync } from "node:zlib"
import type { DamageKind } from "./damaged-bytes.ts"
import { decodeFast } from "./decode-fast.ts"
import { gzipHeader, headerBytes } from "./gzip-bytes.ts"
import { codecKernel, type Kernel } from "./kernel.ts"
import type { RowArena, RowScan } from "./scan-rows.ts"
import { scanText } from "./scan-text.ts"
import type { Block, Run } from "./types.ts"

// This file and what it imports run on worker threads too, started from source without a resolver for
// workspace packages: only relative and built-in modules here.

/** Why a block could not be read. */
export interface RunFailure {
  readonly kind: DamageKind
  /** Index into the blocks. */
  readonly block: number
  /** Zero-based row of the block. */
  readonly row?: number
  readonly issue: string
}

/** About this much text is inflated at once: fewer zlib calls than block by block, and no large buffer. */
const runRawLength = 1_500_000

/** Room beyond the end of a text lets zlib finish in one call. */
const spareBytes = 64

/** Groups consecutive blocks into runs. */
export const planRuns = (blocks: ReadonlyArray<Block>): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  let from = 0
  let raw = 0
  let rows = 0
  let firstRow = 0
  for (const [index, block] of blocks.entries()) {
    raw += block.rawLength
    rows += block.rows
    const next = blocks[index + 1]
    if (next === undefined || raw + next.rawLength > runRawLength) {
      runs.push({ from, to: index + 1, row: firstRow })
      from = index + 1
      raw = 0
      firstRow = rows
    }
  }
  return runs
}

/**
 * Reads the blocks of one run into the arena; open times are left as wall-clock milliseconds. Length and CRC
 * of every block's text and its number of rows are checked.
 * @param bytes starts with the first byte of `blocks[0]`
 * @returns what is wrong with the first damaged block, or `undefined`
 */
export const decodeRun = (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  run: Run,
  arena: RowArena,
  dateOnly: boolean,
): RunFailure | undefined => {
  const kernel = codecKernel()
  if (kernel !== undefined && decodeFast(kernel, bytes, blocks, run, arena, dateOnly)) return undefined
  return decodeByZlib(bytes, blocks, run, arena, dateOnly, kernel)
}

/** The same without the kernel's inflate, and without the kernel where there is none: slower, and with a word on damage. */
export const decodeByZlib = (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  run: Run,
  arena: RowArena,
  dateOnly: boolean,
  kernel: Kernel | undefined,
): RunFailure | undefined => {
  const text = inflateBlocks(bytes, blocks, run.from, run.to)
  if (text !== undefined) {
    const failure = scanBlocks(text, blocks, run, arena, dateOnly, kernel)
    release(text)
    return failure
  }
  // Damaged: block by block, to say which one. The blocks before it are intact.
  let row = run.row
  for (let index = run.from; index < run.to; index += 1) {
    const part = inflateBlocks(bytes, blocks, index, index + 1)
    if (part === undefined)
      return {
        kind: "gzip",
        block: index,
        issue: "its compressed bytes do not give the text that the index names",
      }
    const failure = scanBlocks(part, blocks, { from: index, to: index + 1, row }, arena, dateOnly, kernel)
    if (failure !== undefined) return failure
    row += (blocks[index] as Block).rows
  }
  return { kind: "gzip", block: run.from, issue: "its compressed bytes depend on those of another block" }
}

/**
 * Gives the memory of an inflated text back at once: left to the garbage collector, a year's texts pile up to
 * several times the size of its columns, and each fresh one costs its page faults. Small texts, which Node
 * cuts from a buffer that others use too, have another length and are left alone.
 */
const release = (text: Uint8Array): void => {
  const { buffer } = text
  if (buffer instanceof ArrayBuffer && buffer.byteLength === text.length + spareBytes) buffer.transfer(0)
}

const inflateBlocks = (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  from: number,
  to: number,
): Uint8Array | undefined => {
  let rawLength = 0
  for (let index = from; index < to; index += 1) rawLength += (blocks[index] as Block).rawLength
  const base = (blocks[0] as Block).offset
  const last = blocks[to - 1] as Block
  const start = (blocks[from] as Block).offset - base
  return inflateExactly(bytes.subarray(start, last.offset + last.length - base), rawLength)
}

/**
 * The text of a piece of a deflate stream, or `undefined` when the piece is damaged or its text is not so
 * long.
 */
export const inflateExactly = (bytes: Uint8Array, rawLength: number): Uint8Array | undefined => {
  const text = inflate(bytes, rawLength, rawLength + spareBytes)
  return text?.length === rawLength ? text : undefined
}

/**
 * The text of a piece of a deflate stream, or `undefined` when it is damaged or its text longer than
 * `maxLength`.
 */
export const inflatePiece = (bytes: Uint8Array, maxLength: number): Uint8Array | undefined =>
  inflate(bytes, maxLength, 131_072)

const inflate = (bytes: Uint8Array, maxLength: number, chunkSize: number): Uint8Array | undefined => {
  try {
    return inflateRawSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize,
      maxOutputLength: Math.max(1, maxLength),
    })
  } catch (cause) {
    if (isInflateFailure(cause)) return undefined
    throw cause
  }
}

/** True for what zlib throws about its input, as opposed to a bug or a lack of memory. */
export const isInflateFailure = (cause: unknown): boolean => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  return (
    code === "Z_DATA_ERROR" ||
    code === "Z_BUF_ERROR" ||
    code === "Z_NEED_DICT" ||
    code === "ERR_BUFFER_TOO_LARGE"
  )
}

const scanBlocks = (
  text: Uint8Array,
  blocks: ReadonlyArray<Block>,
  run: Run,
  arena: RowArena,
  dateOnly: boolean,
  kernel: Kernel | undefined,
): RunFailure | undefined => {
  const scan: RowScan = {
    text,
    position: 0,
    end: 0,
    row: run.row,
    extraFields: 0,
    lastTime: Number.NEGATIVE_INFINITY,
  }
  let start = 0
  for (let index = run.from; index < run.to; index += 1) {
    const block = blocks[index] as Block
    const end = start + block.rawLength
    if (crc32(text.subarray(start, end)) !== block.crc32)
      return { kind: "checksum", block: index, issue: "the CRC of its text is not the one in the index" }
    scan.position = start
    scan.end = end
    if (block.offset === gzipHeader.length) {
      if (!startsWith(text, headerBytes))
        return { kind: "header", block: index, issue: "its first line is no header" }
      scan.position += headerBytes.length
    }
    const firstRow = scan.row
    const complete = scanText(scan, arena, dateOnly, firstRow + block.rows, kernel)
    if (!complete || scan.row !== firstRow + block.rows) {
      const row = scan.row - firstRow
      return row === block.rows || complete
        ? {
            kind: "size",
            block: index,
            issue: `it does not have the ${block.rows} rows that the index names`,
          }
        : {
            kind: "row",
            block: index,
            row,
            issue: `row ${row + 1} of it is not in the form that this cache writes`,
          }
    }
    start = end
  }
  return undefined
}

const startsWith = (text: Uint8Array, prefix: Uint8Array): boolean =>
  prefix.every((byte, index) => text[index] === byte)
