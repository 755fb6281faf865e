import { codeOf } from "./cache-error.ts"
import type { FileStat, FileSystem } from "./file-system.ts"
import { parseMetadataBytes } from "./metadata-bytes.ts"
import type { ParsedMetadata } from "./parse-metadata.ts"

const longestMemory = 64

/** Parsed metadata files, kept while the file on the disk is provably the same one. */
export interface MetadataMemory {
  /** `undefined` when there is no such file. @throws what the file system throws */
  readonly read: (path: string) => ParsedMetadata | undefined
  /** Forgets a file, so that the next read goes to the disk. */
  readonly forget: (path: string) => void
}

export const makeMetadataMemory = (files: FileSystem): MetadataMemory => {
  const known = new Map<string, { readonly stat: FileStat; readonly parsed: ParsedMetadata }>()
  return {
    read: (path) => {
      const remembered = known.get(path)
      if (remembered !== undefined) {
        const stat = files.stat(path)
        if (stat !== undefined && isSameFile(remembered.stat, stat)) return remembered.parsed
        known.delete(path)
      }
      const fresh = readFresh(files, path)
      if (fresh === undefined) return undefined
      known.set(path, fresh)
      if (known.size > longestMemory) known.delete(known.keys().next().value as string)
      return fresh.parsed
    },
    forget: (path) => void known.delete(path),
  }
}

const readFresh = (
  files: FileSystem,
  path: string,
): { readonly stat: FileStat; readonly parsed: ParsedMetadata } | undefined => {
  let file: number
  try {
    file = files.open(path)
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined
    throw cause
  }
  try {
    const stat = files.statOpen(file)
    const bytes = files.readAt(file, 0, stat.size)
    return { stat, parsed: parseMetadataBytes(bytes) }
  } finally {
    files.close(file)
  }
}

const isSameFile = (a: FileStat, b: FileStat): boolean =>
  a.size === b.size && a.mtimeMillis === b.mtimeMillis && a.inode === b.inode
