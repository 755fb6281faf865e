const mostDigits = 9

/**
 * The shortest decimal that reads back to the same single-precision number: Yahoo computes in single precision and
 * prints the result in double, `75.0875015258789` for `75.0875`. Keeps the order of numbers, so that no bar becomes
 * inconsistent. A number that is no single-precision number stays as it is.
 * @example
 * shortestFloat32(75.0875015258789) // => 75.0875
 */
export const shortestFloat32 = (value: number): number => {
  if (Math.fround(value) !== value || Number.isInteger(value)) return value
  for (let digits = 1; digits < mostDigits; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(mostDigits))
}
