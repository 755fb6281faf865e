import { type EpochMillis, isoTime, TaggedError } from "@barkeep/market-data"

/** There is no calendar of that name. */
export class UnknownMarket extends TaggedError<"UnknownMarket"> {
  readonly _tag = "UnknownMarket"
  override readonly name = "UnknownMarket"
  readonly market: string
  /** The markets that may have been meant, best first; often none. */
  readonly suggestions: ReadonlyArray<string>

  constructor(options: {
    readonly market: string
    readonly suggestions: ReadonlyArray<string>
    readonly known: ReadonlyArray<string>
  }) {
    const hint =
      options.suggestions.length > 0
        ? `did you mean ${options.suggestions.join(" or ")}?`
        : `known are ${options.known.join(" ")}`
    super(`no trading calendar ${JSON.stringify(options.market)}; ${hint}`)
    this.market = options.market
    this.suggestions = options.suggestions
  }
}

/** The question reaches beyond the years that a calendar knows; cut it to `calendar.range` first. */
export class OutsideCalendar extends TaggedError<"OutsideCalendar"> {
  readonly _tag = "OutsideCalendar"
  override readonly name = "OutsideCalendar"
  readonly market: string
  /** What was asked, a date or an instant. */
  readonly asked: string
  readonly firstDate: string
  readonly lastDate: string

  constructor(options: {
    readonly market: string
    readonly asked: string
    readonly firstDate: string
    readonly lastDate: string
  }) {
    super(
      `calendar ${options.market} knows ${options.firstDate} to ${options.lastDate}, not ${options.asked}; ask inside these dates`,
    )
    this.market = options.market
    this.asked = options.asked
    this.firstDate = options.firstDate
    this.lastDate = options.lastDate
  }
}

/** A bar's open time lies in no bin: the market is closed then. Drop bars of extended hours before resampling. */
export class OutsideSession extends TaggedError<"OutsideSession"> {
  readonly _tag = "OutsideSession"
  override readonly name = "OutsideSession"
  readonly market: string
  readonly time: EpochMillis

  constructor(options: { readonly market: string; readonly time: EpochMillis; readonly timeframe: string }) {
    super(
      `${isoTime(options.time)} belongs to no ${options.timeframe} bar of ${options.market}: the market is closed; drop bars outside its sessions first`,
    )
    this.market = options.market
    this.time = options.time
  }
}

/** Additions to a calendar contradict themselves or the calendar. */
export class InvalidCalendarAdditions extends TaggedError<"InvalidCalendarAdditions"> {
  readonly _tag = "InvalidCalendarAdditions"
  override readonly name = "InvalidCalendarAdditions"
  /** Where in the document: `XNYS.closures[0].date`. */
  readonly path: string
  readonly issue: string

  constructor(options: { readonly path: string; readonly issue: string }) {
    super(`calendar additions: ${options.path}: ${options.issue}`)
    this.path = options.path
    this.issue = options.issue
  }
}
