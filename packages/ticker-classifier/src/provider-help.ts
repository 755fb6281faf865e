import { timeframes } from "@barkeep/market-data"
import type { ProviderCapabilities, ProviderRefusal, Question } from "./provider-capabilities.ts"
import { preferredProviders } from "./provider-suitability.ts"

const alphaVantageHelp =
  "an Alpha Vantage premium plan includes intraday bars since 2000 (ALPHA_VANTAGE_KEY and ALPHA_VANTAGE_TIER)"

const isAlphaVantagePreferred = ({ instrument, timeframe }: Question): boolean =>
  preferredProviders(instrument, timeframe).includes("alpha-vantage")

/** What would give a timeframe that the tier lacks. */
export const timeframeHelp = (capabilities: ProviderCapabilities, question: Question): string =>
  capabilities.provider === "alpha-vantage" && isAlphaVantagePreferred(question)
    ? alphaVantageHelp
    : `it offers ${Object.keys(capabilities.timeframes).join(" ")}`

/** What reaches further: coarser bars of the same vendor, or another vendor. */
export const lookBackHelp = (
  capabilities: ProviderCapabilities,
  question: Question,
  from: number,
  now: number,
): string => {
  const coarser = timeframes.slice(timeframes.indexOf(question.timeframe) + 1).find((name) => {
    const capability = capabilities.timeframes[name]
    return capability !== undefined && now - (capability.lookBackMillis ?? Number.POSITIVE_INFINITY) <= from
  })
  const others = isAlphaVantagePreferred(question) && capabilities.provider !== "alpha-vantage"
  return [
    coarser === undefined
      ? "ask for a later start"
      : `ask for a later start, or for ${coarser}, which reaches back that far`,
    ...(others ? [alphaVantageHelp] : []),
  ].join("; ")
}

/** A provider that the rules prefer, or an override demands, and that is not there. */
export const notSetUp = (provider: string): ProviderRefusal => ({
  provider,
  reason: "not set up here",
  help: provider === "alpha-vantage" ? alphaVantageHelp : `add the provider ${provider}`,
})
