/** How many decimals a written number has. */
const shownDecimals = 8

/** No number written here is longer, its 8 decimals included. */
export const longestNumber = 16 + 1 + shownDecimals

/**
 * Writes a non-negative integer below 2^53 as digits.
 * @returns the position after the last digit
 */
export const writeInteger = (bytes: Uint8Array, position: number, value: number): number => {
  if (value < eightDigits) return writeSmall(bytes, position, value | 0)
  const high = Math.floor(value / eightDigits)
  return writeEight(bytes, writeInteger(bytes, position, high), (value - high * eightDigits) | 0)
}

/**
 * Writes `value / 10^decimals` with 8 decimals.
 * @param value a non-negative integer below 2^53
 * @param decimals from 0 to 8
 * @returns the position after the last digit
 */
export const writeDecimal = (
  bytes: Uint8Array,
  position: number,
  value: number,
  decimals: number,
): number => {
  const unit = powersOfTen[decimals] as number
  const whole = Math.floor(value / unit)
  const end = writeInteger(bytes, position, whole)
  bytes[end] = point
  return writeEight(bytes, end + 1, ((value - whole * unit) * (eightDigits / unit)) | 0)
}

const zero = 48
const point = 46
const eightDigits = 100_000_000
const powersOfTen = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

/** The digits of 0000 to 9999: looking four up is faster than dividing four times. */
const fourDigits = new Uint8Array(40_000)
for (let value = 0; value < 10_000; value += 1)
  for (let digit = 0; digit < 4; digit += 1)
    fourDigits[value * 4 + digit] = zero + (Math.floor(value / (powersOfTen[3 - digit] as number)) % 10)

/** Exactly 8 digits of an integer below 10^8. */
const writeEight = (bytes: Uint8Array, position: number, value: number): number => {
  const high = (value / 10_000) | 0
  const first = high * 4
  const last = (value - high * 10_000) * 4
  bytes[position] = fourDigits[first] as number
  bytes[position + 1] = fourDigits[first + 1] as number
  bytes[position + 2] = fourDigits[first + 2] as number
  bytes[position + 3] = fourDigits[first + 3] as number
  bytes[position + 4] = fourDigits[last] as number
  bytes[position + 5] = fourDigits[last + 1] as number
  bytes[position + 6] = fourDigits[last + 2] as number
  bytes[position + 7] = fourDigits[last + 3] as number
  return position + 8
}

/** An integer below 10^8 without leading zeros. */
const writeSmall = (bytes: Uint8Array, position: number, value: number): number => {
  let count = 1
  while (count < 8 && value >= (powersOfTen[count] as number)) count += 1
  let rest = value
  for (let index = position + count - 1; index >= position; index -= 1) {
    const next = (rest / 10) | 0
    bytes[index] = zero + rest - next * 10
    rest = next
  }
  return position + count
}
