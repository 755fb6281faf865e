import { availableParallelism } from "node:os"
import { setImmediate as nextTurn } from "node:timers/promises"
import { isMainThread } from "node:worker_threads"
import { type Bars, emptyBars, InvalidInput } from "@barkeep/market-data"
import { checkIndex } from "./block-index.ts"
import { decodeBlocks, finishBars, damagedBlock } from "./decode-block.ts"
import { type DecodeJob, runState, takeRun } from "./decode-job.ts"
import { decodeRun, planRuns } from "./decode-run.ts"
import type { Block, TextStyle } from "./types.ts"
import { makeThreadGate } from "./thread-gate.ts"
import { shareWithWorkers } from "./worker-pool.ts"

export interface ParallelOptions {
  /**
   * Threads that work, the caller's included; 1 decodes inline.
   * @default the machine's cores, at most 4; 1 on a worker thread, whose program has shared out the cores already
   */
  readonly threads?: number
}

const gate = makeThreadGate(availableParallelism())

/**
 * Reads blocks and decodes them as `decodeBlocks` does, on several threads when that has paid in this process.
 * @param read gives the bytes of the blocks, in `memory` when it is given
 * @throws {DamagedBytes} as `decodeBlocks`
 */
export const readAndDecode = (
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
  read: (memory?: Uint8Array) => Uint8Array,
): Bars | Promise<Bars> => {
  let [rows, length] = [0, 0]
  for (const block of blocks) {
    rows += block.rows
    length += block.length
  }
  const isOpen = gate.isOpen(rows)
  const start = performance.now()
  const note = (bars: Bars): Bars => {
    gate.note(isOpen ? "together" : "alone", rows, performance.now() - start)
    return bars
  }
  if (!isOpen) return note(decodeBlocks(read(), blocks, style))
  // Read where the threads can see it: no copy.
  const bytes = read(new Uint8Array(new SharedArrayBuffer(length)))
  return decodeBlocksParallel(bytes, blocks, style).then(note)
}

/**
 * The same as `decodeBlocks`, on several threads. The columns lie in shared memory
 * then. The caller's thread works too, in steps of some milliseconds between which its other events get their
 * turn; threads that are slow to start or absent (see `worker-pool.ts`) only leave more of the work to it.
 * @throws {DamagedBytes} as `decodeBlocks`
 */
export const decodeBlocksParallel = async (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
  options: ParallelOptions = {},
): Promise<Bars> => {
  const threads = options.threads ?? (isMainThread ? Math.min(availableParallelism(), 4) : 1)
  if (!Number.isInteger(threads) || threads < 1)
    throw new InvalidInput({ field: "threads", value: threads, expected: "a whole number from 1" })
  const rows = checkIndex(bytes, blocks)
  if (rows === 0) return emptyBars
  if (threads === 1) return decodeBlocks(bytes, blocks, style)
  const job = makeJob(bytes, blocks, style, rows)
  const shared = shareWithWorkers(job, threads - 1)
  while (takeRun(job)) await nextTurn()
  // A thread that is still starting has nothing left to do: no need to wait for it.
  if (!isWorkedOff(job)) await shared.finished()
  finishRuns(job)
  return finishBars(job, rows, blocks, style)
}

const makeJob = (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
  rows: number,
): DecodeJob => {
  const runs = planRuns(blocks)
  return {
    bytes: toShared(bytes),
    blocks,
    runs,
    dateOnly: style.dateOnly,
    numbers: new Float64Array(new SharedArrayBuffer(6 * 8 * rows)),
    stride: rows,
    state: new Int32Array(new SharedArrayBuffer(4 * (runs.length + 1))),
  }
}

const toShared = (bytes: Uint8Array): Uint8Array => {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}

const isWorkedOff = (job: DecodeJob): boolean =>
  job.runs.every((_, index) => Atomics.load(job.state, 1 + index) !== runState.open)

/** Decodes here what a thread found damaged or did not finish, which also gives the error its words. */
const finishRuns = (job: DecodeJob): void => {
  for (const [index, run] of job.runs.entries()) {
    if (Atomics.load(job.state, 1 + index) === runState.done) continue
    const failure = decodeRun(job.bytes, job.blocks, run, job, job.dateOnly)
    if (failure !== undefined) throw damagedBlock(job.blocks, failure)
  }
}
