import {
  type BarPage,
  type Bars,
  type EpochMillis,
  type Instrument,
  InvalidInput,
  isIntraday,
  openTimeOf,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarRequest,
  createLimiter,
  createVendorClient,
  ProviderError,
  type ProviderFailure,
  serverTime,
  systemClock,
  type VendorAnswer,
  type VendorCall,
} from "@barkeep/provider-kit"
import { callJson, callText, type EffectBarProvider } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { actionsCall, entitlementCall, seriesCall, symbolSearchCall } from "./calls.ts"
import { alphaVantageCapabilities } from "./capabilities.ts"
import { closedPages, noBars } from "./closed-pages.ts"
import { type Dividend, parseDividends, parseSplits, type Split } from "./corporate-actions.ts"
import { alphaVantageUrl, functions } from "./endpoints.ts"
import { failureOfAnswer } from "./failures.ts"
import { historySpan, isOutside } from "./history-span.ts"
import type { AlphaVantageOptions } from "./options.ts"
import { parseSeriesCsv } from "./parse-series-csv.ts"
import { parseSeriesJson } from "./parse-series-json.ts"
import { intradayBeginning, planCalls, planSeries, type SeriesCall } from "./plan-series.ts"
import { seriesToBars } from "./series-to-bars.ts"
import { parseMatches, type SymbolMatch } from "./symbol-search.ts"
import { toVendorSymbol } from "./symbols.ts"
import { type AlphaVantageTier, limitsOf } from "./tiers.ts"
import { toVendorSeries } from "./timeframes.ts"

/** Alpha Vantage in Effect's terms. */
export interface EffectAlphaVantage extends EffectBarProvider {
  /** Listings that fit the words, best first. One call. */
  readonly symbolSearch: (keywords: string) => Effect.Effect<ReadonlyArray<SymbolMatch>, ProviderError>
  /** All splits of an instrument, ascending. One call. */
  readonly splits: (instrument: Instrument) => Effect.Effect<ReadonlyArray<Split>, ProviderError>
  /** All dividends of an instrument, ascending. One call. */
  readonly dividends: (instrument: Instrument) => Effect.Effect<ReadonlyArray<Dividend>, ProviderError>
  /** What the key's plan includes, by asking for something that a free key is refused. One call. */
  readonly tierOfKey: Effect.Effect<AlphaVantageTier, ProviderError>
}

/** A month before the beginning or after the end is known by the months that there are. */
interface KnownHistory {
  readonly span: TimeRange
  readonly answer: SeriesFacts
}

interface SeriesFacts {
  readonly now: EpochMillis
  readonly receivedAt: EpochMillis
}

/** All times of an epoch that Temporal knows. */
const allTime = { from: 0, to: 8.64e15 }

