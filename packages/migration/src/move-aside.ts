import * as fs from "node:fs/promises"
import * as path from "node:path"
import { MigrationError, guard } from "./errors.ts"
import { below, exists, flushFolder, readBytes, sha256Of } from "./files.ts"
import { appendJournal, type JournalLine, type MigrationRecord } from "./record.ts"

/** Where the old cache went, or was about to go; `undefined` when it was not to be moved or came back. */
export const movedTo = ({ journal }: Pick<MigrationRecord, "journal">): string | undefined =>
  journal.findLast(
    (line): line is JournalLine & { readonly state: "moving" | "moved" } =>
      line.state === "moving" || line.state === "moved",
  )?.to

/**
 * Renames the old cache as a whole to `<old>.migrated-<id>`, once each of its sources has been found unchanged.
 * @throws {MigrationError} `SourceChanged`, `PlaceTaken`, `StorageFailure` (`EXDEV`, `EBUSY` for a mounted folder)
 */
export const moveAside = async (record: MigrationRecord): Promise<MigrationRecord> => {
  const { oldCache } = record.plan
  const to = `${oldCache}.migrated-${record.id}`
  let current = record
  if (movedTo(record) === undefined) {
    if (await exists(to)) throw new MigrationError(to, { _tag: "PlaceTaken" })
    await checkSources(record, oldCache)
    current = await appendJournal(record, { state: "moving", to })
  }
  if (await exists(oldCache)) await renameFolder(oldCache, to)
  await checkSources(record, to)
  return appendJournal(current, { state: "moved", to })
}

/** Renames it back. Does nothing when it is in its place. @throws {MigrationError} `PlaceTaken`, `StorageFailure` */
export const moveBack = async (record: MigrationRecord): Promise<void> => {
  const from = movedTo(record)
  if (from === undefined || !(await exists(from))) return
  const { oldCache } = record.plan
  if (await exists(oldCache)) throw new MigrationError(oldCache, { _tag: "PlaceTaken" })
  await renameFolder(from, oldCache)
}

const renameFolder = async (from: string, to: string): Promise<void> => {
  await guard(from, () => fs.rename(from, to))
  await flushFolder(path.dirname(to))
}

const checkSources = async ({ plan }: MigrationRecord, folder: string): Promise<void> => {
  for (const { sources } of plan.entries)
    for (const source of sources) {
      const file = below(folder, source.path)
      const found = sha256Of(await readBytes(file))
      if (found !== source.sha256)
        throw new MigrationError(file, { _tag: "SourceChanged", expected: source.sha256, found })
    }
}
