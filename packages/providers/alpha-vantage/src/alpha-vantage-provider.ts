import { type Instrument, InvalidInput, isIntraday, openTimeOf } from "@barkeep/market-data"
import {
  type BarRequest,
  createLimiter,
  createVendorClient,
  type ProviderError,
  systemClock,
} from "@barkeep/provider-kit"
import { callJson, type EffectBarProvider, trusted, windowPages } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { actionsCall, entitlementCall, symbolSearchCall } from "./calls.ts"
import { alphaVantageCapabilities } from "./capabilities.ts"
import { type Dividend, parseDividends, parseSplits, type Split } from "./corporate-actions.ts"
import { alphaVantageUrl, functions } from "./endpoints.ts"
import { failureOfAnswer } from "./failures.ts"
import type { AlphaVantageOptions } from "./options.ts"
import { intradayBeginning, planCalls, planSeries } from "./plan-series.ts"
import { createSeriesReader } from "./series-reader.ts"
import { parseMatches, type SymbolMatch } from "./symbol-search.ts"
import { toVendorSymbol } from "./symbols.ts"
import { type AlphaVantageTier, limitsOf } from "./tiers.ts"

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

  const vendorSymbolOf = (
    operation: "splits" | "dividends",
    instrument: Instrument,
  ): Effect.Effect<string, ProviderError> => {
    const vendorSymbol = toVendorSymbol(instrument)
    return vendorSymbol === undefined
      ? Effect.fail(
          client.error({ operation, symbol: instrument.symbol }, { _tag: "SymbolNotFound", certain: true }),
        )
      : Effect.succeed(vendorSymbol)
  }

  const reader = createSeriesReader({ client, context, capabilities, datatype, label, clock })

  return {
    id: provider,
    capabilities,
    plan: (request) => planSeries(request, { tier, now: clock.now() }),
    bars: (request) =>
      Stream.unwrap(
        Effect.map(reader.pagesOf(request), (read) =>
          windowPages(
            () => planCalls(request, { tier, now: clock.now() }),
            (call) => Effect.map(read(call), (pages) => ({ pages, reachesPresent: false })),
            concurrency,
          ),
        ),
      ),
    // A free key would spend one of its 25 calls on what its daily answers cannot use.
    ...(tier === "premium" && {
      firstBar: {
        call: { endpoint: functions.monthly, cost: limits.cost },
        find: Effect.fnUntraced(function* (instrument: Instrument, timeframe: BarRequest["timeframe"]) {
          const range = { from: 0, to: 0 }
          yield* Effect.fromResult(planCalls({ instrument, timeframe, range }, { tier, now: clock.now() }))
          const { bars } = yield* reader.fetchHistory(instrument)
          const [first] = bars.openTime
          if (first === undefined) return undefined
          const open = openTimeOf(timeframe, first, instrument.timeZone)
          return isIntraday(timeframe) ? Math.max(open, intradayBeginning) : open
        }),
      },
    }),
    symbolSearch: Effect.fnUntraced(function* (keywords) {
      const call = symbolSearchCall(context, keywords)
      return yield* trusted(client, call, parseMatches((yield* callJson(client, call)).body))
    }),
    splits: Effect.fnUntraced(function* (instrument) {
      const vendorSymbol = yield* vendorSymbolOf("splits", instrument)
      const call = actionsCall(context, "splits", instrument, vendorSymbol)
      return yield* trusted(
        client,
        call,
        parseSplits((yield* callJson(client, call)).body, instrument, vendorSymbol),
      )
    }),
    dividends: Effect.fnUntraced(function* (instrument) {
      const vendorSymbol = yield* vendorSymbolOf("dividends", instrument)
      const call = actionsCall(context, "dividends", instrument, vendorSymbol)
      return yield* trusted(
        client,
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
