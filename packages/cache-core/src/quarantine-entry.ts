import * as path from "node:path"
import type { Timeframe } from "@barkeep/market-data"
import { CacheError } from "./cache-error.ts"
import { flushFolder, makeFolders } from "./commit.ts"
import { hashOf } from "./content-hash.ts"
import { dropCase } from "./expire-case.ts"
import { insideCache } from "./inside-cache.ts"
import { printTime } from "./iso-times.ts"
import { guard, locateEntry } from "./layout.ts"
import { copyDurably, moveFile } from "./move-file.ts"
import {
  quarantineFiles,
  quarantineFolder,
  type Quarantined,
  type QuarantinedFile,
  writeQuarantineNote,
} from "./quarantine.ts"
import { listNotes, readQuarantineNote } from "./quarantine-note.ts"
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
  listNotes(context).flatMap(({ quarantined, state }) => (state === "restored" ? [] : [quarantined]))

/** One case of the quarantine. @throws {CacheError} */
export const findQuarantined = (context: StoreContext, id: string): Quarantined | undefined => {
  const note = readQuarantineNote(context, id)
  return note === undefined || note.state === "restored" ? undefined : note.quarantined
}

/**
 * Moves the files of one case back to where they were. Only under the entry's lock. A restore that was killed goes on
 * where it was.
 * @param replace moves files that have taken their places to the quarantine first
 * @throws {CacheError} `StorageFailure` (`EEXIST`) when other files have taken their place, `ChecksumMismatch` when a
 * file in the quarantine was changed
 */
export const restoreQuarantined = async (
  context: StoreContext,
  quarantined: Quarantined,
  replace = false,
): Promise<void> => {
  const folder = path.join(quarantineFolder(context), quarantined.id)
  const moves = quarantined.files.map((file) => ({
    ...file,
    source: path.join(folder, file.name),
    target: insideCache(context, file.from),
  }))
  const open = moves.filter((move) => !isBack(context, move))
  for (const move of open) checkSource(context, move)
  if (replace) await makeWay(context, quarantined, open)
  for (const move of open) checkTarget(context, move)
  const begun = { restoring_since: printTime(context.clock.now()) }
  if (open.length > 0) await writeQuarantineNote(context, quarantined, begun)
  for (const { source, target } of open) {
    await makeFolders(context, path.dirname(target))
    await moveFile(context, source, target)
    context.memory.forget(target)
    if (context.flush) await flushFolder(context, path.dirname(target))
  }
  await writeQuarantineNote(context, quarantined, { restored_at: printTime(context.clock.now()) })
}

/**
 * Finishes a case whose files were not all moved because the process was killed. Only under the lock of its entry.
 * @returns whether there was something to finish
 * @throws {CacheError}
 */
export const finishQuarantined = async (context: StoreContext, id: string): Promise<boolean> => {
  const note = readQuarantineNote(context, id)
  if (note?.state !== "moving") return false
  const { quarantined } = note
  const folder = path.join(quarantineFolder(context), id)
  const isCopy = quarantined.copied === true
  for (const file of quarantined.files) {
    const target = path.join(folder, file.name)
    const source = insideCache(context, file.from)
    // Where both are there the source may be a new file of the same bytes: it stays, and is judged again.
    if (hashAt(context, target) !== undefined || hashAt(context, source) !== file.sha256) continue
    await (isCopy ? copyDurably(context, source, target) : moveFile(context, source, target))
    context.memory.forget(source)
    if (context.flush) await flushFolder(context, path.dirname(source))
  }
  if (context.flush) await flushFolder(context, folder)
  // A copy that was never made, of a file that somebody has replaced since: the note must not promise it.
  const files = quarantined.files.filter(({ name }) => hashAt(context, path.join(folder, name)) !== undefined)
  if (files.length === 0) {
    // Nothing was moved, and by now somebody else has dealt with the files.
    await dropCase(context, quarantined)
    return false
  }
  await writeQuarantineNote(context, { ...quarantined, files })
  return true
}

interface Move extends QuarantinedFile {
  readonly source: string
  readonly target: string
}

/** True for a file that is in its place already and no longer in the quarantine: an earlier restore was killed. */
const isBack = (context: StoreContext, { source, target, sha256 }: Move): boolean =>
  guard(source, "restore", () => context.files.stat(source)) === undefined &&
  hashAt(context, target) === sha256

/** Nothing that was changed in the quarantine is given out as what was put there. */
const checkSource = (context: StoreContext, { source, sha256 }: Move): void => {
  const found = hashOf(guard(source, "restore", () => context.files.readFile(source)))
  if (found !== sha256)
    throw new CacheError({
      path: source,
      operation: "restore",
      reason: { _tag: "ChecksumMismatch", expected: sha256, found },
    })
}

const isTaken = (context: StoreContext, { target }: Move): boolean =>
  guard(target, "restore", () => context.files.stat(target)) !== undefined

const checkTarget = (context: StoreContext, move: Move): void => {
  if (isTaken(context, move))
    throw new CacheError({
      path: move.target,
      operation: "restore",
      reason: {
        _tag: "StorageFailure",
        code: "EEXIST",
        cause: new Error("another file has taken its place"),
      },
    })
}

/** Moves files that have taken the places of others to the quarantine, whole years at once. */
const makeWay = async (
  context: StoreContext,
  { id, symbol, timeframe }: Quarantined,
  moves: ReadonlyArray<Move>,
): Promise<void> => {
  const why = `made way for ${id}, which was restored`
  for (const move of moves) {
    if (!isTaken(context, move)) continue
    const location = { symbol, timeframe, folder: path.dirname(move.target) }
    const year = /^(\d{4})\.(?:csv\.gz|metadata\.json)$/.exec(path.basename(move.target))?.[1]
    await quarantineFiles(
      context,
      year === undefined ? { location, why, files: [move.target] } : { location, why, year: Number(year) },
    )
  }
}

const hashAt = (context: StoreContext, file: string): string | undefined =>
  guard(file, "quarantine", () => {
    const stat = context.files.stat(file)
    return stat === undefined || stat.isFolder ? undefined : hashOf(context.files.readFile(file))
  })
