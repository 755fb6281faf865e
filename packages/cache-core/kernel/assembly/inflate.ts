/**
 * Inflates raw deflate data whose length and whose text's length are known. It takes only what is right to the last bit;
 * of everything else zlib decides.
 */

import {
  distanceEntries,
  distanceTable,
  fieldEntries,
  fieldOrder,
  fieldTable,
  lengths,
  symbolEntries,
  symbolTable,
} from "./memory-map"
import {
  buildTable,
  distanceBits,
  fieldBits,
  isEnd,
  isLink,
  isLiteral,
  isSpecial,
  joinLiterals,
  symbolBits,
} from "./prefix-codes"

const symbolMask: u32 = (1 << symbolBits) - 1
const distanceMask: u32 = (1 << distanceBits) - 1
const fieldMask: u32 = (1 << fieldBits) - 1

/** Reading is checked now and then, not at each step; so much further it may have gone, into bytes of no meaning. */
const overrun: usize = 16

/**
 * Inflates data that consist of whole blocks, an empty stored one at last, and none of them the end of a stream.
 * 40 bytes after the data may be read, 300 after the text written.
 * @returns true when all data were used and gave a text of just that length
 */
export function inflate(data: usize, dataEnd: usize, text: usize, textEnd: usize): bool {
  let from = data
  let to = text
  // The next bits of the data, from the lowest on. `bits` says how many: its lowest six bits do, what is above has no
  // meaning. More may be there already; they are read again.
  let buffer: u64 = 0
  let bits: u32 = 0
  for (;;) {
    buffer |= load<u64>(from) << (<u64>bits)
    from += ((bits ^ 63) >> 3) & 7
    bits |= 56
    if (from > dataEnd + overrun || to > textEnd) return false
    const isLast = (buffer & 1) != 0
    const kind = <u32>(buffer >> 1) & 3
    if (isLast || kind == 3) return false
    buffer >>= 3
    bits -= 3
    if (kind == 0) {
      // Starts with a whole byte; those of the buffer are given back.
      from -= (bits & 63) >> 3
      buffer = 0
      bits = 0
      if (from + 4 > dataEnd) return false
      const length = <usize>load<u16>(from)
      if ((length ^ 0xffff) != <usize>load<u16>(from, 2)) return false
      from += 4
      if (from + length > dataEnd || to + length > textEnd) return false
      memory.copy(to, from, length)
      from += length
      to += length
      if (from == dataEnd) return to == textEnd
      continue
    }
    if (kind == 1) {
      memory.fill(lengths, 8, 144)
      memory.fill(lengths + 144, 9, 112)
      memory.fill(lengths + 256, 7, 24)
      memory.fill(lengths + 280, 8, 8)
      memory.fill(lengths + 288, 5, 32)
      buildTable(symbolTable, symbolBits, symbolEntries, lengths, 288, false)
      buildTable(distanceTable, distanceBits, distanceEntries, lengths + 288, 32, false)
    } else {
      const symbols: u32 = 257 + (<u32>buffer & 31)
      const distances: u32 = 1 + (<u32>(buffer >> 5) & 31)
      const fields: u32 = 4 + (<u32>(buffer >> 10) & 15)
      if (symbols > 286 || distances > 30) return false
      buffer >>= 14
      bits -= 14
      memory.fill(lengths, 0, 19)
      for (let index: u32 = 0; index < fields; index += 1) {
        buffer |= load<u64>(from) << (<u64>bits)
        from += ((bits ^ 63) >> 3) & 7
        bits |= 56
        store<u8>(lengths + load<u8>(fieldOrder + index), <u8>(buffer & 7))
        buffer >>= 3
        bits -= 3
      }
      if (!buildTable(fieldTable, fieldBits, fieldEntries, lengths, 19, false)) return false
      const all = symbols + distances
      let index: u32 = 0
      while (index < all) {
        buffer |= load<u64>(from) << (<u64>bits)
        from += ((bits ^ 63) >> 3) & 7
        bits |= 56
        if (from > dataEnd + overrun) return false
        const entry = load<u32>(fieldTable + ((<u32>buffer & fieldMask) << 2))
        const field = entry >> 16
        buffer >>= <u64>entry
        bits -= entry
        if (field < 16) {
          store<u8>(lengths + index, <u8>field)
          index += 1
          continue
        }
        if (field == 16 && index == 0) return false
        const extra: u32 = field == 16 ? 2 : field == 17 ? 3 : 7
        const times: u32 = (field == 18 ? 11 : 3) + (<u32>buffer & ((1 << extra) - 1))
        buffer >>= <u64>extra
        bits -= extra
        if (index + times > all) return false
        memory.fill(lengths + index, field == 16 ? load<u8>(lengths + index - 1) : 0, times)
        index += times
      }
      // Without a code for the end there is none.
      if (load<u8>(lengths + 256) == 0) return false
      if (
        !buildTable(symbolTable, symbolBits, symbolEntries, lengths, symbols, false) ||
        !buildTable(distanceTable, distanceBits, distanceEntries, lengths + symbols, distances, true)
      )
        return false
    }
    joinLiterals()
    buffer |= load<u64>(from) << (<u64>bits)
    from += ((bits ^ 63) >> 3) & 7
    bits |= 56
    let entry = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
    for (;;) {
      if (to > textEnd || from > dataEnd + overrun) return false
      if (entry & isLiteral) {
        // 56 bits are enough for three entries; the next one is looked up before the last one is written.
        buffer >>= <u64>entry
        bits -= entry
        let next = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
        store<u16>(to, <u16>((entry >> 16) & 0x7fff))
        to += 1 + ((entry >> 14) & 1)
        entry = next
        if (entry & isLiteral) {
          buffer >>= <u64>entry
          bits -= entry
          next = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
          store<u16>(to, <u16>((entry >> 16) & 0x7fff))
          to += 1 + ((entry >> 14) & 1)
          entry = next
          if (entry & isLiteral) {
            buffer >>= <u64>entry
            bits -= entry
            store<u16>(to, <u16>((entry >> 16) & 0x7fff))
            to += 1 + ((entry >> 14) & 1)
            buffer |= load<u64>(from) << (<u64>bits)
            from += ((bits ^ 63) >> 3) & 7
            bits |= 56
            entry = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
            continue
          }
        }
        buffer |= load<u64>(from) << (<u64>bits)
        from += ((bits ^ 63) >> 3) & 7
        bits |= 56
      }
      if (entry & isSpecial) {
        if (entry & isLink) {
          buffer >>= <u64>symbolBits
          bits -= symbolBits
          const index = (entry >> 16) + (<u32>buffer & ((1 << ((entry >> 8) & 15)) - 1))
          entry = load<u32>(symbolTable + (index << 2))
          if (entry & isLiteral) {
            buffer >>= <u64>entry
            bits -= entry
            store<u8>(to, <u8>(entry >> 16))
            to += 1
            buffer |= load<u64>(from) << (<u64>bits)
            from += ((bits ^ 63) >> 3) & 7
            bits |= 56
            entry = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
            continue
          }
        }
        if (entry & isSpecial) {
          if (!(entry & isEnd)) return false
          buffer >>= <u64>entry
          bits -= entry
          break
        }
      }
      // A length takes 20 bits at most, its distance 28: no reading in between.
      const length = (entry >> 16) + ((<u32>buffer & ((1 << entry) - 1)) >> (entry >> 8))
      buffer >>= <u64>entry
      bits -= entry
      entry = load<u32>(distanceTable + ((<u32>buffer & distanceMask) << 2))
      if (entry & isSpecial) {
        if (!(entry & isLink)) return false
        buffer >>= <u64>distanceBits
        bits -= distanceBits
        const index = (entry >> 16) + (<u32>buffer & ((1 << ((entry >> 8) & 15)) - 1))
        entry = load<u32>(distanceTable + (index << 2))
        if (entry & isSpecial) return false
      }
      const distance = (entry >> 16) + ((<u32>buffer & ((1 << entry) - 1)) >> (entry >> 8))
      buffer >>= <u64>entry
      bits -= entry
      if (<usize>distance > to - text) return false
      buffer |= load<u64>(from) << (<u64>bits)
      from += ((bits ^ 63) >> 3) & 7
      bits |= 56
      entry = load<u32>(symbolTable + ((<u32>buffer & symbolMask) << 2))
      const end = to + length
      let source = to - distance
      if (distance >= 16) {
        v128.store(to, v128.load(source))
        while (to + 16 < end) {
          source += 16
          to += 16
          v128.store(to, v128.load(source))
        }
      } else if (distance >= 8) {
        do {
          store<u64>(to, load<u64>(source))
          source += 8
          to += 8
        } while (to < end)
      } else {
        do {
          store<u8>(to, load<u8>(source))
          source += 1
          to += 1
        } while (to < end)
      }
      to = end
    }
  }
  return false
}
