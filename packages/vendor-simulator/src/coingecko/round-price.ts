/** How prices are written. */
export type Round = (value: number) => number

/**
 * The rounding that `precision` asks for: `full`, or decimals from 0 to 18. Without it CoinGecko rounds candles, by a rule
 * that nobody has written down: here to five digits.
 * @returns `undefined` for another text
 */
export const roundingOf = (precision: string | null, byDefault: "rounded" | "full"): Round | undefined => {
  if (precision === "full" || (precision === null && byDefault === "full")) return digits(15)
  if (precision === null) return (value) => (value >= 10_000 ? Math.round(value) : digits(5)(value))
  if (!/^(\d|1[0-8])$/.test(precision)) return undefined
  return (value) => Number(value.toFixed(Number(precision)))
}

const digits =
  (count: number): Round =>
  (value) =>
    Number(value.toPrecision(count))
