import type { Bars, EpochMillis } from "@barkeep/market-data"
import {
  type BarRequest,
  checkPage,
  type ClosedPages,
  closedPages,
  createLimiter,
  createVendorClient,
  type JsonAnswer,
  type ProviderError,
  type Settling,
  systemClock,
  type VendorCall,
} from "@barkeep/provider-kit"
import { callJson, type EffectBarProvider, trusted, windowPages } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { AmbiguousCoin } from "./ambiguous-coin.ts"
import { timeOfAnswer } from "./answer-time.ts"
import { coinsListCall, ohlcCall, pingCall, samplesCall } from "./calls.ts"
import {
  coingeckoCapabilities,
  coingeckoProviderId,
  coingeckoSampledCapabilities,
  settleMillis,
} from "./capabilities.ts"
import { coinsOfSymbol, parseCoinsList } from "./coins-list.ts"
import type { DroppedRow } from "./dropped-rows.ts"
import { defaultPace, endpoints } from "./endpoints.ts"
import { failureOfAnswer } from "./failures.ts"
import { ohlcToBars } from "./ohlc-to-bars.ts"
import { checkOptions, type CoingeckoOptions } from "./options.ts"
import { closesOf, type OhlcWindow, planOhlc, planOhlcWindows, reachOfDays } from "./plan-ohlc.ts"
import { planSamples, planSampleWindows, type SampleWindow } from "./plan-samples.ts"
import { provenanceOf, sampledProvenanceOf } from "./provenance.ts"
import { coveredFrom, type Planning } from "./resolve-request.ts"
import { samplesToBars } from "./samples-to-bars.ts"
import { coinIdOfSymbol } from "./symbols.ts"
import { tiers } from "./tiers.ts"

/** CoinGecko in Effect's terms. */
export interface EffectCoingecko extends EffectBarProvider {
  /** Pseudo-bars from price points, as a provider of their own: never part of `bars`. */
  readonly sampled: EffectBarProvider
  /**
   * CoinGecko's id of a coin by its symbol; fails with `AmbiguousCoin` when several share it. Costs nothing
   * for a well-known coin or one of the option `coinIds`, else one call.
   */
  readonly findCoinId: (symbol: string) => Effect.Effect<string, ProviderError | AmbiguousCoin>
  /** Succeeds when CoinGecko can be reached; does not check the key. */
  readonly ping: Effect.Effect<void, ProviderError>
}

