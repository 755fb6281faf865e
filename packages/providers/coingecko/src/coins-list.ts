import { TaggedError } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { isObject, isText } from "./json-object.ts"

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

/** The coins of an answer of `/coins/list`, or why it is none. */
export const parseCoinsList = (payload: unknown): Result.Result<ReadonlyArray<Coin>, string> => {
  if (!Array.isArray(payload)) return Result.fail("the answer is no list of coins")
  const coins: Array<Coin> = []
  for (const [index, entry] of (payload as ReadonlyArray<unknown>).entries()) {
    if (!isObject(entry)) return Result.fail(`coin ${index} is no object`)
    const { id, symbol, name } = entry
    // Some coins have an empty symbol or name.
    if (!isText(id) || typeof symbol !== "string" || typeof name !== "string")
      return Result.fail(`coin ${index} lacks its id, symbol or name`)
    coins.push({ id, symbol, name })
  }
  return Result.succeed(coins)
}

/** The coins with this symbol, in any letters. */
export const coinsOfSymbol = (coins: ReadonlyArray<Coin>, symbol: string): ReadonlyArray<Coin> => {
  const wanted = symbol.toLowerCase()
  return coins.filter((coin) => coin.symbol.toLowerCase() === wanted)
}
