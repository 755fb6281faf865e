import { InvalidInput } from "@barkeep/market-data"
import { type GapReason, gapReasons } from "@barkeep/validation"
import { splitList } from "./lists.ts"

/** The gap reasons of `--reason`. @throws {InvalidInput} for a name that is none */
export const parseReasons = (text: string): ReadonlyArray<GapReason> =>
  splitList(text).map((name) => {
    const reason = gapReasons.find((known) => known === name)
    if (reason !== undefined) return reason
    throw new InvalidInput({ field: "--reason", value: name, expected: `one of ${gapReasons.join(", ")}` })
  })
