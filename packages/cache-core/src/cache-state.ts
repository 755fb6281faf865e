import * as fs from "node:fs"
import * as path from "node:path"
import { fileMark, nodeFileSystem } from "./file-system.ts"

/**
 * What decides about everything a cache holds, by path below its folder, with slashes: `AAPL/1d/2023.csv.gz` and the
 * like with their marks, and folders (`AAPL/1d/`) with an empty one.
 */
export type CacheState = ReadonlyMap<string, string>

/**
 * The state of a cache folder, quickly: names and marks, no file is read. Two states are equal only when no file that
 * bars, metadata or answers come from was written, replaced, added or removed in between, as far as size, time of
 * change and inode tell. Locks, the quarantine and what else others keep there do not count. `undefined` when a folder
 * cannot be looked at; opening the cache says why.
 */
export const readCacheState = (folder: string): CacheState | undefined => {
  const state = new Map<string, string>()
  try {
    noteFolder(`${path.resolve(folder)}/`, "", rootFolder, state)
    return state
  } catch {
    return undefined
  }
}

/** Which files of a folder count, and what its folders are. */
interface FolderKind {
  readonly counts?: RegExp
  readonly below?: (name: string) => FolderKind | undefined
  /** Only its files count: it is made when the first of them is needed. */
  readonly isOwn?: true
}

const entryFolder: FolderKind = { counts: /^\d{4}\.(csv\.gz|metadata\.json)$/ }
const symbolFolder: FolderKind = { below: () => entryFolder }
const notes: FolderKind = { counts: /\.(json|undo)$/, isOwn: true }
/** Notes of replacements that are under way, and answers for years without a file. */
const ownFolders: FolderKind = {
  isOwn: true,
  below: (name) =>
    name === "journal" ? notes : name === "coverage" ? { isOwn: true, below: () => notes } : undefined,
}
const nestedFolder: FolderKind = { below: () => symbolFolder }
const rootFolder: FolderKind = {
  below: (name) => (name === "_barkeep" ? ownFolders : name === "ohlcv" ? nestedFolder : symbolFolder),
}

const noteFolder = (
  root: string,
  name: string,
  { counts, below }: FolderKind,
  state: Map<string, string>,
): void => {
  // Paths are joined by hand: this runs for every file before it is known whether there is anything to do.
  for (const item of listFolder(root + name)) {
    const itemName = name + item.name
    if (counts?.test(item.name) === true) {
      const stat = nodeFileSystem.stat(root + itemName)
      if (stat !== undefined) state.set(itemName, fileMark(stat))
      continue
    }
    const kind = below?.(item.name)
    if (kind === undefined || !isFolder(root + itemName, item)) continue
    if (kind.isOwn === undefined) state.set(`${itemName}/`, "")
    noteFolder(root, `${itemName}/`, kind, state)
  }
}

const isFolder = (file: string, item: fs.Dirent): boolean =>
  item.isSymbolicLink() ? nodeFileSystem.stat(file)?.isFolder === true : item.isDirectory()

/** Nothing in a folder that is gone by now, or was never there. */
const listFolder = (folder: string): ReadonlyArray<fs.Dirent> => {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return []
    throw cause
  }
}
