import { InvalidInput } from "@barkeep/market-data"
import type { Console } from "./console.ts"

/**
 * Says which of the named symbols no file was found of.
 * @throws {InvalidInput} when that is all of them: then nothing was looked at
 */
export const noteUnknown = (
  named: ReadonlyArray<string> | undefined,
  seen: ReadonlySet<string>,
  console: Console,
): void => {
  const unknown = (named ?? []).filter((symbol) => !seen.has(symbol))
  if (unknown.length === 0) return
  if (unknown.length === named?.length)
    throw new InvalidInput({
      field: "--symbols",
      value: unknown.join(","),
      expected: "stored with these timeframes; barkeep list shows what is",
    })
  for (const symbol of unknown) console.note(`barkeep: ${symbol} is not stored`)
}
