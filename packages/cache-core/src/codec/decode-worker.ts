import { parentPort } from "node:worker_threads"
import { type DecodeJob, takeRuns } from "./decode-job.ts"

/** Entry of a worker thread: works off one job after another and answers each with its number. */
parentPort?.on("message", (job: DecodeJob & { readonly id: number }) => {
  takeRuns(job)
  parentPort?.postMessage(job.id, [])
})
