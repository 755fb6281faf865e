import { InvalidInput } from "@barkeep/market-data"

/**
 * The shortest decimal text that reads back to this double: plain digits from 1e-18 up to 1e18, beyond that with an
 * exponent (`1e+22`, `5e-324`). Every reader takes both; whole numbers of 2^64 and more without an exponent would be
 * taken for text by some of them.
 * @param value not NaN and without a sign
 * @throws {InvalidInput} for Infinity, which is no price and no volume
 */
export const shortestText = (value: number, column: string): string => {
  if (value === Number.POSITIVE_INFINITY)
    throw new InvalidInput({ field: column, value, expected: "a finite number, or NaN where there is none" })
  if (value >= 1e18) return value.toExponential()
  const text = String(value)
  const mark = text.indexOf("e-")
  if (mark < 0 || value < 1e-18) return text
  const digits = text.slice(0, mark).replace(".", "")
  return `0.${"0".repeat(Number(text.slice(mark + 2)) - 1)}${digits}`
}

/** How many digits after the point the text has when it is plain and short enough to be proved; else `undefined`. */
export const provableDecimals = (text: string): number | undefined => {
  if (text.length > 16 || text.includes("e")) return undefined
  const mark = text.indexOf(".")
  return mark < 0 ? 0 : text.length - mark - 1
}
