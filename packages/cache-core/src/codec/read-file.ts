import { type Bars, barCount, takeRows } from "@barkeep/market-data"
import { resolveInstants } from "./foreign-instants.ts"
import { parseForeignRows } from "./foreign-rows.ts"
import { readFileText } from "./gzip-text.ts"
import { readPlainRows } from "./plain-rows.ts"
import { defaultMaxRawBytes, type ReadLimits } from "./read-limits.ts"
import { settleRows } from "./settle-rows.ts"
import { toTextLines } from "./text-lines.ts"
import type { DecodedFile, TextStyle } from "./types.ts"

/**
 * The bars in a whole file, with an account of everything about it that is not as we write it: our own
 * without its index, plain gzip by pandas or any other tool, text that was never compressed, other line ends,
 * headers, column orders and time forms. What cannot be read with certainty is refused, never guessed. Memory
 * is bounded by the limit.
 *
 * - Equal rows at one open time are kept once, differing ones are refused. Rows out of order are sorted.
 * - Times without an offset are wall-clock times of `style.timeZone`; one that clocks showed twice is told by
 *   the order   of the rows when both passes are there.
 * - In an entry of dates (`style.dateOnly`) a time with an offset must be the start of a day in that zone.
 * - The last line of text without a checksum must have a line end, or it may have been cut.
 * @param style how the entry's open times are meant; `DecodedFile.style` says how this file writes them
 * @throws {DamagedBytes} with line and column where they are known
 */
export const readFileBytes = (bytes: Uint8Array, style: TextStyle, limits: ReadLimits = {}): DecodedFile => {
  const { text, members } = readFileText(bytes, limits.maxRawBytes ?? defaultMaxRawBytes)
  const lines = toTextLines(text, members > 0)
  const notes = [...memberNotes(members), ...lines.notes]
  const plain = readPlainRows(lines.text, style)
  if (plain === undefined) return readForeignText(lines.text, style, notes)
  const allNotes = withStyleNotes(notes, plain.bars, plain.dateOnly, style)
  return {
    bars: plain.bars,
    canonical: allNotes.length === 0 && plain.extraColumns.length === 0,
    style: { dateOnly: plain.dateOnly, timeZone: style.timeZone },
    extraColumns: plain.extraColumns,
    notes: allNotes,
    rowsInFile: barCount(plain.bars),
    duplicates: 0,
    unsorted: false,
  }
}

/** The rows of a file in its own order. */
export interface FileRows {
  /** May be out of order and repeat open times. */
  readonly bars: Bars
  /** Columns of the file that `Bars` do not hold, by their names in the file. */
  readonly extraColumns: ReadonlyArray<string>
  /** What was odd about the text and how it was read; says nothing of order and repetition. */
  readonly notes: ReadonlyArray<string>
}

/**
 * Every row of a whole file as it stands there: not sorted, with rows that repeat an open time, equal or not.
 * For those who judge a file; cells that cannot be read with certainty are refused as in `readFileBytes`.
 * @throws {DamagedBytes} with line and column where they are known
 */
export const readFileRows = (bytes: Uint8Array, style: TextStyle, limits: ReadLimits = {}): FileRows => {
  const { text, members } = readFileText(bytes, limits.maxRawBytes ?? defaultMaxRawBytes)
  const lines = toTextLines(text, members > 0)
  const notes = [...memberNotes(members), ...lines.notes]
  const plain = readPlainRows(lines.text, style)
  if (plain !== undefined)
    return {
      bars: plain.bars,
      extraColumns: plain.extraColumns,
      notes: withStyleNotes(notes, plain.bars, plain.dateOnly, style),
    }
  const rows = parseForeignRows(lines.text)
  const { bars, dateOnly, reversed, notes: timeNotes } = resolveInstants(rows, style)
  const count = barCount(bars)
  return {
    bars: reversed
      ? takeRows(
          bars,
          Array.from(bars.openTime, (_, row) => count - 1 - row),
        )
      : bars,
    extraColumns: rows.columns.extraColumns,
    notes: withStyleNotes([...notes, ...rows.notes, ...timeNotes], bars, dateOnly, style),
  }
}

const memberNotes = (members: number): ReadonlyArray<string> =>
  members === 0 ? ["plain text, not compressed"] : members > 1 ? [`${members} gzip members`] : []

/** The bars in text lines, each cell read by itself. @throws {DamagedBytes} */
export const readForeignText = (
  text: Uint8Array,
  style: TextStyle,
  notes: ReadonlyArray<string>,
): DecodedFile => {
  const rows = parseForeignRows(text)
  const instants = resolveInstants(rows, style)
  const settled = settleRows(instants.bars, instants.lines)
  const orderNotes = [
    ...(settled.unsorted || instants.reversed ? ["rows were out of order and are sorted"] : []),
    ...(settled.duplicates > 0
      ? [`${settled.duplicates} rows repeat another exactly and are kept once`]
      : []),
  ]
  return {
    bars: settled.bars,
    canonical: false,
    style: { dateOnly: instants.dateOnly, timeZone: style.timeZone },
    extraColumns: rows.columns.extraColumns,
    notes: withStyleNotes(
      [...notes, ...rows.notes, ...instants.notes, ...orderNotes],
      settled.bars,
      instants.dateOnly,
      style,
    ),
    rowsInFile: barCount(instants.bars),
    duplicates: settled.duplicates,
    unsorted: settled.unsorted || instants.reversed,
  }
}

const withStyleNotes = (
  notes: ReadonlyArray<string>,
  bars: Bars,
  dateOnly: boolean,
  style: TextStyle,
): ReadonlyArray<string> =>
  barCount(bars) === 0 || dateOnly === style.dateOnly
    ? notes
    : [...notes, dateOnly ? "open times are written as dates" : "open times are written with a time of day"]
