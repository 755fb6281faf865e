import * as fs from "node:fs/promises"
import * as path from "node:path"
import { isDeepStrictEqual } from "node:util"
import { InvalidInput } from "@barkeep/market-data"
import { certificatePath, writeCertificate } from "./certificate.ts"
import type { EntryPlan } from "./entry-plan.ts"
import { realPath } from "./files.ts"
import { moveAside, movedTo } from "./move-aside.ts"
import { MigrationError } from "./errors.ts"
import { type MigrationPlan, planAll, type PlanOptions } from "./plan-migration.ts"
import type { Clock } from "./ports.ts"
import { systemClock } from "./system-clock.ts"
import {
  appendJournal,
  type MigrationRecord,
  readRecord,
  readRecords,
  repairJournal,
  startRecord,
  stateOf,
} from "./record.ts"
import { runEntry } from "./run-entry.ts"
import { type EntrySources, type OldCache, surveyTree } from "./survey-tree.ts"

export interface MigrateOptions extends PlanOptions {
  /** Move the old cache aside in the end, to `<old>.migrated-<id>`, by one rename. @default false */
  readonly move?: boolean
  /** @default the system's clock */
  readonly clock?: Clock
  /** Asked once the plan is made, before anything is written; not for the rest of an unfinished migration. */
  readonly confirm?: (plan: MigrationPlan) => Promise<boolean>
}

/** An entry that could not be migrated; the others were. */
export interface FailedEntry {
  readonly symbol: string
  readonly timeframe: string
  readonly error: Error
}

export interface MigrationReport {
  readonly status:
    | "migrated"
    /** An earlier migration has taken over all of it; nothing was written. */
    | "nothing-to-do"
    /** `confirm` said no; nothing was written. */
    | "declined"
    /** Some entries failed; the same command tries them again. */
    | "partial"
  /** Absent when there was nothing to do and no earlier migration. */
  readonly id: string | undefined
  readonly plan: MigrationPlan
  readonly failed: ReadonlyArray<FailedEntry>
  /** Where the proof is. */
  readonly certificate: string | undefined
  /** Where the old cache is now, if it was moved. */
  readonly movedTo: string | undefined
}

/**
 * Takes an old cache over into the new one: plan, backup, copy, verify, certificate. The old cache is only read (or, with
 * `move`, renamed as a whole in the end). Continues a migration of the same old cache that did not finish.
 * Running it again when nothing is new writes nothing.
 *
 * @throws {MigrationError}
 * @throws {InvalidInput} when an unfinished migration was started with other options
 * @throws the signal's reason when aborted, between two entries; the same call continues
 */
export const migrate = async (options: MigrateOptions): Promise<MigrationReport> => {
  const { target, onEvent = () => {} } = options
  const oldCache = await realPath(options.oldCache)
  const records = await recordsOf(target, oldCache)
  const unfinished = records.find((record) => ["unfinished", "rolling-back"].includes(stateOf(record)))
  if (unfinished !== undefined) {
    if (stateOf(unfinished) === "rolling-back")
      throw new InvalidInput({
        field: "oldCache",
        value: oldCache,
        expected: `one without a rollback under way; finish that of ${unfinished.id} first`,
      })
    const moved = movedTo(unfinished)
    checkSameOptions(unfinished, options)
    onEvent({ _tag: "Resumed", id: unfinished.id, entries: unfinished.plan.entries.length })
    const survey = await surveyTree({
      ...unfinished.plan,
      oldCache: (await isFolder(oldCache)) ? oldCache : (moved ?? oldCache),
    })
    return target.alone(async () => {
      await repairJournal(unfinished)
      return run({ ...options, oldCache }, await readRecord(target.folder, unfinished.id), survey)
    })
  }
  const last = records.findLast((record) => stateOf(record) === "finished")
  if (last !== undefined && movedTo(last) !== undefined && !(await isFolder(oldCache)))
    return nothingToDo(last, last.plan)
  const { plan, survey } = await planAll(options)
  if (
    plan.fates.kept.rows === 0 &&
    (plan.entries.length === 0 || (last !== undefined && isSameSource(last.plan, plan)))
  )
    return nothingToDo(last, plan)
  if (options.confirm !== undefined && !(await options.confirm(plan)))
    return { status: "declined", id: undefined, plan, failed: [], certificate: undefined, movedTo: undefined }
  return target.alone(async () => {
    if ((await recordsOf(target, oldCache)).length !== records.length)
      throw new MigrationError(oldCache, { _tag: "RanMeanwhile" })
    const record = await startRecord(plan, options.move === true, (options.clock ?? systemClock).now())
    onEvent({ _tag: "Started", id: record.id, entries: plan.entries.length })
    return run({ ...options, oldCache }, record, survey)
  })
}

