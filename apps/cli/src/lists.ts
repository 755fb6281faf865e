import { parseTimeframe, type Timeframe } from "@barkeep/market-data"

/** `A,B` as a list without empty items. */
export const splitList = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")

/** @throws {InvalidInput} for a name that is no timeframe */
export const parseTimeframes = (text: string): ReadonlyArray<Timeframe> => [
  ...new Set(splitList(text).map(parseTimeframe)),
]
