import * as path from "node:path"
import { codeOf, corrupt, storageFailure } from "./cache-error.ts"
import { type EntryLocation, guard, listFolder, partitionPaths, temporaryFile } from "./layout.ts"
import { type ParsedMetadata, parseMetadata } from "./parse-metadata.ts"
import type { PartitionMetadata } from "./partition-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** Length of the end of a gzip member: CRC-32 and length of the text. */
export const trailerBytes = 8

/** True when a file of this size and last eight bytes is the one the metadata describes. */
export const isOf = (metadata: PartitionMetadata, size: number, trailer: Uint8Array): boolean => {
  if (size !== metadata.sizeBytes || trailer.length !== trailerBytes) return false
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailerBytes)
  return view.getUint32(0, true) === metadata.crc32 && view.getUint32(4, true) === metadata.rawBytes % 2 ** 32
}

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

const readPending = (context: StoreContext, file: string): ParsedMetadata | undefined => {
  try {
    return parseMetadata(new TextDecoder().decode(context.files.readFile(file)))
  } catch (cause) {
    // Its writer has renamed it into place since the folder was listed.
    if (codeOf(cause) === "ENOENT") return undefined
    throw storageFailure(file, "read", cause)
  }
}
