/**
 * CRC-32 of two texts joined, from the CRC of each and the length of the second one.
 * @param lengthOfSecond bytes
 */
export const crc32Combine = (first: number, second: number, lengthOfSecond: number): number =>
  (multiply(powerOfBytes(lengthOfSecond), first) ^ second) >>> 0

/** The reflected CRC-32 polynomial; bit 31 of a number is the coefficient of x^0. */
const polynomial = 0xedb88320
/** The polynomial 1. */
const one = 0x80000000

/** Product of two polynomials modulo the CRC polynomial. */
const multiply = (a: number, b: number): number => {
  let product = 0
  let factor = b | 0
  for (let rest = a | 0; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= factor
    factor = (factor >>> 1) ^ (polynomial & -(factor & 1))
  }
  return product
}

/** `digitPowers[k][digit]` is x^(8 * digit * 256^k): what appending so many bytes multiplies a CRC by. */
const digitPowers: Array<Int32Array> = []

/** x^(8 * length): one product for each base-256 digit of the length. */
const powerOfBytes = (length: number): number => {
  let power = one | 0
  let rest = length
  for (let place = 0; rest > 0; place += 1) {
    const digit = rest % 256
    if (digit > 0) power = multiply(power, powersAt(place)[digit] as number)
    // Lengths may exceed 32 bits: no bit operators on them.
    rest = Math.floor(rest / 256)
  }
  return power
}

const powersAt = (place: number): Int32Array => {
  while (digitPowers.length <= place) {
    const before = digitPowers.at(-1)
    // x^8, or the last entry of the place before times its first: 256 times as many bytes.
    const first = before === undefined ? 0x00800000 : multiply(before[255] as number, before[1] as number)
    const powers = new Int32Array(256)
    powers[0] = one
    for (let digit = 1; digit < 256; digit += 1) powers[digit] = multiply(powers[digit - 1] as number, first)
    digitPowers.push(powers)
  }
  return digitPowers[place] as Int32Array
}
