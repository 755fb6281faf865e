import * as Result from "effect/Result"
import { firstMicros } from "./klines-to-bars.ts"

/** What may be done with a pair; Binance adds values from time to time. */
export type BinanceSymbolStatus = "TRADING" | "END_OF_DAY" | "HALT" | "BREAK" | "CANCEL_ONLY" | (string & {})

/** A spot pair as Binance lists it. */
export interface BinanceSymbol {
  /** May hold any letters, not only ASCII. */
  readonly symbol: string
  readonly status: BinanceSymbolStatus
  readonly base: string
  readonly quote: string
}

/** The pairs of an exchangeInfo answer, or why it is none; one bad entry fails the answer. */
export const parseExchangeInfo = (payload: unknown): Result.Result<ReadonlyArray<BinanceSymbol>, string> => {
  const listed = field(payload, "symbols")
  if (!Array.isArray(listed)) return Result.fail("the answer has no list of symbols")
  const pairs: Array<BinanceSymbol> = []
  for (const [index, entry] of listed.entries()) {
    const symbol = field(entry, "symbol")
    const status = field(entry, "status")
    const base = field(entry, "baseAsset")
    const quote = field(entry, "quoteAsset")
    if (!(isText(symbol) && isText(status) && isText(base) && isText(quote)))
      return Result.fail(`symbol ${index} lacks its name, status, base or quote`)
    pairs.push({ symbol, status, base, quote })
  }
  return Result.succeed(pairs)
}

/** The server's clock, epoch milliseconds, from an answer of `/api/v3/time`, or why it is none. */
export const parseServerTime = (payload: unknown): Result.Result<number, string> => {
  const time = field(payload, "serverTime")
  if (typeof time !== "number" || !Number.isSafeInteger(time))
    return Result.fail("the answer has no server time")
  return Result.succeed(time >= firstMicros ? Math.floor(time / 1000) : time)
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""
