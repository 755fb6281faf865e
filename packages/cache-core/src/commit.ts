import * as path from "node:path"
import { CacheError, codeOf, storageFailure } from "./cache-error.ts"
import type { StartOfFile } from "./file-system.ts"
import { guard, listFolder, partitionPaths, temporaryFile, temporaryPaths } from "./layout.ts"
import { isOf, pendingMetadata } from "./partition-files.ts"
import type { PartitionMetadata } from "./partition-metadata.ts"
import { printMetadata } from "./print-metadata.ts"
import type { StoreContext } from "./store-context.ts"

/** A data file to be written. */
export interface NewData {
  /** First bytes that are copied from the present file. */
  readonly start?: StartOfFile
  /** The bytes after them. */
  readonly parts: ReadonlyArray<Uint8Array>
}

/** One new state of a partition. */
export interface PartitionCommit {
  readonly folder: string
  readonly metadata: PartitionMetadata
  /** The generation that is on the disk; `undefined` when there is no metadata of ours. */
  readonly expected: number | undefined
  /** The data file; absent when only the metadata changes. */
  readonly data?: NewData
  /** Throws when the lock was lost. */
  readonly checkLock: () => void
}

/**
 * Brings a partition to its new state so that readers and a crash at any moment see the old or the new one: both
 * files are written under temporary names and flushed, then the data is renamed, then the metadata. In between the
 * new data and the temporary metadata fit each other, which readers and the next writer recognise.
 * @throws {CacheError} `GenerationConflict`, `LockHeld`, `StorageFailure`; the old state then still counts
 */
export const commitPartition = async (context: StoreContext, commit: PartitionCommit): Promise<void> => {
  const { folder, metadata, data } = commit
  const target = partitionPaths(folder, metadata.year)
  const temporary = temporaryPaths(folder, metadata.year, metadata.generation)
  await makeFolders(context, folder)
  const text = Buffer.from(printMetadata(metadata))
  try {
    if (data !== undefined) await writeFile(context, temporary.data, data.parts, data.start)
    await writeFile(context, temporary.metadata, [text])
    commit.checkLock()
    checkGeneration(context, target.metadata, commit.expected)
    if (data !== undefined) await rename(context, temporary.data, target.data)
  } catch (cause) {
    removeIfThere(context, temporary.data)
    removeIfThere(context, temporary.metadata)
    throw cause
  }
  // From here on the temporary metadata is needed until it is in place: the data is already the new one.
  await rename(context, temporary.metadata, target.metadata)
  context.memory.forget(target.metadata)
  if (context.flush) await flushFolder(context, folder)
}

/**
 * Completes what a killed writer had begun and removes what it left over. Only under the entry's lock. Temporary
 * files of a partition whose data file has been lost stay where they are.
 * @throws {CacheError} `StorageFailure`
 */
export const recoverEntry = async (context: StoreContext, folder: string): Promise<void> => {
  const { found, useless } = await completeCommits(context, folder)
  for (const file of useless) removeIfThere(context, file)
  if (found && context.flush) await flushFolder(context, folder)
}

/**
 * Completes what a killed writer had begun; removes nothing. Only under the entry's lock.
 * @returns whether there were temporary files, and those of them that count for nothing
 * @throws {CacheError} `StorageFailure`
 */
export const completeCommits = async (
  context: StoreContext,
  folder: string,
): Promise<{ readonly found: boolean; readonly useless: ReadonlyArray<string> }> => {
  const leftOver = (listFolder(context, folder) ?? []).flatMap(({ name }) => {
    const file = temporaryFile(name)
    return file === undefined ? [] : [{ ...file, path: path.join(folder, name) }]
  })
  const useless: Array<string> = []
  for (const year of new Set(leftOver.map((file) => file.year))) {
    const paths = partitionPaths(folder, year)
    const current = guard(paths.metadata, "write", () => context.memory.read(paths.metadata))
    const data = readEnd(context, paths.data)
    const isCurrent =
      current?.kind === "ours" && data !== undefined && isOf(current.metadata, data.size, data.trailer)
    const begun =
      data === undefined || isCurrent
        ? undefined
        : pendingMetadata(context, folder, year).find(({ metadata }) =>
            isOf(metadata, data.size, data.trailer),
          )
    if (begun !== undefined) {
      await rename(context, begun.path, paths.metadata)
      context.memory.forget(paths.metadata)
    }
    // Metadata without its data file: somebody lost a year, and what is left of it may be all there is.
    if (data === undefined && current !== undefined) continue
    for (const file of leftOver) if (file.year === year && file.path !== begun?.path) useless.push(file.path)
  }
  return { found: leftOver.length > 0, useless }
}

