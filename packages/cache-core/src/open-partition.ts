import { corrupt, codeOf, storageFailure } from "./cache-error.ts"
import type { FileStat } from "./file-system.ts"
import { type EntryLocation, guard, partitionPaths } from "./layout.ts"
import type { ParsedMetadata } from "./parse-metadata.ts"
import { isOf, pendingMetadata, trailerBytes } from "./partition-files.ts"
import { type OpenFile, type OpenPartition, toForeign, toIndexed } from "./partition-kinds.ts"
import type { PartitionMetadata } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

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

/**
 * Bytes `[position, position + length)` of the open file, in `memory` when it is given.
 * @throws {CacheError} also when the file is shorter
 */
export const readBytes = (
  context: StoreContext,
  partition: OpenFile,
  position: number,
  length: number,
  memory?: Uint8Array,
): Uint8Array => {
  const bytes = guard(partition.path, "read", () =>
    context.files.readAt(partition.file, position, length, memory),
  )
  if (bytes.length !== length)
    throw corrupt(partition.path, "read", `the file ends before byte ${position + length}`)
  return bytes
}

const mostAttempts = 12

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

// A writer may have committed between the two opens: then the metadata differs now from what was read before.
const isChanged = (context: StoreContext, file: string, parsed: ParsedMetadata | undefined): boolean => {
  context.memory.forget(file)
  const now = guard(file, "read", () => context.memory.read(file))
  return JSON.stringify(now) !== JSON.stringify(parsed)
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
