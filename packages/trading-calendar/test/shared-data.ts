import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

/** Reference data beside the repository; absent in a fresh clone elsewhere. */
const root =
  process.env["BARKEEP_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))

export const hasSharedData = existsSync(`${root}/calendars`) && existsSync(`${root}/ohlcv/answers.json`)

/** Said in the names of tests that are skipped without the data. */
export const needsData = hasSharedData ? "" : " (skipped: no shared data folder)"

export const readText = (path: string): string => readFileSync(`${root}/${path}`, "utf8")

/** Lines of a gzipped CSV without its header. */
export const readRows = (path: string): ReadonlyArray<ReadonlyArray<string>> =>
  gunzipSync(readFileSync(`${root}/${path}`))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.trimEnd().split(","))
