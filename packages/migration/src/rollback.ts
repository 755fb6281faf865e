import * as path from "node:path"
import { TaggedError } from "@barkeep/market-data"
import { below, copyChecked, findBytes, removeEmptyFolders, removeFile, sha256Of } from "./files.ts"
import { moveBack } from "./move-aside.ts"
import type { EntryPlan } from "./entry-plan.ts"
import type { MigrationTarget } from "./ports.ts"
import {
  appendJournal,
  type BackedUpFile,
  type JournalLine,
  type MigrationRecord,
  readRecord,
  repairJournal,
  stateOf,
} from "./record.ts"
import { equalSums } from "./row-hash.ts"
import { readBack } from "./run-entry.ts"

/** An entry that was not rolled back, because more than the migration would be lost. */
export interface LeftEntry {
  readonly symbol: string
  readonly timeframe: string
  readonly why: string
}

export interface RolledBack {
  readonly id: string
  readonly entries: number
  readonly left: ReadonlyArray<LeftEntry>
}

/**
 * Takes a migration back, finished or not: the files of the new cache are those of before, byte for byte, and a moved old
 * cache is in its place again. An entry that somebody has written to since stays as it is and is named. The record with
 * its lists remains. Can be killed and called again; a second time does nothing.
 * @throws {MigrationError} `UnknownMigration`, `DamagedRecord`, `PlaceTaken`, `StorageFailure`
 */
export const rollbackMigration = async ({
  target,
  id,
}: {
  readonly target: MigrationTarget
  readonly id: string
}): Promise<RolledBack> => {
  // Nothing is written, not even a lock, for an id that is none.
  await readRecord(target.folder, id)
  return target.alone(() => rollBack(target, id))
}

const rollBack = async (target: MigrationTarget, id: string): Promise<RolledBack> => {
  let record = await readRecord(target.folder, id)
  if (stateOf(record) === "rolled-back") return { id, entries: 0, left: [] }
  await repairJournal(record)
  const left: Array<LeftEntry> = []
  let entries = 0
  for (const [index, plan] of [...record.plan.entries.entries()].toReversed()) {
    const begun = record.journal.find(
      (line): line is JournalLine & { readonly state: "entry-begun" } =>
        line.state === "entry-begun" && line.entry === index,
    )
    if (begun === undefined || hasLine(record, "entry-rolled-back", index)) continue
    const why = await target.exclusively(plan.symbol, plan.timeframe, async () => {
      if (!hasLine(record, "entry-rolling-back", index)) {
        const problem = await findForeignChange(target, id, plan)
        if (problem !== undefined) return problem
        record = await appendJournal(record, { state: "entry-rolling-back", entry: index })
      }
      await restoreFiles(target, record, plan, begun.files)
      record = await appendJournal(record, { state: "entry-rolled-back", entry: index })
      return undefined
    })
    if (why === undefined) entries += 1
    else left.push({ symbol: plan.symbol, timeframe: plan.timeframe, why })
  }
  await moveBack(record)
  await appendJournal(record, { state: left.length === 0 ? "rolled-back" : "partly-rolled-back" })
  return { id, entries, left }
}

const hasLine = ({ journal }: MigrationRecord, state: JournalLine["state"], entry: number): boolean =>
  journal.some((line) => line.state === state && "entry" in line && line.entry === entry)

/** Why restoring the files would lose something that the migration has not written. */
const findForeignChange = async (
  target: MigrationTarget,
  id: string,
  plan: EntryPlan,
): Promise<string | undefined> => {
  try {
    const { others } = await readBack(target, id, plan)
    return equalSums(others, plan.present)
      ? undefined
      : "rows were added or changed since; they would be lost"
  } catch (error) {
    if (!(error instanceof TaggedError)) throw error
    return `it cannot be read, so what would be lost cannot be told: ${error.message}`
  }
}

/** Names of files that a write makes in an entry's folder; anything else there is somebody's own. */
const writtenName = /^\d{4}\.(csv\.gz|metadata\.json)(\.g\d+\.tmp)?$/

const restoreFiles = async (
  target: MigrationTarget,
  record: MigrationRecord,
  plan: EntryPlan,
  before: ReadonlyArray<BackedUpFile>,
): Promise<void> => {
  const present = new Set(before.map((file) => below(target.folder, file.path)))
  const { folder, files } = await target.entryFiles(plan.symbol, plan.timeframe)
  for (const file of files)
    if (!present.has(file) && (path.dirname(file) !== folder || writtenName.test(path.basename(file))))
      await removeFile(file)
  for (const file of before) {
    const to = below(target.folder, file.path)
    const found = await findBytes(to)
    if (found === undefined || sha256Of(found) !== file.sha256)
      await copyChecked(below(record.folder, file.copy), to, file.sha256)
  }
  for (const each of new Set([folder, ...files.map((file) => path.dirname(file))]))
    await removeEmptyFolders(each, target.folder)
}
