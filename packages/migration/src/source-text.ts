import type { Bars } from "@barkeep/market-data"

/** Everything in one file, line by line, nothing judged. What the port that reads files gives. */
export interface SourceText {
  /**
   * The rows in the order of the file; `openTime` is what the cell says: an instant, or a date or wall-clock time as
   * if it were UTC.
   */
  readonly bars: Bars
  /** 0 a date, 1 a wall-clock time, 2 an instant. */
  readonly kinds: Uint8Array
  /** The line (of a table without lines: the row, from 1) of each row. */
  readonly lines: Int32Array
  /** Lines that hold no row which can be read with certainty. */
  readonly unreadable: ReadonlyArray<{ readonly line: number; readonly text: string; readonly issue: string }>
  readonly extraColumns: ReadonlyArray<string>
  /** What was odd about the text and how it was read. */
  readonly notes: ReadonlyArray<string>
}

export const timeKinds = { date: 0, wall: 1, instant: 2 } as const
