import { InvalidInput } from "@barkeep/market-data"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Option from "effect/Option"
import { withCache } from "../compose.ts"
import { common } from "../flags.ts"
import { handler } from "../run-command.ts"
import { formatTable } from "../table.ts"

const flags = {
  ...common,
  symbol: Argument.String("symbol").pipe(
    Argument.withDescription("Only this symbol"),
    Argument.optional,
    Argument.map(Option.getOrUndefined),
  ),
}

interface ListFlags {
  readonly cacheDir: string | undefined
  readonly json: boolean
  readonly symbol: string | undefined
}

export const list = Command.make(
  "list",
  flags,
  handler(async ({ symbol, json, cacheDir }: ListFlags, { console }) =>
    withCache({ cacheDir }, async ({ cache }) => {
      const entries = (await cache.entries()).filter(
        (entry) => symbol === undefined || entry.symbol === symbol,
      )
      if (symbol !== undefined && entries.length === 0)
        throw new InvalidInput({ field: "symbol", value: symbol, expected: `stored in ${cache.folder}` })
      if (json) return console.write(`${JSON.stringify({ folder: cache.folder, entries })}\n`)
      if (entries.length === 0) return console.note(`Nothing is stored in ${cache.folder}`)
      await console.write(
        formatTable(
          [
            { heading: "symbol", cell: (entry) => entry.symbol },
            { heading: "timeframe", cell: (entry) => entry.timeframe },
            { heading: "years", cell: (entry) => yearsText(entry.years) },
          ],
          entries,
        ),
      )
    }),
  ),
).pipe(Command.withDescription("List what is stored: symbols, timeframes, years."))

/** `2019-2021 2023` for consecutive years. */
const yearsText = (years: ReadonlyArray<number>): string => {
  const runs: Array<[number, number]> = []
  for (const year of years) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === year - 1) last[1] = year
    else runs.push([year, year])
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(" ")
}
