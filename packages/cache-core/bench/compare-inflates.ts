import { constants, deflateRawSync, inflateRawSync } from "node:zlib"
import type { Kernel } from "../src/codec/kernel.ts"

/** What zlib makes of a text with any of its settings, up to a flush point. */
export const deflated = (text: Uint8Array, below: (limit: number) => number): Uint8Array =>
  deflateRawSync(text, {
    level: below(10),
    strategy: below(5),
    memLevel: 1 + below(9),
    windowBits: 9 + below(7),
    finishFlush: constants.Z_FULL_FLUSH,
  })

/** A text with as many repetitions as rows have, or with none, of up to some ten thousand bytes. */
export const anyText = (below: (limit: number) => number): Uint8Array => {
  const alphabet = [1, 2, 12, 64, 256][below(5)] as number
  const text = new Uint8Array(below([2, 300, 70_000][below(3)] as number))
  let position = 0
  while (position < text.length) {
    if (position > 0 && below(3) > 0) {
      const from = Math.max(0, position - 1 - below([4, 20, 40_000][below(3)] as number))
      const length = Math.min(text.length - position, 3 + below(below(4) === 0 ? 600 : 30))
      for (let step = 0; step < length; step += 1) text[position + step] = text[from + step] as number
      position += length
    } else {
      text[position] = alphabet === 256 ? below(256) : 44 + below(alphabet)
      position += 1
    }
  }
  return text
}

/** The data with some bytes or bits changed, cut off, or put in twice. */
export const damagedData = (data: Uint8Array, below: (limit: number) => number): Uint8Array => {
  const bytes = Uint8Array.from(data)
  if (bytes.length === 0) return bytes
  switch (below(5)) {
    case 0:
      return bytes.subarray(0, below(bytes.length))
    case 1: {
      const at = below(bytes.length)
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(Math.max(0, at - below(9)))])
    }
    case 2: {
      for (let change = below(20); change >= 0; change -= 1) bytes[below(bytes.length)] = below(256)
      return bytes
    }
    case 3:
      // Where the codes are described.
      bytes[below(Math.min(bytes.length, 100))] = below(256)
      return bytes
    default: {
      const at = below(bytes.length)
      bytes[at] = (bytes[at] as number) ^ (1 << below(8))
      return bytes
    }
  }
}

const byZlib = (data: Uint8Array, length: number): Uint8Array | undefined => {
  try {
    return inflateRawSync(data, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(1, length),
    })
  } catch {
    return undefined
  }
}

/**
 * What the kernel takes although zlib has another text for it, or none; `undefined` when there is no such thing.
 * @param mustTake the data are sound: not to take them is a difference, too
 */
export const inflateDifference = (
  data: Uint8Array,
  length: number,
  kernel: Kernel,
  mustTake: boolean,
): string | undefined => {
  const taken = kernel.inflate(data, length)
  if (!taken) return mustTake ? "the kernel does not take it" : undefined
  const text = byZlib(data, length)
  if (text === undefined) return "zlib does not take it"
  return Buffer.compare(text, kernel.text(length)) === 0 ? undefined : "the texts differ"
}
