import { isDeepStrictEqual } from "node:util"
import {
  type Coverage,
  type InvalidInput,
  type PutRequest,
  sliceCoverage,
  subtractRanges,
  type Timeframe,
  zoneOfDays,
} from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { CacheError } from "./cache-error.ts"
import { checkRequest } from "./check-request.ts"
import { recoverEntry } from "./commit.ts"
import { type ContentHashes, makeContentHashes } from "./content-hash.ts"
import { readEmptyAnswers, writeEmptyAnswers } from "./empty-answers.ts"
import { checkSameEntry, describePartition } from "./entry-description.ts"
import { entryLock } from "./entry-lock.ts"
import type { LockedStep } from "./fill-entry.ts"
import { type EntryLocation, locateEntry, yearsIn } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import type { HeldLock } from "./lock-note.ts"
import { mergeAnswers } from "./merge-year.ts"
import { withPartition } from "./open-partition.ts"
import type { CachePutResult } from "./put-result.ts"
import { putYear, type YearOutcome } from "./put-year.ts"
import { dropStaging, finishReplacement, prepareStaging, replaceWithStaged } from "./replace-entry.ts"
import type { YearPages } from "./split-pages.ts"
import type { StoreContext } from "./store-context.ts"
import { attempt } from "./typed-failures.ts"
import { finishUndo } from "./undo-note.ts"

/** Writes of one open cache; those of one entry follow one another. */
export interface Writer {
  /**
   * Merges pages into an entry. Can be interrupted while it waits for a lock and between two years, never within a
   * commit; years that are committed by then stay.
   */
  readonly put: (request: PutRequest) => Effect.Effect<CachePutResult, CacheError | InvalidInput>
  /** Replaces the whole entry as one step. Can be interrupted until the new files are complete. */
  readonly replaceEntry: (
    request: Omit<PutRequest, "policy">,
  ) => Effect.Effect<CachePutResult, CacheError | InvalidInput>
  /** Runs a step, uninterrupted, while nobody else writes to the entry. */
  readonly exclusively: <A>(
    symbol: string,
    timeframe: Timeframe,
    body: (step: LockedStep) => Promise<A>,
  ) => Effect.Effect<A, CacheError | InvalidInput>
}

export const makeWriter = (context: StoreContext): Writer => {
  const hashes = makeContentHashes()
  const entries = new Map<string, Semaphore.Semaphore>()
  const locked = <A>(
    symbol: string,
    timeframe: Timeframe,
    body: (lock: HeldLock) => Effect.Effect<A, CacheError | InvalidInput>,
  ): Effect.Effect<A, CacheError | InvalidInput> =>
    Effect.suspend(() => {
      const key = `${timeframe} ${symbol}`
      let semaphore = entries.get(key)
      if (semaphore === undefined) entries.set(key, (semaphore = Semaphore.makeUnsafe(1)))
      const steps = Effect.gen(function* () {
        const lock = yield* entryLock(context, symbol, timeframe)
        yield* step(() => finishReplacement(context, symbol, timeframe))
        yield* step(() => finishUndo(context, symbol, timeframe))
        return yield* body(lock)
      })
      return Semaphore.withPermit(semaphore, Effect.scoped(steps))
    })
  return {
    put: Effect.fnUntraced(function* (request: PutRequest) {
      const years = yield* attempt(async () => checkRequest(request))
      const { instrument, timeframe } = request.entry
      return yield* locked(instrument.symbol, timeframe, (lock) =>
        putYears({ context, hashes, lock, request, years }),
      )
    }),
    replaceEntry: Effect.fnUntraced(function* (request: Omit<PutRequest, "policy">) {
      const years = yield* attempt(async () => checkRequest(request))
      const { instrument, timeframe } = request.entry
      return yield* locked(instrument.symbol, timeframe, (lock) =>
        replaceYears({ context, hashes, lock, request, years }),
      )
    }),
    exclusively: (symbol, timeframe, body) =>
      locked(symbol, timeframe, ({ check }) => step(() => body({ hashes, checkLock: check }))),
  }
}

/** A step that is never left in the middle. */
const step = <A>(body: () => Promise<A>): Effect.Effect<A, CacheError | InvalidInput> =>
  Effect.uninterruptible(attempt(() => body()))

