import type { BarPage, EpochMillis, Instrument, Timeframe } from "@barkeep/market-data"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type {
  BarProvider,
  BarRequest,
  Capabilities,
  FirstBarLookup,
  NextBarLookup,
  PlannedCall,
} from "./bar-provider.ts"
import { orDefect } from "./effect-calls.ts"
import { ProviderError } from "./provider-error.ts"

/** `BarProvider` in Effect's terms: the same promises, errors in the type, interruption instead of a signal. */
export interface EffectBarProvider {
  readonly id: string
  readonly capabilities: Capabilities
  /** Exactly the calls that `bars` would make for this request if nothing fails, in order. Pure. */
  readonly plan: (request: BarRequest) => Result.Result<ReadonlyArray<PlannedCall>, ProviderError>
  /** The closed bars of the range as pages, ascending; see `BarProvider.bars`. */
  readonly bars: (request: BarRequest) => Stream.Stream<BarPage, ProviderError>
  /** Where the vendor's history of an instrument begins. Absent when the vendor cannot tell in one call. */
  readonly firstBar?: {
    readonly call: FirstBarLookup["call"]
    readonly find: (
      instrument: Instrument,
      timeframe: Timeframe,
    ) => Effect.Effect<EpochMillis | undefined, ProviderError>
  }
  /** What comes after a bar, however far away; see `BarProvider.nextBar`. */
  readonly nextBar?: {
    readonly call: NextBarLookup["call"]
    readonly find: (
      instrument: Instrument,
      timeframe: Timeframe,
      after: EpochMillis,
    ) => Effect.Effect<EpochMillis | undefined, ProviderError>
  }
}

/** The provider that a program asks. */
export class BarProviderService extends Context.Service<BarProviderService, EffectBarProvider>()(
  "@barkeep/provider-kit/BarProviderService",
) {}

/** `BarProviderService` served by this provider. */
export const layer = (provider: EffectBarProvider): Layer.Layer<BarProviderService> =>
  Layer.succeed(BarProviderService, provider)

/** A provider of Promises as one of Effects. Anything but a `ProviderError` is a defect. */
export const fromBarProvider = (provider: BarProvider): EffectBarProvider => {
  const { firstBar, nextBar } = provider
  return {
    id: provider.id,
    capabilities: provider.capabilities,
    plan: (request) => Result.try({ try: () => provider.plan(request), catch: onlyProviderError }),
    bars: (request) =>
      Stream.unwrap(
        Effect.map(abortOnClose, (signal) =>
          Stream.fromAsyncIterable(provider.bars(request, { signal }), onlyProviderError),
        ),
      ),
    ...(firstBar && {
      firstBar: {
        call: firstBar.call,
        find: (instrument: Instrument, timeframe: Timeframe) =>
          orDefect((signal) => firstBar.find(instrument, timeframe, { signal })),
      },
    }),
    ...(nextBar && {
      nextBar: {
        call: nextBar.call,
        find: (instrument: Instrument, timeframe: Timeframe, after: EpochMillis) =>
          orDefect((signal) => nextBar.find(instrument, timeframe, after, { signal })),
      },
    }),
  }
}

const abortOnClose = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => new AbortController()),
    (controller) => Effect.sync(() => controller.abort()),
  ),
  (controller) => controller.signal,
)

const onlyProviderError = (error: unknown): ProviderError => {
  if (error instanceof ProviderError) return error
  throw error
}
