import { createHash } from "node:crypto"
import * as path from "node:path"
import type { Timeframe } from "@barkeep/market-data"
import { CacheError, corrupt } from "./cache-error.ts"
import { flushFolder, makeFolders, rename } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { guard, listFolder, locateEntry } from "./layout.ts"
import { quarantineFiles, quarantineFolder, type Quarantined, writeQuarantineNote } from "./quarantine.ts"
import { toQuarantinedFile } from "./replacement-note.ts"
import { asArray, asInteger, asText, asTime, asTimeframe, JsonIssue, parseJsonObject } from "./read-json.ts"
import type { StoreContext } from "./store-context.ts"

/** Moves one year to the quarantine. Only under the entry's lock. @throws {CacheError} */
export const quarantineYear = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  year: number,
  why: string,
): Promise<Quarantined> =>
  quarantineFiles(context, { location: locateEntry(context, symbol, timeframe), year, why })

/**
 * What is in the quarantine, oldest first; without what was restored.
 * @throws {CacheError} `CorruptPartition` when a note cannot be read
 */
export const listQuarantine = (context: StoreContext): ReadonlyArray<Quarantined> =>
  (listFolder(context, quarantineFolder(context)) ?? [])
    .filter((item) => item.isFolder)
    .flatMap(({ name }) => {
      const note = readNote(context, name)
      return note === undefined || note.restored ? [] : [note.quarantined]
    })
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))

/** One case of the quarantine. @throws {CacheError} */
export const findQuarantined = (context: StoreContext, id: string): Quarantined | undefined =>
  listQuarantine(context).find((quarantined) => quarantined.id === id)

/**
 * Moves the files of one case back to where they were. Only under the entry's lock.
 * @throws {CacheError} `StorageFailure` (`EEXIST`) when other files have taken their place, `ChecksumMismatch` when a
 * file in the quarantine was changed
 */
export const restoreQuarantined = async (context: StoreContext, quarantined: Quarantined): Promise<void> => {
  const folder = path.join(quarantineFolder(context), quarantined.id)
  const moves = quarantined.files.map((file) => ({
    ...file,
    source: path.join(folder, file.name),
    target: insideCache(context, file.from),
  }))
  for (const { source, target, sha256 } of moves) {
    if (guard(target, "restore", () => context.files.stat(target)) !== undefined)
      throw new CacheError({
        path: target,
        operation: "restore",
        reason: {
          _tag: "StorageFailure",
          code: "EEXIST",
          cause: new Error("another file has taken its place"),
        },
      })
    const found = createHash("sha256")
      .update(guard(source, "restore", () => context.files.readFile(source)))
      .digest("hex")
    if (found !== sha256)
      throw new CacheError({
        path: source,
        operation: "restore",
        reason: { _tag: "ChecksumMismatch", expected: sha256, found },
      })
  }
  for (const { source, target } of moves) {
    await makeFolders(context, path.dirname(target))
    await rename(context, source, target)
    context.memory.forget(target)
    if (context.flush) await flushFolder(context, path.dirname(target))
  }
  await writeQuarantineNote(context, quarantined, { restored_at: printTime(context.clock.now()) })
}

const readNote = (
  context: StoreContext,
  id: string,
): { readonly quarantined: Quarantined; readonly restored: boolean } | undefined => {
  const file = path.join(quarantineFolder(context), id, "quarantine.json")
  // The note is written before anything is moved: without it there is nothing here.
  if (guard(file, "read", () => context.files.stat(file)) === undefined) return undefined
  const text = new TextDecoder().decode(guard(file, "read", () => context.files.readFile(file)))
  try {
    const object = parseJsonObject(text)
    return {
      restored: object["restored_at"] !== undefined,
      quarantined: {
        id,
        symbol: asText(object["symbol"], "symbol"),
        timeframe: asTimeframe(object["timeframe"], "timeframe"),
        ...(object["year"] === undefined ? {} : { year: asInteger(object["year"], "year") }),
        why: asText(object["why"], "why"),
        at: asTime(object["at"], "at"),
        files: asArray(object["files"], "files").map(toQuarantinedFile),
      },
    }
  } catch (issue) {
    if (issue instanceof JsonIssue) throw corrupt(file, "read", issue.message)
    throw issue
  }
}

// The note could have been edited: nothing is ever moved to outside the cache folder.
const insideCache = (context: StoreContext, from: string): string => {
  const target = path.resolve(context.root, from)
  const relative = path.relative(context.root, target)
  if (relative === "" || relative.startsWith("..") || path.isAbsolute(relative))
    throw corrupt(target, "restore", "the note names a place outside the cache")
  return target
}
