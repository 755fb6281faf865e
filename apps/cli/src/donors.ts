import type { AbsentDonor, Donor } from "@barkeep/fill-gaps"
import { InvalidInput } from "@barkeep/market-data"
import { createBinance } from "@barkeep/provider-binance"
import type { BarProvider } from "@barkeep/provider-kit"
import type { Configuration } from "./configuration.ts"
import { accountOptions, makeCoingecko, makeProviders, type SharedOptions } from "./providers.ts"
import { rebuiltOn } from "./rebuilt-donor.ts"

/** Whom gaps can be filled from with this configuration, the best first, and who is missing. */
export interface Donors {
  readonly donors: ReadonlyArray<Donor>
  readonly absentDonors: ReadonlyArray<AbsentDonor>
}

export interface DonorFlags {
  readonly allowSampled: boolean
  /** Only this donor, or the donors of this provider. */
  readonly provider: string | undefined
}

/** @throws {InvalidInput} for a provider that is none */
export const makeDonors = (
  configuration: Configuration,
  shared: SharedOptions,
  { allowSampled, provider }: DonorFlags,
): Donors => {
  const coingecko = makeCoingecko(configuration, shared)
  const shares = makeProviders(configuration, shared).filter(({ id }) => id !== "binance")
  const all: ReadonlyArray<Donor> = [
    ...binanceDonors(configuration, shared),
    // Alpha Vantage before Yahoo Finance, whose bars most entries of shares have already.
    ...shares
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .flatMap((each): ReadonlyArray<Donor> => [
        { id: each.id, provider: withoutCrypto(each) },
        ...(each.id === "alpha-vantage"
          ? [{ id: "alpha-vantage-30m", provider: rebuiltOn(each, "session") }]
          : []),
      ]),
    { id: "coingecko", provider: coingecko },
    {
      id: "coingecko-samples",
      provider: coingecko.sampled,
      grade: "sampled",
      needsConsent: !allowSampled,
    },
  ]
  const donors = all.filter(
    (donor) => provider === undefined || donor.id === provider || donor.provider.id === provider,
  )
  if (donors.length === 0)
    throw new InvalidInput({
      field: "--provider",
      value: provider,
      expected: `one of ${[...new Set(all.flatMap((donor) => [donor.id, donor.provider.id]))].join(", ")}`,
    })
  return { donors, absentDonors: provider === undefined ? absentDonors(configuration) : [] }
}

/** Pairs come from exchanges and CoinGecko; a price in dollars of Yahoo Finance is another one. */
const withoutCrypto = (provider: BarProvider): BarProvider => ({
  ...provider,
  capabilities: {
    ...provider.capabilities,
    assetClasses: provider.capabilities.assetClasses.filter((name) => name !== "crypto"),
  },
})

/** The archive and the API are two sources: what one left out the other may have. */
const binanceDonors = (configuration: Configuration, shared: SharedOptions): ReadonlyArray<Donor> => {
  const { binanceUrl, binanceArchiveUrl } = configuration
  const options = accountOptions.binance(shared, binanceUrl)
  const api: Donor = { id: "binance", provider: createBinance({ ...options, archive: "never" }) }
  // Whatever stands in for Binance must not be mixed with the real archive.
  if (binanceUrl !== undefined && binanceArchiveUrl === undefined) return [api]
  const archive = createBinance({
    ...options,
    archive: "always",
    ...(binanceArchiveUrl === undefined ? {} : { archiveUrl: binanceArchiveUrl }),
  })
  return [{ id: "binance-archive", provider: archive, source: "archive" }, api]
}

const absentDonors = ({ alphaVantageKey }: Configuration): ReadonlyArray<AbsentDonor> =>
  alphaVantageKey === undefined
    ? [
        {
          id: "alpha-vantage",
          assetClasses: ["stock", "etf"],
          reason: "tier-required",
          text: "is not asked without a key (ALPHA_VANTAGE_KEY); intraday bars need a premium one (ALPHA_VANTAGE_TIER)",
        },
      ]
    : []