interface Put {
  readonly context: StoreContext
  readonly hashes: ContentHashes
  readonly lock: HeldLock
  readonly request: PutRequest
  readonly years: ReadonlyArray<YearPages>
}

const putYears = Effect.fnUntraced(function* (put: Put) {
  const { context, request } = put
  const { symbol } = request.entry.instrument
  const { timeframe } = request.entry
  const location = yield* step(() => prepare(context, request))
  const answers = yield* attempt(async () => readEmptyAnswers(context, symbol, timeframe, "write"))
  const { outcomes, unplaced } = yield* writeYears(put, location, answers)
  if (!isDeepStrictEqual(unplaced, answers))
    yield* step(() => writeEmptyAnswers(context, symbol, timeframe, unplaced))
  return toResult(put, outcomes)
})

const replaceYears = Effect.fnUntraced(function* (put: Put) {
  const { context, lock, request } = put
  const staging = yield* step(() => prepareStaging(context, request.entry))
  const { outcomes, unplaced } = yield* writeYears(put, staging.staged, [], staging.generations).pipe(
    Effect.onExit((exit) =>
      exit._tag === "Success"
        ? Effect.void
        : Effect.ignore(step(() => dropStaging(context, staging.staged.folder))),
    ),
  )
  const replaced = yield* step(() => replaceWithStaged(context, staging, unplaced, lock.check))
  const result = toResult(put, outcomes)
  return replaced === undefined ? result : { ...result, quarantined: [...result.quarantined, replaced] }
})

/** Writes year after year; can be interrupted between two. */
const writeYears = Effect.fnUntraced(function* (
  { context, hashes, lock, request, years }: Put,
  location: EntryLocation,
  answers: Coverage,
  generations?: ReadonlyMap<number, number>,
) {
  const timeZone = zoneOfDays(request.entry.instrument)
  const outcomes: Array<YearOutcome> = []
  // Answers for years that have no partition, not even now.
  let unplaced: Coverage = answers
  for (const incoming of years) {
    const year = yearRange(incoming.year, timeZone)
    const outcome = yield* step(() =>
      putYear({
        context,
        hashes,
        location,
        request,
        incoming,
        earlierAnswers: sliceCoverage(answers, year),
        checkLock: lock.check,
        laterThan: generations?.get(incoming.year) ?? 0,
      }),
    )
    if (outcome === undefined) unplaced = mergeAnswers(unplaced, incoming)
    else {
      outcomes.push(outcome)
      unplaced = unplaced.flatMap((span) =>
        subtractRanges([span], [year]).map((rest) => ({ ...span, ...rest })),
      )
    }
  }
  return { outcomes, unplaced }
})

/** Finishes what a killed writer had begun and checks that the entry is of the same kind. */
const prepare = async (context: StoreContext, request: PutRequest): Promise<EntryLocation> => {
  const location = locateEntry(context, request.entry.instrument.symbol, request.entry.timeframe)
  await recoverEntry(context, location.folder)
  await checkNewest(context, location, request)
  return location
}

/** The newest year that can be opened speaks for the entry. */
const checkNewest = async (
  context: StoreContext,
  location: EntryLocation,
  request: PutRequest,
): Promise<void> => {
  for (const year of yearsIn(location).toReversed())
    try {
      await withPartition(context, location, year, (partition) =>
        checkSameEntry(partition.path, describePartition(partition, location.timeframe), request.entry),
      )
      return
    } catch (error) {
      const mayPass = context.onDamaged === "quarantine" && error instanceof CacheError
      if (!mayPass || error.reason._tag !== "CorruptPartition") throw error
    }
}

const toResult = (put: Put, outcomes: ReadonlyArray<YearOutcome>): CachePutResult => {
  const sum = (count: (outcome: YearOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return {
    rowsAdded: sum((outcome) => outcome.rowsAdded),
    rowsReplaced: sum((outcome) => outcome.rowsReplaced),
    rowsDiffering: sum((outcome) => outcome.rowsDiffering),
    years: put.years.map((incoming) => incoming.year),
    quarantined: outcomes.flatMap((outcome) => outcome.quarantined),
  }
}
