import { barCount, type EpochMillis } from "@barkeep/market-data"
import {
  type BarRequest,
  checkPage,
  createLimiter,
  createVendorClient,
  type JsonAnswer,
  type PlannedCall,
  type ProviderError,
  serverTime,
  systemClock,
  type VendorCall,
} from "@barkeep/provider-kit"
import { callJson, type EffectBarProvider } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import {
  exchangeInfoCall,
  firstBarCall,
  firstKlineCall,
  klinesCall,
  pingCall,
  serverTimeCall,
} from "./calls.ts"
import { binanceCapabilities } from "./capabilities.ts"
import { closedPages } from "./closed-pages.ts"
import { binanceApiUrl, pace } from "./endpoints.ts"
import { type BinanceSymbol, parseExchangeInfo, parseServerTime } from "./exchange-info.ts"
import { failureOfAnswer, usedWeight } from "./failures.ts"
import { klinesToBars } from "./klines-to-bars.ts"
import type { BinanceOptions } from "./options.ts"
import { planKlines } from "./plan-klines.ts"
import { ScannedKlines } from "./scan-klines.ts"

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

/** @throws {InvalidInput} for an unusable base URL or concurrency */
export const makeBinance = (options: BinanceOptions = {}): EffectBinance => {
  const { clock = systemClock, concurrency = 8 } = options
  const client = createVendorClient({
    ...options,
    vendor: binanceCapabilities.provider,
    baseUrl: options.baseUrl ?? binanceApiUrl,
    limiter: options.limiter ?? createLimiter(binanceCapabilities.budgets, clock),
    pace,
    concurrency,
    classify: failureOfAnswer,
    limitFacts: usedWeight,
  })

  const distrust = (call: VendorCall, issue: string): Effect.Effect<never, ProviderError> =>
    Effect.fail(client.error(call.operation, { _tag: "MalformedResponse", issue }))

  const parsed = <A>(call: VendorCall, result: Result.Result<A, string>): Effect.Effect<A, ProviderError> =>
    Result.isSuccess(result) ? Effect.succeed(result.success) : distrust(call, result.failure)

  const askServerTime = Effect.flatMap(callJson(client, serverTimeCall), ({ body }) =>
    parsed(serverTimeCall, parseServerTime(body)),
  )

  /** Binance's clock when it made the answer, or earlier: what is running then must not pass for closed. */
  const timeOfAnswer = (
    answer: JsonAnswer,
    askedAt: EpochMillis,
  ): Effect.Effect<EpochMillis, ProviderError> => {
    const told = serverTime(answer.headers)
    if (told !== undefined) return Effect.succeed(told)
    // A proxy may remove the Date header. Asked now, the clock is later than the answer by at most the time since.
    return Effect.map(askServerTime, (time) => time - Math.max(0, clock.now() - askedAt))
  }

  const fetchWindow = Effect.fnUntraced(function* (request: BarRequest, { range }: PlannedCall) {
    const call = klinesCall(request.instrument, request.timeframe, range)
    const askedAt = clock.now()
    const answer = yield* callJson(client, call)
    const bars =
      answer.body instanceof ScannedKlines ? answer.body.bars : yield* parsed(call, klinesToBars(answer.body))
    const issue = checkPage({ ...request, range }, bars)
    if (issue !== undefined) return yield* distrust(call, issue)
    const now = yield* timeOfAnswer(answer, askedAt)
    return closedPages(request, { range, bars, now, receivedAt: answer.receivedAt })
  })

  return {
    id: binanceCapabilities.provider,
    capabilities: binanceCapabilities,
    plan: planKlines,
    bars: (request) =>
      Stream.suspend(() => Stream.fromIterableEffect(Effect.fromResult(planKlines(request)))).pipe(
        // As results, so that a failed window does not overtake the good ones before it.
        Stream.mapEffect((call) => Effect.result(fetchWindow(request, call)), { concurrency }),
        Stream.mapEffect(Effect.fromResult),
        Stream.takeUntil(({ reachesPresent }) => reachesPresent),
        Stream.flatMap(({ pages }) => Stream.fromIterable(pages)),
      ),
    firstBar: {
      call: firstBarCall,
      find: Effect.fnUntraced(function* (instrument, timeframe) {
        yield* Effect.fromResult(planKlines({ instrument, timeframe, range: { from: 0, to: 0 } }))
        const call = firstKlineCall(instrument, timeframe)
        const { body } = yield* callJson(client, call)
        const bars = yield* parsed(call, klinesToBars(body))
        const issue = checkPage({ instrument, timeframe, range: allTime }, bars)
        if (issue !== undefined) return yield* distrust(call, issue)
        if (barCount(bars) > 1) return yield* distrust(call, `${barCount(bars)} rows instead of one`)
        return bars.openTime[0]
      }),
    },
    exchangeInfo: Effect.fnUntraced(function* (symbol) {
      const call = exchangeInfoCall(symbol)
      const pairs = yield* parsed(call, parseExchangeInfo((yield* callJson(client, call)).body))
      if (symbol !== undefined && !(pairs.length === 1 && pairs[0]?.symbol === symbol))
        return yield* distrust(call, `an answer about other symbols than ${symbol}`)
      return pairs
    }),
    serverTime: askServerTime,
    ping: Effect.asVoid(callJson(client, pingCall)),
  }
}
