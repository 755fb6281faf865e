import { type Bars, dateOfDays, valueColumns } from "@barkeep/market-data"
import { mostDecimals, provableDecimals, shortestText } from "./decimal-text.ts"
import { powersOfTen } from "./scan-rows.ts"

/**
 * No row is longer: 19 bytes of time and five numbers of at most 40 bytes, each with its comma or line feed.
 */
export const longestRow = 19 + 5 * 41 + 1

const comma = 44
const minus = 45
const point = 46
const lineFeed = 10
const zero = 48
const dayMillis = 86_400_000

/** The two digits of 0 … 99 as the 16 bits that a little-endian store writes in reading order. */
const digitPairs = Uint16Array.from(
  { length: 100 },
  (_, value) => (48 + Math.floor(value / 10)) | ((48 + (value % 10)) << 8),
)

const smallPowers = Int32Array.from({ length: 10 }, (_, exponent) => 10 ** exponent)
/** Instead of a number of decimals: the column's numbers have more digits than a scaled integer can prove. */
const manyDigits = mostDecimals + 1

/**
 * Writes rows `[start, end)` in the cache's own text form and returns the position after them. The text of a
 * number is the shortest decimal that reads back to the same double; NaN is an empty field.
 *
 * Whether a double `x` has the decimal text `m / 10^d` is proved, not guessed: `m = round(x * 10^d)` is
 * accepted only when `m / 10^d === x`, and with `m < 10^15` at most one decimal of that many digits reads
 * back to `x`. Numbers that need more digits are printed by the engine's own shortest algorithm.
 * @param localTime wall-clock milliseconds of each row of `[start, end)`, whole seconds of the years 0000 to
 * 9999
 * @param decimals the number of decimals to try first for each of the five columns; updated while writing
 * @param target has room for `(end - start) * longestRow` bytes at `position`
 */
export const formatRows = (
  bars: Bars,
  start: number,
  end: number,
  localTime: Float64Array,
  dateOnly: boolean,
  decimals: Int32Array,
  target: Uint8Array,
  position: number,
): number => {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength)
  const { open, high, low, close, volume } = bars
  let p = position
  let day = Number.NaN
  let date0 = 0
  let date1 = 0
  let date2 = 0
  for (let row = start; row < end; row += 1) {
    const time = localTime[row - start] as number
    const rowDay = Math.floor(time / dayMillis)
    if (rowDay !== day) {
      day = rowDay
      const date = dateOfDays(day)
      date0 = pair((date.year / 100) | 0) | (pair(date.year % 100) << 16)
      date1 = minus | (pair(date.month) << 8) | (minus << 24)
      date2 = pair(date.day)
    }
    view.setInt32(p, date0, true)
    view.setInt32(p + 4, date1, true)
    view.setInt16(p + 8, date2, true)
    p += 10
    if (!dateOnly) {
      const seconds = ((time - day * dayMillis) / 1000) | 0
      const minutes = (seconds / 60) | 0
      const hours = (minutes / 60) | 0
      const minute = pair(minutes - hours * 60)
      const second = pair(seconds - minutes * 60)
      target[p] = 32
      // "HH:M" and "M:SS"
      view.setInt32(p + 1, pair(hours) | (58 << 16) | ((minute & 0xff) << 24), true)
      view.setInt32(p + 5, (minute >>> 8) | (58 << 8) | (second << 16), true)
      p += 9
    }
    for (let field = 0; field < 5; field += 1) {
      const column =
        field === 0 ? open : field === 1 ? high : field === 2 ? low : field === 3 ? close : volume
      const value = column[row] as number
      target[p] = comma
      p += 1
      if (Number.isNaN(value)) continue
      let size = value
      if (size < 0 || (size === 0 && 1 / size < 0)) {
        target[p] = minus
        p += 1
        size = -size
      }
      let places = decimals[field] as number
      let scaled = 1e15
      for (; places <= mostDecimals; places += 1) {
        const power = powersOfTen[places] as number
        scaled = Math.floor(size * power + 0.5)
        if (!(scaled < 1e15)) break
        if (scaled / power === size) break
        scaled = 1e15
      }
      if (!(scaled < 1e15)) {
        const text = shortestText(size, valueColumns[field] as string)
        decimals[field] = provableDecimals(text) ?? manyDigits
        for (let index = 0; index < text.length; index += 1) target[p + index] = text.charCodeAt(index)
        p += text.length
        continue
      }
      decimals[field] = places
      if (scaled >= 1e9) {
        p = writeLong(scaled, places, target, p)
        continue
      }
      let rest = scaled | 0
      while (places > 0 && rest % 10 === 0) {
        rest = (rest / 10) | 0
        places -= 1
      }
      const about = ((32 - Math.clz32(rest | 1)) * 1233) >>> 12
      const digits = rest >= (smallPowers[about] as number) ? about + 1 : about
      const length = places === 0 ? Math.max(digits, 1) : digits > places ? digits + 1 : places + 2
      let q = p + length - 1
      p += length
      if (places > 0) {
        for (; places > 0; places -= 1) {
          const next = (rest / 10) | 0
          target[q] = zero + rest - next * 10
          q -= 1
          rest = next
        }
        target[q] = point
        q -= 1
      }
      do {
        const next = (rest / 10) | 0
        target[q] = zero + rest - next * 10
        q -= 1
        rest = next
      } while (rest > 0)
    }
    target[p] = lineFeed
    p += 1
  }
  return p
}

const pair = (value: number): number => digitPairs[value] as number

const longDigits = new Uint8Array(15)

/**
 * Writes `scaled / 10^places` for whole `scaled` of 10 to 15 digits, without zeros at the end of the
 * fraction.
 */
const writeLong = (scaled: number, decimals: number, target: Uint8Array, position: number): number => {
  const high = Math.floor(scaled / 1e7)
  let rest = scaled - high * 1e7
  let first = longDigits.length
  const lowEnd = first - 7
  while (first > lowEnd || rest > 0) {
    first -= 1
    const next = (rest / 10) | 0
    longDigits[first] = zero + rest - next * 10
    rest = first === lowEnd ? high : next
  }
  let last = longDigits.length
  let places = decimals
  while (places > 0 && longDigits[last - 1] === zero) {
    last -= 1
    places -= 1
  }
  let p = position
  let wholeDigits = last - first - places
  if (wholeDigits <= 0) {
    target[p] = zero
    target[p + 1] = point
    p += 2
    for (; wholeDigits < 0; wholeDigits += 1) {
      target[p] = zero
      p += 1
    }
    // The point is written: no digit comes before it.
    wholeDigits = -1
  }
  for (let index = first; index < last; index += 1) {
    if (index - first === wholeDigits) {
      target[p] = point
      p += 1
    }
    target[p] = longDigits[index] as number
    p += 1
  }
  return p
}
