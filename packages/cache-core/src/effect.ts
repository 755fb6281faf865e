import type {
  Bars,
  Coverage,
  InvalidInput,
  ProvenanceSpan,
  PutRequest,
  Timeframe,
  TimeRange,
} from "@barkeep/market-data"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Cache, CacheEntry } from "./cache.ts"
import { makeCache } from "./make-cache.ts"
import { CacheError } from "./cache-error.ts"
import type { CacheFiles } from "./cache-files.ts"
import type { StoredEntry } from "./entry-description.ts"
import type { FillRequest, FillResult } from "./fill-request.ts"
import type { Fill } from "./list-fills.ts"
import { openCacheFiles } from "./open-cache-files.ts"
import { openContext } from "./open-context.ts"
import { makeWriter } from "./put-pages.ts"
import type { CachePutResult } from "./put-result.ts"
import type { CacheStatistics } from "./statistics.ts"
import type { CacheOptions } from "./store-context.ts"
import { attempt, typedFailure } from "./typed-failures.ts"
import type { UndoResult } from "./undo-fill.ts"
import type { VerifyFilter } from "./verify.ts"
import type { VerifyReport } from "./verify-finding.ts"

export { CacheError }

/** What every operation of the store may fail with. */
export type CacheFailures = CacheError | InvalidInput

/** The cache on disk as a service: the methods of `Cache` as effects. */
export class CacheStore extends Context.Service<
  CacheStore,
  {
    readonly read: (
      symbol: string,
      timeframe: Timeframe,
      range?: TimeRange,
    ) => Effect.Effect<Bars, CacheFailures>
    /** `read` in pieces, in the memory of one piece whatever the range. */
    readonly readBlocks: (
      symbol: string,
      timeframe: Timeframe,
      range?: TimeRange,
    ) => Stream.Stream<Bars, CacheFailures>
    /** Interruptible while it waits for a lock and between two years, never within a commit. */
    readonly put: (request: PutRequest) => Effect.Effect<CachePutResult, CacheFailures>
    /** Interruptible until the new files are complete. */
    readonly replaceEntry: (
      request: Omit<PutRequest, "policy">,
    ) => Effect.Effect<CachePutResult, CacheFailures>
    /** Adds rows where there are none; every row that is there stays as it is. */
    readonly fill: (request: FillRequest) => Effect.Effect<FillResult, CacheFailures>
    /** Takes a fill back; undoing again does nothing. */
    readonly undoFill: (id: string) => Effect.Effect<UndoResult, CacheFailures>
    readonly listFills: Effect.Effect<ReadonlyArray<Fill>, CacheFailures>
    readonly coverage: (symbol: string, timeframe: Timeframe) => Effect.Effect<Coverage, CacheFailures>
    readonly provenance: (
      symbol: string,
      timeframe: Timeframe,
      range?: TimeRange,
    ) => Effect.Effect<ReadonlyArray<ProvenanceSpan>, CacheFailures>
    readonly describe: (
      symbol: string,
      timeframe: Timeframe,
    ) => Effect.Effect<StoredEntry | undefined, CacheFailures>
    readonly entries: Effect.Effect<ReadonlyArray<CacheEntry>, CacheFailures>
    readonly stats: Effect.Effect<CacheStatistics, CacheFailures>
    readonly verify: (filter?: Omit<VerifyFilter, "signal">) => Effect.Effect<VerifyReport, CacheFailures>
    /** The same cache for code that takes the `BarStore` port. */
    readonly store: Cache
  }
>()("@barkeep/cache-core/CacheStore") {}

/** Opens a cache folder; writes under way are waited for when the scope closes. */
export const make = Effect.fnUntraced(function* (folder: string, options: CacheOptions = {}) {
  const context = yield* attempt(async () => openContext(folder, options))
  const writer = makeWriter(context)
  const cache = yield* Effect.acquireRelease(
    Effect.sync(() => makeCache(context, async () => writer)),
    (opened) => Effect.promise(() => opened.close()),
  )
  return CacheStore.of({
    read: (symbol, timeframe, range) => attempt(() => cache.read(symbol, timeframe, range)),
    readBlocks: (symbol, timeframe, range) =>
      Stream.unwrap(
        attempt(async () => cache.readBlocks(symbol, timeframe, range)).pipe(
          Effect.map((blocks) => Stream.fromAsyncIterable(blocks, (cause) => cause)),
        ),
      ).pipe(Stream.catch((cause) => Stream.fromEffect(typedFailure(cause)))),
    put: writer.put,
    replaceEntry: writer.replaceEntry,
    fill: (request) => attempt(() => cache.fill(request)),
    undoFill: (id) => attempt(() => cache.undoFill(id)),
    listFills: attempt(() => cache.listFills()),
    coverage: (symbol, timeframe) => attempt(() => cache.coverage(symbol, timeframe)),
    provenance: (symbol, timeframe, range) => attempt(() => cache.provenance(symbol, timeframe, range)),
    describe: (symbol, timeframe) => attempt(() => cache.describe(symbol, timeframe)),
    entries: attempt(() => cache.entries()),
    stats: attempt(() => cache.stats()),
    verify: (filter) => attempt((signal) => cache.verify({ ...filter, signal })),
    store: cache,
  })
})

/** The service, for a folder. */
export const layer = (folder: string, options: CacheOptions = {}): Layer.Layer<CacheStore, CacheFailures> =>
  Layer.effect(CacheStore, make(folder, options))

/** The files of a cache for a cleanup; moves under way are waited for when the scope closes. */
export const makeFiles = (
  folder: string,
  options: CacheOptions = {},
): Effect.Effect<CacheFiles, CacheFailures, Scope.Scope> =>
  Effect.acquireRelease(
    attempt(() => openCacheFiles(folder, options)),
    (files) => Effect.promise(() => files.close()),
  )