/** @throws {InvalidInput} for unusable options */
export const makeCoingecko = (options: CoingeckoOptions = {}): EffectCoingecko => {
  const tier = checkOptions(options)
  const { clock = systemClock, concurrency = 1, apiKey, onDroppedRows } = options
  const { url, keyHeader, budgets } = tiers[tier]
  const client = createVendorClient({
    ...options,
    vendor: coingeckoProviderId,
    baseUrl: options.baseUrl ?? url,
    limiter: options.limiter ?? createLimiter(budgets, clock),
    pace: options.pace ?? defaultPace,
    concurrency,
    headers: {
      accept: "application/json",
      ...(keyHeader !== undefined && apiKey !== undefined && { [keyHeader]: apiKey }),
    },
    secrets: apiKey === undefined ? [] : [apiKey],
    classify: failureOfAnswer,
  })
  const planning = (): Planning => ({ tier, names: options, now: clock.now() })

  const ask = Effect.fnUntraced(function* (call: VendorCall) {
    const answer: JsonAnswer = yield* callJson(client, call)
    return { body: answer.body, now: timeOfAnswer(answer), receivedAt: answer.receivedAt }
  })

  const settling = ({ instrument, timeframe }: BarRequest, now: EpochMillis): Settling => ({
    instrument,
    timeframe,
    now,
    settleMillis,
  })

  const tellDropped = ({ instrument, timeframe }: BarRequest, rows: ReadonlyArray<DroppedRow>): void => {
    if (rows.length > 0) onDroppedRows?.({ symbol: instrument.symbol, timeframe, rows })
  }

  const checked = <A extends { readonly bars: Bars }>(
    request: BarRequest,
    found: A,
  ): Result.Result<A, string> => {
    const issue = checkPage(request, found.bars)
    return issue === undefined ? Result.succeed(found) : Result.fail(issue)
  }

  const fetchOhlc = Effect.fnUntraced(function* (request: BarRequest, window: OhlcWindow) {
    const { timeframe, question, symbol } = window
    const call = ohlcCall(tier, request.instrument, window)
    const { body, now, receivedAt } = yield* ask(call)
    // Days count back from the answer, which may have had to wait: its first candle may be cut by now.
    const earliest = "days" in question ? reachOfDays(timeframe, question.days, now) : window.range.from
    const range = { from: coveredFrom(timeframe, window.range, earliest), to: window.range.to }
    if (range.from >= range.to)
      return yield* Effect.fail(client.error(call.operation, { _tag: "OutsideHistory", earliest }))
    const isSizeImplied = "days" in question
    const closes = closesOf(window, now)
    const found = yield* trusted(
      client,
      call,
      Result.flatMap(ohlcToBars(body, { timeframe, range, closes, now, isSizeImplied }), (ohlc) =>
        checked({ ...request, range }, ohlc),
      ),
    )
    tellDropped(request, found.dropped)
    const endpoint = isSizeImplied ? endpoints.ohlc : endpoints.ohlcRange
    const provenance = provenanceOf(endpoint, symbol, receivedAt)
    return closedPages({ range, bars: found.bars, provenance }, settling(request, now))
  })

  const fetchSamples = Effect.fnUntraced(function* (request: BarRequest, window: SampleWindow) {
    const { range, symbol } = window
    const call = samplesCall(tier, request.instrument, window)
    const { body, now, receivedAt } = yield* ask(call)
    const found = yield* trusted(
      client,
      call,
      Result.flatMap(samplesToBars(body, { ...window, now }), (sampled) =>
        checked({ ...request, range }, sampled),
      ),
    )
    tellDropped(request, found.dropped)
    const provenance = sampledProvenanceOf(symbol, receivedAt, found)
    return closedPages({ range, bars: found.bars, provenance }, settling(request, now))
  })

  const pagesOf = <Window>(
    plan: (now: Planning) => Result.Result<ReadonlyArray<Window>, ProviderError>,
    fetchWindow: (window: Window) => Effect.Effect<ClosedPages, ProviderError>,
  ) => windowPages(() => plan(planning()), fetchWindow, concurrency)

  return {
    id: coingeckoProviderId,
    capabilities: coingeckoCapabilities(tier),
    plan: (request) => planOhlc(request, planning()),
    bars: (request) =>
      pagesOf(
        (now) => planOhlcWindows(request, now),
        (window) => fetchOhlc(request, window),
      ),
    sampled: {
      id: coingeckoProviderId,
      capabilities: coingeckoSampledCapabilities(tier),
      plan: (request) => planSamples(request, planning()),
      bars: (request) =>
        pagesOf(
          (now) => planSampleWindows(request, now),
          (window) => fetchSamples(request, window),
        ),
    },
    findCoinId: Effect.fnUntraced(function* (symbol) {
      const known = coinIdOfSymbol(symbol.toUpperCase(), options)
      if (known !== undefined) return known
      const call = coinsListCall(tier, symbol)
      const coins = yield* trusted(client, call, parseCoinsList((yield* ask(call)).body))
      const candidates = coinsOfSymbol(coins, symbol)
      if (candidates.length > 1) return yield* Effect.fail(new AmbiguousCoin(symbol, candidates))
      const [only] = candidates
      return only === undefined
        ? yield* Effect.fail(client.error(call.operation, { _tag: "SymbolNotFound", certain: true }))
        : only.id
    }),
    ping: Effect.asVoid(callJson(client, pingCall(tier))),
  }
}
