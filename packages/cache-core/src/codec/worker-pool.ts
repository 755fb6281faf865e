import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import type { DecodeJob } from "./decode-job.ts"

/**
 * Worker threads that live as long as the process: started when first needed, never in the way of its end.
 *
 * A bundler that puts this package into one file leaves the worker's file behind. Then, and where the process
 * may not start threads, there are no workers and the caller does all the work itself: slower, with the same
 * result.
 */
const workers: Array<PoolWorker> = []

interface PoolWorker {
  readonly thread: Worker
  /** What to call when a job is finished, by its number; empty when the worker is idle. */
  readonly finished: Map<number, () => void>
}

// Run from source or from the build, the worker's file lies beside this one under the same extension.
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./decode-worker.ts" : "./decode-worker.js",
  import.meta.url,
)

let jobs = 0

/** Work that was given to worker threads. */
export interface SharedWork {
  /** Resolves when none of them works on it any more; until then the process does not end. */
  readonly finished: () => Promise<void>
}

/**
 * Gives the job to up to `threads` workers and returns at once. A worker that dies leaves its runs undone,
 * which the caller sees in the job's state.
 */
export const shareWithWorkers = (job: DecodeJob, threads: number, file: URL = workerFile): SharedWork => {
  const team = findWorkers(threads, file)
  jobs += 1
  const id = jobs
  const running = team.map(
    (worker) =>
      new Promise<void>((resolve) => {
        worker.finished.set(id, resolve)
        worker.thread.postMessage({ ...job, id }, [])
      }),
  )
  return {
    finished: async () => {
      for (const worker of team) if (worker.finished.has(id)) worker.thread.ref()
      await Promise.all(running)
    },
  }
}

const findWorkers = (threads: number, file: URL): ReadonlyArray<PoolWorker> => {
  if (file.protocol !== "file:" || !existsSync(fileURLToPath(file))) return []
  while (workers.length < threads) {
    const worker = startWorker(file)
    if (worker === undefined) break
    workers.push(worker)
  }
  return workers.slice(0, threads)
}

const startWorker = (file: URL): PoolWorker | undefined => {
  const thread = tryToStart(file)
  if (thread === undefined) return undefined
  const worker: PoolWorker = { thread, finished: new Map() }
  const finish = (id: number): void => {
    worker.finished.get(id)?.()
    worker.finished.delete(id)
    if (worker.finished.size === 0) thread.unref()
  }
  thread.on("message", finish)
  const drop = (): void => {
    const index = workers.indexOf(worker)
    if (index >= 0) workers.splice(index, 1)
    for (const id of worker.finished.keys()) finish(id)
  }
  thread.on("error", drop)
  thread.on("exit", drop)
  thread.unref()
  return worker
}

/** `undefined` where the permission model or the embedder forbids threads. */
const tryToStart = (file: URL): Worker | undefined => {
  try {
    return new Worker(file, { execArgv: [], name: "barkeep-decode" })
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined
    throw cause
  }
}
