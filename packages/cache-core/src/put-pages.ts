import { isDeepStrictEqual } from "node:util"
import {
  type Coverage,
  type InvalidInput,
  type PutRequest,
  sliceCoverage,
  subtractRanges,
  type Timeframe,
} from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { CacheError } from "./cache-error.ts"
import { checkRequest } from "./check-request.ts"
import { recoverEntry } from "./commit.ts"
import { type ContentHashes, makeContentHashes } from "./content-hash.ts"
import { readEmptyAnswers, writeEmptyAnswers } from "./empty-answers.ts"
import { checkSameEntry, describePartition, fileTimeZone } from "./entry-description.ts"
import { entryLock } from "./entry-lock.ts"
import { type EntryLocation, locateEntry, yearsIn } from "./layout.ts"
import { yearRange } from "./local-years.ts"
import { mergeAnswers } from "./merge-year.ts"
import { closePartition, openPartition } from "./open-partition.ts"
import type { CachePutResult } from "./put-result.ts"
import { putYear, type YearOutcome } from "./put-year.ts"
import type { YearPages } from "./split-pages.ts"
import type { StoreContext } from "./store-context.ts"
import { attempt } from "./typed-failures.ts"

/** Writes of one open cache; those of one entry follow one another. */
export interface Writer {
  /**
   * Merges pages into an entry. Can be interrupted while it waits for a lock and between two years, never within a
   * commit; years that are committed by then stay.
   */
  readonly put: (request: PutRequest) => Effect.Effect<CachePutResult, CacheError | InvalidInput>
  /** Runs a step, uninterrupted, while nobody else writes to the entry. */
  readonly exclusively: <A>(
    symbol: string,
    timeframe: Timeframe,
    body: () => Promise<A>,
  ) => Effect.Effect<A, CacheError | InvalidInput>
}

export const makeWriter = (context: StoreContext): Writer => {
  const hashes = makeContentHashes()
  const entries = new Map<string, Semaphore.Semaphore>()
  const inTurn = <A, E>(
    symbol: string,
    timeframe: Timeframe,
    body: Effect.Effect<A, E>,
  ): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const key = `${timeframe} ${symbol}`
      let semaphore = entries.get(key)
      if (semaphore === undefined) entries.set(key, (semaphore = Semaphore.makeUnsafe(1)))
      return Semaphore.withPermit(semaphore, body)
    })
  return {
    put: Effect.fnUntraced(function* (request: PutRequest) {
      const years = yield* attempt(async () => checkRequest(request))
      const { instrument, timeframe } = request.entry
      return yield* inTurn(
        instrument.symbol,
        timeframe,
        Effect.scoped(putUnderLock(context, hashes, request, years)),
      )
    }),
    exclusively: (symbol, timeframe, body) =>
      inTurn(
        symbol,
        timeframe,
        Effect.scoped(
          Effect.andThen(
            entryLock(context, symbol, timeframe),
            Effect.uninterruptible(attempt(() => body())),
          ),
        ),
      ),
  }
}

const putUnderLock = Effect.fnUntraced(function* (
  context: StoreContext,
  hashes: ContentHashes,
  request: PutRequest,
  years: ReadonlyArray<YearPages>,
) {
  const { symbol } = request.entry.instrument
  const { timeframe } = request.entry
  const lock = yield* entryLock(context, symbol, timeframe)
  const location = yield* Effect.uninterruptible(attempt(() => prepare(context, request)))
  const answers = yield* attempt(async () => readEmptyAnswers(context, symbol, timeframe, "write"))
  const timeZone = fileTimeZone(request.entry.instrument)
  const outcomes: Array<YearOutcome> = []
  const touched: Array<number> = []
  let unplaced: Coverage = answers
  for (const incoming of years) {
    const year = yearRange(incoming.year, timeZone)
    const write = {
      context,
      hashes,
      location,
      request,
      incoming,
      earlierAnswers: sliceCoverage(answers, year),
      checkLock: lock.check,
    }
    const outcome = yield* Effect.uninterruptible(attempt(() => putYear(write)))
    if (outcome === undefined) unplaced = mergeAnswers(unplaced, incoming)
    else {
      outcomes.push(outcome)
      unplaced = unplaced.flatMap((span) =>
        subtractRanges([span], [year]).map((rest) => ({ ...span, ...rest })),
      )
    }
    touched.push(incoming.year)
  }
  if (!isDeepStrictEqual(unplaced, answers))
    yield* Effect.uninterruptible(attempt(() => writeEmptyAnswers(context, symbol, timeframe, unplaced)))
  return toResult(outcomes, touched)
})

/** Finishes what a killed writer had begun and checks that the entry is of the same kind. */
const prepare = async (context: StoreContext, request: PutRequest): Promise<EntryLocation> => {
  const { symbol } = request.entry.instrument
  const { timeframe } = request.entry
  const location = locateEntry(context, symbol, timeframe)
  await recoverEntry(context, location.folder)
  const newest = yearsIn(location).at(-1)
  const partition = newest === undefined ? undefined : await openPartition(context, location, newest)
  if (partition === undefined) return location
  try {
    checkSameEntry(partition.path, describePartition(partition, timeframe), request.entry)
  } finally {
    closePartition(context, partition)
  }
  return location
}

const toResult = (outcomes: ReadonlyArray<YearOutcome>, years: ReadonlyArray<number>): CachePutResult => {
  const sum = (count: (outcome: YearOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return {
    rowsAdded: sum((outcome) => outcome.rowsAdded),
    rowsReplaced: sum((outcome) => outcome.rowsReplaced),
    rowsDiffering: sum((outcome) => outcome.rowsDiffering),
    years,
    quarantined: outcomes.flatMap((outcome) => outcome.quarantined),
  }
}
