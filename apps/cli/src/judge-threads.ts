import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import type { EntryReport, StoredEntry, SymbolOptions } from "@barkeep/validation"
import type { JudgeMessage, JudgeTask } from "./judge-messages.ts"

/** Threads that judge symbols, each one at a time. */
export interface JudgeThreads {
  readonly count: number
  /** `judgeSymbol` of `validateStore`. Rejects with the signal's reason when that is aborted. */
  readonly judge: (
    entries: ReadonlyArray<StoredEntry>,
    options: SymbolOptions,
  ) => Promise<ReadonlyArray<EntryReport>>
  readonly close: () => Promise<void>
}

/** More threads than this keep a disk no busier, and each takes the memory of a year of minutes. */
const mostThreads = 4

const youngGenerationMb = 4

/** Below this, a thread costs about what it saves: it starts in the time that so many bytes take to be judged. */
const fewestBytes = 8 * 2 ** 20

/** How many threads pay for files of these sizes, one sum for each symbol; 1 when none does. */
export const threadsFor = (
  bytesOfSymbols: ReadonlyArray<number>,
  processors = availableParallelism(),
): number => {
  const total = bytesOfSymbols.reduce((sum, bytes) => sum + bytes, 0)
  return total < fewestBytes ? 1 : Math.max(1, Math.min(mostThreads, processors, bytesOfSymbols.length))
}

/** Starts threads as they are needed, up to `count`. */
export const judgeThreads = (cacheDir: string, count: number, file: URL = workerFile()): JudgeThreads => {
  const idle: Array<Worker> = []
  const all = new Set<Worker>()
  const start = (): Worker => {
    // Columns lie outside of the heap; the little that is made besides is soon done with.
    const worker = new Worker(file, {
      name: "barkeep-judge",
      // From source, packages are resolved to their source, whatever this process was started with.
      execArgv: file.pathname.endsWith(".ts") ? ["--conditions=@barkeep/source"] : [],
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    })
    all.add(worker)
    // Whoever waits for a task hears it by listeners of its own; one that ends while it is idle is just not used again.
    const drop = (): void => {
      all.delete(worker)
      const index = idle.indexOf(worker)
      if (index >= 0) idle.splice(index, 1)
    }
    worker.on("error", drop)
    worker.on("exit", drop)
    return worker
  }
  return {
    count,
    judge: async (entries, options) => {
      const { signal, onYear, ...plain } = options
      signal?.throwIfAborted()
      const worker = idle.pop() ?? start()
      try {
        const reports = await runTask(worker, { cacheDir, entries, options: plain }, onYear, signal)
        idle.push(worker)
        return reports
      } catch (error) {
        // Whatever it was doing, it is not waiting for the next task.
        all.delete(worker)
        await worker.terminate()
        throw error
      }
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}

const runTask = (
  worker: Worker,
  task: JudgeTask,
  onYear: SymbolOptions["onYear"],
  signal: AbortSignal | undefined,
): Promise<ReadonlyArray<EntryReport>> =>
  new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      worker.off("message", hear)
      worker.off("error", fail)
      worker.off("exit", exit)
      signal?.removeEventListener("abort", abort)
      finish()
    }
    const hear = (message: JudgeMessage): void => {
      if (message._tag === "YearJudged") onYear?.(message.year)
      else if (message._tag === "SymbolJudged") settle(() => resolve(message.reports))
      else fail(message.error)
    }
    const fail = (error: unknown): void => settle(() => reject(error))
    const exit = (code: number): void =>
      fail(new Error(`the thread that judged ${task.entries[0]?.symbol} ended with ${code}`))
    const abort = (): void => fail(signal?.reason)
    worker.on("message", hear)
    worker.on("error", fail)
    worker.on("exit", exit)
    signal?.addEventListener("abort", abort)
    worker.postMessage(task, [])
  })

/** From source beside this file, in the bundle beside or above the chunk that this is part of. */
const workerFile = (): URL => {
  const candidates = ["./judge-worker.ts", "./judge-worker.mjs", "../judge-worker.mjs"].map(
    (name) => new URL(name, import.meta.url),
  )
  const found = candidates.find((url) => existsSync(fileURLToPath(url)))
  if (found === undefined) throw new Error(`${import.meta.url} has no judge-worker beside it`)
  return found
}
