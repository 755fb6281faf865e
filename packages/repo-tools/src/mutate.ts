import { integerOf, oneOf } from "./seeded-random.ts"

/** Other bytes than these: bits flipped, pieces cut out, doubled, moved or overwritten, one to four times. */
export const mutateBytes = (bytes: Uint8Array, random: () => number): Uint8Array => {
  let result = Buffer.from(bytes)
  for (let change = oneOf(random, [1, 1, 1, 2, 4]); change > 0; change -= 1) {
    const at = integerOf(random, 0, Math.max(0, result.length - 1))
    const length = integerOf(random, 1, oneOf(random, [1, 8, 400]))
    switch (integerOf(random, 0, 6)) {
      case 0:
        if (result.length > 0) result[at] = (result[at] as number) ^ (1 << integerOf(random, 0, 7))
        break
      case 1:
        if (result.length > 0) result[at] = integerOf(random, 0, 255)
        break
      case 2:
        result = result.subarray(0, at)
        break
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)])
        break
      case 4:
        result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)])
        break
      case 5:
        result = Buffer.concat([result, Buffer.alloc(length, integerOf(random, 0, 255))])
        break
      default:
        result.fill(0, at, Math.min(result.length, at + length))
    }
    // A copy, since later changes write into it.
    result = Buffer.from(result)
  }
  return result
}

/** Other text than this: numbers, quotes, separators, keys and lines changed, one to three times. */
export const mutateText = (bytes: Uint8Array, random: () => number): Uint8Array => {
  let text = Buffer.from(bytes).toString("latin1")
  for (let change = oneOf(random, [1, 1, 1, 2, 3]); change > 0; change -= 1) {
    const tokens = text.match(/[A-Za-z_]+|-?\d+(?:\.\d+)?|[^A-Za-z_\d]/g) ?? []
    if (tokens.length === 0) break
    const at = integerOf(random, 0, tokens.length - 1)
    const other = integerOf(random, 0, tokens.length - 1)
    switch (integerOf(random, 0, 4)) {
      case 0:
        tokens[at] = oneOf(random, strangeTokens)
        break
      case 1:
        tokens.splice(at, integerOf(random, 1, 5))
        break
      case 2:
        tokens.splice(at, 0, oneOf(random, strangeTokens))
        break
      case 3:
        tokens[at] = tokens[other] as string
        break
      default:
        tokens.splice(at, 0, ...tokens.slice(other, other + integerOf(random, 1, 40)))
    }
    text = tokens.join("")
  }
  return Buffer.from(text, "latin1")
}

const strangeTokens = [
  "",
  "0",
  "-1",
  "-0",
  "1e999",
  "NaN",
  "null",
  "true",
  "Infinity",
  "9007199254740993",
  "4294967296",
  "99999999999999999999",
  "0.1",
  "1e-400",
  "{}",
  "[]",
  "[[[[",
  '""',
  '"',
  '"\\u0000"',
  "__proto__",
  "2024-02-30",
  "2024-01-01 00:00:00",
  "2024-01-01T00:00:00Z",
  "\n",
  "\r\n",
  "\r",
  ",",
  ";",
  ",,,,,,",
  "\0",
  "\xff\xfe",
  " ",
  "+",
]
