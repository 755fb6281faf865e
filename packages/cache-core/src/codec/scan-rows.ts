import { daysInMonth, daysOfDate } from "./calendar-days.ts"

/**
 * Where scanned rows go: six columns of `stride` numbers in one array (open time, open, high, low, close,
 * volume). One array instead of six lets the scanner run all columns through the same code.
 */
export interface RowArena {
  readonly numbers: Float64Array
  readonly stride: number
}

/** State of a scan; the scanner continues from here and leaves here where it stopped. */
export interface RowScan {
  readonly text: Uint8Array
  /** First byte of the next row. */
  position: number
  /** One past the last byte that may be read. */
  end: number
  /** Index of the next row in the arena. */
  row: number
  /** Fields of every row after the sixth, which are passed over unread. */
  readonly extraFields: number
  /** Wall-clock time of the row before, as if it were UTC; `-Infinity` before the first. */
  lastTime: number
}

const quote = 34
const plus = 43
const comma = 44
const minus = 45
const point = 46
const lineFeed = 10
const dayMillis = 86_400_000

/** No double needs as many digits; a longer field is no number but an attack on memory. */
const longestNumber = 1200

/** 10^0 … 10^22: all powers of ten that a double holds exactly. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * Reads rows in the cache's own text form until the text or the arena is full, and stops before the first row
 * that is not exactly `time,open,high,low,close,volume` (and the extra fields) with an ascending time. Open
 * times are written as wall-clock milliseconds. Every number is the double nearest to its decimal text, the
 * same as `Number(text)`.
 * @param dateOnly rows start with `YYYY-MM-DD` instead of `YYYY-MM-DD HH:MM:SS`
 * @param rowLimit stop when `scan.row` has reached it
 * @returns true when every byte was read
 */
export const scanRows = (scan: RowScan, arena: RowArena, dateOnly: boolean, rowLimit: number): boolean => {
  const { text, end, extraFields } = scan
  const { numbers, stride } = arena
  // Every row ends with a line feed, so loops over digits need no check against the end.
  if (end > scan.position && text[end - 1] !== lineFeed) return false
  const view = new DataView(text.buffer, text.byteOffset, text.byteLength)
  const timeLength = dateOnly ? 10 : 19
  const shortestRow = timeLength + 6
  const lastSeparator = extraFields === 0 ? lineFeed : comma
  let position = scan.position
  let row = scan.row
  let lastTime = scan.lastTime
  // The date's ten bytes and the hour's four of the row before: most rows repeat them.
  let date0 = 0
  let date1 = 0
  // No two bytes are this: there is no row before the first.
  let date2 = 65_536
  let hour0 = 0
  let dayStart = 0
  let hourMillis = -1
  rows: while (row < rowLimit && end - position >= shortestRow) {
    let p = position
    const d0 = view.getInt32(p, true)
    const d1 = view.getInt32(p + 4, true)
    const d2 = view.getInt16(p + 8, true)
    if (d2 !== date2 || d1 !== date1 || d0 !== date0) {
      dayStart = dateAt(text, p) * dayMillis
      if (Number.isNaN(dayStart)) break
      date0 = d0
      date1 = d1
      date2 = d2
    }
    let time = dayStart
    if (!dateOnly) {
      if (text[p + 10] !== 32) break
      const h0 = view.getInt32(p + 11, true)
      if (h0 !== hour0 || hourMillis < 0) {
        hourMillis = hourAt(text, p + 11)
        if (hourMillis < 0) break
        hour0 = h0
      }
      // "M:SS" against "0:00": each byte becomes its digit, the colon zero.
      const rest = view.getInt32(p + 15, true) ^ 0x30303a30
      const minute = rest & 0xff
      const tenSeconds = (rest >>> 16) & 0xff
      const second = rest >>> 24
      if ((rest & 0xff00) !== 0 || minute > 9 || tenSeconds > 5 || second > 9) break
      time += hourMillis + minute * 60_000 + (tenSeconds * 10 + second) * 1000
    }
    if (!(time > lastTime)) break
    p += timeLength
    if (text[p] !== comma) break
    let index = row
    numbers[index] = time
    for (let field = 1; field <= 5; field += 1) {
      p += 1
      index += stride
      const fieldStart = p
      let code = text[p] as number
      let negative = false
      if (code === minus) {
        negative = true
        p += 1
        code = text[p] as number
      }
      const digitsStart = p
      let mantissa = 0
      let digit = code - 48
      while (digit >>> 0 <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0
        p += 1
        digit = (text[p] as number) - 48
      }
      let digits = p - digitsStart
      let value = 0
      if (digits === 0) {
        if (negative) break rows
        value = Number.NaN
      } else {
        let decimals = 0
        if (digit === point - 48) {
          p += 1
          const decimalsStart = p
          digit = (text[p] as number) - 48
          while (digit >>> 0 <= 9) {
            mantissa = (Math.imul(mantissa, 10) + digit) | 0
            p += 1
            digit = (text[p] as number) - 48
          }
          decimals = p - decimalsStart
          if (decimals === 0) break rows
          digits += decimals
        }
        if (digits <= 9 && (digit === comma - 48 || digit === lineFeed - 48)) {
          value = decimals === 0 ? mantissa : mantissa / (powersOfTen[decimals] as number)
          if (negative) value = -value
        } else {
          const fieldEnd = skipExponent(text, p)
          // "2.82e-05": what pandas writes below 1e-4.
          const scale = digits <= 9 ? smallExponent(text, p, fieldEnd) - decimals : unknownExponent
          if (scale >= -22 && scale <= 22) {
            value =
              scale < 0
                ? mantissa / (powersOfTen[-scale] as number)
                : mantissa * (powersOfTen[scale] as number)
            if (negative) value = -value
          } else value = decimalAt(text, fieldStart, fieldEnd)
          p = fieldEnd
          if (!(value - value === 0)) break rows
        }
      }
      if (text[p] !== (field === 5 ? lastSeparator : comma)) break rows
      numbers[index] = value
    }
    if (extraFields > 0) {
      p = skipFields(text, p, extraFields)
      if (text[p] !== lineFeed) break
    }
    position = p + 1
    lastTime = time
    row += 1
  }
  scan.position = position
  scan.row = row
  scan.lastTime = lastTime
  return position === end
}

