import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"

/** Flags that every command has. */
export const common = {
  cacheDir: Flag.String("cache-dir").pipe(
    Flag.withDescription("Folder of the cache [BARKEEP_CACHE_DIR]"),
    Flag.withMetavar("FOLDER"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print one JSON document on stdout"),
    Flag.withDefault(false),
  ),
}

export const symbols = Flag.String("symbols").pipe(
  Flag.withDescription("Symbols, comma separated: BTCUSDT,ETHUSDT"),
  Flag.withMetavar("A,B"),
)

export const intervals = Flag.String("intervals").pipe(
  Flag.withDescription("Timeframes, comma separated: 5m,1h,1d"),
  Flag.withMetavar("5m,1h"),
)

export const startDate = Flag.String("start-date").pipe(
  Flag.withDescription("First day wanted, in the market's time zone"),
  Flag.withMetavar("YYYY-MM-DD"),
)

export const endDate = Flag.String("end-date").pipe(
  Flag.withDescription("Last day wanted, included; until now without it"),
  Flag.withMetavar("YYYY-MM-DD"),
  Flag.optional,
  Flag.map(Option.getOrUndefined),
)
