import { InvalidInput } from "@barkeep/market-data"
import type { Pace, VendorOptions } from "@barkeep/provider-kit"
import type { DroppedRows } from "./dropped-rows.ts"
import { isCoinId, isVsCurrency, type VendorNames } from "./symbols.ts"
import { type CoingeckoTier, tiers } from "./tiers.ts"

export interface CoingeckoOptions extends VendorOptions, VendorNames {
  /** @default "demo" with a key, "keyless" without */
  readonly tier?: CoingeckoTier
  /** Travels in a header only, to the address of its tier. */
  readonly apiKey?: string
  /**
   * Where CoinGecko is; a proxy or a simulator may stand in.
   * @default `coingeckoApiUrl`, for the analyst tier `coingeckoProApiUrl`
   */
  readonly baseUrl?: string
  /** Calls in flight at once. @default 1 */
  readonly concurrency?: number
  /** How fast calls may start, besides what the tier's budgets allow. @default five a second */
  readonly pace?: Pace
  /**
   * Told of the rows of an answer that are no closed bars, before its page is given. What it throws fails the
   * question.
   */
  readonly onDroppedRows?: (dropped: DroppedRows) => void
}

/**
 * The tier that the options ask for.
 * @throws {InvalidInput} for a key without use or a tier without its key, and for names that CoinGecko cannot
 * have
 */
export const checkOptions = (options: CoingeckoOptions): CoingeckoTier => {
  const { apiKey, coinIds = {}, quoteAs = {} } = options
  const tier = options.tier ?? (apiKey === undefined ? "keyless" : "demo")
  if (!Object.hasOwn(tiers, tier))
    throw new InvalidInput({ field: "tier", value: tier, expected: `one of ${Object.keys(tiers).join(" ")}` })
  checkKey(tier, apiKey)
  for (const [base, id] of Object.entries(coinIds))
    if (!isCoinId(id))
      throw new InvalidInput({
        field: `coinIds.${base}`,
        value: id,
        expected: "an id of CoinGecko's list of coins",
      })
  for (const [currency, vsCurrency] of Object.entries(quoteAs)) {
    if (isVsCurrency(currency.toLowerCase()))
      throw new InvalidInput({
        field: "quoteAs",
        value: currency,
        expected: "an asset that CoinGecko has no prices in",
      })
    if (!isVsCurrency(vsCurrency))
      throw new InvalidInput({
        field: `quoteAs.${currency}`,
        value: vsCurrency,
        expected: "a vs_currency of CoinGecko",
      })
  }
  return tier
}

const checkKey = (tier: CoingeckoTier, apiKey: string | undefined): void => {
  const invalidKey = (value: string, expected: string): InvalidInput =>
    new InvalidInput({ field: "apiKey", value, expected })
  if (tiers[tier].keyHeader === undefined) {
    if (apiKey !== undefined)
      throw invalidKey("the given key", "allowed for the keyless tier, which sends none")
  } else if (apiKey === undefined) throw invalidKey("nothing", `a key for the ${tier} tier`)
  // A header cannot carry other characters; the key itself is not repeated.
  else if (!/^[\x21-\x7e]+$/.test(apiKey)) throw invalidKey("the given text", "a key of CoinGecko")
}
