import * as Result from "effect/Result"
import type { Coin } from "./ambiguous-coin.ts"
import { isObject, isText } from "@barkeep/provider-kit"

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
