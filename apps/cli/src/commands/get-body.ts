import { barsToCsv, csvHeader } from "@barkeep/cache-core"
import { type Bars, parseTimeframe, type Timeframe, zoneOfDays } from "@barkeep/market-data"
import { withCache } from "../with-cache.ts"
import type { Console } from "../console.ts"
import { parseDateSpan, toTimeRange } from "../dates.ts"
import { findSymbol, notStored } from "../find-symbol.ts"
import type { Body } from "../run-command.ts"
import type { GetFlags } from "./get.ts"

/** What `barkeep get` does. */
export const run: Body<GetFlags> = async (input, context) => {
  const { console, signal } = context
  const timeframe = parseTimeframe(input.timeframe)
  const span =
    input.startDate === undefined && input.endDate === undefined
      ? undefined
      : parseDateSpan(input.startDate ?? "0001-01-01", input.endDate ?? "9998-12-31")
  await withCache(input, context, async ({ cache }) => {
    const symbol = await findSymbol(cache, input.symbol, timeframe)
    const stored = await cache.describe(symbol, timeframe)
    if (stored === undefined) throw notStored(symbol, timeframe)
    const { instrument } = stored
    const range = span === undefined ? undefined : toTimeRange(span, instrument.timeZone, 0)
    const timeZone = zoneOfDays(instrument)
    const writer = writers[input.json ? "json" : input.format]({ symbol, timeframe, timeZone })
    let rows = 0
    const counted = async function* (parts: AsyncIterable<Bars>) {
      for await (const bars of parts) {
        signal.throwIfAborted()
        rows += bars.openTime.length
        yield bars
      }
    }
    await writer(console, counted(cache.readBlocks(symbol, timeframe, range)))
    if (rows === 0)
      console.note(
        `There is no bar of ${symbol} ${timeframe} in these days; barkeep stats shows which there are`,
      )
  })
}

interface Entry {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly timeZone: string
}

type Writer = (console: Console, parts: AsyncIterable<Bars>) => Promise<void>

const writers: { readonly [format in GetFlags["format"]]: (entry: Entry) => Writer } = {
  csv:
    ({ timeframe, timeZone }) =>
    async (console, parts) => {
      await console.write(csvHeader)
      for await (const bars of parts) await console.write(barsToCsv(bars, timeframe, timeZone))
    },
  ndjson: () => async (console, parts) => {
    for await (const bars of parts)
      await console.write(
        jsonRows(bars)
          .map((row) => `${row}\n`)
          .join(""),
      )
  },
  json: (entry) => async (console, parts) => {
    await console.write(`${JSON.stringify(entry).slice(0, -1)},"bars":[`)
    let separator = ""
    for await (const bars of parts) {
      const rows = jsonRows(bars)
      if (rows.length === 0) continue
      await console.write(separator + rows.join(","))
      separator = ","
    }
    await console.write("]}\n")
  },
}

/**
 * A JSON object for each bar, made of the lines of the CSV: its numbers are JSON's too, and millions of rows need no object
 * each. JSON has no NaN: a missing value is null.
 */
const jsonRows = (bars: Bars): ReadonlyArray<string> =>
  // Any intraday timeframe gives the whole time.
  barsToCsv(bars, "1m", "UTC")
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [time = "", open, high, low, close, volume] = line.split(",")
      return `{"openTime":"${time.slice(0, 10)}T${time.slice(11)}Z","open":${open || null},"high":${high || null},"low":${low || null},"close":${close || null},"volume":${volume || null}}`
    })
