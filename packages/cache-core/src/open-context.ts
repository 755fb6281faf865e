import * as path from "node:path"
import { InvalidInput } from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { nodeFileSystem } from "./file-system.ts"
import { guard } from "./layout.ts"
import { makeMetadataMemory } from "./metadata-memory.ts"
import type { CacheOptions, StoreContext } from "./store-context.ts"
import { systemClock } from "./system-clock.ts"

/**
 * What all parts of a cache share. Creates nothing.
 * @throws {InvalidInput} when the folder is no path
 * @throws {CacheError} `StorageFailure` when something else than a folder is there, or it cannot be looked at
 */
export const openContext = (folder: string, options: CacheOptions): StoreContext => {
  if (typeof folder !== "string" || folder === "" || folder.includes("\0"))
    throw new InvalidInput({ field: "folder", value: folder, expected: "the path of a folder" })
  const files = options.fileSystem ?? nodeFileSystem
  const context: StoreContext = {
    root: path.resolve(folder),
    files,
    clock: options.clock ?? systemClock,
    compression: options.compression ?? "default",
    lockTimeoutMillis: options.lockTimeoutMillis ?? 30_000,
    lock: options.lock ?? "auto",
    leaseMillis: options.leaseMillis ?? 20_000,
    flush: options.durability !== "none",
    onDamaged: options.onDamaged ?? "refuse",
    instrumentOf: options.instrumentOf ?? (() => undefined),
    memory: makeMetadataMemory(files),
  }
  checkFolder(context)
  return context
}

/** The folder, or the nearest one above it that exists, is a folder. */
const checkFolder = (context: StoreContext): void => {
  for (let folder = context.root; ; folder = path.dirname(folder)) {
    const stat = guard(folder, "open", () => context.files.stat(folder))
    if (stat?.isFolder === true || folder === path.dirname(folder)) return
    if (stat !== undefined)
      throw new CacheError({
        path: folder,
        operation: "open",
        reason: {
          _tag: "StorageFailure",
          code: "ENOTDIR",
          cause: new Error("a file is where a folder is needed"),
        },
      })
  }
}
