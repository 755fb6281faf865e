import type { TickerContext } from "./classification.ts"
import { readDerivative } from "./derivatives.ts"
import { readDotted } from "./dotted-ticker.ts"
import { readCurrencyRate, readFuture, readIndex } from "./marked-ticker.ts"
import { listedReading, readPlainTicker } from "./plain-ticker.ts"
import { type ReadingsOrRefusal, refusal } from "./reading.ts"
import { readSeparated } from "./separated-pair.ts"

const shape = "a ticker such as AAPL, BRK-B, 7203.T, ^GSPC, BTCUSDT or EURUSD=X"

/** No ticker of the vendors is longer: options have 21 characters, Binance's symbols up to 20. */
const longestTicker = 32

/**
 * All readings of a text, most plausible first. Letters of `a` to `z` are read as capitals, nothing else is changed:
 * a character that only looks like a letter stays what it is.
 */
export const readTicker = (given: string, context: TickerContext): ReadingsOrRefusal => {
  const text = upperCase(given)
  if (isUnusable(text)) return refusal(shape, ...candidatesIn(given))
  if (!isAsciiTicker(text)) return readListedOnly(text, context) ?? refusal(shape, ...candidatesIn(given))

  const marked = readIndex(text) ?? readFuture(text) ?? readCurrencyRate(text, context)
  if (marked !== undefined) return "expected" in marked ? marked : [marked]
  const derivative = readDerivative(text, context)
  if (derivative !== undefined) return [derivative]
  if (/^[A-Z0-9]+$/.test(text)) return readPlainTicker(text, context)
  if (text.includes(".")) return readDotted(text, context)

  const [left = "", right, ...more] = text.split(/[-/_]/)
  if (right === undefined || more.length > 0 || !/^[A-Z0-9/_-]+$/.test(text)) {
    return refusal(shape, ...candidatesIn(given))
  }
  const [first, ...rest] = readSeparated(left, right, context)
  return first === undefined ? refusal("a pair or a share class", ...candidatesIn(given)) : [first, ...rest]
}

/** Capitals for `a` to `z` only: `ı` and `ß` must not turn into ASCII letters. */
export const upperCase = (text: string): string => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())

/** True for text of the characters that tickers have, without anything that `isUnusable` keeps out. */
export const isSafeTicker = (text: string): boolean => !isUnusable(text) && isAsciiTicker(text)

const isAsciiTicker = (text: string): boolean => /^[A-Z0-9.&=^/_-]+$/.test(text)

/** A symbol with other letters (Binance lists Chinese ones) is what the exchange's list says, or nothing. */
const readListedOnly = (text: string, { exchangeSymbols }: TickerContext): ReadingsOrRefusal | undefined => {
  const exact = exchangeSymbols?.get(text)
  if (exact !== undefined) return [listedReading(text, exact)]
  const [base, quote, ...more] = text.split(/[-/_]/)
  const joined = exchangeSymbols?.get(`${base}${quote}`)
  if (joined === undefined || more.length > 0 || joined.base !== base || joined.quote !== quote)
    return undefined
  return [listedReading(`${base}${quote}`, joined)]
}

/** Nothing that could leave a folder, hide in a log or break a line, whatever a list says. */
export const isUnusable = (text: string): boolean =>
  text === "" ||
  text.length > longestTicker ||
  /[\p{C}\s\\]/u.test(text) ||
  text.includes("..") ||
  /^[^\p{L}\p{N}^]/u.test(text) ||
  /[^\p{L}\p{N}]$/u.test(text)

/** What may be meant: the name after an exchange's, the last part of a path, the parts of a list. */
const candidatesIn = (text: string): ReadonlyArray<string> => {
  const name = /^[A-Za-z]{2,}:([^:]+)$/.exec(text)?.[1] ?? text
  const isPath = /^[./\\~]|\\/.test(name)
  const parts = isPath ? name.split(/[/\\]/).slice(-1) : name.split(/[\s,;|]+/)
  return parts.map((part) =>
    part.replaceAll(/\.{2,}/g, ".").replaceAll(/^[^\p{L}\p{N}^]+|[^\p{L}\p{N}]+$/gu, ""),
  )
}
