/** The address after the text that `numberAt` has read; 0 when it could not. */
export let numberEnd: usize = 0

const mostDigits: i32 = 19

/**
 * The double nearest to the decimal text at an address: `-?\d+(\.\d+)?([eE][+-]?\d\d?)?`; NaN for no text at all. Text with
 * more digits than 19, or with an exponent that takes more than one rounding, is refused.
 */
export function numberAt(address: usize): f64 {
  let at = address
  const isNegative = load<u8>(at) == 45
  if (isNegative) at += 1
  const start = at
  let mantissa: u64 = 0
  let digit = <u32>load<u8>(at) - 48
  // 20 digits may wrap around; they are refused below.
  while (digit <= 9) {
    mantissa = mantissa * 10 + digit
    at += 1
    digit = <u32>load<u8>(at) - 48
  }
  let digits = <i32>(at - start)
  if (digits == 0) {
    numberEnd = isNegative ? 0 : at
    return NaN
  }
  let decimals = 0
  if (digit == <u32>46 - 48) {
    at += 1
    const point = at
    digit = <u32>load<u8>(at) - 48
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit
      at += 1
      digit = <u32>load<u8>(at) - 48
    }
    decimals = <i32>(at - point)
    digits += decimals
    if (decimals == 0) return refuse()
  }
  if (digits > mostDigits) return refuse()
  let scale = -decimals
  if ((load<u8>(at) | 32) == 101) {
    at += 1
    const sign = load<u8>(at)
    if (sign == 45 || sign == 43) at += 1
    const first = <u32>load<u8>(at) - 48
    if (first > 9) return refuse()
    let exponent = <i32>first
    at += 1
    const second = <u32>load<u8>(at) - 48
    if (second <= 9) {
      exponent = exponent * 10 + second
      at += 1
      if (<u32>load<u8>(at) - 48 <= 9) return refuse()
    }
    scale += sign == 45 ? -exponent : exponent
    if (mantissa >= 1 << 53 || scale < -22 || scale > 22) return refuse()
  }
  numberEnd = at
  const value =
    mantissa >= 1 << 53
      ? quotient(mantissa, decimals)
      : scale < 0
        ? <f64>(<i64>mantissa) / powerOfTen(-scale)
        : <f64>(<i64>mantissa) * powerOfTen(scale)
  return isNegative ? -value : value
}

function refuse(): f64 {
  numberEnd = 0
  return NaN
}

/** 10^0 … 10^22, all of which a double holds exactly, as it does each product on the way. */
function powerOfTen(exponent: i32): f64 {
  let power: f64 = 1
  for (let left = exponent; left > 0; left -= 1) power *= 10
  return power
}

/** The double nearest to `mantissa / 10^decimals`, for a mantissa from 2^53 on and 19 decimals at most. */
function quotient(mantissa: u64, decimals: i32): f64 {
  let divisor: u64 = 1
  for (let left = decimals; left > 0; left -= 1) divisor *= 10
  const up = clz(mantissa)
  const down = clz(divisor)
  // 63 or 64 bits of the quotient, the last of them also set when anything is left over: more than the 53 that remain, so
  // that the conversion rounds as if it knew them all.
  const bits = divided(mantissa << up, divisor << down)
  const exponent = <i64>down - <i64>up - 63
  return <f64>bits * reinterpret<f64>((1023 + exponent) << 52)
}

/** `floor(2^63 * high / divisor)`, with its last bit set when the division leaves a rest. Both have their first bit set. */
function divided(high: u64, divisor: u64): u64 {
  // Digits of 32 bits, as on paper; the estimate of each is at most two too large.
  let rest = high >> 1
  const next = (high << 63) >> 32
  const divisorHigh = divisor >> 32
  const divisorLow = divisor & 0xffff_ffff
  let first = rest / divisorHigh
  let left = rest - first * divisorHigh
  while (first > 0xffff_ffff || first * divisorLow > ((left << 32) | next)) {
    first -= 1
    left += divisorHigh
    if (left > 0xffff_ffff) break
  }
  rest = ((rest << 32) | next) - first * divisor
  let second = rest / divisorHigh
  left = rest - second * divisorHigh
  while (second > 0xffff_ffff || second * divisorLow > left << 32) {
    second -= 1
    left += divisorHigh
    if (left > 0xffff_ffff) break
  }
  rest = (rest << 32) - second * divisor
  return (first << 32) | second | (rest != 0 ? 1 : 0)
}
