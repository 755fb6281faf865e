import * as path from "node:path"
import { CacheError, storageFailure } from "./cache-error.ts"
import { flushFolder, removeIfThere, rename } from "./commit.ts"
import { hashOf } from "./content-hash.ts"
import { guard } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * Moves a file, also to another device: there it is copied, flushed and compared before the old one is removed. Nothing
 * may be at `to`.
 * @throws {CacheError} `StorageFailure`; the file is then where it was
 */
export const moveFile = async (context: StoreContext, from: string, to: string): Promise<void> => {
  try {
    await rename(context, from, to)
  } catch (error) {
    const isOtherDevice =
      error instanceof CacheError && error.reason._tag === "StorageFailure" && error.reason.code === "EXDEV"
    if (!isOtherDevice) throw error
    await copyDurably(context, from, to)
    // The copy has to survive a crash before the file may go.
    if (context.flush) await flushFolder(context, path.dirname(to))
    guard(from, "quarantine", () => context.files.remove(from))
  }
}

/** Copies a file under a temporary name, flushes and compares it, then gives it its name. @throws {CacheError} */
export const copyDurably = async (context: StoreContext, from: string, to: string): Promise<void> => {
  const temporary = `${to}.tmp`
  const bytes = guard(from, "quarantine", () => context.files.readFile(from))
  removeIfThere(context, temporary)
  try {
    await context.files.writeNew(temporary, [bytes], context.flush)
    const written = context.files.readFile(temporary)
    if (hashOf(written) !== hashOf(bytes))
      throw Object.assign(new Error("the copy differs from the file"), { code: "EIO" })
    await context.files.rename(temporary, to)
  } catch (cause) {
    removeIfThere(context, temporary)
    throw storageFailure(to, "quarantine", cause)
  }
}
