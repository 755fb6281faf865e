import { createHash, hash } from "node:crypto"
import { type Bars, columns, type EpochMillis } from "@barkeep/market-data"

/** What a row of a source is, for counting it: a bar at an instant, a bar at a time whose instant is unknown, or text. */
export type RowKind = "bar" | "written" | "text"

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

/** Adds rows up. Values count bit for bit; NaN is one value, however it was written. */
export class RowSummer {
  #rows = 0
  #sum = 0n
  readonly #bytes = new DataView(new ArrayBuffer(49))
  readonly #view = new Uint8Array(this.#bytes.buffer)

  addBar(kind: "bar" | "written", time: EpochMillis, values: RowValues): void {
    this.#bytes.setUint8(0, kind === "bar" ? 1 : 2)
    this.#set(0, time)
    for (let index = 0; index < 5; index += 1) this.#set(index + 1, values[index] as number)
    this.#add(hash("sha256", this.#view, "buffer"))
  }

  addBars(bars: Bars, kind: "bar" | "written" = "bar"): void {
    this.#bytes.setUint8(0, kind === "bar" ? 1 : 2)
    const arrays = columns.map((name) => bars[name])
    for (let row = 0; row < bars.openTime.length; row += 1) {
      for (let index = 0; index < 6; index += 1)
        this.#set(index, (arrays[index] as Float64Array)[row] as number)
      this.#add(hash("sha256", this.#view, "buffer"))
    }
  }

  addText(text: string): void {
    this.#add(createHash("sha256").update("\u0003").update(text).digest())
  }

  result(): RowSum {
    return { rows: this.#rows, sum: this.#sum % modulus }
  }

  #set(index: number, value: number): void {
    this.#bytes.setFloat64(1 + 8 * index, Number.isNaN(value) ? Number.NaN : value, true)
  }

  #add(digest: Buffer): void {
    this.#rows += 1
    this.#sum +=
      digest.readBigUInt64LE(0) +
      (digest.readBigUInt64LE(8) << 64n) +
      (digest.readBigUInt64LE(16) << 128n) +
      (digest.readBigUInt64LE(24) << 192n)
    // Reduced seldom: big numbers get slower by the digit, not by the sum.
    if (this.#rows % 1024 === 0) this.#sum %= modulus
  }
}
