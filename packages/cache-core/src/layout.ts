import * as path from "node:path"
import { parseTimeframe, type Timeframe, timeframes } from "@barkeep/market-data"
import { codeOf, CacheError, type CacheOperation, storageFailure } from "./cache-error.ts"
import type { FolderItem } from "./file-system.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol, symbolOfFolder } from "./symbol-names.ts"

/** Our own folder in a cache: locks, quarantine, answers of years without a partition. */
export const ownFolder = (root: string): string => path.join(root, "_barkeep")

/** Where the locks of entries are. */
export const lockFolder = (context: StoreContext): string => path.join(ownFolder(context.root), "locks")

/** The path of an entry's lock, without the ending that tells its kind. */
export const lockName = (context: StoreContext, symbol: string, timeframe: Timeframe): string =>
  path.join(lockFolder(context), `${folderOfSymbol(symbol)}.${timeframe}`)

/** Where an entry's files are, or would be written. */
export interface EntryLocation {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Absolute. */
  readonly folder: string
  /** Names in the folder; empty when it does not exist. */
  readonly names: ReadonlyArray<string>
  /** Tells a folder from another one that takes its place; `undefined` when it does not exist. */
  readonly inode: number | undefined
}

/**
 * Where an entry is: below the cache folder, or below the `ohlcv` folder of later versions of the original.
 * @param wasReplaced what `isReplaced` has just said
 * @throws {CacheError} `EntryMismatch` when it is in both, `StorageFailure`
 */
export const locateEntry = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  wasReplaced = isReplaced(context, symbol, timeframe),
): EntryLocation => {
  const name = folderOfSymbol(symbol)
  const found = baseFolders(context).flatMap((base) => {
    const location = locateBelow(context, base, name, symbol, timeframe, wasReplaced)
    return location === undefined ? [] : [location]
  })
  const [first, second] = found
  if (first !== undefined && second !== undefined)
    throw new CacheError({
      path: second.folder,
      operation: "read",
      reason: { _tag: "EntryMismatch", what: "place", stored: first.folder, incoming: second.folder },
    })
  return (
    first ?? {
      symbol,
      timeframe,
      folder: path.join(folderForNew(context), name, timeframe),
      names: [],
      inode: undefined,
    }
  )
}

/** The symbols that have a folder, sorted. */
export const listSymbolFolders = (context: StoreContext): ReadonlyArray<string> => {
  const symbols = new Set<string>()
  for (const base of baseFolders(context))
    for (const symbol of symbolsBelow(context, base)) symbols.add(symbol)
  return [...symbols].toSorted((a, b) => (a < b ? -1 : 1))
}

/** The timeframes that a symbol has a folder for, finest first. */
export const listTimeframeFolders = (context: StoreContext, symbol: string): ReadonlyArray<Timeframe> => {
  const name = folderOfSymbol(symbol)
  const found = new Set<Timeframe>()
  for (const base of baseFolders(context))
    for (const item of listFolder(context, path.join(base, symbolFolder(context, base, name, symbol))) ??
      []) {
      const replaced = replacedName(item.name)
      const timeframe = item.isFolder ? timeframeOfFolder(replaced ?? item.name) : undefined
      if (timeframe !== undefined && (replaced === undefined || isReplaced(context, symbol, timeframe)))
        found.add(timeframe)
    }
  return timeframes.filter((timeframe) => found.has(timeframe))
}

/** The years that have a data file, ascending. */
export const yearsIn = (location: EntryLocation): ReadonlyArray<number> =>
  location.names
    .flatMap((name) => (dataFilePattern.test(name) ? [Number(name.slice(0, 4))] : []))
    .toSorted((a, b) => a - b)

/** The years whose metadata file has no data file beside it, ascending. */
export const orphanYearsIn = (location: EntryLocation): ReadonlyArray<number> => {
  const years = new Set(yearsIn(location))
  return location.names
    .flatMap((name) => (/^\d{4}\.metadata\.json$/.test(name) ? [Number(name.slice(0, 4))] : []))
    .filter((year) => !years.has(year))
    .toSorted((a, b) => a - b)
}

/** The two files of a partition. */
export interface PartitionPaths {
  readonly data: string
  readonly metadata: string
}

export const partitionPaths = (folder: string, year: number): PartitionPaths => ({
  data: path.join(folder, `${year}.csv.gz`),
  metadata: path.join(folder, `${year}.metadata.json`),
})

/** Names of files that a commit has not renamed into place yet. */
export const temporaryPaths = (folder: string, year: number, generation: number): PartitionPaths => ({
  data: path.join(folder, `${year}.csv.gz.g${generation}.tmp`),
  metadata: path.join(folder, `${year}.metadata.json.g${generation}.tmp`),
})

const dataFilePattern = /^\d{4}\.csv\.gz$/
const temporaryPattern = /^(\d{4})\.(csv\.gz|metadata\.json)\.g\d+\.tmp$/

/** What a temporary file would have become; `undefined` for other names. */
export const temporaryFile = (
  name: string,
): { readonly year: number; readonly kind: "data" | "metadata" } | undefined => {
  const match = temporaryPattern.exec(name)
  return match === null
    ? undefined
    : { year: Number(match[1]), kind: match[2] === "csv.gz" ? "data" : "metadata" }
}