/** Days since the epoch of `YYYY-MM-DD` at `p`; NaN when the ten bytes are no date that exists. */
const dateAt = (text: Uint8Array, p: number): number => {
  if (text[p + 4] !== minus || text[p + 7] !== minus) return Number.NaN
  const year = twoDigits(text, p) * 100 + twoDigits(text, p + 2)
  const month = twoDigits(text, p + 5)
  const day = twoDigits(text, p + 8)
  return day >= 1 && day <= daysInMonth(year, month) ? daysOfDate(year, month, day) : Number.NaN
}

/** Milliseconds of the hour and the ten minutes of `HH:M` at `p`; negative when it is none. */
const hourAt = (text: Uint8Array, p: number): number => {
  const hour = twoDigits(text, p)
  const tenMinutes = (text[p + 3] as number) - 48
  return hour <= 23 && text[p + 2] === 58 && tenMinutes >= 0 && tenMinutes <= 5
    ? hour * 3_600_000 + tenMinutes * 600_000
    : -1
}

/** NaN, which fails every comparison, when one of the two bytes is no digit. */
const twoDigits = (text: Uint8Array, p: number): number => {
  const tens = (text[p] as number) - 48
  const units = (text[p + 1] as number) - 48
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN
}

/**
 * The end of so many plain fields, from the comma before the first; the place of trouble when there are not
 * as many.
 */
const skipFields = (text: Uint8Array, start: number, fields: number): number => {
  let p = start
  for (let field = 0; field < fields; field += 1) {
    if (text[p] !== comma) return start
    p += 1
    let code = text[p] as number
    // Control characters end it, quotes are not plain.
    while (code !== comma && code >= 32 && code !== quote) {
      p += 1
      code = text[p] as number
    }
  }
  return p
}

/** One past an exponent that starts at `p`; `p` itself when there is none. */
const skipExponent = (text: Uint8Array, p: number): number => {
  if (((text[p] as number) | 32) !== 101) return p
  const sign = text[p + 1] as number
  let end = sign === minus || sign === plus ? p + 2 : p + 1
  const digitsStart = end
  while (((text[end] as number) - 48) >>> 0 <= 9) end += 1
  return end > digitsStart ? end : p
}

/** Beyond every power of ten that a double holds exactly. */
const unknownExponent = 1000

/** The exponent in `[start, end)` when it has one or two digits; 0 when there is none. */
const smallExponent = (text: Uint8Array, start: number, end: number): number => {
  if (end === start) return 0
  const sign = text[start + 1] as number
  const first = sign === minus || sign === plus ? start + 2 : start + 1
  if (end - first > 2) return unknownExponent
  const exponent = end - first === 2 ? twoDigits(text, first) : (text[first] as number) - 48
  return sign === minus ? -exponent : exponent
}

/**
 * The double nearest to the decimal text in `[start, end)`, which must match `-?\d+(\.\d+)?([eE][+-]?\d+)?`.
 * A mantissa below 2^53 times or divided by an exact power of ten rounds once, hence correctly (Clinger's
 * fast path); the bound excludes 2^53 because an inexact sum may round down to it. Everything else is left to
 * `Number`.
 */
const decimalAt = (text: Uint8Array, start: number, end: number): number => {
  let p = start
  const negative = text[p] === minus
  if (negative) p += 1
  let mantissa = 0
  let exponent = 0
  let decimals = 0
  for (; p < end; p += 1) {
    const code = text[p] as number
    if (code === point) decimals = 1
    else if (code > 57) {
      exponent = exponentAt(text, p + 1, end)
      break
    } else {
      mantissa = mantissa * 10 + (code - 48)
      if (decimals > 0) decimals += 1
    }
  }
  const scale = exponent - (decimals > 0 ? decimals - 1 : 0)
  if (mantissa < 9_007_199_254_740_992 && scale >= -22 && scale <= 22) {
    const value =
      scale < 0 ? mantissa / (powersOfTen[-scale] as number) : mantissa * (powersOfTen[scale] as number)
    return negative ? -value : value
  }
  if (end - start > longestNumber) return Number.NaN
  let digits = ""
  for (p = start; p < end; p += 1) digits += String.fromCharCode(text[p] as number)
  return Number(digits)
}

const exponentAt = (text: Uint8Array, start: number, end: number): number => {
  let exponent = 0
  let p = start
  const negative = text[p] === minus
  if (negative || text[p] === plus) p += 1
  for (; p < end; p += 1) exponent = exponent * 10 + ((text[p] as number) - 48)
  return negative ? -exponent : exponent
}
