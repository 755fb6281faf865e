import { TaggedError } from "@barkeep/market-data"

/** The validation report is not about the files that are stored now: its gaps may be filled, moved or gone. */
export class StaleReport extends TaggedError<"StaleReport"> {
  readonly _tag = "StaleReport"
  override readonly name = "StaleReport"
  /** `SYMBOL timeframe year` of each file that differs, is new or is gone. */
  readonly changed: ReadonlyArray<string>

  /** @param advice what to do about it */
  constructor(changed: ReadonlyArray<string>, advice = "validate again") {
    const shown = changed.slice(0, 5).join(", ")
    super(
      `the validation report is stale: ${shown}${changed.length > 5 ? ` and ${changed.length - 5} more` : ""} changed since; ${advice}`,
    )
    this.changed = changed
  }
}
