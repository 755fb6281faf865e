import * as path from "node:path"
import type { EntryName, TidyOutcome } from "./cache-files.ts"
import { completeCommits, flushFolder } from "./commit.ts"
import { emptyAnswersPath } from "./empty-answers.ts"
import { isLink, leadsOut } from "./inside-cache.ts"
import { guard, listFolder, locateEntry, replacementPath, stagingFolder, temporaryFile } from "./layout.ts"
import { dropStaleLeases } from "./probe-lock.ts"
import { quarantineFiles, type Quarantined } from "./quarantine.ts"
import type { StoreContext } from "./store-context.ts"
import type { VerifyFinding } from "./verify-finding.ts"

const why = "left over by a write that was killed; its rows were never part of the cache"

/**
 * Completes writes that were killed after they began to count, and moves everything else that killed writers left of an
 * entry to the quarantine. Only under the entry's lock, after its replacements were finished.
 * @throws {CacheError}
 */
export const tidyEntry = async (
  context: StoreContext,
  { symbol, timeframe }: EntryName,
): Promise<Extract<TidyOutcome, { readonly _tag: "Tidied" }>> => {
  const location = locateEntry(context, symbol, timeframe)
  const quarantined: Array<Quarantined> = []
  const aside = async (folder: string, files: ReadonlyArray<string>): Promise<void> => {
    const inside = files.filter((file) => !isLink(file) && !leadsOut(context, file))
    if (inside.length > 0)
      quarantined.push(
        await quarantineFiles(context, { location: { symbol, timeframe, folder }, why, files: inside }),
      )
  }
  const before = temporaryCount(context, location.folder)
  const { useless } = await completeCommits(context, location.folder)
  const completed = before - temporaryCount(context, location.folder)
  if (completed > 0 && context.flush) await flushFolder(context, location.folder)
  await aside(location.folder, useless)
  const staged = stagingFolder(location.folder)
  const items = listFolder(context, staged)
  if (items !== undefined) {
    await aside(
      staged,
      items.filter((item) => !item.isFolder).map((item) => path.join(staged, item.name)),
    )
    if (listFolder(context, staged)?.length === 0)
      guard(staged, "quarantine", () => context.files.removeFolder(staged))
  }
  for (const file of ownTemporaries(context, { symbol, timeframe })) await aside(path.dirname(file), [file])
  const locks = dropStaleLeases(context, { symbol, timeframe })
  return { _tag: "Tidied", completed, locks, quarantined }
}

/** Temporary files of our own folder that belong to one of these entries. */
export const ownLeftOvers = (
  context: StoreContext,
  entries: ReadonlyArray<EntryName>,
): ReadonlyArray<VerifyFinding> =>
  entries.flatMap((entry) =>
    ownTemporaries(context, entry).map((file) => ({
      severity: "notice" as const,
      kind: "left-over" as const,
      path: file,
      symbol: entry.symbol,
      timeframe: entry.timeframe,
      what: "a write is under way, or was killed; the next write cleans up",
    })),
  )

const ownTemporaries = (context: StoreContext, { symbol, timeframe }: EntryName): ReadonlyArray<string> =>
  [emptyAnswersPath(context, symbol, timeframe), replacementPath(context, symbol, timeframe)]
    .map((file) => `${file}.tmp`)
    .filter((file) => guard(file, "list", () => context.files.stat(file)) !== undefined)

const temporaryCount = (context: StoreContext, folder: string): number =>
  (listFolder(context, folder) ?? []).filter(({ name }) => temporaryFile(name) !== undefined).length
