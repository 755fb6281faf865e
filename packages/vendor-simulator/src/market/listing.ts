import { type EpochMillis, InvalidInput, parseIsoTime } from "@barkeep/market-data"

/** A pair of an invented market: what it is called, since when it trades and what its numbers look like. */
export interface Listing {
  readonly symbol: string
  readonly baseAsset: string
  readonly quoteAsset: string
  /** First trade. */
  readonly listedAt: EpochMillis
  /** No bar opens at or after this; the pair stays known. */
  readonly delistedAt?: EpochMillis
  /** Price on the first day, which later prices wander around. */
  readonly price: number
  /** Decimals of the price grid, at most 8: 2 means a tick of 0.01. */
  readonly priceDecimals: number
  /** Units of the base asset traded on an average day. */
  readonly dailyVolume: number
  /** Decimals of a traded quantity, at most 8. */
  readonly volumeDecimals: number
}

/**
 * The pairs a simulator has unless told otherwise. The dates follow the real listings, prices and volumes have
 * their order of magnitude, everything else is invented. BTCBUSD is delisted.
 */
export const defaultListings: ReadonlyArray<Listing> = (
  [
    ["BTC", "USDT", "2017-08-17T04:00:00Z", 30_000, 2, 40_000, 5],
    ["ETH", "USDT", "2017-08-17T04:00:00Z", 2000, 2, 300_000, 4],
    ["ETH", "BTC", "2017-07-14T04:00:00Z", 0.06, 5, 60_000, 4],
    ["BNB", "USDT", "2017-11-06T03:54:00Z", 300, 1, 500_000, 3],
    ["LTC", "USDT", "2017-12-13T03:32:00Z", 90, 2, 700_000, 3],
    ["ADA", "USDT", "2018-04-17T04:02:00Z", 0.5, 4, 150_000_000, 1],
    ["XRP", "USDT", "2018-05-04T08:11:00Z", 0.6, 4, 250_000_000, 0],
    ["LINK", "USDT", "2019-01-16T10:00:00Z", 12, 2, 4_000_000, 2],
    ["DOGE", "USDT", "2019-07-05T12:00:00Z", 0.1, 5, 1_000_000_000, 0],
    ["BTC", "BUSD", "2019-09-20T10:00:00Z", 30_000, 2, 20_000, 5, "2023-12-15T08:00:00Z"],
    ["SOL", "USDT", "2020-08-11T06:00:00Z", 100, 2, 3_000_000, 3],
    ["SHIB", "USDT", "2021-05-10T11:00:00Z", 0.000_02, 8, 2_000_000_000_000, 0],
    ["PEPE", "USDT", "2023-05-05T16:00:00Z", 0.000_01, 8, 20_000_000_000_000, 0],
  ] as const
).map(([base, quote, listed, price, priceDecimals, dailyVolume, volumeDecimals, delisted]) => ({
  symbol: base + quote,
  baseAsset: base,
  quoteAsset: quote,
  listedAt: parseIsoTime(listed),
  ...(delisted === undefined ? {} : { delistedAt: parseIsoTime(delisted) }),
  price,
  priceDecimals,
  dailyVolume,
  volumeDecimals,
}))

const quoteAssets = ["USDT", "FDUSD", "BUSD", "USDC", "TUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "USD"]

/** Base and quote of a symbol by its ending; the quote is empty when the ending is none of the common ones. */
export const splitSymbol = (symbol: string): { readonly baseAsset: string; readonly quoteAsset: string } => {
  const quoteAsset = quoteAssets.find((asset) => symbol.endsWith(asset) && symbol !== asset) ?? ""
  return { baseAsset: symbol.slice(0, symbol.length - quoteAsset.length), quoteAsset }
}

/** Capital letters of any script, digits, `-`, `_` and `.`, as Binance spells its pairs. */
export const isSymbol = (text: string): boolean => /^[\p{Lu}\p{Lo}\p{N}\-_.]{1,20}$/u.test(text)

/** The largest sum of a month that must still be an exact integer. */
const exactLimit = 1e15
const longestMonth = 31

/**
 * @throws {InvalidInput} when a value is out of its range, or volumes are too large to be summed exactly
 */
export const checkListing = (listing: Listing): void => {
  const field = `listings: ${listing.symbol}`
  const wrong = (name: string, value: unknown, expected: string): never => {
    throw new InvalidInput({ field: `${field}.${name}`, value, expected })
  }
  if (!isSymbol(listing.symbol)) wrong("symbol", listing.symbol, "1-20 capital letters, digits, -, _ or .")
  if (!Number.isSafeInteger(listing.listedAt) || listing.listedAt % 60_000 !== 0)
    wrong("listedAt", listing.listedAt, "epoch milliseconds of a whole minute")
  if (listing.delistedAt !== undefined && !(listing.delistedAt > listing.listedAt))
    wrong("delistedAt", listing.delistedAt, "epoch milliseconds after listedAt")
  for (const name of ["priceDecimals", "volumeDecimals"] as const)
    if (!Number.isInteger(listing[name]) || listing[name] < 0 || listing[name] > 8)
      wrong(name, listing[name], "an integer from 0 to 8")
  const ticks = listing.price * 10 ** listing.priceDecimals
  if (!(ticks >= 100 && ticks <= 1e11))
    wrong("price", listing.price, "between 100 and 10^11 ticks of the price grid")
  const monthly = listing.dailyVolume * longestMonth * 10 ** listing.volumeDecimals
  if (!(listing.dailyVolume > 0 && monthly <= exactLimit))
    wrong(
      "dailyVolume",
      listing.dailyVolume,
      `positive, and below 10^15 units of 10^-${listing.volumeDecimals} a month`,
    )
}

/** As many decimals of the quote volume, at most 8, as a month's sum leaves exact. */
export const quoteDecimalsOf = (listing: Listing): number => {
  const monthly = listing.price * listing.dailyVolume * longestMonth
  let decimals = 8
  while (decimals > 0 && monthly * 10 ** decimals > exactLimit) decimals -= 1
  return decimals
}
