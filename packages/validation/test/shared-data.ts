import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

/** Real market data that some tests judge; not part of the project. */
export const sharedData =
  process.env["BARKEEP_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))

export const hasSharedData = existsSync(sharedData)

export const whenShared = hasSharedData ? "" : " [skipped: no shared market data here]"

export const readShared = (path: string): Buffer => readFileSync(`${sharedData}/${path}`)

export const readSharedText = (path: string): string =>
  (path.endsWith(".gz") ? gunzipSync(readShared(path)) : readShared(path)).toString()

export const readSharedJson = (path: string): unknown => JSON.parse(readSharedText(path))