/** Replaces a small file of ours durably. @throws {CacheError} `StorageFailure` */
export const replaceFile = async (context: StoreContext, file: string, text: string): Promise<void> => {
  const temporary = `${file}.tmp`
  await makeFolders(context, path.dirname(file))
  removeIfThere(context, temporary)
  try {
    await writeFile(context, temporary, [Buffer.from(text)])
    await rename(context, temporary, file)
  } catch (cause) {
    removeIfThere(context, temporary)
    throw cause
  }
  if (context.flush) await flushFolder(context, path.dirname(file))
}

/** Makes a folder and those above it, durably. @throws {CacheError} `StorageFailure` */
export const makeFolders = async (context: StoreContext, folder: string): Promise<void> => {
  const stat = guard(folder, "write", () => context.files.stat(folder))
  if (stat?.isFolder === true) return
  if (stat !== undefined) throw notAFolder(folder)
  const parent = path.dirname(folder)
  if (parent !== folder) await makeFolders(context, parent)
  try {
    context.files.makeFolder(folder)
  } catch (cause) {
    // Another writer made it meanwhile.
    const isThere = codeOf(cause) === "EEXIST" && context.files.stat(folder)?.isFolder === true
    if (!isThere) throw storageFailure(folder, "write", cause)
  }
  if (context.flush) await flushFolder(context, parent)
}

/** Renames, waiting a little where another program (a virus scanner, a reader on Windows) has the target open. */
export const rename = async (context: StoreContext, from: string, to: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await context.files.rename(from, to)
      return
    } catch (cause) {
      const mayPass = ["EPERM", "EACCES", "EBUSY"].includes(codeOf(cause) ?? "") && attempt < mostRenames
      if (!mayPass) throw storageFailure(to, "write", cause)
    }
    await new Promise((resolve) => void setTimeout(resolve, 10 * attempt))
  }
}

export const flushFolder = async (context: StoreContext, folder: string): Promise<void> => {
  try {
    await context.files.flushFolder(folder)
  } catch (cause) {
    throw storageFailure(folder, "write", cause)
  }
}

/** Removes a file of ours; that it cannot be removed matters to nobody but the next sweep. */
export const removeIfThere = (context: StoreContext, file: string): void => {
  try {
    context.files.remove(file)
  } catch {
    // Not there, or the disk is failing, which the error that led here already says.
  }
}

const notAFolder = (file: string): CacheError =>
  new CacheError({
    path: file,
    operation: "write",
    reason: {
      _tag: "StorageFailure",
      code: "ENOTDIR",
      cause: new Error("a file is where a folder is needed"),
    },
  })

const mostRenames = 8

/** Writes a new file of ours, flushed. @throws {CacheError} `StorageFailure` */
export const writeFile = async (
  context: StoreContext,
  file: string,
  parts: ReadonlyArray<Uint8Array>,
  start?: StartOfFile,
): Promise<void> => {
  try {
    await context.files.writeNew(file, parts, context.flush, start)
  } catch (cause) {
    throw storageFailure(file, "write", cause)
  }
}

const checkGeneration = (context: StoreContext, file: string, expected: number | undefined): void => {
  context.memory.forget(file)
  const parsed = guard(file, "write", () => context.memory.read(file))
  const found = parsed?.kind === "ours" ? parsed.metadata.generation : undefined
  if (found !== expected)
    throw new CacheError({
      path: file,
      operation: "write",
      reason: { _tag: "GenerationConflict", expected, found },
    })
}

const readEnd = (
  context: StoreContext,
  file: string,
): { readonly size: number; readonly trailer: Uint8Array } | undefined =>
  guard(file, "write", () => {
    if (context.files.stat(file) === undefined) return undefined
    const open = context.files.open(file)
    try {
      const { size } = context.files.statOpen(open)
      return { size, trailer: context.files.readAt(open, Math.max(0, size - 8), Math.min(8, size)) }
    } finally {
      context.files.close(open)
    }
  })
