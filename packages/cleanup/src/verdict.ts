import type { Timeframe } from "@barkeep/market-data"
import type { EntryName } from "./cache-files.ts"

/** What a file is, worst first. */
export const verdictKinds = [
  /** Rows are lost or cannot be trusted. */
  "damaged",
  /** Cannot be judged, or not mended by moving files. Never touched. */
  "unsure",
  /** Somebody writes there at this moment. Never touched. */
  "busy",
  /** Metadata whose data file is gone. */
  "orphan",
  /** What a killed process left behind. */
  "left-over",
  /** All rows are there, but not as one would write them. Kept. */
  "odd",
  /** Not a file of the cache. Never touched. */
  "stray",
] as const
export type VerdictKind = (typeof verdictKinds)[number]

/** What a cleanup does about it. */
export type Action =
  | {
      readonly _tag: "SetAsideYear"
      readonly entry: EntryName
      readonly year: number
      readonly mark?: string
    }
  | {
      readonly _tag: "SetAsideFile"
      readonly entry: EntryName
      readonly year?: number
      readonly mark?: string
    }
  /** The metadata alone is damaged: it is written anew where its entry says how, else it is set aside. */
  | {
      readonly _tag: "MendMetadata"
      readonly entry: EntryName
      readonly year: number
      readonly mark?: string
    }
  | { readonly _tag: "Tidy"; readonly entry: EntryName }

/** One file, or one year's files, and what to do about it. */
export interface Verdict {
  readonly kind: VerdictKind
  readonly path: string
  readonly symbol?: string
  readonly timeframe?: Timeframe
  readonly year?: number
  /** What was found. */
  readonly what: string
  /** What to do, for people. */
  readonly advice: string
  /** Absent when the file is left as it is. */
  readonly action?: Action
}
