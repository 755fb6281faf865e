import * as path from "node:path"
import { isDeepStrictEqual } from "node:util"
import { isPartlyTaken, type EntryPlan } from "./entry-plan.ts"
import { MigrationError } from "./errors.ts"
import { below, copyChecked, readBytes, sha256Of, writeWhole, makeFolder } from "./files.ts"
import { loadEntry, presentBefore, splitRows } from "./load-entry.ts"
import { toEntryJson } from "./plan-json.ts"
import type { MigrationTarget, ReadRows } from "./ports.ts"
import { appendJournal, type BackedUpFile, type MigrationRecord } from "./record.ts"
import { addSums, equalSums, type RowSum, sumOfBars } from "./row-hash.ts"
import { listedFates, listRows } from "./row-list.ts"
import type { EntrySources } from "./survey-tree.ts"
import { toPages } from "./to-pages.ts"

export interface RunContext {
  readonly oldCache: string
  readonly target: MigrationTarget
  readonly readRows: ReadRows
}

/**
 * Migrates one entry: plans it again and compares, lists what is not kept, backs up, writes, reads back, and notes each
 * step in the journal. Doing it again after a crash at any point comes to the same end.
 * @throws {MigrationError} `SourceChanged`, `EntryChanged`, `NotAsPlanned`; and what the store throws
 */
export const runEntry = async (
  context: RunContext,
  record: MigrationRecord,
  index: number,
  entry: EntrySources,
): Promise<MigrationRecord> => {
  const { oldCache, target, readRows } = context
  const { adjustments } = record.plan
  const planned = record.plan.entries[index] as EntryPlan
  const present = await presentBefore(target, planned, record.id)
  const loaded = await loadEntry({ oldCache, readRows, adjustments }, entry, present)
  checkSamePlan(planned, loaded.plan)
  await makeFolder(path.join(record.folder, "lists"))
  for (const fate of listedFates)
    await writeWhole(listPath(record.folder, index, fate), listRows(loaded, present.bars, fate))
  if (!record.move) await keepSources(oldCache, record, planned)
  let current = record
  if (!record.journal.some((line) => line.state === "entry-begun" && line.entry === index))
    current = await appendJournal(record, {
      state: "entry-begun",
      entry: index,
      files: await backUp(target, record, index, planned),
    })
  const pages = toPages(record.id, planned, loaded.merged)
  const { instrument, timeframe, adjustment, anchor } = planned
  if (pages.length > 0)
    await target.store.put({
      entry: { instrument, timeframe, adjustment, ...(anchor === undefined ? {} : { anchor }) },
      pages,
    })
  await checkWritten(target, record.id, planned)
  return appendJournal(current, { state: "entry-done", entry: index })
}

export const listPath = (folder: string, index: number, fate: string): string =>
  path.join(folder, "lists", `${index}.${fate}.csv`)

const checkSamePlan = (planned: EntryPlan, now: EntryPlan): void => {
  if (
    isDeepStrictEqual(
      JSON.parse(JSON.stringify(toEntryJson(planned))),
      JSON.parse(JSON.stringify(toEntryJson(now))),
    )
  )
    return
  for (const [at, source] of planned.sources.entries()) {
    const found = now.sources[at]
    if (found?.path !== source.path || found.sha256 !== source.sha256)
      throw new MigrationError(source.path, {
        _tag: "SourceChanged",
        expected: source.sha256,
        found: found?.path === source.path ? found.sha256 : "none",
      })
  }
  const what = equalSums(planned.present, now.present)
    ? "it would be migrated otherwise than planned"
    : "the new cache holds other rows of it than when the plan was made"
  throw new MigrationError(`${planned.symbol} ${planned.timeframe}`, { _tag: "EntryChanged", what })
}

/** Copies of the files of which not everything is in the new cache afterwards. */
const keepSources = async (oldCache: string, record: MigrationRecord, plan: EntryPlan): Promise<void> => {
  for (const source of plan.sources) {
    if (!isPartlyTaken(source)) continue
    await copyChecked(
      below(oldCache, source.path),
      below(path.join(record.folder, "sources"), source.path),
      source.sha256,
    )
  }
}

const backUp = async (
  target: MigrationTarget,
  record: MigrationRecord,
  index: number,
  plan: EntryPlan,
): Promise<ReadonlyArray<BackedUpFile>> => {
  const files: Array<BackedUpFile> = []
  for (const [at, file] of (await target.entryFiles(plan.symbol, plan.timeframe)).files.entries()) {
    const sha256 = sha256Of(await readBytes(file))
    const copy = `backup/${index}/${at}-${path.basename(file)}`
    await copyChecked(file, below(record.folder, copy), sha256)
    files.push({ path: path.relative(target.folder, file).split(path.sep).join("/"), sha256, copy })
  }
  return files
}

/** What an entry holds of a migration, and of others, read back from the new cache. */
export const readBack = async (
  target: MigrationTarget,
  id: string,
  plan: EntryPlan,
): Promise<{ readonly kept: RowSum; readonly others: RowSum }> => {
  const { ours, others } = await splitRows(target, plan.symbol, plan.timeframe, id)
  return { kept: sumOfBars(ours), others: sumOfBars(others) }
}

const checkWritten = async (target: MigrationTarget, id: string, plan: EntryPlan): Promise<void> => {
  const { kept, others } = await readBack(target, id, plan)
  const problem =
    findImbalance(plan, kept) ??
    (equalSums(others, plan.present) ? undefined : "rows that were there before have changed")
  if (problem !== undefined)
    throw new MigrationError(`${plan.symbol} ${plan.timeframe}`, { _tag: "NotAsPlanned", what: problem })
}

/** Why an entry's account does not add up with these kept rows; `undefined` when it does. */
export const findImbalance = (plan: Pick<EntryPlan, "fates">, kept: RowSum): string | undefined => {
  const { source, duplicates, conflicts, refused } = plan.fates
  if (kept.rows !== plan.fates.kept.rows)
    return `${kept.rows} rows of the migration instead of ${plan.fates.kept.rows}`
  if (!equalSums(kept, plan.fates.kept))
    return `the ${kept.rows} rows are not those that were planned: a value or a time differs`
  return equalSums(addSums(kept, duplicates, conflicts, refused), source)
    ? undefined
    : "kept, duplicate, conflicting and refused rows together are not the rows of the sources"
}
