import {
  hasSessions,
  type Instrument,
  isIntraday,
  isoTime,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import { findWay } from "./bar-way.ts"
import { findOverride } from "./overrides.ts"
import type {
  OrderOptions,
  ProviderCapabilities,
  ProviderChoice,
  ProviderOrder,
  ProviderRefusal,
  Question,
  Via,
} from "./provider-capabilities.ts"
import { lookBackHelp, notSetUp, timeframeHelp } from "./provider-help.ts"
import { isOnExchange, preferredProviders, suitability } from "./provider-suitability.ts"

/**
 * Which providers to ask for bars, in order, each with the reason, and why the others are not asked.
 *
 * Crypto comes from Binance, daily bars from Yahoo Finance, American intraday bars from Alpha Vantage when its tier
 * includes them, else from Yahoo Finance inside its look-back. Providers that cover the whole wanted range come before
 * those that cover a part of it. A timeframe that a vendor lacks is resampled from a finer one of the same vendor;
 * in session markets the bins start at the session's open.
 *
 * Nothing is replaced in silence: a pair in USD is never answered with one in USDT, a provider that an override demands
 * is the only one, and an empty `ordered` comes with the help that `refused` gives.
 * @param available what the providers at hand can do with their tiers
 */
export const providerOrder = (
  instrument: Instrument,
  timeframe: Timeframe,
  available: ReadonlyArray<ProviderCapabilities>,
  options: OrderOptions = {},
): ProviderOrder => {
  const question: Question = { instrument, timeframe, options }
  const override = findOverride(options.overrides, instrument.symbol, instrument.symbol)
  const demanded = options.provider ?? override?.provider
  const judged = available.map((capabilities) =>
    demanded === undefined || demanded === capabilities.provider
      ? judge(capabilities, available, question, demanded !== undefined)
      : { refused: [notDemanded(capabilities.provider, demanded)] },
  )
  const chosen = judged.flatMap(({ choice }) => (choice === undefined ? [] : [choice]))
  const wanted = options.wanted?.range
  const inOrder = chosen.toSorted(
    (a, b) => partiality(a.choice, wanted) - partiality(b.choice, wanted) || a.rank - b.rank,
  )
  const absent = (demanded === undefined ? preferredProviders(instrument, timeframe) : [demanded]).filter(
    (provider) => !available.some((capabilities) => capabilities.provider === provider),
  )
  return {
    ordered: inOrder.map(({ choice }) => choice),
    refused: [...judged.flatMap(({ refused }) => refused), ...absent.map(notSetUp)],
  }
}

interface Judged {
  readonly choice?: { readonly choice: ProviderChoice; readonly rank: number }
  readonly refused: ReadonlyArray<ProviderRefusal>
}

const judge = (
  capabilities: ProviderCapabilities,
  available: ReadonlyArray<ProviderCapabilities>,
  question: Question,
  isDemanded: boolean,
): Judged => {
  const { instrument, timeframe, options } = question
  const { provider, tier } = capabilities
  const refuse = (reason: string, help: string): Judged => ({ refused: [{ provider, reason, help }] })
  const suits = suitability(provider, instrument, timeframe)
  if ("help" in suits) return refuse(suits.reason, suits.help)
  if (!capabilities.assetClasses.includes(instrument.assetClass)) {
    return refuse(
      `tier ${tier} has no bars of asset class ${instrument.assetClass}`,
      `it offers ${capabilities.assetClasses.join(", ")}`,
    )
  }
  if (!isDemanded && provider !== "binance" && hasExchangeItself(instrument, available)) {
    return refuse(
      "Binance has the pair itself; a composite price must not be mixed with it",
      `name the provider ${provider} to have it alone`,
    )
  }
  const via = findWay(capabilities, timeframe, instrument, options.anchor)
  if (via === undefined) {
    return refuse(
      `tier ${tier} has neither ${timeframe} nor bars to make it from`,
      timeframeHelp(capabilities, question),
    )
  }
  const reason = [isDemanded ? "overridden: asked for by name" : suits.reason, describeWay(via, question)]
    .filter((part) => part !== "")
    .join("; ")
  return withinLookBack({ provider, tier, reason, via }, suits.rank, capabilities, question)
}

/** The choice for the part inside the look-back, a refusal for the part before it. */
const withinLookBack = (
  choice: ProviderChoice,
  rank: number,
  capabilities: ProviderCapabilities,
  question: Question,
): Judged => {
  const { timeframe, options } = question
  const { wanted } = options
  const source = choice.via === "direct" ? timeframe : choice.via.resampledFrom
  const lookBackMillis = capabilities.timeframes[source]?.lookBackMillis
  if (wanted === undefined) {
    const reach = lookBackMillis === undefined ? "" : `; reaches back ${days(lookBackMillis)} days`
    return { choice: { choice: { ...choice, reason: `${choice.reason}${reach}` }, rank }, refused: [] }
  }
  const { range, now } = wanted
  const earliest = lookBackMillis === undefined ? range.from : now - lookBackMillis
  if (lookBackMillis === undefined || earliest <= range.from) {
    return { choice: { choice: { ...choice, covers: range }, rank }, refused: [] }
  }
  const refused: ProviderRefusal = {
    provider: choice.provider,
    reason: `${source} reaches back ${days(lookBackMillis)} days, to ${isoTime(Math.ceil(earliest / 1000) * 1000)}`,
    help: lookBackHelp(capabilities, question, range.from, now),
  }
  if (earliest >= range.to) return { refused: [refused] }
  return {
    choice: { choice: { ...choice, covers: { from: earliest, to: range.to } }, rank },
    refused: [{ ...refused, range: { from: range.from, to: earliest } }],
  }
}

const hasExchangeItself = (instrument: Instrument, available: ReadonlyArray<ProviderCapabilities>): boolean =>
  isOnExchange(instrument) && available.some(({ provider }) => provider === "binance")

/** 0 when a choice covers all that is wanted, 1 when only a part. */
const partiality = (choice: ProviderChoice, wanted: TimeRange | undefined): number =>
  wanted === undefined || choice.covers?.from === wanted.from ? 0 : 1

const describeWay = (via: Via, { instrument, timeframe, options }: Question): string => {
  if (via === "direct") return ""
  const start = options.anchor === "clock" ? "at full hours" : "at the session's open"
  const bins = hasSessions(instrument) && isIntraday(timeframe) ? `, bins start ${start}` : ""
  return `${timeframe} is resampled from ${via.resampledFrom}${bins}`
}

const notDemanded = (provider: string, demanded: string): ProviderRefusal => ({
  provider,
  reason: `overridden: only ${demanded} is to be asked`,
  help: "drop the override to have it chosen by rule",
})

const days = (millis: number): number => Math.floor(millis / 86_400_000)
