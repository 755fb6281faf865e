import {
  counts,
  distanceEntries,
  fieldEntries,
  fieldOrder,
  places,
  sorted,
  symbolEntries,
  symbolTable,
} from "./memory-map"

// An entry of a table says what the bits that are its index begin with. Bits 0-5: how many bits that takes, extra ones
// included; bits 8-11: how many of them are the code; bits 16-30: a byte or two, or the base of a length or distance, or
// where the second table starts, by as many bits as bits 8-11 say. Bits 6, 7 and 12 are zero, so that shifts by an entry
// are shifts by its lowest bits.
export const isLiteral: u32 = 1 << 31
export const isSpecial: u32 = 1 << 15
/** With `isLiteral`: there are two. */
export const isPair: u32 = 1 << 14
/** With `isSpecial`: go on in the second table, or the block ends here; without both no data have these bits. */
export const isLink: u32 = 1 << 14
export const isEnd: u32 = 1 << 13

export const fieldBits: u32 = 7
export const symbolBits: u32 = 10
export const distanceBits: u32 = 9

/** Fills what entries are made of; called once. */
export function prepareCodes(): void {
  // 16 17 18 0 8 7 9 6, 10 5 11 4 12 3 13 2, 14 1 15
  store<u64>(fieldOrder, 0x0609070800121110)
  store<u64>(fieldOrder, 0x020d030c040b050a, 8)
  store<u32>(fieldOrder, 0x0f010e, 16)
  for (let symbol: u32 = 0; symbol < 19; symbol += 1) store<u32>(fieldEntries + (symbol << 2), symbol << 16)
  for (let symbol: u32 = 0; symbol < 256; symbol += 1)
    store<u32>(symbolEntries + (symbol << 2), isLiteral | (symbol << 16))
  store<u32>(symbolEntries + (256 << 2), isSpecial | isEnd)
  // Eight lengths of their own, then four of each width; the last one is 258 itself.
  let base: u32 = 3
  for (let index: u32 = 0; index < 28; index += 1) {
    const extra: u32 = index < 8 ? 0 : (index >> 2) - 1
    store<u32>(symbolEntries + ((257 + index) << 2), (base << 16) | extra)
    base += 1 << extra
  }
  store<u32>(symbolEntries + (285 << 2), 258 << 16)
  store<u32>(symbolEntries + (286 << 2), isSpecial)
  store<u32>(symbolEntries + (287 << 2), isSpecial)
  base = 1
  for (let index: u32 = 0; index < 30; index += 1) {
    const extra: u32 = index < 4 ? 0 : (index >> 1) - 1
    store<u32>(distanceEntries + (index << 2), (base << 16) | extra)
    base += 1 << extra
  }
  store<u32>(distanceEntries + (30 << 2), isSpecial)
  store<u32>(distanceEntries + (31 << 2), isSpecial)
}

/**
 * Makes the table of a prefix code from the lengths of its symbols' codes.
 * @returns false when the code is not complete; with `mayBePartial` a single code of one bit is enough, or none
 */
export function buildTable(
  table: usize,
  tableBits: u32,
  entries: usize,
  lengths: usize,
  symbols: u32,
  mayBePartial: bool,
): bool {
  memory.fill(counts, 0, 64)
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    const at = counts + ((<usize>load<u8>(lengths + symbol)) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  let longest: u32 = 15
  while (longest > 0 && load<u32>(counts + (longest << 2)) == 0) longest -= 1
  let left: i32 = 1
  let place: u32 = 0
  for (let length: u32 = 1; length <= 15; length += 1) {
    const count = load<u32>(counts + (length << 2))
    left = (left << 1) - <i32>count
    if (left < 0) return false
    store<u32>(places + (length << 2), place)
    place += count
  }
  const size: u32 = 1 << tableBits
  if (left > 0) {
    if (!mayBePartial || longest > 1) return false
    for (let index: u32 = 0; index < size; index += 1) store<u32>(table + (index << 2), isSpecial)
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    const length = <u32>load<u8>(lengths + symbol)
    if (length == 0) continue
    const at = places + (length << 2)
    place = load<u32>(at)
    store<u32>(at, place + 1)
    store<u16>(sorted + (place << 1), <u16>symbol)
  }
  fillTable(table, tableBits, entries, longest)
  return true
}

function fillTable(table: usize, tableBits: u32, entries: usize, longest: u32): void {
  const size: u32 = 1 << tableBits
  // Codes ascend, with their bits turned round: that is how the data have them.
  let code: u32 = 0
  let place: u32 = 0
  let prefix: u32 = u32.MAX_VALUE
  let second: u32 = size
  let secondEnd: u32 = size
  let secondBits: u32 = 0
  for (let length: u32 = 1; length <= longest; length += 1) {
    for (let count = load<u32>(counts + (length << 2)); count > 0; count -= 1) {
      const symbol = <u32>load<u16>(sorted + (place << 1))
      const entry = load<u32>(entries + (symbol << 2))
      place += 1
      if (length <= tableBits) spread(table, code, size, entry, length)
      else {
        if ((code & (size - 1)) != prefix) {
          prefix = code & (size - 1)
          second = secondEnd
          // As many bits as the codes that begin like this one take.
          secondBits = length - tableBits
          let room: i32 = (1 << secondBits) - <i32>count
          while (room > 0 && secondBits + tableBits < longest) {
            secondBits += 1
            room = (room << 1) - <i32>load<u32>(counts + ((secondBits + tableBits) << 2))
          }
          secondEnd += 1 << secondBits
          store<u32>(
            table + (prefix << 2),
            isSpecial | isLink | (second << 16) | (secondBits << 8) | tableBits,
          )
        }
        spread(table + (second << 2), code >> tableBits, 1 << secondBits, entry, length - tableBits)
      }
      // One more, counted from the other end.
      let carry: u32 = 1 << (length - 1)
      while (code & carry) carry >>= 1
      code = carry == 0 ? 0 : (code & (carry - 1)) | carry
    }
  }
}

/** Puts an entry at every index that begins with its code. */
function spread(table: usize, code: u32, size: u32, entry: u32, length: u32): void {
  const value = entry + length + (length << 8)
  const step: u32 = 1 << length
  for (let index = code; index < size; index += step) store<u32>(table + (index << 2), value)
}

/** Lets entries of the table of symbols stand for two bytes where both codes fit in: half of all that is read. */
export function joinLiterals(): void {
  // From the end: what is looked up here lies before what is changed, or is it.
  for (let index: i32 = (1 << symbolBits) - 1; index >= 0; index -= 1) {
    const at = symbolTable + (index << 2)
    const first = load<u32>(at)
    if (!(first & isLiteral)) continue
    const second = load<u32>(symbolTable + ((index >> (first & 15)) << 2))
    const length = (first & 15) + (second & 15)
    // There is room for seven bits of the second one.
    if (!(second & isLiteral) || length > symbolBits || second & (0x80 << 16)) continue
    store<u32>(at, isLiteral | isPair | ((second & 0x7f0000) << 8) | (first & 0xff0000) | length)
  }
}
