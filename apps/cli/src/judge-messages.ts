import type { EntryReport, StoredEntry, SymbolOptions } from "@barkeep/validation"

/** What a judging thread is told: once the folder, then one symbol after another. */
export interface JudgeTask {
  readonly cacheDir: string
  readonly entries: ReadonlyArray<StoredEntry>
  readonly options: Omit<SymbolOptions, "signal" | "onYear">
}

export type JudgedYear = Parameters<NonNullable<SymbolOptions["onYear"]>>[0]

/** What a judging thread says. */
export type JudgeMessage =
  | { readonly _tag: "YearJudged"; readonly year: JudgedYear }
  | { readonly _tag: "SymbolJudged"; readonly reports: ReadonlyArray<EntryReport> }
  | { readonly _tag: "Failed"; readonly error: unknown }
