import * as path from "node:path"
import { parseTimeframe, type Timeframe } from "@barkeep/market-data"
import { CacheError, type CacheOperation, codeOf, storageFailure } from "./cache-error.ts"
import type { FileStat } from "./file-system.ts"
import { type EntryLocation, guard, listFolder, partitionPaths, temporaryFile } from "./layout.ts"
import { foreignFacts, type ForeignFacts } from "./original-metadata.ts"
import { type ParsedMetadata, parseMetadata } from "./parse-metadata.ts"
import type { PartitionMetadata } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** A partition's data file, open, together with what is known of exactly these bytes. */
export type OpenPartition = IndexedPartition | ForeignPartition

interface OpenFile {
  readonly path: string
  readonly year: number
  readonly file: number
  readonly stat: FileStat
  /** Zone that the file's times are written in. */
  readonly timezone: string
}

/** The metadata describes these bytes: blocks can be read one by one. */
export interface IndexedPartition extends OpenFile {
  readonly kind: "indexed"
  readonly metadata: PartitionMetadata
}

/** Written by another program; can only be read whole. */
export interface ForeignPartition extends OpenFile {
  readonly kind: "foreign"
  readonly facts: ForeignFacts
  /** Our metadata of an earlier state of the file, which somebody has written over since. */
  readonly earlier: PartitionMetadata | undefined
}

/**
 * Opens a year's file with the metadata that belongs to it. Never waits for a writer: between the two renames of a
 * commit the new metadata is still under its temporary name and is found there. `undefined` when there is no file.
 * The caller closes it with `closePartition`.
 * @throws {CacheError} `CorruptPartition`, `UnknownFormatVersion`, `StorageFailure`
 */
export const openPartition = async (
  context: StoreContext,
  location: Pick<EntryLocation, "symbol" | "timeframe" | "folder">,
  year: number,
): Promise<OpenPartition | undefined> => {
  const paths = partitionPaths(location.folder, year)
  for (let attempt = 1; ; attempt += 1) {
    const parsed = guard(paths.metadata, "read", () => context.memory.read(paths.metadata))
    const file = openData(context, paths.data)
    if (file === undefined) return undefined
    try {
      const stat = guard(paths.data, "read", () => context.files.statOpen(file))
      const open = { path: paths.data, year, file, stat }
      const trailer = readTrailer(context, open)
      if (parsed?.kind === "ours" && isOf(parsed.metadata, stat.size, trailer))
        return toIndexed(open, location, paths.metadata, parsed.metadata)
      const pending = findPending(context, location, year, stat.size, trailer)
      if (pending !== undefined) return toIndexed(open, location, paths.metadata, pending)
      if (attempt < mostAttempts && isChanged(context, paths.metadata, parsed)) {
        closeQuietly(context, file)
        if (attempt > 2) await pause(attempt)
        continue
      }
      return toForeign(context, open, location, paths.metadata, parsed)
    } catch (cause) {
      closeQuietly(context, file)
      throw cause
    }
  }
}

export const closePartition = (context: StoreContext, partition: OpenPartition): void =>
  closeQuietly(context, partition.file)

/** Runs `body` with an open partition; `undefined` when there is none. */
export const withPartition = async <A>(
  context: StoreContext,
  location: Pick<EntryLocation, "symbol" | "timeframe" | "folder">,
  year: number,
  body: (partition: OpenPartition) => A | Promise<A>,
): Promise<A | undefined> => {
  const partition = await openPartition(context, location, year)
  if (partition === undefined) return undefined
  try {
    return await body(partition)
  } finally {
    closePartition(context, partition)
  }
}

/** Bytes `[position, position + length)` of the open file. @throws {CacheError} also when the file is shorter */
export const readBytes = (
  context: StoreContext,
  partition: OpenFile,
  position: number,
  length: number,
): Uint8Array => {
  const bytes = guard(partition.path, "read", () => context.files.readAt(partition.file, position, length))
  if (bytes.length !== length)
    throw corrupt(partition.path, "read", `the file ends before byte ${position + length}`)
  return bytes
}

/** True when a file of this size and last eight bytes is the one the metadata describes. */
export const isOf = (metadata: PartitionMetadata, size: number, trailer: Uint8Array): boolean => {
  if (size !== metadata.sizeBytes || trailer.length !== trailerBytes) return false
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailerBytes)
  return view.getUint32(0, true) === metadata.crc32 && view.getUint32(4, true) === metadata.rawBytes % 2 ** 32
}

export const corrupt = (file: string, operation: CacheOperation, what: string): CacheError =>
  new CacheError({ path: file, operation, reason: { _tag: "CorruptPartition", what } })

/** The parsed metadata of the temporary files of one year. */
export const pendingMetadata = (
  context: StoreContext,
  folder: string,
  year: number,
): ReadonlyArray<{ readonly path: string; readonly metadata: PartitionMetadata }> =>
  (listFolder(context, folder) ?? []).flatMap((item) => {
    const temporary = temporaryFile(item.name)
    if (temporary?.kind !== "metadata" || temporary.year !== year) return []
    const file = path.join(folder, item.name)
    const parsed = readPending(context, file)
    return parsed?.kind === "ours" ? [{ path: file, metadata: parsed.metadata }] : []
  })

