import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { type Cache, type CacheOptions, openCache } from "../src/index.ts"
import { noon } from "./bars.ts"

export * from "./bars.ts"

/** A folder that is removed after the test. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-cache-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** A cache in a temporary folder, with a clock that stands still. */
export const openTemporary = async (
  options: CacheOptions = {},
): Promise<{ readonly folder: string; readonly cache: Cache }> => {
  const folder = temporaryFolder()
  return { folder, cache: await openCache(folder, { clock: { now: () => noon }, ...options }) }
}

/** Recorded data beside the repository; not part of it. */
export const sharedData =
  process.env["BARKEEP_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
export const originalData = join(sharedData, "original")
export const hasOriginalData = existsSync(originalData)
