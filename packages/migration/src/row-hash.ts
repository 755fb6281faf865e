import { createHash, hash } from "node:crypto"
import { type Bars, columns, type EpochMillis } from "@barkeep/market-data"

/**
 * A hash of a multiset of rows that does not depend on their order: the sum of their SHA-256 hashes modulo 2^256. The
 * hash of two sets together is the sum of theirs. It finds every mistake of a program or a disk; it is no signature.
 */
export interface RowSum {
  readonly rows: number
  readonly sum: bigint
}

export const noRows: RowSum = { rows: 0, sum: 0n }

const modulus = 1n << 256n

export const addSums = (...sums: ReadonlyArray<RowSum>): RowSum =>
  sums.reduce((a, b) => ({ rows: a.rows + b.rows, sum: (a.sum + b.sum) % modulus }), noRows)

export const equalSums = (a: RowSum, b: RowSum): boolean => a.rows === b.rows && a.sum === b.sum

/** 64 hexadecimal digits. */
export const sumText = ({ sum }: RowSum): string => sum.toString(16).padStart(64, "0")

/** @throws {RangeError} when the text is no such sum */
export const parseSum = (rows: number, text: string): RowSum => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError(`${text} is no row hash`)
  return { rows, sum: BigInt(`0x${text}`) }
}

/** The five values of a row: open, high, low, close, volume. */
export type RowValues = readonly [number, number, number, number, number]

const lanes = 8

/** SHA-256 of rows, eight 32-bit words each, so that a row is hashed once however often it is counted. */
export type RowHashes = Uint32Array

/** Words add up exactly in doubles for two million rows. */
const mostUncarried = 1_048_576
const word = 4_294_967_296

/** Adds rows up. Values count bit for bit; NaN is one value, however it was written. */
export class RowSummer {
  #rows = 0
  readonly #sums = new Float64Array(lanes)

  addBar(kind: "bar" | "written", time: EpochMillis, values: RowValues): void {
    this.addHash(hashBar(kind, time, values), 0)
  }

  addBars(bars: Bars): void {
    const arrays = columns.map((name) => bars[name])
    for (let row = 0; row < bars.openTime.length; row += 1) {
      rowBytes.setUint8(0, kindBytes.bar)
      for (let index = 0; index < arrays.length; index += 1)
        setNumber(index, (arrays[index] as Float64Array)[row] as number)
      this.#addDigest(hash("sha256", rowView, "buffer"))
    }
  }

  addText(text: string): void {
    this.#addDigest(createHash("sha256").update("\u0003").update(text).digest())
  }

  /** Adds the row whose words begin at `8 * row`. */
  addHash(hashes: RowHashes, row: number): void {
    for (let lane = 0; lane < lanes; lane += 1)
      this.#sums[lane] = (this.#sums[lane] as number) + (hashes[lanes * row + lane] as number)
    this.#counted()
  }

  result(): RowSum {
    let sum = 0n
    for (let lane = lanes - 1; lane >= 0; lane -= 1) sum = (sum << 32n) + BigInt(this.#sums[lane] as number)
    return { rows: this.#rows, sum: sum % modulus }
  }

  #addDigest(digest: Buffer): void {
    for (let lane = 0; lane < lanes; lane += 1)
      this.#sums[lane] = (this.#sums[lane] as number) + digest.readUInt32LE(4 * lane)
    this.#counted()
  }

  #counted(): void {
    this.#rows += 1
    if (this.#rows % mostUncarried !== 0) return
    for (let lane = 0; lane < lanes; lane += 1) {
      const sum = this.#sums[lane] as number
      const carry = Math.floor(sum / word)
      this.#sums[lane] = sum - carry * word
      if (lane + 1 < lanes) this.#sums[lane + 1] = (this.#sums[lane + 1] as number) + carry
    }
  }
}

const kindBytes = { bar: 1, written: 2 } as const
const rowBytes = new DataView(new ArrayBuffer(1 + 8 * columns.length))
const rowView = new Uint8Array(rowBytes.buffer)

const setNumber = (index: number, value: number): void =>
  rowBytes.setFloat64(1 + 8 * index, Number.isNaN(value) ? Number.NaN : value, true)

const hashBar = (
  kind: "bar" | "written",
  time: EpochMillis,
  values: RowValues,
  into: RowHashes = new Uint32Array(lanes),
  row = 0,
): RowHashes => {
  rowBytes.setUint8(0, kindBytes[kind])
  setNumber(0, time)
  for (let index = 0; index < values.length; index += 1) setNumber(index + 1, values[index] as number)
  const digest = hash("sha256", rowView, "buffer")
  for (let lane = 0; lane < lanes; lane += 1) into[lanes * row + lane] = digest.readUInt32LE(4 * lane)
  return into
}

/**
 * The hashes of all rows of a source.
 * @param describe what the row at a place is: a bar at an instant, or at a time whose instant is unknown
 */
export const hashRows = (
  rows: number,
  describe: (row: number) => {
    readonly kind: "bar" | "written"
    readonly time: EpochMillis
    readonly values: RowValues
  },
): RowHashes => {
  const hashes = new Uint32Array(lanes * rows)
  for (let row = 0; row < rows; row += 1) {
    const { kind, time, values } = describe(row)
    hashBar(kind, time, values, hashes, row)
  }
  return hashes
}

export const valuesAt = (bars: Bars, row: number): RowValues => [
  bars.open[row] as number,
  bars.high[row] as number,
  bars.low[row] as number,
  bars.close[row] as number,
  bars.volume[row] as number,
]

export const sumOfBars = (bars: Bars): RowSum => {
  const summer = new RowSummer()
  summer.addBars(bars)
  return summer.result()
}
