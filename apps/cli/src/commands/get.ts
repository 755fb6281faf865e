import { barsToCsv, type Cache, csvHeader } from "@barkeep/cache-core"
import {
  type Bar,
  barRows,
  hasSessions,
  isoTime,
  parseTimeframe,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { withCache } from "../compose.ts"
import type { Console } from "../console.ts"
import { parseDateSpan, toTimeRange } from "../dates.ts"
import { findSymbol, notStored } from "../find-symbol.ts"
import { common, endDate, startDate } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  cacheDir: common.cacheDir,
  json: common.json,
  symbol: Argument.String("symbol").pipe(Argument.withDescription("A stored symbol: BTCUSDT")),
  timeframe: Argument.String("timeframe").pipe(Argument.withDescription("1m … 1mo")),
  startDate: startDate.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  endDate,
  format: Flag.Literals("format", ["csv", "json", "ndjson"]).pipe(
    Flag.withDescription("csv: as in the files; json: one document; ndjson: a line per bar"),
    Flag.withDefault("csv"),
  ),
}

interface GetFlags {
  readonly cacheDir: string | undefined
  readonly json: boolean
  readonly symbol: string
  readonly timeframe: string
  readonly startDate: string | undefined
  readonly endDate: string | undefined
  readonly format: "csv" | "json" | "ndjson"
}

export const get = Command.make(
  "get",
  flags,
  handler(async (input: GetFlags, { console, signal }) => {
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
      await writer(console, readRows(cache, symbol, timeframe, range, signal))
    })
  }),
).pipe(
  Command.withDescription("Print stored bars on stdout."),
  Command.withExamples([
    {
      command: "barkeep get BTCUSDT 1h --start-date 2023-06-01 --end-date 2023-06-02",
      description: "Two days as CSV",
    },
    { command: "barkeep get AAPL 1d --format ndjson", description: "A JSON object per line" },
  ]),
)

async function* readRows(
  cache: Cache,
  symbol: string,
  timeframe: Timeframe,
  range: TimeRange | undefined,
  signal: AbortSignal,
) {
  for await (const bars of cache.readBlocks(symbol, timeframe, range)) {
    signal.throwIfAborted()
    yield bars
  }
}

interface Entry {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly timeZone: string
}

type Writer = (console: Console, parts: ReturnType<typeof readRows>) => Promise<void>

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
