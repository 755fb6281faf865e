import { TaggedError } from "@barkeep/market-data"

/** One entry of CoinGecko's list of coins. */
export interface Coin {
  readonly id: string
  /** In small letters; not unique. */
  readonly symbol: string
  readonly name: string
}

/** Several coins share a symbol, and nothing says which one is meant. */
export class AmbiguousCoin extends TaggedError<"AmbiguousCoin"> {
  readonly _tag = "AmbiguousCoin"
  override readonly name = "AmbiguousCoin"
  readonly symbol: string
  /** In the order of CoinGecko's list, which means nothing. */
  readonly candidates: ReadonlyArray<Coin>

  constructor(symbol: string, candidates: ReadonlyArray<Coin>) {
    const shown = candidates.slice(0, shownCandidates).map(({ id, name }) => `${id} (${name})`)
    const more =
      candidates.length > shownCandidates ? [`and ${candidates.length - shownCandidates} more`] : []
    super(
      `coingecko: ${symbol} is the symbol of ${candidates.length} coins: ${[...shown, ...more].join(", ")}; ` +
        `name the id of the one that is meant in the option coinIds`,
    )
    this.symbol = symbol
    this.candidates = candidates
  }
}

const shownCandidates = 10
