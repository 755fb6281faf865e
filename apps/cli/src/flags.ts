import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"

/** `undefined` where the flag is not given. */
export const optional = <A>(flag: Flag.Flag<A>): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

/** A text; `undefined` without it. */
export const text = (name: string, description: string, metavar: string): Flag.Flag<string | undefined> =>
  optional(Flag.String(name).pipe(Flag.withDescription(description), Flag.withMetavar(metavar)))

/** Off unless it is given. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

/** Flags that every command has. */
export const common = {
  cacheDir: text("cache-dir", "Folder of the cache [BARKEEP_CACHE_DIR]", "FOLDER"),
  json: toggle("json", "Print one JSON document on stdout"),
}

export const symbols = text("symbols", "Symbols, comma separated: BTCUSDT,ETHUSDT", "A,B")

export const intervals = text("intervals", "Timeframes, comma separated: 5m,1h,1d", "5m,1h")

export const startDate = Flag.String("start-date").pipe(
  Flag.withDescription("First day wanted, in the market's time zone"),
  Flag.withMetavar("YYYY-MM-DD"),
)

export const endDate = text("end-date", "Last day wanted, included; until now without it", "YYYY-MM-DD")

export const calendarFile = text(
  "calendar-file",
  "JSON file with closures and sessions of your own, by market",
  "FILE",
)
