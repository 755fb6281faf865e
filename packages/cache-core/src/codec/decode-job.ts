import { decodeRun } from "./decode-run.ts"
import type { Block, Run } from "./types.ts"

// Loaded by worker threads: only relative and built-in modules here, see decode-run.ts.

/** A file to decode, in memory that all threads share. */
export interface DecodeJob {
  readonly bytes: Uint8Array
  readonly blocks: ReadonlyArray<Block>
  readonly runs: ReadonlyArray<Run>
  readonly dateOnly: boolean
  readonly numbers: Float64Array
  readonly stride: number
  /** `[0]` is the next run that nobody has taken, `[1 + run]` its `RunState`. */
  readonly state: Int32Array
}

export const runState = { open: 0, done: 1, damaged: 2 }

/**
 * Takes runs nobody has taken yet until there are none. Threads may do so at once; each run is decoded by
 * one.
 */
export const takeRuns = (job: DecodeJob): void => {
  while (takeRun(job));
}

/** Decodes the next run that nobody has taken; false when there is none. */
export const takeRun = (job: DecodeJob): boolean => {
  const next = Atomics.add(job.state, 0, 1)
  const run = job.runs[next]
  if (run === undefined) return false
  const failure = decodeRun(job.bytes, job.blocks, run, job, job.dateOnly)
  Atomics.store(job.state, 1 + next, failure === undefined ? runState.done : runState.damaged)
  return true
}
