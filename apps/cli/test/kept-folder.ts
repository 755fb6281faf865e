import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/** A folder for all tests of a file, gone after them. */
export const keepFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-test-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const cacheFolder = (folder: string): string => join(folder, "cache")
