import { barCount, type Bars, takeRows } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { resolveInstants } from "./foreign-instants.ts"
import { parseForeignRows } from "./foreign-rows.ts"
import { decodeText, joinLines } from "./foreign-text.ts"
import { readFileText } from "./gzip-text.ts"
import { readPlainRows } from "./plain-rows.ts"
import { settleRows } from "./settle-rows.ts"
import type { DecodedFile, TextStyle } from "./types.ts"

export interface ReadLimits {
  /** Longest text that is accepted, in bytes. @default 268435456, several times a year of minutes */
  readonly maxRawBytes?: number
}

const defaultMaxRawBytes = 268_435_456

/**
 * The bars in a whole file, with an account of everything about it that is not as we write it: our own without its
 * index, plain gzip by pandas or any other tool, text that was never compressed, other line ends, headers, column
 * orders and time forms. What cannot be read with certainty is refused, never guessed. Memory is bounded by the limit.
 *
 * - Equal rows at one open time are kept once, differing ones are refused. Rows out of order are sorted.
 * - Times without an offset are wall-clock times of `style.timeZone`; one that clocks showed twice is told by the order
 *   of the rows when both passes are there.
 * - In a file of dates (`style.dateOnly`) an instant must be the start of a day in that zone.
 * - The last line of text without a checksum must end with a line end, or it may have been cut.
 * @param style how the entry's open times should be written; `DecodedFile.style` says how they are
 * @throws {DamagedBytes} with line and column where they are known
 */
export const readFileBytes = (bytes: Uint8Array, style: TextStyle, limits: ReadLimits = {}): DecodedFile => {
  const { text, members } = readFileText(bytes, limits.maxRawBytes ?? defaultMaxRawBytes)
  const notes: Array<string> = []
  if (members === 0) notes.push("plain text, not compressed")
  if (members > 1) notes.push(`${members} gzip members`)
  const own = readPlainRows(text, style)
  if (own !== undefined && own.extraColumns.length === 0)
    return decoded(own.bars, { dateOnly: own.dateOnly, timeZone: style.timeZone }, notes, { canonical: true })
  const joined = joinLines(decodeText(text), members > 0)
  notes.push(...joined.notes)
  return own === undefined ? readForeign(joined.text, style, notes) : readForeign(joined.text, style, notes)
}
