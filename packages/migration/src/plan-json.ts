import type { EntryPlan, RowFates, SourcePlan } from "./entry-plan.ts"
import type { MigrationPlan } from "./plan-migration.ts"
import { parseSum, type RowSum, sumText } from "./row-hash.ts"

/** A sum as JSON has it: `hash` is 64 hexadecimal digits. */
export interface SumJson {
  readonly rows: number
  readonly hash: string
}

type Fates<Sum> = { readonly [fate in keyof RowFates]: Sum }
export type SourceJson = Omit<SourcePlan, "fates"> & { readonly fates: Fates<SumJson> }
export type EntryJson = Omit<EntryPlan, "fates" | "present" | "sources"> & {
  readonly present: SumJson
  readonly fates: Fates<SumJson>
  readonly sources: ReadonlyArray<SourceJson>
}

/** A plan as JSON: what the record of a migration and `--json` hold. */
export type PlanJson = Omit<MigrationPlan, "entries" | "fates" | "adjustments"> & {
  /** Absent in what versions wrote to which nothing could be stated. */
  readonly adjustments?: MigrationPlan["adjustments"]
  readonly fates: Fates<SumJson>
  readonly entries: ReadonlyArray<EntryJson>
}

const toSumJson = (sum: RowSum): SumJson => ({ rows: sum.rows, hash: sumText(sum) })

const mapFates = <A, B>(fates: Fates<A>, map: (sum: A) => B): Fates<B> => ({
  source: map(fates.source),
  kept: map(fates.kept),
  duplicates: map(fates.duplicates),
  conflicts: map(fates.conflicts),
  refused: map(fates.refused),
})

export const toEntryJson = (plan: EntryPlan): EntryJson => ({
  ...plan,
  present: toSumJson(plan.present),
  fates: mapFates(plan.fates, toSumJson),
  sources: plan.sources.map((source) => ({ ...source, fates: mapFates(source.fates, toSumJson) })),
})

export const toPlanJson = (plan: MigrationPlan): PlanJson => ({
  ...plan,
  fates: mapFates(plan.fates, toSumJson),
  entries: plan.entries.map(toEntryJson),
})

const toSum = ({ rows, hash }: SumJson): RowSum => parseSum(rows, hash)

const fromEntryJson = (json: EntryJson): EntryPlan => ({
  ...json,
  present: toSum(json.present),
  fates: mapFates(json.fates, toSum),
  sources: json.sources.map((source) => ({ ...source, fates: mapFates(source.fates, toSum) })),
})

export const fromPlanJson = (json: PlanJson): MigrationPlan => ({
  ...json,
  adjustments: json.adjustments ?? {},
  fates: mapFates(json.fates, toSum),
  entries: json.entries.map(fromEntryJson),
})