const recordsOf = async (
  target: MigrateOptions["target"],
  oldCache: string,
): Promise<ReadonlyArray<MigrationRecord>> =>
  (await readRecords(target.folder)).filter((record) => record.plan.oldCache === oldCache)

const nothingToDo = (last: MigrationRecord | undefined, plan: MigrationPlan): MigrationReport => ({
  status: "nothing-to-do",
  id: last?.id,
  plan,
  failed: [],
  certificate: last === undefined ? undefined : certificatePath(last),
  movedTo: last === undefined ? undefined : movedTo(last),
})

const run = async (
  options: MigrateOptions,
  started: MigrationRecord,
  survey: OldCache,
): Promise<MigrationReport> => {
  const { target, readRows, clock = systemClock, onEvent = () => {}, signal } = options
  let record = started
  const failed: Array<FailedEntry> = []
  const checked = new Set<number>()
  const { plan } = record
  const isDone = (index: number): boolean =>
    record.journal.some((line) => line.state === "entry-done" && line.entry === index)
  for (const [index, entry] of plan.entries.entries()) {
    if (isDone(index)) continue
    signal?.throwIfAborted()
    try {
      record = await runEntry(
        { oldCache: options.oldCache, target, readRows },
        record,
        index,
        sourcesOf(survey, entry),
      )
      checked.add(index)
      onEvent({ _tag: "EntryMigrated", plan: entry, index, of: plan.entries.length })
    } catch (error) {
      if (!(error instanceof Error) || !("_tag" in error)) throw error
      failed.push({ symbol: entry.symbol, timeframe: entry.timeframe, error })
      onEvent({ _tag: "EntryFailed", plan: entry, error })
    }
  }
  const report = { id: record.id, plan, failed }
  if (failed.length > 0) return { ...report, status: "partial", certificate: undefined, movedTo: undefined }
  if (!record.journal.some((line) => line.state === "certified")) {
    await writeCertificate(
      target,
      record,
      survey.entries.flatMap(({ sources }) => sources),
      checked,
      clock.now(),
    )
    record = await appendJournal(record, { state: "certified" })
  }
  // The joined lists have it all now.
  await fs.rm(path.join(record.folder, "lists"), { recursive: true, force: true })
  if (record.move) {
    record = await moveAside(record)
    onEvent({ _tag: "OldCacheMoved", to: movedTo(record) as string })
  }
  record = await appendJournal(record, { state: "finished" })
  return { ...report, status: "migrated", certificate: certificatePath(record), movedTo: movedTo(record) }
}

/** The sources of the plan, as it describes them: files that came since are for the next migration. */
const sourcesOf = (survey: OldCache, plan: EntryPlan): EntrySources => {
  const found = new Map(
    survey.entries.flatMap(({ sources }) => sources).map((source) => [source.file.path, source]),
  )
  const sources = plan.sources.flatMap(({ path: file, provider, writtenAt }) => {
    const source = found.get(file)
    return source === undefined ? [] : [{ ...source, provider, writtenAt }]
  })
  return {
    instrument: plan.instrument,
    evidence: plan.instrumentEvidence,
    timeframe: plan.timeframe,
    sources,
  }
}

const checkSameOptions = (record: MigrationRecord, options: MigrateOptions): void => {
  const given = { ...optionsOf(options), move: options.move ?? false }
  const started = { ...optionsOf(record.plan), move: record.move }
  if (isDeepStrictEqual(given, started)) return
  throw new InvalidInput({
    field: "options",
    value: JSON.stringify(given),
    expected: `those of the unfinished migration ${record.id} (${JSON.stringify(started)}); finish it with them, or roll it back first`,
  })
}

/** What decides about the rows of the same files. */
const optionsOf = ({
  includeMock = false,
  prefer = [],
  adjustments = {},
}: Pick<PlanOptions, "includeMock" | "prefer" | "adjustments">) => ({
  includeMock,
  prefer: [...prefer],
  adjustments: { ...adjustments },
})

const isSameSource = (a: MigrationPlan, b: MigrationPlan): boolean =>
  isDeepStrictEqual(identityOf(a), identityOf(b))

/** What a plan was made of. */
const identityOf = (plan: MigrationPlan): unknown => ({
  options: optionsOf(plan),
  sources: plan.entries
    .flatMap((entry) => entry.sources.map(({ path: file, sha256 }) => `${file} ${sha256}`))
    .toSorted(),
})

const isFolder = async (folder: string): Promise<boolean> =>
  fs.stat(folder).then(
    (stat) => stat.isDirectory(),
    () => false,
  )