/** @throws {InvalidInput} for an unusable key, base URL, call rate or concurrency */
export const makeAlphaVantage = (options: AlphaVantageOptions): EffectAlphaVantage => {
  const { tier = "free", datatype = "json", label = "open", clock = systemClock } = options
  const { concurrency = tier === "premium" ? 4 : 1 } = options
  const apiKey = checkKey(options.apiKey)
  const limits = limitsOf(tier, options.callsPerMinute)
  const capabilities = alphaVantageCapabilities(tier, options)
  const { provider } = capabilities
  const context = { apiKey, cost: limits.cost }
  const client = createVendorClient({
    ...options,
    vendor: provider,
    baseUrl: options.baseUrl ?? alphaVantageUrl,
    limiter: options.limiter ?? createLimiter(limits.budgets, clock),
    pace: limits.pace,
    concurrency,
    classify: failureOfAnswer,
    secrets: [apiKey],
    // What is lost of compressed text goes unnoticed, and CSV does not show it either.
    ...(datatype === "csv" && { headers: { "accept-encoding": "identity" } }),
  })

  const fail = ({ operation }: VendorCall, reason: ProviderFailure): Effect.Effect<never, ProviderError> =>
    Effect.fail(client.error(operation, reason))

  const parsed = <A>(call: VendorCall, result: Result.Result<A, string>): Effect.Effect<A, ProviderError> =>
    Result.isSuccess(result)
      ? Effect.succeed(result.success)
      : fail(call, { _tag: "MalformedResponse", issue: result.failure })

  const vendorSymbolOf = (
    operation: string,
    instrument: Instrument,
  ): Effect.Effect<string, ProviderError> => {
    const vendorSymbol = toVendorSymbol(instrument)
    return vendorSymbol === undefined
      ? Effect.fail(
          client.error({ operation, symbol: instrument.symbol }, { _tag: "SymbolNotFound", certain: true }),
        )
      : Effect.succeed(vendorSymbol)
  }

  const factsOf = ({ headers, receivedAt }: VendorAnswer, askedAt: EpochMillis): SeriesFacts => ({
    now: serverTime(headers) ?? askedAt,
    receivedAt,
  })

  const fetchSeries = Effect.fnUntraced(function* (
    { instrument, timeframe }: Pick<BarRequest, "instrument" | "timeframe">,
    call: SeriesCall,
  ) {
    const vendorCall = seriesCall(context, { instrument, timeframe }, call, datatype)
    const askedAt = clock.now()
    const answer =
      datatype === "json" ? yield* callJson(client, vendorCall) : yield* callText(client, vendorCall)
    const series = yield* parsed(
      vendorCall,
      "body" in answer
        ? parseSeriesJson(answer.body, call.series.rowsKey)
        : parseSeriesCsv(answer, call.series),
    )
    const bars = yield* parsed(
      vendorCall,
      seriesToBars(series, { instrument, timeframe, call, label, datatype }),
    )
    if (bars.reachesFrom !== undefined && bars.reachesFrom >= call.range.to)
      return yield* fail(vendorCall, { _tag: "OutsideHistory", earliest: bars.reachesFrom })
    return { ...bars, ...factsOf(answer, askedAt) }
  })

  const fetchHistory = (instrument: Instrument, vendorSymbol: string) => {
    const series = toVendorSeries("1mo")
    return series === undefined
      ? Effect.die(new Error("there is a monthly series"))
      : fetchSeries({ instrument, timeframe: "1mo" }, { vendorSymbol, series, range: allTime })
  }

  const pagesOf = (
    request: BarRequest,
    { range, series }: SeriesCall,
    answer: { readonly bars: Bars; readonly reachesFrom?: EpochMillis } & SeriesFacts,
  ): ReadonlyArray<BarPage> =>
    closedPages(
      request,
      range,
      answer,
      {
        endpoint: functions[series.name],
        now: answer.now,
        receivedAt: answer.receivedAt,
        ...(label === "close" && isIntraday(request.timeframe) && { evidence: { vendorLabel: label } }),
      },
      capabilities,
    )

  /**
   * Months that hold nothing are refused with the words for an unknown symbol, so that the first refusal is checked
   * against the monthly bars: outside of them there is nothing, and further such months need no call.
   */
  const monthReader = (request: BarRequest) => {
    let known: KnownHistory | undefined
    return Effect.fnUntraced(function* (call: SeriesCall) {
      const nothing = ({ answer }: KnownHistory) => pagesOf(request, call, { ...noBars, ...answer })
      if (call.month === undefined) return pagesOf(request, call, yield* fetchSeries(request, call))
      if (known !== undefined && isOutside(call.month.range, known.span)) return nothing(known)
      const result = yield* Effect.result(fetchSeries(request, call))
      if (Result.isSuccess(result)) return pagesOf(request, call, result.success)
      if (result.failure.reason._tag !== "SymbolNotFound") return yield* Effect.fail(result.failure)
      if (known === undefined) {
        const answer = yield* fetchHistory(request.instrument, call.vendorSymbol)
        const span = historySpan(answer.bars, request.instrument)
        if (span === undefined) return yield* Effect.fail(result.failure)
        known = { span, answer }
      }
      if (isOutside(call.month.range, known.span)) return nothing(known)
      const vendorMessage = `it calls the month ${call.month.name} invalid, of which it has a monthly bar`
      return yield* Effect.fail(
        new ProviderError(result.failure, { _tag: "RequestRejected", status: 200, vendorMessage }),
      )
    })
  }

  return {
    id: provider,
    capabilities,
    plan: (request) => planSeries(request, { tier, now: clock.now() }),
    bars: (request) =>
      Stream.suspend(() => {
        const readMonth = monthReader(request)
        return Stream.fromIterableEffect(
          Effect.fromResult(planCalls(request, { tier, now: clock.now() })),
        ).pipe(
          // As results, so that a failed month does not overtake the good ones before it.
          Stream.mapEffect((call) => Effect.result(readMonth(call)), { concurrency }),
          Stream.mapEffect(Effect.fromResult),
          Stream.flatMap((pages) => Stream.fromIterable(pages)),
        )
      }),
    // A free key would spend one of its 25 calls on what its daily answers cannot use.
    ...(tier === "premium" && {
      firstBar: {
        call: { endpoint: functions.monthly, cost: limits.cost },
        find: Effect.fnUntraced(function* (instrument: Instrument, timeframe: BarRequest["timeframe"]) {
          const range = { from: 0, to: 0 }
          yield* Effect.fromResult(planCalls({ instrument, timeframe, range }, { tier, now: clock.now() }))
          const vendorSymbol = yield* vendorSymbolOf("monthly", instrument)
          const { bars } = yield* fetchHistory(instrument, vendorSymbol)
          const [first] = bars.openTime
          if (first === undefined) return undefined
          const open = openTimeOf(timeframe, first, instrument.timeZone)
          return isIntraday(timeframe) ? Math.max(open, intradayBeginning) : open
        }),
      },
    }),
    symbolSearch: Effect.fnUntraced(function* (keywords) {
      const call = symbolSearchCall(context, keywords)
      return yield* parsed(call, parseMatches((yield* callJson(client, call)).body))
    }),
    splits: Effect.fnUntraced(function* (instrument) {
      const vendorSymbol = yield* vendorSymbolOf("splits", instrument)
      const call = actionsCall(context, "splits", instrument, vendorSymbol)
      return yield* parsed(call, parseSplits((yield* callJson(client, call)).body, instrument, vendorSymbol))
    }),
    dividends: Effect.fnUntraced(function* (instrument) {
      const vendorSymbol = yield* vendorSymbolOf("dividends", instrument)
      const call = actionsCall(context, "dividends", instrument, vendorSymbol)
      return yield* parsed(
        call,
        parseDividends((yield* callJson(client, call)).body, instrument, vendorSymbol),
      )
    }),
    tierOfKey: Effect.matchEffect(callJson(client, entitlementCall(context)), {
      onSuccess: () => Effect.succeed("premium" as const),
      onFailure: (error) =>
        error.reason._tag === "TierRequired" ? Effect.succeed("free" as const) : Effect.fail(error),
    }),
  }
}

/** Keys are letters and digits; the given text is not repeated, since it may be one with a slip. */
const checkKey = (apiKey: string): string => {
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new InvalidInput({
      field: "apiKey",
      value: apiKey === "" ? "" : "(not shown)",
      expected: "a key of Alpha Vantage, without blanks",
    })
  return apiKey
}