/** Runs a file operation; what the file system throws becomes a `CacheError` that names the path. */
export const guard = <A>(file: string, operation: CacheOperation, body: () => A): A => {
  try {
    return body()
  } catch (cause) {
    throw storageFailure(file, operation, cause)
  }
}

/** The items of a folder; `undefined` when it is not there. */
export const listFolder = (context: StoreContext, folder: string): ReadonlyArray<FolderItem> | undefined => {
  try {
    return context.files.listFolder(folder)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === "ENOENT") return undefined
    // A file where a symbol's folder would be is somebody else's; only a missing cache folder matters.
    if (code === "ENOTDIR" && folder !== context.root) return undefined
    throw storageFailure(folder, "list", cause)
  }
}

const nestedName = "ohlcv"

const baseFolders = (context: StoreContext): ReadonlyArray<string> => {
  const nested = path.join(context.root, nestedName)
  const stat = guard(nested, "open", () => context.files.stat(nested))
  return stat?.isFolder === true ? [context.root, nested] : [context.root]
}

// A cache that has only the nested level keeps it, so that the original's tools still find everything.
const folderForNew = (context: StoreContext): string => {
  const [flat, nested] = baseFolders(context) as [string, string | undefined]
  return nested !== undefined && symbolsBelow(context, flat).length === 0 ? nested : flat
}

const symbolsBelow = (context: StoreContext, base: string): ReadonlyArray<string> =>
  (listFolder(context, base) ?? []).flatMap((item) => {
    if (!item.isFolder || (base === context.root && item.name === nestedName)) return []
    const symbol = symbolOfFolder(item.name)
    return symbol === undefined ? [] : [symbol]
  })

const locateBelow = (
  context: StoreContext,
  base: string,
  name: string,
  symbol: string,
  timeframe: Timeframe,
  wasReplaced: boolean,
): EntryLocation | undefined => {
  const direct = path.join(base, name, timeframe)
  if (wasReplaced) {
    const staged = stagedIn(context, path.join(base, symbolFolder(context, base, name, symbol)), timeframe)
    const location = staged === undefined ? undefined : locateFolder(context, symbol, timeframe, staged)
    if (location !== undefined) return location
  }
  const location = locateFolder(context, symbol, timeframe, direct)
  if (location !== undefined) return location
  const symbolPath = path.join(base, symbolFolder(context, base, name, symbol))
  const other = (listFolder(context, symbolPath) ?? []).find(
    (item) => item.isFolder && timeframeOfFolder(item.name) === timeframe,
  )
  if (other !== undefined) return locateFolder(context, symbol, timeframe, path.join(symbolPath, other.name))
  // A replacement takes the folder away for a moment: then it is in one of these two places by now.
  const staged = isReplaced(context, symbol, timeframe) ? stagedIn(context, symbolPath, timeframe) : undefined
  return (
    (staged === undefined ? undefined : locateFolder(context, symbol, timeframe, staged)) ??
    locateFolder(context, symbol, timeframe, direct)
  )
}

const stagedIn = (context: StoreContext, symbolPath: string, timeframe: Timeframe): string | undefined => {
  const item = (listFolder(context, symbolPath) ?? []).find(({ name, isFolder }) => {
    const replaced = replacedName(name)
    return isFolder && replaced !== undefined && timeframeOfFolder(replaced) === timeframe
  })
  return item === undefined ? undefined : path.join(symbolPath, item.name)
}

const locateFolder = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  folder: string,
): EntryLocation | undefined => {
  const stat = guard(folder, "list", () => context.files.stat(folder))
  const items = stat?.isFolder === true ? listFolder(context, folder) : undefined
  return items === undefined
    ? undefined
    : { symbol, timeframe, folder, names: items.map((item) => item.name), inode: stat?.inode }
}

/** Where the files of a replacement wait until they take the entry's place. */
export const stagingFolder = (folder: string): string =>
  path.join(path.dirname(folder), `_${path.basename(folder)}.new`)

/** The folder name that a staging folder is going to get; `undefined` for other names. */
export const replacedName = (name: string): string | undefined => /^_(.+)\.new$/.exec(name)?.[1]

/** The note that makes a staged replacement count. */
export const replacementPath = (context: StoreContext, symbol: string, timeframe: Timeframe): string =>
  path.join(ownFolder(context.root), "journal", `${folderOfSymbol(symbol)}.${timeframe}.json`)

/** True while a replacement counts and is not finished: the staged files are the entry. */
export const isReplaced = (context: StoreContext, symbol: string, timeframe: Timeframe): boolean => {
  const file = replacementPath(context, symbol, timeframe)
  return guard(file, "list", () => context.files.stat(file)) !== undefined
}

// Folders of other programs may carry the bare symbol. Names are compared exactly: a file system that ignores
// case would otherwise hand out another symbol's folder.
const symbolFolder = (context: StoreContext, base: string, name: string, symbol: string): string => {
  if (name === symbol) return name
  const items = listFolder(context, base) ?? []
  if (items.some((item) => item.name === name)) return name
  return items.find((item) => item.isFolder && symbolOfFolder(item.name) === symbol)?.name ?? name
}

/** The timeframe that a folder of this name is of; `undefined` for other names. */
export const timeframeOfFolder = (name: string): Timeframe | undefined => {
  try {
    return parseTimeframe(name)
  } catch {
    return undefined
  }
}
