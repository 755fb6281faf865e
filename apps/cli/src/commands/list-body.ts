import { InvalidInput } from "@barkeep/market-data"
import { withCache } from "../with-cache.ts"
import { formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { ListFlags } from "./list.ts"

/** What `barkeep list` does. */
export const run: Body<ListFlags> = async ({ symbol, json, cacheDir }, { console }) =>
  withCache({ cacheDir }, async ({ cache }) => {
    const entries = (await cache.entries()).filter((entry) => symbol === undefined || entry.symbol === symbol)
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
  })

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
