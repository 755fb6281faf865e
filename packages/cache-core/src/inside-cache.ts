import * as fs from "node:fs"
import * as path from "node:path"
import { codeOf, corrupt, storageFailure } from "./cache-error.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * The absolute path of a place inside the cache folder; symbolic links on the way must not lead out of it.
 * @throws {CacheError} `CorruptPartition` for a place outside: a note can have been edited
 */
export const insideCache = (context: StoreContext, from: string): string => {
  const target = path.resolve(context.root, from)
  const relative = path.relative(context.root, target)
  if (relative === "" || isOutside(relative) || leadsOut(context, target))
    throw corrupt(target, "restore", "the note names a place outside the cache")
  return target
}

/** True when a symbolic link on the way to this file leads out of the cache folder. The file need not exist. */
export const leadsOut = (context: StoreContext, file: string): boolean => {
  const root = realPath(context.root)
  let folder = path.dirname(file)
  let real = realPath(folder)
  while (real === undefined && folder !== path.dirname(folder)) {
    folder = path.dirname(folder)
    real = realPath(folder)
  }
  if (root === undefined || real === undefined) return false
  return isOutside(path.relative(root, real))
}

/** True when the path itself is a symbolic link. */
export const isLink = (file: string): boolean => {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch (cause) {
    throw storageFailure(file, "list", cause)
  }
}

const isOutside = (relative: string): boolean =>
  relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)

const realPath = (file: string): string | undefined => {
  try {
    return fs.realpathSync(file)
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined
    throw storageFailure(file, "list", cause)
  }
}
