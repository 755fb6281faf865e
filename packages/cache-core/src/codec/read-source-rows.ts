import { allocateBars, type Bars, barCount, columns, valueColumns } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { parseNumberCell, parseTimeCell } from "./foreign-cells.ts"
import { type ForeignColumns, foreignColumns } from "./foreign-header.ts"
import { splitForeignText } from "./foreign-pieces.ts"
import { timeKinds } from "./foreign-rows.ts"
import { readFileText } from "./gzip-text.ts"
import { readPlainRows } from "./plain-rows.ts"
import { defaultMaxRawBytes, type ReadLimits } from "./read-limits.ts"
import { toTextLines } from "./text-lines.ts"

/** A line of a file that holds no row which can be read with certainty. */
export interface UnreadableLine {
  /** From 1, the header included. */
  readonly line: number
  readonly text: string
  readonly issue: string
}

/** Everything in a whole file, line by line, nothing judged, sorted or left out. */
export interface SourceRows {
  /**
   * The rows in the order of the file; `openTime` is what the cell says: an instant, or a date or wall-clock time as
   * if it were UTC.
   */
  readonly bars: Bars
  /** What kind of time each row has: 0 a date, 1 a wall-clock time, 2 an instant. */
  readonly kinds: Uint8Array
  /** The line of each row. */
  readonly lines: Int32Array
  readonly unreadable: ReadonlyArray<UnreadableLine>
  /** Columns of the file that `Bars` do not hold, by their names in the file. */
  readonly extraColumns: ReadonlyArray<string>
  /** What was odd about the text and how it was read. */
  readonly notes: ReadonlyArray<string>
}

/**
 * Every row of a file of any writer, for those who account for each of them. A line that cannot be read is listed with
 * its text, the others count. Which zone wall-clock times are of is for the caller to decide.
 * @throws {DamagedBytes} when nothing can be read with certainty: damaged gzip, another encoding, no usable header
 */
export const readSourceRows = (bytes: Uint8Array, limits: ReadLimits = {}): SourceRows => {
  const { text, members } = readFileText(bytes, limits.maxRawBytes ?? defaultMaxRawBytes)
  const mayBeCut = members === 0 && text.at(-1) !== lineFeed && text.at(-1) !== carriageReturn
  const lines = toTextLines(text, true)
  const notes = [
    ...(members === 0 ? ["plain text, not compressed"] : members > 1 ? [`${members} gzip members`] : []),
    ...lines.notes,
  ]
  const plain = mayBeCut ? undefined : readPlainRows(lines.text, { dateOnly: false, timeZone: "UTC" })
  if (plain !== undefined) {
    const rows = barCount(plain.bars)
    return {
      bars: plain.bars,
      kinds: new Uint8Array(rows).fill(timeKinds.indexOf(plain.dateOnly ? "date" : "wall")),
      lines: Int32Array.from({ length: rows }, (_, row) => row + 2),
      unreadable: [],
      extraColumns: plain.extraColumns,
      notes,
    }
  }
  const reader = new SourceReader()
  splitForeignText(lines.text, (cells, line) => reader.read(cells, line))
  return reader.finish(notes, mayBeCut)
}

const lineFeed = 10
const carriageReturn = 13

interface ReadRow {
  readonly line: number
  readonly kind: number
  readonly values: ReadonlyArray<number>
  readonly text: string
}

class SourceReader {
  #columns: ForeignColumns | undefined
  #header: ReadonlyArray<string> = []
  readonly #rows: Array<ReadRow> = []
  readonly #unreadable: Array<UnreadableLine> = []

  read(cells: ReadonlyArray<string>, line: number): void {
    if (cells.length === 1 && cells[0]?.trim() === "") return
    if (this.#columns === undefined) {
      this.#columns = foreignColumns(cells, line)
      this.#header = cells
      return
    }
    // Files that were joined have their header in the middle.
    if (cells.length === this.#header.length && cells.every((cell, at) => cell === this.#header[at])) return
    const row = toRow(cells, line, this.#columns)
    if (typeof row === "string") this.#unreadable.push({ line, text: cells.join(","), issue: row })
    else this.#rows.push(row)
  }

  finish(notes: ReadonlyArray<string>, mayBeCut: boolean): SourceRows {
    if (this.#columns === undefined)
      throw new DamagedBytes({ kind: "header", issue: "the text has no header line", line: 1 })
    const last = this.#rows.at(-1)
    if (mayBeCut && last !== undefined && last.line > (this.#unreadable.at(-1)?.line ?? 0)) {
      this.#rows.pop()
      this.#unreadable.push({
        line: last.line,
        text: last.text,
        issue: "the last line has no line end: it may have been cut",
      })
    }
    const bars = allocateBars(this.#rows.length)
    for (const [at, name] of columns.entries())
      for (const [row, { values }] of this.#rows.entries()) bars[name][row] = values[at] as number
    return {
      bars,
      kinds: Uint8Array.from(this.#rows, (row) => row.kind),
      lines: Int32Array.from(this.#rows, (row) => row.line),
      unreadable: this.#unreadable,
      extraColumns: this.#columns.extraColumns,
      notes: [...notes, ...this.#columns.notes],
    }
  }
}

const toRow = (cells: ReadonlyArray<string>, line: number, header: ForeignColumns): ReadRow | string => {
  if (cells.length !== header.names.length) return `${cells.length} fields instead of ${header.names.length}`
  const time = parseTimeCell(cells[header.openTime] as string)
  if (typeof time === "string") return time
  const values = [time.millis]
  for (const [index, name] of valueColumns.entries()) {
    const at = header.values[index] as number
    const value = at < 0 ? Number.NaN : parseNumberCell(cells[at] as string)
    if (typeof value === "string") return `${name}: ${value}`
    values.push(value)
  }
  return { line, kind: timeKinds.indexOf(time.kind), values, text: cells.join(",") }
}
