import { barsToCsv, csvHeader } from "@barkeep/cache-core"
import {
  type Bar,
  type Bars,
  barRows,
  hasSessions,
  isoTime,
  parseTimeframe,
  type Timeframe,
} from "@barkeep/market-data"
import { withCache } from "../with-cache.ts"
import type { Console } from "../console.ts"
import { parseDateSpan, toTimeRange } from "../dates.ts"
import { findSymbol, notStored } from "../find-symbol.ts"
import type { Body } from "../run-command.ts"
import type { GetFlags } from "./get.ts"

/** What `barkeep get` does. */
export const run: Body<GetFlags> = async (input, { console, signal }) => {
  const timeframe = parseTimeframe(input.timeframe)
  const span =
    input.startDate === undefined && input.endDate === undefined
      ? undefined
      : parseDateSpan(input.startDate ?? "0001-01-01", input.endDate ?? "9998-12-31")
  await withCache(input, async ({ cache }) => {
    const symbol = await findSymbol(cache, input.symbol, timeframe)
    const stored = await cache.describe(symbol, timeframe)
    if (stored === undefined) throw notStored(symbol, timeframe)
    const { instrument } = stored
    const range = span === undefined ? undefined : toTimeRange(span, instrument.timeZone, 0)
    const timeZone = hasSessions(instrument) ? instrument.timeZone : "UTC"
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
      await console.write([...barRows(bars)].map((bar) => `${JSON.stringify(toDocument(bar))}\n`).join(""))
  },
  json: (entry) => async (console, parts) => {
    await console.write(`${JSON.stringify(entry).slice(0, -1)},"bars":[`)
    let separator = ""
    for await (const bars of parts) {
      const texts = [...barRows(bars)].map((bar) => JSON.stringify(toDocument(bar)))
      if (texts.length === 0) continue
      await console.write(separator + texts.join(","))
      separator = ","
    }
    await console.write("]}\n")
  },
}

/** JSON has no NaN: a missing value is null. */
const toDocument = ({ openTime, ...values }: Bar): unknown => ({
  openTime: isoTime(openTime),
  ...Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
  ),
})
