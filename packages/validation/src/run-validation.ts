import * as Effect from "effect/Effect"
import { attempt as attemptStep, type TypedError } from "./attempt.ts"
import { entryKey } from "./entry-key.ts"
import { inferOutages } from "./infer-outages.ts"
import { rulesVersion } from "./rules-version.ts"
import { validationSettings } from "./settings.ts"
import type { EntryReport, MissingEntry, StoreReport } from "./store-report.ts"
import { findUnchangedSymbol, type SymbolOptions, validateSymbol } from "./validate-symbol.ts"
import type { ValidateStoreOptions } from "./validate-store.ts"
import type { StoredEntry } from "./validation-source.ts"

/** `validateStore` as an Effect: typed errors of the source fail, everything else is a defect. */
export const runValidation = Effect.fnUntraced(function* (
  options: ValidateStoreOptions,
): Effect.fn.Return<StoreReport, TypedError> {
  const { source, onEvent = () => {}, concurrency = 1 } = options
  const settings = validationSettings(options)
  const stored = yield* attempt(() => source.entries())
  const wanted = stored.filter((entry) => isWanted(entry, options))
  onEvent({
    _tag: "EntriesListed",
    entries: wanted.length,
    years: wanted.reduce((sum, entry) => sum + entry.years.length, 0),
  })
  const before = earlierReports(options.previous, settings)
  const judge = judgeWith(options, before, stored)
  const groups = heaviestFirst([...Map.groupBy(wanted, (entry) => entry.symbol).values()])
  const judged = yield* Effect.forEach(
    groups,
    (entries) =>
      attempt((signal) => judge(entries, signal)).pipe(
        Effect.tap((reports) =>
          Effect.sync(() => {
            for (const entry of reports) onEvent({ _tag: "EntryJudged", entry })
          }),
        ),
      ),
    { concurrency },
  )
  const byKey = new Map(judged.flat().map((report) => [entryKey(report), report]))
  const reports = wanted.map((entry) => byKey.get(entryKey(entry)) as EntryReport)
  const entries = yield* attempt((signal) =>
    inferOutages(reports, {
      read: (symbol, timeframe, range) => {
        signal.throwIfAborted()
        return source.read(symbol, timeframe, range)
      },
      unchanged: new Set(reports.filter((report) => before.get(entryKey(report)) === report)),
      bystanders: storedButNotJudged(stored, reports, before),
      ...(options.calendarAdditions && { calendarAdditions: options.calendarAdditions }),
    }),
  )
  return { rulesVersion, settings, validatedAt: options.now, entries, missing: missingOf(stored, options) }
})

const attempt = <A>(step: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, TypedError> =>
  Effect.promise((signal) => attemptStep(() => step(signal))).pipe(
    Effect.flatMap((result) =>
      result._tag === "Done" ? Effect.succeed(result.value) : Effect.fail(result.issue),
    ),
  )

const isWanted = (
  { symbol, timeframe }: StoredEntry,
  { symbols, timeframes }: Pick<ValidateStoreOptions, "symbols" | "timeframes">,
): boolean => (symbols?.includes(symbol) ?? true) && (timeframes?.includes(timeframe) ?? true)

const earlierReports = (
  previous: StoreReport | undefined,
  settings: string,
): ReadonlyMap<string, EntryReport> =>
  previous !== undefined && previous.rulesVersion === rulesVersion && previous.settings === settings
    ? new Map(previous.entries.map((entry) => [entryKey(entry), entry]))
    : new Map<string, EntryReport>()

/** Entries that were not asked for this time but can bear witness to outages. */
const storedButNotJudged = (
  stored: ReadonlyArray<StoredEntry>,
  reports: ReadonlyArray<EntryReport>,
  before: ReadonlyMap<string, EntryReport>,
): ReadonlyArray<EntryReport> => {
  const judged = new Set(reports.map(entryKey))
  return stored.flatMap((entry) => (judged.has(entryKey(entry)) ? [] : (before.get(entryKey(entry)) ?? [])))
}

const sizeOf = (entries: ReadonlyArray<StoredEntry>): number =>
  entries.reduce(
    (sum, { years }) => sum + years.reduce((bytes, { sizeBytes = 0 }) => bytes + sizeBytes, 0),
    0,
  )

/** So that no large one is begun when everything else is done. */
const heaviestFirst = (
  groups: ReadonlyArray<ReadonlyArray<StoredEntry>>,
): ReadonlyArray<ReadonlyArray<StoredEntry>> => groups.toSorted((a, b) => sizeOf(b) - sizeOf(a))

type Judge = (entries: ReadonlyArray<StoredEntry>, signal: AbortSignal) => Promise<ReadonlyArray<EntryReport>>

const judgeWith = (
  options: ValidateStoreOptions,
  before: ReadonlyMap<string, EntryReport>,
  stored: ReadonlyArray<StoredEntry>,
): Judge => {
  const { source, onEvent } = options
  const isStored = new Set(stored.map(entryKey))
  const earlier = Map.groupBy(before.values(), (report) => report.symbol)
  return async (entries, signal) => {
    signal.throwIfAborted()
    const symbol = (entries[0] as StoredEntry).symbol
    const previous = earlier.get(symbol) ?? []
    const symbolOptions: SymbolOptions = {
      ...factsOf(options, symbol),
      previous,
      signal,
      onYear: (year) => onEvent?.({ _tag: "YearJudged", symbol, ...year }),
    }
    // With an entry gone, those that were held against it say something else now.
    const unchanged = previous.every((report) => isStored.has(entryKey(report)))
      ? findUnchangedSymbol(entries, symbolOptions)
      : undefined
    if (unchanged !== undefined) return unchanged
    return options.judgeSymbol === undefined
      ? validateSymbol(source, entries, symbolOptions)
      : options.judgeSymbol(entries, symbolOptions)
  }
}

const factsOf = (options: ValidateStoreOptions, symbol: string): SymbolOptions => {
  const { now, maxPlaces, calendarAdditions } = options
  const listing = options.listingOf?.(symbol)
  const events = options.eventsOf?.(symbol)
  const instrument = options.instrumentOf?.(symbol)
  return {
    now,
    ...(calendarAdditions && { calendarAdditions }),
    ...(listing && { listing }),
    ...(events && { events }),
    ...(instrument && { instrument }),
    ...(maxPlaces !== undefined && { maxPlaces }),
  }
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
  const known = new Set(stored.map(entryKey))
  return symbols.flatMap((symbol) =>
    timeframes.map((timeframe) => ({ symbol, timeframe })).filter((pair) => !known.has(entryKey(pair))),
  )
}
