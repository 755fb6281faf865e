/**
 * How a file's path says whose bars it holds.
 * - `year-folder`: `PROVIDER/SYMBOL/TIMEFRAME/YEAR/data.csv` with `metadata.json`
 * - `year-file`: `PROVIDER/SYMBOL/TIMEFRAME/YEAR.csv[.gz]` with one `metadata.json` for all years
 * - `unified`: `SYMBOL/TIMEFRAME/YEAR.csv.gz`, also below `ohlcv/`
 * - `nested`: `SYMBOL/TIMEFRAME/YEAR/YEAR.csv.gz`, one folder too deep, as the original's own migration wrote it
 */
export type Layout = "year-folder" | "year-file" | "unified" | "nested"

/** One file with bars of one provider, symbol, timeframe and year, as its path says. */
export interface SourceFile {
  /** Below the old cache, with `/` between the parts. */
  readonly path: string
  readonly layout: Layout
  readonly format: "csv" | "parquet"
  /** Folder name of the provider; `undefined` for the layouts that name it in the metadata only. */
  readonly providerFolder: string | undefined
  readonly symbolFolder: string
  readonly timeframeFolder: string
  readonly year: number
  /** Where its metadata is, whether the file exists or not. */
  readonly metadataPath: string
  /**
   * 0: the year's main file. 1: another file beside it. 2: what a rewrite had left behind (`.backup`). Lower counts
   * more where two of one provider differ.
   */
  readonly rank: 0 | 1 | 2
}

/** Why a file is not a source. */
export type OtherKind =
  /** Says something about sources; its content goes into the certificate with them. */
  | "metadata"
  /** Lists and counters of the original that follow from the data. */
  | "bookkeeping"
  /** Left by a write that was interrupted. */
  | "leftover"
  | "not-understood"

/** A file that holds no bars to migrate, as far as its path tells. */
export interface OtherFile {
  readonly path: string
  readonly kind: OtherKind
  readonly why: string
}

/** Every file of an old cache: each is in exactly one of the two lists, both sorted by path. */
export interface Survey {
  readonly sources: ReadonlyArray<SourceFile>
  readonly others: ReadonlyArray<OtherFile>
}
