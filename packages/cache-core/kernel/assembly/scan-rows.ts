/**
 * Reads rows of the cache's own text form; the same as `scanRows` of `src/codec/scan-rows.ts`, which decides where this
 * one stops. Every row that is accepted here is accepted there, with the same numbers.
 */

import { powers, shuffles, statePosition, stateTime } from "./memory-map"
import { numberAt, numberEnd } from "./number-at"

const noPoint: i32 = 16
const comma: u8 = 44
const lineFeed: u8 = 10
const noDate: i32 = i32.MIN_VALUE

/** Fills the tables; called once. */
export function prepareScan(): void {
  let power: f64 = 1
  for (let exponent = 0; exponent <= 15; exponent += 1) {
    store<f64>(powers + ((<usize>exponent) << 3), power)
    power *= 10
  }
  store<f64>(powers + ((<usize>noPoint) << 3), 1)
  for (let decimals = 0; decimals <= noPoint; decimals += 1)
    for (let length = 0; length <= 16; length += 1)
      for (let lane = 0; lane < 16; lane += 1) {
        // The bytes before the point move up by one, over it.
        const from = decimals == noPoint || lane > 15 - decimals ? lane : lane - 1
        store<u8>(shuffleOf(decimals, length) + lane, from >= 16 - length && from >= 0 ? <u8>from : 255)
      }
}

/** For so many digits behind the point (`noPoint`: none) and a length of the whole. */
function shuffleOf(decimals: i32, length: i32): usize {
  return shuffles + ((<usize>(decimals * 17 + length)) << 4)
}

/**
 * Reads rows until the text or the room is used up, and stops before the first row that is not plain.
 * 16 bytes before and 64 after the text may be read, whatever they are.
 * @param text address of the first row; each row up to `end` has a line feed
 * @param columns address of the first of six columns of `stride` numbers
 * @returns the number of rows read
 */
export function scanRows(
  text: usize,
  end: usize,
  columns: usize,
  stride: u32,
  rowLimit: u32,
  timeBefore: f64,
  dateOnly: bool,
): u32 {
  const timeLength: usize = dateOnly ? 10 : 19
  const columnBytes: usize = (<usize>stride) << 3
  let position = text
  let lastTime = timeBefore
  let row: u32 = 0
  // Year and month, and the day with the hour, of the row before: most rows repeat them. No row's hour has all bits set.
  let month0: u64 = 0
  let hour0: u64 = u64.MAX_VALUE
  let hourStart: f64 = 0
  while (row < rowLimit && <isize>(end - position) >= <isize>(timeLength + 6)) {
    let time: f64
    if (dateOnly) {
      const days = dateAt(position)
      if (days == noDate) break
      time = <f64>days * 86400000.0
    } else {
      const month = load<u64>(position)
      const hour = load<u64>(position, 8) & 0xffff_ffff_ffff
      if (month != month0 || hour != hour0) {
        const days = dateAt(position)
        const hours = twoDigits(position + 11)
        if (days == noDate || <u32>hours > 23 || load<u8>(position, 10) != 32 || load<u8>(position, 13) != 58)
          break
        hourStart = <f64>days * 86400000.0 + <f64>(hours * 3600000)
        month0 = month
        hour0 = hour
      }
      // "M:SS" against "0:00": each byte becomes its digit, the colon zero.
      const rest = load<u32>(position, 15) ^ 0x30303a30
      const tenMinutes = <u32>load<u8>(position, 14) - 48
      const minute = rest & 0xff
      const tenSeconds = (rest >> 16) & 0xff
      const second = rest >> 24
      if ((rest & 0xff00) != 0 || tenMinutes > 5 || minute > 9 || tenSeconds > 5 || second > 9) break
      time = hourStart + <f64>((tenMinutes * 10 + minute) * 60000 + (tenSeconds * 10 + second) * 1000)
    }
    if (!(time > lastTime) || load<u8>(position + timeLength) != comma) break
    const fields = position + timeLength + 1
    const cell = columns + ((<usize>row) << 3)
    let next = plainFields(fields, cell, columnBytes)
    if (next == 0) {
      next = anyFields(fields, end, cell, columnBytes)
      if (next == 0) break
    }
    store<f64>(cell, time)
    position = next
    lastTime = time
    row += 1
  }
  store<usize>(statePosition, position)
  store<f64>(stateTime, lastTime)
  return row
}

