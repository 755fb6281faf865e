import {
  type EpochMillis,
  openTimeAtOrAfter,
  type Timeframe,
  type TimeRange,
  timeRange,
} from "@barkeep/market-data"
import { type BarRequest, ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { coingeckoProviderId } from "./capabilities.ts"
import { coinIdOf, quoteOf, type VendorNames, type VendorSymbol } from "./symbols.ts"
import type { CoingeckoTier } from "./tiers.ts"

/** What a plan depends on besides the request. */
export interface Planning {
  readonly tier: CoingeckoTier
  readonly names: VendorNames
  readonly now: EpochMillis
}

/** A request in CoinGecko's names. */
export interface ResolvedRequest {
  readonly symbol: VendorSymbol
  readonly range: TimeRange
}

/**
 * The request in CoinGecko's names. An error's operation says what is missing: `coinIds` (nothing tells which
 * coin is meant) or `quoteAs` (CoinGecko has no prices in that asset).
 * @throws {InvalidInput} when the range is none
 */
export const resolveRequest = (
  request: BarRequest,
  names: VendorNames,
): Result.Result<ResolvedRequest, ProviderError> => {
  const range = timeRange(request.range.from, request.range.to)
  const coinId = coinIdOf(request.instrument, names)
  const quote = quoteOf(request.instrument, names)
  const unknown = (hint: string) => ({ _tag: "SymbolNotFound", certain: true, hint }) as const
  const { base = "its base", currency = "no currency" } = request.instrument
  if (coinId === undefined)
    return refuse(request, "coinIds", unknown(`nothing tells which coin ${base} is; name its id (coinIds)`))
  if (quote === undefined)
    return refuse(
      request,
      "quoteAs",
      unknown(`CoinGecko has no prices in ${currency}; name what to ask in its place (quoteAs)`),
    )
  return Result.succeed({ symbol: { coinId, ...quote }, range })
}

/** A plan's refusal of a request. */
export const refuse = (
  { instrument, timeframe, range }: BarRequest,
  operation: string,
  reason: ProviderFailure,
): Result.Result<never, ProviderError> =>
  Result.fail(
    new ProviderError(
      { provider: coingeckoProviderId, operation, symbol: instrument.symbol, timeframe, range },
      reason,
    ),
  )

/**
 * Where an answer that reaches back to `earliest` covers the range from: all of it if no bar of it opens
 * earlier.
 */
export const coveredFrom = (timeframe: Timeframe, { from }: TimeRange, earliest: EpochMillis): EpochMillis =>
  openTimeAtOrAfter(timeframe, from) >= earliest ? from : earliest

/** CoinGecko's clock may be ahead of ours, and time passes until it is asked. */
export const slackMillis = 300_000
