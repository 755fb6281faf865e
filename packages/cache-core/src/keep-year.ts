import * as path from "node:path"
import { storageFailure } from "./cache-error.ts"
import { flushFolder, makeFolders, removeIfThere } from "./commit.ts"
import { hashOf } from "./content-hash.ts"
import { fillFolder, type FillNote, type KeptYear, writeFillNote } from "./fill-note.ts"
import { type EntryLocation, guard, partitionPaths } from "./layout.ts"
import { describeFile, type QuarantinedFile } from "./quarantine.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * Keeps the files of a year as they are now in the fill's folder and notes it, all of it on the disk when this
 * resolves. Commits replace files and never write into them, so a second name for them is enough where the file
 * system has such; else they are copied. Only under the entry's lock.
 * @returns the note as it is now
 * @throws {CacheError} `StorageFailure`
 */
export const keepYear = async (
  context: StoreContext,
  note: FillNote,
  location: Pick<EntryLocation, "folder">,
  year: number,
): Promise<FillNote> => {
  const folder = fillFolder(context, note.id)
  await makeFolders(context, folder)
  const paths = partitionPaths(location.folder, year)
  const files: Array<QuarantinedFile> = []
  for (const file of [paths.data, paths.metadata]) {
    const target = path.join(folder, path.basename(file))
    // Left by an earlier try that was killed before its commit.
    removeIfThere(context, target)
    if (guard(file, "write", () => context.files.stat(file)) === undefined) continue
    await keepFile(context, file, target)
    files.push({ ...describeFile(context, target), from: describeFrom(context, file) })
  }
  if (context.flush) await flushFolder(context, folder)
  const next = { ...note, years: [...note.years.filter((kept) => kept.year !== year), { year, files }] }
  await writeFillNote(context, next)
  return next
}

/** True when every file kept of the year is still there and has the bytes it had. @throws {CacheError} `StorageFailure` */
export const isIntact = (context: StoreContext, id: string, kept: KeptYear): boolean =>
  kept.files.every(({ name, sha256 }) => {
    const file = path.join(fillFolder(context, id), name)
    if (guard(file, "read", () => context.files.stat(file)) === undefined) return false
    const bytes = guard(file, "read", () => context.files.readFile(file))
    return hashOf(bytes) === sha256
  })

const keepFile = async (context: StoreContext, file: string, target: string): Promise<void> => {
  try {
    if (context.files.link !== undefined) {
      context.files.link(file, target)
      return
    }
  } catch {
    // No hard links here, or none across these folders.
  }
  const bytes = guard(file, "write", () => context.files.readFile(file))
  try {
    await context.files.writeNew(target, [bytes], context.flush)
  } catch (cause) {
    throw storageFailure(target, "write", cause)
  }
}

const describeFrom = (context: StoreContext, file: string): string =>
  path.relative(context.root, file).split(path.sep).join("/")
