import * as fs from "node:fs/promises"
import * as path from "node:path"
import { type EpochMillis, isoTime, parseIsoTime } from "@barkeep/market-data"
import { codeOf, guard, MigrationError } from "./errors.ts"
import { findBytes, makeFolder, writeWhole } from "./files.ts"
import { fromPlanJson, type PlanJson, toPlanJson } from "./plan-json.ts"
import type { MigrationPlan } from "./plan-migration.ts"

/** A file of the new cache as it was before, and where its copy is; paths below the new cache and the record. */
export interface BackedUpFile {
  readonly path: string
  readonly sha256: string
  readonly copy: string
}

/** One line of a migration's journal. What it says is done is on the disk. */
export type JournalLine =
  | { readonly state: "entry-begun"; readonly entry: number; readonly files: ReadonlyArray<BackedUpFile> }
  | { readonly state: "entry-done"; readonly entry: number }
  | { readonly state: "certified" }
  | { readonly state: "moving"; readonly to: string }
  | { readonly state: "moved"; readonly to: string }
  | { readonly state: "finished" }
  | { readonly state: "entry-rolling-back"; readonly entry: number }
  | { readonly state: "entry-rolled-back"; readonly entry: number }
  /** Some entries stayed, because others had written to them; asking again tries them again. */
  | { readonly state: "partly-rolled-back" }
  | { readonly state: "rolled-back" }

/** The record of one migration in the new cache. */
export interface MigrationRecord {
  readonly id: string
  /** Absolute. */
  readonly folder: string
  readonly startedAt: EpochMillis
  /** Move the old cache aside in the end. */
  readonly move: boolean
  readonly plan: MigrationPlan
  readonly journal: ReadonlyArray<JournalLine>
}

const recordsFolder = (newCache: string): string => path.join(newCache, "_barkeep", "migrations")

/** Starts a record: from now on the migration can be resumed and rolled back. */
export const startRecord = async (
  plan: MigrationPlan,
  move: boolean,
  now: EpochMillis,
): Promise<MigrationRecord> => {
  const folders = recordsFolder(plan.newCache)
  const stem = isoTime(now).slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")
  await makeFolder(folders)
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? stem : `${stem}-${count}`
    const folder = path.join(folders, id)
    try {
      await fs.mkdir(folder)
    } catch (cause) {
      if (codeOf(cause) === "EEXIST") continue
      throw cause
    }
    const content = { format_version: 1, id, started_at: isoTime(now), move, plan: toPlanJson(plan) }
    await writeWhole(path.join(folder, "plan.json"), `${JSON.stringify(content, null, 1)}\n`)
    return { id, folder, startedAt: now, move, plan, journal: [] }
  }
}

/** Adds a line; it is on the disk when this resolves. */
export const appendJournal = async (record: MigrationRecord, line: JournalLine): Promise<MigrationRecord> => {
  const file = path.join(record.folder, "journal.ndjson")
  await guard(file, async () => {
    const handle = await fs.open(file, "a")
    try {
      await handle.writeFile(`${JSON.stringify(line)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
  return { ...record, journal: [...record.journal, line] }
}

/** Cuts off a line that a killed process left without its end, so that the next one stands on a line of its own. */
export const repairJournal = async (record: MigrationRecord): Promise<void> => {
  const file = path.join(record.folder, "journal.ndjson")
  const bytes = await findBytes(file)
  if (bytes === undefined || bytes.length === 0 || bytes.at(-1) === lineFeed) return
  await writeWhole(file, bytes.subarray(0, bytes.lastIndexOf(lineFeed) + 1))
}

const lineFeed = 10

/** @throws {MigrationError} `UnknownMigration`, `DamagedRecord` */
export const readRecord = async (newCache: string, id: string): Promise<MigrationRecord> => {
  const record = /^[\w-]+$/.test(id) ? await findRecord(newCache, id) : undefined
  if (record !== undefined) return record
  const known = (await readRecords(newCache)).map((each) => each.id)
  throw new MigrationError(id, { _tag: "UnknownMigration", known })
}

/** All migrations into a cache, oldest first. A folder without a plan is one that was killed before it began. */
export const readRecords = async (newCache: string): Promise<ReadonlyArray<MigrationRecord>> => {
  let names: ReadonlyArray<string>
  try {
    names = await fs.readdir(recordsFolder(newCache))
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return []
    throw cause
  }
  const records: Array<MigrationRecord> = []
  for (const name of names.toSorted()) {
    const record = await findRecord(newCache, name)
    if (record !== undefined) records.push(record)
  }
  return records
}

const findRecord = async (newCache: string, id: string): Promise<MigrationRecord | undefined> => {
  const folder = path.join(recordsFolder(newCache), id)
  const bytes = await findBytes(path.join(folder, "plan.json"))
  if (bytes === undefined) return undefined
  try {
    const content = JSON.parse(new TextDecoder().decode(bytes)) as {
      readonly format_version: number
      readonly move: boolean
      readonly started_at: string
      readonly plan: PlanJson
    }
    if (content.format_version !== 1)
      throw new SyntaxError(`format version ${content.format_version} is not known`)
    return {
      id,
      folder,
      startedAt: parseIsoTime(content.started_at),
      move: content.move,
      plan: { ...fromPlanJson(content.plan), newCache },
      journal: parseJournal(await findBytes(path.join(folder, "journal.ndjson"))),
    }
  } catch (cause) {
    if (cause instanceof MigrationError) throw cause
    throw new MigrationError(folder, { _tag: "DamagedRecord", what: (cause as Error).message })
  }
}

const parseJournal = (bytes: Uint8Array | undefined): ReadonlyArray<JournalLine> => {
  const text = new TextDecoder().decode(bytes)
  // A line without its end was being written when the process died: what it says had not been done for sure.
  const complete = text.slice(0, text.lastIndexOf("\n") + 1)
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JournalLine)
}

/** How far a migration got. */
export type MigrationState = "unfinished" | "finished" | "rolling-back" | "partly-rolled-back" | "rolled-back"

export const stateOf = ({ journal }: MigrationRecord): MigrationState => {
  const states = new Set(journal.map((line) => line.state))
  if (states.has("rolled-back")) return "rolled-back"
  if (journal.at(-1)?.state === "partly-rolled-back") return "partly-rolled-back"
  if (states.has("entry-rolling-back") || states.has("entry-rolled-back")) return "rolling-back"
  return states.has("finished") ? "finished" : "unfinished"
}
