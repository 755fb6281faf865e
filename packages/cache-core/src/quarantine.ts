import { createHash } from "node:crypto"
import * as path from "node:path"
import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import { codeOf, storageFailure } from "./cache-error.ts"
import { flushFolder, makeFolders, rename, replaceFile } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { guard, listFolder, ownFolder, partitionPaths, temporaryFile } from "./layout.ts"
import { printObject } from "./print-metadata.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/** Files that were set aside. */
export interface Quarantined {
  /** Names the folder in `_barkeep/quarantine`. */
  readonly id: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Absent when it is the whole entry. */
  readonly year?: number
  readonly why: string
  readonly at: EpochMillis
  readonly files: ReadonlyArray<QuarantinedFile>
}

export interface QuarantinedFile {
  readonly name: string
  /** Where it came from, relative to the cache folder, with `/`. */
  readonly from: string
  readonly sizeBytes: number
  readonly sha256: string
}

export interface QuarantineRequest {
  readonly location: { readonly symbol: string; readonly timeframe: Timeframe; readonly folder: string }
  readonly year: number
  readonly why: string
  /** Copies instead of moving. */
  readonly keepInPlace?: boolean
}

export const quarantineFolder = (context: StoreContext): string =>
  path.join(ownFolder(context.root), "quarantine")

/**
 * Moves (or copies) a partition's files to a new folder of the quarantine with a note of what, why and when. Nothing
 * is deleted. Only under the entry's lock.
 * @throws {CacheError} `StorageFailure`
 */
export const quarantineFiles = async (
  context: StoreContext,
  request: QuarantineRequest,
): Promise<Quarantined> => {
  const { location, year, why } = request
  const at = context.clock.now()
  await makeFolders(context, quarantineFolder(context))
  const id = makeUniqueFolder(context, `${quarantineName(at, location)}-${year}`)
  const folder = path.join(quarantineFolder(context), id)
  const paths = partitionPaths(location.folder, year)
  // What a killed writer left over of a damaged year may be of use to somebody; it is in the way of the next commit.
  const leftOver = (listFolder(context, location.folder) ?? []).flatMap(({ name }) =>
    temporaryFile(name)?.year === year ? [path.join(location.folder, name)] : [],
  )
  const present = [paths.data, paths.metadata, ...leftOver].filter(
    (file) => guard(file, "quarantine", () => context.files.stat(file)) !== undefined,
  )
  const files = present.map((file) => describeFile(context, file))
  const { symbol, timeframe } = location
  const quarantined = { id, symbol, timeframe, year, why, at, files }
  await writeQuarantineNote(context, quarantined)
  for (const file of present) {
    const target = path.join(folder, path.basename(file))
    if (request.keepInPlace === true && !leftOver.includes(file))
      guard(target, "quarantine", () => context.files.copyFile(file, target))
    else await rename(context, file, target)
    context.memory.forget(file)
  }
  if (context.flush) {
    await flushFolder(context, folder)
    await flushFolder(context, location.folder)
  }
  return quarantined
}

/** What a file to be set aside is, and where it comes from. */
export const describeFile = (context: StoreContext, file: string): QuarantinedFile => {
  const bytes = guard(file, "quarantine", () => context.files.readFile(file))
  return {
    name: path.basename(file),
    from: path.relative(context.root, file).split(path.sep).join("/"),
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }
}

/** Leaves the note of what, why and when in a case's folder. */
export const writeQuarantineNote = (
  context: StoreContext,
  quarantined: Quarantined,
  more: { readonly [key: string]: unknown } = {},
): Promise<void> =>
  replaceFile(
    context,
    path.join(quarantineFolder(context), quarantined.id, "quarantine.json"),
    printObject({ ...quarantined, at: printTime(quarantined.at), ...more }),
  )

/** The first part of a case's id: when and of what. */
export const quarantineName = (
  at: EpochMillis,
  entry: { readonly symbol: string; readonly timeframe: Timeframe },
): string =>
  `${printTime(at - (at % 1000)).replaceAll(/[-:]/g, "")}-${folderOfSymbol(entry.symbol)}-${entry.timeframe}`

const makeUniqueFolder = (context: StoreContext, name: string): string => {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? name : `${name}-${number}`
    const folder = path.join(quarantineFolder(context), id)
    try {
      context.files.makeFolder(folder)
      return id
    } catch (cause) {
      if (codeOf(cause) !== "EEXIST" || number > 10_000) throw storageFailure(folder, "quarantine", cause)
    }
  }
}
