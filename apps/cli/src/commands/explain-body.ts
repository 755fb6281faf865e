import { InvalidInput, instantsOfLocal, parseTimeframe, zoneOffsets, zoneOfDays } from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"
import { jsonDocument } from "../json-document.ts"
import { makeDonors } from "../donors.ts"
import { explainMoment } from "../explain-moment.ts"
import { explanationText } from "../explain-output.ts"
import { findSymbol } from "../find-symbol.ts"
import { readReport } from "../report-file.ts"
import type { Body } from "../run-command.ts"
import { withCache } from "../with-cache.ts"
import type { ExplainFlags } from "./explain.ts"

/** What `barkeep explain` does. */
export const run: Body<ExplainFlags> = async (input, context) => {
  const { console } = context
  const timeframe = parseTimeframe(input.timeframe)
  await withCache(input, context, async ({ configuration, cache }) => {
    const symbol = await findSymbol(cache, input.symbol, timeframe)
    const stored = await cache.describe(symbol, timeframe)
    const zone = stored === undefined ? "UTC" : zoneOfDays(stored.instrument)
    const time = parseTime(input.time, zone)
    const report = await readReport(cache.folder, console)
    const sources = {
      ...makeDonors(configuration, {}, { allowSampled: false, provider: undefined }),
      ...(report === undefined ? {} : { report }),
    }
    const found = await explainMoment(cache, sources, symbol, timeframe, time)
    await console.write(input.json ? jsonDocument(found) : explanationText(found))
  })
}

const parseTime = (text: string, timeZone: string): number => {
  const expected = "a time such as 2023-06-01T12:00:00Z or 2023-06-01 12:00:00"
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    // No offset: a time as the files have it.
  }
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (match === null) throw new InvalidInput({ field: "time", value: text, expected })
  const local = Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime("UTC").epochMilliseconds
  const instants = instantsOfLocal(
    zoneOffsets(timeZone, { from: local - 86_400_000, to: local + 86_400_000 }),
    local,
  )
  const [instant] = instants
  if (instant === undefined || instants.length > 1)
    throw new InvalidInput({ field: "time", value: text, expected: `a time that ${timeZone} has once` })
  return instant
}
