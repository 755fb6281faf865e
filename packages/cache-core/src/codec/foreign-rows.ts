import { allocateBars, type Bars, columns, valueColumns } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"
import { parseNumberCell, parseTimeCell } from "./foreign-cells.ts"
import { type ForeignColumns, foreignColumns } from "./foreign-header.ts"
import { splitForeignText } from "./foreign-pieces.ts"

/** What kind of time each row has. */
export const timeKinds = ["date", "wall", "instant"] as const

/** The rows of a foreign text in its own order, times not yet resolved to instants. */
export interface ForeignRows {
  readonly columns: ForeignColumns
  /** `openTime` holds what the cells say, by `kinds`. */
  readonly bars: Bars
  /** Index into `timeKinds` for each row. */
  readonly kinds: Uint8Array
  /** Line of each row, from 1, the header included. */
  readonly lines: Int32Array
  readonly notes: ReadonlyArray<string>
}

/** More lines than this that hold nothing are no oddity of a writer. */
const mostEmptyLines = 100_000

/**
 * Reads a text that is not in our own form, cell by cell, through papaparse.
 * @throws {DamagedBytes} with line and column for the first cell that cannot be read with certainty
 */
export const parseForeignRows = (text: Uint8Array): ForeignRows => {
  const reader = new RowReader()
  splitForeignText(
    text,
    (cells, line) => reader.read(cells, line),
    // An empty text stands for an empty line here.
    (line) => reader.read([""], line),
  )
  return reader.finish()
}

class RowReader {
  #header: { readonly cells: ReadonlyArray<string>; readonly columns: ForeignColumns } | undefined
  #capacity = 4096
  #bars = allocateBars(this.#capacity)
  #kinds = new Uint8Array(this.#capacity)
  #lines = new Int32Array(this.#capacity)
  #rows = 0
  #blankLines = 0
  #pendingBlankLines = 0
  #repeatedHeaders = 0

  read(cells: ReadonlyArray<string>, line: number): void {
    if (cells.length === 1 && cells[0]?.trim() === "") {
      // Only blank lines that something follows are worth a note: the end of the last line makes one too.
      this.#pendingBlankLines += 1
      this.#checkEmptyLines(line)
      return
    }
    this.#blankLines += this.#pendingBlankLines
    this.#pendingBlankLines = 0
    if (this.#header === undefined) {
      this.#header = { cells, columns: foreignColumns(cells, line) }
      return
    }
    const header = this.#header
    if (cells.length !== header.cells.length)
      throw new DamagedBytes({
        kind: "row",
        issue: `${cells.length} fields instead of ${header.cells.length}`,
        line,
      })
    if (cells.every((cell, index) => cell === header.cells[index])) {
      this.#repeatedHeaders += 1
      this.#checkEmptyLines(line)
    } else this.#readRow(cells, line, header.columns)
  }

  #checkEmptyLines(line: number): void {
    if (this.#blankLines + this.#pendingBlankLines + this.#repeatedHeaders > mostEmptyLines)
      throw new DamagedBytes({ kind: "row", issue: `more than ${mostEmptyLines} lines hold no row`, line })
  }

  #readRow(cells: ReadonlyArray<string>, line: number, header: ForeignColumns): void {
    if (this.#rows === this.#capacity) this.#grow()
    const row = this.#rows
    const time = parseTimeCell(cells[header.openTime] as string)
    if (typeof time === "string")
      throw new DamagedBytes({
        kind: "time",
        issue: time,
        line,
        column: header.names[header.openTime] as string,
      })
    this.#bars.openTime[row] = time.millis
    this.#kinds[row] = timeKinds.indexOf(time.kind)
    this.#lines[row] = line
    for (const [index, name] of valueColumns.entries()) {
      const at = header.values[index] as number
      const value = at < 0 ? Number.NaN : parseNumberCell(cells[at] as string)
      if (typeof value === "string")
        throw new DamagedBytes({ kind: "row", issue: value, line, column: header.names[at] as string })
      this.#bars[name][row] = value
    }
    this.#rows += 1
  }

  #grow(): void {
    this.#capacity *= 2
    const bars = allocateBars(this.#capacity)
    for (const name of columns) bars[name].set(this.#bars[name])
    const kinds = new Uint8Array(this.#capacity)
    kinds.set(this.#kinds)
    const lines = new Int32Array(this.#capacity)
    lines.set(this.#lines)
    this.#bars = bars
    this.#kinds = kinds
    this.#lines = lines
  }

  finish(): ForeignRows {
    if (this.#header === undefined)
      throw new DamagedBytes({ kind: "header", issue: "the text has no header line", line: 1 })
    const rows = this.#rows
    const bars = this.#bars
    const notes = [...this.#header.columns.notes]
    if (this.#blankLines > 0) notes.push(`${this.#blankLines} blank lines`)
    if (this.#repeatedHeaders > 0) notes.push(`the header line is repeated ${this.#repeatedHeaders} times`)
    return {
      columns: this.#header.columns,
      bars: {
        openTime: bars.openTime.subarray(0, rows),
        open: bars.open.subarray(0, rows),
        high: bars.high.subarray(0, rows),
        low: bars.low.subarray(0, rows),
        close: bars.close.subarray(0, rows),
        volume: bars.volume.subarray(0, rows),
      },
      kinds: this.#kinds.subarray(0, rows),
      lines: this.#lines.subarray(0, rows),
      notes,
    }
  }
}
