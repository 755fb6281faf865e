import type { Bars, BarStore, ProvenanceSpan, Timeframe } from "@barkeep/market-data"

/** One year's file of an entry. */
export interface StoredYear {
  readonly year: number
  /** Where the file is, for people. */
  readonly path: string
  /** Differs whenever the file, or what is recorded about its rows and coverage, has changed. */
  readonly fingerprint: string
  /** Of the data file, lower-case hex; whoever fills gaps by the report compares it. */
  readonly sha256?: string
  /** Of the data file; the largest entries are judged first. */
  readonly sizeBytes?: number
}

/** The rows of one year's file, and where they come from. */
export interface StoredRows {
  /** As the file has them: perhaps unsorted, repeated, broken. */
  readonly bars: Bars
  /** The spans tile the rows once those are sorted and each open time is counted once. */
  readonly provenance: ReadonlyArray<ProvenanceSpan>
}

/** One symbol and timeframe with its files. */
export interface StoredEntry {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Ascending. */
  readonly years: ReadonlyArray<StoredYear>
  /** Differs whenever something about the entry besides its years has changed: answers without rows, for one. */
  readonly fingerprint?: string
}

/**
 * Where validation reads bars: the reading half of a `BarStore`, and the list of its files. A method that cannot read
 * something rejects with a typed error (an `Error` with a `_tag`); that becomes a finding. Any other rejection is a
 * defect and ends the validation.
 */
export interface ValidationSource extends Pick<BarStore, "read" | "describe" | "coverage" | "provenance"> {
  readonly entries: () => Promise<ReadonlyArray<StoredEntry>>
  /**
   * All rows of one year's file as they are, also those of another year. Without it `read` is asked for the year,
   * which cannot show rows of a wrong year.
   */
  readonly readYear?: (symbol: string, timeframe: Timeframe, year: number) => Promise<StoredRows>
  /** Told when the columns of `readYear` are needed no more; the place to give the memory of a large year back at once. */
  readonly release?: (bars: Bars) => void
  /**
   * SHA-256 of a year's data file, lower-case hex; asked for years that are judged and came without one, before their
   * rows are read.
   */
  readonly hashYear?: (symbol: string, timeframe: Timeframe, year: number) => Promise<string | undefined>
}
