import { readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { openCache } from "@barkeep/cache-core"
import { fillGaps } from "@barkeep/fill-gaps"
import { isoTime } from "@barkeep/market-data"
import { createBinance } from "@barkeep/provider-binance"
import { parseReportDocument } from "@barkeep/validation"

/**
 * One run of filling, to be killed. Says on stdout, at once, when it begins, what was answered and what it reports in
 * the end. Arguments: the cache, the addresses of the API and the archive. Every run goes by the report of the beginning:
 * what earlier runs have filled of it is found out by the store.
 */
const [folder = "", baseUrl = "", archiveUrl = ""] = process.argv.slice(2)
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

const cache = await openCache(folder)
const report = parseReportDocument(JSON.parse(readFileSync(join(folder, "validate-metadata.json"), "utf8")))
const archive = createBinance({ baseUrl, archiveUrl, archive: "always" })
say({ begins: true })
const { results } = await fillGaps({
  store: cache,
  journal: cache.answerJournal,
  donors: [{ id: "binance-archive", provider: archive, source: "archive" }],
  report,
  entries: report.entries.map(({ symbol, timeframe, years }) => ({
    symbol,
    timeframe,
    years: years.map(({ year, path = "", fingerprint = "", sha256 }) => ({
      year,
      path,
      fingerprint,
      ...(sha256 === undefined ? {} : { sha256 }),
    })),
  })),
  onEvent: (event) => {
    if (event._tag === "Answered") say({ answered: isoTime(event.range.from).slice(0, 7) })
  },
})
say({
  ends: results.map(({ gap, outcome }) => ({ from: gap.start, to: gap.end, outcome: outcome._tag })),
})
await cache.close()