/** @throws {CacheError} when metadata of ours tells of a data file that is not there */
export const checkNotLost = (
  context: StoreContext,
  location: Pick<EntryLocation, "folder">,
  year: number,
): void => {
  const { metadata, data } = partitionPaths(location.folder, year)
  const parsed = guard(metadata, "read", () => context.memory.read(metadata))
  // The original's clean-up deleted data files and left their metadata; only ours is a promise.
  if (parsed?.kind === "ours" && guard(data, "read", () => context.files.stat(data)) === undefined)
    throw corrupt(
      data,
      "read",
      `the file is missing, and ${year}.metadata.json says it had ${parsed.metadata.rows} rows`,
    )
}

const mostAttempts = 12
const trailerBytes = 8

const openData = (context: StoreContext, file: string): number | undefined => {
  try {
    return context.files.open(file)
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined
    throw storageFailure(file, "read", cause)
  }
}

/** The last eight bytes of a gzip member: CRC-32 and length of the text. */
const readTrailer = (
  context: StoreContext,
  open: { readonly path: string; readonly file: number; readonly stat: FileStat },
): Uint8Array =>
  guard(open.path, "read", () =>
    context.files.readAt(
      open.file,
      Math.max(0, open.stat.size - trailerBytes),
      Math.min(open.stat.size, trailerBytes),
    ),
  )

const findPending = (
  context: StoreContext,
  location: Pick<EntryLocation, "folder">,
  year: number,
  size: number,
  trailer: Uint8Array,
): PartitionMetadata | undefined =>
  pendingMetadata(context, location.folder, year).find(({ metadata }) => isOf(metadata, size, trailer))
    ?.metadata

const readPending = (context: StoreContext, file: string): ParsedMetadata | undefined => {
  try {
    return parseMetadata(new TextDecoder().decode(context.files.readFile(file)))
  } catch (cause) {
    // Its writer has renamed it into place since the folder was listed.
    if (codeOf(cause) === "ENOENT") return undefined
    throw storageFailure(file, "read", cause)
  }
}

// A writer may have committed between the two opens: then the metadata differs now from what was read before.
const isChanged = (context: StoreContext, file: string, parsed: ParsedMetadata | undefined): boolean => {
  context.memory.forget(file)
  const now = guard(file, "read", () => context.memory.read(file))
  return JSON.stringify(now) !== JSON.stringify(parsed)
}

const toIndexed = (
  open: Omit<OpenFile, "timezone">,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  metadataPath: string,
  metadata: PartitionMetadata,
): IndexedPartition => {
  checkIsOf(metadataPath, location, open.year, metadata)
  return { ...open, kind: "indexed", timezone: metadata.timezone, metadata }
}

const toForeign = (
  context: StoreContext,
  open: Omit<OpenFile, "timezone">,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  metadataPath: string,
  parsed: ParsedMetadata | undefined,
): ForeignPartition => {
  if (parsed?.kind === "damaged") throw corrupt(metadataPath, "read", `the metadata ${parsed.issue}`)
  if (parsed?.kind === "newer")
    throw new CacheError({
      path: metadataPath,
      operation: "read",
      reason: { _tag: "UnknownFormatVersion", version: parsed.version },
    })
  if (parsed?.kind === "ours") {
    checkIsOf(metadataPath, location, open.year, parsed.metadata)
    const facts = rewrittenFacts(parsed.metadata)
    return { ...open, kind: "foreign", timezone: facts.timezone, facts, earlier: parsed.metadata }
  }
  if (parsed !== undefined) checkOriginalIsOf(metadataPath, location, parsed.object)
  const known = context.instrumentOf(location.symbol)
  const facts = foreignFacts(location.symbol, location.timeframe, parsed?.object, known)
  return { ...open, kind: "foreign", timezone: facts.timezone, facts, earlier: undefined }
}

const rewrittenFacts = (metadata: PartitionMetadata): ForeignFacts => ({
  provider: "unknown",
  instrument: metadata.instrument,
  timezone: metadata.timezone,
  adjustment: metadata.adjustment,
  lastUpdated: undefined,
  guessed: false,
  notes: [
    `${metadata.year}.csv.gz was written by another program after our last commit; its rows are read as they are, their provenance is unknown until the next write`,
  ],
})

const checkIsOf = (
  file: string,
  location: Pick<EntryLocation, "symbol" | "timeframe">,
  year: number,
  metadata: PartitionMetadata,
): void => {
  if (
    metadata.symbol !== location.symbol ||
    metadata.timeframe !== location.timeframe ||
    metadata.year !== year
  )
    throw corrupt(
      file,
      "read",
      `the metadata is that of ${metadata.symbol} ${metadata.timeframe} ${metadata.year}`,
    )
}

// On file systems that ignore case the folders of one minute and (in the original's spelling) one month are the same.
const checkOriginalIsOf = (
  file: string,
  location: { readonly timeframe: Timeframe },
  object: { readonly [key: string]: unknown },
): void => {
  const name = object["timeframe"]
  if (typeof name !== "string") return
  let timeframe: string = name
  try {
    timeframe = parseTimeframe(name)
  } catch {
    // A name of its own: cannot be compared.
    return
  }
  if (timeframe !== location.timeframe)
    throw corrupt(file, "read", `the metadata is that of timeframe ${name}`)
}

const closeQuietly = (context: StoreContext, file: number): void => {
  try {
    context.files.close(file)
  } catch {
    // Only read from; nothing can be lost.
  }
}

const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, 2 ** Math.min(attempt, 6)))
