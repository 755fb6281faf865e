import { type EpochMillis, type Instrument, type Timeframe } from "@barkeep/market-data"
import { createLimiter, createVendorClient, type ProviderError, systemClock } from "@barkeep/provider-kit"
import { callJson, type EffectBarProvider, trusted } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { makeBarPages } from "./bar-pages.ts"
import { exchangeInfoCall, lookUpCall, pingCall } from "./calls.ts"
import { binanceCapabilities } from "./capabilities.ts"
import { archivePace, binanceApiUrl, binanceArchiveUrl, pace } from "./endpoints.ts"
import { type BinanceSymbol, parseExchangeInfo } from "./exchange-info.ts"
import { failureOfAnswer, isRefusedHere, usedWeight } from "./failures.ts"
import { findFirstInArchive } from "./first-file.ts"
import { archiveModeOf, type BinanceOptions } from "./options.ts"
import { checkRequest } from "./plan-klines.ts"
import { plannedCalls, planRequest } from "./plan-steps.ts"
import { makeRestSource } from "./rest-source.ts"
import { toVendorSymbol } from "./symbols.ts"

/** Binance in Effect's terms. */
export interface EffectBinance extends EffectBarProvider {
  readonly firstBar: NonNullable<EffectBarProvider["firstBar"]>
  /** All spot pairs, or the one asked for; fails with `SymbolNotFound` for a pair that Binance does not know. Weight 20. */
  readonly exchangeInfo: (symbol?: string) => Effect.Effect<ReadonlyArray<BinanceSymbol>, ProviderError>
  /** Binance's clock. */
  readonly serverTime: Effect.Effect<EpochMillis, ProviderError>
  /** Succeeds when Binance can be reached. */
  readonly ping: Effect.Effect<void, ProviderError>
}

/** All times of an epoch that Temporal knows. */
const allTime = { from: 0, to: 8.64e15 }

/** A month of 1m bars takes its time on a slow line. */
const archiveTimeouts = { attemptTimeoutMillis: 120_000, totalTimeoutMillis: 300_000 }

/** @throws {InvalidInput} for an unusable address, archive mode or concurrency */
export const makeBinance = (options: BinanceOptions = {}): EffectBinance => {
  const { clock = systemClock, concurrency = 8 } = options
  const archive = archiveModeOf(options)
  const vendor = binanceCapabilities.provider
  const client = createVendorClient({
    ...options,
    vendor,
    baseUrl: options.baseUrl ?? binanceApiUrl,
    limiter: options.limiter ?? createLimiter(binanceCapabilities.budgets, clock),
    pace,
    concurrency,
    classify: failureOfAnswer,
    limitFacts: usedWeight,
  })
  const archiveClient = createVendorClient({
    ...archiveTimeouts,
    ...options,
    vendor,
    baseUrl: options.archiveUrl ?? binanceArchiveUrl,
    // Another host: neither pays for the other, and a pause of one is none of the other.
    limiter: createLimiter([], clock),
    pace: archivePace,
    concurrency,
  })
  const rest = makeRestSource(client, clock)

  const findFirstBar = Effect.fnUntraced(function* (instrument: Instrument, timeframe: Timeframe) {
    const request = { instrument, timeframe, range: allTime }
    yield* Effect.fromResult(checkRequest(request))
    return yield* rest.next(request, allTime.from)
  })

  const findNextBar = Effect.fnUntraced(function* (
    instrument: Instrument,
    timeframe: Timeframe,
    after: EpochMillis,
  ) {
    const request = { instrument, timeframe, range: allTime }
    yield* Effect.fromResult(checkRequest(request))
    return yield* rest.after(request, after)
  })

  return {
    id: vendor,
    capabilities: binanceCapabilities,
    plan: (request) => Result.map(planRequest(request, { archive, now: clock.now() }), plannedCalls),
    bars: makeBarPages({ rest, archiveClient, archive, concurrency, clock }),
    firstBar: {
      call: lookUpCall,
      find: (instrument, timeframe) =>
        findFirstBar(instrument, timeframe).pipe(
          Effect.catchIf(
            (error) => archive !== "never" && isRefusedHere(error),
            (refusal) =>
              findFirstInArchive(
                archiveClient,
                toVendorSymbol(instrument) ?? "",
                timeframe,
                clock.now(),
              ).pipe(
                Effect.filterOrFail(
                  (time) => time !== undefined,
                  () => refusal,
                ),
              ),
          ),
        ),
    },
    nextBar: { call: lookUpCall, find: findNextBar },
    exchangeInfo: Effect.fnUntraced(function* (symbol) {
      const call = exchangeInfoCall(symbol)
      const pairs = yield* trusted(client, call, parseExchangeInfo((yield* callJson(client, call)).body))
      if (symbol !== undefined && !(pairs.length === 1 && pairs[0]?.symbol === symbol))
        return yield* trusted(client, call, Result.fail(`an answer about other symbols than ${symbol}`))
      return pairs
    }),
    serverTime: rest.serverTime,
    ping: Effect.asVoid(callJson(client, pingCall)),
  }
}
