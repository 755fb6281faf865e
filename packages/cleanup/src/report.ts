import type { CasePresence, QuarantineCase, SalvageResult } from "./cache-files.ts"
import type { Verdict, VerdictKind } from "./verdict.ts"

/** What was done about one verdict. */
export type Outcome =
  /** Nothing is to be done. */
  | { readonly _tag: "Kept" }
  /** A cleanup would do something; this run only looked. */
  | { readonly _tag: "Planned" }
  | { readonly _tag: "SetAside"; readonly case: QuarantineCase }
  /** The metadata was written anew; copies of the files are in the case. */
  | { readonly _tag: "Rebuilt"; readonly case: QuarantineCase }
  | {
      readonly _tag: "Tidied"
      readonly completed: number
      readonly locks: number
      readonly cases: ReadonlyArray<QuarantineCase>
    }
  /** Somebody writes there: left alone. */
  | { readonly _tag: "Busy"; readonly what: string }
  /** Changed since it was looked at: left alone. */
  | { readonly _tag: "Changed" }
  /** Reached by a symbolic link that leads out of the cache: left alone. */
  | { readonly _tag: "Outside"; readonly what: string }
  /** The store refused; the files are where they were. */
  | { readonly _tag: "Failed"; readonly error: string }

export interface JudgedFile extends Verdict {
  readonly outcome: Outcome
}

/** What happened to a case whose readable rows were to be put back. */
export type Salvage =
  | (SalvageResult & { readonly _tag: "Salvaged" })
  | { readonly _tag: "Planned"; readonly id: string; readonly rows: number }
  | { readonly _tag: "Refused"; readonly id: string; readonly rows: number; readonly error: string }

/** What happened to a case that is old enough to be deleted. */
export interface Expiry {
  readonly case: QuarantineCase
  readonly presence: CasePresence
  readonly outcome:
    | { readonly _tag: "Planned" }
    | { readonly _tag: "Deleted" }
    /** The case may be the only copy of its rows. */
    | { readonly _tag: "OnlyCopy" }
    | { readonly _tag: "Failed"; readonly error: string }
}

/** What a cleanup found and did. */
export interface CleanupReport {
  readonly folder: string
  /** True when files were moved, false when they were only looked at. */
  readonly cleaned: boolean
  readonly checked: { readonly files: number; readonly rows: number; readonly bytes: number }
  /** Worst first. */
  readonly files: ReadonlyArray<JudgedFile>
  /** Cases of an earlier run that was killed, finished by this one. */
  readonly finished: ReadonlyArray<QuarantineCase>
}

/** How many files there are of each kind. */
export const countKinds = (
  files: ReadonlyArray<Pick<Verdict, "kind">>,
): { readonly [kind in VerdictKind]?: number } => {
  const counts: { [kind in VerdictKind]?: number } = {}
  for (const { kind } of files) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** Files that still want something done: looked at only, busy, changed, refused, or not to be mended by moving. */
export const openFiles = ({ files }: Pick<CleanupReport, "files">): ReadonlyArray<JudgedFile> =>
  files.filter(
    ({ kind, outcome }) =>
      kind === "unsure" || ["Planned", "Busy", "Changed", "Outside", "Failed"].includes(outcome._tag),
  )
