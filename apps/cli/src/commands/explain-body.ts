import {
  InvalidInput,
  isoTime,
  parseTimeframe,
  zoneOffsets,
  instantsOfLocal,
  hasSessions,
} from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"
import { withCache } from "../with-cache.ts"
import { findSymbol } from "../find-symbol.ts"
import type { Body } from "../run-command.ts"
import type { ExplainFlags } from "./explain.ts"

/** What `barkeep explain` does. */
export const run: Body<ExplainFlags> = async (input, { console }) => {
  const timeframe = parseTimeframe(input.timeframe)
  await withCache(input, async ({ cache }) => {
    const symbol = await findSymbol(cache, input.symbol, timeframe)
    const stored = await cache.describe(symbol, timeframe)
    const zone = stored !== undefined && hasSessions(stored.instrument) ? stored.instrument.timeZone : "UTC"
    const time = parseTime(input.time, zone)
    const explanation = await cache.explain(symbol, timeframe, time)
    if (input.json) return console.write(`${JSON.stringify(explanation)}\n`)
    const { bar, partition, provenance, coverage: answer, notes } = explanation
    const lines = [`${symbol} ${timeframe} ${isoTime(time)}`]
    if (bar === undefined) lines.push("There is no bar.")
    else
      lines.push(
        `open ${bar.open}  high ${bar.high}  low ${bar.low}  close ${bar.close}  volume ${Number.isNaN(bar.volume) ? "none" : bar.volume}`,
        ...(partition === undefined ? [] : [`in ${partition.data}`]),
      )
    if (provenance !== undefined)
      lines.push(
        `from ${provenance.provider} ${provenance.endpoint} (${provenance.method}), adjusted for ${provenance.adjustment}, fetched ${isoTime(provenance.fetchedAt)}, ${provenance.settled ? "settled" : "may still change"}`,
        ...Object.entries(provenance.evidence ?? {}).map(([name, value]) => `  ${name}: ${value}`),
      )
    if (answer === undefined) lines.push("Nobody was asked for this time yet; barkeep populate asks.")
    else if (bar === undefined)
      lines.push(
        `${answer.provider} was asked on ${isoTime(answer.askedAt)} and had no bar here${answer.settled ? "" : " yet; it is asked again"}.`,
      )
    await console.write(`${[...lines, ...notes].join("\n")}\n`)
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
