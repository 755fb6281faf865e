import type { TickerContext } from "./classification.ts"
import { isKnownAsset } from "./crypto-assets.ts"
import { alwaysOpen } from "./exchanges.ts"
import { readPlainTicker } from "./plain-ticker.ts"
import { evidence, isRefusal, type Reading } from "./reading.ts"
import { readSeparated } from "./separated-pair.ts"

const derivative = /^(.+)[-_](PERP|\d{6})$/

/**
 * A perpetual or dated future on a crypto pair: `BTCUSDT_PERP`, `BTC-PERP`, `BTCUSD_240628`. It is another instrument
 * than the pair and never shares its bars. `undefined` when the text is none.
 */
export const readDerivative = (text: string, context: TickerContext): Reading | undefined => {
  const [, underlying, expiry] = derivative.exec(text) ?? []
  if (underlying === undefined || expiry === undefined) return undefined
  const kind = expiry === "PERP" ? "perpetual future" : `future that expires on ${expiry}`
  const pair = pairOf(underlying, context)
  if (pair !== undefined) {
    const { symbol, base, currency } = pair.instrument
    return {
      instrument: {
        symbol: `${symbol}_${expiry}`,
        assetClass: "future",
        ...alwaysOpen,
        ...(base === undefined ? {} : { base }),
        ...(currency === undefined ? {} : { currency }),
      },
      certainty: pair.certainty,
      evidence: [evidence("derivative-syntax", `a ${kind} on ${symbol}`), ...pair.evidence],
    }
  }
  if (!isKnownAsset(underlying)) return undefined
  return {
    instrument: {
      symbol: `${underlying}-${expiry}`,
      assetClass: "future",
      ...alwaysOpen,
      base: underlying,
      currency: "USD",
    },
    certainty: "likely",
    evidence: [evidence("derivative-syntax", `a ${kind} on ${underlying}, which venues settle in USD`)],
  }
}

const pairOf = (text: string, context: TickerContext): Reading | undefined => {
  const [left = "", right, ...more] = text.split(/[-/_]/)
  if (more.length > 0 || !/^[A-Z0-9/_-]+$/.test(text)) return undefined
  const reading = right === undefined ? plain(left, context) : readSeparated(left, right, context)[0]
  return reading?.instrument.assetClass === "crypto" ? reading : undefined
}

const plain = (text: string, context: TickerContext): Reading | undefined => {
  const readings = readPlainTicker(text, context)
  return isRefusal(readings) ? undefined : readings[0]
}
