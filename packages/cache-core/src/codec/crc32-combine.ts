/**
 * CRC-32 of two texts joined, from the CRC of each and the length of the second one.
 * @param lengthOfSecond bytes
 */
export const crc32Combine = (first: number, second: number, lengthOfSecond: number): number => {
  let crc = first >>> 0
  let power = 0
  // A double holds lengths beyond 32 bits; bit operators would not.
  for (let length = lengthOfSecond; length > 0; length = Math.floor(length / 2)) {
    if (length % 2 === 1) crc = multiply(powerOfByte(power), crc)
    power += 1
  }
  return (crc ^ second) >>> 0
}

/** The reflected CRC-32 polynomial; bit 31 of a number is the coefficient of x^0. */
const polynomial = 0xedb88320

/** Product of two polynomials modulo the CRC polynomial. */
const multiply = (a: number, b: number): number => {
  let product = 0
  let factor = b
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((a >>> bit) & 1) product ^= factor
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1
  }
  return product >>> 0
}

/** `bytePowers[k]` is x^(8 * 2^k): appending 2^k zero bytes multiplies by it. */
const bytePowers: Array<number> = [0x00800000]

const powerOfByte = (k: number): number => {
  while (bytePowers.length <= k) {
    const last = bytePowers[bytePowers.length - 1] as number
    bytePowers.push(multiply(last, last))
  }
  return bytePowers[k] as number
}
