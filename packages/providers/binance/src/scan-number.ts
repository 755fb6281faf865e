const dot = 0x2e
const zero = 0x30
const nine = 0x39

/** Where the number that starts here ends; -1 when none does. A decimal may have a fraction, an integer no leading zero. */
export const endOfNumber = (bytes: Uint8Array, start: number, isDecimal: boolean): number => {
  const end = endOfDigits(bytes, start)
  if (end === start) return -1
  if (!isDecimal) return bytes[start] === zero && end > start + 1 ? -1 : end
  if (bytes[end] !== dot) return end
  const endOfFraction = endOfDigits(bytes, end + 1)
  return endOfFraction === end + 1 ? -1 : endOfFraction
}

const endOfDigits = (bytes: Uint8Array, start: number): number => {
  let at = start
  for (let code = bytes[at] ?? 0; code >= zero && code <= nine; code = bytes[at] ?? 0) at += 1
  return at
}

/**
 * A number of so many digits is exact as an integer, and so is the power of ten; their quotient is the double nearest
 * to the text, which is what Number gives.
 */
const exactDigits = 15
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent)

/** The double nearest to the number in `[start, end)`. */
export const numberOf = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start > exactDigits) return Number(String.fromCharCode(...bytes.subarray(start, end)))
  let integer = 0
  let decimals = 0
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] as number
    if (code === dot) decimals = end - at - 1
    else integer = integer * 10 + (code - zero)
  }
  return integer / (powersOfTen[decimals] as number)
}
