import type { EpochMillis, Instrument, Timeframe } from "@barkeep/market-data"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { CorporateEvents } from "./corporate-events.ts"
import type { Listing } from "./entry-facts.ts"
import { runValidation } from "./run-validation.ts"
import type { ValidationSettings } from "./settings.ts"
import type { EntryReport, StoreReport } from "./store-report.ts"
import type { SymbolOptions } from "./validate-symbol.ts"
import type { StoredEntry, ValidationSource } from "./validation-source.ts"

/** What happens while a store is validated. */
export type ValidationEvent =
  | { readonly _tag: "EntriesListed"; readonly entries: number; readonly years: number }
  | {
      readonly _tag: "YearJudged"
      readonly symbol: string
      readonly timeframe: Timeframe
      readonly year: number
      readonly rows: number
      /** Taken over from the earlier report. */
      readonly reused: boolean
    }
  | { readonly _tag: "EntryJudged"; readonly entry: EntryReport }

export interface ValidateStoreOptions extends ValidationSettings {
  readonly source: ValidationSource
  /** The moment of validation; nothing later is expected. */
  readonly now: EpochMillis
  /** @default all symbols */
  readonly symbols?: ReadonlyArray<string>
  /** @default all timeframes; symbol and timeframe pairs that are both named and not stored are reported */
  readonly timeframes?: ReadonlyArray<Timeframe>
  /** An earlier report; years whose files have not changed since are taken over from it. */
  readonly previous?: StoreReport
  readonly listingOf?: (symbol: string) => Listing | undefined
  readonly eventsOf?: (symbol: string) => CorporateEvents | undefined
  /** What a symbol is, where the source cannot tell. */
  readonly instrumentOf?: (symbol: string) => Instrument | undefined
  /** Symbols that are judged at the same time; more than one pays only with `judgeSymbol`. @default 1 */
  readonly concurrency?: number
  /**
   * Judges the entries of one symbol when any has changed; the place to hand them to a worker thread, which calls
   * `validateSymbol` with a source of its own and the same options (all plain data but the signal and the callback).
   * @default `validateSymbol` here
   */
  readonly judgeSymbol?: (
    entries: ReadonlyArray<StoredEntry>,
    options: SymbolOptions,
  ) => Promise<ReadonlyArray<EntryReport>>
  readonly onEvent?: (event: ValidationEvent) => void
  readonly signal?: AbortSignal
}

/**
 * Judges every entry of a store, or those that are named, in the memory of one year for each symbol under way. A
 * damaged file is a finding with its path, and the rest goes on.
 * @throws what the source's `entries` rejects with; the signal's reason when aborted
 */
export const validateStore = async (options: ValidateStoreOptions): Promise<StoreReport> => {
  const { signal } = options
  signal?.throwIfAborted()
  const exit = await Effect.runPromiseExit(runValidation(options), signal && { signal })
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) signal?.throwIfAborted()
  throw Cause.squash(exit.cause)
}
