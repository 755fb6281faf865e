import type { BlockIndex } from "./partition-metadata.ts"

/** A block index and where its text ends. */
export interface ScannedIndex {
  readonly blocks: BlockIndex
  /** One past its closing brace. */
  readonly end: number
}

/**
 * The block index in the very form in which metadata files have it, from `start` on; `undefined` when anything differs
 * from that form, which says nothing of damage. What the numbers mean together is not checked.
 */
export const scanBlockIndex = (bytes: Uint8Array, start: number): ScannedIndex | undefined => {
  const scan = { bytes, position: start }
  const firstOffset = scanColumn(scan, '{"first_offset":', 1, comma)?.[0]
  if (firstOffset === undefined) return undefined
  const length = scanColumn(scan, '"length":[', 1)
  const rawLength = scanColumn(scan, ',"raw_length":[', 1)
  const crc32 = scanColumn(scan, ',"crc32":[', 0)
  const rows = scanColumn(scan, ',"rows":[', 1)
  const firstOpenTime = scanColumn(scan, ',"first_open_time":[', earliest)
  const lastOpenTime = scanColumn(scan, ',"last_open_time":[', earliest)
  const columns = { length, rawLength, crc32, rows, firstOpenTime, lastOpenTime }
  if (!areAllThere(columns) || bytes[scan.position] !== closingBrace) return undefined
  return { blocks: { firstOffset, ...columns }, end: scan.position + 1 }
}

const earliest = -8.64e15
const comma = 44
const minus = 45
const zero = 48
const closingBracket = 93
const closingBrace = 125
/** Any whole number of so many digits is a double. */
const mostDigits = 15

const powersOfTen = Float64Array.of(1, 10, 100, 1000, 10_000, 100_000, 1_000_000)

interface Scan {
  readonly bytes: Uint8Array
  position: number
}

const areAllThere = (
  columns: Record<Exclude<keyof BlockIndex, "firstOffset">, ReadonlyArray<number> | undefined>,
): columns is Omit<BlockIndex, "firstOffset"> =>
  Object.values(columns).every((column) => column !== undefined)

/** The whole numbers after `name`, up to a closing bracket or the one number up to a comma. */
const scanColumn = (
  scan: Scan,
  name: string,
  least: number,
  end: typeof comma | typeof closingBracket = closingBracket,
): ReadonlyArray<number> | undefined => {
  const { bytes } = scan
  let p = scan.position
  for (let index = 0; index < name.length; index += 1, p += 1)
    if (bytes[p] !== name.charCodeAt(index)) return undefined
  const numbers: Array<number> = []
  for (;;) {
    const isNegative = bytes[p] === minus
    if (isNegative) p += 1
    const first = p
    // The first nine digits fit an integer of 32 bits, whose arithmetic takes a fraction of the time.
    let head = 0
    let digit = (bytes[p] as number) - zero
    while (digit >= 0 && digit <= 9 && p - first < 9) {
      head = (Math.imul(head, 10) + digit) | 0
      p += 1
      digit = (bytes[p] as number) - zero
    }
    const second = p
    let tail = 0
    while (digit >= 0 && digit <= 9) {
      tail = (Math.imul(tail, 10) + digit) | 0
      p += 1
      digit = (bytes[p] as number) - zero
    }
    const digits = p - first
    // A zero in front is no JSON, and minus zero another number.
    if (digits === 0 || digits > mostDigits || (bytes[first] === zero && (digits > 1 || isNegative)))
      return undefined
    const size = head * (powersOfTen[p - second] as number) + tail
    const value = isNegative ? -size : size
    if (value < least) return undefined
    numbers.push(value)
    const code = bytes[p]
    p += 1
    if (code === end) break
    if (code !== comma) return undefined
  }
  scan.position = p
  return numbers
}
