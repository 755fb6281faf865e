import * as path from "node:path"
import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import { codeOf, storageFailure } from "./cache-error.ts"
import { flushFolder, makeFolders, replaceFile, writeFile } from "./commit.ts"
import { hashOf } from "./content-hash.ts"
import { printTime } from "./iso-times.ts"
import { guard, listFolder, ownFolder, partitionPaths, temporaryFile } from "./layout.ts"
import { copyDurably, moveFile } from "./move-file.ts"
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
  /** The files were copied: others, made of what could be read of them, have their places. */
  readonly copied?: boolean
  /** What of the rows can still be read, as far as it was looked at. */
  readonly readable?: ReadableSummary
  /** When the readable rows were put back into the cache. */
  readonly salvagedAt?: EpochMillis
}

/** What of a damaged year can still be read. */
export interface ReadableSummary {
  readonly rows: number
  /** How many rows the metadata tells of. */
  readonly claimedRows?: number
  /** True when checksums cover the rows; of a cut file nothing can. */
  readonly proven: boolean
  readonly firstOpenTime?: EpochMillis
  readonly lastOpenTime?: EpochMillis
  /** Lines that were left out, and why. */
  readonly leftOut: ReadonlyArray<string>
  /** Rows that belong to other years than the file. */
  readonly otherYears: number
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
  /** Absent when `files` are of no single year. */
  readonly year?: number
  readonly why: string
  /** Copies instead of moving. */
  readonly keepInPlace?: boolean
  /** Absolute paths in one folder. @default all files of the year, and what killed writers left of it */
  readonly files?: ReadonlyArray<string>
  readonly readable?: ReadableSummary
  /** The readable rows as a data file, kept beside the damaged one for whoever wants to look. */
  readonly readableFile?: ReadonlyArray<Uint8Array>
}

export const quarantineFolder = (context: StoreContext): string =>
  path.join(ownFolder(context.root), "quarantine")

/**
 * Moves (or copies) files of an entry to a new folder of the quarantine with a note of what, why and when. Nothing is
 * deleted. The note says so while files are being moved; `finishQuarantined` goes on after a crash. Only under the
 * entry's lock.
 * @throws {CacheError} `StorageFailure`
 */
export const quarantineFiles = async (
  context: StoreContext,
  request: QuarantineRequest,
): Promise<Quarantined> => {
  const { location, year, why } = request
  const at = context.clock.now()
  await makeFolders(context, quarantineFolder(context))
  const yearPart = year === undefined ? "" : `-${year}`
  const id = makeUniqueFolder(context, `${quarantineName(at, location)}${yearPart}`)
  const folder = path.join(quarantineFolder(context), id)
  if (context.flush) await flushFolder(context, quarantineFolder(context))
  const { always, leftOver } = filesOf(context, request)
  const present = [...always, ...leftOver].filter(
    (file) => guard(file, "quarantine", () => context.files.stat(file)) !== undefined,
  )
  const files = present.map((file) => describeFile(context, file))
  const { symbol, timeframe } = location
  const quarantined: Quarantined = {
    id,
    symbol,
    timeframe,
    ...(year === undefined ? {} : { year }),
    why,
    at,
    files,
    ...(request.keepInPlace === true ? { copied: true } : {}),
    ...(request.readable === undefined ? {} : { readable: request.readable }),
  }
  await writeQuarantineNote(context, quarantined, { moving: true })
  if (request.readableFile !== undefined)
    await writeFile(context, path.join(folder, "readable.csv.gz"), request.readableFile)
  for (const file of present) {
    const target = path.join(folder, path.basename(file))
    if (request.keepInPlace === true && !leftOver.includes(file)) await copyDurably(context, file, target)
    else await moveFile(context, file, target)
    context.memory.forget(file)
  }
  if (context.flush) {
    await flushFolder(context, folder)
    await flushFolder(context, location.folder)
  }
  await writeQuarantineNote(context, quarantined)
  return quarantined
}

const filesOf = (
  context: StoreContext,
  { location, year, files }: QuarantineRequest,
): { readonly always: ReadonlyArray<string>; readonly leftOver: ReadonlyArray<string> } => {
  if (files !== undefined || year === undefined) return { always: files ?? [], leftOver: [] }
  const paths = partitionPaths(location.folder, year)
  // What a killed writer left over of a damaged year may be of use to somebody; it is in the way of the next commit.
  const leftOver = (listFolder(context, location.folder) ?? []).flatMap(({ name }) =>
    temporaryFile(name)?.year === year ? [path.join(location.folder, name)] : [],
  )
  return { always: [paths.data, paths.metadata], leftOver }
}

/** What a file to be set aside is, and where it comes from. */
export const describeFile = (context: StoreContext, file: string): QuarantinedFile => {
  const bytes = guard(file, "quarantine", () => context.files.readFile(file))
  return {
    name: path.basename(file),
    from: path.relative(context.root, file).split(path.sep).join("/"),
    sizeBytes: bytes.length,
    sha256: hashOf(bytes),
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
    printObject({ ...toNote(quarantined), ...more }),
  )

const toNote = ({ at, salvagedAt, readable, ...rest }: Quarantined): { readonly [key: string]: unknown } => ({
  ...rest,
  at: printTime(at),
  ...(readable === undefined
    ? {}
    : {
        readable: {
          ...readable,
          ...(readable.firstOpenTime === undefined
            ? {}
            : { firstOpenTime: printTime(readable.firstOpenTime) }),
          ...(readable.lastOpenTime === undefined ? {} : { lastOpenTime: printTime(readable.lastOpenTime) }),
        },
      }),
  ...(salvagedAt === undefined ? {} : { salvagedAt: printTime(salvagedAt) }),
})

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
