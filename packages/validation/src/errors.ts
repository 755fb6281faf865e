import { TaggedError } from "@barkeep/market-data"

/** A text or value that claims to be a validation report is none. */
export class InvalidReport extends TaggedError<"InvalidReport"> {
  readonly _tag = "InvalidReport"
  override readonly name = "InvalidReport"
  /** Where in the document, as a JSON pointer: `/detailed_results/AAPL_1d/gaps/3/start`; empty for the whole. */
  readonly pointer: string
  readonly issue: string

  constructor(options: { readonly pointer: string; readonly issue: string }) {
    super(
      `validation report${options.pointer === "" ? "" : ` at ${options.pointer}`}: ${options.issue}; validate the cache again to get a good one`,
    )
    this.pointer = options.pointer
    this.issue = options.issue
  }
}

/**
 * A report of another format: one of a later version, or one of the original system, whose gaps begin at the first
 * bar after the hole and cannot be told from closed sessions.
 */
export class UnsupportedReport extends TaggedError<"UnsupportedReport"> {
  readonly _tag = "UnsupportedReport"
  override readonly name = "UnsupportedReport"
  /** `schema_version` of the document; `undefined` for the original's reports, which have none. */
  readonly version: unknown

  constructor(version: unknown) {
    super(
      version === undefined
        ? "validation report of the original system: its gaps start after the hole; validate the cache again"
        : `validation report of schema version ${JSON.stringify(version)}, which this version does not read; update Barkeep or validate the cache again`,
    )
    this.version = version
  }
}
