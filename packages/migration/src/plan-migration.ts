import * as path from "node:path"
import { InvalidInput } from "@barkeep/market-data"
import { MigrationError } from "./errors.ts"
import { below, readBytes, realPath, sha256Of } from "./files.ts"
import type { EntryPlan, RowFates } from "./entry-plan.ts"
import { loadEntry, readPresent } from "./load-entry.ts"
import { addFates } from "./count-fates.ts"
import type { StatedAdjustments } from "./plan-entry.ts"
import type { MigrationEvent, MigrationTarget, ReadRows } from "./ports.ts"
import type { OtherFile } from "./source-file.ts"
import { type OldCache, surveyTree } from "./survey-tree.ts"

export interface PlanOptions {
  /** Folder of the old cache. Only ever read. */
  readonly oldCache: string
  readonly target: MigrationTarget
  readonly readRows: ReadRows
  /** Take made-up rows (providers `mock`, `test…`) along. @default false */
  readonly includeMock?: boolean
  /** Providers that count before all others where two have the same bar. @default [] */
  readonly prefer?: ReadonlyArray<string>
  /**
   * What you know of the prices of providers; counts where neither the old cache nor the prices themselves prove it, and
   * is noted in the provenance as stated by the user. @default {}
   */
  readonly adjustments?: StatedAdjustments
  readonly onEvent?: (event: MigrationEvent) => void
  readonly signal?: AbortSignal
}

/** A source with made-up rows that is left out. */
export interface LeftOutSource {
  readonly path: string
  readonly provider: string
  readonly sha256: string
}

/** Everything that a migration is going to do. */
export interface MigrationPlan {
  /** Absolute, as is the other one. */
  readonly oldCache: string
  readonly newCache: string
  readonly includeMock: boolean
  readonly prefer: ReadonlyArray<string>
  readonly adjustments: StatedAdjustments
  readonly entries: ReadonlyArray<EntryPlan>
  readonly leftOut: ReadonlyArray<LeftOutSource>
  readonly others: ReadonlyArray<OtherFile>
  /** Over all entries. */
  readonly fates: RowFates
}

/**
 * What `migrate` would do, down to the last row. Reads the old cache and what the new one has of the same entries;
 * writes nothing, not even the new folder.
 * @throws {MigrationError} `NoOldCache`, `FoldersOverlap`, `StorageFailure`
 * @throws {InvalidInput} when a provider of `prefer` or `adjustments` is none of the old cache
 */
export const planMigration = async (options: PlanOptions): Promise<MigrationPlan> =>
  (await planAll(options)).plan

/** The plan with the survey that it is made of. */
export const planAll = async (
  options: PlanOptions,
): Promise<{ readonly plan: MigrationPlan; readonly survey: OldCache }> => {
  const { target, readRows, includeMock = false, prefer = [], adjustments = {}, signal } = options
  const { onEvent = () => {} } = options
  const oldCache = await realPath(options.oldCache)
  checkApart(oldCache, await realPath(target.folder))
  const survey = await surveyTree({ oldCache, includeMock, prefer })
  checkProviders("prefer", prefer, survey)
  checkProviders("adjustments", Object.keys(adjustments), survey)
  onEvent({
    _tag: "Surveyed",
    entries: survey.entries.length,
    sources: survey.entries.reduce((sum, { sources }) => sum + sources.length, 0),
  })
  const entries: Array<EntryPlan> = []
  for (const [index, entry] of survey.entries.entries()) {
    signal?.throwIfAborted()
    const present = await readPresent(target, entry.instrument.symbol, entry.timeframe)
    const { plan } = await loadEntry({ oldCache, readRows, adjustments }, entry, present)
    entries.push(plan)
    onEvent({ _tag: "EntryPlanned", plan, index, of: survey.entries.length })
  }
  const leftOut: Array<LeftOutSource> = []
  for (const { file, provider } of survey.madeUp)
    leftOut.push({ path: file.path, provider, sha256: sha256Of(await readBytes(below(oldCache, file.path))) })
  const fates = addFates(entries.map((entry) => entry.fates))
  return {
    plan: {
      oldCache,
      newCache: target.folder,
      includeMock,
      prefer,
      adjustments,
      entries,
      leftOut,
      others: survey.others,
      fates,
    },
    survey,
  }
}

/** A name that no source has is a slip of the pen. */
const checkProviders = (field: string, names: ReadonlyArray<string>, { entries, madeUp }: OldCache): void => {
  const known = new Set(
    [...entries.flatMap(({ sources }) => sources), ...madeUp].map(({ provider }) => provider),
  )
  for (const name of names)
    if (!known.has(name))
      throw new InvalidInput({
        field,
        value: name,
        expected:
          known.size === 0
            ? "a provider: the old cache has none"
            : `one of ${[...known].toSorted().join(", ")}`,
      })
}

const checkApart = (oldCache: string, newCache: string): void => {
  const isInside = (folder: string, other: string): boolean => {
    const relative = path.relative(other, folder)
    return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative))
  }
  if (isInside(oldCache, newCache) || isInside(newCache, oldCache))
    throw new MigrationError(newCache, { _tag: "FoldersOverlap", other: oldCache })
}
