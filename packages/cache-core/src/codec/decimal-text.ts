import { InvalidInput } from "@barkeep/market-data"

/**
 * More decimals than this are dropped by some readers, pandas' default one among them, zeros after the point
 * included.
 */
export const mostDecimals = 16

/**
 * The shortest decimal text that reads back to this double. Plain digits, with an exponent only for 1e18 and
 * more (whole numbers beyond 64 bits are taken for text by some readers) and for what is below 1e-4 and needs
 * more than 16 decimals (`1.23456789e-10`, but `0.00000001`).
 * @param value not NaN and without a sign
 * @throws {InvalidInput} for Infinity, which is no price and no volume
 */
export const shortestText = (value: number, column: string): string => {
  if (value === Number.POSITIVE_INFINITY)
    throw new InvalidInput({ field: column, value, expected: "a finite number, or NaN where there is none" })
  if (value >= 1e18) return value.toExponential()
  if (value >= 1e-4 || value === 0) return String(value)
  const text = value.toExponential()
  const mark = text.indexOf("e-")
  const digits = text.slice(0, mark).replace(".", "")
  const zeros = Number(text.slice(mark + 2)) - 1
  return zeros + digits.length > mostDecimals ? text : `0.${"0".repeat(zeros)}${digits}`
}

/**
 * How many digits after the point the text has when it is plain and short enough to be proved; else
 * `undefined`.
 */
export const provableDecimals = (text: string): number | undefined => {
  if (text.length > 16 || text.includes("e")) return undefined
  const mark = text.indexOf(".")
  return mark < 0 ? 0 : text.length - mark - 1
}
