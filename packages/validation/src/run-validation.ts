import type { Timeframe } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { isTyped, type TypedError } from "./attempt.ts"
import { inferOutages } from "./infer-outages.ts"
import { rulesVersion } from "./rules.ts"
import type { EntryReport, MissingEntry, StoreReport } from "./store-report.ts"
import { type EntryOptions, validateEntry } from "./validate-entry.ts"
import type { ValidateStoreOptions } from "./validate-store.ts"
import type { StoredEntry } from "./validation-source.ts"

/** `validateStore` as an Effect: typed errors of the source fail, everything else is a defect. */
export const runValidation = Effect.fnUntraced(function* (
  options: ValidateStoreOptions,
): Effect.fn.Return<StoreReport, TypedError> {
  const { source, onEvent = () => {}, concurrency = 2, signal } = options
  const settings = JSON.stringify([options.calendarAdditions ?? {}, options.maxPlaces ?? 20])
  const stored = yield* attempt(() => source.entries())
  const wanted = stored.filter((entry) => isWanted(entry, options))
  onEvent({
    _tag: "EntriesListed",
    entries: wanted.length,
    years: wanted.reduce((sum, entry) => sum + entry.years.length, 0),
  })
  const before = earlierReports(options.previous, settings)
  const judge = options.judgeEntry ?? judgeHere(options)
  const reports = yield* Effect.forEach(
    wanted,
    (entry) =>
      attempt((fiberSignal) => {
        fiberSignal.throwIfAborted()
        return judge(entry, before.get(keyOf(entry)))
      }).pipe(Effect.tap((report) => Effect.sync(() => onEvent({ _tag: "EntryJudged", entry: report })))),
    { concurrency },
  )
  const unchanged = new Set(reports.filter((report) => before.get(keyOf(report)) === report))
  const entries = yield* attempt(() =>
    inferOutages(reports, {
      read: (symbol, timeframe, range) => {
        signal?.throwIfAborted()
        return source.read(symbol, timeframe, range)
      },
      unchanged,
      ...(options.calendarAdditions === undefined ? {} : { calendarAdditions: options.calendarAdditions }),
    }),
  )
  return {
    rulesVersion,
    settings,
    validatedAt: options.now,
    entries,
    missing: missingOf(stored, options),
  }
})

const attempt = <A>(step: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, TypedError> =>
  Effect.tryPromise({ try: step, catch: (error) => error }).pipe(
    Effect.catch((error) => (isTyped(error) ? Effect.fail(error) : Effect.die(error))),
  )

const isWanted = (
  { symbol, timeframe }: StoredEntry,
  { symbols, timeframes }: Pick<ValidateStoreOptions, "symbols" | "timeframes">,
): boolean => (symbols?.includes(symbol) ?? true) && (timeframes?.includes(timeframe) ?? true)

const keyOf = ({ symbol, timeframe }: { readonly symbol: string; readonly timeframe: Timeframe }): string =>
  `${symbol}_${timeframe}`

const earlierReports = (previous: StoreReport | undefined, settings: string): ReadonlyMap<string, EntryReport> =>
  previous !== undefined && previous.rulesVersion === rulesVersion && previous.settings === settings
    ? new Map(previous.entries.map((entry) => [keyOf(entry), entry]))
    : new Map<string, EntryReport>()

const judgeHere =
  (options: ValidateStoreOptions) =>
  (entry: StoredEntry, previous: EntryReport | undefined): Promise<EntryReport> => {
    const { source, now, maxPlaces, calendarAdditions, signal, onEvent } = options
    const listing = options.listingOf?.(entry.symbol)
    const events = options.eventsOf?.(entry.symbol)
    const instrument = options.instrumentOf?.(entry.symbol)
    const entryOptions: EntryOptions = {
      now,
      ...(previous && { previous }),
      ...(calendarAdditions && { calendarAdditions }),
      ...(listing && { listing }),
      ...(events && { events }),
      ...(instrument && { instrument }),
      ...(maxPlaces !== undefined && { maxPlaces }),
      ...(signal && { signal }),
      onYear: (year) =>
        onEvent?.({ _tag: "YearJudged", symbol: entry.symbol, timeframe: entry.timeframe, ...year }),
    }
    return validateEntry(source, entry, entryOptions)
  }

/** What is named and not stored: pairs when both sides are named, else symbols. */
const missingOf = (
  stored: ReadonlyArray<StoredEntry>,
  { symbols, timeframes }: Pick<ValidateStoreOptions, "symbols" | "timeframes">,
): ReadonlyArray<MissingEntry> => {
  if (symbols === undefined) return []
  if (timeframes === undefined) {
    const known = new Set(stored.map((entry) => entry.symbol))
    return symbols.filter((symbol) => !known.has(symbol)).map((symbol) => ({ symbol }))
  }
  const known = new Set(stored.map(keyOf))
  return symbols.flatMap((symbol) =>
    timeframes.map((timeframe) => ({ symbol, timeframe })).filter((pair) => !known.has(keyOf(pair))),
  )
}
