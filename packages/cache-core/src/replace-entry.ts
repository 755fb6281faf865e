import * as path from "node:path"
import type { Coverage, PutRequest, Timeframe } from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { flushFolder, makeFolders, rename, removeIfThere } from "./commit.ts"
import { writeEmptyAnswers } from "./empty-answers.ts"
import {
  type EntryLocation,
  guard,
  listFolder,
  locateEntry,
  partitionPaths,
  replacementPath,
  stagingFolder,
  yearsIn,
} from "./layout.ts"
import {
  describeFile,
  quarantineFolder,
  quarantineName,
  type Quarantined,
  writeQuarantineNote,
} from "./quarantine.ts"
import { readReplacement, type Replacement, writeReplacement } from "./replacement-note.ts"
import type { StoreContext } from "./store-context.ts"

/** Where the new files of an entry are put together, and what they replace. */
export interface Staging {
  readonly location: EntryLocation
  /** The same entry, in the staging folder. */
  readonly staged: EntryLocation
  /** Generations of the years that are replaced; the new ones are later. */
  readonly generations: ReadonlyMap<number, number>
}

/** Makes the staging folder, empty. Only under the entry's lock. @throws {CacheError} `StorageFailure` */
export const prepareStaging = async (context: StoreContext, entry: PutRequest["entry"]): Promise<Staging> => {
  const { symbol } = entry.instrument
  const location = locateEntry(context, symbol, entry.timeframe)
  const folder = stagingFolder(location.folder)
  await dropStaging(context, folder)
  await makeFolders(context, folder)
  await makeFolders(context, quarantineFolder(context))
  checkSameDevice(context, folder)
  const generations = new Map<number, number>()
  for (const year of yearsIn(location)) {
    const { metadata } = partitionPaths(location.folder, year)
    const parsed = guard(metadata, "read", () => context.memory.read(metadata))
    if (parsed?.kind === "ours") generations.set(year, parsed.metadata.generation)
  }
  return { location, staged: { ...location, folder, names: [], inode: undefined }, generations }
}

/** Removes what was staged and never counted. */
export const dropStaging = async (context: StoreContext, folder: string): Promise<void> => {
  const items = listFolder(context, folder)
  if (items === undefined) return
  for (const item of items) removeIfThere(context, path.join(folder, item.name))
  guard(folder, "write", () => context.files.removeFolder(folder))
}

/**
 * Puts the staged files in the place of the entry's, which go to the quarantine. It counts, for readers and after a
 * crash, from the moment the note of it is on the disk. Only under the entry's lock.
 * @throws {CacheError} `LockHeld`, `StorageFailure`
 */
export const replaceWithStaged = async (
  context: StoreContext,
  staging: Staging,
  coverage: Coverage,
  checkLock: () => void,
): Promise<Quarantined | undefined> => {
  const { symbol, timeframe, folder } = staging.location
  const at = context.clock.now()
  const old =
    guard(folder, "write", () => context.files.stat(folder)) === undefined
      ? undefined
      : listFolder(context, folder)
  const replacement: Replacement = {
    id: unusedId(context, quarantineName(at, staging.location)),
    why: "replaced as a whole by a newer answer of its provider",
    at,
    folder: path.basename(folder),
    files: (old ?? [])
      .filter((item) => !item.isFolder)
      .map((item) => describeFile(context, path.join(folder, item.name))),
    coverage,
  }
  if (context.flush) await flushFolder(context, staging.staged.folder)
  checkLock()
  await writeReplacement(context, symbol, timeframe, replacement)
  await finishReplacement(context, symbol, timeframe)
  return old === undefined ? undefined : toQuarantined(symbol, timeframe, replacement)
}

/**
 * Finishes a replacement that counts and was not finished; nothing when there is none. Only under the entry's lock.
 * @throws {CacheError}
 */
export const finishReplacement = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<void> => {
  const replacement = readReplacement(context, symbol, timeframe)
  if (replacement === undefined) return
  const location = locateEntry(context, symbol, timeframe)
  const folder = path.join(path.dirname(location.folder), replacement.folder)
  const staged = stagingFolder(folder)
  const aside = path.join(quarantineFolder(context), replacement.id)
  const isThere = (file: string): boolean =>
    guard(file, "write", () => context.files.stat(file)) !== undefined
  if (isThere(staged)) {
    if (isThere(folder)) await rename(context, folder, aside)
    await rename(context, staged, folder)
  }
  if (context.flush) {
    await flushFolder(context, path.dirname(folder))
    await flushFolder(context, quarantineFolder(context))
  }
  if (isThere(aside)) await writeQuarantineNote(context, toQuarantined(symbol, timeframe, replacement))
  await writeEmptyAnswers(context, symbol, timeframe, replacement.coverage)
  const note = replacementPath(context, symbol, timeframe)
  guard(note, "write", () => context.files.remove(note))
  if (context.flush) await flushFolder(context, path.dirname(note))
}

const toQuarantined = (symbol: string, timeframe: Timeframe, replacement: Replacement): Quarantined => {
  const { id, why, at, files } = replacement
  return { id, symbol, timeframe, why, at, files }
}

const unusedId = (context: StoreContext, name: string): string => {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? name : `${name}-${number}`
    const folder = path.join(quarantineFolder(context), id)
    if (guard(folder, "quarantine", () => context.files.stat(folder)) === undefined) return id
  }
}

const checkSameDevice = (context: StoreContext, folder: string): void => {
  const quarantine = quarantineFolder(context)
  const [a, b] = [folder, quarantine].map((file) =>
    guard(file, "write", () => context.files.stat(file)?.device),
  )
  if (a !== b)
    throw new CacheError({
      path: folder,
      operation: "write",
      reason: {
        _tag: "StorageFailure",
        code: "EXDEV",
        cause: new Error(`${quarantine} is on another device`),
      },
    })
}