/**
 * Reads five fields of at most 16 digits and a point each, 64 bytes at most with their separators.
 * @returns the address after the line feed, 0 when they are not like that
 */
function plainFields(fields: usize, cell: usize, columnBytes: usize): usize {
  const zeros = i8x16.splat(48)
  const nines = i8x16.splat(9)
  // A bit for each byte that is no digit: points and separators, one after another.
  let others =
    <u64>(<u32>i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(fields), zeros), nines))) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(fields, 16), zeros), nines)))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(fields, 32), zeros), nines)))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(fields, 48), zeros), nines)))) << 48)
  let start: i32 = 0
  let at = cell
  for (let field = 1; field <= 5; field += 1) {
    at += columnBytes
    let end = <i32>ctz(others)
    if (end == 64) return 0
    others &= others - 1
    let code = load<u8>(fields + end)
    let decimals = noPoint
    if (code == 46) {
      const point = end
      end = <i32>ctz(others)
      // No digit before the point, none after it, or too far away.
      if (end == 64 || point == start || end == point + 1) return 0
      others &= others - 1
      code = load<u8>(fields + end)
      decimals = end - point - 1
    }
    if (code != (field == 5 ? lineFeed : comma)) return 0
    const length = end - start
    if (length == 0) store<f64>(at, NaN)
    else if (length <= 16) {
      const digits = i8x16.swizzle(
        i8x16.sub(v128.load(fields + end - 16), zeros),
        v128.load(shuffleOf(decimals, length)),
      )
      // 2561 is 10 * 256 + 1: ten times the lower byte and the higher one meet in the higher one.
      const pairs = i16x8.shr_u(i16x8.mul(digits, i16x8.splat(2561)), 8)
      const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1))
      const eights = i32x4.dot_i16x8_s(
        i16x8.narrow_i32x4_u(fours, fours),
        i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1),
      )
      // A double holds the upper half times 10^8, and the sum when there is a point and so 15 digits at most. Without one
      // the sum is rounded, once. So is the quotient.
      const halves = f64x2.convert_low_i32x4_s(eights)
      const mantissa = f64x2.extract_lane(halves, 0) * 100000000.0 + f64x2.extract_lane(halves, 1)
      store<f64>(at, mantissa / load<f64>(powers + ((<usize>decimals) << 3)))
    } else {
      const value = numberAt(fields + start)
      if (numberEnd != fields + end) return 0
      store<f64>(at, value)
    }
    start = end + 1
  }
  return fields + start
}

/** The same for fields of any form that `numberAt` knows. */
function anyFields(fields: usize, end: usize, cell: usize, columnBytes: usize): usize {
  let position = fields
  let at = cell
  for (let field = 1; field <= 5; field += 1) {
    at += columnBytes
    const value = numberAt(position)
    if (numberEnd == 0 || numberEnd >= end) return 0
    store<f64>(at, value)
    if (load<u8>(numberEnd) != (field == 5 ? lineFeed : comma)) return 0
    position = numberEnd + 1
  }
  return position
}

function twoDigits(at: usize): i32 {
  const tens = <u32>load<u8>(at) - 48
  const units = <u32>load<u8>(at, 1) - 48
  return tens <= 9 && units <= 9 ? tens * 10 + units : -10000
}

/** Days since the epoch of `YYYY-MM-DD`; `noDate` when the ten bytes are no date that exists. */
function dateAt(at: usize): i32 {
  if (load<u8>(at, 4) != 45 || load<u8>(at, 7) != 45) return noDate
  const year = twoDigits(at) * 100 + twoDigits(at + 2)
  const month = twoDigits(at + 5)
  const day = twoDigits(at + 8)
  if (year < 0 || month < 1 || month > 12 || day < 1) return noDate
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  const longest = month == 2 ? (isLeap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1)
  if (day > longest) return noDate
  // Years of 400 that begin with March: the leap day is the last of a year.
  const marchYear = month <= 2 ? year - 1 : year
  const era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
  const yearOfEra = marchYear - era * 400
  const dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
}
