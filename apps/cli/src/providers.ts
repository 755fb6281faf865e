import { createHash } from "node:crypto"
import {
  alphaVantageCapabilities,
  type AlphaVantageTier,
  createAlphaVantage,
} from "@barkeep/provider-alpha-vantage"
import { binanceCapabilities, createBinance } from "@barkeep/provider-binance"
import { coingeckoCapabilities, type CoingeckoClient, createCoingecko } from "@barkeep/provider-coingecko"
import type { BarProvider, Budget, Capabilities, Limiter, VendorOptions } from "@barkeep/provider-kit"
import { createYahooFinance, yahooFinanceCapabilities } from "@barkeep/provider-yahoo-finance"
import { type Configuration, ConfigurationError } from "./configuration.ts"
import { splitList } from "./lists.ts"

/** What all vendors share: the audit of calls, and the limiter of each account. */
export type SharedOptions = Pick<VendorOptions, "onCall"> & {
  readonly limiterFor?: (account: string, budgets: ReadonlyArray<Budget>) => Limiter
}

/** Everybody who may be asked first, whether set up or not. */
export const providerIds: ReadonlyArray<string> = ["binance", "yahoo-finance", "alpha-vantage"]

/** The vendors that can be asked with this configuration; one that needs a key is left out without it. */
export const makeProviders = (
  configuration: Configuration,
  shared: SharedOptions,
): ReadonlyArray<BarProvider> => {
  const { binanceUrl, binanceArchiveUrl, yahooUrl, alphaVantageUrl, alphaVantageKey } = configuration
  const tier = configuration.alphaVantageTier === "premium" ? "premium" : "free"
  return [
    createBinance({
      ...accountOptions.binance(shared, binanceUrl),
      ...(binanceArchiveUrl === undefined ? {} : { archiveUrl: binanceArchiveUrl }),
      // Whatever stands in for Binance must not be mixed with the real archive.
      ...(binanceUrl !== undefined && binanceArchiveUrl === undefined ? { archive: "never" as const } : {}),
    }),
    createYahooFinance(vendorOptions(shared, yahooFinanceCapabilities, yahooUrl)),
    ...(alphaVantageKey === undefined
      ? []
      : [
          createAlphaVantage({
            ...accountOptions.alphaVantage(shared, alphaVantageUrl, alphaVantageKey, tier),
            apiKey: alphaVantageKey,
            tier,
          }),
        ]),
  ]
}

/** What a client of one vendor gets from this configuration, whatever it is used for. */
export const accountOptions = {
  binance: (shared: SharedOptions, url: string | undefined) =>
    vendorOptions(shared, binanceCapabilities, url),
  alphaVantage: (shared: SharedOptions, url: string | undefined, key: string, tier: AlphaVantageTier) =>
    vendorOptions(shared, alphaVantageCapabilities(tier), url, key),
}

/**
 * CoinGecko, which is never asked first: it has no volume, and only coarse or recent candles.
 * @throws {ConfigurationError} for `coingeckoCoins` that are no list of assets with their ids
 */
export const makeCoingecko = (configuration: Configuration, shared: SharedOptions): CoingeckoClient => {
  const tier = coingeckoTier(configuration)
  const { coingeckoKey, coingeckoUrl } = configuration
  return createCoingecko({
    ...vendorOptions(shared, coingeckoCapabilities(tier), coingeckoUrl, coingeckoKey),
    ...(coingeckoKey === undefined ? {} : { apiKey: coingeckoKey }),
    tier,
    coinIds: coinIdsOf(configuration),
    quoteAs: { USDT: "usd" },
  })
}

/** `NEW=new-token` as `{ NEW: "new-token" }`: a symbol is no id, and only a person can tell which coin is meant. */
const coinIdsOf = ({ coingeckoCoins = "", origins }: Configuration): Readonly<Record<string, string>> =>
  Object.fromEntries(
    splitList(coingeckoCoins).map((pair) => {
      const [, asset, id] = /^([A-Za-z0-9]+)=(\S+)$/.exec(pair) ?? []
      if (asset === undefined || id === undefined)
        throw new ConfigurationError({
          key: "coingeckoCoins",
          where: origins.coingeckoCoins,
          issue: `${JSON.stringify(pair)} is no asset with its id, such as NEW=new-token`,
        })
      return [asset.toUpperCase(), id]
    }),
  )

const coingeckoTier = ({ coingeckoTier: tier, coingeckoKey }: Configuration) =>
  tier === "analyst" || tier === "demo" || tier === "keyless"
    ? tier
    : coingeckoKey === undefined
      ? "keyless"
      : "demo"

const vendorOptions = (
  { onCall, limiterFor }: SharedOptions,
  { provider, budgets }: Capabilities,
  baseUrl: string | undefined,
  key?: string,
): Pick<VendorOptions, "onCall" | "limiter"> & { readonly baseUrl?: string } => ({
  ...(onCall === undefined ? {} : { onCall }),
  ...(baseUrl === undefined ? {} : { baseUrl }),
  ...(limiterFor === undefined ? {} : { limiter: limiterFor(accountOf(provider, baseUrl, key), budgets) }),
})

/**
 * Whose limits count: the vendor's, at another address that address's (a simulator must not use up the real quota), and
 * with a key that key's, of which only a fingerprint is shown.
 */
const accountOf = (provider: string, baseUrl: string | undefined, key: string | undefined): string =>
  [
    provider,
    ...(baseUrl === undefined ? [] : [`at ${baseUrl}`]),
    ...(key === undefined ? [] : [`key ${createHash("sha256").update(key).digest("hex").slice(0, 8)}`]),
  ].join(" ")
