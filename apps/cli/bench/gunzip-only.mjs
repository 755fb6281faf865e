// The floor of any validation: every file of a cache is read and inflated, and nothing is done with it.
// node gunzip-only.mjs FOLDER THREADS
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { isMainThread, parentPort, Worker } from "node:worker_threads"
import { gunzipSync } from "node:zlib"

const inflate = (file) => {
  const bytes = readFileSync(file)
  return gunzipSync(bytes, { chunkSize: bytes.readUInt32LE(bytes.length - 4) + 64 }).length
}

if (isMainThread) {
  const [folder, threads] = process.argv.slice(2)
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".csv.gz"))
    .map((name) => join(folder, name))
  if (Number(threads) < 2) for (const file of files) inflate(file)
  else
    for (let thread = 0; thread < Number(threads); thread += 1) {
      const worker = new Worker(new URL(import.meta.url))
      const next = () => worker.postMessage(files.pop(), [])
      worker.on("message", next)
      next()
    }
} else {
  parentPort.on("message", (file) => {
    if (file === undefined) return parentPort.close()
    inflate(file)
    parentPort.postMessage("", [])
  })
}
