import type { Cache } from "@barkeep/cache-core"
import { InvalidInput } from "@barkeep/market-data"
import { canonicalSymbol } from "@barkeep/ticker-classifier"
import { withCache } from "../with-cache.ts"
import { formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { ListFlags } from "./list.ts"

type CacheEntry = Awaited<ReturnType<Cache["entries"]>>[number]

/** What `barkeep list` does. */
export const run: Body<ListFlags> = async ({ symbol, json, cacheDir }, context) =>
  withCache({ cacheDir }, context, async ({ cache }) => {
    const { console } = context
    const stored = await cache.entries()
    const entries = symbol === undefined ? stored : entriesOf(stored, symbol, cache.folder)
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
        console.paint,
      ),
    )
  })

/** Those of the symbol as stored, or as it is usually written. */
const entriesOf = (
  stored: ReadonlyArray<CacheEntry>,
  symbol: string,
  folder: string,
): ReadonlyArray<CacheEntry> => {
  const of = (name: string) => stored.filter((entry) => entry.symbol === name)
  const exact = of(symbol)
  if (exact.length > 0) return exact
  const canonical = of(canonicalSymbol(symbol))
  if (canonical.length > 0) return canonical
  throw new InvalidInput({ field: "symbol", value: symbol, expected: `stored in ${folder}` })
}

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
