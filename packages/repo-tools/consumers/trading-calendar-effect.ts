// A pure package has no entry for Effect and needs none: its errors have tags.
import { tradingCalendar, type UnknownMarket } from "@barkeep/trading-calendar"
import * as Effect from "effect/Effect"

const closed = (market: string) =>
  Effect.try({
    try: () => tradingCalendar(market).closures({ start: "2024-07-04", end: "2024-07-04" })[0]?.reason,
    catch: (error) => error as UnknownMarket,
  }).pipe(Effect.catchTag("UnknownMarket", ({ _tag }) => Effect.succeed(_tag)))
console.log(await Effect.runPromise(Effect.all([closed("XNYS"), closed("XNOP")])))
